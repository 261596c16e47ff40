"""The job that watches: a thread of who leads, which survives what happens to it and holds up nobody."""

import threading
import time
from typing import Any

import pytest

from app import jobs
from app.domain.jobs import Standing
from app.jobs import watching as job
from app.services import jobs as runs
from app.services import watching
from app.services.watching import Found, Key, Target
from app.store import centres
from app.store.db import db, transaction
from tests.conftest import CODE, Installation

pytestmark = pytest.mark.sqlite_only(reason="it is about threads and the scheduler")


def switch(on: bool) -> None:
    with transaction():
        row = centres.by_code(CODE)
        assert row
        row.watch = on


class Pool:
    """In place of the worker: the first answer is an error."""

    broken = 1

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.busy = 0

    def ask(self, key: Any, values: Any) -> None:
        self.asked.append(key)

    def collect(self) -> list[Any]:
        if self.asked and Pool.broken:
            Pool.broken -= 1
            raise RuntimeError("rtsp://viewer:s3cret@10.7.7.7/main")
        found = [(key, {"state": "alive", "thumbnail": ""}) for key in self.asked]
        self.asked.clear()
        return found

    def close(self) -> None:
        self.asked.clear()


def until(condition: Any) -> None:
    end = time.monotonic() + 10
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    assert condition()


def test_it_runs_while_a_centre_is_watched_survives_an_error_and_ends_with_the_leader(
    installation: Installation, day: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name, value in (("Pool", Pool), ("PAUSE", 0.01), ("AFTER_AN_ERROR", 0.01)):
        monkeypatch.setattr(job, name, value)
    target = Target(Key(CODE, "c", "look"), {"kind": "look", "url": "rtsp://viewer:s3cret@10.7.7.7/main"}, 0.01)
    monkeypatch.setattr(watching, "targets", lambda now: [target])
    monkeypatch.setattr(watching, "note", lambda results, now: Found({r.key: True for r in results}, {}))
    made = jobs.Jobs(installation.app)
    assert made.watching.keep().messages == () and made.watching.thread is None, "no centre is watched"
    switch(True)
    made.run("watch")
    thread = made.watching.thread
    assert thread is not None and thread.daemon
    until(lambda: made.watching.standing)
    (message,) = made.watching.keep().messages
    assert str(message) == "Cameras looked at: 1. Without a living picture: 1."
    assert Pool.broken == 0, "an error came before that"
    made.leader.release()
    monkeypatch.setattr(made.leader, "held", lambda: False)
    made.run("tick")
    assert made.watching.thread is None and not thread.is_alive(), "who does not lead does not watch"
    made.leader.release()
    made.watching.stop()


def test_what_hangs_is_told(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    switch(True)
    over = threading.Event()
    monkeypatch.setattr(job.Watching, "_run", lambda self, _: over.wait(10))
    made = job.Watching(installation.app)
    assert not made.keep().failed
    made.beat -= job.STUCK + 1
    assert made.keep().failed
    over.set()
    made.stop()


def test_silence_is_an_alarm_only_where_a_centre_is_watched(installation: Installation) -> None:
    late = installation.clock.forward(days=40)

    def standing() -> Standing:
        db.session.rollback()
        return next(view.standing for view in runs.overview(late) if view.job.name == "watch")

    assert standing() == Standing.OFF
    switch(True)
    assert standing() == Standing.SILENT
