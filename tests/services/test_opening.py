"""Opening a day, changing its plan and roster, and what days of one period tell each other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.domain import Invalid, NotFound, Refused
from app.domain import facts as f
from app.domain.checklist import State, board, view
from app.domain.duty import on_duty
from app.domain.plan import TECHNICIANS, Camera, Centre, Room, Station
from app.services import centres, opening, overview
from app.services.opening import Place
from app.store import journal
from tests.conftest import CAMERAS, CENTRE, CODE, EXAM, NAME, OFFICE, OPENED, ROOMS, STATIONS, Installation
from tests.proofs import proofs


def messages(call: Callable[[], Any]) -> set[str]:
    """Fields of every message with which the call is refused."""
    count = journal.count()
    with pytest.raises(Invalid) as info:
        call()
    assert journal.count() == count
    return {m.field for m in info.value.messages}


def test_a_day_is_named_after_centre_and_date(installation: Installation) -> None:
    names = [
        installation.open_day(), installation.open_day(), installation.open_day(rehearsal=True),
        installation.open_day(rehearsal=True), installation.open_day(date=date(2026, 6, 4)),
    ]  # fmt: skip
    assert names == [
        "45-0007-2026-06-01", "45-0007-2026-06-01-2", "45-0007-2026-06-01-r1", "45-0007-2026-06-01-r2",
        "45-0007-2026-06-04",
    ]  # fmt: skip
    assert installation.day(names[3]).origin == "logbook.test/45/0007/2026-06-01-r2"
    assert [r.exit for r in proofs()] == [0] * 6


def test_the_first_entry_holds_everything_about_the_day(installation: Installation, day: str) -> None:
    opened = installation.day(day).opened
    assert (opened.centre, opened.rooms, opened.cameras, opened.stations) == (CENTRE, ROOMS, CAMERAS, STATIONS)
    assert (opened.start_local, opened.end_local) == ("2026-06-01T10:00", "2026-06-01T13:30")
    assert [m.role for m in opened.roster] == [
        "technician", "cctv_technician", "pes_head", "commission_member", "commission_head",
    ]  # fmt: skip
    assert opened.by == "", "the opener stands in the roster"
    assert installation.day(day).lines[0].received == OPENED


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"start": "25:00"}, {"start"}),
        ({"start": ""}, {"start"}),
        ({"end": "x"}, {"end"}),
        ({"end": "10:00"}, {"end"}),
        ({"parameters": {"nothing": 1}}, {"parameter.nothing"}),
        ({"period_start": EXAM + timedelta(1)}, {"period_start"}),
        ({"rooms": ()}, {"rooms_exam", "cameras", "stations"}),
        ({"rooms": (*ROOMS, Room("1", "exam"))}, {"rooms"}),
        ({"rooms": (*ROOMS, Room("0001", "exam"))}, {"rooms"}),
        ({"rooms": (*ROOMS, Room("0009", "attic"))}, {"rooms"}),
        ({"cameras": (Camera("C", "0404"),)}, {"cameras"}),
        ({"cameras": CAMERAS * 2}, {"cameras"}),
        ({"stations": (Station("S", "7777", "toaster"),)}, {"stations"}),
        ({"roster": ()}, {"roster"}),
        ({"roster": (Place("p-none", "technician"),)}, {"roster"}),
        ({"start": "x", "parameters": {"a": 1}, "roster": ()}, {"start", "parameter.a", "roster"}),
    ],
)
def test_a_bad_opening_is_refused_with_every_reason(
    installation: Installation, changes: dict[str, Any], fields: set[str]
) -> None:
    assert messages(lambda: installation.open_day(**changes)) == fields


@pytest.mark.parametrize(
    ("name", "value"),
    [("hq_record_start", "25:99"), ("hq_record_start", "soon"), ("hq_record_start", 7), ("hq_record_start", None),
     ("software_check_offset_min", "-90"), ("software_check_offset_min", 10**9), ("offline_upload_days", True),
     ("retention_until", "02-30+1"), ("retention_until", "next year")],
)  # fmt: skip
def test_a_parameter_that_would_leave_steps_without_a_time_is_refused(
    installation: Installation, name: str, value: Any
) -> None:
    assert messages(lambda: installation.open_day(parameters={name: value})) == {f"parameter.{name}"}


def test_parameters_that_fit_move_the_steps(installation: Installation) -> None:
    own = {"hq_record_start": "06:45", "software_check_offset_min": -90, "retention_until": "07-15+2"}
    loaded = installation.day(installation.open_day(parameters=own))
    due = {v.step.id: v.window.start for v in board(loaded, installation.clock.now)}
    assert f"{loaded.local(due['ex.hq_record'] or OPENED):%H:%M}" == "06:45"
    assert f"{loaded.local(due['ex.soft_check'] or OPENED):%H:%M}" == "08:30"
    assert f"{loaded.local(due['post.retention'] or OPENED):%Y-%m-%d}" == "2028-07-15"


def test_a_roster_has_one_role_a_person_and_only_roles_they_have(installation: Installation) -> None:
    usual = installation.opening().roster
    tech = installation.people["tech"].person
    for roster in ((*usual, Place(tech, "technician")), (*usual[1:], Place(tech, "pes_head"))):
        assert messages(lambda roster=roster: installation.open_day(roster=roster)) == {"roster"}


@pytest.mark.parametrize(
    ("on", "clock", "part"),
    [(date(2026, 3, 29), "03:30", "does not exist"), (date(2026, 10, 25), "03:30", "exists twice")],
)
def test_a_start_that_does_not_exist_or_exists_twice_is_refused_by_name(
    installation: Installation, on: date, clock: str, part: str
) -> None:
    north = replace(CENTRE, code="0008", zone="Europe/Helsinki")
    centres.save(OFFICE, north, ROOMS, CAMERAS, STATIONS, OPENED, new=True)
    made = installation.opening(centre="45-0008", date=on, start=clock, period_start=on)
    boss = installation.people["boss"]
    with pytest.raises(Invalid, match=part) as info:
        opening.open_day(boss, made, NAME, OPENED)
    assert f"{clock} {part}" in str(info.value)


def test_only_who_may_opens_a_day_and_only_for_their_centre(installation: Installation) -> None:
    head = installation.people["head"]
    far = type(head)("p-far", "Чужой Директор", head.roles, frozenset({"45-0008"}))
    with pytest.raises(NotFound):
        opening.open_day(far, installation.opening(), NAME, OPENED)
    for login in ("member", "commission", "ministry"):
        with pytest.raises(Refused):
            opening.open_day(installation.people[login], installation.opening(), NAME, OPENED)
    assert overview.list_days(installation.people["boss"], OPENED).total == 0


def test_an_administrator_who_opens_a_day_is_named_in_it(installation: Installation) -> None:
    boss = installation.people["boss"]
    name = opening.open_day(boss, installation.opening(), NAME, OPENED)
    assert installation.day(name).lines[0].by.name == boss.name


def test_a_plan_changes_with_a_reason_and_what_was_done_stays(installation: Installation, day: str) -> None:
    receipt = installation.access(day)
    head, now = installation.people["head"], installation.clock.now
    rooms = (*ROOMS[1:], Room("0003", "exam"))
    cameras = tuple(c for c in CAMERAS if c.room != "0001")
    seen = opening.plan_state(installation.day(day))
    assert messages(lambda: opening.change_plan(head, day, " ", rooms, cameras, STATIONS, seen, now)) == {"reason"}
    assert messages(lambda: opening.change_plan(head, day, "x", ROOMS, CAMERAS, STATIONS, seen, now)) == {""}
    opening.change_plan(head, day, "ремонт", rooms, cameras, STATIONS, seen, now)
    loaded = installation.day(day)
    fact = loaded.lines[-1].fact
    assert (fact.rooms, fact.cameras, fact.stations) == (rooms, cameras, None), "only the lists that changed"
    assert (loaded.rooms, loaded.opened.rooms) == (rooms, ROOMS)
    assert loaded.acts[receipt.seq].fact.rooms == ("0001",)


def test_of_two_who_change_a_plan_the_later_is_told_and_overwrites_nothing(
    installation: Installation, day: str
) -> None:
    head, tech, now = installation.people["head"], installation.people["tech"], installation.clock.now
    seen = opening.plan_state(installation.day(day))
    more = (*ROOMS, Room("0003", "exam"))
    opening.change_plan(head, day, "ещё одна", more, CAMERAS, STATIONS, seen, now)
    count = journal.count()
    with pytest.raises(opening.Overtaken, match="changed while you were typing"):
        opening.change_plan(tech, day, "без станции", ROOMS, CAMERAS, (), seen, now)
    assert (journal.count(), installation.day(day).rooms) == (count, more)
    opening.change_plan(tech, day, "без станции", more, CAMERAS, (), opening.plan_state(installation.day(day)), now)
    assert (installation.day(day).rooms, installation.day(day).stations) == (more, ())


def test_a_note_between_does_not_stop_a_change_of_the_plan(installation: Installation, day: str) -> None:
    seen = opening.plan_state(installation.day(day))
    installation.note(day)
    head, now = installation.people["head"], installation.clock.now
    opening.change_plan(head, day, "без станции", ROOMS, CAMERAS, (), seen, now)
    assert installation.day(day).stations == ()


def test_the_same_form_opens_one_day_however_often_it_is_sent(
    installation: Installation, in_context: Callable[[Callable[[], Any]], Any]
) -> None:
    form = str(uuid4())
    with ThreadPoolExecutor(4) as pool:
        again = [pool.submit(in_context, lambda: installation.open_day(entry_id=form, second=False)) for _ in range(4)]
        names = {each.result() for each in again}
    count = journal.count()
    assert names == {"45-0007-2026-06-01"} == {installation.open_day(entry_id=form, second=False)}
    assert journal.count() == count and len(installation.day(names.pop()).lines) == 1
    boss = installation.people["boss"]
    with pytest.raises(Refused, match="number is taken"):
        opening.open_day(boss, installation.opening(entry_id=form), NAME, OPENED)


def test_a_second_day_of_a_date_asks_first(installation: Installation) -> None:
    first = installation.open_day(second=False)
    with pytest.raises(Invalid, match=f"A day of this centre on this date exists: {first}"):
        installation.open_day(second=False)
    assert messages(lambda: installation.open_day(second=False, end="x")) == {"second", "end"}, "with all else at once"
    assert [installation.open_day(second=False, rehearsal=True) for _ in range(2)] == [f"{first}-r1", f"{first}-r2"]
    assert installation.open_day() == f"{first}-2"
    assert installation.open_day(second=False, date=date(2026, 6, 2)) == "45-0007-2026-06-02"


def test_people_join_and_leave_with_a_reason(installation: Installation, day: str) -> None:
    head, cctv, now = installation.people["head"], installation.people["cctv"].person, installation.clock.now
    assert messages(lambda: opening.leave(head, day, cctv, "", now)) == {"reason"}
    opening.leave(head, day, cctv, "болезнь", now)
    assert cctv not in installation.day(day).roster
    assert messages(lambda: opening.leave(head, day, cctv, "ещё раз", now)) == {""}
    with pytest.raises(NotFound):
        installation.note(day, login="cctv")
    opening.join(head, day, Place(cctv, "cctv_technician", "приказ № 8"), "выздоровел", now)
    assert installation.day(day).roster[cctv].order == "приказ № 8"
    assert not installation.note(day, login="cctv").again
    assert messages(lambda: opening.join(head, day, Place("p-none", "technician"), "x", now)) == {"roster"}


def period_step(installation: Installation, day: str) -> int:
    """Do a step of the exam period."""
    evidence = {"software_name": "Станция", "version": "1"}
    for spec in installation.day(day).profile.step("prep.distrib").fields:
        if spec.required and spec.id not in evidence:
            evidence[spec.id] = {"date": "2026-05-18", "datetime": "2026-05-18T09:00"}.get(spec.type, "x")
    return installation.record(day, "tech", f.StepDone("prep.distrib", installation.clock.now, (), evidence)).seq


def state(installation: Installation, day: str) -> str:
    loaded = installation.day(day)
    return view(loaded.profile.step("prep.distrib"), loaded, installation.clock.now).state


@pytest.mark.parametrize("order", ["before", "after"])
def test_a_step_of_the_period_is_done_once_for_all_its_days(installation: Installation, day: str, order: str) -> None:
    later = {"date": date(2026, 6, 4), "period_start": EXAM}
    second = installation.open_day(**later) if order == "before" else ""
    seq = period_step(installation, day)
    second = second or installation.open_day(**later)
    loaded = installation.day(second)
    (act,) = loaded.step_acts("prep.distrib")
    assert (act.tag, act.fact.day, act.fact.seq) == ("step.elsewhere", day, seq)
    assert act.fact.leaf == installation.day(day).acts[seq].leaf
    assert state(installation, second) == State.ELSEWHERE


def test_other_periods_other_centres_and_rehearsals_are_told_nothing(installation: Installation, day: str) -> None:
    others = [
        installation.open_day(date=date(2026, 7, 4), period_start=date(2026, 7, 1)),
        installation.open_day(rehearsal=True), installation.open_day(date=date(2026, 6, 5), period_start=None),
    ]  # fmt: skip
    period_step(installation, day)
    assert [installation.day(name).step_acts("prep.distrib") for name in others] == [(), (), ()]


@pytest.mark.parametrize(
    ("change", "field"),
    [({"region": "4"}, "region"), ({"code": "7"}, "code"), ({"zone": "Mars/Base"}, "zone"), ({"zone": "../x"}, "zone"),
     ({"name": ""}, "name"), ({"address": ""}, "address"), ({"region_name": ""}, "region_name")],
)  # fmt: skip
def test_a_bad_centre_is_refused_by_field(installation: Installation, change: dict[str, str], field: str) -> None:
    bad: Centre = replace(CENTRE, **change)
    assert messages(lambda: centres.save(OFFICE, bad, ROOMS, CAMERAS, STATIONS, OPENED)) == {field}


def test_a_centre_is_changed_and_the_office_journal_tells_from_what_to_what(installation: Installation) -> None:
    centres.save(OFFICE, replace(CENTRE, name="Новое имя"), ROOMS, CAMERAS, STATIONS, OPENED)
    (office,) = [log for log, _, kind in journal.origins() if kind == "office"]
    fact = journal.entries(office)[-1].fact
    assert (fact.kind, fact.key, fact.before, fact.after) == (
        "centre",
        CODE,
        {"name": CENTRE.name},
        {"name": "Новое имя"},
    )
    with pytest.raises(Invalid, match="exists already"):
        centres.save(OFFICE, CENTRE, ROOMS, CAMERAS, STATIONS, OPENED, new=True)
    with pytest.raises(Refused):
        centres.save(installation.people["head"], CENTRE, ROOMS, CAMERAS, STATIONS, OPENED)


def test_somebody_comes_on_duty_later_and_never_everybody(installation: Installation) -> None:
    usual = installation.opening().roster
    later = tuple(replace(p, relief=p.role == "cctv_technician") for p in usual)
    day = installation.open_day(roster=later)
    assert [m.role for m in on_duty(installation.day(day))] == ["technician"]
    nobody = tuple(replace(p, relief=p.role in TECHNICIANS) for p in usual)
    assert messages(lambda: installation.open_day(roster=nobody)) == {"roster"}
    the_head = tuple(replace(p, relief=p.role == "pes_head") for p in usual)
    assert messages(lambda: installation.open_day(roster=the_head)) == {"roster"}
    head, cctv, now = installation.people["head"], installation.people["cctv"].person, installation.clock.now
    opening.join(head, day, Place(cctv, "cctv_technician", "", relief=False), "пришёл раньше", now)
    assert [m.role for m in on_duty(installation.day(day))] == ["technician", "cctv_technician"]
