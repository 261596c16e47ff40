"""Accepting a day: one ceremony, many signatures; what fails in the middle, and what comes after."""

import subprocess
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from app.domain import DomainError, Invalid
from app.domain import facts as f
from app.domain.closing import closed_at
from app.domain.policy import Action
from app.domain.review import Answered, Stage, review
from app.domain.signing import revisions, slots
from app.services import accepting, check, documents, submitting, verify
from app.services.record import NEEDS
from app.store import files
from app.store.files import DiskFull
from reports import form as form_of
from reports.form import Form
from tests.conftest import Installation

FORMS = ("access-journal", "day-protocol", "outage-act")


def accept(made: Installation, day: str, login: str = "commission", text: str = "") -> accepting.Outcome:
    """Accept what the person sees now."""
    actor = made.people[login]
    mine = accepting.table(actor, made.day(day), made.clock.now).mine
    expected = {x.view.form: x.view.expected for x in mine}
    return accepting.accept(actor, day, str(uuid4()), expected, made.key(login), "", text, made.clock.now)


def table(made: Installation, day: str) -> accepting.Table:
    return accepting.table(made.people["commission"], made.day(day), made.clock.now)


def stage(made: Installation, day: str) -> Stage:
    return review(made.day(day)).stage


def hand_in(made: Installation, day: str) -> None:
    shown = submitting.standing(made.day(day), made.clock.now).shown
    submitting.submit(made.people["head"], day, str(uuid4()), shown, "", "как есть", made.clock.now)


def centre_signs(made: Installation, day: str, forms: tuple[str, ...] = FORMS) -> None:
    for form in forms:
        made.sign(day, "tech", form)
        made.sign(day, "head", form)


@pytest.fixture
def handed(installation: Installation, day: str) -> str:
    """A day with three documents that wait for the commission head alone, handed in."""
    made = installation
    first = made.access(day)
    made.arrive(day)
    outage = made.record(day, "tech", f.OutageOpened("recording", ("0001",), made.clock.now, "power"))
    made.record(day, "tech", f.OutageRestored(outage.seq, made.clock.now))
    made.confirm(day, first.seq)
    made.clock.forward(hours=9)
    centre_signs(made, day)
    hand_in(made, day)
    return day


def test_one_ceremony_signs_every_document_and_accepts_the_day(
    installation: Installation, handed: str, tmp_path: Path
) -> None:
    assert [x.state for x in table(installation, handed).lines] == [accepting.Paper.MINE] * 3
    done = accept(installation, handed, text="принято")
    assert sorted(done.signed) == sorted(FORMS) and done.signed[-1] == "day-protocol", "what closes the day comes last"
    day = installation.day(handed)
    fact = day.lines[-1].fact
    assert isinstance(fact, f.DayAccepted) and fact.text == "принято"
    assert [(p.form, p.revision) for p in fact.papers] == [(form, 1) for form in sorted(FORMS)]
    for paper in fact.papers:
        verdict = check.check(files.get(paper.file))
        assert (verdict.exit, str(verdict.word)) == (0, "valid: signed by all 3"), paper.form
    pdf = tmp_path / "last.pdf"  # another program says the same
    pdf.write_bytes(files.get(fact.papers[-1].file))
    said = subprocess.run(["pdfsig", "-nocert", str(pdf)], capture_output=True, text=True, check=False).stdout
    assert said.count("Signature Validation: Signature is Valid") == 3, said
    assert stage(installation, handed) == Stage.ACCEPTED and closed_at(day) is not None
    assert verify.verify_day(handed).exit == 0
    with pytest.raises(DomainError, match="accepted already: Щукина"):
        accept(installation, handed)


def test_before_it_is_handed_in_or_answered_nothing_is_signed(installation: Installation, day: str) -> None:
    installation.access(day)
    centre_signs(installation, day, FORMS[:2])
    before = installation.day(day).size
    with pytest.raises(accepting.NotReady, match="not handed the day in yet"):
        accept(installation, day)
    hand_in(installation, day)
    entry = installation.day(day).size
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(NEEDS, f.RemarkWritten, Action.DAY_REVIEW)
        patch.setitem(NEEDS, f.RemarkAnswered, Action.REMARK_ANSWER)
        installation.record(day, "commission", f.RemarkWritten("почему?", installation.clock.now))
        with pytest.raises(accepting.NotReady, match="Remarks without an answer: 1"):
            accept(installation, day)
        assert installation.day(day).size == before + 2
        installation.record(day, "tech", f.RemarkAnswered(entry, "вот почему", installation.clock.now))
    assert accept(installation, day).receipt is not None
    (remark,) = review(installation.day(day)).remarks
    assert remark.state == Answered.SETTLED and remark.settled is not None, "accepting is being content with it"
    assert remark.settled.tag == "day.accepted"


def test_a_document_that_somebody_else_signs_first_holds_the_day_back(installation: Installation, day: str) -> None:
    installation.access(day)
    centre_signs(installation, day, ("access-journal",))
    installation.sign(day, "tech", "day-protocol")
    hand_in(installation, day)
    (line,) = table(installation, day).waits
    assert line.view.form == "day-protocol"
    (first,) = line.first
    assert first.slot.id == "confirmed" and [m.person for m in first.expected] == [installation.people["head"].person]
    with pytest.raises(accepting.NotReady, match="somebody else signs first: 1"):
        accept(installation, day)
    assert len(installation.day(day).documents["access-journal"]) == 2, "not even the others are signed"


@pytest.mark.parametrize("failure", ["full disk", "killed"])
def test_a_failure_in_the_middle_keeps_what_is_signed_and_going_on_finishes(
    installation: Installation, handed: str, monkeypatch: pytest.MonkeyPatch, failure: str
) -> None:
    real, made = documents.sign, []

    def third(*args: Any, **kwargs: Any) -> Any:
        if len(made) == 2:
            if failure == "killed":
                raise KeyboardInterrupt
            raise DiskFull("disk full")
        made.append(args[2])
        return real(*args, **kwargs)

    monkeypatch.setattr(documents, "sign", third)
    with pytest.raises(KeyboardInterrupt if failure == "killed" else accepting.Interrupted) as stopped:
        accept(installation, handed)
    if failure != "killed":
        assert "Countersigned and kept: 2" in str(stopped.value)
        assert "disk full" in str(stopped.value) and stopped.value.status == 507  # type: ignore[attr-defined]
    monkeypatch.undo()
    assert stage(installation, handed) == Stage.SUBMITTED and closed_at(installation.day(handed)) is None
    assert [x.view.form for x in table(installation, handed).mine] == ["day-protocol"]
    assert [str(check.check(documents.save(installation.day(handed), form)[0]).word) for form in made] == [
        "valid: signed by all 3"
    ] * 2
    done = accept(installation, handed)
    assert done.signed == ("day-protocol",) and stage(installation, handed) == Stage.ACCEPTED
    assert len(installation.day(handed).lines[-1].fact.papers) == 3


def test_a_crash_before_the_last_fact_leaves_a_day_that_is_signed_and_accepted_by_going_on(
    installation: Installation, handed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(accepting, "record", crash)
    with pytest.raises(KeyboardInterrupt):
        accept(installation, handed)
    monkeypatch.undo()
    found = table(installation, handed)
    assert found.ready and not found.mine and not found.again
    assert accept(installation, handed).signed == () and stage(installation, handed) == Stage.ACCEPTED


def test_what_grew_old_during_the_ceremony_is_never_accepted(
    installation: Installation, handed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the last signature and the acceptance somebody writes what a document shows."""
    real = accepting.record

    def late(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(accepting, "record", real)
        installation.clock.forward(minutes=20)
        now = installation.clock.now
        installation.access(handed, start=now, end=now)
        return real(*args, **kwargs)

    monkeypatch.setattr(accepting, "record", late)
    with pytest.raises(accepting.Interrupted, match="documents changed"):
        accept(installation, handed)
    assert stage(installation, handed) == Stage.SUBMITTED


def test_who_read_something_else_signs_nothing(installation: Installation, handed: str) -> None:
    actor, key = installation.people["commission"], installation.key("commission")
    expected = {form: "another file" for form in FORMS}
    size = installation.day(handed).size
    with pytest.raises(documents.Moved, match="documents changed"):
        accepting.accept(actor, handed, str(uuid4()), expected, key, "", "", installation.clock.now)
    assert installation.day(handed).size == size


def test_no_acceptance_is_written_past_the_ceremony(installation: Installation, handed: str) -> None:
    with pytest.raises(Invalid, match="documents changed"):
        installation.record(handed, "commission", f.DayAccepted(installation.clock.now))
    assert stage(installation, handed) == Stage.SUBMITTED


def test_an_addendum_is_signed_by_its_author_in_a_new_revision_that_names_the_first(
    installation: Installation, handed: str
) -> None:
    made = installation
    accept(made, handed)
    made.clock.forward(hours=2)
    made.record(handed, "member", f.AddendumWritten("кабель заменён", made.clock.now, "узнали позже"))
    view = documents.document(made.day(handed), "day-protocol", made.people["member"])
    assert view.outdated and [(s.slot.id, s.slot.role) for s in view.slots] == [
        ("performed_1", "technician"), ("addendum_1", "commission_member"), ("confirmed", "pes_head"),
        ("reviewed", "commission_head"),
    ]  # fmt: skip
    assert not table(made, handed).ready, "others sign first"
    for login in ("tech", "member", "head"):
        made.sign(handed, login, "day-protocol")
    assert [x.view.form for x in table(made, handed).mine] == ["day-protocol"]
    done = accept(made, handed)
    assert (done.signed, done.receipt) == (("day-protocol",), None), "an accepted day is not accepted twice"
    day = made.day(handed)
    assert [line.tag for line in day.lines].count("day.accepted") == 1 and stage(made, handed) == Stage.ACCEPTED
    old, new = revisions(day, "day-protocol")
    assert [s.by.role for s in new.signatures].count("commission_member") == 1
    verdict = check.check(files.get(new.file))
    assert (verdict.exit, verdict.revision) == (0, 2) and verdict.before is not None
    assert (verdict.before.revision, verdict.before.file, verdict.before.addenda) == (1, old.file, (1,))
    first = check.check(files.get(old.file))
    assert (str(first.word), first.newer, first.before) == ("older revision", 2, None)
    assert verify.verify_day(handed).exit == 0


def test_a_revision_that_was_signed_before_authors_of_addenda_had_slots_stays_complete(
    installation: Installation, handed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = installation
    accept(made, handed)
    made.clock.forward(hours=2)
    made.record(handed, "member", f.AddendumWritten("кабель заменён", made.clock.now, "узнали позже"))
    with monkeypatch.context() as before:
        before.setattr(Form, "places", lambda form, day: slots(day))
        for login in ("tech", "head", "commission"):
            made.sign(handed, login, "day-protocol")
    view = documents.document(made.day(handed), "day-protocol", made.people["member"])
    assert (view.complete, view.outdated, view.mine) == (True, False, False)
    assert [s.slot.id for s in view.slots] == ["performed_1", "confirmed", "reviewed"]
    assert documents.unsigned(made.day(handed), form_of("day-protocol")) == ()
    assert check.check(files.get(revisions(made.day(handed), "day-protocol")[-1].file)).exit == 0


def test_of_two_commission_heads_at_once_the_second_is_told(
    installation: Installation, handed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, nested = accepting._countersign, []

    def slow(*args: Any) -> Any:
        if not nested:
            nested.append(1)
            accept(installation, handed)  # the other one is quicker
        return real(*args)

    monkeypatch.setattr(accepting, "_countersign", slow)
    with pytest.raises(DomainError, match="The document changed while you were reading"):
        accept(installation, handed)
    day = installation.day(handed)
    assert [line.tag for line in day.lines].count("day.accepted") == 1
    assert all(len(s) == 3 for s in day.documents.values())
