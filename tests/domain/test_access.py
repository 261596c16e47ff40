"""Rows of the access journal: made by the acts themselves, never moved, old and new both shown."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from app.domain import facts as f
from app.domain.access import AccessRow, rows
from tests.domain.daybook import Book

TIMES = {"begun": "08:50", "ended": "08:58"}


def local(book: Book, *moments: datetime) -> list[str]:
    return [f"{book.day.local(m):%H:%M}" for m in moments]


def noted(book: Book, start: str = "11:20", end: str = "11:26", **more: Any) -> f.AccessNoted:
    return f.AccessNoted(
        **{
            "rooms": ("0002",),
            "start": book.at(start),
            "end": book.at(end),
            "action": "check",
            "reason": "card",
            **more,
        }
    )


def only(book: Book) -> AccessRow:
    (row,) = rows(book.day)
    return row


def test_a_step_writes_its_row_itself() -> None:
    book = Book()
    entry = book.step("t.rooms", "09:00", "0001", "0002", **TIMES)
    row = only(book)
    assert (row.number, row.seq, row.rooms, row.action, row.step) == (
        1,
        entry.seq,
        ("0001", "0002"),
        "check",
        "t.rooms",
    )
    assert local(book, row.start, row.end) == ["08:50", "08:58"]
    assert (str(row.date), row.by.short, row.title["en"]) == ("2026-06-01", "Aalto A.", "Check")
    assert (row.void, row.was, row.confirmation, row.late_entry) == (None, None, None, None)


def test_a_start_before_midnight_written_down_after_it_stays_on_its_day() -> None:
    book = Book()
    book.add(f.StepDone("t.rooms", book.at("00:10"), ("0001",), {"begun": "23:50", "ended": "00:08"}))
    row = only(book)
    assert local(book, row.start, row.end) == ["23:50", "00:08"]
    assert row.end - row.start == timedelta(minutes=18)
    assert str(row.date) == "2026-05-31"


def test_a_step_without_an_access_writes_none() -> None:
    book = Book()
    book.step("t.before", "08:30")
    book.do(f.NoteWritten("x", book.at("08:31")))
    book.do(f.StepImpossible("t.rooms", book.at("09:00"), "no camera", ("0001",)))
    assert rows(book.day) == ()


def test_a_step_on_demand_takes_action_rooms_reason_and_state_from_its_evidence() -> None:
    book = Book()
    what = {
        "what": "copy",
        "rooms": ["0002", "9001"],
        "from": "11:00",
        "to": "11:05",
        "why": "card full",
        "found": "on",
    }
    book.step("t.demand", "11:06", **what)
    row = only(book)
    assert (row.rooms, row.action, row.reason, row.state_found) == (("0002", "9001"), "copy", "card full", "on")
    assert local(book, row.start, row.end) == ["11:00", "11:05"]


def test_cameras_give_the_rooms_they_hang_in_each_once() -> None:
    book = Book()
    book.add(f.MilestoneNoted("all_out", book.at("13:40")))
    book.step("t.cameras", "13:50", "C1", "C2")
    row = only(book)
    assert row.rooms == ("9001",)
    assert local(book, row.start, row.end) == ["13:50", "13:50"], "no time fields: the moment of the act"


def test_an_end_before_the_start_is_drawn_as_no_span() -> None:
    book = Book()
    book.add(f.StepDone("t.rooms", book.at("09:00"), ("0001",), {"begun": "08:50", "ended": "08:40"}))
    assert local(book, only(book).start, only(book).end) == ["08:50", "08:50"]


def test_an_access_noted_by_hand_is_a_row_of_its_own() -> None:
    book = Book()
    book.do(noted(book, seal_before="7", seal_after="8", state_found="off"), now=book.at("11:27"))
    row = only(book)
    assert (row.rooms, row.action, row.reason, row.state_found) == (("0002",), "check", "card", "off")
    assert (row.seal_before, row.seal_after, row.step) == ("7", "8", "")
    book.do(noted(book, action="", text="swapped the lamp"), now=book.at("11:27"))
    assert (rows(book.day)[1].text, rows(book.day)[1].title) == ("swapped the lamp", {})


def test_a_correction_shows_the_old_row_and_the_new_one_under_the_same_number() -> None:
    book = Book()
    book.do(noted(book), now=book.at("11:27"))
    entry = book.step("t.rooms", "09:00", "0001", **TIMES)
    change = f.EntryCorrected(entry.seq, {"places": ["0002"], "evidence.ended": "08:55"}, "mistyped")
    book.do(change, now=book.at("11:40"))
    row = rows(book.day)[1]
    assert row.was is not None
    assert (row.number, row.rooms, row.was.number, row.was.rooms) == (2, ("0002",), 2, ("0001",))
    assert local(book, row.end, row.was.end) == ["08:55", "08:58"]
    (made,) = row.changes
    assert (made.by.person, made.reason, made.received) == ("tech", "mistyped", book.at("11:40"))
    assert made.fields == {"places": (["0001"], ["0002"]), "evidence.ended": ("08:58", "08:55")}


def test_two_corrections_keep_the_first_writing() -> None:
    book = Book()
    entry = book.do(noted(book), now=book.at("11:27"))
    book.do(f.EntryCorrected(entry.seq, {"reason": "second"}, "a"), now=book.at("11:40"))
    book.do(f.EntryCorrected(entry.seq, {"reason": "third"}, "b"), now=book.at("11:41"))
    row = only(book)
    assert row.was is not None
    assert (row.reason, row.was.reason, [c.fields["reason"] for c in row.changes]) == (
        "third", "card", [("card", "second"), ("second", "third")],
    )  # fmt: skip


def test_a_void_row_stays_and_numbers_never_move() -> None:
    book = Book()
    first = book.do(noted(book), now=book.at("11:27"))
    book.do(noted(book, "11:30", "11:31"), now=book.at("11:32"))
    before = [(r.number, r.seq) for r in rows(book.day)]
    book.do(f.EntryVoided(first.seq, "wrong room"), now=book.at("11:33"))
    book.do(noted(book, "07:00", "07:01", late_reason="forgot"), now=book.at("11:40"))
    found = rows(book.day)
    assert [(r.number, r.seq) for r in found][:2] == before
    assert [r.number for r in found] == [1, 2, 3], "an earlier event entered later comes last"
    assert [bool(r.void) for r in found] == [True, False, False]
    assert found[0].void is not None
    assert (found[0].void.reason, found[0].rooms) == ("wrong room", ("0002",))


def test_a_late_entry_is_marked_with_its_delay_and_reason() -> None:
    book = Book()
    book.do(noted(book), now=book.at("11:36"))
    book.do(noted(book, late_reason="no network"), now=book.at("11:36:01"))
    assert [(r.late_entry, r.late_reason) for r in rows(book.day)] == [
        (None, ""), (timedelta(minutes=10, seconds=1), "no network"),
    ]  # fmt: skip


def test_a_row_is_confirmed_by_the_head_and_a_correction_takes_the_confirmation_away() -> None:
    book = Book()
    entry = book.do(noted(book), now=book.at("11:27"))
    book.confirm(entry.seq, clock="11:30")
    assert only(book).confirmation is not None
    book.do(f.EntryCorrected(entry.seq, {"reason": "other"}, "x"), now=book.at("11:31"))
    assert only(book).confirmation is None
    book.confirm(entry.seq, clock="11:32")
    confirmation = only(book).confirmation
    assert confirmation is not None
    assert (confirmation.short, confirmation.at) == ("Dahl D.", book.at("11:32"))


@pytest.mark.parametrize("role", ["organiser"])
def test_a_confirmation_by_another_role_is_not_the_responsible_persons(role: str) -> None:
    book = Book()
    entry = book.step("t.rooms", "09:00", "0001", **TIMES)
    targets = book.day.acts[entry.seq].targets()
    book.do(f.ActsConfirmedOutside(targets, f.Outside("Gran G.", role, "sheet 1"), book.at("09:05")))
    assert only(book).confirmation is None
    assert [c.role for c in book.day.acts[entry.seq].valid_confirmations] == [role]
