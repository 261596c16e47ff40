"""A fresh PostgreSQL with the configuration that initdb makes (so durable), for the time of a run."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.servers import PATIENCE, free_port

BINARIES = Path("/usr/lib/postgresql/15/bin")
USER = "peer"


@contextmanager
def running() -> Iterator[int]:
    """The port of a running server that trusts ``USER``; nothing is left of it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="bench-postgres-", dir="/tmp"))  # the user postgres must reach it
    try:
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        data = str(folder / "data")
        locale = ("-E", "UTF8", "--locale=C.UTF-8")
        initdb = _command("initdb", "-D", data, "-U", USER, "-A", "trust", *locale)
        subprocess.run(initdb, check=True, capture_output=True, cwd="/", timeout=PATIENCE)
        port = free_port()
        words = ("-p", str(port), "-c", "listen_addresses=127.0.0.1", "-k", str(folder))
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(_command("postgres", "-D", data, *words), cwd="/", stdout=log, stderr=log)
        try:
            _wait(server, port, folder / "log")
            yield port
        finally:
            server.send_signal(signal.SIGINT)  # ends sessions that are still open
            server.wait(PATIENCE)
    finally:
        shutil.rmtree(folder)


def _command(name: str, *words: str) -> list[str]:
    """As ourselves, or as the user ``postgres`` when we are root (the server refuses to run as root)."""
    other = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=INT"]
    return [*(other if os.geteuid() == 0 else []), str(BINARIES / name), *words]


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    begun = time.perf_counter()
    ask = [str(BINARIES / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    while subprocess.run(ask, check=False).returncode:
        if server.poll() is not None or time.perf_counter() - begun > PATIENCE:
            raise RuntimeError(f"PostgreSQL does not start: {log.read_text()}")
        time.sleep(0.05)
