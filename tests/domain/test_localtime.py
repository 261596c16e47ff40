"""What a typed clock time means: one moment, two when the clocks are set back, none when they skip it."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from app.domain import Invalid, Message, localtime

HELSINKI = ZoneInfo("Europe/Helsinki")
SPRING, AUTUMN, PLAIN = date(2026, 3, 29), date(2026, 10, 25), date(2026, 6, 1)


def utc(day: int, clock: str, month: int = 10) -> datetime:
    return datetime.combine(date(2026, month, day), time.fromisoformat(clock), UTC)


def why(on: date, clock: str, zone: ZoneInfo = HELSINKI) -> str:
    with pytest.raises(Invalid) as info:
        localtime.told(on, clock, zone, "start")
    (message,) = info.value.messages
    assert message.field == "start"
    return str(message)


def test_a_plain_time_is_one_moment() -> None:
    assert localtime.told(PLAIN, "10:00", HELSINKI, "at") == utc(1, "07:00", 6)
    assert localtime.told(PLAIN, "10:00+03:00", HELSINKI, "at") == utc(1, "07:00", 6)


def test_a_time_that_exists_twice_is_asked_about_and_its_offset_chooses() -> None:
    assert why(AUTUMN, "03:30") == "03:30 exists twice on this day, as 03:30+03:00 and as 03:30+02:00: say which one."
    assert localtime.told(AUTUMN, "03:30+03:00", HELSINKI, "at") == utc(25, "00:30")
    assert localtime.told(AUTUMN, "03:30+02:00", HELSINKI, "at") == utc(25, "01:30")
    assert localtime.moment(AUTUMN, "03:30", HELSINKI) == utc(25, "00:30"), "a rule takes the first"


def test_a_time_that_is_skipped_names_the_next_that_exists() -> None:
    assert "The next time that exists is 04:00." in why(SPRING, "03:30")
    assert "2011-12-31 00:00" in why(date(2011, 12, 30), "09:00", ZoneInfo("Pacific/Apia"))
    assert "02:30" in why(date(2026, 10, 4), "02:10", ZoneInfo("Australia/Lord_Howe"))
    assert localtime.moment(SPRING, "03:30", HELSINKI) == utc(29, "01:00", 3), "a rule takes the end of the gap"


def test_a_wrong_offset_is_told_with_the_right_one() -> None:
    assert why(PLAIN, "10:00+02:00") == "10:00+02:00 is not a time of this place on this day; 10:00+03:00 is."


@pytest.mark.parametrize("clock", ["", "25:00", "10:00:30", "x"])
def test_what_is_no_time_of_whole_minutes_is_no_time(clock: str) -> None:
    with pytest.raises(ValueError):
        localtime.told(PLAIN, clock, HELSINKI, "at")


def exam(on: date, start: str, end: str) -> tuple[datetime | None, datetime | None, list[Message]]:
    messages: list[Message] = []
    return *localtime.exam(on, start, end, HELSINKI, messages), messages


def test_an_end_before_the_start_is_of_the_next_day() -> None:
    start, end, messages = exam(PLAIN, "22:00", "01:30")
    assert (start, end, messages) == (utc(1, "19:00", 6), utc(1, "22:30", 6), [])
    assert localtime.written(end, HELSINKI) == "2026-06-02T01:30"


@pytest.mark.parametrize(("start", "end"), [("10:00", "09:00"), ("10:00", "10:00"), ("23:00", "11:01")])
def test_an_end_that_cannot_be_meant_is_refused(start: str, end: str) -> None:
    _, found, messages = exam(PLAIN, start, end)
    assert found is None
    assert [m.field for m in messages] == ["end"]


def test_over_the_night_of_the_clock_change_an_exam_is_as_long_as_it_is() -> None:
    start, end, _ = exam(date(2026, 10, 24), "23:00", "04:30")
    assert start and end and (end - start).total_seconds() == 6.5 * 3600
    start, end, messages = exam(AUTUMN, "03:30+03:00", "03:30+02:00")
    assert start and end and (end - start).total_seconds() == 3600 and not messages
    assert [m.field for m in exam(AUTUMN, "03:30", "x")[2]] == ["start", "end"], "everything at once"
