"""Make an installation: folder, keys, authority, database, first administrator."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from app.domain import N_, DomainError
from app.domain import facts as f
from app.domain.journal import Times
from app.domain.people import SYSTEM
from app.domain.plan import Role
from app.services import office
from app.services.accounts import hash_password
from app.store import authority, devices, journal, keys, migrations, sealed
from app.store import people as store
from app.store.db import db, has_tables, transaction
from app.store.tables import PersonRow


@dataclass(frozen=True)
class FirstAdministrator:
    """Shown once by ``flask init``; the password has to be changed at the first sign-in."""

    login: str
    password: str


class AlreadyMade(DomainError):
    """The folder holds an installation already."""


class NotMade(DomainError):
    """There is no installation in the folder to work with."""

    status = 500
    exit = 2


def is_made() -> bool:
    """True when the office log exists (the schema must)."""
    return any(kind == office.KIND for _, _, kind in journal.origins())


def require_made(instance: Path) -> None:
    """Raise NotMade unless the folder holds an installation, Unreadable for a damaged database; makes nothing."""
    if not (has_tables() and is_made()):
        raise NotMade(N_("There is no logbook in %(folder)s. Make one with: flask init"), folder=str(instance))


def make_keys(instance: Path, name: str, now: datetime) -> None:
    """Folder, keys and authority; each only where it is missing.

    Raises KeyMissing where an installation stands already without them: new ones would prove and open nothing of it.
    The key of the devices' addresses alone may be missing: it is made while none is stored, else it stays missing and
    who needs an address is told.
    """
    old = has_tables() and is_made()
    if old:
        keys.require(instance / "keys")
    instance.mkdir(parents=True, exist_ok=True)
    keys.make(instance / "keys")
    if not (old and devices.any_stored()):
        sealed.make(instance / "keys")
    authority.make(instance / "keys", name, now)


def upgrade_schema() -> None:
    """Bring the database to the newest migration."""
    migrations.upgrade(db.engine)


def init(name: str, now: datetime, login: str = "admin", demo: bool = False) -> FirstAdministrator:
    """Open the installation's journal and make the first administrator. Raises AlreadyMade."""
    password = one_time_password()
    root = authority.fingerprint(authority.root())
    with transaction():
        if is_made():
            raise AlreadyMade(N_("This folder holds an installation already; nothing was changed."))
        log = journal.create(office.origin(name), office.KIND)
        journal.append(log, f.OfficeOpened(name, root, demo), SYSTEM.person, Times(now), str(uuid4()))
        store.add(
            PersonRow(
                id=new_person_id(), login=login, name=login, roles=[Role.ADMINISTRATOR.value], centres=[],
                password=hash_password(password), must_change=True,
            )
        )  # fmt: skip
    return FirstAdministrator(login, password)


def new_person_id() -> str:
    """Opaque: it stands in headers of entries, which hold nothing personal."""
    return f"p-{secrets.token_hex(6)}"


def one_time_password() -> str:
    """12 letters and digits that are not mistaken for one another, in threes."""
    letters = "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(12))
    return "-".join(letters[i : i + 3] for i in range(0, 12, 3))
