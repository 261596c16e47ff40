"""Who is where: the last place at which each person of the roster did something."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.access import rooms_of
from app.domain.day import Act, Day
from app.domain.plan import Member


@dataclass(frozen=True, slots=True)
class Presence:
    """``rooms``: rooms of the person's last act; empty for an act of the whole centre or for nobody yet."""

    member: Member
    at: datetime | None = None
    rooms: tuple[str, ...] = ()


def presence(day: Day) -> tuple[Presence, ...]:
    """One line a person, in the roster's order."""
    last: dict[str, Act] = {}
    for act in day.acts.values():
        if not act.void and act.tag in ("step.done", "access.noted", "milestone.noted"):
            known = last.get(act.by.person)
            if known is None or known.at <= act.at:
                last[act.by.person] = act
    return tuple(_line(day, m, last.get(m.person)) for m in day.roster.values())


def _line(day: Day, member: Member, act: Act | None) -> Presence:
    if act is None:
        return Presence(member)
    if act.tag == "access.noted":
        return Presence(member, act.at, act.fact.rooms)
    if act.tag == "milestone.noted":
        return Presence(member, act.at, (act.fact.place,) if act.fact.place else ())
    step = day.profile.step(act.fact.step)
    named = tuple(
        code
        for spec in step.fields
        if spec.type in ("room", "rooms") and (value := act.fact.evidence.get(spec.id))
        for code in (value if isinstance(value, list) else [value])
    )
    known = {r.code for r in day.rooms}
    return Presence(member, act.at, tuple(r for r in rooms_of(day, act.fact, step.access) if r in known) or named)
