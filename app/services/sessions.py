"""Where somebody is signed in: their own list, and what the administration sees and ends."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.people import Actor
from app.services import keys, office, people
from app.store import people as store
from app.store.db import transaction
from app.store.tables import SessionRow

SHORT = 16  # characters of the token that name a session on a page


@dataclass(frozen=True)
class SessionView:
    """``browser``: like "Firefox on Android", empty when unknown. ``mine``: the one that asks."""

    id: str
    browser: str
    began: datetime
    seen: datetime
    mine: bool


def own(actor: Actor, token: str, now: datetime, idle: timedelta) -> tuple[SessionView, ...]:
    """The actor's open sessions, the last used first."""
    return tuple(
        SessionView(r.token[:SHORT], r.browser, r.began, r.seen, r.token == token)
        for r in _open(actor.person, now, idle)
    )


def end_own(actor: Actor, session_id: str) -> None:
    """End one session of the actor; nothing when it ended already."""
    with transaction():
        found = [r.token for r in store.sessions(actor.person) if r.token[:SHORT] == session_id]
        for token in found:
            store.end_session(token)
    for token in found:
        keys.forget(token)


def end_others(actor: Actor, token: str) -> None:
    """End every session of the actor but the one that asks."""
    with transaction():
        others = [r.token for r in store.sessions(actor.person) if r.token != token]
        store.end_sessions(actor.person, keep=token)
    for other in others:
        keys.forget(other)


def count(actor: Actor, person: str, now: datetime, idle: timedelta) -> int:
    """How many sessions of the person are open."""
    people.managed(actor, person)
    return len(_open(person, now, idle))


def end_all(actor: Actor, person: str, now: datetime, idle: timedelta) -> None:
    """End every session of the person; who is signed in has to sign in again."""
    with transaction(office.log()):
        people.managed(actor, person)
        before = len(_open(person, now, idle))
        store.end_sessions(person)
        office.changed(actor, "sessions", person, {"open": before}, {"open": 0}, now)
    keys.forget_person(person)


def _open(person: str, now: datetime, idle: timedelta) -> list[SessionRow]:
    return [r for r in store.sessions(person) if now - r.seen <= idle]
