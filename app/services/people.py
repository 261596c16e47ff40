"""People and their accounts, kept by the administration."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain import N_, Invalid, Message, NotFound
from app.domain.codec import clean
from app.domain.people import Actor, covers, short_name
from app.domain.plan import Role
from app.domain.policy import Action, require, require_centre, within
from app.services import office
from app.services.accounts import hash_password
from app.services.days import Page, paged
from app.services.setup import new_person_id, one_time_password
from app.store import centres as centre_store
from app.store import days as day_store
from app.store import people as store
from app.store.db import transaction
from app.store.tables import PersonRow


@dataclass(frozen=True)
class PersonView:
    """An account as pages show it."""

    id: str
    login: str
    name: str
    short: str
    email: str
    roles: tuple[str, ...]
    centres: tuple[str, ...]
    language: str
    active: bool
    must_change: bool
    has_password: bool  # False: a one-time link was made and not used yet
    lock_reason: str


def list_people(actor: Actor, query: str = "", page: int = 1, size: int = 50) -> Page[PersonView]:
    """Accounts in order of names; ``query`` is looked for in name and login. A centre's administrator sees theirs."""
    require(actor, Action.PEOPLE_MANAGE)
    words = query.casefold().split()
    rows = [view_of(r) for r in store.everyone() if within(actor, r.centres)]
    found = [v for v in rows if all(w in f"{v.name} {v.login}".casefold() for w in words)]
    return paged(found, page, size)


def person(actor: Actor, person_id: str) -> PersonView:
    """One account: anybody's for the administration, one's own for everybody. Raises NotFound."""
    return view_of(row_of(person_id) if actor.person == person_id else managed(actor, person_id))


def of_centre(actor: Actor, centre: str) -> tuple[PersonView, ...]:
    """``candidates`` for who opens days there."""
    require_centre(actor, Action.DAY_OPEN, centre)
    return candidates(centre)


def candidates(centre: str) -> tuple[PersonView, ...]:
    """Active people who can stand in a day's roster there: the centre's, and the offices above the centres.

    Past everybody's rights: the caller has judged who asks.
    """
    day_roles = {Role.TECHNICIAN, Role.CCTV_TECHNICIAN, Role.PES_HEAD, Role.COMMISSION_MEMBER, Role.COMMISSION_HEAD}
    views = (view_of(r) for r in store.everyone() if r.active)
    return tuple(v for v in views if covers(v.centres, centre) and day_roles & set(v.roles))


def add(
    actor: Actor,
    login: str,
    name: str,
    roles: Iterable[str],
    centres: Iterable[str] | None,
    email: str,
    now: datetime,
) -> tuple[PersonView, str]:
    """A new account and its one-time password, which is shown once and never stored. Raises Invalid."""
    require(actor, Action.PEOPLE_MANAGE)
    password = one_time_password()
    row = PersonRow(password=hash_password(password), must_change=True)
    with transaction(office.log()):
        insert(actor, row, login, name, roles, centres, email, now)
        view = view_of(row)
    return view, password


def insert(
    actor: Actor,
    row: PersonRow,
    login: str,
    name: str,
    roles: Iterable[str],
    centres: Iterable[str] | None,
    email: str,
    now: datetime,
) -> None:
    """Add ``row`` with these fields (inside the caller's transaction). Raises Invalid with every reason."""
    row.id, row.login = new_person_id(), login.strip().lower()
    messages = _fill(actor, row, name, roles, centres, email)
    if not row.login or any(c.isspace() for c in row.login) or len(row.login) > 60:
        messages.insert(0, Message(N_("The sign-in name is one word of at most 60 characters."), field="login"))
    elif store.by_login(row.login):
        messages.insert(0, Message(N_("The name %(login)s is taken."), {"login": row.login}, "login"))
    if messages:
        raise Invalid(*messages)
    store.add(row)
    office.changed(actor, "person", row.id, {}, _record(row), now)


def edit(
    actor: Actor,
    person_id: str,
    name: str,
    roles: Iterable[str],
    centres: Iterable[str] | None,
    email: str,
    now: datetime,
) -> PersonView:
    """Change an account; days keep what their journals say. Raises Invalid with every reason."""
    require(actor, Action.PEOPLE_MANAGE)
    with transaction(office.log()):
        row = managed(actor, person_id)
        change(actor, row, name, roles, centres, email, now)
        return view_of(row)


def change(
    actor: Actor,
    row: PersonRow,
    name: str,
    roles: Iterable[str],
    centres: Iterable[str] | None,
    email: str,
    now: datetime,
) -> None:
    """Put these fields into ``row`` (inside the caller's transaction). Raises Invalid with every reason."""
    before = _record(row)
    messages = _fill(actor, row, name, roles, centres, email)
    if Role.ADMINISTRATOR in before["roles"] and Role.ADMINISTRATOR not in row.roles:
        messages += _keeps_administration(actor, row.id, "roles")
    if messages:
        raise Invalid(*messages)
    office.changed(actor, "person", row.id, before, _record(row), now)


def lock(actor: Actor, person_id: str, reason: str, now: datetime) -> None:
    """Close an account: no sign-in, no link, sessions end at once; what the person did stays. Raises Invalid."""
    require(actor, Action.PEOPLE_MANAGE)
    with transaction(office.log()):
        row = managed(actor, person_id)
        before, reason = _record(row), clean(reason)
        messages = [] if reason else [Message(N_("Give the reason."), field="reason")]
        if Role.ADMINISTRATOR in row.roles:
            messages += _keeps_administration(actor, person_id)
        if messages:
            raise Invalid(*messages)
        row.active, row.lock_reason = False, reason
        _shut_out(row)
        office.changed(actor, "person", person_id, before, _record(row), now)


def unlock(actor: Actor, person_id: str, now: datetime) -> None:
    """Open a closed account again; wrong tries are forgotten."""
    require(actor, Action.PEOPLE_MANAGE)
    with transaction(office.log()):
        row = managed(actor, person_id)
        before = _record(row)
        row.active, row.lock_reason = True, ""
        forget_tries(row)
        office.changed(actor, "person", person_id, before, _record(row), now)


def lift(actor: Actor, person_id: str, now: datetime) -> None:
    """Let somebody sign in again who typed five wrong passwords, before the quarter of an hour is over."""
    require(actor, Action.PEOPLE_MANAGE)
    with transaction(office.log()):
        row = managed(actor, person_id)
        until = locked_until(row.login, now)
        forget_tries(row)
        if until:
            office.changed(actor, "tries", person_id, {"locked_until": until}, {"locked_until": ""}, now)


def locked_until(login: str, now: datetime) -> datetime | None:
    """Until when wrong tries keep this sign-in name out; None when they do not."""
    tries = store.tries(f"login:{login}")
    return tries.locked_until if tries and tries.locked_until and tries.locked_until > now else None


def forget_tries(row: PersonRow) -> None:
    """Count wrong passwords of this account anew (inside the caller's transaction)."""
    if tries := store.tries(f"login:{row.login}", lock=True):
        store.remove(tries)


def reset_password(actor: Actor, person_id: str, now: datetime) -> str:
    """A new one-time password; sessions and links of the person end. The signing key and its code stay."""
    require(actor, Action.PEOPLE_MANAGE)
    password = one_time_password()
    hashed = hash_password(password)
    with transaction(office.log()):
        row = managed(actor, person_id)
        hand_over(actor, row, hashed, "reset", now)
        row.must_change = True
    return password


def hand_over(actor: Actor, row: PersonRow, password: str, how: str, now: datetime) -> None:
    """Access given out anew (inside the caller's transaction): what let the person in before is worthless.

    That it was given out, and by whom, is recorded: ``office.reset_by`` judges second persons by it. ``how``: "reset"
    or "link".
    """
    row.password, row.must_change = password, False
    _shut_out(row)
    office.changed(actor, "password", row.id, {how: ""}, {how: now}, now)


def _shut_out(row: PersonRow) -> None:
    store.end_sessions(row.id)
    store.end_invitations(row.id)


def _fill(
    actor: Actor, row: PersonRow, name: str, roles: Iterable[str], centres: Iterable[str] | None, email: str
) -> list[Message]:
    """Put what was typed into the row; every reason why it cannot be taken. ``centres`` None: nothing was chosen."""
    row.name, row.email = clean(name), email.strip()
    row.roles, row.centres = sorted(set(roles)), sorted(set(centres or ()))
    messages = []
    if not row.name:
        messages.append(Message(N_("Give the name."), field="name"))
    elif len(row.name.split()) < 2 and Role.ADMINISTRATOR not in row.roles:
        messages.append(Message(N_("Give family name and given name."), field="name"))
    if row.email and "@" not in row.email:
        messages.append(Message(N_("This is not an e-mail address."), field="email"))
    if not row.roles:
        messages.append(Message(N_("Choose at least one role."), field="roles"))
    if unknown := [r for r in row.roles if r not in set(Role)]:
        messages.append(Message(N_("There is no role %(role)s."), {"role": unknown[0]}, "roles"))
    if centres is None:
        text = N_("Choose the person's centres, or “all centres” for an office above them.")
        messages.append(Message(text, field="centres"))
    known = {r.code for r in centre_store.every()} | day_store.centres()
    known |= {code.partition("-")[0] for code in known}
    for code in row.centres:
        if code not in known:
            messages.append(Message(N_("There is no centre %(code)s."), {"code": code}, "centres"))
    if centres is not None and not within(actor, row.centres):
        messages.append(Message(N_("You give access to your own centres only."), field="centres"))
    return messages


def _keeps_administration(actor: Actor, person_id: str, field: str = "") -> list[Message]:
    """Reasons why this administrator has to stay one: somebody must be able to sign in and open the doors again."""
    if actor.person == person_id:
        return [Message(N_("You cannot take your own administration away."), field=field)]
    others = (r for r in store.everyone() if r.id != person_id)
    if not any(r.active and r.password and Role.ADMINISTRATOR in r.roles for r in others):
        text = N_("This is the last administrator who can sign in. Make another one first.")
        return [Message(text, field=field)]
    return []


def managed(actor: Actor, person_id: str) -> PersonRow:
    """The account for its administrator. Raises NotFound, also for one that reaches beyond the actor's centres."""
    require(actor, Action.PEOPLE_MANAGE)
    row = row_of(person_id)
    if not within(actor, row.centres):
        raise NotFound(N_("There is no such person."))
    return row


def row_of(person_id: str) -> PersonRow:
    """The account. Raises NotFound."""
    row = store.by_id(person_id)
    if row is None:
        raise NotFound(N_("There is no such person."))
    return row


def _record(row: PersonRow) -> dict[str, Any]:
    names = ("login", "name", "email", "roles", "centres")
    active = row.active if row.active is not None else True
    return {name: getattr(row, name) for name in names} | {"active": active, "lock_reason": row.lock_reason or ""}


def view_of(row: PersonRow) -> PersonView:
    """The account for pages."""
    return PersonView(
        row.id, row.login, row.name, short_name(row.name), row.email, tuple(row.roles), tuple(row.centres),
        row.language, row.active, row.must_change, bool(row.password), row.lock_reason,
    )  # fmt: skip
