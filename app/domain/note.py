"""Signed notes and checkpoints of a log (C2SP signed-note and tlog-checkpoint).

The signature itself is Ed25519 and comes in from outside as a function, because the domain
knows no cryptography library.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from app.domain import N_, DomainError

DASH = "\u2014"
Sign = Callable[[bytes], bytes]
Verify = Callable[[bytes, bytes, bytes], bool]  # (public key, signature, message)


class BadNote(DomainError):
    """The text is not a signed note, or a known key's signature on it is bad."""


@dataclass(frozen=True, slots=True)
class Vkey:
    """Public key of a log: ``name`` without spaces and plus, 32-byte Ed25519 ``key``."""

    name: str
    key: bytes

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n\x01" + self.key).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([1]) + self.key).decode()}"


def parse_vkey(text: str) -> Vkey:
    """Inverse of ``str(Vkey)``; BadNote when the key id does not fit."""
    try:
        name, key_id, blob = text.strip().split("+", 2)
        raw = base64.b64decode(blob, validate=True)
    except (ValueError, binascii.Error) as err:
        raise BadNote(N_("This is not a log key: %(text)s"), text=text.strip()[:60]) from err
    vkey = Vkey(name, raw[1:])
    if raw[:1] != b"\x01" or len(raw) != 33 or vkey.id.hex() != key_id:
        raise BadNote(N_("This is not a log key: %(text)s"), text=text.strip()[:60])
    return vkey


def sign_note(text: str, vkey: Vkey, sign: Sign) -> str:
    """``text`` (ends with a newline) with the signature line of ``vkey``'s owner."""
    signature = base64.b64encode(vkey.id + sign(text.encode())).decode()
    return f"{text}\n{DASH} {vkey.name} {signature}\n"


def open_note(note: str, vkey: Vkey, verify: Verify) -> str:
    """The note's text when ``vkey``'s signature on it is good; BadNote otherwise. Other keys' lines are ignored."""
    text, separator, lines = note.rpartition("\n\n")
    text += "\n"
    if not separator or not lines.endswith("\n"):
        raise BadNote(N_("This is not a signed note."))
    good = False
    for line in lines.splitlines():
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != DASH:
            raise BadNote(N_("This is not a signed note."))
        try:
            blob = base64.b64decode(parts[2], validate=True)
        except binascii.Error as err:
            raise BadNote(N_("This is not a signed note.")) from err
        if parts[1] == vkey.name and blob[:4] == vkey.id:
            if not verify(vkey.key, blob[4:], text.encode()):
                raise BadNote(N_("The signature of %(name)s on the checkpoint is wrong."), name=vkey.name)
            good = True
    if not good:
        raise BadNote(N_("The checkpoint is not signed by %(name)s."), name=vkey.name)
    return text


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Size and root of a log at one moment. ``note`` is the signed text, verbatim, when there is one."""

    origin: str
    size: int
    root: bytes
    note: str = ""

    @property
    def short(self) -> str:
        """First 100 bits of the root as 20 base32 characters in fives, as forms print them."""
        letters = base64.b32encode(self.root).decode()[:20]
        return " ".join(letters[i : i + 5] for i in range(0, 20, 5))

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def parse_checkpoint(note: str) -> Checkpoint:
    """Read origin, size and root without judging the signature; BadNote when the form is wrong."""
    lines = note.split("\n")
    try:
        origin, size, root = lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True)
    except (IndexError, ValueError, binascii.Error) as err:
        raise BadNote(N_("This is not a checkpoint.")) from err
    if not origin or size < 0 or str(size) != lines[1] or len(root) != 32 or (len(lines) > 3 and lines[3]):
        raise BadNote(N_("This is not a checkpoint."))
    return Checkpoint(origin, size, root, note)


def make_checkpoint(origin: str, size: int, root: bytes, vkey: Vkey, sign: Sign) -> Checkpoint:
    """A signed checkpoint."""
    bare = Checkpoint(origin, size, root)
    return Checkpoint(origin, size, root, sign_note(bare.text(), vkey, sign))


def open_checkpoint(note: str, vkey: Vkey, verify: Verify) -> Checkpoint:
    """A checkpoint whose signature by ``vkey`` is good; BadNote otherwise."""
    open_note(note, vkey, verify)
    return parse_checkpoint(note)
