"""Names of copies by the rule ``RR_PPPP_AAAA_CC_YYYYMMDD_HHMM-HHMM.ext``, in the centre's local time."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.domain import Invalid
from app.footage.media import MediumFacts
from app.footage.naming import Rule, camera_number, named
from app.footage.transfer import copy, plan

MORNING = datetime(2026, 6, 1, 5, 59, 59, tzinfo=UTC)
TIMES = {
    "ch01_000.MP4": (MORNING, MORNING + timedelta(hours=1)),
    "ch01_001.mp4": (MORNING, MORNING + timedelta(hours=1)),
    "night.avi": (datetime(2026, 6, 1, 20, 30, tzinfo=UTC), datetime(2026, 6, 1, 22, tzinfo=UTC)),
}
RULE = Rule("45", "0007", "0008", "01", ZoneInfo("Europe/Moscow"), lambda file: TIMES.get(file.name))
NAMES = {
    "card/ch01_000.MP4": "45_0007_0008_01_20260601_0859-0959.mp4",
    "card/ch01_001.mp4": "45_0007_0008_01_20260601_0859-0959_2.mp4",
    "card/index.dat": "card/index.dat",
    "card/night.avi": "45_0007_0008_01_20260601_2330-0100.avi",
}


def test_files_are_called_by_the_rule_and_those_without_times_keep_their_names() -> None:
    paths, kept = named([(Path(path), path) for path in NAMES], RULE)
    assert paths == list(NAMES.values())
    assert kept == ["card/index.dat"]
    assert named([(Path(path), path) for path in NAMES], None) == (list(NAMES), [])


def test_the_copy_remembers_what_its_source_was_called_and_goes_on_under_the_same_names(tmp_path: Path) -> None:
    card = tmp_path / "card"
    card.mkdir()
    for path in NAMES:
        (tmp_path / path).write_text(path)
    made = plan([card], tmp_path / "copy", RULE, MediumFacts(free=10**9))
    assert made.unnamed == ("card/index.dat",)
    files = copy(made)
    assert {file.original or file.path: file.path for file in files} == NAMES
    assert all((tmp_path / "copy" / new).read_text() == old for old, new in NAMES.items())
    assert copy(plan([card], tmp_path / "copy", RULE, MediumFacts(free=10**9))) == files


@pytest.mark.parametrize(("camera", "number"), [("0008-1", "01"), ("7", "07"), ("CAM-012", "12"), ("0001-2a", "02")])
def test_the_number_of_a_camera(camera: str, number: str) -> None:
    assert camera_number(camera) == number


@pytest.mark.parametrize("camera", ["yard", "cam-123"])
def test_a_camera_without_a_number_up_to_99_has_no_name_by_the_rule(camera: str) -> None:
    with pytest.raises(Invalid, match="does not end in a number"):
        camera_number(camera)
