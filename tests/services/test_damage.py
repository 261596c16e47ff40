"""Verification of a database that is damaged otherwise than by changed bytes, or that others write into."""

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.services import verify
from app.store import journal
from tests.conftest import Installation
from tests.store.attacker import attack, ruin

InContext = Callable[[Callable[[], Any]], Any]


@pytest.fixture
def day(installation: Installation, day: str) -> str:
    """With three entries more: a step, its confirmation, a note."""
    installation.confirm(day, installation.arrive(day).seq)
    installation.note(day)
    assert verify.verify_day(day).exit == 0
    return day


DAMAGE = [  # statement past the application, exit code, what is told
    ("DROP TABLE entry", 2, "cannot be read: "),
    ("DROP TABLE checkpoint", 2, "cannot be read: "),
    ("DROP TABLE profile", 2, "cannot be read: "),
    ("DROP TABLE day CASCADE", 2, "cannot be read: "),
    ("ALTER TABLE entry DROP COLUMN salt", 2, "cannot be read: "),
    ("DELETE FROM checkpoint", 1, "The newest checkpoint of logbook.test/45/0007/2026-06-01 is missing."),
    ("DELETE FROM log WHERE kind = 'day'", 1, "The log of this journal is missing."),
    ("UPDATE log SET origin = origin || 'x' WHERE kind = 'day'", 1, "checkpoint of"),
    ("UPDATE entry SET seq = 100 WHERE seq = 3 AND log_id = 2", 1, "Entry 4 is missing."),
]


@pytest.mark.parametrize(("statement", "code", "told"), DAMAGE, ids=[statement for statement, *_ in DAMAGE])
def test_damage_of_the_structure_is_told_in_a_line_and_never_a_traceback(
    installation: Installation, day: str, statement: str, code: int, told: str
) -> None:
    ruin(installation.database, statement)
    result = verify.verify_day(day)
    assert (result.exit, told in str(result), "\n" in str(result)) == (code, True, False), str(result)


@pytest.mark.sqlite_only(reason="PostgreSQL keeps to the type of a column")
@pytest.mark.parametrize("value", ["x", b"x", 1.5, -1, 2**40])
@pytest.mark.parametrize(
    ("table", "column"),
    [("entry", "seq"), ("log", "origin"), ("checkpoint", "size"), ("checkpoint", "note"), ("checkpoint", "frontier"),
     ("day", "log_id"), ("profile", "text")],
)  # fmt: skip
def test_a_value_of_another_type_is_found(
    installation: Installation, day: str, table: str, column: str, value: object
) -> None:
    where = {"entry": "log_id = 2 AND seq = 3", "log": "id = 2", "checkpoint": "log_id = 2"}.get(table, "1 = 1")
    with attack(installation.database) as hand:
        hand.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (value,))
    assert verify.verify_day(day).exit == 1


def test_a_journal_that_grows_while_it_is_proved_is_not_called_broken(
    installation: Installation, day: str, in_context: InContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody writes between the reading of the checkpoint and the reading of the entries."""
    read, before = journal.stored, installation.day(day).size

    def meanwhile(log: int) -> Generator[journal.Stored]:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(in_context, lambda: installation.note(day)).result(20)
        return read(log)

    monkeypatch.setattr(journal, "stored", meanwhile)
    result = verify.verify_day(day)
    assert (result.exit, result.size) == (0, before), str(result)
    assert installation.day(day).size == before + 1
