"""The scheduler of a process: it starts with what leads, catches up what was missed, and ends cleanly."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app import jobs
from app.domain.jobs import JOBS
from app.jobs import schedule
from app.jobs.clockwatch import Jump
from app.services import clock
from app.services import jobs as runs
from app.store.db import db
from tests.conftest import NAME, Installation

FLASK = Path(sys.executable).parent / "flask"
ROOT = Path(__file__).resolve().parents[2]


def test_every_job_has_its_work_and_its_moment(installation: Installation) -> None:
    made = jobs.Jobs(installation.app)
    made.scheduler.start(paused=True)
    for job in JOBS:
        made._add(job)
    planned = {job.id: job.next_run_time for job in made.scheduler.get_jobs()}
    made.stop()
    assert set(planned) == {job.name for job in JOBS} == set(schedule.work.WORK)
    assert all((planned[j.name].hour, planned[j.name].minute) == (j.at.hour, j.at.minute) for j in JOBS if j.at)


def test_only_the_one_that_leads_works_and_catches_up(installation: Installation) -> None:
    installation.clock.now = datetime.now(UTC)
    first, second = jobs.Jobs(installation.app), jobs.Jobs(installation.app)
    for made in (first, second):
        made.scheduler.start(paused=True)
        for job in JOBS:
            made._add(job)
    first.run("sessions")
    second.run("checkpoint")
    assert {v.job.name for v in runs.overview(installation.clock.now) if v.last.newest} == {"sessions"}
    soon = datetime.now(UTC) + timedelta(minutes=4)
    moved = {job.id for job in first.scheduler.get_jobs() if job.next_run_time < soon}
    assert moved >= {"tick", "sessions", "verify", "checkpoint", "backup", "retention"}
    first.stop()
    second.run("checkpoint")
    db.session.rollback()  # a fresh view
    assert next(v for v in runs.overview(installation.clock.now) if v.job.name == "checkpoint").last.good
    second.stop()


def test_a_jump_is_told_by_the_one_that_leads(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int, datetime]] = []
    monkeypatch.setattr(clock, "jumped", lambda *jump: told.append(jump))
    first, second = jobs.Jobs(installation.app), jobs.Jobs(installation.app)
    for made in (first, second):
        made.scheduler.start(paused=True)
        made.jumped(Jump(3600, -5))
    first.stop()
    second.stop()
    assert told == [(3600, -5, installation.clock.now)]


def test_a_jump_that_cost_the_lead_is_told_by_whoever_leads_at_the_next_tick_unless_that_is_long_after(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, int, datetime]] = []
    monkeypatch.setattr(clock, "jumped", lambda *jump: told.append(jump))
    made, leads = jobs.Jobs(installation.app), [False]
    monkeypatch.setattr(made.leader, "held", lambda: leads[0])
    made.scheduler.start(paused=True)
    made.jumped(Jump(3600, 0))
    assert told == []
    leads[0] = True
    made.run("sessions")
    made.run("sessions")
    assert told == [(3600, 0, installation.clock.now)], "once"
    leads[0] = False
    made.jumped(Jump(60, 0))
    monkeypatch.setattr(schedule, "LATELY", -1)  # as if it were long ago
    leads[0] = True
    made.run("sessions")
    made.scheduler.shutdown(wait=True)
    assert len(told) == 1


def test_a_server_whose_jobs_run_elsewhere_starts_none(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert installation.app.extensions["settings"].jobs
    monkeypatch.setitem(installation.app.extensions, "settings", type("S", (), {"jobs": False})())
    assert jobs.start(installation.app) is None


def test_flask_jobs_works_until_a_signal_ends_it_cleanly(installation: Installation) -> None:
    own = {"INSTANCE": str(installation.folder), "DATABASE_URL": installation.database.address, "NAME": NAME}
    kept = {k: v for k, v in os.environ.items() if not k.startswith("LOGBOOK_")}
    environment = {**kept, **{f"LOGBOOK_{k}": v for k, v in own.items()}, "LOGBOOK_JOBS": "0"}
    with subprocess.Popen(
        [str(FLASK), "jobs"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout and process.stderr
        assert process.stdout.readline() == "This process runs the jobs.\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
        assert "Traceback" not in process.stderr.read()
