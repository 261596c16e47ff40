"""Rooms, devices and people as lists in a spreadsheet: what the columns mean, and what is wrong in which cell.

A list is recognised by its columns, in whatever language they are named. Nothing is written here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.domain import N_, Invalid, Message
from app.domain.places import parse_rooms
from app.domain.plan import Camera, Recorder, Room, Station
from app.services.spreadsheet import Sheet, column_name
from app.web.show import KEEPS, ROLES, ROOM_KINDS
from app.web.wording import STATION_KINDS

Words = Callable[[str], Sequence[str]]  # an English text in every language, English first


@dataclass(frozen=True)
class Column:
    """``choices``: value to its English words. ``word``: without spaces. ``many``: several, commas between them."""

    name: str
    title: str
    required: bool = False
    word: bool = False
    many: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """One list. The first column names a line, and is there once."""

    name: str
    title: str
    columns: tuple[Column, ...]


ALL_CENTRES = N_("all centres")
SERIAL = N_("Serial number")
ROOMS = Kind("rooms", N_("Rooms"), (
    Column("code", N_("Room number"), True, True),
    Column("kind", N_("Kind"), True, choices=ROOM_KINDS),
    Column("title", N_("Name")),
))  # fmt: skip
CAMERAS = Kind("cameras", N_("Cameras"), (
    Column("id", N_("Camera"), True, True), Column("room", N_("Room number"), True, True),
    Column("serial", SERIAL, word=True), Column("title", N_("Position")),
    Column("keeps", N_("Footage"), choices=KEEPS),
    Column("recorder", N_("Recorder"), word=True),
))  # fmt: skip
RECORDERS = Kind("recorders", N_("Recorders"), (
    Column("id", N_("Recorder"), True, True), Column("room", N_("Room number"), True, True),
    Column("serial", SERIAL, word=True), Column("title", N_("Name")), Column("disk", N_("Disk")),
))  # fmt: skip
STATIONS = Kind("stations", N_("Stations"), (
    Column("id", N_("Station"), True, True), Column("room", N_("Room number"), True, True),
    Column("kind", N_("Kind"), choices=STATION_KINDS), Column("serial", SERIAL),
))  # fmt: skip
PEOPLE = Kind("people", N_("People"), (
    Column("login", N_("Sign-in name"), True, True), Column("name", N_("Full name"), True),
    Column("roles", N_("Roles"), True, many=True, choices=ROLES),
    Column("centres", N_("Centres"), many=True, word=True), Column("email", N_("E-mail"), word=True),
))  # fmt: skip
PLAN = (ROOMS, CAMERAS, RECORDERS, STATIONS)
MAKES: Mapping[str, type] = {"rooms": Room, "cameras": Camera, "recorders": Recorder, "stations": Station}


@dataclass(frozen=True)
class Record:
    """A line that can be taken. ``line``: its number; ``values``: by column, as the product writes them."""

    sheet: str
    line: int
    values: Mapping[str, Any]
    columns: Mapping[str, int]  # where each stands, from 0

    def located(self, what: Message) -> Message:
        """``what`` with the line, and the column when its field is one."""
        return _placed(self.sheet, self.line, self.columns.get(what.field or ""), what)

    @property
    def id(self) -> str:
        return str(next(iter(self.values.values())))


Lists = dict[str, tuple[Record, ...]]


def parse(sheets: Sequence[Sheet], kinds: Sequence[Kind], words: Words, name: str) -> Lists:
    """Lists by kind. Raises Invalid with every cell that is wrong, by sheet, line and column."""
    found: dict[str, tuple[Record, ...]] = {}
    problems: list[Message] = []
    for sheet in sheets:
        if not sheet.lines:
            continue
        kind, columns = _kind(sheet, kinds, words, name, problems)
        if kind is None:
            continue
        if kind.name in found:
            what = Message(N_("a list of this kind stands in the file twice."))
            problems.append(_at(sheet, name, sheet.lines[0].number, None, what))
        found[kind.name] = tuple(_records(sheet, kind, columns, words, name, problems))
    if not found and not problems:
        problems.append(Message(N_("%(name)s holds no list."), {"name": name}, "file"))
    if problems:
        raise Invalid(*problems)
    return found


def _at(sheet: Sheet, name: str, line: int, column: int | None, what: Message) -> Message:
    return _placed(sheet.title or name, line, column, what)


def _placed(sheet: str, line: int, column: int | None, what: Message) -> Message:
    """``what`` with its place: file or sheet, line, column."""
    where: dict[str, Any] = {"sheet": sheet, "line": line, "what": what}
    if column is None:
        return Message(N_("%(sheet)s, line %(line)s: %(what)s"), where, "file")
    where["column"] = column_name(column + 1)
    return Message(N_("%(sheet)s, line %(line)s, column %(column)s: %(what)s"), where, "file")


def _kind(
    sheet: Sheet, kinds: Sequence[Kind], words: Words, name: str, problems: list[Message]
) -> tuple[Kind | None, dict[int, Column]]:
    """The list that the head of the sheet tells, and which column stands where."""
    head, best, columns = sheet.lines[0], None, {}
    for kind in kinds:
        known = {alias: c for c in kind.columns for alias in (c.name, *map(str.casefold, words(c.title)))}
        here = {n: known[cell.casefold()] for n, cell in enumerate(head.cells) if cell.casefold() in known}
        first = kind.columns[0]
        if any(c is first for c in here.values()) and len(here) > len(columns):
            best, columns = kind, here
    if best is None:
        titles = "; ".join(f"{words(k.title)[0]}: {', '.join(words(c.title)[0] for c in k.columns)}" for k in kinds)
        text = N_("the first line names no known columns. Known are: %(titles)s.")
        problems.append(_at(sheet, name, head.number, None, Message(text, {"titles": titles})))
        return None, {}
    for n, cell in enumerate(head.cells):
        if cell and n not in columns:
            what = Message(N_("“%(cell)s” is no known column."), {"cell": cell})
            problems.append(_at(sheet, name, head.number, n, what))
    names = [c.name for c in columns.values()]
    for column in best.columns:
        if column.required and column.name not in names:
            text = N_("the column “%(title)s” is missing.")
            problems.append(_at(sheet, name, head.number, None, Message(text, {"title": Message(column.title)})))
        elif names.count(column.name) > 1:
            text = N_("the column “%(title)s” stands there twice.")
            problems.append(_at(sheet, name, head.number, None, Message(text, {"title": Message(column.title)})))
    return best, columns


def _records(
    sheet: Sheet, kind: Kind, columns: Mapping[int, Column], words: Words, name: str, problems: list[Message]
) -> list[Record]:
    seen: dict[str, int] = {}
    found = []
    choices = {c.name: _choices(c, words) for c in kind.columns if c.choices}
    for line in sheet.lines[1:]:
        values: dict[str, Any] = {c.name: () if c.many else "" for c in kind.columns}
        for n, column in columns.items():
            cell = line.cells[n] if n < len(line.cells) else ""
            value, why = _value(column, cell, choices.get(column.name, {}))
            if why:
                problems.append(_at(sheet, name, line.number, n, why))
            values[column.name] = value
        key = str(values[kind.columns[0].name])
        if key and key in seen:
            text = N_("%(id)s stands in line %(line)s already.")
            problems.append(_at(sheet, name, line.number, None, Message(text, {"id": key, "line": seen[key]})))
        seen.setdefault(key, line.number)
        found.append(Record(sheet.title or name, line.number, values, {c.name: n for n, c in columns.items()}))
    return found


def _choices(column: Column, words: Words) -> dict[str, str]:
    return {
        alias.casefold(): value for value, text in column.choices.items()
        for alias in (value, *(words(text) if text else ()))
    }  # fmt: skip


def _value(column: Column, cell: str, choices: Mapping[str, str]) -> tuple[Any, Message | None]:
    """What the cell means, and why it means nothing."""
    parts = [part.strip() for part in cell.replace(";", ",").split(",") if part.strip()] if column.many else [cell]
    if column.required and not any(parts):
        return "", Message(N_("“%(title)s” is empty."), {"title": Message(column.title)})
    if column.choices:
        for part in parts:
            if part.casefold() not in choices and part:
                known = ", ".join(v for v in column.choices if v)
                return "", Message(N_("“%(cell)s” is not one of: %(known)s."), {"cell": part, "known": known})
        parts = [choices.get(part.casefold(), "") for part in parts]
    elif column.word and any(" " in part for part in parts):
        return "", Message(N_("“%(cell)s” has a space; here stands one word."), {"cell": cell})
    elif column.title == ROOMS.columns[0].title:
        parts = [_room(parts[0])]
        if not parts[0]:
            return "", Message(N_("“%(cell)s”: a room number has 4 digits."), {"cell": cell})
    return (tuple(parts) if column.many else parts[0]), None


def _room(cell: str) -> str:
    """``7`` is room 0007: programs cut zeros away."""
    try:
        (code,) = parse_rooms(cell.zfill(4) if cell.isdecimal() else cell)
    except (Invalid, ValueError):
        return ""
    return code


def made(kind: Kind, records: Sequence[Record]) -> tuple[Any, ...]:
    """The rooms or devices that the lines describe."""
    return tuple(MAKES[kind.name](**r.values) for r in records)


def joined(kind: Kind, old: Sequence[Any], records: Sequence[Record]) -> tuple[Any, ...]:
    """``old`` with what the lines change and add; what they do not name stays."""
    key = kind.columns[0].name
    new = {getattr(thing, key): thing for thing in made(kind, records)}
    return (*(new.pop(getattr(t, key), t) for t in old), *new.values())


def written(kind: Kind, things: Sequence[Any], say: Callable[[str], str]) -> list[tuple[str, ...]]:
    """The list as lines of text with its head. ``say`` translates; choices are told in its language."""
    lines = [tuple(say(c.title) for c in kind.columns)]
    lines += [tuple(_cell(c, getattr(thing, c.name), say) for c in kind.columns) for thing in things]
    return lines


def _cell(column: Column, value: Any, say: Callable[[str], str]) -> str:
    parts = value if column.many else (value,)
    return ", ".join(say(column.choices[p]) if column.choices.get(p) else str(p) for p in parts)
