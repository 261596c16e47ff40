"""SEAM: where a finished copy meets its manifest, its day and the times of its files.

Those modules are made beside this one. Each function says what it has to become; nothing else has to change.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

from app.domain import N_, Invalid
from app.domain.people import Actor
from app.footage.files import FileHash


def when(file: Path) -> tuple[datetime, datetime] | None:
    """First and last moment of a file: ``app.footage.coverage.measure``."""
    return None


def manifest(root: Path, files: tuple[FileHash, ...], by: str, now: datetime) -> tuple[int, str]:
    """Number and SHA-256 of the new generation: ``app.footage.mhl.add(root, files, mhl.COPY, by, now)``."""
    return 0, ""


def recorded(actor: Actor, done: Any, entry: str, now: datetime) -> int:
    """Number of the entry that ``app.services.footage.copied`` wrote, from 1."""
    raise Invalid(N_("This copy cannot be recorded in a day yet."))
