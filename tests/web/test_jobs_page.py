"""The page of the jobs, and the alarm on administrators' pages."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from app.domain import Message
from app.domain.jobs import JOBS, Outcome
from app.jobs import perform, work
from app.services import clock as service
from app.services import jobs as runs

from .conftest import Clock, Person
from .strangers import words

ALARM = "jobs failed or have not run in time"


def run_all(app: Flask) -> None:
    with app.app_context():
        for job in JOBS:
            perform(app, job.name)


def test_every_job_says_what_it_does_when_it_ran_and_how_it_stands(app: Flask, admin: Person) -> None:
    run_all(app)
    text = words(admin.get("/jobs").text)
    assert "Backup Copies the database, proves the copy, and keeps the newest copies. fine" in text
    assert "2026-06-01 05:04:10 UTC · took 0.0 s" in text
    assert "2026-06-01 20:40:00 UTC" in text
    assert "logbook-20260601T050410Z.db" in text
    assert f"{len(JOBS)} runs in the last 30 days" in text and ALARM not in text


def test_a_job_that_failed_or_is_silent_alarms_administrators_of_everything_only(
    app: Flask, admin: Person, tech: Person, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_all(app)
    assert ALARM not in admin.get("/days").text
    reason = Outcome((Message("Journal %(name)s: %(reason)s", {"name": "<b>", "reason": "changed"}),), failed=True)
    monkeypatch.setitem(work.WORK, "verify", lambda now, worker: reason)
    with app.app_context():
        perform(app, "verify")
    assert "1 job failed or has not run in time" in words(admin.get("/days").text)
    page = admin.get("/jobs").text
    assert "Journal &lt;b&gt;: changed" in page and 'class="st over"' in page
    clock.forward(hours=11)
    for path in ("/days", "/settings"):
        assert f"5 {ALARM}" in words(admin.get(path).text) and 'href="/jobs"' in admin.get(path).text
    assert ALARM not in tech.get("/days").text


def test_what_ran_is_paged_and_a_run_that_broke_off_is_told(app: Flask, admin: Person, clock: Clock) -> None:
    with app.app_context():
        runs.begin("backup", "dead 1", clock.now - timedelta(hours=27))
        for _ in range(60):
            perform(app, "retention")
        runs.begin("verify", "alive 2", clock.now)
    first, second = (words(admin.get(f"/jobs?page={n}").text) for n in (1, 2))
    assert "Page 1 of 2" in first and "running alive 2" in first
    assert "Page 2 of 2" in second and "broken off dead 1" in second


def test_the_jump_of_the_clock_stands_in_the_journal_in_words(app: Flask, admin: Person, clock: Clock) -> None:
    with app.app_context():
        for slept, set_by in ((61 * 60, 0), (0, -300), (0, 30), (10 * 3600, 90)):
            assert service.jumped(slept, set_by, clock.now) == ["23-0970-2026-06-01"]
    for path in ("log", "review"):
        text = re.sub(r"\s+", " ", words(admin.get(f"/days/23-0970-2026-06-01/{path}").text).replace("\u00a0", " "))
        assert "Server clock The server slept 61 min" in text
        assert "The clock was set back by 5 min" in text and "The clock was set forward by 30 s" in text
        assert "The server slept 10 h; The clock was set forward by 90 s" in text
