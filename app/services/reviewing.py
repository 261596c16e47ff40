"""Review of a day: remarks and their answers, samples, which lines were looked at, and giving the day back."""

from collections.abc import Collection
from datetime import datetime

from app.domain import N_, DomainError, Invalid, Message
from app.domain import facts as f
from app.domain.day import Day, Line
from app.domain.people import Actor
from app.domain.policy import Action, require_member
from app.domain.review import REVIEWING, news, review, seen, spans_of
from app.services import days, documents
from app.services.record import Device, Receipt, record


class Meanwhile(DomainError):
    """Somebody else worked on the review; ``lines``: what they did."""

    def __init__(self, lines: tuple[Line, ...]) -> None:
        super().__init__(
            Message(
                N_("Somebody else worked on this review meanwhile. Look at what is new, then return the day once more.")
            )
        )
        self.lines = lines


def remark(
    actor: Actor, day_id: str, entry_id: str, fact: f.RemarkWritten, now: datetime, device: Device | None = None
) -> Receipt:
    """A remark on an entry, a step, a document or the day. Two written at once both stand. Raises Invalid."""

    def look(day: Day) -> None:
        if fact.form and fact.form not in {form.code for form in documents.list_forms() if form.applies(day)}:
            raise Invalid(Message(N_("There is no form %(code)s."), {"code": fact.form}, "form"))

    return record(actor, day_id, entry_id, fact, now, device, look=look)


def answer(
    actor: Actor, day_id: str, entry_id: str, target: int, text: str, entry: int | None, now: datetime,
    device: Device | None = None,
) -> Receipt:
    """What the centre says to the remark ``target``; ``entry``: the one that mends it. Raises Invalid."""
    return record(actor, day_id, entry_id, f.RemarkAnswered(target, text, now, entry), now, device)


def settle(
    actor: Actor, day_id: str, entry_id: str, target: int, text: str, now: datetime, device: Device | None = None
) -> Receipt:
    """A reviewer is content with what became of the remark ``target``. Raises Invalid."""
    return record(actor, day_id, entry_id, f.RemarkSettled(target, now, text), now, device)


def give_back(
    actor: Actor, day_id: str, entry_id: str, reason: str, since: int, now: datetime, device: Device | None = None
) -> Receipt:
    """Return the day with all its open remarks. ``since``: how many entries the page showed.

    Raises Meanwhile when another person remarked, answered, settled, returned or accepted after those; Invalid.
    """
    waiting = tuple(r.seq for r in review(days.load(actor, day_id)).open)

    def look(day: Day) -> None:
        if found := news(day, since, actor.person):
            raise Meanwhile(found)

    return record(actor, day_id, entry_id, f.DayReturned(reason, now, waiting), now, device, look=look)


def unseen(day: Day, person: str) -> frozenset[int]:
    """Entries that the person has not marked as seen; what the review itself wrote is not among them."""
    looks = seen(day)
    return frozenset(
        line.seq
        for line in day.lines
        if line.tag not in REVIEWING and not any(k.person == person for k in looks.get(line.seq, ()))
    )


def mark_seen_lines(
    actor: Actor, day_id: str, entry_id: str, lines: Collection[int], now: datetime, device: Device | None = None
) -> Receipt | None:
    """Note that the actor looked at these entries; None when all of them carry that mark already. Raises Invalid."""
    day = days.load(actor, day_id)
    require_member(day, actor, Action.DAY_REVIEW)
    known = all(0 <= seq < day.size for seq in lines)  # what no journal has the rule refuses
    fresh = unseen(day, actor.person).intersection(lines) if known else lines
    if lines and not fresh:
        return None
    return record(actor, day_id, entry_id, f.LinesReviewed(spans_of(fresh), now), now, device)


def sample(
    actor: Actor, day_id: str, entry_id: str, fact: f.SampleTaken, now: datetime, device: Device | None = None
) -> Receipt:
    """A reviewer watched a camera for a while, live or recorded. Raises Invalid."""
    return record(actor, day_id, entry_id, fact, now, device)
