"""Entries: a fact with who, when and on which device, sealed into the log.

The leaf is the canonical JSON of the header; the header covers the body only by a salted
digest, so a body can be destroyed after its legal term and the log still verifies
(formats.md, "Our journal").
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from app.domain import N_, DomainError, Refused
from app.domain.codec import build, canonical, instant, moment, plain
from app.domain.facts import FACTS, BodyErased
from app.domain.merkle import leaf_hash

VERSION = 1
# What code raises that meets a fact which another installation signed and which no form of ours could have written.
SHAPELESS = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)


class Broken(DomainError):
    """The journal does not prove itself. ``seq`` is the leaf's index, or None when the whole is meant."""

    def __init__(self, message: str, seq: int | None = None, **params: object) -> None:
        super().__init__(message, **params)
        self.seq = seq


class Foreign(Refused):
    """The journal is another installation's: it came in a package and is only read here."""

    def __init__(self, source: str) -> None:
        super().__init__(N_("This day belongs to %(source)s; it is read here."), source=source)


@dataclass(frozen=True, slots=True)
class Times:
    """Four times: device clock, device's monotonic ms since it last heard the server, measured offset ms, receipt."""

    received: datetime
    device: datetime | None = None
    mono_ms: int | None = None
    offset_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact in a log. ``fact`` is None once the body was erased. ``leaf`` are the exact stored bytes."""

    log: str
    seq: int
    id: str
    tag: str
    actor: str
    times: Times
    fact: Any
    body: bytes | None
    salt: bytes
    body_sha256: str
    leaf: bytes
    device: str = ""
    device_seq: int | None = None

    @property
    def hash(self) -> bytes:
        return leaf_hash(self.leaf)


def digest(salt: bytes, body: bytes) -> str:
    """SHA-256(salt || body), hex."""
    return hashlib.sha256(salt + body).hexdigest()


def write(
    log: str,
    seq: int,
    entry_id: str,
    actor: str,
    fact: Any,
    times: Times,
    salt: bytes,
    device: str = "",
    device_seq: int | None = None,
) -> Entry:
    """Make the entry and its leaf bytes. ``salt``: 16 random bytes. Raises BadValue for a fact that cannot be held."""
    body = canonical(plain(fact))
    body_sha256 = digest(salt, body)
    header = {
        "v": VERSION, "log": log, "seq": seq, "id": entry_id, "tag": fact.tag, "actor": actor,
        "device": device, "device_seq": device_seq, "body_sha256": body_sha256,
        "times": {
            "received": instant(times.received),
            "device": instant(times.device) if times.device else None,
            "mono_ms": times.mono_ms, "offset_ms": times.offset_ms,
        },
    }  # fmt: skip
    return _entry(header, canonical(header), body, salt)


def read(leaf: bytes, body: bytes | None, salt: bytes) -> Entry:
    """An entry from what is stored. Raises Broken when the bytes cannot be read (their seq unknown)."""
    try:
        return _entry(json.loads(leaf), leaf, body, salt)
    except (ValueError, KeyError, TypeError, AttributeError, DomainError) as err:
        raise Broken(N_("An entry cannot be read: %(detail)s"), detail=str(err)[:200]) from err


def _entry(header: dict[str, Any], leaf: bytes, body: bytes | None, salt: bytes) -> Entry:
    """The entry of a leaf; its fact is always built from the bytes of its body."""
    raw = header["times"]
    times = Times(
        moment(raw["received"]), moment(raw["device"]) if raw["device"] else None, raw["mono_ms"], raw["offset_ms"]
    )
    made = build(FACTS[header["tag"]], json.loads(body)) if body is not None else None
    return Entry(
        header["log"], header["seq"], header["id"], header["tag"], header["actor"], times, made, body, salt,
        header["body_sha256"], leaf, header["device"], header["device_seq"],
    )  # fmt: skip


class Seal(NamedTuple):
    """What a leaf says of itself, without its times and its fact."""

    log: str
    seq: int
    id: str
    tag: str
    body_sha256: str


def open_leaf(leaf: bytes) -> Seal | None:
    """The leaf's own words; None when it is not one."""
    try:
        header = json.loads(leaf)
        return Seal(header["log"], header["seq"], header["id"], header["tag"], header["body_sha256"])
    except (ValueError, KeyError, TypeError):
        return None


def check(entry: Entry, log: str, seq: int, erased: dict[int, BodyErased]) -> None:
    """Raise Broken, naming the entry, unless it is the leaf ``seq`` of ``log`` and its body fits."""
    if entry.log != log or entry.seq != seq:
        raise Broken(N_("Entry %(number)s is not in its place."), seq, number=seq + 1)
    if entry.body is None:
        if seq not in erased:
            raise Broken(
                N_("The body of entry %(number)s is missing and no act of erasing names it."), seq, number=seq + 1
            )
    elif digest(entry.salt, entry.body) != entry.body_sha256:
        raise Broken(N_("The body of entry %(number)s was changed."), seq, number=seq + 1)
