"""Moving the start: who may, once, with reasons, not into the past, not after the exam is under way."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.domain import Invalid, NotFound, Refused
from app.domain.checklist import State, view
from app.services import moving
from app.services.moving import Move
from app.store import journal
from tests.conftest import EXAM, MORNING, Installation

HOUR = timedelta(hours=1)
MOVE = Move("11:00", "14:30", "нет света", "Щукина М. Л., председатель ГЭК", MORNING)


def move(installation: Installation, day: str, login: str = "tech", entry_id: str = "", **changes: Any) -> int:
    what = replace(MOVE, **changes)
    who, now = installation.people[login], installation.clock.now
    return moving.move_start(who, day, what, now, entry_id or str(uuid4())).seq


def fields(call: Callable[[], Any]) -> list[str]:
    count = journal.count()
    with pytest.raises(Invalid) as info:
        call()
    assert journal.count() == count, "nothing was written"
    return [m.field for m in info.value.messages]


def test_a_moved_start_is_written_with_reason_and_who_decided(installation: Installation, day: str) -> None:
    before = installation.day(day)
    seq = move(installation, day)
    loaded = installation.day(day)
    fact = loaded.lines[seq].fact
    assert (fact.start_local, fact.end_local) == (f"{EXAM}T11:00", f"{EXAM}T14:30")
    assert (loaded.start, loaded.end) == (before.start + HOUR, before.end + HOUR)
    assert (fact.reason, fact.decided_by, fact.at, fact.by) == (MOVE.reason, MOVE.decided_by, MORNING, "")
    step, now = loaded.profile.step("ex.soft_check"), installation.clock.now
    assert view(step, before, now).state == State.NOW
    found = view(step, loaded, now)
    assert found.state == State.SOON
    assert found.was_due and found.window.limit and found.window.limit - found.was_due == HOUR


@pytest.mark.parametrize("login", ["tech", "cctv", "head", "member", "commission", "boss"])
def test_the_days_people_and_the_administrator_move_it(installation: Installation, day: str, login: str) -> None:
    line = installation.day(day).lines[-1]
    seq = move(installation, day, login)
    line = installation.day(day).lines[seq]
    assert line.by.name == installation.people[login].name


def test_the_ministry_and_strangers_do_not(installation: Installation, day: str) -> None:
    with pytest.raises(Refused):
        move(installation, day, "ministry")
    far = replace(installation.people["head"], person="p-far", centres=frozenset({"45-0008"}))
    with pytest.raises(NotFound):
        moving.move_start(far, day, MOVE, MORNING, str(uuid4()))


def test_sent_twice_it_is_written_once(
    installation: Installation, day: str, in_context: Callable[[Callable[[], Any]], Any]
) -> None:
    form = str(uuid4())
    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(in_context, lambda: move(installation, day, entry_id=form)) for _ in range(4)]
        assert len({each.result() for each in sent}) == 1
    assert len(installation.day(day).schedules) == 2
    with pytest.raises(Refused, match="number is taken"):
        move(installation, day, "head", form)
    note = str(uuid4())
    installation.note(day, entry_id=note)
    with pytest.raises(Refused, match="number is taken"):
        move(installation, day, entry_id=note)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"start": "10:00", "end": "13:30"}, ["start"]), ({"start": "07:59"}, ["start"]), ({"end": "10:59"}, ["end"]),
        ({"reason": " ", "decided_by": ""}, ["reason", "decided_by"]), ({"reason": "x" * 501}, ["reason"]),
        ({"decided_at": MORNING + timedelta(minutes=1)}, ["decided_at"]),
        ({"start": "x", "end": "", "reason": ""}, ["start", "end", "reason"]),
        ({"decided_by": "x" * 201}, ["decided_by"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_once(
    installation: Installation, day: str, changes: dict[str, Any], wrong: list[str]
) -> None:
    assert fields(lambda: move(installation, day, **changes)) == wrong


def test_an_earlier_start_is_in_the_future_and_a_later_one_may_be_noted_afterwards(
    installation: Installation, day: str
) -> None:
    move(installation, day, start="08:00", end="11:00")
    assert installation.day(day).start == MORNING, "the minute that runs is not the past"
    installation.clock.forward(minutes=40)
    move(installation, day, start="08:15", end="11:15")
    assert installation.day(day).start == MORNING + timedelta(minutes=15)


def test_an_hour_after_its_start_the_exam_is_under_way(installation: Installation, day: str) -> None:
    installation.clock.forward(hours=2, minutes=59)
    move(installation, day, start="11:30")
    installation.clock.forward(hours=1, minutes=31)
    assert fields(lambda: move(installation, day, start="13:00")) == ["start"]


def test_what_changes_is_known_before_it_is_written(installation: Installation, day: str) -> None:
    loaded = installation.day(day)
    fact, messages = moving.read(loaded, MOVE, installation.clock.now)
    assert fact and not messages
    shifts = {s.step.id: s for s in moving.effects(loaded, fact.start, fact.end, installation.clock.now)}
    check = shifts["ex.soft_check"]
    assert check.now.limit and check.then.limit == check.now.limit + HOUR
    assert "ex.arrive" not in shifts or shifts["ex.arrive"].step.when.start is not None
    assert len(installation.day(day).schedules) == 1
