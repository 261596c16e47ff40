"""Copies of footage that were asked for in the browser."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CursorResult, select, update

from app.store.camera_tables import CopyRow
from app.store.db import db


def add(**values: Any) -> None:
    """A new one. Only inside ``transaction()``."""
    db.session.add(CopyRow(**values))
    db.session.flush()


def get(copy_id: str) -> CopyRow | None:
    """As it stands now, whatever this process read before."""
    found: CopyRow | None = db.session.scalar(
        select(CopyRow).where(CopyRow.id == copy_id).execution_options(populate_existing=True)
    )
    return found


def of_day(day_id: str) -> list[CopyRow]:
    """Newest first."""
    query = select(CopyRow).where(CopyRow.day == day_id).order_by(CopyRow.made.desc(), CopyRow.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def in_states(states: Sequence[str]) -> list[CopyRow]:
    """Of every day."""
    query = select(CopyRow).where(CopyRow.state.in_(states)).order_by(CopyRow.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def change(copy_id: str, states: Sequence[str], **values: Any) -> bool:
    """Set ``values`` when it is in one of ``states``; False when it is not. Only inside ``transaction()``."""
    query = update(CopyRow).where(CopyRow.id == copy_id, CopyRow.state.in_(states)).values(**values)
    done = db.session.execute(query, execution_options={"synchronize_session": False})
    return isinstance(done, CursorResult) and done.rowcount == 1
