"""A rehearsal's clock: what it shows, where it leads, how far back it goes. A real day has one clock."""

from datetime import timedelta

import pytest

from app.domain import Invalid, Refused, rehearsal
from app.domain import facts as f
from app.domain.checklist import view
from tests.domain.daybook import Book


def practice() -> Book:
    return Book(rehearsal=True)


def put(book: Book, shown: str, real: str = "15:00") -> None:
    at = book.at(shown)
    book.add(f.RehearsalClock(book.at(real, -10), at), received=at)


def test_the_clock_shows_what_it_was_set_to_and_goes_on_from_there() -> None:
    book = practice()
    assert rehearsal.clock(book.day, book.at("15:00", -10)) == book.at("15:00", -10) and not rehearsal.is_set(book.day)
    put(book, "07:00")
    assert rehearsal.clock(book.day, book.at("15:20", -10)) == book.at("07:20") and rehearsal.is_set(book.day)
    assert rehearsal.real(book.day, book.at("08:00")) == book.at("16:00", -10)


def test_a_real_day_knows_no_other_clock_even_with_such_an_entry() -> None:
    book = Book()
    put(book, "07:00")
    now = book.at("09:00")
    assert rehearsal.clock(book.day, now) == now == rehearsal.real(book.day, now)
    assert rehearsal.really_received(book.day, 1, now) == now
    with pytest.raises(Refused):
        rehearsal.require(book.day)


def test_every_entry_is_brought_back_to_the_real_clock_of_its_own_time() -> None:
    book = practice()
    put(book, "07:00", "15:00")
    first = book.add(f.NoteWritten("a", book.at("07:10")))
    put(book, "09:00", "15:30")
    second = book.add(f.NoteWritten("b", book.at("09:10")))
    real = [rehearsal.really_received(book.day, e.seq, e.times.received) for e in (book.entries[0], first, second)]
    assert real == [book.opened_at, book.at("15:10", -10), book.at("15:40", -10)]


def test_the_first_setting_may_go_back_and_none_behind_somebodys_work() -> None:
    book = practice()
    rehearsal.judge(book.day, book.at("07:00", -300))  # the day was opened later
    put(book, "07:00")
    rehearsal.judge(book.day, book.at("06:00"))  # nobody did anything yet
    book.add(f.NoteWritten("a", book.at("08:00")))
    rehearsal.judge(book.day, book.at("08:00"))
    with pytest.raises(Invalid, match="forward only"):
        rehearsal.judge(book.day, book.at("07:59"))
    with pytest.raises(Invalid, match="year"):
        rehearsal.judge(book.day, book.at("08:00", 365 * 90))


def test_the_next_moment_is_when_an_open_step_opens_or_is_due_or_the_exam_begins_or_ends() -> None:
    book = practice()
    begins = rehearsal.beginning(book.day)
    assert book.day.local(begins).date() == book.on and begins < book.day.start
    assert rehearsal.coming(book.day, book.at("12:00", -9)) == begins, "first of all to where the day begins"
    put(book, "06:00")
    seen, now = [], rehearsal.coming(book.day, book.at("06:00"))
    while now and now < book.day.end + timedelta(hours=2):
        seen.append(now)
        now = rehearsal.coming(book.day, now)
    assert begins in seen and book.day.start in seen and book.day.end in seen and seen == sorted(set(seen))


def test_a_step_that_is_done_is_not_waited_for() -> None:
    book = practice()
    put(book, "06:00")
    before = book.at("06:00")
    moment = rehearsal.next_moment(book.day, before)
    assert moment is not None
    steps = [
        s.id for s in book.day.profile.steps
        if any(moment in (p.window.opens, p.window.due) for p in view(s, book.day, before).places)
    ]  # fmt: skip
    for step in steps:
        book.add(f.StepWaived(step, before, "practice", "head"))
    later = rehearsal.next_moment(book.day, before)
    assert later is not None and later > moment


def test_a_name_tells_a_rehearsal() -> None:
    assert rehearsal.named("23-0970-2026-06-01-r1") and rehearsal.named("23-0970-2026-06-01-r12")
    assert not any(map(rehearsal.named, ("23-0970-2026-06-01", "23-0970-2026-06-01-2", "r1", "")))
