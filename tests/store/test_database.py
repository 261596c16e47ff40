"""The database: append-only by itself, one transaction per use case, UTC only, schema = models."""

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import IntegrityError, StatementError

from app.domain import facts as f
from app.domain.journal import Broken, Times
from app.domain.note import open_checkpoint
from app.services import days, setup
from app.store import journal, keys
from app.store import people as store
from app.store.db import Base, db, transaction
from app.store.migrations import FOLDER, upgrade
from app.store.tables import EntryRow, SessionRow
from tests.conftest import MORNING, Installation
from tests.databases import REFUSED
from tests.store.attacker import attack, insert, row


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE entry SET body = salt",
        "UPDATE entry SET seq = seq + 100",
        "DELETE FROM entry",
        "DELETE FROM entry WHERE seq = 1",
        "UPDATE profile SET text = ''",
        "DELETE FROM profile",
    ],
)
def test_the_database_itself_refuses_to_change_the_journal(installation: Installation, day: str, sql: str) -> None:
    installation.note(day)
    with attack(installation.database, armed=False) as hand:
        before = hand.rows("SELECT * FROM entry ORDER BY log_id, seq")
        with pytest.raises(REFUSED, match=r"append-only|never changes"):
            hand.execute(sql)
        assert hand.rows("SELECT * FROM entry ORDER BY log_id, seq") == before


def test_no_two_entries_have_one_place_or_one_id(installation: Installation, day: str) -> None:
    installation.note(day)
    with attack(installation.database, armed=False) as hand:
        taken = row(hand, days.log_of(day), 1)
        for change in ({"id": "x"}, {"seq": 50}):
            with pytest.raises(REFUSED, match=r"(?i)unique"):
                insert(hand, "entry", taken | change)


def test_an_exception_rolls_everything_back(installation: Installation, day: str) -> None:
    log = days.log_of(day)
    before, size = journal.head(log), journal.count()
    with pytest.raises(RuntimeError), transaction():
        journal.append(log, f.NoteWritten("x", MORNING), "p", Times(MORNING), "id-1")
        person = store.by_login("tech")
        assert person is not None
        person.name = "Другая Фамилия"
        assert journal.count() == size + 1
        raise RuntimeError
    assert journal.count() == size
    assert journal.head(log) == before
    assert store.by_login("tech").name != "Другая Фамилия"  # type: ignore[union-attr]


def test_the_checkpoint_is_written_in_the_transaction_of_its_entry(installation: Installation, day: str) -> None:
    log = days.log_of(day)
    seen: list[tuple[int, int]] = []

    def look() -> None:
        with installation.database.connect() as other:
            (entries,) = other.execute("SELECT count(*) FROM entry WHERE log_id = ?", (log,)).fetchone()
            (size,) = other.execute("SELECT size FROM checkpoint WHERE log_id = ?", (log,)).fetchone()
            seen.append((entries, size))

    look()
    with transaction():
        entry, checkpoint = journal.append(log, f.NoteWritten("x", MORNING), "p", Times(MORNING), "id-1")
        look()
    look()
    assert seen == [(1, 1), (1, 1), (2, 2)]
    vkey = keys.log_key().vkey
    assert open_checkpoint(journal.head(log).checkpoint.note, vkey, keys.verify) == checkpoint
    assert (entry.seq, checkpoint.size, checkpoint.origin) == (1, 2, f"logbook.test/45/0007/{day[8:]}")


def test_an_append_whose_place_is_taken_is_a_broken_journal(installation: Installation, day: str) -> None:
    installation.note(day)
    log = days.log_of(day)
    with attack(installation.database, armed=False) as hand:
        insert(hand, "entry", row(hand, log, 1) | {"seq": 2, "id": "x"})
    with pytest.raises(Broken, match="does not fit"), transaction():
        journal.append(log, f.NoteWritten("x", MORNING), "p", Times(MORNING), "id-1")


def test_a_writer_waits_for_the_one_before(
    installation: Installation, day: str, in_context: Callable[[Callable[[], Any]], Any]
) -> None:
    inside, leave, order = threading.Event(), threading.Event(), []
    log = days.log_of(day)

    def slow() -> None:
        with transaction(log):
            inside.set()
            leave.wait(20)
            order.append("first")

    def quick() -> None:
        inside.wait(20)
        leave.set()
        with transaction(log):
            order.append("second")

    threads = [threading.Thread(target=in_context, args=(call,)) for call in (slow, quick)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert order == ["first", "second"]


def test_a_writer_waits_for_a_writer_of_another_process_before_it_reads(
    installation: Installation, day: str, in_context: Callable[[Callable[[], Any]], Any]
) -> None:
    entered, log = threading.Event(), days.log_of(day)

    def write() -> None:
        with transaction(log):
            entered.set()

    db.session.rollback()
    thread = threading.Thread(target=in_context, args=(write,))
    with installation.database.writing(log):
        thread.start()
        assert not entered.wait(0.3)
    assert entered.wait(20)
    thread.join(20)


def test_the_migrations_give_the_schema_of_the_models(installation: Installation) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        assert context.get_current_revision() == ScriptDirectory(str(FOLDER)).get_current_head()
    setup.upgrade_schema()  # again: nothing to do


def test_a_naive_time_does_not_enter_the_database_and_an_aware_one_comes_out_in_utc(installation: Installation) -> None:
    with pytest.raises(StatementError, match="naive"), transaction():
        store.add(store_session(MORNING.replace(tzinfo=None)))
    with transaction():
        store.add(store_session(MORNING))
    found = store.session("t")
    assert found is not None
    assert (found.seen, found.seen.tzinfo) == (MORNING, MORNING.tzinfo)


def store_session(moment: datetime) -> SessionRow:
    person = store.by_login("tech")
    assert person is not None
    return SessionRow(token="t", person=person.id, began=moment, seen=moment)


@pytest.mark.sqlite_only(reason="a connection to a file of SQLite has to ask for its durability")
def test_every_connection_is_durable(installation: Installation) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    with db.engine.connect() as connection:
        assert {n: connection.exec_driver_sql(f"PRAGMA {n}").scalar() for n in wanted} == wanted


def test_an_entry_of_no_journal_is_refused(installation: Installation) -> None:
    with db.engine.connect() as connection, pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        connection.execute(EntryRow.__table__.insert(), {
                "log_id": 99, "seq": 0, "id": "x", "leaf": b"", "hash": b"", "body": None, "salt": b""})  # fmt: skip


def test_accounts_and_sessions_of_an_older_schema_come_through_the_upgrade(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'old.db'}")
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(
            "INSERT INTO person (id, login, name, email, roles, centres, language, password, must_change, active) "
            "VALUES ('p-1', 'old', 'Старый Человек', '', '[]', '[]', 'ru', 'hash', 0, 1)"
        )
        connection.exec_driver_sql(
            "INSERT INTO user_session VALUES ('t', 'p-1', '2026-05-01 06:00:00', '2026-05-01 06:00:00', 1)"
        )
        connection.commit()
    upgrade(engine)
    with engine.connect() as connection:
        (person,) = connection.exec_driver_sql("SELECT login, password, active, lock_reason FROM person")
        (session,) = connection.exec_driver_sql("SELECT token, reauthenticated, browser FROM user_session")
    engine.dispose()
    assert tuple(person) == ("old", "hash", 1, "") and tuple(session) == ("t", 1, "")
