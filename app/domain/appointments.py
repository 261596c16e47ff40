"""A person's day as appointments: a pure function of the day and their line of the roster. Moments are real ones.

It reads no clock: the same journal gives the same appointments.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.domain import rehearsal
from app.domain.checklist import CLOSED, StepView, view
from app.domain.day import Day
from app.domain.plan import Member
from app.domain.profile import PERFORMERS, Step
from app.domain.reminders import fits, moments
from app.domain.timing import Window, window

SHORTEST = timedelta(minutes=15)  # what has no length is shown so long
PLANNING = frozenset({"plan.changed", "start.moved", "rehearsal.clock"})


@dataclass(frozen=True, slots=True)
class Appointment:
    """``step`` None: the exam itself. ``on``: a date instead of times. ``alarms``: distances from the begin.

    ``revision`` never goes down, and grows whenever the times may have changed.
    """

    step: Step | None
    start: datetime
    end: datetime
    revision: int
    on: date | None = None
    done: bool = False
    alarms: tuple[timedelta, ...] = ()


def appointments(day: Day, member: Member) -> Iterator[Appointment]:
    """The exam, then the steps of the member's role that have a time or a date, in the profile's order."""
    planned = max((line.seq for line in day.lines if line.tag in PLANNING), default=0)
    yield Appointment(None, rehearsal.real(day, day.start), rehearsal.real(day, day.end), planned)
    for step in day.profile.steps:
        if step.enabled and member.role in step.performers:
            revision = day.size - 1 if step.when.after or step.when.until else planned
            found = _appointment(day, view(step, day, day.end), member, revision)
            if found:
                yield found


def _appointment(day: Day, seen: StepView, member: Member, revision: int) -> Appointment | None:
    windows = [p.window for p in seen.places] or [window(seen.step, day)]
    starts = [start for w in windows if (start := _start(w))]
    if not starts:
        return None
    start, done = min(starts), seen.state in CLOSED
    end = max([start + SHORTEST, *(w.due for w in windows if w.due)])
    first = windows[0]
    if first.dated:
        on = day.local(first.due or start).date()
        return Appointment(seen.step, start, end, revision, on, done, () if done else _alarms(day, seen, first, member))
    begin, over = rehearsal.real(day, start), rehearsal.real(day, end)
    alarms = () if done else _alarms(day, seen, next(w for w in windows if _start(w) == start), member)
    return Appointment(seen.step, begin, over, revision, None, done, alarms)


def _start(span: Window) -> datetime | None:
    """When the acting begins: at its moment, for "no later than" as soon as it can be done."""
    return span.opens if span.rule == "by" else span.start or span.opens


def _alarms(day: Day, seen: StepView, span: Window, member: Member) -> tuple[timedelta, ...]:
    """What the profile tells this role before the limit has passed; a calendar learns too late what is done."""
    found = set()
    for rule in day.profile.reminders:
        told = PERFORMERS in rule.tell or member.role in rule.tell
        both = moments(rule, day, span) if told and fits(rule, seen.step) else None
        if both is None or rule.of == "overdue" or (rule.dated and rule.days > 0):
            continue
        if rule.dated:
            found.add(timedelta(days=rule.days, hours=int(rule.clock[:2]), minutes=int(rule.clock[3:])))
        elif start := _start(span):
            found.add(both[1] - start)
    return tuple(sorted(found))
