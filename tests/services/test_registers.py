"""Registers come from status rows: what they say is what the journal says, and nobody folds a day for them twice."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import update

from app.domain import Refused
from app.domain import facts as f
from app.domain.journal import Times
from app.domain.people import Actor
from app.domain.plan import Role
from app.services import days, office, registers, statistics
from app.services.registers import MISSING
from app.store import files, journal
from app.store.db import NoRoom, db, transaction
from app.store.overview import Wanted
from app.store.review_tables import ParticularsRow
from app.store.tables import DayStatusRow
from tests.conftest import CODE, EXAM, Installation
from tests.services.test_overview import folds  # noqa: F401 - a fixture
from tests.store.attacker import attack

Signed = tuple[Installation, str]
ALL = Wanted()


def lines(made: Installation, login: str = "ministry", on: date = EXAM, region: str = "") -> list[registers.DayLines]:
    actor, now = made.people[login], made.clock.now
    assert registers.read_on(actor, Wanted(first=on.isoformat(), last=on.isoformat()), now, now).left == 0
    return list(registers.whole(actor, on, region))


def set_row(day: str, **values: Any) -> None:
    with transaction():
        db.session.execute(update(DayStatusRow).where(DayStatusRow.day == day).values(**values))


def test_a_register_names_documents_signers_levels_and_what_is_missing(signed: Signed) -> None:
    made, day = signed
    (found,) = lines(made)
    assert (found.day.id, found.day.centre, found.day.papers) == (day, CODE, len(found.lines))
    access = next(x for x in found.lines if x.paper.form == "access-journal")
    assert (access.paper.complete, access.paper.revision, access.level) == (True, 1, "B-B")
    assert [(s.role, s.meaning) for s in access.paper.signers] == [
        ("technician", "performed"), ("pes_head", "confirmed"), ("commission_head", "reviewed"),
    ]  # fmt: skip
    assert access.paper.signers[1].at - access.paper.signers[0].at == timedelta(minutes=4)
    other = next(x for x in found.lines if x.paper.form != "access-journal")
    assert (other.paper.revision, other.level, other.paper.complete) == (0, "", False)
    assert [s.role for s in other.paper.awaited][-1] == "commission_head"


def test_a_level_is_read_from_the_file_in_a_process_that_knows_nothing_else(signed: Signed, tmp_path: Path) -> None:
    made, _ = signed
    file = next(x.paper.file for x in lines(made)[0].lines if x.paper.file)
    names = "first", "cut", "plain"
    pdf = files.get(file)
    for name, data in zip(names, (pdf, pdf.replace(b"ETSI.CAdES", b"ETSI.OTHER"), b"%PDF-1.7\n"), strict=True):
        (tmp_path / name).write_bytes(data)
    code = "import sys; from reports.levels import level; print([level(open(n, 'rb').read()) for n in sys.argv[1:]])"
    command = [sys.executable, "-c", code, *(str(tmp_path / n) for n in names)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "['B-B', '', '']\n"


def test_a_document_that_became_outdated_says_so(signed: Signed) -> None:
    made, day = signed
    made.clock.forward(minutes=1)
    made.access(day)
    paper = next(x.paper for x in lines(made)[0].lines if x.paper.form == "access-journal")
    assert (paper.outdated, paper.complete, len(paper.signers)) == (True, False, 3)
    assert [s.role for s in paper.awaited] == ["technician", "pes_head", "commission_head"]


def test_a_missing_file_has_no_level(signed: Signed, monkeypatch: pytest.MonkeyPatch) -> None:
    made, _ = signed
    file = next(x.paper.file for x in lines(made)[0].lines if x.paper.file)
    registers._kept_level.cache_clear()
    path = files.path(file)
    kept = path.read_bytes()
    path.unlink()
    assert MISSING in [x.level for x in lines(made)[0].lines]
    path.write_bytes(kept)
    assert MISSING not in [x.level for x in lines(made)[0].lines]


def test_turns_remarks_and_overrides_of_a_review_stand_in_the_register(installation: Installation, day: str) -> None:
    at = installation.clock.now
    head, commission = installation.people["head"], installation.people["commission"]
    write(day, head, f.DaySubmitted(at, "", (f.Missing("step", "ex.arrive"), f.Missing("outage", "7")), "нет связи"))
    write(day, commission, f.RemarkWritten("где акт?", at), f.RemarkWritten("кто открыл?", at))
    write(day, commission, f.DayReturned("исправьте", at))
    write(day, head, f.DaySubmitted(at + timedelta(minutes=9)))
    (found,) = lines(installation)
    assert [(t.tag, t.missing) for t in found.told.turns] == [
        ("day.submitted", 2), ("day.returned", 0), ("day.submitted", 0),
    ]  # fmt: skip
    assert [(t.reason, t.by) for t in found.overridden] == [("нет связи", "Дроздова\u00a0В.\u00a0И.")]
    assert found.handed and found.handed.at == at + timedelta(minutes=9)
    assert (found.returned, found.told.open, found.told.settled, found.accepted) == (1, 2, 0, None)


def write(day: str, actor: Actor, *facts: Any) -> None:
    """Facts past their rules: other tests are about those."""
    log = days.log_of(day)
    with transaction(log):
        for fact in facts:
            journal.append(log, fact, actor.person, Times(fact.at), str(uuid4()))


def test_days_that_did_not_change_are_not_folded_for_a_register(
    installation: Installation, folds: list[Any]  # noqa: F811
) -> None:
    for n in range(3):
        installation.open_day(date=EXAM + timedelta(days=n), period_start=None)
    lines(installation)
    folds.clear()
    lines(installation)
    actor, now = installation.people["ministry"], installation.clock.forward(minutes=1)
    registers.search(actor, ALL, "", "", 1)
    registers.register(actor, EXAM, "", 1)
    assert folds == []
    assert registers.read_on(actor, ALL, now, now).of == 2  # the other two were never asked for


def test_one_request_reads_a_bounded_number_of_days_and_comes_to_an_end(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, folds: list[str]  # noqa: F811
) -> None:
    monkeypatch.setattr(registers, "AT_ONCE", 2)
    made = [installation.open_day(date=EXAM + timedelta(days=n), period_start=None) for n in range(5)]
    actor, began = installation.people["ministry"], installation.clock.now
    left = []
    for _ in range(3):
        installation.clock.forward(seconds=1)
        left.append(registers.read_on(actor, ALL, began, installation.clock.now).left)
        for day in made:  # centres go on writing
            installation.note(day)
    assert left == [3, 1, 0]
    folds.clear()
    statistics.season(actor, ALL, "week", installation.clock.now)  # all five have grown since
    assert len(folds) == 2


def test_particulars_that_were_lost_are_made_again(installation: Installation, day: str) -> None:
    lines(installation)
    with transaction():
        db.session.execute(ParticularsRow.__table__.delete())
    assert [d.day.id for d in lines(installation)] == [day]


def test_offices_see_their_centres_and_nobody_else_anything(installation: Installation, day: str) -> None:
    lines(installation)
    bound = {"own": frozenset({"45"}), "other": frozenset({"46"}), "centre": frozenset({CODE})}
    for name, centres in bound.items():
        for role in (Role.COMMISSION_MEMBER, Role.MINISTRY_OFFICER, Role.ADMINISTRATOR):
            actor = Actor("x", "x", frozenset({role}), centres)
            found, _ = registers.search(actor, ALL, "", "", 1)
            assert [d.id for d in found.items] == ([] if name == "other" else [day])
            assert registers.regions(actor) == ([] if name == "other" else ["45"])
    for login in ("tech", "head", "member", "commission"):  # the commission here belongs to no region
        with pytest.raises(Refused):
            registers.search(installation.people[login], ALL, "", "", 1)
        with pytest.raises(Refused):
            registers.hand_out(installation.people[login], "register", {}, b"x", installation.clock.now)


def test_rehearsals_and_damaged_days_stand_in_no_register(installation: Installation, day: str) -> None:
    practice = installation.open_day(rehearsal=True)
    broken = installation.open_day(date=EXAM, second=True)
    with attack(installation.database) as hand:
        hand.execute(f"DELETE FROM entry WHERE log_id = {days.log_of(broken)}")
    days.CACHE.days.clear()
    names = [d.day.id for d in lines(installation)]
    assert names == [day] and practice not in names
    boss, later = installation.people["boss"], installation.clock.forward(minutes=1)
    for login in ("boss", "ministry"):  # it is no day that has to be read before a register can be made
        assert registers.read_on(installation.people[login], ALL, later, later).of == 0
    assert registers.damaged(boss, EXAM, "", installation.clock.now) == [broken]
    assert registers.damaged(boss, EXAM + timedelta(days=1), "", installation.clock.now) == []


def test_search_finds_by_review_signatures_region_and_words(signed: Signed) -> None:
    made, day = signed
    lines(made)
    actor = made.people["ministry"]

    def found(stage: str = "", by: str = "", **wanted: str) -> bool:
        return bool(registers.search(actor, Wanted(**wanted), stage, by, 1)[0].items)

    assert found() and found(by="some") and not found(by="all") and not found(by="none")
    assert found("open") and not found("accepted")
    set_row(day, stage="accepted")
    assert found("accepted") and found(region="45") and not found(region="46")
    assert found(text="физика примерная") and not found(text="химия")


def test_every_file_is_recorded_before_it_is_handed_out_or_nothing_leaves(
    installation: Installation, day: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor, now = installation.people["ministry"], installation.clock.now
    assert registers.hand_out(actor, "register", {"date": "2026-06-01"}, b"abc", now) == b"abc"
    fact = office.entries()[-1].fact
    assert (fact.tag, fact.kind, fact.size, fact.scope) == ("download.made", "register", 3, {"date": "2026-06-01"})
    before = office.state()

    def full(*_given: Any) -> None:
        raise NoRoom("The disk is full.")

    monkeypatch.setattr(office, "note", full)
    with pytest.raises(NoRoom, match="nothing was handed out"):
        registers.hand_out(actor, "register", {}, b"abc", now)
    assert office.state() == before


def test_a_file_of_too_many_days_asks_for_a_region(
    installation: Installation, day: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines(installation)
    monkeypatch.setattr(registers, "LARGEST", 0)
    with pytest.raises(Exception, match="choose a region"):
        registers.whole(installation.people["ministry"], EXAM, "")


def test_the_data_of_a_register_are_the_same_bytes_each_time(signed: Signed) -> None:
    made, day = signed
    first = registers.data(lines(made))
    assert first == registers.data(lines(made)) and json.loads(first)[0]["day"] == day
    made.clock.forward(minutes=1)
    made.access(day)
    assert registers.data(lines(made)) != first


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    registers._kept_level.cache_clear()
    yield


