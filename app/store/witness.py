"""Signed checkpoints as files in ``instance/checkpoints``: witnesses outside the database.

``<date>/<name>.note`` as the journal stood in that night; ``proved/<name>.note`` as it stood when it was last proved.
"""

import os
import secrets
from pathlib import Path

from flask import current_app

from app.store.files import sync_folder

PROVED = "proved"


def _folder() -> Path:
    return Path(current_app.instance_path) / "checkpoints"


def kept() -> dict[str, str]:
    """The newest note of every journal, by name."""
    found: dict[str, Path] = {}
    for folder in sorted(p for p in _folder().glob("*") if p.is_dir() and p.name != PROVED):
        found |= {file.stem: file for file in folder.glob("*.note")}
    return {name: file.read_text(encoding="utf-8") for name, file in found.items()}


def proved(name: str) -> str:
    """The note at which a journal was last proved; empty before the first time."""
    try:
        return (_folder() / PROVED / f"{name}.note").read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def put(folder: str, name: str, note: str) -> None:
    """Keep a note durably: written beside, fsynced, renamed."""
    path = _folder() / folder / f"{name}.note"
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("x", encoding="utf-8") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    sync_folder(path.parent)
