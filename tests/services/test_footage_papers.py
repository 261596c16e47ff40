"""Acts about footage, from the entry to the last signature: who signs what in which order, and what readers find."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.domain import Invalid, NotFound
from app.domain import facts as f
from app.domain.signing import NotYourTurn
from app.services import check, documents, verify
from app.store import authority
from tests.conftest import STAFF, Installation
from tests.reports.reading import pdfsig, run, trust, words

ACT, RELEASE, TEST = "footage-handover-act", "footage-release-act", "cctv-test-protocol"
EVENING = datetime(2026, 6, 1, 15, tzinfo=UTC)


def hand_over(installation: Installation, day: str, **more: Any) -> None:
    """The head hands two media over in the evening."""
    installation.clock.now = EVENING
    evidence = {
        "media_list": ["WD-1", "WD-2"], "from_person": STAFF["head"][0], "to_person": "Соколов П. И.",
        "at": "2026-06-01T17:55",
    }  # fmt: skip
    installation.record(day, "head", f.StepDone("end.handover", EVENING, (), evidence | more))


def view(installation: Installation, day: str, login: str = "head", form: str = ACT) -> documents.DocumentView:
    return documents.document(installation.day(day), form, installation.people[login])


def test_nothing_is_offered_before_something_was_handed_over(installation: Installation, day: str) -> None:
    with pytest.raises(NotFound):
        view(installation, day)
    assert {form.code for form in documents.waiting(installation.day(day))} >= {ACT, RELEASE, TEST}
    hand_over(installation, day)
    assert view(installation, day).signed == 0
    assert ACT not in {form.code for form in documents.waiting(installation.day(day))}


def test_giver_receiver_and_witness_sign_in_order_and_any_reader_finds_it_valid(
    installation: Installation, day: str, tmp_path: Path
) -> None:
    hand_over(installation, day, to_person=STAFF["member"][0], witness=STAFF["tech"][0])
    names = ("head", "member", "tech")
    for n, login in enumerate(names):
        for other in set(names) - {login}:
            assert not view(installation, day, other).mine
        with pytest.raises(NotYourTurn):
            installation.sign(day, "commission", ACT)
        installation.sign(day, login, ACT)
        installation.clock.forward(minutes=4)
        assert view(installation, day).complete == (n == 2)
    pdf, _ = documents.save(installation.day(day), ACT)
    nss = tmp_path / "nss"
    nss.mkdir()
    seen = pdfsig(pdf, trust(authority.root(), nss))
    assert [(s.field, s.name, s.valid, s.trusted) for s in seen] == [
        (slot, STAFF[login][0], True, True)
        for slot, login in zip(("handed_over", "received", "witnessed"), names, strict=True)
    ]
    assert [s.total for s in seen] == [False, False, True]
    (tmp_path / "a.pdf").write_bytes(pdf)
    assert "No syntax or stream encoding errors" in run("qpdf", "--check", tmp_path / "a.pdf")
    verdict = check.check(pdf)
    assert (verdict.exit, str(verdict.word)) == (0, "valid: signed by all 3")
    assert [s.meaning for s in verdict.signatures] == ["handed_over", "received", "witnessed"]
    text = words(pdf, tmp_path)
    for stamp in ("Сдал handed over", "Принял received", "Присутствовал при передаче witnessed"):
        assert stamp in text
    assert verify.verify_day(day).exit == 0


def test_one_signature_is_first_and_last_when_nobody_else_has_an_account(
    installation: Installation, day: str, tmp_path: Path
) -> None:
    hand_over(installation, day, witness="Посторонний А. А.")
    installation.sign(day, "head", ACT)
    assert view(installation, day).complete
    pdf, _ = documents.save(installation.day(day), ACT)
    assert str(check.check(pdf).word) == "valid: signed by all 1"
    assert "Соколов П. И." in words(pdf, tmp_path).replace("\u00a0", " ")


def test_a_witness_named_by_a_correction_makes_the_act_outdated_and_the_signed_one_keeps_its_slots(
    installation: Installation, day: str
) -> None:
    hand_over(installation, day, to_person=STAFF["member"][0])
    installation.sign(day, "head", ACT)
    installation.sign(day, "member", ACT)
    first, _ = documents.save(installation.day(day), ACT)
    target = installation.day(day).step_acts("end.handover")[0].seq
    changes = {"evidence.witness": STAFF["tech"][0]}
    installation.record(day, "head", f.EntryCorrected(target, changes, "свидетель был"))
    seen = view(installation, day)
    assert seen.outdated and [v.slot.id for v in seen.slots] == ["handed_over", "received", "witnessed"]
    assert str(check.check(first).word) == "valid: signed by all 2"
    installation.sign(day, "head", ACT)
    assert [len(d.signatures) for d in view(installation, day).revisions] == [2, 1]


def test_a_signed_act_whose_entry_was_taken_back_stays_and_nobody_signs_an_empty_one(
    installation: Installation, day: str
) -> None:
    hand_over(installation, day)
    installation.sign(day, "head", ACT)
    first, _ = documents.save(installation.day(day), ACT)
    target = installation.day(day).step_acts("end.handover")[0].seq
    installation.record(day, "head", f.EntryVoided(target, "не тот день"))
    seen = view(installation, day)
    assert seen.outdated and not seen.mine and seen.slots == ()
    with pytest.raises(NotYourTurn):
        installation.sign(day, "head", ACT)
    assert str(check.check(first).word) == "valid: signed by all 1"


def test_the_usual_documents_keep_their_slots(installation: Installation, day: str) -> None:
    hand_over(installation, day)
    installation.arrive(day)
    pdf = installation.sign_all(day)
    assert [s.meaning for s in check.check(pdf).signatures] == ["performed", "confirmed", "reviewed"]


def test_media_are_released_after_the_term_only_and_the_commission_head_confirms(
    installation: Installation, day: str
) -> None:
    evidence = {
        "media_list": ["WD-1"], "act_no": "14/27", "outcome": "destroyed", "decided_by": "директор РЦОИ",
    }  # fmt: skip
    by = f.Outside("Соколов П. И.", "processing_centre", "акт № 14/27")
    last = datetime(2027, 2, 28, 20, 59, tzinfo=UTC)
    installation.clock.now = last
    with pytest.raises(Invalid, match="this term is firm"):
        installation.record(day, "head", f.StepDone("post.retention", last, (), evidence, note="x", outside=by))
    assert installation.day(day).step_acts("post.retention") == ()
    installation.clock.forward(minutes=1)
    now = installation.clock.now
    installation.record(day, "head", f.StepDone("post.retention", now, (), evidence, outside=by))
    with pytest.raises(NotYourTurn):
        installation.sign(day, "head", RELEASE)
    installation.sign(day, "commission", RELEASE)
    pdf, _ = documents.save(installation.day(day), RELEASE)
    assert str(check.check(pdf).word) == "valid: signed by all 1"


def test_the_protocol_of_the_test_is_signed_by_three(installation: Installation, day: str) -> None:
    evening = datetime(2026, 5, 31, 7, 15, tzinfo=UTC)
    installation.clock.now = evening
    evidence = {
        "started_at": "10:00", "finished_at": "10:15", "picture_ok": True, "sound_ok": True, "overlay_ok": True,
        "clock_diff_s": 2, "free_space_gb": 640, "ups_minutes": 35, "angles_ok": True,
    }  # fmt: skip
    fact = f.StepDone("d1.cctv_check", evening - timedelta(minutes=1), ("0001", "0002", "7777"), evidence)
    installation.record(day, "tech", fact)
    assert str(check.check(installation.sign_all(day, TEST)).word) == "valid: signed by all 3"


def test_who_acts_after_the_first_signature_without_changing_the_document_gets_no_slot_in_it(
    installation: Installation, day: str
) -> None:
    installation.access(day)
    installation.sign(day, "tech")
    installation.note(day, login="cctv")  # no row of the access journal
    seen = view(installation, day, form="access-journal")
    assert not seen.outdated
    assert [v.slot.id for v in seen.slots] == ["performed_1", "confirmed", "reviewed"]
