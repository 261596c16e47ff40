"""Recorded evidence in words: an answer, all answers of a step, a correction, in the language of a form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.domain.codec import moment
from app.domain.day import Act, Day
from app.domain.profile import Field, Step, text
from reports.of_day import clock, rooms
from reports.typeface import NBSP


@dataclass(frozen=True)
class Speech:
    """The words of answers in one language. ``units``: a profile's unit to the word printed for it; ``fields``: the
    names of an entry's own fields (at, places, reason), for corrections."""

    language: str
    yes: str
    no: str
    file: str
    units: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)


def answer_line(day: Day, step: Step, evidence: Mapping[str, Any], speech: Speech) -> str:
    """``Версия ПО: 26.4.1; изображение есть: да``: every recorded field of the step, in the profile's order."""
    parts = []
    for spec in step.fields:
        if spec.type == "never_store" or spec.id not in evidence:
            continue
        shown = answer(day, spec, evidence[spec.id], speech)
        if shown:
            parts.append(f"{text(spec.title, speech.language, 'en')}: {shown}")
    return "; ".join(parts)


def answer(day: Day, spec: Field, value: Any, speech: Speech) -> str:
    """One recorded value; empty for no answer."""
    if value is None or value == "" or value == []:
        return ""
    match spec.type:
        case "yesno":
            return speech.yes if value else speech.no
        case "choice":
            return next((text(c.title, speech.language, "en") for c in spec.choices if c.id == value), str(value))
        case "date":
            return _date(str(value))
        case "datetime":
            on, _, at = str(value).partition("T")
            return f"{_date(on)} {at[:5]}".strip()
        case "room":
            return rooms(day, [str(value)])
        case "rooms":
            return rooms(day, value)
        case "number":
            return f"{value}{NBSP}{speech.units.get(spec.unit, spec.unit)}".rstrip() if spec.unit else str(value)
        case "sha256":
            return f"SHA-256 {str(value)[:16]}…"
        case "file":
            return f"{speech.file} {value['name']}, SHA-256 {value['sha256'][:16]}…"
        case "signature":
            return str(value["short"])
        case "list":
            item = Field(spec.id, spec.item or "text", spec.title, unit=spec.unit, choices=spec.choices)
            return ", ".join(answer(day, item, v, speech) for v in value)
        case "table":
            return "; ".join(_row(day, spec, row, speech) for row in value)
        case _:
            return str(value)


def _row(day: Day, spec: Field, row: Mapping[str, Any], speech: Speech) -> str:
    cells = (answer(day, column, row.get(column.id), speech) for column in spec.columns)
    return ", ".join(filter(None, cells))


def _date(value: str) -> str:
    try:
        return date.fromisoformat(value).strftime("%d.%m.%Y")
    except ValueError:
        return value


# ---------------------------------------------------------------- corrections


def step_of(day: Day, act: Act) -> Step | None:
    """The step that an act belongs to, if it is one of a step."""
    name = getattr(act.fact, "step", "")
    return day.profile.step(name) if name else None


def field_title(day: Day, act: Act, name: str, speech: Speech) -> str:
    """Title of a corrected field: ``evidence.<id>`` or a field of the fact itself."""
    if spec := _spec(day, act, name):
        return text(spec.title, speech.language, "en")
    return speech.fields.get(name, name.removeprefix("evidence."))


def corrected(day: Day, act: Act, name: str, value: Any, speech: Speech) -> str:
    """An old or new value of a correction in words; moments as ``31.05, 10:40``."""
    if spec := _spec(day, act, name):
        return answer(day, spec, value, speech)
    if name in ("at", "start", "end") and isinstance(value, str):
        local = day.local(moment(value))
        return f"{local:%d.%m}, {clock(local)}"
    if name in ("places", "rooms") and isinstance(value, list | tuple):
        return rooms(day, value)
    return plain(value, speech)


def plain(value: Any, speech: Speech) -> str:
    """A recorded value without its specification."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return speech.yes if value else speech.no
    if isinstance(value, Mapping):
        return ", ".join(plain(v, speech) for v in value.values() if v not in (None, ""))
    if isinstance(value, list | tuple):
        return "; ".join(plain(v, speech) for v in value)
    return str(value)


def _spec(day: Day, act: Act, name: str) -> Field | None:
    step = step_of(day, act) if name.startswith("evidence.") else None
    return next((s for s in step.fields if s.id == name.removeprefix("evidence.")), None) if step else None
