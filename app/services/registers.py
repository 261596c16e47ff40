"""Registers for offices: days searched for, and everything about the documents of one exam date, to read and to keep.

All of it comes from status rows and their particulars. A day is folded only when its row is older than its journal, and
never more than a few in one request.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from app.domain import N_, DomainError, Invalid, Message
from app.domain.codec import canonical, plain
from app.domain.people import Actor
from app.domain.policy import Action, require_office
from app.domain.review import Stage
from app.domain.summary import DayState
from app.services import downloads, overview, particulars
from app.services.days import Page
from app.services.particulars import Paper, Papers, Turn
from app.store import files
from app.store import registers as store
from app.store.db import NoRoom
from app.store.overview import Scope, Wanted
from reports import register as printing
from reports.levels import level as level_of

Printed, Centre, Words = printing.Paper, printing.Centre, printing.Words  # what ``pdf`` is given

SIGNED = tuple(store.SIGNED)
STAGES = tuple(Stage)
AT_ONCE = 25  # days that one request folds; the next goes on
LARGEST = 1000  # days in one file
PAGE = 20  # days on one page of a register
DATES = 12
MISSING = "missing"  # in place of a level: the file is not where it should be


@dataclass(frozen=True)
class Progress:
    """How many days still have to be read before a register can be made, and of how many."""

    left: int
    of: int

    @property
    def done(self) -> int:
        return self.of - self.left


@dataclass(frozen=True)
class Found:
    """A day in the answer of a search."""

    id: str
    centre: str
    name: str
    date: date
    exam: str
    state: DayState
    stage: Stage
    signed: int
    papers: int
    entered_late: int
    corrected: int
    submitted: datetime | None
    submit_by: datetime | None
    accepted: datetime | None
    zone: str
    source: str

    @property
    def region(self) -> str:
        return self.centre.partition("-")[0]


@dataclass(frozen=True)
class Line:
    """A document in a register; ``level`` of its signatures, MISSING when its file is not there."""

    paper: Paper
    level: str


@dataclass(frozen=True)
class DayLines:
    """A centre's day in a register."""

    day: Found
    told: Papers
    lines: tuple[Line, ...]

    @property
    def handed(self) -> Turn | None:
        """When it was last handed in."""
        return self._last("day.submitted")

    @property
    def accepted(self) -> Turn | None:
        """When it was countersigned."""
        return self._last("day.accepted") if self.day.stage == Stage.ACCEPTED else None

    @property
    def overridden(self) -> tuple[Turn, ...]:
        """Every time it was handed in with something missing."""
        return tuple(t for t in self.told.turns if t.tag == "day.submitted" and t.missing)

    @property
    def returned(self) -> int:
        return sum(t.tag == "day.returned" for t in self.told.turns)

    def _last(self, tag: str) -> Turn | None:
        return next((t for t in reversed(self.told.turns) if t.tag == tag), None)


@dataclass(frozen=True)
class Sums:
    """Totals of a search or of a register."""

    days: int
    signed: int
    papers: int
    handed: int
    accepted: int


def read_on(actor: Actor, wanted: Wanted, since: datetime, now: datetime) -> Progress:
    """Bring what is stale up to date, a bounded piece at a time. ``since``: what was read after it is new enough, so
    that it comes to an end while centres go on writing.
    """
    require_office(actor, Action.REGISTER_READ)
    return Progress(*overview.read_on(actor, wanted, min(since, now), now, AT_ONCE))


def search(
    actor: Actor, wanted: Wanted, stage: str, signed: str, page: int, size: int = 50
) -> tuple[Page[Found], Sums]:
    """Days of the actor's offices, newest date first."""
    scope = _scope(actor)
    sums = Sums(*store.sums(scope, wanted, stage, signed))
    pages = max(1, -(-sums.days // size))
    page = min(max(page, 1), pages)
    rows = store.search(scope, wanted, stage, signed, (page - 1) * size, size)
    return Page(tuple(_found(r) for r in rows), page, pages, sums.days), sums


def dates(actor: Actor, wanted: Wanted) -> list[tuple[date, int]]:
    """(date, days) of the newest exam dates."""
    return [(date.fromisoformat(on), count) for on, count in store.dates(_scope(actor), wanted, DATES)]


def regions(actor: Actor) -> list[str]:
    """Regions whose days the actor may look for."""
    return store.regions(_scope(actor))


def register(actor: Actor, on: date, region: str, page: int) -> tuple[Page[DayLines], Sums]:
    """One page of the register of an exam date, in a region or everywhere."""
    scope, wanted = _scope(actor), _wanted(on, region)
    sums = Sums(*store.sums(scope, wanted))
    pages = max(1, -(-sums.days // PAGE))
    page = min(max(page, 1), pages)
    rows = store.lines(scope, wanted, (page - 1) * PAGE, PAGE)
    return Page(tuple(_lines(r) for r in rows), page, pages, sums.days), sums


def whole(actor: Actor, on: date, region: str) -> Iterator[DayLines]:
    """The whole register, day by day. Raises Invalid when it is too large for one file."""
    scope, wanted = _scope(actor), _wanted(on, region)
    if (count := store.sums(scope, wanted).days) > LARGEST:
        text = N_("%(count)s days are too many for one file, %(most)s at most: choose a region.")
        raise Invalid(Message(text, {"count": count, "most": LARGEST}, "region"))
    return (_lines(r) for r in store.lines(scope, wanted))


def damaged(actor: Actor, on: date, region: str, now: datetime) -> list[str]:
    """Days of the date whose journal does not prove itself: they stand in no register."""
    wanted = _wanted(on, region)
    return overview.damaged_of(actor, wanted, now, AT_ONCE)


def data(lines: Sequence[DayLines]) -> bytes:
    """What a register says, as canonical JSON: its SHA-256 is printed on it, the JSON is attached to the PDF."""
    return canonical([{
        "day": d.day.id, "source": d.day.source, "stage": d.day.stage.value, "entered_late": d.day.entered_late,
        "turns": plain(d.told.turns), "remarks": {n: getattr(d.told, n) for n in ("open", "answered", "settled")},
        "documents": [{**plain(x.paper), "level": x.level} for x in d.lines],
    } for d in lines])  # fmt: skip


def pdf(sheet: printing.Paper) -> bytes:
    """The register on paper."""
    return printing.render(sheet)


def hand_out(actor: Actor, kind: str, scope: Mapping[str, Any], made: bytes, now: datetime) -> bytes:
    """``made``, after it is recorded who takes it. Raises NoRoom: then nothing leaves."""
    require_office(actor, Action.REGISTER_READ)
    try:
        downloads.note(actor, kind, scope, hashlib.sha256(made).hexdigest(), len(made), now)
    except NoRoom as full:
        text = N_("The disk is full: the download could not be recorded, so nothing was handed out.")
        raise NoRoom(text) from full
    return made


def _scope(actor: Actor) -> Scope:
    require_office(actor, Action.REGISTER_READ)
    return overview.scope_of(actor)


def _wanted(on: date, region: str) -> Wanted:
    return Wanted(first=on.isoformat(), last=on.isoformat(), region=region)


def _found(row: Any) -> Found:
    return Found(
        row.day, row.centre, row.name, date.fromisoformat(row.date), row.exam, DayState(row.state), Stage(row.stage),
        row.signed, row.papers, row.entered_late, row.corrected, row.submitted_at, row.submit_by, row.accepted_at,
        row.zone, row.source,
    )  # fmt: skip


def _lines(row: Any) -> DayLines:
    told = particulars.papers(row.told)
    return DayLines(_found(row), told, tuple(Line(p, _level(p.file)) for p in told.papers))


def _level(file: str) -> str:
    if not file:
        return ""
    try:
        return _kept_level(file)
    except DomainError:
        return MISSING


@lru_cache(maxsize=16384)
def _kept_level(file: str) -> str:
    """A file's name is its SHA-256, so what it is never changes; one that is missing is looked for again."""
    return level_of(files.get(file))
