"""The board of a region: all its centres on one date by exception, read from status rows alone.

No journal is folded here. The rows are kept by a job (``overview.keep``); when it does not run the board says since
when.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from app.domain import N_, NotFound
from app.domain.jobs import JOBS
from app.domain.people import Actor
from app.domain.policy import Action, in_office, require
from app.domain.review import Stage
from app.domain.summary import DayState
from app.domain.troubles import Trouble, rank
from app.store import journal
from app.store import region as store
from app.store.region import Row as Row

DAY = timedelta(days=1)
JOB = next(job for job in JOBS if job.name == "board")
MOMENTS = ("since", "until")


@dataclass(frozen=True)
class View:
    """Whose board it is and of what. ``code``: of one region, empty for all that the person may see."""

    actor: Actor
    code: str
    date: str


@dataclass(frozen=True)
class Fresh:
    """How new the rows are: ``at``, when they were last looked at (None: never); ``stopped``: too long ago."""

    at: datetime | None
    stopped: bool


@dataclass(frozen=True)
class Stamp:
    """Says whether a board would show something else, without reading its rows. ``zone``: of most of its days."""

    view: View
    database: str
    marks: tuple[store.Mark, ...]
    fresh: Fresh
    zone: str

    @property
    def shows(self) -> tuple[object, ...]:
        """What the board is a function of. Offices of the same centres share it."""
        who = self.view.actor
        scope = who.centres if in_office(who, Action.REGION_READ) else who.person
        return self.database, self.view.code, self.view.date, scope, self.marks, self.fresh.stopped

    @property
    def regions(self) -> tuple[str, ...]:
        return tuple(sorted({m.region for m in self.marks}))


@dataclass(frozen=True, slots=True)
class Tile:
    """A centre that needs somebody: its troubles, worst first, and how many more there are."""

    row: Row
    troubles: tuple[Trouble, ...]
    more: int


@dataclass(frozen=True)
class Totals:
    """Sums over the days of a board. ``quiet`` of them need nobody; ``by_level``: of the others, by their worst."""

    days: int = 0
    quiet: int = 0
    by_level: tuple[int, int, int] = (0, 0, 0)
    rooms: int = 0
    recording: int = 0
    due: int = 0
    due_done: int = 0
    outages: int = 0
    outage_centres: int = 0
    submitted: int = 0
    accepted: int = 0


@dataclass(frozen=True)
class Board:
    """``quiet``: days that need nobody, by centre; ``away``: centres whose days came as packages. ``plan``, ``done``:
    steps due and finished until each half hour of the date, from the first in which one is due.
    """

    tiles: tuple[Tile, ...]
    quiet: tuple[Row, ...]
    totals: Totals
    away: tuple[Row, ...]
    plan: tuple[tuple[int, int], ...]
    done: tuple[tuple[int, int], ...]
    starts: tuple[datetime, ...]  # of the exams, each once


def stamp(actor: Actor, now: datetime, code: str = "", on: date | None = None) -> Stamp:
    """What tells one state of a board from another; ``on`` None: today, where most of the centres are.

    Raises Refused for whom no office stands above the centres, NotFound for a region that is none of the actor's.
    """
    require(actor, Action.REGION_READ)
    held = {c.partition("-")[0] for c in actor.centres}
    if code and held and code not in held:
        raise NotFound(N_("There is no such region."))
    here = now.date()
    first, last = (on, on) if on else (here - DAY, here + DAY)
    only = code or (held.pop() if len(held) == 1 else "")
    found = [m for m in _marks(first.isoformat(), last.isoformat(), only) if not held or m.region in held]
    if on is None:
        found = [m for m in found if _today(m.zone, now) == m.date] or [m for m in found if m.date == here.isoformat()]
    dates: dict[str, int] = {}
    zones: dict[str, int] = {}
    for mark in found:
        dates[mark.date] = dates.get(mark.date, 0) + mark.days
        zones[mark.zone] = zones.get(mark.zone, 0) + mark.days
    shown = on.isoformat() if on else max(dates, key=dates.__getitem__) if dates else here.isoformat()
    marks = tuple(sorted(m for m in found if m.date == shown))
    zone = max(zones, key=zones.__getitem__) if zones else "UTC"
    return Stamp(View(actor, code, shown), journal.database(), marks, fresh(now), zone)


def _marks(first: str, last: str, only: str = "") -> tuple[store.Mark, ...]:
    """Marks of the dates between, counted anew only when one of their rows was written.

    The words are read before the rows are counted: what is written between makes another word, so it is counted again.
    """
    return _counted(journal.database(), store.words(first, last, only), first, last, only)


@lru_cache(512)
def _counted(
    _database: str, _words: tuple[tuple[Any, ...], ...], first: str, last: str, only: str
) -> tuple[store.Mark, ...]:
    return tuple(store.marks(first, last, only))


def _today(zone: str, now: datetime) -> str:
    return now.astimezone(ZoneInfo(zone)).date().isoformat()


def fresh(now: datetime) -> Fresh:
    """When the rows were last looked at, and whether that is too long ago."""
    at = store.last_run(JOB.name)
    return Fresh(at, at is None or abs(now - at) > JOB.limit)


def board(found: Stamp) -> Board:
    """The board that the stamp names."""
    actor, only, every = found.view.actor, found.regions, in_office(found.view.actor, Action.REGION_READ)
    rows = [
        row
        for row in store.rows(found.view.date, only[0] if len(only) == 1 else "")
        if actor.covers(row.centre) and (every or f" {actor.person} " in row.readers)
    ]
    return _board(rows)


def regions(actor: Actor, on: str) -> tuple[str, ...]:
    """Codes of the regions with days on that date that the actor may choose from."""
    if not in_office(actor, Action.REGION_READ):
        return ()
    held = {c.partition("-")[0] for c in actor.centres}
    found = {m.region for m in _marks(on, on)}
    return tuple(sorted(r for r in found if not held or r in held))


def _board(rows: Sequence[Row]) -> Board:
    tiles = [Tile(row, *_troubles(row.troubles)) for row in rows if row.troubles != "[]"]
    tiles.sort(key=lambda t: (*rank(t.troubles[0].level, t.troubles[0].since), t.row.centre, t.row.day))
    levels = Counter(t.troubles[0].level for t in tiles)
    stages = Counter(row.stage for row in rows)
    totals = Totals(
        len(rows), len(rows) - len(tiles), (levels["over"], levels["soon"], levels["wait"]),
        sum(r.rooms for r in rows), sum(r.recording for r in rows), sum(r.due for r in rows),
        sum(r.due_done for r in rows), sum(r.outages for r in rows), sum(r.outages > 0 for r in rows),
        stages[Stage.SUBMITTED], stages[Stage.ACCEPTED],
    )  # fmt: skip
    plan, done = _curves(rows)
    away = tuple(sorted((r for r in rows if r.source), key=lambda r: r.centre))
    starts = sorted({r.start for r in rows if r.state != DayState.DAMAGED})
    quiet = tuple(sorted((r for r in rows if r.troubles == "[]"), key=lambda r: (r.centre, r.day)))
    return Board(tuple(tiles), quiet, totals, away, plan, done, tuple(starts))


@lru_cache(8192)
def _troubles(text: str) -> tuple[tuple[Trouble, ...], int]:
    found, more = [], 0
    for plain in json.loads(text):
        if plain["kind"] == "more":
            more = plain["number"]
        else:
            found.append(trouble(plain))
    return tuple(found), more


def trouble(plain: dict[str, Any]) -> Trouble:
    """The trouble that ``Trouble.plain`` wrote."""
    given: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in plain.items()}
    given["since"] = None
    for name in MOMENTS:
        if name in plain:
            given[name] = datetime.fromisoformat(plain[name])
    return Trouble(**given)


def _curves(rows: Sequence[Row]) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    planned, finished = Counter[int](), Counter[int]()
    for text, count in Counter(row.curve for row in rows).items():
        for slot, due, done in json.loads(text):
            planned[slot] += due * count
            finished[slot] += done * count
    slots = sorted({s for s in planned if planned[s]} | {s for s in finished if finished[s]})
    lines: tuple[list[tuple[int, int]], list[tuple[int, int]]] = [], []
    for counts, line in zip((planned, finished), lines, strict=True):
        total = 0
        for slot in slots:
            total += counts[slot]
            line.append((slot, total))
    return tuple(lines[0]), tuple(lines[1])

