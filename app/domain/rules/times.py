"""When something may be recorded: not ahead of its time, late or early only with a reason, and not in a closed day."""

from datetime import datetime, timedelta
from typing import Any

from app.domain import N_, Message
from app.domain import facts as f
from app.domain.access import times_of
from app.domain.checklist import early
from app.domain.closing import begun, closed_at, sealed
from app.domain.day import Day
from app.domain.plan import Member
from app.domain.rules.base import Messages, step_of

CLOSED = N_("The day was closed at %(time)s. Write an addendum instead.")


def not_in_future(day: Day, fact: Any, member: Member, now: datetime) -> Messages:
    if _at(fact) > now + day.profile.limits.ahead:
        yield Message(N_("The time is in the future. Enter when it really happened."), field="at")


def _at(fact: Any) -> datetime:
    at: datetime = fact.end if isinstance(fact, f.AccessNoted) else fact.at
    return at


def _late(delay: timedelta) -> Message:
    text = N_("You are entering this %(minutes)s min after the event. Both times will be printed. Give the reason.")
    return Message(text, {"minutes": int(delay.total_seconds() // 60)}, "late_reason")


def late_needs_reason(day: Day, fact: Any, member: Member, now: datetime) -> Messages:
    delay = now - _at(fact)
    if delay > day.profile.limits.late_after and not fact.late_reason:
        yield _late(delay)


def not_too_old(day: Day, fact: Any, member: Member, now: datetime) -> Messages:
    oldest = day.profile.limits.oldest
    if oldest is not None and now - _at(fact) > oldest:
        text = N_("This is more than %(hours)s h ago: it is not entered any more. Write it as a note.")
        yield Message(text, {"hours": day.profile.limits.oldest_h}, "at")


def early_needs_reason(day: Day, fact: f.StepDone, member: Member, now: datetime) -> Messages:
    """What really was done before its window opened is written down with a word about it; a firm date refuses it."""
    step = step_of(day, fact)
    earliest = early(day, step, fact)
    if earliest is not None and not fact.note and not step.when.firm:
        text = N_("This step is not done before %(time)s. If it really was, say in the note why.")
        yield Message(text, {"time": clock(day, earliest)}, "note")


def firm_date_has_come(day: Day, fact: f.StepDone, member: Member, now: datetime) -> Messages:
    """Nobody releases or destroys before the term has ended: no note explains that."""
    step = step_of(day, fact)
    earliest = early(day, step, fact)
    if earliest is not None and step.when.firm:
        yield Message(N_("Not before %(time)s: this term is firm."), {"time": clock(day, earliest)}, "at")


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
    limits = day.profile.limits
    field = f"evidence.{spec.end or spec.start or 'at'}"
    if end < start:
        yield Message(N_("The end is before the start."), field=field)
    elif end > now + limits.ahead >= fact.at:
        yield Message(N_("The time is in the future. Enter when it really happened."), field=field)
    elif now - end > limits.late_after >= now - fact.at and not fact.late_reason:
        yield _late(now - end)


# ---------------------------------------------------------------- a closed day


def clock(day: Day, moment: datetime) -> str:
    """``19:15`` on the centre's clock, with the date when it is not the exam's."""
    local = day.local(moment)
    return f"{local:%H:%M}" if local.date() == day.date else f"{local:%Y-%m-%d %H:%M}"


def not_of_a_closed_day(day: Day, fact: Any, member: Member, now: datetime) -> Messages:
    """What happened up to the closing is told in an addendum; what happens later is recorded as ever."""
    closed = closed_at(day)
    if closed is not None and begun(day, fact) <= closed:
        yield Message(CLOSED, {"time": clock(day, closed)}, "start" if isinstance(fact, f.AccessNoted) else "at")


def target_not_sealed(day: Day, fact: Any, member: Member, now: datetime) -> Messages:
    act, closed = day.acts.get(fact.target), closed_at(day)
    if act is not None and act.tag == "addendum.written":
        yield Message(N_("An addendum stays as it is. Write another one."))
    elif act is not None and closed is not None and sealed(day, act):
        yield Message(CLOSED, {"time": clock(day, closed)})


def day_is_closed(day: Day, fact: Any, member: Member, now: datetime) -> Messages:
    if closed_at(day) is None:
        yield Message(N_("The day is not closed yet: record it or correct the entry instead."))


def addendum_fits(day: Day, fact: f.AddendumWritten, member: Member, now: datetime) -> Messages:
    if not fact.text:
        yield Message(N_("Write the addendum."), field="text")
    if fact.target is not None and not 0 <= fact.target < day.size:
        yield Message(N_("There is no such entry."), field="target")
