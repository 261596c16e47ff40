"""A moved start: what is open follows it, what was recorded keeps what was due when it was written."""

from datetime import timedelta

from app.domain import facts as f
from app.domain.checklist import PlaceState, State, StepView, view
from tests.domain.daybook import PROFILE, Book


def moved(book: Book, start: str, end: str, at: str) -> None:
    moment = book.at(at)
    book.add(f.StartMoved("", "", book.at(start), book.at(end), "x", "y", moment), received=moment)


def of(book: Book, step: str, clock: str) -> StepView:
    return view(PROFILE.step(step), book.day, book.at(clock))


def place(found: StepView, name: str) -> PlaceState:
    return next(p for p in found.places if p.place == name)


def test_an_act_is_late_by_the_start_that_was_known_when_it_was_written() -> None:
    book = Book()
    book.add(f.StepDone("t.short", book.at("08:50")))  # due 08:32
    moved(book, "11:00", "14:30", "08:55")
    (done,) = of(book, "t.short", "09:00").places
    assert (done.state, done.difference, done.was) == (State.LATE, timedelta(minutes=18), None)
    late = Book()
    moved(late, "11:00", "14:30", "08:00")
    late.add(f.StepDone("t.short", late.at("09:20")))  # due 09:32 by then
    (done,) = of(late, "t.short", "09:30").places
    assert (done.state, done.difference) == (State.DONE, timedelta(minutes=-12))
    assert done.was_due == late.at("08:32")


def test_rooms_that_are_done_keep_their_time_and_the_others_follow_the_start() -> None:
    book = Book()
    book.add(f.StepDone("t.rooms", book.at("09:01"), ("0001",)))
    moved(book, "11:00", "14:30", "09:01")
    found = of(book, "t.rooms", "09:05")
    one, two = place(found, "0001"), place(found, "0002")
    assert (one.window.start, one.was_due) == (book.at("09:00"), None)
    assert (two.state, two.window.start, two.was_due) == (State.SOON, book.at("10:00"), book.at("09:02"))
    assert (found.window, found.was_due) == (two.window, book.at("09:02"))


def test_rounds_follow_the_start_and_a_round_that_was_made_stays() -> None:
    book = Book()
    book.add(f.StepDone("t.round", book.at("10:02"), ("10:00",)))
    moved(book, "10:45", "13:30", "10:10")
    found = of(book, "t.round", "10:50")
    assert [p.place for p in found.places][:3] == ["10:00", "10:45", "11:15"]
    assert place(found, "10:00").state == State.DONE
    assert place(found, "10:00").window.start == book.at("10:00")


def test_steps_by_the_clock_stay_and_those_after_the_end_follow_it() -> None:
    book = Book()
    moved(book, "11:00", "15:00", "06:00")
    assert of(book, "t.by", "06:00").window.due == book.at("07:15")
    assert of(book, "t.by", "06:00").was is None
    assert (of(book, "t.end", "06:00").window.due, of(book, "t.end", "06:00").was_due) == (
        book.at("15:20"), book.at("13:50"),
    )  # fmt: skip


def test_moved_there_and_back_nothing_is_said_of_a_former_time() -> None:
    book = Book()
    moved(book, "11:00", "14:30", "06:00")
    moved(book, "10:00", "13:30", "06:30")
    assert of(book, "t.before", "07:00").was is None


def test_a_day_whose_start_was_never_moved_is_its_own_past() -> None:
    day = Book().day
    assert day.as_known(0) is day
    book = Book()
    moved(book, "11:00", "14:30", "06:00")
    assert book.day.as_known(9) is book.day
    assert book.day.as_known(0) is book.day.as_known(1), "made once"
