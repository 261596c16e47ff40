"""The clock tells each thing once: to the right person, in one message, reading only the days that it concerns."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import g
from sqlalchemy import func, select

from app.domain import NotFound, Refused
from app.services import days, reminders
from app.services.reminders import Item, sweep
from app.store.db import db, transaction
from app.store.tables import CheckpointRow, DayRow, MessageRow, PersonRow, ReminderRow
from tests.conftest import EXAM, Installation

MESSAGE, REMINDER = MessageRow.__table__, ReminderRow.__table__
ARRIVE = "ex.arrive"  # by 07:15 in Moscow; the test's morning is 08:00


@pytest.fixture
def folds(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    seen: list[Any] = []
    real = days.fold_log
    monkeypatch.setattr(days, "fold_log", lambda log: (seen.append(log), real(log))[1])
    yield seen


def at(installation: Installation, **before: float) -> None:
    """Put the clock to the morning of the exam, 08:00, less this much."""
    installation.clock.now -= timedelta(**before)


def told(installation: Installation, login: str) -> list[tuple[str, str]]:
    query = select(REMINDER.c.step, REMINDER.c.rule).where(REMINDER.c.person == installation.people[login].person)
    return [tuple(row) for row in db.session.execute(query.order_by(REMINDER.c.id))]


def messages(login: str, installation: Installation) -> int:
    mine = MESSAGE.c.person == installation.people[login].person
    return db.session.scalar(select(func.count()).select_from(MESSAGE).where(mine)) or 0


def note(installation: Installation, day: str, login: str = "tech") -> reminders.Note | None:
    found = installation.day(day)
    return reminders.note(found, installation.people[login].person, installation.clock.now)


def items(installation: Installation, day: str, login: str = "tech") -> list[tuple[str, str]]:
    found = note(installation, day, login)
    return [(i.step, i.rule) for i in found.items] if found else []


def test_each_thing_is_told_once_however_often_the_clock_ticks(installation: Installation, day: str) -> None:
    at(installation, minutes=44)  # 07:16
    first = sweep(installation.clock.now)
    assert first.told > 0 and first.planned == 1
    before = told(installation, "tech")
    assert (ARRIVE, "overdue") in before and len(set(before)) == len(before)
    for seconds in (0, 15, 30):
        assert sweep(installation.clock.now + timedelta(seconds=seconds)).told == 0
    assert told(installation, "tech") == before


def test_what_belongs_together_is_one_message(installation: Installation, day: str) -> None:
    sweep(installation.clock.now - timedelta(hours=3))
    was = messages("tech", installation)
    assert sweep(installation.clock.now).told > 0
    assert messages("tech", installation) == was + 1
    assert {s for s, _ in items(installation, day)} >= {ARRIVE, "ex.hq_record", "ex.soft_check", "ex.cctv_check"}
    assert (ARRIVE, "overdue") in items(installation, day), "the last rule of each step, not all of them"
    assert [s for s, _ in items(installation, day)].count(ARRIVE) == 1


def test_silence_escalates_to_the_head_and_then_to_the_commission(installation: Installation, day: str) -> None:
    at(installation, minutes=44)
    sweep(installation.clock.now)
    assert (ARRIVE, "overdue_head") not in told(installation, "head")
    sweep(installation.clock.forward(minutes=10))
    assert (ARRIVE, "overdue_head") in told(installation, "head")
    assert (ARRIVE, "overdue_commission") not in told(installation, "commission")
    sweep(installation.clock.forward(minutes=20))
    assert (ARRIVE, "overdue_commission") in told(installation, "commission")
    assert told(installation, "ministry") == []


def test_what_was_done_is_neither_told_nor_shown(installation: Installation, day: str) -> None:
    at(installation, minutes=44)
    sweep(installation.clock.now)
    assert (ARRIVE, "overdue") in items(installation, day)
    installation.arrive(day)
    assert ARRIVE not in {s for s, _ in items(installation, day)}
    sweep(installation.clock.forward(minutes=30))
    assert ARRIVE not in {s for s, _ in told(installation, "head")}


def test_a_day_that_has_nothing_to_tell_is_not_read(installation: Installation, folds: list[Any]) -> None:
    """Twelve days a week apart: a tick reads the one whose time has come, or that has grown."""
    made = [installation.open_day(date=EXAM + timedelta(days=7 * n), period_start=None) for n in range(12)]
    sweep(installation.clock.now)
    folds.clear()
    sweep(installation.clock.forward(seconds=15))
    assert folds == []
    sweep(installation.clock.forward(minutes=11))
    assert len(set(folds)) == 1
    installation.note(made[5])
    folds.clear()
    assert sweep(installation.clock.now).planned == 1 == len(set(folds))


def test_a_journal_is_read_before_the_lock_is_taken_so_that_nobody_waits_for_a_long_one(
    installation: Installation, day: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked: list[bool] = []
    read = days.journal.entries
    monkeypatch.setattr(days.journal, "entries", lambda *a: (locked.append(g.get("writer") is not None), read(*a))[1])
    monkeypatch.setattr(days, "CACHE", type(days.CACHE)())
    assert sweep(installation.clock.now).told > 0
    assert locked == [False]


def test_a_damaged_journal_stops_nobody_else_and_is_not_tried_every_tick(installation: Installation) -> None:
    broken, whole = installation.open_day(), installation.open_day(date=EXAM + timedelta(days=1), period_start=None)
    log, head = select(DayRow.log_id).where(DayRow.id == broken).scalar_subquery(), CheckpointRow.__table__
    with transaction():
        db.session.execute(head.update().where(head.c.log_id == log).values(note="x"))
    installation.clock.forward(days=1)
    found = sweep(installation.clock.now)
    assert (found.broken, found.planned) == (1, 2)
    assert note(installation, whole) is not None
    assert sweep(installation.clock.now).planned == 0
    assert sweep(installation.clock.forward(hours=1)).broken == 1


def test_a_day_that_our_own_mistake_breaks_keeps_no_other_one_back(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = installation.open_day(), installation.open_day(date=EXAM + timedelta(days=1), period_start=None)
    real = reminders.calls
    monkeypatch.setattr(reminders, "calls", lambda day, now: real(day, now) if day.id == good else 1 / 0)
    assert sweep(installation.clock.forward(days=1)).broken == 1
    monkeypatch.undo()
    assert note(installation, good) is not None and note(installation, bad) is None


def test_i_have_it_stops_the_next_level_and_expires(installation: Installation, day: str) -> None:
    at(installation, minutes=44)
    sweep(installation.clock.now)
    until = reminders.take(installation.people["tech"], day, [ARRIVE], installation.clock.now)
    assert until == installation.clock.now + timedelta(minutes=15)
    held = reminders.holders(installation.day(day), installation.clock.now)
    assert held[ARRIVE].person == installation.people["tech"].person
    sweep(installation.clock.forward(minutes=14))
    assert ARRIVE not in {s for s, _ in told(installation, "head")}
    sweep(installation.clock.forward(minutes=1))
    assert (ARRIVE, "overdue_head") in told(installation, "head")
    assert reminders.holders(installation.day(day), installation.clock.now) == {}


def test_who_gives_it_up_lets_the_next_one_be_told_at_once(installation: Installation, day: str) -> None:
    at(installation, minutes=44)
    sweep(installation.clock.now)
    reminders.take(installation.people["tech"], day, [ARRIVE], installation.clock.now)
    sweep(installation.clock.forward(minutes=10))
    reminders.give_up(installation.people["tech"], day, ARRIVE, installation.clock.now)
    sweep(installation.clock.now)
    assert (ARRIVE, "overdue_head") in told(installation, "head")


def test_only_people_of_the_day_take_something_and_only_a_step_that_exists(
    installation: Installation, day: str
) -> None:
    with pytest.raises(Refused):
        reminders.take(installation.people["ministry"], day, [ARRIVE], installation.clock.now)
    with pytest.raises(NotFound):
        reminders.take(installation.people["tech"], day, ["ex.gone"], installation.clock.now)
    assert reminders.holders(installation.day(day), installation.clock.now) == {}


def test_what_was_put_away_is_not_shown_but_the_next_rule_comes(installation: Installation, day: str) -> None:
    at(installation, minutes=55)  # 07:05: ten minutes are left
    sweep(installation.clock.now)
    first = note(installation, day)
    assert first and (ARRIVE, "soon") in items(installation, day)
    reminders.put_away(installation.people["tech"], day, first.ids, installation.clock.now)
    assert note(installation, day) is None
    sweep(installation.clock.forward(minutes=11))
    assert (ARRIVE, "overdue") in items(installation, day)
    reminders.put_away(installation.people["head"], day, note(installation, day).ids, installation.clock.now)  # type: ignore[union-attr]
    assert (ARRIVE, "overdue") in items(installation, day), "nobody puts away what another one was told"


def test_the_mark_changes_with_every_message_and_with_every_i_have_it(installation: Installation, day: str) -> None:
    def mark() -> str:
        db.session.rollback()
        return reminders.mark(installation.day(day), installation.people["tech"].person, installation.clock.now)

    at(installation, minutes=44)
    seen = [mark()]
    sweep(installation.clock.now)
    seen.append(mark())
    reminders.take(installation.people["head"], day, [ARRIVE], installation.clock.forward(seconds=1))
    seen.append(mark())
    reminders.put_away(installation.people["tech"], day, note(installation, day).ids, installation.clock.now)  # type: ignore[union-attr]
    seen.append(mark())
    assert len(set(seen)) == 4 and mark() == seen[-1]


def test_mail_is_wanted_only_for_who_has_an_address_and_did_not_switch_it_off(
    installation: Installation, day: str
) -> None:
    person = PersonRow.__table__
    with transaction():
        for login in ("tech", "head"):
            mine = person.c.id == installation.people[login].person
            db.session.execute(person.update().where(mine).values(email=f"{login}@example.org", mail=login != "head"))
    sweep(installation.clock.now, mail=True)
    wanted = {row.person: row.wanted for row in db.session.execute(select(MESSAGE.c.person, MESSAGE.c.wanted))}
    assert {p.person: wanted.get(p.person) for p in map(installation.people.get, ("tech", "head", "cctv")) if p} == {
        installation.people["tech"].person: True, installation.people["head"].person: False,
        installation.people["cctv"].person: False,
    }  # fmt: skip


def test_two_that_look_at_the_same_moment_tell_nothing_twice(
    installation: Installation, day: str, in_context: Callable[[Callable[[], Any]], Any]
) -> None:
    both, found = Barrier(4), []

    def look() -> None:
        both.wait()
        found.append(in_context(lambda: sweep(installation.clock.now)))

    threads = [Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    keys = told(installation, "tech")
    assert len(found) == 4 and keys and len(keys) == len(set(keys))
    assert messages("tech", installation) == 1


def test_a_message_tells_what_is_still_open_when_it_is_read(installation: Installation, day: str) -> None:
    at(installation, minutes=44)
    sweep(installation.clock.now)
    found = note(installation, day)
    assert found is not None
    got = reminders.of_message(installation.day(day), found.ids[-1], installation.clock.now)
    assert got and Item(ARRIVE, "overdue", installation.clock.now, ("",)) in got.items
    installation.arrive(day)
    later = reminders.of_message(installation.day(day), found.ids[-1], installation.clock.now)
    assert ARRIVE not in {i.step for i in later.items} if later else True
