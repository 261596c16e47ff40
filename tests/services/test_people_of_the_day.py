"""Who left, who changes, and what one day's trouble means for the others."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from app.domain import Invalid
from app.domain import facts as f
from app.domain.plan import Role
from app.services import days, documents, opening, overview
from app.services.record import record_all
from tests.conftest import Installation
from tests.store.attacker import attack


def test_a_technician_who_left_still_reads_the_day_and_signs_what_they_did(
    installation: Installation, day: str
) -> None:
    installation.access(day, "cctv")
    installation.arrive(day)
    gone = installation.people["cctv"]
    opening.leave(installation.people["tech"], day, gone.person, "fell ill", installation.clock.now)
    for login in ("cctv", "tech", "head", "commission"):
        installation.sign(day, login)
        installation.clock.forward(minutes=4)
    view = documents.document(installation.day(day), "access-journal", installation.people["head"])
    assert view.complete
    with pytest.raises(Exception, match=r"no such day|does not allow"):
        installation.note(day, login="cctv")


@pytest.mark.parametrize("login", ["head", "commission"])
def test_the_last_one_whose_signature_is_needed_cannot_leave(installation: Installation, day: str, login: str) -> None:
    person = installation.people[login].person
    with pytest.raises(Invalid, match="documents need its signature"):
        opening.leave(installation.people["tech"], day, person, "ill", installation.clock.now)


def test_nobody_changes_their_own_role_on_a_day(installation: Installation, day: str) -> None:
    me = installation.people["tech"]
    with pytest.raises(Invalid, match="Somebody else changes your role"):
        opening.join(me, day, opening.Place(me.person, Role.TECHNICIAN), "", installation.clock.now)


def test_a_voided_step_of_the_period_is_withdrawn_from_the_other_days(installation: Installation, day: str) -> None:
    installation.clock.now -= timedelta(days=10)
    evidence = {"software_name": "S", "version": "1", "received_at": "2026-05-22T07:00"}
    done = f.StepDone("prep.distrib", installation.clock.now, (), evidence)
    receipt = installation.record(day, "tech", done)
    other = installation.open_day(date=date(2026, 6, 3))
    assert [a.tag for a in installation.day(other).step_acts("prep.distrib")] == ["step.elsewhere"]
    (act,) = installation.day(other).step_acts("prep.distrib")
    with pytest.raises(Invalid, match="Correct it there"):
        installation.record(other, "tech", f.EntryVoided(act.seq, "wrong"))
    installation.record(day, "tech", f.EntryVoided(receipt.seq, "wrong kit"))
    assert installation.day(other).step_acts("prep.distrib") == ()
    assert installation.day(other).acts[act.seq].void is not None


def test_one_broken_journal_closes_its_own_day_only(installation: Installation, day: str) -> None:
    other = installation.open_day(date=date(2026, 6, 3))
    with attack(installation.database) as connection:
        connection.execute("UPDATE checkpoint SET note = 'x' WHERE log_id = ?", (days.log_of(other),))
    tech = installation.people["tech"]
    assert [line.id for line in overview.list_days(tech, installation.clock.now).items] == [day]
    assert overview.damaged_days(tech, installation.clock.now) == [other]
    assert overview.current(tech, installation.clock.now) == day
    assert installation.note(day).seq == 1


@pytest.mark.parametrize("year", [1, 1999, 2101, 9999])
def test_a_year_that_cannot_be_meant_is_refused(installation: Installation, year: int) -> None:
    with pytest.raises(Invalid, match="cannot be meant"):
        installation.open_day(date=date(year, 6, 1), period_start=None)


def test_milestones_of_several_rooms_are_noted_all_or_none(installation: Installation, day: str) -> None:
    now = installation.clock.now
    facts = [(str(uuid4()), f.MilestoneNoted("materials_left_room", now, room)) for room in ("0001", "0099")]
    with pytest.raises(Invalid, match="not a place"):
        record_all(installation.people["head"], day, facts, now)
    assert installation.day(day).size == 1
    with pytest.raises(Invalid, match="at least one room"):
        installation.record(day, "head", f.MilestoneNoted("materials_left_room", now))
