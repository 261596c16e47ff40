"""Centres with their rooms, cameras and stations: the draft that opening a day copies."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.domain import N_, Invalid, Message, NotFound
from app.domain.codec import build, plain
from app.domain.people import Actor
from app.domain.plan import ROOM_KINDS, STATION_KINDS, Camera, Centre, Room, Station
from app.domain.policy import Action, allowed, require
from app.services import office
from app.store import centres as store
from app.store.db import transaction
from app.store.tables import CentreRow


@dataclass(frozen=True)
class CentreView:
    """``code``: ``<region>-<centre>``, e.g. ``07-1234``."""

    code: str
    centre: Centre
    rooms: tuple[Room, ...]
    cameras: tuple[Camera, ...]
    stations: tuple[Station, ...]


def list_centres(actor: Actor) -> tuple[CentreView, ...]:
    """Centres of the actor, or all for an office above the centres."""
    if not allowed(actor, Action.CENTRE_MANAGE):
        require(actor, Action.DAY_OPEN)
    return tuple(_view(r) for r in store.every() if not actor.centres or r.code in actor.centres)


def centre(actor: Actor, code: str) -> CentreView:
    """One centre. Raises NotFound, also for a centre that is not the actor's."""
    if not allowed(actor, Action.CENTRE_MANAGE):
        require(actor, Action.DAY_OPEN)
    row = store.by_code(code)
    if row is None or (actor.centres and code not in actor.centres):
        raise NotFound(N_("There is no such centre."))
    return _view(row)


def save(
    actor: Actor,
    data: Centre,
    rooms: Sequence[Room],
    cameras: Sequence[Camera],
    stations: Sequence[Station],
    now: datetime,
    new: bool = False,
) -> str:
    """Add or change a centre; its code. Raises Invalid with every reason; days that are open keep their own plan."""
    require(actor, Action.CENTRE_MANAGE)
    if messages := [*judge_centre(data), *judge_plan(rooms, cameras, stations)]:
        raise Invalid(*messages)
    code = f"{data.region}-{data.code}"
    plan = {"rooms": plain(rooms), "cameras": plain(cameras), "stations": plain(stations)}
    with transaction(office.log()):
        row = store.by_code(code)
        if row and new:
            raise Invalid(Message(N_("Centre %(code)s exists already."), {"code": code}, "code"))
        before = {**row.data, **row.plan} if row else {}
        if row is None:
            row = CentreRow(code=code, data={}, plan={})
            store.add(row)
        row.data, row.plan = plain(data), plan
        office.changed(actor, "centre", code, before, {**row.data, **plan}, now)
    return code


def judge_centre(data: Centre) -> list[Message]:
    """Reasons why the centre's own data cannot be taken."""
    messages = []
    if not re.fullmatch(r"[0-9]{2}", data.region):
        messages.append(Message(N_("The region code has 2 digits."), field="region"))
    if not re.fullmatch(r"[0-9]{4}", data.code):
        messages.append(Message(N_("The centre code has 4 digits, zeros included."), field="code"))
    for name, value in (("region_name", data.region_name), ("name", data.name), ("address", data.address)):
        if not value:
            messages.append(Message(N_("This cannot be empty: it is printed in the documents."), field=name))
    try:
        ZoneInfo(data.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        messages.append(Message(N_("There is no time zone %(zone)s."), {"zone": data.zone}, "zone"))
    return messages


def judge_plan(rooms: Sequence[Room], cameras: Sequence[Camera], stations: Sequence[Station]) -> list[Message]:
    """Reasons why rooms, cameras and stations cannot make a plan."""
    messages = []
    codes = [r.code for r in rooms]
    if not any(r.kind == "exam" for r in rooms):
        messages.append(Message(N_("Name at least one exam room."), field="rooms_exam"))
    for room in rooms:
        if not re.fullmatch(r"[0-9]{4}", room.code):
            messages.append(Message(N_("Room %(room)s: a room number has 4 digits."), {"room": room.code}, "rooms"))
        if room.kind not in ROOM_KINDS:
            messages.append(Message(N_("Room %(room)s has no known kind."), {"room": room.code}, "rooms"))
    for code in sorted({c for c in codes if codes.count(c) > 1}):
        messages.append(Message(N_("Room %(room)s stands there twice."), {"room": code}, "rooms"))
    for name, things in (("cameras", cameras), ("stations", stations)):
        ids = [t.id for t in things]
        for twice in sorted({i for i in ids if ids.count(i) > 1}):
            messages.append(Message(N_("%(id)s stands there twice."), {"id": twice}, name))
        for thing in things:
            if thing.room not in codes:
                text = N_("%(id)s stands in room %(room)s, which is not in the plan.")
                messages.append(Message(text, {"id": thing.id, "room": thing.room}, name))
    for station in stations:
        if station.kind not in STATION_KINDS:
            text = N_("Station %(id)s has no known kind.")
            messages.append(Message(text, {"id": station.id}, "stations"))
    return messages


def _view(row: CentreRow) -> CentreView:
    plan = row.plan
    return CentreView(
        row.code, build(Centre, row.data), tuple(build(Room, r) for r in plan["rooms"]),
        tuple(build(Camera, c) for c in plan["cameras"]), tuple(build(Station, s) for s in plan["stations"]),
    )  # fmt: skip
