"""What a profile says of a step that copies footage (``footage = {...}``) and of rooms that record before a step."""

from dataclasses import fields

from app.domain import N_
from app.domain.plan import ROOM_KINDS
from app.domain.profile import Footage, Profile
from app.domain.profile_check import known_names
from app.domain.profile_reader import Problems, Table

_TYPES = {
    "start": ("time",),
    "end": ("time",),
    "period_start": ("datetime",),
    "period_end": ("datetime",),
    "files": ("number",),
    "size": ("number",),
    "format": ("choice", "text"),
    "manifest": ("sha256",),
    "medium": ("choice",),
    "serial": ("serial", "text"),
    "viewed": ("yesno",),
}


def read(step: Table) -> Footage | None:
    """The step's ``footage``, None without one."""
    table = step.table("footage")
    if table is None:
        return None
    found = Footage(**{f.name: table.text(f.name) for f in fields(Footage)})
    table.close()
    return found


def check(profile: Profile, problems: Problems) -> None:
    """Fields that ``footage`` names exist and have the type; ``needs_recording`` names kinds of rooms."""
    for step in profile.steps:
        path = f"step {step.id}"
        known_names(problems, f"{path}: needs_recording", step.needs_recording, ROOM_KINDS)
        if step.when.firm and step.when.rule != "not_before":
            problems.add(f"{path}: when.firm", N_("%(where)s: makes sense with the rule not_before only."))
        if step.footage is None:
            continue
        if step.repeat != "camera":
            problems.add(f"{path}: footage", N_("%(where)s: makes sense for a step of every camera only."))
        types = {f.id: f.type for f in step.fields}
        for name, wanted in _TYPES.items():
            field = getattr(step.footage, name)
            if field and types.get(field) not in wanted:
                known_names(problems, f"{path}: footage.{name}", [field], [i for i, t in types.items() if t in wanted])
