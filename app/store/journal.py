"""Append to a log and read it back. Only inside ``transaction()`` does anything change."""

import secrets
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import bindparam, func, literal_column, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from app.domain import N_
from app.domain.journal import Broken, Entry, Foreign, Times, read, write
from app.domain.merkle import Frontier
from app.domain.note import BadNote, Checkpoint, make_checkpoint, parse_checkpoint
from app.store import keys
from app.store.db import Prepared, db
from app.store.tables import CheckpointRow, DayRow, EntryRow, LogRow

ENTRY, LOG, CHECKPOINT, DAY = EntryRow.__table__, LogRow.__table__, CheckpointRow.__table__, DayRow.__table__
FAR = 2**31 - 1
HEADS = 256  # judged heads that a process remembers
ADDRESSES: WeakKeyDictionary[Engine, str] = WeakKeyDictionary()

# Statements of every tick.
_STORED = select(ENTRY.c.leaf, ENTRY.c.body, ENTRY.c.salt).where(ENTRY.c.log_id == bindparam("log"))
KNOWN = Prepared(_STORED.where(ENTRY.c.id == bindparam("entry")))
RANGE = Prepared(
    _STORED.where(ENTRY.c.seq >= bindparam("after"), ENTRY.c.seq < bindparam("before")).order_by(ENTRY.c.seq)
)
_HEAD = select(
    LOG.c.id, LOG.c.origin, CHECKPOINT.c.size, CHECKPOINT.c.frontier, CHECKPOINT.c.note, LOG.c.source
).outerjoin_from(LOG, CHECKPOINT, CHECKPOINT.c.log_id == LOG.c.id)
HEAD = Prepared(_HEAD.where(LOG.c.id == bindparam("log")))
HEAD_OF_DAY = Prepared(_HEAD.join(DAY, DAY.c.log_id == LOG.c.id).where(DAY.c.id == bindparam("day")))
INSERT = Prepared(ENTRY.insert())
FIRST = Prepared(CHECKPOINT.insert().values({n: bindparam(n) for n in ("log_id", "size", "frontier", "note")}))
NEXT = Prepared(
    CHECKPOINT.update()
    .where(CHECKPOINT.c.log_id == bindparam("log"))
    .values(size=bindparam("to_size"), frontier=bindparam("to_frontier"), note=bindparam("to_note"))
)


@dataclass(frozen=True, slots=True)
class Head:
    """Where a log stands: its newest checkpoint, the frontier to go on from, whose it is (empty: ours)."""

    log_id: int
    checkpoint: Checkpoint
    frontier: Frontier
    source: str = ""


def database() -> str:
    """Which database this is: caches of a process may see several (tests do)."""
    engine = db.engine
    name = ADDRESSES.get(engine)
    if name is None:
        name = ADDRESSES[engine] = str(engine.url)
    return name


def create(origin: str, kind: str, source: str = "") -> int:
    """A new empty log; its id. The unique origin refuses a second one. ``source``: whose it is, empty: ours."""
    row = LogRow(origin=origin, kind=kind, source=source)
    db.session.add(row)
    db.session.flush()
    return row.id


def log_id(origin: str) -> int | None:
    return db.session.scalar(select(LogRow.id).where(LogRow.origin == origin))


def source(log: int) -> str:
    """Whose log it is; empty: this installation's."""
    return db.session.scalar(select(LogRow.source).where(LogRow.id == log)) or ""


def origins() -> list[tuple[int, str, str]]:
    """(id, origin, kind) of every log."""
    return [tuple(r) for r in db.session.execute(select(LogRow.id, LogRow.origin, LogRow.kind).order_by(LogRow.id))]


def head(log: int) -> Head:
    """Newest checkpoint of a log; size 0 for a log without entries. Raises Broken when the stored head is damaged."""
    rows = HEAD.rows(log=log)
    if not rows:
        raise Broken(N_("The log of this journal is missing."))
    return _judged(*rows[0])


def head_of_day(day: str) -> Head | None:
    """``head`` of the log of a day; None when there is no such day."""
    rows = HEAD_OF_DAY.rows(day=day)
    return _judged(*rows[0]) if rows else None


@lru_cache(HEADS, typed=True)
def _judged(
    log: int, origin: str, size: int | None, frontier: str | None, note: str | None, source: str
) -> Head:
    """What a stored head says; the same bytes are judged once. Raises Broken when its parts do not fit each other."""
    if note is None:
        empty = Frontier()
        return Head(log, Checkpoint(origin, 0, empty.root()), empty, source)
    try:
        edge = Frontier(size, tuple(bytes.fromhex(node) for node in frontier.split()))  # type: ignore[union-attr,arg-type]
        checkpoint = parse_checkpoint(note)
    except (BadNote, ValueError, TypeError, AttributeError) as err:
        raise Broken(N_("The newest checkpoint of %(log)s was changed."), log=origin) from err
    if (checkpoint.origin, checkpoint.size, checkpoint.root) != (origin, edge.size, edge.root()):
        raise Broken(N_("The newest checkpoint of %(log)s was changed."), log=origin)
    return Head(log, checkpoint, edge, source)


def append(
    log: int, fact: Any, actor: str, times: Times, entry_id: str, device: str = "", device_seq: int | None = None
) -> tuple[Entry, Checkpoint]:
    """Extend exactly the log whose head stands now; its new signed checkpoint goes into the same transaction.

    Raises Foreign for a log of another installation, Broken when the table of entries does not fit its checkpoint.
    """
    at = head(log)
    if at.source:
        raise Foreign(at.source)
    origin, seq = at.checkpoint.origin, at.frontier.size
    entry = write(origin, seq, entry_id, actor, fact, times, secrets.token_bytes(16), device, device_seq)
    hashed = entry.hash
    frontier = at.frontier.append(hashed)
    key = keys.log_key()
    checkpoint = make_checkpoint(origin, frontier.size, frontier.root(), key.vkey, key.sign)
    try:
        INSERT.run(log_id=log, seq=seq, id=entry_id, leaf=entry.leaf, hash=hashed, body=entry.body, salt=entry.salt)
    except IntegrityError as err:
        raise Broken(N_("The journal %(log)s does not fit its checkpoint. Verify the day."), seq, log=origin) from err
    nodes = " ".join(n.hex() for n in frontier.nodes)
    if seq:
        NEXT.run(log=log, to_size=frontier.size, to_frontier=nodes, to_note=checkpoint.note)
    else:
        FIRST.run(log_id=log, size=frontier.size, frontier=nodes, note=checkpoint.note)
    return entry, checkpoint


def find(log: int, entry_id: str) -> Entry | None:
    """The entry that a device sent under this id, if it arrived."""
    rows = KNOWN.rows(log=log, entry=entry_id)
    return read(*rows[0]) if rows else None


def entries(log: int, after: int = 0, before: int | None = None) -> list[Entry]:
    """Entries with ``after`` <= seq < ``before`` in order. Raises Broken when one cannot be read."""
    return [read(*row) for row in RANGE.rows(log=log, after=after, before=FAR if before is None else before)]


class Stored(NamedTuple):
    """An entry as it lies in the database: for verification, which judges the bytes itself."""

    seq: int
    id: str
    leaf: bytes
    hash: bytes
    body: bytes | None
    salt: bytes


# Columns without a type: the driver's values as they are, for nothing is trusted and speed counts here.
_AS_THEY_LIE = select(*(literal_column(name) for name in Stored._fields)).select_from(ENTRY)
LYING = _AS_THEY_LIE.where(ENTRY.c.log_id == bindparam("log")).order_by(ENTRY.c.seq)


LEAVES = LYING.with_only_columns(literal_column("leaf"))


_HASHES = select(ENTRY.c.hash).where(
    ENTRY.c.log_id == bindparam("log"), ENTRY.c.seq >= bindparam("after"), ENTRY.c.seq < bindparam("before")
)
HASHES = Prepared(_HASHES.order_by(ENTRY.c.seq))


def hashes(log: int, size: int, after: int = 0) -> list[bytes]:
    """Stored leaf hashes of the first ``size`` entries, without the first ``after`` of them.

    Whoever proves with them compares the roots.
    """
    return [bytes(row[0]) for row in HASHES.rows(log=log, after=after, before=size)]


def leaves(log: int) -> Generator[bytes]:
    """The leaf bytes of every entry in order, read as they are needed."""
    with closing(db.session.execute(LEAVES, {"log": log}, execution_options={"yield_per": 1000})) as rows:
        for part in rows.partitions():
            for (leaf,) in part:
                yield leaf if type(leaf) is bytes else _bytes(leaf)


def stored(log: int) -> Generator[Stored]:
    """Every stored entry in order, read as it is needed; close it when not read to its end.

    SQLite keeps a text or a number in any column: made bytes.
    """
    with closing(db.session.execute(LYING, {"log": log}, execution_options={"yield_per": 1000})) as rows:
        for part in rows.partitions():
            for seq, entry_id, *columns in part:
                leaf, found, body, salt = columns
                if type(leaf) is type(found) is type(salt) is bytes and (body is None or type(body) is bytes):
                    yield Stored(seq, entry_id, leaf, found, body, salt)
                else:
                    yield Stored(seq, entry_id, *(_bytes(value) for value in columns))


def _bytes(value: Any) -> Any:
    return value if value is None or isinstance(value, bytes) else str(value).encode()


def count() -> int:
    """Entries in all logs."""
    return db.session.scalar(select(func.count()).select_from(ENTRY)) or 0
