"""The offset of a recorder's clock that its footage is set right by."""

from dataclasses import replace

from app.domain import facts as f
from app.services.measuring import offset_of
from tests.domain.camerabook import CAMERAS, CameraBook


def told(*measured: tuple[str, str, int], recorded: bool = True) -> int:
    """Of the first camera, recorded from 08:30 to 14:00. ``measured``: device, clock time, milliseconds ahead."""
    camera = replace(CAMERAS[0], recorder="NVR-1")
    book = CameraBook(cameras=(camera, *CAMERAS[1:]))
    book.start("08:30", camera.room)
    if recorded:
        book.noted("14:00", "record_stop", camera.room, reason="Dahl Dora")
    for device, clock, ahead in measured:
        book.add(f.ClockMeasured(device, book.at(clock), ahead), "tech", book.at(clock))
    return offset_of(book.day, camera)


def test_the_measurement_nearest_to_the_recording_counts_not_one_after_the_clock_was_set() -> None:
    assert told(("NVR-1", "08:00", 130_000), ("NVR-1", "15:30", 0)) == 130_000
    assert told(("NVR-1", "08:00", 130_000), ("NVR-1", "08:20", 900), ("NVR-1", "15:30", 0)) == 900


def test_until_the_recording_has_ended_the_last_one_counts() -> None:
    assert told(("NVR-1", "08:00", 130_000), ("NVR-1", "09:30", 900), recorded=False) == 900


def test_the_recorders_clock_counts_before_that_of_the_camera_which_counts_before_none() -> None:
    camera = CAMERAS[0].id
    assert told(("NVR-1", "08:00", 2_000), (camera, "10:00", 7)) == 2_000
    assert told((camera, "10:00", 7), ("NVR-2", "10:00", 9)) == 7
    assert told(("NVR-2", "10:00", 9)) == 0
