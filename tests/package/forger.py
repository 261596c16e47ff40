"""Parts of a package's journal, and the journal up to one signature whose fact says something else."""

import json
from dataclasses import replace
from typing import Any

from app.domain.codec import canonical
from app.domain.journal import digest
from app.domain.merkle import leaf_hash, root
from app.domain.note import make_checkpoint
from app.package import content
from app.package.write import write
from tests.package.conftest import Made

PDF = "documents/access-journal.pdf"


def lines(made: Made, name: str) -> list[bytes]:
    return made.payload[name].splitlines(keepends=True)


def tagged(made: Made, tag: str) -> int:
    return next(n for n, line in enumerate(lines(made, "journal.jsonl")) if f'"tag":"{tag}"'.encode() in line)


def without_witnesses(made: Made) -> dict[str, bytes]:
    """Files of the package; whoever forges leaves out what witnesses cosigned of earlier states."""
    return {name: content for name, content in made.payload.items() if name != "cosignatures"}


def signed_pdf(made: Made, pdf: bytes, named: dict[str, str]) -> Any:
    """The journal up to the first signature of a document, which names ``pdf``."""
    return false_fact(made, "document.signed", named, {"documents/access-journal-r1.pdf": pdf})


def false_fact(
    made: Made, tag: str, said: dict[str, str], pdfs: dict[str, bytes], where: int | None = None
) -> Any:
    """The journal up to one signature of a person, whose fact (or that of entry ``where``) says something else."""
    seq, leaves, bodies = tagged(made, tag), [], []
    for n in range(seq + 1):
        header, row = (json.loads(lines(made, name)[n]) for name in ("journal.jsonl", "bodies.jsonl"))
        if n == (seq if where is None else where):
            row["body"].update(said)
        header["body_sha256"] = digest(bytes.fromhex(row["salt"]), canonical(row["body"]))
        leaves.append(canonical(header))
        bodies.append(canonical(row))
    origin = made.payload["checkpoint"].decode().partition("\n")[0]
    checkpoint = make_checkpoint(origin, len(leaves), root([leaf_hash(x) for x in leaves]), made.key, made.sign)
    files: dict[str, bytes] = {**without_witnesses(made), "checkpoint": checkpoint.note.encode()}
    files["journal.jsonl"] = b"\n".join([*leaves, canonical({"end": len(leaves)}), b""])
    files["bodies.jsonl"] = b"\n".join([*bodies, b""])
    signed = b'"tag":"document.signed"' in b"".join(leaves)
    papers = {n for n in files if n.startswith("documents/") and (not signed or pdfs or "-r2" in n)}
    attached = {n for n in files if n.startswith("attachments/") and b"d1.angle" not in b"".join(bodies)}
    files = {n: c for n, c in files.items() if n not in papers | attached}
    if signed:
        last = max(n for n, x in enumerate(leaves) if b'"tag":"document.signed"' in x)
        files |= pdfs
        files[f"{next(iter(pdfs), PDF)}.tlog-proof"] = proof(leaves, bodies, last, checkpoint.note)
    target = made.folder / "false.zip"
    write(target, replace(made.parts, size=len(leaves), payload=tuple(files.items())))
    return target


def proof(leaves: list[bytes], bodies: list[bytes], seq: int, note: str) -> bytes:
    rows = [content.Line(x, canonical(json.loads(b)["body"]), bytes.fromhex(json.loads(b)["salt"]))
            for x, b in zip(leaves, bodies, strict=True)]  # fmt: skip
    return content.proof(rows, seq, note)
