"""An installation with everything a page can show: the demo, a centre of long names and many rooms, a damaged day."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from flask import Flask

from app import config, create_app, demo
from app.domain import DomainError
from app.domain import facts as f
from app.domain.journal import Times
from app.domain.people import Actor
from app.domain.plan import Camera, Centre, Role, Room, Station
from app.services import (
    accounts,
    centres,
    days,
    invitations,
    keys,
    opening,
    overview,
    people,
    regulations,
    rehearsal,
    reminders,
    setup,
)
from app.services.record import record
from app.store import copies, journal, profiles
from app.store.db import transaction
from tests.databases import SqliteFile
from tests.store.attacker import attack, put

NOW = datetime(2026, 6, 1, 6, 10, 20, tzinfo=UTC)  # 09:10 in Moscow, fifty minutes before the exam
OPENED = NOW - timedelta(days=10)
TODAY, YESTERDAY = "23-0970-2026-06-01", "23-0970-2026-05-31"
PRACTICE = f"{TODAY}-r1"
LONG, FRESH, DAMAGED = "45-0040-2026-06-01", "45-0042-2026-06-20", "45-0042-2026-06-10"
CODE = "246810"
PROFILE = "ru-ege-main"
OFFICE = Actor("office", "office", frozenset({Role.ADMINISTRATOR}))
RUSSIAN = "Достопримечательностьвысокопревосходительствосельскохозяйственномашиностроительногопредприятия"
GERMAN = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetzgebungsverfahrensordnungsprüfungskommission"
WIDE = "https://example.org/" + "W" * 80
SURNAME = "Константинопольский-Преображенский-Христорождественский-Архангелогородский"
CAST = {  # login: name, role, centres
    "bigtech": (f"{SURNAME} Александр-Вильгельм Апполинарьевич", Role.TECHNICIAN, ("45-0040", "45-0042")),
    "bighead": (
        f"{GERMAN[:64]}-Wolfeschlegelsteinhausenbergerdorff Maximiliane", Role.PES_HEAD, ("45-0040", "45-0042"),
    ),
    "idle": ("Свободный Лев Ильич", Role.TECHNICIAN, ("45-0043",)),
    "newcomer": ("Новиков Ян Янович", Role.TECHNICIAN, ("45-0043",)),
    "closed": (f"{GERMAN[:70]} Wolfgang", Role.TECHNICIAN, ("45-0043",)),
    "locked": ("Забывчивый Пётр Петрович", Role.TECHNICIAN, ("45-0043",)),
}  # fmt: skip


def password(login: str) -> str:
    return f"demo-{login}-1" if login not in CAST else f"password-of-{login}"


def build(folder: Path) -> Path:
    """The demo and the long centre in a new installation; the folder."""
    app = _begin(folder)
    with app.app_context():
        demo.build(config.load(folder, {}), NOW)
        overview.keep(NOW, 10)
        opening.rehearse(_actor("head"), TODAY, str(uuid4()), "logbook.test", OPENED)
        rehearsal.set_clock(_actor("head"), PRACTICE, NOW, str(uuid4()), NOW - timedelta(hours=2))
        for code, rooms in (("0040", 40), ("0042", 2), ("0043", 1)):
            _centre(code, rooms)
        actors = {login: _person(login, *who) for login, who in CAST.items()}
        view = next(p for p in people.list_people(OFFICE).items if p.login == "commission")
        people.edit(OFFICE, view.id, view.name, view.roles, ["23", "45"], view.email, OPENED)
        commission = _actor("commission")
        roster = (("bigtech", Role.TECHNICIAN), ("bighead", Role.PES_HEAD))
        places = [opening.Place(actors[who].person, role, RUSSIAN[:60]) for who, role in roster]
        places.append(opening.Place(commission.person, Role.COMMISSION_HEAD, "приказ № 118"))
        head = actors["bighead"]
        _open(head, "45-0040", date(2026, 6, 1), places)
        _open(head, "45-0042", date(2026, 6, 20), places)
        _open(head, "45-0042", date(2026, 6, 10), places)
        _long_day(actors)
        _keys(actors)
        _access(actors, folder / "link")
        _editions()
        reminders.sweep(NOW)
        record(actors["bigtech"], DAMAGED, str(uuid4()), f.NoteWritten("будет испорчено", NOW), NOW)
        with attack(SqliteFile(folder / "logbook.db")) as connection:
            log = days.log_of(DAMAGED)
            put(connection, log, 1, body=b"{}")
            connection.execute("UPDATE person SET must_change = 1 WHERE login = 'newcomer'")
    days.CACHE.days.clear()  # a later process does not know the day from before
    return folder


def bare(folder: Path) -> Path:
    """An installation with its administrator and nothing else."""
    app = _begin(folder)
    with app.app_context():
        one_time = setup.init("logbook.test", OPENED).password
        row = next(p for p in people.list_people(OFFICE).items if p.login == "admin")
        accounts.set_password(_as_actor(row), one_time, password("admin"), OPENED)
    return folder


def _begin(folder: Path) -> Flask:
    settings = config.load(folder, {})
    app = create_app(settings, lambda: NOW)
    with app.app_context():
        setup.make_keys(folder, settings.name, OPENED)
        setup.upgrade_schema()
    return create_app(settings, lambda: NOW)


def _person(login: str, name: str, role: str, codes: Iterable[str]) -> Actor:
    view, one_time = people.add(OFFICE, login, name, [role], list(codes), f"{login}@example.org", OPENED)
    actor = _as_actor(view)
    accounts.set_password(actor, one_time, password(login), OPENED)
    return actor


def _as_actor(view: people.PersonView) -> Actor:
    return Actor(view.id, view.name, frozenset(Role(r) for r in view.roles), frozenset(view.centres))


def _actor(login: str) -> Actor:
    return _as_actor(next(p for p in people.list_people(OFFICE).items if p.login == login))


def _rooms(count: int) -> tuple[Room, ...]:
    exam = tuple(Room(f"{n:04}", "exam", RUSSIAN[: 3 * n]) for n in range(1, count + 1))
    return (*exam, Room("7777", "headquarters", GERMAN), Room("9001", "corridor", "Коридор второго этажа у лестницы"))


def _centre(code: str, count: int) -> None:
    rooms = _rooms(count)
    serial = WIDE[-20:]
    cameras = tuple(Camera(f"{r.code}-{n}", r.code, f"IPC-{n}-{serial}", GERMAN) for r in rooms for n in (1, 2))
    stations = tuple(Station(f"PS-{r.code}", r.code, "print", f"PS-{RUSSIAN[:60]}") for r in rooms)
    place = Centre("45", code, RUSSIAN[:80], f"МБОУ «{RUSSIAN}»", f"г. {GERMAN}, {WIDE}", "Europe/Moscow")
    centres.save(OFFICE, place, rooms, cameras, stations, OPENED, new=True)


def _open(head: Actor, centre: str, on: date, roster: list[opening.Place]) -> None:
    view = centres.centre(head, centre)
    opening.open_day(
        head,
        opening.Opening(
            centre=centre, date=on, start="10:00", end="13:30", exam=f"ЕГЭ, {GERMAN[:100]}", profile=PROFILE,
            rooms=view.rooms, cameras=view.cameras, recorders=view.recorders, stations=view.stations,
            roster=tuple(roster), period_start=on,
        ),
        "logbook.test", OPENED,
    )  # fmt: skip


def _long_day(actors: dict[str, Actor]) -> None:
    """Entries with long words in every text, one corrected, one void, one late; nothing is confirmed."""
    tech = actors["bigtech"]

    def write(fact: object, minutes: int) -> int:
        return record(tech, LONG, str(uuid4()), fact, NOW - timedelta(minutes=minutes)).seq

    at = NOW - timedelta(minutes=120)
    seen = {"arrived_at": "2026-06-01T07:02", "id_document_checked": True, "personal_items_left": True}
    write(f.StepDone("ex.arrive", at, (), seen, note=RUSSIAN), 118)
    row = f.AccessNoted(
        tuple(f"{n:04}" for n in range(1, 41, 2)), at, at + timedelta(minutes=9), "", RUSSIAN, GERMAN, "on", WIDE, WIDE
    )
    first = write(row, 110)
    write(f.EntryCorrected(first, {"text": GERMAN, "rooms": ["0001", "0040"]}, WIDE), 100)
    second = write(replace(row, text=WIDE, late_reason=RUSSIAN), 99)
    write(f.EntryVoided(second, GERMAN), 98)
    write(replace(row, late_reason=RUSSIAN), 20)
    early = NOW - timedelta(minutes=18)
    write(f.NoteWritten(f"{WIDE} {RUSSIAN} {GERMAN}", early), 18)
    write(f.StepImpossible("ex.hq_record", early, RUSSIAN, ("7777",)), 17)
    things = tuple(f.Item(kind, text, WIDE[:60], 999) for kind, text in (("token", RUSSIAN), ("flash", GERMAN)))
    steps = ("ex.soft_check", "ex.cctv_check", "end.copy")
    handed = f.ShiftHanded(tech.person, early, steps, things, f"{RUSSIAN} {WIDE}", "00", "AA==")
    with transaction(log := days.log_of(LONG)):  # past the rules: the day has one technician
        journal.append(log, handed, tech.person, Times(NOW), str(uuid4()))
    failed = f.OutageOpened("recording", row.rooms, NOW - timedelta(minutes=12), "other", f"{RUSSIAN} {WIDE}")
    outage = write(replace(failed, late_reason=WIDE), 0)
    write(f.OutageTold(outage, f"{GERMAN} {WIDE}", NOW, RUSSIAN), 0)
    fact = f.RemarkWritten(f"{RUSSIAN} {WIDE}", NOW, first)
    remark = record(_actor("commission"), LONG, str(uuid4()), fact, NOW).seq
    write(f.RemarkAnswered(remark, f"{GERMAN} {WIDE}", NOW), 0)
    asked = {"what": "copy", "place": "/none", "serial": WIDE, "kind": "hdd", "cameras": [], "rooms": []}
    with transaction():
        copies.add(
            id="copy-1", day=LONG, person=tech.person, made=NOW, asked=asked, wish="", state="running", worker="",
            beat=None, progress={"done": 1, "total": 3, "file": WIDE}, result={}, told="", entry=None,
        )  # fmt: skip


def _keys(actors: dict[str, Actor]) -> None:
    """The head has a key; the technician's is locked and a new one asked for."""
    for who in ("bighead", "bigtech"):
        keys.make(actors[who], CODE, True, OPENED)
    tech = actors["bigtech"]
    keys.ask_new(tech, password("bigtech"), "135791", True, NOW)
    for _ in range(5):
        try:
            keys.unlock(tech, "000000", NOW)
        except DomainError:
            continue


def _access(actors: dict[str, Actor], link: Path) -> None:
    """An account that is closed, one with five wrong passwords, one whose link waits (kept in a file)."""
    people.lock(OFFICE, actors["closed"].person, f"{RUSSIAN} {WIDE}", NOW)
    for _ in range(5):
        try:
            accounts.sign_in("locked", "wrong", NOW)
        except DomainError:
            continue
    made = invitations.invite(OFFICE, "invited", f"{SURNAME} Ия", [Role.TECHNICIAN], ["45-0043"], "", NOW)
    link.write_text(made.secret, encoding="utf-8")


def _editions() -> None:
    """Profiles that an earlier version of the logbook left: one that reads otherwise, one that cannot be read."""
    text = profiles.shipped()[PROFILE]
    older = text.replace('version = "1.2.0"', 'version = "0.9.0"').replace("РЦОИ", GERMAN[:60])
    with transaction():
        for each in (older, f'version = "{WIDE}"\nsurprise = 1\n'):
            profiles.pin(each)


def words(folder: Path) -> dict[str, str]:
    """What addresses hold and every installation makes anew: people by sign-in name, texts of profiles, a link."""
    found = {p.login: p.id for p in people.list_people(OFFICE).items}
    for edition in regulations.editions():
        kind = edition.name if edition.installed else "older" if edition.profile else "broken"
        found[f"@{kind}"] = edition.sha256
    link = folder / "link"
    return found | ({"@link": link.read_text(encoding="utf-8")} if link.exists() else {})
