"""Somebody with the database file and ``sqlite3``: may drop the triggers and write what they like."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.store.db import db

TRIGGERS = ("entry_no_update", "entry_no_delete", "profile_no_update", "profile_no_delete")


@contextmanager
def attack(database: Path, armed: bool = True) -> Iterator[sqlite3.Connection]:
    """A connection past the application; ``armed`` drops the triggers and later puts them back."""
    db.session.rollback()
    connection = sqlite3.connect(database)
    connection.isolation_level = None
    kept = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    assert set(kept) == set(TRIGGERS)
    if armed:
        for name in kept:
            connection.execute(f"DROP TRIGGER {name}")
    try:
        yield connection
    finally:
        if armed:
            for sql in kept.values():
                connection.execute(sql)
        connection.close()
        db.session.rollback()


def columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]


def row(connection: sqlite3.Connection, log: int, seq: int) -> dict[str, Any]:
    """A stored entry by column."""
    found = connection.execute("SELECT * FROM entry WHERE log_id = ? AND seq = ?", (log, seq)).fetchone()
    return dict(zip(columns(connection, "entry"), found, strict=True))


def insert(connection: sqlite3.Connection, table: str, values: dict[str, Any]) -> None:
    names = ", ".join(values)
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(values))})", list(values.values()))


def put(connection: sqlite3.Connection, log: int, where: int, **values: Any) -> None:
    """Overwrite columns of the entry whose seq is ``where``."""
    names = ", ".join(f"{name} = ?" for name in values)
    connection.execute(f"UPDATE entry SET {names} WHERE log_id = ? AND seq = ?", [*values.values(), log, where])
    db.session.rollback()  # the application's next read sees it


def flipped(value: bytes | str, place: int) -> bytes | str:
    """The value with one bit of one byte changed."""
    raw = bytearray(value.encode() if isinstance(value, str) else value)
    raw[place % len(raw)] ^= 1
    return raw.decode("utf-8", "replace") if isinstance(value, str) else bytes(raw)
