"""The state of every step at a moment, as board, PDFs and reminders show it."""

from datetime import timedelta

import pytest

from app.domain import facts as f
from app.domain.checklist import CLOSED, URGENCY, State, StepView, board, by_stage, completeness, places, view
from tests.domain.daybook import PROFILE, Book


def state(book: Book, step: str, clock: str, days: int = 0) -> str:
    return show(book, step, clock, days).state


def show(book: Book, step: str, clock: str, days: int = 0) -> StepView:
    return view(PROFILE.step(step), book.day, book.at(clock, days))


@pytest.mark.parametrize(
    ("step", "clock", "expected"),
    [
        ("t.before", "06:59:59", "planned"), ("t.before", "07:00", "soon"), ("t.before", "07:59:59", "soon"),
        ("t.before", "08:00", "now"), ("t.before", "09:00:59", "now"), ("t.before", "09:01", "overdue"),
        ("t.short", "08:37:59", "now"), ("t.short", "08:38", "overdue"),  # due 08:32, five minutes of grace
        ("t.by", "07:15:30", "now"), ("t.by", "07:16", "overdue"),
        ("t.not_before", "08:59", "soon"), ("t.not_before", "23:00", "now"),
        ("t.follow", "12:00", "waiting"), ("t.demand", "12:00", "demand"), ("t.off", "12:00", "off"),
    ],
)  # fmt: skip
def test_an_open_step_changes_with_the_clock(step: str, clock: str, expected: str) -> None:
    assert state(Book(), step, clock) == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [("08:59", "done"), ("09:00", "done"), ("09:00:59", "done"), ("09:01", "late"), ("12:00", "late")],
)
def test_a_done_step_is_late_from_the_minute_after_it_was_due(at: str, expected: str) -> None:
    book = Book()
    book.step("t.before", at)
    assert state(book, "t.before", "20:00") == expected


def test_grace_forgives() -> None:
    book = Book()
    book.step("t.short", "08:37")
    assert state(book, "t.short", "20:00") == "done"


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (lambda at: f.StepImpossible("t.before", at, "no power"), "impossible"),
        (lambda at: f.StepWaived("t.before", at, "not today", "Dahl D."), "waived"),
        (lambda at: f.StepElsewhere("t.before", "01-0001-x", 4, "aa", at, "Aalto A."), "elsewhere"),
    ],
)
def test_a_step_can_be_closed_without_being_done(fact: object, expected: str) -> None:
    book = Book()
    book.add(fact(book.at("08:10")))  # type: ignore[operator]
    assert state(book, "t.before", "20:00") == expected
    assert show(book, "t.before", "20:00").places[0].difference is None


def test_a_void_act_opens_the_step_again() -> None:
    book = Book()
    done = book.step("t.before", "08:30")
    book.do(f.EntryVoided(done.seq, "wrong centre"))
    assert state(book, "t.before", "08:40") == "now"
    assert show(book, "t.before", "08:40").acts == ()


def test_the_difference_is_actual_minus_planned() -> None:
    book = Book()
    book.step("t.before", "08:40")
    book.step("t.not_before", "09:10", by="head")
    assert show(book, "t.before", "20:00").places[0].difference == timedelta(minutes=-20)
    assert show(book, "t.not_before", "20:00").places[0].difference == timedelta(minutes=10)
    assert show(book, "t.short", "20:00").places[0].difference is None


def test_a_step_is_as_urgent_as_its_most_urgent_place() -> None:
    book = Book()
    assert show(book, "t.round", "10:50").state == "overdue"
    book.step("t.round", "10:05", "10:00")
    seen = show(book, "t.round", "10:40")
    assert [p.state for p in seen.places][:4] == ["done", "now", "soon", "soon"]
    assert (seen.state, seen.closed, seen.total) == ("now", 1, 7)
    assert seen.window.start == book.at("10:30")
    assert seen.open_places == ("10:30", "11:00", "11:30", "12:00", "12:30", "13:00")


def test_a_step_of_several_places_is_closed_when_all_are() -> None:
    book = Book()
    evidence = {"begun": "09:00", "ended": "09:02"}
    book.step("t.rooms", "09:02", "0001", **evidence)
    assert state(book, "t.rooms", "09:02") == "now"
    book.do(f.StepImpossible("t.rooms", book.at("09:03"), "camera burnt", ("0002",)))
    seen = show(book, "t.rooms", "09:10")
    assert (seen.state, seen.closed, seen.open_places) == ("done", 2, ())


def test_one_late_place_makes_the_whole_step_late() -> None:
    book = Book()
    evidence = {"begun": "09:00", "ended": "09:02"}
    book.step("t.rooms", "09:02", "0001", **evidence)
    book.step("t.rooms", "09:03", "0002", **evidence)
    assert [p.state for p in show(book, "t.rooms", "20:00").places] == ["done", "late"]
    assert state(book, "t.rooms", "20:00") == "late"


def test_places_are_the_rooms_cameras_and_stations_of_the_right_kind() -> None:
    book = Book()
    found = {s: places(PROFILE.step(s), book.day, book.at("10:00")) for s in (
        "t.rooms", "t.cameras", "t.stations", "t.demand", "t.before")}  # fmt: skip
    assert found == {
        "t.rooms": ("0001", "0002"),
        "t.cameras": ("C1", "C2"),
        "t.stations": ("S1",),
        "t.demand": (),
        "t.before": ("",),
    }


def test_a_step_that_was_switched_off_but_done_is_shown() -> None:
    book = Book()
    book.add(f.StepDone("t.off", book.at("10:00")))
    assert state(book, "t.off", "10:10") == "done"


def test_the_board_has_every_step_in_the_profiles_order_and_stages_without_steps_are_left_out() -> None:
    book = Book()
    views = board(book.day, book.at("08:00"))
    assert [v.step.id for v in views] == [s.id for s in PROFILE.steps]
    assert [(stage.id, steps) for stage, steps in by_stage(book.day, views)] == [("day", views)]


def test_completeness_counts_each_step_once() -> None:
    book = Book()
    enabled = sum(s.enabled for s in PROFILE.steps)
    before = completeness(board(book.day, book.at("08:00")))
    assert (before.planned, before.open, before.done) == (enabled - 1, enabled - 1, 0), (
        "nobody needs the step on demand"
    )
    book.step("t.before", "08:40")
    book.step("t.short", "09:00")
    book.do(f.StepWaived("t.by", book.at("09:00"), "x", "Dahl D."), "head")
    book.do(f.StepImpossible("t.eve", book.at("09:00"), "x"))
    book.add(f.StepElsewhere("t.period", "other", 1, "aa", book.at("09:00"), "Aalto A."))
    what = {"what": "check", "rooms": ["0001"], "from": "09:00", "to": "09:01"}
    book.step("t.demand", "09:01", **what)
    after = completeness(board(book.day, book.at("09:01")))
    assert after.planned == enabled
    assert (after.done, after.late, after.impossible, after.waived, after.elsewhere) == (2, 1, 1, 1, 1)
    assert after.open == enabled - 6
    assert sum((after.done, after.late, after.impossible, after.waived, after.elsewhere, after.open)) == after.planned


def test_every_state_is_either_closed_or_has_its_urgency() -> None:
    assert CLOSED | set(URGENCY) == set(State)
    assert not CLOSED & set(URGENCY)
