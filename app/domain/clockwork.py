"""When the clock alone changes what the pages of a day say: between two such moments nothing but a countdown moves.

The moments are a function of the day, so they are found once for each ``Day``; asking is a search in a sorted list.
"""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime, timedelta

from app.domain.checklist import board
from app.domain.day import Day
from app.domain.outages import running
from app.domain.perday import PerDay as PerDay
from app.domain.summary import INSTANT
from app.domain.timing import AFTER_END, MINUTE, SOON, Window, local_moment

A_DAY = timedelta(days=1)  # "23 h left" is said from here on (app/web/board.py)

MOMENTS: PerDay[tuple[datetime, ...]] = PerDay()


def last_change(day: Day, now: datetime) -> datetime:
    """The newest moment, not after ``now``, at which the clock alone changed something; at the latest midnight there.

    Dates are told otherwise than times of today, so every midnight of the centre is one.
    """
    midnight = local_moment(day, day.local(now).date(), "00:00")
    known = moments(day)
    place = bisect_right(known, now)
    return max(midnight, known[place - 1]) if place else midnight


def moments(day: Day) -> tuple[datetime, ...]:
    """Every moment at which the clock alone changes something, in order; midnights are left out."""
    return MOMENTS.of(day, None, lambda: tuple(sorted(set(_moments(day)))))


def _moments(day: Day) -> Iterator[datetime]:
    yield from (day.start, day.end)
    for view in board(day, day.end + AFTER_END):
        for place in view.places:
            if place.act is None:
                yield from _of(place.window)
                if view.step.repeat == "interval" and place.window.start:
                    yield place.window.start + INSTANT  # a round after the exam's end is there from then on
    for outage in running(day):
        yield from (at for _, at in outage.limits)


def _of(span: Window) -> Iterator[datetime]:
    """When a step comes near, opens, has less than a day left, reaches its limit and becomes overdue."""
    if span.opens:
        yield from (span.opens - SOON, span.opens)
    if span.due:
        whole = span.due.replace(second=0, microsecond=0)
        yield whole if whole == span.due else whole + MINUTE
        yield whole - A_DAY + MINUTE
    if limit := span.overdue_at:
        yield limit
