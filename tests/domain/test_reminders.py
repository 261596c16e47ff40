"""Who is told what and when follows from the profile, the plan and what was done; nothing is told without cause."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.domain import facts as f
from app.domain.day import Day
from app.domain.profile import Profile
from app.domain.profile_parser import BadProfile, parse
from app.domain.reminders import Call, calls, due, next_at, people
from tests.domain import daybook
from tests.domain.daybook import PEOPLE, Book

RULES = """
taken_min = 20
reminder = [
  {id = "opens", of = "opens", tell = ["performers"], steps = ["t.by"], title = {en = "It is time"}},
  {id = "soon", minutes = -10, tell = ["performers"], title = {en = "Ten minutes left"}},
  {id = "overdue", of = "overdue", rounds = true, tell = ["performers"], title = {en = "The time has passed"}},
  {id = "head", of = "overdue", minutes = 10, tell = ["pes_head"], title = {en = "Ten minutes overdue"}},
  {id = "eve", dated = true, days = -1, clock = "09:30", tell = ["performers"], title = {en = "Due tomorrow"}},
]
"""
TEXT = (daybook.Path(__file__).parent / "every-when.toml").read_text(encoding="utf-8")


def profile(rules: str = RULES) -> Profile:
    return parse(TEXT.replace("sources = {}", f"sources = {{}}\n{rules}"), "reminding")


def due_at(day: Day, now: datetime, taken: Mapping[str, datetime]) -> tuple[Call, ...]:
    return due(day, calls(day, now), now, taken)


def next_moment(day: Day, now: datetime, taken: Mapping[str, datetime]) -> datetime | None:
    return next_at(calls(day, now), now, taken)


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch) -> Book:
    monkeypatch.setattr(daybook, "PROFILE", profile())
    return Book()


def told(day: Day, found: tuple[Call, ...], step: str) -> list[tuple[str, str]]:
    return [(f"{day.local(c.at):%d %H:%M}", c.rule) for c in found if c.step == step]


def test_a_step_with_a_time_is_told_before_its_limit_when_it_has_passed_and_to_the_head_later(book: Book) -> None:
    found = calls(book.day, book.at("06:00"))
    assert told(book.day, found, "t.by") == [
        ("01 06:15", "opens"), ("01 07:05", "soon"), ("01 07:16", "overdue"), ("01 07:26", "head"),
    ]  # fmt: skip
    assert [c.at for c in found] == sorted(c.at for c in found)


def test_grace_moves_what_is_overdue_but_not_what_is_due(book: Book) -> None:
    """t.short: 08:30 for two minutes, five minutes of grace."""
    found = calls(book.day, book.at("06:00"))
    assert told(book.day, found, "t.short") == [("01 08:22", "soon"), ("01 08:38", "overdue"), ("01 08:48", "head")]


def test_a_limit_that_is_a_date_has_rules_of_its_own(book: Book) -> None:
    found = calls(book.day, book.at("06:00"))
    assert told(book.day, found, "t.upload") == [("03 09:30", "eve")]
    assert {c.rule for c in found if c.step in ("t.period", "t.kept")} == {"eve"}


def test_rounds_are_told_only_by_rules_that_say_so_each_for_itself(book: Book) -> None:
    found = [c for c in calls(book.day, book.at("06:00")) if c.step == "t.round"]
    assert {c.rule for c in found} == {"overdue"}
    assert [c.places for c in found[:2]] == [("10:00",), ("10:30",)]
    assert [f"{book.day.local(c.at):%H:%M}" for c in found[:2]] == ["10:16", "10:46"]


def test_a_step_that_waits_is_not_told_before_what_it_follows(book: Book) -> None:
    assert told(book.day, calls(book.day, book.at("09:00")), "t.follow") == []
    book.step("t.short", "08:31")
    assert told(book.day, calls(book.day, book.at("08:31")), "t.follow")[0] == ("01 08:31", "soon")


def test_what_is_done_is_told_no_more_and_of_rooms_only_those_that_are_open(book: Book) -> None:
    before = [c for c in calls(book.day, book.at("08:00")) if c.step == "t.rooms"]
    assert {c.places for c in before} == {("0001", "0002")}
    book.add(f.StepDone("t.rooms", book.at("09:00"), ("0001",)))
    after = [c for c in calls(book.day, book.at("09:01")) if c.step == "t.rooms"]
    assert {c.places for c in after} == {("0002",)} and len(after) == len(before)
    book.add(f.StepDone("t.rooms", book.at("09:01"), ("0002",)))
    assert not [c for c in calls(book.day, book.at("09:02")) if c.step == "t.rooms"]


def test_performers_on_duty_are_told_and_roles_of_the_roster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daybook, "PROFILE", profile())
    relief = daybook.Member("tech2", "Berg Bo", "Berg B.", "technician", "1/2026", relief=True)
    day = Book(roster=tuple((PEOPLE | {"tech2": relief}).values())).day
    found = {(c.step, c.rule): people(day, c) for c in calls(day, day.start)}
    assert found["t.by", "overdue"] == ("tech",), "the relief is not on duty yet"
    assert found["t.rooms", "overdue"] == ("tech", "cctv")
    assert found["t.by", "head"] == ("head",)


def test_what_was_due_before_the_day_was_opened_is_not_told(book: Book) -> None:
    late = Book(opened_at=book.at("08:35"))
    found = {(c.step, c.rule) for c in due_at(late.day, book.at("08:40"), {})}
    assert ("t.short", "overdue") in found
    assert ("t.short", "soon") not in found and ("t.by", "overdue") not in found


def test_after_a_week_of_silence_nothing_old_is_told(book: Book) -> None:
    now = book.at("07:20", 7)
    assert due_at(book.day, now - timedelta(minutes=5), {}) != ()
    assert "t.by" not in {c.step for c in due_at(book.day, now + timedelta(hours=3), {})}


def test_i_have_it_holds_a_step_back_until_it_expires(book: Book) -> None:
    now = book.at("07:20")
    held = {"t.by": book.at("07:30")}
    assert "t.by" in {c.step for c in due_at(book.day, now, {})}
    assert "t.by" not in {c.step for c in due_at(book.day, now, held)}
    assert next_moment(book.day, now, held) == book.at("07:26"), "the head's turn comes, and is held"
    assert next_moment(book.day, book.at("07:26"), held) == book.at("07:30")
    assert {c.rule for c in due_at(book.day, book.at("07:30"), held) if c.step == "t.by"} == {
        "opens", "soon", "overdue", "head",
    }  # fmt: skip


def test_the_next_moment_is_the_first_after_now_and_none_when_all_is_done(book: Book) -> None:
    assert next_moment(book.day, book.at("07:04"), {}) == book.at("07:05")
    assert next_moment(book.day, book.at("07:05"), {}) == book.at("07:16")
    assert next_moment(book.day, book.at("12:00", 400), {}) is None


def test_a_moved_start_moves_what_is_told_of_open_steps(book: Book) -> None:
    before = told(book.day, calls(book.day, book.at("08:00")), "t.stations")
    on, now = "2026-06-01", book.at("08:00")
    book.add(f.StartMoved(f"{on}T11:00", f"{on}T14:30", book.at("11:00"), book.at("14:30"), "power", "Ek", now), "head")
    after = told(book.day, calls(book.day, book.at("08:01")), "t.stations")
    assert [(c[:3] + f"{int(c[3:5]) + 1:02d}" + c[5:], rule) for c, rule in before] == after


def test_a_profile_without_rules_tells_nothing() -> None:
    day = Book().day
    assert calls(day, day.start) == () and next_moment(day, day.start, {}) is None


BAD = [
    ('tell = ["performers"], steps', 'tell = ["organiser"], steps', "reminder opens: tell", "nothing is called"),
    ('steps = ["t.by"]', 'steps = ["t.gone"]', "reminder opens: steps", "nothing is called t.gone"),
    ('of = "opens"', 'of = "begin"', "reminder opens: of", ""),
    ("minutes = -10", "minutes = -1441", "reminder soon: minutes", "outside"),
    ("days = -1", "minutes = 5", "reminder eve: minutes", "makes no sense here"),
    ("minutes = -10", "days = 1", "reminder soon: days", "makes no sense here"),
    ('clock = "09:30"', 'clock = "9"', "reminder eve: clock", "not a time"),
    ('{id = "soon"', '{id = "opens"', "reminder opens: id", "twice"),
    ("taken_min = 20", "taken_min = 0", "taken_min", "outside"),
]


@pytest.mark.parametrize(("old", "new", "path", "reason"), BAD, ids=[b[2] + " " + b[1] for b in BAD])
def test_a_bad_rule_is_refused_with_its_place_and_reason(old: str, new: str, path: str, reason: str) -> None:
    assert old in RULES
    with pytest.raises(BadProfile) as caught:
        profile(RULES.replace(old, new, 1))
    found: list[Any] = [(m.field, str(m)) for m in caught.value.messages]
    assert any(p == path and reason in shown for p, shown in found), found
