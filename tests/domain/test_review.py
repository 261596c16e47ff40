"""Where a review stands: stages, what became of a remark, who looked at which line."""

import pytest

from app.domain import facts as f
from app.domain.closing import closed_at
from app.domain.day import Day
from app.domain.review import (
    REVIEWING,
    Answered,
    Stage,
    news,
    of_review,
    remarks,
    review,
    seen,
    spans_of,
    stage_of,
    why_it_stays,
)
from app.domain.signing import slots
from app.domain.summary import summarize
from tests.domain.daybook import Book, close


def remark(book: Book, target: int | None = None, clock: str = "15:00", by: str = "member") -> int:
    return book.do(f.RemarkWritten("why?", book.at(clock), target), by).seq


def state(day: Day, seq: int) -> Answered:
    return next(r.state for r in remarks(day) if r.seq == seq)


def test_a_day_is_open_handed_in_returned_handed_in_again_and_accepted() -> None:
    book = Book()
    assert review(book.day).stage == Stage.OPEN
    book.add(f.DaySubmitted(book.at("14:00")), "head")
    assert review(book.day).stage == Stage.SUBMITTED
    book.do(f.DayReturned("the card", book.at("15:00")), "commission")
    found = review(book.day)
    assert found.stage == Stage.RETURNED and found.last("day.returned").fact.reason == "the card"  # type: ignore[union-attr]
    book.add(f.DaySubmitted(book.at("16:00")), "head")
    book.add(f.DayAccepted(book.at("17:00")), "commission")
    found = review(book.day)
    assert found.stage == Stage.ACCEPTED
    tags = ["day.submitted", "day.returned", "day.submitted", "day.accepted"]
    assert [x.tag for x in found.turns] == tags


def test_a_remark_is_open_then_answered_then_settled() -> None:
    book = Book()
    seq = remark(book)
    assert state(book.day, seq) == Answered.OPEN and [r.seq for r in review(book.day).open] == [seq]
    book.do(f.RemarkAnswered(seq, "because", book.at("15:10")), "head")
    assert state(book.day, seq) == Answered.ANSWERED and not review(book.day).open
    book.do(f.RemarkSettled(seq, book.at("15:20")), "commission")
    assert state(book.day, seq) == Answered.SETTLED and not review(book.day).answered


@pytest.mark.parametrize("how", ["corrected", "voided"])
def test_what_was_corrected_or_voided_after_the_remark_counts_as_corrected(how: str) -> None:
    book = Book()
    note = book.do(f.NoteWritten("x", book.at("12:00"))).seq
    book.do(f.EntryCorrected(note, {"text": "y"}, "typed wrong"), "tech", book.at("12:05"))
    seq = remark(book, note)
    assert state(book.day, seq) == Answered.OPEN, "what was corrected before was seen by the reviewer"
    if how == "corrected":
        book.do(f.EntryCorrected(note, {"text": "z"}, "as remarked"), "tech", book.at("15:05"))
    else:
        book.do(f.EntryVoided(note, "as remarked"), "tech", book.at("15:05"))
    assert state(book.day, seq) == Answered.CORRECTED


def test_neither_a_return_nor_an_answer_nor_handing_in_again_loses_a_remark() -> None:
    book = Book()
    book.add(f.DaySubmitted(book.at("14:00")), "head")
    first, second = remark(book), remark(book, 0, "15:01")
    book.do(f.DayReturned("two", book.at("15:05"), (first, second)), "commission")
    book.do(f.RemarkAnswered(first, "done", book.at("15:10")), "tech")
    book.add(f.DaySubmitted(book.at("15:20")), "head")
    book.do(f.DayReturned("one", book.at("15:25"), (second,)), "commission")
    assert [(r.seq, r.state) for r in remarks(book.day)] == [(first, Answered.ANSWERED), (second, Answered.OPEN)]


def test_a_withdrawn_remark_waits_for_nobody_and_a_withdrawn_answer_answers_nothing() -> None:
    book = Book()
    first, second = remark(book), remark(book, None, "15:01")
    said = book.do(f.RemarkAnswered(second, "x", book.at("15:05")), "tech").seq
    book.do(f.EntryVoided(first, "wrong day"), "member", book.at("15:06"))
    book.do(f.EntryVoided(said, "not yet"), "tech", book.at("15:07"))
    assert [(r.seq, r.state) for r in remarks(book.day)] == [(second, Answered.OPEN)]


def test_lines_are_seen_once_by_each_and_none_before_it_was_written() -> None:
    book = Book()
    book.add(f.NoteWritten("1", book.at("12:00")))
    book.add(f.LinesReviewed((f.Span(0, 9),), book.at("15:00")), "member")  # past the rules: beyond the journal
    book.add(f.NoteWritten("2", book.at("15:01")))
    book.do(f.LinesReviewed((f.Span(1, 1), f.Span(3, 3)), book.at("15:02")), "commission")
    looks = {seq: [k.person for k in found] for seq, found in seen(book.day).items()}
    assert looks == {0: ["member"], 1: ["member", "commission"], 3: ["commission"]}


def test_spans_are_runs_in_order() -> None:
    assert spans_of([5, 3, 4, 9, 3]) == (f.Span(3, 5), f.Span(9, 9))
    assert spans_of([]) == ()


def test_news_are_what_others_did_in_the_review() -> None:
    book = Book()
    since = book.day.size
    mine, other = remark(book, by="commission"), remark(book, by="member")
    book.do(f.LinesReviewed((f.Span(0, 0),), book.at("15:02")), "member")
    book.do(f.NoteWritten("x", book.at("15:03")), "tech")
    gone = book.do(f.EntryVoided(other, "wrong"), "member", book.at("15:04")).seq
    assert [x.seq for x in news(book.day, since, "commission")] == [other, gone]
    assert [x.seq for x in news(book.day, since, "member")] == [mine]
    assert not news(book.day, book.day.size, "commission") and len(news(book.day, -5, "member")) == 1


def test_what_the_review_wrote_is_known_even_when_it_is_withdrawn() -> None:
    book = Book()
    seq = remark(book)
    book.do(f.EntryVoided(seq, "wrong"), "member", book.at("15:05"))
    note = book.do(f.NoteWritten("x", book.at("15:06"))).seq
    book.do(f.EntryVoided(note, "wrong"), "tech", book.at("15:07"))
    assert [of_review(book.day, x) for x in book.day.lines] == [False, True, True, False, False]


def test_who_only_answers_a_remark_signs_no_document_for_it_and_nothing_of_it_is_counted() -> None:
    book = Book()
    book.do(f.NoteWritten("x", book.at("12:00")), "tech")
    before, counts = slots(book.day), summarize(book.day, book.at("15:30"), 0, 3).counts
    seq = remark(book)
    said = book.do(f.RemarkAnswered(seq, "y", book.at("15:05")), "cctv").seq
    assert slots(book.day) == before
    book.do(f.EntryCorrected(said, {"text": "z"}, "word"), "cctv", book.at("15:06"))
    book.do(f.EntryVoided(said, "word"), "cctv", book.at("15:07"))
    assert slots(book.day) == before
    assert summarize(book.day, book.at("15:30"), 0, 3).counts == counts


def test_remarks_do_not_close_a_day_and_go_on_after_its_protocol_is_signed() -> None:
    book = Book()
    seq = remark(book)
    assert closed_at(book.day) is None
    close(book, "16:00")
    later = remark(book, 0, "16:05")
    book.do(f.RemarkAnswered(seq, "x", book.at("16:06")), "head")
    book.do(f.RemarkSettled(later, book.at("16:07")), "member")
    assert why_it_stays(book.day, book.day.acts[0 + seq]) is not None


def test_every_tag_of_the_review_is_folded() -> None:
    assert set(REVIEWING) == {
        "day.submitted", "remark.written", "remark.answered", "remark.settled", "lines.reviewed", "sample.taken",
        "day.returned", "day.accepted",
    }  # fmt: skip


def test_a_day_that_was_signed_without_handing_it_in_is_countersigned_in_lists() -> None:
    book = Book()
    assert stage_of(book.day) == Stage.OPEN
    close(book, "18:00")
    assert (review(book.day).stage, stage_of(book.day)) == (Stage.OPEN, Stage.ACCEPTED)
