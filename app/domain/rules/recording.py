"""The order of the day: what has to record before a step, and who ordered that it stops."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from app.domain import N_, Message
from app.domain import facts as f
from app.domain.access import rooms_of, times_of
from app.domain.day import Day
from app.domain.places import print_rooms
from app.domain.plan import Member
from app.domain.recording import unrecorded
from app.domain.rules.base import Messages, step_of
from app.domain.rules.times import clock


def recording_runs_before(day: Day, fact: f.StepDone, member: Member, now: datetime) -> Messages:
    """A step that needs recording is done without it only with a word about it."""
    step = step_of(day, fact)
    if step.needs_recording and not fact.note and (rooms := unrecorded(day, step, fact.at)):
        said = N_("By the journal these rooms did not record then: %(rooms)s. Say in the note why it was done.")
        yield Message(said, {"rooms": print_rooms(rooms)}, "note")


def started_in_time(day: Day, fact: Any, member: Member, now: datetime) -> Messages:
    """A recording that is started after a step that needed it is told with a reason."""
    field = "note" if isinstance(fact, f.StepDone) else "reason"
    started = _started(day, fact)
    if started is None or getattr(fact, field):
        return
    moment, rooms = started
    for step in day.profile.steps:
        for act in day.step_acts(step.id) if step.needs_recording else ():
            late = [r for r in unrecorded(day, step, act.at) if r in rooms]
            if act.tag == "step.done" and act.at < moment and late:
                said = N_("These rooms had to record by %(time)s already: %(rooms)s. Say why they were started later.")
                yield Message(said, {"rooms": print_rooms(late), "time": clock(day, act.at)}, field)
                return


def _started(day: Day, fact: Any) -> tuple[datetime, tuple[str, ...]] | None:
    """When a fact says that recording began, and where; None when it says no such thing."""
    if isinstance(fact, f.AccessNoted):
        return (fact.end, fact.rooms) if _effect(day, fact.action) == "start" else None
    spec = step_of(day, fact).access
    if spec is None:
        return None
    with suppress(ValueError, TypeError, AttributeError):  # evidence_complete says which field cannot be read
        action = fact.evidence.get(spec.action_field, "") if spec.action_field else spec.action
        if _effect(day, action) == "start":
            return max(times_of(day, fact, spec)), rooms_of(day, fact, spec)
    return None


def _effect(day: Day, name: str) -> str:
    action = day.profile.action(name)
    return action.effect if action else ""


def stop_is_ordered(day: Day, fact: f.AccessNoted, member: Member, now: datetime) -> Messages:
    if _effect(day, fact.action) == "stop" and not fact.reason:
        yield Message(N_("Say who ordered the stop, or what stopped the recording."), field="reason")
