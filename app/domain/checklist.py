"""The state of every step at a moment: what the board, the PDFs and the reminders show.

What is open is due by the newest start of the exam; what was recorded is judged by what was due when it was written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.day import Act, Day
from app.domain.facts import StepDone
from app.domain.profile import Stage, Step
from app.domain.timing import State as State
from app.domain.timing import Window, by_place, occurrences, window

CLOSED = frozenset({State.DONE, State.LATE, State.IMPOSSIBLE, State.WAIVED, State.ELSEWHERE, State.OFF})
URGENCY = (State.OVERDUE, State.NOW, State.SOON, State.PLANNED, State.WAITING, State.DEMAND)
CLOSED_BY_TAG = {
    "step.impossible": State.IMPOSSIBLE,
    "step.waived": State.WAIVED,
    "step.elsewhere": State.ELSEWHERE,
}


@dataclass(frozen=True, slots=True)
class PlaceState:
    """One step at one place ("" is the centre). ``act``: what closed it, None while it is open.

    ``was``: the window by the plan of the opening, where a moved start had changed it.
    """

    place: str
    state: State
    window: Window
    act: Act | None = None
    was: Window | None = None

    @property
    def was_due(self) -> datetime | None:
        """The former limit, where a moved start had changed it."""
        return self.was.limit if self.was else None

    @property
    def difference(self) -> timedelta | None:
        """Actual minus planned, for a done act with a plan; positive means later than due."""
        planned = self.window.limit
        if self.act is None or planned is None or self.act.tag != "step.done":
            return None
        return self.act.at - planned

    @property
    def early(self) -> timedelta | None:
        """How long before its window opened the act was done, when the window has a lower limit."""
        earliest = self.window.not_before
        if self.act is None or self.act.tag != "step.done" or earliest is None:
            return None
        before = earliest - _minute(self.act.at)
        return before if before > timedelta() else None


@dataclass(frozen=True, slots=True)
class StepView:
    """A step with the states of its places. ``acts``: what stands, in the journal's order."""

    step: Step
    state: State
    window: Window  # of the most urgent open place, else of the first
    places: tuple[PlaceState, ...]
    acts: tuple[Act, ...]
    was: Window | None = None  # of the same place: PlaceState.was

    @property
    def was_due(self) -> datetime | None:
        """The former limit of that place."""
        return self.was.limit if self.was else None

    @property
    def total(self) -> int:
        return len(self.places)

    @property
    def closed(self) -> int:
        return sum(p.act is not None for p in self.places)

    @property
    def early(self) -> timedelta | None:
        """Of the place that was done furthest ahead of its window."""
        return max((p.early for p in self.places if p.early), default=None)

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
            return _rounds(step, day, now)
        case "demand":
            return ()
        case _:
            return ("",)


def _rounds(step: Step, day: Day, now: datetime) -> tuple[str, ...]:
    """Rounds by the newest start, and those of an older one that were recorded already."""
    found = occurrences(step, day, now)
    if len(day.schedules) == 1:
        return found
    begins = {name: window(step, day, name).start for name in found}
    for act in day.step_acts(step.id):
        for name in act.fact.places:
            begins.setdefault(name, window(step, day.as_known(act.seq), name).start)
    return tuple(sorted(begins, key=lambda name: begins[name] or day.start))


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
        _place(step, day, place, holders.get(place) or centre, shared, now) for place in places(step, day, now)
    )
    if not states:  # on demand, or a plan without any such room, camera or station
        state = State.DEMAND if step.repeat == "demand" else State.DONE if acts else State.OFF
        return StepView(step, state, Window(rule="demand"), (), acts)
    still_open = [p for p in states if p.act is None]
    leading = min(still_open, key=lambda p: URGENCY.index(p.state)) if still_open else states[0]
    state = leading.state if still_open else _closed_state(states)
    return StepView(step, state, leading.window, states, acts, leading.was)


def _place(step: Step, day: Day, place: str, act: Act | None, shared: Window | None, now: datetime) -> PlaceState:
    """``shared``: the window of all places by the newest start, None when each has its own."""
    known = day.as_known(act.seq) if act else day
    span = shared if shared and known is day else window(step, known, place)
    was = _was(step, known, place, span)
    if act is None:
        return PlaceState(place, span.at(now), span, was=was)
    if act.tag in CLOSED_BY_TAG:
        return PlaceState(place, CLOSED_BY_TAG[act.tag], span, act, was)
    return PlaceState(place, State.LATE if span.passed(act.at) else State.DONE, span, act, was)


def _was(step: Step, day: Day, place: str, span: Window) -> Window | None:
    """The window by the plan of the opening, when another start that the day knows changed the limit."""
    if len(day.schedules) == 1 or step.repeat == "interval":  # a round is the time that it is named after
        return None
    planned = window(step, day.as_known(0), place)
    return planned if planned.limit != span.limit else None


def early(day: Day, step: Step, fact: StepDone) -> datetime | None:
    """The moment before which the step is not done, when ``fact`` says that it was; else None."""
    if step.when.rule != "not_before" or step.repeat == "interval":
        return None
    limits = (window(step, day, place).not_before for place in fact.places or ("",))
    return next((x for x in limits if x is not None and _minute(fact.at) < x), None)


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


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
