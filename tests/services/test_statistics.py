"""A season's numbers are what status rows and particulars add up to; nothing is folded for them."""

from datetime import timedelta
from typing import Any

import pytest

from app.domain import Refused
from app.domain import facts as f
from app.services import registers, statistics
from app.store.overview import Wanted
from tests.conftest import EXAM, Installation
from tests.services.test_overview import folds  # noqa: F401 - a fixture
from tests.services.test_registers import set_row, write

SEASON = Wanted(first="2026-05-01", last="2026-07-01")


def season(made: Installation, by: str = "week", **wanted: str) -> statistics.Season:
    actor, now = made.people["ministry"], made.clock.forward(minutes=1)
    asked = Wanted(first=SEASON.first, last=SEASON.last, **wanted)
    assert registers.read_on(actor, asked, now, now).left == 0
    return statistics.season(actor, asked, by, now)


def test_numbers_of_days_that_were_handed_in_returned_and_countersigned(installation: Installation) -> None:
    names = [installation.open_day(date=EXAM + timedelta(days=n), period_start=None) for n in (0, 1, 7)]
    end = installation.day(names[0]).end
    head, commission = installation.people["head"], installation.people["commission"]
    write(names[0], commission, f.RemarkWritten("где акт?", end), f.RemarkWritten("кто?", end),
          f.DayReturned("исправьте", end))  # fmt: skip
    write(names[0], head, f.OutageOpened("online", ("0001",), end - timedelta(minutes=90), "power", "x"))
    season(installation)
    for name, late in ((names[0], 5), (names[1], -5)):
        at = installation.day(name).end + timedelta(hours=1)
        set_row(name, submitted_at=at, submit_by=at - timedelta(minutes=late), uncovered=2)
    set_row(names[1], stage="accepted", accepted_at=installation.day(names[1]).end + timedelta(hours=4))
    found = season(installation)
    assert [g.key for g in found.groups] == ["2026-06-01", "2026-06-08"]
    assert [g.days for g in found.groups] == [2, 1] and found.total.days == 3
    total = found.total
    assert (total.handed, total.on_time, total.handed_late, total.waiting, total.accepted) == (2, 1, 1, 1, 1)
    assert (total.median_handed, total.median_accepted) == (60, 240)
    assert (total.remarks, total.returned, total.returned_days, total.per_day(total.remarks)) == (2, 1, 1, 0.67)
    assert (total.outages, total.outages_open, total.outage_minutes, dict(total.causes)) == (1, 1, 0, {"power": 1})
    assert (total.uncovered, found.groups[1].median_handed) == (4, None)


def test_an_outage_that_ended_counts_its_minutes_by_its_cause(installation: Installation, day: str) -> None:
    head, start = installation.people["head"], installation.day(day).start
    write(day, head, f.OutageOpened("recording", ("0001",), start, "camera", "x"))
    opened = installation.day(day).size - 1
    write(day, head, f.OutageRestored(opened, start + timedelta(minutes=25), "ok"))
    total = season(installation).total
    assert (total.outages, total.outages_open, total.outage_minutes) == (1, 0, 25)
    assert dict(total.cause_minutes) == {"camera": 25}


def test_steps_are_counted_each_once_on_time_or_late(installation: Installation, day: str) -> None:
    installation.arrive(day)
    total = season(installation).total
    assert (total.steps_on_time, total.steps_late) == (0, 1) and total.steps > 1


def test_groups_are_weeks_regions_or_centres_and_rehearsals_are_in_none(installation: Installation, day: str) -> None:
    installation.open_day(rehearsal=True)
    assert [(g.key, g.name) for g in season(installation, "region").groups] == [("45", "")]
    assert [(g.key, g.name) for g in season(installation, "centre").groups] == [("45-0007", "МБОУ «СОШ № 1»")]
    assert season(installation).total.days == 1
    assert season(installation, region="46").groups == ()


def test_statistics_fold_nothing_and_are_for_offices_alone(
    installation: Installation, day: str, folds: list[Any]  # noqa: F811
) -> None:
    season(installation)
    folds.clear()
    statistics.season(installation.people["ministry"], SEASON, "week", installation.clock.now)
    assert folds == []
    for login in ("tech", "commission"):
        with pytest.raises(Refused):
            statistics.season(installation.people[login], SEASON, "week", installation.clock.now)
