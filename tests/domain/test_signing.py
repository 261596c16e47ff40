"""Slots of a form: who signs, in which order, and what a confirmation covers."""

import hashlib
import json
from datetime import UTC, datetime

import pytest

from app.domain import facts as f
from app.domain.plan import Member
from app.domain.signing import Document, NotYourTurn, claim, named, newest, next_slot, revisions, slots, statement
from tests.domain.daybook import PEOPLE, Book


def signed(book: Book, slot: str, by: str, revision: int = 1, form: str = "form") -> None:
    digest = hashlib.sha256(f"{revision} {slot}".encode()).hexdigest()
    meaning = slot.split("_")[0]
    book.add(f.DocumentSigned(form, revision, slot, meaning, 3, "base", digest, "cert", book.at("19:00")), by)


def document(book: Book) -> Document | None:
    return newest(book.day, "form")


def test_a_day_without_acts_waits_for_one_technician_then_head_then_commission() -> None:
    assert [(s.id, s.role, s.meaning, s.person) for s in slots(Book().day)] == [
        ("performed_1", "technician", "performed", ""),
        ("confirmed", "pes_head", "confirmed", ""),
        ("reviewed", "commission_head", "reviewed", ""),
    ]


def test_every_technician_who_acted_has_a_slot_in_the_order_of_first_acts() -> None:
    book = Book()
    book.add(f.NoteWritten("x", book.at("07:00")), "member")
    book.add(f.NoteWritten("x", book.at("07:10")), "cctv")
    book.add(f.NoteWritten("x", book.at("07:20")), "tech")
    book.add(f.NoteWritten("x", book.at("07:30")), "cctv")
    assert [(s.id, s.role, s.person) for s in slots(book.day)][:2] == [
        ("performed_1", "cctv_technician", "cctv"), ("performed_2", "technician", "tech"),
    ]  # fmt: skip
    assert len(slots(book.day)) == 4


def test_a_technician_whose_only_act_is_void_does_not_sign() -> None:
    book = Book()
    first = book.add(f.NoteWritten("x", book.at("07:00")), "tech2")
    book.add(f.NoteWritten("x", book.at("07:10")), "tech")
    book.add(f.EntryVoided(first.seq, "wrong day"), "tech2")
    assert [s.person for s in slots(book.day) if s.meaning == "performed"] == ["tech"]


def test_the_slots_are_signed_in_their_order_each_by_its_person() -> None:
    book = Book()
    book.add(f.NoteWritten("x", book.at("07:10")), "tech")
    book.add(f.NoteWritten("x", book.at("07:20")), "tech2")
    for who, slot in (
        ("tech", "performed_1"),
        ("tech2", "performed_2"),
        ("head", "confirmed"),
        ("commission", "reviewed"),
    ):
        places = slots(book.day)
        for other in PEOPLE.values():
            if other.person == who:
                assert claim(places, document(book), other).id == slot
            else:
                with pytest.raises(NotYourTurn):
                    claim(places, document(book), other)
        signed(book, slot, who)
    assert next_slot(slots(book.day), document(book)) is None
    with pytest.raises(NotYourTurn, match="everybody"):
        claim(slots(book.day), document(book), PEOPLE["head"])


def test_one_person_does_not_sign_two_slots() -> None:
    book = Book()
    signed(book, "performed_1", "head")  # the person was a technician then, and is the head now
    with pytest.raises(NotYourTurn, match="two slots"):
        claim(slots(book.day), document(book), PEOPLE["head"])


def test_the_newest_revision_counts_and_the_older_stay() -> None:
    book = Book()
    assert newest(book.day, "form") is None
    signed(book, "performed_1", "tech")
    signed(book, "confirmed", "head")
    signed(book, "performed_1", "tech", revision=2)
    signed(book, "performed_1", "tech", form="other")
    assert [(d.revision, sorted(d.signed)) for d in revisions(book.day, "form")] == [
        (1, ["confirmed", "performed_1"]), (2, ["performed_1"]),
    ]  # fmt: skip
    current = newest(book.day, "form")
    assert current is not None
    assert (current.revision, current.size, current.base) == (2, 3, "base")
    assert current.file == hashlib.sha256(b"2 performed_1").hexdigest()
    assert claim(slots(book.day), current, PEOPLE["head"]).id == "confirmed"


def test_a_confirmation_covers_log_role_moment_and_every_leaf() -> None:
    at = datetime(2026, 6, 1, 15, tzinfo=UTC)
    text = statement("log.test/1", (f.Target(3, "aa"), f.Target(4, "bb")), "pes_head", at)
    assert json.loads(text) == {
        "statement": "logbook confirmation v1", "meaning": "confirmed", "log": "log.test/1", "role": "pes_head",
        "at": "2026-06-01T15:00:00.000Z", "targets": [{"seq": 3, "leaf": "aa"}, {"seq": 4, "leaf": "bb"}],
    }  # fmt: skip
    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":")).encode()
    changed = {
        statement("log.test/2", (f.Target(3, "aa"), f.Target(4, "bb")), "pes_head", at),
        statement("log.test/1", (f.Target(3, "aa"),), "pes_head", at),
        statement("log.test/1", (f.Target(3, "aa"), f.Target(4, "bb")), "commission_head", at),
        statement("log.test/1", (f.Target(3, "aa"), f.Target(4, "bc")), "pes_head", at),
        statement("log.test/1", (f.Target(3, "aa"), f.Target(4, "bb")), "pes_head", at.replace(second=1)),
    }
    assert len(changed | {text}) == 6


@pytest.mark.parametrize("typed", ["Ek Elsa", "ek  elsa", "Ek E.", "Ek E", "EK E."])
def test_a_typed_name_means_the_person_of_the_roster_who_bears_it(typed: str) -> None:
    found = named(Book().day, typed)
    assert found is not None and found.person == "member"


@pytest.mark.parametrize("typed", ["", " ", "Ek", "Elsa", "Ek Eino", "E."])
def test_a_name_that_nobody_of_the_roster_bears_is_a_strangers(typed: str) -> None:
    assert named(Book().day, typed) is None


def test_a_name_that_two_people_bear_names_neither() -> None:
    twins = (*PEOPLE.values(), Member("twin", "Ek Elina", "Ek E.", "technician"))
    book = Book(roster=twins)
    assert named(book.day, "Ek E.") is None
    assert named(book.day, "Ek Elina") == twins[-1]
