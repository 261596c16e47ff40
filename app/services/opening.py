"""Open a day, and change its plan and roster while it runs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date as Date
from datetime import datetime
from hashlib import sha256
from itertools import chain, count, takewhile
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from app.domain import N_, DomainError, Invalid, Message, Refused, localtime
from app.domain import facts as f
from app.domain.codec import canonical, plain
from app.domain.day import Day
from app.domain.journal import Foreign, Times
from app.domain.parameters import faults, merged, stale
from app.domain.people import Actor, short_name
from app.domain.plan import DAY_ROLES, TECHNICIANS, Camera, Member, Recorder, Role, Room, Station
from app.domain.policy import Action, require_centre, require_on
from app.domain.profile import Profile
from app.services import centres, days, office, people, period, regions, regulations
from app.store import days as index
from app.store import journal, profiles
from app.store.db import transaction


class Overtaken(DomainError):
    """The plan changed while somebody typed theirs."""


@dataclass(frozen=True)
class Place:
    """One line of the roster to be: who, in which role, by which appointing paper; ``relief`` as in ``Member``."""

    person: str
    role: str
    order: str = ""
    relief: bool = False


@dataclass(frozen=True)
class Opening:
    """What is needed to open a day. ``centre``: ``<region>-<code>``.

    ``start``/``end``: local ``HH:MM``, with an offset (``03:30+02:00``) to choose one of two times; an end before the
    start is of the next day.
    """

    centre: str
    date: Date
    start: str
    end: str
    exam: str
    profile: str
    rooms: tuple[Room, ...]
    cameras: tuple[Camera, ...]
    stations: tuple[Station, ...]
    roster: tuple[Place, ...]
    parameters: dict[str, Any] = field(default_factory=dict)
    period_start: Date | None = None
    rehearsal: bool = False
    entry_id: str = ""  # of the first entry: the same one opens once
    second: bool = False  # the centre has a day on this date, and this is another one
    recorders: tuple[Recorder, ...] = ()


def list_profiles() -> tuple[Profile, ...]:
    """Every shipped profile without errors, parsed; the page of profiles shows the others with theirs."""
    return tuple(e.profile for e in regulations.editions() if e.installed and e.profile)


def usual_profile(centre: str) -> str:
    """Id of the profile of the centre's newest day, else of the installation's; empty before the first day."""
    for found in (index.names(frozenset({centre})), index.names()):
        if found:
            day, _ = days.fold_log(days.log_of(found[0][0]))
            return day.opened.profile
    return ""


def open_day(actor: Actor, opening: Opening, origin_name: str, now: datetime) -> str:
    """Open the day; its name ``<region>-<centre>-<date>`` (``-2`` for a second one, ``-r1`` for a rehearsal).

    Everything about it goes into the first entry of its journal. Sent twice it is opened once and answered twice.
    Raises Invalid with every reason.
    """
    require_centre(actor, Action.DAY_OPEN, opening.centre)
    if name := _opened(actor, opening):
        return name
    view = centres.centre(actor, opening.centre)
    profile, text = profiles.shipped_profile(opening.profile)
    zone = ZoneInfo(view.centre.zone)
    plan = (opening.rooms, opening.cameras, opening.stations, opening.recorders)
    messages = [*centres.judge_plan(*plan), *_judge(opening, profile)]
    by_region = regions.values(profile.id, view.centre.region)
    messages += stale(profile, by_region, opening.parameters)
    times = (opening.date, opening.start, opening.end)
    start, end = localtime.exam(*times, zone, messages) if _meant(opening.date) else (None, None)
    roster = _roster(actor, opening, messages)
    messages += _first_of_its_date(opening)
    if messages:
        if name := _opened(actor, opening):  # in the meantime, by the same form
            return name
        raise Invalid(*messages)
    assert start and end
    by = "" if any(m.person == actor.person for m in roster) else actor.name
    with transaction(office.log()):  # one opening at a time: the name has to be free
        if known := _opened(actor, opening):
            return known
        if another := _first_of_its_date(opening):
            raise Invalid(*another)
        name = _free_name(opening)
        suffix = name.removeprefix(f"{opening.centre}-")
        log = journal.create(f"{origin_name}/{view.centre.region}/{view.centre.code}/{suffix}", "day")
        digest = profiles.pin(text)
        fact = f.DayOpened(
            day=name, centre=view.centre, exam=opening.exam.strip() or profile.exam,
            start_local=localtime.written(start, zone), end_local=localtime.written(end, zone), start=start, end=end,
            rooms=opening.rooms, cameras=opening.cameras,
            stations=opening.stations, roster=roster, profile=profile.id, profile_sha256=digest,
            parameters=merged(profile, by_region, opening.parameters), rehearsal=opening.rehearsal, by=by,
            period_start=opening.period_start.isoformat() if opening.period_start else "",
            recorders=opening.recorders,
        )  # fmt: skip
        journal.append(log, fact, actor.person, Times(now), opening.entry_id or str(uuid4()))
        index.add(name, opening.centre, opening.date.isoformat(), log, digest)
    period.gather(name, now)
    return name


def rehearse(actor: Actor, day_id: str, entry_id: str, origin_name: str, now: datetime) -> str:
    """Open a rehearsal with the plan, roster and values of this day; its name. Raises as ``open_day`` does."""
    day = days.load(actor, day_id)
    if day.source:
        raise Foreign(day.source)
    opened, roster = day.opened, tuple(Place(m.person, m.role, m.order, m.relief) for m in day.roster.values())
    return open_day(actor, Opening(
        centre=day.centre_code, date=day.date, start=_clock(day, opened.start), end=_clock(day, opened.end),
        exam=opened.exam, profile=opened.profile, rooms=day.rooms, cameras=day.cameras, stations=day.stations,
        roster=roster, parameters=dict(opened.parameters),
        period_start=Date.fromisoformat(opened.period_start) if opened.period_start else None, rehearsal=True,
        entry_id=entry_id, recorders=day.recorders,
    ), origin_name, now)  # fmt: skip


def _clock(day: Day, moment: datetime) -> str:
    """A clock time of the day, with its offset: it may exist twice."""
    return f"{day.local(moment):%H:%M}{localtime.offset(moment, day.zone)}"


def change_plan(
    actor: Actor,
    day_id: str,
    reason: str,
    rooms: Sequence[Room],
    cameras: Sequence[Camera],
    stations: Sequence[Station],
    seen: str,
    now: datetime,
    recorders: Sequence[Recorder] = (),
) -> None:
    """Put new lists of rooms, cameras, stations and recorders into the journal; what was done stays.

    ``seen``: ``plan_state`` of the plan that the lists were made from. Raises Invalid; Overtaken when that is no
    longer the day's plan.
    """
    days.load(actor, day_id, Action.PLAN_CHANGE)
    messages = centres.judge_plan(rooms, cameras, stations, recorders)
    if not reason.strip():
        messages.append(Message(N_("Give the reason."), field="reason"))
    if messages:
        raise Invalid(*messages)

    def fact(day: Day) -> f.PlanChanged:
        if seen != plan_state(day):
            text = N_(
                "The plan was changed while you were typing. What you typed is still here; "
                "compare it with the plan as it is now, then send it again."
            )
            raise Overtaken(Message(text, field="now"))
        lists = {"rooms": rooms, "cameras": cameras, "stations": stations, "recorders": recorders}
        new: dict[str, Any] = {n: tuple(value) for n, value in lists.items() if tuple(value) != getattr(day, n)}
        if not new:
            raise Invalid(Message(N_("Nothing was changed.")))
        return f.PlanChanged(reason.strip(), by=_by(day, actor), **new)

    _append(actor, day_id, fact, now)


def plan_state(day: Day) -> str:
    """Names the plan as it is now: who changes it brings back the name of the one they were shown."""
    return sha256(canonical(plain((day.rooms, day.cameras, day.stations, day.recorders)))).hexdigest()[:16]


def candidates(actor: Actor, day: Day) -> tuple[people.PersonView, ...]:
    """People who can join the day's roster, for who may change it; their accounts' roles are not asked."""
    require_on(day, actor, Action.PLAN_CHANGE)
    return people.candidates(day.centre_code)


def join(actor: Actor, day_id: str, place: Place, reason: str, now: datetime) -> None:
    """Add somebody to the roster, or change their role. Raises Invalid."""

    def fact(day: Day) -> f.RosterJoined:
        known = {p.id: p for p in people.candidates(day.centre_code)}
        messages: list[Message] = []
        member = _member(place, known, messages)
        if place.person == actor.person and place.person in day.roster:
            messages.append(Message(N_("Somebody else changes your role."), field="roster"))
        if messages or member is None:
            raise Invalid(*messages)
        return f.RosterJoined(member, reason.strip(), _by(day, actor))

    _append(actor, day_id, fact, now)


def leave(actor: Actor, day_id: str, person: str, reason: str, now: datetime) -> None:
    """Take somebody off the roster; what they did stays theirs. Raises Invalid."""

    def fact(day: Day) -> f.RosterLeft:
        if person not in day.roster:
            raise Invalid(Message(N_("This person is not in the roster.")))
        if not reason.strip():
            raise Invalid(Message(N_("Give the reason."), field="reason"))
        role = day.roster[person].role
        if role in (Role.PES_HEAD, Role.COMMISSION_HEAD) and [m.role for m in day.roster.values()].count(role) == 1:
            text = N_("Nobody else has this role, and the documents need its signature. Add somebody first.")
            raise Invalid(Message(text, field="person"))
        return f.RosterLeft(person, reason.strip(), _by(day, actor))

    _append(actor, day_id, fact, now)


def _append(actor: Actor, day_id: str, make: Any, now: datetime) -> None:
    log = days.log_of(day_id)
    with transaction(log):
        day, _ = days.fold_log(log)
        require_on(day, actor, Action.PLAN_CHANGE)
        journal.append(log, make(day), actor.person, Times(now), str(uuid4()))


def _by(day: Day, actor: Actor) -> str:
    return "" if actor.person in day.everyone else actor.name


def _meant(on: Date) -> bool:
    return 2000 <= on.year <= 2100


def _judge(opening: Opening, profile: Profile) -> list[Message]:
    messages = []
    for name, on in (("date", opening.date), ("period_start", opening.period_start)):
        if on and not _meant(on):
            messages.append(Message(N_("The year %(year)s cannot be meant."), {"year": on.year}, name))
    if len(opening.exam) > 200:
        messages.append(Message(N_("The text is too long: at most %(count)s characters."), {"count": 200}, "exam"))
    messages += faults(profile, opening.parameters)
    needs_period = any(s.when.period is not None and s.enabled for s in profile.steps)
    if needs_period and opening.period_start and opening.period_start > opening.date:
        messages.append(Message(N_("The exam period begins on or before the exam day."), field="period_start"))
    return messages


def _roster(actor: Actor, opening: Opening, messages: list[Message]) -> tuple[Member, ...]:
    known = {p.id: p for p in people.of_centre(actor, opening.centre)}
    members = [m for place in opening.roster if (m := _member(place, known, messages))]
    ids = [m.person for m in members]
    if len(ids) != len(set(ids)):
        messages.append(Message(N_("One person has one role on a day."), field="roster"))
    roles = {m.role for m in members}
    if not roles & set(TECHNICIANS):
        messages.append(Message(N_("The roster needs a technician."), field="roster"))
    elif all(m.relief for m in members if m.role in TECHNICIANS):
        text = N_("Somebody has to be on duty first: not every technician comes later.")
        messages.append(Message(text, field="roster"))
    if Role.PES_HEAD not in roles:
        messages.append(Message(N_("The roster needs the PES head, who confirms."), field="roster"))
    if Role.COMMISSION_HEAD not in roles:
        messages.append(Message(N_("The roster needs the commission head, who countersigns."), field="roster"))
    return tuple(members)


def _member(place: Place, known: dict[str, people.PersonView], messages: list[Message]) -> Member | None:
    person = known.get(place.person)
    if person is None:
        messages.append(Message(N_("This person does not belong to the centre."), field="roster"))
    elif place.role not in DAY_ROLES or place.role not in person.roles:
        text = N_("%(name)s does not have this role.")
        messages.append(Message(text, {"name": person.short}, "roster"))
    elif place.relief and place.role not in TECHNICIANS:
        text = N_("%(name)s: only technical specialists come on duty later.")
        messages.append(Message(text, {"name": person.short}, "roster"))
    else:
        return Member(person.id, person.name, short_name(person.name), place.role, place.order.strip(), place.relief)
    return None


def _names(opening: Opening) -> list[str]:
    """Days of this centre on this date, in the order of opening: rehearsals for a rehearsal, else the others."""
    base = f"{opening.centre}-{opening.date.isoformat()}"
    tail = "-r" if opening.rehearsal else "-"
    first = f"{base}-r1" if opening.rehearsal else base
    names = chain([first], (f"{base}{tail}{n}" for n in count(2)))
    return list(takewhile(lambda name: index.log_of(name) is not None, names))


def _opened(actor: Actor, opening: Opening) -> str:
    """The day that this very form opened before, or nothing."""
    for name in _names(opening) if opening.entry_id else ():
        if known := journal.find(days.log_of(name), opening.entry_id):
            if known.actor != actor.person:
                raise Refused(N_("This entry's number is taken. Open the page anew and enter it again."))
            return name
    return ""


def _first_of_its_date(opening: Opening) -> list[Message]:
    """What stops a second day of a date until somebody says that it is meant; rehearsals are as many as one likes."""
    if opening.second or opening.rehearsal or not (names := _names(opening)):
        return []
    text = N_("A day of this centre on this date exists: %(day)s. Say below that you mean another one.")
    return [Message(text, {"day": names[-1]}, "second")]


def _free_name(opening: Opening) -> str:
    base, number = f"{opening.centre}-{opening.date.isoformat()}", len(_names(opening)) + 1
    if opening.rehearsal:
        return f"{base}-r{number}"
    return base if number == 1 else f"{base}-{number}"
