"""Packages of another installation, and a region's installation that takes them in."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from flask import Flask

from app import config, create_app
from app.domain.people import Actor
from app.domain.plan import Role
from app.services import accounts, packages, people, publish, setup, sources
from tests import databases
from tests.conftest import MADE, OFFICE, Clock, Installation, Template, close
from tests.databases import SQLITE
from tests.postgres.server import Server

REGION = "region.test"
REGIONAL = {"boss": ((Role.ADMINISTRATOR,), ()), "ministry": ((Role.MINISTRY_OFFICER,), ()),
            "local": ((Role.COMMISSION_MEMBER,), ("45",)), "far": ((Role.COMMISSION_MEMBER,), ("46",)),
            "tech": ((Role.TECHNICIAN,), ("45-0007",))}  # fmt: skip


@dataclass(frozen=True)
class Packed:
    """Packages of one day: as it was signed, with a note more, and with another note in its place."""

    day: str
    first: Path
    longer: Path
    fork: Path
    vkey: str
    root: bytes


@pytest.fixture(scope="session")
def packed(tmp_path_factory: pytest.TempPathFactory, signed_template: Callable[[str], Template]) -> Packed:
    """Made once, in two copies of one installation that were told different things."""
    folder = tmp_path_factory.mktemp("packed")
    made = signed_template(SQLITE)
    for name, notes in (("one", ("", "правда")), ("two", ("неправда",))):
        with made.lent(folder / name, Clock()) as source:
            source.clock.forward(hours=9)
            vkey, root = publish.vkey(), publish.root()[0]
            for number, note in enumerate(notes):
                if note:
                    source.note(made.day, note)
                target = folder / f"{name}-{number}.zip"
                packages.export(source.people["commission"], made.day, target, source.clock.now)
    paths = (folder / f"{name}.zip" for name in ("one-0", "one-1", "two-0"))
    return Packed(made.day, *paths, vkey, root)


@pytest.fixture(scope="session")
def regional(tmp_path_factory: pytest.TempPathFactory, postgres: Server) -> Callable[[str], Template]:
    """An empty installation with another name and keys of its own."""

    @cache
    def make(kind: str) -> Template:
        folder = tmp_path_factory.mktemp(f"regional-{kind}") / "instance"
        database = databases.empty(kind, folder, postgres)
        app = _app(folder, Clock(MADE), database.address)
        with app.app_context():
            setup.make_keys(folder, REGION, MADE)
            setup.upgrade_schema()
            setup.init(REGION, MADE, "root")
            actors = {}
            for login, (roles, centres) in REGIONAL.items():
                view, password = people.add(OFFICE, login, "Орлова Нина Петровна", roles, (), "", MADE)
                actors[login] = Actor(view.id, view.name, frozenset(roles), frozenset(centres))
                accounts.set_password(actors[login], password, f"password-{login}", MADE)
        close(app)
        return Template(folder, database, actors)

    return make


def _app(folder: Path, clock: Clock, address: str) -> Flask:
    app = create_app(config.load(folder, {"LOGBOOK_NAME": REGION, "LOGBOOK_DATABASE_URL": address}), clock)
    app.testing = True
    return app


@contextmanager
def lent(made: Template, folder: Path, clock: Clock) -> Iterator[Installation]:
    """A copy of the region's installation, in no context."""
    shutil.copytree(made.folder, folder)
    database = databases.copy(made.database, folder)
    app = _app(folder, clock, database.address)
    yield Installation(app, folder, database, clock, dict(made.people))
    close(app)
    database.give_back()


@pytest.fixture
def region(
    tmp_path: Path, regional: Callable[[str], Template], database: str, clock: Clock, packed: Packed
) -> Iterator[Installation]:
    """The region's installation, which knows the other one's key."""
    clock.forward(days=1)
    with lent(regional(database), tmp_path / "region", clock) as made, made.app.app_context():
        sources.add(made.people["boss"], packed.vkey, packed.root, "Школа", clock.now)
        yield made
