"""Prove a journal from its stored bytes: never green by absence.

The entries are read again and hashed; the root is compared with the newest signed checkpoint
in its own table, with every checkpoint in confirmations and documents, and with one that a
witness kept (``--checkpoint FILE``); every kept cosignature of a known witness has to hold.
Whoever rewrites the journal and that table too is caught by any older witness. A journal of
another installation is judged by that one's keys (``trust``).
"""

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

from app.domain import N_, DomainError, Message, NotFound
from app.domain import facts as f
from app.domain.journal import Broken, Entry, digest, open_leaf, read
from app.domain.merkle import Frontier, frontier, leaf_hash
from app.domain.note import BadNote, Checkpoint, Vkey, open_checkpoint
from app.services import confirm, days, shifts, trust, witnesses
from app.services.trust import Trust
from app.store import files, journal, keys
from app.store.db import Unreadable, readable, snapshot
from app.store.keys import KeyMissing
from reports.inspect import inspect

# Facts that prove something of their own: read even when the bytes are right.
WITNESSING = frozenset(
    c.tag for c in (
        f.DayOpened, f.RehearsalClock, f.ActsConfirmed, f.DocumentSigned, f.BodyErased, f.ShiftHanded, f.ShiftTaken,
    )
)
WITH_FILES, FILE_KEY = frozenset({f.StepDone.tag, f.EntryCorrected.tag}), b'"sha256"'


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
        with readable():
            log = days.log_of(day_id)
    except (NotFound, Unreadable) as err:
        return Result(day_id, 2, err.messages[0])
    return verify_log(day_id, log, checkpoint)


def verify_leaves(day_id: str) -> Result:
    """Only that the leaves give the signed root: quick, and silent about bodies, signatures and files.

    When they do not, the whole proof is made, because it names the entry.
    """
    try:
        log = days.log_of(day_id)
        with snapshot():
            head = _signed_head(log, trust.of(log).vkey)
            edge = frontier(leaf_hash(leaf) for leaf in journal.leaves(log))
    except (NotFound, KeyMissing, Unreadable) as err:
        return Result(day_id, 2, err.messages[0])
    except Broken as err:
        return Result(day_id, 1, err.messages[0])
    if not edge.size or (edge.size, edge.root()) != (head.size, head.root):
        return verify_day(day_id)
    params = {"size": head.size, "root": head.short}
    text = N_("the leaves are proved: %(size)s entries, root %(root)s; bodies, signatures and files were not read")
    return Result(day_id, 0, Message(text, params), head.size, head.root.hex(), 1)


def verify_log(name: str, log: int, witness: str = "") -> Result:
    """Prove one log, that of a day or the office's; ``name`` stands in the answer."""
    try:
        with snapshot():
            return _proof(name, log, witness)
    except Broken as err:
        return Result(name, 1, err.messages[0])
    except (Unproved, KeyMissing, Unreadable) as err:
        return Result(name, 2, err.messages[0])


def _proof(name: str, log: int, witness: str) -> Result:
    judge = trust.of(log)
    head = _signed_head(log, judge.vkey)
    with closing(journal.stored(log)) as rows:
        return prove(name, head, rows, judge, witness, lambda hashes: witnesses.judge(log, head.origin, hashes))


def prove(
    name: str, head: Checkpoint, rows: Iterable[journal.Stored], judge: Trust, witness: str = "",
    cosigned: Callable[[list[bytes]], None] = lambda _: None,
) -> Result:  # fmt: skip
    """Prove entries under a checkpoint whose signature is known to be good, wherever they lie.

    ``cosigned`` judges what witnesses signed, given every leaf hash. Raises Broken or Unproved.
    """
    hashes, facts = walk(head.origin, rows)
    if not hashes:
        if head.note:
            raise Broken(N_("Every entry is gone; the newest checkpoint names %(size)s."), 0, size=head.size)
        raise Unproved(N_("This journal has no entries: there is nothing to prove."))
    if not head.note:
        raise Broken(N_("The newest checkpoint of %(log)s is missing."), log=head.origin)
    kept = [(head, N_("its newest checkpoint")), *_inner_checkpoints(head.origin, facts, judge)]
    if witness:
        kept.append((_witness(witness, judge.vkey, head.origin), N_("the given checkpoint")))
    _agree(kept, hashes)
    cosigned(hashes)
    if len(hashes) > head.size:
        number = head.size + 1
        raise Broken(N_("Entry %(number)s is not covered by the newest checkpoint."), head.size, number=number)
    _contents(head.origin, facts, hashes, judge)
    message = N_("proved: %(size)s entries, root %(root)s, %(witnesses)s checkpoints agree")
    params = {"size": head.size, "root": head.short, "witnesses": len(kept)}
    return Result(name, 0, Message(message, params), head.size, head.root.hex(), len(kept))


def _signed_head(log: int, vkey: Vkey) -> Checkpoint:
    head = journal.head(log).checkpoint
    if not head.note:
        return head
    try:
        return open_checkpoint(head.note, vkey, keys.verify)
    except BadNote as err:
        raise Broken(str(err)) from err


def walk(origin: str, rows: Iterable[journal.Stored]) -> tuple[list[bytes], list[Entry]]:
    """The leaf hash of every stored entry, and the entries whose facts the proof has to read.

    Every byte is judged here, in one pass that keeps 32 bytes an entry: the hash covers the leaf, the leaf names its
    log, place, id and the digest of the body. Raises Broken naming the first entry that does not fit.
    """
    hashes: list[bytes] = []
    facts: list[Entry] = []
    bodiless: list[int] = []
    for expected, row in enumerate(rows):
        seq, entry_id, leaf, stored_hash, body, salt = row
        if seq != expected:
            raise Broken(N_("Entry %(number)s is missing."), expected, number=expected + 1)
        if leaf_hash(leaf) != stored_hash:
            raise Broken(N_("Entry %(number)s was changed."), seq, number=seq + 1)
        if (seal := open_leaf(leaf)) is None:
            text = N_("Entry %(number)s cannot be read: its stored bytes were changed.")
            raise Broken(text, seq, number=seq + 1)
        if seal.id != entry_id:
            text = N_("Entry %(number)s does not have the id it was received under.")
            raise Broken(text, seq, number=seq + 1)
        if seal.log != origin or seal.seq != seq:
            raise Broken(N_("Entry %(number)s is not in its place."), seq, number=seq + 1)
        if body is None:
            bodiless.append(seq)
        elif digest(salt, body) != seal.body_sha256:
            raise Broken(N_("The body of entry %(number)s was changed."), seq, number=seq + 1)
        elif seal.tag in WITNESSING or (seal.tag in WITH_FILES and FILE_KEY in body):
            facts.append(_read(row))
        hashes.append(stored_hash)
    erased = {e.fact.target for e in facts if isinstance(e.fact, f.BodyErased)}
    for seq in bodiless:
        if seq not in erased:
            text = N_("The body of entry %(number)s is missing and no act of erasing names it.")
            raise Broken(text, seq, number=seq + 1)
    return hashes, facts


def _read(row: journal.Stored) -> Entry:
    try:
        return read(row.leaf, row.body, row.salt)
    except Broken as err:
        text = N_("Entry %(number)s cannot be read: its stored bytes were changed.")
        raise Broken(text, row.seq, number=row.seq + 1) from err


def _inner_checkpoints(origin: str, entries: list[Entry], judge: Trust) -> list[tuple[Checkpoint, str]]:
    """Checkpoints that confirmations and signed documents carry."""
    found: list[tuple[Checkpoint, str]] = []
    drawn: set[str] = set()
    for entry in entries:
        notes = []
        if isinstance(entry.fact, f.ActsConfirmed):
            notes.append("\n".join(entry.fact.checkpoint))
        if isinstance(entry.fact, f.DocumentSigned) and entry.fact.base not in drawn:
            drawn.add(entry.fact.base)
            notes.append(inspect(_file(judge, entry.fact.base, entry.seq), [], {}).checkpoint)
        for note in notes:
            text = N_("The checkpoint in entry %(number)s is not ours.")
            try:
                kept = open_checkpoint(note, judge.vkey, keys.verify)
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


def _agree(kept: list[tuple[Checkpoint, str]], hashes: list[bytes]) -> None:
    """Every checkpoint that somebody kept is a state of this journal. Raises Broken naming the narrowest place."""
    edge = Frontier()
    for checkpoint, source in sorted(kept, key=lambda pair: pair[0].size):
        if checkpoint.size > len(hashes):
            text = N_("The journal ends at entry %(have)s, but %(source)s names %(size)s: the tail was cut.")
            raise Broken(text, len(hashes), have=len(hashes), source=source, size=checkpoint.size)
        grown = edge.extend(hashes[edge.size : checkpoint.size])
        if grown.root() != checkpoint.root:
            text = N_("An entry from %(first)s to %(last)s was changed: %(source)s has another root.")
            raise Broken(text, edge.size, first=edge.size + 1, last=checkpoint.size, source=source)
        edge = grown


def _contents(origin: str, entries: list[Entry], hashes: list[bytes], judge: Trust) -> None:
    """Signatures of confirmations and handovers, recorded files and the pinned profile, re-read from their bytes."""
    certificates, ahead, rehearsal = judge.certificates(), timedelta(), False
    for entry in entries:
        number = entry.seq + 1
        match entry.fact:
            case f.DayOpened() as fact:
                judge.profile(fact.profile_sha256)
                rehearsal = fact.rehearsal
            case f.RehearsalClock() as fact if rehearsal:
                ahead = fact.at - fact.real
            case f.ActsConfirmed() as fact:
                if not confirm.signature_holds(origin, fact, certificates, entry.actor, ahead):
                    raise Broken(N_("The signature of entry %(number)s does not hold."), entry.seq, number=number)
            case f.ShiftHanded() | f.ShiftTaken() as fact:
                if not shifts.signature_holds(origin, fact, certificates, entry.actor, hashes, ahead):
                    raise Broken(N_("The signature of entry %(number)s does not hold."), entry.seq, number=number)
            case f.DocumentSigned() as fact:
                for sha256 in (fact.base, fact.file):
                    _file(judge, sha256, entry.seq)
            case f.StepDone() | f.EntryCorrected() as fact:
                values = fact.evidence if isinstance(fact, f.StepDone) else fact.changes
                for value in values.values():
                    if isinstance(value, dict) and "sha256" in value:
                        _file(judge, value["sha256"], entry.seq)


def _file(judge: Trust, digest: str, seq: int) -> bytes:
    try:
        return judge.file(digest)
    except files.FileMissing as err:
        text = N_("A file of entry %(number)s is missing or was changed.")
        raise Broken(text, seq, number=seq + 1) from err
