"""What the server does by itself."""

import hashlib
import logging

import pytest

from app import jobs
from app.services import accounts
from app.store import people
from app.store.db import db
from tests.conftest import Installation
from tests.store.attacker import attack


def test_idle_sessions_are_forgotten(installation: Installation) -> None:
    secret = accounts.sign_in("tech", "password-tech", installation.clock.now)
    idle = installation.app.extensions["settings"].session_minutes
    installation.clock.forward(minutes=idle - 1)
    jobs.forget_sessions(installation.app)
    assert _known(secret)
    installation.clock.forward(minutes=2)
    jobs.forget_sessions(installation.app)
    assert not _known(secret)


def test_the_nightly_proof_tells_what_is_broken(
    installation: Installation, day: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "logbook.jobs"):
        jobs.prove(installation.app)
    assert [r.levelname for r in caplog.records] == ["INFO", "INFO"]
    with attack(installation.database) as connection:
        connection.execute("UPDATE entry SET body = x'7b7d' WHERE seq = 0 AND log_id = 2")
    caplog.clear()
    with caplog.at_level(logging.INFO, "logbook.jobs"):
        jobs.prove(installation.app)
    assert [r.levelname for r in caplog.records] == ["INFO", "ERROR"]


def test_the_jobs_start_once_and_keep_nothing_on_disk(installation: Installation) -> None:
    scheduler = jobs.start(installation.app)
    try:
        assert {job.id for job in scheduler.get_jobs()} == {"sessions", "verify"}
    finally:
        scheduler.shutdown()


def _known(secret: str) -> bool:
    db.session.remove()  # as a later request sees it
    return people.session(hashlib.sha256(secret.encode()).hexdigest()) is not None
