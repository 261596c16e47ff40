"""Calendars of people: rows under the hash of what their address holds."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, insert, select, update

from app.store.db import db
from app.store.tables import FeedRow

FEED = FeedRow.__table__


class Feed(NamedTuple):
    """``token``: SHA-256; ``centre`` empty: of all the person's days."""

    token: str
    person: str
    centre: str
    made: datetime
    fetched: datetime | None


def feed(token: str) -> Feed | None:
    """The calendar with this hash."""
    row = db.session.execute(select(*FEED.c).where(FEED.c.token == token)).one_or_none()
    return Feed(*row) if row else None


def of_person(person: str) -> list[Feed]:
    """The person's calendars, the oldest first."""
    query = select(*FEED.c).where(FEED.c.person == person).order_by(FEED.c.made, FEED.c.token)
    return [Feed(*row) for row in db.session.execute(query)]


def add(token: str, person: str, centre: str, made: datetime) -> None:
    """Inside a transaction."""
    db.session.execute(insert(FEED).values(token=token, person=person, centre=centre, made=made))


def end(token: str) -> None:
    """Inside a transaction."""
    db.session.execute(delete(FEED).where(FEED.c.token == token))


def fetched(token: str, now: datetime) -> None:
    """Inside a transaction."""
    db.session.execute(update(FEED).where(FEED.c.token == token).values(fetched=now))
