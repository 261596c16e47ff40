"""Read a package that ``verify.py`` found good: its entries as they lie there, its files by their SHA-256."""

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from app.domain.codec import canonical
from app.domain.merkle import leaf_hash
from app.package.verify import PDF, beginnings, open_files, savings


class Row(NamedTuple):
    """An entry, byte for byte. ``body`` is None once it was erased."""

    seq: int
    id: str
    leaf: bytes
    hash: bytes
    body: bytes | None
    salt: bytes


class Opened:
    """An open package. Read only what ``verify.check`` has judged before; ``Bad`` is raised for anything else."""

    def __init__(self, path: Path) -> None:
        self.files = open_files(str(path))

    def __enter__(self) -> "Opened":
        return self

    def __exit__(self, *_: object) -> None:
        self.files.close()

    def text(self, name: str) -> str:
        return self.files.text(f"data/{name}")

    def rows(self) -> Iterator[Row]:
        """Every entry in order, read as it is needed."""
        leaves, bodies = self.files.lines("data/journal.jsonl"), self.files.lines("data/bodies.jsonl")
        for seq, (line, leaf) in enumerate(zip(bodies, leaves, strict=False)):
            found = json.loads(line)
            body = canonical(found["body"]) if "body" in found else None
            salt = bytes.fromhex(found.get("salt", ""))
            yield Row(seq, str(json.loads(leaf)["id"]), leaf, leaf_hash(leaf), body, salt)

    @property
    def people(self) -> tuple[str, ...]:
        """Certificates of everybody who signed, PEM."""
        authority = ("data/certificates/root.pem", "data/certificates/issuing.pem")
        names = [n for n in self.files.places if n.startswith("data/certificates/") and n.endswith(".pem")]
        return tuple(self.files.text(n) for n in sorted(names) if n not in authority)

    @property
    def lists(self) -> tuple[str, ...]:
        """Lists of revoked certificates, of the root and of the issuing authority, PEM."""
        return self.text("certificates/root.crl"), self.text("certificates/issuing.crl")

    @cached_property
    def known(self) -> Mapping[str, str]:
        """SHA-256 of every attachment and document: the name of its file."""
        kinds = ("data/attachments/", "data/documents/")
        return {self.files.sha256(n): n for n in self.files.places if n.startswith(kinds)}

    @cached_property
    def stages(self) -> Mapping[str, tuple[str, int]]:
        """SHA-256 of a document as it was before a later signature: the file that begins with it, how many bytes."""
        found: dict[str, tuple[str, int]] = {}
        for name in self.known.values():
            if name.endswith(".pdf"):
                pdf = self.files.read(name, PDF)
                ends = savings(pdf)
                found |= {sha256: (name, end) for sha256, end in zip(beginnings(pdf, ends), ends, strict=True)}
        return found

    def file(self, sha256: str) -> bytes | None:
        """The file of that SHA-256, a document also as it was before it was signed further; None when there is none."""
        if sha256 in self.known:
            return self.files.read(self.known[sha256], PDF)
        if sha256 in self.stages:
            name, end = self.stages[sha256]
            return self.files.read(name, PDF)[:end]
        return None
