"""Backups: whole though somebody writes, proved before they have a name, kept by number, and damage is found."""

import logging
import os
import shutil
import stat
import subprocess
from collections import namedtuple
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from app.services import backup
from app.store import backup as store
from app.store import journal
from app.store.db import NoRoom, db
from tests.conftest import Installation
from tests.databases import POSTGRESQL, SQLITE
from tests.store.attacker import attack

InContext = Callable[[Callable[[], Any]], Any]


def make(installation: Installation, keep: int = 14) -> Path:
    return backup.make(installation.clock.now, keep).path


def test_a_backup_is_whole_named_by_its_time_and_for_its_owner_alone(installation: Installation, day: str) -> None:
    path = make(installation)
    ending = {SQLITE: "db", POSTGRESQL: "dump"}[installation.database.kind]
    assert path.name == f"logbook-20260601T050000Z.{ending}"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    found = backup.check(path)
    assert (found.exit, found.entries) == (0, journal.count())
    left = sorted(p.name for p in path.parent.iterdir())
    assert left == [path.name, f"{path.name}.sha256"], "no part and no scratch file is left"


def test_a_backup_taken_while_somebody_writes_is_whole(
    installation: Installation, day: str, in_context: InContext
) -> None:
    over, written = Event(), 0

    def write() -> int:
        count = 0
        while not over.is_set() and count < 500:
            in_context(lambda: installation.note(day, "x" * 2000))
            count += 1
        return count

    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(write)
        try:
            found = [backup.check(make(installation)) for _ in range(3)]
        finally:
            over.set()
            written = writer.result(30)
    db.session.rollback()
    assert [f.exit for f in found] == [0, 0, 0] and written > 0
    assert found[0].entries <= found[2].entries <= journal.count()


def test_what_people_type_survives_the_way_through_a_dump(installation: Installation, day: str) -> None:
    installation.note(day, r"a\b \\ c\t \\\ ёж «ё» \N \. \\ ")
    assert backup.check(make(installation)).exit == 0


def test_damage_at_any_place_of_a_copy_is_found(installation: Installation, day: str) -> None:
    for _ in range(20):
        installation.note(day, os.urandom(300).hex())
    path = make(installation)
    whole, bad = path.read_bytes(), installation.folder.parent / path.name
    shutil.copy(f"{path}.sha256", bad.parent)
    for place in (0, 20, len(whole) // 2, len(whole) - 65):
        other = bytes(byte ^ 1 for byte in whole[place : place + 64])
        bad.write_bytes(whole[:place] + other + whole[place + 64 :])
        assert backup.check(bad).exit == 1, place
    bad.with_name(f"{bad.name}.sha256").unlink()
    for cut in (len(whole) // 2, len(whole) - 3000):
        bad.write_bytes(whole[:cut])
        assert backup.check(bad).exit == 1, cut
    bad.write_bytes(b"this is no copy")
    assert backup.check(bad).exit == 1
    bad.write_bytes(b"")
    assert backup.check(bad).exit == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET body = leaf WHERE seq = 1 AND log_id = 2",
        "UPDATE entry SET leaf = body WHERE seq = 1 AND log_id = 2",
        "UPDATE checkpoint SET note = 'x' WHERE log_id = 2",
        "DELETE FROM checkpoint WHERE log_id = 2",
        "DELETE FROM entry WHERE seq = 2 AND log_id = 2",
        "DELETE FROM entry WHERE log_id = 2",
    ],
)
def test_a_copy_of_a_broken_journal_gets_no_name(installation: Installation, day: str, statement: str) -> None:
    installation.note(day)
    installation.note(day)
    with attack(installation.database) as hand:
        hand.execute(statement)
    with pytest.raises(backup.BadCopy):
        make(installation)
    assert list((installation.folder / "backups").iterdir()) == []


def test_the_newest_copies_stay(installation: Installation) -> None:
    made = []
    for _ in range(4):
        made.append(make(installation, keep=3).name)
        made.append(make(installation, keep=3).name)  # within the same second
        installation.clock.forward(days=1)
    (installation.folder / "backups" / "mine.txt").touch()
    assert [b.path.name for b in backup.listed()] == made[:-4:-1]
    assert (installation.folder / "backups" / "mine.txt").exists()


def test_too_little_room_is_told_before_anything_is_written(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 10**6))
    with pytest.raises(NoRoom, match="needed"):
        make(installation)
    assert list((installation.folder / "backups").iterdir()) == []


def test_what_cannot_be_checked_is_not_called_broken(installation: Installation) -> None:
    path = make(installation)
    assert backup.check(path.with_name("nothing")).exit == 2
    (installation.folder / "keys" / "log.key").unlink()
    assert backup.check(path).exit == 2


def test_a_backup_restores_to_what_was_there(installation: Installation, day: str, tmp_path: Path) -> None:
    """The way of the operator's guide."""
    installation.note(day, "before")
    path = make(installation)
    before = journal.count()
    installation.note(day, "after")
    if installation.database.kind == SQLITE:
        with store.opened(path) as copy:
            assert sum(1 for log in copy.logs() for _ in copy.stored(log.id)) == before
        return
    server = installation.database.server  # type: ignore[union-attr]
    name = server.create()
    url = db.engine.url
    subprocess.run(
        ["pg_restore", "--no-owner", "-h", str(url.host), "-p", str(url.port), "-U", str(url.username), "-d", name,
         str(path)], check=True, capture_output=True,
    )  # fmt: skip
    with server.connect(name) as hand:
        assert hand.execute("SELECT count(*) FROM entry").fetchone()[0] == before
        with pytest.raises(Exception, match=r"entry"):
            hand.execute("UPDATE entry SET body = NULL, leaf = 'x'")
    server.give_back(name)


def test_the_password_of_the_database_is_on_no_command_line_and_in_no_log(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    if installation.database.kind == SQLITE:
        monkeypatch.setattr(store, "on_postgresql", lambda: True)
        monkeypatch.setattr(store, "size", lambda: 0)
    url = db.engine.url.set(password="geheim", host="127.0.0.1", port=1, query={"sslmode": "disable"})
    monkeypatch.setattr(db.engine, "url", url)
    ran: list[list[str]] = []
    run = subprocess.run

    def seen(command: list[str], **more: Any) -> Any:
        ran.append(command)
        assert more["env"]["PGPASSWORD"] == "geheim" and more["env"]["PGSSLMODE"] == "disable"
        return run(command, **more)

    monkeypatch.setattr(subprocess, "run", seen)
    with caplog.at_level(logging.DEBUG), pytest.raises(store.CannotTell) as refused:
        make(installation)
    assert ran and "geheim" not in str(ran) + str(refused.value) + caplog.text
