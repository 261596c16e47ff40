"""Check a signed PDF against the journal: the whole answer, in words, never a traceback.

0 only if every slot of the form is signed, each by the certificate that our journal registered
for that person at that moment, the last signature covers the whole file, its checkpoint is in
our log and its SHA-256 is the recorded one. 2 only if something needed for the answer is absent.

The file may be a stranger's: it is read in a process of its own, and the answer holds nothing of the
journal but what stands in the file itself, verdicts, and whether there is something newer.
"""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from app.domain import N_, DomainError, Message, rehearsal
from app.domain.day import Day, Signature
from app.domain.merkle import frontier
from app.domain.note import BadNote, Checkpoint, open_checkpoint, parse_checkpoint
from app.domain.signing import Document, Replaced, Slot, revisions
from app.services import days, documents, likeness, office, trust
from app.services.trust import Trust
from app.store import journal, keys
from app.store.keys import KeyMissing
from reports import form as form_of
from reports.foreign import Look, NotRead, Reader, reading
from reports.inspect import Found, Inspection

GOOD, BAD, UNKNOWN = 0, 1, 2
KINDS_OF_CHANGE = {
    "lta_updates": N_("After this signature only information about the document was changed."),
    "form_filling": N_("After this signature fields of the document were filled in or changed."),
    "annotations": N_("After this signature notes or drawings were added."),
    "other": N_("After this signature something was changed that it does not allow."),
}


class Kind(StrEnum):
    """What the verdict is about, for colour and heading."""

    VALID = "valid"
    AFTER = "after"  # what was signed is all there, and something was added
    OLDER = "older"
    INCOMPLETE = "incomplete"
    CHANGED = "changed"
    INVALID = "invalid"
    FOREIGN = "foreign"  # not of this logbook, as far as anybody can tell
    BROKEN = "broken"  # our journal is in trouble
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class SignatureVerdict:
    """One slot: ``state`` is valid, changed (after it), invalid or missing.

    ``received`` is when our journal got it, told for a signature that is there byte for byte; ``claimed``: the time
    that the file itself states.
    """

    slot: str
    role: str
    meaning: str
    name: str
    received: datetime | None
    state: str
    reason: Message | None = None
    claimed: datetime | None = None


@dataclass(frozen=True)
class Verdict:
    """``exit`` 0, 1 or 2; ``word`` for machines and the first line; ``details`` for people.

    ``logged``: the file's checkpoint is a state of our journal (None: it has none that could be judged).
    ``newer``: number of a newer revision, or 0; ``before``: the one that it replaces, which its first page names;
    ``gone_on``: the journal has more to say than the newest one does.
    """

    exit: int
    word: Message
    day: str = ""
    form: str = ""
    revision: int = 0
    size: int = 0
    signatures: tuple[SignatureVerdict, ...] = ()
    details: tuple[Message, ...] = field(default_factory=tuple)
    zone: str = "UTC"
    kind: Kind = Kind.UNKNOWN
    logged: bool | None = None
    newer: int = 0
    before: Replaced | None = None
    gone_on: bool = False
    number: str = ""
    rehearsal: bool = False


def check(data: bytes, read: Reader = reading) -> Verdict:
    """Judge a file. Everything that a reader trips over is a verdict. Raises Busy when too many are read just now."""
    try:
        judge = trust.own()
        roots, crls = judge.roots(), judge.crls()
    except KeyMissing as err:
        return Verdict(UNKNOWN, Message(N_("could not check")), details=err.messages)
    try:
        with read(data, roots, crls) as look:
            source = _source(look({}))
            if source is None:
                return _check(data, look, judge)
        with read(data, source.roots(), source.crls()) as look:
            return _check(data, look, source)
    except NotRead as err:
        return Verdict(UNKNOWN, Message(N_("could not check")), details=(err.reason,))


def _source(seen: Inspection) -> Trust | None:
    """By whose keys a document of an imported day is judged; None for whatever is not of one."""
    try:
        log = journal.log_id(parse_checkpoint(seen.checkpoint).origin)
        return trust.of(log) if log is not None and journal.source(log) else None
    except (BadNote, KeyMissing):
        return None


def _check(data: bytes, look: Look, judge: Trust) -> Verdict:
    first = look({})
    if office.opened() is None:
        reason = Message(N_("There is no journal in this installation to compare with."))
        return Verdict(UNKNOWN, Message(N_("could not check")), details=(reason,))
    if not first.checkpoint:
        return _unreadable(data, first)
    try:
        checkpoint = open_checkpoint(first.checkpoint, judge.vkey, keys.verify)
    except BadNote:
        reason = Message(N_("Its checkpoint is not signed by this installation."))
        details = (*first.problems, reason)
        return Verdict(BAD, Message(N_("changed")), details=details, kind=Kind.FOREIGN, logged=False)
    log = journal.log_id(checkpoint.origin)
    if log is None:
        reason = Message(N_("Its checkpoint is not in our journal."))
        return Verdict(BAD, Message(N_("not in our journal")), details=(reason,), kind=Kind.FOREIGN, logged=False)
    try:
        return _judge(data, log, checkpoint, look, judge)
    except DomainError as err:
        return Verdict(BAD, Message(N_("the journal does not prove itself")), details=err.messages, kind=Kind.BROKEN)


def _unreadable(data: bytes, seen: Inspection) -> Verdict:
    """A file whose checkpoint cannot be read: perhaps one of ours that was changed, perhaps a stranger's."""
    found = likeness.named(data)
    if found:
        day, document = found
        return Verdict(
            BAD, Message(N_("changed")), day.id, document.form, document.revision, kind=Kind.CHANGED,
            details=(*seen.problems, likeness.what_changed(document, data)), zone=day.opened.centre.zone,
            rehearsal=day.opened.rehearsal,
        )  # fmt: skip
    reason = Message(N_("This file is not a document of a logbook, or its contents cannot be read any more."))
    return Verdict(BAD, Message(N_("not valid")), details=(*seen.problems, reason), kind=Kind.FOREIGN)


def _judge(data: bytes, log: int, checkpoint: Checkpoint, look: Look, judge: Trust) -> Verdict:
    day, _ = days.fold_log(log)
    logged = _in_log(log, checkpoint)
    found = likeness.recorded(day, hashlib.sha256(data).hexdigest())
    document = found[0] if found else likeness.closest(day, data)
    if document is None:
        reason = Message(N_("Our journal knows no such file."))
        return Verdict(
            BAD, Message(N_("not in our journal")), day.id, details=(reason,), zone=day.opened.centre.zone,
            kind=Kind.FOREIGN, logged=logged, rehearsal=day.opened.rehearsal,
        )  # fmt: skip
    seen = look({s.fact.slot: _really(day, s) for s in document.signatures})
    form = form_of(document.form)
    places = documents.slots_of(day, form, document)
    kept = found[1] if found else likeness.stages(document, data)
    known = {s.fact.slot for s in document.signatures[:kept]}
    verdicts = tuple(_slot(day, slot, document.signed.get(slot.id), seen, slot.id in known, judge) for slot in places)
    details = [*seen.problems]
    if not logged or checkpoint.size != document.size:
        details.append(Message(N_("Its checkpoint is not in our journal.")))
    newest = revisions(day, document.form)[-1]
    word, kind = _word(document, found and found[1], newest.revision, verdicts, details, data)
    if kind is Kind.AFTER:
        verdicts = tuple(replace(v, state="changed") if v.state == "valid" else v for v in verdicts)
    return Verdict(
        GOOD if kind == Kind.VALID else BAD, word, day.id, document.form, document.revision, document.size, verdicts,
        tuple(details), day.opened.centre.zone, kind, logged,
        newest.revision if newest.revision != document.revision else 0,
        form.replaced(documents.drawn_day(day, document.size), document.revision),
        documents.is_outdated(day, form, newest), documents.number(day, form), day.opened.rehearsal,
    )  # fmt: skip


def _word(
    document: Document, signed: int | None, newest: int, verdicts: tuple[SignatureVerdict, ...], details: list[Message],
    data: bytes,
) -> tuple[Message, Kind]:  # fmt: skip
    """The one word of the verdict; the first that fits wins. ``signed``: None for a file that is not recorded."""
    if signed is None:
        details.append(likeness.what_changed(document, data))
        return Message(N_("changed")), _changed(likeness.stages(document, data), verdicts)
    if newest != document.revision:
        text = N_("Revision %(new)s has replaced revision %(old)s.")
        details.append(Message(text, {"new": newest, "old": document.revision}))
        return Message(N_("older revision")), Kind.OLDER
    if signed < len(verdicts):
        text = N_("incomplete: %(signed)s of %(total)s")
        return Message(text, {"signed": signed, "total": len(verdicts)}), Kind.INCOMPLETE
    if details or any(v.state != "valid" for v in verdicts):
        return Message(N_("not valid")), Kind.INVALID
    return Message(N_("valid: signed by all %(total)s"), {"total": len(verdicts)}), Kind.VALID


def _changed(kept: int, verdicts: tuple[SignatureVerdict, ...]) -> Kind:
    """AFTER only when every signature that was there still is, each of them good: then something was just added."""
    there = [v for v in verdicts if v.state != "missing"]
    good = kept > 0 and len(there) >= kept and all(v.state in ("valid", "changed") for v in there)
    return Kind.AFTER if good else Kind.CHANGED


def _slot(
    day: Day, slot: Slot, fact: Signature | None, seen: Inspection, known: bool, judge: Trust
) -> SignatureVerdict:
    mark = next((s for s in seen.signatures if s.field == slot.id), None)
    if mark is None:
        return SignatureVerdict(slot.id, slot.role, slot.meaning, "", None, "missing")
    state, reason = _state(day, mark, fact, judge)
    own = fact is not None and fact.fact.certificate == mark.sha256
    return SignatureVerdict(
        slot.id, slot.role, slot.meaning, fact.by.short if fact and own else mark.subject,
        fact.received if fact and known else None, state, reason, mark.claimed,
    )  # fmt: skip


def _state(day: Day, mark: Found, fact: Signature | None, judge: Trust) -> tuple[str, Message | None]:
    if fact is None:
        return "invalid", Message(N_("The journal does not know this signature."))
    if not mark.intact:
        return "invalid", Message(N_("What was signed is not what the file says now."))
    registered = judge.certificates().get(mark.sha256)
    if registered is None or registered.person != fact.by.person or mark.sha256 != fact.fact.certificate:
        return "invalid", Message(
            N_("It was not made with the certificate that the journal registered for this person.")
        )
    moment = _really(day, fact)
    if registered.since > moment or (registered.until and registered.until <= moment):
        return "invalid", Message(N_("The certificate was not good at the moment of signing."))
    if not mark.trusted:
        return "invalid", mark.why
    if not mark.unchanged:
        text = KINDS_OF_CHANGE.get(mark.change, N_("The document was changed after this signature."))
        return "changed", Message(text)
    return "valid", None


def _really(day: Day, signature: Signature) -> datetime:
    """When the signature came, by the clock that certificates live by."""
    return rehearsal.really_received(day, signature.seq, signature.received)


def _in_log(log: int, checkpoint: Checkpoint) -> bool:
    """Is the checkpoint a state of our log?"""
    leaves = [entry.hash for entry in journal.entries(log, 0, checkpoint.size)]
    return len(leaves) == checkpoint.size and frontier(leaves).root() == checkpoint.root
