"""When and where a step is done, as pieces of words."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.domain import Message
from app.domain.profile import When
from app.domain.profile_parser import parse
from app.domain.profile_words import moment_words, when_words, where_words

PROFILE = parse((Path(__file__).parent / "every-when.toml").read_text(encoding="utf-8"), "every-when")


def plain(message: Message | str) -> str:
    """English, with spans in minutes."""
    if isinstance(message, str):
        return message
    params: dict[str, Any] = {}
    for name, value in message.params.items():
        if isinstance(value, Message):
            value = plain(value)
        elif isinstance(value, timedelta):
            value = f"{int(value.total_seconds() // 60)} min"
        elif isinstance(value, dict):
            value = next(iter(value.values()))
        elif name == "date":
            value = f"{value:%d.%m}"
        params[name] = value
    return message.id % params


def said(**values: Any) -> list[str]:
    return [plain(m) for m in when_words(When(**values), PROFILE)]


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (When(start=-120), "120 min before the start"),
        (When(start=0), "the start of the exam"),
        (When(start=5), "5 min after the start"),
        (When(end=-5), "5 min before the end"),
        (When(end=0), "the end of the exam"),
        (When(end=90), "90 min after the end"),
        (When(clock="07:15"), "07:15"),
        (When(clock="16:00", day=-1), "16:00 on the day before the exam"),
        (When(clock="16:00", day=1), "16:00 on the day after the exam"),
        (When(clock="16:00", day=-3), "16:00, 3 before the exam"),
        (When(clock="16:00", day=2), "16:00, 2 after the exam"),
        (When(period=-14), "14 before the first day of the period"),
        (When(period=0), "the first day of the exam period"),
        (When(period=2), "2 after the first day of the period"),
        (When(days_after=0), "the exam day itself"),
        (When(days_after=3), "day 3 after the exam"),
        (When(date_rule="03-01+1"), "01.03 of the year after the exam"),
        (When(date_rule="07-15+0"), "15.07 of the exam’s year"),
        (When(date_rule="07-15+5"), "15.07, years after the exam: 5"),
    ],
)
def test_every_base_of_a_time_has_its_words(when: When, words: str) -> None:
    assert plain(moment_words(when)) == words


def test_the_rule_stands_before_the_moment() -> None:
    assert said(start=-120, rule="by", opens=0) == ["No later than: 120 min before the start"]
    assert said(clock="08:15", rule="not_before") == ["Not before: 08:15"]
    assert said(clock="07:15", opens=0) == ["Time: 07:15"]
    assert said(days_after=3) == ["No later than: day 3 after the exam"], "a date is a limit, whatever its rule"


def test_what_belongs_to_a_time_follows_it() -> None:
    assert said(start=-120, rule="by", opens=60, grace=30) == [
        "No later than: 120 min before the start", "on the board as “now” 60 min ahead",
        "counts as late 30 min after that",
    ]  # fmt: skip
    assert said(start=-120, duration=60, parameter="lead") == [
        "Time: 120 min before the start", "time for it: 60 min", "a region may change it: lead",
    ], "a span is not shown ahead"  # fmt: skip


def test_steps_after_something_on_demand_and_in_rounds() -> None:
    assert said(after="all_out") == ["After: Kaikki ulkona"]
    assert said(after="all_out", duration=10) == ["After: Kaikki ulkona", "to be done within 10 min"]
    assert said(on_demand=True) == ["Whenever it is needed"]
    assert said(start=0, every=30) == ["Time: the start of the exam", "again every 30 min until the exam ends"]
    assert said(start=0, every=30, until="all_out")[1] == "again every 30 min, until: Kaikki ulkona"


def test_every_step_of_the_sample_has_a_time_and_a_place() -> None:
    for step in PROFILE.steps:
        assert all(plain(m) for m in when_words(step.when, PROFILE)) and plain(where_words(step))
