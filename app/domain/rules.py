"""Rules: may this fact follow what the day already knows? Each rule a small named function.

``judge`` collects every reason, so a form can show all of them at once and nothing typed is
lost. It is the only gate before an append: there is no other path to a fact of a person.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from app.domain import N_, DomainError, Invalid, Message
from app.domain import facts as f
from app.domain.access import RESPONSIBLE, times_of
from app.domain.checklist import CLOSED, places, view
from app.domain.codec import BadValue
from app.domain.day import LATE_ENTRY, Act, Day, changed, flat
from app.domain.evidence import validate
from app.domain.plan import TECHNICIANS, Member
from app.domain.profile import Step
from app.domain.timing import window

LONGEST = 2000  # characters of one text in a fact
AHEAD = timedelta(minutes=2)  # a device's clock may be this much ahead of ours
Messages = Iterator[Message]


def judge(day: Day, fact: Any, member: Member, now: datetime, judged: tuple["Rule", ...] = ()) -> None:
    """Raise Invalid with every reason why ``member`` may not record ``fact`` at ``now``."""
    if messages := problems(day, fact, member, now, judged):
        raise Invalid(*messages)


def problems(day: Day, fact: Any, member: Member, now: datetime, judged: tuple["Rule", ...] = ()) -> list[Message]:
    """Every reason why ``member`` may not record ``fact`` at ``now``; none when they may.

    ``judged``: rules that the caller itself has asked.
    """
    rules = (r for r in (texts_fit, *RULES.get(type(fact), ())) if r not in judged)
    return [m for rule in rules for m in rule(day, fact, member, now)]


# ---------------------------------------------------------------- time


def not_in_future(day: Day, fact: Any, member: Member, now: datetime) -> Messages:
    at = fact.end if isinstance(fact, f.AccessNoted) else fact.at
    if at > now + AHEAD:
        yield Message(N_("The time is in the future. Enter when it really happened."), field="at")


def _late(delay: timedelta) -> Message:
    text = N_("You are entering this %(minutes)s min after the event. Both times will be printed. Give the reason.")
    return Message(text, {"minutes": int(delay.total_seconds() // 60)}, "late_reason")


def late_needs_reason(day: Day, fact: Any, member: Member, now: datetime) -> Messages:
    at = fact.end if isinstance(fact, f.AccessNoted) else fact.at
    if now - at > LATE_ENTRY and not fact.late_reason:
        yield _late(now - at)


def ends_after_start(day: Day, fact: f.AccessNoted, member: Member, now: datetime) -> Messages:
    if fact.end < fact.start:
        yield Message(N_("The end is before the start."), field="end")


def row_times_fit(day: Day, fact: f.StepDone, member: Member, now: datetime) -> Messages:
    """The row that a step writes obeys what a row by hand obeys: in order, not in the future, late with a reason."""
    spec = _step(day, fact).access
    if spec is None:
        return
    try:
        start, end = times_of(day, fact, spec)
    except (ValueError, TypeError, AttributeError):  # evidence_complete says which field cannot be read
        return
    field = f"evidence.{spec.end or spec.start or 'at'}"
    if end < start:
        yield Message(N_("The end is before the start."), field=field)
    elif end > now + AHEAD >= fact.at:
        yield Message(N_("The time is in the future. Enter when it really happened."), field=field)
    elif now - end > LATE_ENTRY >= now - fact.at and not fact.late_reason:
        yield _late(now - end)


def texts_fit(day: Day, fact: Any, member: Member, now: datetime) -> Messages:
    """No text is so long that a page of paper could not hold it."""
    try:
        values = flat(fact)
    except DomainError:  # evidence_complete and correction_fits say what cannot be recorded
        return
    for name, value in values.items():
        for text in value if isinstance(value, list) else (value,):
            if isinstance(text, str) and len(text) > LONGEST:
                message = N_("The text is too long: at most %(count)s characters.")
                yield Message(message, {"count": LONGEST}, name)
                break


# ---------------------------------------------------------------- steps


def _step(day: Day, fact: Any) -> Step:
    return day.profile.step(fact.step)


def step_is_on(day: Day, fact: Any, member: Member, now: datetime) -> Messages:
    if not _step(day, fact).enabled:
        yield Message(N_("This step is switched off in the profile of this exam."))


def performer_fits(day: Day, fact: Any, member: Member, now: datetime) -> Messages:
    step = _step(day, fact)
    outside = getattr(fact, "outside", None)
    if outside is None:
        if member.role not in step.performers:
            yield Message(N_("Your role on this day does not perform this step."))
    elif outside.role not in step.performers or day.profile.role(outside.role).account:
        yield Message(N_("This role does not perform the step outside the system."), field="outside.role")
    elif not outside.name or not outside.paper:
        yield Message(N_("Give the name and the paper that shows it."), field="outside.name")


def waiver_is_decided(day: Day, fact: f.StepWaived, member: Member, now: datetime) -> Messages:
    if not fact.decided_by:
        yield Message(N_("Say who decided that the step is not required."), field="decided_by")


def reason_given(day: Day, fact: Any, member: Member, now: datetime) -> Messages:
    if not fact.reason:
        yield Message(N_("Give the reason."), field="reason")


def places_fit(day: Day, fact: Any, member: Member, now: datetime) -> Messages:
    step = _step(day, fact)
    if step.repeat in ("", "demand"):
        if fact.places and step.repeat == "":
            yield Message(N_("This step is done once for the whole centre."), field="places")
        return
    known = places(step, day, now)
    if not fact.places:
        yield Message(N_("Mark at least one place."), field="places")
    for place in fact.places:
        if place not in known:
            yield Message(N_("%(place)s is not a place of this step."), {"place": place}, "places")


def occurrence_has_come(day: Day, fact: Any, member: Member, now: datetime) -> Messages:
    """A round is not recorded before its time."""
    step = _step(day, fact)
    if step.repeat == "interval":
        for place in fact.places:
            opens = window(step, day, place).opens if place in places(step, day, now) else None
            if opens and opens > now + AHEAD:
                yield Message(N_("%(place)s has not come yet."), {"place": place}, "places")


def not_done_before(day: Day, fact: Any, member: Member, now: datetime) -> Messages:
    step = _step(day, fact)
    if step.repeat == "demand":
        return
    states = {p.place: p.state for p in view(step, day, now).places}
    for place in fact.places or ("",):
        if states.get(place) in CLOSED:
            if place:
                yield Message(
                    N_("%(place)s already has an entry. Correct that one instead."), {"place": place}, "places"
                )
            else:
                yield Message(N_("This step already has an entry. Correct that one instead."))


def evidence_complete(day: Day, fact: f.StepDone, member: Member, now: datetime) -> Messages:
    try:
        values, _ = validate(_step(day, fact), fact.evidence, day.local(fact.at).date())
    except Invalid as err:
        yield from err.messages
    else:
        if values != fact.evidence:
            yield Message(N_("The evidence is not in its recorded form."))


def places_of_evidence_exist(day: Day, fact: Any, member: Member, now: datetime) -> Messages:
    """Rooms named in evidence stand in the plan."""
    known = {r.code for r in day.rooms}
    for spec in _step(day, fact).fields:
        if spec.type in ("room", "rooms") and (value := fact.evidence.get(spec.id)):
            for code in value if isinstance(value, list) else [value]:
                if code not in known:
                    yield Message(
                        N_("Room %(room)s is not in the plan of this day."), {"room": code}, f"evidence.{spec.id}"
                    )


# ---------------------------------------------------------------- access and milestones


def access_fits(day: Day, fact: f.AccessNoted, member: Member, now: datetime) -> Messages:
    known = {r.code for r in day.rooms}
    if not fact.rooms:
        yield Message(N_("Name at least one room."), field="rooms")
    for code in fact.rooms:
        if code not in known:
            yield Message(N_("Room %(room)s is not in the plan of this day."), {"room": code}, "rooms")
    if fact.action and day.profile.action(fact.action) is None:
        yield Message(N_("The action is not in the vocabulary of this journal."), field="action")
    if not fact.action and not fact.text:
        yield Message(N_("Choose the action."), field="action")
    if fact.state_found not in ("", "on", "off"):
        yield Message(N_("The state found is on or off."), field="state_found")


def milestone_fits(day: Day, fact: f.MilestoneNoted, member: Member, now: datetime) -> Messages:
    spec = day.profile.milestone(fact.milestone)
    if spec is None:
        yield Message(N_("The profile has no such milestone."))
    elif member.role not in spec.noted_by:
        yield Message(N_("Your role on this day does not note this milestone."))
    elif spec.per_room and not fact.place:
        yield Message(N_("Mark at least one room."), field="places")
    elif day.milestone(fact.milestone, fact.place):
        yield Message(N_("This milestone is already noted. Void that entry first."))
    elif fact.place and (not spec.per_room or day.room(fact.place) is None):
        yield Message(N_("%(place)s is not a place of this milestone."), {"place": fact.place})


def note_has_text(day: Day, fact: f.NoteWritten, member: Member, now: datetime) -> Messages:
    if not fact.text:
        yield Message(N_("Write the note."), field="text")


# ---------------------------------------------------------------- corrections


def target_stands(day: Day, fact: Any, member: Member, now: datetime) -> Messages:
    act = day.acts.get(fact.target)
    if act is None:
        yield Message(N_("There is no such entry to correct."))
    elif act.void:
        yield Message(N_("This entry is void already."))
    elif act.tag == "step.elsewhere":
        yield Message(N_("This step was done on another day. Correct it there."))
    elif act.by.person != member.person and not (member.role in TECHNICIANS and act.by.role in TECHNICIANS):
        yield Message(N_("Only the person who made an entry corrects it."))


def correction_fits(day: Day, fact: f.EntryCorrected, member: Member, now: datetime) -> Messages:
    """The corrected fact obeys the same rules as a new one, but for what is "already done"."""
    act = day.acts.get(fact.target)
    if act is None or act.void:
        return
    if not fact.changes:
        yield Message(N_("Nothing was changed."))
        return
    if unchangeable := set(fact.changes) & {"step", "milestone", "outside"}:
        yield Message(N_("%(name)s cannot be corrected; void the entry instead."), {"name": min(unchangeable)})
        return
    try:
        new = changed(act.fact, fact.changes)
    except BadValue as err:
        yield from err.messages
        return
    skip = {not_done_before, performer_fits, late_needs_reason, milestone_fits}
    for rule in RULES.get(type(new), ()):
        if rule not in skip:
            yield from rule(day, new, member, now)
    if isinstance(new, f.StepDone | f.StepImpossible | f.StepWaived):
        yield from _places_still_free(day, act, new, now)


def _places_still_free(day: Day, act: Act, new: Any, now: datetime) -> Messages:
    step = _step(day, new)
    if step.repeat in ("", "demand"):
        return
    others = {p for a in day.step_acts(new.step) if a.seq != act.seq for p in getattr(a.fact, "places", ())}
    for place in new.places:
        if place in others:
            yield Message(N_("%(place)s already has an entry. Correct that one instead."), {"place": place}, "places")


# ---------------------------------------------------------------- confirmation


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


Rule = Callable[[Day, Any, Member, datetime], Messages]
STEP: tuple[Rule, ...] = (step_is_on, places_fit, occurrence_has_come, not_done_before, not_in_future)
RULES: dict[type, tuple[Rule, ...]] = {
    f.StepDone: (
        *STEP, performer_fits, late_needs_reason, evidence_complete, places_of_evidence_exist, row_times_fit,
    ),
    f.StepImpossible: (*STEP, performer_fits, reason_given),
    f.StepWaived: (*STEP, reason_given, waiver_is_decided),
    f.AccessNoted: (access_fits, ends_after_start, not_in_future, late_needs_reason),
    f.MilestoneNoted: (milestone_fits, not_in_future, late_needs_reason),
    f.NoteWritten: (note_has_text,),
    f.EntryCorrected: (target_stands, reason_given, correction_fits),
    f.EntryVoided: (target_stands, reason_given),
    f.ActsConfirmed: (targets_fit,),
    f.ActsConfirmedOutside: (targets_fit,),
}
