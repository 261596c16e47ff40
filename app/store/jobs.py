"""Runs of the jobs, and the lock that only one process holds."""

import hashlib
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, delete, func, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from app.store.db import db
from app.store.tables import JobRunRow

LOG = logging.getLogger("logbook.jobs")
RUN = JobRunRow.__table__.c


def begin(job: str, worker: str, now: datetime) -> int:
    """A run that began; its id. Inside a transaction."""
    row = JobRunRow(job=job, began=now, worker=worker)
    db.session.add(row)
    db.session.flush()
    return row.id


def end(run: int, now: datetime, failed: bool, told: str) -> None:
    """The run ended. Inside a transaction."""
    db.session.execute(update(JobRunRow).where(RUN.id == run).values(ended=now, failed=failed, told=told))


def put(job: str, worker: str, began: datetime, ended: datetime, failed: bool, told: str, over: int | None) -> None:
    """A finished run, written over the row ``over`` when one is given. Inside a transaction."""
    values = {"job": job, "worker": worker, "began": began, "ended": ended, "failed": failed, "told": told}
    if over is None:
        db.session.add(JobRunRow(**values))
    else:
        db.session.execute(update(JobRunRow).where(RUN.id == over).values(**values))


def prune(before: datetime) -> None:
    """Forget runs that began earlier, the newest of each job excepted. Inside a transaction."""
    newest = select(func.max(RUN.id)).group_by(RUN.job)
    db.session.execute(delete(JobRunRow).where(RUN.began < before, RUN.id.not_in(newest)))


def newest(*conditions: Any) -> dict[str, Any]:
    """The newest row of every job that fulfils the conditions, in the order of writing, whatever clocks said."""
    ids = select(func.max(RUN.id)).where(*conditions).group_by(RUN.job)
    return {row.job: row for row in db.session.execute(select(*RUN).where(RUN.id.in_(ids)))}


def last() -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """By job: the newest run, the newest finished, the newest that succeeded."""
    return newest(), newest(RUN.ended.is_not(None)), newest(RUN.ended.is_not(None), RUN.failed.is_(False))


def history(offset: int, limit: int) -> tuple[int, Sequence[Any]]:
    """How many runs are kept, and some of them, newest first."""
    total = db.session.scalar(select(func.count()).select_from(JobRunRow)) or 0
    return total, db.session.execute(select(*RUN).order_by(RUN.id.desc()).offset(offset).limit(limit)).all()


# ---------------------------------------------------------------- one process among all


class OneHolder(Protocol):
    """A lock that one process holds until it lets go or dies."""

    def held(self) -> bool:
        """True when this process has it; takes it when it is free."""

    def release(self) -> None:
        """Let go."""


def one_holder(name: str, file: Path) -> OneHolder:
    """The lock of this installation: in the database when that is PostgreSQL, else a file beside SQLite's."""
    if db.engine.dialect.name == "postgresql":
        return _InDatabase(db.engine, f"{name}/{db.engine.url.database}")
    return _InFolder(file)


class _InFolder:
    def __init__(self, file: Path) -> None:
        self.lock = FileLock(file, timeout=0, thread_local=False)  # jobs run in several threads of this process

    def held(self) -> bool:
        if not self.lock.is_locked:
            with suppress(Timeout):
                self.lock.acquire()
        return self.lock.is_locked

    def release(self) -> None:
        self.lock.release(force=True)


class _InDatabase:
    """An advisory lock of a connection that does nothing else: when that is lost, so is the lock."""

    # A holder whose machine lost its power is given up after half a minute, not after the system's two hours.
    ALIVE = ("tcp_keepalives_idle = 15", "tcp_keepalives_interval = 5", "tcp_keepalives_count = 3")

    def __init__(self, engine: Engine, name: str) -> None:
        self.engine = engine
        self.key = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)
        self.connection: Connection | None = None
        self.guard = Lock()

    def held(self) -> bool:
        with self.guard:
            try:
                if self.connection is None:
                    self.connection = self._taken()
                else:
                    self.connection.execute(text("SELECT 1"))
            except SQLAlchemyError:
                LOG.warning("the connection that holds the lock of the jobs was lost")
                self._close()
            return self.connection is not None

    def _taken(self) -> Connection | None:
        connection = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            if connection.execute(select(func.pg_try_advisory_lock(self.key))).scalar():
                for setting in self.ALIVE:
                    connection.execute(text(f"SET {setting}"))
                connection.detach()  # closed for good when it is closed: a pooled one would keep the lock
                return connection
        except BaseException:
            connection.invalidate()
            connection.close()
            raise
        connection.close()
        return None

    def release(self) -> None:
        with self.guard:
            self._close()

    def _close(self) -> None:
        connection, self.connection = self.connection, None
        if connection is not None:
            with suppress(SQLAlchemyError):  # said, for the server notices a closed connection only a moment later
                connection.execute(select(func.pg_advisory_unlock(self.key)))
            with suppress(SQLAlchemyError):
                connection.close()
