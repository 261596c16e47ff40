"""A PostgreSQL of our own: Debian's binaries, a temporary folder, a free port, its own user when we are root."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from app import config, create_app
from app.domain.people import Actor
from app.domain.plan import Role
from app.services import accounts, centres, keys, people, setup
from tests.conftest import (
    CAMERAS,
    CENTRE,
    CODE,
    MADE,
    NAME,
    OFFICE,
    ROOMS,
    SIGNING_CODE,
    STAFF,
    STATIONS,
    Clock,
    Installation,
    close,
)

BINARIES = Path("/usr/lib/postgresql/15/bin")


def _run(*words: str) -> None:
    """As ourselves, or as the user ``postgres`` when we are root (the server refuses to run as root)."""
    if os.geteuid() == 0:
        words = ("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *words)
    subprocess.run(words, check=True, capture_output=True, cwd="/", timeout=60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of a running server, without a database name."""
    folder = Path(tempfile.mkdtemp(prefix="logbook-postgres-", dir="/tmp"))
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    port, data = _free_port(), folder / "data"
    _run(str(BINARIES / "initdb"), "-D", str(data), "-U", "logbook", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    _run(str(BINARIES / "pg_ctl"), "-D", str(data), "-l", str(folder / "log"), "-o", options, "-w", "start")
    yield f"postgresql+psycopg://logbook@127.0.0.1:{port}"
    _run(str(BINARIES / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def url(postgres: str, request: pytest.FixtureRequest) -> str:
    """An empty database of the test's own."""
    name = f"test_{abs(hash(request.node.nodeid)) % 10**12}"
    with psycopg.connect(f"{postgres.replace('+psycopg', '')}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{postgres}/{name}"


@pytest.fixture
def installation(url: str, tmp_path: Path) -> Iterator[Installation]:
    """The small centre of ``tests/conftest.py``, on PostgreSQL."""
    clock, folder = Clock(), tmp_path / "instance"
    folder.mkdir()
    app = create_app(config.load(folder, {"LOGBOOK_NAME": NAME, "LOGBOOK_DATABASE_URL": url}), clock)
    actors: dict[str, Actor] = {}
    with app.app_context():
        setup.make_keys(folder, NAME, MADE)
        setup.upgrade_schema()
        setup.init(NAME, MADE, "root")
        centres.save(OFFICE, CENTRE, ROOMS, CAMERAS, STATIONS, MADE, new=True)
        for login, (name, role, local) in STAFF.items():
            view, password = people.add(OFFICE, login, name, [role], [CODE] if local else [], "", MADE)
            actors[login] = Actor(view.id, view.name, frozenset({role}), frozenset(view.centres))
            accounts.set_password(actors[login], password, f"password-{login}", MADE)
            if role not in (Role.MINISTRY_OFFICER, Role.ADMINISTRATOR):
                keys.make(actors[login], SIGNING_CODE, True, MADE)
        yield Installation(app, folder, clock, actors)
    close(app)


@pytest.fixture
def day(installation: Installation) -> str:
    return installation.open_day()
