"""The state of every step at a moment: what the board, the PDFs and the reminders show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.day import Act, Day
from app.domain.profile import Stage, Step
from app.domain.timing import Window, by_place, occurrences, window

SOON = timedelta(minutes=60)


class State(StrEnum):
    OVERDUE = "overdue"
    NOW = "now"
    SOON = "soon"
    PLANNED = "planned"
    WAITING = "waiting"  # follows a step or milestone that has not come
    DEMAND = "demand"  # whenever it is needed
    DONE = "done"
    LATE = "late"  # done, after its time
    IMPOSSIBLE = "impossible"
    WAIVED = "waived"
    ELSEWHERE = "elsewhere"  # another day of the period holds it
    OFF = "off"  # switched off in the profile, or nothing in the plan to do it at


CLOSED = frozenset({State.DONE, State.LATE, State.IMPOSSIBLE, State.WAIVED, State.ELSEWHERE, State.OFF})
URGENCY = (State.OVERDUE, State.NOW, State.SOON, State.PLANNED, State.WAITING, State.DEMAND)
CLOSED_BY_TAG = {
    "step.impossible": State.IMPOSSIBLE,
    "step.waived": State.WAIVED,
    "step.elsewhere": State.ELSEWHERE,
}


@dataclass(frozen=True, slots=True)
class PlaceState:
    """One step at one place ("" is the centre). ``act``: what closed it, None while it is open."""

    place: str
    state: State
    window: Window
    act: Act | None = None

    @property
    def difference(self) -> timedelta | None:
        """Actual minus planned, for a done act with a plan; positive means later than due."""
        planned = self.window.due or self.window.start
        if self.act is None or planned is None or self.act.tag != "step.done":
            return None
        return self.act.at - planned


@dataclass(frozen=True, slots=True)
class StepView:
    """A step with the states of its places. ``acts``: what stands, in the journal's order."""

    step: Step
    state: State
    window: Window  # of the most urgent open place, else of the first
    places: tuple[PlaceState, ...]
    acts: tuple[Act, ...]

    @property
    def total(self) -> int:
        return len(self.places)

    @property
    def closed(self) -> int:
        return sum(p.act is not None for p in self.places)

    @property
    def open_places(self) -> tuple[str, ...]:
        return tuple(p.place for p in self.places if p.act is None)


def places(step: Step, day: Day, now: datetime) -> tuple[str, ...]:
    """Where the step has to be done: ("",) for the centre, () for steps on demand."""

    def fits(kind: str) -> bool:
        return not step.kinds or kind in step.kinds

    match step.repeat:
        case "room":
            return tuple(r.code for r in day.rooms if fits(r.kind))
        case "camera":
            kinds = {r.code: r.kind for r in day.rooms}
            return tuple(c.id for c in day.cameras if fits(kinds.get(c.room, "other")))
        case "station":
            return tuple(s.id for s in day.stations if fits(s.kind))
        case "interval":
            return occurrences(step, day, now)
        case "demand":
            return ()
        case _:
            return ("",)


def view(step: Step, day: Day, now: datetime) -> StepView:
    """The step's state at ``now``."""
    acts = day.step_acts(step.id)
    if not step.enabled and not acts:
        return StepView(step, State.OFF, Window(), (), ())
    holders: dict[str, Act] = {}
    for act in acts:
        for place in getattr(act.fact, "places", ()) or ("",):
            holders[place] = act
    centre, shared = holders.get(""), None if by_place(step) else window(step, day)
    states = tuple(
        _place(place, holders.get(place) or centre, shared or window(step, day, place), now)
        for place in places(step, day, now)
    )
    if not states:  # on demand, or a plan without any such room, camera or station
        state = State.DEMAND if step.repeat == "demand" else State.DONE if acts else State.OFF
        return StepView(step, state, Window(rule="demand"), (), acts)
    still_open = [p for p in states if p.act is None]
    leading = min(still_open, key=lambda p: URGENCY.index(p.state)) if still_open else states[0]
    state = leading.state if still_open else _closed_state(states)
    return StepView(step, state, leading.window, states, acts)


def _place(place: str, act: Act | None, span: Window, now: datetime) -> PlaceState:
    if act is not None:
        if act.tag in CLOSED_BY_TAG:
            return PlaceState(place, CLOSED_BY_TAG[act.tag], span, act)
        limit = span.overdue_from
        late = limit is not None and act.at.replace(second=0, microsecond=0) > limit
        return PlaceState(place, State.LATE if late else State.DONE, span, act)
    return PlaceState(place, _open_state(span, now), span)


def _open_state(span: Window, now: datetime) -> State:
    if span.rule == "demand":
        return State.DEMAND
    if span.opens is None:
        return State.WAITING
    limit = span.overdue_from
    if limit is not None and now.replace(second=0, microsecond=0) > limit:
        return State.OVERDUE
    if now >= span.opens:
        return State.NOW
    return State.SOON if span.opens - now <= SOON else State.PLANNED


def _closed_state(states: Sequence[PlaceState]) -> State:
    kinds = {p.state for p in states}
    if State.LATE in kinds:
        return State.LATE
    if State.DONE in kinds:
        return State.DONE
    return next(s for s in (State.IMPOSSIBLE, State.WAIVED, State.ELSEWHERE) if s in kinds)


def board(day: Day, now: datetime) -> tuple[StepView, ...]:
    """Every step of the day in the profile's order."""
    return tuple(view(step, day, now) for step in day.profile.steps)


def by_stage(day: Day, views: Sequence[StepView]) -> tuple[tuple[Stage, tuple[StepView, ...]], ...]:
    """Stages with their steps, in the profile's order; stages without steps left out."""
    pairs = ((stage, tuple(v for v in views if v.step.stage == stage.id)) for stage in day.profile.stages)
    return tuple((stage, steps) for stage, steps in pairs if steps)


@dataclass(frozen=True, slots=True)
class Completeness:
    """Counts of steps (each step once). On-demand steps that nobody needed are not planned."""

    planned: int
    done: int
    late: int
    impossible: int
    waived: int
    elsewhere: int
    open: int


def completeness(views: Sequence[StepView]) -> Completeness:
    """Totals over the steps that are on."""
    states = [v.state for v in views if v.state != State.OFF and not (v.state == State.DEMAND and not v.acts)]
    states = [State.DONE if s == State.DEMAND else s for s in states]
    return Completeness(
        len(states), states.count(State.DONE), states.count(State.LATE), states.count(State.IMPOSSIBLE),
        states.count(State.WAIVED), states.count(State.ELSEWHERE), sum(s not in CLOSED for s in states),
    )  # fmt: skip
