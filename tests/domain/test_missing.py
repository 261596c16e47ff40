"""What a day lacks: every kind of gap, and what belongs to a later time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain import facts as f
from app.domain.missing import Gap, Kind, due_by, for_commission, missing
from app.domain.rules import judge
from tests.domain.daybook import Book


def of(book: Book, kind: Kind, clock: str = "18:00", days: int = 0) -> list[Gap]:
    return [g for g in missing(book.day, book.at(clock, days)) if g.kind == kind]


def subjects(book: Book, clock: str = "18:00", days: int = 0) -> set[str]:
    return {g.subject for g in of(book, Kind.STEP, clock, days)}


def test_what_the_day_itself_asks_for_is_missing_before_its_time_too() -> None:
    book = Book()
    assert subjects(book, "06:00") <= subjects(book, "18:00")
    assert "t.before" in subjects(book, "06:00"), "nobody hands in an empty day before it begins"


def test_a_finished_step_and_one_on_demand_are_not_missing() -> None:
    book = Book()
    book.step("t.before", "08:00")
    assert "t.before" not in subjects(book)
    demand = {s.id for s in book.day.profile.steps if s.when.on_demand}
    assert demand and not demand & subjects(book)


def test_steps_of_later_dates_are_missing_only_when_they_are_overdue() -> None:
    book = Book()
    later = {s.id for s in book.day.profile.steps if s.when.days_after is not None and s.when.rule == "by"}
    assert later and not later & subjects(book, "23:00")
    assert later <= subjects(book, "12:00", 60)


def test_a_step_of_rooms_names_the_rooms_that_are_open() -> None:
    book = Book()
    step = next(s for s in book.day.profile.steps if s.repeat == "room" and s.enabled)
    (gap,) = [g for g in of(book, Kind.STEP) if g.subject == step.id]
    assert set(gap.places) <= {r.code for r in book.day.rooms} and gap.places
    assert gap.fact == f.Missing("step", step.id, gap.places)


def test_an_entry_is_missing_until_every_role_confirmed_it() -> None:
    book = Book()
    entry = book.do(f.AccessNoted(("0001",), book.at("08:00"), book.at("08:05"), "check"), now=book.at("08:06"))
    (gap,) = of(book, Kind.CONFIRMATION)
    assert (gap.subject, gap.places) == (str(entry.seq), ("pes_head",))
    book.confirm(entry.seq)
    assert of(book, Kind.CONFIRMATION) == []


def test_what_the_commission_confirms_keeps_no_centre_from_handing_in() -> None:
    book = Book()
    entry = book.step("t.before", "08:00")
    steps = tuple(replace(s, confirmers=("pes_head", "commission_member")) for s in book.day.profile.steps)
    day = replace(book.day, profile=replace(book.day.profile, steps=steps))
    (gap,) = [g for g in missing(day, book.at("18:00")) if g.kind == Kind.CONFIRMATION]
    assert gap.places == ("pes_head",)
    assert [a.seq for a in for_commission(day)] == [entry.seq]
    assert for_commission(book.day) == ()


def test_an_open_outage_is_missing_until_it_is_restored() -> None:
    book = Book()
    opened = f.OutageOpened("recording", ("0001",), book.at("11:00"), "power")
    entry = book.add(opened)
    (gap,) = of(book, Kind.OUTAGE)
    assert (gap.subject, gap.places) == (str(entry.seq), ("0001",))
    book.add(f.OutageRestored(entry.seq, book.at("11:10")))
    assert of(book, Kind.OUTAGE) == []


def test_a_remark_is_missing_until_it_is_answered() -> None:
    book = Book()
    remark = book.add(f.RemarkWritten("why?", book.at("15:00")), "commission")
    assert [g.subject for g in of(book, Kind.REMARK)] == [str(remark.seq)]
    book.add(f.RemarkAnswered(remark.seq, "because", book.at("15:10")))
    assert of(book, Kind.REMARK) == []


def test_a_day_is_due_at_the_end_of_its_local_date() -> None:
    assert due_by(Book().day) == Book().at("00:00", 1)
    night = Book("22:00", "23:30")
    assert due_by(night.day) == night.at("00:00", 1)


def test_a_day_is_handed_in_once_and_accepted_once() -> None:
    book = Book()
    submitted = f.DaySubmitted(book.at("18:00"), "", (f.Missing("step", "t.before"),), "no power")
    with pytest.raises(Exception, match="Only the head"):
        judge(book.day, submitted, book.day.roster["tech"], book.at("18:00"))
    with pytest.raises(Exception, match="not handed the day in yet"):
        book.do(f.DayAccepted(book.at("18:05")), "commission")
    book.do(submitted, "head")
    with pytest.raises(Exception, match="handed in already"):
        book.do(submitted, "head", book.at("18:00") + timedelta(minutes=1))
    remark = book.add(f.RemarkWritten("why?", book.at("18:10")), "commission")
    with pytest.raises(Exception, match="Remarks without an answer: 1"):
        book.do(f.DayAccepted(book.at("18:20")), "commission")
    book.add(f.RemarkAnswered(remark.seq, "because", book.at("18:21")))
    with pytest.raises(Exception, match="documents changed"):
        book.do(f.DayAccepted(book.at("18:22")), "commission")
