"""Rows for registers and statistics: status rows of days with their particulars."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select

from app.store.db import db
from app.store.overview import BROKEN, STATUS, Scope, Source, Wanted, fitting, put_into
from app.store.review_tables import ParticularsRow
from app.store.tables import DayRow, DayStatusRow, LogRow

PARTICULARS = ParticularsRow.__table__.c
SIGNED = {  # name in the address -> documents of the day
    "all": (STATUS.papers > 0) & (STATUS.signed == STATUS.papers),
    "some": (STATUS.signed > 0) & (STATUS.signed < STATUS.papers),
    "none": STATUS.signed == 0,
}
NAMES = (
    "day", "centre", "date", "zone", "name", "exam", "state", "stage", "signed", "papers", "planned", "done",
    "late_steps", "impossible", "waived", "open", "corrected", "entered_late", "uncovered", "submit_by",
    "submitted_at", "accepted_at", "source",
)  # fmt: skip
READ = 200  # rows that are read at once


def put(rows: Sequence[dict[str, Any]]) -> None:
    """Write particulars over what was there. Inside a transaction."""
    put_into(ParticularsRow.__table__, rows)


def stale(scope: Scope, wanted: Wanted) -> list[Source]:
    """Days with a status row whose particulars are missing or of another checkpoint."""
    query = (
        select(DayRow.id, DayRow.log_id, DayRow.centre, DayRow.date, LogRow.source)
        .join(LogRow, LogRow.id == DayRow.log_id)
        .join(DayStatusRow, STATUS.day == DayRow.id)
        .outerjoin(ParticularsRow, PARTICULARS.day == DayRow.id)
        .where(or_(PARTICULARS.day.is_(None), PARTICULARS.note != STATUS.note), *fitting(scope, wanted))
    )
    return [Source(*row) for row in db.session.execute(query)]


def damaged(wanted: Wanted) -> list[str]:
    """Days of these dates whose journal did not prove itself when it was last read: real ones and rehearsals."""
    dates = (STATUS.date >= wanted.first, STATUS.date <= (wanted.last or "9999"))
    return list(db.session.scalars(select(STATUS.day).where(STATUS.state == BROKEN, *dates)))


def read_since(scope: Scope, wanted: Wanted, since: datetime) -> list[str]:
    """Days whose row and particulars were made together at that moment or later."""
    query = select(STATUS.day).join(ParticularsRow, PARTICULARS.day == STATUS.day)
    query = query.where(PARTICULARS.note == STATUS.note, STATUS.made >= since, *fitting(scope, wanted))
    return list(db.session.scalars(query))


def _chosen(scope: Scope, wanted: Wanted, stage: str, signed: str) -> list[ColumnElement[bool]]:
    found = fitting(scope, wanted)
    if stage:
        found.append(STATUS.stage == stage)
    if signed:
        found.append(SIGNED[signed])
    return found


def sums(scope: Scope, wanted: Wanted, stage: str = "", signed: str = "") -> Any:
    """(days, documents signed by all, documents, handed in, countersigned) of the wanted days."""
    handed = func.sum(case((STATUS.submitted_at.is_not(None), 1), else_=0))
    accepted = func.sum(case((STATUS.stage == "accepted", 1), else_=0))
    query = select(
        func.count().label("days"), func.coalesce(func.sum(STATUS.signed), 0).label("signed"),
        func.coalesce(func.sum(STATUS.papers), 0).label("papers"), func.coalesce(handed, 0).label("handed"),
        func.coalesce(accepted, 0).label("accepted"),
    )  # fmt: skip
    return db.session.execute(query.where(*_chosen(scope, wanted, stage, signed))).one()


def search(scope: Scope, wanted: Wanted, stage: str, signed: str, offset: int, limit: int) -> list[Any]:
    """Status rows, newest date first, within a date by centre."""
    query = select(*(STATUS[n] for n in NAMES)).where(*_chosen(scope, wanted, stage, signed))
    query = query.order_by(STATUS.date.desc(), STATUS.centre, STATUS.day)
    return list(db.session.execute(query.offset(offset).limit(limit)))


def lines(scope: Scope, wanted: Wanted, offset: int = 0, limit: int | None = None) -> Iterator[Any]:
    """Status rows with their papers, by date and centre, read in pieces."""
    columns = (*(STATUS[n] for n in NAMES), PARTICULARS.papers.label("told"), PARTICULARS.figures)
    query = select(*columns).join(ParticularsRow, PARTICULARS.day == STATUS.day)
    query = query.where(*fitting(scope, wanted)).order_by(STATUS.date, STATUS.centre, STATUS.day)
    yield from db.session.execute(query.offset(offset).limit(limit)).yield_per(READ)


def figures(scope: Scope, wanted: Wanted) -> Iterator[Any]:
    """Status rows with their figures, in no order, read in pieces."""
    query = select(*(STATUS[n] for n in NAMES), PARTICULARS.figures)
    query = query.join(ParticularsRow, PARTICULARS.day == STATUS.day).where(*fitting(scope, wanted))
    yield from db.session.execute(query).yield_per(READ)


def dates(scope: Scope, wanted: Wanted, most: int) -> list[tuple[str, int]]:
    """(date, days) of the newest exam dates."""
    query = select(STATUS.date, func.count()).where(*fitting(scope, wanted)).group_by(STATUS.date)
    return [tuple(row) for row in db.session.execute(query.order_by(STATUS.date.desc()).limit(most))]


def regions(scope: Scope) -> list[str]:
    """Codes of the regions that have days."""
    code = func.substr(STATUS.centre, 1, 2)
    query = select(code).where(*fitting(scope, Wanted())).distinct().order_by(code)
    return list(db.session.scalars(query))
