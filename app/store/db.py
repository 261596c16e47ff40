"""The session, UTC-only time columns, and one transaction per use case."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from flask import Flask, g
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Executable, LargeBinary, MetaData, TypeDecorator, event, inspect, text
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError
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
READERS: WeakKeyDictionary[Engine, list[sqlite3.Connection]] = WeakKeyDictionary()  # those that are free
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
        driver = connection.connection.dbapi_connection
        _send(connection.dialect, driver, "BEGIN IMMEDIATE" if writing else "BEGIN", ())


class Prepared:
    """A statement of every request: compiled once for a dialect, then sent by the driver itself.

    A row costs a tenth of what it costs through the session, a fifth of what Core takes (docs/benchmarks.md).
    Nothing that the session holds is flushed before, values go to the driver as they are, rows come as plain tuples.
    It sees what the session sees, when that has begun to read or write, else what was committed last.
    """

    def __init__(self, statement: Executable) -> None:
        self.statement = statement
        self.made: dict[str, tuple[str, list[str] | None, list[tuple[int, Any]]]] = {}

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """Every row of the answer."""
        engine = db.engine
        sql, order, readers = self._for(engine.dialect)
        cursor = _send(engine.dialect, _reader(engine), sql, [values[n] for n in order] if order else values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return [_read(row, readers) for row in found] if readers else found

    def run(self, **values: Any) -> None:
        """For a statement that changes something. Only inside ``transaction()``."""
        dialect = db.engine.dialect
        sql, order, _ = self._for(dialect)
        _send(dialect, g.writer, sql, [values[n] for n in order] if order else values)

    def _for(self, dialect: Dialect) -> tuple[str, list[str] | None, list[tuple[int, Any]]]:
        """SQL, the order of its parameters (None: by name), converters of those columns that have one."""
        made = self.made.get(dialect.name)
        if made is None:
            compiled: Any = self.statement.compile(dialect=dialect)  # type: ignore[attr-defined]
            columns = getattr(self.statement, "selected_columns", ())
            readers = [c.type.dialect_impl(dialect).result_processor(dialect, None) for c in columns]
            made = str(compiled), compiled.positiontup, [(n, read) for n, read in enumerate(readers) if read]
            self.made[dialect.name] = made
        return made


def _read(row: tuple[Any, ...], readers: list[tuple[int, Any]]) -> tuple[Any, ...]:
    values = list(row)
    for n, read in readers:
        values[n] = read(values[n])
    return tuple(values)


def _reader(engine: Engine) -> Any:
    """The driver's connection to read from: the session's when it has begun, else one lent to the request.

    PostgreSQL would need three messages to lend one, so there the session always begins.
    """
    if (writer := g.get("writer")) is not None:
        return writer
    if engine.dialect.name != "sqlite" or (db.session.registry.has() and db.session().in_transaction()):
        return _driver()
    lent = g.get("lent")
    if lent is None:
        free = READERS.setdefault(engine, [])
        lent = g.lent = free, _reading(engine, free)
    return lent[1]


def _reading(engine: Engine, free: list[sqlite3.Connection]) -> sqlite3.Connection:
    """A connection that nobody reads from just now, of those beside the pool: what the pool does to take one back and
    give one out costs as much as reading two rows, and these never have a transaction to end."""
    try:
        return free.pop()
    except IndexError:
        made = engine.raw_connection()
        found: Any = made.dbapi_connection
        made.detach()
        return found  # type: ignore[no-any-return]


def _driver(**options: Any) -> Any:
    """The driver's connection of the session."""
    return db.session.connection(execution_options=options or None).connection.dbapi_connection


def give_back(_error: BaseException | None = None) -> None:
    """At the end of a request: return what was lent to it."""
    if (lent := g.pop("lent", None)) is not None:
        free, connection = lent
        free.append(connection)


@event.listens_for(Engine, "engine_disposed")
def _let_go(engine: Engine) -> None:
    for connection in READERS.pop(engine, []):
        connection.close()


def init_app(app: Flask) -> None:
    """Tie the database to the application."""
    db.init_app(app)
    app.teardown_appcontext(give_back)


def _send(dialect: Dialect, driver: Any, sql: str, values: Any) -> Any:
    """The driver's cursor after ``sql``; what the driver raises comes as SQLAlchemy's error, without the values."""
    base = dialect.loaded_dbapi.Error
    try:
        return driver.execute(sql, values)
    except base as err:
        raise DBAPIError.instance(sql, None, err, base, hide_parameters=True) from err  # type: ignore[arg-type]


class NoRoom(DomainError):
    """The database cannot grow; nothing was recorded."""

    status = 507


class Unreadable(DomainError):
    """The database is not one, or is damaged."""

    status = 500
    exit = 2


def has_tables() -> bool:
    """True when the database holds our tables. Makes no file. Raises Unreadable."""
    path = db.engine.url.database or ""
    if db.engine.dialect.name == "sqlite" and not (path and Path(path).exists()):
        return False
    with readable():
        return inspect(db.engine).has_table("log")


@contextmanager
def readable() -> Iterator[None]:
    """Raise Unreadable when the database does not answer: no database, a damaged one, a table that is gone."""
    try:
        yield
    except DatabaseError as err:
        db.session.rollback()
        message = N_("The database %(file)s cannot be read: %(reason)s")
        reason = str(err.orig).partition("\n")[0]
        raise Unreadable(message, file=db.engine.url.database, reason=reason) from err


@contextmanager
def snapshot() -> Iterator[None]:
    """Whatever is read inside is one state of the database, though others go on writing. Raises Unreadable."""
    with readable():
        db.session.rollback()  # end the read that the request may have begun
        sqlite = db.engine.dialect.name == "sqlite"  # there any transaction reads one state
        db.session.connection(execution_options={} if sqlite else {"isolation_level": "REPEATABLE READ"})
        try:
            yield
        finally:
            db.session.rollback()


@contextmanager
def transaction(log: int | None = None) -> Iterator[None]:
    """One use case that writes; ``log``: id of the log that it judges before it appends.

    SQLite takes the write lock of the database first, PostgreSQL the row of that one log, so two writers never read
    the same journal head. Everything is committed at the end or, on any exception, nothing.
    """
    sqlite = db.engine.dialect.name == "sqlite"
    with _writer if sqlite else nullcontext():
        db.session.rollback()  # end the read that the request may have begun
        g.writer = _driver(writing=True)
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
        finally:
            g.writer = None
