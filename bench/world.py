"""An installation to measure: one centre, its people, and days of any size, made through the services."""

import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from flask import Flask
from werkzeug.test import EnvironBuilder

from app import config, create_app
from app.domain import Invalid
from app.domain import facts as f
from app.domain.checklist import places
from app.domain.journal import Times, write
from app.domain.merkle import frontier
from app.domain.note import make_checkpoint
from app.domain.people import Actor
from app.domain.plan import Camera, Centre, Role, Room, Station
from app.services import accounts, centres, confirm, days, keys, opening, people, setup
from app.services.record import record
from app.store import days as index
from app.store import journal, profiles
from app.store import keys as key_files
from app.store.db import db, transaction
from app.store.tables import CheckpointRow
from bench.load import TOKEN

NAME = "bench.example"
CODE, SIGNING_CODE = "45-0007", "135790"
CENTRE = Centre("45", "0007", "Примерная область", "МБОУ «СОШ № 1»", "г. Пример, ул. Садовая, д. 7", "Europe/Moscow")
ROOMS = (
    *(Room(f"{n:04d}", "exam") for n in range(1, 18)), Room("7777", "headquarters"),
    *(Room(f"900{n}", "corridor") for n in (1, 2, 3)), Room("9100", "entrance"),
)  # fmt: skip
CAMERAS = tuple(Camera(f"{r.code}-{n}", r.code, f"IPC-{r.code}{n}") for r in ROOMS for n in (1, 2))
STATIONS = (
    Station("AS-1", "7777", "main", "AS-3107"),
    *(Station(f"PS-{r.code}", r.code, "print", f"PS-4{r.code}") for r in ROOMS if r.kind == "exam"),
)
STAFF = {
    "tech": ("Орлов Игорь Сергеевич", Role.TECHNICIAN, True),
    "head": ("Лебедева Мария Павловна", Role.PES_HEAD, True),
    "commission": ("Жукова Татьяна Николаевна", Role.COMMISSION_HEAD, False),
}
OFFICE = Actor("office", "office", frozenset({Role.ADMINISTRATOR}))
MADE = datetime(2026, 5, 1, 6, tzinfo=UTC)
OPENED = datetime(2026, 5, 18, 6, tzinfo=UTC)
EXAM = date(2026, 6, 1)
NOON = datetime(2026, 6, 1, 9, 0, 30, tzinfo=UTC)  # two hours into the exam
STEPS = 60
SHIPPED = profiles.shipped()["ru-ege-main"]
TICK = "run.assist"  # a step that may be done any number of times


@dataclass
class World:
    """The installation, with a clock that stands still; ``key``: signing keys, opened."""

    folder: Path
    app: Flask
    people: dict[str, Actor]
    key: dict[str, keys.UnlockedKey] = field(default_factory=dict)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """For calls of services; never around a request."""
        with self.app.app_context():
            try:
                yield
            finally:
                db.session.remove()

    def open_day(self, profile: str = "ru-ege-main") -> str:
        """A new day without entries but its first; its name."""
        roster = tuple(opening.Place(self.people[p].person, STAFF[p][1], "приказ № 7") for p in STAFF)
        wanted = opening.Opening(
            centre=CODE, date=EXAM, start="10:00", end="13:30", exam="ЕГЭ, физика", profile=profile, rooms=ROOMS,
            cameras=CAMERAS, stations=STATIONS, roster=roster, period_start=EXAM, second=True,
        )  # fmt: skip
        with self.inside():
            return opening.open_day(self.people["head"], wanted, NAME, OPENED)

    def day(self, name: str) -> Any:
        with self.inside():
            return days.load(self.people["head"], name)

    def fill(self, day: str, facts: Iterable[Any]) -> None:
        """Append many entries of the technician at once, in one transaction and past the rules."""
        with self.inside():
            log = days.log_of(day)
            with transaction():
                at = journal.head(log)
                if at.frontier.size != 1:
                    raise ValueError("only a new day is filled")
                leaves, origin, rows = list(at.frontier.nodes), at.checkpoint.origin, iter(facts)
                while part := list(islice(rows, 5000)):
                    entries = [
                        write(origin, seq, str(uuid4()), self.people["tech"].person, fact, Times(NOON), _salt())
                        for seq, fact in enumerate(part, len(leaves))
                    ]
                    db.session.execute(journal.ENTRY.insert(), [_columns(log, e) for e in entries])
                    leaves += [e.hash for e in entries]
                edge, key = frontier(leaves), key_files.log_key()
                note = make_checkpoint(origin, edge.size, edge.root(), key.vkey, key.sign).note
                table = CheckpointRow.__table__
                nodes = " ".join(n.hex() for n in edge.nodes)
                values = {"size": edge.size, "frontier": nodes, "note": note}
                db.session.execute(table.update().where(table.c.log_id == log).values(**values))

    def confirm(self, day: str, share: float) -> None:
        """The head confirms this share of the acts, the oldest first."""
        with self.inside():
            acts = confirm.waiting(days.load(self.people["head"], day), self.people["head"])
            seqs = [a.seq for a in acts[: int(len(acts) * share)]]
            if seqs:
                confirm.confirm(self.people["head"], day, str(uuid4()), seqs, self.key["head"], NOON)

    def play(self, day: str) -> None:
        """Close every second step of the day's first half as not possible, so that the board shows every state."""
        with self.inside():
            actor = self.people["tech"]
            found = days.load(actor, day)
            for step in found.profile.steps[: len(found.profile.steps) // 2 : 2]:
                where = tuple(places(step, found, NOON)) if step.repeat not in ("", "demand") else ()
                fact = f.StepImpossible(step.id, NOON, "нет связи", where)
                try:
                    record(actor, day, str(uuid4()), fact, NOON)
                except Invalid:
                    continue  # another role's, or not yet its time


def make(folder: Path) -> World:
    """A new installation in ``folder``."""
    profiles.FOLDER = _profiles(folder)
    app = create_app(config.load(folder, {"LOGBOOK_NAME": NAME}), lambda: NOON)
    with app.app_context():
        setup.make_keys(folder, NAME, MADE)
        setup.upgrade_schema()
    app = create_app(config.load(folder, {"LOGBOOK_NAME": NAME}), lambda: NOON)
    (folder / config.FILE).write_text(f'name = "{NAME}"\n', encoding="utf-8")
    world = World(folder, app, {})
    with world.inside():
        setup.init(NAME, MADE, "root")
        centres.save(OFFICE, CENTRE, ROOMS, CAMERAS, STATIONS, MADE, new=True)
        for login, (name, role, local) in STAFF.items():
            view, password = people.add(OFFICE, login, name, [role], [CODE] if local else [], "", MADE)
            actor = Actor(view.id, view.name, frozenset({role}), frozenset(view.centres))
            accounts.set_password(actor, password, f"password-{login}", MADE)
            keys.make(actor, SIGNING_CODE, True, MADE)
            world.people[login] = actor
            world.key[login] = keys.unlock(actor, SIGNING_CODE, NOON)
    return world


def _profiles(folder: Path) -> Path:
    """The shipped profile, and one with more steps: copies of some under other names."""
    place = folder / "profiles"
    place.mkdir(parents=True)
    (place / "ru-ege-main.toml").write_text(SHIPPED, encoding="utf-8")
    head, *blocks = re.split(r"(?m)^(?=\[\[step\]\]\n)", SHIPPED)
    last, end = re.split(r"(?m)^(?=\[sources\])", blocks.pop())
    blocks.append(last)
    plain = [b for b in blocks if "period" not in b and "[[step.field]]" not in b]
    more = [re.sub(r'(?m)^id = "(.+)"', r'id = "\1_again"', b, count=1) for b in plain[: STEPS - len(blocks)]]
    long = re.sub(r'(?m)^id = "ru-ege-main"', 'id = "long"', head, count=1)
    (place / "long.toml").write_text("".join([long, *blocks, *more, end]), encoding="utf-8")
    return place


def copies(actor: Actor, like: str, count: int, later: timedelta = timedelta()) -> None:
    """Days like ``like``, so much later, each with a journal of its own; all in one transaction."""
    day = days.load(actor, like)
    with transaction():
        for n in range(count):
            name, on = f"{like}-copy-{later.days}-{n}", day.date + later
            fact = replace(
                day.opened, day=name, start=day.start + later, end=day.end + later, period_start=on.isoformat(),
                start_local=f"{on}{day.opened.start_local[10:]}", end_local=f"{on}{day.opened.end_local[10:]}",
            )  # fmt: skip
            log = journal.create(f"{NAME}/{name}", "day")
            index.add(name, day.centre_code, on.isoformat(), log, day.opened.profile_sha256)
            journal.append(log, fact, actor.person, Times(day.lines[0].received), str(uuid4()))


def _salt() -> bytes:
    return secrets.token_bytes(16)


def _columns(log: int, entry: Any) -> dict[str, Any]:
    return {
        "log_id": log, "seq": entry.seq, "id": entry.id, "leaf": entry.leaf, "hash": entry.hash, "body": entry.body,
        "salt": entry.salt,
    }  # fmt: skip


def access(count: int, remarks: int = 10) -> Iterator[f.AccessNoted]:
    """Rows of the access journal; every tenth has a reason, which is printed beneath it."""
    for n in range(count):
        at = NOON - timedelta(minutes=5)
        reason = "карта памяти" if remarks and n % remarks == 0 else ""
        yield f.AccessNoted((ROOMS[n % 17].code,), at, NOON, ("check", "angle", "copy")[n % 3], reason=reason)


def mixed(count: int) -> Iterator[Any]:
    """Entries as a long day has them: accesses, ticks and notes."""
    for n, row in enumerate(access(count)):
        evidence = {**tick(), "room": row.rooms[0]}
        yield (row, f.StepDone(TICK, NOON, (), evidence), row, f.NoteWritten(f"заметка {n}", NOON))[n % 4]


def tick() -> dict[str, str]:
    """Evidence of the step that is ticked off."""
    return {"room": "0003", "called_at": "11:55", "left_at": "12:00", "problem": "принтер", "solution": "бумага"}


def tick_fields() -> dict[str, str]:
    """The same as the form sends it."""
    return {f"evidence.{name}": value for name, value in tick().items()}


# ---------------------------------------------------------------- requests in this process


@dataclass
class Browser:
    """A signed-in person whose requests go straight to the application: no network, no test client around."""

    app: Flask
    cookie: str
    token: str

    def page(self, path: str, status: int = 200, **headers: str) -> Callable[[], dict[str, str]]:
        """A GET that can be called again and again; it answers the headers. Raises when the status is another."""
        environ = EnvironBuilder(path, headers={"Cookie": self.cookie, **headers}).get_environ()
        return lambda: self._call(environ.copy(), status)

    def post(self, path: str, fields: dict[str, str]) -> Callable[[], dict[str, str]]:
        """A POST with a fresh ``entry_id`` at each call, answered by a redirection."""
        body = urlencode({**fields, "csrf_token": self.token})
        kind = "application/x-www-form-urlencoded"
        builder = EnvironBuilder(path, method="POST", headers={"Cookie": self.cookie}, content_type=kind)
        environ = builder.get_environ()

        def call() -> dict[str, str]:
            sent = f"{body}&entry_id={uuid4()}".encode()
            again = {**environ, "wsgi.input": BytesIO(sent), "CONTENT_LENGTH": str(len(sent))}
            return self._call(again, 302)

        return call

    def _call(self, environ: dict[str, Any], status: int) -> dict[str, str]:
        said: list[Any] = []
        parts = self.app.wsgi_app(environ, lambda *start: said.extend(start[:2]))  # type: ignore[arg-type,return-value]
        for _ in parts:
            pass
        if hasattr(parts, "close"):
            parts.close()
        if not said[0].startswith(str(status)):
            raise RuntimeError(f"{environ['PATH_INFO']}: {said[0]} instead of {status}")
        return dict(said[1])


def browser(app: Flask, values: dict[str, str], form: str = "/sign-in") -> Browser:
    """Sign in, in this process; ``form``: a page with the token for what will be posted."""
    client = app.test_client()
    answer = client.post("/sign-in", data={**values, "csrf_token": _token(client.get("/sign-in").text)})
    if answer.status_code != 302:
        raise RuntimeError(f"signing in: {answer.status}")
    token = _token(client.get(form).text)
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    return Browser(app, f"{app.config['SESSION_COOKIE_NAME']}={cookie.value}" if cookie else "", token)


def _token(page: str) -> str:
    found = TOKEN.search(page)
    if found is None:
        raise RuntimeError("the page has no form")
    return found[1]


def credentials(login: str = "tech") -> dict[str, str]:
    """What the sign-in form takes."""
    return {"login": login, "password": f"password-{login}"}


def close(place: World) -> None:
    """Let go of the database."""
    with place.app.app_context():
        db.session.remove()
        db.engine.dispose()
