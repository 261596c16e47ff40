"""Confirmations: the PES head (or another confirmer) signs the leaf hashes of what was done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain import N_, Invalid, Message, rehearsal
from app.domain import facts as f
from app.domain.day import Act, Day
from app.domain.facts import Outside
from app.domain.people import Actor
from app.domain.policy import Action, require_member
from app.domain.rules.confirming import missing_confirmers, why_not_confirm
from app.domain.signing import statement
from app.services import days, office, witnesses
from app.services.keys import UnlockedKey, holds, require_own
from app.services.record import Device, Receipt, record


@dataclass(frozen=True)
class OutsideWait:
    """Acts that wait for a role without an account."""

    role: str
    acts: tuple[Act, ...]


def waiting(day: Day, actor: Actor) -> tuple[Act, ...]:
    """Acts that wait for the actor's own confirmation, in the journal's order."""
    member = day.roster.get(actor.person)
    if member is None or day.source:
        return ()
    return tuple(a for a in day.acts.values() if why_not_confirm(day, a, member, member.role) is None)


def waiting_outside(day: Day, actor: Actor) -> tuple[OutsideWait, ...]:
    """Acts that wait for somebody without an account, per role: the actor may record the paper."""
    found: dict[str, list[Act]] = {}
    for act in day.acts.values():
        for role in missing_confirmers(day, act):
            if not day.profile.role(role).account:
                found.setdefault(role, []).append(act)
    return tuple(OutsideWait(role, tuple(acts)) for role, acts in found.items())


def targets(day: Day, seqs: Sequence[int]) -> tuple[f.Target, ...]:
    """Leaf hashes of the acts and their corrections. Raises Invalid for no act or a number that is none."""
    chosen = [day.acts.get(seq) for seq in dict.fromkeys(seqs)]
    acts = [a for a in chosen if a is not None]
    if not acts or len(acts) != len(chosen):
        raise Invalid(Message(N_("Mark at least one entry to confirm."), field="c"))
    return tuple(t for act in acts for t in act.targets())


def confirm(
    actor: Actor,
    day_id: str,
    entry_id: str,
    seqs: Sequence[int],
    key: UnlockedKey,
    now: datetime,
    device: Device | None = None,
) -> Receipt:
    """Confirm acts with the person's key. Raises Invalid, naming what cannot be confirmed; nothing is confirmed then.

    A head's session cosigns the checkpoint that they saw. Raises Forked when it does not continue what they cosigned.
    """
    day, checkpoint = days.load_with_checkpoint(actor, day_id)
    member = require_member(day, actor, Action.ACT_CONFIRM)
    chosen = targets(day, seqs)
    if now < day.received:
        now = day.received  # two requests in the same instant; a clock far behind is refused when a document is signed
    require_own(key, actor, day, now)
    signature = key.sign(statement(day.origin, chosen, member.role, now))
    lines = tuple(checkpoint.note.split("\n"))
    fact = f.ActsConfirmed(chosen, member.role, now, lines, key.sha256, signature)
    log, real = days.log_of(day_id), rehearsal.real(day, now)
    with witnesses.cosigning(actor, member.role, key, log, checkpoint, real) as cosign:
        return record(actor, day_id, entry_id, fact, now, device, look=cosign)


def confirm_outside(
    actor: Actor, day_id: str, entry_id: str, seqs: Sequence[int], by: Outside, now: datetime
) -> Receipt:
    """Record that somebody without an account confirmed on paper. Raises Invalid."""
    day = days.load(actor, day_id, Action.STEP_RECORD)
    messages = []
    if not by.name:
        messages.append(Message(N_("Give the name of who confirmed."), field="name"))
    if not by.paper:
        messages.append(Message(N_("Name the paper that carries the signature."), field="paper"))
    if messages:
        raise Invalid(*messages)
    return record(actor, day_id, entry_id, f.ActsConfirmedOutside(targets(day, seqs), by, now), now)


def signature_holds(
    origin: str, fact: f.ActsConfirmed, certificates: Mapping[str, office.Registered], person: str,
    ahead: timedelta = timedelta(),
) -> bool:  # fmt: skip
    """True when the confirmation's signature is by the certificate registered for that person at that moment.

    ``ahead``: of the clock that a rehearsal had then; certificates live by the real one.
    """
    message = statement(origin, fact.targets, fact.role, fact.at)
    return holds(message, fact.signature, certificates.get(fact.certificate), person, fact.at - ahead)
