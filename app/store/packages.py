"""Packages as they came, kept among the write-once files: what was proved can be handed on byte for byte."""

import hashlib
import os
import secrets
import shutil
from pathlib import Path

from app.store import files


def keep(package: Path) -> str:
    """Keep a copy, durably, without holding it in memory; its SHA-256. Raises OSError."""
    with open(package, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    place = files.path(digest)
    if place.exists():
        return digest
    place.parent.mkdir(parents=True, exist_ok=True)
    unfinished = place.with_name(f"{digest}.{secrets.token_hex(4)}.part")
    try:
        with open(package, "rb") as source, open(unfinished, "xb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
            target.flush()
            os.fsync(target.fileno())
        os.replace(unfinished, place)
        files.sync_folder(place.parent)
    finally:
        unfinished.unlink(missing_ok=True)
    return digest
