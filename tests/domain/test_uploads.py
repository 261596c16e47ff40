"""What has to be uploaded later: fragments of outages of broadcast, rooms that record in the centre only."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain import facts as f
from app.domain.outages import uploads
from tests.domain import daybook
from tests.domain.camerabook import CAMERAS as LOCAL
from tests.domain.camerabook import CameraBook
from tests.domain.daybook import Book
from tests.domain.test_outages import LIMITS, begin, book, restored, uploaded

assert book  # a fixture


def test_a_fragment_is_owed_until_the_end_of_the_third_day_there(book: Book) -> None:
    seq = begin(book, local_recording="yes")
    (owed,) = uploads(book.day, book.at("10:13"))
    assert owed.end is None and owed.left == ("0001",), "while it runs nothing can be complete"
    book.do(restored(book, seq))
    (owed,) = uploads(book.day, book.at("10:20"))
    assert (owed.start, owed.end, owed.rooms) == (book.at("10:12"), book.at("10:19"), ("0001",))
    assert str(owed.until) == "2026-06-04" and owed.deadline == book.at("00:00", 4)
    states = [owed.state(owed.deadline - timedelta(seconds=1)), owed.state(owed.deadline)]
    assert states == ["owed", "over"]


def test_the_last_day_ends_by_the_centres_clock_also_when_it_has_another_length() -> None:
    book = Book(on=daybook.date(2026, 10, 22), parameters=LIMITS)  # the clocks go back on the third day
    book.do(restored(book, begin(book)))
    (owed,) = uploads(book.day, book.at("11:00"))
    assert owed.deadline == book.at("00:00", 4) == book.at("00:00") + timedelta(days=4, hours=1)


def test_what_is_lost_is_not_owed(book: Book) -> None:
    book.do(restored(book, begin(book), local_recording="no"))
    book.do(restored(book, begin(book, "10:30", kind="recording"), "10:31", local_recording=""))
    assert uploads(book.day, book.at("11:00")) == ()


def test_rooms_that_record_in_the_centre_only_owe_what_they_recorded() -> None:
    book = CameraBook(cameras=tuple(replace(c, keeps="" if c.room == "7777" else "local") for c in LOCAL))
    book.start("08:30", "0001", "0002")
    book.start("08:30", "7777", kind="headquarters")
    (owed,) = uploads(book.day, book.at("10:00"))
    assert (owed.rooms, owed.start, owed.end, owed.outage) == (("0001", "0002"), book.at("08:30"), None, None)
    assert owed.left == ("0001", "0002"), "while it runs nothing can be complete"
    assert uploads(book.day, book.at("08:29")) == (), "nothing is recorded yet"
    book.noted("14:00", "record_stop", "0001", reason="Dahl Dora")
    book.noted("14:30", "record_stop", "0002", reason="Dahl Dora")
    found = uploads(book.day, book.at("15:00"))
    assert [(x.rooms, x.end, x.name) for x in found] == [
        (("0001",), book.at("14:00"), "0001-0530"), (("0002",), book.at("14:30"), "0002-0530"),
    ]  # fmt: skip
    book.do(uploaded(book, "08:30", "14:00", rooms=("0001", "0002")))
    assert [x.state(book.at("16:00")) for x in uploads(book.day, book.at("16:00"))] == ["done", "owed"]


def test_an_upload_counts_room_by_room_and_only_when_it_covers_all_of_it(book: Book) -> None:
    book.do(restored(book, begin(book, rooms=("0001", "0002"), local_recording="yes")))
    book.do(uploaded(book, "10:12", "10:15"))
    assert uploads(book.day, book.at("16:00"))[0].left == ("0001", "0002")
    seq = book.do(uploaded(book, "10:15", "10:20")).seq
    (owed,) = uploads(book.day, book.at("16:00"))
    assert owed.left == ("0002",) and len(owed.done) == 2
    book.do(f.EntryVoided(seq, "another file"), now=book.at("16:01"))
    assert uploads(book.day, book.at("16:02"))[0].left == ("0001", "0002")


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12)), max_size=6))
def test_a_fragment_is_there_just_when_every_minute_of_it_is(pieces: list[tuple[int, int]]) -> None:
    book = Book(parameters=LIMITS)
    began = book.at("11:00")
    book.add(f.OutageOpened("online", ("0001",), began, "network", local_recording="yes"))
    book.add(f.OutageRestored(1, began + timedelta(minutes=20)))
    for start, length in pieces:
        period = f.Period(began + timedelta(minutes=start - 5), began + timedelta(minutes=start - 5 + length))
        book.add(f.FootageUploaded(("0001",), book.at("15:00"), period))
    there = {m for start, length in pieces for m in range(start - 5, start - 5 + length)}
    (owed,) = uploads(book.day, book.at("16:00"))
    assert (not owed.left) == (set(range(20)) <= there)
