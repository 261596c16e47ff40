"""Values of a profile's parameters: the profile's default, what the region set, what is typed when a day opens."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain import N_, Message
from app.domain.profile import Parameter, Profile
from app.domain.profile_check import parameter_fits

PREFIX = "parameter."  # of the field of a form


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a day would take. ``fits`` False: the profile does not allow the region's value (any more)."""

    parameter: Parameter
    value: Any
    by_region: bool = False
    fits: bool = True


def proposed(profile: Profile, region: Mapping[str, Any]) -> tuple[Proposed, ...]:
    """Every parameter with the value that a day takes when nobody types another."""
    return tuple(
        Proposed(p, region[p.id], True, parameter_fits(profile, p, region[p.id]))
        if p.id in region
        else Proposed(p, p.default)
        for p in profile.parameters
    )


def faults(profile: Profile, values: Mapping[str, Any]) -> list[Message]:
    """Reasons why a day or a region cannot take these values."""
    messages = []
    for name, value in values.items():
        spec = profile.parameter(name)
        if spec is None:
            messages.append(Message(N_("The profile has no parameter %(name)s."), {"name": name}, PREFIX + name))
        elif not parameter_fits(profile, spec, value):
            text = N_("%(value)s does not fit the parameter %(name)s.")
            messages.append(Message(text, {"value": str(value)[:40], "name": name}, PREFIX + name))
    return messages


def stale(profile: Profile, region: Mapping[str, Any], typed: Mapping[str, Any]) -> list[Message]:
    """Values of the region that the profile does not know or allow; one typed over is not asked for."""
    messages = []
    for name, value in region.items():
        spec = profile.parameter(name)
        shown: dict[str, object] = {"value": str(value)[:40], "name": name}
        if spec is None:
            text = N_("The region sets %(name)s to %(value)s, but this profile does not know it. Take it out there.")
            messages.append(Message(text, shown, PREFIX + name))
        elif name not in typed and not parameter_fits(profile, spec, value):
            text = N_("The region sets %(name)s to %(value)s, which this profile does not allow. Type another value.")
            messages.append(Message(text, shown, PREFIX + name))
    return messages


def merged(profile: Profile, region: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """What the day keeps: typed before the region's, and only what is not the profile's own value."""
    found = {**region, **typed}
    own = {p.id: _plain(p.default) for p in profile.parameters}
    return {name: value for name, value in found.items() if name not in own or _plain(value) != own[name]}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
