"""Exactly one process leads, on both databases; when it is killed another one takes over at its next tick."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from app.jobs.leader import Leader
from tests.conftest import NAME, Installation

ROOT = Path(__file__).resolve().parents[2]
# A process that answers every line it reads with whether it leads.
CANDIDATE = """
import os, sys
from app import config, create_app
from app.jobs.leader import Leader
app = create_app(config.load(None, os.environ))
leader = Leader(app, lambda: None)
for _ in sys.stdin:
    with app.app_context():
        print(int(leader.held()), flush=True)
"""


class Candidate:
    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def leads(self) -> bool:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write("?\n")
        self.process.stdin.flush()
        return self.process.stdout.readline() == "1\n"

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(10)


@contextmanager
def candidates(installation: Installation, count: int) -> Iterator[list[Candidate]]:
    own = {"INSTANCE": str(installation.folder), "DATABASE_URL": installation.database.address, "NAME": NAME}
    kept = {k: v for k, v in os.environ.items() if not k.startswith("LOGBOOK_")}
    environment = {**kept, **{f"LOGBOOK_{k}": v for k, v in own.items()}, "PYTHONPATH": str(ROOT)}
    made = [
        subprocess.Popen(
            [sys.executable, "-c", CANDIDATE], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(count)
    ]
    try:
        yield [Candidate(process) for process in made]
    finally:
        for process in made:
            process.kill()
            process.communicate(timeout=10)


def test_one_of_three_processes_leads_and_the_next_takes_over_when_it_is_killed(installation: Installation) -> None:
    with candidates(installation, 3) as (first, second, third):
        assert [first.leads(), second.leads(), third.leads()] == [True, False, False]
        assert [second.leads(), first.leads()] == [False, True], "who leads goes on leading"
        first.kill()
        assert eventually(second), "its next tick"
        assert [third.leads(), second.leads()] == [False, True]


def eventually(candidate: Candidate) -> bool:
    """PostgreSQL needs a moment to see that a client is gone, much less than a tick."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if candidate.leads():
            return True
        time.sleep(0.05)
    return False


def test_two_threads_of_a_process_lead_together_and_letting_go_lets_others(installation: Installation) -> None:
    chosen: list[int] = []
    here = Leader(installation.app, lambda: chosen.append(1))
    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(lambda _: here.held(), range(8)))
    assert chosen == [1], "elected once"
    there = Leader(installation.app, lambda: None)
    assert not there.held()
    here.release()
    assert there.held() and not here.held()
    there.release()
