"""The day's clock, what is added after its end, and who is on duty."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.facts.base import Fact, fact


@fact("start.moved")
class StartMoved(Fact):
    """The exam begins at another time than planned; what is still open is due by the new one.

    ``decided_by``: name and role of who decided it, at the moment ``at``. Local times as in ``day.opened``.
    """

    start_local: str
    end_local: str
    start: datetime
    end: datetime
    reason: str
    decided_by: str
    at: datetime
    by: str = ""


@fact("rehearsal.clock")
class RehearsalClock(Fact):
    """The clock of a rehearsal was set: at the moment ``real`` it shows ``at``, and goes on from there.

    From here on ``times.received`` of the rehearsal's entries, this one's too, is what its clock showed; the real
    moment is that minus (``at`` - ``real``). Entries before the first setting were received on the real clock.
    """

    real: datetime
    at: datetime
    by: str = ""


@fact("clock.jumped")
class ClockJumped(Fact):
    """The server's clock, as it noticed by itself: it slept, or its clock was set (negative: set back).

    ``at``: the moment of noticing, on the clock as it goes since.
    """

    at: datetime
    slept_s: int
    set_s: int


@fact("addendum.written")
class AddendumWritten(Fact):
    """What is said of a day after it was closed. ``at``: moment of what it tells; ``target``: the entry it adds to."""

    text: str
    at: datetime
    reason: str
    target: int | None = None


# ---------------------------------------------------------------- shifts


@dataclass(frozen=True)
class Item:
    """A thing passed on at the end of a shift. ``kind``: one of duty.KINDS; ``count`` pieces."""

    kind: str
    name: str
    serial: str = ""
    count: int = 1


@fact("shift.handed")
class ShiftHanded(Fact):
    """A technician passes the duty on to ``to``; it goes over when that person takes it (``shift.taken``).

    ``steps``: ids of the steps that were open then. ``signature``: base64 DER ECDSA P-256/SHA-256 over
    ``duty.handed_statement``, by ``certificate`` (SHA-256, hex).
    """

    to: str
    at: datetime
    steps: tuple[str, ...]
    items: tuple[Item, ...]
    note: str
    certificate: str
    signature: str


@fact("shift.taken")
class ShiftTaken(Fact):
    """The other technician takes the duty with what entry ``target`` names; signed like ``shift.handed``.

    ``leaf``: leaf hash of that entry, hex. ``remark``: what was not as said.
    """

    target: int
    leaf: str
    at: datetime
    certificate: str
    signature: str
    remark: str = ""
