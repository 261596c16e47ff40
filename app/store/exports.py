"""Exports of many days, and where their files lie."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import CursorResult, delete, select, update

from app.store.days import REAL
from app.store.db import db
from app.store.review_tables import ExportRow
from app.store.tables import DayRow


def folder(export_id: str) -> Path:
    """Where the packages of an export are made; nothing of it is there before it begins."""
    return Path(current_app.instance_path) / "exports" / export_id


def days(centre: str, month: str, region: str, date: str) -> list[str]:
    """Names of the real days of a centre's month, or of a region's date, in order."""
    query = select(DayRow.id).where(REAL).order_by(DayRow.centre, DayRow.date, DayRow.id)
    if centre:
        query = query.where(DayRow.centre == centre, DayRow.date.startswith(f"{month}-", autoescape=True))
    else:
        query = query.where(DayRow.centre.startswith(f"{region}-", autoescape=True), DayRow.date == date)
    return list(db.session.scalars(query))


def add(**values: Any) -> None:
    """A new one. Only inside ``transaction()``."""
    db.session.add(ExportRow(**values))
    db.session.flush()


def get(export_id: str) -> ExportRow | None:
    """As it stands now, whatever this process read before."""
    query = select(ExportRow).where(ExportRow.id == export_id).execution_options(populate_existing=True)
    found: ExportRow | None = db.session.scalar(query)
    return found


def of_person(person: str) -> list[ExportRow]:
    """Newest first."""
    query = select(ExportRow).where(ExportRow.person == person).order_by(ExportRow.made.desc(), ExportRow.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def before(moment: datetime) -> list[ExportRow]:
    """Those that were made before, whoever asked for them."""
    return list(db.session.scalars(select(ExportRow).where(ExportRow.made < moment).order_by(ExportRow.made)))


def change(export_id: str, states: Sequence[str], **values: Any) -> bool:
    """Set ``values`` when it is in one of ``states``; False when it is not. Only inside ``transaction()``."""
    query = update(ExportRow).where(ExportRow.id == export_id, ExportRow.state.in_(states)).values(**values)
    done = db.session.execute(query, execution_options={"synchronize_session": False})
    return isinstance(done, CursorResult) and done.rowcount == 1


def remove(export_id: str) -> None:
    """Only inside ``transaction()``."""
    db.session.execute(delete(ExportRow).where(ExportRow.id == export_id))
