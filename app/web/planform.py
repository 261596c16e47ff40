"""Rooms, cameras and stations as people type them: ranges per kind, "2 per room", or one line a device."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain import N_, Invalid, Message
from app.domain.codec import clean
from app.domain.places import parse_rooms, print_rooms
from app.domain.plan import ROOM_KINDS, STATION_KINDS, Camera, Room, Station
from app.web.show import ROOM_KINDS as KIND_TITLES

_PER_ROOM = re.compile(r"([1-9])(?:\s*/|(?:\s+[^\W\d_]+)*)")  # "2", "2 per room" in any language


@dataclass(frozen=True)
class PlanTexts:
    """The plan as the form's fields hold it. ``rooms``: kind to ranges; ``titles``: ``7777 Staff room`` a line."""

    rooms: Mapping[str, str]
    titles: str
    cameras: str
    stations: str
    kinds: Mapping[str, str]


def written(rooms: Sequence[Room], cameras: Sequence[Camera], stations: Sequence[Station]) -> PlanTexts:
    """A plan in the words of the form."""
    return PlanTexts(
        {kind: print_rooms([r.code for r in rooms if r.kind == kind]) for kind in ROOM_KINDS},
        "\n".join(f"{r.code} {r.title}" for r in rooms if r.title),
        "\n".join(
            " ".join(filter(None, (c.id, c.room, c.serial or ("-" if c.title else ""), c.title))) for c in cameras
        ),
        "\n".join(" ".join(filter(None, (s.id, s.room, s.kind, s.serial))) for s in stations),
        KIND_TITLES,
    )


def typed(form: Mapping[str, str]) -> PlanTexts:
    """What was typed, to be shown again."""
    return PlanTexts(
        {kind: form.get(f"rooms_{kind}", "") for kind in ROOM_KINDS}, form.get("titles", ""), form.get("cameras", ""),
        form.get("stations", ""), KIND_TITLES,
    )  # fmt: skip


def read(form: Mapping[str, str]) -> tuple[tuple[Room, ...], tuple[Camera, ...], tuple[Station, ...]]:
    """Rooms, cameras and stations. Raises Invalid with every line that cannot be read."""
    problems: list[Message] = []
    titles = _titles(form.get("titles", ""), problems)
    rooms: list[Room] = []
    for kind in ROOM_KINDS:
        try:
            rooms += [Room(code, kind, titles.get(code, "")) for code in parse_rooms(form.get(f"rooms_{kind}", ""))]
        except Invalid as err:
            problems += [Message(m.id, m.params, f"rooms_{kind}") for m in err.messages]
    cameras = _cameras(form.get("cameras", ""), rooms, problems)
    stations = _stations(form.get("stations", ""), problems)
    if problems:
        raise Invalid(*problems)
    return tuple(sorted(rooms, key=lambda r: (ROOM_KINDS.index(r.kind), r.code))), cameras, stations


def _lines(text: str) -> list[list[str]]:
    return [clean(line).split(" ") for line in text.splitlines() if line.strip()]


def _titles(text: str, problems: list[Message]) -> dict[str, str]:
    found = {}
    for parts in _lines(text):
        if len(parts[0]) == 4 and parts[0].isdecimal() and len(parts) > 1:
            found[parts[0]] = " ".join(parts[1:])
        else:
            line = " ".join(parts)[:40]
            problems.append(
                Message(N_("“%(line)s”: write the room's number, then its name."), {"line": line}, "titles")
            )
    return found


def _cameras(text: str, rooms: Sequence[Room], problems: list[Message]) -> tuple[Camera, ...]:
    """``2`` means two in every room; else one line each: name, room, serial number, title."""
    if count := _PER_ROOM.fullmatch(text.strip()):
        return tuple(Camera(f"{r.code}-{n}", r.code) for r in rooms for n in range(1, int(count[1]) + 1))
    found = []
    for parts in _lines(text):
        if len(parts) < 2:
            problems.append(
                Message(N_("“%(line)s”: write camera, room and serial number."), {"line": parts[0][:40]}, "cameras")
            )
            continue
        serial = parts[2] if len(parts) > 2 and parts[2] != "-" else ""
        found.append(Camera(parts[0], parts[1], serial, " ".join(parts[3:])))
    return tuple(found)


def _stations(text: str, problems: list[Message]) -> tuple[Station, ...]:
    """One line each: name, room, kind, serial number."""
    found = []
    for parts in _lines(text):
        if len(parts) < 2:
            problems.append(
                Message(
                    N_("“%(line)s”: write station, room, kind and serial number."), {"line": parts[0][:40]}, "stations"
                )
            )
            continue
        kind, rest = (parts[2], parts[3:]) if len(parts) > 2 and parts[2] in STATION_KINDS else ("other", parts[2:])
        found.append(Station(parts[0], parts[1], kind, " ".join(rest)))
    return tuple(found)
