"""The signed payload of the QR code on every page: it proves itself without network, with the log's public key alone.

``<number>/<242 digits>``, behind the address of the check page where there is one. The digits are a whole number, which
a QR code packs as tightly as bytes and every address takes: 37 bytes and the log key's Ed25519 signature over
``logbook ticket v1``, the document number and those bytes.

    1 version · 4 key id · 25 first 100 bits of the document's hash, then of the root · 3 size · 4 time (s since 1970)

The document's hash is that of its ``document.json``, which holds the hash of what is drawn on the pages without the
code itself: a code cannot hold the hash of the file that it stands in. ``read`` and ``check`` need nothing but this
file and the standard library, so they stand in ``verify.py`` as they are here.
"""

import base64
import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

VERSION, BITS, DIGITS, PAYLOAD = 1, 100, 242, 37
LIKE = "9" * DIGITS  # as long as every ticket: for whoever has to know how large the code will be
SHAPE = re.compile(r"(?:.*/)?([0-9A-Za-z._-]{1,80})/([0-9]{242})", re.DOTALL)


class Ticket(NamedTuple):
    """What a code says. ``document`` and ``root``: the first 100 bits, as 20 base32 letters; ``key``: id, hex."""

    number: str
    key: str
    document: str
    root: str
    size: int
    at: datetime
    payload: bytes
    signature: bytes


def _message(number: str, payload: bytes) -> bytes:
    return b"logbook ticket v1\n" + number.encode() + b"\n" + payload


def make(
    number: str, document: bytes, root: bytes, size: int, at: datetime, key: bytes, sign: Callable[[bytes], bytes]
) -> str:
    """The digits. ``document`` and ``root``: SHA-256; ``key``: the log key's id. The same input, the same digits."""
    prefixes = (int.from_bytes(document) >> 256 - BITS) << BITS | int.from_bytes(root) >> 256 - BITS
    time = int(at.timestamp())
    payload = bytes([VERSION]) + key + prefixes.to_bytes(25) + size.to_bytes(3) + time.to_bytes(4)
    return str(int.from_bytes(payload + sign(_message(number, payload)))).zfill(DIGITS)


def read(text: str) -> Ticket:
    """What a scanned or pasted code says, unproved. Raises ValueError."""
    found = SHAPE.fullmatch("".join(text.split()))
    try:
        raw = int(found[2]).to_bytes(PAYLOAD + 64) if found else b""
    except OverflowError:
        raw = b""
    if found is None or raw[:1] != bytes([VERSION]):
        raise ValueError("this is not the code of a document")
    both = int.from_bytes(raw[5:30])
    document, root = (
        base64.b32encode((bits << 4).to_bytes(13)).decode()[:20] for bits in (both >> BITS, both & (1 << BITS) - 1)
    )
    at = datetime.fromtimestamp(int.from_bytes(raw[33:37]), UTC)
    return Ticket(
        found[1], raw[1:5].hex(), document, root, int.from_bytes(raw[30:33]), at, raw[:PAYLOAD], raw[PAYLOAD:]
    )


def check(text: str, vkey: str, ed25519_verify: Callable[[bytes, bytes, bytes], bool]) -> Ticket:
    """What the code says, signed by the log key ``vkey``. Raises ValueError with the reason.

    ``ed25519_verify``: of (public key, signature, message).
    """
    found = read(text)
    name, key_id, blob = vkey.strip().split("+", 2)
    raw = base64.b64decode(blob, validate=True)
    if raw[:1] != b"\x01" or hashlib.sha256(name.encode() + b"\n" + raw).hexdigest()[:8] != key_id:
        raise ValueError("this is not a log key")
    if found.key != key_id:
        raise ValueError("the code was signed with another key: " + found.key)
    if not ed25519_verify(raw[1:], found.signature, _message(found.number, found.payload)):
        raise ValueError("the signature of the code does not hold")
    return found
