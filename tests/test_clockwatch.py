"""Sleep and a set clock are told apart, and the scheduler is mended: readings of the clocks are in the test's hand."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Semaphore

import pytest
import time_machine
from apscheduler.schedulers.background import BackgroundScheduler

from app.jobs.clockwatch import ClockWatch, Jump, Reading, jump_between, read

HOUR, MONTH = 3600, 30 * 24 * 3600
START = datetime(2026, 6, 1, 5, tzinfo=UTC)


def reading(wall: float = 0, awake: float = 0, running: float = 0) -> Reading:
    return Reading(START.timestamp() + wall, 100 + awake, 200 + running)


@pytest.mark.parametrize(
    ("now", "jump"),
    [
        (reading(5, 5, 5), None),
        (reading(6.9, 5, 5), None),  # drift below the tolerance
        (reading(3.2, 5, 5), None),
        (reading(5 + HOUR, 5, 5 + HOUR), Jump(HOUR, 0)),
        (reading(5 + 300, 5, 5), Jump(0, 300)),
        (reading(5 - MONTH, 5, 5), Jump(0, -MONTH)),
        (reading(5 + HOUR - 300, 5, 5 + HOUR), Jump(HOUR, -300)),  # asleep, and set back meanwhile
        (reading(6.5 + HOUR, 5, 5 + HOUR), Jump(HOUR, 0)),  # the clock drifts in sleep
    ],
)
def test_sleep_and_setting_are_told_apart(now: Reading, jump: Jump | None) -> None:
    assert jump_between(reading(), now) == jump


def test_the_machines_own_clocks_go_on_together() -> None:
    assert jump_between(read(), read()) is None


class Hand:
    """Readings that a test gives."""

    def __init__(self) -> None:
        self.next = reading()

    def __call__(self) -> Reading:
        return self.next


@pytest.fixture
def scheduler() -> Iterator[BackgroundScheduler]:
    made = BackgroundScheduler(timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True})
    yield made
    if made.running:
        made.shutdown()


@pytest.mark.parametrize(
    ("shift", "now"),
    [
        (timedelta(hours=1), reading(HOUR, 0, HOUR)),
        (timedelta(hours=1), reading(HOUR, 0, 0)),
        (timedelta(days=-30), reading(-MONTH, 0, 0)),
    ],
)
def test_after_a_jump_an_interval_job_runs_at_once_and_goes_on(
    scheduler: BackgroundScheduler, shift: timedelta, now: Reading
) -> None:
    hand, ran, told = Hand(), Semaphore(0), []
    with time_machine.travel(START, tick=True) as clock:
        scheduler.start()
        scheduler.add_job(ran.release, "interval", seconds=0.3, id="tick")
        clock.shift(shift)
        watch = ClockWatch(scheduler, told.append, hand)
        hand.next = now
        watch.look()
        assert ran.acquire(timeout=5) and ran.acquire(timeout=5)
        scheduler.shutdown()
    assert len(told) == 1


def test_drift_leaves_the_scheduler_alone(scheduler: BackgroundScheduler) -> None:
    hand, told = Hand(), []
    with time_machine.travel(START):
        scheduler.start(paused=True)
        job = scheduler.add_job(print, "interval", seconds=15, id="tick")
        before = job.next_run_time
        watch = ClockWatch(scheduler, told.append, hand)
        for second in range(1, 40):
            hand.next = reading(second * 5.5, second * 5, second * 5)
            assert watch.look() is None
    assert told == [] and scheduler.get_job("tick").next_run_time == before


def test_a_nightly_job_is_planned_anew_when_the_clock_is_set_back_and_runs_when_its_moment_was_slept_over(
    scheduler: BackgroundScheduler,
) -> None:
    hand = Hand()
    with time_machine.travel(START):
        scheduler.start(paused=True)
        scheduler.add_job(print, "cron", hour=20, minute=10, id="verify")
        watch = ClockWatch(scheduler, lambda jump: None, hand)
        hand.next = reading(-MONTH)
        watch.look()
        assert scheduler.get_job("verify").next_run_time == datetime(2026, 5, 2, 20, 10, tzinfo=UTC)
        hand.next = reading(24 * HOUR, 0, 24 * HOUR + MONTH)
        watch.look()
        assert scheduler.get_job("verify").next_run_time == datetime(2026, 5, 2, 20, 10, tzinfo=UTC)


def test_what_is_told_may_fail_and_the_watch_goes_on(
    scheduler: BackgroundScheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    watch = ClockWatch(scheduler, lambda jump: None, Hand())

    def failing() -> None:
        looks.append(1)
        if len(looks) == 3:
            watch.stop()
        raise OSError

    monkeypatch.setattr("app.jobs.clockwatch.EVERY", 0)
    monkeypatch.setattr(watch, "look", failing)
    watch.start()
    watch.join(5)
    assert len(looks) == 3
