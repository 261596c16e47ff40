"""The same journal on PostgreSQL: append-only, one row lock a journal, proved and signed."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from app.domain import Invalid
from app.services import accounts, check, days, documents, verify
from app.store import journal
from app.store.db import db, transaction
from tests.conftest import Installation


def attacker(url: str) -> psycopg.Connection[Any]:
    """Somebody with the database's own password."""
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET body = NULL",
        "DELETE FROM entry",
        "TRUNCATE entry CASCADE",
        "UPDATE profile SET text = ''",
        "DELETE FROM profile",
    ],
)
def test_the_database_itself_refuses_to_change_the_record(day: str, url: str, statement: str) -> None:
    db.session.remove()  # an open read would make TRUNCATE wait
    with attacker(url) as connection, pytest.raises(psycopg.errors.RaiseException, match=r"append-only|never changes"):
        connection.execute(statement)


def test_eight_writers_on_one_day_lose_nothing_and_the_log_verifies(installation: Installation, day: str) -> None:
    def write(_: int) -> str:
        with installation.app.app_context():
            entry_id = str(uuid4())
            installation.note(day, "eight at once", entry_id=entry_id)
            db.session.remove()
            return entry_id

    with ThreadPoolExecutor(8) as pool:
        sent = list(pool.map(write, range(80)))
    log = days.log_of(day)
    assert [e.seq for e in journal.entries(log)] == list(range(81))
    assert {e.id for e in journal.entries(log)[1:]} == set(sent)
    assert verify.verify_day(day).exit == 0


def test_writers_of_two_days_do_not_wait_for_each_other(installation: Installation, day: str) -> None:
    other = installation.open_day()
    done = threading.Event()

    def write() -> None:
        with installation.app.app_context():
            installation.note(other)
            db.session.remove()
        done.set()

    with transaction(days.log_of(day)):
        thread = threading.Thread(target=write)
        thread.start()
        assert done.wait(10), "the other day waited"
    thread.join()


def test_a_writer_of_the_same_day_waits_for_the_row_of_its_journal(installation: Installation, day: str) -> None:
    done = threading.Event()

    def write() -> None:
        with installation.app.app_context():
            installation.note(day)
            db.session.remove()
        done.set()

    with transaction(days.log_of(day)):
        thread = threading.Thread(target=write)
        thread.start()
        assert not done.wait(0.5), "two writers read the same head"
    assert done.wait(10)
    thread.join()


def test_a_refused_entry_leaves_nothing_behind(installation: Installation, day: str) -> None:
    before = journal.head(days.log_of(day)).checkpoint
    with pytest.raises(Invalid):
        installation.note(day, "")
    assert journal.head(days.log_of(day)).checkpoint == before


@pytest.mark.parametrize(
    ("damage", "word"),
    [
        ("UPDATE entry SET body = 'x' WHERE log_id = %(log)s AND seq = 1", "Entry 2"),
        ("UPDATE entry SET leaf = substr(leaf, 2) WHERE log_id = %(log)s AND seq = 1", "Entry 2"),
        ("DELETE FROM entry WHERE log_id = %(log)s AND seq = 1", "Entry 2"),
        ("DELETE FROM entry WHERE log_id = %(log)s AND seq >= 2", "the tail was cut"),
    ],
)
def test_damage_done_past_the_triggers_is_named(
    installation: Installation, day: str, url: str, damage: str, word: str
) -> None:
    installation.note(day)
    installation.note(day)
    with attacker(url) as connection:
        connection.execute("ALTER TABLE entry DISABLE TRIGGER USER")
        connection.execute(damage, {"log": days.log_of(day)})
    db.session.rollback()
    result = verify.verify_day(day)
    assert (result.exit, word.lower() in str(result).lower()) == (1, True), str(result)


def test_a_day_is_done_confirmed_signed_by_three_and_checked(
    installation: Installation, day: str, in_own_context: Callable[[Callable[[], Any]], Any], tmp_path: Path
) -> None:
    first, second = installation.access(day), installation.arrive(day)
    installation.confirm(day, first.seq, second.seq)
    pdf = installation.sign_all(day)
    assert check.check(pdf).exit == 0
    assert check.check(pdf + b"\n").exit == 1
    assert documents.save(installation.day(day), "access-journal")[0] == pdf
    assert verify.verify_day(day).exit == 0
    assert all(result.proved for result in verify.verify_all())
    assert in_own_context(lambda: verify.verify_day(day).size) == installation.day(day).size


def test_wrong_tries_are_all_counted_when_they_come_at_once(installation: Installation) -> None:
    def guess(_: int) -> None:
        with installation.app.app_context():
            with pytest.raises(Invalid):
                accounts.sign_in("tech", "wrong", installation.clock.now)
            db.session.remove()

    guess(0)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(guess, range(4)))
    with pytest.raises(Invalid, match="Too many wrong tries"):
        accounts.sign_in("tech", "password-tech", installation.clock.now)


@pytest.fixture
def in_own_context(installation: Installation) -> Callable[[Callable[[], Any]], Any]:
    """Call in another thread, as another request would."""

    def run(call: Callable[[], Any]) -> Any:
        def inside() -> Any:
            with installation.app.app_context():
                try:
                    return call()
                finally:
                    db.session.remove()

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(inside).result()

    return run
