"""The day and its plan, what was done, corrections, confirmations and signatures."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.domain.codec import later
from app.domain.facts.base import Fact, fact
from app.domain.plan import Camera, Centre, Member, Recorder, Room, Station

# ---------------------------------------------------------------- the day and its plan


@fact("day.opened")
class DayOpened(Fact):
    """First entry of a day's journal. Local times ``YYYY-MM-DDTHH:MM`` in the centre's zone."""

    day: str
    centre: Centre
    exam: str
    start_local: str
    end_local: str
    start: datetime
    end: datetime
    rooms: tuple[Room, ...]
    cameras: tuple[Camera, ...]
    stations: tuple[Station, ...]
    roster: tuple[Member, ...]
    profile: str
    profile_sha256: str
    parameters: dict[str, Any]
    period_start: str = ""  # first date of the exam period, ISO, or empty
    rehearsal: bool = False
    by: str = ""  # name of who opened it, when that person is not in the roster
    recorders: tuple[Recorder, ...] = later(())


@fact("plan.changed")
class PlanChanged(Fact):
    """Whole new lists; None leaves a list as it was."""

    reason: str
    rooms: tuple[Room, ...] | None = None
    cameras: tuple[Camera, ...] | None = None
    stations: tuple[Station, ...] | None = None
    by: str = ""
    recorders: tuple[Recorder, ...] | None = later(None)


@fact("roster.joined")
class RosterJoined(Fact):
    member: Member
    reason: str = ""
    by: str = ""


@fact("roster.left")
class RosterLeft(Fact):
    person: str
    reason: str
    by: str = ""


# ---------------------------------------------------------------- acts


@dataclass(frozen=True)
class Outside:
    """Somebody without an account acted: who, in which role of the profile, on which paper."""

    name: str
    role: str
    paper: str


@fact("step.done")
class StepDone(Fact):
    """A step finished at ``places`` (room, camera or station ids, occurrence ``HH:MM``; empty: the centre)."""

    step: str
    at: datetime
    places: tuple[str, ...] = ()
    evidence: dict[str, Any] = field(default_factory=dict)
    late_reason: str = ""  # entered long after the event
    overdue_reason: str = ""  # done after its time
    note: str = ""
    outside: Outside | None = None


@fact("step.impossible")
class StepImpossible(Fact):
    step: str
    at: datetime
    reason: str
    places: tuple[str, ...] = ()


@fact("step.waived")
class StepWaived(Fact):
    """Not required today: who decided stands in ``decided_by`` (name, role), and why."""

    step: str
    at: datetime
    reason: str
    decided_by: str
    places: tuple[str, ...] = ()


@fact("step.elsewhere")
class StepElsewhere(Fact):
    """A step of the exam period that another day of the same centre holds: that day's entry is the proof."""

    step: str
    day: str
    seq: int
    leaf: str
    at: datetime
    by: str


@fact("access.noted")
class AccessNoted(Fact):
    """A row of the access journal. ``action``: id in the profile's vocabulary, or empty with ``text``."""

    rooms: tuple[str, ...]
    start: datetime
    end: datetime
    action: str
    text: str = ""
    reason: str = ""
    state_found: str = ""  # on, off or empty
    seal_before: str = ""
    seal_after: str = ""
    late_reason: str = ""


@fact("milestone.noted")
class MilestoneNoted(Fact):
    milestone: str
    at: datetime
    place: str = ""
    late_reason: str = ""


@fact("note.written")
class NoteWritten(Fact):
    text: str
    at: datetime


# ---------------------------------------------------------------- paper's habits: nothing is erased


@fact("entry.corrected")
class EntryCorrected(Fact):
    """``changes``: field (``evidence.<name>`` for evidence) to its new value; the old entry stays."""

    target: int
    changes: dict[str, Any]
    reason: str


@fact("entry.voided")
class EntryVoided(Fact):
    target: int
    reason: str


@fact("body.erased")
class BodyErased(Fact):
    """The body of ``target`` was destroyed after its legal term, by the act named."""

    target: int
    term: str
    act: str


# ---------------------------------------------------------------- confirmation and signature


@dataclass(frozen=True)
class Target:
    seq: int
    leaf: str  # leaf hash, hex


@fact("acts.confirmed")
class ActsConfirmed(Fact):
    """``signature``: base64 DER ECDSA P-256/SHA-256 over ``statement(...)`` of confirm.py, by ``certificate``."""

    targets: tuple[Target, ...]
    role: str
    at: datetime
    checkpoint: tuple[str, ...]  # lines of the signed note that the confirmer saw
    certificate: str  # SHA-256 of the certificate, hex
    signature: str


@fact("acts.confirmed_outside")
class ActsConfirmedOutside(Fact):
    """A confirmer without an account signed on paper; recorded by the entry's actor."""

    targets: tuple[Target, ...]
    by: Outside
    at: datetime


@fact("document.signed")
class DocumentSigned(Fact):
    """``size``: entries that the document shows (n); ``file``: SHA-256 after this signature; ``base``: before it."""

    form: str
    revision: int
    slot: str
    meaning: str
    size: int
    base: str
    file: str
    certificate: str
    at: datetime
