"""What every form takes from a Day alike, in whatever language it speaks: people, places, signatures."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from app.domain.day import Act, Day
from app.domain.places import CODE, print_rooms
from app.domain.plan import Member
from app.domain.profile import text
from reports.form import Form, Slot

CODED = ("exam", "headquarters")  # rooms that an official form names by code; others by their title


def signatures(day: Day, form: Form, reader: str) -> tuple[Slot, ...]:
    """The signatures of a day's document with their words, in signing order; those of one meaning in any order.

    ``reader``: the second language. A role is named by the form's labels when they have it, else by the day's profile.
    """
    own, labels, places = form.language, form.labels, form.places(day)
    out = []
    second = labels.get(reader, labels["en"]) if reader != own else {}
    meanings = list(dict.fromkeys(place.meaning for place in places))
    for place in places:
        expected = [day.everyone[place.person]] if place.person in day.everyone else holders(day, place.role)
        who = expected[0] if len(expected) == 1 else None
        role = labels[own].get(place.role) or post(day, place.role, own)
        out.append(
            Slot(
                field=place.id, step=meanings.index(place.meaning) + 1, role=role[:1].upper() + role[1:],
                meaning=labels[own][place.meaning], name=who.name if who else "", short=who.short if who else "",
                person=who.person if who else "", role_id=place.role,
                role_second=second.get(place.role) or post(day, place.role, reader) if second else "",
                meaning_second=second.get(place.meaning, ""),
            )
        )  # fmt: skip
    return tuple(out)


def holders(day: Day, role: str) -> list[Member]:
    """Who has the role on this day."""
    return [member for member in day.roster.values() if member.role == role]


def post(day: Day, role: str, language: str) -> str:
    """The role as the profile names it: «технический специалист»."""
    return text(day.profile.role(role).title, language, "en")


def actor(day: Day, act: Act, language: str) -> tuple[str, str, str]:
    """(short name, post, paper) of who acted; paper is empty when the actor has an account."""
    outside: Any = getattr(act.fact, "outside", None)
    if outside is not None:
        return outside.name, post(day, outside.role, language), outside.paper
    return act.by.short, post(day, act.by.role, language), ""


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


def clock(moment: datetime) -> str:
    """``07:15``"""
    return moment.strftime("%H:%M")
