"""Lists as spreadsheets: taken out, changed elsewhere, taken in; shown before anything is written."""

import io
import re
from collections.abc import Sequence
from html import unescape

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.domain import Invalid
from app.domain.people import Actor
from app.domain.plan import Role
from app.services import centres as centre_service
from app.services import people_list
from app.services.people_list import Entry
from app.services.spreadsheet import csv_file, read, xlsx_file
from app.store import people as store

from .conftest import NOW, Person, fields
from .test_people import OFFICE, OWN, fresh

PEOPLE, CENTRE = "/people/list", "/centres/23-0970/lists"
HEAD = ("Sign-in name", "Full name", "Roles", "Centres", "E-mail")
NEW = ("novikov", "Новиков Пётр Ильич", "technician, CCTV technical specialist", "23-0970", "n@example.org")


def send(who: Person, url: str, data: bytes, name: str = "list.csv", **more: str) -> TestResponse:
    form = {"csrf_token": who.form(url)["csrf_token"], "file": (io.BytesIO(data), name), **more}
    return who.client.post(url, data=form, content_type="multipart/form-data")


def said(answer: TestResponse) -> str:
    """The words of the page, without its tags."""
    main = answer.text.partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def lines(answer: TestResponse) -> list[tuple[str, ...]]:
    return [line.cells for line in read(answer.data, "x")[0].lines]


def people_csv(*rows: Sequence[str]) -> bytes:
    return csv_file([HEAD, *rows])


def logins(app: Flask) -> set[str]:
    with app.app_context():
        return {r.login for r in store.everyone()}


# ---------------------------------------------------------------- people


def test_a_list_of_people_is_shown_before_it_is_written_and_gives_each_a_link(app: Flask, admin: Person) -> None:
    before = logins(app)
    shown = send(admin, PEOPLE, people_csv(NEW))
    assert "1 new account Новиков Пётр Ильич (novikov)" in said(shown) and logins(app) == before
    form = fields(shown.text, PEOPLE)
    done = admin.client.post(PEOPLE, data=form)
    link = re.search(r"https?://[^/<]+(/sign-in/[^<]+)<", done.text)
    assert link and "New: 1. Changed: 0. Unchanged: 0." in said(done)
    guest = fresh(app)
    assert guest.send(link[1], OWN).status_code == 200 and guest.get("/days").status_code == 200


def hidden(answer: TestResponse, name: str) -> str:
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', answer.text)
    assert found
    return unescape(found[1])


def test_what_was_taken_out_and_comes_back_changes_nothing(admin: Person) -> None:
    for kind in ("xlsx", "people"):
        data = admin.get(f"{PEOPLE}/{kind}")
        assert lines(data)[0] == HEAD and "Content-Disposition" in data.headers
        shown = said(send(admin, PEOPLE, data.data, "people"))
        assert "Everybody is there already, just so." in shown and "Save the list" not in shown


def test_a_list_in_russian_is_understood_on_an_english_page(admin: Person) -> None:
    head = ("Имя для входа", "Полное имя", "Роли", "Центры", "Эл. почта")
    russian = admin.client.get(f"{PEOPLE}/people", headers={"Accept-Language": "ru"})
    assert russian.status_code == 200 and len(lines(russian)[0]) == len(head)
    assert "Everybody is there already" in said(send(admin, PEOPLE, russian.data))


def test_changes_are_shown_with_what_was_there(app: Flask, admin: Person) -> None:
    rows = lines(admin.get(f"{PEOPLE}/people"))
    tech = next(r for r in rows if r[0] == "tech")
    changed = (tech[0], "Иначе Имя", *tech[2:])
    shown = send(admin, PEOPLE, people_csv(changed))
    assert f"<s>{tech[1]}</s> Иначе Имя" in shown.text
    admin.client.post(
        PEOPLE, data={"csrf_token": admin.form(PEOPLE)["csrf_token"], "list": hidden(shown, "list"), "name": "x"}
    )
    with app.app_context():
        row = store.by_login("tech")
        assert row and row.name == "Иначе Имя" and row.password


def test_every_wrong_cell_is_told_by_line_and_column_and_nothing_is_written(app: Flask, admin: Person) -> None:
    before = logins(app)
    answer = send(admin, PEOPLE, people_csv(
        NEW, (), ("x y", "", "boss", "23-0970"), ("second", "Один", "technician", "99-0000", "no"),
        ("novikov", "Новиков Иван", "technician", "23-0970"),
    ))  # fmt: skip
    text = said(answer)
    assert answer.status_code == 422 and logins(app) == before
    for told in (
        "list.csv, line 4, column A: “x y” has a space", "list.csv, line 4, column B: “Full name” is empty",
        "list.csv, line 4, column C: “boss” is not one of", "list.csv, line 6: novikov stands in line 2 already",
    ):  # fmt: skip
        assert told in text
    text = said(send(admin, PEOPLE, people_csv(NEW, ("second", "Один", "technician", "99-0000", "no"))))
    assert "list.csv, line 3, column B: Give family name and given name." in text
    assert "list.csv, line 3, column D: There is no centre 99-0000." in text
    assert "list.csv, line 3, column E: This is not an e-mail address." in text and logins(app) == before


def test_all_centres_are_said_in_so_many_words(app: Flask, admin: Person) -> None:
    assert "column D: Choose the person" in said(send(admin, PEOPLE, people_csv((*NEW[:3], "", ""))))
    assert "all centres" in said(send(admin, PEOPLE, people_csv((*NEW[:3], "*", ""))))


def test_columns_that_nobody_knows_and_missing_ones_are_told(admin: Person) -> None:
    text = said(send(admin, PEOPLE, csv_file([("Sign-in name", "Colour"), ("novikov", "red")])))
    assert "line 1, column B: “Colour” is no known column." in text and "the column “Full name” is missing" in text
    assert "names no known columns" in said(send(admin, PEOPLE, csv_file([("a", "b")])))
    assert "Choose a file." in said(send(admin, PEOPLE, b"", ""))


def test_who_administrates_one_centre_learns_nothing_of_others_and_changes_nobody_there(app: Flask) -> None:
    local = Actor("local", "local", frozenset({Role.ADMINISTRATOR}), frozenset({"23-0001"}))
    entry = Entry("tech", "Иначе Имя", ("technician",), ("23-0970",), "", lambda m: m)
    with app.app_context(), pytest.raises(Invalid, match="The name tech is taken"):
        people_list.save(local, [entry], NOW)


@pytest.mark.parametrize("url", [PEOPLE, f"{PEOPLE}/xlsx", CENTRE, f"{CENTRE}/rooms"])
def test_who_does_not_administrate_sees_no_list(tech: Person, url: str) -> None:
    assert tech.get(url).status_code in (403, 404)


# ---------------------------------------------------------------- rooms and devices


def test_the_lists_of_a_centre_come_back_as_they_went(admin: Person) -> None:
    taken = admin.get(f"{CENTRE}/xlsx")
    assert [s.title for s in read(taken.data, "x")] == ["Rooms", "Cameras", "Recorders", "Stations"]
    assert "Rooms and devices stay as they are." in said(send(admin, CENTRE, taken.data, "plan.xlsx"))


def test_a_list_of_cameras_changes_them_after_the_form_of_the_centre_is_saved(app: Flask, admin: Person) -> None:
    head = ("Camera", "Room number", "Serial number", "Position", "Footage")
    shown = send(admin, CENTRE, csv_file([head, ("0001-1", "1", "IPC-9", "у доски", "local")]))
    assert "Cameras: +0 −0, changed: 1" in said(shown)
    with app.app_context():
        assert not any(c.serial == "IPC-9" for c in centre_service.centre(OFFICE, "23-0970").cameras)
    admin.client.post("/centres/23-0970", data=fields(shown.text, "/centres/23-0970"))
    with app.app_context():
        (camera,) = (c for c in centre_service.centre(OFFICE, "23-0970").cameras if c.id == "0001-1")
        assert (camera.serial, camera.title, camera.keeps, camera.room) == ("IPC-9", "у доски", "local", "0001")


def test_a_whole_list_removes_what_it_does_not_name_and_says_so_first(admin: Person) -> None:
    rows = lines(admin.get(f"{CENTRE}/cameras"))
    shown = send(admin, CENTRE, csv_file(rows[:-2]), whole="1")
    assert "Cameras: +0 −2" in said(shown) and "Removed" in said(shown)


def test_devices_in_rooms_that_are_not_there_are_told_by_line_and_column(admin: Person) -> None:
    data = xlsx_file({"Cameras": [("Camera", "Room number"), ("X-1", "0001"), ("X-2", "9999")]})
    assert "Cameras, line 3, column B: X-2 stands in room 9999" in said(send(admin, CENTRE, data, "plan.xlsx"))
    to_nobody = csv_file([("Camera", "Room number", "Recorder"), ("X-1", "0001", "NVR-77")])
    assert "line 2, column C: X-1 records to NVR-77" in said(send(admin, CENTRE, to_nobody))
    assert "column B: “12345”: a room number has 4 digits." in said(
        send(admin, CENTRE, csv_file([("Camera", "Room number"), ("X-1", "12345")]))
    )
