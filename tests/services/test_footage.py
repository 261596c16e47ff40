"""A copy enters the journal with everything that it makes true, or not at all."""

import unicodedata
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.domain import Invalid, Refused
from app.domain import facts as f
from app.domain.access import rows
from app.domain.checklist import view
from app.domain.footage import media
from app.services import footage
from app.services.footage import Result
from tests.conftest import Installation

SHA = "5a" * 32


def result(installation: Installation, **changes: Any) -> Result:
    now = installation.clock.now
    values = {
        "cameras": ("9001-1",), "rooms": (), "medium": f.Medium("SN-77", "hdd", "exfat", "FOOTAGE", "day", 10**12),
        "began": now - timedelta(minutes=20), "at": now, "files": 4, "size": 2_500_000, "manifest": SHA,
        "generation": 1, "period": f.Period(now - timedelta(hours=6), now - timedelta(minutes=30)),
        "formats": ("mp4",), "viewed": True, **changes,
    }  # fmt: skip
    return Result(**values)


def copied(installation: Installation, day: str, who: str = "tech", entry: str = "", **changes: Any) -> list[int]:
    found = footage.copied(
        installation.people[who], day, entry or str(uuid4()), result(installation, **changes), installation.clock.now
    )
    return [receipt.seq for receipt in found]


def test_an_ending_in_letters_that_the_journal_does_not_take_is_recorded_too(
    installation: Installation, day: str
) -> None:
    installation.clock.forward(hours=7)
    (first, *_) = copied(installation, day, formats=(unicodedata.normalize("NFD", "й"),))
    assert installation.day(day).acts[first].fact.formats == ("й",)


def checked(installation: Installation, day: str, target: int, who: str = "tech", **changes: Any) -> int:
    values = {"result": "whole", "manifest": SHA, "generation": 2, "counts": (0, 0, 0, 0, 0), **changes}
    fact = f.FootageChecked(target, installation.clock.now, **values)
    return footage.checked(installation.people[who], day, str(uuid4()), fact, installation.clock.now).seq


def tags(installation: Installation, day: str, since: int) -> list[str]:
    return [line.tag for line in installation.day(day).lines[since:]]


def test_a_corridor_is_copied_once_and_its_step_is_done_with_everything_filled_in(
    installation: Installation, day: str
) -> None:
    installation.clock.forward(hours=7)
    size = installation.day(day).size
    first, step = copied(installation, day)
    now = installation.day(day)
    assert tags(installation, day, size) == ["footage.copied", "step.done"]
    local = now.local(installation.clock.now)
    assert now.acts[step].fact.evidence == {
        "started_at": f"{local - timedelta(minutes=20):%H:%M}", "finished_at": f"{local:%H:%M}",
        "period_from": f"{local - timedelta(hours=6):%Y-%m-%dT%H:%M}",
        "period_to": f"{local - timedelta(minutes=30):%Y-%m-%dT%H:%M}", "file_count": 4, "bytes": 2_500_000,
        "format": "mp4", "manifest_sha256": SHA, "media_type": "hdd", "media_serial": "SN-77", "sample_viewed": True,
    }  # fmt: skip
    assert view(now.profile.step("end.copy"), now, installation.clock.now).open_places == ()
    (row,) = rows(now)
    assert (row.action, row.rooms, row.step) == ("copy", ("9001",), "end.copy")
    assert now.acts[first].fact.rooms == ("9001",) and [m.medium.serial for m in media(now)] == ["SN-77"]


def test_rooms_that_no_step_speaks_of_get_one_row_of_the_access_journal(installation: Installation, day: str) -> None:
    installation.clock.forward(hours=7)
    size = installation.day(day).size
    copied(installation, day, cameras=("9001-1", "0001-1"), rooms=("7777",))
    assert tags(installation, day, size) == ["footage.copied", "step.done", "access.noted"]
    noted = installation.day(day).lines[-1].fact
    assert (noted.rooms, noted.action, noted.end) == (("0001", "7777"), "copy", installation.clock.now)


def test_a_second_medium_is_a_row_and_not_the_same_step_again(installation: Installation, day: str) -> None:
    installation.clock.forward(hours=7)
    copied(installation, day)
    size = installation.day(day).size
    copied(installation, day, medium=f.Medium("SN-78", "flash"))
    assert tags(installation, day, size) == ["footage.copied", "access.noted"]


def test_another_format_than_the_profiles_is_other_and_several_too(installation: Installation, day: str) -> None:
    installation.clock.forward(hours=7)
    step = copied(installation, day, formats=("mp4", "avi"))[1]
    assert installation.day(day).acts[step].fact.evidence["format"] == "other"


def test_sent_twice_it_is_written_once(installation: Installation, day: str) -> None:
    installation.clock.forward(hours=7)
    entry = str(uuid4())
    first = copied(installation, day, entry=entry)
    size = installation.day(day).size
    assert copied(installation, day, entry=entry)[0] == first[0]
    assert installation.day(day).size == size


def test_the_same_copy_told_once_more_is_no_second_copy_unless_the_first_was_not_whole(
    installation: Installation, day: str
) -> None:
    installation.clock.forward(hours=7)
    first = copied(installation, day)[0]
    size = installation.day(day).size
    installation.clock.forward(minutes=5)
    for who in ("tech", "cctv"):
        assert copied(installation, day, who, generation=2, manifest="cd" * 32) == [first]
    assert installation.day(day).size == size and len(media(installation.day(day))[0].copies) == 1
    assert copied(installation, day, files=5)[0] != first, "one file more is another copy"
    checked(installation, day, first, result="differs", counts=(1, 0, 0, 0, 0), changed=("a.mp4",))
    installation.clock.forward(minutes=5)
    assert copied(installation, day, generation=4)[0] != first, "what was damaged is copied anew"


def test_when_the_step_cannot_be_written_nothing_is(
    installation: Installation, day: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation.clock.forward(hours=7)
    size = installation.day(day).size
    evidence = footage._evidence
    monkeypatch.setattr(footage, "_evidence", lambda *a: evidence(*a) | {"file_count": "many"})
    with pytest.raises(Invalid):
        copied(installation, day)
    assert installation.day(day).size == size


@pytest.mark.parametrize(
    ("changes", "field"), [({"viewed": None}, "viewed"), ({"period": None}, "period_start")], ids=["viewed", "period"]
)
def test_what_only_a_person_can_say_is_asked(
    installation: Installation, day: str, changes: dict[str, Any], field: str
) -> None:
    size = installation.day(day).size
    with pytest.raises(Invalid) as caught:
        copied(installation, day, **changes)
    assert [m.field for m in caught.value.messages] == [field]
    assert installation.day(day).size == size


@pytest.mark.parametrize("who", ["head", "member", "commission"])
def test_only_technicians_of_the_day_record_copies_and_checks(installation: Installation, day: str, who: str) -> None:
    with pytest.raises(Refused):
        copied(installation, day, who)
    seq = copied(installation, day)[0]
    with pytest.raises(Refused):
        checked(installation, day, seq, who)


def test_a_later_check_is_a_fact_of_its_own_with_names_as_the_journal_takes_them(
    installation: Installation, day: str
) -> None:
    seq = copied(installation, day)[0]
    installation.clock.forward(hours=2000)
    found = checked(installation, day, seq, result="differs", counts=(1, 0, 0, 0, 0), changed=("и\u0306.mp4",))
    fact = installation.day(day).acts[found].fact
    assert fact.changed == ("й.mp4",) and fact.generation == 2
    assert not media(installation.day(day))[0].whole


def test_names_on_a_medium_are_told_in_the_form_of_the_journal(installation: Installation, day: str) -> None:
    odd = replace(result(installation).medium, label="и\u0306\n", folder="e\u0301/x")
    seq = copied(installation, day, medium=odd)[0]
    medium = installation.day(day).acts[seq].fact.medium
    assert (medium.label, medium.folder) == ("й", "é/x")
