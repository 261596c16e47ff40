"""What keeps an open page of a day fresh: one word for what it shows, and 304 while that is so.

A page that asks again gets 304 for as long as nothing changed but the minute: its countdowns run by themselves
(``app.web.running``). So a poll costs a look at the session, the head of the journal and two small counts; nothing is
folded or drawn.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from flask import Response, g, make_response, request, session
from flask_login import current_user

from app.domain.clockwork import last_change
from app.domain.day import Day
from app.services import recording, reminders
from app.web.context import actor, now
from app.web.language import current
from app.web.running import stamp
from app.web.show import static

NOW = "X-Logbook-Now"  # the day's clock in an answer to a page that asks again, also when nothing changed
BOARD, CAMERAS, OUTAGE = "today.board", "cameras.show", "outages.show"
LIVE = (BOARD, CAMERAS, OUTAGE)  # pages that ask for themselves
FRESH = timedelta(minutes=5)  # the board's line about the cameras is at most so old while nothing changes
PARTS = (  # of what a page draws
    "icons.svg", "base.css", "parts.css", "board.css", "outages.css", "cameras.css", "alarm.css", "ui.js", "live.js",
    "witness.js",
)  # fmt: skip
MINUTE = timedelta(minutes=1, microseconds=-1)


def last_moment(now: datetime) -> datetime:
    """States are shown as they are at the end of the minute that the clock shows."""
    return now.replace(second=0, microsecond=0) + MINUTE


def kept_or(day: Day, draw: Callable[[], str]) -> Response:
    """304 without drawing when the reader has just what there is, else what ``draw`` gives."""
    tag = tag_of(day, bool(session.get("_flashes")))
    known = request.if_none_match.contains_weak(tag)
    answer = Response(status=304) if known else make_response(draw())
    answer.set_etag(tag)
    answer.headers[NOW] = stamp(now())
    return answer


def tag_of(day: Day, told: bool) -> str:
    """Names what the page shows: the journal's state, the last moment at which the clock alone changed something, the
    reminders, what the cameras show, the language, the session with its tokens, the person as the office has them now,
    the files that the page is drawn with, and whether something is to be told."""
    if "shows" not in g:
        g.shows = _shows(day)
    return sha256(f"{g.shows}{told}".encode()).hexdigest()[:32]


def watch(url: str, shown: object, every: int) -> None:
    """This page asks for itself, every so many seconds: it shows what is of no journal."""
    g.watched = (url, repr(shown), every)


def _shows(day: Day) -> str:
    who = actor()
    state = (
        g.checkpoint.origin, g.checkpoint.size, g.checkpoint.root.hex(), last_change(day, last_moment(now())),
        reminders.mark(day, who.person, now()),
    )  # fmt: skip
    if request.endpoint in LIVE:
        state += (_sights(day, request.endpoint == CAMERAS),)
    person = (current_user.token, who.person, who.name, sorted(who.roles), sorted(who.centres))
    drawn = (current(), tuple(static(name) for name in PARTS))
    return repr((*state, *person, *drawn, g.get("watched")))


def watched(day: Day) -> bool:
    """Whether the server looks at cameras of the day."""
    return _mark(day).cameras > 0


def _mark(day: Day) -> recording.Mark:
    if "sights" not in g:
        g.sights = recording.mark(day)
    found: recording.Mark = g.sights
    return found


def _sights(day: Day, closely: bool) -> object:
    """Changes when a camera shows something else; with every look and minute, or (not ``closely``) now and then."""
    found = _mark(day)
    if closely:
        return found, last_moment(now())
    looked = int(found.looked.timestamp()) // int(FRESH.total_seconds()) if found.looked else 0
    return found.cameras, found.alive, found.since, looked
