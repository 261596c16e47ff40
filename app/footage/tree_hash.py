"""Hashes of folders as ASC MHL 2.0 has them: one over what lies in a folder, one over its names as well."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

import xxhash


@dataclass(frozen=True)
class FolderHash:
    """``path``: "." for the root."""

    path: str
    content: str
    structure: str


def folders(files: Iterable[tuple[str, str]]) -> Iterator[FolderHash]:
    """Every folder that holds one of the files (path, xxh128), inner ones first, the root last."""
    content: dict[PurePosixPath, list[bytes]] = {PurePosixPath("."): []}
    structure: dict[PurePosixPath, list[bytes]] = {PurePosixPath("."): []}

    def add(path: PurePosixPath, own: bytes, named: bytes) -> None:
        content.setdefault(path.parent, []).append(own)
        structure.setdefault(path.parent, []).append(xxhash.xxh3_128_digest(path.name.encode() + named))

    for name, value in files:
        path, own = PurePosixPath(name), bytes.fromhex(value)
        add(path, own, own)
        for parent in path.parents:
            content.setdefault(parent, [])
            structure.setdefault(parent, [])
    for path in sorted(content, key=lambda p: (-len(p.parts), p)):
        own, named = _sum(content[path]), _sum(structure[path])
        yield FolderHash(str(path), own.hex(), named.hex())
        if path.parts:
            add(path, own, named)


def _sum(values: list[bytes]) -> bytes:
    return xxhash.xxh3_128_digest(b"".join(sorted(values)))
