"""Append to a log and read it back. Only inside ``transaction()`` does anything change."""

import secrets
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, literal_column, select
from sqlalchemy.exc import IntegrityError

from app.domain import N_
from app.domain.journal import Broken, Entry, Times, read, write
from app.domain.merkle import Frontier
from app.domain.note import BadNote, Checkpoint, make_checkpoint, parse_checkpoint
from app.store import keys
from app.store.db import db
from app.store.tables import CheckpointRow, EntryRow, LogRow

ENTRY = EntryRow.__table__
FAR = 2**31 - 1

# Statements of every tick, made once: building one costs more than sending it (docs/benchmarks.md).
STORED = select(ENTRY.c.leaf, ENTRY.c.body, ENTRY.c.salt).where(ENTRY.c.log_id == bindparam("log"))
KNOWN = STORED.where(ENTRY.c.id == bindparam("entry"))
RANGE = STORED.where(ENTRY.c.seq >= bindparam("after"), ENTRY.c.seq < bindparam("before")).order_by(ENTRY.c.seq)
HEAD = (
    select(LogRow.origin, CheckpointRow.size, CheckpointRow.frontier, CheckpointRow.note)
    .outerjoin(CheckpointRow, CheckpointRow.log_id == LogRow.id)
    .where(LogRow.id == bindparam("log"))
)


@dataclass(frozen=True, slots=True)
class Head:
    """Where a log stands: its newest checkpoint and the frontier to go on from."""

    log_id: int
    checkpoint: Checkpoint
    frontier: Frontier


def database() -> str:
    """Which database this is: caches of a process may see several (tests do)."""
    return str(db.engine.url)


def create(origin: str, kind: str) -> int:
    """A new empty log; its id. The unique origin refuses a second one."""
    row = LogRow(origin=origin, kind=kind)
    db.session.add(row)
    db.session.flush()
    return row.id


def log_id(origin: str) -> int | None:
    return db.session.scalar(select(LogRow.id).where(LogRow.origin == origin))


def origins() -> list[tuple[int, str, str]]:
    """(id, origin, kind) of every log."""
    return [tuple(r) for r in db.session.execute(select(LogRow.id, LogRow.origin, LogRow.kind).order_by(LogRow.id))]


def head(log: int) -> Head:
    """Newest checkpoint of a log; size 0 for a log without entries. Raises Broken when the stored head is damaged."""
    row = db.session.execute(HEAD, {"log": log}).one_or_none()
    if row is None:
        raise Broken(N_("The log of this journal is missing."))
    if row.note is None:
        empty = Frontier()
        return Head(log, Checkpoint(row.origin, 0, empty.root()), empty)
    try:
        edge = Frontier(row.size, tuple(bytes.fromhex(node) for node in row.frontier.split()))
        checkpoint = parse_checkpoint(row.note)
    except (BadNote, ValueError, TypeError, AttributeError) as err:
        raise Broken(N_("The newest checkpoint of %(log)s was changed."), log=row.origin) from err
    if (checkpoint.origin, checkpoint.size, checkpoint.root) != (row.origin, edge.size, edge.root()):
        raise Broken(N_("The newest checkpoint of %(log)s was changed."), log=row.origin)
    return Head(log, checkpoint, edge)


def append(
    log: int, fact: Any, actor: str, times: Times, entry_id: str, device: str = "", device_seq: int | None = None
) -> tuple[Entry, Checkpoint]:
    """Extend exactly the log whose head stands now; its new signed checkpoint goes into the same transaction.

    Raises Broken when the table of entries does not fit its checkpoint.
    """
    at = head(log)
    origin, seq = at.checkpoint.origin, at.frontier.size
    entry = write(origin, seq, entry_id, actor, fact, times, secrets.token_bytes(16), device, device_seq)
    frontier = at.frontier.append(entry.hash)
    key = keys.log_key()
    checkpoint = make_checkpoint(origin, frontier.size, frontier.root(), key.vkey, key.sign)
    try:
        db.session.execute(
            ENTRY.insert(),
            {
                "log_id": log,
                "seq": seq,
                "id": entry_id,
                "leaf": entry.leaf,
                "hash": entry.hash,
                "body": entry.body,
                "salt": entry.salt,
            },
        )
    except IntegrityError as err:
        raise Broken(N_("The journal %(log)s does not fit its checkpoint. Verify the day."), seq, log=origin) from err
    values = {
        "log_id": log, "size": frontier.size, "note": checkpoint.note,
        "frontier": " ".join(n.hex() for n in frontier.nodes),
    }  # fmt: skip
    table = CheckpointRow.__table__
    if seq:
        db.session.execute(table.update().where(table.c.log_id == log).values(**values))
    else:
        db.session.execute(table.insert().values(**values))
    return entry, checkpoint


def find(log: int, entry_id: str) -> Entry | None:
    """The entry that a device sent under this id, if it arrived."""
    row = db.session.execute(KNOWN, {"log": log, "entry": entry_id}).first()
    return read(*row) if row else None


def entries(log: int, after: int = 0, before: int | None = None) -> list[Entry]:
    """Entries with ``after`` <= seq < ``before`` in order. Raises Broken when one cannot be read."""
    rows = db.session.execute(RANGE, {"log": log, "after": after, "before": FAR if before is None else before})
    return [read(*row) for row in rows]


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
