"""What a region's board is made from: rows that a job keeps, with every trouble that journal or clock brings."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from app import jobs
from app.domain import NotFound, Refused
from app.domain import facts as f
from app.domain.journal import Times
from app.services import days, overview, region, reminders, standing
from app.store import journal
from app.store.db import db, transaction
from app.store.tables import DayStatusRow, LogRow
from tests.conftest import Installation
from tests.store.attacker import attack

TABLE = DayStatusRow.__table__
MOST = 60


def keep(installation: Installation, most: int = MOST) -> int:
    return overview.keep(installation.clock.now, most)


def row(name: str) -> Any:
    db.session.rollback()
    return db.session.execute(select(TABLE).where(TABLE.c.day == name)).one()


def troubles(name: str) -> dict[str, Any]:
    """By kind; of several of a kind the worst."""
    return {t["kind"]: t for t in reversed(json.loads(row(name).troubles))}


def begin(installation: Installation, day: str, **more: Any) -> int:
    now = installation.clock.now
    values = {"kind": "recording", "rooms": ("0001",), "at": now, "cause": "power", "local_recording": "no", **more}
    return installation.record(day, "tech", f.OutageOpened(**values)).seq


def seen(installation: Installation, day: str, state: str) -> None:
    """The server saw a camera."""
    now = installation.clock.now
    log = days.log_of(day)
    with transaction(log):
        journal.append(log, f.CameraSeen("0001-1", now, state, now), "system", Times(now), str(uuid4()))


def shown(installation: Installation, login: str = "ministry", **more: Any) -> list[str]:
    stamp = region.stamp(installation.people[login], installation.clock.now, **more)
    return [tile.row.centre for tile in region.board(stamp).tiles]


# ---------------------------------------------------------------- what a row holds


@pytest.mark.sqlite_only(reason="about the fold and the clock; no database is asked")
def test_between_its_making_and_its_end_a_row_says_what_the_day_says(installation: Installation, day: str) -> None:
    """Every minute at which the clock alone brings, changes or ends something is the end of a row."""
    installation.arrive(day)
    begin(installation, day)
    begin(installation, day, kind="online", rooms=("0002",), local_recording="yes")
    first = installation.clock.now
    taken = json.loads(standing.board_columns(installation.day(day), first)[0]["troubles"])
    step = next(t["step"] for t in taken if t["kind"] == "overdue")
    reminders.take(installation.people["tech"], day, [step], first)
    found = installation.day(day)
    kept, until, makings = None, None, 0
    for minute in range(30 * 60):
        now = first + timedelta(minutes=minute)
        if kept is None or (until is not None and until <= now):
            kept, until = made(found, now)
            makings += 1
        elif minute % 3 == 0:
            assert made(found, now)[0] == kept, now
    assert 10 < makings < 120


def made(day: Any, now: datetime) -> tuple[dict[str, Any], datetime | None]:
    """The columns of the row at the moment, and its end: as services/overview.py makes it."""
    told = overview._told(day, "", now, "")
    return {k: v for k, v in told.items() if k not in ("made", "valid_until")}, told["valid_until"]


def test_an_outage_is_told_by_its_stages_until_it_is_over(installation: Installation, day: str) -> None:
    seq = begin(installation, day)
    keep(installation)
    first = troubles(day)["outage"]
    assert (first["what"], first["places"], first["number"]) == ("recording", ["0001"], seq)
    stages = [first.get("stage")]
    for _ in range(40):
        installation.clock.forward(minutes=1)
        keep(installation)
        stages.append(troubles(day)["outage"].get("stage"))
    assert list(dict.fromkeys(stages)) == [None, "warn", "escalate", "critical"]
    assert troubles(day)["outage"]["level"] == "over" and row(day).outages == 1
    installation.record(day, "tech", f.OutageRestored(seq, installation.clock.now))
    keep(installation)
    assert "outage" not in troubles(day) and row(day).outages == 0


def test_a_camera_is_failing_while_it_is_to_record_and_shows_nothing(installation: Installation, day: str) -> None:
    installation.access(day, action="record_start")
    seen(installation, day, "alive")
    keep(installation)
    assert "camera" not in troubles(day) and row(day).recording == 1
    seen(installation, day, "unreachable")
    keep(installation)
    assert troubles(day)["camera"]["places"] == ["0001-1"] and troubles(day)["camera"]["what"] == "unreachable"
    assert row(day).recording == 0
    installation.clock.forward(minutes=5)
    installation.access(day, action="record_stop", reason="по распоряжению члена ГЭК")
    keep(installation)
    assert "camera" not in troubles(day)


def test_a_day_on_which_nobody_writes_is_without_contact_after_an_hour(installation: Installation, day: str) -> None:
    installation.note(day)
    for minutes in (30, 29):
        installation.clock.forward(minutes=minutes)
        keep(installation)
        assert "silent" not in troubles(day)
    seen(installation, day, "alive")  # the server is nobody
    installation.clock.forward(minutes=1)
    keep(installation)
    assert troubles(day)["silent"]["number"] == 1
    installation.note(day)
    keep(installation)
    assert "silent" not in troubles(day)
    installation.clock.forward(hours=12)
    keep(installation)
    assert "silent" not in troubles(day), "the exam is over"


def test_a_day_that_is_not_handed_in_is_told_and_one_that_is_countersigned_is_quiet(
    installation: Installation, day: str
) -> None:
    keep(installation)
    assert "late" not in troubles(day)
    installation.clock.now = row(day).submit_by
    keep(installation)
    assert troubles(day)["late"]["level"] == "soon"
    found = installation.day(day)
    head = found.roster[installation.people["head"].person]
    line = replace(found.lines[-1], seq=found.size, tag="day.accepted", by=head)
    accepted = replace(found, lines=(*found.lines, line), by_tag={**found.by_tag, "day.accepted": (found.size,)})
    columns, _ = standing.board_columns(accepted, installation.clock.now)
    assert (columns["troubles"], columns["stage"]) == ("[]", "accepted")


def test_a_day_from_elsewhere_is_of_its_own_moment(installation: Installation, day: str) -> None:
    begin(installation, day)
    with transaction():
        db.session.execute(update(LogRow).where(LogRow.id == days.log_of(day)).values(source="far.example"))
    installation.clock.forward(hours=3)
    keep(installation)
    found = row(day)
    assert found.source == "far.example" and found.received is not None and (found.rooms, found.due) != (None, 0)
    assert set(troubles(day)) <= {"late", "mismatch"}


# ---------------------------------------------------------------- kept by a job


def test_the_job_makes_anew_what_grew_and_what_the_clock_changed_and_nothing_else(
    installation: Installation, day: str
) -> None:
    other = installation.open_day(date=date(2026, 6, 2), period_start=None)
    assert keep(installation) == 2 and keep(installation) == 0
    versions = row(day).version, row(other).version
    installation.note(day)
    assert keep(installation) == 1
    assert (row(day).version, row(other).version) == (versions[0] + 1, versions[1])
    installation.clock.now = row(day).valid_until
    assert keep(installation) >= 1 and row(day).made == installation.clock.now


def test_a_tick_of_the_job_is_bounded_and_the_day_itself_comes_first(installation: Installation) -> None:
    made = [installation.open_day(date=date(2026, 6, n), period_start=None) for n in (3, 2, 1)]
    assert [keep(installation, 1) for _ in range(4)] == [1, 1, 1, 0]
    with transaction():
        db.session.execute(TABLE.delete())
    keep(installation, 1)
    db.session.rollback()
    assert db.session.scalars(select(TABLE.c.day)).all() == [made[-1]]


def test_who_takes_a_step_is_on_the_board_with_the_next_look(installation: Installation, day: str) -> None:
    keep(installation)
    step = troubles(day)["overdue"]["step"]
    reminders.take(installation.people["tech"], day, [step], installation.clock.now)
    assert keep(installation) == 1
    assert len(troubles(day)["overdue"]["who"]) == 1 and troubles(day)["overdue"]["until"]
    reminders.give_up(installation.people["tech"], day, step, installation.clock.now)
    assert keep(installation) == 1 and "until" not in troubles(day)["overdue"]


def test_a_damaged_day_is_told_and_looked_at_again_only_now_and_then(installation: Installation, day: str) -> None:
    installation.note(day)
    keep(installation)
    with attack(installation.database) as hand:
        hand.execute("UPDATE checkpoint SET size = size + 1, note = note || 'x'")
    installation.clock.forward(seconds=5)
    assert keep(installation) == 1
    assert json.loads(row(day).troubles)[0]["kind"] == "damaged" and row(day).region == "45"
    installation.clock.forward(seconds=5)
    assert keep(installation) == 0
    installation.clock.forward(minutes=6)
    assert keep(installation) == 1


def test_the_board_says_how_new_it_is(installation: Installation, day: str) -> None:
    now = installation.clock.now
    assert region.fresh(now) == region.Fresh(None, True)
    jobs.perform(installation.app, "board")
    assert region.fresh(now) == region.Fresh(now, False)
    assert region.fresh(now + timedelta(minutes=3)).stopped


# ---------------------------------------------------------------- whose it is, and of which date


def test_the_board_is_of_whoever_stands_above_the_centres(installation: Installation, day: str) -> None:
    keep(installation)
    now = installation.clock.now
    assert shown(installation) == shown(installation, "boss") == ["45-0007"]
    assert shown(installation, "commission") == ["45-0007"], "the roster names them"
    for login in ("tech", "cctv", "head"):
        with pytest.raises(Refused):
            region.stamp(installation.people[login], now)
    bound = replace(installation.people["commission"], centres=frozenset({"46"}))
    assert region.board(region.stamp(bound, now)).tiles == ()
    with pytest.raises(NotFound):
        region.stamp(bound, now, "45")
    whole = replace(bound, person="somebody", centres=frozenset({"45"}))
    assert len(region.board(region.stamp(whole, now)).tiles) == 1
    one = replace(whole, centres=frozenset({"45-0008"}))
    assert region.board(region.stamp(one, now)).tiles == ()
    free = replace(whole, centres=frozenset())
    assert region.board(region.stamp(free, now)).tiles == () and region.regions(free, "2026-06-01") == ()


def test_today_is_the_date_at_the_centres(installation: Installation, day: str) -> None:
    installation.open_day(date=date(2026, 6, 2), period_start=None)
    keep(installation)
    ministry = installation.people["ministry"]
    evening = datetime.fromisoformat("2026-06-01T20:59:00+00:00")
    assert region.stamp(ministry, evening).view.date == "2026-06-01"
    assert region.stamp(ministry, evening + timedelta(minutes=1)).view.date == "2026-06-02", "midnight in Moscow"
    assert region.stamp(ministry, evening, on=date(2026, 6, 2)).view.date == "2026-06-02"


def test_a_stamp_changes_with_every_row_written_even_at_one_moment(installation: Installation, day: str) -> None:
    ministry, now = installation.people["ministry"], installation.clock.now
    stamps = []
    for _ in range(3):
        installation.note(day)
        keep(installation)
        stamps.append(region.stamp(ministry, now).shows)
    assert len(set(stamps)) == 3
    keep(installation)
    assert region.stamp(ministry, now).shows == stamps[-1]
