"""The board of a region: who needs somebody comes first, the others are counted; it asks cheaply and folds nothing."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app import jobs
from app.domain.people import Actor
from app.domain.plan import Role
from app.services import days, reminders
from app.store import overview as rows
from app.store.db import db, transaction
from app.store.tables import DayRow, DayStatusRow, LogRow, PersonRow

from .conftest import DAY, YESTERDAY, Clock, Person

TABLE = DayStatusRow.__table__
BOARD = "/region"


@pytest.fixture(autouse=True)
def kept(app: Flask) -> None:
    look(app)


@pytest.fixture
def ministry(sign_in: Callable[[str], Person]) -> Person:
    return sign_in("ministry")


@pytest.fixture
def folds(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Every fold of a day, of whatever state."""
    seen: list[Any] = []
    for name in ("fold_head", "fold_upto", "fold_upto_entries"):
        monkeypatch.setattr(days, name, lambda *given, name=name: seen.append(name))
    yield seen


def look(app: Flask) -> None:
    """What the jobs process does every few seconds."""
    with app.app_context():
        jobs.perform(app, "board")


def copy(app: Flask, centre: str, troubles: list[dict[str, Any]] | None = None, **more: Any) -> str:
    """A day of another centre, of whose row alone the board is to know; its journal is nobody's to read."""
    name = f"{centre}-2026-06-01"
    with app.app_context(), transaction():
        log = LogRow(origin=f"x/{name}", kind="day")
        db.session.add(log)
        db.session.flush()
        db.session.add(DayRow(id=name, centre=centre, date="2026-06-01", log_id=log.id, profile="x"))
        db.session.flush()
        row = dict(db.session.execute(TABLE.select().where(TABLE.c.day == DAY)).one()._mapping)
        region = centre.partition("-")[0]
        row |= {"day": name, "centre": centre, "name": f"Школа {centre}", "region": region, "valid_until": None}
        row |= {"troubles": json.dumps(troubles or [])} | more
        rows.put([row])
    return name


def trouble(kind: str = "overdue", level: str = "over", since: str = "2026-06-01T04:30:00+00:00", **more: Any) -> Any:
    return {"kind": kind, "level": level, "since": since, "title": {"en": "Do it"}, "who": ["Ким О. Л."], **more}


def centres(page: str) -> list[str]:
    """Centres of the tiles, from above."""
    return re.findall(r'<li class="tile.*?<b>([^<]+)</b>', page)


def heading(page: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", page)
    assert found
    return found[1]


def test_a_tile_says_what_where_since_when_and_who_has_it(ministry: Person) -> None:
    page = ministry.get(BOARD).text.replace("\u00a0", " ")
    assert heading(page) == "1 centre needs somebody" and centres(page) == ["23-0970"]
    tile = page[page.index('<li class="tile over"') : page.index("</ol>", page.index('<li class="tile over"'))]
    assert "Overdue" in tile and "47 min" in tile and "since 07:17" in tile
    assert f"/days/{DAY}/review#overdue" in tile and "Иванов И. И., technical specialist" in tile
    assert "Data from 08:04:10." in page and "Moscow, UTC+3" in page and "exam in" in page


def test_the_worst_comes_first_the_oldest_above_and_quiet_centres_are_counted(app: Flask, ministry: Person) -> None:
    copy(app, "23-0001", [trouble("mismatch", "soon", "2026-06-01T01:00:00+00:00")])
    copy(app, "23-0002", [trouble(since="2026-06-01T05:00:00+00:00")])
    copy(app, "23-0003", [trouble("silent", since="2026-06-01T04:00:00+00:00", number=187)])
    copy(app, "23-0004")
    copy(app, "23-0005", [trouble("damaged")])
    page = ministry.get(BOARD).text
    assert centres(page) == ["23-0003", "23-0970", "23-0005", "23-0002", "23-0001"]
    assert heading(page) == "5 centres need somebody"
    assert "1 centre is quiet" in page and "23-0004" not in page
    there = ministry.get(f"{BOARD}?quiet=1").text
    calm = there[there.index('<ul class="calm"') :]
    assert '/days/23-0004-2026-06-01/review">23-0004</a>' in calm and "23-0970" not in calm
    assert "Fold them away" in there
    assert "last entry 188" in page and "No contact" in page


def test_a_quiet_centre_is_back_when_it_fails(app: Flask, ministry: Person) -> None:
    name = copy(app, "23-0004")
    known = {"If-None-Match": ministry.get(BOARD).headers["ETag"]}
    assert ministry.get(BOARD, headers=known).status_code == 304
    with app.app_context(), transaction():
        row = dict(db.session.execute(TABLE.select().where(TABLE.c.day == name)).one()._mapping)
        rows.put([row | {"troubles": json.dumps([trouble()])}])
    answer = ministry.get(BOARD, headers=known)
    assert answer.status_code == 200 and "23-0004" in centres(answer.text)


def test_a_board_folds_no_journal_whatever_its_rows_are(app: Flask, ministry: Person, folds: list[Any]) -> None:
    copy(app, "23-0004")
    with app.app_context(), transaction():
        db.session.execute(TABLE.update().values(note="another", valid_until=None))
        db.session.execute(TABLE.delete().where(TABLE.c.day == YESTERDAY))
    for address in (BOARD, "/region/23", f"{BOARD}?date=2026-05-31", f"{BOARD}?wall=1"):
        assert ministry.get(address).status_code == 200
    assert folds == []


def test_an_entry_reaches_the_board_with_the_next_look_of_the_jobs(app: Flask, ministry: Person, tech: Person) -> None:
    known = {"If-None-Match": ministry.get(BOARD).headers["ETag"]}
    assert "Saved" in tech.send(f"/days/{DAY}/note", {"text": "heard"}).text
    assert ministry.get(BOARD, headers=known).status_code == 304
    look(app)
    assert ministry.get(BOARD, headers=known).status_code == 200


def test_a_board_that_nobody_keeps_says_since_when(app: Flask, ministry: Person, clock: Clock) -> None:
    known = {"If-None-Match": ministry.get(BOARD).headers["ETag"]}
    clock.forward(minutes=3)
    answer = ministry.get(BOARD, headers=known)
    assert answer.status_code == 200
    assert "Not refreshed since 08:04:10: what you see is from then." in answer.text
    look(app)
    assert "Not refreshed" not in ministry.get(BOARD).text
    with app.app_context(), transaction():
        db.session.execute(db.text("DELETE FROM job_run"))
    assert "Nothing keeps this board fresh" in ministry.get(BOARD).text


def test_a_step_that_somebody_takes_is_told_as_theirs(app: Flask, ministry: Person, clock: Clock) -> None:
    first = json.loads(row(app)["troubles"])[0]["step"]
    with app.app_context():
        member = next(m for m in days.of_everybody(DAY).roster.values() if m.role == "technician")
        reminders.take(Actor(member.person, member.name, frozenset({Role.TECHNICIAN})), DAY, [first], clock.now)
    look(app)
    assert "has it until" in ministry.get(BOARD).text
    clock.forward(hours=2)
    look(app)
    assert all(not t.get("until") for t in json.loads(row(app)["troubles"]))


def row(app: Flask, day: str = DAY) -> Any:
    with app.app_context():
        return dict(db.session.execute(TABLE.select().where(TABLE.c.day == day)).one()._mapping)


def test_the_ministry_begins_at_the_board_and_a_centre_at_its_day(ministry: Person, tech: Person) -> None:
    assert ministry.get("/").headers["Location"] == "/region"
    assert tech.get("/").headers["Location"] == f"/days/{DAY}/today"


def test_another_date_and_a_date_without_days(ministry: Person) -> None:
    yesterday = ministry.get(f"{BOARD}?date=2026-05-31&quiet=1").text
    assert centres(yesterday) == [] and "23-0970" in yesterday
    assert heading(ministry.get(f"{BOARD}?date=2026-05-01").text) == "No exam day on this date"
    assert heading(ministry.get(f"{BOARD}?date=x").text) == heading(ministry.get(BOARD).text)


def test_the_scripts_of_the_board_come_in_the_order_that_they_need(ministry: Person) -> None:
    page = ministry.get(BOARD).text
    assert -1 < page.find("/ui.js") < page.find("/live.js")


def test_the_wall_has_a_clock_and_no_navigation(ministry: Person) -> None:
    page = ministry.get(f"{BOARD}?wall=1").text
    assert 'class="wall"' in page and "data-face" in page and "<nav" not in page and "<form" not in page
    assert 'class="wall"' not in ministry.get(BOARD).text


def test_centres_without_network_are_told_with_the_last_that_came(app: Flask, ministry: Person, clock: Clock) -> None:
    copy(app, "23-0004", source="region.example", received=clock.now - timedelta(hours=3), size=188)
    page = ministry.get(BOARD).text
    away = page[page.index("Without network") :]
    assert "23-0004" in away and "05:04" in away and "188" in away and "region.example" in away


def test_people_of_a_centre_have_no_board_and_nobody_learns_of_a_strange_region(
    app: Flask, tech: Person, head: Person, ministry: Person
) -> None:
    copy(app, "46-0001", [trouble()])
    assert [p.get(BOARD).status_code for p in (tech, head)] == [403, 403]
    assert "46-0001" in ministry.get(BOARD).text and "46-0001" not in ministry.get("/region/23").text
    assert centres(ministry.get("/region/46").text) == ["46-0001"]


def test_a_commission_of_a_region_sees_its_centres_only(app: Flask, sign_in: Callable[[str], Person]) -> None:
    copy(app, "46-0001", [trouble()])
    copy(app, "23-0001", [trouble()])
    bind(app, "commission", "23")
    board = sign_in("commission")
    page = board.get(BOARD).text
    assert sorted(centres(page)) == ["23-0001", "23-0970"] and "46" not in re.findall(r"/region/(\d+)", page)
    assert board.get("/region/46").status_code == 404
    assert centres(board.get("/region/23").text) == centres(page)


def test_a_commission_of_one_centre_sees_that_alone(app: Flask, sign_in: Callable[[str], Person]) -> None:
    copy(app, "23-0001", [trouble()])
    bind(app, "commission", "23-0001")
    assert centres(sign_in("commission").get(BOARD).text) == ["23-0001"]


def test_a_commission_that_is_bound_to_nothing_sees_the_days_whose_roster_names_it(
    app: Flask, sign_in: Callable[[str], Person]
) -> None:
    copy(app, "23-0001", [trouble()], readers=" somebody ")
    assert centres(sign_in("member").get(BOARD).text) == ["23-0970"]


def test_a_rehearsal_is_on_no_board(app: Flask, ministry: Person) -> None:
    copy(app, "23-0001", [trouble()], rehearsal=True)
    assert "23-0001" not in ministry.get(BOARD).text


def bind(app: Flask, login: str, centre: str) -> None:
    """The account belongs to a region or a centre."""
    with app.app_context(), transaction():
        db.session.execute(db.update(PersonRow).where(PersonRow.login == login).values(centres=[centre]))
