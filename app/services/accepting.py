"""Accepting a day: every document countersigned in one ceremony, then the fact that names them.

Each document gets a signature of its own, made outside transactions as ever (services/documents.py). When one
fails, those before it stay signed and the day is not accepted yet; going on signs the rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain import N_, DomainError, Message
from app.domain import facts as f
from app.domain.closing import closing_forms
from app.domain.day import Day
from app.domain.missing import for_commission
from app.domain.people import Actor
from app.domain.policy import Action, require_member
from app.domain.review import Review, Stage, review
from app.domain.rules.ending import awaits_acceptance, remarks_answered
from app.domain.signing import newest
from app.services import days, documents
from app.services.documents import DocumentView, Moved
from app.services.keys import UnlockedKey, require_own
from app.services.record import Device, Receipt, record


class Paper(StrEnum):
    """What a document of the day waits for."""

    SIGNED = "signed"  # by everybody, as it is now
    MINE = "mine"  # the actor countersigns it
    WAITS = "waits"  # somebody else signs first


@dataclass(frozen=True)
class Line:
    """A document; ``first``: who has to sign before the actor can (expected people by slot)."""

    view: DocumentView
    state: Paper
    first: tuple[documents.SlotView, ...] = ()


@dataclass(frozen=True)
class Table:
    """What lies before the commission head. ``why``: what keeps the day from being accepted now."""

    review: Review
    lines: tuple[Line, ...]
    why: tuple[Message, ...]

    @property
    def mine(self) -> tuple[Line, ...]:
        return tuple(x for x in self.lines if x.state == Paper.MINE)

    @property
    def waits(self) -> tuple[Line, ...]:
        return tuple(x for x in self.lines if x.state == Paper.WAITS)

    @property
    def again(self) -> bool:
        """The day is accepted already; only newer revisions are countersigned."""
        return self.review.stage == Stage.ACCEPTED

    @property
    def ready(self) -> bool:
        return not self.why and (bool(self.mine) or not self.again)


class NotReady(DomainError):
    """The day cannot be accepted now; every reason is named."""


class Interrupted(DomainError):
    """Some of the documents are signed, the rest are not; the day is not accepted yet."""


@dataclass(frozen=True)
class Outcome:
    """``signed``: forms that this ceremony countersigned; ``receipt`` None: the day was accepted before."""

    signed: tuple[str, ...]
    receipt: Receipt | None


def table(actor: Actor, day: Day, now: datetime) -> Table:
    """Every document of the day with what it waits for, in the order in which they are signed."""
    last = {form for group in closing_forms(day.profile) for form in group}
    views = sorted(documents.documents(day, actor), key=lambda v: v.form in last)  # the one that closes the day last
    lines = tuple(_line(view) for view in views if view.slots)
    return Table(review(day), lines, tuple(_why(actor, day, lines, now)))


def _line(view: DocumentView) -> Line:
    if view.complete:
        return Line(view, Paper.SIGNED)
    if view.mine:
        return Line(view, Paper.MINE)
    return Line(view, Paper.WAITS, tuple(s for s in view.slots if s.signature is None and s.slot.meaning != "reviewed"))


def _why(actor: Actor, day: Day, lines: tuple[Line, ...], now: datetime) -> list[Message]:
    """Reasons by the rules, and the documents that somebody else signs first; of an accepted day only these."""
    member, reasons = day.roster.get(actor.person), []
    if review(day).stage != Stage.ACCEPTED and member is not None:
        fact = f.DayAccepted(now)
        reasons = [m for rule in (awaits_acceptance, remarks_answered) for m in rule(day, fact, member, now)]
    if review(day).stage != Stage.ACCEPTED and (waiting := for_commission(day)):
        text = N_("Entries that the commission has not confirmed: %(count)s.")
        reasons.append(Message(text, {"count": len(waiting)}))
    if not lines:
        reasons.append(Message(N_("The day has no document to countersign.")))
    waits = [x for x in lines if x.state == Paper.WAITS]
    if waits and review(day).stage != Stage.ACCEPTED:
        reasons.append(Message(N_("Documents that somebody else signs first: %(count)s."), {"count": len(waits)}))
    return reasons


def accept(
    actor: Actor, day_id: str, entry_id: str, expected: Mapping[str, str], key: UnlockedKey, public_url: str,
    text: str, now: datetime, device: Device | None = None,
) -> Outcome:  # fmt: skip
    """Countersign what is the actor's turn, then accept the day. ``expected``: by form, of what the person read.

    An accepted day is not accepted again: newer revisions are countersigned, that is all. Raises NotReady when the
    day cannot be accepted, Moved when a document changed, KeyUnusable; nothing is signed then. Raises Interrupted when
    something failed between two signatures.
    """
    day = days.load(actor, day_id)
    require_member(day, actor, Action.DAY_ACCEPT)
    found = table(actor, day, now)
    if not found.ready:
        raise NotReady(*(found.why or awaits_acceptance(day, f.DayAccepted(now), day.roster[actor.person], now)))
    if any(expected.get(x.view.form) != x.view.expected for x in found.lines if x.state == Paper.MINE):
        raise Moved(N_("The documents changed while you were reading. Look at them again."))
    require_own(key, actor, day, now)
    signed = _countersign(actor, day, found, key, public_url, now)
    if found.again:
        return Outcome(signed, None)
    return Outcome(signed, _accepted(actor, day_id, entry_id, text, signed, now, device))


def _countersign(
    actor: Actor, day: Day, found: Table, key: UnlockedKey, public_url: str, now: datetime
) -> tuple[str, ...]:
    signed: list[str] = []
    for line in found.mine:
        try:
            documents.sign(actor, day.id, line.view.form, line.view.expected, key, public_url, now)
        except DomainError as err:
            raise _interrupted(signed, err) from err
        signed.append(line.view.form)
    return tuple(signed)


def _accepted(
    actor: Actor, day_id: str, entry_id: str, text: str, signed: tuple[str, ...], now: datetime, device: Device | None
) -> Receipt:
    day = days.load(actor, day_id)
    papers = tuple(
        f.Paper(form, d.revision, d.file) for form in sorted(day.documents) if (d := newest(day, form)) is not None
    )
    try:
        return record(actor, day_id, entry_id, f.DayAccepted(now, papers, text), now, device, look=all_signed)
    except DomainError as err:
        raise _interrupted(list(signed), err) from err


def all_signed(day: Day) -> None:
    """Raise Moved unless every document of the day is signed by everybody, as it is now."""
    if any(documents.unsigned(day, form) for form in documents.list_forms() if form.applies(day)):
        raise Moved(N_("The documents changed while you were reading. Look at them again."))


def _interrupted(signed: list[str], reason: DomainError) -> DomainError:
    """The reason alone when nothing was signed yet; else also what is signed."""
    if not signed:
        return reason
    done = Message(
        N_("Countersigned and kept: %(count)s of the documents. The day is not accepted yet: go on with the rest."),
        {"count": len(signed)},
    )
    told = Interrupted(done, *reason.messages)
    told.status = reason.status
    return told
