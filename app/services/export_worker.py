"""The process that makes the packages of an export: ``flask export run ID``."""

import hashlib
import json
import os
import shutil
import socket
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.domain import N_, DomainError, Message, NotFound
from app.domain.people import Actor
from app.domain.policy import Action, require_on
from app.package.write import Kept, hand_on, write
from app.services import days as day_service
from app.services import downloads, exports, importing, packages
from app.services.accounts import actor_of
from app.services.beat import Beat, Clock, Context
from app.services.exports import DONE, FAILED, PAUSED, RUNNING, WAITING, Scope
from app.store import exports as store
from app.store import people
from app.store.db import transaction
from app.store.files import sync_folder
from app.store.review_tables import ExportRow

SUMS, MISSING = "SHA256SUMS", "NOT-EXPORTED.txt"
BLOCK = 1 << 20
BROKEN = N_("Making the packages broke off (%(error)s). Those that are finished stay: go on.")
Show = Callable[..., None]


class Paused(Exception):
    """Somebody wished it; what is finished stays."""


@dataclass(frozen=True)
class Made:
    """Packages in a folder: (day, SHA-256, bytes), and (day, reason) of those that could not be made."""

    packages: tuple[tuple[str, str, int], ...]
    missing: tuple[tuple[str, Message], ...]

    @property
    def size(self) -> int:
        return sum(size for _, _, size in self.packages)


def run(export_id: str, clock: Clock, context: Context) -> bool:
    """Take the export that waits and make it; False when there was nothing to take, or it did not end well."""
    worker = f"{socket.gethostname()}:{os.getpid()}"
    with transaction():
        taken = store.change(export_id, (WAITING,), state=RUNNING, worker=worker, beat=clock())
    row = store.get(export_id) if taken else None
    if row is None:
        return False
    beat = Beat(row, clock, context, store)
    try:
        with beat:
            result = _export(row, beat)
    except Paused:
        _end(export_id, clock(), PAUSED)
    except DomainError as error:
        _end(export_id, clock(), FAILED, error.messages)
    except Exception as error:
        _end(export_id, clock(), FAILED, (Message(BROKEN, {"error": type(error).__name__}),))
        raise
    else:
        _end(export_id, clock(), DONE, result=result)
        return True
    return False


def _end(export_id: str, now: datetime, state: str, told: Sequence[Message] = (), **more: Any) -> None:
    said = json.dumps([[m.id, m.params] for m in told], ensure_ascii=False, default=str)
    with transaction():
        store.change(export_id, (RUNNING,), state=state, beat=now, told=said, wish="", **more)


def _export(row: ExportRow, beat: Beat) -> dict[str, Any]:
    person = people.by_id(row.person)
    if person is None:
        raise NotFound(N_("There is no such person."))
    scope = Scope(**{n: str(row.scope.get(n, "")) for n in Scope.__dataclass_fields__})
    folder = store.folder(row.id)
    target = folder / f"{scope.name}.zip"
    made = make(actor_of(person), row.scope["days"], folder, beat.show, beat.wish, beat.clock)
    beat.show(phase="packing", left=None)
    exports.require_room(folder, made.size)
    sha256 = pack(folder, scope.name, made, target)
    for name, _, _ in made.packages:
        (folder / f"{name}.zip").unlink(missing_ok=True)
    missing = [[name, message.id, message.params] for name, message in made.missing]
    return {"sha256": sha256, "size": target.stat().st_size, "days": len(made.packages),
            "missing": json.loads(json.dumps(missing, default=str))}  # fmt: skip


def make(
    actor: Actor, names: Sequence[str], folder: Path, show: Show, wish: Callable[[], str], clock: Clock
) -> Made:
    """The package of every day in the folder, one after the other; one that is finished is not made again.

    A day that cannot be proved keeps no other one back. Raises Paused between two days, Invalid for a full disk.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for left_over in folder.glob(".*.part"):
        left_over.unlink()
    found, missing, began, new = [], [], clock(), 0
    for number, name in enumerate(names):
        if wish():
            raise Paused
        show(done=number, total=len(names), file=name, left=_left(clock() - began, new, len(names) - number))
        path = folder / f"{name}.zip"
        if not path.exists():
            new += 1
            try:
                _package(actor, name, path)
            except DomainError as error:
                if isinstance(error, NoRoom):
                    raise
                missing.append((name, error.messages[0]))
                continue
        found.append((name, _sha256(path), path.stat().st_size))
    show(done=len(names), total=len(names), left=None)
    return Made(tuple(found), tuple(missing))


def collect(actor: Actor, scope: Scope, folder: Path, clock: Clock) -> Made:
    """The same in the foreground, into a folder of the caller; what the actor has is recorded. Raises Invalid."""
    made = make(actor, exports.days(actor, scope), folder, lambda **_: None, lambda: "", clock)
    listing = sums(made)
    (folder / SUMS).write_text(listing)
    sha256 = hashlib.sha256(listing.encode()).hexdigest()
    downloads.note(actor, exports.KIND, scope.told(), sha256, made.size, clock())
    return made


class NoRoom(DomainError):
    """The disk is full: the export waits until somebody makes room."""


def _left(passed: timedelta, new: int, todo: int) -> int | None:
    """Seconds, by what was made since this process began."""
    return int(passed.total_seconds() / new * todo) if new else None


def _package(actor: Actor, name: str, path: Path) -> None:
    """One day; an imported one as it came."""
    require_on(day_service.load(actor, name), actor, Action.PACKAGE_EXPORT)
    if came := importing.original(name):
        _require_room(path.parent, came.stat().st_size)
        hand_on(path, Kept(came, came.name))
        return
    parts = packages.gather(name)
    _require_room(path.parent, sum(_size(content) for _, content in parts.payload))
    write(path, parts)


def _size(content: bytes | Kept) -> int:
    return len(content) if isinstance(content, bytes) else content.path.stat().st_size


def _require_room(folder: Path, size: int) -> None:
    try:
        exports.require_room(folder, size)
    except DomainError as error:
        raise NoRoom(*error.messages) from error


def _sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sums(made: Made) -> str:
    """For ``sha256sum -c``."""
    return "".join(f"{sha256}  {name}.zip\n" for name, sha256, _ in made.packages)


def reasons(made: Made) -> str:
    return "".join(f"{name}: {message}\n" for name, message in made.missing)


def pack(folder: Path, title: str, made: Made, target: Path) -> str:
    """One file with all packages and their SHA-256, the same bytes for the same packages; its SHA-256."""
    unfinished = folder / f".{target.name}.part"
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_STORED, allowZip64=True) as zipped:
        texts = {SUMS: sums(made), MISSING: reasons(made)}
        for name, text in texts.items():
            if text:
                zipped.writestr(_info(f"{title}/{name}"), text.encode())
        for name, _, size in made.packages:
            with open(folder / f"{name}.zip", "rb") as source:
                info = _info(f"{title}/{name}.zip")
                info.file_size = size
                with zipped.open(info, "w") as place:
                    shutil.copyfileobj(source, place, BLOCK)
    with open(unfinished, "rb") as file:
        os.fsync(file.fileno())
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    os.replace(unfinished, target)
    sync_folder(folder)
    return sha256


def _info(name: str) -> zipfile.ZipInfo:
    """Without a moment and an owner: nothing but names and content makes the bytes."""
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.create_system, info.external_attr = 3, 0o100644 << 16
    return info
