"""The index from a day's name to its log."""

from sqlalchemy import bindparam, func, select

from app.store.db import Prepared, db
from app.store.tables import DayRow

LOG = Prepared(select(DayRow.log_id).where(DayRow.id == bindparam("day")))
REAL = DayRow.id.not_like("%-r%")  # a rehearsal's name has this: app/domain/rehearsal.py


def add(day_id: str, centre: str, date: str, log_id: int, profile: str = "") -> None:
    db.session.add(DayRow(id=day_id, centre=centre, date=date, log_id=log_id, profile=profile))
    db.session.flush()


def log_of(day_id: str) -> int | None:
    """Id of the day's log; None when there is no such day."""
    rows = LOG.rows(day=day_id)
    return rows[0][0] if rows else None


def names(centres: frozenset[str] | None = None) -> list[tuple[str, str, str]]:
    """(id, centre, date), newest date first; of these centres, or of all."""
    query = select(DayRow.id, DayRow.centre, DayRow.date).order_by(DayRow.date.desc(), DayRow.id)
    if centres is not None:
        query = query.where(DayRow.centre.in_(sorted(centres)))
    return [tuple(row) for row in db.session.execute(query)]


def uses() -> dict[str, int]:
    """How many real days pinned each profile text (by SHA-256)."""
    query = select(DayRow.profile, func.count()).where(REAL).group_by(DayRow.profile)
    return {digest: count for digest, count in db.session.execute(query)}


def since(date: str) -> dict[str, int]:
    """How many real days each centre has on ``date`` (ISO) and later."""
    query = select(DayRow.centre, func.count()).where(DayRow.date >= date, REAL).group_by(DayRow.centre)
    return {centre: count for centre, count in db.session.execute(query)}
