"""Exactly one process of an installation works; another takes over when it ends or dies."""

import logging
from collections.abc import Callable
from threading import Lock

from flask import Flask

from app.services import jobs

log = logging.getLogger("logbook.jobs")


class Leader:
    """Asks for the installation's lock before every job, and keeps it between them.

    The name of the lock is the installation's: two of them on one machine or one PostgreSQL do not meet.
    """

    def __init__(self, app: Flask, elected: Callable[[], object]) -> None:
        settings = app.extensions["settings"]
        with app.app_context():
            self.lock = jobs.one_holder(settings.name, settings.instance)
        self.elected = elected
        self.guard = Lock()
        self.leads = False

    def held(self) -> bool:
        """True when this process leads now; ``elected`` is called when it has just begun to."""
        with self.guard:
            leads = self.lock.held()
            if leads != self.leads:
                self.leads = leads
                log.info("this process %s the jobs", "runs" if leads else "no longer runs")
                if leads:
                    self.elected()
            return leads

    def release(self) -> None:
        """Let another process lead."""
        with self.guard:
            self.lock.release()
            self.leads = False
