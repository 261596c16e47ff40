"""The history of a device, from a day; the seals of the cabinet, over days."""

from dataclasses import replace
from typing import Any

import pytest

from app.domain import facts as f
from app.domain.devices import cabinet, chain, history, of_day
from app.domain.plan import Camera, Recorder, Station
from app.domain.profile import Action

from .daybook import Book

CAMERAS = (Camera("C1", "9001", "S-1", recorder="R1"), Camera("C2", "9001", "S-2"), Camera("C3", "0001", "S-3"))


def book() -> Book:
    return Book(cameras=CAMERAS, recorders=(Recorder("R1", "7777", "R-1"),))


def note(day: Book, clock: str, rooms: tuple[str, ...] = ("9001",), **more: Any) -> int:
    """A row of the access journal."""
    row = {"action": "", "text": "проверка", **more}
    return day.add(f.AccessNoted(rooms, day.at(clock), day.at(clock), **row), "tech", day.at(clock)).seq


def told(day: Book, name: str) -> list[tuple[str, int]]:
    return [(line.kind, line.seq) for line in history(day.day, _device(day, name))]


def _device(day: Book, name: str) -> Camera | Recorder | Station:
    return next(d for d in (*day.day.cameras, *day.day.recorders, *day.day.stations) if d.id == name)


def test_a_camera_has_the_rows_of_its_room_newest_first_and_not_those_of_others() -> None:
    day = book()
    first, _, last = note(day, "08:00"), note(day, "08:10", ("0001",)), note(day, "08:05", ("9001", "0001"))
    assert told(day, "C1") == [("access", last), ("access", first)]


@pytest.mark.parametrize("effect", ["start", "stop", "copy"])
def test_what_an_action_does_to_the_recording_names_the_line(effect: str) -> None:
    day = book()
    seq = note(day, "08:00", action="x", text="")
    spec = Action("x", {"en": "X"}, effect=effect)
    told_by = replace(day.day, profile=replace(day.day.profile, actions=(spec,)))
    assert [(line.kind, line.seq) for line in history(told_by, CAMERAS[0])] == [(effect, seq)]


def test_sights_and_clocks_are_those_of_the_device_itself() -> None:
    day, at = book(), book().at("08:00")
    seen = day.add(f.CameraSeen("C1", at, "frozen", at), "system", at).seq
    clock = day.add(f.ClockMeasured("R1", at, 900), "tech", at).seq
    assert (told(day, "C1"), told(day, "C2"), told(day, "R1")) == ([("seen", seen)], [], [("clock", clock)])


def test_an_outage_meets_the_cameras_it_names_else_all_of_its_rooms() -> None:
    day, at = book(), book().at("08:00")
    one = day.add(f.OutageOpened("recording", ("9001",), at, "power", cameras=("C2",)), "tech", at).seq
    room = day.add(f.OutageOpened("recording", ("9001",), at, "power"), "tech", at).seq
    over = day.add(f.OutageRestored(one, day.at("08:09")), "tech", day.at("08:09")).seq
    assert told(day, "C1") == [("outage", room)]
    assert told(day, "C2") == [("over", over), ("outage", room), ("outage", one)]
    assert told(day, "C3") == [] == told(day, "S1")


def test_a_recorder_has_the_copies_and_outages_of_the_cameras_it_holds() -> None:
    day, at = book(), book().at("15:00")
    period = f.Period(day.at("09:00"), day.at("14:00"))
    fact = f.FootageCopied(("C1",), ("9001",), f.Medium("HD-1", "hdd"), at, at, 2, 9, "00", 1, period)
    copy = day.add(fact, "cctv", at).seq
    assert told(day, "R1") == told(day, "C1") == [("copy", copy)]
    assert told(day, "C2") == []


def test_a_device_of_another_plan_is_known_by_its_name_else_by_its_serial_number() -> None:
    day = book().day
    assert of_day(day, Camera("C1", "0002", "other")) == CAMERAS[0]
    assert of_day(day, Camera("new", "0002", "S-2")) == CAMERAS[1]
    assert of_day(day, Camera("new", "0002")) is None
    assert of_day(day, Recorder("C1", "0002")) is None, "a recorder is no camera of the same name"


def test_seals_are_compared_with_the_last_one_put_on() -> None:
    day = book()
    note(day, "08:00", seal_before="1", seal_after="2")
    note(day, "08:10", seal_before="2", seal_after="3")
    note(day, "08:20", state_found="on")
    void = note(day, "08:30", seal_before="3", seal_after="9")
    note(day, "08:40", seal_before="7", seal_after="8")
    note(day, "08:50")
    day.add(f.EntryVoided(void, "ошибка"), "tech", day.at("09:00"))
    openings = chain(cabinet(day.day)[::-1])
    assert [o.verdict for o in openings] == ["first", "same", "unsaid", "same", "other"]
    assert [o.before for o in openings] == ["", "2", "3", "3", "3"], "a void row puts no seal on"
    assert openings[3].line.void
    assert chain(cabinet(day.day)[::-1], "0")[0].verdict == "other", "the seal of an older day counts"


def test_a_corrected_seal_counts_as_it_was_corrected() -> None:
    day = book()
    note(day, "08:00", seal_before="1", seal_after="2")
    wrong = note(day, "08:10", seal_before="5", seal_after="6")
    day.add(f.EntryCorrected(wrong, {"seal_before": "2"}, "описка"), "tech", day.at("08:20"))
    assert [o.verdict for o in chain(cabinet(day.day)[::-1])] == ["first", "same"]
