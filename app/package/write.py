"""One zip, one day: a bag (RFC 8493) whose every byte follows from what the journal holds.

Files are stored as they are, so nothing in the zip can be changed without its SHA-256 telling. They are copied a
piece at a time; the target stands there whole or not at all.
"""

import contextlib
import hashlib
import os
import secrets
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.domain import N_, Invalid
from app.package.verify import (
    ALWAYS,
    BAGIT,
    BLOCK,
    MAY,
    NOTE_TITLE,
    TAGS,
    bag_info,
    central_header,
    end_header,
    listing,
    local_header,
)

MOST = 0xFFFFFFFF  # bytes: a zip without the extension for larger ones


@dataclass(frozen=True)
class Kept:
    """A file on disk that has to have this SHA-256."""

    path: Path
    sha256: str


@dataclass(frozen=True)
class Parts:
    """A day's package before it is written. ``payload``: name below ``data/``, and content.

    ``log``: name of the log key; ``seal``: signs a note's text with it.
    """

    day: str
    log: str
    size: int
    payload: Sequence[tuple[str, bytes | Kept]]
    seal: Callable[[str], str]


@dataclass(frozen=True)
class Written:
    """The finished file."""

    sha256: str
    size: int


def write(target: Path, parts: Parts) -> Written:
    """Write the package of ``parts``: the same parts give the same bytes.

    Raises Invalid or OSError; the target is then as it was.
    """
    return _whole(target, lambda file: _write(_Zip(file, parts.day), parts))


def hand_on(target: Path, package: Kept) -> Written:
    """Write a package that came from elsewhere, byte for byte. Raises as ``write`` does."""

    def fill(file: BinaryIO) -> None:
        digest = hashlib.sha256()
        for block in _blocks(package):
            digest.update(block)
            file.write(block)
        if digest.hexdigest() != package.sha256:
            raise Invalid(N_("%(name)s is not the file that the journal names: verify the day."), name=target.name)

    return _whole(target, fill)


def _whole(target: Path, fill: Callable[[BinaryIO], None]) -> Written:
    """Under its name only when ``fill`` has written all of it."""
    unfinished = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with open(unfinished, "xb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        with open(unfinished, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = unfinished.stat().st_size
        os.replace(unfinished, target)
        _sync(target.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        raise
    return Written(digest, size)


def _write(zipped: "_Zip", parts: Parts) -> None:
    names = [name for name, _ in parts.payload]
    wrong = [n for n in names if n not in ALWAYS and not MAY.fullmatch(n)]
    if wrong or len(set(names)) != len(names) or (missing := set(ALWAYS) - set(names)):
        raise ValueError(f"no package has these files: {wrong or missing or names}")
    listed, size = {}, 0
    for name, content in sorted(parts.payload, key=lambda item: item[0]):
        listed[f"data/{name}"], length = zipped.add(f"data/{name}", content)
        size += length
    manifest = listing(listed)
    digest = hashlib.sha256(manifest.encode()).hexdigest()
    tags = {
        "bag-info.txt": bag_info(parts.day, parts.log, size, len(listed)),
        "bagit.txt": BAGIT,
        "manifest-sha256.txt": manifest,
        "manifest.note": parts.seal(f"{NOTE_TITLE}\n{parts.day}\n{parts.size}\n{digest}\n"),
    }
    found = {name: zipped.add(name, text.encode())[0] for name, text in tags.items()}
    zipped.add(TAGS, listing(found).encode())
    zipped.finish()


class _Zip:
    """The zip's bytes, as ``verify.py`` expects each of them."""

    def __init__(self, file: BinaryIO, base: str) -> None:
        self.file, self.base = file, base
        self.table: list[bytes] = []

    def add(self, name: str, content: bytes | Kept) -> tuple[str, int]:
        """(SHA-256, size) of a file copied a piece at a time. Raises Invalid for one that is not what it should be."""
        path = f"{self.base}/{name}".encode("ascii")
        offset = self.file.tell()
        self.file.write(local_header(path, 0, 0))
        digest, crc, size = hashlib.sha256(), 0, 0
        for block in _blocks(content):
            digest.update(block)
            crc, size = zlib.crc32(block, crc), size + len(block)
            self.file.write(block)
            if self.file.tell() > MOST:
                raise Invalid(N_("The package would be larger than 4 GB."))
        if not size or (isinstance(content, Kept) and digest.hexdigest() != content.sha256):
            raise Invalid(N_("%(name)s is not the file that the journal names: verify the day."), name=name)
        self.file.seek(offset)
        self.file.write(local_header(path, crc, size))
        self.file.seek(0, os.SEEK_END)
        self.table.append(central_header(path, crc, size, offset))
        return digest.hexdigest(), size

    def finish(self) -> None:
        offset, table = self.file.tell(), b"".join(self.table)
        self.file.write(table + end_header(len(self.table), len(table), offset))


def _blocks(content: bytes | Kept) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with open(content.path, "rb") as file:
        while block := file.read(BLOCK):
            yield block


def _sync(folder: Path) -> None:
    """Make a new name in the folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
