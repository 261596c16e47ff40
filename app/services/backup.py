"""Backups of the database: made, proved, kept by number. Keys and files are not in them."""

import logging
import secrets
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.domain import N_, DomainError, Message
from app.domain.jobs import Outcome
from app.domain.journal import Broken
from app.domain.merkle import frontier
from app.domain.note import BadNote, open_checkpoint, parse_vkey
from app.services import verify
from app.store import backup as store
from app.store import keys
from app.store.keys import KeyMissing

LOG = logging.getLogger("logbook.jobs")
NAME = "logbook-%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Checked:
    """``exit``: 0 whole, 1 broken, 2 could not check."""

    exit: int
    message: Message
    entries: int = 0


class BadCopy(DomainError):
    """A copy that was just made is not whole; it was thrown away."""


@dataclass(frozen=True)
class Backup:
    """A finished copy."""

    path: Path
    size: int
    made: datetime


def make(now: datetime, keep: int) -> Backup:
    """Copy the database, prove the copy, then give it its name; of all copies the newest ``keep`` stay.

    Raises NoRoom before anything is written, BadCopy, CannotTell.
    """
    store.require_room()
    ending = "dump" if store.on_postgresql() else "db"
    path = _free(store.folder() / f"{now.astimezone(UTC):{NAME}}.{ending}")
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        store.copy_into(part)
        found = check(part)
        if found.exit:
            raise BadCopy(N_("The copy is not whole and was thrown away: %(reason)s"), reason=str(found.message))
        store.settle(part, path)
    finally:
        part.unlink(missing_ok=True)
    for old in listed()[keep:]:
        for file in (old.path, store.seal_of(old.path)):
            file.unlink(missing_ok=True)
    return next(b for b in listed() if b.path == path)


def _free(path: Path) -> Path:
    """The name, with a number when a copy of this second has it."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_stem(f"{path.stem}-{number}")
    return free


def listed() -> list[Backup]:
    """Finished copies, newest first by name."""
    found = [p for p in store.folder().glob("logbook-*") if p.suffix in (".db", ".dump")]
    return [
        Backup(p, p.stat().st_size, datetime.fromtimestamp(p.stat().st_mtime, UTC))
        for p in sorted(found, key=lambda p: _order(p.stem), reverse=True)
    ]


def place(name: str) -> Path:
    """Where a copy of this name lies."""
    return store.folder() / name


def _order(stem: str) -> tuple[str, int]:
    moment, _, number = stem.removeprefix("logbook-").partition("-")
    return moment, int(number) if number.isdecimal() else 1


def check(path: Path) -> Checked:
    """Whether a copy is whole: it has its checksum, is read to its end, and every journal gives its signed checkpoint.

    Every byte of leaf and body is judged, as ``flask day verify`` does; signatures and files are not.
    """
    try:
        vkey = keys.log_key().vkey
        entries = 0
        with store.opened(path) as copy:
            store.require_seal(path)
            logs, vkeys = copy.logs(), copy.vkeys()
            for log in logs:
                with closing(copy.stored(log.id)) as rows:
                    hashes, _ = verify.walk(log.origin, rows)
                by = parse_vkey(vkeys.get(log.source, "")) if log.source else vkey
                head = open_checkpoint(log.note, by, keys.verify)
                if (head.origin, head.size, head.root) != (log.origin, len(hashes), frontier(hashes).root()):
                    raise Broken(N_("The journal %(log)s does not give its checkpoint."), log=log.origin)
                entries += len(hashes)
    except (Broken, store.NotACopy) as err:
        return Checked(1, err.messages[0])
    except BadNote as err:
        return Checked(1, Message(N_("A checkpoint in the copy was changed: %(reason)s"), {"reason": str(err)}))
    except (KeyMissing, store.CannotTell) as err:
        return Checked(2, err.messages[0])
    if not logs:
        return Checked(1, Message(N_("The copy holds no journal.")))
    text = N_("whole: %(logs)s journals, %(entries)s entries")
    return Checked(0, Message(text, {"logs": len(logs), "entries": entries}), entries)


def run(now: datetime, keep: int) -> Outcome:
    """As a job."""
    made = make(now, keep)
    text = N_("%(name)s, %(size)s KB; copies kept: %(count)s.")
    params = {"name": made.path.name, "size": made.size // 1024, "count": len(listed())}
    return Outcome((Message(text, params),))
