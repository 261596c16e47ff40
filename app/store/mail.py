"""E-mails that wait to be sent. A message belongs to whoever claimed it, until they noted how it ended or died."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import and_, bindparam, func, or_, select, update

from app.store.db import Prepared, db
from app.store.tables import MessageRow, PersonRow

MESSAGE, PERSON = MessageRow.__table__, PersonRow.__table__
DEAD = timedelta(minutes=5)  # whoever noted nothing for so long after a claim has died
AGAIN = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60))  # after the first, second, third try, every later one
UNSENT = and_(MESSAGE.c.wanted, MESSAGE.c.sent_at.is_(None))


class Ready(NamedTuple):
    """A message that may be claimed. ``unsure``: an earlier try may have reached the person."""

    id: str
    day: str
    person: str
    tries: int
    unsure: bool


def ready(now: datetime, limit: int) -> list[Ready]:
    """Messages that nobody has claimed, whose sender died, or whose next try has come; oldest first."""
    failed, tries, claimed = MESSAGE.c.failed != "", MESSAGE.c.tries, MESSAGE.c.claimed_at
    last = len(AGAIN)
    due = or_(
        claimed.is_(None),
        and_(MESSAGE.c.failed == "", claimed <= now - DEAD),
        *(and_(failed, tries == n, claimed <= now - wait) for n, wait in enumerate(AGAIN, 1)),
        and_(failed, tries > last, claimed <= now - AGAIN[-1]),
    )
    died = and_(claimed.is_not(None), MESSAGE.c.failed == "")
    unsure = or_(MESSAGE.c.unsure, died)
    query = select(MESSAGE.c.id, MESSAGE.c.day, MESSAGE.c.person, tries, unsure).where(UNSENT, due)
    return [Ready(*row) for row in db.session.execute(query.order_by(MESSAGE.c.made, MESSAGE.c.id).limit(limit))]


CLAIM = (
    update(MESSAGE)
    .where(MESSAGE.c.id == bindparam("one"), MESSAGE.c.tries == bindparam("known"), UNSENT)
    .values({n: bindparam(n) for n in ("claimed_at", "claimed_by", "tries", "unsure")} | {"failed": ""})
)
SENT = update(MESSAGE).where(MESSAGE.c.id == bindparam("one")).values({n: bindparam(n) for n in ("sent_at", "failed")})
FAILED = update(MESSAGE).where(MESSAGE.c.id == bindparam("one")).values({n: bindparam(n) for n in ("unsure", "failed")})


def claim(message: Ready, worker: str, now: datetime) -> bool:
    """True when the message is the worker's from now on: nobody else claimed it since. Inside a transaction."""
    values = {
        "one": message.id, "known": message.tries, "claimed_at": now, "claimed_by": worker,
        "tries": message.tries + 1, "unsure": message.unsure,
    }  # fmt: skip
    return db.session.execute(CLAIM, values).rowcount == 1


def sent(message: Ready, now: datetime, why_not: str = "") -> None:
    """It is done with; ``why_not``: it needed not be sent. Inside a transaction."""
    db.session.execute(SENT, {"one": message.id, "sent_at": now, "failed": why_not})


def failed(message: Ready, why: str, unsure: bool) -> None:
    """The try failed. Inside a transaction."""
    db.session.execute(FAILED, {"one": message.id, "unsure": message.unsure or unsure, "failed": why})


class Addressee(NamedTuple):
    """Whom a message goes to."""

    email: str
    mail: bool
    active: bool
    language: str


ADDRESSEE = Prepared(
    select(PERSON.c.email, PERSON.c.mail, PERSON.c.active, PERSON.c.language).where(PERSON.c.id == bindparam("person"))
)


def addressee(person: str) -> Addressee:
    """The person as the account has them now."""
    return Addressee(*ADDRESSEE.rows(person=person)[0])


def give_up(before: datetime, now: datetime) -> int:
    """Try no longer what was made ``before`` and tried, unless a sender may be at it; how many. In a transaction."""
    idle = or_(MESSAGE.c.failed != "", MESSAGE.c.claimed_at <= now - DEAD)
    old = and_(UNSENT, MESSAGE.c.made <= before, MESSAGE.c.tries > 0, idle)
    return int(db.session.execute(update(MESSAGE).where(old).values(wanted=False)).rowcount)


def waiting() -> int:
    """How many are not sent yet."""
    return db.session.scalar(select(func.count()).select_from(MESSAGE).where(UNSENT)) or 0
