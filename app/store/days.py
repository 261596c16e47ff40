"""The index from a day's name to its log."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select

from app.store.db import Prepared, db
from app.store.tables import CheckpointRow, DayRow, DayStatusRow, LogRow

LOG = Prepared(select(DayRow.log_id).where(DayRow.id == bindparam("day")))
REAL = DayRow.id.not_like("%-r%")  # a rehearsal's name has this: app/domain/rehearsal.py


def held(column: Any, centres: frozenset[str]) -> ColumnElement[bool]:
    """Condition on a column of centres: one of these, or of a region that is named whole (two digits)."""
    regions = sorted(c for c in centres if "-" not in c)
    return or_(column.in_(sorted(centres)), *(column.startswith(f"{r}-", autoescape=True) for r in regions))


def add(day_id: str, centre: str, date: str, log_id: int, profile: str = "") -> None:
    db.session.add(DayRow(id=day_id, centre=centre, date=date, log_id=log_id, profile=profile))
    db.session.flush()


def log_of(day_id: str) -> int | None:
    """Id of the day's log; None when there is no such day."""
    rows = LOG.rows(day=day_id)
    return rows[0][0] if rows else None


def names(centres: frozenset[str] | None = None, own: bool = False) -> list[tuple[str, str, str]]:
    """(id, centre, date), newest date first; of these centres, or of all. ``own``: none of another installation."""
    query = select(DayRow.id, DayRow.centre, DayRow.date).order_by(DayRow.date.desc(), DayRow.id)
    if own:
        query = query.join(LogRow, LogRow.id == DayRow.log_id).where(LogRow.source == "")
    if centres is not None:
        query = query.where(held(DayRow.centre, centres))
    return [tuple(row) for row in db.session.execute(query)]


def centres() -> set[str]:
    """Codes of all centres that have a day here, also of those that only packages brought."""
    return set(db.session.scalars(select(DayRow.centre).distinct()))


def real_of(centre: str) -> list[tuple[str, str]]:
    """(id, date) of the centre's days that are no rehearsals, newest first."""
    query = select(DayRow.id, DayRow.date).where(DayRow.centre == centre, REAL)
    return [tuple(row) for row in db.session.execute(query.order_by(DayRow.date.desc(), DayRow.id.desc()))]


def uses() -> dict[str, int]:
    """How many real days pinned each profile text (by SHA-256)."""
    query = select(DayRow.profile, func.count()).where(REAL).group_by(DayRow.profile)
    return {digest: count for digest, count in db.session.execute(query)}


def since(date: str) -> dict[str, int]:
    """How many real days each centre has on ``date`` (ISO) and later."""
    query = select(DayRow.centre, func.count()).where(DayRow.date >= date, REAL).group_by(DayRow.centre)
    return {centre: count for centre, count in db.session.execute(query)}


def logs() -> list[Any]:
    """(log, day, date, note) of every log with its newest checkpoint; day and date are empty for the office's."""
    query = select(LogRow.id.label("log"), DayRow.id.label("day"), DayRow.date, CheckpointRow.note)
    query = query.outerjoin(DayRow, DayRow.log_id == LogRow.id).outerjoin(CheckpointRow)
    return list(db.session.execute(query.order_by(LogRow.id)))


def astir(spans: Iterable[tuple[str, str]], since: datetime, until: datetime) -> list[tuple[str, int]]:
    """(id, log) of days that may be running, without folding one.

    Those dated within one of ``spans`` (first and last, ISO), those that were running when somebody looked, and those
    about which the clock has something to tell between ``since`` and ``until``.
    """
    query = (
        select(DayRow.id, DayRow.log_id)
        .join(LogRow, and_(LogRow.id == DayRow.log_id, LogRow.source == ""))
        .outerjoin(DayStatusRow, DayStatusRow.day == DayRow.id)
        .outerjoin(CheckpointRow, CheckpointRow.log_id == DayRow.log_id)
        .where(
            or_(
                *(and_(DayRow.date >= first, DayRow.date <= last) for first, last in spans),
                DayStatusRow.state == "running",
                and_(CheckpointRow.next_at > since, CheckpointRow.next_at <= until),
            )
        )
    )
    return [tuple(row) for row in db.session.execute(query.order_by(DayRow.id))]
