"""One look at a camera, against real RTSP streams on loopback: what answers, what streams, what moves."""

import io
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from app.watching import look as words
from app.watching import probe
from app.watching.look import Look, taken_apart
from tests.rtsp import MODES, PASSWORD, USER, Camera, Cameras


@pytest.fixture(scope="module")
def server() -> Iterator[Cameras]:
    with Cameras({mode: Camera(mode, fps=10, keys=5) for mode in MODES}) as made:
        for camera in made.cameras.values():
            camera.pictures()
        yield made


@pytest.fixture(scope="module")
def found(server: Cameras) -> dict[str, Look]:
    """What a look at each of them says; all at once, so that the slowest is waited for alone."""
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(len(MODES)) as threads:
        for name, seconds in (("WATCH", 0.8), ("READ", 1.0), ("STALL", 0.8), ("OPEN", 2.8), ("KNOCK", 0.5)):
            patch.setattr(probe, name, seconds)
        patch.setitem(probe.OPTIONS, "timeout", "3000000")
        looks = list(threads.map(lambda mode: probe.look(server.url(mode)), MODES))
        again = {mode: looks[MODES.index(mode)].grey for mode in ("ok", "freeze", "still")}
        second = list(threads.map(lambda mode: probe.look(server.url(mode), again[mode]), again))
    return dict(zip(MODES, looks, strict=True)) | {f"{m} again": x for m, x in zip(again, second, strict=True)}


@pytest.mark.parametrize(
    ("mode", "state", "detail"),
    [
        ("ok", "alive", ""), ("ok again", "alive", ""), ("still again", "alive", ""), ("slow", "alive", ""),
        ("freeze", "alive", ""), ("freeze again", "frozen", words.STILL),
        ("silent", "silent", words.NO_PICTURE), ("deaf", "silent", words.NO_PICTURE),
        ("stop", "silent", words.STOPPED), ("hang", "silent", words.STOPPED),
        ("garbage", "silent", words.NO_RTSP), ("gone", "silent", words.NO_STREAM), ("away", "silent", words.ELSEWHERE),
        ("mute", "unreachable", words.NO_ANSWER),
    ],
)  # fmt: skip
def test_what_a_camera_does_is_told_apart(found: dict[str, Look], mode: str, state: str, detail: str) -> None:
    assert (found[mode].state, found[mode].detail) == (state, detail)


def test_a_wrong_password_is_refused_after_one_try(server: Cameras) -> None:
    server.asked.clear()
    assert probe.look(server.url("ok", password="wrong")).state == "refused"
    assert probe.look(server.url("ok", user="", password="")).state == "refused"
    tries = [line for line in server.asked if line.startswith("DESCRIBE")]
    assert len(tries) == 3, "more could lock the account"


def test_what_does_not_answer_is_unreachable_and_says_why(server: Cameras) -> None:
    assert probe.look(f"rtsp://{USER}:{PASSWORD}@127.0.0.1:1/x").detail == words.CLOSED_PORT
    for bad in ("http://127.0.0.1/x", "rtsp://", "file:///etc/passwd", "rtsp://[::1", "rtsp://h:99999/", "rtsp://a b/"):
        assert probe.look(bad) == Look("unreachable", words.BAD_ADDRESS)


def test_a_look_brings_rate_size_a_thumbnail_and_the_first_frame(found: dict[str, Look]) -> None:
    look = found["ok"]
    assert (look.width, look.height) == (640, 360) and look.fps_milli == 10_000
    assert look.first_s is not None and 0 < look.first_s < 2 <= (found["slow"].first_s or 0)
    picture = Image.open(io.BytesIO(look.thumbnail))
    assert (picture.format, picture.size) == ("JPEG", (160, 90)) and len(look.thumbnail) < 16_000


def test_a_still_scene_with_noise_is_not_frozen_and_a_frozen_one_needs_two_looks(found: dict[str, Look]) -> None:
    assert found["freeze"].state == "alive" and (found["freeze again"].change or 0) < 0.1
    assert (found["still again"].change or 0) > 0.1


def test_no_detail_and_no_log_holds_an_address(
    server: Cameras, found: dict[str, Look], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    looks = [probe.look(server.url("gone")), probe.look(server.url("stop")), *found.values()]
    told = caplog.text + "".join(capfd.readouterr()) + "".join(f"{look.state} {look.detail}" for look in looks)
    for secret in (PASSWORD, USER, "127.0.0.1", str(server.port), "rtsp:"):
        assert secret not in told


def test_a_device_that_repeats_its_address_is_not_quoted() -> None:
    where = taken_apart(f"rtsp://{USER}:{PASSWORD}@cam-7.example:554/main", "rtsp")
    assert where is not None
    for phrase in (f"no {PASSWORD}", "CAM-7.example not here", "see rtsp://x", "Stream MAIN missing"):
        assert where.tells(phrase)
    assert not where.tells("Session Not Found")
