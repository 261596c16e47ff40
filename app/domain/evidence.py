"""Evidence of a step: what was typed or sent, to the values that the journal records.

``validate`` takes all or nothing, and taking its own answer gives the same answer again.
Messages carry the field's title as ``Texts``; the edge picks the language.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from app.domain import N_, Invalid, Message
from app.domain.evidence_values import SCALARS, Place, is_empty, tidy
from app.domain.places import parse_rooms
from app.domain.profile import Field, Step

ITEMS = 500  # elements of a list
ROWS = 200  # rows of a table


def validate(
    step: Step, raw: Mapping[str, Any], exam_date: date, rooms: Sequence[str] | None = None
) -> tuple[dict[str, Any], tuple[Message, ...]]:
    """Recorded values by field id (empty optional ones are absent) and warnings, which never refuse.

    ``raw``: strings as typed in a form, or JSON values. Lists may be typed one item a line, or split by commas
    (texts: by lines only); tables one row a line, cells split by semicolons. ``rooms``: codes of the day's plan,
    when unknown rooms are to be refused here. Raises Invalid with a message for every bad or missing field.
    """
    values: dict[str, Any] = {}
    warnings: list[Message] = []
    problems: list[Message] = []
    specs = {spec.id: spec for spec in step.fields}
    for name in raw:
        if name not in specs:
            problems.append(Message(N_("This step has no field %(name)s."), {"name": name[:40]}, f"evidence.{name}"))
    for spec in step.fields:
        place = Place(spec, spec.title, f"evidence.{spec.id}")
        try:
            value = _value(place, raw.get(spec.id), rooms)
        except Invalid as err:
            problems += err.messages
            continue
        if value is not None:
            values[spec.id] = value
            warnings += _warnings(place, value, exam_date)
    if problems:
        raise Invalid(*problems)
    return values, tuple(warnings)


def within(spec: Field, value: Any, exam_date: date) -> bool:
    """Does a recorded value keep the field's limit? Fields without one always do."""
    return not _warnings(Place(spec, spec.title, spec.id), value, exam_date)


def _value(place: Place, raw: Any, rooms: Sequence[str] | None) -> Any:
    """The recorded value, None for an optional field left empty. Raises Invalid."""
    spec = place.spec
    raw = tidy(raw) if isinstance(raw, str) and spec.type not in ("list", "table", "rooms") else raw
    empty = is_empty(raw)
    if spec.type == "never_store":
        if not empty:
            raise place.refuse(N_("%(title)s: this is never stored. Leave it out."))
        return None
    if empty:
        if spec.required:
            raise place.refuse(N_("%(title)s: needed."))
        return None
    if spec.type == "table":
        return _table(place, raw, rooms)
    if spec.type == "list":
        return _list(place, raw)
    if spec.type == "rooms":
        return _rooms(place, raw, rooms)
    value = SCALARS[spec.type](place, raw)
    if spec.type == "room" and rooms is not None and value not in rooms:
        raise place.refuse(N_("%(title)s: room %(value)s is not in the plan of this day."), value=value)
    return value


def _rooms(place: Place, raw: Any, known: Sequence[str] | None) -> list[str] | None:
    if isinstance(raw, list | tuple) and all(isinstance(code, str) for code in raw):
        raw = ", ".join(raw)
    if not isinstance(raw, str):
        raise place.refuse(N_("%(title)s: must be a list of rooms."))
    try:
        codes = list(parse_rooms(raw, known))
    except Invalid as err:
        messages = [Message(m.id, {"title": place.title, **m.params}, place.name) for m in err.messages]
        raise Invalid(*messages) from None
    if not codes and place.spec.required:
        raise place.refuse(N_("%(title)s: needed."))
    return codes or None


def _list(place: Place, raw: Any) -> list[Any] | None:
    if isinstance(raw, str):
        by_line = "\n" in raw or place.spec.item == "text"
        raw = raw.splitlines() if by_line else raw.split(",")
    if not isinstance(raw, list | tuple):
        raise place.refuse(N_("%(title)s: must be a list."))
    items = [tidy(item) if isinstance(item, str) else item for item in raw]
    items = [item for item in items if not is_empty(item)]
    if len(items) > ITEMS:
        raise place.refuse(N_("%(title)s: %(value)s lines, at most %(limit)s fit."), value=len(items), limit=ITEMS)
    if not items and place.spec.required:
        raise place.refuse(N_("%(title)s: needed."))
    return _all(place, [SCALARS[place.spec.item]] * len(items), items) or None


def _all(place: Place, takers: Sequence[Callable[[Place, Any], Any]], items: Sequence[Any]) -> list[Any]:
    values: list[Any] = []
    problems: list[Message] = []
    for take, item in zip(takers, items, strict=True):
        try:
            values.append(take(place, item))
        except Invalid as err:
            problems += [m for m in err.messages if m not in problems]
    if problems:
        raise Invalid(*problems)
    return values


def _table(place: Place, raw: Any, rooms: Sequence[str] | None) -> list[dict[str, Any]] | None:
    columns = place.spec.columns
    if isinstance(raw, str):
        lines = [line for line in raw.splitlines() if line.strip()]
        raw = [dict(zip([c.id for c in columns], line.split(";"), strict=False)) for line in lines]
        if any(line.count(";") >= len(columns) for line in lines):
            raise place.refuse(N_("%(title)s: a line has more than %(limit)s parts."), limit=len(columns))
    if not isinstance(raw, list | tuple) or not all(isinstance(row, Mapping) for row in raw):
        raise place.refuse(N_("%(title)s: must be a table."))
    rows = [row for row in raw if not all(is_empty(cell) for cell in row.values())]
    if len(rows) > ROWS:
        raise place.refuse(N_("%(title)s: %(value)s lines, at most %(limit)s fit."), value=len(rows), limit=ROWS)
    if not rows and place.spec.required:
        raise place.refuse(N_("%(title)s: needed."))
    values: list[dict[str, Any]] = []
    problems: list[Message] = []
    for number, row in enumerate(rows):
        if set(row) - {c.id for c in columns}:
            raise place.refuse(N_("%(title)s: a line has a column that is not known."))
        cells = {}
        for cell in _cells(place, number):
            try:
                value = _value(cell, row.get(cell.spec.id), rooms)
            except Invalid as err:
                problems += err.messages
                continue
            if value is not None:
                cells[cell.spec.id] = value
        values.append(cells)
    if problems:
        raise Invalid(*problems)
    return values or None


def _cells(place: Place, row: int) -> list[Place]:
    """Places of one row's cells, named ``evidence.devices.0.serial``, titled "Computer 1: Serial number"."""
    found = []
    for column in place.spec.columns:
        title = {lang: f"{text} {row + 1}: {column.title.get(lang, column.id)}" for lang, text in place.title.items()}
        found.append(Place(column, title, f"{place.name}.{row}.{column.id}"))
    return found


def _warnings(place: Place, value: Any, exam_date: date) -> list[Message]:
    """What the field's limit says about a value that was taken."""
    if place.spec.type == "table":
        cells = [(cell, row.get(cell.spec.id)) for n, row in enumerate(value) for cell in _cells(place, n)]
        return [m for cell, v in cells if v is not None for m in _warnings(cell, v, exam_date)]
    limits = place.spec.check
    if limits is None:
        return []
    if limits.max_age_days is not None:
        age = (exam_date - datetime.fromisoformat(value).date()).days
        found = (limits.max_age_days, N_("%(title)s: %(age)s days before the exam, at most %(limit)s are expected."))
        return _warning(place, value, *found, age=age) if age > limits.max_age_days else []
    if limits.equals is not None:
        if type(value) is type(limits.equals) and value == limits.equals:
            return []
        if limits.equals is True:
            return _warning(place, value, True, N_('%(title)s: the answer is "no".'))
        if limits.equals is False:
            return _warning(place, value, False, N_('%(title)s: the answer is "yes".'))
        return _warning(place, value, limits.equals, N_("%(title)s: %(value)s, expected %(limit)s."))
    if limits.min is not None and value < limits.min:
        return _warning(place, value, limits.min, N_("%(title)s: %(value)s, at least %(limit)s is expected."))
    if limits.max is not None and value > limits.max:
        return _warning(place, value, limits.max, N_("%(title)s: %(value)s, at most %(limit)s is expected."))
    if limits.abs_max is not None and abs(value) > limits.abs_max:
        return _warning(place, value, limits.abs_max, N_("%(title)s: %(value)s, expected within ±%(limit)s."))
    return []


def _warning(place: Place, value: object, limit: object, reason: str, **params: object) -> list[Message]:
    params |= {"title": place.title, "value": value, "limit": limit, "unit": place.spec.unit}
    return [Message(reason, params, place.name)]
