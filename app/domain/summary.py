"""One day in a line: its state for those who read it, what to count, and until when that stays true.

A summary changes when the journal grows, and by the clock alone at the moments that ``next_change`` names.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.checklist import CLOSED, PlaceState, State, StepView, board, completeness
from app.domain.day import Day
from app.domain.people import Actor
from app.domain.policy import Action, allowed_on
from app.domain.review import REVIEWING
from app.domain.rules.confirming import missing_confirmers, why_not_confirm
from app.domain.timing import AFTER_END, Window, occurrences, window

INSTANT = timedelta(microseconds=1)


class DayState(StrEnum):
    PLANNED = "planned"  # no step of the day itself has opened
    RUNNING = "running"
    TO_CONFIRM = "confirm"  # over; entries wait for somebody
    TO_SIGN = "sign"  # over and confirmed; documents wait
    SIGNED = "signed"  # every document, by everybody
    DAMAGED = "damaged"  # the journal does not prove itself


@dataclass(frozen=True, slots=True)
class Counts:
    """Steps (each once), entries, and documents of a day."""

    planned: int = 0
    done: int = 0
    late: int = 0  # entries of steps that were done after their time
    open: int = 0
    overdue: int = 0  # of the open ones
    impossible: int = 0
    waived: int = 0
    corrected: int = 0
    voided: int = 0
    entered_late: int = 0
    unconfirmed: int = 0
    signed: int = 0  # documents with every signature
    papers: int = 0
    late_steps: int = 0  # done after their time, each once


@dataclass(frozen=True, slots=True)
class Summary:
    """``confirmers``: people for whom entries wait. ``until``: when the clock changes it; None for never."""

    state: DayState
    counts: Counts
    confirmers: frozenset[str]
    until: datetime | None


def summarize(day: Day, now: datetime, signed: int = 0, papers: int = 0) -> Summary:
    """The day at ``now``; ``signed`` of its ``papers`` carry every signature."""
    views = board(day, now)
    total = completeness(views)
    acts = [a for a in day.acts.values() if a.tag not in REVIEWING]
    standing = [a for a in acts if not a.void]
    waiting = [a for a in standing if missing_confirmers(day, a)]
    late = {p.act.seq for v in views for p in v.places if p.act and p.state == State.LATE}
    counts = Counts(
        planned=total.planned, done=total.done + total.late + total.elsewhere, late=len(late), open=total.open,
        overdue=sum(v.state == State.OVERDUE for v in views), impossible=total.impossible, waived=total.waived,
        corrected=sum(bool(a.changes) for a in standing), voided=len(acts) - len(standing),
        entered_late=sum(a.late_entry is not None for a in standing), unconfirmed=len(waiting),
        signed=signed, papers=papers, late_steps=total.late,
    )  # fmt: skip
    confirmers = frozenset(
        m.person for m in day.roster.values() if any(why_not_confirm(day, a, m, m.role) is None for a in waiting)
    )
    return Summary(_state(day, views, counts, now), counts, confirmers, next_change(day, views, now))


def _state(day: Day, views: Sequence[StepView], counts: Counts, now: datetime) -> DayState:
    if counts.papers and counts.signed == counts.papers:
        return DayState.SIGNED
    if not _begun(views):
        return DayState.PLANNED
    if now < day.end or any(_ahead(p) for v in views for p in v.places):
        return DayState.RUNNING
    return DayState.TO_CONFIRM if counts.unconfirmed else DayState.TO_SIGN


def _begun(views: Sequence[StepView]) -> bool:
    """True once a step with a clock time has opened or was dealt with; preparation by dates does not count."""
    return any(
        not p.window.dated and (p.state in (State.NOW, State.OVERDUE) or (p.act and p.act.tag == "step.done"))
        for v in views
        for p in v.places
    )


def _ahead(place: PlaceState) -> bool:
    """A step of the day itself whose time has not passed yet. One without a limit keeps no day open."""
    if place.window.dated:
        return False
    return place.state in (State.SOON, State.PLANNED) or (place.state == State.NOW and place.window.due is not None)


def next_change(day: Day, views: Sequence[StepView], now: datetime) -> datetime | None:
    """The first moment after ``now`` at which the clock alone changes what a summary says."""
    return min((m for m in _changes(day, views) if m > now), default=None)


def _changes(day: Day, views: Sequence[StepView]) -> Iterator[datetime]:
    yield day.end
    for view in views:
        for place in view.places:
            if place.state not in CLOSED:
                yield from _edges(place.window)
        if view.step.repeat == "interval" and view.step.enabled:
            known = {p.place for p in view.places}
            for clock in occurrences(view.step, day, day.end + AFTER_END):
                if clock not in known and (start := window(view.step, day, clock).start):
                    yield start + INSTANT


def _edges(span: Window) -> Iterator[datetime]:
    """When the step opens and when it becomes overdue (minutes are judged whole)."""
    if span.opens:
        yield span.opens
    if limit := span.overdue_at:
        yield limit


def readers(day: Day) -> frozenset[str]:
    """People of the day who may read it: its roster, and who acted and left."""
    people = {*day.roster, *(a.by.person for a in day.acts.values())}
    return frozenset(p for p in people if allowed_on(day, Actor(p, "", frozenset()), Action.DAY_READ))
