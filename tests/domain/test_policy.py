"""Who may do what: the table, read as people would ask."""

import pytest

from app.domain import NotFound, Refused
from app.domain.people import Actor, short_name
from app.domain.plan import Role
from app.domain.policy import (
    BY_ACCOUNT,
    COMMISSION,
    OFFICES,
    ON_THE_DAY,
    Action,
    allowed,
    allowed_on,
    require,
    require_centre,
    require_member,
)
from tests.domain.daybook import PEOPLE, Book

DAY = Book().day
ON = {  # who of the roster may what
    "tech": "day:read step:record access:note milestone:note note:write entry:correct addendum:write act:confirm "
    "document:sign plan:change rehearsal:clock shift:hand shift:take reminder:take start:move "
    "recording:switch clock:measure outage:note footage:copy day:submit remark:answer package:export",
    "cctv": "day:read step:record access:note milestone:note note:write entry:correct addendum:write act:confirm "
    "document:sign plan:change rehearsal:clock shift:hand shift:take reminder:take start:move "
    "recording:switch clock:measure outage:note footage:copy day:submit remark:answer package:export",
    "head": "day:read step:record step:waive milestone:note note:write entry:correct addendum:write act:confirm "
    "document:sign plan:change rehearsal:clock reminder:take start:move outage:note day:submit gaps:override "
    "remark:answer package:export",
    "member": "day:read step:record step:waive milestone:note note:write entry:correct addendum:write act:confirm "
    "document:sign reminder:take start:move outage:note day:review package:export region:read register:read",
    "commission": "day:read step:record step:waive note:write entry:correct addendum:write act:confirm "
    "document:sign reminder:take start:move day:review day:accept package:export region:read register:read "
    "key:approve",
}
BY = {  # who may what by the account alone
    Role.TECHNICIAN: "day:open device:read", Role.CCTV_TECHNICIAN: "day:open device:read",
    Role.PES_HEAD: "day:open device:read key:approve",
    Role.COMMISSION_MEMBER: "day:read package:export region:read register:read",
    Role.COMMISSION_HEAD: "day:read key:approve package:export region:read register:read",
    Role.MINISTRY_OFFICER: "day:read changes:read device:read package:export region:read register:read",
    Role.ADMINISTRATOR: "day:read day:open device:read plan:change rehearsal:clock start:move centre:manage "
    "people:manage settings:manage key:approve changes:read package:export package:import region:read register:read",
}  # fmt: skip


def actor(person: str, *roles: Role, centres: tuple[str, ...] = ("01-0001",)) -> Actor:
    return Actor(person, person, frozenset(roles), frozenset(centres))


@pytest.mark.parametrize("person", ON)
def test_the_roster_gives_the_rights_on_the_day(person: str) -> None:
    who = actor(person, Role(PEOPLE[person].role))
    assert {a.value for a in Action if allowed_on(DAY, who, a)} == set(ON[person].split())


@pytest.mark.parametrize("role", Role)
def test_the_account_gives_the_rights_above_the_day(role: Role) -> None:
    assert {a.value for a in Action if allowed(actor("x", role), a)} == set(BY[role].split())


@pytest.mark.parametrize("action", Action)
def test_every_action_stands_in_the_table_and_nobody_has_it_for_nothing(action: Action) -> None:
    assert ON_THE_DAY.get(action) or BY_ACCOUNT.get(action)
    assert not allowed(actor("x"), action)
    assert not allowed_on(DAY, actor("x", *(set(Role) - OFFICES)), action)
    assert not allowed_on(DAY, actor("x", *Role, centres=("02", "01-0002")), action)
    assert not allowed_on(DAY, actor("x", *COMMISSION, centres=()), action)


@pytest.mark.parametrize("role", sorted(COMMISSION))
def test_a_commission_reads_the_centres_of_its_region_only(role: Role) -> None:
    for centres, reads in ((("01",), True), (("01-0001",), True), (("02",), False), ((), False)):
        assert allowed_on(DAY, actor("x", role, centres=centres), Action.DAY_READ) is reads
    assert not allowed_on(DAY, actor("x", role, centres=("01",)), Action.DAY_REVIEW)  # that is the roster's


@pytest.mark.parametrize("action", Action)
def test_a_stranger_learns_nothing_of_a_day(action: Action) -> None:
    with pytest.raises(NotFound):
        require_member(DAY, actor("x", Role.TECHNICIAN), action)


def test_an_office_reads_and_does_not_act() -> None:
    officer, admin = actor("o", Role.MINISTRY_OFFICER, centres=()), actor("a", Role.ADMINISTRATOR, centres=())
    assert {a.value for a in Action if allowed_on(DAY, officer, a)} == set(BY[Role.MINISTRY_OFFICER].split())
    with pytest.raises(Refused):
        require_member(DAY, officer, Action.STEP_RECORD)
    with pytest.raises(Refused):
        require_member(DAY, admin, Action.PLAN_CHANGE)
    assert allowed_on(DAY, admin, Action.PLAN_CHANGE)


def test_an_office_of_other_centres_sees_nothing_of_this_one() -> None:
    assert not allowed_on(DAY, actor("o", Role.MINISTRY_OFFICER, centres=("01-0002",)), Action.DAY_READ)
    assert allowed_on(DAY, actor("o", Role.MINISTRY_OFFICER, centres=("01-0002", "01-0001")), Action.DAY_READ)


def test_a_person_of_the_day_without_the_right_is_told_so() -> None:
    with pytest.raises(Refused):
        require_member(DAY, actor("head", Role.PES_HEAD), Action.ACCESS_NOTE)


def test_a_centres_people_open_days_for_their_own_centre_only() -> None:
    head = actor("head", Role.PES_HEAD)
    require_centre(head, Action.DAY_OPEN, "01-0001")
    with pytest.raises(NotFound):
        require_centre(head, Action.DAY_OPEN, "01-0002")
    require_centre(actor("a", Role.ADMINISTRATOR, centres=()), Action.DAY_OPEN, "01-0002")
    with pytest.raises(Refused):
        require(actor("m", Role.MINISTRY_OFFICER), Action.DAY_OPEN)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Aalto Aino Maria", "Aalto\u00a0A.\u00a0M."),
        ("Berg", "Berg"),
        ("Иванов пётр", "Иванов\u00a0П."),
        ("A B C D", "A\u00a0B.\u00a0C."),
    ],
)
def test_a_name_is_printed_with_initials(name: str, short: str) -> None:
    assert short_name(name) == short
