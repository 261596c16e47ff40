"""Small secrets that the installation itself has to read again, encrypted (AES-256-GCM) with a key file of its own.

What a box belongs to is part of the proof: one that is put elsewhere, or changed, does not open.
"""

import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.domain import N_, DomainError
from app.store import keys

KEY = "devices.key"
BITS, NONCE = 256, 12
FORM = b"\x01"  # first byte of a box: how it was made


class BadSeal(DomainError):
    """The box was changed, belongs elsewhere, or was made with another key."""

    status = 500
    exit = 2


def make(folder: Path) -> None:
    """Make the key where it is missing. Only where no box is stored: another key would open none of them."""
    if not (folder / KEY).exists():
        keys.write_private(folder / KEY, AESGCM.generate_key(BITS))


def encrypt(text: str, *place: str) -> bytes:
    """``text`` in a box that opens at ``place`` alone. Raises KeyMissing."""
    nonce = secrets.token_bytes(NONCE)
    return FORM + nonce + AESGCM(keys.secret(KEY)).encrypt(nonce, text.encode(), _bound(place))


def decrypt(box: bytes, *place: str) -> str:
    """What ``encrypt`` put in. Raises BadSeal, KeyMissing."""
    try:
        if box[:1] != FORM:
            raise InvalidTag
        return AESGCM(keys.secret(KEY)).decrypt(box[1 : 1 + NONCE], box[1 + NONCE :], _bound(place)).decode()
    except (InvalidTag, ValueError):
        raise BadSeal(N_("What is stored does not open with keys/%(name)s."), name=KEY) from None


def _bound(place: tuple[str, ...]) -> bytes:
    """Parts with their lengths: ("a", "bc") and ("ab", "c") are two places."""
    return b"".join(len(part.encode()).to_bytes(4) + part.encode() for part in place)
