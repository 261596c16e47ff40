"""When a step is due: one pure function of the profile, the plan and the facts.

Everything that shows or watches the clock (board, PDFs, reminders) uses ``window``. Local
clock times are taken on the centre's clock; offsets from the start are counted in UTC, so
"two hours before" is right over a change to summer time. The start is the newest one that the
day knows; ``Day.as_known`` gives the day as it was when something was written.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.domain import localtime
from app.domain.day import Day
from app.domain.profile import Step, When

MINUTE = timedelta(minutes=1)
SOON = timedelta(minutes=60)
AFTER_END = timedelta(hours=6)  # rounds without their last milestone go on so long
MOST_ROUNDS = 100
LONG = 15  # minutes: a duration from here on is a span in which to act, not the length of the act


class State(StrEnum):
    """Of a step at a place. The first six are of the clock alone (``Window.at``), the others of what was recorded."""

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


@dataclass(frozen=True, slots=True)
class Window:
    """Moments in UTC. ``due`` None: no limit, or not known yet (``waits_for`` names the step or milestone)."""

    opens: datetime | None = None
    not_before: datetime | None = None
    start: datetime | None = None
    due: datetime | None = None
    grace: timedelta = timedelta()
    waits_for: str = ""
    rule: str = "at"
    dated: bool = False  # the limit is a day, not a time

    @property
    def overdue_from(self) -> datetime | None:
        return self.due + self.grace if self.due else None

    @property
    def limit(self) -> datetime | None:
        """What an act is measured by: the due time, else the planned one."""
        return self.due or self.start

    @property
    def overdue_at(self) -> datetime | None:
        """The first moment after due time and grace; minutes are judged whole. None without a limit."""
        limit = self.overdue_from
        return limit.replace(second=0, microsecond=0) + MINUTE if limit else None

    def passed(self, moment: datetime) -> bool:
        """Whether ``moment`` is too late."""
        late = self.overdue_at
        return late is not None and moment >= late

    def at(self, now: datetime) -> State:
        """The state at ``now`` while nothing is recorded."""
        if self.rule == "demand":
            return State.DEMAND
        if self.opens is None:
            return State.WAITING
        if self.passed(now):
            return State.OVERDUE
        if now >= self.opens:
            return State.NOW
        return State.SOON if self.opens - now <= SOON else State.PLANNED


def window(step: Step, day: Day, place: str = "") -> Window:
    """The window of ``step`` at ``place`` (an occurrence ``HH:MM`` for intervals)."""
    when = step.when
    grace = timedelta(minutes=when.grace)
    if when.on_demand:
        return Window(rule="demand")
    if when.after:
        return _after(when, day, place, grace)
    if step.repeat == "interval" and place:
        start = local_moment(day, day.date, place)
        if start < _base(when, day):  # a round after midnight
            start = local_moment(day, day.date + timedelta(days=1), place)
        return Window(start, None, start, start + timedelta(minutes=when.duration), grace)
    if when.period is not None or when.days_after is not None or when.date_rule:
        return _dated(when, day, grace)
    base = _base(when, day)
    span = timedelta(minutes=when.duration)
    if when.rule == "not_before":
        return Window(base, base, base, base + span if when.duration else None, grace, rule="not_before")
    lead = timedelta() if when.rule == "at" and when.duration >= LONG else timedelta(minutes=when.opens)
    due = base + span if when.rule == "at" else base
    return Window(base - lead, None, base, due, grace, rule=when.rule)


def by_place(step: Step) -> bool:
    """Whether the places of ``step`` have windows of their own; else ``window`` says the same of all."""
    return bool(step.when.after) or step.repeat == "interval"


def occurrences(step: Step, day: Day, now: datetime) -> tuple[str, ...]:
    """Places of an interval step: local times ``HH:MM`` from its base until the milestone, or the exam's end so far.

    When the clocks are set back in between, a time that comes again is named with its offset: ``03:30+02:00``.
    """
    start, every = _base(step.when, day), timedelta(minutes=step.when.every)
    until = day.milestone(step.when.until)
    end = until.at if until else max(day.end, min(now, day.end + AFTER_END))
    out: dict[str, None] = {}
    while start < end and len(out) < MOST_ROUNDS:
        out[localtime.clock_of(start, day.zone)] = None
        start += every
    return tuple(out)


def local_moment(day: Day, on: date, clock: str) -> datetime:
    """Clock time ``HH:MM`` of a local date on the centre's clock, in UTC.

    Of a time that exists twice the first; for one that is skipped the end of the gap (``localtime.moment``).
    """
    return localtime.moment(on, clock, day.zone)


def _value(when: When, day: Day, own: object) -> object:
    """The parameter's value when the step names one, else its own."""
    if when.parameter and (value := day.parameter(when.parameter)) is not None:
        return value
    return own


def _base(when: When, day: Day) -> datetime:
    if when.clock:
        clock = str(_value(when, day, when.clock))
        return local_moment(day, day.date + timedelta(days=when.day), clock)
    if when.end is not None:
        return day.end + timedelta(minutes=int(str(_value(when, day, when.end))))
    return day.start + timedelta(minutes=int(str(_value(when, day, when.start or 0))))


def _dated(when: When, day: Day, grace: timedelta) -> Window:
    if when.period is not None:
        first = date.fromisoformat(day.opened.period_start) if day.opened.period_start else day.date
        on = first + timedelta(days=int(str(_value(when, day, when.period))))
        opens = local_moment(day, on - timedelta(days=30), "00:00")
    elif when.days_after is not None:
        on = day.local(day.end).date() + timedelta(days=int(str(_value(when, day, when.days_after))))
        opens = day.end
    else:
        month_day, years = str(_value(when, day, when.date_rule)).split("+")
        on = date.fromisoformat(f"{day.date.year + int(years)}-{month_day}")
        opens = local_moment(day, on, "00:00")
    start = local_moment(day, on, "00:00")
    if when.rule == "not_before":
        return Window(start, start, start, None, grace, rule="not_before", dated=True)
    return Window(opens, None, max(opens, start), local_moment(day, on, "23:59"), grace, rule="by", dated=True)


def _after(when: When, day: Day, place: str, grace: timedelta) -> Window:
    base = _moment_of(when.after, day, place)
    if base is None:
        return Window(waits_for=when.after, rule="after")
    due = base + timedelta(minutes=when.duration) if when.duration else None
    return Window(base, None, base, due, grace, waits_for=when.after, rule="after")


def _moment_of(name: str, day: Day, place: str) -> datetime | None:
    """When a milestone was noted (for the place, else for the centre) or a step last done; None when not yet."""
    if day.profile.milestone(name):
        act = (day.milestone(name, place) if place else None) or day.milestone(name)
        return act.at if act else None
    acts = [a for a in day.step_acts(name) if a.tag == "step.done"]
    here = [a for a in acts if place in a.fact.places] or acts
    return max(a.at for a in here) if here else None
