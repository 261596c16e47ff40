"""Accounts kept by the administration: what is refused, who stays administrator, sessions, who reads what."""

from datetime import timedelta

import pytest

from app.domain import Invalid, NotFound, Refused
from app.domain import facts as f
from app.domain.plan import Role
from app.services import accounts, activity, changes, invitations, office, people, sessions
from app.store import journal
from tests.conftest import CODE, EXAM, MADE, OFFICE, Installation

IDLE = timedelta(minutes=720)


def edit(installation: Installation, login: str, roles: list[str], by: str = "") -> None:
    actor = installation.people[login]
    doer = installation.people[by] if by else OFFICE
    people.edit(doer, actor.person, actor.name, roles, sorted(actor.centres), "", installation.clock.now)


def last_changes(count: int) -> list[f.RecordChanged]:
    return [e.fact for e in journal.entries(office.log())[-count:]]


def test_only_the_administration_sees_and_changes_people(installation: Installation) -> None:
    tech, now = installation.people["tech"], installation.clock.now
    new = ("x", "Новый Человек", ["technician"], [CODE], "", now)
    for call in (
        lambda: people.list_people(tech),
        lambda: people.person(tech, installation.people["head"].person),
        lambda: people.add(tech, *new),
        lambda: invitations.invite(tech, *new),
        lambda: invitations.renew(tech, tech.person, now),
        lambda: invitations.waiting(tech, tech.person, now),
        lambda: people.reset_password(tech, tech.person, now),
        lambda: people.edit(tech, tech.person, "Я Сам", ["administrator"], [], "", now),
        lambda: people.lock(tech, tech.person, "x", now),
        lambda: people.unlock(tech, tech.person, now),
        lambda: people.lift(tech, tech.person, now),
        lambda: sessions.count(tech, tech.person, now, IDLE),
        lambda: sessions.end_all(tech, tech.person, now, IDLE),
        lambda: changes.list_changes(tech),
        lambda: changes.kinds(tech),
        lambda: changes.people(tech),
    ):
        with pytest.raises(Refused):
            call()
    assert people.person(tech, tech.person).login == "tech"
    with pytest.raises(NotFound):
        people.person(OFFICE, "p-none")


@pytest.mark.parametrize(
    ("login", "name", "roles", "centres", "email", "field"),
    [("", "Имя Фамилия", ["technician"], [], "", "login"),
     ("two words", "Имя Фамилия", ["technician"], [], "", "login"),
     ("tech", "Имя Фамилия", ["technician"], [], "", "login"), ("new", "Имя", ["technician"], [], "", "name"),
     ("new", "Имя Фамилия", [], [], "", "roles"), ("new", "Имя Фамилия", ["king"], [], "", "roles"),
     ("new", "Имя Фамилия", ["technician"], [], "nobody", "email"),
     ("n" * 61, "Имя Фамилия", ["technician"], [], "", "login"),
     ("new", "Имя Фамилия", ["technician"], ["45-9999"], "", "centres"),
     ("new", "Имя Фамилия", ["technician"], None, "", "centres")],
)  # fmt: skip
def test_a_bad_account_is_refused_by_field(
    installation: Installation, login: str, name: str, roles: list[str], centres: list[str] | None, email: str,
    field: str,
) -> None:  # fmt: skip
    for add in (people.add, invitations.invite):
        with pytest.raises(Invalid) as info:
            add(OFFICE, login, name, roles, centres, email, installation.clock.now)
        assert [m.field for m in info.value.messages] == [field]


def test_every_mistake_is_told_at_once_and_nothing_is_written(installation: Installation) -> None:
    before = journal.head(office.log()).checkpoint.size
    with pytest.raises(Invalid) as info:
        invitations.invite(OFFICE, "tech", "", [], ["45-9999", CODE], "nobody", installation.clock.now)
    assert [m.field for m in info.value.messages] == ["login", "name", "email", "roles", "centres"]
    with pytest.raises(Invalid) as info:
        people.edit(OFFICE, installation.people["tech"].person, "", [], None, "nobody", installation.clock.now)
    assert [m.field for m in info.value.messages] == ["name", "email", "roles", "centres"]
    assert journal.head(office.log()).checkpoint.size == before
    assert people.person(OFFICE, installation.people["tech"].person).name == installation.people["tech"].name


def test_nobody_takes_their_own_administration_away(installation: Installation) -> None:
    boss = installation.people["boss"]
    with pytest.raises(Invalid, match="own administration"):
        edit(installation, "boss", ["technician"], by="boss")
    with pytest.raises(Invalid, match="own administration"):
        people.lock(boss, boss.person, "tired", installation.clock.now)
    assert Role.ADMINISTRATOR in people.person(boss, boss.person).roles


def test_the_last_administrator_who_can_sign_in_stays_one(installation: Installation) -> None:
    boss, now = installation.people["boss"], installation.clock.now
    root = people.list_people(OFFICE, "root").items[0]
    people.lock(OFFICE, root.id, "the first one", now)
    invitations.invite(OFFICE, "second", "Второй Администратор", ["administrator"], [], "", now)  # never signed in
    with pytest.raises(Invalid, match="last administrator"):
        people.lock(OFFICE, boss.person, "x", now)
    with pytest.raises(Invalid, match="last administrator"):
        edit(installation, "boss", ["technician"])
    people.unlock(OFFICE, root.id, now)
    people.lock(OFFICE, boss.person, "left", now)
    with pytest.raises(Invalid, match="last administrator"):
        people.lock(OFFICE, root.id, "x", now)


def test_a_lock_needs_a_reason_which_the_record_keeps_and_can_be_taken_back(installation: Installation) -> None:
    tech, now = installation.people["tech"], installation.clock.now
    with pytest.raises(Invalid, match="reason"):
        people.lock(OFFICE, tech.person, "  ", now)
    people.lock(OFFICE, tech.person, "left the school", now)
    assert people.person(OFFICE, tech.person).lock_reason == "left the school"
    people.unlock(OFFICE, tech.person, now)
    closed, opened = last_changes(2)
    assert closed.after == {"active": False, "lock_reason": "left the school"}
    assert opened.after == {"active": True, "lock_reason": ""}
    assert accounts.sign_in("tech", "password-tech", now)


def test_the_lock_of_five_wrong_tries_is_lifted_by_the_administration(installation: Installation) -> None:
    tech, now = installation.people["tech"], installation.clock.now
    for _ in range(5):
        with pytest.raises(Invalid):
            accounts.sign_in("tech", "nonsense", now)
    assert people.locked_until("tech", now) == now + timedelta(minutes=15)
    people.lift(OFFICE, tech.person, now)
    assert people.locked_until("tech", now) is None
    assert last_changes(1)[0].kind == "tries"
    assert accounts.sign_in("tech", "password-tech", now)


def test_sessions_are_listed_and_ended_one_by_one_or_all_others(installation: Installation) -> None:
    tech, clock = installation.people["tech"], installation.clock
    secrets = [accounts.sign_in("tech", "password-tech", clock.forward(minutes=1), f"Browser {n}") for n in range(3)]
    accounts.sign_in("head", "password-head", clock.now)
    mine = accounts.session(secrets[2], clock.now, IDLE)
    assert mine is not None
    found = sessions.own(tech, mine.token, clock.now, IDLE)
    assert [(s.browser, s.mine) for s in found] == [("Browser 2", True), ("Browser 1", False), ("Browser 0", False)]
    sessions.end_own(installation.people["head"], found[2].id)
    assert accounts.session(secrets[0], clock.now, IDLE), "nobody ends another one's session"
    sessions.end_own(tech, found[2].id)
    assert accounts.session(secrets[0], clock.now, IDLE) is None
    sessions.end_others(tech, mine.token)
    assert [s.mine for s in sessions.own(tech, mine.token, clock.now, IDLE)] == [True]
    assert sessions.count(OFFICE, tech.person, clock.now, IDLE) == 1
    sessions.end_all(OFFICE, tech.person, clock.now, IDLE)
    assert accounts.session(secrets[2], clock.now, IDLE) is None
    assert sessions.count(OFFICE, installation.people["head"].person, clock.now, IDLE) == 1


def test_the_record_of_changes_is_read_by_kind_and_by_person(installation: Installation) -> None:
    officer, boss, now = installation.people["ministry"], installation.people["boss"], installation.clock.now
    tech = installation.people["tech"]
    people.edit(boss, tech.person, "Ёлкина Анна Ивановна", ["technician"], [CODE], "", now)
    newest = changes.list_changes(officer).items[0]
    assert (newest.by, newest.about, newest.kind) == (boss.name, "Ёлкина Анна Ивановна", "person")
    assert newest.fields == {"name": (tech.name, "Ёлкина Анна Ивановна")}
    about = changes.list_changes(officer, person=tech.person).items
    assert [c.kind for c in about] == ["person", "key.made", "person"]
    assert {c.kind for c in changes.list_changes(officer, kind="centre").items} == {"centre"}
    assert changes.list_changes(officer, person=boss.person).total == 2, "by and about"
    page = changes.list_changes(officer, page=2, size=3)
    assert (page.page, len(page.items)) == (2, 3)


def test_ones_own_activity_holds_entries_sign_ins_keys_and_acts_newest_first(
    installation: Installation, day: str
) -> None:
    tech, clock = installation.people["tech"], installation.clock
    installation.note(day, "mine")
    installation.note(day, "not mine", login="head")
    accounts.sign_in("tech", "password-tech", clock.forward(minutes=1), "Firefox on Android")
    found = activity.list_activity(tech)
    assert [type(d.what).__name__ for d in found.lines] == ["SignIn", "Line", "Change"]
    assert found.older == ""
    assert [d.at for d in found.lines] == sorted((d.at for d in found.lines), reverse=True)
    assert not [d for d in activity.list_activity(installation.people["ministry"]).lines if d.day]


def test_a_page_of_activity_folds_a_few_days_and_the_pages_hold_everything_once(
    installation: Installation, day: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = installation.open_day(date=EXAM + timedelta(days=1))
    for name in (day, later):
        installation.note(name)
    opened = []
    load = activity.days.load
    monkeypatch.setattr(activity.days, "load", lambda actor, name: opened.append(name) or load(actor, name))
    monkeypatch.setattr(activity, "FOLDS", 1)
    first = activity.list_activity(installation.people["tech"])
    assert opened == [later] and first.older == later
    second = activity.list_activity(installation.people["tech"], first.older)
    assert opened == [later, day] and second.older == ""
    assert [d.day.id for d in first.lines + second.lines if d.day] == [later, day]
    assert [d.at for d in second.lines if not d.day] == [MADE], "the key stands on the page of its time"
