"""When rooms were recorded, what was planned, and what the machines showed beside it."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import facts as f
from app.domain.looks import Look
from app.domain.recording import (
    TOLERANCE,
    Mismatch,
    breaches,
    mismatches,
    planned,
    proofs,
    recording,
    spans,
)
from tests.domain.camerabook import CameraBook


def of(book: CameraBook, room: str) -> list[tuple[str, str]]:
    return [(book.local(s.start)[:5], book.local(s.end)[:5]) for s in spans(book.day, room)]


def told(book: CameraBook, **looks: Look) -> list[tuple[str, str, str, bool]]:
    found = mismatches(book.day, {name.replace("c", "") + "-1": look for name, look in looks.items()})
    return [(m.camera, m.kind, book.local(m.seen_at or m.until), m.weighs) for m in found]


# ---------------------------------------------------------------- spans


def test_a_room_is_recorded_from_its_start_to_its_stop() -> None:
    book = CameraBook()
    book.start("09:02", "0001", "0002")
    book.stop("14:00", "0001")
    assert of(book, "0001") == [("09:02", "14:00")] and of(book, "0002") == [("09:02", "")] and of(book, "9001") == []
    assert not recording(book.day, "0001", book.at("09:01")) and recording(book.day, "0001", book.at("09:02"))
    assert recording(book.day, "0001", book.at("13:59")) and not recording(book.day, "0001", book.at("14:00"))


def test_a_start_counts_from_its_end_and_a_stop_from_its_beginning() -> None:
    book = CameraBook()
    for action, first, last in (("record_start", "08:00", "08:05"), ("record_stop", "12:00", "12:07")):
        fact = f.AccessNoted(("9001",), book.at(first), book.at(last), action, reason="Dahl Dora")
        book.do(fact, now=book.at(last))
    assert of(book, "9001") == [("08:05", "12:00")]


def test_a_second_start_while_it_runs_breaks_nothing_and_a_stop_of_nothing_is_none() -> None:
    book = CameraBook()
    book.noted("07:50", "record_stop", "9001", reason="Dahl Dora")
    book.noted("08:00", "record_start", "9001")
    book.noted("09:00", "restart", "9001")
    book.noted("10:00", "power_loss", "9001", reason="storm")
    book.noted("10:04", "restart", "9001")
    assert of(book, "9001") == [("08:00", "10:00"), ("10:04", "")]


def test_what_is_void_does_not_count_and_what_is_corrected_counts_as_corrected() -> None:
    book = CameraBook()
    start = book.start("09:02", "0001")
    wrong = book.noted("10:00", "record_stop", "0001", reason="Dahl Dora")
    book.do(f.EntryVoided(wrong.seq, "wrong room"), now=book.at("10:01"))
    book.do(f.EntryCorrected(start.seq, {"evidence.finished_at": "09:04"}, "typing"), now=book.at("10:02"))
    assert of(book, "0001") == [("09:04", "")]


def test_the_action_that_a_step_asks_for_switches_as_well() -> None:
    book = CameraBook()
    book.noted("08:00", "record_start", "7777")
    evidence = {
        "rooms": ["7777"], "action": "device_off", "reason": "storm", "time_from": "11:00", "time_to": "11:03",
        "state_found": "on", "seal_before": "1", "seal_after": "2",
    }  # fmt: skip
    book.add(f.StepDone("run.pak_access", book.at("11:03"), (), evidence))
    assert of(book, "7777") == [("08:00", "11:00")]


MINUTES = st.lists(st.tuples(st.sampled_from(["record_start", "record_stop"]), st.integers(1, 300)), max_size=12)


@given(MINUTES)
def test_spans_never_overlap_and_agree_with_the_newest_act_before_any_moment(acts: list[tuple[str, int]]) -> None:
    book = CameraBook()
    begin = book.at("08:00")
    for action, minute in acts:
        moment = begin + timedelta(minutes=minute)
        book.add(f.AccessNoted(("9001",), moment, moment, action, reason="x"), "tech", begin + timedelta(hours=6))
    found = spans(book.day, "9001")
    for one, two in pairwise(found):
        assert one.end is not None and one.start <= one.end <= two.start
    for minute in range(0, 302, 7):
        before = [(m, n, a) for n, (a, m) in enumerate(acts) if m <= minute]
        expected = bool(before) and max(before)[2] == "record_start"
        assert recording(book.day, "9001", begin + timedelta(minutes=minute)) == expected


# ---------------------------------------------------------------- the plan


def test_a_room_is_planned_from_the_time_of_its_step_until_it_is_stopped_by_an_act() -> None:
    book = CameraBook()
    assert [planned(book.day, "0001", book.at(c)) for c in ("08:59", "09:00", "18:00")] == [False, True, True]
    assert planned(book.day, "7777-1", book.at("07:15")) and not planned(book.day, "0001-1", book.at("07:15"))
    book.start("08:40", "0001", note="early, as agreed")
    assert planned(book.day, "0001", book.at("08:41")) and not planned(book.day, "0002", book.at("08:41"))
    book.stop("13:40", "0001")
    assert not planned(book.day, "0001", book.at("13:41")) and planned(book.day, "0002", book.at("13:41"))


def test_what_no_step_starts_is_planned_only_by_an_act() -> None:
    book = CameraBook()
    assert not planned(book.day, "9001", book.at("11:00"))
    book.noted("08:00", "record_start", "9001")
    assert planned(book.day, "9001", book.at("11:00")) and not planned(book.day, "none", book.at("11:00"))


def test_a_room_whose_start_is_not_required_is_planned_off() -> None:
    book = CameraBook()
    book.do(f.StepWaived("ex.room_record", book.at("08:00"), "closed", "Dahl Dora", ("0002",)), "head")
    assert not planned(book.day, "0002", book.at("11:00")) and planned(book.day, "0001", book.at("11:00"))


# ---------------------------------------------------------------- act and machine


def test_a_first_frame_long_after_the_start_is_told_with_its_moment() -> None:
    book = CameraBook()
    book.seen("08:30", "0001-1", "unreachable")
    start = book.start("09:02", "0001")
    book.seen("09:04:10", "0001-1")
    assert told(book) == [("0001-1", "late", "09:04:10", True)]
    assert mismatches(book.day)[0].act.seq == start.seq


def test_within_the_tolerance_nothing_differs() -> None:
    book = CameraBook()
    book.seen("08:30", "0001-1", "unreachable")
    book.start("09:02", "0001")
    book.seen("09:03:30", "0001-1")
    assert told(book) == []


def test_nothing_seen_is_told_until_the_newest_moment_that_is_known() -> None:
    book = CameraBook()
    book.seen("08:30", "0001-1", "frozen")
    book.start("09:02", "0001")
    assert told(book) == [], "the tolerance has not passed"
    book.tick("09:20")
    assert told(book) == [("0001-1", "none", "09:20:00", True)]
    assert told(book, c0001=Look("frozen", book.at("09:25"))) == [("0001-1", "none", "09:25:00", True)]
    book.stop("13:40", "0001")
    assert told(book) == [("0001-1", "none", "13:40:00", True)]


def test_a_camera_that_was_never_watched_differs_from_nothing() -> None:
    book = CameraBook()
    book.seen("08:30", "0002-1", "unreachable")
    book.start("09:02", "0001")
    book.tick("12:00")
    assert told(book) == [] and proofs(book.day) == {}


def test_a_picture_that_stands_when_watching_begins_tells_nothing_of_the_start_before() -> None:
    book = CameraBook()
    book.start("09:02", "0001")
    book.seen("09:30", "0001-1", came=False)
    assert told(book) == []


def test_a_picture_before_the_start_is_told_but_weighs_only_when_the_device_says_that_it_records() -> None:
    book = CameraBook()
    book.seen("08:40", "0001-1")
    book.seen("08:40", "0002-1", recording="yes")
    book.start("09:02", "0001", "0002")
    assert told(book) == [("0001-1", "early", "08:40:00", False), ("0002-1", "early", "08:40:00", True)]


def test_a_picture_that_came_with_the_recording_and_stays_after_the_stop_weighs() -> None:
    book = CameraBook()
    book.seen("08:00", "0001-1", "unreachable")
    book.start("09:02", "0001")
    book.seen("09:02:40", "0001-1")
    book.stop("14:00", "0001")
    assert told(book) == [], "the journal holds changes only: nothing tells that it is still there"
    assert told(book, c0001=Look("alive", book.at("14:01"))) == []
    assert told(book, c0001=Look("alive", book.at("14:10"))) == [("0001-1", "still", "14:10:00", True)]
    book.seen("14:20", "0001-1", "unreachable")
    assert told(book) == [("0001-1", "still", "14:20:00", True)]


def test_a_picture_that_is_always_there_says_little_of_a_stop() -> None:
    book = CameraBook()
    book.seen("08:00", "0001-1", came=False)
    book.start("09:02", "0001")
    book.stop("14:00", "0001")
    look = book.at("14:10")
    assert told(book, c0001=Look("alive", look))[-1] == ("0001-1", "still", "14:10:00", False)
    assert told(book, c0001=Look("alive", look, "yes"))[-1] == ("0001-1", "still", "14:10:00", True)


def test_a_picture_that_went_with_the_stop_agrees() -> None:
    book = CameraBook()
    book.seen("08:50", "0001-1", "silent")
    book.start("09:02", "0001")
    book.seen("09:02:20", "0001-1")
    book.stop("14:00", "0001")
    book.seen("14:00:30", "0001-1", "silent")
    book.tick("15:00")
    assert told(book) == []


def test_a_picture_after_the_stop_is_not_held_against_the_start_that_follows() -> None:
    book = CameraBook()
    book.seen("08:50", "9001-1", "silent")
    book.noted("09:00", "record_start", "9001")
    book.seen("09:00:20", "9001-1")
    book.noted("10:00", "record_stop", "9001", reason="Dahl Dora")
    book.noted("10:30", "restart", "9001")
    assert told(book) == []
    assert [m[1] for m in told(book, c9001=Look("alive", book.at("10:40")))] == ["still"]


def test_a_proof_counts_the_cameras_of_its_rooms_that_were_watched() -> None:
    book = CameraBook()
    book.seen("08:30", "0001-1", "unreachable")
    book.seen("08:30", "0002-1", came=False)
    start = book.start("09:02", "0001", "0002")
    book.seen("09:10", "0001-1")
    proof = proofs(book.day)[start.seq]
    assert (proof.effect, proof.watched, proof.agree, proof.differs) == ("start", 2, 1, True)
    assert [(m.camera, m.weighs) for m in proof.mismatches] == [("0001-1", True), ("0002-1", False)]


STATES = st.sampled_from(["alive", "frozen", "silent", "refused", "unreachable"])
SEEN = st.lists(st.tuples(STATES, st.integers(1, 400)), max_size=8)


@given(SEEN, MINUTES)
def test_a_difference_is_always_beyond_the_tolerance_and_of_an_act_that_stands(
    seen: list[tuple[str, int]], acts: list[tuple[str, int]]
) -> None:
    book = CameraBook()
    begin = book.at("08:00")
    for state, minute in sorted(seen, key=lambda x: x[1]):
        moment = begin + timedelta(minutes=minute)
        book.add(f.CameraSeen("9001-1", moment, state, moment, moment if state == "alive" else None), "system", moment)
    for action, minute in acts:
        moment = begin + timedelta(minutes=minute)
        book.add(f.AccessNoted(("9001",), moment, moment, action, reason="x"), "tech", begin + timedelta(hours=7))
    found = mismatches(book.day)
    assert seen or not found
    for m in found:
        assert m.camera == "9001-1" and not m.act.void
        assert beyond(m), m


def beyond(m: Mismatch) -> bool:
    match m.kind:
        case "late" | "still":
            return m.seen_at is not None and m.seen_at > m.act_at + TOLERANCE
        case "early":
            return m.seen_at is not None and m.seen_at < m.act_at - TOLERANCE
        case _:
            return m.seen_at is None and m.until is not None and m.until > m.act_at + TOLERANCE


# ---------------------------------------------------------------- the order of the day


def test_a_step_before_its_rooms_record_is_a_breach_that_stays_visible() -> None:
    book = CameraBook()
    book.start("09:02", "0001")
    book.do(f.StepDone("ex.admission", book.at("09:05"), (), ADMITTED, note="queue in the rain"), "head")
    (breach,) = breaches(book.day)
    assert (breach.rooms, breach.started) == (("0002",), None)
    book.start("09:20", "0002", note="the door was locked")
    (breach,) = breaches(book.day)
    assert (breach.act.fact.step, breach.rooms, book.local(breach.started)) == ("ex.admission", ("0002",), "09:20:00")


ADMITTED = {"opened_at": "09:05", "all_rooms_recording": True}


def test_a_room_that_is_not_required_to_record_breaks_no_order() -> None:
    book = CameraBook()
    book.start("09:02", "0001")
    book.do(f.StepWaived("ex.room_record", book.at("09:03"), "closed", "Dahl Dora", ("0002",)), "head")
    book.do(f.StepDone("ex.admission", book.at("09:05"), (), ADMITTED), "head")
    assert breaches(book.day) == ()


@pytest.mark.parametrize("corrected", [False, True])
def test_a_correction_of_the_start_takes_the_breach_away(corrected: bool) -> None:
    book = CameraBook()
    start = book.start("09:10", "0001", "0002")
    book.do(f.StepDone("ex.admission", book.at("09:05"), (), ADMITTED, note="queue"), "head", book.at("09:10"))
    if corrected:
        changes = {"at": "2026-06-01T06:03:00Z", "evidence.started_at": "09:03", "evidence.finished_at": "09:03"}
        book.do(f.EntryCorrected(start.seq, changes, "typing"), now=book.at("09:11"))
    assert bool(breaches(book.day)) != corrected


def test_a_device_that_begins_to_say_that_it_records_says_so_from_then_on() -> None:
    book = CameraBook()
    book.seen("08:00", "0001-1", came=False)
    said = book.at("08:40")
    book.add(f.CameraSeen("0001-1", said, "alive", book.at("08:00"), recording="yes"), "system", said)
    book.start("09:02", "0001")
    assert told(book) == [("0001-1", "early", "08:40:00", True)]
