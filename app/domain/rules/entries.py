"""Rows of the access journal, milestones and notes; the length of every text."""

from datetime import datetime
from typing import Any

from app.domain import N_, DomainError, Message
from app.domain import facts as f
from app.domain.day import Day
from app.domain.fold import flat
from app.domain.plan import Member
from app.domain.rules.base import Messages

LONGEST = 2000  # characters of one text in a fact


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


def rooms_in_plan(day: Day, fact: Any, member: Member, now: datetime) -> Messages:
    known = {r.code for r in day.rooms}
    if not fact.rooms:
        yield Message(N_("Name at least one room."), field="rooms")
    for code in fact.rooms:
        if code not in known:
            yield Message(N_("Room %(room)s is not in the plan of this day."), {"room": code}, "rooms")


def access_fits(day: Day, fact: f.AccessNoted, member: Member, now: datetime) -> Messages:
    yield from rooms_in_plan(day, fact, member, now)
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
