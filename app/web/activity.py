"""One's own activity: entries of days, sign-ins, acts of the administration, newest first."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Blueprint, g, render_template, request, url_for
from flask_babel import gettext

from app.domain.day import Day, Line
from app.services import activity as service
from app.services.activity import Done, SignIn
from app.services.changes import KEY_MADE, KEY_REVOKED
from app.web.browser import browser_words
from app.web.changes import in_words
from app.web.context import actor
from app.web.journal import LOG_PAGE
from app.web.lines import kind, line_text
from app.web.show import clock, day_month, local, long_date, offset_name, utc

blueprint = Blueprint("activity", __name__)


@dataclass(frozen=True)
class DoneWords:
    """One line for the page. ``place`` and ``number``: day and entry, with the address, for what stands in a day."""

    when: str
    kind: str
    text: str
    place: str = ""
    number: int = 0
    url: str = ""


@blueprint.get("/me/activity")
def overview() -> str:
    """A page of what I did; the next one goes on before its last day."""
    found = service.list_activity(actor(), request.args.get("after", ""))
    return render_template("account/activity.html", lines=[_words(d) for d in found.lines], older=found.older)


def _words(done: Done) -> DoneWords:
    match done.what:
        case SignIn() as entered:
            return DoneWords(utc(done.at), gettext("Sign-in"), browser_words(entered.browser))
        case Line() as line if done.day:
            with _speaking_of(done.day):
                return _entry(done.day, line)
        case Line():
            raise ValueError("an entry without its day")
        case change:
            words = in_words(change)
            of_keys = change.kind in (KEY_MADE, KEY_REVOKED)
            sort = gettext("Signing key") if of_keys else gettext("Administration")
            return DoneWords(words.when, sort, f"{words.title}: {words.about}")


def _entry(day: Day, line: Line) -> DoneWords:
    on = local(line.received)
    stamp = gettext(
        "%(date)s, %(time)s %(zone)s", date=long_date(on.date()), time=clock(line.received),
        zone=offset_name(day.zone, line.received),
    )  # fmt: skip
    openable = line.seq in day.acts
    url = (
        url_for("entries.show", day_id=day.id, seq=line.seq)
        if openable
        else url_for("journal.log", day_id=day.id, page=line.seq // LOG_PAGE + 1, _anchor=f"entry-{line.seq + 1}")
    )
    place = f"{day.centre_code} · {day_month(day.date)}"
    return DoneWords(stamp, kind(line.tag), line_text(day, line), place, line.seq + 1, url)


@contextmanager
def _speaking_of(day: Day) -> Iterator[None]:
    """Words and times of this day, as on its own pages."""
    g.day = day
    try:
        yield
    finally:
        g.pop("day")
