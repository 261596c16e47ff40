"""The package of a day: gathered from the journal, written whole, checked by the very program that it carries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding

from app.domain import N_, DomainError
from app.domain import facts as f
from app.domain.codec import instant
from app.domain.day import Day
from app.domain.journal import Broken, Entry, read
from app.domain.note import sign_note
from app.domain.people import Actor
from app.domain.policy import Action
from app.domain.signing import Document, next_slot, revisions
from app.package import content
from app.package.page import Paper, page
from app.package.verify import Answer
from app.package.verify import check as judge
from app.package.write import Kept, Parts, Written, hand_on, write
from app.services import days, documents, downloads, importing, office, verify, witnesses
from app.store import authority, cosignatures, files, journal, keys, profiles
from app.store.db import snapshot
from reports import form as form_of
from reports import forms

KIND = "package"  # of a recorded download
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


class NotProved(DomainError):
    """The journal does not prove itself, so nothing of it is handed out."""

    status = 500
    exit = 1


@dataclass(frozen=True)
class Outcome:
    """``exit`` 0, 1 or 2 and what to show; ``answer``: all that the package proves."""

    exit: int
    lines: tuple[str, ...]
    answer: Answer


def export(actor: Actor, day_id: str, target: Path, now: datetime) -> Written:
    """Write the day's package to ``target``, whole or not at all, and record that the actor has it.

    Of an imported day the one that came. Raises NotFound, Refused, NotProved, Invalid, FileMissing; OSError when the
    target cannot be written.
    """
    days.load(actor, day_id, Action.PACKAGE_EXPORT)
    came = importing.original(day_id)
    written = hand_on(target, Kept(came, came.name)) if came else write(target, gather(day_id))
    downloads.note(actor, KIND, {"day": day_id}, written.sha256, written.size, now)
    return written


def check(path: Path, vkey: str = "", root: str = "") -> Outcome:
    """Judge a package as ``verify.py`` does."""
    answer = judge(str(path), vkey, root)
    return Outcome(answer.exit, tuple(answer.lines), answer)


def gather(day_id: str) -> Parts:
    """Everything of the day's package, as the journal stands now. Raises NotFound, NotProved."""
    log = days.log_of(day_id)
    proof = verify.verify_log(day_id, log)
    if not proof.proved:
        raise NotProved(proof.message)
    with snapshot():
        return _gather(day_id, log)


def _gather(day_id: str, log: int) -> Parts:
    checkpoint, key = journal.head(log).checkpoint, keys.log_key()
    rows = [content.Line(r.leaf, r.body, r.salt) for r in journal.stored(log) if r.seq < checkpoint.size]
    entries = [read(r.leaf, r.body, r.salt) for r in rows]
    day = days.fold_upto_entries(entries)  # of these very bytes, not of what a process remembers
    note = checkpoint.note + witnesses.lines(log, checkpoint.size)
    papers = _papers(day)
    payload: dict[str, bytes | Kept] = {
        "README.txt": content.README.read_bytes(),
        "bodies.jsonl": content.bodies(rows, _erased(entries)),
        "checkpoint": note.encode(),
        "journal.jsonl": content.journal(rows),
        "profile.toml": profiles.pinned_text(day.opened.profile_sha256).encode(),
        "verify.py": content.PROGRAM.read_bytes(),
        "vkey": f"{key.vkey}\n".encode(),
        **_certificates(day, entries),
        **_attachments(entries),
        **_cosignatures(log, checkpoint.size),
    }
    for paper in papers:
        last = paper.document.signatures[-1]
        payload[paper.path] = Kept(files.path(last.fact.file), last.fact.file)
        payload[f"{paper.path}.tlog-proof"] = content.proof(rows, last.seq, note)
    shown = page(day, papers, checkpoint, str(key.vkey), authority.fingerprint(authority.root()))
    payload["index.html"] = shown.encode()
    return Parts(day_id, key.vkey.name, checkpoint.size, tuple(payload.items()),
                 lambda text: sign_note(text, key.vkey, key.sign))  # fmt: skip


def _cosignatures(log: int, size: int) -> dict[str, bytes | Kept]:
    """Lines under earlier states, and the keys of everybody who cosigned a state of this day."""
    rows = [row for row in cosignatures.of_log(log) if row.size <= size]
    names = {row.witness for row in rows}
    keys_ = [f"{key}\n" for key in witnesses.known().values() if key.name in names]
    older = [f"{row.size} {row.line}" for row in rows if row.size < size]
    found = {"witnesses": "".join(keys_).encode(), "cosignatures": "".join(older).encode()}
    return {name: lines for name, lines in found.items() if lines}


def _erased(entries: Sequence[Entry]) -> Mapping[int, int]:
    return {e.fact.target: e.seq for e in entries if isinstance(e.fact, f.BodyErased)}


def _papers(day: Day) -> list[Paper]:
    """Every revision that somebody signed. A form's own name is that of its newest complete one."""
    found = []
    for code in day.documents:
        known = revisions(day, code)
        whole = [d for d in known if _complete(day, d)]
        for document in known:
            newest = bool(whole) and document is whole[-1]
            path = f"documents/{code}.pdf" if newest else f"documents/{code}-r{document.revision}.pdf"
            title = forms()[code].title if code in forms() else {"en": code}
            outdated = documents.is_outdated(day, form_of(code), document) if code in forms() else False
            found.append(Paper(path, title, document, document in whole, outdated))
    return found


def _complete(day: Day, document: Document) -> bool:
    if document.form not in forms():
        return False
    return next_slot(documents.slots_of(day, form_of(document.form), document), document) is None


def _attachments(entries: Sequence[Entry]) -> dict[str, bytes | Kept]:
    """Files of the evidence, corrected values too."""
    found: dict[str, bytes | Kept] = {}
    for entry in entries:
        values: Mapping[str, Any] = {}
        if isinstance(entry.fact, f.StepDone):
            values = entry.fact.evidence
        elif isinstance(entry.fact, f.EntryCorrected):
            values = entry.fact.changes
        for value in values.values():
            if isinstance(value, dict) and "sha256" in value:
                sha256 = str(value["sha256"])
                found[f"attachments/{sha256}.{ENDINGS.get(value.get('type', ''), 'bin')}"] = Kept(
                    files.path(sha256), sha256
                )
    return found


def _certificates(day: Day, entries: Sequence[Entry]) -> dict[str, bytes | Kept]:
    """Root, issuing authority, their lists of what was revoked, and the certificate of every signature."""
    root, issuing = authority.root(), authority.issuing()
    crls = {crl.issuer: crl.public_bytes(Encoding.PEM) for crl in authority.crls()}
    used = dict.fromkeys(c for e in entries if (c := getattr(e.fact, "certificate", "")))
    registered = office.certificates()
    signers = []
    for sha256 in sorted(used):
        if sha256 not in registered:
            raise Broken(N_("A certificate that signed on this day is not registered: verify the journals."))
        known = registered[sha256]
        person = day.everyone.get(known.person)
        signers.append(content.Signer(
            known.person, person.name if person else "", sha256, known.certificate.public_bytes(Encoding.PEM),
            instant(known.since), instant(known.until) if known.until else "",
        ))  # fmt: skip
    return {
        "certificates/root.pem": root.public_bytes(Encoding.PEM),
        "certificates/root.crl": crls[root.subject],
        "certificates/issuing.pem": issuing.public_bytes(Encoding.PEM),
        "certificates/issuing.crl": crls[issuing.subject],
        "certificates/people.json": content.people(signers),
        **{f"certificates/{s.certificate}.pem": s.pem for s in signers},
    }
