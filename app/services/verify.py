"""Prove a journal from its stored bytes: never green by absence.

The entries are read again and hashed; the root is compared with the newest signed checkpoint
in its own table, with every checkpoint in confirmations and documents, and with one that a
witness kept (``--checkpoint FILE``). Whoever rewrites the journal and that table too is
caught by any older witness.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain import N_, DomainError, Message, NotFound
from app.domain import facts as f
from app.domain.journal import Broken, Entry, check, read
from app.domain.merkle import Frontier, leaf_hash
from app.domain.note import BadNote, Checkpoint, Vkey, open_checkpoint
from app.services import confirm, days, office
from app.store import files, journal, keys, profiles
from app.store.keys import KeyMissing
from reports.inspect import inspect


@dataclass(frozen=True)
class Result:
    """``exit``: 0 proved, 1 broken (``message`` names the entry), 2 could not check."""

    name: str
    exit: int
    message: Message
    size: int = 0
    root: str = ""
    witnesses: int = 0

    @property
    def proved(self) -> bool:
        return self.exit == 0

    def __str__(self) -> str:
        return str(self.message)


class Unproved(DomainError):
    """Something needed for the answer is absent."""

    exit = 2


def verify_day(day_id: str, checkpoint: str = "") -> Result:
    """Prove one day. ``checkpoint``: a signed note that a witness kept, as text."""
    try:
        log = days.log_of(day_id)
    except NotFound as err:
        return Result(day_id, 2, err.messages[0])
    return _verify(day_id, log, checkpoint)


def verify_all() -> list[Result]:
    """Prove every log of the installation."""
    return [_verify(origin, log_id, "") for log_id, origin, _ in journal.origins()]


def _verify(name: str, log: int, witness: str) -> Result:
    try:
        return _proof(name, log, witness)
    except Broken as err:
        return Result(name, 1, err.messages[0])
    except (Unproved, KeyMissing) as err:
        return Result(name, 2, err.messages[0])


def _proof(name: str, log: int, witness: str) -> Result:
    vkey = keys.log_key().vkey
    head = _signed_head(log, vkey)
    origin = head.origin
    rows = journal.raw(log)
    if not rows:
        if head.note:
            raise Broken(N_("Every entry is gone; the newest checkpoint names %(size)s."), 0, size=head.size)
        raise Unproved(N_("This journal has no entries: there is nothing to prove."))
    entries, roots = _entries(origin, rows)
    kept = [(head, N_("its newest checkpoint")), *_inner_checkpoints(origin, entries, vkey)]
    if witness:
        kept.append((_witness(witness, vkey, origin), N_("the given checkpoint")))
    _agree(kept, roots)
    if len(entries) > head.size:
        number = head.size + 1
        raise Broken(N_("Entry %(number)s is not covered by the newest checkpoint."), head.size, number=number)
    _contents(entries)
    message = N_("proved: %(size)s entries, root %(root)s, %(witnesses)s checkpoints agree")
    root = Checkpoint(origin, len(entries), roots[-1]).short
    params = {"size": len(entries), "root": root, "witnesses": len(kept)}
    return Result(name, 0, Message(message, params), len(entries), roots[-1].hex(), len(kept))


def _signed_head(log: int, vkey: Vkey) -> Checkpoint:
    head = journal.head(log).checkpoint
    if not head.note:
        return head
    try:
        return open_checkpoint(head.note, vkey, keys.verify)
    except BadNote as err:
        raise Broken(str(err)) from err


def _entries(origin: str, rows: Iterable[journal.Stored]) -> tuple[list[Entry], list[bytes]]:
    """Entries and the root after each. Raises Broken naming the first that does not fit."""
    entries: list[Entry] = []
    roots: list[bytes] = []
    edge = Frontier()
    for expected, row in enumerate(rows):
        number = row.seq + 1
        if row.seq != expected:
            raise Broken(N_("Entry %(number)s is missing."), expected, number=expected + 1)
        if leaf_hash(row.leaf) != row.hash:
            raise Broken(N_("Entry %(number)s was changed."), row.seq, number=number)
        try:
            entry = read(row.leaf, row.body, row.salt)
        except Broken as err:
            text = N_("Entry %(number)s cannot be read: its stored bytes were changed.")
            raise Broken(text, row.seq, number=number) from err
        if entry.id != row.id:
            raise Broken(N_("Entry %(number)s does not have the id it was received under."), row.seq, number=number)
        entries.append(entry)
        edge = edge.append(entry.hash)
        roots.append(edge.root())
    erased = {e.fact.target: e.fact for e in entries if isinstance(e.fact, f.BodyErased)}
    for seq, entry in enumerate(entries):
        check(entry, origin, seq, erased)
    return entries, roots


def _inner_checkpoints(origin: str, entries: list[Entry], vkey: Vkey) -> list[tuple[Checkpoint, str]]:
    """Checkpoints that confirmations and signed documents carry."""
    found: list[tuple[Checkpoint, str]] = []
    drawn: set[str] = set()
    for entry in entries:
        notes = []
        if isinstance(entry.fact, f.ActsConfirmed):
            notes.append("\n".join(entry.fact.checkpoint))
        if isinstance(entry.fact, f.DocumentSigned) and entry.fact.base not in drawn:
            drawn.add(entry.fact.base)
            notes.append(inspect(_file(entry.fact.base, entry.seq), [], {}).checkpoint)
        for note in notes:
            text = N_("The checkpoint in entry %(number)s is not ours.")
            try:
                kept = open_checkpoint(note, vkey, keys.verify)
            except BadNote as err:
                raise Broken(text, entry.seq, number=entry.seq + 1) from err
            if kept.origin != origin:
                raise Broken(text, entry.seq, number=entry.seq + 1)
            found.append((kept, f"#{entry.seq + 1}"))
    return found


def _witness(note: str, vkey: Vkey, origin: str) -> Checkpoint:
    try:
        checkpoint = open_checkpoint(note, vkey, keys.verify)
    except BadNote as err:
        raise Unproved(N_("The given checkpoint is not signed by this installation's log key.")) from err
    if checkpoint.origin != origin:
        raise Unproved(N_("The given checkpoint is of another journal: %(origin)s."), origin=checkpoint.origin)
    return checkpoint


def _agree(kept: list[tuple[Checkpoint, str]], roots: list[bytes]) -> None:
    """Every checkpoint that somebody kept is a state of this journal. Raises Broken naming the narrowest place."""
    good = 0
    for checkpoint, source in sorted(kept, key=lambda pair: pair[0].size):
        if checkpoint.size > len(roots):
            text = N_("The journal ends at entry %(have)s, but %(source)s names %(size)s: the tail was cut.")
            raise Broken(text, len(roots), have=len(roots), source=source, size=checkpoint.size)
        if roots[checkpoint.size - 1] != checkpoint.root:
            text = N_("An entry from %(first)s to %(last)s was changed: %(source)s has another root.")
            raise Broken(text, good, first=good + 1, last=checkpoint.size, source=source)
        good = checkpoint.size


def _contents(entries: list[Entry]) -> None:
    """Signatures of confirmations, recorded files and the pinned profile, re-read from their bytes."""
    opened = entries[0].fact
    if not isinstance(opened, f.DayOpened):
        return
    profiles.pinned_text(opened.profile_sha256)
    certificates = office.certificates()
    day = days.fold_upto_entries(entries)
    for entry in entries:
        number = entry.seq + 1
        match entry.fact:
            case f.ActsConfirmed() as fact:
                if not confirm.signature_holds(day, fact, certificates, entry.actor):
                    raise Broken(N_("The signature of entry %(number)s does not hold."), entry.seq, number=number)
            case f.DocumentSigned() as fact:
                for digest in (fact.base, fact.file):
                    _file(digest, entry.seq)
            case f.StepDone() | f.EntryCorrected() as fact:
                values = fact.evidence if isinstance(fact, f.StepDone) else fact.changes
                for value in values.values():
                    if isinstance(value, dict) and "sha256" in value:
                        _file(value["sha256"], entry.seq)


def _file(digest: str, seq: int) -> bytes:
    try:
        return files.get(digest)
    except files.FileMissing as err:
        text = N_("A file of entry %(number)s is missing or was changed.")
        raise Broken(text, seq, number=seq + 1) from err
