"""Handovers of the shift: the giver signs what is passed on, the taker signs that very entry."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from app.domain import N_, Invalid, Message
from app.domain import facts as f
from app.domain.day import Day
from app.domain.duty import Handover, handed_statement, handovers, open_steps, taken_statement
from app.domain.people import Actor
from app.domain.plan import Member
from app.domain.policy import Action, require_member
from app.domain.rules import problems
from app.services import days, office
from app.services.keys import UnlockedKey, holds, require_own
from app.services.record import Device, Receipt, record
from app.store import journal


def hand_over(
    actor: Actor,
    day_id: str,
    entry_id: str,
    to: str,
    items: Sequence[f.Item],
    note: str,
    key: UnlockedKey,
    now: datetime,
    device: Device | None = None,
) -> Receipt:
    """Pass the duty on with the person's key; the steps that are open now are named. Raises Invalid."""
    day, member = _giver(actor, day_id)
    now = max(now, day.received)  # two requests in the same instant
    require_own(key, actor, day, now)
    fact = replace(_handed(day, member, to, items, note, now), certificate=key.sha256)
    signed = replace(fact, signature=key.sign(handed_statement(day.origin, actor.person, fact)))
    return record(actor, day_id, entry_id, signed, now, device)


def examine(
    actor: Actor, day_id: str, entry_id: str, to: str, items: Sequence[f.Item], note: str, now: datetime
) -> tuple[Message, ...]:
    """Every reason why this cannot be handed over, to be told before anybody types a code."""
    day, member = _giver(actor, day_id)
    if journal.find(days.log_of(day_id), entry_id):  # it is written already
        return ()
    return tuple(problems(day, _handed(day, member, to, items, note, now), member, now))


def _giver(actor: Actor, day_id: str) -> tuple[Day, Member]:
    day = days.load(actor, day_id)
    return day, require_member(day, actor, Action.SHIFT_HAND)


def _handed(day: Day, giver: Member, to: str, items: Sequence[f.Item], note: str, now: datetime) -> f.ShiftHanded:
    """What the giver says, not signed yet: with the steps that wait for their role."""
    steps = tuple(v.step.id for v in open_steps(day, giver.role, now))
    return f.ShiftHanded(to, now, steps, tuple(items), note, "", "")


def take(
    actor: Actor,
    day_id: str,
    entry_id: str,
    seq: int,
    remark: str,
    key: UnlockedKey,
    now: datetime,
    device: Device | None = None,
) -> Receipt:
    """Take the duty as entry ``seq`` passes it on, with the person's key. Raises Invalid."""
    day = days.load(actor, day_id)
    require_member(day, actor, Action.SHIFT_TAKE)
    handed = find(day, seq)
    if handed is None:
        raise Invalid(Message(N_("There is no such handover.")))
    now = max(now, day.received)
    require_own(key, actor, day, now)
    fact = f.ShiftTaken(seq, handed.act.leaf, now, key.sha256, "", remark)
    signed = replace(fact, signature=key.sign(taken_statement(day.origin, actor.person, fact)))
    return record(actor, day_id, entry_id, signed, now, device)


def find(day: Day, seq: int) -> Handover | None:
    """The handover that entry ``seq`` is."""
    return next((h for h in handovers(day) if h.act.seq == seq), None)


def last_items(day: Day) -> tuple[f.Item, ...]:
    """What was passed on at the last handover that stands: most likely the same things go on."""
    return next((h.act.fact.items for h in reversed(handovers(day)) if not h.withdrawn), ())


def signature_holds(
    origin: str,
    fact: f.ShiftHanded | f.ShiftTaken,
    certificates: Mapping[str, office.Registered],
    person: str,
    hashes: Sequence[bytes],
    ahead: timedelta = timedelta(),
) -> bool:
    """True when the person's own certificate signed it, and who takes names the leaf that stands there.

    ``ahead``: as in ``confirm.signature_holds``.
    """
    if isinstance(fact, f.ShiftTaken):
        if not 0 <= fact.target < len(hashes) or hashes[fact.target].hex() != fact.leaf:
            return False
        message = taken_statement(origin, person, fact)
    else:
        message = handed_statement(origin, person, fact)
    return holds(message, fact.signature, certificates.get(fact.certificate), person, fact.at - ahead)
