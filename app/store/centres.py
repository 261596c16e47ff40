"""Centres, the administration's working copy."""

from sqlalchemy import select

from app.store.db import db
from app.store.tables import CentreRow


def every() -> list[CentreRow]:
    """All centres in order of codes."""
    return list(db.session.scalars(select(CentreRow).order_by(CentreRow.code)))


def by_code(code: str) -> CentreRow | None:
    return db.session.get(CentreRow, code)


def add(row: CentreRow) -> None:
    db.session.add(row)
    db.session.flush()
