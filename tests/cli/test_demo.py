"""The demonstration, built at three hours of the day: yesterday complete, today with something of everything, and a
region whose days stand at every point of their review."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import Result
from flask import Flask

from app import demo
from app.domain.checklist import CLOSED, board
from app.domain.day import Day
from app.domain.footage import State as Footage
from app.domain.footage import footage, media
from app.domain.outages import running
from app.domain.people import Actor
from app.domain.plan import Role
from app.domain.review import Stage, review
from app.services import accepting, accounts, check, confirm, days, documents, overview
from app.services.overview import Wanted
from tests.conftest import Clock, close, make_app
from tests.proofs import proofs

ZONE = ZoneInfo("Europe/Moscow")
TODAY = date(2026, 6, 2)
BOSS = Actor("boss", "boss", frozenset({Role.ADMINISTRATOR}))


@dataclass
class Built:
    """A demo installation at a moment, in its app context."""

    app: Flask
    folder: Path
    now: datetime
    printed: str


@pytest.fixture(scope="module", params=["00:05", "09:10", "23:50"])
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    now = datetime.fromisoformat(f"{TODAY}T{request.param}").replace(tzinfo=ZONE)
    folder = tmp_path_factory.mktemp("demo") / "instance"
    app = make_app(folder, Clock(now))
    result: Result = app.test_cli_runner().invoke(args=["demo", "--now", now.isoformat()])
    assert result.exit_code == 0, result.output
    with app.app_context():
        yield Built(app, folder, now, result.output)
    close(app)


CENTRE = Wanted(centre="23-0970")


def names(built: Built) -> list[str]:
    """Today's day of the first centre and yesterday's."""
    return [line.id for line in overview.list_days(BOSS, built.now, wanted=CENTRE).items]


def around(built: Built) -> dict[str, Day]:
    """Days of the other centres by name."""
    found = [line.id for line in overview.list_days(BOSS, built.now).items]
    return {name: days.load(BOSS, name) for name in found if name not in names(built)}


def test_it_makes_days_of_today_and_yesterday_that_are_proved(built: Built) -> None:
    today, yesterday = (days.load(BOSS, name) for name in names(built))
    assert yesterday.date == TODAY - timedelta(days=1)
    assert today.date in (TODAY, TODAY + timedelta(days=1))
    assert len(around(built)) == 7
    assert {r.exit for r in proofs()} == {0}


def test_yesterdays_days_stand_at_every_point_of_their_review(built: Built) -> None:
    yesterday = days.load(BOSS, names(built)[1])
    found = {n[3:7]: review(day) for n, day in around(built).items() if day.date == yesterday.date}
    assert review(yesterday).stage == Stage.SUBMITTED
    assert {code: told.stage for code, told in found.items()} == {
        "0412": Stage.ACCEPTED, "0655": Stage.RETURNED, "0713": Stage.OPEN, "0846": Stage.SUBMITTED,
    }  # fmt: skip
    assert [remark.state for remark in found["0655"].remarks] == ["answered", "open"]


def test_the_commission_countersigns_a_day_of_another_centre(built: Built) -> None:
    day = next(d for n, d in around(built).items() if n.startswith("23-0846") and d.date < TODAY)
    (head,) = [m for m in day.roster.values() if m.role == Role.COMMISSION_HEAD]
    commission = Actor(head.person, head.name, frozenset({Role.COMMISSION_HEAD}), frozenset({"23"}))
    table = accepting.table(commission, day, built.now)
    assert (table.ready, len(table.mine), table.waits) == (True, 3, ())


def test_today_the_region_has_an_outage_something_late_and_something_quiet(built: Built) -> None:
    found = {n[3:7]: day for n, day in around(built).items() if day.date >= TODAY}
    assert {code: len(running(day)) for code, day in found.items()} == {"0412": 0, "0655": 1, "0846": 0}
    late = {code: [v for v in board(day, built.now) if v.state == "overdue"] for code, day in found.items()}
    assert (len(late["0412"]), len(late["0655"])) == (0, 0) and late["0846"]
    for day in found.values():
        assert all(line.received <= built.now for line in day.lines)


def test_todays_board_has_something_overdue_due_now_soon_and_done(built: Built) -> None:
    today = days.load(BOSS, names(built)[0])
    states = {view.state for view in board(today, built.now)}
    assert {"overdue", "now", "soon", "done"} <= states, states


def test_nothing_of_today_happens_after_now(built: Built) -> None:
    today = days.load(BOSS, names(built)[0])
    assert all(line.received <= built.now for line in today.lines)
    assert all(act.at <= built.now for act in today.acts.values())


def test_the_head_has_something_to_confirm_today(built: Built) -> None:
    today = days.load(BOSS, names(built)[0])
    (head,) = [m for m in today.roster.values() if m.role == Role.PES_HEAD]
    assert confirm.waiting(today, Actor(head.person, head.name, frozenset({Role.PES_HEAD})))


def test_yesterday_is_complete_confirmed_and_nothing_is_open(built: Built) -> None:
    yesterday = days.load(BOSS, names(built)[1])
    views = board(yesterday, built.now)
    assert [v.step.id for v in views if v.state not in CLOSED and v.state != "demand"] == []
    assert {"done", "late", "waived"} >= {v.state for v in views} - {"off", "demand"}
    for member in yesterday.roster.values():
        actor = Actor(member.person, member.name, frozenset({Role(member.role)}))
        assert confirm.waiting(yesterday, actor) == (), member.role
        assert confirm.waiting_outside(yesterday, actor) == ()


def test_the_footage_of_yesterday_lies_on_a_medium_that_was_read_again_and_handed_over(built: Built) -> None:
    yesterday = days.load(BOSS, names(built)[1])
    (medium,) = media(yesterday)
    assert medium.medium.serial == "HD-7781" and medium.whole and len(medium.checks) == 1
    found = {x.state for x in footage(yesterday) if x.room.code in ("9001", "9002", "9101")}
    assert found == {Footage.GAPS, Footage.WHOLE}
    act = next(d for d in documents.documents(yesterday, BOSS) if d.form == "footage-handover-act")
    assert [slot.slot.role for slot in act.slots] == ["pes_head", "commission_member"]


def test_every_document_of_yesterday_is_valid(built: Built) -> None:
    yesterday = days.load(BOSS, names(built)[1])
    found = documents.documents(yesterday, BOSS)
    assert len(found) >= 2
    for seen in found:
        assert (seen.complete, seen.outdated) == (True, False), seen.form
        verdict = check.check(documents.save(yesterday, seen.form)[0])
        assert (verdict.exit, str(verdict.word)) == (0, f"valid: signed by all {len(seen.slots)}"), seen.form


def test_everybody_who_was_printed_can_sign_in(built: Built) -> None:
    people = demo.accounts()
    assert len(people) == 7
    for person in people:
        assert f"{person.login} " in built.printed and person.password in built.printed
        assert accounts.sign_in(person.login, person.password, built.now)


def test_no_file_of_the_demo_names_its_own_place(built: Built) -> None:
    words = (str(built.folder).encode(), str(built.folder.parent).encode())
    files = [p for p in built.folder.rglob("*") if p.is_file()]
    assert len(files) > 15
    assert [p.name for p in files for word in words if word in p.read_bytes()] == []


def test_a_second_demo_in_the_same_folder_is_refused_and_changes_nothing(built: Built, tmp_path: Path) -> None:
    close(built.app)
    copy = tmp_path / "instance"
    shutil.copytree(built.folder, copy)
    app = make_app(copy, Clock(built.now))
    for command in (["demo"], ["init"]):
        result = app.test_cli_runner().invoke(args=command)
        assert (result.exit_code, result.output) == (
            1, "Error: This folder holds an installation already; nothing was changed.\n",
        )  # fmt: skip
    with app.app_context():
        assert {r.exit for r in proofs()} == {0}
        assert len(overview.list_days(BOSS, built.now).items) == 9
    close(app)
