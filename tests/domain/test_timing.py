"""When a step is due, for every way in which a profile can say it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.domain import facts as f
from app.domain.timing import Window, occurrences, window
from tests.domain.daybook import PROFILE, Book

SPRING = date(2026, 3, 29)  # Helsinki: 03:00 becomes 04:00
AUTUMN = date(2026, 10, 25)  # Helsinki: 04:00 becomes 03:00 again


def of(book: Book, step: str, place: str = "") -> Window:
    return window(PROFILE.step(step), book.day, place)


def clocks(book: Book, span: Window) -> tuple[str, ...]:
    """opens, start and due on the centre's clock."""
    moments = (span.opens, span.start, span.due)
    return tuple(f"{book.day.local(m):%m-%d %H:%M}" if m else "" for m in moments)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("t.before", ("06-01 08:00", "06-01 08:00", "06-01 09:00")),  # a span of an hour: opens when it begins
        ("t.short", ("06-01 08:00", "06-01 08:30", "06-01 08:32")),  # two minutes: "now" half an hour before
        ("t.by", ("06-01 06:15", "06-01 07:15", "06-01 07:15")),
        ("t.eve", ("05-31 09:00", "05-31 17:00", "05-31 17:00")),
        ("t.end", ("06-01 13:20", "06-01 13:50", "06-01 13:50")),
        ("t.not_before", ("06-01 09:00", "06-01 09:00", "")),
        ("t.period", ("04-18 00:00", "05-18 00:00", "05-18 23:59")),
        ("t.upload", ("06-01 13:30", "06-04 00:00", "06-04 23:59")),
        ("t.kept", ("03-01 00:00", "03-01 00:00", "")),
        ("t.rooms", ("06-01 08:30", "06-01 09:00", "06-01 09:02")),
        ("t.demand", ("", "", "")),
    ],
)
def test_each_base_gives_its_window(step: str, expected: tuple[str, ...]) -> None:
    book = Book()
    assert clocks(book, of(book, step)) == expected


def test_windows_say_what_kind_of_limit_they_are() -> None:
    book = Book()
    assert of(book, "t.not_before").not_before == book.at("09:00")
    assert of(book, "t.by").not_before is None
    assert [of(book, s).dated for s in ("t.period", "t.upload", "t.kept", "t.by")] == [True, True, True, False]
    assert [of(book, s).rule for s in ("t.by", "t.not_before", "t.demand", "t.before", "t.follow")] == [
        "by", "not_before", "demand", "at", "after",
    ]  # fmt: skip
    kept = of(book, "t.kept").start
    assert kept is not None
    assert book.day.local(kept).year == 2027


def test_grace_moves_the_moment_of_being_overdue_and_not_the_due_time() -> None:
    book = Book()
    span = of(book, "t.short")
    assert (span.due, span.overdue_from) == (book.at("08:32"), book.at("08:37"))
    assert of(book, "t.not_before").overdue_from is None


def test_the_regions_parameter_replaces_the_profiles_time() -> None:
    own = {"lead": -90, "first_clock": "06:40", "upload_days": 5, "kept_until": "07-15+2"}
    book = Book(parameters=own)
    assert clocks(book, of(book, "t.before"))[1:] == ("06-01 08:30", "06-01 09:30")
    assert clocks(book, of(book, "t.by"))[2] == "06-01 06:40"
    assert clocks(book, of(book, "t.upload"))[2] == "06-06 23:59"
    kept = of(book, "t.kept").start
    assert kept is not None
    assert f"{book.day.local(kept):%Y-%m-%d}" == "2028-07-15"
    assert clocks(book, of(book, "t.short"))[1] == "06-01 08:30"


@pytest.mark.parametrize(("on", "offset"), [(SPRING, timedelta(hours=3)), (AUTUMN, timedelta(hours=2))])
def test_an_exam_at_ten_on_the_sunday_of_the_clock_change_begins_two_hours_after_eight(
    on: date, offset: timedelta
) -> None:
    book = Book(on=on)
    start = of(book, "t.before").start
    assert start is not None
    assert start == book.day.start - timedelta(hours=2)
    assert book.day.local(start).utcoffset() == offset
    assert f"{book.day.local(start):%H:%M}" == "08:00"


@pytest.mark.parametrize(("on", "clock"), [(SPRING, "01:30"), (AUTUMN, "03:30")])
def test_two_hours_before_are_two_hours_even_when_the_clocks_change_in_between(on: date, clock: str) -> None:
    book = Book(start="04:30", end="08:00", on=on)
    start = of(book, "t.before").start
    assert start is not None
    assert book.day.start - start == timedelta(hours=2)
    assert f"{book.day.local(start):%H:%M}" == clock


@pytest.mark.parametrize("on", [SPRING, AUTUMN])
def test_clock_times_stay_clock_times_over_the_change(on: date) -> None:
    book = Book(on=on)
    eve, first = of(book, "t.eve").due, of(book, "t.by").due
    period, upload = of(book, "t.period").due, of(book, "t.upload").due
    assert eve and first and period and upload
    assert [f"{book.day.local(m):%H:%M}" for m in (eve, first, period, upload)] == ["17:00", "07:15", "23:59", "23:59"]
    assert first - eve - timedelta(hours=14, minutes=15) == timedelta(hours=-1 if on == SPRING else 1), (
        "the night's length"
    )
    assert book.day.local(period).utcoffset() != book.day.local(upload).utcoffset()


def test_the_period_begins_with_the_exam_when_nobody_says_otherwise() -> None:
    early, none = Book(period_start="2026-05-20"), Book(period_start="")
    assert clocks(early, of(early, "t.period"))[2] == "05-06 23:59"
    assert clocks(none, of(none, "t.period"))[2] == "05-18 23:59"


def test_a_step_after_another_waits_for_it() -> None:
    book = Book()
    assert of(book, "t.follow") == Window(waits_for="t.short", rule="after")
    book.add(f.StepWaived("t.short", book.at("08:00"), "x", "y"))
    assert of(book, "t.follow").opens is None, "a step that was not done starts nothing"
    book.add(f.StepDone("t.short", book.at("08:40")))
    assert clocks(book, of(book, "t.follow")) == ("06-01 08:40", "06-01 08:40", "06-01 08:50")


def test_a_void_step_starts_nothing() -> None:
    book = Book()
    done = book.add(f.StepDone("t.short", book.at("08:40")))
    book.add(f.EntryVoided(done.seq, "x"))
    assert of(book, "t.follow").opens is None


def test_a_step_after_a_milestone_follows_that_of_its_own_room() -> None:
    book = Book()
    book.add(f.MilestoneNoted("room_out", book.at("13:40"), "0001"))
    assert of(book, "t.room_follow", "0001").start == book.at("13:40")
    assert of(book, "t.room_follow", "0002").start is None
    book.add(f.MilestoneNoted("all_out", book.at("14:00")))
    assert of(book, "t.cameras", "C1").start == book.at("14:00"), "a milestone of the centre counts everywhere"


def test_a_milestone_noted_anew_after_it_was_voided_counts() -> None:
    book = Book()
    first = book.add(f.MilestoneNoted("all_out", book.at("13:40")))
    book.add(f.EntryVoided(first.seq, "too early"))
    assert of(book, "t.cameras", "C1").start is None
    book.add(f.MilestoneNoted("all_out", book.at("13:55")))
    assert of(book, "t.cameras", "C1").start == book.at("13:55")


def rounds(book: Book, now: datetime) -> tuple[str, ...]:
    return occurrences(PROFILE.step("t.round"), book.day, now)


def test_rounds_repeat_until_the_milestone() -> None:
    book = Book()
    assert rounds(book, book.at("08:00")) == ("10:00", "10:30", "11:00", "11:30", "12:00", "12:30", "13:00")
    book.add(f.MilestoneNoted("all_out", book.at("11:31")))
    assert rounds(book, book.at("15:00")) == ("10:00", "10:30", "11:00", "11:30")


def test_rounds_go_on_after_the_end_while_nobody_notes_the_milestone_but_not_for_ever() -> None:
    book = Book()
    assert rounds(book, book.at("14:10"))[-2:] == ("13:30", "14:00")
    assert rounds(book, book.at("12:00", 2)) == rounds(book, book.at("19:30"))


def test_each_round_has_its_own_window() -> None:
    book = Book()
    assert clocks(book, of(book, "t.round", "10:30")) == ("06-01 10:30", "06-01 10:30", "06-01 10:45")


def test_every_moment_of_a_window_is_utc() -> None:
    book = Book(on=SPRING)
    book.add(f.MilestoneNoted("all_out", book.at("13:40")))
    for step in PROFILE.steps:
        span = window(step, book.day, "10:30" if step.repeat == "interval" else "")
        moments = [m for m in (span.opens, span.not_before, span.start, span.due) if m]
        assert {m.tzinfo for m in moments} <= {UTC}, step.id
