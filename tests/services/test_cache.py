"""The cache of folded days: only committed facts ever enter it, and an append reads only what is new."""

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event

from app.domain import facts as f
from app.domain.day import Day
from app.domain.journal import Broken, Times
from app.services import days
from app.services.record import record
from app.store import db as database
from app.store import journal
from app.store.db import db, transaction
from tests.conftest import MORNING, Installation
from tests.store.attacker import attack, put, row

InContext = Callable[[Callable[[], Any]], Any]


class Refusal(Exception):
    """The test takes a write back."""


@pytest.fixture
def read_entries(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many stored entries were decoded, and the statements that read the table of entries."""
    decoded = [0]
    read = journal.read

    def counting(*row: Any) -> Any:
        decoded[0] += 1
        return read(*row)

    monkeypatch.setattr(journal, "read", counting)
    yield decoded


def test_a_rolled_back_fact_is_never_seen(installation: Installation, day: str, in_context: InContext) -> None:
    """Eight threads catch up one day while every third write is taken back after it was folded and cached."""
    log = days.log_of(day)
    ghosts: set[str] = set()
    seen: list[str] = []
    done, start = threading.Event(), threading.Barrier(9)

    def write() -> None:
        start.wait(20)
        for n in range(60):
            text = f"{'ghost' if n % 3 == 2 else 'kept'} {n}"
            try:
                with transaction():
                    entry, _ = journal.append(log, f.NoteWritten(text, MORNING), "p", Times(MORNING), f"id-{n}")
                    days.fold_log(log)  # inside the transaction: its day must not outlive it
                    if n % 3 == 2:
                        ghosts.add(entry.hash.hex())
                        raise Refusal
            except Refusal:
                pass
        done.set()

    def read() -> None:
        start.wait(20)
        last = 0
        while True:
            finished = done.is_set()
            db.session.rollback()
            day_now, checkpoint = days.fold_log(log)
            assert day_now.size == checkpoint.size >= last
            last = day_now.size
            seen.extend(a.leaf for a in day_now.acts.values() if a.fact.text.startswith("ghost"))
            assert [a.seq for a in day_now.acts.values()] == list(range(1, day_now.size))
            if finished:
                return

    errors: list[BaseException] = []

    def guarded(call: Callable[[], None]) -> None:
        try:
            in_context(call)
        except BaseException as err:
            errors.append(err)
            done.set()

    threads = [threading.Thread(target=guarded, args=(call,)) for call in [write, *[read] * 8]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert len(ghosts) == 20
    assert seen == []
    texts = [a.fact.text for a in installation.day(day).acts.values()]
    assert texts == [f"kept {n}" for n in range(60) if n % 3 != 2]


def fill(day: str, count: int) -> None:
    log = days.log_of(day)
    with transaction():
        for n in range(count):
            journal.append(log, f.NoteWritten(f"заметка {n}", MORNING), "p", Times(MORNING), f"fill-{n}")


def test_an_append_reads_only_facts_newer_than_the_cached_day(
    installation: Installation, day: str, read_entries: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(day, 500)
    installation.day(day)
    assert read_entries[0] >= 500, "the counter counts"
    selects: list[str] = []
    send = database._send

    def note(statement: str) -> None:
        if "FROM entry" in statement and statement.startswith("SELECT"):
            selects.append(" ".join(statement.split()))

    def sent(dialect: Any, driver: Any, sql: str, values: Any) -> Any:
        note(sql)
        return send(dialect, driver, sql, values)

    def watch(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        note(statement)

    monkeypatch.setattr(database, "_send", sent)  # not every statement goes through SQLAlchemy
    event.listen(db.engine, "before_cursor_execute", watch)
    db.session.rollback()
    try:
        for n in range(5):
            read_entries[0] = 0
            selects.clear()
            record(installation.people["tech"], day, str(uuid4()), f.NoteWritten(f"новая {n}", MORNING), MORNING)
            assert read_entries[0] == 0, "what this process appended it need not read back"
            assert len(selects) == 1 and re.search(r"entry\.id = [?%]", selects[0]), selects  # is the id known?
    finally:
        event.remove(db.engine, "before_cursor_execute", watch)
    assert installation.day(day).size == 506


def test_a_page_reads_nothing_when_nothing_is_new(
    installation: Installation, day: str, read_entries: list[int]
) -> None:
    fill(day, 50)
    first = installation.day(day)
    read_entries[0] = 0
    assert installation.day(day) is first
    assert read_entries[0] == 0


def test_another_process_appended_and_the_day_catches_up(
    installation: Installation, day: str, read_entries: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(day, 20)
    installation.day(day)
    monkeypatch.setattr(days, "CACHE", days._Cache())  # what another process would have
    for n in range(3):
        installation.note(day, f"чужая {n}")
    monkeypatch.undo()
    monkeypatch.setattr(journal, "read", journal.read)
    assert installation.day(day).size == 24
    assert read_entries[0] > 0


def test_the_cache_is_bounded(installation: Installation, day: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = days._Cache()
    loaded = installation.day(day)
    frontier = days.CACHE.get((journal.database(), days.log_of(day)))[1]
    monkeypatch.setattr(days, "CACHED_DAYS", 3)
    for n in range(10):
        cache.put(("db", n), loaded, frontier)
    assert [key for _, key in cache.days] == [7, 8, 9]
    assert cache.get(("db", 7))[0] is loaded
    cache.put(("db", 10), loaded, frontier)
    assert [key for _, key in cache.days] == [9, 7, 10], "what was used last stays"


def test_an_older_day_never_replaces_a_newer_one(installation: Installation, day: str) -> None:
    cache, key = days._Cache(), ("db", 1)
    old, old_edge = days.CACHE.get((journal.database(), days.log_of(day)))
    installation.note(day)
    new, new_edge = installation.day(day), days.CACHE.get((journal.database(), days.log_of(day)))[1]
    assert isinstance(old, Day)
    cache.put(key, new, new_edge)
    cache.put(key, old, old_edge)
    assert cache.get(key)[0] is new


def test_a_database_restored_from_a_backup_is_not_mixed_with_what_the_cache_knew(
    installation: Installation, day: str, tmp_path: Path
) -> None:
    installation.note(day, "до копии")
    db.session.rollback()
    restore = installation.database.backup(tmp_path)
    installation.note(day, "после копии")
    assert installation.day(day).size == 3
    restore()
    installation.note(day, "другая")
    assert [a.fact.text for a in installation.day(day).acts.values()] == ["до копии", "другая"]


def test_a_day_whose_entries_do_not_give_the_checkpoint_is_not_shown(installation: Installation, day: str) -> None:
    installation.note(day)
    days.CACHE.drop((journal.database(), days.log_of(day)))
    with attack(installation.database) as hand:
        body = row(hand, days.log_of(day), 1)["body"].replace("заметка".encode(), "заметки".encode())
        put(hand, days.log_of(day), 1, body=body)
    with pytest.raises(Broken):
        installation.day(day)
