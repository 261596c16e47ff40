"""The journal of a copy that is under way: which files are proved, so that none of them is copied twice.

One line of JSON a file, each after the first bytes of its own SHA-256: a line that a crash cut short is known by that
and counts as not written. The file goes away when the copy is finished and its manifest tells the same.
"""

import json
import os
import stat
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from app.footage.errors import writing
from app.footage.files import FileHash

NAME = ".logbook-copy.jsonl"
VERSION = 1


@dataclass(frozen=True)
class Proved:
    """A file of the copy, and what its source was like when it was read: a later one is another file."""

    file: FileHash
    source_modified: int

    def of(self, size: int, modified: int) -> bool:
        """Is this about a source of that size and time?"""
        return (self.file.size, self.source_modified) == (size, modified)


@dataclass(frozen=True)
class Known:
    """What a journal says. ``wanted``: paths of the copy that it belongs to."""

    wanted: frozenset[str] = frozenset()
    proved: tuple[Proved, ...] = ()

    @property
    def unfinished(self) -> frozenset[str]:
        return self.wanted - {p.file.path for p in self.proved}


def read(root: Path) -> Known:
    """Of the copy in ``root``; nothing without one."""
    with writing(root / NAME):
        try:
            if not stat.S_ISREG((root / NAME).lstat().st_mode):
                return Known()  # a link, a pipe: put there by somebody, not by a copy
            lines = (root / NAME).read_bytes().splitlines()
        except (FileNotFoundError, NotADirectoryError):
            return Known()
    entries = [entry for line in lines if (entry := _entry(line)) is not None]
    if not entries or entries[0].get("version") != VERSION:
        return Known()
    proved = {p["file"]["path"]: Proved(FileHash(**p["file"]), p["source_modified"]) for p in entries[1:]}
    return Known(frozenset(entries[0]["wanted"]), tuple(proved.values()))


class Ledger:
    """The journal open for adding to it."""

    def __init__(self, root: Path, wanted: Iterable[str], proved: Iterable[Proved]) -> None:
        """Begin with what is proved already: the new file takes the place of the old one at once or not at all."""
        self.path = root / NAME
        fresh = root / f"{NAME}.new"
        lines = [_line({"version": VERSION, "wanted": sorted(wanted)}), *(_line(asdict(p)) for p in proved)]
        with writing(self.path):
            fresh.unlink(missing_ok=True)  # of a crash; and a link that lies there must not be written through
            self._file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
            self._write(b"".join(lines))
            os.replace(fresh, self.path)
            sync_folder(root)

    def add(self, proved: Proved) -> None:
        """Durable when it returns."""
        with writing(self.path):
            self._write(_line(asdict(proved)))

    def close(self) -> None:
        os.close(self._file)

    def _write(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._file, data) :]
        os.fsync(self._file)


def forget(root: Path) -> None:
    """The copy is finished and told elsewhere."""
    with writing(root / NAME):
        (root / NAME).unlink(missing_ok=True)
        sync_folder(root)


def sync_folder(folder: Path) -> None:
    """Names made or changed in ``folder`` survive a power cut. (Windows knows no such call.)"""
    if hasattr(os, "O_DIRECTORY"):
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _line(entry: dict[str, object]) -> bytes:
    text = json.dumps(entry, separators=(",", ":")).encode("ascii")
    return _mark(text) + b" " + text + b"\n"


def _entry(line: bytes) -> Any:
    mark, _, text = line.partition(b" ")
    return json.loads(text) if mark == _mark(text) else None


def _mark(text: bytes) -> bytes:
    return sha256(text).hexdigest()[:16].encode("ascii")
