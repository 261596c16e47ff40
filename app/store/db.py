"""The session, UTC-only time columns, and one transaction per use case."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, LargeBinary, MetaData, TypeDecorator, event, inspect, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import DeclarativeBase

from app.domain import N_, DomainError

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
}


class Base(DeclarativeBase):
    """Plain declarative base (Flask-SQLAlchemy 3.1 breaks on dataclass models with SQLAlchemy 2.1)."""

    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Base)
_writer = threading.RLock()  # one writer per process: SQLite's own busy wait is unfair (performance.md)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in and out; a naive value is refused at the door."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime: {value!r}")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


class Blob(TypeDecorator[bytes]):
    """Bytes out, whatever somebody wrote into the file: SQLite keeps a text or a number in any column."""

    impl = LargeBinary
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Any) -> bytes | None:
        return value if value is None or isinstance(value, bytes) else str(value).encode()


@event.listens_for(Engine, "connect")
def _prepare(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # we say BEGIN ourselves, below
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        writing = connection.get_execution_options().get("writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


class NoRoom(DomainError):
    """The database cannot grow; nothing was recorded."""

    status = 507


class Unreadable(DomainError):
    """The database file is not one, or is damaged."""

    status = 500
    exit = 2


def has_tables() -> bool:
    """True when the database holds our tables. Makes no file. Raises Unreadable."""
    path = db.engine.url.database or ""
    if db.engine.dialect.name == "sqlite" and not (path and Path(path).exists()):
        return False
    try:
        return inspect(db.engine).has_table("log")
    except DatabaseError as err:
        message = N_("The database %(file)s cannot be read: %(reason)s")
        raise Unreadable(message, file=path, reason=str(err.orig)) from err


@contextmanager
def transaction(log: int | None = None) -> Iterator[None]:
    """One use case that writes; ``log``: id of the log that it judges before it appends.

    SQLite takes the write lock of the database first, PostgreSQL the row of that one log, so two writers never read
    the same journal head. Everything is committed at the end or, on any exception, nothing.
    """
    sqlite = db.engine.dialect.name == "sqlite"
    with _writer if sqlite else nullcontext():
        db.session.rollback()  # end the read that the request may have begun
        db.session.connection(execution_options={"writing": True})
        try:
            if log is not None and not sqlite:
                db.session.execute(text("SELECT id FROM log WHERE id = :log FOR UPDATE"), {"log": log})
            yield
            db.session.commit()
        except OperationalError as err:
            db.session.rollback()
            if "full" in str(err.orig):
                raise NoRoom(N_("The disk is full. Nothing was recorded. Free at least 200 MB and try again.")) from err
            raise
        except BaseException:
            db.session.rollback()
            raise
