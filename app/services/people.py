"""People and their accounts, kept by the administration."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.domain import N_, Invalid, Message, NotFound
from app.domain.codec import clean
from app.domain.people import Actor, short_name
from app.domain.plan import Role
from app.domain.policy import Action, allowed, require
from app.services import office
from app.services.accounts import hash_password
from app.services.days import Page, paged
from app.services.setup import new_person_id, one_time_password
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


def list_people(actor: Actor, query: str = "", page: int = 1, size: int = 50) -> Page[PersonView]:
    """Accounts in order of names; ``query`` is looked for in name and login."""
    require(actor, Action.PEOPLE_MANAGE)
    words = query.casefold().split()
    rows = [_view(r) for r in store.everyone()]
    found = [v for v in rows if all(w in f"{v.name} {v.login}".casefold() for w in words)]
    return paged(found, page, size)


def person(actor: Actor, person_id: str) -> PersonView:
    """One account: anybody's for the administration, one's own for everybody. Raises NotFound."""
    if actor.person != person_id:
        require(actor, Action.PEOPLE_MANAGE)
    return _view(_row(person_id))


def of_centre(actor: Actor, centre: str) -> tuple[PersonView, ...]:
    """Active people who can stand in a day's roster there: the centre's, and the offices above the centres."""
    if not allowed(actor, Action.DAY_OPEN):
        require(actor, Action.PEOPLE_MANAGE)
    day_roles = {Role.TECHNICIAN, Role.CCTV_TECHNICIAN, Role.PES_HEAD, Role.COMMISSION_MEMBER, Role.COMMISSION_HEAD}
    views = (_view(r) for r in store.everyone() if r.active)
    return tuple(v for v in views if (centre in v.centres or not v.centres) and day_roles & set(v.roles))


def add(
    actor: Actor, login: str, name: str, roles: Iterable[str], centres: Iterable[str], email: str, now: datetime
) -> tuple[PersonView, str]:
    """A new account and its one-time password, which is shown once and never stored. Raises Invalid."""
    require(actor, Action.PEOPLE_MANAGE)
    password = one_time_password()
    row = PersonRow(
        id=new_person_id(), login=login.strip().lower(), name=clean(name), email=email.strip(),
        roles=sorted(set(roles)), centres=sorted(set(centres)), password=hash_password(password), must_change=True,
    )  # fmt: skip
    _judge(row)
    with transaction(office.log()):
        if store.by_login(row.login):
            raise Invalid(Message(N_("The name %(login)s is taken."), {"login": row.login}, "login"))
        store.add(row)
        office.changed(actor, "person", row.id, {}, _record(row), now)
        view = _view(row)
    return view, password


def edit(
    actor: Actor,
    person_id: str,
    name: str,
    roles: Iterable[str],
    centres: Iterable[str],
    email: str,
    active: bool,
    now: datetime,
) -> PersonView:
    """Change an account. A closed account ends its sessions; days keep what their journals say. Raises Invalid."""
    require(actor, Action.PEOPLE_MANAGE)
    with transaction(office.log()):
        row = _row(person_id)
        before = _record(row)
        row.name, row.email, row.active = clean(name), email.strip(), active
        row.roles, row.centres = sorted(set(roles)), sorted(set(centres))
        _judge(row)
        if actor.person == person_id and (not active or Role.ADMINISTRATOR not in row.roles):
            raise Invalid(Message(N_("You cannot take your own administration away."), field="roles"))
        if not active:
            store.end_sessions(person_id)
        office.changed(actor, "person", person_id, before, _record(row), now)
        return _view(row)


def reset_password(actor: Actor, person_id: str, now: datetime) -> str:
    """A new one-time password; the person's sessions end. The signing key and its code stay."""
    require(actor, Action.PEOPLE_MANAGE)
    password = one_time_password()
    hashed = hash_password(password)
    with transaction(office.log()):
        row = _row(person_id)
        row.password, row.must_change = hashed, True
        store.end_sessions(person_id)
        office.changed(actor, "password", person_id, {"reset": ""}, {"reset": now}, now)
    return password


def _judge(row: PersonRow) -> None:
    messages = []
    if not row.login or any(c.isspace() for c in row.login) or len(row.login) > 60:
        messages.append(Message(N_("The sign-in name is one word of at most 60 characters."), field="login"))
    if len(row.name.split()) < 2 and Role.ADMINISTRATOR not in row.roles:
        messages.append(Message(N_("Give family name and given name."), field="name"))
    if not row.name:
        messages.append(Message(N_("Give the name."), field="name"))
    if not row.roles:
        messages.append(Message(N_("Choose at least one role."), field="roles"))
    if unknown := [r for r in row.roles if r not in set(Role)]:
        messages.append(Message(N_("There is no role %(role)s."), {"role": unknown[0]}, "roles"))
    if row.email and "@" not in row.email:
        messages.append(Message(N_("This is not an e-mail address."), field="email"))
    if messages:
        raise Invalid(*messages)


def _row(person_id: str) -> PersonRow:
    row = store.by_id(person_id)
    if row is None:
        raise NotFound(N_("There is no such person."))
    return row


def _record(row: PersonRow) -> dict[str, object]:
    names = ("login", "name", "email", "roles", "centres", "active")
    return {name: getattr(row, name) if getattr(row, name) is not None else True for name in names}


def _view(row: PersonRow) -> PersonView:
    return PersonView(
        row.id, row.login, row.name, short_name(row.name), row.email, tuple(row.roles), tuple(row.centres),
        row.language, row.active, row.must_change,
    )  # fmt: skip
