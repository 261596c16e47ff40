"""Each person's own signing key: made at first use, locked by their own code, never reset.

A forgotten code leads to a new key: the person asks with their password, a second person
approves, the old certificate is revoked from that moment; what it signed before stays good.
"""

import base64
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.domain import N_, DomainError, Invalid, Message, NotFound, Refused, rehearsal
from app.domain import facts as f
from app.domain.day import Day
from app.domain.people import Actor
from app.domain.policy import Action, require
from app.services import office
from app.services.accounts import attempt, check_password
from app.store import authority, locker
from app.store import people as store
from app.store.db import transaction
from app.store.tables import KeyRow, PersonRow

DECLARATION = N_("I confirm that a signature made with my code is mine and binds me.")
WITNESS_LABEL = b"logbook witness key v1"
RENEW = timedelta(days=30)  # so long before its end a key may be replaced by its owner
KEEP = timedelta(hours=12)  # an unlocked key is forgotten after this, and at sign-out


class KeyUnusable(DomainError):
    """The key cannot sign now; nothing was signed and nothing was changed."""


@dataclass(frozen=True)
class UnlockedKey:
    """A private key in memory with the certificate that the journal registered for it."""

    person: str
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    sha256: str

    def sign(self, message: bytes) -> str:
        """Base64 of the DER ECDSA signature (P-256, SHA-256)."""
        return base64.b64encode(self.key.sign(message, ec.ECDSA(hashes.SHA256()))).decode()

    def witness(self) -> tuple[bytes, Callable[[bytes], bytes]]:
        """Public half and signing function of the Ed25519 key that follows from this one: for cosignatures alone."""
        scalar = self.key.private_numbers().private_value.to_bytes(32)
        seed = HKDF(hashes.SHA256(), 32, salt=None, info=WITNESS_LABEL).derive(scalar)
        key = Ed25519PrivateKey.from_private_bytes(seed)
        return key.public_key().public_bytes_raw(), key.sign


@dataclass(frozen=True)
class KeyState:
    """What a person needs to know of their key."""

    exists: bool
    valid_until: datetime | None = None
    expired: bool = False
    locked_until: datetime | None = None
    waiting: bool = False  # a new key was asked for and waits for a second person
    ends_soon: bool = False  # good still; its owner may make the next one


@dataclass(frozen=True)
class Request:
    """Somebody forgot their code and waits for a second person."""

    person: str
    name: str
    asked: datetime


def state(person: str, now: datetime) -> KeyState:
    """State of the person's current key."""
    row = store.key(person)
    waiting = store.key(person, waiting=True) is not None
    if row is None:
        return KeyState(False, waiting=waiting)
    tries = store.tries(f"key:{person}")
    locked = tries.locked_until if tries and tries.locked_until and tries.locked_until > now else None
    registered = office.certificates().get(row.certificate)
    until = registered.certificate.not_valid_after_utc if registered else None
    expired = bool(until and until <= now)
    ends_soon = bool(until and until - RENEW <= now and not expired)
    return KeyState(True, until, expired, locked, waiting, ends_soon)


def make(actor: Actor, code: str, agreed: bool, now: datetime, present: str = "") -> None:
    """The first key, or the next one when the certificate has expired or ends soon. Raises Invalid.

    A key that is still good is replaced by its owner only: ``present`` is its code.
    """
    current = state(actor.person, now)
    if current.exists and not current.expired and not current.ends_soon:
        raise Invalid(Message(N_("You have a signing key already."), field="code"))
    _judge(code, agreed)
    if current.ends_soon:
        unlock(actor, present, now, "present")
    key = ec.generate_private_key(ec.SECP256R1())
    blob = locker.seal(key, code, actor.person)
    with transaction(office.log()):
        old = store.key(actor.person)
        certificate = authority.certify(key.public_key(), actor.person, actor.name, now)
        row = _new_row(actor.person, key, blob, now)
        row.certificate = authority.fingerprint(certificate)
        if old:
            store.remove(old)
        office.note(actor, _made(actor.person, certificate, now, old.certificate if old else ""), now)
    forget_person(actor.person)


def unlock(actor: Actor, code: str, now: datetime, field: str = "code") -> UnlockedKey:
    """The key, when it may sign at ``now`` and the code is right. Wrong code: Invalid with the attempts left."""
    row = store.key(actor.person)
    if row is None:
        raise KeyUnusable(N_("You have no signing key yet. Make one on your own page, then sign."))
    registered = usable(row.certificate, now)
    blob = row.blob
    with attempt(f"key:{actor.person}", now, field) as tries:
        key = locker.open_(blob, code, actor.person)
        message = N_("Wrong code. Attempts left: %(left)s. Nothing was signed; the document is as before.")
        tries.judge(key is not None, message, field)
    assert key is not None
    return UnlockedKey(actor.person, key, registered.certificate, registered.sha256)


def usable(sha256: str, now: datetime) -> office.Registered:
    """The registered certificate, when it may sign at ``now``. Raises KeyUnusable with the reason."""
    registered = office.certificates().get(sha256)
    if registered is None:
        raise KeyUnusable(N_("The journal does not know this certificate. Nothing was signed."))
    if registered.until and registered.until <= now:
        raise KeyUnusable(N_("Your certificate was revoked. Ask for a new key. Nothing was signed."))
    if now >= registered.certificate.not_valid_after_utc:
        raise KeyUnusable(N_("Your certificate has expired. Make a new key on your own page. Nothing was signed."))
    if now < registered.certificate.not_valid_before_utc:
        raise KeyUnusable(N_("The server's clock is behind: your certificate is not valid yet. Nothing was signed."))
    return registered


def require_own(key: UnlockedKey, actor: Actor, day: Day, now: datetime) -> None:
    """Raise KeyUnusable unless the key is the actor's and may sign at ``now`` of the day: keys live by the real one."""
    if usable(key.sha256, rehearsal.real(day, now)).person != actor.person:
        raise KeyUnusable(N_("This signing key belongs to somebody else. Nothing was signed."))


def holds(message: bytes, signature: str, by: office.Registered | None, person: str, at: datetime) -> bool:
    """True when ``signature`` over ``message`` is by the certificate ``by``, registered for ``person`` at ``at``."""
    if by is None or by.person != person or by.since > at or (by.until and by.until <= at):
        return False
    public = by.certificate.public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey):
        return False
    try:
        public.verify(base64.b64decode(signature), message, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def ask_new(actor: Actor, password: str, code: str, agreed: bool, now: datetime) -> None:
    """Ask for a new key after a forgotten code; it works once a second person approves. Raises Invalid."""
    check_password(actor, password, now)
    _judge(code, agreed)
    if store.key(actor.person) is None:
        raise Invalid(Message(N_("You have no signing key yet; make one."), field="code"))
    key = ec.generate_private_key(ec.SECP256R1())
    blob = locker.seal(key, code, actor.person)
    with transaction(office.log()):
        if older := store.key(actor.person, waiting=True):
            store.remove(older)
        _new_row(actor.person, key, blob, now, waiting=True)


def requests(actor: Actor) -> tuple[Request, ...]:
    """Who waits for a new key and may be approved by the actor."""
    require(actor, Action.KEY_APPROVE)
    return tuple(Request(p.id, p.name, made) for p, made in store.waiting_keys() if _may_approve(actor, p))


def approve_new(approver: Actor, person: str, password: str, now: datetime) -> None:
    """Second person: certify the new key and revoke the old certificate from now on. Both are facts."""
    require(approver, Action.KEY_APPROVE)
    subject = store.by_id(person)
    if subject is None or not _may_approve(approver, subject):
        raise Refused(N_("You cannot approve this key: it needs a second person of the same centre."))
    if approver.person in office.reset_by(person):
        raise Refused(N_("You gave this person a new link or password lately; somebody else has to approve the key."))
    check_password(approver, password, now)
    with transaction(office.log()):
        waiting, old = store.key(person, waiting=True), store.key(person)
        if waiting is None:
            raise NotFound(N_("Nobody waits for a new key here."))
        public = serialization.load_der_public_key(waiting.public)
        assert isinstance(public, ec.EllipticCurvePublicKey)
        named = store.by_id(person)
        assert named is not None
        certificate = authority.certify(public, person, named.name, now)
        if old:
            reason = "code forgotten"
            office.note(approver, f.KeyRevoked(person, old.certificate, now, reason, approver.person), now)
            store.remove(old)
        waiting.waiting, waiting.certificate = False, authority.fingerprint(certificate)
        fact = _made(person, certificate, now, old.certificate if old else "", approver.person)
        office.note(approver, fact, now)
        if tries := store.tries(f"key:{person}"):
            store.remove(tries)
    forget_person(person)
    publish_crl(now)


def publish_crl(now: datetime) -> None:
    """Write the revocation list from what the journal says."""
    revoked = [(r.certificate, r.until) for r in office.certificates().values() if r.until]
    authority.write_crl([(c, u) for c, u in revoked if u], now)


# ---------------------------------------------------------------- unlocked keys of this process

_unlocked: dict[str, tuple[UnlockedKey, datetime]] = {}
_lock = threading.Lock()


def remember(session: str, key: UnlockedKey, now: datetime) -> None:
    """Keep the key for the session's later confirmations, in this process's memory only."""
    with _lock:
        for token in [t for t, (_, until) in _unlocked.items() if until <= now]:
            del _unlocked[token]
        _unlocked[session] = (key, now + KEEP)


def remembered(session: str, now: datetime) -> UnlockedKey | None:
    """The session's unlocked key while it may still sign."""
    with _lock:
        found = _unlocked.get(session)
    if found is None or found[1] <= now:
        return None
    try:
        usable(found[0].sha256, now)
    except KeyUnusable:
        return None
    return found[0]


def forget(session: str) -> None:
    """At sign-out."""
    with _lock:
        _unlocked.pop(session, None)


def forget_person(person: str) -> None:
    """When the person's key was replaced."""
    with _lock:
        for token in [t for t, (key, _) in _unlocked.items() if key.person == person]:
            del _unlocked[token]


# ---------------------------------------------------------------- parts


def _judge(code: str, agreed: bool) -> None:
    messages = []
    if not (len(code) >= 8 or (code.isascii() and code.isdigit() and len(code) >= 6)):
        messages.append(Message(N_("The signing code has at least 8 characters, or at least 6 digits."), field="code"))
    if not agreed:
        messages.append(
            Message(N_("Agree to the declaration: without it a signature would not bind you."), field="agreed")
        )
    if messages:
        raise Invalid(*messages)


def _may_approve(actor: Actor, person: PersonRow) -> bool:
    same = not actor.centres or any(actor.covers(c) for c in person.centres)
    return actor.person != person.id and same


def _new_row(person: str, key: ec.EllipticCurvePrivateKey, blob: bytes, now: datetime, waiting: bool = False) -> KeyRow:
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    row = KeyRow(person=person, blob=blob, public=public, certificate="", waiting=waiting, made=now)
    store.add(row)
    return row


def _made(person: str, certificate: x509.Certificate, now: datetime, replaces: str, approved_by: str = "") -> f.KeyMade:
    der = base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()
    return f.KeyMade(person, der, authority.fingerprint(certificate), now, DECLARATION, replaces, approved_by)
