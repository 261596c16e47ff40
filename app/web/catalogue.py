"""Translations read straight from ``translations/<language>/LC_MESSAGES/messages.po``; nothing is compiled before."""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask_babel import Domain, get_locale

FOLDER = Path(__file__).parent.parent / "translations"


@cache
def load(language: str) -> NullTranslations:
    """The texts of one language, read once per process; the English of the code when it has no file."""
    file = FOLDER / language / "LC_MESSAGES" / "messages.po"
    if not file.is_file():
        return NullTranslations()
    with file.open("rb") as texts:
        catalog = read_po(texts, locale=language, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)


class Catalogue(Domain):
    """What Flask-Babel asks for texts, with or without a request."""

    def get_translations(self) -> NullTranslations:
        spoken = get_locale()
        return load(str(spoken)) if spoken else NullTranslations()


CATALOGUE = Catalogue()
