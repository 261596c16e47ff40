"""Who holds a session: one row for every request."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from app.store.db import Prepared, db
from app.store.tables import PersonRow, SessionRow

SESSION, PERSON = SessionRow.__table__, PersonRow.__table__
SIGNED = Prepared(
    select(
        SESSION.c.seen, SESSION.c.reauthenticated, PERSON.c.id, PERSON.c.name, PERSON.c.roles, PERSON.c.centres,
        PERSON.c.login, PERSON.c.language, PERSON.c.must_change,
    )
    .join_from(SESSION, PERSON, PERSON.c.id == SESSION.c.person)
    .where(SESSION.c.token == bindparam("token"), PERSON.c.active)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Holder:
    """A session that stands, with the open account behind it."""

    seen: datetime
    reauthenticated: bool
    id: str  # of the person
    name: str
    roles: list[str]
    centres: list[str]
    login: str
    language: str
    must_change: bool


def holder(token: str) -> Holder | None:
    """Who holds the session ``token``; None when it ended or the account is closed."""
    rows = SIGNED.rows(token=token)
    return Holder(*rows[0]) if rows else None


def touch(token: str, now: datetime) -> bool:
    """Note that the session was used ``now``; False when it ended. Inside a transaction."""
    return db.session.execute(SESSION.update().where(SESSION.c.token == token).values(seen=now)).rowcount == 1
