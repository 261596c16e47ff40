"""Servers as processes: the product and the bare application, both by the product's own ``serve``."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile

from app import config, create_app, jobs
from app.serve import serve

PROJECT = Path(__file__).resolve().parent.parent
PATIENCE = 60  # seconds until a server must answer


@dataclass(frozen=True)
class Server:
    """A running server; ``started``: seconds from its start to the first page."""

    process: subprocess.Popen[bytes]
    port: int
    started: float

    def memory(self) -> float:
        """Megabytes in memory, of the process and its children."""
        return sum(_resident(pid) for pid in _tree(self.process.pid)) / 1024

    def cpu(self) -> float:
        """Seconds of the processor that the process has taken so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running(
    command: list[str], port: int, environ: dict[str, str] | None = None, page: str = "/sign-in"
) -> Iterator[Server]:
    """Start a server, wait for its sign-in page, and end it."""
    with TemporaryFile() as log:
        begun = time.perf_counter()
        process = subprocess.Popen(command, cwd=PROJECT, env=environ or clean_environ(), stdout=log, stderr=log)
        try:
            while not _answers(port, page):
                if process.poll() is not None or time.perf_counter() - begun > PATIENCE:
                    log.seek(0)
                    raise RuntimeError(f"no answer from {' '.join(command)}: {log.read().decode()}")
                time.sleep(0.01)
            yield Server(process, port, time.perf_counter() - begun)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def product(folder: Path, port: int, moment: datetime) -> list[str]:
    """The command line of this module."""
    return [sys.executable, "-m", "bench.servers", str(folder), str(port), moment.isoformat()]


def plain(folder: Path, port: int) -> list[str]:
    """The command line of the bare application."""
    return [sys.executable, "-m", "bench.bare", str(folder), str(port)]


def clean_environ() -> dict[str, str]:
    """The environment without the settings of a real installation."""
    return {k: v for k, v in os.environ.items() if not k.startswith(config.PREFIX)}


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(port: int, page: str) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        line.request("GET", page)
        return line.getresponse().status == 200
    except OSError:
        return False
    finally:
        line.close()


def _tree(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *(p for child in children for p in _tree(int(child)))]


def _resident(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


def main(folder: str, port: str, moment: str) -> None:
    """Serve the product with a clock that starts at ``moment``."""
    settings = replace(config.load(Path(folder), {}), port=int(port))
    shift = datetime.fromisoformat(moment) - datetime.now(UTC)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    serve(settings, lambda: create_app(settings, lambda: datetime.now(UTC) + shift), jobs.start)


if __name__ == "__main__":
    main(*sys.argv[1:])
