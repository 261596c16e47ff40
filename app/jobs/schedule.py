"""The scheduler of a process: when a job's time has come and this process leads, it runs and is written down."""

import logging
import os
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from app.domain.jobs import JOBS, Job, Outcome
from app.jobs import work
from app.jobs.clockwatch import ClockWatch, Jump, Reading, read
from app.jobs.leader import Leader
from app.jobs.watching import Watching
from app.services import clock, jobs

log = logging.getLogger("logbook.jobs")
LATELY = 60  # seconds
CATCH_UP, APART = timedelta(minutes=1), timedelta(seconds=20)  # a missed nightly job: after the start, after another


def start(app: Flask) -> "Jobs | None":
    """Start the jobs in a server's process, unless the settings leave them to a process of their own."""
    if not app.extensions["settings"].jobs:
        return None
    made = Jobs(app)
    made.start()
    return made


def worker() -> str:
    """This process, as runs name it."""
    return f"{socket.gethostname()} {os.getpid()}"


def perform(app: Flask, name: str) -> Outcome:
    """Run a job now and write down how it went. An exception is a failed run, never the end of the scheduler."""
    now, who = app.extensions["clock"], worker()
    began = now()
    run = jobs.begin(name, who, began)
    outcome = work.attempt(work.WORK[name], began, who)
    log.log(
        logging.ERROR if outcome.failed else logging.INFO, "%s: %s", name, "; ".join(map(str, outcome.messages)) or "-"
    )
    jobs.end(name, run, who, began, now(), outcome)
    return outcome


class Jobs:
    """Scheduler, leader and watch of one process."""

    def __init__(self, app: Flask, reading: Callable[[], Reading] = read) -> None:
        self.app = app
        self.leader = Leader(app, self.catch_up)
        self.scheduler = BackgroundScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self.watch = ClockWatch(self.scheduler, self.jumped, reading)
        self.watching = app.extensions["watching"] = Watching(app)
        self.untold: list[tuple[Jump, float]] = []
        self.telling = Lock()

    def start(self) -> None:
        """Tick at once, and go on until ``stop`` or the end of the process."""
        for job in JOBS:
            self._add(job)
        self.scheduler.start()
        self.watch.start()

    def stop(self) -> None:
        """Let what runs come to its end, then let another process lead."""
        self.watch.stop()
        self.scheduler.shutdown(wait=True)
        self.watching.stop()
        self.leader.release()

    def _add(self, job: Job) -> None:
        options = {"args": [job.name], "id": job.name}
        if job.every:
            seconds = job.every.total_seconds()
            self.scheduler.add_job(self.run, "interval", seconds=seconds, next_run_time=datetime.now(UTC), **options)
        elif job.at:
            self.scheduler.add_job(self.run, "cron", hour=job.at.hour, minute=job.at.minute, **options)

    def run(self, name: str) -> None:
        """The job's time has come: it runs when this process leads."""
        with self.app.app_context():
            if self.leader.held():
                self._tell_jumps()
                perform(self.app, name)
            else:
                self.watching.stop()

    def catch_up(self) -> None:
        """Plan the nightly jobs that were missed: the server was off or slept, or the process that led died."""
        at = datetime.now(UTC) + CATCH_UP
        for job in jobs.missing(self.app.extensions["clock"]()):
            planned = self.scheduler.get_job(job.name)
            if planned and planned.next_run_time > at:
                planned.modify(next_run_time=at)
                at += APART

    def jumped(self, jump: Jump) -> None:
        """The clock jumped: the running days say so in their journals.

        A sleep may have cost the connection that holds the lock: who leads again at the next tick tells it then.
        """
        self.untold.append((jump, time.monotonic()))
        with self.app.app_context():
            if self.leader.held():
                self._tell_jumps()
                self.catch_up()

    def _tell_jumps(self) -> None:
        """Tell the jumps of the last minute; older ones another process has told, or nobody led."""
        with self.telling:
            while self.untold:
                jump, noticed = self.untold.pop(0)
                if time.monotonic() - noticed < LATELY:
                    clock.jumped(jump.slept, jump.set_by, self.app.extensions["clock"]())
