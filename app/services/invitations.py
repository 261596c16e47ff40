"""One-time links: a person opens theirs, chooses a password and is signed in. Only the link's hash is stored."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain import N_, Invalid, Message
from app.domain.people import Actor
from app.domain.policy import Action, require
from app.services import accounts, office, people
from app.services.people import PersonView
from app.store import people as store
from app.store.db import transaction
from app.store.tables import InvitationRow, PersonRow

LASTS = timedelta(days=7)


@dataclass(frozen=True)
class Link:
    """What is shown once: ``secret`` goes into the address and is stored nowhere."""

    person: PersonView
    secret: str
    expires: datetime


def invite(
    actor: Actor,
    login: str,
    name: str,
    roles: Iterable[str],
    centres: Iterable[str] | None,
    email: str,
    now: datetime,
) -> Link:
    """A new account without a password, and the link that opens it. Raises Invalid with every reason."""
    require(actor, Action.PEOPLE_MANAGE)
    with transaction(office.log()):
        return invite_in(actor, login, name, roles, centres, email, now)


def invite_in(
    actor: Actor,
    login: str,
    name: str,
    roles: Iterable[str],
    centres: Iterable[str] | None,
    email: str,
    now: datetime,
) -> Link:
    """``invite`` inside the caller's transaction."""
    row = PersonRow(password="")
    people.insert(actor, row, login, name, roles, centres, email, now)
    return _make(actor, row, now)


def renew(actor: Actor, person_id: str, now: datetime) -> Link:
    """A new link instead of password, sessions and older links, all worthless from now on. The signing key stays."""
    require(actor, Action.PEOPLE_MANAGE)
    if actor.person == person_id:
        raise Invalid(Message(N_("Change your own password on your own page.")))
    with transaction(office.log()):
        row = people.managed(actor, person_id)
        if not row.active:
            raise Invalid(Message(N_("This account is closed. Open it first, then make a link.")))
        people.hand_over(actor, row, "", "link", now)
        return _make(actor, row, now)


def waiting(actor: Actor, person_id: str, now: datetime) -> datetime | None:
    """Until when the person's unused link works; None when there is none."""
    people.managed(actor, person_id)
    row = store.open_invitation(person_id)
    return row.expires if row and row.expires > now else None


def holder(secret: str, now: datetime) -> PersonView | None:
    """Whose link it is. None alike for unknown, used, replaced and expired ones and for closed accounts."""
    row = store.invitation(accounts.digest(secret))
    person = _usable(row, now)
    return people.view_of(person) if person else None


def accept(secret: str, new: str, again: str, now: datetime, browser: str = "") -> str | None:
    """Set the password, use the link up and sign in: the session's secret; None for a link that does not work.

    Raises Invalid with every reason; then the link stays good.
    """
    if holder(secret, now) is None:
        return None
    if messages := accounts.judge_new(new, again):
        raise Invalid(*messages)
    hashed = accounts.hash_password(new)
    with transaction():
        row = store.invitation(accounts.digest(secret), lock=True)
        person = _usable(row, now)
        if row is None or person is None:  # somebody was faster
            return None
        row.used = now
        person.password, person.must_change = hashed, False
        people.forget_tries(person)
        return accounts.begin(person.id, now, browser)


def _make(actor: Actor, person: PersonRow, now: datetime) -> Link:
    secret = secrets.token_urlsafe(32)
    row = InvitationRow(
        token=accounts.digest(secret), person=person.id, made=now, expires=now + LASTS, made_by=actor.person
    )
    store.add(row)
    return Link(people.view_of(person), secret, row.expires)


def _usable(row: InvitationRow | None, now: datetime) -> PersonRow | None:
    if row is None or row.used or row.expires <= now:
        return None
    person = store.by_id(row.person)
    return person if person and person.active else None
