"""What PostgreSQL does by itself: no TRUNCATE either, and a lock for each journal instead of one for all."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from app.services import days
from app.store.db import db, transaction
from tests.conftest import Installation
from tests.databases import REFUSED
from tests.store.attacker import attack

InContext = Callable[[Callable[[], Any]], Any]


@pytest.mark.parametrize("table", ["entry", "profile"])
def test_a_table_that_never_changes_is_not_emptied_either(installation: Installation, day: str, table: str) -> None:
    db.session.remove()  # an open read would make TRUNCATE wait
    with attack(installation.database, armed=False) as hand, pytest.raises(REFUSED, match=r"append-only|never changes"):
        hand.execute(f"TRUNCATE {table} CASCADE")


def test_writers_of_two_days_do_not_wait_for_each_other(
    installation: Installation, day: str, in_context: InContext
) -> None:
    other, done = installation.open_day(rehearsal=True), threading.Event()

    def write() -> None:
        installation.note(other)
        done.set()

    thread = threading.Thread(target=in_context, args=(write,))
    with transaction(days.log_of(day)):
        thread.start()
        assert done.wait(20), "the other day waited"
    thread.join(20)


def test_a_writer_of_the_same_day_waits_until_the_one_before_is_done(
    installation: Installation, day: str, in_context: InContext
) -> None:
    done = threading.Event()

    def write() -> None:
        installation.note(day)
        done.set()

    thread = threading.Thread(target=in_context, args=(write,))
    with transaction(days.log_of(day)):
        thread.start()
        assert not done.wait(0.5), "two writers read the same head"
    assert done.wait(20)
    thread.join(20)
