"""What a day still lacks before it is handed in, and until when that is to happen: of the day and the moment alone.

Documents are no part of it: which slots a form has only forms know (services/submitting.py adds them).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain import N_, Message
from app.domain.checklist import PlaceState, State, StepView, board
from app.domain.closing import closing_forms
from app.domain.day import Act, Day
from app.domain.facts import Missing
from app.domain.footage import UNCOVERED, uncovered
from app.domain.footage import State as Lies
from app.domain.outages import running, uploads
from app.domain.policy import COMMISSION
from app.domain.recording import proofs
from app.domain.review import review
from app.domain.rules.confirming import missing_confirmers
from app.domain.timing import local_moment, window


class Kind(StrEnum):
    """What a gap is about. In words: what is its ``subject``, and its ``places``."""

    STEP = "step"  # a step, and where it is open
    CONFIRMATION = "confirmation"  # an entry, and the roles that have not confirmed it
    FOOTAGE = "footage"  # a camera (or a room without one), and its room
    OUTAGE = "outage"  # the entry that opened it, and its rooms
    UPLOAD = "upload"  # the name of what is owed, and the rooms that are left
    REMARK = "remark"  # the entry of a reviewer's remark
    DOCUMENT = "document"  # a form, and its slots that nobody signed
    MISMATCH = "mismatch"  # an entry beside which cameras showed something else: a hint


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing. ``text``: what about it; ``soft``: a hint that keeps nobody from handing in."""

    kind: Kind
    subject: str
    places: tuple[str, ...]
    text: Message
    soft: bool = False

    @property
    def fact(self) -> Missing:
        """As the journal keeps it when the day is handed in all the same."""
        return Missing(self.kind.value, self.subject, self.places)


def missing(day: Day, now: datetime) -> tuple[Gap, ...]:
    """Every gap of the day at ``now``, hints too, grouped by kind."""
    return (
        *_steps(day, now), *_confirmations(day), *_footage(day), *_outages(day), *_uploads(day, now), *_remarks(day),
        *_mismatches(day),
    )  # fmt: skip


def due_by(day: Day) -> datetime:
    """Until when the day is to be handed in.

    The due time of the last step that feeds its closing form when it has one, else the end of the local date on which
    the exam ends: our own choice, no regulation names an hour.
    """
    forms = {form for group in closing_forms(day.profile) for form in group}
    closing = [s for s in day.profile.steps if s.enabled and forms & set(s.feeds)]
    due = window(closing[-1], day).due if closing else None
    return due if due and due >= day.end else _midnight(day)


def _midnight(day: Day) -> datetime:
    return local_moment(day, day.local(day.end).date() + timedelta(days=1), "00:00")


# ---------------------------------------------------------------- kinds of gaps


def _steps(day: Day, now: datetime) -> Iterator[Gap]:
    """Steps that are overdue, and those whose time comes before the day is over, whether it has come or not."""
    for view in board(day, now):
        if view.state in (State.OFF, State.DEMAND):
            continue
        found = [p for p in view.places if p.act is None and _of_the_day(day, p)]
        if found:
            yield Gap(Kind.STEP, view.step.id, tuple(p.place for p in found if p.place), _open(day, view, found))


def _of_the_day(day: Day, place: PlaceState) -> bool:
    """False for what has its time later: an upload within days, the release of footage after months."""
    if place.state in (State.OVERDUE, State.WAITING):
        return True
    limit = place.window.due or place.window.opens
    return limit is not None and limit <= _midnight(day)


def _open(day: Day, view: StepView, found: list[PlaceState]) -> Message:
    first = min(found, key=lambda p: p.window.limit or day.end).window
    if all(p.state == State.WAITING for p in found):
        milestone = day.profile.milestone(first.waits_for)
        what = milestone.title if milestone else day.profile.step(first.waits_for).title
        return Message(N_("not done; it waits for: %(what)s"), {"what": what})
    if view.state == State.OVERDUE and first.due:
        return Message(N_("overdue since %(time)s"), {"time": first.due})
    return Message(N_("not done"))


def _confirmations(day: Day) -> Iterator[Gap]:
    """What the centre has to confirm; the commission's own confirmations come with its review (``for_commission``)."""
    for act in day.acts.values():
        if roles := tuple(r for r in missing_confirmers(day, act) if r not in COMMISSION):
            yield Gap(Kind.CONFIRMATION, str(act.seq), roles, Message(N_("not confirmed")))


def for_commission(day: Day) -> tuple[Act, ...]:
    """Entries that somebody of the commission confirms before the day is accepted."""
    return tuple(a for a in day.acts.values() if COMMISSION & set(missing_confirmers(day, a)))


FOOTAGE = {
    Lies.MISSING: N_("recorded, and on no medium"),
    Lies.GAPS: N_("the copies leave gaps"),
    Lies.SILENT: N_("nobody noted that it recorded"),
    Lies.RUNNING: N_("the recording was not stopped"),
}


def _footage(day: Day) -> Iterator[Gap]:
    for item in uncovered(day, (*UNCOVERED, Lies.RUNNING)):
        name = item.camera.id if item.camera else item.room.code
        yield Gap(Kind.FOOTAGE, name, (item.room.code,), Message(FOOTAGE[item.state]))


def _outages(day: Day) -> Iterator[Gap]:
    for outage in running(day):
        text = Message(N_("open since %(time)s"), {"time": outage.began})
        yield Gap(Kind.OUTAGE, str(outage.seq), outage.rooms, text)


def _uploads(day: Day, now: datetime) -> Iterator[Gap]:
    """What is owed to the portal and had to be there by now."""
    for upload in uploads(day, now):
        if upload.state(now) == "over":
            text = Message(N_("was to be uploaded by %(date)s"), {"date": upload.until})
            yield Gap(Kind.UPLOAD, upload.name, upload.left, text)


def _remarks(day: Day) -> Iterator[Gap]:
    for remark in review(day).open:
        yield Gap(Kind.REMARK, str(remark.seq), (), Message(N_("“%(text)s”"), {"text": remark.act.fact.text}))


def _mismatches(day: Day) -> Iterator[Gap]:
    """Starts and stops that differ from what cameras showed: evidence, no verdict."""
    for seq, proof in proofs(day).items():
        if proof.differs:
            yield Gap(Kind.MISMATCH, str(seq), (), Message(N_("act and camera differ")), soft=True)
