"""How far a copy is. A byte counts half when it is copied and half when it is read back and the same."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

EVERY = 0.25  # seconds between two reports
WINDOW = 10.0  # seconds of which the rate tells


@dataclass(frozen=True)
class Progress:
    """``done`` and ``total``: bytes; ``rate``: bytes a second; ``left_s``: seconds, None while nobody knows.

    ``new``: files proved in this run; ``there``: files that were on the medium, whole, before it.
    """

    file: str
    done: int
    total: int
    rate: float
    left_s: float | None
    files: int
    new: tuple[str, ...] = ()
    there: tuple[str, ...] = ()
    ended: bool = False


@dataclass
class Count:
    """Counts for both threads and tells, at most every EVERY seconds."""

    total: int
    files: int
    tell: Callable[[Progress], None]
    _halves: int = 0
    _given: int = 0  # halves that were there before: they say nothing about the rate
    _file: str = ""
    _new: list[str] = field(default_factory=list)
    _there: list[str] = field(default_factory=list)
    _past: deque[tuple[float, int]] = field(default_factory=deque)
    _told: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def read(self, file: str, size: int) -> None:
        with self._lock:
            self._file = file
            self._add(size)

    def read_back(self, size: int) -> None:
        with self._lock:
            self._add(size)

    def was_there(self, file: str, size: int) -> None:
        """``size``: bytes that need neither copying nor reading."""
        with self._lock:
            self._there.append(file)
            self._given += 2 * size
            self._add(2 * size)

    def proved(self, file: str) -> None:
        with self._lock:
            self._new.append(file)
            self._add(0)

    def ended(self) -> None:
        with self._lock:
            self._say(time.monotonic(), ended=True)

    def _add(self, halves: int) -> None:
        self._halves += halves
        now = time.monotonic()
        if now - self._told >= EVERY:
            self._say(now)

    def _say(self, now: float, ended: bool = False) -> None:
        self._told = now
        work = self._halves - self._given
        self._past.append((now, work))
        while now - self._past[0][0] > WINDOW:
            self._past.popleft()
        since, before = self._past[0]
        rate = (work - before) / 2 / (now - since) if now > since else 0.0
        left = (2 * self.total - self._halves) / 2
        self.tell(
            Progress(
                file=self._file,
                done=min(self._halves // 2, self.total),
                total=self.total,
                rate=rate,
                left_s=max(0.0, left / rate) if rate else None,
                files=self.files,
                new=tuple(self._new),
                there=tuple(self._there),
                ended=ended,
            )
        )
