"""Accounts, sessions, links, wrong tries, locked keys: rows for services to read and, in a transaction, change."""

from datetime import datetime
from typing import cast

from sqlalchemy import CursorResult, delete, func, select

from app.store.db import db
from app.store.tables import AttemptRow, InvitationRow, KeyRow, PersonRow, SessionRow


def by_id(person: str) -> PersonRow | None:
    return db.session.get(PersonRow, person)


def by_login(login: str) -> PersonRow | None:
    row: PersonRow | None = db.session.scalar(select(PersonRow).where(PersonRow.login == login))
    return row


def everyone() -> list[PersonRow]:
    """All accounts in order of names."""
    return list(db.session.scalars(select(PersonRow).order_by(PersonRow.name, PersonRow.login)))


def add(row: PersonRow | SessionRow | InvitationRow | AttemptRow | KeyRow) -> None:
    db.session.add(row)
    db.session.flush()


def remove(row: AttemptRow | KeyRow) -> None:
    db.session.delete(row)
    db.session.flush()


# ---------------------------------------------------------------- sessions and tries


def session(token: str) -> SessionRow | None:
    return db.session.get(SessionRow, token)


def sessions(person: str) -> list[SessionRow]:
    """The person's sessions, the last used first."""
    query = select(SessionRow).where(SessionRow.person == person).order_by(SessionRow.seen.desc())
    return list(db.session.scalars(query))


def end_session(token: str) -> None:
    db.session.execute(delete(SessionRow).where(SessionRow.token == token))


def end_sessions(person: str, keep: str = "") -> None:
    """End every session of the person but ``keep``."""
    db.session.execute(delete(SessionRow).where(SessionRow.person == person, SessionRow.token != keep))


def end_idle_sessions(before: datetime) -> int:
    """Forget sessions that nobody used since ``before``; how many."""
    return cast(CursorResult[None], db.session.execute(delete(SessionRow).where(SessionRow.seen < before))).rowcount


def tries(subject: str, lock: bool = False) -> AttemptRow | None:
    """Wrong tries so far. ``lock``: nobody else counts until this transaction ends, be there a row to lock or not."""
    if lock and db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(subject, 0))))
    return db.session.get(AttemptRow, subject, populate_existing=lock)


# ---------------------------------------------------------------- one-time links


def invitation(token: str, lock: bool = False) -> InvitationRow | None:
    """The link with this hash. ``lock``: nobody else uses it until this transaction ends."""
    return db.session.get(InvitationRow, token, with_for_update=lock, populate_existing=lock)


def open_invitation(person: str) -> InvitationRow | None:
    """The person's link that was not used yet; it may be over."""
    query = select(InvitationRow).where(InvitationRow.person == person, InvitationRow.used.is_(None))
    row: InvitationRow | None = db.session.scalar(query.order_by(InvitationRow.made.desc()).limit(1))
    return row


def end_invitations(person: str) -> None:
    """Make every link of the person that was not used yet worthless."""
    db.session.execute(delete(InvitationRow).where(InvitationRow.person == person, InvitationRow.used.is_(None)))


# ---------------------------------------------------------------- signing keys


def key(person: str, waiting: bool = False) -> KeyRow | None:
    """The person's newest key, or the one that waits for approval."""
    query = select(KeyRow).where(KeyRow.person == person, KeyRow.waiting == waiting)
    row: KeyRow | None = db.session.scalar(query.order_by(KeyRow.id.desc()).limit(1))
    return row


def waiting_keys() -> list[tuple[PersonRow, datetime]]:
    """Who asked for a new key, and when."""
    query = select(PersonRow, KeyRow.made).join(KeyRow, KeyRow.person == PersonRow.id).where(KeyRow.waiting)
    return [(person, made) for person, made in db.session.execute(query.order_by(KeyRow.made))]
