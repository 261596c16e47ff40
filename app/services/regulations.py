"""Profiles for reading: those installed, and every text that some day pinned."""

from dataclasses import dataclass
from hashlib import sha256

from app.domain import N_, DomainError, Message, NotFound
from app.domain.profile import Profile
from app.domain.profile_differences import Difference, differences
from app.domain.profile_reader import BadProfile
from app.store import days as index
from app.store import profiles


@dataclass(frozen=True)
class Edition:
    """One text of a profile. ``name``: of the file, or the id in a pinned text; empty ``profile``: it has errors."""

    sha256: str
    name: str
    profile: Profile | None
    days: int
    installed: bool
    problems: tuple[Message, ...] = ()


def editions() -> tuple[Edition, ...]:
    """Installed profiles by name, then older texts that days pinned. A bad one is listed with its errors."""
    uses, found = index.uses(), []
    for name, text in profiles.shipped().items():
        digest = sha256(text.encode()).hexdigest()
        found.append(_edition(digest, name, text, uses.get(digest, 0), True))
    here = {e.sha256 for e in found}
    old = [_pinned(digest, uses.get(digest, 0)) for digest in profiles.pinned_digests() if digest not in here]
    return (*found, *sorted(old, key=lambda e: (e.name, e.profile.version if e.profile else "", e.sha256)))


def installed(name: str) -> Edition:
    """The profile that a new day would take. Raises NotFound."""
    profiles_here = profiles.shipped()
    if name not in profiles_here:
        profiles.shipped_profile(name)  # says what is missing
    text = profiles_here[name]
    digest = sha256(text.encode()).hexdigest()
    return _edition(digest, name, text, index.uses().get(digest, 0), True)


def edition(digest: str) -> Edition:
    """A text by its SHA-256, installed or pinned. Raises NotFound."""
    found = next((e for e in editions() if e.sha256 == digest), None)
    if found is None:
        raise NotFound(N_("There is no profile with this SHA-256."))
    return found


def compare(old: str, new: str) -> tuple[Edition, Edition, tuple[Difference, ...]]:
    """What changed from one text (SHA-256) to the other. Raises NotFound, and BadProfile for one with errors."""
    before, after = edition(old), edition(new)
    if before.profile is None or after.profile is None:
        raise BadProfile(*before.problems, *after.problems)
    return before, after, differences(before.profile, after.profile)


def _edition(digest: str, name: str, text: str, days: int, is_installed: bool) -> Edition:
    try:
        profile = profiles.parsed(text, name)
    except BadProfile as err:
        return Edition(digest, name, None, days, is_installed, err.messages)
    return Edition(digest, name if is_installed else profile.id, profile, days, is_installed)


def _pinned(digest: str, days: int) -> Edition:
    try:
        return _edition(digest, digest[:12], profiles.pinned_text(digest), days, False)
    except DomainError as err:  # the text was changed behind the logbook: its days say so too
        return Edition(digest, digest[:12], None, days, False, err.messages)
