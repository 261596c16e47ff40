"""Cosignatures of witnesses (C2SP tlog-cosignature, Ed25519) and what a witness answers (C2SP tlog-witness).

A witness says: at this time this was the newest state of the log that I have seen, and it continues every earlier one
that I cosigned. The Ed25519 functions come in from outside, as in ``note``.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from app.domain import N_
from app.domain.merkle import verify_consistency
from app.domain.note import DASH, BadNote, Checkpoint, Sign, Verify, parse_checkpoint

KIND = 0x04
HEAD = "cosignature/v1\ntime {time}\n"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
PROOF_MOST = 63  # hashes of a consistency proof


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """Public key of a witness: ``name`` without spaces and plus, 32-byte Ed25519 ``key``."""

    name: str
    key: bytes

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([KIND]) + self.key).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([KIND]) + self.key).decode()}"


def parse_witness(text: str) -> WitnessKey:
    """Inverse of ``str(WitnessKey)``; BadNote when the key id does not fit."""
    try:
        name, key_id, blob = text.strip().split("+", 2)
        raw = base64.b64decode(blob, validate=True)
    except (ValueError, binascii.Error) as err:
        raise BadNote(N_("This is not the key of a witness: %(text)s"), text=text.strip()[:60]) from err
    found = WitnessKey(name, raw[1:])
    if not name or name.split() != [name] or raw[:1] != bytes([KIND]) or len(raw) != 33 or found.id.hex() != key_id:
        raise BadNote(N_("This is not the key of a witness: %(text)s"), text=text.strip()[:60])
    return found


def _message(text: str, time: int) -> bytes:
    return (HEAD.format(time=time) + text).encode()


def cosign(checkpoint: Checkpoint, key: WitnessKey, sign: Sign, at: datetime) -> str:
    """The witness's line under the checkpoint's note. Whether it may cosign is judged before."""
    time = int(at.timestamp())
    signature = sign(_message(checkpoint.text(), time))
    blob = key.id + time.to_bytes(8) + signature
    return f"{DASH} {key.name} {base64.b64encode(blob).decode()}\n"


def read_line(line: str) -> tuple[str, bytes, datetime, bytes] | None:
    """(name, key id, time, signature) of a cosignature's line; None for another kind of line."""
    parts = line.removesuffix("\n").split(" ")
    try:
        blob = base64.b64decode(parts[2], validate=True)
        if len(parts) != 3 or parts[0] != DASH or len(blob) != 76:
            return None
        return parts[1], blob[:4], datetime.fromtimestamp(int.from_bytes(blob[4:12]), UTC), blob[12:]
    except (IndexError, binascii.Error, ValueError, OverflowError, OSError):
        return None


def cosigned(checkpoint: Checkpoint, line: str, key: WitnessKey, verify: Verify) -> datetime | None:
    """When ``key``'s owner cosigned the checkpoint; None when the line is not theirs. BadNote: theirs and wrong."""
    found = read_line(line)
    if found is None or found[:2] != (key.name, key.id):
        return None
    _, _, at, signature = found
    if not verify(key.key, signature, _message(checkpoint.text(), int(at.timestamp()))):
        raise BadNote(N_("The cosignature of %(name)s is wrong."), name=key.name)
    return at


def extends(old: Checkpoint, new: Checkpoint, proof: Sequence[bytes]) -> bool:
    """Does ``new`` continue ``old`` of the same log? Nothing is continued by everything."""
    if old.origin != new.origin:
        return False
    if old.size == 0:
        return not proof
    return verify_consistency(old.size, new.size, old.root, new.root, proof)


@dataclass(frozen=True, slots=True)
class Request:
    """What a log sends to ``add-checkpoint``: the size that it believes to be known, a proof, a signed checkpoint."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: Checkpoint

    def text(self) -> str:
        hashes = "".join(f"{base64.b64encode(node).decode()}\n" for node in self.proof)
        return f"old {self.old}\n{hashes}\n{self.checkpoint.note}"


def parse_request(text: str) -> Request:
    """Read a request without judging it. BadNote."""
    head, separator, note = text.partition("\n\n")
    first, *lines = head.split("\n")
    size = first.removeprefix("old ")
    if not (separator and first.startswith("old ") and size.isascii() and size.isdecimal() and len(size) < 16):
        raise BadNote(N_("This is not a request to a witness."))
    if str(int(size)) != size or len(lines) > PROOF_MOST:
        raise BadNote(N_("This is not a request to a witness."))
    try:
        proof = tuple(base64.b64decode(line, validate=True) for line in lines)
    except (binascii.Error, ValueError) as err:
        raise BadNote(N_("This is not a request to a witness.")) from err
    checkpoint = parse_checkpoint(note)
    if any(len(node) != 32 for node in proof) or int(size) > checkpoint.size:
        raise BadNote(N_("This is not a request to a witness."))
    return Request(int(size), proof, checkpoint)


def parse_witnesses(text: str) -> tuple[tuple[str, WitnessKey], ...]:
    """``URL KEY, URL KEY, …``: witnesses to which a log sends its checkpoints. BadNote.

    An address is one of https; of http only on this very computer, where nobody listens in.
    """
    found = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        url, _, vkey = part.partition(" ")
        if not vkey or not _reachable(url):
            raise BadNote(N_("This is not the address of a witness: %(text)s"), text=part[:60])
        found.append((url.rstrip("/"), parse_witness(vkey)))
    return tuple(found)


def _reachable(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    bare = url.isascii() and "@" not in parts.netloc and not parts.query and not parts.fragment and port != 0
    return bare and ((parts.scheme == "https" and bool(host)) or (parts.scheme == "http" and host in LOOPBACK))
