"""Sign-in, lockout by the clock, sessions that end, and passwords."""

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.domain import Invalid
from app.services import accounts, people
from app.store import people as store
from app.store.db import db, transaction
from app.store.tables import SessionRow
from tests.conftest import OFFICE, SLOW_HASHER, Installation

IDLE = timedelta(minutes=720)
GOOD = "password-tech"


def wrong(installation: Installation, password: str = "nonsense-1", login: str = "tech") -> str:
    with pytest.raises(Invalid) as info:
        accounts.sign_in(login, password, installation.clock.now)
    return str(info.value)


def test_five_wrong_tries_lock_for_a_quarter_of_an_hour(installation: Installation) -> None:
    told = [wrong(installation) for _ in range(5)]
    assert [f"left: {n}." in text for n, text in zip((4, 3, 2, 1), told, strict=False)] == [True] * 4
    assert "Too many wrong tries. Try again in 15 min. Nothing was changed." in told[4]
    assert "15 min" in wrong(installation, GOOD), "the right password does not open a locked account"
    installation.clock.forward(minutes=14, seconds=1)
    assert "1 min" in wrong(installation, GOOD)
    installation.clock.forward(seconds=59)
    assert accounts.sign_in("tech", GOOD, installation.clock.now)


def test_after_the_lock_five_tries_are_counted_anew(installation: Installation) -> None:
    for _ in range(5):
        wrong(installation)
    installation.clock.forward(minutes=15)
    assert "left: 4." in wrong(installation)


def test_a_success_clears_the_count(installation: Installation) -> None:
    for _ in range(4):
        wrong(installation)
    accounts.sign_in(" TECH ", GOOD, installation.clock.now)
    assert "left: 4." in wrong(installation)


def test_an_unknown_name_is_answered_and_locked_like_a_known_one(installation: Installation) -> None:
    told = [wrong(installation, login="nobody") for _ in range(5)]
    assert told[0] == wrong(installation)
    assert "Too many" in told[4]


def test_a_lock_is_of_one_account_only(installation: Installation) -> None:
    for _ in range(5):
        wrong(installation)
    assert accounts.sign_in("head", "password-head", installation.clock.now)


def test_a_session_ends_when_it_was_idle_too_long(installation: Installation) -> None:
    secret = accounts.sign_in("tech", GOOD, installation.clock.now)
    for _ in range(3):  # used again and again it lives on
        found = accounts.session(secret, installation.clock.forward(minutes=719), IDLE)
        assert found is not None
        assert (found.actor.person, found.login) == (installation.people["tech"].person, "tech")
    assert accounts.session(secret, installation.clock.forward(minutes=720, seconds=1), IDLE) is None
    accounts.forget_idle(installation.clock.now, IDLE)
    assert accounts.session(secret, installation.clock.now - timedelta(hours=12), IDLE) is None


def test_only_the_hash_of_the_cookie_is_stored(installation: Installation) -> None:
    secret = accounts.sign_in("tech", GOOD, installation.clock.now)
    found = accounts.session(secret, installation.clock.now, IDLE)
    assert found is not None
    assert secret not in found.token
    assert store.session(secret) is None
    assert accounts.session(found.token, installation.clock.now, IDLE) is None
    assert accounts.session("", installation.clock.now, IDLE) is None


def test_signing_out_ends_the_session(installation: Installation) -> None:
    one, two = (accounts.sign_in("tech", GOOD, installation.clock.now) for _ in range(2))
    token = accounts.session(one, installation.clock.now, IDLE)
    assert token is not None
    accounts.sign_out(token.token)
    assert accounts.session(one, installation.clock.now, IDLE) is None
    assert accounts.session(two, installation.clock.now, IDLE) is not None


def close_account(installation: Installation) -> None:
    people.lock(OFFICE, installation.people["tech"].person, "left the school", installation.clock.now)


def test_a_closed_account_does_not_sign_in_and_its_sessions_end(installation: Installation) -> None:
    secret = accounts.sign_in("tech", GOOD, installation.clock.now)
    close_account(installation)
    assert accounts.session(secret, installation.clock.now, IDLE) is None
    assert "Wrong name or password" in wrong(installation, GOOD)
    assert db.session.scalar(select(func.count()).select_from(SessionRow)) == 0


def test_a_session_of_an_account_that_was_closed_some_other_way_is_worth_nothing(installation: Installation) -> None:
    secret = accounts.sign_in("tech", GOOD, installation.clock.now)
    with transaction():
        row = store.by_login("tech")
        assert row is not None
        row.active = False
    assert accounts.session(secret, installation.clock.now, IDLE) is None


def test_a_changed_password_ends_every_other_session(installation: Installation) -> None:
    one, two = (accounts.sign_in("tech", GOOD, installation.clock.now) for _ in range(2))
    keep = accounts.session(one, installation.clock.now, IDLE)
    assert keep is not None
    actor = installation.people["tech"]
    accounts.set_password(actor, GOOD, "another password", installation.clock.now, keep.token)
    assert accounts.session(one, installation.clock.now, IDLE) is not None
    assert accounts.session(two, installation.clock.now, IDLE) is None
    wrong(installation, GOOD)
    assert accounts.sign_in("tech", "another password", installation.clock.now)


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [("guess", "long enough password", "Wrong password"), (GOOD, "short", "too short"), (GOOD, GOOD, "differs")],
)
def test_a_bad_change_of_password_changes_nothing(installation: Installation, old: str, new: str, part: str) -> None:
    with pytest.raises(Invalid, match=part):
        accounts.set_password(installation.people["tech"], old, new, installation.clock.now)
    assert accounts.sign_in("tech", GOOD, installation.clock.now)


def test_a_reset_password_works_once_and_has_to_be_changed(installation: Installation) -> None:
    actor = installation.people["tech"]
    secret = accounts.sign_in("tech", GOOD, installation.clock.now)
    password = people.reset_password(OFFICE, actor.person, installation.clock.now)
    assert accounts.session(secret, installation.clock.now, IDLE) is None
    found = accounts.session(accounts.sign_in("tech", password, installation.clock.now), installation.clock.now, IDLE)
    assert found is not None and found.must_change_password
    accounts.set_password(actor, password, "my own password", installation.clock.now)
    found = accounts.session(
        accounts.sign_in("tech", "my own password", installation.clock.now), installation.clock.now, IDLE
    )
    assert found is not None and not found.must_change_password


def test_passwords_are_stored_as_argon2id_and_never_in_the_journal(installation: Installation) -> None:
    row = store.by_login("tech")
    assert row is not None
    assert row.password.startswith("$argon2id$")
    assert accounts.password_fits(row.password, GOOD)
    assert not accounts.password_fits(row.password, GOOD + " ")
    assert not accounts.password_fits("not a hash", GOOD)
    assert GOOD.encode() not in installation.database.content()


def test_hashing_a_password_costs_a_thief_64_megabytes_and_three_passes() -> None:
    assert (SLOW_HASHER.type.name, SLOW_HASHER.memory_cost, SLOW_HASHER.time_cost) == ("ID", 64 * 1024, 3)


def test_the_first_wrong_tries_that_come_at_once_are_all_counted(
    installation: Installation, in_context: Callable[[Callable[[], Any]], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody stands in the table yet: two who both find nothing there would both begin to count."""
    add, together = store.add, threading.Barrier(2)

    def late(row: Any) -> None:
        with suppress(threading.BrokenBarrierError):
            together.wait(0.5)
        add(row)

    monkeypatch.setattr(store, "add", late)
    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(lambda _: in_context(lambda: wrong(installation)), range(2)))
    assert sorted(re.findall(r"left: (\d)", " ".join(told))) == ["3", "4"]
