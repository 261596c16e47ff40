"""Rules of a review: what a remark is about, who answers what, and that nothing but addenda follows acceptance."""

from dataclasses import replace
from typing import Any

import pytest

from app.domain import Invalid
from app.domain import facts as f
from app.domain.facts import FACTS
from app.domain.review import REVIEWING
from app.domain.rules import RULES
from app.services.record import NEEDS
from tests.domain.daybook import Book, close


@pytest.fixture
def book() -> Book:
    made = Book()
    made.do(f.NoteWritten("note", made.at("12:00")))
    return made


def refused(book: Book, fact: Any, match: str, by: str = "commission", field: str | None = None) -> None:
    size = book.day.size
    with pytest.raises(Invalid, match=match) as caught:
        book.do(fact, by, book.at("18:00"))
    assert book.day.size == size
    if field is not None:
        assert field in [m.field for m in caught.value.messages]


def said(book: Book, **more: Any) -> f.RemarkWritten:
    return replace(f.RemarkWritten("why?", book.at("15:00")), **more)


def sample(book: Book, **more: Any) -> f.SampleTaken:
    whole = f.SampleTaken(
        "C1", "9001", book.at("11:00"), book.at("11:05"), "recording", "nothing", book.at("15:00")
    )  # fmt: skip
    return replace(whole, **more)


@pytest.mark.parametrize(
    "about",
    [
        {}, {"target": 0}, {"target": 1}, {"step": "t.short"}, {"step": "t.rooms", "places": ("0001",)},
        {"form": "access-journal"},
    ],
)  # fmt: skip
def test_a_remark_is_about_the_day_an_entry_a_step_with_its_places_or_a_document(
    book: Book, about: dict[str, Any]
) -> None:
    assert book.do(said(book, **about), "member").seq == 2


@pytest.mark.parametrize(
    ("about", "match", "field"),
    [
        ({"text": ""}, "Write what it is about", "text"),
        ({"target": 2}, "no such entry", "target"),
        ({"target": -1}, "no such entry", "target"),
        ({"step": "t.nothing"}, "no step", "step"),
        ({"step": "t.rooms", "places": ("0009",)}, "not a place of this step", "places"),
        ({"places": ("0001",)}, "not a place of this step", "places"),
        ({"target": 1, "step": "t.short"}, "about one thing", ""),
        ({"form": "x", "step": "t.short"}, "about one thing", ""),
    ],
)
def test_a_remark_that_points_at_nothing_or_says_nothing_is_refused(
    book: Book, about: dict[str, Any], match: str, field: str
) -> None:
    refused(book, said(book, **about), match, field=field)


def test_nobody_remarks_on_a_remark(book: Book) -> None:
    seq = book.do(said(book), "member").seq
    refused(book, said(book, target=seq), "answer, settle or withdraw")
    handed = book.add(f.DaySubmitted(book.at("15:30"), reason="no card"), "head").seq
    book.do(said(book, target=handed, at=book.at("15:31")), "member")


def test_only_a_remark_that_stands_and_is_not_settled_is_answered_and_settled_once(book: Book) -> None:
    gone, seq = book.do(said(book), "member").seq, book.do(said(book), "member").seq
    book.do(f.EntryVoided(gone, "wrong"), "member", book.at("15:01"))
    for target in (gone, 1, 99):
        refused(book, f.RemarkAnswered(target, "x", book.at("15:05")), "no such remark", "tech")
        refused(book, f.RemarkSettled(target, book.at("15:05")), "no such remark")
    book.do(f.RemarkAnswered(seq, "x", book.at("15:05")), "tech")
    book.do(f.RemarkAnswered(seq, "and y", book.at("15:06")), "head")
    book.do(f.RemarkSettled(seq, book.at("15:07")), "member")
    refused(book, f.RemarkSettled(seq, book.at("15:08")), "settled already")
    refused(book, f.RemarkAnswered(seq, "x", book.at("15:08")), "settled already", "tech")


@pytest.mark.parametrize(("entry", "ok"), [(None, True), (3, True), (2, False), (1, False), (4, False), (-1, False)])
def test_an_answer_names_an_entry_that_came_after_the_remark(book: Book, entry: int | None, ok: bool) -> None:
    seq = book.do(said(book, target=1), "member").seq
    book.do(f.NoteWritten("better", book.at("15:02")))
    answer = f.RemarkAnswered(seq, "x", book.at("15:05"), entry)
    if ok:
        book.do(answer, "tech")
    else:
        refused(book, answer, "Name the entry|no such entry", "tech", "entry")


def test_an_answer_says_something_and_names_no_word_of_the_review(book: Book) -> None:
    seq, other = book.do(said(book), "member").seq, book.do(said(book), "member").seq
    refused(book, f.RemarkAnswered(seq, "", book.at("15:05")), "Write what", "tech", "text")
    refused(book, f.RemarkAnswered(seq, "x", book.at("15:05"), other), "Name the entry", "tech", "entry")


@pytest.mark.parametrize(
    "spans", [(), ((0, 2),), ((-1, 0),), ((1, 0),), ((1, 1), (0, 0)), ((0, 1), (1, 1)), ((0, 0), (0, 0))]
)
def test_lines_seen_are_inside_the_journal_in_order_and_apart(book: Book, spans: tuple[tuple[int, int], ...]) -> None:
    fact = f.LinesReviewed(tuple(f.Span(*s) for s in spans), book.at("15:00"))
    refused(book, fact, "not in the journal|at least one", field="spans")


def test_lines_seen_are_noted(book: Book) -> None:
    book.do(f.LinesReviewed((f.Span(0, 0), f.Span(1, 1)), book.at("15:00")), "member")


@pytest.mark.parametrize(
    ("more", "match", "field"),
    [
        ({"camera": "C9"}, "camera of this day", "camera"),
        ({"room": "0001"}, "in room", "camera"),
        ({"start": "11:05"}, "not after the start", "end"),
        ({"end": "10:59"}, "not after the start", "end"),
        ({"end": "19:00"}, "in the future", "end"),
        ({"source": "memory"}, "what you watched", "source"),
        ({"finding": "fine"}, "Choose the finding", "finding"),
        ({"finding": "doubt"}, "in a word", "text"),
        ({"finding": "breach"}, "in a word", "text"),
    ],
)
def test_a_sample_that_cannot_be_is_refused_beside_its_field(
    book: Book, more: dict[str, Any], match: str, field: str
) -> None:
    moments = {k: book.at(v) for k, v in more.items() if k in ("start", "end")}
    refused(book, sample(book, **more | moments), match, field=field)


def test_a_sample_says_everything_that_is_wrong_at_once(book: Book) -> None:
    with pytest.raises(Invalid) as caught:
        book.do(sample(book, camera="x", source="x", finding="x", end=book.at("10:00")), "member", book.at("18:00"))
    assert {m.field for m in caught.value.messages} == {"camera", "source", "finding", "end"}


def test_a_sample_is_taken(book: Book) -> None:
    book.do(sample(book), "member")
    book.do(sample(book, finding="breach", text="a telephone", source="live"), "commission")


def test_only_what_is_handed_in_is_returned_with_a_reason_and_with_every_open_remark(book: Book) -> None:
    seq = book.do(said(book), "member").seq
    refused(book, f.DayReturned("x", book.at("15:05"), (seq,)), "handed in")
    book.add(f.DaySubmitted(book.at("15:10")), "head")
    refused(book, f.DayReturned("", book.at("15:15"), (seq,)), "reason", field="reason")
    for wrong in ((), (seq, 1), (1,)):
        refused(book, f.DayReturned("x", book.at("15:15"), wrong), "open remarks changed")
    book.do(f.DayReturned("x", book.at("15:15"), (seq,)), "commission")
    refused(book, f.DayReturned("x", book.at("15:20"), (seq,)), "handed in")


def test_a_remark_that_others_rely_on_is_neither_withdrawn_nor_reworded(book: Book) -> None:
    book.add(f.DaySubmitted(book.at("14:00")), "head")
    sent, answered, settled, free = (book.do(said(book), "member").seq for _ in range(4))
    book.do(f.RemarkAnswered(answered, "x", book.at("15:05")), "tech")
    book.do(f.RemarkSettled(settled, book.at("15:06")), "commission")
    book.do(f.DayReturned("x", book.at("15:07"), (sent, free)), "commission")
    late = book.do(said(book), "member").seq
    for seq in (sent, answered, settled, free):
        refused(book, f.EntryVoided(seq, "x"), "it stays", "member")
        refused(book, f.EntryCorrected(seq, {"text": "y"}, "x"), "it stays", "member")
    book.do(f.EntryCorrected(late, {"text": "y"}, "x"), "member", book.at("15:10"))
    book.do(f.EntryVoided(late, "x"), "member", book.at("15:11"))


def test_only_who_wrote_a_remark_withdraws_it(book: Book) -> None:
    seq = book.do(said(book), "member").seq
    for by in ("commission", "head", "tech"):
        refused(book, f.EntryVoided(seq, "x"), "Only the person who made", by)


def test_an_answer_stays_once_its_remark_is_settled(book: Book) -> None:
    seq = book.do(said(book), "member").seq
    answer = book.do(f.RemarkAnswered(seq, "x", book.at("15:05")), "tech").seq
    book.do(f.RemarkSettled(seq, book.at("15:06")), "member")
    refused(book, f.EntryVoided(answer, "x"), "answers stay", "tech")


def test_only_the_words_of_a_remark_are_corrected(book: Book) -> None:
    seq = book.do(said(book, target=0), "member").seq
    for changes in ({"form": "x"}, {"places": ["0001"]}, {"text": "y", "at": "2026-06-01T12:00:00Z"}):
        refused(book, f.EntryCorrected(seq, changes, "x"), "Only the words", "member")
    refused(book, f.EntryCorrected(seq, {"text": ""}, "x"), "Write what it is about", "member")
    taken = book.do(sample(book, finding="doubt", text="a shadow"), "member").seq
    refused(book, f.EntryCorrected(taken, {"finding": "nothing"}, "x"), "Only the words", "member")
    refused(book, f.EntryCorrected(taken, {"text": ""}, "x"), "in a word", "member")
    book.do(f.EntryCorrected(taken, {"text": "a bag"}, "x"), "member", book.at("15:10"))


def test_after_acceptance_nothing_of_a_review_follows_but_addenda_do(book: Book) -> None:
    seq = book.do(said(book), "member").seq
    answer = book.do(f.RemarkAnswered(seq, "x", book.at("15:01")), "tech").seq
    taken = book.do(sample(book), "member").seq
    book.add(f.DaySubmitted(book.at("15:02")), "head")
    close(book, "16:00")
    later = book.do(said(book, at=book.at("16:05")), "member").seq  # after the closing: nothing else seals it
    book.add(f.DayAccepted(book.at("16:10")), "commission")
    at = book.at("17:00")
    facts = (
        said(book, at=at), f.RemarkAnswered(seq, "y", at), f.RemarkSettled(seq, at),
        f.LinesReviewed((f.Span(0, 0),), at), sample(book, at=at), f.DayReturned("x", at, (later,)),
    )  # fmt: skip
    for fact in facts:
        refused(book, fact, "accepted this day")
    for target, by in ((later, "member"), (answer, "tech"), (taken, "member")):
        refused(book, f.EntryVoided(target, "x"), "accepted this day", by)
        refused(book, f.EntryCorrected(target, {"text": "y"}, "x"), "accepted this day", by)
    book.do(f.AddendumWritten("forgotten", at, "overlooked", later), "member", book.at("17:05"))


def test_every_fact_of_a_review_that_a_person_writes_is_judged_and_ends_with_acceptance() -> None:
    written = {type_ for tag, type_ in FACTS.items() if tag in REVIEWING} & set(NEEDS)
    for type_ in written - {f.DaySubmitted, f.DayAccepted}:
        assert any(rule.__name__ == "not_accepted" for rule in RULES[type_]), type_
    assert len(written) >= 6
