"""Who acts: a signed-in person with the roles of their account."""

from dataclasses import dataclass

from app.domain.plan import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """``centres``: codes ``<region>-<code>`` the person belongs to; empty for offices above the centres."""

    person: str
    name: str
    roles: frozenset[Role]
    centres: frozenset[str] = frozenset()


SYSTEM = Actor("system", "system", frozenset())


def short_name(name: str) -> str:
    """Family name and initials: «Surname Name Patronymic» to «Surname N. P.» (no-break spaces between)."""
    family, *given = name.split()
    return "\u00a0".join([family, *(f"{part[0].upper()}." for part in given[:2])])
