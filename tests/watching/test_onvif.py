"""What a device tells by ONVIF, and what it may answer without harm."""

import logging
from datetime import timedelta
from xml.etree.ElementTree import Element

import pytest

from app.watching import onvif
from app.watching.look import BAD_ADDRESS, NO_ANSWER, REFUSED_WORDS, Told
from app.watching.onvif import NOT_ONVIF
from tests.onvif import PASSWORD, USER, Recorder, _envelope


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onvif, "APART", 0.05)
    monkeypatch.setattr(onvif, "EACH", 0.5)


@pytest.mark.parametrize("skew", [timedelta(seconds=-95), timedelta(days=-9000), timedelta(milliseconds=2400)])
def test_the_clock_is_measured_and_the_log_in_made_by_it(skew: timedelta) -> None:
    with Recorder(skew) as device:
        told = onvif.ask(device.url())
    assert told.offset_ms is not None and abs(told.offset_ms - skew / timedelta(milliseconds=1)) <= told.error_ms
    assert told.error_ms <= 600 and told.detail == ""
    assert (told.maker, told.model, told.firmware, told.serial) == ("Maker", "NVR-16", "1.2", "SN7")


def test_asking_at_three_points_of_a_second_tells_the_clock_to_a_third(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onvif, "APART", 0.34)
    with Recorder(timedelta(seconds=7)) as device:
        told = onvif.ask(device.url())
    assert abs((told.offset_ms or 0) - 7000) <= told.error_ms <= 250


@pytest.mark.parametrize(
    ("jobs", "told"),
    [(("Active", "Active"), (2, 2)), (("Active", "Idle"), (2, 1)), ((), (0, 0)), (None, (None, 0))],
)
def test_recording_is_what_the_device_tells(jobs: tuple[str, ...] | None, told: tuple[int | None, int]) -> None:
    with Recorder(jobs=jobs) as device:
        found = onvif.ask(device.url())
    assert (found.jobs, found.active) == told


def test_only_the_host_that_was_given_is_asked() -> None:
    with Recorder(xaddr="192.0.2.9:81") as device:
        assert onvif.ask(device.url()).jobs == 1, "the path of the address that it names, at its own host"
        assert "GetRecordingJobs" in device.asked
    with Recorder() as other, Recorder(code=302, headers={"Location": f"{other.url()}"}) as device:
        assert onvif.ask(device.url()).detail == NOT_ONVIF and not other.asked


def test_a_wrong_password_still_gives_the_clock() -> None:
    with Recorder(timedelta(seconds=5)) as device:
        told = onvif.ask(device.url("wrong"))
    assert told.offset_ms is not None and told.detail == REFUSED_WORDS and told.jobs is None


CLOCK = _envelope(Recorder()._GetSystemDateAndTime(Element("x"))).decode()
# It would be understood but for its declarations.
BOMB = CLOCK.replace("?>", '?><!DOCTYPE x [<!ENTITY a "1"><!ENTITY b "&a;">]>', 1).encode()


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"<html>", b"\xff\xfe\x00", BOMB, BOMB.decode().encode("utf-16"), b"<a>" * 90_000,
        b'<?xml version="1.0" encoding="no-such"?><a/>', b"x" * (onvif.LONGEST + 5),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_said_in_words(answer: bytes) -> None:
    with Recorder(answer=answer or b" ") as device:
        assert onvif.ask(device.url()) == Told(detail=NOT_ONVIF)


def test_silence_is_said_in_words_and_no_address_is() -> None:
    told = onvif.ask(f"http://{USER}:{PASSWORD}@127.0.0.1:1/")
    assert told == Told(detail=NO_ANSWER)
    assert onvif.ask("rtsp://x/") == onvif.ask("file:///etc/passwd") == Told(detail=BAD_ADDRESS)


def test_no_log_holds_an_address(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with Recorder(code=500) as device:
        told = onvif.ask(device.url())
    for secret in (PASSWORD, USER, "127.0.0.1"):
        assert secret not in caplog.text + str(told)
