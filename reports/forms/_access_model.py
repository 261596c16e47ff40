"""What the access journal prints, in local times and finished words; made from a Day or by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Person:
    """``short``: «Фамилия И. О.»; ``post`` as printed in the form."""

    short: str
    post: str


@dataclass(frozen=True)
class Mark:
    """An electronic mark in a signature cell: whose, when (local), which entry. ``paper``: signed on this paper."""

    short: str
    at: datetime
    number: int
    paper: str = ""


@dataclass(frozen=True)
class JournalRow:
    """One line of the official table. ``old``: column (date, rooms, start, end, action) to its struck value."""

    number: int
    rooms: str
    start: datetime
    end: datetime
    action: str
    actor: Person
    mark: Mark
    responsible: Person
    confirmed: Mark | None = None
    old: Mapping[str, str] = field(default_factory=dict)
    corrected: bool = False
    late: timedelta | None = None
    entered: datetime | None = None  # when that is well after the event
    void: bool = False


@dataclass(frozen=True)
class Cabinet:
    """A line of the annex's first table. ``state``: «включен», «выключен» or empty."""

    row: int
    rooms: str
    reason: str
    state: str
    before: str
    after: str


@dataclass(frozen=True)
class Correction:
    """One corrected value. ``numbers``: entry before and after."""

    row: int
    column: str
    old: str
    new: str
    reason: str
    by: str
    at: datetime
    numbers: tuple[int, int]


@dataclass(frozen=True)
class LateEntry:
    """A line entered long after the event."""

    row: int
    happened: datetime
    entered: datetime
    delay: timedelta
    reason: str
    by: str
    number: int


@dataclass(frozen=True)
class Voided:
    """A line that was taken back; it stays in the journal, struck through."""

    row: int
    at: datetime
    by: str
    reason: str
    number: int


@dataclass(frozen=True)
class AccessJournal:
    """The whole document. ``now``: local time of its making, aware."""

    region: str
    place: str
    centre: str
    exam: str
    zone: str
    now: datetime
    rows: tuple[JournalRow, ...]
    cabinets: tuple[Cabinet, ...] = ()
    corrections: tuple[Correction, ...] = ()
    late: tuple[LateEntry, ...] = ()
    voided: tuple[Voided, ...] = ()
