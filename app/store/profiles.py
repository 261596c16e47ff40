"""Profiles: the files shipped in ``app/profiles`` and the texts that days have pinned."""

import hashlib
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select

from app.domain import N_, NotFound
from app.domain.journal import Broken
from app.domain.profile import Profile
from app.domain.profile_parser import parse
from app.store.db import db
from app.store.tables import ProfileRow

FOLDER = Path(__file__).resolve().parent.parent / "profiles"


def shipped() -> dict[str, str]:
    """Profile id (the file's name) to text, of every file in the folder."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.toml"))}


def shipped_profile(profile_id: str) -> tuple[Profile, str]:
    """A shipped profile and its text. Raises NotFound or BadProfile."""
    text = shipped().get(profile_id)
    if text is None:
        raise NotFound(N_("There is no profile %(profile)s."), profile=profile_id)
    return _parsed(text, profile_id), text


def pinned_digests() -> list[str]:
    """SHA-256 of every text that some day pinned."""
    return list(db.session.scalars(select(ProfileRow.sha256).order_by(ProfileRow.sha256)))


def parsed(text: str, name: str) -> Profile:
    """The profile of a text; ``name`` stands in messages. Raises BadProfile."""
    return _parsed(text, name)


def digest(text: str) -> str:
    """SHA-256 of a text, as days pin it."""
    return hashlib.sha256(text.encode()).hexdigest()


def pin(text: str) -> str:
    """Keep the text for ever; its SHA-256. Inside a transaction."""
    found = digest(text)
    if db.session.get(ProfileRow, found) is None:
        db.session.add(ProfileRow(sha256=found, text=text))
        db.session.flush()
    return found


def pinned_text(digest: str) -> str:
    """The text a day pinned. Raises Broken when it is missing or is not what its hash says."""
    row = db.session.get(ProfileRow, digest)
    if row is None or not isinstance(row.text, str) or hashlib.sha256(row.text.encode()).hexdigest() != digest:
        raise Broken(N_("The profile that this day pinned is missing or was changed."))
    return row.text


def pinned(digest: str) -> Profile:
    """The profile a day pinned, parsed."""
    return _parsed(pinned_text(digest), digest[:12])


@lru_cache(32)
def _parsed(text: str, name: str) -> Profile:
    return parse(text, name)
