"""The journal's files in a package, as bytes: lines, bodies, proofs, people. Layout: formats.md, "Our journal"."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.domain.codec import canonical
from app.domain.merkle import inclusion_proof, leaf_hash

PROGRAM = Path(__file__).with_name("verify.py")
README = Path(__file__).with_name("README.txt")


@dataclass(frozen=True)
class Line:
    """An entry as it lies in the journal; ``body`` None once it was erased."""

    leaf: bytes
    body: bytes | None
    salt: bytes


@dataclass(frozen=True)
class Signer:
    """Somebody's certificate: good ``since`` until ``until`` (empty: not revoked)."""

    person: str
    name: str
    certificate: str  # SHA-256
    pem: bytes
    since: str
    until: str


def journal(lines: Sequence[Line]) -> bytes:
    """Every leaf on a line, and how many there are."""
    return b"".join(line.leaf + b"\n" for line in lines) + canonical({"end": len(lines)}) + b"\n"


def bodies(lines: Sequence[Line], erased: Mapping[int, int]) -> bytes:
    """The body of every entry with its salt. ``erased``: entry to the entry that tells of its erasing."""
    return b"".join(canonical(_body(seq, line, erased)) + b"\n" for seq, line in enumerate(lines))


def _body(seq: int, line: Line, erased: Mapping[int, int]) -> dict[str, object]:
    if line.body is None:
        return {"seq": seq, "erased": erased[seq]}
    return {"seq": seq, "salt": line.salt.hex(), "body": json.loads(line.body)}


def proof(lines: Sequence[Line], seq: int, checkpoint: str) -> bytes:
    """C2SP tlog-proof of one entry under the checkpoint; the entry itself stands in its ``extra``."""
    line = lines[seq]
    assert line.body is not None
    entry = {"leaf": line.leaf.decode(), "salt": line.salt.hex(), "body": json.loads(line.body)}
    path = inclusion_proof(seq, [leaf_hash(x.leaf) for x in lines])
    head = ["c2sp.org/tlog-proof@v1", f"extra {_b64(canonical(entry))}", f"index {seq}", *map(_b64, path)]
    return ("\n".join(head) + "\n\n" + checkpoint).encode()


def people(signers: Sequence[Signer]) -> bytes:
    """Who is who, for a reader: the certificates themselves are what proves it."""
    rows = [
        {"person": s.person, "name": s.name, "certificate": s.certificate, "since": s.since, "until": s.until or None}
        for s in signers
    ]
    return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode()


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
