"""Cameras of the day: one act for many rooms, what the server saw beside it, and what the head is shown."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask

from app.domain import facts as f
from app.domain.day import Day
from app.domain.journal import Times
from app.services import days
from app.store import journal
from app.store.camera_tables import SightRow
from app.store.db import db, transaction

from .conftest import CODE, DAY, Clock, Person, fields

HERE = f"/days/{DAY}/cameras"
EXAM = [f"{n:04d}" for n in range(1, 18)]


def day_now(app: Flask) -> Day:
    with app.app_context():
        return days.fold_log(days.log_of(DAY))[0]


def see(app: Flask, at: datetime, camera: str, state: str = "alive", first: bool = True, **more: str) -> None:
    """The server looks at a camera: its row, and the fact of a change."""
    with app.app_context():
        log = days.log_of(DAY)
        with transaction(log):
            fact = f.CameraSeen(camera, at, state, at, at if first and state == "alive" else None, **more)
            journal.append(log, fact, "server", Times(at), str(uuid4()))
            db.session.merge(SightRow(day=DAY, camera=camera, state=state, since=at, looked=at, told=state))


def look(app: Flask, at: datetime, camera: str) -> None:
    """The server looks again and sees the same."""
    with app.app_context(), transaction():
        db.session.get(SightRow, (DAY, camera)).looked = at


@pytest.fixture
def nine(clock: Clock) -> Clock:
    """09:02 of the exam day, when the exam rooms have to record."""
    clock.forward(minutes=58)
    return clock


def start(tech: Person, **more: object) -> str:
    answer = tech.send(f"{HERE}/start", {"rooms": EXAM, "evidence.online": "yes", **more})
    return answer.text


def test_every_room_stands_with_its_cameras_and_says_whether_it_records(tech: Person) -> None:
    page = tech.get(HERE).text
    assert "Planned for 09:00" in page and "Was to record from 07:15" in page and "Not recording" in page
    assert "The server does not watch these cameras" in page and "0 of 21 rooms are recorded" in page


def test_one_act_starts_rooms_by_their_steps_and_others_by_one_row(app: Flask, tech: Person, nine: Clock) -> None:
    day = day_now(app)
    corridors = [r.code for r in day.rooms if r.kind in ("corridor", "entrance")]
    before = day.size
    page = start(tech, rooms=[*EXAM, "7777", *corridors], seen="yes", **{"evidence.recording_seen": "yes"})
    assert "Recording started: " in page, re.findall(r'class="err"[^>]*>([^<]*)', page)
    after = day_now(app)
    new = [act for seq, act in after.acts.items() if seq >= before]
    assert [(a.tag, getattr(a.fact, "step", "")) for a in new] == [
        ("step.done", "ex.hq_record"), ("step.done", "ex.room_record"), ("access.noted", ""),
    ]  # fmt: skip
    assert new[1].fact.places == tuple(EXAM)
    assert new[1].fact.evidence == {"started_at": "09:02", "finished_at": "09:02", "online": True}
    assert (new[2].fact.rooms, new[2].fact.action, new[2].fact.text) == (
        tuple(sorted(corridors)), "record_start", "Recording seen running: yes",
    )  # fmt: skip
    assert "Recording since 09:02" in tech.get(HERE).text


def test_sending_it_twice_writes_once(app: Flask, tech: Person, nine: Clock) -> None:
    form = tech.form(f"{HERE}/start") | {"rooms": ["0001", "9001"], "evidence.online": "yes"}
    for _ in range(2):
        assert tech.client.post(f"{HERE}/start", data=form).status_code == 302
    assert len(day_now(app).step_acts("ex.room_record")) == 1
    assert len([a for a in day_now(app).acts.values() if a.tag == "access.noted"]) == 1


def test_what_is_wrong_with_the_step_and_with_the_row_is_said_at_once_and_nothing_is_written(
    app: Flask, tech: Person, nine: Clock
) -> None:
    size = day_now(app).size
    answer = tech.send(f"{HERE}/stop", {"rooms": ["0001", "9001"], "start": "10:30", "end": "10:20", "reason": "end"})
    assert answer.status_code == 422 and day_now(app).size == size
    for words in ("Ordered by: needed", "Say who ordered the stop", "The end is before the start"):
        assert words in answer.text
    form = fields(answer.text, f"{HERE}/stop")
    assert form["rooms"] == ["0001", "9001"] and form["start"] == "10:30" and form["reason"] == "end"


def test_a_stop_names_who_ordered_it_in_the_step_and_in_the_row(app: Flask, tech: Person, nine: Clock) -> None:
    start(tech)
    nine.forward(hours=4)
    answer = tech.send(f"{HERE}/stop", {"rooms": ["0001", "9001"], "ordered_by": "Петров А. А., руководитель"})
    assert "Recording stopped: 0001, 9001" in answer.text
    step, row = list(day_now(app).acts.values())[-2:]
    assert step.fact.evidence == {"order_by": "Петров А. А., руководитель", "stopped_at": "13:02"}
    assert row.fact.reason == "Петров А. А., руководитель" and row.fact.action == "record_stop"


def test_no_answer_to_seen_running_is_taken_only_with_a_reason(app: Flask, tech: Person, nine: Clock) -> None:
    page = start(tech, rooms=["7777"], **{"evidence.recording_seen": "no"})
    assert "say here why it may stay" in page and not day_now(app).step_acts("ex.hq_record")
    answer = start(tech, rooms=["7777"], reason="lamp only", **{"evidence.recording_seen": "no"})
    assert "Recording started" in answer


def test_a_breach_of_the_order_is_asked_about_and_shown_to_who_judges(
    app: Flask, tech: Person, head: Person, nine: Clock
) -> None:
    nine.forward(minutes=3)
    values = {"evidence.opened_at": "09:05", "evidence.all_rooms_recording": "yes"}
    answer = head.send(f"/days/{DAY}/steps/ex.admission", values)
    assert answer.status_code == 422 and "these rooms did not record then: 0001-0017" in answer.text
    form = fields(answer.text, f"/days/{DAY}/steps/ex.admission") | {"note": "rain"}
    assert head.client.post(f"/days/{DAY}/steps/ex.admission", data=form).status_code == 302
    nine.forward(minutes=2)
    assert "had to record by 09:05 already" in start(tech)
    assert "Recording started" in start(tech, reason="the recorder was locked")
    review = head.get(f"/days/{DAY}/review").text
    assert "Order of the day" in review and "Not recording then: 0001–0017, started 09:07" in review
    admission = day_now(app).step_acts("ex.admission")[0]
    assert "Not recording then" in head.get(f"/days/{DAY}/entries/{admission.seq}").text


def test_a_mismatch_is_not_ticked_beforehand_and_says_what_was_seen(
    app: Flask, tech: Person, head: Person, nine: Clock
) -> None:
    for camera in ("0001-1", "0002-1"):
        see(app, nine.now - timedelta(minutes=20), camera, "unreachable")
    start(tech)
    see(app, nine.forward(seconds=30) or nine.now, "0001-1")
    nine.forward(seconds=100)
    see(app, nine.now, "0002-1")
    act = day_now(app).step_acts("ex.room_record")[0]
    page = head.get(f"/days/{DAY}/confirm").text
    assert "Act and camera differ: 1" in page and "1 of 2 watched cameras showed their picture in time" in page
    assert re.search(r"<b>0002-1</b>: started 09:02:10, first picture seen 09:04:20|<b>0002-1</b>: started 09:02", page)
    boxes = {m[1]: m[0] for m in re.findall(r'(<input type="checkbox" name="c" value="(\d+)"[^>]*>)', page)}
    assert " checked" not in boxes[str(act.seq)]
    assert all(" checked" in box for seq, box in boxes.items() if seq != str(act.seq))
    assert "What the cameras showed" in head.get(f"/days/{DAY}/entries/{act.seq}").text
    assert "Act and machine differ" in head.get(f"/days/{DAY}/review").text
    answer = head.send(f"/days/{DAY}/confirm", {"c": [str(act.seq)], "code": CODE})
    assert "1 entry confirmed" in answer.text, "it is confirmed all the same, by itself"


def test_the_board_says_how_many_cameras_show_a_picture_only_where_they_are_watched(
    app: Flask, tech: Person, nine: Clock
) -> None:
    board = f"/days/{DAY}/today"
    assert "camline" not in tech.get(board).text
    start(tech)
    see(app, nine.now, "0001-1")
    see(app, nine.now, "0002-1", "frozen")
    page = tech.get(board).text
    assert "1 of 2 cameras show a picture, 09:02; 1 does not: 0002-1" in page and "Picture frozen" in page


def test_an_unchanged_page_of_cameras_is_not_sent_again_until_the_server_looks(
    app: Flask, tech: Person, nine: Clock
) -> None:
    see(app, nine.now, "0001-1")
    tag = tech.get(HERE).headers["ETag"]
    assert tech.get(HERE, headers={"If-None-Match": tag}).status_code == 304
    board = tech.get(f"/days/{DAY}/today").headers["ETag"]
    look(app, nine.forward(seconds=30) or nine.now, "0001-1")
    assert tech.get(HERE, headers={"If-None-Match": tag}).status_code == 200
    assert tech.get(f"/days/{DAY}/today", headers={"If-None-Match": board}).status_code == 304, "nothing else changed"
    with app.app_context(), transaction():
        row = db.session.get(SightRow, (DAY, "0001-1"))
        row.state, row.since = "silent", nine.now
    assert tech.get(f"/days/{DAY}/today", headers={"If-None-Match": board}).status_code == 200


def test_a_camera_that_is_planned_off_is_not_red(app: Flask, tech: Person, nine: Clock) -> None:
    see(app, nine.now, "9001-1", "unreachable")
    page = tech.get(HERE).text
    assert "Camera unreachable, planned off" in page
    assert "1 camera is watched; it does not have to record now." in page


def test_only_rooms_where_something_fails_stand_open(app: Flask, tech: Person, nine: Clock) -> None:
    start(tech)
    for camera, state in (("0001-1", "alive"), ("0001-2", "alive"), ("0002-1", "frozen"), ("9001-1", "silent")):
        see(app, nine.now, camera, state)
    page = tech.get(HERE).text
    assert re.findall(r'id="room-(\d+)" open', page) == ["0002"]
    heads = dict(re.findall(r'id="room-(\d+)".*?<summary>(.*?)</summary>', page, re.DOTALL))
    assert "Picture 2/2" in heads["0001"] and "0002-1: Picture frozen" in heads["0002"]
    assert "Picture 0/1" in heads["9001"], "planned off"


def test_lines_of_machines_are_left_out_of_the_journal_until_asked_for(app: Flask, tech: Person, nine: Clock) -> None:
    see(app, nine.now, "0001-1")
    log = f"/days/{DAY}/log"
    assert "Left out: 1 entry about what cameras showed" in tech.get(log).text
    every = tech.get(f"{log}?machines=1").text
    assert "Camera seen" in every and "0001-1: picture since 09:02:10" in every and "the server" in every


def test_who_reads_the_day_sees_the_cameras_and_switches_nothing(
    sign_in: Callable[[str], Person], nine: Clock
) -> None:
    ministry = sign_in("ministry")
    page = ministry.get(HERE).text
    assert "Start recording" not in page and ministry.client.post(f"{HERE}/start").status_code in (400, 403)
