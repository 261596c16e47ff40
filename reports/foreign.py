"""Reading a file that comes from anywhere, in a process of its own with limits (``reports.worker``).

At most two at once; one more may wait, whoever comes then is told to come back.
"""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO

from app.domain import N_, DomainError, Message
from reports import wire
from reports.inspect import Inspection
from reports.wire import Crls, Roots

PLACE = Path(__file__).resolve().parent.parent
COMMAND = (sys.executable, "-E", "-s", "-m", "reports.worker")
AT_ONCE, WAITING, PATIENCE = 2, 1, 10  # PATIENCE in seconds
REASONS = {
    "time": N_("Reading the file took too long."),
    "memory": N_("Reading the file needed too much memory."),
    "read": N_("The file could not be read: reading it broke off."),
}

Look = Callable[[Mapping[str, datetime]], Inspection]
Reader = Callable[[bytes, Roots, Crls], AbstractContextManager[Look]]


class NotRead(Exception):
    """There is no answer about the file; ``reason`` says why."""

    def __init__(self, word: str) -> None:
        self.reason = Message(REASONS[word])
        super().__init__(word)


class Busy(DomainError):
    """Too many files are being read just now."""

    status = 429


class _Desk:
    """Two places at work, one chair to wait on."""

    def __init__(self) -> None:
        self.places = threading.BoundedSemaphore(AT_ONCE)
        self.chairs = threading.BoundedSemaphore(WAITING)

    @contextmanager
    def place(self) -> Iterator[None]:
        if not self._taken():
            raise Busy(N_("Other files are being checked just now. Nothing was checked; try again in half a minute."))
        try:
            yield
        finally:
            self.places.release()

    def _taken(self) -> bool:
        if self.places.acquire(blocking=False):
            return True
        if not self.chairs.acquire(blocking=False):
            return False
        try:
            return self.places.acquire(timeout=PATIENCE)
        finally:
            self.chairs.release()


DESK = _Desk()


@contextmanager
def reading(pdf: bytes, roots: Roots, crls: Crls) -> Iterator[Look]:
    """A function from moments to what the file says. It raises NotRead; entering raises Busy."""
    with DESK.place():
        talk = _Talk(wire.question(pdf, roots, crls))
        try:
            yield talk.look
        finally:
            talk.end()


class _Talk:
    """One process and its clock."""

    def __init__(self, question: bytes) -> None:
        self.question = question
        self.late = False
        # No environment: neither our settings nor their secrets. The log of a stranger's file interests nobody.
        self.process = subprocess.Popen(
            COMMAND, cwd=PLACE, env={}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.clock = threading.Timer(wire.SECONDS, self._too_late)
        self.clock.daemon = True
        self.clock.start()

    def look(self, at: Mapping[str, datetime]) -> Inspection:
        """Ask once. Raises NotRead."""
        line = b""
        into, out = self._pipes()
        try:
            into.write(self.question + wire.moments(at))
            into.flush()
            self.question = b""
            line = out.readline(wire.LIMIT + 1)
            found = wire.read_answer(line) if line.endswith(b"\n") else "read"
        except (OSError, ValueError):
            found = "read"
        if isinstance(found, str):
            raise NotRead(self._word(found))
        return found

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        into, out = self.process.stdin, self.process.stdout
        assert into is not None and out is not None
        return into, out

    def _word(self, said: str) -> str:
        self.process.kill()
        code = self.process.wait()
        if self.late or code == -signal.SIGXCPU:
            return "time"
        return said if said in REASONS else "read"

    def _too_late(self) -> None:
        self.late = True
        self.process.kill()

    def end(self) -> None:
        """Nothing of it stays."""
        self.clock.cancel()
        self.process.kill()
        for pipe in self._pipes():
            with suppress(OSError):
                pipe.close()
        self.process.wait()
