"""After an entry was written: say its number and offer to take it back as a correction."""

from datetime import timedelta

from flask import flash, g, url_for

from app.services.record import Receipt
from app.web.context import device
from app.web.language import gettext, say
from app.web.marks import set_your_clock
from app.web.show import span


def saved(receipt: Receipt, title: str, day_id: str, correctable: bool = True) -> None:
    """Leave a message for the next page: what was saved, as which entry, and how to correct it."""
    links = []
    if correctable:
        links.append([gettext("Correct"), url_for("entries.correct", day_id=day_id, seq=receipt.seq)])
        links.append([gettext("Take it back…"), url_for("entries.void", day_id=day_id, seq=receipt.seq)])
    flash(
        {
            "title": gettext("Saved: %(title)s", title=title),
            "text": gettext("Entry %(number)s.", number=receipt.number),
            "more": [say(w) for w in receipt.warnings] + _clock(),
            "links": links,
        },
        "done",
    )


def _clock() -> list[str]:
    """What to tell somebody whose device's clock was off by more than the day allows."""
    day, sent = g.get("day"), device()
    off = timedelta(milliseconds=(sent.offset_ms if sent else None) or 0)
    if day is None or abs(off) <= day.profile.limits.ahead:
        return []
    return [set_your_clock(span(off), off > timedelta())]


def told(title: str, text: str = "", kind: str = "done", links: list[list[str]] | None = None) -> None:
    """Leave a plain message for the next page. ``links``: title and address of each."""
    flash({"title": title, "text": text, "more": [], "links": links or []}, kind)
