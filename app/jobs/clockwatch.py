"""Sees that the machine slept or that its clock was set, and mends the scheduler.

APScheduler waits for moments of the clock: after a sleep it waits on, and with the clock set back an interval job waits
for a time that is a month away.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from apscheduler.job import Job
from apscheduler.schedulers.base import BaseScheduler

log = logging.getLogger("logbook.jobs")
EVERY, TOLERANCE = 5.0, 2.0  # seconds


@dataclass(frozen=True)
class Reading:
    """Three clocks in seconds: ``wall`` may be set, ``awake`` stands still in sleep, ``running`` goes on."""

    wall: float
    awake: float
    running: float


def read() -> Reading:
    """The machine's clocks. Where none counts sleep (only Linux has one), a sleep looks like a clock set forward."""
    awake = time.monotonic()
    running = time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else awake
    return Reading(time.time(), awake, running)


@dataclass(frozen=True)
class Jump:
    """What happened between two looks, in whole seconds. ``set_by`` is negative when the clock was set back."""

    slept: int
    set_by: int


def jump_between(last: Reading, now: Reading) -> Jump | None:
    """Sleep and setting of the clock beyond the tolerance; None when the clocks went on together."""
    ran = now.running - last.running
    slept, set_by = ran - (now.awake - last.awake), (now.wall - last.wall) - ran
    if max(slept, abs(set_by)) <= TOLERANCE:
        return None
    return Jump(*(round(s) if abs(s) > TOLERANCE else 0 for s in (slept, set_by)))


class ClockWatch(threading.Thread):
    """Looks every five seconds; after a jump mends the scheduler and calls ``on_jump``."""

    def __init__(
        self, scheduler: BaseScheduler, on_jump: Callable[[Jump], object], reading: Callable[[], Reading] = read
    ) -> None:
        super().__init__(daemon=True, name="clockwatch")
        self.scheduler, self.on_jump, self.reading = scheduler, on_jump, reading
        self.last = reading()
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(EVERY):
            try:
                self.look()
            except Exception:
                log.exception("the clock could not be watched")

    def stop(self) -> None:
        self.over.set()

    def look(self) -> Jump | None:
        """One look: what happened since the last one."""
        now = self.reading()
        jump, self.last = jump_between(self.last, now), now
        if jump:
            log.warning("the server slept %s s, its clock was set by %s s", jump.slept, jump.set_by)
            mend(self.scheduler, datetime.fromtimestamp(now.wall, UTC))
            self.on_jump(jump)
        return jump


def mend(scheduler: BaseScheduler, now: datetime) -> None:
    """Interval jobs run at once; daily ones are planned anew unless their moment has come."""
    for job in scheduler.get_jobs():
        job.modify(next_run_time=_next(job, now))
    scheduler.wakeup()


def _next(job: Job, now: datetime) -> datetime:
    if hasattr(job.trigger, "interval"):
        return now
    anew: datetime = job.trigger.get_next_fire_time(None, now) or now
    return min(anew, job.next_run_time or anew)
