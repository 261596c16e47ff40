"""Watching the cameras: a thread of the process that leads, beside the tick, which never waits for a camera."""

import logging
import threading
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TypeVar

from flask import Flask

from app.domain import N_, Message
from app.domain.jobs import Outcome
from app.services import watching
from app.services.watching import Pool, Result, Target, Watch

log = logging.getLogger("logbook.jobs")
PAUSE = 0.25  # seconds between two passes
STUCK, AFTER_AN_ERROR = 60.0, 5.0
T = TypeVar("T")


class Watching:
    """Starts the thread when there is something to watch, tells what it did, and ends it with its worker."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.guard = threading.Lock()
        self.over = threading.Event()
        self.thread: threading.Thread | None = None
        self.beat = 0.0
        self.standing: dict[Hashable, bool] = {}  # cameras of the last minutes, red or not
        self.failed = ""

    def keep(self) -> Outcome:
        """See that the thread runs while some centre is watched; how its cameras stand."""
        with self.guard:
            if not watching.asked_for():
                self._end()
                return Outcome(())
            if self.thread is None or not self.thread.is_alive():
                self._begin()
            return self._outcome()

    def stop(self) -> None:
        """End the thread and the worker."""
        with self.guard:
            self._end()

    def _begin(self) -> None:
        self.over, self.beat, self.failed = threading.Event(), time.monotonic(), ""
        self.standing = {}
        self.thread = threading.Thread(target=self._run, args=(self.over,), daemon=True, name="watching")
        self.thread.start()

    def _end(self) -> None:
        self.over.set()
        if self.thread is not None:
            self.thread.join(10)
            self.thread = None

    def _run(self, over: threading.Event) -> None:
        watch = Watch(
            Pool(), lambda: self._inside(self._targets), lambda results: self._inside(lambda: self._note(results))
        )
        try:
            while not over.wait(PAUSE):
                try:
                    watch.step()
                    self.beat = time.monotonic()
                except Exception as error:
                    log.exception("the cameras could not be watched")
                    self.failed = type(error).__name__
                    watch.close()
                    over.wait(AFTER_AN_ERROR)
        finally:
            watch.close()

    def _inside(self, call: Callable[[], T]) -> T:
        with self.app.app_context():
            return call()

    def _targets(self) -> Sequence[Target]:
        found = watching.targets(self.app.extensions["clock"]())
        keys = {target.key for target in found}
        self.standing = {key: red for key, red in self.standing.items() if key in keys}
        return found

    def _note(self, results: Sequence[Result]) -> Mapping[Hashable, float | None]:
        found = watching.note(results, self.app.extensions["clock"]())
        self.standing = {**self.standing, **found.red}
        self.failed = ""
        return found.again

    def _outcome(self) -> Outcome:
        if self.failed:
            return Outcome((Message(N_("An error of the program: %(reason)s"), {"reason": self.failed}),), failed=True)
        if time.monotonic() - self.beat > STUCK:
            return Outcome((Message(N_("The watching of the cameras hangs.")),), failed=True)
        standing = self.standing
        if not standing:
            return Outcome(())
        params: dict[str, object] = {"count": len(standing), "bad": sum(standing.values())}
        return Outcome((Message(N_("Cameras looked at: %(count)s. Without a living picture: %(bad)s."), params),))
