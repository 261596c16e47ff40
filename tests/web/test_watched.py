"""Watching from end to end: a real stream, the job, its worker process, the journal, and what people see of it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app import jobs
from app.domain import facts as f
from app.domain import sights
from app.services import days, watching
from tests import rtsp

from .conftest import DAY, Clock, Person

LIVING, LOCKED = "0001-1", "0002-1"


@pytest.fixture
def cameras() -> Iterator[rtsp.Cameras]:
    """Two streams; the second does not take the password that is stored."""
    found = {LIVING: rtsp.Camera(mode="gone"), LOCKED: rtsp.Camera(password="another")}
    with rtsp.Cameras(found) as server:
        yield server


@pytest.fixture
def job(app: Flask, admin: Person, cameras: rtsp.Cameras, monkeypatch: pytest.MonkeyPatch) -> Iterator[jobs.Jobs]:
    """The jobs of an installation whose administrator has typed the addresses and switched watching on."""
    app.extensions["settings"] = replace(app.extensions["settings"], camera_networks="127.0.0.0/8")
    monkeypatch.setattr(watching, "EVERY", 0.5)
    for name in ("SOON", "BAD", "LOCKED"):
        monkeypatch.setattr(sights, name, 0.5)
    for name in cameras.cameras:
        page = f"/centres/23-0970/devices/{name}"
        assert "with user name and password" in admin.send(page, {"stream": cameras.url(name)}).text
    admin.send("/centres/23-0970/watching", {"watch": "1"}, form="/centres/23-0970")
    made = jobs.Jobs(app)
    yield made
    made.watching.stop()
    made.leader.release()


def seen(app: Flask) -> list[f.CameraSeen]:
    with app.app_context():
        day = days.fold_log(days.log_of(DAY))[0]
        return [day.lines[seq].fact for seq in day.by_tag.get("camera.seen", ())]  # type: ignore[misc]


def until(what: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not what() and time.monotonic() < end:
        time.sleep(0.05)
    assert what()


def test_what_a_stream_shows_comes_to_the_journal_and_to_the_head_and_its_password_nowhere(
    app: Flask, job: jobs.Jobs, cameras: rtsp.Cameras, tech: Person, head: Person, admin: Person, clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    clock.forward(minutes=58)
    job.run("watch")
    until(lambda: len(job.watching.standing) == 2)
    assert seen(app) == [], "what has not lasted yet is told to nobody"
    clock.forward(seconds=11)
    until(lambda: len(seen(app)) == 2)
    assert {s.camera: s.state for s in seen(app)} == {LIVING: "silent", LOCKED: "refused"}

    tech.send(f"/days/{DAY}/cameras/start", {"rooms": ["0001"], "evidence.online": "yes"})
    clock.forward(seconds=150)
    cameras.cameras[LIVING].mode = "ok"
    until(lambda: seen(app)[-1].state == "alive")
    living = seen(app)[-1]
    assert (living.camera, living.width, living.fps_milli) == (LIVING, 640, 5000)
    assert living.first_frame and abs(living.first_frame - clock.now) < timedelta(seconds=10)

    pages = [admin.get("/jobs").text] + [head.get(f"/days/{DAY}/{x}").text for x in ("cameras", "confirm", "today")]
    assert "Camera refuses the password" in pages[1] and "Act and camera differ: 1" in pages[2]
    assert head.get(f"/days/{DAY}/cameras/{LIVING}/picture").data[:2] == b"\xff\xd8"
    job.run("watch")
    assert "Cameras looked at: 2." in admin.get("/jobs").text

    thread = job.watching.thread
    job.watching.stop()
    assert thread and not thread.is_alive()
    folder = Path(app.extensions["settings"].instance)
    kept = [file.read_bytes() for file in folder.rglob("*") if file.is_file()]
    for text in (*kept, *(page.encode() for page in pages), caplog.text.encode()):
        assert rtsp.PASSWORD.encode() not in text
