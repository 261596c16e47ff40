"""How late and how early: the profile says it, and one that is silent means what it always meant."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain import Invalid
from app.domain import facts as f
from app.domain.access import rows
from app.domain.checklist import State, view
from app.domain.fold import fold
from app.domain.journal import Times, write
from app.domain.profile import Limits
from app.domain.profile_differences import Change, differences
from app.domain.profile_parser import BadProfile, parse
from app.domain.profile_words import limits_words
from app.domain.rules import judge
from reports import forms
from tests.domain.daybook import PROFILE, Book

GOOD = (Path(__file__).parent / "good-profile.toml").read_text(encoding="utf-8")
SHIPPED = Path(__file__).resolve().parents[2] / "app" / "profiles"
BASED = 'limits = {basis = "derived"'


def with_limits(text: str) -> str:
    return GOOD.replace('exam = "koe"', f'exam = "koe"\n{text}')


def test_a_silent_profile_means_what_it_always_meant() -> None:
    limits = parse(GOOD, "good").limits
    assert (limits.late_after, limits.ahead, limits.print_both_after, limits.oldest) == (
        timedelta(minutes=10), timedelta(minutes=2), timedelta(minutes=5), None,
    )  # fmt: skip


def test_the_table_is_read() -> None:
    text = BASED + ", late_after_min = 30, ahead_min = 0, print_both_after_min = 7, oldest_h = 48}"
    profile = parse(with_limits(f'closes = "some-form"\n{text}'), "good")
    assert profile.limits == Limits(30, 0, 7, oldest_h=48) and profile.closes == "some-form"


@pytest.mark.parametrize(
    ("text", "path", "reason"),
    [
        (BASED + ", late_after = 3}", "limits.late_after", "unknown key"),
        (BASED + ", late_after_min = 0}", "limits.late_after_min", "outside 1 to 1440"),
        (BASED + ", ahead_min = -1}", "limits.ahead_min", "outside 0 to 60"),
        (BASED + ', print_both_after_min = "5"}', "limits.print_both_after_min", "whole number"),
        (BASED + ", late_after_min = 120, oldest_h = 2}", "limits.oldest_h", "nothing could be entered late"),
        ("limits = {}", "limits.basis", "missing"),
        ('limits = {basis = "sourced"}', "limits.source", "no source is named"),
        ('limits = {basis = "derived", source = ["S99"]}', "limits.source", "nothing is called S99"),
        ("limits = 3", "limits", "must be a table"),
        ('closes = "Протокол"', "closes", "not allowed here"),
    ],
)
def test_what_makes_no_sense_is_told_with_its_place(text: str, path: str, reason: str) -> None:
    with pytest.raises(BadProfile) as info:
        parse(with_limits(text), "good")
    assert [(m.field, reason in str(m)) for m in info.value.messages] == [(path, True)]


@pytest.mark.parametrize("name", ["ru-ege-main", "ro-bac"])
def test_shipped_profiles_say_their_limits_whose_they_are_and_which_form_closes_the_day(name: str) -> None:
    profile = parse((SHIPPED / f"{name}.toml").read_text(encoding="utf-8"), name)
    assert profile.limits.basis == "derived" and profile.limits.note and profile.limits.print_both_after_min == 5
    form = forms()[profile.closes]
    assert form.language == profile.language and (not form.profiles or name in form.profiles)


def test_limits_are_told_in_words_and_compared() -> None:
    assert len(limits_words(Limits())) == 4 and limits_words(Limits(oldest_h=2))[3].params
    new = replace(PROFILE, limits=replace(PROFILE.limits, late_after_min=30), closes="x")
    (found,) = differences(PROFILE, new)
    assert found.changes == (Change(("limits", "late_after_min"), 10, 30), Change(("closes",), "minutes", "x"))


def test_the_profile_decides_from_when_a_reason_is_needed() -> None:
    book = Book()
    day = replace(book.day, profile=replace(PROFILE, limits=Limits(late_after_min=30, ahead_min=0)))
    member, now = day.roster["tech"], book.at("09:00")
    judge(day, f.StepDone("t.before", book.at("08:30")), member, now)
    with pytest.raises(Invalid, match="31 min after the event"):
        judge(day, f.StepDone("t.before", book.at("08:29")), member, now)
    with pytest.raises(Invalid, match="in the future"):
        judge(day, f.StepDone("t.before", book.at("09:00:01")), member, now)


def test_acts_and_rows_are_marked_by_the_limits_of_their_profile() -> None:
    book = Book()
    book.add(f.AccessNoted(("0001",), book.at("08:00"), book.at("08:01"), "check"), received=book.at("08:16"))
    for late_after, late in ((10, True), (15, False)):
        limits = Limits(late_after_min=late_after)
        day = fold(None, book.entries, lambda _, limits=limits: replace(PROFILE, limits=limits))
        assert day is not None
        (act,), (row,) = day.acts.values(), rows(day)
        assert (act.late_entry is not None, row.late_entry is not None) == (late, late)


@pytest.mark.parametrize(("received", "apart"), [("08:05", False), ("08:05:01", True), ("07:55", False)])
def test_both_times_are_shown_when_they_are_more_than_five_minutes_apart(received: str, apart: bool) -> None:
    book = Book()
    entry = book.add(f.NoteWritten("x", book.at("08:00")), received=book.at(received))
    assert (book.day.acts[entry.seq].apart is not None) == apart


@pytest.mark.parametrize(("offset", "off"), [(None, 0), (120_000, 0), (120_001, 2), (-420_000, -7)])
def test_a_device_is_off_beyond_what_the_profile_forgives(offset: int | None, off: int) -> None:
    book = Book()
    times = Times(book.at("08:00"), offset_ms=offset)
    fact = f.NoteWritten("x", book.at("08:00"))
    book.entries.append(write("log.test/1", 1, "id-1", "tech", fact, times, bytes(16)))
    found = book.day.acts[1].clock_off
    assert round((found or timedelta()) / timedelta(minutes=1)) == off


def test_what_was_done_before_its_window_stands_with_its_reason_and_is_early() -> None:
    book = Book()
    step = PROFILE.step("t.not_before")
    book.do(f.StepDone("t.not_before", book.at("08:57"), note="the head asked for it"), "head")
    found = view(step, book.day, book.at("09:30"))
    assert (found.state, found.early) == (State.DONE, timedelta(minutes=3))
    other = Book()
    other.step("t.not_before", "09:00", by="head")
    assert view(step, other.day, other.at("09:30")).early is None
