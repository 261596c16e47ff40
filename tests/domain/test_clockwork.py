"""The moments at which the clock alone changes what the pages of a day say: no change without, none too many."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from app.domain import clockwork
from app.domain import facts as f
from app.domain.checklist import State, board
from app.domain.clockwork import last_change, moments
from app.domain.day import Day
from tests.domain.daybook import Book

MINUTE, INSTANT = timedelta(minutes=1), timedelta(microseconds=1)


@pytest.fixture
def book() -> Book:
    return Book()


def minutes(book: Book) -> Iterator[datetime]:
    """The last moment of every minute, from the day before to the day after."""
    now = book.at("00:00", -1)
    while now < book.at("00:00", 2):
        now += MINUTE
        yield now - INSTANT


def states(day: Day, now: datetime) -> list[tuple[str, State, list[tuple[str, State]]]]:
    return [(v.step.id, v.state, [(p.place, p.state) for p in v.places]) for v in board(day, now)]


@pytest.mark.parametrize("start", ["10:00", "10:07"])
def test_no_step_changes_its_state_without_a_moment(start: str) -> None:
    book = Book(start)
    book.add(f.MilestoneNoted(book.day.profile.milestones[0].id, book.at("09:40:33")))
    day, changes = book.day, 0
    before, mark = None, None
    for now in minutes(book):
        told, new = states(day, now), last_change(day, now)
        if before is not None and told != before:
            assert new != mark, now
            changes += 1
        before, mark = told, new
    assert changes > 20, "the day has steps of every kind"


def test_a_moment_comes_only_with_a_state_a_limit_the_exam_or_another_date(book: Book) -> None:
    day = book.day
    marks = [last_change(day, now) for now in minutes(book)]
    assert marks == sorted(marks)
    assert len(set(marks)) < len(marks) / 20, "most minutes change nothing"
    before = states(day, book.at("00:00", -1) - INSTANT)
    limits = {p.window.due for v in board(day, book.at("23:59")) for p in v.places}
    limits |= {due - clockwork.A_DAY + MINUTE for due in limits if due}
    for now, last, mark in zip(minutes(book), [None, *marks], marks, strict=False):
        told = states(day, now)
        if last is not None and mark != last:
            midnight = day.local(mark).strftime("%H:%M") == "00:00"
            assert told != before or mark in limits | {day.start, day.end} or midnight, now
        before = told


def test_a_round_after_the_exams_end_is_there_the_moment_after_it_began(book: Book) -> None:
    day, start = book.day, book.at("14:00")
    assert states(day, start) != states(day, start + INSTANT)
    assert last_change(day, start) < last_change(day, start + INSTANT)


def test_an_act_takes_the_moments_of_its_step_away(book: Book) -> None:
    ahead = set(moments(book.day))
    book.step("t.by", "07:30")
    assert set(moments(book.day)) < ahead


def test_the_moments_of_a_day_are_found_once_and_forgotten_with_it(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    clockwork.MOMENTS.found.clear()
    looked: list[Day] = []

    def counted(day: Day, now: datetime) -> object:
        looked.append(day)
        return board(day, now)

    monkeypatch.setattr(clockwork, "board", counted)
    for hour in range(10, 20):
        last_change(book.day, book.at(f"{hour}:00"))
    assert len(looked) == 1 == len(clockwork.MOMENTS.found)
    book.add(f.NoteWritten("a", book.at("12:00")))
    last_change(book.day, book.at("12:00"))
    assert len(looked) == 2
    looked.clear()
    assert len(clockwork.MOMENTS.found) == 1, "the day before the note is nobody's any more"
