"""Both times on the pages, a device whose clock is wrong, and a step that was done too early."""

from typing import Any

from flask import Flask

from app.domain.day import Act
from app.services import days

from .conftest import DAY, Clock, Person, fields

ROW = {"rooms": "0001", "action": "check", "start": "07:56", "end": "07:58"}
WRONG = {"device_id": "d", "device_seq": "1", "device_offset": "430000"}
SOFT = {"evidence.starts_ok": "yes", "evidence.clock_diff_s": "2", "evidence.software_version": "26.4.1"}


def last(app: Flask) -> Act:
    with app.app_context():
        return list(days.fold_log(days.log_of(DAY))[0].acts.values())[-1]


def test_both_times_stand_wherever_an_entry_of_six_minutes_later_is_shown(app: Flask, tech: Person) -> None:
    assert "Saved" in tech.send(f"/days/{DAY}/journal/add", ROW).text
    seq = last(app).seq
    row = tech.get(f"/days/{DAY}/journal").text
    assert "Happened 07:58, recorded 08:04, 6\xa0min later." in row and "<em>Late</em>" not in row
    assert "Entered 6\xa0min after the event, at 08:04." in tech.get(f"/days/{DAY}/entries/{seq}").text
    for page in ("log", "review"):
        assert "happened 07:58, entered 08:04" in tech.get(f"/days/{DAY}/{page}").text
        assert "entered late: happened 07:58" not in tech.get(f"/days/{DAY}/{page}").text


def test_five_minutes_are_told_once(app: Flask, tech: Person, clock: Clock) -> None:
    tech.send(f"/days/{DAY}/journal/add", ROW | {"start": "07:59", "end": "08:00"})
    assert "recorded 08:04" not in tech.get(f"/days/{DAY}/journal").text


def test_a_wrong_device_clock_is_told_marked_and_shifts_nothing(app: Flask, tech: Person) -> None:
    answer = tech.send(f"/days/{DAY}/steps/ex.soft_check", SOFT | WRONG)
    assert "This device’s clock is 7\xa0min ahead. The logbook uses the server’s time" in answer.text.split("<h1")[0]
    act = last(app)
    assert (act.times.offset_ms, act.fact.at.isoformat()) == (430_000, "2026-06-01T05:04:10+00:00")
    for page in (f"entries/{act.seq}", "log", "review"):
        assert "device clock 7\xa0min ahead" in tech.get(f"/days/{DAY}/{page}").text
    tech.send(f"/days/{DAY}/note", {"text": "x"} | WRONG | {"device_offset": "-430000"})
    assert "device clock 7\xa0min behind" in tech.get(f"/days/{DAY}/entries/{last(app).seq}").text


def test_two_minutes_and_no_script_are_no_matter(app: Flask, tech: Person) -> None:
    for sent in ({}, WRONG | {"device_offset": "119000"}):
        answer = tech.send(f"/days/{DAY}/note", {"text": "x"} | sent)
        told: Any = answer.text.split('role="status" tabindex')[1].split("</div>")[0]
        assert "Saved" in told and "clock" not in told
        assert "device clock" not in tech.get(f"/days/{DAY}/entries/{last(app).seq}").text


def test_a_poll_is_answered_with_the_servers_time(tech: Person, clock: Clock) -> None:
    page = tech.get(f"/days/{DAY}/today")
    assert f'data-served="{int(clock.now.timestamp() * 1000)}"' in page.text
    asked = {"X-Logbook-Poll": "1", "If-None-Match": page.headers["ETag"]}
    answer = tech.get(f"/days/{DAY}/today", headers=asked)
    assert answer.status_code == 304 and answer.headers["X-Logbook-Time"] == str(int(clock.now.timestamp() * 1000))


def test_forms_are_filled_with_the_servers_time_whatever_the_device_says(tech: Person) -> None:
    tech.send(f"/days/{DAY}/note", {"text": "x"} | WRONG)
    assert tech.form(f"/days/{DAY}/steps/ex.soft_check")["at"] == "08:04"
    assert tech.form(f"/days/{DAY}/journal/add")["start"] == "08:04"


def test_a_step_before_its_window_needs_a_word_and_is_early(app: Flask, head: Person, tech: Person) -> None:
    url = f"/days/{DAY}/steps/ex.admission"
    assert "Not before 09:00. If it really was done already" in head.get(url).text
    answer = head.send(url, {"evidence.opened_at": "08:03", "evidence.all_rooms_recording": "yes"})
    assert answer.status_code == 422 and "is not done before 09:00" in answer.text and 'href="#note"' in answer.text
    form = fields(answer.text, url)
    assert form["evidence.opened_at"] == "08:03"
    form["note"] = "Rain: the doors were opened early"
    assert head.client.post(url, data=form).status_code == 302
    assert "56\xa0min early" in tech.get(f"/days/{DAY}/today").text
    review = tech.get(f"/days/{DAY}/review").text
    assert "done early" in review and "Rain: the doors were opened early" in review


def test_the_profile_page_says_how_late_is_late(tech: Person) -> None:
    page = tech.get("/profiles/ru-ege-main").text
    assert "an entry needs a reason from 10\xa0min after the event" in page
    assert "the day is closed by the last signature of: Technical protocol of the exam day" in page
