"""What outsiders need to check us with nothing of ours but these: root, revocation lists, log key, checkpoints."""

import hashlib
from datetime import datetime

from cryptography.hazmat.primitives.serialization import Encoding

from app.services import days
from app.store import authority, journal, keys
from reports.key_sheet import Published, key_sheet


def root() -> tuple[bytes, str]:
    """(PEM, SHA-256 hex) of the root certificate."""
    certificate = authority.root()
    return certificate.public_bytes(Encoding.PEM), authority.fingerprint(certificate)


def crls() -> bytes:
    """Revocation lists of root and issuing authority, PEM, one after the other."""
    return b"".join(crl.public_bytes(Encoding.PEM) for crl in authority.crls())


def vkey() -> str:
    """The log key in the form of C2SP signed notes."""
    return str(keys.log_key().vkey)


def checkpoint(day_id: str) -> str:
    """The newest signed checkpoint of a day's journal."""
    return journal.head(days.log_of(day_id)).checkpoint.note


def published() -> Published:
    """What whoever checks packages needs beforehand: log key and root, with their fingerprints."""
    key = keys.log_key().vkey
    return Published(key.name, str(key), hashlib.sha256(key.key).hexdigest(), root()[1])


def witness() -> str:
    """The key with which this installation cosigns journals of others, as they name it in their settings."""
    return str(keys.witness().key)


def sheet(now: datetime) -> bytes:
    """The same on a page to print and keep (PDF)."""
    return key_sheet(published(), now)
