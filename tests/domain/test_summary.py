"""A day in a line: its states, its counts, and that the clock changes nothing before it is said to."""

from datetime import datetime, timedelta
from random import Random

import pytest

from app.domain import facts as f
from app.domain.summary import DayState, readers, summarize
from tests.domain.daybook import Book


@pytest.fixture
def book() -> Book:
    return Book()


def samples(book: Book, count: int) -> list[datetime]:
    """Moments from a month before to a year after, most of them on the day."""
    dice = Random(7)
    near = [book.at("00:00") + timedelta(seconds=dice.uniform(0, 30 * 3600)) for _ in range(count)]
    far = [book.at("00:00") + timedelta(hours=dice.uniform(-800, 9000)) for _ in range(count // 4)]
    return near + far


def worked(book: Book) -> Book:
    """Some steps done, late and on time, one milestone noted, one entry corrected."""
    book.add(f.StepDone("t.by", book.at("07:30")))
    book.add(f.StepDone("t.before", book.at("09:10")))
    book.add(f.EntryCorrected(1, {"note": "x"}, "wrong"))
    book.add(f.NoteWritten("a", book.at("09:30")), received=book.at("11:00"))
    return book


@pytest.mark.parametrize("work", [False, True])
def test_between_now_and_the_next_change_the_summary_is_the_same(book: Book, work: bool) -> None:
    day = worked(book).day if work else book.day
    dice, changes = Random(11), 0
    for now in samples(book, 120):
        told = summarize(day, now)
        until = told.until or now + timedelta(days=400)
        assert until > now
        for moment in (until - timedelta(microseconds=1), *(now + (until - now) * dice.random() for _ in range(5))):
            assert summarize(day, moment) == told, (now, moment)
        changes += told.until is not None and summarize(day, told.until).counts != told.counts
    assert changes > 20, "the samples meet changes"


def test_an_overdue_step_is_counted_from_the_first_minute_after_its_limit(book: Book) -> None:
    before = summarize(book.day, book.at("00:00"))
    now, seen = book.at("00:00"), [before.counts.overdue]
    while (told := summarize(book.day, now)).until and told.until < book.at("12:00"):
        now = told.until
        seen.append(summarize(book.day, now).counts.overdue)
        assert summarize(book.day, now - timedelta(microseconds=1)).counts.overdue == seen[-2]
    assert seen == sorted(seen) and seen[-1] > seen[0]


def test_the_end_of_the_exam_is_a_change_although_no_step_moves_then(book: Book) -> None:
    for step in book.day.profile.steps:
        book.add(f.StepWaived(step.id, book.at("09:00"), "rehearsed", "Fors Finn"))
    before = summarize(book.day, book.at("12:00"), 0, 2)
    assert before.until == book.day.end
    book.add(f.StepDone("t.by", book.at("09:30")))
    assert summarize(book.day, book.at("13:29"), 0, 2).state == DayState.RUNNING
    assert summarize(book.day, book.day.end, 0, 2).state == DayState.TO_CONFIRM


def test_a_day_goes_from_planned_to_running_to_confirm_to_sign_to_signed(book: Book) -> None:
    early, evening = book.at("00:00", -10), book.at("23:59", 1)
    assert summarize(book.day, early).state == DayState.PLANNED
    assert summarize(book.day, book.at("11:00")).state == DayState.RUNNING
    assert summarize(book.day, evening, 0, 2).state == DayState.TO_SIGN
    now = book.at("11:00")
    book.add(f.AccessNoted(("0001",), now, now, "check"), received=now)
    told = summarize(book.day, evening, 0, 2)
    assert (told.state, told.counts.unconfirmed) == (DayState.TO_CONFIRM, 1)
    assert told.confirmers == {"head"}
    book.confirm(1)
    told = summarize(book.day, evening, 1, 2)
    assert (told.state, told.counts.unconfirmed, told.confirmers) == (DayState.TO_SIGN, 0, frozenset())
    assert summarize(book.day, evening, 2, 2).state == DayState.SIGNED


def test_corrected_void_and_late_entries_are_counted_each_once(book: Book) -> None:
    day = worked(book).day
    counts = summarize(day, book.at("12:00")).counts
    assert (counts.corrected, counts.voided, counts.entered_late) == (1, 0, 1)
    book.add(f.EntryVoided(1, "wrong"))
    counts = summarize(book.day, book.at("12:00")).counts
    assert (counts.corrected, counts.voided) == (0, 1), "what is void is not corrected too"


def test_who_left_still_reads_when_they_acted(book: Book) -> None:
    assert readers(book.day) == {"tech", "tech2", "cctv", "head", "member", "commission"}
    book.add(f.NoteWritten("a", book.at("08:00")), by="cctv")
    for person in ("cctv", "tech2"):
        book.add(f.RosterLeft(person, "ill"), by="head")
    assert readers(book.day) == {"tech", "cctv", "head", "member", "commission"}
