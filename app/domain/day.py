"""The exam day as its journal tells it: what pages, forms and reminders read.

A ``Day`` is immutable; ``fold.fold`` makes it from the journal's entries.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from app.domain import facts as f
from app.domain.journal import Times
from app.domain.plan import Camera, Member, Recorder, Room, Station
from app.domain.profile import Limits, Profile

LATE_BY_NATURE = ("addendum.written",)  # what is said after the day, of whatever moment


@dataclass(frozen=True, slots=True)
class Change:
    """One correction: ``fields`` maps a field to (old, new)."""

    seq: int
    leaf: str
    by: Member
    received: datetime
    fields: Mapping[str, tuple[Any, Any]]
    reason: str


@dataclass(frozen=True, slots=True)
class Void:
    seq: int
    by: Member
    received: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Confirmation:
    """``person`` is empty when it was recorded for somebody outside the system (``paper`` names the sheet)."""

    seq: int
    role: str
    person: str
    short: str
    at: datetime
    paper: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that somebody did: current ``fact``, the ``original``, and what happened to it since."""

    seq: int
    id: str
    leaf: str
    tag: str
    by: Member
    times: Times
    fact: Any
    original: Any
    changes: tuple[Change, ...] = ()
    void: Void | None = None
    confirmations: tuple[Confirmation, ...] = ()
    limits: Limits = field(default_factory=Limits)

    @property
    def number(self) -> int:
        """Entry number as people see it."""
        return self.seq + 1

    @property
    def at(self) -> datetime:
        """Moment of the event (the end, for an access)."""
        moment: datetime = self.fact.end if self.tag == "access.noted" else self.fact.at
        return moment

    @property
    def late_entry(self) -> timedelta | None:
        """How long after the event the server received it, when that needs a reason."""
        delay = self.times.received - self.at
        return delay if delay > self.limits.late_after and self.tag not in LATE_BY_NATURE else None

    @property
    def apart(self) -> timedelta | None:
        """The same, from where on both times are shown wherever the moment is."""
        delay = self.times.received - self.at
        return delay if abs(delay) > self.limits.print_both_after else None

    @property
    def clock_off(self) -> timedelta | None:
        """How far the device's clock was ahead of the server's (negative: behind), when that is much."""
        off = timedelta(milliseconds=self.times.offset_ms or 0)
        return off if abs(off) > self.limits.ahead else None

    @property
    def valid_confirmations(self) -> tuple[Confirmation, ...]:
        """Confirmations made after the last correction; older ones confirmed something else."""
        last = self.changes[-1].seq if self.changes else -1
        return tuple(c for c in self.confirmations if c.seq > last)

    def targets(self) -> tuple[f.Target, ...]:
        """What a confirmer signs: this entry and every correction of it."""
        return (f.Target(self.seq, self.leaf), *(f.Target(c.seq, c.leaf) for c in self.changes))


@dataclass(frozen=True, slots=True)
class Schedule:
    """When the exam is held, from entry ``seq`` on. ``moved``: why and by whom, None for the plan of the opening."""

    seq: int
    start: datetime
    end: datetime
    moved: f.StartMoved | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature of a document, as the journal received it."""

    seq: int
    received: datetime
    by: Member
    fact: f.DocumentSigned


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in the order of the journal, for lists: what kind, who, when."""

    seq: int
    tag: str
    by: Member
    received: datetime
    fact: Any


@dataclass(frozen=True)
class Day:
    """Everything that a page, a form or an export needs to know about one day."""

    origin: str
    opened: f.DayOpened
    profile: Profile
    size: int
    received: datetime  # of the newest entry
    rooms: tuple[Room, ...]
    cameras: tuple[Camera, ...]
    stations: tuple[Station, ...]
    roster: Mapping[str, Member]  # person id to current line
    everyone: Mapping[str, Member]  # who ever stood in the roster
    acts: Mapping[int, Act] = field(default_factory=dict)
    by_step: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    milestones: Mapping[tuple[str, str], int] = field(default_factory=dict)
    documents: Mapping[str, tuple[Signature, ...]] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    schedules: tuple[Schedule, ...] = ()  # of the opening, then every move of the start
    ahead: timedelta = timedelta()  # a rehearsal's clock minus the real one
    recorders: tuple[Recorder, ...] = ()
    by_tag: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # entries of machines, outages, footage, review
    source: str = ""  # the other installation whose day it is: read here only, and its people are not ours

    @property
    def id(self) -> str:
        return self.opened.day

    @property
    def centre_code(self) -> str:
        return f"{self.opened.centre.region}-{self.opened.centre.code}"

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.opened.centre.zone)

    @cached_property
    def date(self) -> date:
        """Local date of the exam."""
        return date.fromisoformat(self.opened.start_local[:10])

    @property
    def start(self) -> datetime:
        """When the exam begins, by the newest decision."""
        return self.schedules[-1].start

    @property
    def end(self) -> datetime:
        return self.schedules[-1].end

    def as_known(self, seq: int) -> "Day":
        """The day with the start that was in force when entry ``seq`` was written: what was due then."""
        if len(self.schedules) == 1 or seq > self.schedules[-1].seq:
            return self
        known = tuple(s for s in self.schedules if s.seq < seq or not s.seq)
        if len(known) not in self._former:
            self._former[len(known)] = replace(self, schedules=known)
        return self._former[len(known)]

    @cached_property
    def _former(self) -> dict[int, "Day"]:
        """This day with its first schedules alone, by their number; made when asked for."""
        return {}

    def local(self, moment: datetime) -> datetime:
        """``moment`` on the centre's clock."""
        return moment.astimezone(self.zone)

    def parameter(self, name: str) -> Any:
        """Value of a profile parameter on this day: the region's, else the profile's default, else None."""
        if name in self.opened.parameters:
            return self.opened.parameters[name]
        spec = self.profile.parameter(name)
        return spec.default if spec else None

    def room(self, code: str) -> Room | None:
        return next((r for r in self.rooms if r.code == code), None)

    def step_acts(self, step: str) -> tuple[Act, ...]:
        """Acts of a step that stand (not voided), in the journal's order."""
        return tuple(a for seq in self.by_step.get(step, ()) if not (a := self.acts[seq]).void)

    def tagged(self, tag: str) -> tuple[Act, ...]:
        """Acts about outages, footage and remarks of one kind that stand, in the journal's order."""
        return tuple(a for seq in self.by_tag.get(tag, ()) if not (a := self.acts[seq]).void)

    def camera(self, name: str) -> Camera | None:
        return next((c for c in self.cameras if c.id == name), None)

    def milestone(self, name: str, place: str = "") -> Act | None:
        """The act that noted the milestone and stands."""
        seq = self.milestones.get((name, place))
        act = self.acts[seq] if seq is not None else None
        return act if act and not act.void else None
