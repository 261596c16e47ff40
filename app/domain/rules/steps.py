"""What may be recorded of a step: by whom, where, once, with which evidence."""

from datetime import datetime
from typing import Any

from app.domain import N_, Invalid, Message
from app.domain import facts as f
from app.domain.checklist import CLOSED, places, view
from app.domain.day import Day
from app.domain.evidence import validate
from app.domain.plan import Member
from app.domain.rules.base import Messages, step_of
from app.domain.timing import window


def step_is_on(day: Day, fact: Any, member: Member, now: datetime) -> Messages:
    if not step_of(day, fact).enabled:
        yield Message(N_("This step is switched off in the profile of this exam."))


def performer_fits(day: Day, fact: Any, member: Member, now: datetime) -> Messages:
    step = step_of(day, fact)
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
    step = step_of(day, fact)
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
    step = step_of(day, fact)
    if step.repeat == "interval":
        for place in fact.places:
            opens = window(step, day, place).opens if place in places(step, day, now) else None
            if opens and opens > now + day.profile.limits.ahead:
                yield Message(N_("%(place)s has not come yet."), {"place": place}, "places")


def not_done_before(day: Day, fact: Any, member: Member, now: datetime) -> Messages:
    step = step_of(day, fact)
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
        values, _ = validate(step_of(day, fact), fact.evidence, day.local(fact.at).date())
    except Invalid as err:
        yield from err.messages
    else:
        if values != fact.evidence:
            yield Message(N_("The evidence is not in its recorded form."))


def places_of_evidence_exist(day: Day, fact: Any, member: Member, now: datetime) -> Messages:
    """Rooms named in evidence stand in the plan."""
    known = {r.code for r in day.rooms}
    for spec in step_of(day, fact).fields:
        if spec.type in ("room", "rooms") and (value := fact.evidence.get(spec.id)):
            for code in value if isinstance(value, list) else [value]:
                if code not in known:
                    yield Message(
                        N_("Room %(room)s is not in the plan of this day."), {"room": code}, f"evidence.{spec.id}"
                    )
