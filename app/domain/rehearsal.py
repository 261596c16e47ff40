"""A rehearsal's own clock: what it shows, when its moments come, where it may be set.

On a rehearsal every "now" is the rehearsal's: ``clock(day, real)``. What belongs to the world outside it (sessions,
keys and certificates, reminders that go out) is judged by the real clock: ``real(day, at)``. A real day has one clock.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from app.domain import N_, Invalid, Message, Refused
from app.domain.checklist import StepView, board
from app.domain.day import Day
from app.domain.people import SYSTEM
from app.domain.policy import ARRANGING
from app.domain.timing import AFTER_END, occurrences, window

SETTING = "rehearsal.clock"  # tag of the entry that sets the clock
_NAME = re.compile(r".*-\d{4}-\d\d-\d\d-r\d+")


def named(day_id: str) -> bool:
    """Is this the name of a rehearsal? For who cannot, or need not, read the day."""
    return _NAME.fullmatch(day_id) is not None


def clock(day: Day, real: datetime) -> datetime:
    """What the day's clock shows at the moment ``real``."""
    return real + day.ahead if day.opened.rehearsal else real


def real(day: Day, at: datetime) -> datetime:
    """When the moment ``at`` of the day comes, or came, on the real clock as the day's clock goes now."""
    return at - day.ahead if day.opened.rehearsal else at


def really_received(day: Day, seq: int, received: datetime) -> datetime:
    """When entry ``seq``, received at ``received`` of the day's clock, came on the real one."""
    if not day.opened.rehearsal:
        return received
    settings = (x.fact for x in day.lines[seq::-1] if x.tag == SETTING and x.fact)
    last = next(settings, None)
    return received - (last.at - last.real) if last else received


def is_set(day: Day) -> bool:
    """Was the clock ever set? Until then it shows the real time."""
    return any(x.tag == SETTING for x in day.lines)


def earliest(day: Day) -> datetime | None:
    """The clock is not set before the newest entry of a person's work; None while there is none."""
    work = (x for x in day.lines if x.tag not in ARRANGING and x.by.person != SYSTEM.person)
    return max((x.received for x in work), default=None)


def not_back(day: Day, now: datetime) -> datetime:
    """``now`` for an entry that was on its way while somebody set the clock forward."""
    return max(now, day.received) if is_set(day) else now


def require(day: Day) -> None:
    """Raise Refused on a real day: its clock is the real one and nobody sets it."""
    if not day.opened.rehearsal:
        raise Refused(N_("This is a real exam day. Only the clock of a rehearsal can be set."))


def judge(day: Day, at: datetime) -> None:
    """Raise Invalid when the clock may not be set to ``at``."""
    if not 2000 <= at.year <= 2100:
        raise Invalid(Message(N_("The year %(year)s cannot be meant."), {"year": at.year}, "at_date"))
    limit = earliest(day)
    if limit and at < limit:
        raise Invalid(Message(N_(
            "The clock goes forward only: the newest entry is of %(time)s. To begin anew, open another rehearsal."
        ), {"time": day.local(limit).strftime("%d.%m.%Y %H:%M:%S")}, "at"))  # fmt: skip


def beginning(day: Day) -> datetime:
    """When the first step of the exam's own date opens; what is prepared on days before it does not count."""
    opens = (p.window.opens for v in board(day, day.start) for p in v.places if not p.window.dated)
    return min((m for m in opens if m and day.local(m).date() == day.date), default=day.start)


def next_moment(day: Day, now: datetime) -> datetime | None:
    """The first moment after ``now`` at which an open step opens or is due, or the exam begins or ends."""
    return min((m for m in _moments(day, board(day, now)) if m > now), default=None)


def coming(day: Day, now: datetime) -> datetime | None:
    """Where "to the next step" leads: at first to where the day begins."""
    return next_moment(day, now) if is_set(day) or earliest(day) else beginning(day)


def _moments(day: Day, views: tuple[StepView, ...]) -> Iterator[datetime]:
    yield from (day.start, day.end)
    for view in views:
        open_places = [p for p in view.places if p.act is None]
        yield from (m for p in open_places for m in (p.window.opens, p.window.due) if m)
        if view.step.repeat == "interval" and view.step.enabled:
            known = {p.place for p in view.places}
            later = (c for c in occurrences(view.step, day, day.end + AFTER_END) if c not in known)
            yield from (m for c in later if (m := window(view.step, day, c).opens))
