"""The exam begins at another time than planned: note what was decided; what is still open is due by it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.domain import N_, Invalid, Message, Refused, localtime
from app.domain import facts as f
from app.domain.checklist import CLOSED, StepView, board
from app.domain.day import Day, Schedule
from app.domain.journal import Times
from app.domain.people import Actor
from app.domain.policy import Action, require_on
from app.domain.profile import Step
from app.domain.timing import Window
from app.services import days
from app.services.record import Receipt
from app.store import journal
from app.store.db import transaction

STILL = timedelta(hours=1)  # after the exam's start it can be said so long that it begins at another time


@dataclass(frozen=True)
class Move:
    """The new times as ``Opening`` has them (``HH:MM``), why, and who decided it when."""

    start: str
    end: str
    reason: str
    decided_by: str
    decided_at: datetime


def move_start(actor: Actor, day_id: str, move: Move, now: datetime, entry_id: str) -> Receipt:
    """Write the new start into the journal. Sent twice it is written once and answered twice.

    The exam stays on its date; on another one it is another day. A move is noted until an hour after the start that
    it changes; an earlier start than that is never in the past, a later one may be (noted afterwards).
    Raises Invalid with every reason, Refused.
    """
    log = days.log_of(day_id)
    with transaction(log):
        day, checkpoint = days.fold_log(log)
        require_on(day, actor, Action.START_MOVE)
        if known := journal.find(log, entry_id):
            if known.actor != actor.person or known.tag != "start.moved":
                raise Refused(N_("This entry's number is taken. Open the page anew and enter it again."))
            return Receipt(known.seq, True, checkpoint)
        fact, messages = read(day, move, now)
        if fact is None:
            raise Invalid(*messages)
        fact = replace(fact, by="" if actor.person in day.everyone else actor.name)
        entry, checkpoint = journal.append(log, fact, actor.person, Times(now), entry_id)
    return Receipt(entry.seq, False, checkpoint)


def read(day: Day, move: Move, now: datetime) -> tuple[f.StartMoved | None, list[Message]]:
    """The entry that the move would make; None, and every reason, when it cannot be taken."""
    messages: list[Message] = []
    start, end = localtime.exam(day.date, move.start, move.end, day.zone, messages)
    reason, decided_by = move.reason.strip(), move.decided_by.strip()
    messages += _judge_times(day, start, end, now)
    if move.decided_at > now:
        messages.append(Message(N_("It was decided before now: enter when."), field="decided_at"))
    if not reason:
        messages.append(Message(N_("Give the reason."), field="reason"))
    if not decided_by:
        messages.append(Message(N_("Say who decided it: name and role."), field="decided_by"))
    for name, text, most in (("reason", reason, 500), ("decided_by", decided_by, 200)):
        if len(text) > most:
            told = N_("The text is too long: at most %(count)s characters.")
            messages.append(Message(told, {"count": most}, name))
    if messages or start is None or end is None:
        return None, messages
    written = (localtime.written(start, day.zone), localtime.written(end, day.zone))
    return f.StartMoved(*written, start, end, reason, decided_by, move.decided_at), []


def may_still_move(day: Day, now: datetime) -> bool:
    """Until an hour after the exam's start as it is now."""
    return now < day.start + STILL


def _judge_times(day: Day, start: datetime | None, end: datetime | None, now: datetime) -> list[Message]:
    if not may_still_move(day, now):
        text = N_("The exam began more than an hour ago: its start is not moved any more. Write a note instead.")
        return [Message(text, field="start")]
    if start and start < min(day.start, now.replace(second=0, microsecond=0)):
        return [Message(N_("An earlier start cannot be in the past."), field="start")]
    if (start, end) == (day.start, day.end):
        return [Message(N_("The exam begins and ends at these times already."), field="start")]
    return []


@dataclass(frozen=True)
class Shift:
    """A step that is open, with its window now and by the new start."""

    step: Step
    now: Window
    then: Window


def effects(day: Day, start: datetime, end: datetime, now: datetime) -> tuple[Shift, ...]:
    """What of the open steps would be due at another time."""
    moved = replace(day, schedules=(*day.schedules, Schedule(day.size, start, end)))
    return tuple(Shift(a.step, a.window, b.window) for a, b in _open_pairs(board(day, now), board(moved, now)))


def _open_pairs(old: Sequence[StepView], new: Sequence[StepView]) -> list[tuple[StepView, StepView]]:
    pairs = zip(old, new, strict=True)
    return [(a, b) for a, b in pairs if a.state not in CLOSED and a.window.limit != b.window.limit]
