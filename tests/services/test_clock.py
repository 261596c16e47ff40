"""A jump of the server's clock stands in the journals of the days that run, and in no other."""

from datetime import date, timedelta

import pytest

from app.domain import facts as f
from app.services import clock, days, overview
from app.store import days as index
from tests.conftest import EXAM, MORNING, OPENED, Installation
from tests.store.attacker import attack

HOUR = 3600


def jumps(installation: Installation, day: str) -> list[f.ClockJumped]:
    return [line.fact for line in installation.day(day).lines if line.tag == "clock.jumped"]


def test_the_running_day_says_that_the_server_slept_and_no_other_does(installation: Installation, day: str) -> None:
    dates = [EXAM + timedelta(days=n) for n in (-7, -1, 3, 7)]
    others = [installation.open_day(date=on, period_start=on) for on in dates]
    now = installation.clock.forward(hours=3)
    assert clock.jumped(HOUR, 0, now) == [day]
    assert jumps(installation, day) == [f.ClockJumped(now, HOUR, 0)]
    line = installation.day(day).lines[-1]
    assert (line.by.person, line.received) == ("system", now)
    assert not any(jumps(installation, other) for other in others)


def test_a_day_that_began_and_ended_in_the_servers_sleep_says_so(installation: Installation, day: str) -> None:
    now = MORNING + timedelta(days=3)
    assert clock.jumped(5 * 24 * HOUR, 0, now) == [day]


@pytest.mark.parametrize("set_by", [-30 * 24 * HOUR, 30 * 24 * HOUR, 10 * 365 * 24 * HOUR])
def test_a_clock_set_away_from_the_day_and_back_is_noted_both_times(
    installation: Installation, day: str, set_by: int
) -> None:
    away = MORNING + timedelta(hours=3, seconds=set_by)
    assert clock.jumped(0, set_by, away) == [day]
    assert clock.jumped(0, -set_by, MORNING + timedelta(hours=3)) == [day]


def test_without_a_running_day_nothing_is_written(installation: Installation, day: str) -> None:
    for now in (OPENED + timedelta(days=1), MORNING + timedelta(days=9)):
        assert clock.jumped(0, -300, now) == []
    assert jumps(installation, day) == []


def test_days_far_from_now_are_not_even_read(
    installation: Installation, day: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = [installation.open_day(date=date(2026, 7, n)) for n in range(1, 5)]
    asked: list[int] = []
    fold = days.fold_log
    monkeypatch.setattr(days, "fold_log", lambda log: asked.append(log) or fold(log))
    clock.jumped(0, 60, MORNING + timedelta(hours=3))
    assert index.log_of(day) in asked and not {index.log_of(name) for name in far} & set(asked)


def test_a_day_that_runs_past_midnight_is_found_by_its_state(installation: Installation, day: str) -> None:
    """The list of days has seen it running; by its date alone it would not be looked at."""
    overview.list_days(installation.people["head"], MORNING + timedelta(hours=3))
    with attack(installation.database, armed=False) as hand:
        hand.execute("UPDATE day SET date = '2026-05-20'")
    assert clock.jumped(60, 0, MORNING + timedelta(hours=3)) == [day]


def test_a_damaged_day_does_not_keep_the_others_from_saying_it(installation: Installation, day: str) -> None:
    other = installation.open_day()
    with attack(installation.database) as hand:
        hand.execute("UPDATE checkpoint SET note = 'x' WHERE log_id = ?", (index.log_of(day),))
    assert clock.jumped(60, 0, MORNING + timedelta(hours=3)) == [other]
