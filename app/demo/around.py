"""The other centres of the demo's region: small days that stand at different points of their review."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from app.config import Settings
from app.demo.acting import Cast, Player
from app.demo.today import BEFORE, Plan, act, plan_today
from app.domain import facts as f
from app.domain.checklist import State, board
from app.domain.people import Actor, short_name
from app.domain.places import parse_rooms
from app.domain.plan import Camera, Centre, Role, Room, Station
from app.services import accepting, centres, documents, invitations, keys, opening, reviewing, submitting

LATER = timedelta(days=30)  # longer than any pause of a day: everything is confirmed at its end
LEFT_AT = (0, "13:30")  # here ends the day that nobody hands in
LENGTH = timedelta(hours=3, minutes=30)  # of the exam
RUNS = timedelta(minutes=14)  # so long the outage of today has been running
KEYS = {"tech": ("accepted", "signed"), "head": ("accepted", "signed", "returned")}  # who confirms or signs yesterday


@dataclass(frozen=True)
class Region:
    """What every centre around needs. ``office``: who makes accounts; ``cast``: people of the first centre."""

    settings: Settings
    script: dict[str, Any]
    cast: dict[str, Cast]
    office: Actor
    now: datetime
    early: datetime
    yesterday: date
    zone: ZoneInfo

    def at(self, clock: str, offset: int = 0) -> datetime:
        """A moment of yesterday, or of a day so many days away from it."""
        return datetime.combine(self.yesterday + timedelta(days=offset), time.fromisoformat(clock), self.zone)

    def code(self, said: dict[str, Any]) -> str:
        return f"{self.script['region']}-{said['code']}"


def build(region: Region) -> None:
    """Every centre of the script, with its people and its days."""
    script = region.script
    for said in script["around"]["centre"]:
        known = (script["region"], said["code"], script["region_name"], said["name"], said["address"], script["zone"])
        centres.save(region.office, Centre(*known), *_plan(script), region.early, new=True)
        cast = _people(region, said)
        _yesterday(region, said, cast)
        if said["today"]:
            _today(region, said, cast)


def _plan(script: dict[str, Any]) -> tuple[tuple[Room, ...], tuple[Camera, ...], tuple[Station, ...]]:
    """A camera a room, and the stations of headquarters."""
    rooms = tuple(Room(code, kind) for kind, codes in script["around"]["rooms"].items() for code in parse_rooms(codes))
    cameras = tuple(Camera(f"{r.code}-1", r.code, f"IPC-{r.code}1", "", "online") for r in rooms)
    return rooms, cameras, tuple(Station(**s) for s in script["stations"])


def _people(region: Region, said: dict[str, Any]) -> dict[str, Cast]:
    """Technician and head, with a link that nobody opened; the commission is that of the first centre."""
    cast = {login: region.cast[login] for login in ("member", "commission")}
    for part, role in (("tech", Role.TECHNICIAN), ("head", Role.PES_HEAD)):
        login, centre = f"{part}{said['code']}", region.code(said)
        mail = f"{login}@example.org"
        link = invitations.invite(region.office, login, said[part], [role], [centre], mail, region.early)
        actor, key = Actor(link.person.id, said[part], frozenset({role}), frozenset({centre})), None
        if said["yesterday"] in KEYS[part]:
            keys.make(actor, region.script["code_for_signing"], True, region.early)
            key = keys.unlock(actor, region.script["code_for_signing"], region.early)
        cast[part] = Cast(actor, role, key)
    return cast


def _open(region: Region, said: dict[str, Any], cast: dict[str, Cast], plan: Plan, at: datetime) -> Player:
    """A day of the centre. The one that is returned wrote down somebody else's order."""
    script, around = region.script, region.script["around"]
    end = datetime.fromisoformat(f"{plan.date}T{plan.start}") + LENGTH
    rooms, cameras, stations = _plan(script)
    made = opening.Opening(
        centre=region.code(said), date=plan.date, start=plan.start,
        end=end.strftime("%H:%M") if end.date() == plan.date else "23:59", exam=script["exam"],
        profile=script["profile"], rooms=rooms, cameras=cameras, stations=stations,
        roster=tuple(opening.Place(c.actor.person, c.role, script["order"]) for c in cast.values()),
        parameters=plan.parameters, period_start=plan.date,
    )  # fmt: skip
    wrong = said["yesterday"] == "returned"
    order = {"order_by": around["review"]["order"] if wrong else short_name(cast["head"].actor.name)}
    evidence = {**script["evidence"], **around["evidence"], "end.room_stop": order, "end.hq_stop": order}
    day_id = opening.open_day(cast["head"].actor, made, region.settings.name, at)
    return Player(day_id, {**script, "evidence": evidence, "waived": around["waived"]}, cast, pause=LATER)


# ---------------------------------------------------------------- yesterday


def _yesterday(region: Region, said: dict[str, Any], cast: dict[str, Cast]) -> None:
    player = _open(region, said, cast, Plan(region.yesterday, "10:00", {}), region.at("09:00", -15))
    left = said["yesterday"] == "left"
    lines = [line for line in region.script["around"]["steps"] if not left or _moment(line) <= LEFT_AT]
    player.play(lines, region.yesterday, region.zone)
    if left:
        return
    if said["yesterday"] != "returned":
        player.waive("head", "end.handover", region.at("16:40"))
        player.settle(region.at("16:45"))
        sign(player, ("tech", "head"), region.settings.public_url, region.at("18:30"))
    hand_in(player, region.script["around"]["override"], region.at("19:20"))
    if said["yesterday"] == "returned":
        _return(region, player)
    elif said["yesterday"] == "accepted":
        _accept(region, player)


def _moment(line: str) -> tuple[int, str]:
    offset, clock, *_ = line.split()
    return int(offset), clock


def sign(player: Player, logins: tuple[str, ...], public_url: str, moment: datetime) -> None:
    """Every document of the day, by each of them whose turn it is."""
    for form in documents.documents(player.day(), player.cast[logins[0]].actor):
        for login in logins:
            member = player.cast[login]
            view = documents.document(player.day(), form.form, member.actor)
            if view.mine and member.key:
                documents.sign(member.actor, player.day_id, form.form, view.expected, member.key, public_url, moment)
                moment += timedelta(minutes=4)


def hand_in(player: Player, reason: str, now: datetime) -> None:
    """By the head of the centre; ``reason``: why, when something is missing."""
    shown = submitting.standing(player.day(), now).shown
    submitting.submit(player.cast["head"].actor, player.day_id, str(uuid4()), shown, "", reason, now)


def _return(region: Region, player: Player) -> None:
    """Two remarks, one of them answered; the day is the centre's again."""
    words = region.script["around"]["review"]
    commission, head = (player.cast[login].actor for login in ("commission", "head"))
    stop = next(a.seq for a in player.day().acts.values() if getattr(a.fact, "step", "") == "end.room_stop")
    written = (
        f.RemarkWritten(words["asked"], region.at("20:10"), step="d1.cctv_check", places=("7777",)),
        f.RemarkWritten(words["remark"], region.at("20:14"), target=stop),
    )
    asked, _ = (reviewing.remark(commission, player.day_id, str(uuid4()), fact, fact.at) for fact in written)
    now = region.at("20:40")
    reviewing.answer(head, player.day_id, str(uuid4()), asked.seq, words["answer"], None, now)
    now, size = region.at("21:05"), player.day().size
    reviewing.give_back(commission, player.day_id, str(uuid4()), words["reason"], size, now)


def _accept(region: Region, player: Player) -> None:
    """Everything seen and countersigned."""
    commission, now = player.cast["commission"], region.at("20:30")
    reviewing.mark_seen_lines(commission.actor, player.day_id, str(uuid4()), range(player.day().size), now)
    table = accepting.table(commission.actor, player.day(), now)
    expected = {line.view.form: line.view.expected for line in table.mine}
    assert commission.key is not None
    accepting.accept(
        commission.actor, player.day_id, str(uuid4()), expected, commission.key, region.settings.public_url,
        region.script["around"]["accepted"], region.at("20:34"),
    )  # fmt: skip


# ---------------------------------------------------------------- today


def _today(region: Region, said: dict[str, Any], cast: dict[str, Cast]) -> None:
    """What is due by now is done; of a late day all but the newest."""
    plan = plan_today(region.now, region.zone)
    player = _open(region, said, cast, plan, region.at("09:00"))
    late = [v for v in board(player.day(), region.now) if v.state == State.OVERDUE]
    late.sort(key=lambda v: v.window.due or region.now)
    for view in late[:-1] if said["today"] == "late" else late:
        act(player, view, min(view.window.due or region.now, region.now) - BEFORE)
    if said["today"] == "outage":
        player.outage("tech", region.script["outage"]["running"], region.now - RUNS)
