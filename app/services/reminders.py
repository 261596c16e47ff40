"""Tell people what the clock says about their days: each thing once, one message for what belongs together.

``sweep`` looks only at days that grew or have something due; what was told stands in rows that a unique key
protects, so two processes, or one that died, never tell the same twice (docs/decisions/0010-reminders.md).
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from app.domain import rehearsal
from app.domain.clockwork import PerDay, last_change
from app.domain.day import Day
from app.domain.outages import named
from app.domain.people import Actor
from app.domain.policy import Action, require_member
from app.domain.reminders import Call, calls, due, next_at, people
from app.services import days
from app.store import overview as rows
from app.store import reminders as store
from app.store.db import transaction

LOG = logging.getLogger("logbook.reminders")
PAUSE = timedelta(hours=1)
BATCH = 200  # days that are read ahead of looking at them
OPEN: PerDay[dict[tuple[str, str, datetime], tuple[str, ...]]] = PerDay()  # calls of the pages' days, open now


@dataclass(frozen=True, slots=True)
class Swept:
    """What one look did: days looked at, messages made, days whose journal cannot be read."""

    planned: int = 0
    told: int = 0
    broken: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """One step, or outage, in a message: what is open there still, since when or until when."""

    step: str
    rule: str
    limit: datetime
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """What a person is to be told on the pages of a day. ``ids``: the messages that it is made from."""

    ids: tuple[str, ...]
    made: datetime
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a step, since when and until when."""

    step: str
    person: str
    at: datetime
    until: datetime


def sweep(now: datetime, mail: bool = False) -> Swept:
    """Tell what is due at ``now`` (the real clock). ``mail``: messages are wanted by e-mail too.

    A day that cannot be told of, whatever the reason, keeps no other one back; it is tried again after ``PAUSE``.
    """
    planned = told = broken = 0
    while found := store.waiting(now, BATCH):
        for log, day_id in found:
            planned += 1
            try:
                told += _look(log, day_id, now, mail)
            except Exception:
                LOG.exception("%s: nothing could be told", day_id)
                broken += 1
                _leave(log, now + PAUSE)
    return Swept(planned, told, broken)


def _leave(log: int, until: datetime) -> None:
    with transaction():
        store.leave(log, until)


def _look(log: int, day_id: str, now: datetime, mail: bool) -> int:
    days.fold_log(log)  # a long journal is read before others have to wait; the lock then finds it kept
    with transaction(log):
        day, checkpoint = days.fold_log(log)
        there = rehearsal.clock(day, now)
        held = {t.step: t.until for t in store.taken(day.id)}
        planned = calls(day, there)
        told = _tell(day, due(day, planned, there, held), now, mail)
        at = next_at(planned, there, held)
        store.plan(log, checkpoint.size, rehearsal.real(day, at) if at else None)
    return told


def _tell(day: Day, found: tuple[Call, ...], now: datetime, mail: bool) -> int:
    """One message for everybody who has something new to hear."""
    if not found:
        return 0
    known = store.told(day.id)
    new: dict[str, list[Call]] = {}
    for call in found:
        for person in people(day, call):
            if store.Key(call.step, call.rule, call.limit, person) not in known:
                new.setdefault(person, []).append(call)
    reached = store.with_mail(new) if mail else frozenset()
    messages = [
        {"id": str(uuid4()), "day": day.id, "person": person, "made": now, "wanted": person in reached}
        for person in new
    ]
    if messages:
        store.put(messages, [_row(day, m, c) for m in messages for c in new[str(m["person"])]])
    return len(messages)


def _row(day: Day, message: dict[str, Any], call: Call) -> dict[str, Any]:
    return {
        "day": day.id, "step": call.step, "rule": call.rule, "due": call.limit, "person": message["person"],
        "at": call.at, "message": message["id"],
    }  # fmt: skip


# ---------------------------------------------------------------- what a person sees of it


def note(day: Day, person: str, now: datetime) -> Note | None:
    """What the person was told of ``day`` and has not put away, as far as it is still open; None for nothing.

    ``now``: the day's own clock. All messages together make one note; of each step the last rule counts.
    """
    return _note(day, store.unread(day.id, person), now)


def of_message(day: Day, message: str, now: datetime) -> Note | None:
    """What one message tells, as far as it is still open; None when everything was done meanwhile."""
    return _note(day, store.of_message(message), now)


def _note(day: Day, told: list[store.Told], now: datetime) -> Note | None:
    if not told:
        return None
    levels = {rule.id: level for level, rule in enumerate(day.profile.reminders)}
    open_now = OPEN.of(day, last_change(day, now), lambda: _open(day, now))
    still = [row for row in told if (row.step, row.rule, row.due) in open_now]
    last = {step: max(levels[r.rule] for r in still if r.step == step) for step in {r.step for r in still}}
    loudest = {(r.step, r.rule, r.due) for r in still if levels[r.rule] == last[r.step]}
    items = [Item(*key, open_now[key]) for key in sorted(loudest, key=lambda k: (k[2], k[0]))]
    if not items:
        return None
    return Note(tuple(dict.fromkeys(row.message for row in told)), max(row.made for row in still), tuple(items))


def _open(day: Day, now: datetime) -> dict[tuple[str, str, datetime], tuple[str, ...]]:
    return {(c.step, c.rule, c.limit): c.places for c in calls(day, now)}


def mark(day: Day, person: str, now: datetime) -> str:
    """Changes whenever ``note`` or ``holders`` may say something else without a new entry or a step's change.

    ``now``: the day's own clock; what somebody has ends by it alone.
    """
    return store.mark(day.id, person, now)


def put_away(actor: Actor, day_id: str, ids: Sequence[str], now: datetime) -> None:
    """The actor has read these messages; others of the same steps still come."""
    day = days.load(actor, day_id)
    with transaction():
        store.mark_read(day.id, actor.person, ids, now)


# ---------------------------------------------------------------- "I have it"


def holders(day: Day, now: datetime) -> dict[str, Holder]:
    """By step: who said "I have it" and until when, on the day's own clock; what has expired is left out."""
    found = (Holder(t.step, t.person, t.at, t.until) for t in store.taken(day.id) if t.until > now)
    return {h.step: h for h in found}


def take(actor: Actor, day_id: str, steps: Sequence[str], now: datetime) -> datetime:
    """The actor has these steps or open outages: nobody is told of them again before the moment that comes back.

    That moment is the day's clock, ``now`` the real one. Raises Refused for who is not in the roster, NotFound for no
    such step.
    """
    log = days.log_of(day_id)
    with transaction(log):
        day, _ = days.fold_log(log)
        require_member(day, actor, Action.REMINDER_TAKE)
        there = rehearsal.clock(day, now)
        until = there + timedelta(minutes=day.profile.taken_min)
        for step in dict.fromkeys(steps):
            outage = named(day, step)
            name = outage.name if outage and outage.open else day.profile.step(step).id
            store.take(day.id, name, actor.person, there, until)
        rows.expire(day.id, now)
    return until


def give_up(actor: Actor, day_id: str, step: str, now: datetime) -> None:
    """The actor has the step no longer: whoever is next is told at once."""
    log = days.log_of(day_id)
    with transaction(log):
        day, _ = days.fold_log(log)
        require_member(day, actor, Action.REMINDER_TAKE)
        store.give_up(day.id, step, actor.person)
        rows.expire(day.id, now)
        store.look_again(log, now)
