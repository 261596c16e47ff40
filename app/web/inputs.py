"""Evidence of a step as inputs of a form: what to show, with which value already in, and what came back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.datastructures import MultiDict

from app.domain import Invalid, Message
from app.domain.day import Day
from app.domain.people import Actor
from app.domain.plan import Member, Room
from app.domain.profile import Field, Step
from app.services import attachments
from app.web.language import pick
from app.web.show import local
from app.web.times import clock

EMPTY_ROWS = 5  # of a list or a table, without script
TILES = 4  # so many choices stand side by side; more make a list to choose from


@dataclass(frozen=True)
class Input:
    """One field. ``value``: text; ``values``: marked rooms or lines; ``rows``: cells of a table, as inputs."""

    spec: Field
    name: str
    title: str
    help: str
    value: str = ""
    values: tuple[str, ...] = ()
    rows: tuple[tuple["Input", ...], ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    kept: str = ""  # of a file: sealed record of the one already taken in
    kept_name: str = ""


def inputs(
    day: Day,
    step: Step,
    me: Member | None,
    now: datetime,
    typed: MultiDict[str, str] | None,
    recorded: Mapping[str, Any] | None = None,
    place: str = "",
) -> tuple[Input, ...]:
    """Inputs of the step: what was typed, else what is ``recorded`` (a correction), else sensible defaults."""
    out = []
    for spec in step.fields:
        name = f"evidence.{spec.id}"
        if typed is not None:
            out.append(_typed(day, spec, name, typed))
        else:
            value = recorded.get(spec.id) if recorded is not None else _default(day, step, spec, me, now, place)
            out.append(_filled(day, spec, name, value))
    return tuple(out)


def _base(day: Day, spec: Field, name: str, **more: Any) -> Input:
    choices: tuple[tuple[str, str], ...] = ()
    if spec.type == "choice":
        choices = tuple((c.id, pick(c.title)) for c in spec.choices)
    elif spec.type == "room":
        choices = tuple((r.code, room_label(r)) for r in day.rooms)
    return Input(spec, name, pick(spec.title), pick(spec.help), choices=choices, **more)


def room_label(room: Room) -> str:
    """``7777 Headquarters`` where the room has a name, else its number."""
    return f"{room.code} {room.title}".strip()


def _typed(day: Day, spec: Field, name: str, typed: MultiDict[str, str]) -> Input:
    if spec.type == "table":
        count = max(rows_in(typed, name), EMPTY_ROWS)
        rows = tuple(tuple(_typed(day, c, f"{name}.{n}.{c.id}", typed) for c in spec.columns) for n in range(count))
        return _base(day, spec, name, rows=rows)
    if spec.type in ("list", "rooms"):
        return _base(day, spec, name, values=_padded(spec, typed.getlist(name)))
    if spec.type == "file":
        kept = typed.get(f"{name}.kept", "")
        record = _unseal(kept)
        return _base(day, spec, name, kept=kept if record else "", kept_name=str(record["name"]) if record else "")
    return _base(day, spec, name, value=typed.get(name, ""))


def _filled(day: Day, spec: Field, name: str, value: Any) -> Input:
    if spec.type == "table":
        rows = list(value or ())
        cells = [*rows, *({} for _ in range(EMPTY_ROWS if not rows else 1))]
        return _base(
            day, spec, name,
            rows=tuple(
                tuple(_filled(day, c, f"{name}.{n}.{c.id}", row.get(c.id)) for c in spec.columns)
                for n, row in enumerate(cells)
            ),
        )  # fmt: skip
    if spec.type in ("list", "rooms"):
        return _base(day, spec, name, values=_padded(spec, [str(v) for v in value or ()]))
    if spec.type == "file":
        return _base(
            day, spec, name, kept=_seal().dumps(value) if value else "", kept_name=str(value["name"]) if value else ""
        )
    if spec.type == "signature":
        return _base(day, spec, name, value="1" if value else "")
    if isinstance(value, bool):
        value = "yes" if value else "no"
    return _base(day, spec, name, value="" if value is None else str(value))


def _padded(spec: Field, values: Sequence[str]) -> tuple[str, ...]:
    if spec.type == "rooms":
        return tuple(values)
    filled = [v for v in values if v]
    return (*filled, *("" for _ in range(1 if filled else EMPTY_ROWS)))


def _default(day: Day, step: Step, spec: Field, me: Member | None, now: datetime, place: str) -> Any:
    if spec.parameter and (value := day.parameter(spec.parameter)) is not None:
        return value
    if spec.type == "signature":
        return None  # a mark is given, never proposed
    match spec.default:
        case "now":
            shapes = {"time": "%H:%M", "date": "%Y-%m-%d", "datetime": "%Y-%m-%dT%H:%M"}
            return local(now).strftime(shapes.get(spec.type, "%H:%M"))
        case "last":
            return _last(day, spec)
        case "rooms":
            return [r.code for r in day.rooms if not step.kinds or r.kind in step.kinds]
        case "me":
            return me.name if me else None
        case None:
            if spec.type == "serial" and place:
                return next((d.serial for d in (*day.cameras, *day.stations) if d.id == place), None)
            if spec.type == "room" and place:
                return next((d.room for d in (*day.cameras, *day.stations) if d.id == place), place)
            return None
        case value:
            return value


def _last(day: Day, spec: Field) -> Any:
    """The newest value that a field of this name got on this day."""
    for act in reversed(day.acts.values()):
        if act.tag == "step.done" and not act.void and spec.id in act.fact.evidence:
            return act.fact.evidence[spec.id]
    return None


# ---------------------------------------------------------------- what came back


def collect(step: Step, actor: Actor, me: Member | None, day: Day, now: datetime) -> dict[str, Any]:
    """Raw evidence of the posted form, for ``check_evidence``. Files are taken into the store here."""
    form, raw = request.form, {}
    for spec in step.fields:
        name = f"evidence.{spec.id}"
        match spec.type:
            case "never_store":
                continue
            case "table":
                rows = range(rows_in(form, name))
                raw[spec.id] = [
                    {c.id: _scalar(c, form.get(f"{name}.{n}.{c.id}", "")) for c in spec.columns} for n in rows
                ]
            case "list":
                raw[spec.id] = [v for v in form.getlist(name) if v.strip()]
            case "rooms":
                raw[spec.id] = form.getlist(name)
            case "signature":
                raw[spec.id] = {"person": actor.person, "short": me.short} if form.get(name) and me else None
            case "file":
                raw[spec.id] = _file(spec, name, actor, day, now)
            case _:
                raw[spec.id] = _scalar(spec, form.get(name, ""))
    return raw


def _scalar(spec: Field, value: str) -> str:
    return clock(value) if spec.type == "time" and value.strip() else value


def rows_in(form: Mapping[str, str], name: str) -> int:
    """How many rows the form has of the table ``name``."""
    numbers = [key[len(name) + 1 :].split(".")[0] for key in form if key.startswith(f"{name}.")]
    return max((int(n) + 1 for n in numbers if n.isascii() and n.isdecimal() and int(n) < 1000), default=0)


def _file(spec: Field, name: str, actor: Actor, day: Day, now: datetime) -> dict[str, Any] | None:
    upload = request.files.get(name)
    if upload is None or not upload.filename:
        return _unseal(request.form.get(f"{name}.kept", ""))
    try:
        return attachments.store(actor, day.id, upload.filename, upload.stream, now)
    except Invalid as err:
        raise Invalid(*(Message(m.id, m.params, name) for m in err.messages)) from None


def keep_files(raw: Mapping[str, Any], step: Step, form: Mapping[str, str]) -> MultiDict[str, str]:
    """The typed form with the files already taken in, so that showing it again does not ask for them."""
    kept = MultiDict(form)
    for spec in step.fields:
        if spec.type == "file" and raw.get(spec.id):
            kept[f"evidence.{spec.id}.kept"] = _seal().dumps(raw[spec.id])
    return kept


def _seal() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="evidence file")


def _unseal(kept: str) -> dict[str, Any] | None:
    try:
        found = _seal().loads(kept) if kept else None
    except BadSignature:
        return None
    return found if isinstance(found, dict) else None
