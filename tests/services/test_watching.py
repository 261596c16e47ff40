"""What the server sees of cameras: rows at every look, entries only when something changed, secrets nowhere."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from app.domain import NotFound
from app.domain import facts as f
from app.domain.people import SYSTEM
from app.domain.plan import Recorder
from app.services import days, watching
from app.services.watching import Key, Result
from app.store import centres as centre_rows
from app.store import files, journal, sights
from app.store.db import db, transaction
from app.watching.look import NO_PICTURE, Look, Told
from tests.conftest import CAMERAS, CODE, EXAM, OFFICE, Installation

CAMERA = CAMERAS[0].id
JPEG = b"\xff\xd8thumbnail"
SECRET = "s3cret-Pa55"
URL = f"rtsp://viewer:{SECRET}@10.7.7.7/main"


@pytest.fixture
def watched(installation: Installation, day: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The day, its centre watched, its first camera with an address."""
    switch(True)
    known = {CAMERA: SimpleNamespace(stream=URL, onvif="")}
    monkeypatch.setattr(watching, "_addresses", lambda centre: known if centre == CODE else {})
    yield day


def switch(on: bool) -> None:
    with transaction():
        row = centre_rows.by_code(CODE)
        assert row
        row.watch = on


def look(
    made: Installation, state: str = "alive", after: float = 0, camera: str = CAMERA, **more: Any
) -> watching.Found:
    """Time passes, then a look ends that began two seconds before."""
    made.clock.forward(seconds=after)
    if state == "alive":
        more = {"fps_milli": 5000, "width": 640, "height": 360, "first_s": 0.5, "thumbnail": JPEG, **more}
    answer = Look(state, **more).packed()
    return watching.note([Result(Key(CODE, camera, "look"), answer, 2.0)], made.clock.now)


def ask(made: Installation, told: Told, after: float = 0, device: str = CAMERA) -> None:
    made.clock.forward(seconds=after)
    watching.note([Result(Key(CODE, device, "ask"), told.packed(), 1.0)], made.clock.now)


def facts(made: Installation, day: str, tag: str = "camera.seen") -> list[Any]:
    found = made.day(day)
    return [found.lines[seq].fact for seq in found.by_tag.get(tag, ())]


# ---------------------------------------------------------------- which days


def test_a_day_is_watched_on_its_date_when_its_centre_is(installation: Installation, watched: str) -> None:
    now = installation.clock.now
    assert [t.key for t in watching.targets(now)] == [Key(CODE, CAMERA, "look")]
    assert watching.asked_for() and watching.targets(now - timedelta(days=1)) == []
    switch(False)
    db.session.rollback()
    assert watching.targets(now) == [] and not watching.asked_for()


def test_two_days_of_a_centre_share_one_look(installation: Installation, watched: str) -> None:
    second = installation.open_day()
    assert len(watching.targets(installation.clock.now)) == 1
    look(installation)
    assert len(facts(installation, watched)) == len(facts(installation, second)) == 1


def test_a_rehearsal_is_watched_by_its_own_clock(installation: Installation, watched: str) -> None:
    other = EXAM + timedelta(days=9)
    name = installation.open_day(rehearsal=True, date=other, period_start=other)
    look(installation)
    assert facts(installation, name) == []
    ahead = installation.clock.now + timedelta(days=9)
    with transaction(log := days.log_of(name)):
        fact = f.RehearsalClock(installation.clock.now, ahead)
        journal.append(log, fact, OFFICE.person, watching.Times(ahead), "x" * 36)
    look(installation, after=30)
    (fact,) = facts(installation, name)
    assert fact.at.date() == other


def test_a_closed_day_is_not_watched(installation: Installation, watched: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.domain.sights.closed_at", lambda day: installation.clock.now)
    assert watching.targets(installation.clock.now) == []


# ---------------------------------------------------------------- rows and entries


def test_every_look_renews_the_row_and_only_a_change_is_an_entry(installation: Installation, watched: str) -> None:
    look(installation)
    look(installation, after=30)
    look(installation, after=30, fps_milli=4800)
    (fact,) = facts(installation, watched)
    assert (fact.camera, fact.state, fact.fps_milli, fact.width, fact.planned) == (CAMERA, "alive", 5000, 640, False)
    assert files.get(fact.picture) == JPEG
    row = sights.of_day(watched)[CAMERA]
    assert (row.state, row.fps_milli, row.told) == ("alive", 4800, "alive")
    assert row.looked == row.pictured == installation.clock.now - timedelta(seconds=2)
    assert sights.picture(watched, CAMERA) == JPEG
    line = installation.day(watched).lines[-1]
    assert line.by.person == SYSTEM.person


def test_a_blip_makes_no_entry_and_an_outage_one(installation: Installation, watched: str) -> None:
    look(installation)
    assert look(installation, "silent", 30, detail=NO_PICTURE).again[Key(CODE, CAMERA, "look")] == 4.0
    look(installation, after=6)
    assert [x.state for x in facts(installation, watched)] == ["alive"]
    began = installation.clock.now + timedelta(seconds=28)
    look(installation, "silent", 30)
    look(installation, "silent", 5)
    look(installation, "silent", 7, detail=NO_PICTURE)
    fact = facts(installation, watched)[-1]
    assert (fact.state, fact.since, fact.picture, fact.detail) == ("silent", began, "", NO_PICTURE)
    assert sights.picture(watched, CAMERA) == JPEG, "the last proof stays"
    look(installation, after=60)
    back = facts(installation, watched)[-1]
    assert back.state == "alive" and back.first_frame == back.since == installation.clock.now - timedelta(seconds=1.5)
    assert len(facts(installation, watched)) == 3


def test_a_profile_may_call_a_blip_something_else(
    installation: Installation, watched: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = installation.day(watched)
    patient = replace(day, profile=replace(day.profile, limits=replace(day.profile.limits, blip_s=60)))
    monkeypatch.setattr(watching, "watched_days", lambda now: [patient])
    look(installation)
    for _ in range(5):
        look(installation, "silent", 11)
    assert [x.state for x in facts(installation, watched)] == ["alive"]


def test_a_camera_planned_off_is_not_red(
    installation: Installation, watched: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "_planned", lambda day, camera, now: False)
    look(installation)
    for _ in range(3):
        found = look(installation, "unreachable", 30)
    assert not any(found.red.values()) and found.again[Key(CODE, CAMERA, "look")] is None
    assert [(x.state, x.planned) for x in facts(installation, watched)] == [("alive", False), ("unreachable", False)]
    monkeypatch.setattr(watching, "_planned", lambda day, camera, now: True)
    assert all(look(installation, "unreachable", 30).red.values())


def test_a_row_that_was_lost_tells_nothing_twice(installation: Installation, watched: str) -> None:
    look(installation)
    with transaction():
        db.session.execute(sights.TABLE.delete())
    look(installation, after=30)
    assert len(facts(installation, watched)) == 1


def test_a_refused_entry_leaves_the_row_as_it_was(
    installation: Installation, watched: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError("no")

    monkeypatch.setattr(sights, "write", full)
    with pytest.raises(OSError, match="no"):
        look(installation)
    db.session.rollback()
    assert facts(installation, watched) == [] and sights.of_day(watched) == {}


def test_marks_tell_pages_whether_anything_changed(installation: Installation, watched: str) -> None:
    look(installation)
    first = sights.mark(watched)
    look(installation, "silent", 30, camera=CAMERAS[1].id)
    assert (first.cameras, first.alive) == (1, 1) and sights.mark(watched) != first
    assert sights.mark(watched).cameras == 2 and sights.mark("none").looked is None


# ---------------------------------------------------------------- clocks and recording words


@pytest.fixture
def recorder(installation: Installation, watched: str) -> str:
    """A recorder that keeps every camera."""
    day = installation.day(watched)
    with transaction(log := days.log_of(watched)):
        kept = tuple(replace(c, recorder="NVR-1") for c in day.cameras)
        fact = f.PlanChanged("x", cameras=kept, recorders=(Recorder("NVR-1", "7777"),))
        journal.append(log, fact, OFFICE.person, watching.Times(installation.clock.now), "r" * 36)
    return "NVR-1"


def test_a_clock_is_measured_first_after_a_jump_and_after_the_end(
    installation: Installation, watched: str, recorder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    offsets = lambda: [x.offset_ms for x in facts(installation, watched, "clock.measured")]  # noqa: E731
    for n, (offset, told) in enumerate([(-95_000, 1), (-95_900, 1), (-93_100, 1), (-90_900, 2), (-91_000, 2)]):
        ask(installation, Told(offset, 200), 120, recorder)
        assert len(offsets()) == told, n
    installation.clock.now = installation.day(watched).end + timedelta(minutes=5)
    ask(installation, Told(-91_100, 200), 0, recorder)
    assert len(offsets()) == 2, "recording goes on"
    monkeypatch.setattr(watching, "_planned", lambda day, camera, now: False)
    ask(installation, Told(-91_100, 200), 120, recorder)
    ask(installation, Told(-91_100, 200), 120, recorder)
    assert offsets() == [-95_000, -90_900, -91_100]
    fact = facts(installation, watched, "clock.measured")[-1]
    assert (fact.device, fact.source, fact.error_ms) == (recorder, "onvif", 200)


def test_after_the_end_a_clock_is_measured_though_nobody_stops_recording(
    installation: Installation, watched: str, recorder: str
) -> None:
    ask(installation, Told(0, 200), 0, recorder)
    installation.clock.now = installation.day(watched).end + timedelta(hours=1)
    ask(installation, Told(0, 200), 0, recorder)
    assert len(facts(installation, watched, "clock.measured")) == 2


@pytest.mark.parametrize(
    ("jobs", "active", "word"), [(4, 4, "yes"), (4, 0, "no"), (4, 3, ""), (1, 1, ""), (None, 0, "")]
)
def test_what_a_recorder_says_of_recording(
    installation: Installation, watched: str, recorder: str, jobs: int | None, active: int, word: str
) -> None:
    look(installation)
    ask(installation, Told(jobs=jobs, active=active), 10, recorder)
    assert sights.of_day(watched)[CAMERA].recording == word
    told = [x.recording for x in facts(installation, watched)]
    assert told == (["", word] if word else [""])
    look(installation, after=30)
    assert sights.of_day(watched)[CAMERA].recording == word, "a look at the stream does not take the word back"


def test_a_device_that_cannot_be_asked_has_no_clock_and_no_word(installation: Installation, watched: str) -> None:
    ask(installation, Told(detail="no answer"))
    assert facts(installation, watched, "clock.measured") == [] and sights.of_day(watched) == {}


# ---------------------------------------------------------------- rights and secrets


def test_a_thumbnail_is_for_who_may_read_the_day(installation: Installation, watched: str) -> None:
    look(installation)
    assert watching.picture(installation.people["head"], watched, CAMERA) == JPEG
    assert watching.picture(installation.people["tech"], watched, "another") is None
    stranger = replace(installation.people["tech"], person="nobody")
    with pytest.raises(NotFound):
        watching.picture(stranger, watched, CAMERA)


def test_no_address_is_in_a_target_a_log_or_a_message(
    installation: Installation, watched: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    targets = watching.targets(installation.clock.now)
    look(installation, "refused", detail="wrong name or password")
    line, _ = watching.in_words(targets[0].key, Look("refused", "wrong name or password").packed())
    day = installation.day(watched)
    told = f"{targets} {line} {caplog.text} {sights.of_day(watched)} {[x.fact for x in day.lines]}"
    for secret in (SECRET, "viewer", "10.7.7.7"):
        assert secret not in told
