"""Translations read straight from ``translations/<language>/LC_MESSAGES/messages.po``; nothing is compiled before."""

from collections.abc import Callable
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask_babel import Domain, get_locale
from markupsafe import Markup

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
        return load(spoken.language) if spoken else NullTranslations()


CATALOGUE = Catalogue()
TEXTS = 4096  # finished texts kept in each language: more than the templates have


@cache
def speak(language: str) -> dict[str, Callable[..., Markup]]:
    """``_`` and ``ngettext`` of templates in one language, which is looked up once a page instead of at every text.

    As Jinja has them: a text is HTML, what is put into it is escaped, ``%%`` is a percent sign.
    """
    texts = load(language)

    @lru_cache(TEXTS)
    def whole(text: str) -> Markup:
        return Markup(texts.gettext(text)) % {}

    def gettext(text: str, /, **parts: Any) -> Markup:
        return Markup(texts.gettext(text)) % parts if parts else whole(text)

    def ngettext(one: str, many: str, num: int, /, **parts: Any) -> Markup:
        return Markup(texts.ngettext(one, many, num)) % {"num": num, **parts}

    return {"_": gettext, "gettext": gettext, "ngettext": ngettext}
