"""How values look on pages: clock times in the centre's zone, spans, counts, names, icons."""

import os
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache, lru_cache
from hashlib import sha256
from time import monotonic
from typing import Any

from babel import Locale
from babel.dates import format_date, get_timezone_location
from flask import current_app, g, request, url_for
from flask_babel import get_locale
from markupsafe import Markup, escape

from app.domain import N_
from app.domain.day import Day
from app.domain.places import print_rooms
from app.domain.signing import MEANINGS
from app.web.browser import browser_words
from app.web.language import gettext, ngettext, pick, say

NBSP = "\u00a0"
ROLES = {
    "technician": N_("technical specialist"),
    "cctv_technician": N_("CCTV technical specialist"),
    "pes_head": N_("exam centre head"),
    "commission_member": N_("commission member"),
    "commission_head": N_("commission head"),
    "ministry_officer": N_("ministry officer"),
    "administrator": N_("administrator"),
}
ROOM_KINDS = {
    "exam": N_("Exam rooms"),
    "headquarters": N_("Headquarters"),
    "corridor": N_("Corridors"),
    "entrance": N_("Entrance"),
    "other": N_("Other places"),
}


KEEPS = {"": "", "online": N_("broadcast online"), "local": N_("recorded in the centre only")}


def zone() -> tzinfo:
    """The zone of the page's day, else UTC."""
    day = g.get("day")
    return day.zone if day else UTC


def local(moment: datetime) -> datetime:
    return moment.astimezone(zone())


def clock(moment: datetime) -> str:
    """``08:00`` on the centre's clock."""
    return local(moment).strftime("%H:%M")


def dotted(shape: str) -> str:
    """The shape of a date, with the dot that some languages set after the day: ``1. Juni``; ``1.6.`` in Finnish."""
    language = get_locale().language
    if language == "fi" and "MMMM" not in shape:
        return shape.replace("d MMM", "d.M.").replace(" y", "y")
    return shape.replace("d ", "d. ") if language in ("de", "fi") else shape


def day_month(on: date) -> str:
    """``1 June``."""
    return _in_words(on, dotted("d MMMM"), get_locale()).replace(" ", NBSP)


def long_date(on: date) -> str:
    """``1 June 2026``."""
    return _in_words(on, "d MMMM y" if get_locale().language == "en" else "long", get_locale())


def short_date(on: date) -> str:
    """``1 Jun``, for columns; with its year when that is not the day's."""
    day = g.get("day")
    shape = "d MMM" if day is None or day.date.year == on.year else "d MMM y"
    return _in_words(on, dotted(shape), get_locale()).replace(" ", NBSP)


@lru_cache(1024)
def _in_words(on: date, shape: str, spoken: Locale) -> str:
    return format_date(on, shape, locale=spoken)


def when(moment: datetime) -> str:
    """The clock time, with the date when it is not the day's own."""
    there, day = local(moment), g.get("day")
    if day is not None and there.date() == day.date:
        return there.strftime("%H:%M")
    return gettext("%(date)s, %(time)s", date=short_date(there.date()), time=there.strftime("%H:%M"))


def zone_line() -> str:
    """The day's zone, once per page: ``Local time: Moscow, UTC+3``."""
    return zone_name(g.day.zone, g.day.start)


def zone_name(spot: tzinfo, moment: datetime) -> str:
    """``Local time: Moscow, UTC+3``, as it is at ``moment``."""
    place = _city(spot, get_locale())
    return gettext("Local time: %(place)s, %(offset)s", place=place, offset=offset_name(spot, moment))


def offset_name(spot: tzinfo, moment: datetime) -> str:
    """``UTC+3``, as it is at ``moment``."""
    offset = moment.astimezone(spot).utcoffset() or timedelta()
    hours, minutes = divmod(abs(int(offset.total_seconds())) // 60, 60)
    sign = "\u2212" if offset < timedelta() else "+"
    return f"UTC{sign}{hours}" + (f":{minutes:02d}" if minutes else "")


def utc(moment: datetime) -> str:
    """``1 June 2026, 05:04 UTC``: for what belongs to no centre."""
    there = moment.astimezone(UTC)
    return gettext("%(date)s, %(time)s UTC", date=long_date(there.date()), time=there.strftime("%H:%M"))


@lru_cache(256)
def _city(spot: tzinfo, spoken: Locale) -> str:
    return get_timezone_location(spot, locale=spoken, return_city=True)


def span(length: timedelta) -> str:
    """``49 min``, ``1 h 56 min``, ``3 days``; without a sign."""
    minutes = int(abs(length).total_seconds() // 60)
    if minutes >= 2 * 24 * 60:
        days = minutes // (24 * 60)
        return ngettext("%(num)s day", "%(num)s days", days).replace(" ", NBSP)
    hours, minutes = divmod(minutes, 60)
    if hours and minutes:
        return gettext("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes).replace(" ", NBSP)
    if hours:
        return gettext("%(hours)s h", hours=hours).replace(" ", NBSP)
    return gettext("%(minutes)s min", minutes=minutes).replace(" ", NBSP)


def exam_hours(start: datetime, end: datetime) -> str:
    """``10:00–13:55``; says when the end is on the next day."""
    hours = f"{clock(start)}\u2013{clock(end)}"
    if local(end).date() > local(start).date():
        return gettext("%(hours)s, ends on the next day", hours=hours)
    return hours


def rooms(codes: Iterable[str]) -> str:
    """``0001–0017, 7777`` with en dashes, for reading."""
    return print_rooms(tuple(codes)).replace("-", "\u2013")


def places(day: Day, repeat: str, ids: Iterable[str]) -> str:
    """Places of an act in short: room ranges, or the ids of devices."""
    found = tuple(ids)
    if not found:
        return ""
    if repeat in ("", "room", "demand"):
        return rooms(found)
    if len(found) > 6:
        return f"{found[0]} \u2026 {found[-1]} ({len(found)})"
    return ", ".join(found)


def role(role_id: str) -> str:
    """A role's name: the day's profile has the word, else our own."""
    day = g.get("day")
    if day is not None and any(r.id == role_id for r in day.profile.roles):
        return pick(day.profile.role(role_id).title)
    return gettext(ROLES[role_id]) if role_id in ROLES else role_id


def meaning(name: str) -> str:
    """What a signature says: «confirmed», «received»."""
    return gettext(MEANINGS.get(name, name))


def names_in(day: Day, role_id: str) -> str:
    """Who holds a role today, by short name; the role's own name when nobody does."""
    found = [m.short for m in day.roster.values() if m.role == role_id]
    return ", ".join(found) or role(role_id)


def role_choices(ids: Iterable[str]) -> list[tuple[str, str]]:
    """Roles as options of a list."""
    return [(r, role(r)) for r in ids]


def place_word(repeat: str) -> str:
    """What the grid of a step's places is called."""
    match repeat:
        case "room":
            return gettext("Rooms")
        case "camera":
            return gettext("Cameras")
        case "station":
            return gettext("Stations")
        case "interval":
            return gettext("Rounds")
        case _:
            return gettext("Places")


ADDRESSES: dict[tuple[str, str], tuple[int, str]] = {}  # by mount and file, each with the second of its look


@cache
def _address(file: str, mtime: float, name: str, _root: str) -> str:
    with open(file, "rb") as bytes_:
        return url_for("static", filename=name, v=sha256(bytes_.read()).hexdigest()[:10])


def static(name: str) -> str:
    """Address of a static file that changes when the file does, so it may be cached for ever.

    Whether it did is looked up once a second: a page names twenty files, and a file changes when the product does.
    """
    root, second = request.script_root, int(monotonic())
    known = ADDRESSES.get((root, name))
    if known is None or known[0] != second:
        file = f"{current_app.static_folder}/{name}"
        known = ADDRESSES[root, name] = second, _address(file, os.stat(file).st_mtime, name, root)
    return known[1]


def address(endpoint: str, /, **values: Any) -> str:
    """``url_for`` of templates, each address built once: a path depends on nothing but where the product is mounted."""
    return _path(request.script_root, endpoint, **values)


@lru_cache(4096, typed=True)
def _path(_root: str, endpoint: str, /, **values: Any) -> str:
    return url_for(endpoint, _external=False, **values)


def icon(name: str, label: str = "") -> Markup:
    """One icon of the sprite; without ``label`` it is decoration beside a word."""
    return _icon(name, label, sprite())


@lru_cache(4096, typed=True)  # typed: a text that is HTML already and one that is not are two
def _icon(name: str, label: str, address: str) -> Markup:
    meaning = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="i" {}><use href="{}#{}"/></svg>').format(meaning, address, name)


def state(key: str, word: str, name: str = "") -> Markup:
    """Colour, icon and word, always the three together."""
    return _opening(key, name or key, sprite()) + escape(word) + CLOSING


def standing(word: str) -> Markup:
    """Whether somebody is on duty (``duty.standings``), in colour, icon and word."""
    match word:
        case "on":
            return state("now", gettext("on duty"), "flag")
        case "later":
            return state("soon", gettext("comes on duty later"))
        case _:
            return state("off", gettext("off duty"))


CLOSING = Markup("</span>")


@lru_cache(256)
def _opening(key: str, name: str, address: str) -> Markup:
    return Markup('<span class="st {}">{}').format(key, _icon(name, "", address))


def sprite() -> str:
    """Address of the drawing with the icons; it names the files' version and where the product is mounted."""
    known: str | None = g.get("sprite")
    if known is None:
        known = g.sprite = static("icons.svg")
    return known


FILTERS = {
    "clock": clock, "day_month": day_month, "long_date": long_date, "short_date": short_date, "when": when,
    "span": span, "rooms": rooms, "pick": pick, "role": role, "say": say, "local_time": local,
    "utc": utc, "browser": browser_words,
}  # fmt: skip
GLOBALS = {
    "url_for": address, "icon": icon, "state": state, "static": static, "zone_line": zone_line, "names_in": names_in,
    "standing": standing, "role_choices": role_choices, "exam_hours": exam_hours,
    "place_word": place_word,
    "ROLES": ROLES, "ROOM_KINDS": ROOM_KINDS, "KEEPS": KEEPS,
}  # fmt: skip
