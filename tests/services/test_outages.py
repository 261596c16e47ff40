"""Outages through the services: written once, told to the right people by stages, held back by who has them, undone."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.domain import Invalid, NotFound, Refused
from app.domain import facts as f
from app.domain.outages import outages, uploads
from app.services import days, documents, reminders, verify
from app.services.record import Receipt, record
from app.services.reminders import sweep
from app.store.db import db
from app.store.tables import ReminderRow
from tests.conftest import Installation

REMINDER = ReminderRow.__table__
ACT = "outage-act"


def write(installation: Installation, day: str, fact: Any, login: str = "tech", entry: str = "") -> Receipt:
    return record(installation.people[login], day, entry or str(uuid4()), fact, installation.clock.now)


def begin(installation: Installation, day: str, **more: Any) -> int:
    now = installation.clock.now
    values = {"kind": "online", "rooms": ("0001",), "at": now, "cause": "network", "local_recording": "yes", **more}
    return write(installation, day, f.OutageOpened(**values)).seq


def end(installation: Installation, day: str, seq: int, **more: Any) -> int:
    return write(installation, day, f.OutageRestored(seq, installation.clock.now, **more)).seq


def told(installation: Installation, login: str) -> list[str]:
    """Rules by which the person was told of outages, in order."""
    mine = REMINDER.c.person == installation.people[login].person
    query = select(REMINDER.c.rule).where(mine, REMINDER.c.step.like("outage:%")).order_by(REMINDER.c.id)
    return list(db.session.scalars(query))


def noted(installation: Installation, day: str, login: str) -> list[str]:
    found = reminders.note(installation.day(day), installation.people[login].person, installation.clock.now)
    return [i.rule for i in found.items if i.step.startswith("outage:")] if found else []


@pytest.fixture
def folds(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    seen: list[Any] = []
    real = days.fold_log
    monkeypatch.setattr(days, "fold_log", lambda log: (seen.append(log), real(log))[1])
    yield seen


def test_the_stages_reach_technician_head_and_commission_each_once(installation: Installation, day: str) -> None:
    begin(installation, day)
    for minutes, login, rules in (
        (4, "tech", []), (1, "tech", ["outage_warn"]), (0, "head", []), (5, "head", ["outage_escalate"]),
        (0, "commission", []), (10, "commission", ["outage_critical"]), (0, "member", ["outage_critical"]),
        (0, "tech", ["outage_warn", "outage_escalate", "outage_critical"]),
    ):  # fmt: skip
        sweep(installation.clock.forward(minutes=minutes))
        assert told(installation, login) == rules, (minutes, login)
    before = [told(installation, login) for login in ("tech", "cctv", "head", "commission")]
    for _ in range(3):
        sweep(installation.clock.forward(minutes=1))
    assert [told(installation, login) for login in ("tech", "cctv", "head", "commission")] == before
    assert noted(installation, day, "tech") == ["outage_critical"], "of all rules the last"


def test_what_is_restored_is_neither_told_nor_shown(installation: Installation, day: str) -> None:
    seq = begin(installation, day)
    sweep(installation.clock.forward(minutes=6))
    assert noted(installation, day, "tech") == ["outage_warn"]
    end(installation, day, seq)
    assert noted(installation, day, "tech") == []
    sweep(installation.clock.forward(minutes=30))
    assert told(installation, "head") == [] and told(installation, "tech") == ["outage_warn"]


def test_between_its_stages_no_tick_reads_the_day(installation: Installation, day: str, folds: list[Any]) -> None:
    installation.clock.forward(hours=12)  # in the evening nothing else is due
    sweep(installation.clock.now)
    begin(installation, day)
    sweep(installation.clock.now)
    for minutes, looks in ((4, False), (1, True), (4, False), (1, True), (9, False), (1, True), (30, False)):
        folds.clear()
        sweep(installation.clock.forward(minutes=minutes))
        assert bool(folds) is looks, minutes


def test_who_has_an_outage_holds_it_back_for_everybody(installation: Installation, day: str) -> None:
    seq = begin(installation, day)
    name = f"outage:{seq}"
    sweep(installation.clock.forward(minutes=5))
    reminders.take(installation.people["cctv"], day, [name], installation.clock.now)
    assert set(reminders.holders(installation.day(day), installation.clock.now)) == {name}
    sweep(installation.clock.forward(minutes=6))
    assert told(installation, "head") == []
    reminders.give_up(installation.people["cctv"], day, name, installation.clock.now)
    sweep(installation.clock.now)
    assert told(installation, "head") == ["outage_escalate"]
    with pytest.raises(NotFound):
        reminders.take(installation.people["cctv"], day, ["outage:0"], installation.clock.now)
    end(installation, day, seq)
    with pytest.raises(NotFound):
        reminders.take(installation.people["cctv"], day, [name], installation.clock.now)


def test_one_that_is_entered_late_is_told_at_once_by_all_its_stages(installation: Installation, day: str) -> None:
    before = installation.clock.now - timedelta(minutes=12)
    begin(installation, day, at=before, late_reason="no network")
    sweep(installation.clock.now)
    assert told(installation, "head") == ["outage_escalate"] and noted(installation, day, "tech") == ["outage_escalate"]


def test_who_may_record_what(installation: Installation, day: str) -> None:
    now = installation.clock.now
    fact = f.OutageOpened("online", ("0001",), now, "network")
    for login in ("commission", "ministry"):
        with pytest.raises(Refused):
            write(installation, day, fact, login)
    seq = write(installation, day, fact, "member").seq
    write(installation, day, f.OutageDecided(seq, "pause", "Щукина М. Л.", now), "head")
    write(installation, day, f.OutageRestored(seq, now, local_recording="yes"), "cctv")
    upload = f.FootageUploaded(("0001",), now, f.Period(now - timedelta(minutes=1), now), seq)
    with pytest.raises(Refused):
        write(installation, day, upload, "head")
    write(installation, day, upload)
    (found,) = outages(installation.day(day))
    assert [a.by.role for a in found.following] == ["pes_head", "cctv_technician"]
    db.session.commit()
    assert verify.verify_day(day).proved


def test_the_same_form_sent_twice_opens_one_outage(installation: Installation, day: str) -> None:
    entry = str(uuid4())
    fact = f.OutageOpened("online", ("0001",), installation.clock.now, "network")
    first, again = (write(installation, day, fact, entry=entry) for _ in range(2))
    assert (first.seq, again.seq, again.again) == (first.seq, first.seq, True)
    with pytest.raises(Invalid, match="open already"):
        write(installation, day, fact)


def test_an_upload_is_owed_until_it_is_recorded(installation: Installation, day: str) -> None:
    seq = begin(installation, day)
    end(installation, day, seq, local_recording="")
    installation.clock.forward(minutes=9)
    began = installation.clock.now - timedelta(minutes=9)
    (owed,) = uploads(installation.day(day), installation.clock.now)
    assert owed.left == ("0001",) and owed.outage and owed.outage.seq == seq
    write(installation, day, f.FootageUploaded(("0001",), installation.clock.now, f.Period(began, began + timedelta(
        minutes=1)), seq))  # fmt: skip
    assert uploads(installation.day(day), installation.clock.now)[0].left == ()


def test_the_act_is_offered_once_there_is_an_outage_and_stays_when_it_was_signed(
    installation: Installation, day: str
) -> None:
    tech, acted = installation.people["tech"], day
    installation.arrive(day)

    def offered() -> set[str]:
        return {view.form for view in documents.documents(installation.day(acted), tech)}

    assert ACT not in offered()
    with pytest.raises(NotFound):
        documents.preview(tech, acted, ACT, "")
    seq = begin(installation, acted)
    assert ACT in offered()
    installation.sign(acted, "tech", ACT)
    write(installation, acted, f.EntryVoided(seq, "a mistake"))
    assert ACT in offered(), "what was signed does not disappear"
    assert documents.document(installation.day(acted), ACT, tech).outdated
