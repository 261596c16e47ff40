"""The world of the tests of rights: two centres, days of ours and of others, everybody signed in."""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.routing import Rule as Route

from app.domain import facts as f
from app.domain.journal import Times
from app.domain.people import Actor
from app.domain.plan import Role
from app.domain.sights import Sight
from app.services import (
    accounts,
    attachments,
    centres,
    days,
    feeds,
    invitations,
    keys,
    office,
    opening,
    people,
    regulations,
)
from app.services.opening import Place
from app.store import authority, copies, files, imports, journal, sights
from app.store import keys as stored_keys
from app.store.db import db, transaction
from app.store.tables import LogRow
from tests.conftest import (
    CAMERAS,
    CENTRE,
    CODE,
    EXAM,
    MADE,
    OFFICE,
    ROOMS,
    SIGNING_CODE,
    STATIONS,
    Clock,
    Installation,
    Template,
    close,
)  # fmt: skip
from tests.databases import SQLITE

from .rights import ABOVE, ACTORS, FAR, OTHER, OWN, STRANGER, TAKEN_IN

FAR_CODE = "46-0009"
# Begin every name in a day without us; of people too at another centre.
SECRETS = {OTHER: "Закрыт", FAR: "Дальн", TAKEN_IN: "Чуж"}
DAYS_PEOPLE = ((Role.TECHNICIAN, "Иван"), (Role.PES_HEAD, "Пётр"), (Role.COMMISSION_HEAD, "Павел"))


@dataclass
class World:
    """Two centres, three days, everybody signed in; ``names``: what an address takes, by place."""

    app: Flask
    folder: Path
    clients: dict[str, FlaskClient]
    names: dict[str, dict[str, Any]]

    def written(self) -> tuple[int, int]:
        """Entries of all journals, kept files."""
        with self.app.app_context():
            return journal.count(), sum(1 for p in (self.folder / "files").rglob("*") if p.is_file())

    def days_written(self) -> dict[str, int]:
        """Entries of every day's journal."""
        with self.app.app_context():
            logs = [(log, origin) for log, origin, kind in journal.origins() if kind == "day"]
            return {origin: journal.head(log).checkpoint.size for log, origin in logs}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, template: Callable[[str], Template]) -> Iterator[World]:
    place, clock = tmp_path_factory.mktemp("rights") / "instance", Clock()
    made = template(SQLITE).copy(place, clock)
    app = made.app
    with app.app_context():
        far = replace(CENTRE, region="46", code="0009", name="Дальняя школа", address="Дальний путь, 1")
        centres.save(OFFICE, far, ROOMS, CAMERAS, STATIONS, MADE, new=True)
        for login, role in (("officer", Role.MINISTRY_OFFICER), ("local", Role.ADMINISTRATOR)):
            hire(made, login, "Местный Лев Ильич", role, CODE)
        hire(made, "regional", "Местный Пров Ильич", Role.COMMISSION_MEMBER, CODE.partition("-")[0])
        names = {OWN: a_day(made, OWN, CODE), OTHER: a_day(made, OTHER, CODE), FAR: a_day(made, FAR, FAR_CODE)}
        names[TAKEN_IN] = a_day(made, TAKEN_IN, CODE)
        give_away(names[TAKEN_IN]["day_id"])
        target = hire(made, "target", "Новиков Илья Львович", Role.TECHNICIAN, CODE)
        names[OWN] |= {"person_id": target, "person": made.people["cctv"].person}
        above = hire(made, "above", "Высокова Яна Ильинична", Role.COMMISSION_MEMBER)
        for login in ("cctv", "above", f"{FAR}-technician"):
            keys.ask_new(made.people[login], f"password-{login}", SIGNING_CODE, True, clock.now)
        names[ABOVE] = names[OWN] | {"person_id": above, "person": above}
        token = invitations.invite(OFFICE, "guest", "Гость Ян Янович", [Role.TECHNICIAN], [CODE], "", clock.now).secret
        secret = feeds.make(made.people["tech"], "", clock.now)
        text = days.load(OFFICE, names[OWN]["day_id"]).opened.profile_sha256
        for found in names.values():
            found |= {"token": token, "secret": secret}
            found |= {"digest_of_text": text, "other_text": regulations.installed("ro-bac").sha256}
    clients = {actor: enter(app, actor) for actor in ACTORS}
    yield World(app, place, clients, names)
    close(app)


def hire(made: Installation, login: str, name: str, role: Role, *codes: str) -> str:
    """An account with a password, and a key where the role signs; its id."""
    view, password = people.add(OFFICE, login, name, [role], codes, "", MADE)
    made.people[login] = actor = Actor(view.id, view.name, frozenset({role}), frozenset(view.centres))
    accounts.set_password(actor, password, f"password-{login}", MADE)
    if role not in (Role.MINISTRY_OFFICER, Role.ADMINISTRATOR):
        keys.make(actor, SIGNING_CODE, True, MADE)
    return view.id


def a_day(made: Installation, place: str, code: str) -> dict[str, Any]:
    """A day with an entry, its photo and a document signed once; with people of its own unless it is ours."""
    changes: dict[str, Any] = {}
    tech, ours = "tech", place in (OWN, TAKEN_IN)
    if place == TAKEN_IN:
        changes = {"exam": f"{SECRETS[place]}ой экзамен", "date": EXAM - timedelta(days=1), "period_start": None}
    elif place != OWN:
        secret = SECRETS[place]
        family = f"{secret}ов" if place == FAR else "Соседов"  # who opens days knows the people of the centre
        staff = [hire(made, f"{place}-{role}", f"{family} {name} Ильич", role, code) for role, name in DAYS_PEOPLE]
        roster = tuple(Place(p, role, f"{secret}ый приказ") for p, (role, _) in zip(staff, DAYS_PEOPLE, strict=True))
        changes = {"roster": roster, "exam": f"{secret}ый экзамен", "centre": code}
        changes["date"] = EXAM + timedelta(days=1 if place == OTHER else 0)
        changes["period_start"] = None
        tech = f"{place}-technician"
    day = opening.open_day(OFFICE, made.opening(**changes), "logbook.test", made.clock.now)
    picture = io.BytesIO()
    Image.new("RGB", (4, 4), (len(place), 2, 3)).save(picture, "PNG")
    picture.seek(0)
    kept = attachments.store(made.people[tech], day, f"{SECRETS.get(place, '')}.png", picture, made.clock.now)
    evidence = {"room": "0001", "started_at": "08:00", "finished_at": "08:00", "photo_after": kept}
    receipt = made.record(day, tech, f.StepDone("d1.angle", made.clock.now, (), evidence))
    to = made.people["cctv" if ours else tech].person
    handed = f.ShiftHanded(to, made.clock.now, (), (f.Item("key", f"{SECRETS.get(place, '')}ключ"),), "", "00", "AA==")
    with transaction(log := days.log_of(day)):  # past the rules: one technician is enough
        seq = journal.append(log, handed, made.people[tech].person, Times(made.clock.now), str(uuid4()))[0].seq
        sights.write(day, CAMERAS[0].id, Sight("alive", made.clock.now, made.clock.now), b"\xff\xd8")
    failed = f.OutageOpened("online", ("0001",), made.clock.now, "network", f"{SECRETS.get(place, '')}ый порт")
    outage = made.record(day, tech, failed).seq
    made.sign(day, tech)
    copy_id = a_copy(made, day, tech)
    reviewer = "commission" if ours else f"{place}-commission_head"
    said = f"{SECRETS.get(place, '')}ое замечание"
    remark = made.record(day, reviewer, f.RemarkWritten(said, made.clock.now, receipt.seq)).seq
    return {"camera": CAMERAS[0].id, "outage": outage, "copy_id": copy_id, "remark": remark,
            "day_id": day, "seq": receipt.seq, "handover": seq, "digest": kept["sha256"], "code": code,
            "region": code[:2],
            "person_id": made.people[tech].person, "person": made.people[tech].person}  # fmt: skip


def give_away(day: str) -> None:
    """From here on the day came in a package of another installation, whose people have the very ids of ours."""
    source, log, pem = "elsewhere.test", days.log_of(day), authority.root().public_bytes(Encoding.PEM).decode()
    signers, vkey = office.certificates().values(), str(stored_keys.log_key().vkey)
    known = {"certificates": [s.certificate.public_bytes(Encoding.PEM).decode() for s in signers],
             "crls": [crl.public_bytes(Encoding.PEM).decode() for crl in authority.crls()]}  # fmt: skip
    with transaction():
        imports.add_source(name=source, vkey=vkey, root=pem, title="", added=MADE, added_by="")
        imports.note_import(
            day, MADE, source=source, sha256=files.put(b"a package"), size=1, root="", by="", known=known
        )  # fmt: skip
        db.session.get_one(LogRow, log).source = source


def a_copy(made: Installation, day: str, tech: str) -> str:
    """A copy of footage that ended; its id."""
    asked = {"what": "copy", "place": "/none", "serial": "", "kind": "", "cameras": [], "rooms": []}
    with transaction():
        copies.add(
            id=f"copy-{day}", day=day, person=made.people[tech].person, made=made.clock.now, asked=asked, wish="",
            state="stopped", worker="", beat=None, progress={}, result={}, told="", entry=None,
        )  # fmt: skip
    return f"copy-{day}"


def enter(app: Flask, actor: str) -> FlaskClient:
    """The actor's browser."""
    client = app.test_client()
    if actor != STRANGER:
        typed = {"login": actor, "password": f"password-{actor}", "csrf_token": token_of(client, "/sign-in")}
        assert client.post("/sign-in", data=typed).status_code == 302, actor
    return client


def token_of(client: FlaskClient, page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert found
    return found[1]


def address(world: World, route: Route, place: str) -> str:
    """The route's address for the thing of ``place``."""
    values = {
        "step_id": "ex.soft_check", "name": "last_participant_out", "region": "45", "role": "room_organiser",
        "form": "access-journal", "filename": "base.css", "device": "0001-1", "kind": "xlsx",
        "on": EXAM.isoformat(), "ticket": "1", "export_id": "00000000-0000-4000-8000-000000000000",
        **world.names[place],
    }  # fmt: skip
    values |= {"number": f"{values['day_id']}.03"}
    values |= {"name": "ru-ege-main"} if route.endpoint.startswith("profiles.") else {}
    values |= {"digest": values["digest_of_text"]} if route.endpoint == "profiles.text" else {}
    with world.app.test_request_context():
        url = world.app.url_map.bind("localhost").build(route.endpoint, {a: values[a] for a in route.arguments})
    return url + (f"?a={values['digest_of_text']}&b={values['other_text']}" if url.endswith("/compare") else "")
