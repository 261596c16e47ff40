"""A copy on a medium, as the engine leaves it: files and their first generation."""

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import xxhash

from app.footage import mhl
from app.footage.check import Report, check
from app.footage.files import FileHash

NOW = datetime(2026, 6, 1, 15, 0, tzinfo=UTC)
FILES = {
    "0008/cam 1.mkv": b"first" * 9000,
    "0008/cam 2.mkv": b"second" * 7000,
    "штаб & <7777>/вид й.mkv": b"third" * 5000,
    "empty.txt": b"",
}


def file_hash(root: Path, path: str) -> FileHash:
    data, stat = (root / path).read_bytes(), (root / path).stat()
    xxh128 = xxhash.xxh3_128_hexdigest(data)
    return FileHash(path, stat.st_size, stat.st_mtime_ns, sha256(data).hexdigest(), f"REC/{path}", xxh128)


def put(root: Path, files: Mapping[str, bytes] = FILES) -> list[FileHash]:
    """Write the files; what is known of them."""
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return [file_hash(root, path) for path in files]


def copy(root: Path, files: Mapping[str, bytes] = FILES) -> Path:
    mhl.add(root, put(root, files), mhl.COPY, "tech", NOW)
    return root


def flip(path: Path, at: int = 100) -> None:
    """Another byte in the file, and nothing else: neither its size nor its time."""
    data, stat = bytearray(path.read_bytes()), path.stat()
    data[at] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def look(root: Path, **more: object) -> Report:
    return check(root, "tech", NOW, **more)  # type: ignore[arg-type]


def plain(report: Report) -> Report:
    """Without what every check has of its own."""
    return replace(report, generation=None, files=0, size=0)
