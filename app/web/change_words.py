"""What changed between two versions of a profile, property by property in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext

from app.domain import N_
from app.domain.profile import Profile
from app.domain.profile_differences import KINDS, Change, Difference
from app.web.language import LANGUAGES, pick
from app.web.wording import BASES, FIELD_TYPES, STATION_KINDS, value_text, who

TITLES = {
    "profile": N_("The profile itself"), "step": N_("Steps"), "parameter": N_("Parameters"), "form": N_("Forms"),
    "stage": N_("Stages"), "milestone": N_("Milestones"), "reminder": N_("Reminders"), "role": N_("Roles"),
    "action": N_("Words of the access journal"), "source": N_("Sources"),
}  # fmt: skip
STATES = {  # colour, icon, word
    "added": ("done", "plus", N_("added")),
    "removed": ("over", "not", N_("removed")),
    "changed": ("soon", "fix", N_("changed")),
}
PROPERTIES = {
    "title": N_("Title"), "help": N_("Why"), "note": N_("Note"), "when": N_("When"), "performers": N_("Performed by"),
    "confirmers": N_("Confirmed by"), "repeat": N_("Where"), "kinds": N_("Kinds of places"), "fields": N_("Asked for"),
    "access": N_("Row of the access journal"), "feeds": N_("Goes into the forms"), "enabled": N_("Switched on"),
    "basis": N_("Rests on"), "source": N_("Sources"), "stage": N_("Stage"), "type": N_("Kind"),
    "required": N_("Must be filled in"), "default": N_("Default"), "unit": N_("Unit"), "min": N_("At least"),
    "max": N_("At most"), "max_length": N_("Most characters"), "choices": N_("Choices"), "item": N_("Kind"),
    "columns": N_("Columns"), "check": N_("Warning"), "parameter": N_("Parameter"), "version": N_("Version"),
    "language": N_("Language"), "exam": N_("Exam, as printed"), "start": N_("Usual start"),
    "account": N_("Has an account"), "per_room": N_("Per room"), "noted_by": N_("Noted by"),
    "alternatives": N_("Choices"), "moved": N_("Another order"), "tell": N_("Told"), "of": N_("From"),
    "minutes": N_("Minutes"), "dated": N_("About dates"), "days": N_("Days"), "clock": N_("Time"), "steps": N_("About"),
    "rounds": N_("Rounds"), "taken_min": N_("“I have it” holds, minutes"),
    "limits": N_("Late and early"), "late_after_min": N_("Needs a reason after, min"),
    "ahead_min": N_("Ahead of the server’s time at most, min"),
    "print_both_after_min": N_("Both times printed from, min"), "oldest_h": N_("Oldest event, hours"),
    "closes": N_("Closed by the form"),
}  # fmt: skip
REPEATS = {
    "": N_("once for the centre"), "room": N_("in every room"), "camera": N_("at every camera"),
    "station": N_("at every station"), "demand": N_("where it is needed"), "interval": N_("in rounds"),
}  # fmt: skip


@dataclass(frozen=True)
class ChangeLine:
    """One property: its name, old and new."""

    name: str
    old: str
    new: str


@dataclass(frozen=True)
class Block:
    """One thing that changed."""

    id: str
    title: str
    state: tuple[str, str, str]
    lines: tuple[ChangeLine, ...]


def blocks(found: tuple[Difference, ...], old: Profile, new: Profile) -> list[tuple[str, list[Block]]]:
    """Differences by kind, each with the kind's title."""
    out = []
    for kind in KINDS:
        mine = [_block(d, old, new) for d in found if d.kind == kind]
        if mine:
            out.append((gettext(TITLES[kind]), mine))
    return out


def _block(found: Difference, old: Profile, new: Profile) -> Block:
    colour, icon, word = STATES[found.state]
    titles = {f.id: pick(f.title) for p in (old, new) for s in p.steps if s.id == found.id for f in s.fields}
    lines = tuple(_line(c, titles, old, new) for c in found.changes)
    return Block(found.id, pick(found.title), (colour, icon, gettext(word)), lines)


def _line(change: Change, titles: Mapping[str, str], old: Profile, new: Profile) -> ChangeLine:
    words = []
    for before, part in zip(("", *change.path), change.path, strict=False):
        if before in ("fields", "columns", "choices") and part != "moved":  # an id, whatever it is called
            words.append(f"“{titles.get(part, part)}”")
        else:
            words.append(gettext(PROPERTIES[part]) if part in PROPERTIES else LANGUAGES.get(part, part))
    return ChangeLine(", ".join(words), _value(change, change.old, old), _value(change, change.new, new))


def _value(change: Change, value: object, profile: Profile) -> str:
    name = change.path[-1]
    if value is None:
        return "–"
    if name in ("performers", "confirmers", "noted_by") and isinstance(value, tuple):
        return who(profile, value) or "–"
    if name == "basis" and value in BASES:
        return gettext(BASES[str(value)][2])
    if name == "repeat":
        return gettext(REPEATS[str(value)])
    if name in ("type", "item") and value in FIELD_TYPES:
        return gettext(FIELD_TYPES[str(value)])
    if name == "stage":
        return next((pick(s.title) for s in profile.stages if s.id == value), str(value))
    if name == "moved" and isinstance(value, tuple):
        return ", ".join(pick(s.title) for s in profile.steps if s.id in value) or ", ".join(value)
    if name == "kinds" and isinstance(value, tuple):
        return ", ".join(gettext(STATION_KINDS[k]) if k in STATION_KINDS else str(k) for k in value) or "–"
    return value_text(value, profile)
