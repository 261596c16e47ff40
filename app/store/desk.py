"""The review desk: status rows by what they need of a reviewer, where a day stands among them, and who looks at it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, delete, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from app.store.db import db
from app.store.overview import STATUS, Scope, Wanted, fitting
from app.store.review_tables import LookingRow
from app.store.tables import DayStatusRow, PersonRow

LOOKING = LookingRow.__table__.c
# What of a day has to be judged, each a column; their sum puts the worst first.
JUDGED = (
    "mismatches", "uncovered", "overdue", "late", "unconfirmed", "corrected", "voided", "impossible", "waived",
    "entered_late", "others", "remarks", "answered",
)  # fmt: skip
WEIGHT: ColumnElement[int] = sum((STATUS[name] for name in JUDGED[1:]), STATUS[JUDGED[0]])
HARD: ColumnElement[int] = STATUS.answered + STATUS.mismatches + STATUS.overdue  # of two equal ones these come first
SHOWN = (
    "day", "centre", "name", "date", "zone", "exam", "size", "stage", "submitted_at", "accepted_at", "submit_by",
    *JUDGED,
)  # fmt: skip


class Group(NamedTuple):
    """Days that need the same of a reviewer: how many, and the first and last of their dates."""

    place: int
    count: int
    first: str
    last: str


def _place(now: datetime) -> ColumnElement[int]:
    """Which group a day is in: to judge 0, overdue 1, ordinary 2, returned 3, not handed in 4, accepted 5."""
    return case(
        (STATUS.stage == "accepted", 5), (STATUS.stage == "returned", 3),
        (and_(STATUS.stage == "submitted", WEIGHT > 0), 0), (STATUS.stage == "submitted", 2),
        (STATUS.submit_by <= now, 1), else_=4,
    )  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A desk: whose, of what, and of these groups alone (of all when empty)."""

    scope: Scope
    wanted: Wanted
    places: tuple[int, ...]
    now: datetime


def groups(asked: Asked) -> list[Group]:
    """Every group that has days, asked for or not, in the desk's order."""
    place = _place(asked.now).label("place")
    query = select(place, func.count(), func.min(STATUS.date), func.max(STATUS.date))
    query = query.where(*fitting(asked.scope, asked.wanted)).group_by(place).order_by(place)
    return [Group(*row) for row in db.session.execute(query)]


def _ordered(asked: Asked) -> Any:
    place = _place(asked.now)
    order = (place, WEIGHT.desc(), HARD.desc(), STATUS.date.desc(), STATUS.centre, STATUS.day)
    number = func.row_number().over(order_by=order).label("number")
    query = select(*(STATUS[name] for name in SHOWN), place.label("place"), number)
    query = query.where(*fitting(asked.scope, asked.wanted))
    return (query.where(place.in_(asked.places)) if asked.places else query).subquery()


def rows(asked: Asked, first: int, count: int) -> list[Any]:
    """Rows number ``first`` and on (from 1), what hurts most first; each with ``place`` and ``number``."""
    every = _ordered(asked)
    query = select(every).where(every.c.number >= first, every.c.number < first + count).order_by(every.c.number)
    return list(db.session.execute(query))


def number(asked: Asked, day: str) -> int:
    """Which of the desk's rows the day is, from 1; 0 when it is not among them."""
    every = _ordered(asked)
    return db.session.scalar(select(every.c.number).where(every.c.day == day)) or 0


def exams(scope: Scope) -> list[str]:
    """Titles of exams that the reader may read days of."""
    query = select(STATUS.exam).where(*fitting(scope, Wanted())).distinct().order_by(STATUS.exam)
    return list(db.session.scalars(query))


def size(scope: Scope, day: str) -> int:
    """How many entries the day's row tells of; 0 when the reader may not read it."""
    either = or_(and_(*fitting(scope, Wanted())), and_(*fitting(scope, Wanted(rehearsals=True))))
    return db.session.scalar(select(DayStatusRow.size).where(either, STATUS.day == day)) or 0


# ---------------------------------------------------------------- who looks


class Looker(NamedTuple):
    """Somebody who has a day open. ``name``: as the office has it."""

    day: str
    person: str
    name: str
    since: datetime


def lookers(days: Sequence[str], after: datetime) -> list[Looker]:
    """Who has given a sign of life after that moment, by day; who came first stands first."""
    query = (
        select(LOOKING.day, LOOKING.person, PersonRow.name, LOOKING.since)
        .join(PersonRow.__table__, PersonRow.id == LOOKING.person)
        .where(LOOKING.day.in_(days), LOOKING.at > after)
        .order_by(LOOKING.day, LOOKING.since, LOOKING.person)
    )
    return [Looker(*row) for row in db.session.execute(query)]


def looked(day: str, person: str) -> datetime | None:
    """The person's last sign of life at the day."""
    query = select(LookingRow.at).where(LOOKING.day == day, LOOKING.person == person)
    found: datetime | None = db.session.scalar(query)
    return found


def look(day: str, person: str, now: datetime, after: datetime) -> None:
    """The person looks at this day and at no other; anew when the last sign is older. Inside a transaction."""
    gone = or_(LOOKING.at <= after, and_(LOOKING.person == person, LOOKING.day != day))
    db.session.execute(delete(LookingRow).where(gone))
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    made = dialect.insert(LookingRow.__table__).values(day=day, person=person, since=now, at=now)
    db.session.execute(made.on_conflict_do_update(index_elements=["day", "person"], set_={"at": made.excluded.at}))
