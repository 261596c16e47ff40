"""Lists of days come from status rows: nothing is folded twice, and nobody learns of a strange day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from app.domain import facts as f
from app.domain.people import Actor
from app.domain.plan import Role
from app.domain.summary import DayState
from app.services import days, opening, overview
from app.services.overview import Wanted
from app.store.db import db, transaction
from app.store.tables import DayStatusRow
from tests.conftest import CODE, Installation
from tests.store.attacker import attack


@pytest.fixture
def folds(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Every fold of a day, of the newest or of an older state."""
    seen: list[Any] = []
    for name in ("fold_log", "fold_upto"):
        real = getattr(days, name)

        def counting(*given: Any, real: Any = real) -> Any:
            seen.append(given)
            return real(*given)

        monkeypatch.setattr(days, name, counting)
    yield seen


def lines(installation: Installation, login: str = "head", **wanted: Any) -> list[overview.DayLine]:
    actor, now = installation.people[login], installation.clock.now
    return list(overview.list_days(actor, now, size=500, wanted=Wanted(**wanted)).items)


def forget() -> None:
    with transaction():
        db.session.execute(DayStatusRow.__table__.delete())


def many(installation: Installation, count: int) -> list[str]:
    first = date(2026, 6, 1)
    return [installation.open_day(date=first + timedelta(days=n), period_start=None) for n in range(count)]


def test_listing_days_that_did_not_change_folds_none(installation: Installation, folds: list[Any]) -> None:
    """400 days cost what 40 cost here: nothing, as long as neither journal nor clock moved a row."""
    made = many(installation, 40)
    folds.clear()
    assert len(lines(installation)) == 40 == len(folds)
    folds.clear()
    assert [line.id for line in lines(installation)] == made[::-1]
    assert overview.current(installation.people["head"], installation.clock.now) == made[0]
    assert (overview.damaged_days(installation.people["head"], installation.clock.now), folds) == ([], [])
    installation.note(made[3])
    folds.clear()
    lines(installation)
    assert len(folds) == 1, "the one whose journal has grown"


def test_the_clock_alone_refreshes_a_row_and_only_those_that_are_shown(
    installation: Installation, folds: list[Any]
) -> None:
    many(installation, 6)
    before = lines(installation)
    installation.clock.forward(days=2)
    folds.clear()
    actor, now = installation.people["head"], installation.clock.now
    overview.list_days(actor, now, 1, 2, Wanted(sort="oldest"))
    assert 0 < len(folds) <= 2, "the page's own"
    after = lines(installation)
    assert [x.counts.overdue for x in after] != [x.counts.overdue for x in before]
    assert after[-1].state == DayState.TO_SIGN and before[-1].state == DayState.RUNNING
    installation.clock.forward(days=-2)
    assert lines(installation) == before, "a clock put back is told as well"


def test_throwing_the_rows_away_changes_nothing(signed: tuple[Installation, str]) -> None:
    installation, name = signed
    other = installation.open_day(date=date(2026, 6, 2), period_start=None)
    installation.access(other)
    for login in ("head", "commission", "ministry", "tech"):
        known = lines(installation, login)
        forget()
        assert lines(installation, login) == known and known
        assert overview.current(installation.people[login], installation.clock.now) == name
    with transaction():  # what lies in the rows is believed by nobody once the checkpoint is another
        db.session.execute(DayStatusRow.__table__.update().values(note="x", readers=" nobody ", open=99))
    assert lines(installation, "tech") == known


def test_a_row_says_what_the_day_says(signed: tuple[Installation, str]) -> None:
    installation, name = signed
    (line,) = lines(installation, "commission")
    day = installation.day(name)
    assert (line.id, line.size, line.exam, line.centre) == (name, day.size, "ЕГЭ, физика", CODE)
    assert (line.counts.signed, line.counts.papers) == (1, 2)
    assert line.counts.unconfirmed == 0 and line.counts.overdue > 0
    installation.access(name)
    installation.record(name, "tech", f.EntryCorrected(1, {"reason": "другая"}, "wrong"))
    (line,) = lines(installation, "commission")
    assert (line.counts.unconfirmed, line.counts.corrected, line.counts.signed) == (2, 1, 0), "outdated by then"


def test_what_waits_for_the_reader_is_marked(installation: Installation, day: str) -> None:
    installation.access(day)
    mine = {login: lines(installation, login)[0] for login in ("tech", "head", "commission")}
    assert {login: line.confirms for login, line in mine.items()} == {"tech": False, "head": True, "commission": False}
    assert not any(line.signs for line in mine.values()), "the day is still running"
    assert [overview.waiting_days(installation.people[n], installation.clock.now) for n in mine] == [0, 1, 0]
    installation.confirm(day, 1)
    installation.clock.forward(hours=14)
    assert [lines(installation, n)[0].signs for n in mine] == [True, False, False]
    installation.sign(day, "tech")
    assert [lines(installation, n)[0].signs for n in mine] == [True, True, False], "the other document waits for them"
    assert [line.id for line in lines(installation, "head", state="mine")] == [day]
    assert lines(installation, "commission", state="mine") == []


def test_a_stranger_does_not_learn_that_a_day_exists(installation: Installation, day: str) -> None:
    roles = {
        "of another centre": Actor("p-1", "x", frozenset({Role.PES_HEAD}), frozenset({"45-0008"})),
        "of the centre, not of the day": Actor("p-2", "x", frozenset({Role.TECHNICIAN}), frozenset({CODE})),
        "of a commission, not of the day": Actor("p-3", "x", frozenset({Role.COMMISSION_HEAD})),
        "an officer of another centre": Actor("p-4", "x", frozenset({Role.MINISTRY_OFFICER}), frozenset({"45-0008"})),
        "with a pattern for a name": Actor("%", "x", frozenset({Role.COMMISSION_HEAD})),
    }
    now = installation.clock.now
    for who, actor in roles.items():
        assert overview.list_days(actor, now).total == 0, who
        assert (overview.current(actor, now), overview.waiting_days(actor, now)) == (None, 0), who
        assert overview.centres(actor) == [], who
    for login in ("tech", "commission", "ministry", "boss"):
        assert overview.list_days(installation.people[login], now).total == 1, login


def test_who_joins_finds_the_day_and_who_leaves_keeps_what_they_did(installation: Installation, day: str) -> None:
    cctv, now = installation.people["cctv"], installation.clock.now
    installation.access(day, "cctv")
    opening.leave(installation.people["tech"], day, cctv.person, "ill", now)
    opening.leave(installation.people["tech"], day, installation.people["member"].person, "ill", now)
    assert overview.list_days(cctv, now).total == 1
    assert overview.list_days(installation.people["member"], now).total == 0
    place = opening.Place(installation.people["member"].person, Role.COMMISSION_MEMBER)
    opening.join(installation.people["tech"], day, place, "", now)
    assert overview.list_days(installation.people["member"], now).total == 1


@pytest.mark.parametrize("sql", [
    "UPDATE checkpoint SET note = 'x' WHERE log_id = ?",
    "DELETE FROM checkpoint WHERE log_id = ?",
    "UPDATE entry SET body = 'x' WHERE log_id = ?",
    "DELETE FROM entry WHERE log_id = ?",
])  # fmt: skip
def test_a_damaged_journal_is_named_and_closes_no_other_day(
    installation: Installation, day: str, sql: str
) -> None:
    other = installation.open_day(date=date(2026, 6, 3), period_start=None)
    with attack(installation.database) as connection:
        connection.execute(sql, (days.log_of(other),))
    days.CACHE.days.clear()
    now, tech = installation.clock.now, installation.people["tech"]
    assert [line.id for line in lines(installation, "tech")] == [day]
    assert overview.damaged_days(tech, now) == [other] == overview.damaged_days(installation.people["boss"], now)
    assert overview.damaged_days(Actor("p-3", "x", frozenset({Role.COMMISSION_HEAD})), now) == []
    assert overview.current(tech, now) == day


def test_a_damaged_head_is_seen_although_the_row_was_made_before(installation: Installation, day: str) -> None:
    assert len(lines(installation)) == 1
    with attack(installation.database) as connection:
        connection.execute("UPDATE checkpoint SET note = 'x' WHERE log_id = ?", (days.log_of(day),))
    db.session.rollback()
    assert lines(installation) == []
    assert overview.damaged_days(installation.people["head"], installation.clock.now) == [day]


def test_a_damaged_day_is_read_once_a_page_and_again_a_moment_later(
    installation: Installation, day: str, folds: list[Any]
) -> None:
    head, clock = installation.people["head"], installation.clock
    with attack(installation.database) as connection:
        connection.execute("UPDATE checkpoint SET note = 'x' WHERE log_id = ?", (days.log_of(day),))
    folds.clear()
    for _ in range(2):  # what one page asks
        overview.list_days(head, clock.now)
        assert overview.damaged_days(head, clock.now) == [day]
        overview.waiting_days(head, clock.now)
    assert len(folds) == 1
    clock.forward(seconds=1)
    assert overview.damaged_days(head, clock.now) == [day] and len(folds) == 2


def test_filters_orders_and_pages(installation: Installation) -> None:
    made = many(installation, 5)
    rehearsal = installation.open_day(rehearsal=True, exam="Пробный 100% экзамен")
    assert [x.id for x in lines(installation, first="2026-06-02", last="2026-06-03")] == [made[2], made[1]]
    practice = {"rehearsals": True}
    assert [x.id for x in lines(installation, text="ПРОБНЫЙ 45-0007", **practice)] == [rehearsal]
    assert [x.id for x in lines(installation, text="100%", **practice)] == [rehearsal]
    assert lines(installation, text="100_", **practice) == [] == lines(installation, text="ПРОБНЫЙ 45-0007")
    assert len(lines(installation, centre=CODE)) == 5 == len(lines(installation, region="45"))
    assert lines(installation, region="4") == [] == lines(installation, centre="45-0008")
    assert [x.id for x in lines(installation, sort="oldest")][:2] == made[:2]
    installation.access(made[2])
    assert lines(installation, sort="unconfirmed")[0].id == made[2]
    found = overview.list_days(installation.people["head"], installation.clock.now, 99, 4)
    assert (found.page, found.pages, found.total, len(found.items)) == (2, 2, 5, 1)
    assert {x.state for x in lines(installation, state="running")} == {DayState.RUNNING}


def test_today_is_the_nearest_day_of_ones_own_roster(installation: Installation) -> None:
    made = many(installation, 4)
    member = installation.people["member"]
    for name in made[:2]:
        opening.leave(installation.people["tech"], name, member.person, "ill", installation.clock.now)
    assert overview.current(member, installation.clock.now) == made[2]
    assert overview.current(installation.people["ministry"], installation.clock.now) == made[0], "of all that they read"
    installation.clock.forward(days=3)
    assert overview.current(installation.people["tech"], installation.clock.now) == made[3]


def test_a_reading_mark_goes_forward_only_and_is_written_once(
    installation: Installation, day: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, now = installation.people["commission"], installation.clock.now
    assert overview.seen(reader, day) is None and lines(installation, "commission")[0].new is None
    overview.mark_seen(reader, day, 1, now)
    installation.note(day)
    (line,) = lines(installation, "commission")
    assert (line.new, line.seen_at) == (1, now)
    overview.mark_seen(reader, day, 2, now + timedelta(minutes=1))
    written: list[Any] = []
    monkeypatch.setattr(overview.store, "mark", lambda *given: written.append(given))
    for size in (2, 1):
        overview.mark_seen(reader, day, size, now + timedelta(minutes=2))
    assert written == []
    monkeypatch.undo()
    with transaction():  # two requests at once: the smaller one comes last
        overview.store.mark(reader.person, day, 1, now)
    assert overview.seen(reader, day) == (2, now + timedelta(minutes=1))


def test_others_see_how_far_head_and_commission_have_looked(installation: Installation, day: str) -> None:
    now = installation.clock.now
    for login in ("commission", "head", "tech", "ministry"):
        overview.mark_seen(installation.people[login], day, 1, now)
    found = overview.readings(installation.day(day))
    assert [(r.role, r.size, r.at) for r in found] == [("pes_head", 1, now), ("commission_head", 1, now)]
    assert replace(found[0], at=now) == found[0]
