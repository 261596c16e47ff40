"""The page of the devices' clocks, and the thumbnail of a camera."""

from datetime import timedelta

from flask import Flask

from app.domain.sights import Sight, measured
from app.store import sights
from app.store.db import transaction

from .conftest import DAY, NOW, Person
from .strangers import day_of

PAGE = f"/days/{DAY}/clocks"


def a_camera(app: Flask) -> str:
    with app.app_context():
        return day_of(DAY).cameras[0].id


def test_a_clock_compared_by_hand_is_recorded_and_listed(app: Flask, tech: Person) -> None:
    camera = a_camera(app)
    answer = tech.send(PAGE, {"device": camera, "shown": "08:02:35", "real": "08:04:10"})
    assert "95 s behind" in answer.text.replace("\N{NO-BREAK SPACE}", " ")
    with app.app_context():
        (fact,) = measured(day_of(DAY))[camera]
    assert (fact.offset_ms, fact.error_ms, fact.source, fact.at) == (-95_000, 2000, "hand", NOW)


def test_a_recorder_that_lost_its_battery_shows_another_year(app: Flask, tech: Person) -> None:
    camera = a_camera(app)
    tech.send(PAGE, {"device": camera, "shown": "08:04:10", "shown_date": "2000-01-01"})
    with app.app_context():
        (fact,) = measured(day_of(DAY))[camera]
    assert timedelta(milliseconds=fact.offset_ms) < timedelta(days=-9000)


def test_every_fault_is_said_at_once_and_what_was_typed_comes_back(tech: Person) -> None:
    answer = tech.send(PAGE, {"device": "", "shown": "8 o’clock", "real": "99:00:00"})
    assert answer.status_code == 422
    assert answer.text.count("is not a time") >= 2 and "8 o’clock" in answer.text and "99:00:00" in answer.text
    nothing = tech.send(PAGE, {"device": "", "shown": ""})
    assert "Enter what the device showed." in nothing.text
    nobody = tech.send(PAGE, {"device": "no such", "shown": "08:00:00", "real": "09:30:00"})
    assert "Choose a recorder or camera" in nobody.text and "in the future" in nobody.text


def test_only_technicians_compare(head: Person) -> None:
    page = head.get(PAGE)
    assert page.status_code == 200 and "<select" not in page.text.split("<main")[1]


def test_a_thumbnail_is_told_to_be_the_same(app: Flask, tech: Person) -> None:
    camera = a_camera(app)
    url = f"/days/{DAY}/cameras/{camera}/picture"
    assert tech.get(url).status_code == 404
    with app.app_context(), transaction():
        sights.write(DAY, camera, Sight("alive", NOW, NOW), b"\xff\xd8picture")
    answer = tech.get(url)
    assert (answer.data, answer.mimetype) == (b"\xff\xd8picture", "image/jpeg")
    assert answer.headers["Cache-Control"] == "no-store"
    assert tech.get(url, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
