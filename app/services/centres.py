"""Centres with their rooms, cameras, recorders and stations: the draft that opening a day copies."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.domain import N_, Invalid, Message, NotFound
from app.domain.codec import build, canonical, plain
from app.domain.people import Actor
from app.domain.plan import CABINET, KEEPS, ROOM_KINDS, STATION_KINDS, Camera, Centre, Recorder, Room, Station
from app.domain.policy import Action, allowed, require, require_centre, require_whole
from app.services import office
from app.services.days import Page, paged
from app.store import centres as store
from app.store import days as index
from app.store import devices, people
from app.store.db import transaction
from app.store.tables import CentreRow


@dataclass(frozen=True)
class CentreView:
    """``code``: ``<region>-<centre>``, e.g. ``07-1234``. ``watch``: the server looks at its cameras."""

    code: str
    centre: Centre
    rooms: tuple[Room, ...]
    cameras: tuple[Camera, ...]
    stations: tuple[Station, ...]
    recorders: tuple[Recorder, ...]
    watch: bool


@dataclass(frozen=True)
class CentreLine:
    """A centre in the administration's list. ``days``: from today on."""

    view: CentreView
    people: int
    days: int


@dataclass(frozen=True)
class PlanChange:
    """Ids of ``name`` (rooms, cameras, recorders or stations) that come, go and change."""

    name: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


def list_centres(actor: Actor) -> tuple[CentreView, ...]:
    """Centres of the actor, or all for an office above the centres."""
    if not allowed(actor, Action.CENTRE_MANAGE):
        require(actor, Action.DAY_OPEN)
    return tuple(view(r) for r in store.every() if actor.covers(r.code))


def find_centres(actor: Actor, query: str, page: int, now: datetime, size: int = 50) -> Page[CentreLine]:
    """Centres of the administration whose code, name, region or address has every word of ``query``."""
    require(actor, Action.CENTRE_MANAGE)
    words = query.casefold().split()
    rows = [r for r in store.every() if actor.covers(r.code)]
    found = paged([r for r in rows if all(w in _sought(r) for w in words)], page, size)
    staff = [p.centres for p in people.everyone() if p.active]
    ahead = index.since(now.date().isoformat())
    lines = tuple(
        CentreLine(view(r), sum(1 for codes in staff if r.code in codes), ahead.get(r.code, 0)) for r in found.items
    )
    return Page(lines, found.page, found.pages, found.total)


def _sought(row: CentreRow) -> str:
    names = ("region_name", "name", "address")
    return f"{row.code} {' '.join(row.data[n] for n in names)}".casefold()


def plan_changes(
    view: CentreView,
    rooms: Sequence[Room],
    cameras: Sequence[Camera],
    stations: Sequence[Station],
    recorders: Sequence[Recorder] = (),
) -> tuple[PlanChange, ...]:
    """What saving these lists would add, remove and change; lists that stay as they are are left out."""
    found = (
        _changed("rooms", {r.code: r for r in view.rooms}, {r.code: r for r in rooms}),
        _changed("cameras", {c.id: c for c in view.cameras}, {c.id: c for c in cameras}),
        _changed("recorders", {r.id: r for r in view.recorders}, {r.id: r for r in recorders}),
        _changed("stations", {s.id: s for s in view.stations}, {s.id: s for s in stations}),
    )
    return tuple(c for c in found if c.added or c.removed or c.changed)


def _changed(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> PlanChange:
    return PlanChange(
        name, tuple(i for i in new if i not in old), tuple(i for i in old if i not in new),
        tuple(i for i in new if i in old and new[i] != old[i]),
    )  # fmt: skip


def token(
    view: CentreView,
    rooms: Sequence[Room],
    cameras: Sequence[Camera],
    stations: Sequence[Station],
    recorders: Sequence[Recorder] = (),
) -> str:
    """Names the change from what is stored to these lists: who was shown it brings this back."""
    lists = ((view.rooms, view.cameras, view.stations, view.recorders), (rooms, cameras, stations, recorders))
    return sha256(canonical(plain(lists))).hexdigest()[:16]


def centre(actor: Actor, code: str) -> CentreView:
    """One centre. Raises NotFound, also for a centre that is not the actor's."""
    if not allowed(actor, Action.CENTRE_MANAGE):
        require(actor, Action.DAY_OPEN)
    row = store.by_code(code)
    if row is None or not actor.covers(code):
        raise NotFound(N_("There is no such centre."))
    return view(row)


def save(
    actor: Actor,
    data: Centre,
    rooms: Sequence[Room],
    cameras: Sequence[Camera],
    stations: Sequence[Station],
    now: datetime,
    new: bool = False,
    recorders: Sequence[Recorder] = (),
) -> str:
    """Add or change a centre; its code. Raises Invalid with every reason; days that are open keep their own plan.

    The stored address of a device goes with the device.
    """
    if new:
        require_whole(actor, Action.CENTRE_MANAGE)
    else:
        require_centre(actor, Action.CENTRE_MANAGE, f"{data.region}-{data.code}")
    if messages := [*judge_centre(data), *judge_plan(rooms, cameras, stations, recorders)]:
        raise Invalid(*messages)
    code = f"{data.region}-{data.code}"
    plan = {"rooms": plain(rooms), "cameras": plain(cameras), "stations": plain(stations)}
    plan |= {"recorders": plain(recorders)} if recorders else {}
    with transaction(office.log()):
        row = store.by_code(code)
        if row and new:
            raise Invalid(Message(N_("Centre %(code)s exists already."), {"code": code}, "code"))
        before = {**row.data, **row.plan} if row else {}
        if row is None:
            row = CentreRow(code=code, data={}, plan={})
            store.add(row)
        row.data, row.plan = plain(data), plan
        devices.keep_only(code, {c.id for c in cameras} | {r.id for r in recorders})
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


def judge_plan(
    rooms: Sequence[Room],
    cameras: Sequence[Camera],
    stations: Sequence[Station],
    recorders: Sequence[Recorder] = (),
) -> list[Message]:
    """Reasons why rooms, cameras, recorders and stations cannot make a plan."""
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
    for name, things in _lists(cameras, recorders, stations):
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
    return [*messages, *_judge_recording(cameras, stations, recorders)]


def _lists(
    cameras: Sequence[Camera], recorders: Sequence[Recorder], stations: Sequence[Station]
) -> list[tuple[str, Sequence[Camera | Recorder | Station]]]:
    """The lists of devices by the fields of the form."""
    return [("cameras", cameras), ("recorders", recorders), ("stations", stations)]


def _judge_recording(
    cameras: Sequence[Camera], stations: Sequence[Station], recorders: Sequence[Recorder]
) -> list[Message]:
    """Reasons that lie between cameras and recorders, and names that mean something else already."""
    messages, known = [], {r.id for r in recorders}
    for camera in cameras:
        if camera.keeps not in KEEPS:
            text = N_("%(id)s: write keeps=online or keeps=local, not keeps=%(keeps)s.")
            messages.append(Message(text, {"id": camera.id, "keeps": camera.keeps}, "cameras"))
        if camera.recorder and camera.recorder not in known:
            text = N_("%(id)s records to %(recorder)s, which is not among the recorders.")
            messages.append(Message(text, {"id": camera.id, "recorder": camera.recorder}, "cameras"))
    for recorder in sorted(known & ({c.id for c in cameras} | {s.id for s in stations})):
        text = N_("%(id)s is the name of a camera or station: name the recorder otherwise.")
        messages.append(Message(text, {"id": recorder}, "recorders"))
    for name, things in _lists(cameras, recorders, stations):
        if any(t.id == CABINET for t in things):
            messages.append(Message(N_("%(id)s means the PAK cabinet: choose another name."), {"id": CABINET}, name))
    return messages


def view(row: CentreRow) -> CentreView:
    """The centre as its row has it."""
    plan = row.plan
    return CentreView(
        row.code, build(Centre, row.data), tuple(build(Room, r) for r in plan["rooms"]),
        tuple(build(Camera, c) for c in plan["cameras"]), tuple(build(Station, s) for s in plan["stations"]),
        tuple(build(Recorder, r) for r in plan.get("recorders", ())), row.watch,
    )  # fmt: skip
