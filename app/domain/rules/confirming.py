"""Who has to confirm what, and whether a confirmation fits."""

from datetime import datetime

from app.domain import N_, Message
from app.domain import facts as f
from app.domain.access import RESPONSIBLE
from app.domain.day import Act, Day
from app.domain.plan import Member
from app.domain.rules.base import Messages


def confirmers(day: Day, act: Act) -> tuple[str, ...]:
    """Roles that have to confirm the act."""
    if act.tag == "step.done":
        return day.profile.step(act.fact.step).confirmers
    if act.tag == "access.noted":
        return (RESPONSIBLE,)
    if act.tag in ("step.impossible", "step.waived"):
        return tuple(r for r in day.profile.step(act.fact.step).confirmers if day.profile.role(r).account)
    return ()


def missing_confirmers(day: Day, act: Act) -> tuple[str, ...]:
    """Roles whose confirmation is still missing (none for a void act)."""
    if act.void:
        return ()
    have = {c.role for c in act.valid_confirmations}
    return tuple(r for r in confirmers(day, act) if r not in have)


def why_not_confirm(day: Day, act: Act | None, member: Member, role: str) -> Message | None:
    """Why ``member`` may not confirm ``act`` in ``role``; None when they may."""
    if act is None or act.void:
        return Message(N_("There is no such entry to confirm."))
    if role == member.role and member.person in {act.by.person, *(c.by.person for c in act.changes)}:
        return Message(N_("Nobody confirms their own entry."))
    if role not in confirmers(day, act):
        return Message(N_("Your role does not confirm this entry."))
    if role not in missing_confirmers(day, act):
        return Message(N_("Entry %(number)s is confirmed already."), {"number": act.number})
    return None


def targets_fit(day: Day, fact: f.ActsConfirmed | f.ActsConfirmedOutside, member: Member, now: datetime) -> Messages:
    """Every target is an act that waits for this role, with every correction of it, and the right leaf hashes."""
    outside = isinstance(fact, f.ActsConfirmedOutside)
    role = fact.by.role if isinstance(fact, f.ActsConfirmedOutside) else fact.role
    if outside and day.profile.role(role).account:
        yield Message(N_("This role has an account and confirms in the system."), field="outside.role")
    if not outside and role != member.role:
        yield Message(N_("Your role does not confirm this entry."))
    given = {t.seq: t.leaf for t in fact.targets}
    acts = [day.acts[seq] for seq in given if seq in day.acts]
    expected = {t.seq: t.leaf for act in acts for t in act.targets()}
    if not acts or given != expected:
        yield Message(N_("The entries changed while you were reading. Look again, then confirm."))
        return
    for act in acts:
        if reason := why_not_confirm(day, act, member, role):
            yield reason
