"""The review desk: days of many centres by what they need of a reviewer, and who has which of them open just now.

Everything comes from status rows (``services.overview``): a day is folded again only when its journal has grown.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from app.domain.day import Line
from app.domain.people import Actor, short_name
from app.domain.plan import TECHNICIANS, Role
from app.domain.policy import COMMISSION, Action, require
from app.domain.review import REVIEWING
from app.services import days, overview
from app.store import desk as store
from app.store.db import NoRoom, transaction
from app.store.overview import Wanted

LOG = logging.getLogger("logbook.desk")
PAGE = 60  # days at once
FORGOTTEN = timedelta(seconds=60)  # without a sign of life somebody looks no longer
BEAT = timedelta(seconds=15)  # signs of life are not written more often
COUNTS = store.JUDGED


class Kind(StrEnum):
    """What a day needs of a reviewer, in the desk's order."""

    JUDGE = "judge"
    OVERDUE = "overdue"  # not handed in although it is time
    ORDINARY = "ordinary"  # handed in, nothing out of the ordinary
    RETURNED = "returned"
    OPEN = "open"  # not handed in
    ACCEPTED = "accepted"


KINDS = tuple(Kind)
SUBMITTED = "submitted"  # in the address: handed in, whatever there is to judge
STATES: dict[str, tuple[Kind, ...]] = {SUBMITTED: (Kind.JUDGE, Kind.ORDINARY), **{k.value: (k,) for k in KINDS}}


@dataclass(frozen=True)
class Looker:
    """Somebody else who has the day open."""

    short: str
    since: datetime


@dataclass(frozen=True)
class DeskLine:
    """One day on the desk. ``counts``: things to judge by name, those that are none left out."""

    id: str
    centre: str
    name: str
    date: date
    zone: str
    exam: str
    kind: Kind
    counts: dict[str, int]
    submitted_at: datetime | None
    accepted_at: datetime | None
    submit_by: datetime | None
    lookers: tuple[Looker, ...]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class Group:
    """Days of one kind. ``first``: the number of its first day on the desk; ``lines``: those of this page."""

    kind: Kind
    count: int
    first: int
    lines: tuple[DeskLine, ...]

    @property
    def page(self) -> int:
        """The page on which the group begins."""
        return (self.first - 1) // PAGE + 1


@dataclass(frozen=True)
class Place:
    """Where a day stands: the ``number``-th of ``count`` of its kind, and its neighbours on the desk."""

    line: DeskLine
    number: int
    count: int
    before: str
    after: str


@dataclass(frozen=True)
class Desk:
    """A page of the desk. ``days`` of all kinds that fit the filters, of them ``accepted``; ``place``: of the open day.

    ``one_date``: all days are of the same date.
    """

    groups: tuple[Group, ...]
    days: int
    accepted: int
    page: int
    pages: int
    one_date: bool
    place: Place | None

    @property
    def first(self) -> DeskLine | None:
        """The first day of the page that waits for a reviewer."""
        return next((x for group in self.groups if group.kind in STATES[SUBMITTED] for x in group.lines), None)


def reviews(actor: Actor) -> bool:
    """True for people of a commission, who begin at the desk; who works at a centre too begins there."""
    return bool(actor.roles & COMMISSION) and not actor.roles & {*TECHNICIANS, Role.PES_HEAD}


def desk(actor: Actor, now: datetime, wanted: Wanted, state: str = "", page: int = 1, day: str = "") -> Desk:
    """The page of the desk that was asked for, or the one on which ``day`` stands."""
    require(actor, Action.DAY_READ)
    kinds = STATES.get(state, ())
    asked = store.Asked(overview.refreshed(actor, now, wanted), wanted, tuple(KINDS.index(k) for k in kinds), now)
    number = store.number(asked, day) if day else 0
    every = store.groups(asked)
    chosen = [g for g in every if not kinds or KINDS[g.place] in kinds]
    pages = max(1, -(-sum(g.count for g in chosen) // PAGE))
    page = min(max((number - 1) // PAGE + 1 if number else page, 1), pages)
    rows = _rows(asked, (page - 1) * PAGE + 1, PAGE)
    lines = _lines(rows, actor, now)
    groups, first = [], 1
    for group in chosen:
        kind = KINDS[group.place]
        groups.append(Group(kind, group.count, first, tuple(x for x in lines if x.kind == kind)))
        first += group.count
    return Desk(
        tuple(groups), sum(g.count for g in every), sum(g.count for g in every if KINDS[g.place] == Kind.ACCEPTED),
        page, pages, len({d for g in chosen for d in (g.first, g.last)}) < 2,
        _where(asked, number, groups, actor) if number else None,
    )  # fmt: skip


def _rows(asked: store.Asked, first: int, count: int) -> list[Any]:
    """As they are at this moment: what the clock has made old is made anew, for these alone."""
    rows = store.rows(asked, first, count)
    old = overview.aged(asked.scope, asked.now, [r.day for r in rows])
    return store.rows(asked, first, count) if old else rows


def _where(asked: store.Asked, number: int, groups: Sequence[Group], actor: Actor) -> Place:
    near = {r.number: r for r in store.rows(asked, number - 1, 3)}
    group = next(g for g in reversed(groups) if g.first <= number)
    (line,) = _lines([near[number]], actor, asked.now)
    before, after = (near[n].day if n in near else "" for n in (number - 1, number + 1))
    return Place(line, number - group.first + 1, group.count, before, after)


def _lines(rows: Sequence[Any], actor: Actor, now: datetime) -> list[DeskLine]:
    seen = store.lookers([r.day for r in rows], now - FORGOTTEN)
    return [
        DeskLine(
            r.day, r.centre, r.name, date.fromisoformat(r.date), r.zone, r.exam, KINDS[r.place],
            {name: getattr(r, name) for name in COUNTS if getattr(r, name)},
            r.submitted_at, r.accepted_at, r.submit_by,
            tuple(Looker(short_name(x.name), x.since) for x in seen if x.day == r.day and x.person != actor.person),
        )
        for r in rows
    ]  # fmt: skip


def exams(actor: Actor) -> list[str]:
    """Titles of exams to choose from, of the days that have a row."""
    return store.exams(overview.scope_of(actor))


# ---------------------------------------------------------------- two at once


def look(actor: Actor, day_id: str, now: datetime) -> None:
    """Remember that a reviewer has the day open. A sign of life, no fact: it is forgotten after a minute."""
    if not actor.roles & COMMISSION:
        return
    last = store.looked(day_id, actor.person)
    if last is not None and last <= now < last + BEAT:
        return
    try:
        with transaction():
            store.look(day_id, actor.person, now, now - FORGOTTEN)
    except NoRoom:
        LOG.warning("the disk is full: nobody is told who looks at a day")


def news(actor: Actor, day_id: str, size: int, now: datetime) -> tuple[Line, ...]:
    """The actor still has the day open: what others wrote in its review since it had ``size`` entries.

    Only a day that has grown is folded; one that the actor may not read tells nothing.
    """
    there = store.size(overview.refreshed(actor, now, only=[day_id]), day_id)
    if there:
        look(actor, day_id, now)
    lines = days.load(actor, day_id).lines[size:there] if there > size else ()
    return tuple(x for x in lines if x.tag in REVIEWING and x.by.person != actor.person)
