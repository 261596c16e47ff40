"""An installation with one small centre and its people, made once and copied for every test that asks for one.

Below ``tests/store`` and ``tests/services`` a test that asks for one runs on SQLite and on PostgreSQL; one that is
about the file of SQLite itself says so: ``@pytest.mark.sqlite_only(reason="...")``.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import gettempdir
from typing import Any
from uuid import uuid4

import hypothesis
import pytest
from flask import Flask, has_app_context

from app import config, create_app
from app.domain import facts as f
from app.domain.day import Day
from app.domain.people import Actor
from app.domain.plan import Camera, Centre, Role, Room, Station
from app.services import accounts, centres, confirm, days, documents, keys, opening, people, setup
from app.services.record import Receipt, record
from app.store.db import db
from reports import foreign
from tests import cheaply, databases, loaded, order, which_database
from tests.databases import SQLITE, Database
from tests.postgres.server import Server
from tests.which_database import (  # noqa: F401 - pytest finds them here
    pytest_addoption,
    pytest_generate_tests,
    pytest_terminal_summary,
)

# The same examples in every run, and nothing kept between runs.
hypothesis.configuration.set_hypothesis_home_dir(Path(gettempdir()) / "logbook-hypothesis")
hypothesis.settings.register_profile("logbook", derandomize=True, deadline=None, database=None, max_examples=60)
hypothesis.settings.load_profile("logbook")

NAME = "logbook.test"
CENTRE = Centre("45", "0007", "Примерная область", "МБОУ «СОШ № 1»", "г. Пример, ул. Садовая, д. 7", "Europe/Moscow")
CODE = "45-0007"
ROOMS = (Room("0001", "exam"), Room("0002", "exam"), Room("7777", "headquarters"), Room("9001", "corridor"))
CAMERAS = tuple(Camera(f"{r.code}-1", r.code, f"IPC-{r.code}") for r in ROOMS)
STATIONS = (Station("AS-1", "7777", "main", "AS-3107"),)
EXAM = date(2026, 6, 1)
MADE = datetime(2026, 5, 1, 6, tzinfo=UTC)  # the installation, its people and keys
OPENED = datetime(2026, 5, 18, 6, tzinfo=UTC)  # the day
MORNING = datetime(2026, 6, 1, 5, tzinfo=UTC)  # 08:00 in Moscow, two hours before the exam
SIGNING_CODE = "135790"
STAFF = {  # sign-in name: (name, role, belongs to the centre)
    "tech": ("Ёлкина Анна Юрьевна", Role.TECHNICIAN, True),
    "cctv": ("Ким Олег Ли", Role.CCTV_TECHNICIAN, True),
    "head": ("Дроздова Вера Ильинична", Role.PES_HEAD, True),
    "member": ("Чайка Лев Ильич", Role.COMMISSION_MEMBER, False),
    "commission": ("Щукина Майя Львовна", Role.COMMISSION_HEAD, False),
    "ministry": ("Орлова Нина Петровна", Role.MINISTRY_OFFICER, False),
    "boss": ("Журов Глеб Олегович", Role.ADMINISTRATOR, False),
}
SLOW_HASHER = accounts.HASHER  # the product's own
OFFICE = Actor("office", "office", frozenset({Role.ADMINISTRATOR}))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    which_database.leave_out(config, items)
    order.longest_first(items)


class Clock:
    """The application's clock, in the test's hand."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **amount: float) -> datetime:
        self.now += timedelta(**amount)
        return self.now


@dataclass
class Installation:
    """A fresh copy of the template: the app in its context, and short words for what tests do all the time."""

    app: Flask
    folder: Path
    database: Database
    clock: Clock
    people: dict[str, Actor]
    unlocked: dict[str, keys.UnlockedKey] = field(default_factory=dict)

    def key(self, login: str) -> keys.UnlockedKey:
        """The person's signing key, opened with the code."""
        if login not in self.unlocked:
            self.unlocked[login] = keys.unlock(self.people[login], SIGNING_CODE, self.clock.now)
        return self.unlocked[login]

    def opening(self, **changes: Any) -> opening.Opening:
        """What opens the usual day, with ``changes``."""
        on_duty = ("tech", "cctv", "head", "member", "commission")
        roster = tuple(opening.Place(self.people[p].person, STAFF[p][1], "приказ № 7") for p in on_duty)
        return opening.Opening(
            **{
                "centre": CODE, "date": EXAM, "start": "10:00", "end": "13:30", "exam": "ЕГЭ, физика",
                "profile": "ru-ege-main", "rooms": ROOMS, "cameras": CAMERAS, "stations": STATIONS, "roster": roster,
                "period_start": EXAM, "second": True, **changes,
            }
        )  # fmt: skip

    def open_day(self, **changes: Any) -> str:
        """Open a day two weeks before; its name."""
        return opening.open_day(self.people["head"], self.opening(**changes), NAME, OPENED)

    def day(self, day_id: str) -> Day:
        db.session.rollback()  # a fresh view, as every request has
        return days.load(self.people["head"], day_id)

    def record(self, day_id: str, login: str, fact: Any, entry_id: str = "", now: datetime | None = None) -> Receipt:
        return record(self.people[login], day_id, entry_id or str(uuid4()), fact, now or self.clock.now)

    def note(self, day_id: str, text: str = "заметка", login: str = "tech", entry_id: str = "") -> Receipt:
        """A note: the simplest entry of a person."""
        return self.record(day_id, login, f.NoteWritten(text, self.clock.now), entry_id)

    def arrive(self, day_id: str, login: str = "tech") -> Receipt:
        """A finished step, with its evidence."""
        evidence = {"arrived_at": "2026-06-01T07:02", "id_document_checked": True, "personal_items_left": True}
        return self.record(day_id, login, f.StepDone("ex.arrive", self.clock.now, (), evidence))

    def access(self, day_id: str, login: str = "tech", **more: Any) -> Receipt:
        """An access to the cameras, noted by hand."""
        now = self.clock.now
        values = {"rooms": ("0001",), "start": now - timedelta(minutes=5), "end": now, "action": "check", **more}
        return self.record(day_id, login, f.AccessNoted(**values))

    def confirm(self, day_id: str, *seqs: int, login: str = "head") -> Receipt:
        return confirm.confirm(self.people[login], day_id, str(uuid4()), seqs, self.key(login), self.clock.now)

    def sign(self, day_id: str, login: str, form: str = "access-journal") -> Receipt:
        """Sign what the person sees now."""
        actor = self.people[login]
        seen = documents.document(days.load(actor, day_id), form, actor)
        return documents.sign(actor, day_id, form, seen.expected, self.key(login), "", self.clock.now)

    def sign_all(self, day_id: str, form: str = "access-journal") -> bytes:
        """By everybody in turn, four minutes apart; the finished file."""
        for login in ("tech", "head", "commission"):
            self.sign(day_id, login, form)
            self.clock.forward(minutes=4)
        return documents.save(self.day(day_id), form)[0]


def make_app(folder: Path, clock: Clock, database_url: str = "") -> Flask:
    app = create_app(config.load(folder, {"LOGBOOK_NAME": NAME, "LOGBOOK_DATABASE_URL": database_url}), clock)
    app.testing = True
    return app


def close(app: Flask) -> None:
    """Leave no connection and no journal beside the database, not even that of the context it is called in."""
    if has_app_context():
        db.session.remove()
    with app.app_context():
        db.engine.dispose()


@dataclass(frozen=True)
class Template:
    """What is copied for a test. ``day``: name of the day in it, if there is one."""

    folder: Path
    database: Database
    people: dict[str, Actor]
    day: str = ""

    def copy(self, folder: Path, clock: Clock) -> Installation:
        """A fresh installation in ``folder``; its app has no context yet."""
        shutil.copytree(self.folder, folder)
        database = databases.copy(self.database, folder)
        return Installation(make_app(folder, clock, database.address), folder, database, clock, dict(self.people))

    @contextmanager
    def lent(self, folder: Path, clock: Clock) -> Iterator[Installation]:
        """The same in its app context; afterwards everything is given back."""
        made = self.copy(folder, clock)
        with made.app.app_context():
            yield made
        close(made.app)
        made.database.give_back()


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside_and_nothing_slow() -> Iterator[None]:
    """No LOGBOOK_* of the person who runs the tests reaches them; what is slow and the same everywhere is cheap."""
    with pytest.MonkeyPatch.context() as patch:
        cheaply.everything(patch)
        for name in [n for n in os.environ if n.startswith("LOGBOOK_")]:
            patch.delenv(name)
        yield
    loaded.end()


@pytest.fixture
def a_process_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read in a process of its own again, as the product does."""
    monkeypatch.setattr(foreign, "_Talk", cheaply.PROCESS)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The server of this process of tests; it starts when the first test needs it."""
    server = Server()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, postgres: Server) -> Callable[[str], Template]:
    """The template of a kind of database: schema, centre, people. Passwords are hashed here, once."""

    @cache
    def make(kind: str) -> Template:
        folder = tmp_path_factory.mktemp(f"template-{kind}") / "instance"
        database = databases.empty(kind, folder, postgres)
        app = make_app(folder, Clock(MADE), database.address)
        with app.app_context():
            setup.make_keys(folder, NAME, MADE)
            setup.upgrade_schema()
            setup.init(NAME, MADE, "root")
            centres.save(OFFICE, CENTRE, ROOMS, CAMERAS, STATIONS, MADE, new=True)
            people = add_people()
        close(app)
        return Template(folder, database, people)

    return make


def add_people() -> dict[str, Actor]:
    actors: dict[str, Actor] = {}
    for login, (name, role, local) in STAFF.items():
        view, password = people.add(OFFICE, login, name, [role], [CODE] if local else [], "", MADE)
        actor = Actor(view.id, view.name, frozenset({role}), frozenset(view.centres))
        accounts.set_password(actor, password, f"password-{login}", MADE)
        if role not in (Role.MINISTRY_OFFICER, Role.ADMINISTRATOR):
            keys.make(actor, SIGNING_CODE, True, MADE)
        actors[login] = actor
    return actors


@pytest.fixture(scope="session")
def signed_template(
    tmp_path_factory: pytest.TempPathFactory, template: Callable[[str], Template]
) -> Callable[[str], Template]:
    """The template with a day of some entries whose access journal is signed by all three."""

    @cache
    def make(kind: str) -> Template:
        made = template(kind).copy(tmp_path_factory.mktemp(f"signed-{kind}") / "instance", Clock())
        with made.app.app_context():
            name = made.open_day()
            first, second = made.access(name, reason="карта памяти"), made.arrive(name)
            made.confirm(name, first.seq, second.seq)
            made.sign_all(name)
        close(made.app)
        return Template(made.folder, made.database, made.people, name)

    return make


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database that the test runs on."""
    kind: str = getattr(request, "param", SQLITE)
    request.node.user_properties.append(("database", kind))
    for marker in request.node.iter_markers("sqlite_only"):
        request.node.user_properties.append(("sqlite_only", marker.kwargs["reason"]))
    return kind


@pytest.fixture
def installation(
    tmp_path: Path, template: Callable[[str], Template], database: str, clock: Clock
) -> Iterator[Installation]:
    """A fresh installation in ``tmp_path``; its app context is entered."""
    with template(database).lent(tmp_path / "instance", clock) as made:
        yield made


@pytest.fixture
def day(installation: Installation) -> str:
    """Name of a day that is open, without entries but its first."""
    return installation.open_day()


@pytest.fixture
def signed(
    tmp_path: Path, signed_template: Callable[[str], Template], database: str, clock: Clock
) -> Iterator[tuple[Installation, str]]:
    """A fresh copy of the installation with the signed document, and the day's name."""
    clock.forward(hours=8)
    with signed_template(database).lent(tmp_path / "instance", clock) as made:
        yield made, signed_template(database).day


@pytest.fixture
def in_context(installation: Installation) -> Callable[[Callable[[], Any]], Any]:
    """Run a function in a thread's own application context."""

    def run(call: Callable[[], Any]) -> Any:
        with installation.app.app_context():
            try:
                return call()
            finally:
                db.session.remove()

    return run
