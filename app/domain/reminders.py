"""What the clock has to tell about a day, to whom and when: a pure function of the day and the moment.

A ``Call`` is one rule of the profile about one step whose limit it watches, or about an open outage that reaches a
stage; an outage stands under its name (``outages.Outage.name``) where a step has its id. Moments are those of the day's
own clock (of a rehearsal: ``rehearsal.clock``).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.checklist import CLOSED, StepView, board, view
from app.domain.day import Day
from app.domain.duty import on_duty
from app.domain.outages import Outage, running
from app.domain.plan import TECHNICIANS
from app.domain.profile import PERFORMERS, Reminder, Step
from app.domain.timing import Window, local_moment

STALE = timedelta(days=7)  # what nobody could tell for so long is on the board, and no news any more


@dataclass(frozen=True, slots=True)
class Call:
    """``rule`` of the profile (its place there is ``level``) about ``step`` (or an outage) at its open ``places``.

    ``limit``: the moment that it watches; ``at``: when it is to be told.
    """

    step: str
    rule: str
    level: int
    places: tuple[str, ...]
    limit: datetime
    at: datetime


def calls(day: Day, now: datetime, steps: Collection[str] | None = None) -> tuple[Call, ...]:
    """Every call about what is open at ``now``, those of the past and of the future, by the moment of telling.

    ``steps``: ids of the steps to look at; None for all, and the outages.
    """
    if not day.profile.reminders:
        return ()
    views = board(day, now) if steps is None else (view(s, day, now) for s in day.profile.steps if s.id in steps)
    found = [call for v in views if v.state not in CLOSED for call in _of_step(day, v)]
    if steps is None:
        found += [call for outage in running(day) for call in _of_outage(day, outage)]
    return tuple(sorted(found, key=lambda c: (c.at, c.level, c.step)))


def due(day: Day, planned: Iterable[Call], now: datetime, taken: Mapping[str, datetime]) -> tuple[Call, ...]:
    """Of the ``planned`` calls those whose moment has come, but for steps that somebody has (``taken``: until when).

    What was due before the day was opened, or longer ago than ``STALE``, is not told any more.
    """
    begun = now - STALE if day.ahead else max(day.lines[0].received, now - STALE)
    return tuple(c for c in planned if begun <= c.at <= now and not _held(c, now, taken))


def next_at(planned: Iterable[Call], now: datetime, taken: Mapping[str, datetime]) -> datetime | None:
    """When the clock next has something to tell, if nothing is recorded until then; None for never."""
    moments = (c.at if c.at > now else taken[c.step] for c in planned if c.at > now or _held(c, now, taken))
    return min(moments, default=None)


def _held(call: Call, now: datetime, taken: Mapping[str, datetime]) -> bool:
    return call.step in taken and taken[call.step] > now


def people(day: Day, call: Call) -> tuple[str, ...]:
    """Who is told: of the technicians those on duty, of other roles everybody in the roster."""
    rule = day.profile.reminders[call.level]
    roles = {
        r for told in rule.tell for r in (day.profile.step(call.step).performers if told == PERFORMERS else (told,))
    }
    here = {m.person for m in on_duty(day)}
    return tuple(
        m.person for m in day.roster.values() if m.role in roles and (m.role not in TECHNICIANS or m.person in here)
    )


def _of_step(day: Day, view: StepView) -> Iterator[Call]:
    windows: dict[Window, list[str]] = {}
    for place in view.places:
        if place.act is None:
            windows.setdefault(place.window, []).append(place.place)
    for level, rule in enumerate(day.profile.reminders):
        if fits(rule, view.step):
            at_limit: dict[tuple[datetime, datetime], list[str]] = {}
            for window, places in windows.items():
                if both := moments(rule, day, window):
                    at_limit.setdefault(both, []).extend(places)
            for (limit, at), places in at_limit.items():
                yield Call(view.step.id, rule.id, level, tuple(places), limit, at)


def _of_outage(day: Day, outage: Outage) -> Iterator[Call]:
    begins = dict(outage.limits)
    for level, rule in enumerate(day.profile.reminders):
        if rule.of == "outage" and rule.stage in begins:
            at = begins[rule.stage]
            yield Call(outage.name, rule.id, level, outage.rooms, at, at)


def fits(rule: Reminder, step: Step) -> bool:
    """Whether the rule is about the step."""
    if rule.of == "outage":
        return False
    if rule.steps and step.id not in rule.steps and step.stage not in rule.steps:
        return False
    return rule.rounds or step.repeat != "interval"


def moments(rule: Reminder, day: Day, window: Window) -> tuple[datetime, datetime] | None:
    """The limit that the rule watches and when it tells; None when the step has no such limit."""
    if window.dated != rule.dated:
        return None
    if rule.dated:
        limit = window.due or window.start
        if limit is None:
            return None
        return limit, local_moment(day, day.local(limit).date() + timedelta(days=rule.days), rule.clock)
    limit = {"opens": window.opens, "due": window.due, "overdue": window.overdue_at}[rule.of]
    return (limit, limit + timedelta(minutes=rule.minutes)) if limit else None
