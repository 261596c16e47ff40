"""When something may be recorded: not ahead of its time, late only with a reason."""

from datetime import datetime, timedelta
from typing import Any

from app.domain import N_, Message
from app.domain import facts as f
from app.domain.access import times_of
from app.domain.day import LATE_ENTRY, Day
from app.domain.plan import Member
from app.domain.rules.base import AHEAD, Messages, step_of


def not_in_future(day: Day, fact: Any, member: Member, now: datetime) -> Messages:
    at = fact.end if isinstance(fact, f.AccessNoted) else fact.at
    if at > now + AHEAD:
        yield Message(N_("The time is in the future. Enter when it really happened."), field="at")


def _late(delay: timedelta) -> Message:
    text = N_("You are entering this %(minutes)s min after the event. Both times will be printed. Give the reason.")
    return Message(text, {"minutes": int(delay.total_seconds() // 60)}, "late_reason")


def late_needs_reason(day: Day, fact: Any, member: Member, now: datetime) -> Messages:
    at = fact.end if isinstance(fact, f.AccessNoted) else fact.at
    if now - at > LATE_ENTRY and not fact.late_reason:
        yield _late(now - at)


def ends_after_start(day: Day, fact: f.AccessNoted, member: Member, now: datetime) -> Messages:
    if fact.end < fact.start:
        yield Message(N_("The end is before the start."), field="end")


def row_times_fit(day: Day, fact: f.StepDone, member: Member, now: datetime) -> Messages:
    """The row that a step writes obeys what a row by hand obeys: in order, not in the future, late with a reason."""
    spec = step_of(day, fact).access
    if spec is None:
        return
    try:
        start, end = times_of(day, fact, spec)
    except (ValueError, TypeError, AttributeError):  # evidence_complete says which field cannot be read
        return
    field = f"evidence.{spec.end or spec.start or 'at'}"
    if end < start:
        yield Message(N_("The end is before the start."), field=field)
    elif end > now + AHEAD >= fact.at:
        yield Message(N_("The time is in the future. Enter when it really happened."), field=field)
    elif now - end > LATE_ENTRY >= now - fact.at and not fact.late_reason:
        yield _late(now - end)
