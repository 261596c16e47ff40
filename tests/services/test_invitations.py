"""One-time links: only the hash is stored, used once, replaced by the next, and no way round a second person."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest

from app.domain import Invalid, Refused
from app.domain.people import Actor
from app.domain.plan import Role
from app.services import accounts, invitations, keys, people
from app.services.invitations import Link
from app.store import people as store
from app.store.db import transaction
from tests.conftest import CODE, OFFICE, Installation

IDLE = timedelta(minutes=720)
OWN = "three quiet words"


def invite(installation: Installation, login: str = "new") -> Link:
    name = "Новый Человек"
    return invitations.invite(OFFICE, login, name, ["technician"], [CODE], "", installation.clock.now)


def accept(installation: Installation, link: Link, password: str = OWN) -> str | None:
    return invitations.accept(link.secret, password, password, installation.clock.now)


def test_a_link_makes_the_password_and_signs_in_once(installation: Installation) -> None:
    link, clock = invite(installation), installation.clock
    assert not link.person.has_password
    for _ in range(3):  # looking uses nothing up
        assert invitations.holder(link.secret, clock.now)
    secret = accept(installation, link)
    assert secret is not None
    found = accounts.session(secret, clock.now, IDLE)
    assert found is not None and found.login == "new" and not found.must_change_password
    assert accounts.sign_in("new", OWN, clock.now)
    assert accept(installation, link, "another password") is None
    assert invitations.holder(link.secret, clock.now) is None


def test_before_the_link_is_used_no_password_fits(installation: Installation) -> None:
    invite(installation)
    for password in ("", "anything at all"):
        with pytest.raises(Invalid, match="Wrong name or password"):
            accounts.sign_in("new", password, installation.clock.now)


def test_a_link_lasts_seven_days(installation: Installation) -> None:
    link = invite(installation)
    installation.clock.now = link.expires - timedelta(seconds=1)
    assert invitations.holder(link.secret, installation.clock.now)
    assert invitations.waiting(OFFICE, link.person.id, installation.clock.now) == link.expires
    installation.clock.forward(seconds=1)
    assert invitations.holder(link.secret, installation.clock.now) is None
    assert accept(installation, link) is None
    assert invitations.waiting(OFFICE, link.person.id, installation.clock.now) is None


def test_a_new_link_makes_the_old_one_the_password_and_the_sessions_worthless(installation: Installation) -> None:
    tech, now = installation.people["tech"], installation.clock.now
    session = accounts.sign_in("tech", "password-tech", now)
    first = invitations.renew(OFFICE, tech.person, now)
    assert accounts.session(session, now, IDLE) is None
    with pytest.raises(Invalid, match="Wrong name or password"):
        accounts.sign_in("tech", "password-tech", now)
    second = invitations.renew(OFFICE, tech.person, now)
    assert accept(installation, first) is None
    assert accept(installation, second)


def test_a_one_time_password_makes_a_link_worthless(installation: Installation) -> None:
    link = invite(installation)
    people.reset_password(OFFICE, link.person.id, installation.clock.now)
    assert accept(installation, link) is None


def test_a_link_of_a_closed_account_is_worthless_also_when_it_opens_again(installation: Installation) -> None:
    link, now = invite(installation), installation.clock.now
    people.lock(OFFICE, link.person.id, "a mistake", now)
    assert accept(installation, link) is None
    with pytest.raises(Invalid, match="closed"):
        invitations.renew(OFFICE, link.person.id, now)
    people.unlock(OFFICE, link.person.id, now)
    assert accept(installation, link) is None


def test_a_link_of_an_account_that_was_closed_some_other_way_is_worthless(installation: Installation) -> None:
    link = invite(installation)
    with transaction():
        people.row_of(link.person.id).active = False
    assert invitations.holder(link.secret, installation.clock.now) is None
    assert accept(installation, link) is None


def test_a_bad_password_is_told_whole_and_the_link_stays_good(installation: Installation) -> None:
    link = invite(installation)
    with pytest.raises(Invalid) as info:
        invitations.accept(link.secret, "short", "other", installation.clock.now)
    assert [m.field for m in info.value.messages] == ["new", "again"]
    assert accept(installation, link)


def test_two_who_use_one_link_at_once_are_one(
    installation: Installation, in_context: Callable[[Callable[[], Any]], Any]
) -> None:
    link, barrier, got = invite(installation), Barrier(2), []

    def use(password: str) -> None:
        barrier.wait()
        got.append(in_context(lambda: accept(installation, link, password)))

    threads = [Thread(target=use, args=(f"password number {n}",)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(bool(secret) for secret in got) == [False, True]


def test_the_secret_stands_nowhere_in_the_database(installation: Installation) -> None:
    link = invite(installation)
    dump = installation.database.content()
    assert link.secret.encode() not in dump
    assert accounts.digest(link.secret).encode() in dump
    assert store.invitation(link.secret) is None


def test_wrong_tries_do_not_keep_the_holder_of_a_link_out(installation: Installation) -> None:
    tech, now = installation.people["tech"], installation.clock.now
    for _ in range(5):
        with pytest.raises(Invalid):
            accounts.sign_in("tech", "nonsense", now)
    assert accept(installation, invitations.renew(OFFICE, tech.person, now))
    assert accounts.sign_in("tech", OWN, now)


def test_nobody_makes_a_link_for_themselves(installation: Installation) -> None:
    boss = installation.people["boss"]
    with pytest.raises(Invalid, match="own page"):
        invitations.renew(boss, boss.person, installation.clock.now)


def ask_as_the_holder(installation: Installation, person: Actor) -> None:
    keys.ask_new(person, OWN, "new-code-1", True, installation.clock.now)


def approve(installation: Installation, by: str, person: Actor) -> None:
    keys.approve_new(installation.people[by], person.person, f"password-{by}", installation.clock.now)


def test_whoever_gave_the_link_does_not_approve_the_key(installation: Installation) -> None:
    """Else one person alone could sign as anybody: new link, new password, new code, own approval."""
    tech = installation.people["tech"]
    accept(installation, invitations.renew(installation.people["boss"], tech.person, installation.clock.now))
    ask_as_the_holder(installation, tech)
    with pytest.raises(Refused, match="somebody else has to approve"):
        approve(installation, "boss", tech)
    approve(installation, "head", tech)


def test_a_link_that_waits_over_an_approval_of_somebody_else_still_binds(installation: Installation) -> None:
    boss, tech, now = installation.people["boss"], installation.people["tech"], installation.clock.now
    keys.ask_new(tech, "password-tech", "new-code-1", True, now)
    link = invitations.renew(boss, tech.person, now)
    approve(installation, "head", tech)
    accept(installation, link)  # by whoever made it
    ask_as_the_holder(installation, tech)
    with pytest.raises(Refused, match="somebody else has to approve"):
        approve(installation, "boss", tech)


def test_a_second_handing_out_does_not_clear_the_first(installation: Installation) -> None:
    boss, tech, now = installation.people["boss"], installation.people["tech"], installation.clock.now
    other, _ = people.add(OFFICE, "boss2", "Вторая Анна", ["administrator"], [], "", now)
    accept(installation, invitations.renew(boss, tech.person, now))
    ask_as_the_holder(installation, tech)
    second = Actor(other.id, other.name, frozenset({Role.ADMINISTRATOR}))
    invitations.renew(second, tech.person, now)
    with pytest.raises(Refused, match="somebody else has to approve"):
        approve(installation, "boss", tech)
