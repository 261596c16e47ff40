"""Paper's habits: corrections, voids and confirmations, and who may make them."""

from typing import Any

import pytest

from app.domain import Invalid
from app.domain import facts as f
from app.domain.rules.confirming import missing_confirmers
from tests.domain.daybook import Book

ROOMS = {"begun": "09:00", "ended": "09:02"}


def refused(book: Book, fact: Any, by: str = "tech", now: str = "10:00") -> str:
    with pytest.raises(Invalid) as info:
        book.do(fact, by, book.at(now))
    return " ".join(m.id for m in info.value.messages)


def test_required_evidence_cannot_be_taken_away_by_a_correction() -> None:
    book = Book()
    entry = book.step("t.rooms", "09:00", "0001", **ROOMS)
    for changes in (
        {"evidence.begun": None},
        {"evidence.begun": ""},
        {"evidence": {}},
        {"evidence.begun": None, "note": "x"},
    ):
        assert refused(book, f.EntryCorrected(entry.seq, changes, "x"))
    assert book.day.acts[entry.seq].fact.evidence == ROOMS


def test_an_optional_field_can_be_emptied_and_filled() -> None:
    book = Book()
    entry = book.step("t.rooms", "09:00", "0001", **ROOMS, minutes=28)
    book.do(f.EntryCorrected(entry.seq, {"evidence.minutes": None}, "x"))
    assert book.day.acts[entry.seq].fact.evidence == ROOMS
    book.do(f.EntryCorrected(entry.seq, {"evidence.minutes": 30}, "x"))
    assert book.day.acts[entry.seq].fact.evidence == {**ROOMS, "minutes": 30}


def test_a_correction_moves_an_act_only_to_a_free_place() -> None:
    book = Book()
    entry = book.step("t.rooms", "09:00", "0001", **ROOMS)
    book.step("t.rooms", "09:00", "0002", **ROOMS)
    assert "already has an entry" in refused(book, f.EntryCorrected(entry.seq, {"places": ["0002"]}, "x"))
    book.do(f.EntryCorrected(entry.seq, {"places": ["0001"]}, "the same again"))


def test_an_impossible_or_waived_place_moves_only_to_a_free_one_too() -> None:
    book = Book()
    book.step("t.rooms", "09:00", "0001", **ROOMS)
    entry = book.do(f.StepImpossible("t.rooms", book.at("09:00"), "x", ("0002",)))
    assert "already has an entry" in refused(book, f.EntryCorrected(entry.seq, {"places": ["0001"]}, "x"))
    book.do(f.EntryVoided(entry.seq, "x"))
    waived = book.do(f.StepWaived("t.rooms", book.at("09:00"), "x", "Dahl D.", ("0002",)), "head")
    assert "already has an entry" in refused(book, f.EntryCorrected(waived.seq, {"places": ["0001"]}, "x"), "head")


def test_the_corrected_time_cannot_be_in_the_future() -> None:
    book = Book()
    entry = book.step("t.before", "09:00")
    later = {"at": "2026-06-01T09:00:00.000Z"}
    assert "future" in refused(book, f.EntryCorrected(entry.seq, later, "x"), now="09:30")


@pytest.mark.parametrize(
    "changes", [{"at": "yesterday"}, {"at": None}, {"places": 7}, {"nothing": 1}, {"evidence.x": 1.5}]
)
def test_a_correction_that_cannot_be_a_fact_is_refused_as_input(changes: dict[str, Any]) -> None:
    book = Book()
    entry = book.step("t.rooms", "09:00", "0001", **ROOMS)
    assert refused(book, f.EntryCorrected(entry.seq, changes, "x"))


@pytest.mark.parametrize(
    ("by", "may"), [("tech", True), ("tech2", True), ("cctv", True), ("head", False), ("member", False)]
)
def test_technicians_correct_each_others_entries_and_nobody_else_does(by: str, may: bool) -> None:
    book = Book()
    entry = book.step("t.before", "09:00")
    change = f.EntryCorrected(entry.seq, {"note": "x"}, "y")
    if may:
        book.do(change, by)
        assert book.day.acts[entry.seq].changes[0].by.person == by
        assert book.day.acts[entry.seq].by.person == "tech"
    else:
        assert "Only the person" in refused(book, change, by)


def test_a_void_entry_takes_no_correction_and_no_confirmation() -> None:
    book = Book()
    entry = book.step("t.before", "09:00")
    seen = book.confirmation(entry.seq)
    book.do(f.EntryVoided(entry.seq, "x"))
    assert refused(book, f.EntryCorrected(entry.seq, {"note": "x"}, "y"))
    assert "no such entry" in refused(book, seen, "head")
    assert missing_confirmers(book.day, book.day.acts[entry.seq]) == ()


def test_every_confirmer_of_the_step_confirms_each_for_its_own_role() -> None:
    book = Book()
    entry = book.step("t.rooms", "09:00", "0001", **ROOMS)
    act = book.day.acts[entry.seq]
    assert missing_confirmers(book.day, act) == ("pes_head", "organiser")
    book.confirm(entry.seq)
    assert missing_confirmers(book.day, book.day.acts[entry.seq]) == ("organiser",)
    by = f.Outside("Gran G.", "organiser", "sheet 1")
    book.do(f.ActsConfirmedOutside(act.targets(), by, book.at("18:00")))
    assert missing_confirmers(book.day, book.day.acts[entry.seq]) == ()
    confirmed = [(c.role, c.person, c.paper) for c in book.day.acts[entry.seq].valid_confirmations]
    assert confirmed == [("pes_head", "head", ""), ("organiser", "", "sheet 1")]


def test_nobody_confirms_twice_nor_for_another_role() -> None:
    book = Book()
    entry = book.step("t.rooms", "09:00", "0001", **ROOMS)
    book.confirm(entry.seq)
    assert "confirmed already" in refused(book, book.confirmation(entry.seq), "head", "18:10")
    other = f.ActsConfirmed(book.day.acts[entry.seq].targets(), "pes_head", book.at("18:00"), ("a",), "00", "AA==")
    assert "does not confirm" in refused(book, other, "member", "18:10")
    account = f.ActsConfirmedOutside(other.targets, f.Outside("D", "pes_head", "p"), book.at("18:00"))
    assert "has an account" in refused(book, account, "tech", "18:10")


def test_nobody_confirms_their_own_entry_even_after_changing_their_role() -> None:
    book = Book()
    entry = book.step("t.not_before", "09:00", by="head")
    for seqs in ((entry.seq,),):
        assert "own entry" in refused(book, book.confirmation(*seqs, by="head"), "head")
    moved = book.day.roster["head"]
    book.add(f.RosterJoined(type(moved)(moved.person, moved.name, moved.short, "technician"), "moved"), "head")
    assert "own entry" in refused(book, book.confirmation(entry.seq, by="head"), "head")


def test_a_confirmation_names_every_correction_with_its_right_hash() -> None:
    book = Book()
    entry = book.step("t.before", "09:00")
    change = book.do(f.EntryCorrected(entry.seq, {"note": "x"}, "y"), now=book.at("09:05"))
    good = book.confirmation(entry.seq)
    assert [t.seq for t in good.targets] == [entry.seq, change.seq]
    for targets in (
        good.targets[:1], good.targets[1:], (), (f.Target(entry.seq, "00"), good.targets[1]),
        (*good.targets, f.Target(99, "00")),
    ):  # fmt: skip
        bad = f.ActsConfirmed(targets, "pes_head", good.at, ("a",), "00", "AA==")
        assert "changed while you were reading" in refused(book, bad, "head", "18:10")
    book.do(good, "head")
    assert missing_confirmers(book.day, book.day.acts[entry.seq]) == ()


def test_a_step_that_was_impossible_or_waived_is_confirmed_by_accounts_only() -> None:
    book = Book()
    entry = book.do(f.StepImpossible("t.rooms", book.at("09:00"), "x", ("0001",)))
    assert missing_confirmers(book.day, book.day.acts[entry.seq]) == ("pes_head",)
    note = book.do(f.NoteWritten("x", book.at("09:00")))
    assert missing_confirmers(book.day, book.day.acts[note.seq]) == ()
