"""Calendars of people: who has the address of one reads that person's plan, without signing in."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain import N_, Invalid, Message, NotFound
from app.domain.day import Day
from app.domain.people import Actor
from app.services import days, overview
from app.services.accounts import actor_of, digest
from app.store import feeds as store
from app.store import people
from app.store.db import transaction

MOST = 10  # calendars of one person
BACK = timedelta(days=30)
SEEN_STEP = timedelta(minutes=15)  # a fetch is noted at most this often
SHORT = 16  # characters of the hash that name a calendar on a page


@dataclass(frozen=True, slots=True)
class FeedView:
    """A calendar as its owner sees it; the address is stored nowhere."""

    id: str
    centre: str
    made: datetime
    fetched: datetime | None


@dataclass(frozen=True, slots=True)
class Opened:
    """Whose calendar somebody reads. ``days``: (name, centre, checkpoint) of each, from 30 days back on."""

    person: str
    language: str
    centre: str
    days: tuple[tuple[str, str, str], ...]


def own(actor: Actor) -> tuple[FeedView, ...]:
    """The actor's calendars."""
    return tuple(FeedView(f.token[:SHORT], f.centre, f.made, f.fetched) for f in store.of_person(actor.person))


def centres(actor: Actor, now: datetime) -> list[str]:
    """Codes of centres that a calendar may be bound to: the actor's, else those of their days."""
    whole = any("-" not in code for code in actor.centres)  # a region
    return sorted((not whole and actor.centres) or {centre for _, centre, _ in _days(actor, "", now)})


def make(actor: Actor, centre: str, now: datetime) -> str:
    """A new calendar of the actor's days (at ``centre``, empty: at all); the secret of its address."""
    if centre and centre not in centres(actor, now):
        raise Invalid(Message(N_("Choose a centre of the list."), field="centre"))
    secret = secrets.token_urlsafe(32)
    with transaction():
        if len(store.of_person(actor.person)) >= MOST:
            text = N_("You have %(count)s calendar addresses. End one that you do not use, then make another.")
            raise Invalid(Message(text, {"count": MOST}, "centre"))
        store.add(digest(secret), actor.person, centre, now)
    return secret


def end(actor: Actor, feed_id: str) -> None:
    """The address works no longer; nothing when it was the actor's no longer."""
    with transaction():
        for feed in store.of_person(actor.person):
            if feed.token[:SHORT] == feed_id:
                store.end(feed.token)


def open_(secret: str, now: datetime) -> Opened:
    """What the address shows now. One answer for every address that does not work: NotFound."""
    feed = store.feed(digest(secret))
    row = people.by_id(feed.person) if feed else None
    if feed is None or row is None or not row.active:
        raise NotFound(N_("There is no such calendar."))
    opened = Opened(row.id, row.language, feed.centre, tuple(_days(actor_of(row), feed.centre, now)))
    if feed.fetched is None or now - feed.fetched > SEEN_STEP:
        with transaction():
            store.fetched(feed.token, now)
    return opened


def _days(actor: Actor, centre: str, now: datetime) -> list[tuple[str, str, str]]:
    return overview.rostered(actor, (now - BACK).date(), centre, now)


def days_of(opened: Opened) -> list[Day]:
    """The days themselves, for somebody whom each day's roster still names."""
    found = (days.of_everybody(name) for name, _, _ in opened.days)
    return [day for day in found if opened.person in day.roster]
