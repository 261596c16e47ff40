"""Rules: for each function a case that it refuses, and that nothing passes that should not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app.domain import Invalid, rules
from app.domain import facts as f
from app.domain.codec import moment
from tests.domain.daybook import PROFILE, Book, close
from tests.domain.test_outages import REFUSED

ROOMS = {"begun": "09:00", "ended": "09:02"}
DEMAND = {"what": "check", "rooms": ["0001"], "from": "09:00", "to": "09:01"}
Case = tuple[Callable[[Book], Any], str, str]


def refused(book: Book, fact: Any, by: str = "tech", now: str = "") -> list[str]:
    """The ids of every message with which the fact is refused; fails when it is taken."""
    moments = book.at(now) if now else getattr(fact, "at", None) or getattr(fact, "end", None) or book.at("12:00")
    size = len(book.entries)
    with pytest.raises(Invalid) as info:
        book.do(fact, by, moments)
    assert len(book.entries) == size
    return [m.id for m in info.value.messages]


def done(step: str, clock: str = "09:00", *places: str, **more: Any) -> Callable[[Book], Any]:
    evidence = more.pop("evidence", {})
    return lambda book: f.StepDone(step, book.at(clock), places, evidence, **more)


def access(**more: Any) -> Callable[[Book], Any]:
    return lambda book: f.AccessNoted(
        **{"rooms": ("0001",), "start": book.at("11:20"), "end": book.at("11:21"), "action": "check", **more}
    )


def first_done(book: Book) -> f.StepDone:
    book.step("t.before", "08:00")
    return f.StepDone("t.before", book.at("08:10"))


def stranger_role(book: Book) -> Any:
    return f.StepDone(
        "t.organiser", book.at("09:55"), (), {"serial": "1"}, outside=f.Outside("Gran G.", "pes_head", "p 1")
    )


def stranger_paper(book: Book) -> Any:
    return f.StepDone(
        "t.organiser", book.at("09:55"), (), {"serial": "1"}, outside=f.Outside("Gran G.", "organiser", "")
    )


def of_others(book: Book) -> Any:
    entry = book.do(f.NoteWritten("x", book.at("08:00")), "head")
    return f.EntryVoided(entry.seq, "x")


def void_twice(book: Book) -> Any:
    entry = book.do(f.NoteWritten("x", book.at("08:00")))
    book.do(f.EntryVoided(entry.seq, "x"))
    return f.EntryVoided(entry.seq, "x")


def corrected(**changes: Any) -> Callable[[Book], Any]:
    def make(book: Book) -> Any:
        entry = book.step("t.rooms", "09:00", "0001", **ROOMS)
        return f.EntryCorrected(entry.seq, {k.replace("__", "."): v for k, v in changes.items()}, "mistyped")

    return make


def own_act(book: Book) -> Any:
    entry = book.step("t.not_before", "09:00", by="head")
    return book.confirmation(entry.seq, by="head")


def stale(book: Book) -> Any:
    entry = book.step("t.before", "08:00")
    seen = book.confirmation(entry.seq)
    book.do(f.EntryCorrected(entry.seq, {"note": "y"}, "x"))
    return seen


def closed(make: Callable[[Book], Any]) -> Callable[[Book], Any]:
    """In a day that was closed at noon."""

    def made(book: Book) -> Any:
        fact = make(book)
        close(book, "12:00")
        return fact

    return made


def voiding(by: str = "tech") -> Callable[[Book], Any]:
    return lambda b: f.EntryVoided(b.step("t.before", "08:00", by=by).seq, "x")


def added(**more: Any) -> Callable[[Book], Any]:
    return lambda b: f.AddendumWritten(**{"text": "x", "at": b.at("09:00"), "reason": "y", **more})


def voided_addendum(book: Book) -> Any:
    close(book, "12:00")
    return f.EntryVoided(book.do(added()(book), now=book.at("12:30")).seq, "x")


CASES: dict[str, list[Case]] = {
    "step_is_on": [(done("t.off"), "tech", "switched off")],
    "performer_fits": [
        (done("t.before"), "head", "does not perform"),
        (done("t.not_before"), "tech", "does not perform"),
        (lambda b: f.StepImpossible("t.before", b.at("09:00"), "x"), "cctv", "does not perform"),
        (stranger_role, "tech", "outside the system"),
        (stranger_paper, "tech", "the paper"),
    ],
    "reason_given": [
        (lambda b: f.StepImpossible("t.before", b.at("09:00"), ""), "tech", "Give the reason"),
        (lambda b: f.StepWaived("t.before", b.at("09:00"), "", "Dahl D."), "head", "Give the reason"),
        (lambda b: f.EntryVoided(b.step("t.before", "08:00").seq, ""), "tech", "Give the reason"),
        (lambda b: f.EntryCorrected(b.step("t.before", "08:00").seq, {"note": "x"}, ""), "tech", "Give the reason"),
    ],
    "waiver_is_decided": [(lambda b: f.StepWaived("t.before", b.at("09:00"), "x", ""), "head", "who decided")],
    "places_fit": [
        (done("t.before", "09:00", "0001"), "tech", "whole centre"),
        (done("t.rooms", evidence=ROOMS), "tech", "at least one place"),
        (done("t.rooms", "09:00", "7777", evidence=ROOMS), "tech", "not a place"),
        (done("t.cameras", "09:00", "C3"), "tech", "not a place"),
        (done("t.round", "10:31", "10:15"), "tech", "not a place"),
    ],
    "row_times_fit": [
        (done("t.rooms", "09:00", "0001", evidence={"begun": "08:50", "ended": "08:40"}), "tech", "before the start"),
        (done("t.rooms", "09:00", "0001", evidence={"begun": "08:50", "ended": "09:59"}), "tech", "in the future"),
        (done("t.rooms", "09:00", "0001", evidence={"begun": "08:00", "ended": "08:10"}), "tech", "after the event"),
    ],
    "occurrence_has_come": [(done("t.round", "10:05", "10:30"), "tech", "not come yet")],
    "not_done_before": [(first_done, "tech", "already has an entry")],
    "not_in_future": [
        (done("t.before", "09:03"), "tech", "in the future"),
        (lambda b: access(start=b.at("09:00"), end=b.at("09:03"))(b), "tech", "in the future"),
        (lambda b: f.MilestoneNoted("all_out", b.at("09:03")), "tech", "in the future"),
    ],
    "late_needs_reason": [
        (done("t.before", "08:49"), "tech", "after the event"),
        (lambda b: f.MilestoneNoted("all_out", b.at("08:49")), "tech", "after the event"),
    ],
    "not_too_old": [
        (lambda b: f.MilestoneNoted("all_out", b.at("08:59", -30), late_reason="x"), "tech", "is more than"),
    ],
    "early_needs_reason": [(done("t.not_before", "08:59"), "head", "is not done before")],
    "firm_date_has_come": [(done("t.kept", "09:00", note="we could not wait"), "tech", "this term is firm")],
    "not_of_a_closed_day": [
        (closed(done("t.before", "09:00")), "tech", "was closed at"),
        (closed(lambda b: f.StepImpossible("t.before", b.at("12:00"), "x")), "tech", "was closed at"),
        (closed(lambda b: f.StepWaived("t.before", b.at("09:00"), "x", "Dahl D.")), "head", "was closed at"),
        (closed(lambda b: f.MilestoneNoted("all_out", b.at("09:00"))), "tech", "was closed at"),
        (closed(lambda b: access(end=b.at("12:05"))(b)), "tech", "was closed at"),
        (closed(lambda b: f.NoteWritten("x", b.at("09:00"))), "tech", "was closed at"),
        (closed(done("t.rooms", "12:06", "0001", evidence={"begun": "11:58", "ended": "12:05"})), "tech", "was closed"),
    ],
    "target_not_sealed": [
        (closed(voiding()), "tech", "was closed at"),
        (closed(lambda b: corrected(note="y")(b)), "tech", "was closed at"),
        (voided_addendum, "tech", "stays as it is"),
    ],
    "day_is_closed": [(added(), "tech", "not closed yet")],
    "addendum_fits": [
        (closed(added(text="")), "tech", "Write the addendum"),
        (closed(added(target=-1)), "tech", "no such entry"),
        (closed(added(target=99)), "tech", "no such entry"),
    ],
    "evidence_complete": [
        (done("t.rooms", "09:00", "0001", evidence={"begun": "09:00"}), "tech", "needed"),
        (done("t.rooms", "09:00", "0001", evidence={**ROOMS, "more": "1"}), "tech", "no field"),
        (done("t.rooms", "09:00", "0001", evidence={**ROOMS, "minutes": "28"}), "tech", "recorded form"),
    ],
    "places_of_evidence_exist": [
        (done("t.organiser", evidence={"serial": "1", "room": "0008"}), "tech", "not in the plan"),
        (done("t.demand", evidence={**DEMAND, "rooms": ["0001", "0008"]}), "tech", "not in the plan"),
    ],
    "access_fits": [
        (access(rooms=()), "tech", "at least one room"),
        (access(rooms=("0008",)), "tech", "not in the plan"),
        (access(action="fly"), "tech", "vocabulary"),
        (access(action=""), "tech", "Choose the action"),
        (access(state_found="maybe"), "tech", "on or off"),
    ],
    "ends_after_start": [(lambda b: access(start=b.at("11:22"))(b), "tech", "before the start")],
    "milestone_fits": [
        (lambda b: f.MilestoneNoted("nothing", b.at("09:00")), "tech", "no such milestone"),
        (lambda b: f.MilestoneNoted("all_out", b.at("09:00"), "0001"), "tech", "not a place"),
        (lambda b: f.MilestoneNoted("room_out", b.at("09:00"), "0008"), "tech", "not a place"),
    ],
    "note_has_text": [(lambda b: f.NoteWritten("", b.at("09:00")), "tech", "Write the note")],
    "target_stands": [
        (lambda b: f.EntryVoided(0, "x"), "tech", "no such entry"),
        (lambda b: f.EntryVoided(99, "x"), "tech", "no such entry"),
        (void_twice, "tech", "void already"),
        (of_others, "tech", "Only the person"),
    ],
    "correction_fits": [
        (corrected(), "tech", "Nothing was changed"),
        (corrected(step="t.before"), "tech", "cannot be corrected"),
        (corrected(outside=None), "tech", "cannot be corrected"),
        (corrected(evidence__begun=None), "tech", "needed"),
        (corrected(evidence__begun="25:00"), "tech", "not a time"),
        (corrected(evidence__more="x"), "tech", "no field"),
        (corrected(places=["7777"]), "tech", "not a place"),
        (corrected(places=[]), "tech", "at least one place"),
    ],
    "targets_fit": [
        (own_act, "head", "own entry"),
        (stale, "head", "changed while you were reading"),
        (lambda b: b.confirmation(b.step("t.short", "08:00").seq), "head", "does not confirm"),
    ],
}
FLAT = [(name, *case) for name, cases in CASES.items() for case in cases]


@pytest.mark.parametrize(("name", "make", "by", "part"), FLAT, ids=[f"{c[0]}-{c[3]}" for c in FLAT])
def test_every_rule_refuses(name: str, make: Callable[[Book], Any], by: str, part: str) -> None:
    book = Book()
    now = {"late_needs_reason": "09:00", "not_in_future": "09:00", "not_too_old": "09:00"}.get(name, "")
    fact = make(book)
    messages = refused(book, fact, by, now)
    assert [m for m in messages if part in m], messages


def test_no_rule_is_without_a_case() -> None:
    known = {rule.__name__ for found in rules.RULES.values() for rule in found}
    of_shifts = {"handover_fits", "items_fit", "taking_fits", "handover_stands"}  # test_rules_shifts.py
    of_outages = {"outage_is_open", "after_the_end_needs_reason", "voiding_of_outage", *REFUSED}  # test_outages.py
    of_recording = {"recording_runs_before", "started_in_time", "stop_is_ordered"}  # test_rules_recording.py
    of_footage = {  # test_footage.py
        "copy_is_of_the_plan", "medium_is_named", "copy_has_files", "copy_times_fit", "check_is_of_a_copy",
        "check_says_what_differs", "footage_stands",
    }  # fmt: skip
    of_files = {"clock_fits", "firm_date_has_come"}  # test_clocks.py, test_release.py
    of_review = {  # test_rules_review.py
        "answer_names_a_later_entry", "not_accepted", "remark_is_open", "remark_points_somewhere", "return_fits",
        "review_stands", "sample_fits", "says_something", "spans_fit",
    }  # fmt: skip
    of_ending = {  # test_missing.py, test_submitting.py, test_accepting.py
        "accepted_with_papers", "awaits_acceptance", "gaps_need_reason", "not_handed_in", "remarks_answered",
    }  # fmt: skip
    assert known == set(CASES) | of_shifts | of_outages | of_recording | of_footage | of_files | of_review | of_ending


def test_a_text_longer_than_a_page_can_hold_is_refused_wherever_it_stands() -> None:
    book = Book()
    long = "Ж" * 2001
    for fact in (
        f.NoteWritten(long, book.at("09:00")),
        f.StepImpossible("t.before", book.at("09:00"), long),
        f.StepDone("t.before", book.at("09:00"), (), {}, note=long),
    ):
        assert any("too long" in m for m in refused(book, fact))
    book.do(f.NoteWritten(long[:-1], book.at("09:00")))


def test_nobody_confirms_an_entry_that_they_corrected() -> None:
    book = Book()
    entry = book.step("t.before", "08:00")
    book.add(f.EntryCorrected(entry.seq, {"note": "mended"}, "mistyped"), by="head")
    assert any("own entry" in m for m in refused(book, book.confirmation(entry.seq), "head"))


def test_all_reasons_are_told_at_once() -> None:
    book = Book()
    bad = f.StepDone("t.rooms", book.at("09:30"), ("7777", "0009"), {"minutes": "many"})
    messages = refused(book, bad, "head", "09:00")
    assert len(messages) == 7, messages  # two places, the future, the role, three fields
    fields = set()
    with pytest.raises(Invalid) as info:
        book.do(bad, "head", book.at("09:00"))
    for message in info.value.messages:
        fields.add(message.field)
        assert str(message)
    assert {"places", "at", "evidence.begun", "evidence.ended", "evidence.minutes"} <= fields


def test_two_minutes_of_a_clock_ahead_are_forgiven() -> None:
    book = Book()
    book.do(f.StepDone("t.before", book.at("09:02")), now=book.at("09:00"))
    refused(book, f.StepDone("t.short", book.at("09:02:01")), now="09:00")


def test_ten_minutes_late_need_no_reason_and_later_a_reason_is_enough() -> None:
    book = Book()
    book.do(f.StepDone("t.before", book.at("08:50")), now=book.at("09:00"))
    refused(book, f.StepDone("t.short", book.at("08:49:59")), now="09:00")
    entry = book.do(f.StepDone("t.short", book.at("07:00"), late_reason="no network"), now=book.at("09:00"))
    assert book.day.acts[entry.seq].late_entry == timedelta(hours=2)


def test_a_step_cannot_be_done_twice_at_one_place_by_anybody_in_any_way() -> None:
    book = Book()
    book.step("t.rooms", "09:00", "0001", **ROOMS)
    for fact, by in (
        (f.StepDone("t.rooms", book.at("09:05"), ("0001",), ROOMS), "cctv"),
        (f.StepDone("t.rooms", book.at("09:05"), ("0002", "0001"), ROOMS), "tech"),
        (f.StepImpossible("t.rooms", book.at("09:05"), "x", ("0001",)), "tech2"),
        (f.StepWaived("t.rooms", book.at("09:05"), "x", "Dahl D.", ("0001",)), "head"),
    ):
        assert any("already has an entry" in m for m in refused(book, fact, by))
    book.step("t.rooms", "09:05", "0002", by="cctv", **ROOMS)


def test_a_step_on_demand_is_done_as_often_as_needed() -> None:
    book = Book()
    for _ in range(3):
        book.step("t.demand", "09:05", **DEMAND)
    assert len(book.day.step_acts("t.demand")) == 3


def test_a_milestone_is_noted_once_for_each_room() -> None:
    book = Book()
    book.do(f.MilestoneNoted("room_out", book.at("13:40"), "0001"))
    book.do(f.MilestoneNoted("room_out", book.at("13:41"), "0002"))
    assert any("already noted" in m for m in refused(book, f.MilestoneNoted("room_out", book.at("13:42"), "0001")))


def test_somebody_without_an_account_acts_on_paper() -> None:
    book = Book()
    by = f.Outside("Gran G.", "organiser", "sheet 1")
    entry = book.do(f.StepDone("t.organiser", book.at("09:55"), (), {"serial": "1"}, outside=by))
    assert moment("2026-06-01T06:55:00.000Z") == book.day.acts[entry.seq].at
    assert book.day.acts[entry.seq].fact.outside == by
    assert PROFILE.role("organiser").account is False
