"""The language of pages: the person's choice, else the browser's, else the installation's."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask import current_app, g, has_request_context, request, session
from flask_babel import refresh
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from app.domain import Message
from app.domain.profile import text
from app.web.catalogue import load
from app.web.context import settings, visitor
from app.web.public import PUBLIC

# Those with translations; each named in itself.
LANGUAGES = {"en": "English", "ru": "Русский", "fi": "Suomi", "de": "Deutsch"}


def locale() -> str:
    """Language code of this request; ``settings.language`` outside of one."""
    if not has_request_context():
        made = current_app.extensions.get("settings")
        return made.language if made else "en"
    asked = request.args.get("lang", "") if request.endpoint in PUBLIC else ""
    if asked in LANGUAGES:
        session["lang"] = asked
        return asked
    who = visitor()
    chosen = (who.language if who else "") or session.get("lang", "")
    if chosen in LANGUAGES:
        return chosen
    return _of_browser(request.headers.get("Accept-Language", "")) or str(settings().language)


@lru_cache(1024)
def _of_browser(asked: str) -> str:
    """Which of our languages a browser asks for; empty: none."""
    return parse_accept_header(asked, LanguageAccept).best_match(LANGUAGES) or ""


def current() -> str:
    """Code of the language being spoken, looked up once a request."""
    known: str | None = g.get("spoken")
    if known is None:
        known = g.spoken = locale().partition("_")[0]
    return known


def forget() -> None:
    """Ask anew which language to speak: somebody came in."""
    g.pop("spoken", None)
    refresh()


def gettext(text: str, /, **parts: Any) -> str:
    """Flask-Babel's, without looking the language up at every text."""
    found: str = load(current()).gettext(text)
    return found % parts if parts else found


def ngettext(one: str, many: str, num: int, /, **parts: Any) -> str:
    """Flask-Babel's, without looking the language up at every text."""
    found: str = load(current()).ngettext(one, many, num)
    return found % {"num": num, **parts}


def pick(texts: Mapping[str, str]) -> str:
    """The text of a profile in the page's language, else in English, else in the regulation's."""
    day = g.get("day")
    return text(texts, current(), "en", *([day.profile.language] if day else []))


def say(message: Message | str) -> str:
    """A message of the domain in the page's language; texts and messages among its parameters too."""
    if isinstance(message, str):
        return gettext(message)
    params: dict[str, Any] = {k: _spoken(v) for k, v in message.params.items()}
    return gettext(message.id, **params) if params else gettext(message.id)


def _spoken(value: object) -> object:
    if isinstance(value, Message):
        return say(value)
    return pick(value) if isinstance(value, Mapping) else value
