"""Folding a journal into a day: what stands there is what the facts say, in whatever portions they come."""

from dataclasses import replace

import pytest

from app.domain import facts as f
from app.domain.codec import canonical, plain
from app.domain.day import Day
from app.domain.fold import fold
from app.domain.journal import Broken, Times, write
from app.domain.plan import Camera, Member, Room
from tests.domain.daybook import PEOPLE, Book, profile

ROOMS = {"begun": "09:00", "ended": "09:02"}


def busy() -> Book:
    """A day with an entry of every kind that changes it."""
    book = Book()
    book.step("t.before", "08:40")
    entry = book.step("t.rooms", "09:00", "0001", **ROOMS)
    book.do(f.EntryCorrected(entry.seq, {"note": "Ё", "evidence.ended": "09:01"}, "x"), now=book.at("09:01"))
    book.do(f.AccessNoted(("0001",), book.at("09:00"), book.at("09:02"), "check"), now=book.at("09:02"))
    book.do(f.MilestoneNoted("room_out", book.at("13:40"), "0001"))
    book.do(f.StepWaived("t.short", book.at("13:40"), "x", "Dahl D."), "head")
    book.add(f.PlanChanged("one more", rooms=(*book.day.rooms, Room("0003", "exam"))), "head")
    book.add(f.RosterJoined(Member("new", "Gran Gun", "Gran G.", "technician", "2/2026"), "ill"), "head")
    book.add(f.RosterLeft("tech2", "ill"), "head")
    book.confirm(entry.seq)
    void = book.do(f.NoteWritten("x", book.at("18:01")))
    book.do(f.EntryVoided(void.seq, "x"))
    book.add(f.DocumentSigned("form", 1, "performed_1", "performed", 13, "b", "f", "c", book.at("19:00")))
    return book


def parts(day: Day) -> dict[str, object]:
    return {name: getattr(day, name) for name in day.__dataclass_fields__}


def test_facts_taken_one_by_one_give_the_same_day_as_all_at_once() -> None:
    book = busy()
    whole = fold(None, book.entries, profile)
    assert whole is not None
    day: Day | None = None
    for entry in book.entries:
        day = fold(day, [entry], profile)
    assert day is not None
    assert parts(day) == parts(whole)
    assert day.size == len(book.entries)


def test_a_day_is_never_changed_by_what_follows() -> None:
    book = busy()
    for size in range(1, len(book.entries)):
        day = fold(None, book.entries[:size], profile)
        assert day is not None
        before = {name: repr(value) for name, value in parts(day).items()}
        fold(day, book.entries[size:], profile)
        assert {name: repr(value) for name, value in parts(day).items()} == before


def test_the_day_says_what_its_facts_say() -> None:
    book = busy()
    day = book.day
    assert [r.code for r in day.rooms] == ["0001", "0002", "7777", "9001", "0003"]
    assert [r.code for r in day.opened.rooms] == ["0001", "0002", "7777", "9001"], "the opening stays as it was"
    assert "new" in day.roster and "tech2" not in day.roster
    assert day.everyone["tech2"] == PEOPLE["tech2"]
    assert [line.tag for line in day.lines] == [e.tag for e in book.entries]
    assert (day.received, day.origin, day.centre_code) == (book.at("19:00"), "log.test/1", "01-0001")
    act = day.acts[2]
    assert (act.number, act.fact.note, act.original.note, act.fact.evidence["ended"]) == (3, "Ё", "", "09:01")
    assert [s.fact.slot for s in day.documents["form"]] == ["performed_1"]
    assert day.milestone("room_out", "0001") is not None
    assert day.milestone("room_out", "0002") is None


def test_a_plan_change_leaves_the_lists_that_it_does_not_name() -> None:
    book = Book()
    book.add(f.PlanChanged("x", cameras=(Camera("C9", "9001"),)), "head")
    assert [c.id for c in book.day.cameras] == ["C9"]
    assert book.day.rooms == book.day.opened.rooms
    assert book.day.stations == book.day.opened.stations


def test_who_acted_stays_named_after_leaving_and_a_stranger_by_the_name_in_the_fact() -> None:
    book = Book()
    done = book.step("t.before", "08:40", by="tech2")
    book.add(f.RosterLeft("tech2", "ill"), "head")
    assert book.day.acts[done.seq].by.short == "Berg B."
    book.add(f.PlanChanged("x", by="Hanna Admin"), "p-1")
    book.add(f.StepElsewhere("t.short", "d", 1, "aa", book.at("09:00"), "Aalto A."), "system")
    names = [line.by.name for line in book.day.lines][-2:]
    assert names == ["Hanna Admin", "Aalto A."]


def test_a_day_begins_with_its_opening() -> None:
    book = Book()
    with pytest.raises(Broken):
        fold(None, [book.add(f.NoteWritten("x", book.at("08:00")))], profile)
    assert fold(None, [], profile) is None


def test_an_erased_body_leaves_a_line_without_content() -> None:
    book = Book()
    entry = book.add(f.NoteWritten("secret", book.at("08:00")))
    book.add(f.BodyErased(entry.seq, "2031-01-01", "act 7"), "head")
    erased = [replace(e, body=None, fact=None) if e.seq == entry.seq else e for e in book.entries]
    day = fold(None, erased, profile)
    assert day is not None
    assert entry.seq not in day.acts
    assert [line.fact for line in day.lines][entry.seq] is None
    assert b"secret" not in canonical([plain(line.fact) for line in day.lines])


def test_parameters_come_from_the_region_then_from_the_profile() -> None:
    day = Book(parameters={"lead": -90, "first_clock": None}).day
    assert [day.parameter(n) for n in ("lead", "upload_days", "nothing")] == [-90, 3, None]


def test_the_local_date_is_that_of_the_centre() -> None:
    book = Book(start="01:00", end="02:00")
    assert str(book.day.date) == "2026-06-01"
    assert str(book.day.start.date()) == "2026-05-31"
    assert f"{book.day.local(book.day.start):%Y-%m-%d %H:%M %z}" == "2026-06-01 01:00 +0300"


def test_the_four_times_of_an_entry_are_kept() -> None:
    book = Book()
    times = Times(book.at("09:00"), book.at("09:01"), 1234, -60000)
    entry = write("log.test/1", 1, "x", "tech", f.NoteWritten("x", book.at("08:59")), times, bytes(16), "phone-1", 7)
    assert (entry.times, entry.device, entry.device_seq) == (times, "phone-1", 7)
