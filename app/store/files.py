"""Write-once files in ``instance/files``: the name is the SHA-256, so nothing is overwritten."""

import hashlib
import os
import secrets
from pathlib import Path

from flask import current_app

from app.domain import N_, DomainError


class FileMissing(DomainError):
    """A recorded file is not on disk, or is not what its name says."""

    status = 500
    exit = 2


class DiskFull(DomainError):
    """The file could not be written; nothing was recorded."""

    status = 507


def path(digest: str) -> Path:
    """Where the file of that SHA-256 lies, or would; whoever reads it there checks it."""
    return Path(current_app.instance_path) / "files" / digest[:2] / digest


def put(data: bytes) -> str:
    """Keep ``data`` durably (written, fsynced, renamed); its SHA-256. Raises DiskFull when the disk refuses."""
    digest = hashlib.sha256(data).hexdigest()
    place = path(digest)
    if place.exists():
        return digest
    temporary = place.with_name(f"{digest}.{secrets.token_hex(4)}.part")
    try:
        new_folder = not place.parent.exists()
        place.parent.mkdir(parents=True, exist_ok=True)
        with open(temporary, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, place)
        sync_folder(place.parent)
        if new_folder:
            sync_folder(place.parent.parent)
    except OSError as err:
        temporary.unlink(missing_ok=True)
        raise DiskFull(
            N_("The file could not be written (%(reason)s). Nothing was recorded. Free at least 200 MB and try again."),
            reason=err.strerror or str(err),
        ) from err
    return digest


def get(digest: str) -> bytes:
    """The file of that SHA-256, checked. Raises FileMissing."""
    try:
        data = path(digest).read_bytes()
    except FileNotFoundError:
        raise FileMissing(N_("The file %(digest)s is missing."), digest=digest[:16]) from None
    if hashlib.sha256(data).hexdigest() != digest:
        raise FileMissing(N_("The file %(digest)s was changed on disk."), digest=digest[:16])
    return data


def sync_folder(folder: Path) -> None:
    """Make a new name in the folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
