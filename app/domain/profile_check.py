"""Does a profile make sense: references, cycles, and settings that fit their type.

Works on the objects that the parser made; every problem goes to the parser's collection.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from app.domain import N_
from app.domain.plan import ROOM_KINDS, STATION_KINDS, Role
from app.domain.profile import Access, Check, Field, Parameter, Profile, Step, When
from app.domain.profile_reader import CLOCK, Problems

PARAMETER_TYPES = ("time", "minutes", "days", "yesno", "choice", "text", "texts")

_SCALARS = ("text", "number", "choice", "yesno", "date", "time", "datetime", "person", "room", "serial", "sha256")
_ITEMS = tuple(t for t in _SCALARS if t not in ("yesno", "choice"))
_WORDS = {
    "now": ("date", "time", "datetime"),
    "last": (*_SCALARS, "rooms"),
    "rooms": ("rooms",),
    "me": ("person", "signature"),
}
_CHECKS = {
    "min": ("number",),
    "max": ("number",),
    "abs_max": ("number",),
    "max_age_days": ("date", "datetime"),
    "equals": ("yesno", "number", "choice"),
}
_BASE_TYPES = {  # base of a step's time: type of the parameter that may replace it
    "start": "minutes",
    "end": "minutes",
    "clock": "time",
    "period": "days",
    "days_after": "days",
    "date_rule": "text",
}
_FIELD_PARAMETERS = {
    "text": ("text", "choice"),
    "number": ("minutes", "days"),
    "choice": ("choice",),
    "yesno": ("yesno",),
    "time": ("time",),
    "list": ("texts",),
}
_ACCESS_TYPES = {
    "action_field": ("choice",),
    "start": ("time", "datetime"),
    "end": ("time", "datetime"),
    "rooms": ("room", "rooms"),
    "reason": ("text",),
    "seal_before": ("text", "serial"),
    "seal_after": ("text", "serial"),
    "state_found": ("choice",),
}
_YEAR_OF_MINUTES = 366 * 24 * 60
_DATE_RULE = re.compile(r"([0-9]{2})-([0-9]{2})\+([0-9]{1,2})")
_NO_SENSE = N_("%(where)s: makes no sense for the type %(type)s.")
_MISFIT = N_("%(where)s: %(value)s does not fit the type %(type)s.")


def check(profile: Profile, problems: Problems) -> None:
    """Note every dangling reference, cycle and setting without sense in ``profile``."""
    _sources(profile, problems)
    known_names(problems, "limits.source", profile.limits.source, profile.sources)
    for role in profile.roles:
        if role.account and role.id not in set(Role):
            problems.add(f"role {role.id}: account", N_("%(where)s: the product has no account of this role."))
    for parameter in profile.parameters:
        _parameter(parameter, problems)
    accounts = {r.id for r in profile.roles if r.account}
    for milestone in profile.milestones:
        path = f"milestone {milestone.id}"
        known_names(problems, f"{path}: noted_by", milestone.noted_by, accounts)
        if any(s.id == milestone.id for s in profile.steps):
            problems.add(f"{path}: id", N_("%(where)s: a step has this id too."))
    for step in profile.steps:
        _step(step, profile, problems)
    _cycles(profile, problems)


def known_names(problems: Problems, path: str, names: Iterable[str], known: Iterable[str]) -> None:
    """Note every one of ``names`` that is not ``known``."""
    allowed = set(known)
    for name in names:
        if name and name not in allowed:
            problems.add(path, N_("%(where)s: nothing is called %(value)s."), value=name)


def _sources(profile: Profile, problems: Problems) -> None:
    for role in profile.roles:
        known_names(problems, f"role {role.id}: source", role.source, profile.sources)
    for kind, rules in (("action", profile.actions), ("parameter", profile.parameters), ("step", profile.steps)):
        for rule in rules:
            path = f"{kind} {rule.id}: source"
            known_names(problems, path, rule.source, profile.sources)
            if rule.basis in ("sourced", "partial") and not rule.source:
                problems.add(path, N_("%(where)s: the basis is %(basis)s, but no source is named."), basis=rule.basis)


def parameter_fits(profile: Profile, parameter: Parameter, value: Any) -> bool:
    """May a day set the parameter to ``value``? What does not fit would leave steps without a time."""
    if any(s.when.date_rule and s.when.parameter == parameter.id for s in profile.steps):
        return isinstance(value, str) and _date_rule(value)
    if parameter.type == "choice" and parameter.alternatives:
        return value in (parameter.default, *parameter.alternatives)
    return _is_of(parameter.type, value)


def _is_of(kind: str, value: Any) -> bool:
    """Is ``value`` of the parameter type ``kind``?"""
    match kind:
        case "time":
            return isinstance(value, str) and CLOCK.fullmatch(value) is not None
        case "minutes" | "days":
            return type(value) is int and abs(value) <= _YEAR_OF_MINUTES
        case "yesno":
            return isinstance(value, bool)
        case "texts":
            return isinstance(value, list | tuple) and all(isinstance(v, str) for v in value)
    return isinstance(value, str)


def _parameter(parameter: Parameter, problems: Problems) -> None:
    value = parameter.default
    if value is not None and not _is_of(parameter.type, value):
        problems.add(f"parameter {parameter.id}: default", _MISFIT, value=value, type=parameter.type)


def _step(step: Step, profile: Profile, problems: Problems) -> None:
    path, roles = f"step {step.id}", {r.id for r in profile.roles}
    known_names(problems, f"{path}: stage", [step.stage], (s.id for s in profile.stages))
    known_names(problems, f"{path}: performers", step.performers, roles)
    known_names(problems, f"{path}: confirmers", step.confirmers, roles)
    if step.repeat in ("room", "camera", "station"):
        known_names(problems, f"{path}: kinds", step.kinds, STATION_KINDS if step.repeat == "station" else ROOM_KINDS)
    elif step.kinds:
        problems.add(f"{path}: kinds", N_("%(where)s: makes sense for a step of rooms, cameras or stations only."))
    for field in step.fields:
        _field(field, f"{path}: field.{field.id}", profile, problems)
    _when(step, step.when, profile, problems)
    if step.access:
        _access(step, step.access, profile, problems)


def _when(step: Step, when: When, profile: Profile, problems: Problems) -> None:
    path = f"step {step.id}: when"
    targets = {s.id for s in profile.steps} | {m.id for m in profile.milestones}
    known_names(problems, f"{path}.after", [when.after], targets)
    known_names(problems, f"{path}.until", [when.until], (m.id for m in profile.milestones))
    if step.enabled and any(s.id == when.after and not s.enabled for s in profile.steps):
        problems.add(f"{path}.after", N_("%(where)s: waits for %(value)s, which is switched off."), value=when.after)
    if when.date_rule and not _date_rule(when.date_rule):
        problems.add(
            f"{path}.date_rule", N_("%(where)s: %(value)s is not MM-DD+Y (such as 03-01+1)."), value=when.date_rule
        )
    if (step.repeat == "demand") != when.on_demand:
        problems.add(f"{path}.on_demand", N_('%(where)s: on_demand and repeat = "demand" stand together.'))
    if (step.repeat == "interval") != (when.every > 0):
        problems.add(f"{path}.every", N_('%(where)s: every and repeat = "interval" stand together.'))
    if when.every and when.start is None and when.end is None and not when.clock:
        problems.add(f"{path}.every", N_("%(where)s: makes sense with start, end or clock only."))
    if when.until and not when.every:
        problems.add(f"{path}.until", N_("%(where)s: makes sense with every only."))
    if when.duration and when.rule != "at":
        problems.add(f"{path}.duration", N_('%(where)s: makes sense with rule = "at" only.'))
    if when.parameter:
        _when_parameter(when, path, profile, problems)


def _when_parameter(when: When, path: str, profile: Profile, problems: Problems) -> None:
    path = f"{path}.parameter"
    known_names(problems, path, [when.parameter], (p.id for p in profile.parameters))
    parameter = profile.parameter(when.parameter)
    base = next((b for b in _BASE_TYPES if getattr(when, b) not in (None, "")), "")
    if parameter is None:
        return
    if not base:
        problems.add(path, N_("%(where)s: this base takes no parameter."))
    elif parameter.type != _BASE_TYPES[base]:
        problems.add(path, N_("%(where)s: a parameter of the type %(type)s is needed."), type=_BASE_TYPES[base])
    elif parameter.default != getattr(when, base):
        problems.add(
            path,
            N_("%(where)s: the step says %(value)s, the parameter %(default)s."),
            value=getattr(when, base),
            default=parameter.default,
        )
    elif base == "date_rule" and not _date_rule(str(parameter.default)):
        problems.add(path, N_("%(where)s: %(value)s is not MM-DD+Y (such as 03-01+1)."), value=parameter.default)


def _date_rule(rule: str) -> bool:
    match = _DATE_RULE.fullmatch(rule)
    try:
        return match is not None and date(2001, int(match[1]), int(match[2])) is not None  # a date that every year has
    except ValueError:
        return False


def _access(step: Step, access: Access, profile: Profile, problems: Problems) -> None:
    path = f"step {step.id}: access"
    actions = {a.id for a in profile.actions}
    if bool(access.action) == bool(access.action_field):
        problems.add(path, N_("%(where)s: needs either action or action_field."))
    known_names(problems, f"{path}.action", [access.action], actions)
    if not access.rooms and step.repeat not in ("room", "camera", "station"):
        problems.add(f"{path}.rooms", N_("%(where)s: is missing: the step is not repeated by places."))
    for key, types in _ACCESS_TYPES.items():
        name = getattr(access, key)
        field = next((f for f in step.fields if f.id == name), None)
        known_names(problems, f"{path}.{key}", [name], (f.id for f in step.fields))
        if field and field.type not in types:
            problems.add(
                f"{path}.{key}",
                N_("%(where)s: the field %(value)s must be of the type %(type)s."),
                value=name,
                type=" / ".join(types),
            )
        elif field and key == "action_field":
            known_names(problems, f"{path}.{key}", (c.id for c in field.choices), actions)
        elif field and key == "state_found":
            known_names(problems, f"{path}.{key}", (c.id for c in field.choices), ("on", "off"))


def _field(field: Field, path: str, profile: Profile, problems: Problems, column: bool = False) -> None:
    kind = field.type
    if column and kind not in _SCALARS:
        problems.add(f"{path}.type", N_("%(where)s: a column cannot be of the type %(type)s."), type=kind)
    for key, value, owner in (
        ("choices", field.choices, "choice"),
        ("item", field.item, "list"),
        ("columns", field.columns, "table"),
    ):
        if kind == owner and not value:
            problems.add(f"{path}.{key}", N_("%(where)s: the type %(type)s needs it."), type=kind)
        elif value and kind != owner:
            problems.add(f"{path}.{key}", _NO_SENSE, type=kind)
    if field.item and field.item not in _ITEMS:
        problems.add(f"{path}.item", N_("%(where)s: a list cannot hold the type %(type)s."), type=field.item)
    for key in ("min", "max", "unit"):
        if getattr(field, key) not in (None, "") and "number" not in (kind, field.item):
            problems.add(f"{path}.{key}", _NO_SENSE, type=kind)
    if field.min is not None and field.max is not None and field.min > field.max:
        problems.add(f"{path}.min", N_("%(where)s: is above max."))
    if field.check:
        _check(field, field.check, f"{path}.check", problems)
    _default(field, path, profile, problems)
    for inner in field.columns:
        _field(inner, f"{path}.columns.{inner.id}", profile, problems, column=True)


def _check(field: Field, limits: Check, path: str, problems: Problems) -> None:
    for key, types in _CHECKS.items():
        value = getattr(limits, key)
        if value is None:
            continue
        if field.type not in types:
            problems.add(f"{path}.{key}", _NO_SENSE, type=field.type)
        elif key == "equals" and not _fits(field, value):
            problems.add(f"{path}.{key}", _MISFIT, value=value, type=field.type)


def _default(field: Field, path: str, profile: Profile, problems: Problems) -> None:
    value = field.default
    if field.parameter:
        path = f"{path}.parameter"
        known_names(problems, path, [field.parameter], (p.id for p in profile.parameters))
        parameter = profile.parameter(field.parameter)
        if parameter and parameter.type not in _FIELD_PARAMETERS.get(field.type, ()):
            problems.add(path, _MISFIT, value=f"{parameter.id} ({parameter.type})", type=field.type)
        elif parameter and field.type == "choice":
            values = (str(parameter.default), *parameter.alternatives)
            known_names(problems, path, values, (c.id for c in field.choices))
        if value is not None:
            problems.add(path, N_("%(where)s: stands beside default; keep one of them."))
    elif value is not None and not _fits(field, value) and not _is_word(field, value):
        problems.add(f"{path}.default", _MISFIT, value=value, type=field.type)


def _is_word(field: Field, value: Any) -> bool:
    """Is ``value`` one of now, last, rooms, me, and of use for the field's type?"""
    return isinstance(value, str) and field.type in _WORDS.get(value, ())


def _fits(field: Field, value: Any) -> bool:
    """Is ``value`` a literal of the field's type?"""
    match field.type:
        case "number":
            return type(value) is int
        case "yesno":
            return isinstance(value, bool)
        case "choice":
            return value in [c.id for c in field.choices]
        case "time":
            return isinstance(value, str) and CLOCK.fullmatch(value) is not None
        case "room":
            return isinstance(value, str) and re.fullmatch(r"[0-9]{4}", value) is not None
        case "text" | "person" | "serial":
            return isinstance(value, str) and value not in _WORDS
    return False


def _cycles(profile: Profile, problems: Problems) -> None:
    after = {s.id: s.when.after for s in profile.steps}
    told: set[str] = set()
    for first in after:
        route = [first]
        while (following := after.get(route[-1], "")) in after and following not in route:
            route.append(following)
        if following == first and not told & set(route):
            told |= set(route)
            problems.add(
                f"step {first}: when.after", N_("%(where)s: a circle: %(route)s."), route=" -> ".join([*route, first])
            )
