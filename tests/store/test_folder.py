"""The instance folder: files written once and durably, keys for the owner only, nothing names its own place."""

import errno
import hashlib
import os
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest

from app.domain import facts as f
from app.services import accounts, check, documents, keys, publish, setup, verify
from app.store import authority, files, journal
from app.store import keys as store_keys
from app.store.keys import KeyMissing
from tests import databases
from tests.conftest import SIGNING_CODE, Clock, Installation, close, make_app
from tests.proofs import proofs


def listing(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_file_is_named_by_its_hash_and_written_once(installation: Installation) -> None:
    digest = files.put(b"content")
    assert digest == hashlib.sha256(b"content").hexdigest()
    path = installation.folder / "files" / digest[:2] / digest
    assert path.read_bytes() == b"content"
    before = path.stat()
    assert files.put(b"content") == digest
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert files.get(digest) == b"content"


def test_a_file_is_on_the_disk_before_it_has_its_name(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[str] = []
    fsync, replace = os.fsync, os.replace

    def note_fsync(handle: int) -> None:
        events.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        fsync(handle)

    def note_replace(source: Any, target: Any) -> None:
        events.append("rename")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", note_fsync)
    monkeypatch.setattr(os, "replace", note_replace)
    files.put(b"durable")
    assert events == ["file", "rename", "folder", "folder"], "the new folder's own name is durable too"


@pytest.mark.parametrize("where", ["write", "fsync", "rename", "folder"])
def test_a_full_disk_leaves_nothing_and_says_what_to_do(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def full(*_: Any, **__: Any) -> Any:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = listing(installation.folder)
    if where == "write":
        monkeypatch.setattr(files, "open", full, raising=False)
    elif where == "folder":
        monkeypatch.setattr(Path, "mkdir", full)
    else:
        monkeypatch.setattr(os, {"fsync": "fsync", "rename": "replace"}[where], full)
    with pytest.raises(files.DiskFull, match=r"No space left.*Nothing was recorded") as info:
        files.put(b"too much")
    monkeypatch.undo()
    assert info.value.status == 507
    assert listing(installation.folder) == before
    files.put(b"too much")


@pytest.mark.parametrize("what", ["missing", "changed"])
def test_a_file_that_is_missing_or_changed_is_never_handed_out(installation: Installation, what: str) -> None:
    digest = files.put(b"content")
    path = installation.folder / "files" / digest[:2] / digest
    if what == "missing":
        path.unlink()
    else:
        path.write_bytes(b"Content")
    with pytest.raises(files.FileMissing, match=what):
        files.get(digest)


def test_keys_are_for_the_owner_only(installation: Installation) -> None:
    folder = installation.folder / "keys"
    found = {p.name: stat.S_IMODE(p.stat().st_mode) for p in folder.rglob("*") if p.is_file()}
    assert {"log.key", "session.secret", "code.secret", "root.key", "issuing.key", "root.pem"} <= set(found)
    assert set(found.values()) == {0o600}
    assert {stat.S_IMODE(p.stat().st_mode) for p in [folder, *folder.rglob("*")] if p.is_dir()} == {0o700}


def test_making_keys_again_changes_none(installation: Installation) -> None:
    before = listing(installation.folder / "keys")
    setup.make_keys(installation.folder, "other", installation.clock.now)
    assert listing(installation.folder / "keys") == before
    with pytest.raises(FileExistsError):
        store_keys.write_private(installation.folder / "keys" / "log.key", b"x")


@pytest.mark.parametrize("name", ["log.key", "code.secret", "authority/root.pem"])
def test_an_installation_never_gets_a_second_key_for_what_the_first_one_proves(
    installation: Installation, name: str
) -> None:
    (installation.folder / "keys" / name).unlink()
    before = listing(installation.folder / "keys")
    with pytest.raises(KeyMissing, match=f"{name} is missing"):
        setup.make_keys(installation.folder, "other", installation.clock.now)
    assert listing(installation.folder / "keys") == before


@pytest.mark.parametrize("name", ["log.key", "code.secret", "authority/root.pem", "authority/issuing.key"])
def test_a_missing_key_is_named(installation: Installation, name: str) -> None:
    (installation.folder / "keys" / name).unlink()
    call = {
        "log.key": store_keys.log_key,
        "code.secret": lambda: installation.key("tech"),
        "authority/root.pem": authority.root,
        "authority/issuing.key": lambda: authority.write_crl([], installation.clock.now),
    }[name]
    with pytest.raises(KeyMissing, match=Path(name).name):
        call()


def test_no_file_of_the_installation_names_its_own_place(signed: tuple[Installation, str]) -> None:
    installation, _ = signed
    close(installation.app)
    found = listing(installation.folder)
    found["the database"] = installation.database.content()
    assert {"the database", "keys/log.key"} <= set(found)
    words = (
        str(installation.folder).encode(),
        str(installation.folder.parent).encode(),
        b"/tmp/",
        os.getcwd().encode(),
    )
    assert [name for name, data in found.items() for word in words if word in data] == []


def test_a_copy_elsewhere_proves_opens_checks_and_goes_on(
    signed: tuple[Installation, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation, day = signed
    here = (verify.verify_day(day).root, publish.vkey(), documents.save(installation.day(day), "access-journal")[0])
    close(installation.app)
    elsewhere = tmp_path / "elsewhere" / "под новым именем"
    shutil.copytree(installation.folder, elsewhere)
    shutil.rmtree(installation.folder)
    monkeypatch.chdir(tmp_path)
    clock = Clock(installation.clock.now)
    database = databases.moved(installation.database, elsewhere)
    app = make_app(elsewhere, clock, database.address)
    with app.app_context():
        moved = Installation(app, elsewhere, database, clock, installation.people)
        assert [r.exit for r in proofs()] == [0, 0]
        there = (verify.verify_day(day).root, publish.vkey(), documents.save(moved.day(day), "access-journal")[0])
        assert there == here
        assert check.check(there[2]).exit == 0
        assert accounts.sign_in("tech", "password-tech", clock.now)
        assert keys.unlock(moved.people["tech"], SIGNING_CODE, clock.now)
        moved.note(day)
        assert verify.verify_day(day).exit == 0
    close(app)


def test_the_office_log_has_the_root_that_outsiders_get(installation: Installation) -> None:
    (office,) = [log for log, _, kind in journal.origins() if kind == "office"]
    opened = journal.entries(office)[0].fact
    assert isinstance(opened, f.OfficeOpened)
    assert opened.root_sha256 == publish.root()[1]
