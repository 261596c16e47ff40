"""The worker as its owner sees it: tasks go in, answers come out, and whatever hangs or crashes is cut off.

One process with a thread for each task; a second one only when the first has a task that hangs: the others come to
their end there and it is ended. After a crash every task that was under way is done again in a process of its own, so
that one stream on which FFmpeg dies costs no other camera its look.
"""

import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from app.watching.look import BROKEN_OFF, CRASHED, Look

log = logging.getLogger("logbook.watching")
ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "app.watching.worker")
LIMIT = 14.0  # seconds of a task; a look ends itself after eight or so
Answer = dict[str, Any]


class Unable(Exception):
    """Nothing can be said of any camera: the fault is here."""


@dataclass(eq=False)
class _Task:
    key: Hashable
    values: dict[str, Any]
    began: float


@dataclass(eq=False)
class _Child:
    process: subprocess.Popen[str]
    tasks: dict[int, _Task] = field(default_factory=dict)
    leaving: bool = False  # gets no more tasks
    ready: bool = False  # it has said a word
    reader: Thread = field(init=False)


class Pool:
    """Not for several threads: one asks and collects."""

    def __init__(
        self, command: Sequence[str] = COMMAND, limit: float = LIMIT, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.command, self.limit, self.clock = command, limit, clock
        self.children: list[_Child] = []
        self.said: SimpleQueue[tuple[_Child, str]] = SimpleQueue()
        self.number = 0

    @property
    def busy(self) -> int:
        """Tasks under way."""
        return sum(len(child.tasks) for child in self.children)

    def ask(self, key: Hashable, values: dict[str, Any]) -> None:
        """Begin a task; its answer comes from ``collect`` under ``key``."""
        child = next((c for c in self.children if not c.leaving), None) or self._start()
        self._give(child, _Task(key, values, self.clock()))

    def collect(self) -> list[tuple[Hashable, Answer]]:
        """Answers since the last call, those of tasks that hung or crashed among them. Raises Unable."""
        found: list[tuple[Hashable, Answer]] = []
        while True:
            try:
                child, line = self.said.get_nowait()
            except Empty:
                break
            if line:
                answer = json.loads(line)
                child.ready = True
                if task := child.tasks.pop(answer.pop("id"), None):
                    found.append((task.key, answer))
            elif child in self.children:
                found += self._died(child)
        for child in list(self.children):
            found += self._cut(child)
        return found

    def close(self) -> None:
        """End every process; tasks under way are forgotten."""
        for child in self.children:
            child.process.kill()
            child.reader.join(5)
        self.children.clear()

    def _start(self, leaving: bool = False) -> _Child:
        process = subprocess.Popen(
            self.command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, encoding="utf-8", bufsize=1, close_fds=True,
            env={k: v for k, v in os.environ.items() if not k.startswith("LOGBOOK_")},  # it reads what strangers send
        )  # fmt: skip
        child = _Child(process, leaving=leaving)
        self.children.append(child)
        child.reader = Thread(target=self._read, args=(child,), daemon=True, name="watching-pipe")
        child.reader.start()
        return child

    def _read(self, child: _Child) -> None:
        process = child.process
        assert process.stdout and process.stdin
        with process.stdout:
            for line in process.stdout:
                self.said.put((child, line))
        process.wait()
        with suppress(OSError):  # what was written last may have gone nowhere
            process.stdin.close()
        self.said.put((child, ""))

    def _give(self, child: _Child, task: _Task) -> None:
        self.number += 1
        child.tasks[self.number] = task
        assert child.process.stdin
        with suppress(OSError):  # it has died: ``collect`` sees to its tasks
            child.process.stdin.write(json.dumps({"id": self.number, **task.values}) + "\n")

    def _died(self, child: _Child) -> list[tuple[Hashable, Answer]]:
        """A task that was alone in its process has crashed it; of several each is tried again alone."""
        self.children.remove(child)
        if not child.ready:
            raise Unable("the process that looks at cameras does not start")
        tasks = list(child.tasks.values())
        if tasks or not child.leaving:
            log.warning("the process that looks at cameras ended with %s", child.process.returncode)
        if len(tasks) == 1:
            return [(tasks[0].key, Look("silent", CRASHED).packed())]
        for task in tasks:
            task.began = self.clock()
            self._give(self._start(leaving=True), task)
        return []

    def _cut(self, child: _Child) -> list[tuple[Hashable, Answer]]:
        """Give up tasks beyond the limit; end the process when nothing else is under way in it."""
        over = [n for n, task in child.tasks.items() if self.clock() - task.began > self.limit]
        given_up = [(child.tasks.pop(n).key, Look("silent", BROKEN_OFF).packed()) for n in over]
        if given_up:
            log.warning("a look at a camera hung: its process is ended")
            child.leaving = True
        if child.leaving and not child.tasks:
            self.children.remove(child)
            child.process.kill()
        return given_up
