"""Many accounts at once, from a list: shown first, then written whole or not at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.domain import N_, Invalid, Message, NotFound
from app.domain.people import Actor
from app.domain.policy import Action, require
from app.services import invitations, office, people
from app.services.invitations import Link
from app.services.people import PersonView
from app.store import people as store
from app.store.db import transaction


@dataclass(frozen=True)
class Entry:
    """One account of the list. ``centres`` empty: all, None: not said. ``located`` tells the line of a reason."""

    login: str
    name: str
    roles: tuple[str, ...]
    centres: tuple[str, ...] | None
    email: str
    located: Callable[[Message], Message]


@dataclass
class Outcome:
    """What the list does. ``links``: of the new accounts, shown once."""

    added: list[PersonView] = field(default_factory=list)
    changed: list[tuple[PersonView, PersonView]] = field(default_factory=list)  # before, after
    same: int = 0
    links: list[Link] = field(default_factory=list)


class _OnlyShown(Exception):
    """Takes everything back."""


def preview(actor: Actor, entries: Sequence[Entry], now: datetime) -> Outcome:
    """What ``save`` would do; nothing is written. Raises Invalid with every reason, each with its line."""
    found = Outcome()
    try:
        with transaction(office.log()):
            found = _save(actor, entries, now)
            raise _OnlyShown
    except _OnlyShown:
        found.links = []
    return found


def save(actor: Actor, entries: Sequence[Entry], now: datetime) -> Outcome:
    """Add accounts with unknown sign-in names, change the others. All or nothing. Raises Invalid as ``preview``."""
    with transaction(office.log()):
        return _save(actor, entries, now)


def _save(actor: Actor, entries: Sequence[Entry], now: datetime) -> Outcome:
    require(actor, Action.PEOPLE_MANAGE)
    outcome, problems = Outcome(), list[Message]()
    for entry in entries:
        try:
            _one(actor, entry, now, outcome)
        except Invalid as error:
            problems += [entry.located(m) for m in error.messages]
    if problems:
        raise Invalid(*problems)
    return outcome


def _one(actor: Actor, entry: Entry, now: datetime, outcome: Outcome) -> None:
    told = (entry.name, entry.roles, entry.centres, entry.email, now)
    row = store.by_login(entry.login.strip().lower())
    if row is None:
        link = invitations.invite_in(actor, entry.login, *told)
        outcome.links.append(link)
        outcome.added.append(link.person)
        return
    try:
        before = people.view_of(people.managed(actor, row.id))
    except NotFound:  # of centres that are not the actor's
        raise Invalid(Message(N_("The name %(login)s is taken."), {"login": row.login}, "login")) from None
    wanted = (entry.name, tuple(sorted(entry.roles)), tuple(sorted(entry.centres or ())), entry.email)
    if entry.centres is not None and wanted == (before.name, before.roles, before.centres, before.email):
        outcome.same += 1
        return
    people.change(actor, row, *told)
    outcome.changed.append((before, people.view_of(row)))
