"""What somebody recorded themselves: entries of days, sign-ins, acts of the administration, keys.

A page folds a few days only, newest exam day first, and shows what else happened in the same span of dates.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from app.domain import NotFound
from app.domain.day import Day, Line
from app.domain.journal import Broken
from app.domain.people import Actor
from app.services import changes, days
from app.services.changes import Change
from app.store import people as store

ENOUGH = 50  # lines of a page; a day is never cut
FOLDS = 12  # days that one page looks into at most


@dataclass(frozen=True)
class SignIn:
    """A sign-in whose session is still known."""

    at: datetime
    browser: str


@dataclass(frozen=True)
class Done:
    """One thing that the person did: an entry of a day, a sign-in or a line of the record of changes."""

    at: datetime
    what: Line | SignIn | Change
    day: Day | None = None


@dataclass(frozen=True)
class Activity:
    """Lines newest first. ``older``: the day after which the next page goes on, empty on the last one."""

    lines: tuple[Done, ...]
    older: str


def list_activity(actor: Actor, after: str = "") -> Activity:
    """The page that begins after the day ``after`` in the order of exam days, newest first."""
    names = days.names(actor)
    begin = next((i + 1 for i, (name, _) in enumerate(names) if name == after), 0)
    lines, position = [], begin
    for name, _ in names[begin : begin + FOLDS]:
        position += 1
        lines += _entries(actor, name)
        if len(lines) >= ENOUGH:
            break
    upper = _midnight(names[begin - 1][1]) if begin else None
    lower = _midnight(names[position - 1][1]) if position < len(names) else None
    lines += [d for d in _beside(actor) if (lower is None or d.at >= lower) and (upper is None or d.at < upper)]
    lines.sort(key=lambda done: done.at, reverse=True)
    return Activity(tuple(lines), names[position - 1][0] if position < len(names) else "")


def _entries(actor: Actor, day_id: str) -> list[Done]:
    try:
        day = days.load(actor, day_id)
    except (NotFound, Broken):  # not the actor's; or damaged, which the list of days says
        return []
    if day.source:
        return []
    return [Done(line.received, line, day) for line in day.lines if line.by.person == actor.person]


def _beside(actor: Actor) -> list[Done]:
    signed_in = [Done(row.began, SignIn(row.began, row.browser)) for row in store.sessions(actor.person)]
    return signed_in + [Done(change.at, change) for change in changes.own(actor)]


def _midnight(on: str) -> datetime:
    return datetime.combine(date.fromisoformat(on), time(), UTC)
