"""Handing a day in and accepting it: in turn, never over open remarks, and with the documents as they are now."""

from datetime import datetime

from app.domain import N_, Message
from app.domain import facts as f
from app.domain.day import Day
from app.domain.plan import Member
from app.domain.policy import ON_THE_DAY, Action
from app.domain.review import Review, Stage, review
from app.domain.rules.base import Messages
from app.domain.rules.times import clock
from app.domain.signing import newest


def not_handed_in(day: Day, fact: f.DaySubmitted, member: Member, now: datetime) -> Messages:
    """Once, and again after each return."""
    found = review(day)
    if found.stage == Stage.SUBMITTED:
        yield _turn(day, found, "day.submitted", N_("The day was handed in already: %(who)s, %(time)s."))
    elif found.stage == Stage.ACCEPTED:
        yield _turn(day, found, "day.accepted", N_("The day was accepted already: %(who)s, %(time)s."))


def gaps_need_reason(day: Day, fact: f.DaySubmitted, member: Member, now: datetime) -> Messages:
    """What is missing is overridden by a role that may, with a reason."""
    if not fact.missing:
        return
    if member.role not in ON_THE_DAY[Action.GAPS_OVERRIDE]:
        yield Message(N_("Something is still missing. Only the head of the exam centre hands the day in all the same."))
    elif not fact.reason:
        yield Message(N_("Give the reason why it is handed in all the same."), field="reason")


def awaits_acceptance(day: Day, fact: f.DayAccepted, member: Member, now: datetime) -> Messages:
    """Only what was handed in is accepted, and once."""
    found = review(day)
    if found.stage == Stage.ACCEPTED:
        yield _turn(day, found, "day.accepted", N_("The day was accepted already: %(who)s, %(time)s."))
    elif found.stage != Stage.SUBMITTED:
        yield Message(N_("The centre has not handed the day in yet."))


def remarks_answered(day: Day, fact: f.DayAccepted, member: Member, now: datetime) -> Messages:
    if waiting := review(day).open:
        yield Message(N_("Remarks without an answer: %(count)s. Wait for it, or settle them."), {"count": len(waiting)})


def accepted_with_papers(day: Day, fact: f.DayAccepted, member: Member, now: datetime) -> Messages:
    """The papers are the newest revisions of all that was ever signed, each as it stands after its last signature."""
    named = {p.form: (p.revision, p.file) for p in fact.papers}
    found = {form: (d.revision, d.file) for form in day.documents if (d := newest(day, form))}
    if not named or named != found:
        yield Message(N_("The documents changed while you were reading. Look at them again."))


def _turn(day: Day, found: Review, tag: str, text: str) -> Message:
    line = found.last(tag)
    assert line is not None
    return Message(text, {"who": line.by.short, "time": clock(day, line.fact.at)})
