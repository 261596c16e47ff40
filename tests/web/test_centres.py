"""The administration's centres: found, previewed before anything is lost, every error with its line."""

from flask import Flask

from app.services import centres
from tests.conftest import OFFICE

from .conftest import Person
from .strangers import words

CENTRE = "/centres/23-0970"


def rooms(app: Flask) -> list[str]:
    with app.app_context():
        return [r.code for r in centres.centre(OFFICE, "23-0970").rooms]


def test_a_centre_is_found_by_a_part_of_its_name_or_code(admin: Person) -> None:
    text = words(admin.get("/centres?q=0970").text)
    assert "1 centre 23-0970" in text and "Days from today on: 1" in text and "people" in text
    assert "No centre found" in admin.get("/centres?q=nowhere").text


def test_what_would_be_lost_is_shown_before_it_is_lost(app: Flask, admin: Person) -> None:
    before = rooms(app)
    form = admin.form(CENTRE)
    fewer = {
        "rooms_exam": "0002-0017, 0030, 0031",
        "cameras": "\n".join(line for line in form["cameras"].splitlines() if " 0001" not in line),
        "stations": "\n".join(line for line in form["stations"].splitlines() if " 0001" not in line),
        "titles": "\n".join(line for line in form["titles"].splitlines() if not line.startswith("0001")),
    }
    answer = admin.send(CENTRE, fewer)
    text = words(answer.text)
    assert "Not saved yet" in text and "Rooms: +2 −1" in text and "Removed: 0001" in text
    assert rooms(app) == before, "nothing is lost by looking"
    seen = answer.text.split('name="seen" value="')[1].split('"')[0]
    other = admin.send(CENTRE, {**fewer, "rooms_exam": "0002-0017", "seen": seen})
    assert "Not saved yet" in other.text and rooms(app) == before, "another change has to be read again"
    answer = admin.send(CENTRE, {**fewer, "seen": seen})
    assert "is saved" in answer.text and {"0030", "0031"} <= set(rooms(app)) and "0001" not in rooms(app)
    assert "Last changed by" in admin.get(CENTRE).text


def test_adding_needs_no_second_look_but_offers_one(app: Flask, admin: Person) -> None:
    more = {"rooms_exam": "0001-0018"}
    answer = admin.send(CENTRE, {**more, "preview": "1"})
    assert "Rooms: +1 −0" in words(answer.text) and "0018" not in rooms(app)
    assert "is saved" in admin.send(CENTRE, more).text and "0018" in rooms(app)


def test_every_error_comes_at_once_with_its_line(app: Flask, admin: Person) -> None:
    before = rooms(app)
    answer = admin.send(
        CENTRE,
        {
            "name": "", "zone": "Mars/Base", "rooms_exam": "0001-0003", "rooms_corridor": "0003",
            "titles": "0001 One\nfirst floor\n0404 Nowhere\n0001 Again",
            "cameras": "C-1 0001\n\nC-2\nC-1 0002\nC-3 0404", "stations": "AS-1\nAS-2 7777",
        },
    )  # fmt: skip
    assert answer.status_code == 422
    text = words(answer.text)
    for part in (
        "This cannot be empty", "There is no time zone Mars/Base", "Room 0003 stands there twice",
        "Line 2: “first floor”: write the room's number", "Line 3: Room 0404 is not in the plan",
        "Line 4: Room 0001 stands there twice", "Line 3: “C-2”: write camera", "Line 1, 4: C-1 stands there twice",
        "Line 5: C-3 stands in room 0404", "Line 1: “AS-1”: write station",
    ):  # fmt: skip
        assert part in text, part
    assert "C-3 0404" in answer.text and rooms(app) == before
