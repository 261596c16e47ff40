"""Sources of packages, and journals that were taken in from them: rows as they came, byte for byte."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from app.domain.merkle import Frontier
from app.store.db import db
from app.store.journal import Stored
from app.store.review_tables import ImportedRow, SourceRow
from app.store.tables import CheckpointRow, DayRow, EntryRow, LogRow

ENTRY = EntryRow.__table__
AT_ONCE = 500  # rows of one statement


def sources() -> list[SourceRow]:
    """By name."""
    return list(db.session.scalars(select(SourceRow).order_by(SourceRow.name)))


def source(name: str) -> SourceRow | None:
    found: SourceRow | None = db.session.get(SourceRow, name)
    return found


def add_source(**values: Any) -> None:
    """Only inside ``transaction()``."""
    db.session.add(SourceRow(**values))
    db.session.flush()


def remove_source(name: str) -> None:
    """Only inside ``transaction()``."""
    if row := source(name):
        db.session.delete(row)
        db.session.flush()


def counts() -> dict[str, int]:
    """How many days of each source were taken in."""
    query = select(ImportedRow.source, func.count()).group_by(ImportedRow.source)
    return {name: count for name, count in db.session.execute(query)}


def imported(day: str) -> ImportedRow | None:
    found: ImportedRow | None = db.session.get(ImportedRow, day)
    return found


def imported_by_log(log: int) -> ImportedRow | None:
    """What is known of the package from which a log came."""
    query = select(ImportedRow).join(DayRow, DayRow.id == ImportedRow.day).where(DayRow.log_id == log)
    found: ImportedRow | None = db.session.scalar(query)
    return found


def newest(limit: int) -> list[ImportedRow]:
    """Days that were taken in, the newest import first."""
    query = select(ImportedRow).order_by(ImportedRow.at.desc(), ImportedRow.day)
    return list(db.session.scalars(query.limit(limit)))


def add_entries(log: int, rows: Iterable[Stored]) -> None:
    """Entries exactly as they came. Only inside ``transaction()``."""
    part: list[dict[str, Any]] = []
    for row in rows:
        part.append({"log_id": log, **row._asdict()})
        if len(part) == AT_ONCE:
            db.session.execute(ENTRY.insert(), part)
            part = []
    if part:
        db.session.execute(ENTRY.insert(), part)


def set_head(log: int, edge: Frontier, note: str) -> None:
    """The checkpoint that came with the entries. Nobody is reminded of anything of this day: it counts as planned."""
    values = {
        "size": edge.size, "frontier": " ".join(node.hex() for node in edge.nodes), "note": note,
        "planned_size": edge.size, "next_at": None,
    }  # fmt: skip
    if db.session.get(CheckpointRow, log) is None:
        db.session.add(CheckpointRow(log_id=log, **values))
        db.session.flush()
    else:
        made = update(CheckpointRow).where(CheckpointRow.log_id == log).values(**values)
        db.session.execute(made, execution_options={"synchronize_session": False})


def note_import(day: str, at: datetime, **values: Any) -> None:
    """The newest package of the day. Only inside ``transaction()``."""
    row = imported(day)
    if row is None:
        db.session.add(ImportedRow(day=day, at=at, **values))
    else:
        row.at = at
        for name, value in values.items():
            setattr(row, name, value)
    db.session.flush()


def of_origin(origin: str) -> tuple[int, str] | None:
    """(id, source) of the log with this origin."""
    row = db.session.execute(select(LogRow.id, LogRow.source).where(LogRow.origin == origin)).first()
    return (row[0], row[1]) if row else None
