"""Copies of the whole database in ``instance/backups``, and the journals in such a copy.

SQLite: a file like ours (``VACUUM INTO``: one state of the database, though others go on writing). PostgreSQL: what
``pg_dump -Fc`` writes; to look into it, its journals are read out of it into a SQLite file that is thrown away.
"""

import binascii
import hashlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from flask import current_app
from psycopg import pq
from sqlalchemy import text

from app.domain import N_, DomainError
from app.store.db import NoRoom, db
from app.store.files import sync_folder
from app.store.journal import Stored

ROOM = 50 * 1024 * 1024  # bytes that stay free on the disk
MISSING = N_("The program %(name)s is missing: install postgresql-client.")
BYTES = ("leaf", "hash", "body", "salt")
READ = {  # tables of a dump that are read: columns and their types
    "log": {"id": "INTEGER", "origin": "TEXT", "source": "TEXT"},
    "source": {"name": "TEXT", "vkey": "TEXT"},
    "checkpoint": {"log_id": "INTEGER", "note": "TEXT"},
    "entry": {"log_id": "INTEGER", "seq": "INTEGER", "id": "TEXT"} | dict.fromkeys(BYTES, "BLOB"),
}


class NotACopy(DomainError):
    """The file is damaged: it cannot be read as a copy of the database."""


class CannotTell(DomainError):
    """The file, or a program that reads it, is not there."""

    status = 500
    exit = 2


def folder() -> Path:
    """``instance/backups``, made when it is missing."""
    place = Path(current_app.instance_path) / "backups"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def on_postgresql() -> bool:
    return db.engine.dialect.name == "postgresql"


def size() -> int:
    """Bytes of the database."""
    queries = {
        True: "SELECT pg_database_size(current_database())",
        False: "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    }
    return int(db.session.execute(text(queries[on_postgresql()])).scalar() or 0)


def require_room() -> None:
    """Raise NoRoom when the disk has no place for a copy, before anything is written."""
    needed, free = size() + ROOM, shutil.disk_usage(folder()).free
    if free < needed:
        message = N_("The disk has no room for a backup: %(needed)s MB are needed, %(free)s MB are free.")
        raise NoRoom(message, needed=needed // 1024**2 + 1, free=free // 1024**2)


def copy_into(path: Path) -> None:
    """Write one state of the database into the new file ``path``, for its owner alone, durably."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        if on_postgresql():
            _dump(handle)
        else:
            _vacuum(path)
        os.fsync(handle)
    finally:
        os.close(handle)


def settle(part: Path, path: Path) -> None:
    """Give a finished copy its name, after its checksum has been written beside (as ``sha256sum -c`` reads it)."""
    seal = seal_of(path)
    with os.fdopen(os.open(seal, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(f"{_sha256(part)}  {path.name}\n")
        file.flush()
        os.fsync(file.fileno())
    os.rename(part, path)
    sync_folder(path.parent)


def seal_of(path: Path) -> Path:
    """The file with the checksum of a copy."""
    return path.with_name(f"{path.name}.sha256")


def require_seal(path: Path) -> None:
    """Raise NotACopy when a checksum lies beside the copy and is another one."""
    seal = seal_of(path)
    if seal.exists() and seal.read_text(encoding="utf-8", errors="replace").split(" ")[0] != _sha256(path):
        raise NotACopy(N_("The file %(file)s is not what its checksum says."), file=path.name)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _vacuum(path: Path) -> None:
    with closing(db.engine.raw_connection()) as lent:
        driver = lent.dbapi_connection
        assert driver is not None
        driver.execute("VACUUM INTO ?", (str(path),))  # type: ignore[attr-defined]


def _dump(handle: int) -> None:
    """The address goes by the environment: a command line is seen by everybody on the machine."""
    try:
        done = subprocess.run(
            ["pg_dump", "--format=custom", "--no-password", "--no-owner"],
            env=_environment(), stdout=handle, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
    except FileNotFoundError as err:
        raise CannotTell(MISSING, name="pg_dump") from err
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise CannotTell(N_("pg_dump could not copy the database: %(reason)s"), reason=reason)


def _environment() -> dict[str, str]:
    """The machine's, and where the database is."""
    url = db.engine.url
    given: dict[str, Any] = {
        "host": url.host, "port": url.port, "user": url.username, "password": url.password, "dbname": url.database,
        **url.query,
    }  # fmt: skip
    names = {o.keyword.decode(): o.envvar.decode() for o in pq.Conninfo.get_defaults() if o.envvar}
    known = {names[k]: str(v) for k, v in given.items() if v is not None and k in names}
    return {**os.environ, **known}


# ---------------------------------------------------------------- looking into a copy


@dataclass(frozen=True)
class Log:
    """A journal in a copy: what its newest checkpoint says, and its entries as they lie there."""

    id: int
    origin: str
    note: str
    source: str = ""


class Copy:
    """A copy of the database that is open for reading."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def logs(self) -> list[Log]:
        source = "coalesce(log.source, '')" if self._has("log", "source") else "''"
        query = f"SELECT log.id, origin, coalesce(note, ''), {source} FROM log LEFT JOIN checkpoint ON log_id = log.id"
        return [Log(*row) for row in self.connection.execute(f"{query} ORDER BY id")]

    def vkeys(self) -> dict[str, str]:
        """Published keys of the sources of imported journals, by name; none in a copy of an older version."""
        if not self._has("source", "vkey"):
            return {}
        return dict(self.connection.execute("SELECT name, vkey FROM source").fetchall())

    def _has(self, table: str, column: str) -> bool:
        return column in [row[1] for row in self.connection.execute(f"PRAGMA table_info({table})")]

    def stored(self, log: int) -> Generator[Stored]:
        """Every entry of a log in order."""
        query = f"SELECT {', '.join(Stored._fields)} FROM entry WHERE log_id = ? ORDER BY seq"
        for seq, entry_id, leaf, found, body, salt in self.connection.execute(query, (log,)):
            kept = body if body is None else _bytes(body)
            yield Stored(seq, entry_id, _bytes(leaf), _bytes(found), kept, _bytes(salt))


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


@contextmanager
def opened(path: Path) -> Iterator[Copy]:
    """Look into a copy without changing it. Raises NotACopy, CannotTell."""
    try:
        with path.open("rb") as file:
            custom = file.read(5) == b"PGDMP"
    except OSError as err:
        unread = N_("The file %(file)s cannot be read: %(reason)s")
        raise CannotTell(unread, file=path.name, reason=err.strerror) from err
    damaged = N_("The file %(file)s is damaged: %(reason)s")
    try:
        with _of_dump(path) if custom else closing(_of_sqlite(path)) as connection:
            yield Copy(connection)
    except (sqlite3.DatabaseError, ValueError, binascii.Error) as err:
        raise NotACopy(damaged, file=path.name, reason=str(err)) from err


def _of_sqlite(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        if _pages(path) != path.stat().st_size:  # SQLite itself does not miss the end of a file
            raise NotACopy(N_("The end of the file %(file)s is missing."), file=path.name)
        (told,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if told != "ok":
            raise sqlite3.DatabaseError(" ".join(told.split()))
    except BaseException:
        connection.close()
        raise
    return connection


def _pages(path: Path) -> int:
    """Bytes of the database by its own header: size of a page (1 means 65536) and number of pages."""
    with path.open("rb") as file:
        head = file.read(32)
    page = int.from_bytes(head[16:18], "big")
    return (65536 if page == 1 else page) * int.from_bytes(head[28:32], "big")


@contextmanager
def _of_dump(path: Path) -> Iterator[sqlite3.Connection]:
    """The journals of a dump, in a file that is nobody's. The whole dump is read, other tables too."""
    with (
        tempfile.TemporaryDirectory(prefix="check-", dir=folder()) as place,
        closing(sqlite3.connect(Path(place) / "journals.db")) as connection,
    ):
        for table, columns in READ.items():
            connection.execute(f"CREATE TABLE {table} ({', '.join(f'{n} {t}' for n, t in columns.items())})")
        try:
            command = ["pg_restore", "--no-owner", "--file=-", str(path)]
            reader = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        except FileNotFoundError as err:
            raise CannotTell(MISSING, name="pg_restore") from err
        with reader:
            _take_in(connection, cast(Any, reader.stdout))
            told = cast(Any, reader.stderr).read().decode("utf-8", "replace").strip()
        if reader.returncode:
            raise ValueError(told.partition("\n")[0] or f"pg_restore: {reader.returncode}")
        connection.execute("CREATE UNIQUE INDEX entries ON entry (log_id, seq)")
        connection.commit()
        yield connection


def _take_in(connection: sqlite3.Connection, script: Iterator[bytes]) -> None:
    """Rows of the tables that are read, out of the SQL that pg_restore prints."""
    for line in script:
        if not line.startswith(b"COPY public."):
            continue
        table, _, rest = line.decode().removeprefix("COPY public.").partition(" (")
        names = rest.partition(")")[0].split(", ")
        rows = _rows(script)
        if table not in READ:
            for _ in rows:
                pass
            continue
        known = {name: kind for name, kind in READ[table].items() if name in names}  # an older copy lacks some
        places = [(names.index(name), kind == "BLOB") for name, kind in known.items()]
        marks = ", ".join("?" * len(places))
        values = ([_value(row[i], is_bytes) for i, is_bytes in places] for row in rows)
        connection.executemany(f"INSERT INTO {table} ({', '.join(known)}) VALUES ({marks})", values)


def _rows(script: Iterator[bytes]) -> Iterator[list[bytes]]:
    for line in script:
        if line == b"\\.\n":
            return
        yield line.rstrip(b"\n").split(b"\t")
    raise ValueError("a table ends before its end")


ESCAPES = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


def _value(field: bytes, is_bytes: bool) -> bytes | str | None:
    r"""A field of COPY's text: ``\N`` is none, a backslash quotes, bytes are ``\x`` and hexadecimal."""
    if field == b"\\N":
        return None
    if is_bytes:
        return binascii.unhexlify(field.removeprefix(b"\\\\x"))
    first, *parts = field.split(b"\\")
    out, quoted = first, False
    for part in parts:
        if quoted:  # the backslash before was itself quoted
            out, quoted = out + part, False
        elif not part:
            out, quoted = out + b"\\", True
        else:
            out += ESCAPES.get(part[:1], part[:1]) + part[1:]
    return out.decode()
