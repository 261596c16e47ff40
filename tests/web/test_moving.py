"""Moving the start by its page, times that the clock shows twice, exams that end after midnight."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from flask import Flask

from app.domain.day import Day
from app.services import centres, days
from tests.conftest import OFFICE

from .conftest import DAY, NOW, YESTERDAY, Clock, Person, fields

START = f"/days/{DAY}/start"
TYPED = {"start": "1100", "end": "14.55", "reason": "No power", "decided_by": "Krylov A., commission head"}


def the_day(app: Flask, name: str = DAY) -> Day:
    with app.app_context():
        return days.fold_log(days.log_of(name))[0]


def moved(person: Person) -> None:
    """Both steps of the form: look, then move."""
    looked = person.send(START, TYPED)
    answer = person.client.post(START, data=fields(looked.text, START), follow_redirects=True)
    assert answer.request.path == f"/days/{DAY}/today", answer.text


def test_the_form_shows_what_changes_before_anything_is_written(app: Flask, tech: Person) -> None:
    answer = tech.send(START, TYPED)
    assert answer.status_code == 200 and "What changes" in answer.text and "Not saved yet" in answer.text
    assert "Check the software" in answer.text and len(the_day(app).schedules) == 1
    form = fields(answer.text, START)
    assert {k: form[k] for k in TYPED} == TYPED, "what was typed is kept"
    other = tech.client.post(START, data=form | {"start": "11:30"})
    assert other.status_code == 200 and len(the_day(app).schedules) == 1, "other times than shown are shown first"
    for _ in range(2):
        assert tech.client.post(START, data=form).status_code == 302
    assert len(the_day(app).schedules) == 2, "a double click moves it once"


def test_every_page_says_that_it_was_moved(app: Flask, tech: Person, head: Person) -> None:
    moved(tech)
    board = head.get(f"/days/{DAY}/today").text
    assert "11:00" in board and "was 10:00" in board and "starts in 2\u00a0h\u00a056\u00a0min" in board
    assert "was 08:00" in head.get(f"/days/{DAY}/steps/ex.soft_check").text
    review = head.get(f"/days/{DAY}/review").text
    assert "10:00–13:30</del> 11:00–14:55" in review and "No power" in review and "(was " in review
    plan = head.get(f"/days/{DAY}/plan").text
    assert "No power" in plan and "Krylov A., commission head" in plan and START in plan
    log = head.get(f"/days/{DAY}/log").text
    assert "Start moved" in log and "11:00–14:55: “No power”. Decided by Krylov A." in log
    assert "Moved so far" in head.get(START).text


def test_what_is_wrong_is_said_beside_its_field(app: Flask, tech: Person) -> None:
    answer = tech.send(START, {"start": "99", "end": "10", "decided_at": "9:99", "reason": "", "decided_by": ""})
    assert answer.status_code == 422
    for name in ("start", "decided_at", "reason", "decided_by"):
        assert f'href="#{name}"' in answer.text, name
    assert fields(answer.text, START)["start"] == "99" and len(the_day(app).schedules) == 1


def test_readers_look_and_an_exam_under_way_is_not_moved(app: Flask, tech: Person) -> None:
    over = tech.get(f"/days/{YESTERDAY}/start").text
    assert "began more than an hour ago" in over and '<form method="post" action="/days' not in over


def test_a_day_of_the_night_in_which_clocks_are_set_back_asks_which_time(app: Flask, admin: Person) -> None:
    north(app)
    url = "/days/open/23-0970"
    answer = admin.send(url, {"date": "2026-10-25", "start": "03:30", "end": "06:00"})
    assert answer.status_code == 422 and "03:30 exists twice on this day" in answer.text
    assert "first (summer time, UTC+3)" in answer.text and "second (winter time, UTC+2)" in answer.text
    assert 'name="end_fold"' not in answer.text, "only where it is needed"
    form = fields(answer.text, url)
    assert form["start"] == "03:30" and form["end"] == "06:00" and "start_fold" not in form
    again = admin.client.post(url, data=form | {"start_fold": "+02:00", "end": "x"})
    assert fields(again.text, url)["start_fold"] == "+02:00", "the choice is kept"
    assert "exists twice" not in again.text


def north(app: Flask) -> None:
    """The demonstration's centre has moved to Helsinki; days that are open keep their zone."""
    with app.app_context():
        view = centres.centre(OFFICE, "23-0970")
        there = replace(view.centre, zone="Europe/Helsinki")
        centres.save(OFFICE, there, view.rooms, view.cameras, view.stations, NOW, recorders=view.recorders)


def test_an_exam_that_ends_after_midnight_says_so(app: Flask, head: Person) -> None:
    url = "/days/open/23-0970"
    head.send(url, {"date": "2026-06-05", "start": "22:00", "end": "01:30"})
    day = the_day(app, "23-0970-2026-06-05")
    assert day.opened.end_local == "2026-06-06T01:30" and (day.end - day.start).total_seconds() == 3.5 * 3600
    for page in ("plan", "review", "start"):
        assert "22:00–01:30, ends on the next day" in head.get(f"/days/{day.id}/{page}").text, page


def test_during_the_night_the_day_is_still_today(head: Person, clock: Clock, sign_in: Callable[[str], Person]) -> None:
    head.send("/days/open/23-0970", {"date": "2026-06-05", "start": "22:00", "end": "01:30"})
    clock.now = datetime(2026, 6, 5, 21, 45, tzinfo=UTC)  # 00:45 in Moscow
    page = sign_in("head").get("/days/23-0970-2026-06-05/today").text
    assert "ends in 45\u00a0min" in page and 'class="n"' in page, "now lies on the line of the day"


def test_a_step_at_a_time_that_came_twice_asks_which_and_a_milestone_too(
    app: Flask, admin: Person, clock: Clock, sign_in: Callable[[str], Person]
) -> None:
    north(app)
    night = "23-0970-2026-10-25"
    form = admin.form("/days/open/23-0970") | {"date": "2026-10-25", "start": "05:00", "end": "08:00"}
    answer = admin.client.post("/days/open/23-0970", data=form)
    assert answer.status_code == 302, answer.text
    clock.now = datetime(2026, 10, 25, 1, 50, tzinfo=UTC)  # 03:50 for the second time
    person = sign_in("tech")
    page = f"/days/{night}/milestones/materials_in_hq"
    fresh = person.form(page)
    assert fresh["at"] == "03:50" and fresh["at_fold"] == "+02:00", "now is marked"
    answer = person.send(page, {"at": "03:45", "at_fold": None})
    assert answer.status_code == 422 and "03:45 exists twice on this day" in answer.text
    again = fields(answer.text, page)
    assert again["at"] == "03:45" and "at_fold" not in again
    done = person.client.post(page, data=again | {"at_fold": "+02:00"})
    assert done.status_code == 302, done.text
    act = the_day(app, night).milestone("materials_in_hq")
    assert act and act.at == datetime(2026, 10, 25, 1, 45, tzinfo=UTC)
    correct = f"/days/{night}/entries/{act.seq}/correct"
    answer = person.send(correct, {"at": "03:45", "at_fold": "+03:00", "why": "It was before", "late_reason": "x"})
    act = the_day(app, night).milestone("materials_in_hq")
    assert act and act.at == datetime(2026, 10, 25, 0, 45, tzinfo=UTC), answer.text


def test_a_time_that_is_skipped_names_the_next_one(app: Flask, admin: Person) -> None:
    north(app)
    answer = admin.send("/days/open/23-0970", {"date": "2027-03-28", "start": "03:30", "end": "06:00"})
    assert answer.status_code == 422 and "The next time that exists is 04:00." in answer.text
