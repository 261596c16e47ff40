"""The index from a day's name to its log."""

from sqlalchemy import select

from app.store.db import db
from app.store.tables import DayRow


def add(day_id: str, centre: str, date: str, log_id: int) -> None:
    db.session.add(DayRow(id=day_id, centre=centre, date=date, log_id=log_id))
    db.session.flush()


def log_of(day_id: str) -> int | None:
    """Id of the day's log; None when there is no such day."""
    return db.session.scalar(select(DayRow.log_id).where(DayRow.id == day_id))


def names(centres: frozenset[str] | None = None) -> list[tuple[str, str, str]]:
    """(id, centre, date), newest date first; of these centres, or of all."""
    query = select(DayRow.id, DayRow.centre, DayRow.date).order_by(DayRow.date.desc(), DayRow.id)
    if centres is not None:
        query = query.where(DayRow.centre.in_(sorted(centres)))
    return [tuple(row) for row in db.session.execute(query)]
