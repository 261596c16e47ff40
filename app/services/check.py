"""Check a signed PDF against the journal: the whole answer, in words, never a traceback.

0 only if every slot of the form is signed, each by the certificate that our journal registered
for that person at that moment, the last signature covers the whole file, its checkpoint is in
our log and its SHA-256 is the recorded one. 2 only if something needed for the answer is absent.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509

from app.domain import N_, DomainError, Message
from app.domain.day import Day
from app.domain.merkle import frontier
from app.domain.note import BadNote, Checkpoint, open_checkpoint
from app.domain.signing import Document, Slot, revisions, slots
from app.services import days, documents, office
from app.store import authority, files, journal, keys
from app.store.keys import KeyMissing
from reports.inspect import Inspection, inspect

GOOD, BAD, UNKNOWN = 0, 1, 2
ALIKE = 4096  # bytes of a shared beginning that make an unreadable file "one of ours, changed"


@dataclass(frozen=True)
class SignatureVerdict:
    """One slot: ``state`` is valid, changed, invalid or missing; ``received`` is when our journal got it."""

    slot: str
    role: str
    meaning: str
    name: str
    received: datetime | None
    state: str
    reason: Message | None = None


@dataclass(frozen=True)
class Verdict:
    """``exit`` 0, 1 or 2; ``word`` for machines and the first line; ``details`` for people."""

    exit: int
    word: Message
    day: str = ""
    form: str = ""
    revision: int = 0
    size: int = 0
    signatures: tuple[SignatureVerdict, ...] = ()
    details: tuple[Message, ...] = field(default_factory=tuple)
    zone: str = "UTC"


def check(data: bytes) -> Verdict:
    """Judge a file. Everything that a reader trips over is a verdict."""
    try:
        vkey = keys.log_key().vkey
        roots = [authority.root()]
        authority.crls()  # needed below
    except KeyMissing as err:
        return Verdict(UNKNOWN, Message(N_("could not check")), details=err.messages)
    if office.opened() is None:
        reason = Message(N_("There is no journal in this installation to compare with."))
        return Verdict(UNKNOWN, Message(N_("could not check")), details=(reason,))
    first = _look(data, roots, {})
    if not first.checkpoint:
        return _unreadable(data, first)
    try:
        checkpoint = open_checkpoint(first.checkpoint, vkey, keys.verify)
    except BadNote:
        reason = Message(N_("Its checkpoint is not signed by this installation."))
        return Verdict(BAD, Message(N_("changed")), details=(*first.problems, reason))
    log = journal.log_id(checkpoint.origin)
    if log is None:
        reason = Message(N_("Its checkpoint is not in our journal."))
        return Verdict(BAD, Message(N_("not in our journal")), details=(reason,))
    try:
        return _judge(data, log, checkpoint, roots)
    except DomainError as err:
        return Verdict(BAD, Message(N_("the journal does not prove itself")), details=err.messages)


def _unreadable(data: bytes, seen: Inspection) -> Verdict:
    """A file whose checkpoint cannot be read: perhaps one of ours that was changed, perhaps a stranger's."""
    for log, _origin, kind in reversed(journal.origins()):
        if kind == "day":
            try:
                day, _ = days.fold_log(log)
            except DomainError:  # another day's trouble: verification tells it
                continue
            document = _closest(day, data)
            if document and _common(files.get(document.file), data) >= ALIKE:
                details = (*seen.problems, _what_changed(document, data))
                return Verdict(BAD, Message(N_("changed")), day.id, document.form, document.revision, details=details)
    reason = Message(N_("This file is not a document of a logbook, or its contents cannot be read any more."))
    return Verdict(BAD, Message(N_("not valid")), details=(*seen.problems, reason))


def _judge(data: bytes, log: int, checkpoint: Checkpoint, roots: Sequence[x509.Certificate]) -> Verdict:
    day, _ = days.fold_log(log)
    found = _recorded(day, hashlib.sha256(data).hexdigest())
    document = found[0] if found else _closest(day, data)
    if document is None:
        reason = Message(N_("Our journal knows no such file."))
        return Verdict(BAD, Message(N_("not in our journal")), day.id, details=(reason,), zone=day.opened.centre.zone)
    received = {s.fact.slot: s.received for s in document.signatures}
    seen = _look(data, roots, received)
    drawn = documents.drawn_day(day, document.size)
    places = slots(drawn)
    verdicts = tuple(_slot(slot, day, document, seen) for slot in places)
    details = [*seen.problems]
    if not _in_log(log, checkpoint, document):
        details.append(Message(N_("Its checkpoint is not in our journal.")))
    word, code = _word(day, document, found, verdicts, details, data)
    return Verdict(
        code, word, day.id, document.form, document.revision, document.size, verdicts, tuple(details),
        day.opened.centre.zone,
    )  # fmt: skip


def _word(
    day: Day,
    document: Document,
    found: tuple[Document, int] | None,
    verdicts: tuple[SignatureVerdict, ...],
    details: list[Message],
    data: bytes,
) -> tuple[Message, int]:
    """The one word of the verdict; the first that fits wins."""
    if found is None:
        details.append(_what_changed(document, data))
        return Message(N_("changed")), BAD
    signed = found[1]
    if revisions(day, document.form)[-1].revision != document.revision:
        newer = revisions(day, document.form)[-1].revision
        details.append(
            Message(N_("Revision %(new)s has replaced revision %(old)s."), {"new": newer, "old": document.revision})
        )
        return Message(N_("older revision")), BAD
    if signed < len(verdicts):
        return Message(N_("incomplete: %(signed)s of %(total)s"), {"signed": signed, "total": len(verdicts)}), BAD
    if details or any(v.state != "valid" for v in verdicts):
        return Message(N_("not valid")), BAD
    return Message(N_("valid: signed by all %(total)s"), {"total": len(verdicts)}), GOOD


def _recorded(day: Day, sha256: str) -> tuple[Document, int] | None:
    """The document whose file this is, and after how many signatures."""
    for form in day.documents:
        for document in revisions(day, form):
            if document.base == sha256:
                return document, 0
            for count, signature in enumerate(document.signatures, 1):
                if signature.fact.file == sha256:
                    return document, count
    return None


def _closest(day: Day, data: bytes) -> Document | None:
    """The document that a changed file most likely was: the one that shares its beginning longest."""
    best: tuple[int, Document] | None = None
    for form in day.documents:
        for document in revisions(day, form):
            try:
                ours = files.get(document.file)
            except DomainError:
                continue
            common = _common(ours, data)
            if best is None or common > best[0]:
                best = (common, document)
    return best[1] if best else None


def _common(a: bytes, b: bytes) -> int:
    """Length of the shared beginning, in steps of 256 bytes."""
    end = min(len(a), len(b))
    for i in range(0, end, 256):
        if a[i : i + 256] != b[i : i + 256]:
            return i
    return end


def _what_changed(document: Document, data: bytes) -> Message:
    for count, signature in reversed(list(enumerate(document.signatures, 1))):
        ours = files.get(signature.fact.file)
        if data.startswith(ours):
            extra = len(data) - len(ours)
            text = N_("%(bytes)s bytes were added after signature %(count)s.")
            return Message(text, {"bytes": extra, "count": count})
    ours = files.get(document.file)
    if ours.startswith(data):
        return Message(
            N_("The file was cut: %(bytes)s bytes are missing at its end."), {"bytes": len(ours) - len(data)}
        )
    offset = next((i for i, (a, b) in enumerate(zip(ours, data, strict=False)) if a != b), min(len(ours), len(data)))
    return Message(N_("It differs from the signed file from byte %(offset)s on."), {"offset": offset})


def _slot(slot: Slot, day: Day, document: Document, seen: Inspection) -> SignatureVerdict:
    fact = document.signed.get(slot.id)
    mark = next((s for s in seen.signatures if s.field == slot.id), None)
    name = fact.by.short if fact else ""
    received = fact.received if fact else None

    def verdict(state: str, reason: str | None = None) -> SignatureVerdict:
        message = Message(reason) if reason else None
        return SignatureVerdict(slot.id, slot.role, slot.meaning, name, received, state, message)

    if mark is None:
        return verdict("missing")
    if fact is None:
        return verdict("invalid", N_("The journal does not know this signature."))
    if not mark.intact:
        return verdict("changed", N_("What was signed is not what the file says now."))
    registered = office.certificates().get(mark.sha256)
    if registered is None or registered.person != fact.by.person or mark.sha256 != fact.fact.certificate:
        return verdict(
            "invalid", N_("It was not made with the certificate that the journal registered for this person.")
        )
    if registered.since > fact.received or (registered.until and registered.until <= fact.received):
        return verdict("invalid", N_("The certificate was not good at the moment of signing."))
    if not mark.trusted:
        return SignatureVerdict(slot.id, slot.role, slot.meaning, name, received, "invalid", mark.why)
    if not mark.unchanged:
        return verdict("changed", N_("The document was changed after this signature."))
    return verdict("valid")


def _in_log(log: int, checkpoint: Checkpoint, document: Document) -> bool:
    """The attached checkpoint is a state of our log, and the one that the document was drawn from."""
    leaves = [entry.hash for entry in journal.entries(log, 0, checkpoint.size)]
    return (
        checkpoint.size == document.size and len(leaves) == checkpoint.size
        and frontier(leaves).root() == checkpoint.root
    )  # fmt: skip


def _look(data: bytes, roots: Sequence[x509.Certificate], received: Mapping[str, datetime]) -> Inspection:
    """``received``: when the journal got each slot's signature; trust is judged then, not now."""
    return inspect(data, roots, received, crls=authority.crls())
