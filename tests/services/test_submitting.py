"""Handing a day in: nothing missing, or a role and a reason; once, and again after a return."""

from uuid import uuid4

import pytest

from app.domain import Invalid, Refused
from app.domain import facts as f
from app.domain.missing import Kind
from app.domain.plan import Room
from app.domain.policy import Action
from app.domain.review import Stage, review
from app.services import confirm, submitting
from app.services.documents import Moved
from app.services.record import NEEDS, Receipt
from tests.conftest import Installation


def submit(made: Installation, day: str, login: str = "head", reason: str = "", entry: str = "") -> Receipt:
    """Hand in what the person sees now."""
    shown = submitting.standing(made.day(day), made.clock.now).shown
    return submitting.submit(made.people[login], day, entry or str(uuid4()), shown, "", reason, made.clock.now)


def kinds(made: Installation, day: str) -> set[str]:
    return {g.kind.value for g in submitting.standing(made.day(day), made.clock.now).gaps}


@pytest.fixture
def whole(installation: Installation) -> str:
    """A small day after its end, with nothing missing."""
    made = installation
    day = made.open_day(rooms=(Room("0001", "exam"),), cameras=(), stations=())
    made.arrive(day)
    made.access(day)
    made.clock.forward(hours=5.5)
    made.record(day, "tech", f.MilestoneNoted("last_participant_out", made.clock.now))
    made.clock.forward(hours=3.5)
    for gap in submitting.standing(made.day(day), made.clock.now).gaps:
        if gap.kind == Kind.STEP:
            made.record(day, "commission", f.StepWaived(gap.subject, made.clock.now, "не требуется", "ГЭК", gap.places))
    for login in ("head", "tech", "member"):
        if found := confirm.waiting(made.day(day), made.people[login]):
            made.confirm(day, *(a.seq for a in found), login=login)
    for form in ("access-journal", "day-protocol"):
        made.sign(day, "tech", form)
        made.sign(day, "head", form)
    return day


def test_a_technician_hands_in_when_nothing_is_missing(installation: Installation, whole: str) -> None:
    found = submitting.standing(installation.day(whole), installation.clock.now)
    assert found.gaps == ()
    submit(installation, whole, "tech")
    told = review(installation.day(whole))
    assert told.stage == Stage.SUBMITTED and told.turns[-1].fact.missing == ()


def test_with_something_missing_only_the_head_hands_in_and_gives_a_reason(installation: Installation, day: str) -> None:
    installation.arrive(day)
    assert {"step", "confirmation", "footage", "document"} <= kinds(installation, day)
    with pytest.raises(Invalid, match="Only the head"):
        submit(installation, day, "tech", "сдаю")
    with pytest.raises(Invalid, match="Give the reason") as refused:
        submit(installation, day)
    assert [m.field for m in refused.value.messages] == ["reason"]
    with pytest.raises(Refused):
        submit(installation, day, "commission", "сдаю")
    assert review(installation.day(day)).stage == Stage.OPEN
    submit(installation, day, reason="свет погас")
    fact = review(installation.day(day)).turns[-1].fact
    assert fact.reason == "свет погас"
    assert {m.kind for m in fact.missing} == kinds(installation, day)
    assert any(m.kind == "step" and m.subject == "ex.hq_record" and m.places == ("7777",) for m in fact.missing)


def test_a_document_that_grew_old_is_missing_again(installation: Installation, whole: str) -> None:
    installation.clock.forward(minutes=1)
    receipt = installation.access(whole, reason="ещё раз")
    assert kinds(installation, whole) == {"confirmation", "document"}
    installation.confirm(whole, receipt.seq)
    (gap,) = submitting.standing(installation.day(whole), installation.clock.now).gaps
    assert (gap.kind, gap.subject, gap.places) == (Kind.DOCUMENT, "access-journal", ("performed_1", "confirmed"))
    installation.sign(whole, "tech")
    (gap,) = submitting.standing(installation.day(whole), installation.clock.now).gaps
    assert gap.places == ("confirmed",)


def test_what_changed_since_the_page_was_read_brings_the_page_back(installation: Installation, whole: str) -> None:
    shown = submitting.standing(installation.day(whole), installation.clock.now).shown
    installation.access(whole)
    with pytest.raises(Moved, match="What is missing changed"):
        submitting.submit(
            installation.people["head"], whole, str(uuid4()), shown, "", "всё равно", installation.clock.now
        )  # fmt: skip
    assert review(installation.day(whole)).stage == Stage.OPEN


def test_what_is_written_between_the_look_and_the_lock_is_seen(
    installation: Installation, whole: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody writes after the list was made and before the transaction begins."""
    real = submitting.record

    def late(*args: object, **kwargs: object) -> Receipt:
        monkeypatch.setattr(submitting, "record", real)
        installation.access(whole, reason="успел")
        return real(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(submitting, "record", late)
    with pytest.raises(Moved, match="What is missing changed"):
        submit(installation, whole)
    assert review(installation.day(whole)).stage == Stage.OPEN


def test_a_day_is_handed_in_once_until_it_is_returned(
    installation: Installation, day: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = submit(installation, day, reason="так надо", entry="5b1d0000-0000-4000-8000-000000000001")
    again = submit(installation, day, reason="так надо", entry="5b1d0000-0000-4000-8000-000000000001")
    assert (again.seq, again.again) == (first.seq, True), "two taps write one entry"
    with pytest.raises(Invalid, match="handed in already"):
        submit(installation, day, reason="ещё раз")
    monkeypatch.setitem(NEEDS, f.DayReturned, Action.DAY_ACCEPT)
    installation.record(day, "commission", f.DayReturned("не хватает", installation.clock.now))
    assert review(installation.day(day)).stage == Stage.RETURNED
    submit(installation, day, reason="исправлено")
    assert review(installation.day(day)).stage == Stage.SUBMITTED
