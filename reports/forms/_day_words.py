"""What the forms of a Russian day take from a Day alike: slots, places, posts, moments."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from app.domain.day import Act, Day
from app.domain.places import CODE, print_rooms
from app.domain.plan import Member
from app.domain.profile import text
from app.domain.signing import slots as places_to_sign
from reports.form import Slot
from reports.forms._ru import COMMON, long_date, zone_name
from reports.layout import offset
from reports.typeface import NBSP

LANGUAGE = "ru"
CODED = ("exam", "headquarters")  # rooms that the official form names by code; others by their title


def slots(day: Day, language: str) -> tuple[Slot, ...]:
    """The signatures of a day's documents with their words: technicians, then the PES head, then the commission."""
    out, steps = [], {"performed": 1, "confirmed": 2, "reviewed": 3}
    for place in places_to_sign(day):
        expected = [day.everyone[place.person]] if place.person in day.everyone else _holders(day, place.role)
        who = expected[0] if len(expected) == 1 else None
        second = COMMON.get(language, COMMON["en"]) if language != LANGUAGE else {}
        out.append(
            Slot(
                field=place.id, step=steps[place.meaning], role=_role(day, place.role),
                meaning=COMMON[LANGUAGE][place.meaning], name=who.name if who else "", short=who.short if who else "",
                person=who.person if who else "", role_id=place.role,
                role_second=second.get(place.role) or _second_role(day, place.role, language) if second else "",
                meaning_second=second.get(place.meaning, ""),
            )
        )  # fmt: skip
    return tuple(out)


def _holders(day: Day, role: str) -> list[Member]:
    return [member for member in day.roster.values() if member.role == role]


def _role(day: Day, role: str) -> str:
    words = COMMON[LANGUAGE].get(role) or post(day, role)
    return words[:1].upper() + words[1:]


def _second_role(day: Day, role: str, language: str) -> str:
    return text(day.profile.role(role).title, language, "en")


def post(day: Day, role: str) -> str:
    """The role as the form prints it: «технический специалист»."""
    return text(day.profile.role(role).title, LANGUAGE, "en")


def short(day: Day, person: str, otherwise: str) -> str:
    """The printed name of somebody who ever stood in the day's roster."""
    return day.everyone[person].short if person in day.everyone else otherwise


def rooms(day: Day, codes: Iterable[str]) -> str:
    """``0001-0017, 7777, Вход``: exam rooms and headquarters by code, other places by their title."""
    found = {room.code: room for room in day.rooms}
    titled, coded = [], []
    for code in codes:
        room = found.get(code)
        if room and room.kind not in CODED and room.title:
            titled.append(room.title)
        else:
            coded.append(code)
    numbers = print_rooms([c for c in coded if CODE.fullmatch(c)])
    others = [c for c in coded if not CODE.fullmatch(c)]
    return ", ".join(filter(None, [numbers, *dict.fromkeys(titled), *dict.fromkeys(others)]))


def centre_line(day: Day) -> str:
    """Name and address of the centre in one line."""
    centre = day.opened.centre
    return ", ".join(filter(None, (centre.name, centre.address)))


def zone_line(day: Day) -> str:
    """``московское, UTC+03:00`` on the exam day."""
    return f"{zone_name(day.opened.centre.zone)}, {offset(day.local(day.start))}"


def exam_line(day: Day) -> str:
    """``ЕГЭ, 1 июня 2026 г.``"""
    return f"{day.opened.exam}, {long_date(day.date)}"


def actor(day: Day, act: Act) -> tuple[str, str, str]:
    """(short name, post, paper) of who acted; paper is empty when the actor has an account."""
    outside: Any = getattr(act.fact, "outside", None)
    if outside is not None:
        return outside.name, post(day, outside.role), outside.paper
    return act.by.short, post(day, act.by.role), ""


def entry(number: int) -> str:
    """``№ 37``"""
    return f"№{NBSP}{number}"


def clock(moment: datetime) -> str:
    """``07:15``"""
    return moment.strftime("%H:%M")
