"""Packages as they came: a copy that nobody changes any more is judged and, once proved, kept as a write-once file."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import current_app

from app.store import files

BLOCK = 1 << 20


@contextmanager
def private(package: Path) -> Iterator[tuple[Path, str]]:
    """(copy, SHA-256): what is judged are the very bytes that are taken in, whatever becomes of ``package`` meanwhile.

    The copy is durable, and gone afterwards unless it was kept. Raises OSError.
    """
    folder = Path(current_app.instance_path) / "incoming"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    copy, digest = folder / f"{secrets.token_hex(8)}.zip", hashlib.sha256()
    try:
        with open(package, "rb") as source, open(copy, "xb") as target:
            os.fchmod(target.fileno(), 0o600)
            while block := source.read(BLOCK):
                digest.update(block)
                target.write(block)
            target.flush()
            os.fsync(target.fileno())
        yield copy, digest.hexdigest()
    finally:
        copy.unlink(missing_ok=True)


def keep(copy: Path, digest: str) -> None:
    """Put the private copy among the files; it has this SHA-256. Raises OSError."""
    place = files.path(digest)
    place.parent.mkdir(parents=True, exist_ok=True)
    os.replace(copy, place)
    files.sync_folder(place.parent)
