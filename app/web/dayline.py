"""The day as one line: ticks for what was done, hollow ones ahead, a triangle for what is overdue."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.checklist import CLOSED, State, StepView
from app.domain.day import Day
from app.domain.timing import AFTER_END
from app.web.running import stamp
from app.web.show import clock

LEFT, RIGHT = 8.0, 352.0


@dataclass(frozen=True)
class Tick:
    x: str
    text: str
    anchor: str


@dataclass(frozen=True)
class Dayline:
    """Coordinates in a drawing of 360 by 58. ``now_x`` empty: now lies outside of it. ``first`` to ``last``: its span,
    by which the page moves the mark of now on."""

    start: str
    end: str
    hours: tuple[Tick, ...]
    done: tuple[str, ...]
    late: tuple[str, ...]
    overdue: tuple[str, ...]
    ahead: tuple[str, ...]
    exam_x: str
    exam_width: str
    now_x: str
    now_text_x: str
    first: str
    last: str


def dayline(day: Day, views: tuple[StepView, ...], now: datetime) -> Dayline:
    """The exam day from its first planned hour to an hour after the last; other days' steps are left out."""
    today = [m for v in views for m in _moments(v) if _of_the_day(day, m)]
    first = min([*today, day.start - timedelta(hours=2)]).replace(minute=0, second=0, microsecond=0)
    last = max([*today, day.end])
    last = (last + timedelta(minutes=59)).replace(minute=0, second=0, microsecond=0)
    length = (last - first).total_seconds()

    def at(moment: datetime) -> float:
        return LEFT + (RIGHT - LEFT) * (moment - first).total_seconds() / length

    hours = int(length // 3600)
    stride = next(s for s in (1, 2, 3, 4, 6, 12) if hours / s <= 6)
    ticks = []
    for n in range(0, hours + 1, stride):
        moment = first + timedelta(hours=n)
        anchor = "start" if n == 0 else "end" if n == hours else "middle"
        ticks.append(Tick(f"{at(moment):.1f}", clock(moment), anchor))
    marks: dict[str, list[str]] = {"done": [], "late": [], "overdue": [], "ahead": []}
    for view in views:
        for moment, kind in _marks(view):
            if first <= moment <= last and _of_the_day(day, moment):
                marks[kind].append(f"{at(moment):.1f}")
    inside = first <= now <= last
    here = at(now) if inside else 0.0
    return Dayline(
        clock(first), clock(last), tuple(ticks),
        *(tuple(dict.fromkeys(marks[k])) for k in ("done", "late", "overdue", "ahead")),
        f"{at(day.start):.1f}", f"{at(day.end) - at(day.start):.1f}", f"{here:.1f}" if inside else "",
        f"{min(max(here, LEFT + 14), RIGHT - 14):.1f}" if inside else "", stamp(first), stamp(last),
    )  # fmt: skip


def _of_the_day(day: Day, moment: datetime) -> bool:
    """On the exam's date; of an exam that ends after midnight also what follows it."""
    on = day.local(moment).date()
    return on == day.date or (on == day.local(day.end).date() and day.start <= moment <= day.end + AFTER_END)


def _moments(view: StepView) -> list[datetime]:
    found = [a.at for a in view.acts]
    window = view.window
    if view.state not in CLOSED and not window.dated:
        found += [m for m in (window.start, window.due) if m]
    return found


def _marks(view: StepView) -> list[tuple[datetime, str]]:
    marks = [(a.at, "late" if view.state == State.LATE else "done") for a in view.acts if a.tag == "step.done"]
    moment = view.window.start or view.window.due
    if moment and not view.window.dated and view.state not in CLOSED:
        if view.state == State.OVERDUE:
            marks.append((view.window.due or moment, "overdue"))
        elif view.state in (State.NOW, State.SOON, State.PLANNED):
            marks.append((moment, "ahead"))
    return marks
