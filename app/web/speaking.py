"""The pages' words for texts, times and places outside of a page: e-mails and calendars."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app, g
from flask_babel import force_locale

from app.domain.day import Day
from app.web.context import settings
from app.web.language import LANGUAGES


@contextmanager
def speaking(language: str, day: Day | None = None) -> Iterator[str]:
    """Speak ``language``, else the installation's, about ``day``: in a context of its own. Gives the language."""
    with current_app.app_context():
        chosen = language if language in LANGUAGES else str(settings().language)
        g.spoken, g.day = chosen.partition("_")[0], day
        with force_locale(g.spoken):
            yield g.spoken


def path(endpoint: str, **values: str) -> str:
    """The path of a page, which needs no request; the address before it is ``settings().url``."""
    return current_app.url_map.bind("localhost").build(endpoint, values)
