"""Recording: judged, written once, by whom it should, and nothing of a refused entry anywhere."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.domain import DomainError, Invalid, NotFound, Refused
from app.domain import facts as f
from app.domain.facts import FACTS
from app.services import days, verify
from app.services.record import NEEDS, Device, correction, record
from app.store import journal
from app.store.db import db
from tests.conftest import MORNING, Installation

InContext = Callable[[Callable[[], Any]], Any]


def test_the_same_entry_sent_twice_is_answered_twice_and_written_once(installation: Installation, day: str) -> None:
    first = installation.note(day, "один раз", entry_id="id-1")
    installation.note(day, "другая")
    again = installation.note(day, "один раз", entry_id="id-1")
    assert (first.seq, first.again, first.number) == (1, False, 2)
    assert (again.seq, again.again) == (1, True)
    assert [line.tag for line in installation.day(day).lines] == ["day.opened", "note.written", "note.written"]
    assert again.checkpoint.size == 3


def test_an_entry_sent_again_much_later_needs_no_reason(installation: Installation, day: str) -> None:
    fact = f.NoteWritten("x", MORNING)
    done = f.MilestoneNoted("last_participant_out", MORNING)
    installation.record(day, "tech", fact, "id-1")
    installation.record(day, "tech", done, "id-2")
    installation.clock.forward(hours=5)
    assert installation.record(day, "tech", done, "id-2").again
    with pytest.raises(Invalid):
        installation.record(day, "tech", done, "id-3")


@pytest.mark.parametrize("what", ["person", "tag"])
def test_an_id_that_is_taken_by_another_entry_is_refused(installation: Installation, day: str, what: str) -> None:
    installation.note(day, entry_id="id-1")
    other = f.MilestoneNoted("last_participant_out", MORNING) if what == "tag" else f.NoteWritten("заметка", MORNING)
    with pytest.raises(Refused, match="number is taken"):
        installation.record(day, "cctv" if what == "person" else "tech", other, "id-1")
    assert installation.day(day).size == 2


def test_the_same_id_in_two_days_is_two_entries(installation: Installation, day: str) -> None:
    other = installation.open_day(rehearsal=True)
    assert not installation.note(day, entry_id="id-1").again
    assert not installation.note(other, entry_id="id-1").again


def test_a_receipt_holds_the_checkpoint_that_the_journal_signed(installation: Installation, day: str) -> None:
    receipt = installation.note(day)
    assert receipt.checkpoint.note == days.load_with_checkpoint(installation.people["tech"], day)[1].note
    assert (receipt.checkpoint.size, receipt.checkpoint.origin) == (2, "logbook.test/45/0007/2026-06-01")


def test_what_the_device_says_of_its_clock_is_kept(installation: Installation, day: str) -> None:
    device = Device("phone-1", 7, MORNING - timedelta(minutes=3), 61_000, -180_000)
    record(installation.people["tech"], day, "id-1", f.NoteWritten("x", MORNING), MORNING, device)
    entry = journal.entries(days.log_of(day))[1]
    assert (entry.device, entry.device_seq, entry.times.mono_ms, entry.times.offset_ms) == (
        "phone-1",
        7,
        61_000,
        -180_000,
    )
    assert (entry.times.device, entry.times.received) == (MORNING - timedelta(minutes=3), MORNING)


@pytest.mark.parametrize("login", ["ministry", "boss"])
def test_offices_read_and_do_not_write(installation: Installation, day: str, login: str) -> None:
    assert days.load(installation.people[login], day).size == 1
    with pytest.raises(Refused):
        installation.note(day, login=login)


def test_a_technician_of_another_centre_learns_nothing(installation: Installation, day: str) -> None:
    actor = installation.people["tech"]
    stranger = type(actor)("p-x", "Чужой Человек", actor.roles, frozenset({"45-0008"}))
    for call in (
        lambda: days.load(stranger, day),
        lambda: record(stranger, day, "id", f.NoteWritten("x", MORNING), MORNING),
    ):
        with pytest.raises(NotFound):
            call()


@pytest.mark.parametrize("tag", sorted(set(FACTS) - {cls.tag for cls in NEEDS}))
def test_facts_that_nobody_writes_by_hand_are_refused(installation: Installation, day: str, tag: str) -> None:
    fact = object.__new__(FACTS[tag])
    with pytest.raises(Refused, match="not written by hand"):
        record(installation.people["tech"], day, "id", fact, MORNING)
    assert installation.day(day).size == 1


def test_a_refused_entry_leaves_nothing(installation: Installation, day: str) -> None:
    before, count = days.load_with_checkpoint(installation.people["tech"], day), journal.count()
    evidence = {"arrived_at": "когда-то", "id_document_checked": "maybe"}
    with pytest.raises(Invalid) as info:
        installation.record(day, "tech", f.StepDone("ex.arrive", MORNING + timedelta(hours=1), (), evidence))
    assert {m.field for m in info.value.messages} >= {
        "evidence.arrived_at", "evidence.id_document_checked", "evidence.personal_items_left",
    }  # fmt: skip
    assert journal.count() == count
    assert days.load_with_checkpoint(installation.people["tech"], day) == before


def test_evidence_is_recorded_in_its_canonical_form_with_warnings(installation: Installation, day: str) -> None:
    evidence = {"arrived_at": "01.06.2026 7:02", "id_document_checked": "yes", "personal_items_left": "no"}
    receipt = installation.record(day, "tech", f.StepDone("ex.arrive", MORNING, (), evidence))
    act = installation.day(day).acts[receipt.seq]
    assert act.fact.evidence == {
        "arrived_at": "2026-06-01T07:02", "id_document_checked": True, "personal_items_left": False,
    }  # fmt: skip
    assert [m.field for m in receipt.warnings] == ["evidence.personal_items_left"]


def test_required_evidence_is_asked_for_on_every_path(installation: Installation, day: str) -> None:
    receipt = installation.arrive(day)
    old = installation.day(day).acts[receipt.seq].fact
    poorer = type(old)(old.step, old.at, old.places, {k: v for k, v in old.evidence.items() if k != "arrived_at"})
    for fact in (
        f.StepDone("ex.hq_record", MORNING, ("7777",), {}),
        correction(installation.day(day), receipt.seq, poorer, "x"),
        f.EntryCorrected(receipt.seq, {"evidence.arrived_at": None}, "x"),
        f.EntryCorrected(receipt.seq, {"evidence": {}}, "x"),
    ):
        with pytest.raises(Invalid, match="needed"):
            installation.record(day, "tech", fact)
    assert installation.day(day).acts[receipt.seq].fact == old


def test_a_correction_holds_only_what_differs(installation: Installation, day: str) -> None:
    receipt = installation.arrive(day)
    old = installation.day(day).acts[receipt.seq].fact
    new = type(old)(old.step, old.at, (), {**old.evidence, "personal_items_left": False}, note="сдал позже")
    made = correction(installation.day(day), receipt.seq, new, "ошибся")
    assert made == f.EntryCorrected(
        receipt.seq, {"evidence.personal_items_left": False, "note": "сдал позже"}, "ошибся"
    )
    installation.record(day, "tech", made)
    assert installation.day(day).acts[receipt.seq].fact == new


def test_eight_writers_at_once_lose_nothing(installation: Installation, day: str, in_context: InContext) -> None:
    accepted: list[tuple[int, str]] = []
    refused: list[DomainError] = []
    start = threading.Barrier(8)

    def write(login: str, number: int) -> None:
        start.wait(20)
        for n in range(12):
            text = f"{number}-{n}"
            try:
                if n % 4 == 3:  # the same milestone by everybody: one of them is first
                    fact: Any = f.MilestoneNoted("last_participant_out", MORNING)
                else:
                    fact = f.NoteWritten(text, MORNING)
                receipt = record(installation.people[login], day, str(uuid4()), fact, MORNING)
                accepted.append((receipt.seq, text))
            except Invalid as err:
                refused.append(err)

    logins = ["tech", "cctv", "head", "tech", "cctv", "head", "tech", "cctv"]
    calls = [lambda login=login, n=n: write(login, n) for n, login in enumerate(logins)]
    threads = [threading.Thread(target=in_context, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    db.session.rollback()  # this thread's own view began before the writers
    loaded = installation.day(day)
    assert len(accepted) == 8 * 9 + 1
    assert len(refused) == 8 * 3 - 1
    assert sorted(seq for seq, _ in accepted) == list(range(1, loaded.size))
    for seq, text in accepted:
        assert text.endswith(("-3", "-7", "-11")) or loaded.acts[seq].fact.text == text
    for number in range(8):  # each writer's own order is kept
        own = [text for seq, text in sorted(accepted) if text.startswith(f"{number}-")]
        assert own == sorted(own, key=lambda t: int(t.split("-")[1]))
    assert Counter(line.tag for line in loaded.lines)["milestone.noted"] == 1
    result = verify.verify_day(day)
    assert (result.exit, result.size) == (0, loaded.size)


def test_a_milestone_is_noted_by_the_roles_that_the_profile_names(installation: Installation, day: str) -> None:
    closed = f.MilestoneNoted("room_closed", installation.clock.now, "0001")
    with pytest.raises(Invalid, match="does not note this milestone"):
        installation.record(day, "member", closed)
    assert installation.record(day, "head", closed).seq
