"""What a browser calls itself, in short: enough for a person to recognise their own phone."""

from flask import request
from flask_babel import gettext

# The first that stands in the header names it: most also claim to be Chrome and Safari.
BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("YaBrowser/", "Yandex Browser"), ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("Chrome/", "Chrome"), ("CriOS/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def browser() -> str:
    """``Firefox on Android`` for this request; empty when it says nothing known."""
    return name_of(request.user_agent.string)


def name_of(header: str) -> str:
    """The same for a header."""
    program = next((name for sign, name in BROWSERS if sign in header), "")
    system = next((name for sign, name in SYSTEMS if sign in header), "")
    return " on ".join(filter(None, (program, system)))


def browser_words(name: str) -> str:
    """The stored name in the page's language."""
    program, _, system = name.partition(" on ")
    if system:
        return gettext("%(browser)s on %(system)s", browser=program, system=system)
    return name or gettext("unknown browser")
