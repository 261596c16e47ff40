"""A profile: the checklist of one exam type as data. What it says, not how it is read.

``profile_parser.parse`` makes it from TOML text; the day pins the text by its SHA-256.
Texts are ``Texts``: language code to string; ``text()`` picks one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from app.domain import N_, NotFound

Texts = Mapping[str, str]

FIELD_TYPES = (
    "text",
    "number",
    "choice",
    "yesno",
    "date",
    "time",
    "datetime",
    "person",
    "room",
    "rooms",
    "serial",
    "sha256",
    "file",
    "signature",
    "list",
    "table",
    "never_store",
)
REPEATS = ("", "room", "camera", "station", "demand", "interval")
RULES = ("by", "at", "not_before")
REMIND_OF = ("opens", "due", "overdue", "outage")
PERFORMERS = "performers"
EFFECTS = ("", "start", "stop", "copy")
BASES = ("sourced", "partial", "derived", "unsourced")


def text(texts: Texts, *languages: str) -> str:
    """The first of ``languages`` that exists, else any; empty for no texts."""
    for language in languages:
        if language in texts:
            return texts[language]
    return next(iter(texts.values()), "")


@dataclass(frozen=True, slots=True)
class Choice:
    id: str
    title: Texts


@dataclass(frozen=True, slots=True)
class Check:
    """A limit that warns. Exactly one is set; for ``max_age_days`` the reference is the exam date."""

    min: int | None = None
    max: int | None = None
    abs_max: int | None = None
    max_age_days: int | None = None
    equals: Any = None


@dataclass(frozen=True, slots=True)
class Field:
    """One evidence field. ``default``: a literal, or ``now``, ``last``, ``rooms`` (all of the step), ``me``.

    ``item`` types the elements of a list; ``columns`` those of a table. ``parameter`` takes
    the default from a parameter. A ``never_store`` field is an instruction and takes no input.
    """

    id: str
    type: str
    title: Texts
    help: Texts = field(default_factory=dict)
    required: bool = True
    default: Any = None
    unit: str = ""
    min: int | None = None
    max: int | None = None
    max_length: int = 500
    choices: tuple[Choice, ...] = ()
    item: str = ""
    columns: tuple["Field", ...] = ()
    check: Check | None = None
    parameter: str = ""


@dataclass(frozen=True, slots=True)
class When:
    """Timing of a step. One base: start, end, clock, period, days_after, date_rule, after or on_demand.

    ``start``/``end``: minutes from exam start or end. ``clock``: ``HH:MM`` local on exam day + ``day``.
    ``period``: days from the first date of the exam period. ``days_after``: calendar days after the exam.
    ``date_rule``: ``MM-DD+Y`` (years after the exam's year). ``after``: id of a step or milestone.
    ``every`` minutes repeats from the base until milestone ``until`` (or the exam's end).
    ``rule``: ``by`` no later than, ``at`` from then for ``duration`` minutes, ``not_before``.
    ``opens`` minutes before due the step counts as "now"; ``grace`` minutes after due it is not yet late.
    ``parameter`` replaces the value of the base by that of a parameter.
    """

    start: int | None = None
    end: int | None = None
    clock: str = ""
    day: int = 0
    period: int | None = None
    days_after: int | None = None
    date_rule: str = ""
    after: str = ""
    on_demand: bool = False
    every: int = 0
    until: str = ""
    rule: str = "at"
    duration: int = 0
    opens: int = 30
    grace: int = 0
    parameter: str = ""
    note: Texts = field(default_factory=dict)
    firm: bool = False  # with ``not_before``: earlier is refused, not explained


@dataclass(frozen=True, slots=True)
class Footage:
    """The step is done by copying footage: evidence fields that take what the copying tool knows; empty: none."""

    start: str = ""
    end: str = ""
    period_start: str = ""
    period_end: str = ""
    files: str = ""
    size: str = ""
    format: str = ""
    manifest: str = ""
    medium: str = ""  # choice of the medium's kind
    serial: str = ""
    viewed: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    """The step writes a row of the access journal: action and the evidence fields that give its times.

    ``start``/``end``: ids of time fields, or empty for the moment of the act. Rooms are the
    act's places, or the field ``rooms`` when named, or ``fixed`` room kinds.
    ``action_field``: evidence field that holds the action instead of ``action``.
    """

    action: str = ""
    action_field: str = ""
    start: str = ""
    end: str = ""
    rooms: str = ""
    reason: str = ""
    seal_before: str = ""
    seal_after: str = ""
    state_found: str = ""  # choice field with the ids on, off


@dataclass(frozen=True, slots=True)
class Step:
    id: str
    stage: str
    title: Texts
    when: When
    performers: tuple[str, ...]
    confirmers: tuple[str, ...] = ()  # every one of these roles confirms
    help: Texts = field(default_factory=dict)
    repeat: str = ""  # one of REPEATS
    kinds: tuple[
        str, ...
    ] = ()  # room kinds, station kinds, or room kinds of cameras that the repetition covers; empty: all
    fields: tuple[Field, ...] = ()
    access: Access | None = None
    footage: Footage | None = None
    needs_recording: tuple[str, ...] = ()  # kinds of rooms that record before this step is done
    feeds: tuple[str, ...] = ()
    enabled: bool = True
    basis: str = "unsourced"
    source: tuple[str, ...] = ()
    note: Texts = field(default_factory=dict)

    def field(self, name: str) -> Field:
        for spec in self.fields:
            if spec.id == name:
                return spec
        raise NotFound(N_("Step %(step)s has no field %(name)s."), step=self.id, name=name)


@dataclass(frozen=True, slots=True)
class Stage:
    id: str
    title: Texts


@dataclass(frozen=True, slots=True)
class RoleSpec:
    """``account`` False: acts outside the system. ``title`` as printed in forms (lower case where they have it)."""

    id: str
    title: Texts
    account: bool = True
    source: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """A word of the access journal's vocabulary. ``effect``: what it does to a room's recording, one of EFFECTS."""

    id: str
    title: Texts
    basis: str = "sourced"
    source: tuple[str, ...] = ()
    effect: str = ""


@dataclass(frozen=True, slots=True)
class Milestone:
    """Somebody notes it with one tap; steps may follow it. ``per_room``: once for each exam room."""

    id: str
    title: Texts
    per_room: bool = False
    noted_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reminder:
    """Who is told about a step that is still open, and when. Rules stand in the order of escalation.

    ``tell``: roles, or ``performers`` for those of the step's performers who are on duty. For a step with a time:
    ``minutes`` from the moment ``of`` (it ``opens``, is ``due``, is ``overdue``). For a step whose limit is a date
    (``dated``): ``days`` from that date, at ``clock``. ``steps``: ids of steps or stages; empty for all. ``rounds``:
    also for what is repeated in intervals. Of an ``outage``: when it reaches the ``stage``, one of outages.STAGES.
    """

    id: str
    tell: tuple[str, ...]
    title: Texts = field(default_factory=dict)
    of: str = "due"  # one of REMIND_OF
    minutes: int = 0
    dated: bool = False
    days: int = 0
    clock: str = "09:00"
    steps: tuple[str, ...] = ()
    rounds: bool = False
    stage: str = ""
    basis: str = "derived"
    source: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that differs between years and regions. ``type``: time, minutes, days, yesno, choice, text, texts."""

    id: str
    type: str
    default: Any
    title: Texts = field(default_factory=dict)
    alternatives: tuple[str, ...] = ()
    basis: str = "sourced"
    source: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """How far the moment of an event may lie from that of its entry. The values here are those of a silent profile.

    ``late_after_min``: later needs a reason; ``ahead_min``: so far ahead a device's clock may be;
    ``print_both_after_min``: from here on both times are printed; ``blip_s``: a shorter failure of a camera is none;
    ``oldest_h``: nothing older is entered.
    """

    late_after_min: int = 10
    ahead_min: int = 2
    print_both_after_min: int = 5
    blip_s: int = 10
    oldest_h: int | None = None
    basis: str = "derived"
    source: tuple[str, ...] = ()
    note: Texts = field(default_factory=dict)

    @property
    def late_after(self) -> timedelta:
        return timedelta(minutes=self.late_after_min)

    @property
    def ahead(self) -> timedelta:
        return timedelta(minutes=self.ahead_min)

    @property
    def print_both_after(self) -> timedelta:
        """Never later than "late": the reason of a late entry stands beside both times."""
        return timedelta(minutes=min(self.print_both_after_min, self.late_after_min))

    @property
    def oldest(self) -> timedelta | None:
        return None if self.oldest_h is None else timedelta(hours=self.oldest_h)


@dataclass(frozen=True, slots=True)
class Profile:
    """``closes``: code of the form whose last signature closes the day (closing.py says what happens without one)."""

    id: str
    version: str
    language: str  # of the regulation
    title: Texts
    exam: str
    start: str  # usual start, HH:MM
    sha256: str
    roles: tuple[RoleSpec, ...]
    actions: tuple[Action, ...]
    milestones: tuple[Milestone, ...]
    parameters: tuple[Parameter, ...]
    stages: tuple[Stage, ...]
    steps: tuple[Step, ...]
    sources: Mapping[str, str]
    reminders: tuple[Reminder, ...] = ()
    taken_min: int = 15  # minutes for which "I have it" holds the next reminder back
    limits: Limits = field(default_factory=Limits)
    closes: str = ""

    def step(self, step_id: str) -> Step:
        """Raises NotFound when the profile has no such step."""
        for spec in self.steps:
            if spec.id == step_id:
                return spec
        raise NotFound(N_("The profile has no step %(step)s."), step=step_id)

    def role(self, role_id: str) -> RoleSpec:
        """The role, or one titled by its own id when the profile does not name it."""
        return next((r for r in self.roles if r.id == role_id), RoleSpec(role_id, {"en": role_id}))

    def action(self, action_id: str) -> Action | None:
        return next((a for a in self.actions if a.id == action_id), None)

    def milestone(self, milestone_id: str) -> Milestone | None:
        return next((m for m in self.milestones if m.id == milestone_id), None)

    def parameter(self, parameter_id: str) -> Parameter | None:
        return next((p for p in self.parameters if p.id == parameter_id), None)
