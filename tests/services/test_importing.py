"""Packages of other installations: proved, taken in once, extended, and never written to."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from app.config import PROJECT
from app.domain import Invalid, NotFound, Refused
from app.domain import facts as f
from app.domain.journal import Foreign, Times
from app.services import check, days, documents, importing, office, overview, publish, reminders, sources, verify
from app.services.importing import Forked, Kind, NotTaken
from app.services.record import record
from app.store import imports, journal, keys
from app.store.db import db, transaction
from tests.conftest import Installation

from .packed import REGION, Packed, packed, region, regional  # noqa: F401 - pytest finds them here


def take(made: Installation, path: Path, **more: Any) -> importing.Taken:
    db.session.rollback()
    return importing.take_in(made.people["boss"], path, made.clock.now, **more)


def written(made: Installation) -> tuple[int, int]:
    db.session.rollback()
    return journal.count(), sum(1 for p in (made.folder / "files").rglob("*") if p.is_file())


def test_an_imported_day_is_a_day_like_others_and_proves_itself(region: Installation, packed: Packed) -> None:  # noqa: F811
    taken = take(region, packed.first)
    assert (taken.kind, taken.before, taken.day) == (Kind.NEW, 0, packed.day)
    boss = region.people["boss"]
    day = days.load(boss, packed.day)
    assert day.source == "logbook.test" and day.size == taken.size
    assert verify.verify_day(packed.day).proved and verify.verify_leaves(packed.day).proved
    assert [line.id for line in overview.list_days(boss, region.clock.now).items] == [packed.day]
    data, _ = documents.save(day, "access-journal")
    verdict = check.check(data)
    assert verdict.exit == 0, verdict
    noted = office.entries()[-1].fact
    assert (noted.tag, noted.day, noted.before, noted.size) == ("package.imported", packed.day, 0, taken.size)
    assert reminders.sweep(region.clock.now) == reminders.Swept(), "nobody is reminded of another's day"
    assert importing.original(packed.day).read_bytes() == packed.first.read_bytes()  # type: ignore[union-attr]


def test_the_same_package_again_writes_nothing(region: Installation, packed: Packed) -> None:  # noqa: F811
    take(region, packed.first)
    before = written(region)
    assert take(region, packed.first).kind is Kind.SAME
    assert written(region) == before


def test_a_longer_journal_extends_and_a_shorter_one_is_known(region: Installation, packed: Packed) -> None:  # noqa: F811
    first = take(region, packed.first)
    longer = take(region, packed.longer)
    assert (longer.kind, longer.before) == (Kind.LONGER, first.size) and longer.size == first.size + 1
    day = days.load(region.people["boss"], packed.day)
    assert day.size == longer.size and day.lines[-1].fact.text == "правда"
    assert verify.verify_day(packed.day).proved
    before = written(region)
    assert take(region, packed.first).kind is Kind.SHORTER
    assert written(region) == before


def test_a_fork_is_refused_with_both_sides_and_recorded(region: Installation, packed: Packed) -> None:  # noqa: F811
    taken = take(region, packed.longer)
    entries = journal.count()
    with pytest.raises(Forked) as caught:
        take(region, packed.fork)
    said = caught.value.messages[0].params
    assert (said["entry"], said["our_size"], said["their_size"]) == (taken.size, taken.size, taken.size)
    assert said["our_root"] != said["their_root"] and said["name"] == "logbook.test"
    change = office.entries()[-1].fact
    assert (change.tag, change.kind, change.key) == ("record.changed", "fork", packed.day)
    assert journal.count() == entries + 1, "of the package nothing was written"
    assert days.load(region.people["boss"], packed.day).lines[-1].fact.text == "правда"


def test_a_dry_run_proves_and_writes_nothing(region: Installation, packed: Packed) -> None:  # noqa: F811
    before = written(region)
    assert take(region, packed.first, dry=True).kind is Kind.NEW
    assert written(region) == before


def test_a_package_of_nobody_known_is_refused(region: Installation, packed: Packed) -> None:  # noqa: F811
    boss, before = region.people["boss"], written(region)
    sources.remove(boss, "logbook.test", region.clock.now)
    with pytest.raises(NotTaken, match="Nobody here knows the key"):
        take(region, packed.first)
    assert written(region)[0] == before[0] + 1


def test_another_key_or_root_under_the_same_name_is_refused(
    region: Installation, packed: Packed  # noqa: F811
) -> None:
    own = publish.root()[0]
    with transaction():
        imports.source("logbook.test").root = own.decode()  # type: ignore[union-attr]
    with pytest.raises(NotTaken, match="root certificate is another"):
        take(region, packed.first)
    other = keys.log_key().vkey
    with transaction():
        row = imports.source("logbook.test")
        assert row
        row.root, row.vkey = packed.root.decode(), str(type(other)("logbook.test", other.key))
    with pytest.raises(NotTaken, match="another key"):
        take(region, packed.first)
    assert imports.imported(packed.day) is None


def test_a_damaged_package_is_refused(region: Installation, packed: Packed, tmp_path: Path) -> None:  # noqa: F811
    whole = packed.first.read_bytes()
    for name, data in (
        ("cut", whole[:-100]), ("changed", whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:]), ("text", b"no zip"),
        ("empty", b""),
    ):  # fmt: skip
        path = tmp_path / name
        path.write_bytes(data)
        before = written(region)
        with pytest.raises(NotTaken):
            take(region, path)
        assert written(region) == before, name


def test_what_breaks_off_in_the_middle_leaves_nothing(
    region: Installation, packed: Packed, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:
    before = journal.count()

    def break_off(*_: object, **more: object) -> None:
        raise KeyboardInterrupt

    for module, name in ((imports, "set_head"), (imports, "note_import"), (office, "note")):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, break_off)
            with pytest.raises(KeyboardInterrupt):
                take(region, packed.first)
        db.session.rollback()
        assert journal.count() == before and imports.imported(packed.day) is None
        with pytest.raises(NotFound):
            days.log_of(packed.day)
    assert take(region, packed.first).kind is Kind.NEW


KILLED = """
import os, signal, sys
from pathlib import Path
from app import create_app
from app.domain.people import Actor
from app.domain.plan import Role
from app.services import importing
from app.store import imports
app = create_app()
imports.note_import = lambda *_, **more: os.kill(os.getpid(), signal.SIGKILL)
with app.app_context():
    boss = Actor(sys.argv[2], "boss", frozenset({Role.ADMINISTRATOR}))
    importing.take_in(boss, Path(sys.argv[1]), app.extensions["clock"]())
"""


def test_a_process_killed_in_the_middle_leaves_nothing(region: Installation, packed: Packed) -> None:  # noqa: F811
    before = journal.count()
    db.session.rollback()
    given = {"LOGBOOK_INSTANCE": str(region.folder), "LOGBOOK_NAME": REGION}
    given |= {"LOGBOOK_DATABASE_URL": region.database.address} if region.database.address else {}
    command = [sys.executable, "-c", KILLED, str(packed.first), region.people["boss"].person]
    done = subprocess.run(command, cwd=PROJECT, env={**os.environ, **given}, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert journal.count() == before and imports.imported(packed.day) is None
    assert take(region, packed.first).kind is Kind.NEW and verify.verify_day(packed.day).proved


def test_nobody_appends_to_another_installations_journal(region: Installation, packed: Packed) -> None:  # noqa: F811
    take(region, packed.first)
    log = days.log_of(packed.day)
    note = f.NoteWritten("наше", region.clock.now)
    with pytest.raises(Foreign, match=r"logbook\.test"), transaction(log):
        journal.append(log, note, "x", Times(region.clock.now), str(uuid4()))
    for login in ("boss", "ministry", "local"):
        with pytest.raises(Foreign, match="it is read here"):
            record(region.people[login], packed.day, str(uuid4()), note, region.clock.now)
    assert verify.verify_day(packed.day).proved


def test_offices_read_what_they_cover_and_a_persons_id_gives_no_right(
    region: Installation, packed: Packed  # noqa: F811
) -> None:
    take(region, packed.first)
    for login, reads in {"boss": True, "ministry": True, "local": True, "far": False, "tech": False}.items():
        actor = region.people[login]
        if reads:
            assert days.load(actor, packed.day).source
        else:
            with pytest.raises(NotFound):
                days.load(actor, packed.day)
        assert bool(overview.list_days(actor, region.clock.now).total) is reads
    day = days.load(region.people["boss"], packed.day)
    twin = next(iter(day.roster.values()))  # an account of ours that happens to have the id of their technician
    actor = type(region.people["tech"])(twin.person, twin.name, frozenset(), frozenset({day.centre_code}))
    with pytest.raises(NotFound):
        days.load(actor, packed.day)
    assert not overview.list_days(actor, region.clock.now).total
    assert overview.current(actor, region.clock.now) is None


def test_only_administrators_take_in_and_name_sources(region: Installation, packed: Packed) -> None:  # noqa: F811
    for login in ("ministry", "local", "tech"):
        actor = region.people[login]
        with pytest.raises(Refused):
            importing.take_in(actor, packed.first, region.clock.now)
        with pytest.raises(Refused):
            sources.add(actor, packed.vkey, packed.root, "", region.clock.now)
        with pytest.raises(Refused):
            sources.remove(actor, "logbook.test", region.clock.now)


def test_a_source_is_taken_once_whole_and_stays_while_a_day_of_it_is_here(
    region: Installation, packed: Packed  # noqa: F811
) -> None:
    boss, now = region.people["boss"], region.clock.now
    with pytest.raises(Invalid) as caught:
        sources.add(boss, "logbook.test+00000000+AAAA", b"-----BEGIN nonsense", "x" * 121, now)
    assert [m.field for m in caught.value.messages] == ["vkey", "root", "title"]
    with pytest.raises(Invalid, match="source already"):
        sources.add(boss, packed.vkey, packed.root, "", now)
    take(region, packed.first)
    with pytest.raises(Invalid, match="needed to prove"):
        sources.remove(boss, "logbook.test", now)


@pytest.mark.sqlite_only(reason="the packages were made by the installation on SQLite")
def test_the_own_days_stay_ones_own(signed: tuple[Installation, str], packed: Packed) -> None:  # noqa: F811
    made, _ = signed
    with pytest.raises(NotTaken, match="this installation itself"):
        take(made, packed.longer)
