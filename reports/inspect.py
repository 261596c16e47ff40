"""Checking a PDF that comes from anywhere: who signed what, and is anything wrong with the file.

Trust is judged at the moment when the journal received each signature, not now: a certificate that
has expired since, or was revoked later, signed well. Whatever a reader chokes on is a verdict in
``problems``; nothing is raised.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib import import_module
from typing import Any

from cryptography import x509

from app.domain import N_, Message
from app.domain.note import BadNote, parse_checkpoint
from reports.render import CHECKPOINT, DOCUMENT
from reports.structure import check

At = datetime | Mapping[str, datetime] | Callable[[str], datetime | None]


@dataclass(frozen=True)
class Found:
    """One signature. ``claimed``: time that the file states; ``moment``: time at which trust was judged.

    ``intact``: the bytes that it covers are those that were signed. ``trusted``: the certificate led to a given root
    and was neither expired nor revoked at ``moment``; ``why`` says what was wrong. ``coverage``: how much of the
    file it covers; ``unchanged``: what was added after it was allowed by it; ``change``: what kind of thing was.
    """

    field: str
    subject: str
    certificate: bytes
    sha256: str
    claimed: datetime | None
    moment: datetime | None
    intact: bool
    trusted: bool
    why: Message | None
    coverage: str
    covers_whole_file: bool
    unchanged: bool
    change: str
    certifies: bool
    locks: bool
    reason: str

    @property
    def good(self) -> bool:
        """Nothing is wrong with this signature."""
        return self.intact and self.trusted and self.unchanged


@dataclass(frozen=True)
class Inspection:
    """What a file says. ``fields``: all signature fields in order; ``empty``: those not yet signed."""

    signatures: tuple[Found, ...] = ()
    fields: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    problems: tuple[Message, ...] = ()
    attachments: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def checkpoint(self) -> str:
        """The signed checkpoint in the file, or empty."""
        return self.attachments.get(CHECKPOINT, b"").decode("utf-8", "replace")

    @property
    def document(self) -> dict[str, Any]:
        """What the file says about itself, or {}."""
        try:
            data = json.loads(self.attachments.get(DOCUMENT, b"{}"))
        except (ValueError, RecursionError):
            return {}
        return data if isinstance(data, dict) else {}

    @property
    def good(self) -> bool:
        """No problem with the file nor with any signature in it; it may still lack signatures."""
        return not self.problems and all(s.good for s in self.signatures)

    @property
    def complete(self) -> bool:
        """Good, and every place is signed."""
        return self.good and bool(self.signatures) and not self.empty


def inspect(
    pdf: bytes, roots: Sequence[x509.Certificate], at: At, *, others: Sequence[x509.Certificate] = (),
    crls: Iterable[x509.CertificateRevocationList] = (),
) -> Inspection:  # fmt: skip
    """Check ``pdf``. ``at``: the moment for each field (one moment, a mapping, or a function; None: no trust).

    ``others``: issuing certificates besides those in the file.
    """
    problems = check(pdf)
    try:
        read = import_module("reports.verdict").read
        found: Inspection = read(pdf, tuple(roots), _moments(at), tuple(others), tuple(crls))
    except MemoryError:  # says nothing about the file
        raise
    except Exception as err:  # a reader's error is a verdict
        detail = f"{type(err).__name__}: {err}"[:200]
        return Inspection(problems=(*problems, Message(N_("The file cannot be read: %(detail)s"), {"detail": detail})))
    return replace(found, problems=(*problems, *found.problems, *_consistent(found)))


def _moments(at: At) -> Callable[[str], datetime | None]:
    if isinstance(at, datetime):
        return lambda _: at
    return at.get if isinstance(at, Mapping) else at


def _consistent(found: Inspection) -> list[Message]:
    """Do the parts of the file agree with each other?"""
    document, out = found.document, []
    if not document or CHECKPOINT not in found.attachments:
        return [Message(N_("The file was not made by this program: its attachments are missing."))]
    try:
        checkpoint = parse_checkpoint(found.checkpoint)
        if (checkpoint.origin, checkpoint.size, checkpoint.root.hex()) != tuple(
            document.get(key) for key in ("origin", "size", "root")
        ):
            out.append(Message(N_("The attached checkpoint is not the one that the document names.")))
    except BadNote as err:
        out.extend(err.messages)
    slots = document.get("slots")
    named = [s.get("field") for s in slots if isinstance(s, dict)] if isinstance(slots, list) else []
    if named != list(found.fields):
        out.append(Message(N_("The places for signatures are not those that the document names.")))
    for number, signature in enumerate(found.signatures):
        if signature.certifies is not (number == 0):
            out.append(Message(N_("The first signature of a document certifies it, and only the first.")))
        last = not found.empty and number == len(found.signatures) - 1
        if last and not (signature.covers_whole_file and signature.locks):
            out.append(Message(N_("The last signature does not lock the whole document.")))
    return out
