"""The server sleeps for an hour over steps that fall due: at waking they are told at once, as one message."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from app import jobs
from app.jobs.clockwatch import Jump, Reading, read
from tests.conftest import Installation
from tests.mailserver import Mailbox, Sending, serving, text

SOON = 15  # seconds within which people must be told
SLEPT = timedelta(minutes=62)


class Sleeper:
    """The machine's clocks, of which a part went on while nothing ran."""

    def __init__(self) -> None:
        self.slept = SLEPT.total_seconds()

    def __call__(self) -> Reading:
        now = read()
        return Reading(now.wall - self.slept, now.awake, now.running - self.slept)

    def wake(self) -> None:
        self.slept = 0


@pytest.fixture
def sending(installation: Installation, day: str) -> Iterator[Sending]:
    installation.clock.now -= timedelta(minutes=45)  # 07:15: nothing is overdue yet
    box = Mailbox()
    with serving(box) as port:
        yield Sending(installation, box, port)


def wait_for(count: int, box: Mailbox, seconds: float) -> None:
    end = time.monotonic() + seconds
    while len(box.messages) < count and time.monotonic() < end:
        time.sleep(0.05)
    assert len(box.messages) >= count, "not told in time"


def test_after_an_hour_of_sleep_three_due_steps_are_told_as_one_message(sending: Sending, day: str) -> None:
    installation, box = sending.installation, sending.box
    sending.tell()
    sending.deliver()
    before, seen = len(box.messages), len(installation.day(day).lines)
    sleeper = Sleeper()
    made = jobs.Jobs(installation.app, sleeper)
    made.scheduler.start(paused=True)  # asleep: no job runs
    for job in jobs.schedule.JOBS:
        if job.name == "tick":
            made._add(job)
            made.scheduler.get_job("tick").modify(next_run_time=datetime.now(UTC) + SLEPT)  # as it stood before
    assert made.leader.held()
    installation.clock.now += SLEPT  # 08:17
    sleeper.wake()
    made.scheduler.resume()
    woke = time.monotonic()
    assert made.watch.look() == Jump(3720, 0)
    wait_for(before + 3, box, SOON - (time.monotonic() - woke))  # technician, CCTV technician, the head
    made.stop()
    mine = [m for m in box.messages[before:] if m["To"] == "tech@example.org"]
    assert len(mine) == 1, "one message for all of it"
    words = text(mine[0]).replace("\u00a0", " ")
    due = (("Arrive", "1 h 2 min"), ("Start recording in headquarters", "1 h"), ("Check the cameras", "2 min"))
    for title, late in due:
        _, _, rest = words.partition(f"* {title}")
        assert f"{late} late" in rest.partition("*")[0], words
    (jump,) = [line.fact for line in installation.day(day).lines[seen:] if line.tag == "clock.jumped"]
    assert (jump.slept_s, jump.set_s) == (3720, 0)
