"""A PostgreSQL of our own: Debian's binaries, a temporary folder, a free port, its own user when we are root."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections import deque
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

BINARIES = Path("/usr/lib/postgresql/15/bin")
SUPERUSER = "logbook"
# Nothing here survives the run, so nothing waits for the disk.
SETTINGS = (
    "fsync=off", "full_page_writes=off", "synchronous_commit=off", "wal_level=minimal", "max_wal_senders=0",
    "autovacuum=off", "jit=off", "listen_addresses=127.0.0.1",
)  # fmt: skip
PREFIX, DAY = "logbook-postgres-", 86_400
ROOM = 2**30  # bytes that must be free in memory for the server's folder to lie there
LATER = 2  # databases that wait before they are dropped: their last connections have ended by then


def _ours(*words: str) -> list[str]:
    """A command as ourselves, or as the user ``postgres`` when we are root (the server refuses to run as root)."""
    if os.geteuid() == 0:
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *words]
    return list(words)


def _place() -> str:
    """Memory where there is enough of it: copying a database costs a fifth of what it costs on a disk."""
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK | os.X_OK) and shutil.disk_usage(memory).free > ROOM:
        return str(memory)
    return "/tmp"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """Starts with the first database that is asked for; ends with ``stop``, or with the process that started it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = Path()
        self._made = 0
        self._done: deque[str] = deque()

    def create(self, template: str = "template0") -> str:
        """A new database, a copy of ``template``; its name is never used again."""
        if self._process is None:
            self._start()
        self._made += 1
        name = f"logbook_{self._made}"
        self.administer("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)
        return name

    def give_back(self, name: str) -> None:
        """The database is not needed any more."""
        self._done.append(name)
        while len(self._done) > LATER:
            self.drop(self._done.popleft())

    def drop(self, name: str) -> None:
        self.administer("DROP DATABASE {} WITH (FORCE)", name)

    def administer(self, statement: str, *names: str) -> None:
        """A statement on databases themselves."""
        self._administrator.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))  # type: ignore[arg-type]

    def address(self, name: str) -> str:
        """As the setting ``database_url`` takes it."""
        return f"postgresql+psycopg://{SUPERUSER}@127.0.0.1:{self._port}/{name}"

    def connect(self, name: str) -> psycopg.Connection[Any]:
        """A connection of the database's superuser, every statement its own transaction."""
        return psycopg.connect(host="127.0.0.1", port=self._port, user=SUPERUSER, dbname=name, autocommit=True)

    def stop(self) -> None:
        if self._process is not None:
            self._administrator.close()
            self._process.send_signal(signal.SIGQUIT)  # at once: nothing of it is kept
            self._process.wait(30)
            shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self) -> None:
        place = _place()
        for left in Path(place).glob(f"{PREFIX}*"):  # by a run that was killed
            if time.time() - left.stat().st_mtime > DAY:
                shutil.rmtree(left, ignore_errors=True)
        self._folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)
        data = str(self._folder / "data")
        command = (str(BINARIES / "initdb"), "-D", data, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--no-sync")
        subprocess.run(_ours(*command, "--locale=C.UTF-8"), check=True, capture_output=True, cwd="/", timeout=60)
        for _ in range(5):  # somebody may take the free port before we do
            if self._listens(data):
                return
        raise AssertionError(f"PostgreSQL did not start: {(self._folder / 'log').read_text()}")

    def _listens(self, data: str) -> bool:
        self._port = _free_port()
        options = [word for setting in (*SETTINGS, f"unix_socket_directories={self._folder}")
                   for word in ("-c", setting)]  # fmt: skip
        command = _ours("setpriv", "--pdeathsig", "INT", str(BINARIES / "postgres"), "-D", data)
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "-p", str(self._port), *options], stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd="/"
            )
        until = time.monotonic() + 30
        while time.monotonic() < until and self._process.poll() is None:
            try:
                self._administrator = self.connect("postgres")
                return True
            except psycopg.OperationalError:
                time.sleep(0.02)
        self._process.kill()
        self._process.wait(30)
        return False
