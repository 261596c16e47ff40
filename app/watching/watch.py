"""Whom to look at when: every target at its own beat, spread over the time, whatever others do."""

import logging
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.watching.pool import Answer, Pool

log = logging.getLogger("logbook.watching")
REFRESH = 20.0  # seconds between two looks for what is watched
ROOM = 16  # tasks at once
BAD_ROOM = 8  # of them for cameras that were not seen last time: those that hang keep nobody else waiting
IDLE = 60.0  # with nothing to do for so long, the worker is ended


@dataclass(frozen=True)
class Target:
    """``key`` names it, ``task`` is what the worker gets, every ``every`` seconds."""

    key: Hashable
    task: Mapping[str, Any] = field(repr=False)  # holds an address
    every: float


@dataclass(eq=False)
class _Beat:
    target: Target
    due: float
    bad: bool = False
    busy: bool = False
    grey: str = ""


@dataclass(frozen=True)
class Result:
    """An answer. ``ago``: seconds since its task began."""

    key: Hashable
    answer: Answer
    ago: float


class Watch:
    """One pass a moment (``step``): nothing in it waits.

    ``targets`` tells what is watched now; ``note`` takes results and answers, by key, in how many seconds to look
    again (None: at the usual beat).
    """

    def __init__(
        self, pool: Pool, targets: Callable[[], Sequence[Target]],
        note: Callable[[Sequence[Result]], Mapping[Hashable, float | None]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.pool, self.targets, self.note, self.clock = pool, targets, note, clock
        self.beats: dict[Hashable, _Beat] = {}
        self.began: dict[Hashable, float] = {}
        self.refreshed = self.used = -float("inf")

    def step(self) -> None:
        """Take what came, ask whom it is time to ask."""
        now = self.clock()
        self._take(now)
        if now - self.refreshed >= REFRESH:
            self._refresh(now)
            self.refreshed = now
        self._ask(now)
        if self.beats or self.pool.busy:
            self.used = now
        elif now - self.used > IDLE:
            self.pool.close()

    def close(self) -> None:
        """Forget everything and end the worker."""
        self.pool.close()
        self.beats.clear()
        self.began.clear()
        self.refreshed = -float("inf")

    def _refresh(self, now: float) -> None:
        found = {target.key: target for target in self.targets()}
        for key in [k for k in self.beats if k not in found]:
            del self.beats[key]
        new = [key for key in found if key not in self.beats]
        for place, key in enumerate(new):  # the first looks too come one after the other
            self.beats[key] = _Beat(found[key], now + found[key].every * place / len(new))
        for key, beat in self.beats.items():
            beat.target = found[key]

    def _ask(self, now: float) -> None:
        due = sorted((b for b in self.beats.values() if b.due <= now and not b.busy), key=lambda b: (b.bad, b.due))
        bad = sum(b.bad and b.busy for b in self.beats.values())
        for beat in due:
            if self.pool.busy >= ROOM or (beat.bad and bad >= BAD_ROOM):
                break
            bad += beat.bad
            beat.busy = True
            beat.due = max(beat.due + beat.target.every, now)
            self.began[beat.target.key] = now
            self.pool.ask(beat.target.key, {**beat.target.task, "grey": beat.grey})

    def _take(self, now: float) -> None:
        results = []
        for key, answer in self.pool.collect():
            began = self.began.pop(key, now)
            beat = self.beats.get(key)
            if beat is None:  # no longer watched
                continue
            beat.busy, beat.bad = False, answer.get("state", "alive") != "alive"
            beat.grey = answer.get("grey") or beat.grey
            results.append(Result(key, answer, now - began))
        if results:
            for key, again in self.note(results).items():
                if again is not None and key in self.beats:
                    self.beats[key].due = now + again


