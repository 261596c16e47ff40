"""Other installations whose packages are taken in: what they published, compared by people with the printed sheet."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding

from app.domain import N_, Invalid, Message
from app.domain.codec import clean
from app.domain.note import BadNote, Vkey, parse_vkey
from app.domain.people import Actor
from app.domain.policy import Action, require_whole
from app.services import office
from app.store import authority, imports, keys
from app.store.db import transaction
from app.store.review_tables import SourceRow

KIND = "source"  # in the record of changes
LONGEST = 120


@dataclass(frozen=True)
class Source:
    """``name``: of its log key; ``key_sha256`` and ``root_sha256`` stand on its printed sheet; ``days`` taken in."""

    name: str
    title: str
    vkey: str
    key_sha256: str
    root_sha256: str
    added: datetime
    days: int


def listed(actor: Actor) -> list[Source]:
    """By name."""
    require_whole(actor, Action.PACKAGE_IMPORT)
    counts = imports.counts()
    return [_view(row, counts.get(row.name, 0)) for row in imports.sources()]


def names() -> dict[str, str]:
    """What every source is called, for pages that show its days."""
    return {row.name: row.title or row.name for row in imports.sources()}


def _view(row: SourceRow, days: int) -> Source:
    certificate = x509.load_pem_x509_certificate(row.root.encode())
    key = parse_vkey(row.vkey)
    return Source(
        row.name, row.title, row.vkey, fingerprint(key), authority.fingerprint(certificate), row.added, days
    )  # fmt: skip


def fingerprint(key: Vkey) -> str:
    """SHA-256 of the public key, as the printed sheet and ``verify.py`` show it."""
    return hashlib.sha256(key.key).hexdigest()


def add(actor: Actor, vkey: str, root: bytes, title: str, now: datetime) -> Source:
    """Take in what another installation published. Raises Invalid with every reason."""
    require_whole(actor, Action.PACKAGE_IMPORT)
    problems: list[Message] = []
    key, certificate = _key(vkey, problems), _root(root, now, problems)
    if len(title := clean(title).strip()) > LONGEST:
        problems.append(Message(N_("At most %(count)s characters."), {"count": LONGEST}, "title"))
    if problems or key is None or certificate is None:
        raise Invalid(*problems)
    pem = certificate.public_bytes(Encoding.PEM).decode()
    with transaction(office.log()):
        if imports.source(key.name):
            raise Invalid(Message(N_("%(name)s is a source already."), {"name": key.name}, "vkey"))
        imports.add_source(
            name=key.name, vkey=str(key), root=pem, title=title, added=now, added_by=actor.person
        )
        after = {"title": title, "vkey": str(key), "root": authority.fingerprint(certificate)}
        office.changed(actor, KIND, key.name, {}, after, now)
    return Source(
        key.name, title, str(key), fingerprint(key), authority.fingerprint(certificate), now, 0
    )  # fmt: skip


def _key(text: str, problems: list[Message]) -> Vkey | None:
    if not text.strip():
        problems.append(Message(N_("Enter the public key of the log."), {}, "vkey"))
        return None
    try:
        key = parse_vkey(text)
    except BadNote as error:
        problems += [Message(m.id, m.params, "vkey") for m in error.messages]
        return None
    own = keys.log_key().vkey
    if key.key == own.key or key.name == own.name:
        problems.append(Message(N_("This is the key or the name of this installation itself."), {}, "vkey"))
        return None
    return key


def _root(data: bytes, now: datetime, problems: list[Message]) -> x509.Certificate | None:
    if not data.strip():
        problems.append(Message(N_("Paste the root certificate or choose its file."), {}, "root"))
        return None
    try:
        certificate = x509.load_pem_x509_certificate(data)
        certificate.verify_directly_issued_by(certificate)
        authority_of_others = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        authority_of_others = False
    if not authority_of_others:
        problems.append(Message(N_("This is not a root certificate in PEM form."), {}, "root"))
        return None
    if certificate.not_valid_after_utc < now.astimezone(UTC):
        problems.append(Message(N_("This root certificate has expired."), {}, "root"))
        return None
    return certificate


def remove(actor: Actor, name: str, now: datetime) -> None:
    """Forget a source. Raises Invalid when a day of it was taken in: its key is needed to prove that day."""
    require_whole(actor, Action.PACKAGE_IMPORT)
    with transaction(office.log()):
        row = imports.source(name)
        if row is None:
            raise Invalid(Message(N_("There is no such source."), {}, "name"))
        if imports.counts().get(name):
            text = N_("Days of %(name)s were taken in: its key is needed to prove them.")
            raise Invalid(Message(text, {"name": name}))
        before = {"title": row.title, "vkey": row.vkey, "root": _view(row, 0).root_sha256}
        imports.remove_source(name)
        office.changed(actor, KIND, name, before, {}, now)


def known() -> Sequence[SourceRow]:
    """Every source, for judging a package."""
    return imports.sources()
