"""Take in the package of another installation's day: proved first, then written in one transaction, or not at all.

The entries are stored byte for byte in a log that names its source; nobody writes to it here. The same package again
changes nothing, a longer one extends what is known, and two histories of one day are refused and recorded.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.domain import N_, DomainError, Message
from app.domain import facts as f
from app.domain.day import Day
from app.domain.dayname import is_named
from app.domain.fold import fold
from app.domain.journal import SHAPELESS, Broken, Entry, read
from app.domain.merkle import Frontier
from app.domain.note import BadNote, Checkpoint, open_checkpoint, parse_vkey
from app.domain.people import Actor
from app.domain.policy import Action, require_whole
from app.domain.profile import Profile
from app.domain.summary import summarize
from app.package.read import Opened
from app.package.verify import Answer, Bad, check
from app.services import office, trust, verify, witnesses
from app.services.trust import Trust
from app.store import days as index
from app.store import files, imports, journal, keys, packages, profiles
from app.store.db import transaction
from app.store.files import FileMissing
from app.store.journal import Stored
from app.store.review_tables import ImportedRow, SourceRow

FORK = "fork"  # in the record of changes
OTHER_AGE = re.compile(rb'"(?!(?:19|20|21)\d\d-)\d{4}-\d\d-\d\dT\d\d:\d\d')


class Kind(StrEnum):
    """What a package was to us."""

    NEW = "new"
    LONGER = "longer"  # its journal goes on where ours ended
    SAME = "same"
    SHORTER = "shorter"  # known already, ours is newer


class NotTaken(DomainError):
    """The package was not taken in; nothing was written."""

    status = 422


class Forked(DomainError):
    """Two histories of one day, both signed by its installation: the most serious thing that can be found."""


@dataclass(frozen=True)
class Taken:
    """What a package brought, or would bring. ``before``: entries known until then; ``told``: by ``verify.py``."""

    kind: Kind
    day: str
    source: str
    origin: str
    size: int
    before: int
    root: str
    sha256: str
    told: tuple[str, ...]


@dataclass(frozen=True)
class _Proved:
    """A package whose journal, signatures and files hold."""

    source: SourceRow
    checkpoint: Checkpoint
    day: Day
    profile: str
    known: dict[str, Any]
    files: tuple[str, ...]


def take_in(actor: Actor, path: Path, now: datetime, dry: bool = False) -> Taken:
    """Prove the package, then write what is new of it. ``dry``: write nothing, not even that it was a fork.

    Everything is read from a copy of our own: the file may be replaced meanwhile.

    Raises NotTaken, Forked, Broken; nothing of the package is written then.
    """
    require_whole(actor, Action.PACKAGE_IMPORT)
    with packages.private(path) as (copy, sha256):
        return _take_in(actor, copy, sha256, now, dry)


def _take_in(actor: Actor, copy: Path, sha256: str, now: datetime, dry: bool) -> Taken:
    source, told = _judged(copy)
    with Opened(copy) as package:
        proved = _proved(package, source)
        if not dry:
            for digest in proved.files:
                files.put(_file(package, digest))
            packages.keep(copy, sha256)
        try:
            made = _written(actor, package, proved, sha256, now, dry)
        except Forked as fork:
            if not dry:
                _tell(actor, proved.day.id, fork, now)
            raise
        except witnesses.Forked as fork:
            if not dry:
                witnesses.alarm(fork.kept, fork.shown, fork.witness, now)
            raise _turned(proved.day.id, fork) from fork
    return replace(made, told=told)


def _judged(path: Path) -> tuple[SourceRow, tuple[str, ...]]:
    """By ``verify.py``, with the published key and root of the source whose key the package names."""
    row = _source(path)
    answer: Answer = check(str(path), row.vkey, trust.root_sha256(row.root))
    if answer.exit:
        raise NotTaken(*(Message(N_("The package is not proved: %(reason)s"), {"reason": " ".join(answer.lines)}),))
    return row, tuple(answer.lines)


def _source(path: Path) -> SourceRow:
    """Whose package it says it is. That is judged afterwards."""
    try:
        with Opened(path) as package:
            text = package.text("vkey").strip()
            key = parse_vkey(text)
    except (Bad, BadNote, OSError) as error:
        raise NotTaken(N_("This file is not a package of a logbook: %(reason)s"), reason=str(error)) from error
    if key.key == keys.log_key().vkey.key:
        raise NotTaken(N_("This is a package of this installation itself: its days are here already."))
    row = imports.source(key.name)
    if row is None:
        text_ = N_("Nobody here knows the key of %(name)s. Add it to the sources after comparing its printed sheet.")
        raise NotTaken(text_, name=key.name)
    if row.vkey != text:
        raise NotTaken(N_("The package is signed with another key than the one published by %(name)s."), name=row.name)
    return row


def _proved(package: Opened, source: SourceRow) -> _Proved:
    """The proof that ``flask day verify`` makes, over the package itself. Raises Broken, NotTaken."""
    try:
        checkpoint = open_checkpoint(package.text("checkpoint"), parse_vkey(source.vkey), keys.verify)
    except BadNote as error:
        raise NotTaken(*error.messages) from error
    profile = package.text("profile.toml")
    known = {"certificates": list(package.people), "crls": list(package.lists)}
    judge = replace(
        trust.from_package(source.vkey, source.root, known), file=lambda digest: _file(package, digest),
        profile=lambda digest: _profile(profile, digest),
    )  # fmt: skip
    needed: dict[str, None] = {}
    try:
        result = verify.prove(checkpoint.origin, checkpoint, _rows(package), _noting(judge, needed))
        day = _folded(package, profile)
        if not result.proved or day is None or day.origin != checkpoint.origin:
            raise NotTaken(N_("The package holds no day."))
        if not is_named(day, source.name):
            raise NotTaken(N_("The journal %(log)s is not one of %(name)s."), log=day.origin, name=source.name)
        summarize(day, day.received, 0, 0)
    except SHAPELESS as error:  # signed by its key, and still no day as this version knows it
        raise NotTaken(N_("The package holds no day.")) from error
    return _Proved(source, checkpoint, replace(day, source=source.name), profile, known, tuple(needed))


def _noting(judge: Trust, needed: dict[str, None]) -> Trust:
    """The same, and it notes which files the proof asked for: those are what the day needs here."""

    def file(digest: str) -> bytes:
        needed[digest] = None
        return judge.file(digest)

    return replace(judge, file=file)


def _rows(package: Opened, after: int = 0) -> Any:
    return (Stored(*row) for row in package.rows() if row.seq >= after)


def _file(package: Opened, digest: str) -> bytes:
    found = package.file(digest)
    if found is None:
        raise FileMissing(N_("The file %(digest)s is missing."), digest=digest[:16])
    return found


def _profile(text: str, digest: str) -> str:
    if profiles.digest(text) != digest:
        raise Broken(N_("The profile that this day pinned is missing or was changed."))
    return text


def _folded(package: Opened, profile: str) -> Day | None:
    entries: list[Entry] = []
    for row in package.rows():
        if OTHER_AGE.search(row.leaf) or OTHER_AGE.search(row.body or b""):
            raise ValueError("a moment that no zone can show")
        entries.append(read(row.leaf, row.body, row.salt))
    parsed: Callable[[str], Profile] = lambda digest: profiles.parsed(profile, digest[:12])  # noqa: E731
    return fold(None, entries, parsed)


# ---------------------------------------------------------------- writing


def _written(actor: Actor, package: Opened, proved: _Proved, sha256: str, now: datetime, dry: bool) -> Taken:
    """Compare with what is known and write what is new, all in one transaction."""
    day, checkpoint, name = proved.day, proved.checkpoint, proved.source.name
    with transaction(office.log()):
        log = _known_log(day, checkpoint.origin, name)
        edge = _compared(package, log, proved) if log is not None else Frontier()
        kind = Kind.NEW if log is None else _kind(edge.size, checkpoint.size)
        made = Taken(
            kind, day.id, name, checkpoint.origin, checkpoint.size, edge.size, checkpoint.root.hex(), sha256, ()
        )
        if dry or kind in (Kind.SAME, Kind.SHORTER):
            return made
        if log is None:
            log = journal.create(checkpoint.origin, "day", name)
            index.add(day.id, day.centre_code, day.date.isoformat(), log, profiles.pin(proved.profile))
        imports.add_entries(log, _rows(package, edge.size))
        grown = edge.extend(row.hash for row in package.rows() if row.seq >= edge.size)
        imports.set_head(log, grown, checkpoint.note)
        witnesses.cosign_import(log, checkpoint, now)
        imports.note_import(
            day.id, now, source=name, sha256=sha256, size=checkpoint.size, root=made.root, by=actor.person,
            known=proved.known,
        )  # fmt: skip
        vkey = proved.source.vkey
        office.note(
            actor,
            f.PackageImported(day.id, made.origin, vkey, made.size, made.root, sha256, made.before, now), now,
        )  # fmt: skip
    return made


def _kind(known: int, size: int) -> Kind:
    if known == size:
        return Kind.SAME
    return Kind.LONGER if known < size else Kind.SHORTER


def _known_log(day: Day, origin: str, source: str) -> int | None:
    """The log in which the day is known, None for a new one. Raises NotTaken when the day is somebody else's."""
    found = imports.of_origin(origin)
    log = index.log_of(day.id)
    if found is not None and found[1] == source and log == found[0]:
        return log
    if log is None and found is None:
        return None
    owner = journal.source(log) if log is not None else found[1] if found else ""
    if not owner:
        raise NotTaken(
            N_("The day %(day)s was opened here. A package of another installation cannot stand beside it."),
            day=day.id,
        )  # fmt: skip
    if owner == source:
        text = N_(
            "The day %(day)s is known under another journal (%(ours)s); the package holds %(theirs)s. After a restore "
            "a journal goes on under a new name: this version does not join the two. Keep the package as it is."
        )
        ours = journal.head(log).checkpoint.origin if log is not None else ""
        raise NotTaken(text, day=day.id, ours=ours, theirs=origin)
    raise NotTaken(N_("The day %(day)s came from %(owner)s before."), day=day.id, owner=owner)


def _compared(package: Opened, log: int, proved: _Proved) -> Frontier:
    """How far both journals are the same, which has to be the whole of the shorter one. Raises Forked."""
    head = journal.head(log)
    ours = journal.stored(log)
    try:
        for row, mine in zip(package.rows(), ours, strict=False):
            if row.hash != mine.hash:
                raise _forked(row.seq, head.checkpoint, proved)
    finally:
        ours.close()
    return head.frontier


def _forked(seq: int, ours: Checkpoint, proved: _Proved) -> Forked:
    theirs = proved.checkpoint
    text = N_(
        "Two histories of the day %(day)s: entry %(entry)s is not the same. Known here: %(our_size)s entries, root "
        "%(our_root)s. In the package: %(their_size)s entries, root %(their_root)s. Both are signed by %(name)s. "
        "Nothing was taken in. Keep both and ask that installation."
    )
    return Forked(
        text, day=proved.day.id, entry=seq + 1, our_size=ours.size, our_root=ours.short, their_size=theirs.size,
        their_root=theirs.short, name=proved.source.name,
    )  # fmt: skip


def _turned(day: str, fork: witnesses.Forked) -> Forked:
    text = N_(
        "Two histories of the day %(day)s: this installation cosigned %(kept)s entries with the root %(kept_root)s; "
        "the package shows %(shown)s with the root %(shown_root)s, which do not continue them. Nothing was taken in. "
        "Keep the package and ask that installation; the page Jobs shows both states."
    )
    kept, shown = fork.kept, fork.shown
    return Forked(
        text, day=day, kept=kept.size, kept_root=kept.short, shown=shown.size, shown_root=shown.short
    )  # fmt: skip


def _tell(actor: Actor, day: str, fork: Forked, now: datetime) -> None:
    """Into the record of changes, whatever becomes of the package."""
    said = fork.messages[0].params
    sides = {
        side: f"{said[f'{short}_size']}, {said[f'{short}_root']}, {said['name']}"
        for side, short in (("ours", "our"), ("theirs", "their"))
    }
    with transaction(office.log()):
        office.changed(actor, FORK, day, {}, {"entry": said["entry"], **sides}, now)


def newest(actor: Actor, count: int = 20) -> list[ImportedRow]:
    """Days that were taken in last."""
    require_whole(actor, Action.PACKAGE_IMPORT)
    return imports.newest(count)


def original(day_id: str) -> Path | None:
    """The newest package of an imported day as it came; None for a day of this installation. Raises FileMissing."""
    row = imports.imported(day_id)
    if row is None:
        return None
    found = files.path(row.sha256)
    if not found.exists():
        raise FileMissing(N_("The file %(digest)s is missing."), digest=row.sha256[:16])
    return found
