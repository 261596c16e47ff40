"""A process that works for somebody at the browser says how far it is and hears what is wished, through the table."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from typing import Any

from app.store.db import transaction

EVERY = 1.0  # seconds between two looks at the table
Clock = Callable[[], datetime]
Context = Callable[[], AbstractContextManager[Any]]


class Beat:
    """Tells the table once a second how far it is, and asks it what is wished; a thread of its own, for the work waits
    for disks. ``row``: of ``table`` (store.copies, store.exports), which changes rows and reads them anew.
    """

    def __init__(self, row: Any, clock: Clock, context: Context, table: Any) -> None:
        self.id, self.clock, self.context, self.table = row.id, clock, context, table
        self.shown: dict[str, Any] = dict(row.progress)
        self.wished = ""
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Beat":
        self._tell()  # what was wished before it began counts
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()

    def show(self, **shown: Any) -> None:
        self.shown = self.shown | shown

    def wish(self) -> str:
        return self.wished

    def _run(self) -> None:
        last = False
        while not last:
            last = self.over.wait(EVERY)
            with self.context(), suppress(Exception):  # a busy database is asked again
                self._tell()

    def _tell(self) -> None:
        with transaction():
            self.table.change(self.id, ("running",), beat=self.clock(), progress=self.shown)
            row = self.table.get(self.id)
            self.wished = row.wish if row and row.state == "running" else "stop"
