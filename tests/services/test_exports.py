"""Packages of many days: made in the background, paused, killed, gone on with, fetched once and recorded."""

import hashlib
import os
import signal
import time
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.config import PROJECT
from app.domain import Invalid, NotFound, Refused
from app.domain.people import Actor
from app.domain.plan import Role
from app.package.verify import check
from app.services import export_worker, exports, importing, office
from app.services.beat import Beat
from app.services.copies import Started
from app.services.exports import Scope
from app.store import exports as store
from app.store.db import db, transaction
from tests.conftest import CODE, EXAM, Installation

from .packed import Packed, packed, region, regional  # noqa: F401 - pytest finds them here

MONTH = Scope(centre=CODE, month="2026-06")


class Kept:
    """Keeps what was to be started; ``do`` is the process that would do it."""

    def __init__(self, installation: Installation) -> None:
        self.installation, self.ids = installation, list[str]()

    def start(self, export_id: str) -> None:
        self.ids.append(export_id)

    def do(self) -> bool:
        made = self.installation
        return export_worker.run(self.ids.pop(), made.clock, made.app.app_context)


@pytest.fixture
def how(installation: Installation) -> Kept:
    return Kept(installation)


def open_days(installation: Installation, count: int = 3) -> list[str]:
    return [installation.open_day(date=EXAM + timedelta(days=n)) for n in range(count)]


def state(installation: Installation, export_id: str, login: str = "boss") -> str:
    db.session.rollback()
    return exports.export(installation.people[login], export_id, installation.clock.now).state


def fetched(installation: Installation, export_id: str) -> Path:
    return exports.fetch(installation.people["boss"], export_id, installation.clock.now)[0]


def test_a_months_packages_come_in_one_file_each_proving_itself(
    installation: Installation, how: Kept, tmp_path: Path
) -> None:
    names, boss = open_days(installation), installation.people["boss"]
    export_id = exports.begin(boss, MONTH, installation.clock.now, how)
    with pytest.raises(NotFound, match="not finished"):
        fetched(installation, export_id)
    assert how.do() and state(installation, export_id) == "done"
    path = fetched(installation, export_id)
    with zipfile.ZipFile(path) as zipped:
        zipped.extractall(tmp_path)
    folder = tmp_path / f"packages-{CODE}-2026-06"
    listed = dict(reversed(line.split("  ")) for line in (folder / "SHA256SUMS").read_text().splitlines())
    assert sorted(listed) == [f"{name}.zip" for name in names]
    for name, sha256 in listed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == sha256
        assert check(str(folder / name)).exit == 0
    fact = office.entries()[-1].fact
    assert (fact.tag, fact.kind, fact.size) == ("download.made", "collection", path.stat().st_size)
    assert fact.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert fact.scope == {"centre": CODE, "month": "2026-06"}


def test_a_paused_export_goes_on_and_gives_the_same_bytes(
    installation: Installation, how: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_days(installation)
    boss, now = installation.people["boss"], installation.clock.now
    undisturbed = exports.begin(boss, MONTH, now, how)
    assert how.do()
    export_id = exports.begin(boss, MONTH, now, how)
    real, made, beats = export_worker._package, [], []

    def one(actor: Actor, name: str, path: Path) -> None:
        real(actor, name, path)
        made.append(name)
        exports.pause(boss, export_id, now)
        beats[-1]._tell()  # what the worker does once a second

    with monkeypatch.context() as patch:
        patch.setattr(export_worker, "_package", one)
        patch.setattr(export_worker, "Beat", lambda *about: beats.append(Beat(*about)) or beats[-1])
        assert not how.do()
    assert state(installation, export_id) == "paused" and len(made) == 1
    assert (store.folder(export_id) / f"{made[0]}.zip").exists()
    exports.go_on(boss, export_id, now, how)
    monkeypatch.setattr(export_worker, "_package", lambda a, name, path: (made.append(name), real(a, name, path)))
    assert how.do() and len(made) == len(set(made)) == 3, "no day is made twice"
    assert fetched(installation, export_id).read_bytes() == fetched(installation, undisturbed).read_bytes()


def test_a_killed_process_is_seen_and_another_goes_on(installation: Installation, how: Kept) -> None:
    names, boss = open_days(installation, 4), installation.people["boss"]
    now = installation.clock.now
    undisturbed = exports.begin(boss, MONTH, now, how)
    assert how.do()
    started = Started(installation.folder, installation.database.address, PROJECT, {"LOGBOOK_NAME": "logbook.test"},
                      ("package", "run"))  # fmt: skip
    export_id = exports.begin(boss, MONTH, now, started)
    folder = store.folder(export_id)
    _wait(lambda: any(folder.glob("*.zip")))
    row = store.get(export_id)
    assert row
    os.kill(int(row.worker.rpartition(":")[2]), signal.SIGKILL)
    installation.clock.forward(minutes=2)
    _wait(lambda: state(installation, export_id) in ("broken", "done"))
    found = state(installation, export_id)
    assert found == "broken", "the process was killed before its end"
    whole = {p.name: p.stat().st_mtime_ns for p in folder.glob("*.zip")}
    assert whole and len(whole) <= len(names)
    exports.go_on(boss, export_id, installation.clock.now, how)
    assert how.do() and state(installation, export_id) == "done"
    assert fetched(installation, export_id).read_bytes() == fetched(installation, undisturbed).read_bytes()


def _wait(ready: Any) -> None:
    for _ in range(600):
        db.session.rollback()
        if ready():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come to that")


def test_half_a_package_is_never_taken_for_a_whole_one(installation: Installation, how: Kept) -> None:
    names, boss = open_days(installation, 1), installation.people["boss"]
    export_id = exports.begin(boss, MONTH, installation.clock.now, how)
    left_over = store.folder(export_id) / f".{names[0]}.zip.abcd.part"
    left_over.write_bytes(b"half")
    assert how.do() and not left_over.exists()
    assert zipfile.ZipFile(fetched(installation, export_id)).testzip() is None


def test_a_damaged_day_keeps_no_other_back(installation: Installation, how: Kept) -> None:
    names, boss = open_days(installation, 2), installation.people["boss"]
    with transaction():
        query = "UPDATE checkpoint SET note = 'x' WHERE log_id = (SELECT log_id FROM day WHERE id = :day)"
        db.session.execute(db.text(query), {"day": names[0]})
    export_id = exports.begin(boss, MONTH, installation.clock.now, how)
    assert how.do()
    result = exports.export(boss, export_id, installation.clock.now).row.result
    assert result["days"] == 1 and [m[0] for m in result["missing"]] == [names[0]]
    inside = zipfile.ZipFile(fetched(installation, export_id)).namelist()
    assert any(name.endswith("NOT-EXPORTED.txt") for name in inside)


def test_a_full_disk_refuses_before_the_first_byte_and_waits_in_the_middle(
    installation: Installation, how: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_days(installation, 1)
    boss, now = installation.people["boss"], installation.clock.now
    with monkeypatch.context() as patch:
        patch.setattr(exports, "ROOM", 10**15)
        with pytest.raises(Invalid, match="too little room"):
            exports.begin(boss, MONTH, now, how)
    assert exports.listed(boss, now) == []
    export_id = exports.begin(boss, MONTH, now, how)
    with monkeypatch.context() as patch:
        patch.setattr(exports, "ROOM", 10**15)
        assert not how.do()
    assert state(installation, export_id) == "failed"
    exports.go_on(boss, export_id, now, how)
    assert how.do()


def test_who_may_export_what(installation: Installation, how: Kept) -> None:
    open_days(installation, 1)
    now = installation.clock.now
    for login in ("tech", "head", "member", "commission"):  # a commission only when it is bound to its region
        with pytest.raises(Refused):
            exports.begin(installation.people[login], MONTH, now, how)
    bound = Actor("x", "x", frozenset({Role.COMMISSION_HEAD}), frozenset({"45"}))
    assert exports.days(bound, MONTH) and exports.days(bound, Scope(region="45", date="2026-06-01"))
    one = Actor("x", "x", frozenset({Role.MINISTRY_OFFICER}), frozenset({CODE}))
    assert exports.days(one, MONTH)
    for actor, scope in ((one, Scope(region="45", date="2026-06-01")),
                         (Actor("x", "x", frozenset({Role.COMMISSION_HEAD}), frozenset({"46"})), MONTH)):  # fmt: skip
        with pytest.raises(Invalid, match="outside of the centres"):
            exports.days(actor, scope)
    for scope, fields in ((Scope(centre="1", month="June"), ["centre", "month"]), (Scope(), ["region", "date"])):
        with pytest.raises(Invalid) as caught:
            exports.days(installation.people["boss"], scope)
        assert [m.field for m in caught.value.messages] == fields
    export_id = exports.begin(installation.people["boss"], MONTH, now, how)
    for call in (exports.export, exports.fetch, exports.pause, exports.remove):
        with pytest.raises(NotFound):
            call(installation.people["ministry"], export_id, now)


def test_old_exports_are_swept_and_working_ones_stay(installation: Installation, how: Kept) -> None:
    open_days(installation, 1)
    boss = installation.people["boss"]
    old = exports.begin(boss, MONTH, installation.clock.now, how)
    assert how.do()
    now = installation.clock.forward(days=8)
    exports.begin(boss, MONTH, now, how)
    assert exports.sweep(now, 7) == 1 and not store.folder(old).exists()
    assert [e.state for e in exports.listed(boss, now)] == ["waiting"]


def test_an_imported_day_is_handed_on_as_it_came(region: Installation, packed: Packed, tmp_path: Path) -> None:  # noqa: F811
    boss = region.people["boss"]
    importing.take_in(boss, packed.first, region.clock.now)
    made = export_worker.collect(boss, Scope(region="45", date="2026-06-01"), tmp_path / "out", region.clock)
    assert [name for name, _, _ in made.packages] == [packed.day]
    assert (tmp_path / "out" / f"{packed.day}.zip").read_bytes() == packed.first.read_bytes()
