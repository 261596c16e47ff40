"""Outages and uploads: what an outage needs, what may follow it and until when, and what its correction leaves true.

Times are compared by the minute: a form shows minutes, and "now" has seconds.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from app.domain import N_, Message
from app.domain import facts as f
from app.domain.day import Act, Day
from app.domain.outages import CAUSES, DECISIONS, KINDS, OPENED, RESTORED, Outage, clash, minute, outage
from app.domain.plan import Member
from app.domain.rules.base import Messages

ANSWERS = ("", "yes", "no")


def outage_fits(day: Day, fact: f.OutageOpened, member: Member, now: datetime) -> Messages:
    """A kind, a cause and cameras that exist; whoever loses the recording has no local recording left."""
    if fact.kind not in KINDS:
        yield Message(N_("Say what failed: recording or online broadcast."), field="kind")
    if fact.cause not in CAUSES:
        yield Message(N_("Choose the cause."), field="cause")
    elif fact.cause == "other" and not fact.text:
        yield Message(N_("Say in a few words what happened."), field="text")
    if fact.local_recording not in ANSWERS:
        yield Message(N_("Say whether local recording goes on: yes, no or not known."), field="local_recording")
    elif fact.kind == "recording" and fact.local_recording == "yes":
        text = N_("While local recording goes on it is an outage of online broadcast, not of recording.")
        yield Message(text, field="local_recording")
    for camera in fact.cameras:
        if day.camera(camera) is None:
            yield Message(N_("Camera %(camera)s is not in the plan of this day."), {"camera": camera}, "cameras")


def outage_is_new(day: Day, fact: f.OutageOpened, member: Member, now: datetime) -> Messages:
    """One outage of a kind in a room at a time."""
    if found := clash(day, fact.kind, fact.rooms):
        yield _open_already(*found)


def _open_already(other: Outage, room: str) -> Message:
    text = N_("Such an outage is open already in room %(room)s: entry %(number)s. Go on there.")
    return Message(text, {"room": room, "number": other.act.number}, "rooms")


def follows_outage(day: Day, fact: Any, member: Member, now: datetime) -> Messages:
    """What is told, decided or restored belongs to an outage that stands, and not to the time before it."""
    found = outage(day, fact.target)
    if found is None:
        act = day.acts.get(fact.target)
        void = act is not None and act.tag == OPENED and act.void is not None
        yield Message(N_("This outage is void.") if void else N_("There is no such outage."))
    elif minute(fact.at) < minute(found.began):
        yield Message(N_("This is before the outage began."), field="at")


def outage_is_open(day: Day, fact: f.OutageRestored, member: Member, now: datetime) -> Messages:
    found = outage(day, fact.target)
    if found and found.restored:
        yield Message(N_("This outage was restored already: entry %(number)s."), {"number": found.restored.number})


def after_the_end_needs_reason(day: Day, fact: Any, member: Member, now: datetime) -> Messages:
    """Who told or decided during an outage may write it down when it is over, with a reason."""
    found = outage(day, fact.target)
    late = now - fact.at > day.profile.limits.late_after  # late_needs_reason asks then
    if found and found.restored and not fact.late_reason and not late:
        yield Message(N_("The outage is over already. Say why this is entered only now."), field="late_reason")


def telling_fits(day: Day, fact: f.OutageTold, member: Member, now: datetime) -> Messages:
    if not fact.whom:
        yield Message(N_("Say who was told: name and office."), field="whom")


def decision_fits(day: Day, fact: f.OutageDecided, member: Member, now: datetime) -> Messages:
    if fact.decision not in DECISIONS:
        yield Message(N_("Choose what was decided."), field="decision")
    if not fact.decided_by:
        yield Message(N_("Say who decided: name and office."), field="decided_by")


def restoring_fits(day: Day, fact: f.OutageRestored, member: Member, now: datetime) -> Messages:
    """At the latest now it is known whether local recording had gone on."""
    found = outage(day, fact.target)
    if fact.local_recording not in ANSWERS:
        yield Message(N_("Say whether local recording went on: yes or no."), field="local_recording")
    elif found and found.kind == "recording" and fact.local_recording == "yes":
        text = N_("This is an outage of recording. Correct its kind if local recording went on.")
        yield Message(text, field="local_recording")
    elif found and found.kind == "online" and not (fact.local_recording or found.act.fact.local_recording):
        yield Message(N_("Say whether local recording went on: yes or no."), field="local_recording")


def upload_fits(day: Day, fact: f.FootageUploaded, member: Member, now: datetime) -> Messages:
    """A period that had passed when its footage was uploaded, for an outage of this day."""
    if fact.period.end <= fact.period.start:
        yield Message(N_("The end is before the start."), field="end")
    elif fact.period.end > fact.at:
        yield Message(N_("Footage is uploaded after it was recorded: the end lies later."), field="end")
    if fact.outage is not None and outage(day, fact.outage) is None:
        yield Message(N_("There is no such outage."), field="outage")


# ---------------------------------------------------------------- corrections


def correction_of_outage(day: Day, act: Act, new: Any) -> Messages:
    """What was recorded after an opening still fits it; a new room is in no other open outage."""
    found = outage(day, act.seq) if act.tag == OPENED else None
    if found is None:
        return
    if found.open and (other := clash(day, new.kind, new.rooms, but=act.seq)):
        yield _open_already(*other)
    if any(minute(later.at) < minute(new.at) for later in found.following):
        yield Message(N_("Something of this outage was recorded for an earlier time. Correct that first."), field="at")
    if found.restored and new.kind == "online":
        yield from _still_known(found.restored, new.local_recording)


def _still_known(restored: Act, local_recording: str) -> Iterable[Message]:
    if not (local_recording or restored.fact.local_recording):
        yield Message(N_("Say whether local recording went on: yes or no."), field="local_recording")


def voiding_of_outage(day: Day, fact: f.EntryVoided, member: Member, now: datetime) -> Messages:
    """Without its end an outage runs on: not beside another one of its kind in the same room."""
    act = day.acts.get(fact.target)
    if act is None or act.void or act.tag != RESTORED:
        return
    found = outage(day, act.fact.target)
    if found and found.restored is act and (other := clash(day, found.kind, found.rooms, but=found.seq)):
        yield _open_already(*other)
