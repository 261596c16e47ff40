"""Rooms and devices as people type them: ranges per kind, "2 per room", or one line a device."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.domain import N_, Invalid, Message
from app.domain.codec import clean
from app.domain.places import parse_rooms, print_rooms
from app.domain.plan import ROOM_KINDS, STATION_KINDS, Camera, Recorder, Room, Station
from app.services.centres import judge_plan
from app.web.show import ROOM_KINDS as KIND_TITLES

Plan = tuple[tuple[Room, ...], tuple[Camera, ...], tuple[Station, ...], tuple[Recorder, ...]]
_PER_ROOM = re.compile(r"([1-9])(?:\s*/|(?:\s+[^\W\d_]+)*)")  # "2", "2 per room" in any language
_WORDS = ("keeps", "recorder")  # keeps=local recorder=NVR-1: anywhere after a camera's room
_AREAS = ("titles", "cameras", "recorders", "stations")
_DISK = "disk="  # the rest of a recorder's line


@dataclass(frozen=True)
class PlanTexts:
    """The plan as the form's fields hold it. ``rooms``: kind to ranges; ``titles``: ``7777 Staff room`` a line."""

    rooms: Mapping[str, str]
    titles: str
    cameras: str
    stations: str
    recorders: str
    kinds: Mapping[str, str]


def written(
    rooms: Sequence[Room], cameras: Sequence[Camera], stations: Sequence[Station], recorders: Sequence[Recorder]
) -> PlanTexts:
    """A plan in the words of the form."""
    return PlanTexts(
        {kind: print_rooms([r.code for r in rooms if r.kind == kind]) for kind in ROOM_KINDS},
        "\n".join(f"{r.code} {r.title}" for r in rooms if r.title),
        "\n".join(_line(c, *(f"{name}={value}" for name in _WORDS if (value := getattr(c, name)))) for c in cameras),
        "\n".join(" ".join(filter(None, (s.id, s.room, s.kind, s.serial))) for s in stations),
        "\n".join(_line(r, _DISK + r.disk if r.disk else "") for r in recorders),
        KIND_TITLES,
    )


def _line(device: Camera | Recorder, *more: str) -> str:
    """Name, room, serial number (a dash where a name follows none), name in words, what else is said."""
    serial = device.serial or ("-" if device.title else "")
    return " ".join(filter(None, (device.id, device.room, serial, device.title, *more)))


def typed(form: Mapping[str, str]) -> PlanTexts:
    """What was typed, to be shown again."""
    return PlanTexts(
        {kind: form.get(f"rooms_{kind}", "") for kind in ROOM_KINDS}, form.get("titles", ""), form.get("cameras", ""),
        form.get("stations", ""), form.get("recorders", ""), KIND_TITLES,
    )  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """A field that holds something else than the plan does now: lines or ranges on either side alone."""

    field: str
    typed: str
    now: str


def differences(mine: PlanTexts, now: PlanTexts) -> tuple[Difference, ...]:
    """Where what was typed and the plan of this moment differ, field by field; equal lines are left out."""
    pairs = [(f"rooms_{kind}", mine.rooms[kind], now.rooms[kind]) for kind in ROOM_KINDS]
    pairs += [(name, getattr(mine, name), getattr(now, name)) for name in _AREAS]
    return tuple(
        Difference(name, _only(typed, here), _only(here, typed)) for name, typed, here in pairs if typed != here
    )


def _only(text: str, other: str) -> str:
    known = {" ".join(line.split()) for line in other.splitlines()}
    return "\n".join(line for line in text.splitlines() if " ".join(line.split()) not in known)


def read(form: Mapping[str, str], judged: bool = True) -> Plan:
    """Rooms, cameras, stations and recorders. Raises Invalid with everything that is wrong, each with its line.

    ``judged`` False: only what cannot be read; the rest is told by the use case together with its own reasons.
    """
    problems: list[Message] = []
    codes: list[tuple[str, str]] = []
    for kind in ROOM_KINDS:
        try:
            codes += [(code, kind) for code in parse_rooms(form.get(f"rooms_{kind}", ""))]
        except Invalid as err:
            problems += [Message(m.id, m.params, f"rooms_{kind}") for m in err.messages]
    rooms_read = not problems
    titles = _titles(form.get("titles", ""), {code for code, _ in codes} if rooms_read else None, problems)
    rooms = [Room(code, kind, titles.get(code, "")) for code, kind in codes]
    cameras = _cameras(form.get("cameras", ""), rooms, problems)
    stations = _stations(form.get("stations", ""), problems)
    recorders = _recorders(form.get("recorders", ""), problems)
    if judged and rooms_read:  # else every device would be told that its room is missing
        problems += located(judge_plan(rooms, cameras, stations, recorders), form)
    if problems:
        raise Invalid(*problems)
    return tuple(sorted(rooms, key=lambda r: (ROOM_KINDS.index(r.kind), r.code))), cameras, stations, recorders


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """Number (from 1) and words of every line that is not empty."""
    return [(n, clean(line).split(" ")) for n, line in enumerate(text.splitlines(), 1) if line.strip()]


def _at(number: object, what: Message, field: str) -> Message:
    return Message(N_("Line %(number)s: %(what)s"), {"number": number, "what": what}, field)


def located(messages: Iterable[Message], form: Mapping[str, str]) -> list[Message]:
    """The same reasons; those about devices with the lines that name them."""
    return [_with_line(m, form) for m in messages]


def _with_line(message: Message, form: Mapping[str, str]) -> Message:
    """A reason about a device, with the lines that name it."""
    name = message.params.get("id")
    if message.field not in ("cameras", "recorders", "stations") or name is None:
        return message
    numbers = [str(n) for n, parts in _lines(form.get(message.field, "")) if parts[0] == name]
    return _at(", ".join(numbers), message, message.field) if numbers else message


def _titles(text: str, known: set[str] | None, problems: list[Message]) -> dict[str, str]:
    """Room to name. ``known`` None: the rooms themselves could not be read."""
    found: dict[str, str] = {}
    for number, parts in _lines(text):
        code = parts[0]
        if not (len(code) == 4 and code.isdecimal() and len(parts) > 1):
            line = " ".join(parts)[:40]
            what = Message(N_("“%(line)s”: write the room's number, then its name."), {"line": line})
            problems.append(_at(number, what, "titles"))
        elif code in found:
            problems.append(_at(number, Message(N_("Room %(room)s stands there twice."), {"room": code}), "titles"))
        elif known is not None and code not in known:
            problems.append(_at(number, Message(N_("Room %(room)s is not in the plan."), {"room": code}), "titles"))
        else:
            found[code] = " ".join(parts[1:])
    return found


def _cameras(text: str, rooms: Sequence[Room], problems: list[Message]) -> tuple[Camera, ...]:
    """``2`` means two in every room; else one line each: name, room, serial number, title.

    After the room ``keeps=online``, ``keeps=local`` and ``recorder=NAME`` may stand anywhere.
    """
    one, said = _said(clean(text).split(" "))
    if count := _PER_ROOM.fullmatch(" ".join(one)):
        return tuple(Camera(f"{r.code}-{n}", r.code, **said) for r in rooms for n in range(1, int(count[1]) + 1))
    found = []
    for number, line in _lines(text):
        parts, said = _said(line)
        if len(parts) < 2:
            what = Message(N_("“%(line)s”: write camera, room and serial number."), {"line": line[0][:40]})
            problems.append(_at(number, what, "cameras"))
            continue
        found.append(Camera(parts[0], parts[1], _serial(parts), " ".join(parts[3:]), **said))
    return tuple(found)


def _said(line: list[str]) -> tuple[list[str], dict[str, str]]:
    """The line without ``keeps=`` and ``recorder=``, and what they say; the last one counts."""
    rest, said = line[:1], {}
    for part in line[1:]:
        name, equals, value = part.partition("=")
        if equals and name in _WORDS:
            said[name] = value
        else:
            rest.append(part)
    return rest, said


def _serial(parts: list[str]) -> str:
    return parts[2] if len(parts) > 2 and parts[2] != "-" else ""


def _recorders(text: str, problems: list[Message]) -> tuple[Recorder, ...]:
    """One line each: name, room, serial number, title; what follows ``disk=`` is its disk."""
    found = []
    for number, line in _lines(text):
        before, _, disk = f" {' '.join(line)}".partition(f" {_DISK}")
        parts = before.split()
        if len(parts) < 2:
            what = Message(N_("“%(line)s”: write recorder, room and serial number."), {"line": line[0][:40]})
            problems.append(_at(number, what, "recorders"))
            continue
        found.append(Recorder(parts[0], parts[1], _serial(parts), " ".join(parts[3:]), disk.strip()))
    return tuple(found)


def _stations(text: str, problems: list[Message]) -> tuple[Station, ...]:
    """One line each: name, room, kind, serial number."""
    found = []
    for number, parts in _lines(text):
        if len(parts) < 2:
            what = Message(N_("“%(line)s”: write station, room, kind and serial number."), {"line": parts[0][:40]})
            problems.append(_at(number, what, "stations"))
            continue
        kind, rest = (parts[2], parts[3:]) if len(parts) > 2 and parts[2] in STATION_KINDS else ("other", parts[2:])
        found.append(Station(parts[0], parts[1], kind, " ".join(rest)))
    return tuple(found)
