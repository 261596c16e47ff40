"""What witnesses cosigned, the newest state that each saw of a log, and states that do not continue each other."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update

from app.store.db import db
from app.store.review_tables import CosignatureRow, ForkRow, SourceRow, WitnessedRow


def seen(witness: str, origin: str) -> WitnessedRow | None:
    """The newest state of a log that the witness cosigned, as it stands in the database now."""
    query = select(WitnessedRow).where(WitnessedRow.witness == witness, WitnessedRow.origin == origin)
    return db.session.scalar(query.execution_options(populate_existing=True))


def saw(witness: str, origin: str, size: int, note: str, line: str, now: datetime) -> None:
    """Remember the newest state. Inside a transaction."""
    row = WitnessedRow(witness=witness, origin=origin, size=size, note=note, line=line, at=now)
    db.session.merge(row)
    db.session.flush()


def keep(log: int, size: int, witness: str, line: str, now: datetime) -> None:
    """Keep a line under a log's checkpoint. Inside a transaction."""
    db.session.merge(CosignatureRow(log_id=log, size=size, witness=witness, line=line, at=now))
    db.session.flush()


def of_log(log: int, size: int | None = None) -> Sequence[CosignatureRow]:
    """Lines of a log (under its checkpoint of ``size``), smallest state first."""
    query = select(CosignatureRow).where(CosignatureRow.log_id == log)
    if size is not None:
        query = query.where(CosignatureRow.size == size)
    return db.session.scalars(query.order_by(CosignatureRow.size, CosignatureRow.witness)).all()


def newest_of(witness: str) -> dict[int, int]:
    """Size of the newest state that a witness cosigned, by log."""
    query = select(CosignatureRow.log_id, func.max(CosignatureRow.size)).where(CosignatureRow.witness == witness)
    return {log: size for log, size in db.session.execute(query.group_by(CosignatureRow.log_id))}


def sources() -> list[tuple[str, str]]:
    """(name, log key) of other installations that are known here."""
    return [tuple(row) for row in db.session.execute(select(SourceRow.name, SourceRow.vkey))]


def forked(origin: str, witness: str, kept: str, shown: str, now: datetime) -> None:
    """Write down two states that do not continue each other; the same ones once. Inside a transaction."""
    query = select(ForkRow.id).where(ForkRow.origin == origin, ForkRow.kept == kept, ForkRow.shown == shown)
    if db.session.scalar(query.where(ForkRow.settled.is_(None)).limit(1)) is None:
        db.session.add(ForkRow(origin=origin, witness=witness, kept=kept, shown=shown, at=now))
        db.session.flush()


def forks() -> Sequence[ForkRow]:
    """Those that nobody looked into yet, newest first."""
    return db.session.scalars(select(ForkRow).where(ForkRow.settled.is_(None)).order_by(ForkRow.id.desc())).all()


def settle(fork: int, now: datetime) -> str:
    """Somebody looked into it; the log's origin, empty when there is no such one. Inside a transaction."""
    row = db.session.get(ForkRow, fork)
    if row is None or row.settled is not None:
        return ""
    db.session.execute(update(ForkRow).where(ForkRow.id == fork).values(settled=now))
    return row.origin
