"""Days that were made with the first schema live on in the newest one, whatever migrations lie between them.

``tests/data/made-at-0001.json`` holds every row of such an installation, as version 0.1 wrote it (see its README).
The newest schema is asked for as "head": a new migration is tested here without a word more.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from app.domain import facts as f
from app.domain.people import Actor
from app.domain.plan import Role
from app.services import accounts, centres, days, keys, setup, verify
from app.services.record import record
from app.store import keys as key_files
from app.store import migrations
from app.store import people as store
from app.store.db import Base, db
from tests import databases
from tests.conftest import CENTRE, OFFICE, Clock, close, make_app
from tests.databases import POSTGRESQL, REFUSED, Database
from tests.postgres.server import Server
from tests.proofs import proofs
from tests.store.attacker import attack

DATA = Path(__file__).parents[1] / "data" / "made-at-0001.json"
FIRST = "0001"
DAY = "45-0007-2026-06-01"
# What is proved or signed: no migration changes a value of it.
JOURNAL = ("log", "entry", "checkpoint", "day", "profile")


def stored() -> dict[str, list[dict[str, Any]]]:
    """Rows by table; bytes are written as hex, moments as text."""
    return {
        table: [{name: _value(value) for name, value in row.items()} for row in rows]
        for table, rows in json.loads(DATA.read_text(encoding="utf-8")).items()
    }


def _value(value: Any) -> Any:
    if isinstance(value, dict) and "hex" in value:
        return bytes.fromhex(value["hex"])
    if isinstance(value, dict) and "moment" in value:
        return datetime.fromisoformat(value["moment"])
    return value


def to(revision: str, connection: sa.Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations.FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def fill(connection: sa.Connection) -> None:
    """Write the stored rows by the schema that stands in the database."""
    schema = sa.MetaData()
    schema.reflect(connection)
    rows = stored()
    for table in schema.sorted_tables:
        if rows.get(table.name):
            connection.execute(table.insert(), rows[table.name])
        if connection.dialect.name == POSTGRESQL and "id" in table.c and isinstance(table.c.id.type, sa.Integer):
            name = f"'{table.name}'"
            connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence({name}, 'id'), coalesce(max(id), 1)) FROM {table.name}"
            )


@pytest.fixture
def old(tmp_path: Path, database: str, postgres: Server, clock: Clock) -> Iterator[Database]:
    """An installation as version 0.1 left it, in its app context: the first schema, and its log key."""
    folder = tmp_path / "instance"
    seed = Ed25519PrivateKey.from_private_bytes(sha256(b"log key of made-at-0001").digest())
    pem = seed.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    key_files.write_private(folder / "keys" / key_files.LOG_KEY, pem)
    place = databases.empty(database, folder, postgres)
    app = make_app(folder, clock, place.address)
    with app.app_context():
        with db.engine.begin() as connection:
            to(FIRST, connection)
            fill(connection)
        yield place
    close(app)
    place.give_back()


def test_days_of_the_first_schema_are_proved_and_go_on_in_the_newest(old: Database, clock: Clock) -> None:
    setup.upgrade_schema()
    assert [(r.exit, r.size) for r in proofs()] == [(0, 14), (0, 6), (0, 2)]
    assert accounts.sign_in("tech", "password-tech", clock.now)
    row = store.by_login("tech")
    assert row is not None
    tech = Actor(row.id, row.name, frozenset({Role.TECHNICIAN}), frozenset(row.centres))
    assert [a.fact.text for a in days.load(tech, DAY).acts.values() if a.tag == "note.written"] == ["до новой схемы"]
    record(tech, DAY, "id-new", f.NoteWritten("после", clock.now), clock.now)
    assert (verify.verify_day(DAY).exit, verify.verify_day(DAY).size) == (0, 7)
    assert keys.state(tech.person, clock.now).exists
    assert [view.centre for view in centres.list_centres(OFFICE)] == [CENTRE]


def test_no_value_of_a_journal_is_lost_or_changed_on_the_way(old: Database) -> None:
    setup.upgrade_schema()
    with old.connect() as hand:
        for table in JOURNAL:
            kept = stored()[table]
            found = hand.rows(f"SELECT {', '.join(kept[0])} FROM {table}")
            assert sorted(map(repr, found)) == sorted(map(repr, kept)), table
        people = {person["login"] for person in hand.rows("SELECT login FROM person")}
    assert people == {person["login"] for person in stored()["person"]}


def test_the_newest_schema_is_that_of_the_models_and_still_refuses_to_change_a_journal(old: Database) -> None:
    setup.upgrade_schema()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    for statement in ("UPDATE entry SET body = salt", "DELETE FROM entry", "UPDATE profile SET text = ''"):
        with attack(old, armed=False) as hand, pytest.raises(REFUSED, match=r"append-only|never changes"):
            hand.execute(statement)
    setup.upgrade_schema()  # again: nothing to do
