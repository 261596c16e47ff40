"""Handovers of the shift: from whom to whom, with what; once taken they stand for ever."""

from collections.abc import Iterator
from datetime import datetime

from app.domain import N_, Message
from app.domain import facts as f
from app.domain.day import Day
from app.domain.duty import KINDS, handovers, on_duty, technicians, waiting_of
from app.domain.plan import Member
from app.domain.rules.base import Messages

MOST_LINES = 100  # of a handover
MOST_PIECES = 999  # of one thing
LONGEST_NAME = 120  # characters of a thing's name or number


def handover_fits(day: Day, fact: f.ShiftHanded, member: Member, now: datetime) -> Messages:
    """Somebody on duty hands over to another technician of the roster, one handover at a time."""
    if fact.to == member.person or fact.to not in {m.person for m in technicians(day)}:
        yield Message(N_("Choose another technical specialist of this day’s roster."), field="to")
    if member.person not in {m.person for m in on_duty(day)}:
        yield Message(N_("You are not on duty now: there is nothing to hand over."))
    if waiting := waiting_of(day, member.person):
        text = N_("%(name)s has not taken your handover yet. Withdraw it first.")
        yield Message(text, {"name": waiting.taker.short})
    known = {s.id for s in day.profile.steps}
    for step in fact.steps:
        if step not in known:
            yield Message(N_("The profile has no step %(step)s."), {"step": step})


def items_fit(day: Day, fact: f.ShiftHanded, member: Member, now: datetime) -> Messages:
    """Every thing has a kind that we know, a name and a number of pieces."""
    if len(fact.items) > MOST_LINES:
        yield Message(N_("At most %(count)s lines."), {"count": MOST_LINES}, "items")
    for number, item in enumerate(fact.items):
        yield from _item(item, f"items.{number}")


def _item(item: f.Item, line: str) -> Iterator[Message]:
    if item.kind not in KINDS:
        yield Message(N_("Choose what kind of thing it is."), field=f"{line}.kind")
    if not item.name:
        yield Message(N_("Name the thing."), field=f"{line}.name")
    if not 1 <= item.count <= MOST_PIECES:
        yield Message(N_("Enter a number from 1 to %(most)s."), {"most": MOST_PIECES}, f"{line}.count")
    for name in ("name", "serial"):
        if len(getattr(item, name)) > LONGEST_NAME:
            text = N_("The text is too long: at most %(count)s characters.")
            yield Message(text, {"count": LONGEST_NAME}, f"{line}.{name}")


def taking_fits(day: Day, fact: f.ShiftTaken, member: Member, now: datetime) -> Messages:
    """The person it was handed to takes the very handover that waits, once."""
    found = next((h for h in handovers(day) if h.act.seq == fact.target), None)
    if found is None:
        yield Message(N_("There is no such handover."))
    elif found.withdrawn:
        yield Message(N_("This handover was withdrawn."))
    elif found.taken:
        yield Message(N_("This handover is taken already."))
    elif found.taker.person != member.person:
        yield Message(N_("This handover is for somebody else: %(name)s."), {"name": found.taker.short})
    elif found.act.leaf != fact.leaf:
        yield Message(N_("This is not the handover that you were shown. Look at it again."))


def handover_stands(day: Day, fact: f.EntryCorrected | f.EntryVoided, member: Member, now: datetime) -> Messages:
    """What was signed is never corrected; who hands over may withdraw it until it is taken."""
    act = day.acts.get(fact.target)
    if act is None or act.void or not act.tag.startswith("shift."):
        return
    if act.tag == "shift.taken" or any(h.taken for h in handovers(day) if h.act.seq == act.seq):
        yield Message(N_("This handover is taken: it stays as both have signed it. Hand the shift over anew."))
    elif isinstance(fact, f.EntryCorrected):
        yield Message(N_("A handover is signed: withdraw it and hand over anew."))
    elif act.by.person != member.person:
        yield Message(N_("Only who hands over withdraws it."))
