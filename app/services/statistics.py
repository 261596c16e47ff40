"""A season in numbers: what the status rows of its days add up to, by week, region or centre. Nothing is folded.

What each number means is said on the page (app/web/statistics.py); the words there and the sums here belong together.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from app.domain.people import Actor
from app.domain.policy import Action, require_office
from app.domain.review import Stage
from app.services import overview, particulars, registers
from app.store import registers as store
from app.store.overview import Wanted

BY = ("week", "region", "centre")


@dataclass
class Group:
    """Days added up. ``key``: Monday of the week (ISO), region, or centre; empty for all together."""

    key: str = ""
    name: str = ""
    days: int = 0
    handed: int = 0
    on_time: int = 0  # of the handed in
    limited: int = 0  # of the handed in: those that had a limit at all
    accepted: int = 0
    judged: int = 0  # handed in, and nobody decided yet
    again: int = 0  # returned, and not handed in since
    returned_days: int = 0
    steps: int = 0
    steps_on_time: int = 0
    steps_late: int = 0
    impossible: int = 0
    waived: int = 0
    open: int = 0
    entered_late: int = 0
    corrected: int = 0
    outages: int = 0
    outages_open: int = 0
    outage_minutes: int = 0
    uncovered: int = 0
    returned: int = 0
    remarks: int = 0
    causes: Counter[str] = field(default_factory=Counter)
    cause_minutes: Counter[str] = field(default_factory=Counter)
    to_hand: list[int] = field(default_factory=list)  # minutes from the end of the exam
    to_accept: list[int] = field(default_factory=list)

    @property
    def median_handed(self) -> int | None:
        """Minutes from the end of the exam to handing in; None without one."""
        return round(median(self.to_hand)) if self.to_hand else None

    @property
    def median_accepted(self) -> int | None:
        return round(median(self.to_accept)) if self.to_accept else None

    @property
    def handed_late(self) -> int:
        return self.limited - self.on_time

    @property
    def waiting(self) -> int:
        """Days that nobody handed in or returned."""
        return self.days - self.judged - self.again - self.accepted

    def per_day(self, number: int) -> float:
        return round(number / self.days, 2) if self.days else 0.0


@dataclass(frozen=True)
class Season:
    """``groups`` in the order of their keys; ``damaged``: days that are counted nowhere."""

    groups: tuple[Group, ...]
    total: Group
    damaged: tuple[str, ...]


def season(actor: Actor, wanted: Wanted, by: str, now: datetime) -> Season:
    """The wanted days, added up. Read them first (``registers.read_on``): a stale row is counted as it is."""
    require_office(actor, Action.REGISTER_READ)
    groups: dict[str, Group] = {}
    total = Group()
    for row in store.figures(overview.scope_of(actor), wanted):
        key, name = _key(row, by)
        told = particulars.figures(row.figures)
        for group in (groups.setdefault(key, Group(key, name)), total):
            _count(group, row, told)
    found = tuple(groups[key] for key in sorted(groups))
    return Season(found, total, tuple(overview.damaged_of(actor, wanted, now, registers.AT_ONCE)))


def _key(row: Any, by: str) -> tuple[str, str]:
    if by == "centre":
        return row.centre, row.name
    if by == "region":
        return row.centre.partition("-")[0], ""
    on = date.fromisoformat(row.date)
    return (on - timedelta(days=on.weekday())).isoformat(), ""


def _count(group: Group, row: Any, told: particulars.Figures) -> None:
    group.days += 1
    if row.submitted_at is not None:
        group.handed += 1
        group.to_hand.append(_minutes(row.submitted_at - told.end))
        if row.submit_by is not None:
            group.limited += 1
            group.on_time += row.submitted_at <= row.submit_by
    if row.stage == Stage.ACCEPTED:
        group.accepted += 1
        if row.accepted_at is not None:
            group.to_accept.append(_minutes(row.accepted_at - told.end))
    group.judged += row.stage == Stage.SUBMITTED
    group.again += row.stage == Stage.RETURNED
    group.steps += row.planned
    group.steps_on_time += row.done - row.late_steps
    group.steps_late += row.late_steps
    group.impossible += row.impossible
    group.waived += row.waived
    group.open += row.open
    group.entered_late += row.entered_late
    group.corrected += row.corrected
    group.uncovered += row.uncovered
    group.returned += told.returned
    group.returned_days += bool(told.returned)
    group.remarks += told.remarks
    _outages(group, told.outages)


def _outages(group: Group, found: Iterable[particulars.Stop]) -> None:
    for stop in found:
        group.outages += 1
        group.causes[stop.cause] += 1
        if stop.ended is None:
            group.outages_open += 1
            continue
        minutes = max(0, _minutes(stop.ended - stop.began))
        group.outage_minutes += minutes
        group.cause_minutes[stop.cause] += minutes


def _minutes(length: timedelta) -> int:
    return round(length.total_seconds() / 60)
