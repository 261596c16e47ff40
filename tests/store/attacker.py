"""Somebody with the database itself: the file and ``sqlite3``, or a superuser of PostgreSQL.

They may take the triggers away and write what they like.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from app.store.db import db
from tests.databases import SQLITE, Database, Hand

GUARDED = {"entry", "profile"}  # tables that have triggers of ours


@contextmanager
def attack(database: Database, armed: bool = True) -> Iterator[Hand]:
    """A connection past the application; ``armed`` takes the triggers away and later puts them back."""
    db.session.rollback()
    with database.connect() as hand:
        if not armed:
            yield hand
        elif hand.kind == SQLITE:
            with _dropped(hand):
                yield hand
        else:
            with _disabled(hand):
                yield hand
    db.session.rollback()


@contextmanager
def _dropped(hand: Hand) -> Iterator[None]:
    kept = hand.rows("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
    assert {trigger["tbl_name"] for trigger in kept} >= GUARDED
    for trigger in kept:
        hand.execute(f"DROP TRIGGER {trigger['name']}")
    try:
        yield
    finally:
        for trigger in kept:
            hand.execute(trigger["sql"])


@contextmanager
def _disabled(hand: Hand) -> Iterator[None]:
    """``replica``: foreign keys keep quiet too, as they do for ``sqlite3``."""
    query = "SELECT DISTINCT tgrelid::regclass::text AS name FROM pg_trigger WHERE NOT tgisinternal"
    kept = [table["name"] for table in hand.rows(query)]
    assert set(kept) >= GUARDED
    hand.execute("SET session_replication_role = replica")
    for table in kept:
        hand.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    try:
        yield
    finally:
        for table in kept:
            hand.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def ruin(database: Database, statement: str) -> None:
    """One statement for which the triggers are taken away for good: what they guarded may be gone with it."""
    db.session.rollback()
    with database.connect() as hand:
        if hand.kind == SQLITE:
            for trigger in hand.rows("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
                hand.execute(f"DROP TRIGGER {trigger['name']}")
            statement = statement.removesuffix(" CASCADE")  # SQLite knows no such word and needs none
        else:
            hand.execute("SET session_replication_role = replica")
        hand.execute(statement)


def row(hand: Hand, log: int, seq: int) -> dict[str, Any]:
    """A stored entry by column."""
    (found,) = hand.rows("SELECT * FROM entry WHERE log_id = ? AND seq = ?", (log, seq))
    return found


def insert(hand: Hand, table: str, values: dict[str, Any]) -> None:
    places = ", ".join("?" * len(values))
    hand.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places})", list(values.values()))


def put(hand: Hand, log: int, where: int, **values: Any) -> None:
    """Overwrite columns of the entry whose seq is ``where``."""
    names = ", ".join(f"{name} = ?" for name in values)
    hand.execute(f"UPDATE entry SET {names} WHERE log_id = ? AND seq = ?", [*values.values(), log, where])
    db.session.rollback()  # the application's next read sees it


def flipped(value: bytes | str, place: int) -> bytes | str:
    """The value with one bit of one byte changed."""
    raw = bytearray(value.encode() if isinstance(value, str) else value)
    raw[place % len(raw)] ^= 1
    return raw.decode("utf-8", "replace") if isinstance(value, str) else bytes(raw)
