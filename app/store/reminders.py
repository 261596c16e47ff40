"""Which days the clock has to look at, what was told, and who has something. No truth: the journals are."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, delete, func, or_, select, union, update
from sqlalchemy.dialects import postgresql, sqlite

from app.store.db import Prepared, db
from app.store.tables import CheckpointRow, DayRow, MessageRow, PersonRow, ReminderRow, TakenRow

CHECKPOINT, DAY, MESSAGE, REMINDER = (r.__table__ for r in (CheckpointRow, DayRow, MessageRow, ReminderRow))
PERSON, TAKEN = PersonRow.__table__, TakenRow.__table__


class Waiting(NamedTuple):
    """A day that grew since it was planned, or has something to tell."""

    log: int
    day: str


def waiting(now: datetime, limit: int) -> list[Waiting]:
    """At most ``limit`` days to look at. Two indexes, each of which holds nothing else: other days cost nothing."""
    due = select(CHECKPOINT.c.log_id).where(CHECKPOINT.c.next_at <= now)
    grown = select(CHECKPOINT.c.log_id).where(CHECKPOINT.c.size != CHECKPOINT.c.planned_size)
    found = union(due, grown).subquery()
    query = select(DAY.c.log_id, DAY.c.id).join(found, found.c.log_id == DAY.c.log_id).order_by(DAY.c.log_id)
    return [Waiting(*row) for row in db.session.execute(query.limit(limit))]


def plan(log: int, size: int, next_at: datetime | None) -> None:
    """Remember that the day was looked at with ``size`` entries, and when to look again. Inside a transaction."""
    values = {"planned_size": size, "next_at": next_at}
    db.session.execute(update(CHECKPOINT).where(CHECKPOINT.c.log_id == log).values(values))


def leave(log: int, until: datetime) -> None:
    """Look at the day again when it has grown, or at ``until``. Inside a transaction."""
    values = {"planned_size": CHECKPOINT.c.size, "next_at": until}
    db.session.execute(update(CHECKPOINT).where(CHECKPOINT.c.log_id == log).values(values))


def look_again(log: int, at: datetime) -> None:
    """Look at the day at ``at`` at the latest. Inside a transaction."""
    sooner = or_(CHECKPOINT.c.next_at.is_(None), CHECKPOINT.c.next_at > at)
    db.session.execute(update(CHECKPOINT).where(CHECKPOINT.c.log_id == log, sooner).values(next_at=at))


class Key(NamedTuple):
    """What makes a reminder the same one."""

    step: str
    rule: str
    due: datetime
    person: str


def told(day: str) -> set[Key]:
    """Everything that was told about a day."""
    query = select(REMINDER.c.step, REMINDER.c.rule, REMINDER.c.due, REMINDER.c.person)
    return {Key(*row) for row in db.session.execute(query.where(REMINDER.c.day == day))}


def put(messages: Sequence[dict[str, Any]], reminders: Sequence[dict[str, Any]]) -> None:
    """Write messages with their reminders. Inside a transaction; a reminder told before raises IntegrityError."""
    db.session.execute(MESSAGE.insert(), list(messages))
    db.session.execute(REMINDER.insert(), list(reminders))


def with_mail(people: Iterable[str]) -> frozenset[str]:
    """Those of ``people`` who may be reached by e-mail and want it."""
    query = select(PERSON.c.id).where(
        PERSON.c.id.in_(sorted(people)), PERSON.c.active, PERSON.c.mail, PERSON.c.email != ""
    )
    return frozenset(db.session.scalars(query))


class Told(NamedTuple):
    """One reminder of a message."""

    message: str
    made: datetime
    step: str
    rule: str
    due: datetime


_TOLD = (
    select(REMINDER.c.message, MESSAGE.c.made, REMINDER.c.step, REMINDER.c.rule, REMINDER.c.due)
    .join(MESSAGE, MESSAGE.c.id == REMINDER.c.message)
    .order_by(MESSAGE.c.made, REMINDER.c.id)
)
_MINE = (MESSAGE.c.day == bindparam("day"), MESSAGE.c.person == bindparam("person"), MESSAGE.c.read_at.is_(None))
NOT_PUT_AWAY = Prepared(_TOLD.where(*_MINE))
UNREAD = Prepared(select(func.count(), func.max(MESSAGE.c.made)).where(*_MINE))


def unread(day: str, person: str) -> list[Told]:
    """Reminders of messages that the person has not put away, oldest first."""
    return [Told(*row) for row in NOT_PUT_AWAY.rows(day=day, person=person)]


def of_message(message: str) -> list[Told]:
    """What one message told."""
    return [Told(*row) for row in db.session.execute(_TOLD.where(MESSAGE.c.id == message))]


def mark_read(day: str, person: str, messages: Sequence[str], at: datetime) -> None:
    """The person has put these messages away. Inside a transaction."""
    mine = and_(MESSAGE.c.day == day, MESSAGE.c.person == person, MESSAGE.c.id.in_(messages))
    db.session.execute(update(MESSAGE).where(mine, MESSAGE.c.read_at.is_(None)).values(read_at=at))


HELD = Prepared(
    select(TAKEN.c.step, TAKEN.c.person, TAKEN.c.at, TAKEN.c.until).where(TAKEN.c.day == bindparam("day"))
)


def mark(day: str, person: str, now: datetime) -> str:
    """Changes whenever the day's pages have other messages for the person, or somebody has something else."""
    return repr((UNREAD.rows(day=day, person=person), sorted(t for t in taken(day) if t.until > now)))


class Taken(NamedTuple):
    """Who said that they have a step, and until when that holds."""

    step: str
    person: str
    at: datetime
    until: datetime


def taken(day: str) -> list[Taken]:
    """What somebody has, or had."""
    return [Taken(*row) for row in HELD.rows(day=day)]


def take(day: str, step: str, person: str, at: datetime, until: datetime) -> None:
    """The step is the person's until then, whoever had it before. Inside a transaction."""
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    made = dialect.insert(TAKEN).values(day=day, step=step, person=person, at=at, until=until)
    new = {name: made.excluded[name] for name in ("person", "at", "until")}
    db.session.execute(made.on_conflict_do_update(index_elements=["day", "step"], set_=new))


def give_up(day: str, step: str, person: str) -> None:
    """The person has it no longer. Inside a transaction."""
    db.session.execute(delete(TAKEN).where(TAKEN.c.day == day, TAKEN.c.step == step, TAKEN.c.person == person))
