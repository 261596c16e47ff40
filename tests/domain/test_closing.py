"""A signed day is closed; what is told of it afterwards are addenda."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain import Invalid
from app.domain import facts as f
from app.domain.closing import addenda, closed_at, closing_forms, sealed
from tests.domain.daybook import PROFILE, Book, close


def test_a_day_closes_with_the_last_signature_of_its_closing_form() -> None:
    book = Book()
    book.step("t.before", "08:00")
    assert closed_at(book.day) is None
    signed = f.DocumentSigned("minutes", 1, "performed_1", "performed", 2, "b", "f", "c", book.at("18:00"))
    book.add(signed, "tech")
    assert closed_at(book.day) is None, "one signature of three"
    close(book, "18:30", "another-form")
    assert closed_at(book.day) is None, "another form"
    close(book, "19:00")
    assert closed_at(book.day) == book.at("19:00")


def test_a_later_revision_neither_opens_the_day_nor_moves_its_end() -> None:
    book = Book()
    close(book, "19:00")
    book.add(f.NoteWritten("after", book.at("19:30")))
    signed = f.DocumentSigned("minutes", 2, "performed_1", "performed", 5, "b", "f", "c", book.at("20:00"))
    book.add(signed, "tech")
    assert closed_at(book.day) == book.at("19:00")
    close(book, "21:00", revision=2)
    assert closed_at(book.day) == book.at("19:00")


def test_a_profile_without_a_word_closes_by_its_protocol_or_by_every_form_that_it_feeds() -> None:
    silent = replace(PROFILE, closes="", steps=tuple(replace(s, feeds=()) for s in PROFILE.steps))
    fed = replace(silent, steps=(replace(silent.steps[0], feeds=("one", "two")), *silent.steps[1:]))
    assert closing_forms(PROFILE) == (("minutes",),)
    assert closing_forms(silent) == (("day-protocol",),)
    for forms, ends in ((["one"], None), (["one", "two"], "18:01"), (["day-protocol"], "18:00")):
        book = Book()
        for n, form in enumerate(forms):
            close(book, f"18:0{n}", form)
        assert closed_at(replace(book.day, profile=fed)) == (book.at(ends) if ends else None)


def test_what_happens_after_the_closing_is_recorded_corrected_and_voided() -> None:
    book = Book()
    book.step("t.before", "08:00")
    close(book, "19:00")
    late = book.do(f.AccessNoted(("0001",), book.at("19:01"), book.at("19:05"), "check"), now=book.at("19:06"))
    assert not sealed(book.day, book.day.acts[late.seq])
    book.do(f.EntryCorrected(late.seq, {"action": "copy"}, "wrong"), now=book.at("19:10"))
    with pytest.raises(Invalid, match="closed at 19:00"):
        book.do(f.EntryCorrected(late.seq, {"start": "2026-06-01T15:00:00.000Z"}, "x"), now=book.at("19:10"))
    book.do(f.EntryVoided(late.seq, "x"), now=book.at("19:11"))


def test_who_confirms_may_still_do_so() -> None:
    book = Book()
    entry = book.step("t.before", "08:00")
    close(book, "19:00")
    book.confirm(entry.seq, clock="19:30")


def test_addenda_are_numbered_in_the_order_of_the_journal_and_found_by_their_entry() -> None:
    book = Book()
    entry = book.step("t.before", "08:00")
    close(book, "09:00", days=1)
    for text, by, target in (("a", "tech", entry.seq), ("b", "head", None), ("c", "commission", entry.seq)):
        fact = f.AddendumWritten(text, book.at("08:00"), "why", target)
        book.do(fact, by, book.at("10:00", 1))
    assert [(n, a.fact.text) for n, a in addenda(book.day)] == [(1, "a"), (2, "b"), (3, "c")]
    assert [(n, a.fact.text) for n, a in addenda(book.day, entry.seq)] == [(1, "a"), (3, "c")]
    act = addenda(book.day)[0][1]
    assert sealed(book.day, act) and act.late_entry is None and act.apart == timedelta(hours=26)


def test_the_date_is_said_when_the_day_was_closed_on_another() -> None:
    book = Book()
    entry = book.step("t.before", "08:00")
    close(book, "09:00", days=1)
    with pytest.raises(Invalid, match="closed at 2026-06-02 09:00"):
        book.do(f.EntryVoided(entry.seq, "x"), now=book.at("10:00", 1))
