"""When a file begins: names as recorders write them, in the centre's time."""

from datetime import UTC, datetime, timedelta
from pathlib import PurePath
from zoneinfo import ZoneInfo

import pytest

from app.footage.starts import start

EIGHT = datetime(2026, 6, 1, 5, 0, tzinfo=UTC)  # 08:00 in Moscow
WRITTEN = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


def begin(path: str, created: str = "", zone: str = "Europe/Moscow"):  # type: ignore[no-untyped-def]
    return start(PurePath(path), created, WRITTEN, timedelta(hours=1), ZoneInfo(zone))


@pytest.mark.parametrize(
    "path",
    [
        "20260601_0800.mkv",
        "2026-06-01_08-00-00.mp4",
        "ch01_20260601080000.mp4",
        "NVR_ch1_main_20260601080000_20260601134000.dav",
        "23_0970_0008_01_20260601_0800-1340.mkv".replace("0970", "0001"),
        "Camera 8 2026-06-01 08.00.00.avi",
        "cam_01-06-2026_08-00-00.avi",
        "D20260601T080000.123.mp4",
        "x_20260601T050000Z.mp4",
        "2026-06-01/08.00.00-09.00.00[M][0@0][0].dav",
    ],
)
def test_names_of_recorders_are_understood(path: str) -> None:
    found = begin(path)
    assert (found.at, found.source, found.doubts) == (EIGHT, "name", ())


@pytest.mark.parametrize("path", ["hiv00012.mp4", "20260631_0800.mkv", "12345678901234567890.mp4", "20260601.mp4"])
def test_without_a_time_in_the_name_it_is_reckoned_and_said(path: str) -> None:
    found = begin(path)
    assert (found.at, found.source, len(found.doubts)) == (WRITTEN - timedelta(hours=1), "modified", 1)


def test_local_time_written_as_world_time_is_seen() -> None:
    found = begin("20260601_0800.mp4", "2026-06-01T08:00:00.000000Z")
    assert found.source == "metadata" and "180 min apart" in str(found.doubts[0])
    assert begin("20260601_0800.mp4", "2026-06-01T05:01:30Z").doubts == ()


def test_an_hour_that_is_there_twice_is_taken_as_the_first() -> None:
    assert begin("20261025_033000.mkv", zone="Europe/Helsinki").at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
