"""Devices of a centre: their list, the history of one, where they are found, and whether the server looks at them."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain import N_, Invalid, Message, NotFound
from app.domain import facts as f
from app.domain.addresses import SCHEMES, Address, Network, Shown, fault, shown
from app.domain.day import Day
from app.domain.devices import Device, HistoryLine, Opening, cabinet, chain, history, of_day
from app.domain.journal import Broken
from app.domain.people import Actor
from app.domain.plan import Camera, Recorder, Room, Station
from app.domain.policy import Action, allowed_on, may_read_devices, require_centre
from app.services import centres, days, office
from app.services.centres import CentreView
from app.services.days import Page, paged
from app.store import centres as rows
from app.store import days as index
from app.store import devices as store
from app.store import keys, sealed
from app.store.camera_tables import AddressRow
from app.store.db import transaction
from app.store.keys import KeyMissing

LOG = logging.getLogger("logbook.devices")
ROOMS, DAYS = 25, 10  # on one page


@dataclass(frozen=True)
class RoomLine:
    """A room with those of its devices that were asked for. ``addressed``: ids of devices with a stored address."""

    room: Room
    devices: tuple[Device, ...]
    addressed: frozenset[str]


@dataclass(frozen=True)
class AddressView:
    """Addresses as a page may show them, None where none is stored. ``broken``: stored, but they do not open."""

    stream: Shown | None = None
    onvif: Shown | None = None
    broken: bool = False


@dataclass(frozen=True)
class DayHistory:
    """What one day says. ``device``: as that day's plan had it; ``readable``: the reader may open the entries.

    ``day`` is None when its journal does not prove itself.
    """

    name: str
    date: str
    day: Day | None
    readable: bool = False
    device: Device | None = None
    lines: tuple[HistoryLine, ...] = ()
    openings: tuple[Opening, ...] = ()


def centre(actor: Actor, code: str) -> CentreView:
    """The centre for who reads about its devices. Raises NotFound for everybody else."""
    row = rows.by_code(code)
    if row is None or not may_read_devices(actor, code):
        raise NotFound(N_("There is no such centre."))
    return centres.view(row)


def listing(actor: Actor, code: str, query: str, page: int) -> tuple[CentreView, Page[RoomLine]]:
    """Rooms with their devices; of those where a word of ``query`` is missing only the devices that have them all."""
    view = centre(actor, code)
    stored = frozenset(row.device for row in store.of_centre(code))
    words = query.casefold().split()
    found = []
    for room in view.rooms:
        here = [d for d in of_plan(view) if d.room == room.code]
        fits = tuple(d for d in here if all(w in _sought(room, d) for w in words))
        if fits or (not words and not here):
            found.append(RoomLine(room, fits, stored & {d.id for d in fits}))
    return view, paged(found, page, ROOMS)


def of_plan(plan: CentreView | Day) -> tuple[Device, ...]:
    """Every device of a centre or a day."""
    recorders: tuple[Recorder, ...] = plan.recorders
    cameras: tuple[Camera, ...] = plan.cameras
    stations: tuple[Station, ...] = plan.stations
    return (*recorders, *cameras, *stations)


def _sought(room: Room, device: Device) -> str:
    names = (room.code, room.title, device.id, device.serial, getattr(device, "title", ""))
    return " ".join((*names, getattr(device, "recorder", ""))).casefold()


def find(view: CentreView, name: str) -> Device:
    """The device of this name: of the centre, else of one of its newest days. Raises NotFound."""
    known = [*of_plan(view)]
    if not any(d.id == name for d in known):
        for day in (_fold(n) for n, _ in index.real_of(view.code)[:DAYS]):
            known += of_plan(day) if day else ()
    device = next((d for d in known if d.id == name), None)
    if device is None:
        raise NotFound(N_("This centre has no such device."))
    return device


def of_device(actor: Actor, view: CentreView, device: Device, page: int) -> Page[DayHistory]:
    """What the centre's days say of the device: ten days a page, newest first."""
    found = paged(index.real_of(view.code), page, DAYS)
    told = []
    for name, on in found.items:
        day = _fold(name)
        then = of_day(day, device) if day else None
        lines = history(day, then) if day and then else ()
        told.append(DayHistory(name, on, day, _readable(day, actor), then, lines))
    return Page(tuple(told), found.page, found.pages, found.total)


def of_cabinet(actor: Actor, view: CentreView, page: int) -> Page[DayHistory]:
    """Openings of the PAK cabinet, ten days a page, newest first; each compared with the seal put on before it.

    For the oldest of the page the ten days before it are looked through.
    """
    names = index.real_of(view.code)
    found = paged(names, page, DAYS)
    older = names[found.page * DAYS : (found.page + 1) * DAYS]
    seal = ""
    for name, _ in reversed(older):
        seals = [o.row.seal_after for o in _openings(_fold(name)) if o.row and o.row.seal_after and not o.void]
        seal = seals[-1] if seals else seal
    told = []
    for name, on in reversed(found.items):
        day = _fold(name)
        openings = chain(_openings(day), seal)
        seals = [o.line.row.seal_after for o in openings if o.line.row and o.line.row.seal_after and not o.line.void]
        seal = seals[-1] if seals else seal
        told.append(DayHistory(name, on, day, _readable(day, actor), openings=openings[::-1]))
    return Page(tuple(reversed(told)), found.page, found.pages, found.total)


def _openings(day: Day | None) -> tuple[HistoryLine, ...]:
    """Oldest first."""
    return cabinet(day)[::-1] if day else ()


def _fold(name: str) -> Day | None:
    """The day, None when its journal is damaged: the others are told all the same."""
    try:
        return days.of_everybody(name)
    except Broken:
        return None


def _readable(day: Day | None, actor: Actor) -> bool:
    return day is not None and allowed_on(day, actor, Action.DAY_READ)


# ---------------------------------------------------------------- where devices are found


def addresses(code: str) -> dict[str, Address]:
    """Addresses of a centre's cameras and recorders, with their passwords: for the job alone.

    One that does not open is left out and named in the log. Raises KeyMissing when the key itself is not there.
    """
    found = {}
    for row in store.of_centre(code):
        try:
            found[row.device] = Address(*(_open(row, kind) for kind in SCHEMES))
        except sealed.BadSeal:
            LOG.error("the address of device %s of centre %s does not open with the key", row.device, code)
    return found


def address_of(view: CentreView, device: Device) -> AddressView:
    """The device's addresses without what is secret in them."""
    row = store.by_name(view.code, device.id)
    if row is None:
        return AddressView()
    try:
        texts = {kind: _open(row, kind) for kind in SCHEMES}
    except (sealed.BadSeal, KeyMissing):
        return AddressView(broken=True)
    stream, onvif = (shown(texts[kind]) if texts[kind] else None for kind in ("stream", "onvif"))
    return AddressView(stream, onvif)


def save(
    actor: Actor, code: str, name: str, typed: Address, remove: Sequence[str], allowed: Sequence[Network], now: datetime
) -> bool:
    """Keep new addresses of a device; an empty one leaves the stored one, ``remove`` names those that go.

    True when something changed. The record of changes tells that, never what. Raises Invalid with every reason.
    """
    require_centre(actor, Action.CENTRE_MANAGE, code)
    view = centre(actor, code)
    if not any(d.id == name and not isinstance(d, Station) for d in of_plan(view)):
        raise NotFound(N_("This centre has no such device."))
    wanted = {kind: text for kind in SCHEMES if (text := getattr(typed, kind))}
    messages = [m for kind, text in wanted.items() if (m := fault(kind, text, allowed))]
    both = N_("Type a new address or remove the stored one, not both.")
    messages += [Message(both, field=kind) for kind in wanted if kind in remove]
    if messages:
        raise Invalid(*messages)
    with transaction(office.log()):
        if not store.any_stored():  # an installation from before there was such a key
            sealed.make(keys.folder())
        row = store.by_name(code, name) or AddressRow(centre=code, device=name)
        before, after = {}, {}
        for kind in SCHEMES:
            if word := _change(row, kind, wanted.get(kind, ""), kind in remove):
                before[kind] = "" if word == "entered" else "kept"
                after[kind] = word
        if after:
            store.put(row)
            office.note(actor, f.RecordChanged("device", f"{code} {name}", before, after), now)
    return bool(after)


def _change(row: AddressRow, kind: str, text: str, remove: bool) -> str:
    """Put one address into the row or take it out; what was done: entered, changed, removed or nothing."""
    had = getattr(row, kind) is not None
    if remove and had:
        setattr(row, kind, None)
        return "removed"
    if not text or (had and _same(row, kind, text)):
        return ""
    setattr(row, kind, sealed.encrypt(text, row.centre, row.device, kind))
    return "changed" if had else "entered"


def _same(row: AddressRow, kind: str, text: str) -> bool:
    try:
        return _open(row, kind) == text
    except sealed.BadSeal:
        return False


def _open(row: AddressRow, kind: str) -> str:
    box: bytes | None = getattr(row, kind)
    return sealed.decrypt(box, row.centre, row.device, kind) if box is not None else ""


def watch(actor: Actor, code: str, on: bool, now: datetime) -> None:
    """Let the server look at the cameras of a centre, or not."""
    require_centre(actor, Action.CENTRE_MANAGE, code)
    with transaction(office.log()):
        row = rows.by_code(code)
        if row is None:
            raise NotFound(N_("There is no such centre."))
        office.changed(actor, "centre", code, {"watch": row.watch}, {"watch": on}, now)
        row.watch = on
