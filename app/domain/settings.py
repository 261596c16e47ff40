"""Settings that the administration may change while the logbook runs, and what they may be."""

from collections.abc import Sequence
from typing import Any

from app.domain import N_, Message

SESSION_MINUTES = (5, 7 * 24 * 60)
LENGTHS = {"title": 120, "contact": 200}
CHANGEABLE = ("title", "contact", "language", "session_minutes")


def fault(key: str, value: Any, languages: Sequence[str] = ()) -> Message | None:
    """Why ``value`` cannot be the setting; None when it can. ``languages``: those that pages speak, empty: any."""
    if key == "session_minutes":
        low, high = SESSION_MINUTES
        if type(value) is not int or not low <= value <= high:
            text = N_("Enter a whole number of minutes from %(low)s to %(high)s.")
            return Message(text, {"low": low, "high": high}, key)
    elif key == "language":
        if not isinstance(value, str) or (languages and value not in languages):
            return Message(N_("Choose a language that the pages speak."), field=key)
    elif key in LENGTHS:
        if not isinstance(value, str) or len(value) > LENGTHS[key]:
            return Message(N_("The text is too long: at most %(count)s characters."), {"count": LENGTHS[key]}, key)
    else:
        return Message(N_("The setting %(name)s cannot be changed on this page."), {"name": key}, key)
    return None
