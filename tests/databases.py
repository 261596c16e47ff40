"""Where an installation of the tests keeps its tables: a file of SQLite, or a database of the tests' own PostgreSQL.

Whoever stands beside the application and looks or writes past it (``connect``) does so here.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from app.store.db import db, give_back
from tests.postgres.server import Server

KINDS = SQLITE, POSTGRESQL = ("sqlite", "postgresql")
# What a database answers to a statement that it does not take.
REFUSED = (sqlite3.DatabaseError, psycopg.DatabaseError)


class Hand:
    """A connection past the application. Statements have ``?`` for values; each is its own transaction."""

    def __init__(self, connection: Any, kind: str) -> None:
        self.connection = connection
        self.kind = kind

    def execute(self, statement: str, values: Sequence[Any] = ()) -> Any:
        if self.kind == POSTGRESQL:
            statement = statement.replace("?", "%s")
            return self.connection.execute(statement, tuple(values) or None)
        return self.connection.execute(statement, tuple(values))

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """What a query finds, by column."""
        found = self.execute(statement, values)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found]

    def tables(self) -> list[str]:
        """Names of every table of ours."""
        query = {
            SQLITE: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
            POSTGRESQL: "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'",
        }[self.kind]
        return sorted(row[0] for row in self.execute(query))


@dataclass(frozen=True)
class SqliteFile(os.PathLike[str]):
    """``logbook.db`` of an instance folder. ``address`` is what the settings need to find it: nothing."""

    path: Path
    kind = SQLITE
    address = ""

    def __fspath__(self) -> str:
        return str(self.path)

    @contextmanager
    def connect(self) -> Iterator[Hand]:
        connection = sqlite3.connect(self.path)
        connection.isolation_level = None
        try:
            yield Hand(connection, self.kind)
        finally:
            connection.close()

    @contextmanager
    def writing(self, log: int) -> Iterator[None]:
        """A writer of another process stands between its first and its last statement."""
        with self.connect() as hand:
            hand.execute("BEGIN IMMEDIATE")
            yield
            hand.execute("COMMIT")

    def content(self) -> bytes:
        """Every byte that is kept, of rows that are gone too."""
        return b"".join(path.read_bytes() for path in self._files())

    def backup(self, folder: Path) -> Callable[[], None]:
        """Copy the database as it is; call what is returned to have it back."""
        copy = folder / "backup.db"
        with self.connect() as hand:
            hand.execute("VACUUM INTO ?", (str(copy),))

        def restore() -> None:
            _hang_up()
            for path in self._files():
                path.unlink()
            shutil.copy(copy, self.path)

        return restore

    def give_back(self) -> None:
        """The folder goes with the test."""

    def _files(self) -> list[Path]:
        return sorted(self.path.parent.glob(f"{self.path.name}*"))


@dataclass(frozen=True)
class PostgresDatabase:
    """A database of the server. ``address`` is the setting ``database_url``."""

    server: Server
    name: str
    kind = POSTGRESQL

    @property
    def address(self) -> str:
        return self.server.address(self.name)

    @contextmanager
    def connect(self) -> Iterator[Hand]:
        with self.server.connect(self.name) as connection:
            yield Hand(connection, self.kind)

    @contextmanager
    def writing(self, log: int) -> Iterator[None]:
        """A writer of another process stands between its first and its last statement."""
        with self.connect() as hand:
            hand.execute("BEGIN")
            hand.execute("SELECT id FROM log WHERE id = ? FOR UPDATE", (log,))
            yield
            hand.execute("COMMIT")

    def content(self) -> bytes:
        """Every value of every table."""
        with self.connect() as hand:
            values = [v for table in hand.tables() for row in hand.execute(f"SELECT * FROM {table}") for v in row]
        assert len(values) > 100
        return b"\n".join(v if isinstance(v, bytes) else str(v).encode() for v in values)

    def backup(self, folder: Path) -> Callable[[], None]:
        """Copy the database as it is; call what is returned to have it back."""
        _hang_up()
        copy = self.server.create(self.name)

        def restore() -> None:
            _hang_up()
            self.server.drop(self.name)
            self.server.administer("ALTER DATABASE {} RENAME TO {}", copy, self.name)

        return restore

    def give_back(self) -> None:
        self.server.give_back(self.name)


Database = SqliteFile | PostgresDatabase


def _hang_up() -> None:
    """The application has no connection open."""
    db.session.remove()
    give_back()
    db.engine.dispose()


def copy(database: Database, folder: Path) -> Database:
    """A copy of a template's database for an installation whose folder was copied to ``folder``."""
    if isinstance(database, SqliteFile):
        return SqliteFile(folder / database.path.name)
    return PostgresDatabase(database.server, database.server.create(database.name))


def empty(kind: str, folder: Path, server: Server) -> Database:
    """A database without tables, for an installation that will be made in ``folder``."""
    return SqliteFile(folder / "logbook.db") if kind == SQLITE else PostgresDatabase(server, server.create())


def moved(database: Database, folder: Path) -> Database:
    """The same database after its instance folder was moved to ``folder``: a file goes with it."""
    return SqliteFile(folder / database.path.name) if isinstance(database, SqliteFile) else database
