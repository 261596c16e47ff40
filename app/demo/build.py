"""Build the demonstration in an empty installation."""

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.config import Settings
from app.demo import around
from app.demo.acting import Cast, Player
from app.demo.today import plan_today, play_today
from app.domain.people import Actor
from app.domain.places import parse_rooms
from app.domain.plan import Camera, Centre, Recorder, Role, Room, Station
from app.services import accounts as sign_in
from app.services import centres, invitations, keys, office, opening, setup

PREPARED = timedelta(days=20)  # before now: centre, people and their keys
SIGNERS = ("tech", "cctv", "head", "member", "commission")  # of yesterday's documents, in their order
OFFICE = Actor("demo", "demo", frozenset({Role.ADMINISTRATOR}))


@dataclass(frozen=True)
class Account:
    """A demo person, as the sign-in page of a demo installation shows them."""

    login: str
    password: str
    code: str
    role: str
    name: str


@cache
def data() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "data.toml").read_text(encoding="utf-8"))


def accounts() -> list[Account]:
    """The demo people; empty when this is no demo installation."""
    opened = office.opened()
    if not (opened and opened.demo):
        return []
    script = data()
    code = script["code_for_signing"]
    return [Account(p["login"], p["password"], code, p["role"], p["name"]) for p in script["person"]]


def lines() -> list[str]:
    """What ``make run`` prints of the demo people."""
    found = accounts()
    if not found:
        return []
    told = [f"  {a.login:<11} {a.password:<18} code {a.code}   {a.role}, {a.name}" for a in found]
    return ["This is a demonstration. Sign in as:", *told]


def build(settings: Settings, now: datetime) -> None:
    """The centre alone, in an empty installation. Raises AlreadyMade when there is one."""
    _build(settings, now)


def build_region(settings: Settings, now: datetime) -> None:
    """The centre, its yesterday handed in, and the other centres of its region. Raises AlreadyMade."""
    player, region = _build(settings, now)
    around.hand_in(player, region.script["handed_in"], region.at("19:40"))
    around.build(region)


def _build(settings: Settings, now: datetime) -> tuple[Player, around.Region]:
    """The centre with its two days; who acted yesterday, and what the others are built from."""
    script = data()
    zone = ZoneInfo(script["zone"])
    early = now - PREPARED
    setup.init(settings.name, early, "root-of-demo", demo=True)
    _centre(script, early)
    cast = _people(script, early)
    centre = f"{script['region']}-{script['code']}"
    today = now.astimezone(zone).date()
    yesterday = today - timedelta(days=1)
    opened = datetime.combine(yesterday - timedelta(days=15), datetime.min.time(), zone) + timedelta(hours=9)
    day_id = opening.open_day(
        cast["head"].actor, _opening(script, cast, centre, yesterday, "10:00", {}), settings.name, opened
    )
    player = Player(day_id, script, cast)
    player.play(script["script"]["steps"], yesterday, zone)
    evening = datetime.combine(yesterday, datetime.min.time(), zone) + timedelta(hours=19)
    player.waive("commission", "post.retention", evening)
    player.settle(evening + timedelta(minutes=5))
    around.sign(player, SIGNERS, settings.public_url, evening + timedelta(minutes=15))
    plan = plan_today(now, zone)
    made = _opening(script, cast, centre, plan.date, plan.start, plan.parameters)
    before = datetime.combine(yesterday, datetime.min.time(), zone) + timedelta(hours=9)
    today_id = opening.open_day(cast["head"].actor, made, settings.name, before)
    play_today(Player(today_id, script, cast), now)
    return player, around.Region(settings, script, cast, OFFICE, now.astimezone(zone), early, yesterday, zone)


def _people(script: dict[str, Any], now: datetime) -> dict[str, Cast]:
    centre = f"{script['region']}-{script['code']}"
    cast = {}
    for person in script["person"]:
        where = person.get("centres", [centre])
        mail = f"{person['login']}@example.org"
        link = invitations.invite(OFFICE, person["login"], person["name"], [person["role"]], where, mail, now)
        if session := invitations.accept(link.secret, person["password"], person["password"], now):
            sign_in.sign_out(session)
        view = link.person
        actor = Actor(view.id, view.name, frozenset(Role(r) for r in view.roles), frozenset(view.centres))
        sign_in.set_language(actor, script.get("language", ""))
        key = None
        if person["role"] not in (Role.ADMINISTRATOR, Role.MINISTRY_OFFICER):
            keys.make(actor, script["code_for_signing"], True, now)
            key = keys.unlock(actor, script["code_for_signing"], now)
        cast[person["login"]] = Cast(actor, person["role"], key)
    return cast


def _rooms(script: dict[str, Any]) -> tuple[Room, ...]:
    return tuple(Room(code, kind) for kind, codes in script["rooms"].items() for code in parse_rooms(codes))


def _cameras(script: dict[str, Any]) -> tuple[Camera, ...]:
    """Two cameras a room; only the exam and headquarters are broadcast."""
    keeps = {"exam": "online", "headquarters": "online"}
    return tuple(
        Camera(f"{r.code}-{n}", r.code, f"IPC-{r.code}{n}", "", keeps.get(r.kind, "local"), "NVR-1")
        for r in _rooms(script)
        for n in (1, 2)
    )


def _recorders(script: dict[str, Any]) -> tuple[Recorder, ...]:
    return tuple(Recorder(**r) for r in script["recorders"])


def _stations(script: dict[str, Any]) -> tuple[Station, ...]:
    rooms = [r for r in _rooms(script) if r.kind == "exam"]
    prints = tuple(Station(f"PS-{r.code}", r.code, "print", f"PS-{4000 + int(r.code)}") for r in rooms)
    return (*(Station(**s) for s in script["stations"]), *prints)


def _centre(script: dict[str, Any], now: datetime) -> None:
    centre = Centre(*(script[n] for n in ("region", "code", "region_name", "name", "address", "zone")))
    plan = (_rooms(script), _cameras(script), _stations(script))
    centres.save(OFFICE, centre, *plan, now, new=True, recorders=_recorders(script))


def _opening(
    script: dict[str, Any], cast: dict[str, Cast], centre: str, on: Any, start: str, parameters: dict[str, Any]
) -> opening.Opening:
    begin = datetime.fromisoformat(f"{on}T{start}")
    end = begin + timedelta(hours=3, minutes=30)
    roster = [
        opening.Place(c.actor.person, c.role, script["order"])
        for c in cast.values()
        if c.key is not None  # the day's people are those who sign
    ]
    return opening.Opening(
        centre=centre, date=on, start=start, end=end.strftime("%H:%M") if end.date() == begin.date() else "23:59",
        exam=script["exam"], profile=script["profile"], rooms=_rooms(script), cameras=_cameras(script),
        stations=_stations(script), roster=tuple(roster), parameters=parameters, period_start=on,
        recorders=_recorders(script),
    )  # fmt: skip
