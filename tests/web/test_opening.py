"""Opening a day, its plan and roster; centres and people."""

import re

from flask import Flask

from app.services import days
from app.web import planform

from .conftest import DAY, Person, fields

OPEN = "/days/open/23-0970"


def test_a_day_opens_with_what_is_proposed(app: Flask, head: Person) -> None:
    assert head.get("/days/open").headers["Location"] == OPEN, "one centre: straight to its form"
    form = head.form(OPEN)
    assert form["rooms_exam"] == "0001-0017" and form["start"] == "10:00" and len(form["person"]) == 5
    answer = head.send(
        OPEN,
        {
            "date": "2026-06-04",
            "end": "1355",
            "exam": "ЕГЭ, математика",
            "rooms_exam": "0001-0004",
            "cameras": "2",
            "stations": "",
        },
    )
    assert answer.request.path == "/days/23-0970-2026-06-04/today" and "The day is open" in answer.text
    with app.app_context():
        day, _ = days.fold_log(days.log_of("23-0970-2026-06-04"))
    assert len(day.cameras) == 2 * len(day.rooms) and day.opened.end_local.endswith("13:55") and len(day.roster) == 5
    assert day.opened.parameters == {}, "untouched values stay the profile's"


def test_what_is_wrong_is_said_at_once_and_kept(head: Person) -> None:
    people = {f"role.{p}": "" for p in head.form(OPEN)["person"]}
    answer = head.send(
        OPEN,
        {
            "date": "2026-06-04",
            "end": "09:00",
            "rooms_exam": "0001-0003",
            "cameras": "2",
            "stations": "AS-1 0099 main",
            **people,
        },
    )
    assert answer.status_code == 422
    for text in (
        "The exam ends after it starts",
        "AS-1 stands in room 0099",
        "The roster needs a technician",
        'href="#roster"',
    ):
        assert text in answer.text, text
    form = fields(answer.text, OPEN)
    assert form["rooms_exam"] == "0001-0003" and form["stations"] == "AS-1 0099 main" and form["end"] == "09:00"


def test_nonsense_in_the_plan_names_the_line(head: Person) -> None:
    answer = head.send(OPEN, {"date": "", "rooms_exam": "12-x", "cameras": "lonely", "titles": "no number"})
    for text in ("Enter the date of the exam", "12-x is not a room", "“lonely”: write camera", "“no number”"):
        assert text in answer.text, text


def test_a_rehearsal_says_so(head: Person) -> None:
    answer = head.send(OPEN, {"date": "2026-06-03", "end": "13:55", "rehearsal": "1"})
    assert answer.request.path.endswith("-r1/today") and "Rehearsal – not an exam." in answer.text


def test_a_double_click_opens_one_day_and_a_second_one_is_asked_about(app: Flask, head: Person) -> None:
    form = head.form(OPEN) | {"date": "2026-06-04", "end": "13:55"}
    answers = [head.client.post(OPEN, data=form) for _ in range(2)]
    assert {a.headers["Location"] for a in answers} == {"/days/23-0970-2026-06-04/today"}
    other = head.send(OPEN, {"date": "2026-06-04", "end": "13:55", "exam": "Второй"})
    assert other.status_code == 422 and "A day of this centre on this date exists: 23-0970-2026-06-04." in other.text
    back = fields(other.text, OPEN)
    assert back["exam"] == "Второй" and "second" not in back and 'name="second"' in other.text
    assert head.client.post(OPEN, data=back | {"second": "1"}).headers["Location"].endswith("2026-06-04-2/today")


def test_a_plan_that_somebody_else_changed_is_shown_and_nothing_typed_is_lost(
    app: Flask, tech: Person, head: Person
) -> None:
    url = f"/days/{DAY}/plan/change"
    mine = head.form(url)
    tech.send(url, {"rooms_other": "0500", "reason": "A spare room"})
    late = mine | {"rooms_other": "0600", "titles": "0600 Store", "reason": "A store"}
    answer = head.client.post(url, data=late)
    assert answer.status_code == 409 and "The plan was changed while you were typing" in answer.text
    assert "A spare room" in answer.text and "In the plan now:" in answer.text and "0500" in answer.text
    back = fields(answer.text, url)
    assert {k: back[k] for k in ("rooms_other", "titles", "reason")} == {
        k: late[k] for k in ("rooms_other", "titles", "reason")
    }
    with app.app_context():
        day, _ = days.fold_log(days.log_of(DAY))
    assert day.room("0500") and not day.room("0600")
    done = head.client.post(url, data=back | {"rooms_other": "0500, 0600"}, follow_redirects=True)
    assert "The plan is changed" in done.text
    with app.app_context():
        day, _ = days.fold_log(days.log_of(DAY))
    assert day.room("0500") and day.room("0600")


def test_plan_and_roster_change_with_a_reason(app: Flask, tech: Person, head: Person) -> None:
    assert "Change the plan" in tech.get(f"/days/{DAY}/plan").text
    assert "Give the reason" in tech.send(f"/days/{DAY}/plan/change", {"rooms_other": "0500"}).text
    answer = tech.send(f"/days/{DAY}/plan/change", {"rooms_other": "0500", "reason": "A spare room"})
    assert "The plan is changed" in answer.text and "0500" in answer.text
    page = tech.get(f"/days/{DAY}/plan").text
    leave = re.search(rf'href="(/days/{DAY}/plan/leave/[^"]+)"', page)
    assert leave
    answer = head.send(leave[1], {"reason": "Ill"})
    assert "The roster is changed" in answer.text and "Иванов Иван" not in answer.text
    person = leave[1].rsplit("/", 1)[1]
    answer = head.send(f"/days/{DAY}/plan/join", {"person": person, "role": "technician", "order": "order 119"})
    assert "order 119" in answer.text


def test_a_technician_may_come_on_duty_later(app: Flask, head: Person) -> None:
    form = head.get(OPEN).text
    with app.app_context():
        roster = days.fold_log(days.log_of(DAY))[0].roster.values()
    cctv, boss = (next(m.person for m in roster if m.role == role) for role in ("cctv_technician", "pes_head"))
    assert f'name="relief.{cctv}"' in form and f'name="relief.{boss}"' not in form
    values = {"date": "2026-06-04", "end": "13:55", f"relief.{cctv}": "1"}
    assert fields(head.send(OPEN, values | {"end": "x"}).text, OPEN)[f"relief.{cctv}"] == ["1"]
    board = head.send(OPEN, values).text
    assert "comes on duty later" in board
    plan = "/days/23-0970-2026-06-04/plan"
    assert "comes on duty later" in head.get(plan).text and "on duty<" in head.get(plan).text
    answer = head.send(f"{plan}/join", {"person": cctv, "role": "cctv_technician"})
    assert "comes on duty later" not in answer.text
    answer = head.send(f"{plan}/join", {"person": cctv, "role": "cctv_technician", "relief": "1"})
    assert "comes on duty later" in answer.text


def test_a_centre_is_added_and_changed(admin: Person) -> None:
    typed = {
        "region": "23", "code": "0971", "region_name": "Область", "name": "Школа № 2", "address": "ул. Новая, 1",
        "zone": "Europe/Mosco",
        "rooms_exam": "0001-0003", "cameras": "1",
    }  # fmt: skip
    answer = admin.send("/centres/new", typed)
    assert answer.status_code == 422 and "There is no time zone Europe/Mosco" in answer.text
    assert fields(answer.text, "/centres/new")["name"] == "Школа № 2"
    assert "Centre 23-0971 is saved" in admin.send("/centres/new", typed | {"zone": "Europe/Moscow"}).text
    assert "exists already" in admin.send("/centres/new", typed | {"zone": "Europe/Moscow"}).text
    form = admin.form("/centres/23-0971")
    assert form["cameras"].splitlines() == ["0001-1 0001", "0002-1 0002", "0003-1 0003"]
    assert "is saved" in admin.send("/centres/23-0971", {"titles": "0001 Physics"}).text
    assert admin.form("/centres/23-0971")["titles"] == "0001 Physics"


def test_people(admin: Person) -> None:
    page = admin.get("/people?q=иванов").text
    assert "Иванов Иван Иванович" in page and "Валеева" not in page
    assert "Nobody found" in admin.get("/people?q=zzz").text
    answer = admin.send("/people/new", {"login": "two words", "name": "Один"})
    assert answer.status_code == 422 and "Choose the person" in answer.text
    typed = {"login": "two words", "name": "Один", "roles": ["technician"], "centres": ["23-0970"]}
    answer = admin.send("/people/new", typed)
    assert "one word" in answer.text and "family name and given name" in answer.text
    assert fields(answer.text, "/people/new")["roles"] == ["technician"]
    assert "/sign-in/" in admin.send("/people/new", typed | {"login": "two", "name": "Вторая Вера"}).text
    found = re.search(r'href="(/people/[^"]+)">Вторая Вера', admin.get("/people").text)
    assert found
    assert "Saved: Вторая" in admin.send(found[1], {"name": "Вторая Вера Ивановна"}).text


def test_the_plan_reads_back_as_it_was_written() -> None:
    form = {
        "rooms_exam": "0001-0003", "rooms_headquarters": "7777", "titles": "7777 Staff room",
        "cameras": "c1 0001 S-1 Left corner\nc2 7777 - Door\nc3 7777", "stations": "AS-1 7777 main A-1\nX 0001 Z-9",
    }  # fmt: skip
    rooms, cameras, stations, recorders = planform.read(form)
    shown = planform.written(rooms, cameras, stations, recorders)
    again = {f"rooms_{k}": v for k, v in shown.rooms.items()} | {
        "titles": shown.titles,
        "cameras": shown.cameras,
        "stations": shown.stations,
    }
    assert planform.read(again) == (rooms, cameras, stations, ())
    assert stations[1].kind == "other" and stations[1].serial == "Z-9" and cameras[1].serial == ""
