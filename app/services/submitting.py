"""Handing a day in: the one list of what is missing, and the fact that asks for review."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.domain import N_, Message
from app.domain import facts as f
from app.domain.codec import canonical
from app.domain.day import Day
from app.domain.missing import Gap, Kind, due_by, missing
from app.domain.people import Actor
from app.domain.plan import Role
from app.domain.policy import Action, require_member
from app.domain.review import Review, review
from app.services import days, documents
from app.services.documents import Moved
from app.services.record import Device, Receipt, record


@dataclass(frozen=True)
class Standing:
    """``gaps`` keep a day from being handed in, ``hints`` do not. ``shown`` names exactly these gaps."""

    review: Review
    gaps: tuple[Gap, ...]
    hints: tuple[Gap, ...]
    due: datetime
    shown: str


def standing(day: Day, now: datetime) -> Standing:
    """Everything that is missing, documents among it."""
    found = (*missing(day, now), *unsigned(day))
    gaps = tuple(g for g in found if not g.soft)
    return Standing(review(day), gaps, tuple(g for g in found if g.soft), due_by(day), token(gaps))


def unsigned(day: Day) -> tuple[Gap, ...]:
    """Documents that somebody of the centre has not signed as they are now: the commission signs after them."""
    found = []
    for form in documents.list_forms():
        waits = documents.unsigned(day, form) if form.applies(day) else ()
        if mine := tuple(s.id for s in waits if s.role != Role.COMMISSION_HEAD):
            found.append(Gap(Kind.DOCUMENT, form.code, mine, Message(N_("not signed by everybody at the centre"))))
    return tuple(found)


def token(gaps: Iterable[Gap]) -> str:
    """Names a list of gaps; another list has another."""
    told = [[g.kind.value, g.subject, *g.places] for g in gaps]
    return hashlib.sha256(canonical({"gaps": told})).hexdigest()


def submit(
    actor: Actor, day_id: str, entry_id: str, shown: str, text: str, reason: str, now: datetime,
    device: Device | None = None,
) -> Receipt:  # fmt: skip
    """Hand the day in. ``shown``: ``Standing.shown`` of what the person read; ``reason``: why in spite of the gaps.

    Raises Moved when something else is missing by now, Invalid and Refused by the rules; nothing is written then.
    """
    day = days.load(actor, day_id)
    require_member(day, actor, Action.DAY_SUBMIT)
    found = standing(day, now)
    told = tuple(g.fact for g in found.gaps)
    fact = f.DaySubmitted(now, text, told, reason if told else "")

    def unchanged(fresh: Day) -> None:
        if found.shown != shown or (fresh.size != day.size and standing(fresh, now).shown != shown):
            raise Moved(N_("What is missing changed while you were reading. Look at the list again."))

    return record(actor, day_id, entry_id, fact, now, device, look=unchanged)
