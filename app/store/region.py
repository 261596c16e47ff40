"""Status rows of one date, for the board of a region: whether they changed, and what they say."""

import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, select

from app.store.db import Prepared
from app.store.review_tables import BoardWordRow
from app.store.tables import DayStatusRow, JobRunRow

STATUS, RUN, WORD = DayStatusRow.__table__.c, JobRunRow.__table__.c, BoardWordRow.__table__.c


class Mark(NamedTuple):
    """Rows of a date, region and zone in three values, read along an index: ``written`` grows whenever one of them is
    written over.
    """

    date: str
    region: str
    zone: str
    days: int
    written: int
    made: datetime | None


class Row(NamedTuple):
    """What the board needs of a status row."""

    day: str
    centre: str
    name: str
    zone: str
    start: datetime
    state: str
    size: int
    rooms: int
    recording: int
    outages: int
    due: int
    due_done: int
    overdue: int
    received: datetime | None
    source: str
    stage: str
    readers: str
    curve: str
    troubles: str


def _both(statement: Any, *conditions: ColumnElement[bool], of: Any = STATUS) -> tuple[Prepared, Prepared]:
    """For every region, and for one."""
    return Prepared(statement.where(*conditions)), Prepared(
        statement.where(*conditions, of.region == bindparam("region"))
    )


WORDS = _both(
    select(WORD.date, WORD.region, WORD.word), WORD.date >= bindparam("first"), WORD.date <= bindparam("last"), of=WORD
)
MARKS = _both(
    select(
        STATUS.date, STATUS.region, STATUS.zone, func.count(), func.sum(STATUS.version), func.max(STATUS.made)
    ).group_by(STATUS.date, STATUS.region, STATUS.zone),
    STATUS.date >= bindparam("first"), STATUS.date <= bindparam("last"),
)  # fmt: skip
ROWS = _both(
    select(*(STATUS[name] for name in Row._fields)), STATUS.date == bindparam("date"), STATUS.rehearsal.is_(False)
)
GOOD = select(func.max(RUN.id)).where(RUN.job == bindparam("job"), RUN.failed.is_(False), RUN.ended.is_not(None))
LAST = Prepared(select(RUN.ended).where(RUN.id == GOOD.scalar_subquery()))


def words(first: str, last: str, region: str = "") -> tuple[tuple[Any, ...], ...]:
    """Of every date between: other ones as soon as a row was written that ``marks`` or ``rows`` would tell of."""
    found = WORDS[1].rows(first=first, last=last, region=region) if region else WORDS[0].rows(first=first, last=last)
    return tuple(found)


def marks(first: str, last: str, region: str = "") -> list[Mark]:
    """Of every date between; ``region`` empty: of all."""
    found = MARKS[1].rows(first=first, last=last, region=region) if region else MARKS[0].rows(first=first, last=last)
    return [Mark(*row) for row in found]


def rows(date: str, region: str = "") -> Sequence[Row]:
    """Every real day of a date."""
    found = ROWS[1].rows(date=date, region=region) if region else ROWS[0].rows(date=date)
    same = sys.intern  # zones and states are few
    return [Row(*r[:3], same(r[3]), r[4], same(r[5]), *r[6:]) for r in found]


def last_run(job: str) -> datetime | None:
    """When the job last ended well."""
    found = LAST.rows(job=job)
    return found[0][0] if found else None
