"""Lines about the clock's tick: what it costs to find what is due, and to tell it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median

from app.domain.reminders import calls
from app.services import days, reminders
from app.store import days as index
from bench import world
from bench.measure import Line, cpu
from bench.sizes import Sizes
from bench.world import World

LATER = timedelta(days=40)  # days of another week: open, planned, with nothing to tell


def clock(place: World, folder: Path, sizes: Sizes) -> Iterator[Line]:
    """A tick among many open days, against one among few: with nothing due, and with the same days due."""
    few = world.make(folder / "few")
    for where, others in ((place, sizes.open_days), (few, 0)):
        due, head = where.open_day(), where.people["head"]
        with where.inside():
            world.copies(head, due, sizes.due_days - 1)
            world.copies(head, due, others, LATER)
    morning = _moments(few, sizes)
    for where in (place, few):
        _tick(where, morning[0])  # the first look plans every day
    found: dict[str, list[tuple[float, float]]] = {"idle": [], "due": []}
    for moment in morning[1:]:
        found["due"].append(_both((place, few), moment, 1, sizes.due_days))
        found["idle"].append(_both((place, few), moment + timedelta(seconds=15), sizes.calls))
    world.close(few)
    for name, words, goal in (
        ("idle", f"tick with nothing due, {sizes.open_days:,} more open days against none, CPU ms", "≤ 1.5"),
        ("due", f"tick with {sizes.due_days} due, CPU ms a day, the same against none", "≤ 1.5"),
    ):
        ours, baseline = (median(pair[i] for pair in found[name]) for i in (0, 1))
        yield Line(words, ours, baseline, goal, lambda: _tick(place, morning[-1]))


def _both(places: tuple[World, World], now: datetime, times: int, days_due: int = 1) -> tuple[float, float]:
    """CPU milliseconds of a tick at ``now`` in either installation, for each day that is due."""
    ours, baseline = (1000 * cpu(partial(_tick, where, now), times) / days_due for where in places)
    return ours, baseline


def _tick(where: World, now: datetime) -> None:
    with where.inside():
        reminders.sweep(now)


def _moments(where: World, sizes: Sizes) -> list[datetime]:
    """When something is to be told on the morning of the exam, as the days of ``few`` have it."""
    with where.inside():
        day = days.load(where.people["head"], index.names(None)[0][0])
        every = sorted({c.at for c in calls(day, day.start)})
    return [m for m in every if timedelta() < day.start - m < timedelta(hours=4)][: sizes.moments]
