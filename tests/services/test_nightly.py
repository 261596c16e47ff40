"""What the server does by itself: what each job does, what is written down, and what is an alarm."""

import hashlib
import json
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app import jobs
from app.domain import DomainError, Message
from app.domain.jobs import JOBS, Outcome, Standing
from app.jobs import work
from app.services import accounts, night
from app.services import jobs as runs
from app.services.jobs import BY_NAME
from app.store import jobs as store
from app.store import people, witness
from app.store.db import db
from tests.conftest import Installation
from tests.store.attacker import attack, flipped


def test_idle_sessions_are_forgotten(installation: Installation) -> None:
    secret = accounts.sign_in("tech", "password-tech", installation.clock.now)
    idle = installation.app.extensions["settings"].session_minutes
    installation.clock.forward(minutes=idle - 1)
    jobs.perform(installation.app, "sessions")
    assert _known(secret)
    installation.clock.forward(minutes=2)
    assert str(jobs.perform(installation.app, "sessions").messages[0]) == "Sessions ended: 1."
    assert not _known(secret)


def _known(secret: str) -> bool:
    db.session.remove()  # as a later request sees it
    return people.session(hashlib.sha256(secret.encode()).hexdigest()) is not None


# ---------------------------------------------------------------- proof and checkpoints


def test_the_proof_reads_what_grew_and_tells_what_is_broken(
    installation: Installation, day: str, caplog: pytest.LogCaptureFixture
) -> None:
    now = installation.clock.now
    assert str(night.prove(now).messages[0]) == "Journals proved: 2; unchanged since their last proof: 0."
    assert str(night.prove(now).messages[0]) == "Journals proved: 0; unchanged since their last proof: 2."
    installation.note(day)
    assert str(night.prove(now).messages[0]) == "Journals proved: 1; unchanged since their last proof: 1."
    installation.note(day)
    with attack(installation.database) as hand:
        (body,) = hand.execute("SELECT body FROM entry WHERE seq = 0 AND log_id = 2").fetchone()
        hand.execute("UPDATE entry SET body = ? WHERE seq = 0 AND log_id = 2", (flipped(bytes(body), 5),))
    for _ in range(2):  # it stays an alarm until it is mended
        caplog.clear()
        with caplog.at_level(logging.INFO, "logbook.jobs"):
            outcome = jobs.perform(installation.app, "verify")
        assert outcome.failed and day in str(outcome.messages[0]) and "entry 1" in str(outcome.messages[0])
        assert "ERROR" in [r.levelname for r in caplog.records]


def test_yesterdays_journal_is_proved_though_nobody_wrote_into_it(installation: Installation, day: str) -> None:
    morning_after = datetime(2026, 6, 2, 20, 10, tzinfo=UTC)
    night.prove(morning_after)
    assert str(night.prove(morning_after).messages[0]) == "Journals proved: 1; unchanged since their last proof: 1."


def test_a_journal_that_does_not_continue_what_was_proved_is_broken(installation: Installation, day: str) -> None:
    restore = installation.database.backup(installation.folder.parent)
    installation.note(day)
    night.prove(installation.clock.now)
    restore()
    installation.note(day, "other")
    outcome = night.prove(installation.clock.now)
    assert outcome.failed and "the given checkpoint" in str(outcome.messages[0])


def test_checkpoints_are_kept_outside_the_database_and_never_replaced_by_shorter_ones(
    installation: Installation, day: str
) -> None:
    now = installation.clock.now
    restore = installation.database.backup(installation.folder.parent)
    installation.note(day)
    assert str(night.keep_checkpoints(now).messages[0]) == "Checkpoints kept: 2."
    kept = installation.folder / "checkpoints" / "2026-06-01" / f"{day}.note"
    assert kept.read_text() == _note(day) and "\n2\n" in kept.read_text()
    assert str(night.keep_checkpoints(now).messages[0]) == "Checkpoints kept: 0."
    restore()
    outcome = night.keep_checkpoints(now)
    assert outcome.failed and day in str(outcome.messages[0]) and "\n2\n" in kept.read_text()
    assert not list(kept.parent.glob("*.part"))


def _note(day: str) -> str:
    return {row.day: row.note for row in night.index.logs()}[day]


def test_days_at_the_end_of_their_term_are_told_and_nothing_is_deleted(installation: Installation, day: str) -> None:
    before = installation.day(day).size
    early = night.tell_retention(datetime(2027, 2, 27, 20, 50, tzinfo=UTC))
    assert str(early.messages[0]) == "No day has reached the end of its legal term."
    late = night.tell_retention(datetime(2027, 3, 2, 20, 50, tzinfo=UTC))
    assert str(late.messages[0]) == f"Days at the end of their legal term: 1 ({day})."
    assert installation.day(day).size == before


def test_a_kept_note_is_whole_or_not_there(
    installation: Installation, day: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(witness.os, "fsync", full)
    assert jobs.perform(installation.app, "checkpoint").failed
    assert [p for p in (installation.folder / "checkpoints").rglob("*") if p.is_file()] == []


# ---------------------------------------------------------------- what is written down


def test_a_run_leaves_who_when_and_what(installation: Installation) -> None:
    jobs.perform(installation.app, "checkpoint")
    (row,) = store.history(0, 10)[1]
    assert (row.job, row.began, row.ended, row.failed) == ("checkpoint", *[installation.clock.now] * 2, False)
    assert json.loads(row.told) == [["Checkpoints kept: %(count)s.", {"count": 1}]] and row.worker


@pytest.mark.parametrize("error", [ValueError("secret of line one\nline two"), DomainError(Message("It is so."))])
def test_an_exception_is_a_failed_run_with_its_reason(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    def broken(now: datetime, worker: str) -> Outcome:
        raise error

    monkeypatch.setitem(work.WORK, "backup", broken)
    jobs.perform(installation.app, "backup")
    view = _view(installation, "backup")
    assert view.standing == Standing.FAILED and view.alarm and view.last.finished and view.last.finished.failed
    told = str(view.last.finished.told[0])
    assert told in ("An error of the program: ValueError: secret of line one", "It is so.")
    assert "broken failed" in caplog.text


def test_a_part_of_the_tick_that_fails_does_not_stop_the_next(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(now: datetime, worker: str) -> Outcome:
        raise ValueError("x")

    def sends(now: datetime, worker: str) -> Outcome:
        return Outcome((Message("sent"),))

    monkeypatch.setattr(work, "PARTS", (broken, sends))
    outcome = jobs.perform(installation.app, "tick")
    assert outcome.failed and [str(m) for m in outcome.messages][1] == "sent"


def test_ticks_leave_one_row_an_hour_and_are_renewed_once_a_minute(installation: Installation) -> None:
    for _ in range(8):
        jobs.perform(installation.app, "tick")
        installation.clock.forward(seconds=15)
    total, (row,) = store.history(0, 10)
    assert total == 1 and row.began == installation.clock.now - timedelta(seconds=60)
    installation.clock.forward(hours=1)
    jobs.perform(installation.app, "tick")
    assert store.history(0, 10)[0] == 2


def test_old_runs_are_forgotten_but_the_newest_of_each_job(installation: Installation) -> None:
    jobs.perform(installation.app, "retention")
    jobs.perform(installation.app, "checkpoint")
    installation.clock.forward(days=31)
    jobs.perform(installation.app, "checkpoint")
    installation.clock.forward(days=31)
    jobs.perform(installation.app, "checkpoint")
    assert [r.job for r in store.history(0, 10)[1]] == ["checkpoint", "checkpoint", "retention"]


# ---------------------------------------------------------------- alarms


def _view(installation: Installation, name: str) -> runs.JobView:
    db.session.rollback()
    return next(v for v in runs.overview(installation.clock.now) if v.job.name == name)


def test_a_job_that_has_not_run_is_an_alarm_for_administrators_of_everything(installation: Installation) -> None:
    boss, tech = installation.people["boss"], installation.people["tech"]
    assert {v.job.name for v in runs.alarms(boss, installation.clock.now)} == {job.name for job in JOBS} - {"watch"}
    assert runs.alarms(tech, installation.clock.now) == ()
    for job in JOBS:
        jobs.perform(installation.app, job.name)
    assert runs.alarms(boss, installation.clock.now) == ()
    installation.clock.forward(minutes=6)
    assert [v.job.name for v in runs.alarms(boss, installation.clock.now)] == ["tick", "board"]


def test_a_run_of_the_future_does_not_silence_the_alarm_after_the_clock_was_set_back(
    installation: Installation,
) -> None:
    jobs.perform(installation.app, "backup")
    installation.clock.forward(days=-30)
    assert _view(installation, "backup").standing == Standing.SILENT
    assert BY_NAME["backup"] in runs.missing(installation.clock.now)


def test_a_nightly_job_that_was_missed_or_failed_or_broke_off_is_due_again(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = BY_NAME["backup"]
    installation.clock.now = datetime(2026, 6, 1, 20, 41, tzinfo=UTC)
    assert backup in runs.missing(installation.clock.now)
    runs.begin("backup", "dead", installation.clock.now)
    assert backup in runs.missing(installation.clock.now)
    with monkeypatch.context() as patch:
        patch.setitem(work.WORK, "backup", lambda now, worker: Outcome((), failed=True))
        jobs.perform(installation.app, "backup")
    assert backup in runs.missing(installation.clock.now)
    jobs.perform(installation.app, "backup")
    assert backup not in runs.missing(installation.clock.now)
    installation.clock.forward(hours=23)
    assert backup not in runs.missing(installation.clock.now)
    installation.clock.forward(hours=1)
    assert backup in runs.missing(installation.clock.now)


def test_a_new_installation_has_missed_nothing(installation: Installation) -> None:
    made = runs._since(installation.clock.now)
    assert runs.missing(made + timedelta(minutes=1)) == ()


def test_the_last_run_is_the_one_written_last(installation: Installation, tmp_path: Path) -> None:
    jobs.perform(installation.app, "retention")
    installation.clock.forward(days=-1)
    jobs.perform(installation.app, "retention")
    last = _view(installation, "retention").last.newest
    assert last and last.began == installation.clock.now
