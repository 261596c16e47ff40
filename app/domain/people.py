"""Who acts: a signed-in person with the roles of their account."""

from collections.abc import Collection
from dataclasses import dataclass

from app.domain.plan import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """``centres``: codes ``<region>-<code>`` the person belongs to, or ``<region>`` for all of a region; empty for
    offices above the centres.
    """

    person: str
    name: str
    roles: frozenset[Role]
    centres: frozenset[str] = frozenset()

    def covers(self, centre: str) -> bool:
        """True when the centre (or the whole region) is among those that the person belongs to."""
        return covers(self.centres, centre)


def covers(held: Collection[str], centre: str) -> bool:
    """``held``: what somebody belongs to, empty for everything."""
    return not held or centre in held or centre.partition("-")[0] in held


SYSTEM = Actor("system", "system", frozenset())


def short_name(name: str) -> str:
    """Family name and initials: «Surname Name Patronymic» to «Surname N. P.» (no-break spaces between)."""
    family, *given = name.split()
    return "\u00a0".join([family, *(f"{part[0].upper()}." for part in given[:2])])
