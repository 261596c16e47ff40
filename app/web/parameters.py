"""Parameters of a profile as fields of a form: typed and shown."""

from collections.abc import Mapping
from typing import Any

from app.domain import N_, Message
from app.domain.parameters import PREFIX
from app.domain.profile import Parameter, Profile
from app.web.times import clock


def shown(value: Any) -> str:
    """A parameter's value as its field holds it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "\n".join(str(v) for v in value)
    return "" if value is None else str(value)


def read(profile: Profile, form: Mapping[str, str], own: Mapping[str, Any], problems: list[Message]) -> dict[str, Any]:
    """Values that were typed and are not what the field began with (``own``). Every bad number is noted."""
    found: dict[str, Any] = {}
    for spec in profile.parameters:
        raw = form.get(PREFIX + spec.id, "").strip()
        if raw and raw.replace("\r\n", "\n") != shown(own.get(spec.id)):
            value = _value(spec, raw)
            if value is None:
                text = N_("%(value)s is not a whole number.")
                problems.append(Message(text, {"value": raw[:20]}, PREFIX + spec.id))
            else:
                found[spec.id] = value
    return found


def _value(spec: Parameter, raw: str) -> Any:
    """None for what is not a number where one is needed."""
    match spec.type:
        case "minutes" | "days":
            digits = raw.replace("\u2212", "-")
            plain = digits.removeprefix("-")
            return int(digits) if plain.isascii() and plain.isdecimal() and len(plain) < 9 else None
        case "yesno":
            return raw == "yes"
        case "time":
            return clock(raw)
        case "texts":
            return [part.strip() for part in raw.splitlines() if part.strip()]
    return raw


def pairs(default: Any, alternatives: tuple[str, ...], now: str = "") -> list[tuple[str, str]]:
    """Choices of a list; ``now`` is kept among them although the profile does not allow it any more."""
    return [(v, v) for v in dict.fromkeys((shown(default), *alternatives, now)) if v]
