"""Pages of devices: typed recorders, addresses that no page repeats, history, the switch of a centre."""

import logging
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from app.domain import facts as f
from app.domain.people import Actor
from app.domain.plan import Camera, Recorder, Role
from app.services import accounts, centres, days, devices, office, people
from app.services.record import record
from app.web import planform
from tests.conftest import OFFICE

from .conftest import DAY, NOW, YESTERDAY, Person
from .strangers import words

CENTRE = "/centres/23-0970"
LIST, CAMERA, CABINET = f"{CENTRE}/devices", f"{CENTRE}/devices/0012-1", f"{CENTRE}/devices/cabinet"
SECRET = "s3cretWord"
STREAM = f"rtsp://admin:{SECRET}@10.0.0.5:554/live"


def test_recorders_and_what_a_camera_keeps_read_back_as_they_were_written() -> None:
    form = {
        "rooms_exam": "0001-0002", "rooms_headquarters": "7777", "titles": "",
        "cameras": "c1 0001 S-1 keeps=online recorder=NVR-1 Left corner\nc2 0002 keeps=local\nc3 0002 - Door\nc4 7777",
        "recorders": "NVR-1 7777 R-1 Under the window disk=2 x 4 TB\nNVR-2 0001\nNVR-3 0001 - Shelf\nNVR-4 0001 disk=x",
        "stations": "AS-1 7777 main A-1",
    }  # fmt: skip
    plan = planform.read(form)
    assert plan[1][0] == Camera("c1", "0001", "S-1", "Left corner", "online", "NVR-1")
    assert plan[1][1] == Camera("c2", "0002", "", "", "local")
    assert plan[3] == (
        Recorder("NVR-1", "7777", "R-1", "Under the window", "2 x 4 TB"), Recorder("NVR-2", "0001"),
        Recorder("NVR-3", "0001", "", "Shelf"), Recorder("NVR-4", "0001", "", "", "x"),
    )  # fmt: skip
    shown = planform.written(*plan)
    areas = {name: getattr(shown, name) for name in ("titles", "cameras", "recorders", "stations")}
    assert planform.read({f"rooms_{k}": v for k, v in shown.rooms.items()} | areas) == plan


def test_two_in_every_room_may_say_what_all_of_them_keep() -> None:
    form = {"rooms_exam": "0001-0002", "cameras": "2 per room keeps=local recorder=R", "recorders": "R 0001"}
    assert planform.read(form)[1] == tuple(
        Camera(f"{room}-{n}", room, "", "", "local", "R") for room in ("0001", "0002") for n in (1, 2)
    )


def test_what_is_wrong_with_recorders_is_told_with_its_line(admin: Person) -> None:
    typed = {"cameras": "c1 0001 keeps=cloud\nc2 0002 recorder=NVR-9", "recorders": "NVR-1\nc1 0001\nR 0404"}
    answer = admin.send(CENTRE, typed)
    assert answer.status_code == 422 and "R 0404" in answer.text
    for part in (
        "Line 1: c1: write keeps=online or keeps=local, not keeps=cloud", "Line 1: “NVR-1”: write recorder",
        "Line 2: c2 records to NVR-9, which is not among the recorders", "Line 3: R stands in room 0404",
        "Line 2: c1 is the name of a camera or station",
    ):  # fmt: skip
        assert part in words(answer.text), part


def test_a_recorder_typed_on_the_centres_page_comes_into_the_next_day_and_the_record(app: Flask, admin: Person) -> None:
    assert "Recorders: +1 −0" in words(admin.send(CENTRE, {"recorders": "NVR-1 7777\nNVR-2 7777", "preview": "1"}).text)
    assert "is saved" in admin.send(CENTRE, {"recorders": "NVR-1 7777\nNVR-2 7777"}).text
    assert "NVR-2 7777" in admin.form("/days/open/23-0970")["recorders"]
    assert "added: NVR-2" in words(admin.get("/changes").text)


def test_the_plan_of_a_day_changes_its_recorders(tech: Person) -> None:
    url = f"/days/{DAY}/plan/change"
    form = tech.form(url)
    assert form["recorders"].startswith("NVR-1 7777 NV-5502")
    answer = tech.send(url, {"recorders": form["recorders"] + "\nNVR-2 9001", "reason": "ещё один"})
    assert "NVR-1, NVR-2" in words(answer.text) and "broadcast online: 36" in words(answer.text)


# ---------------------------------------------------------------- addresses


def test_an_address_is_nowhere_but_in_its_box(
    app: Flask, admin: Person, sign_in: Callable[[str], Person], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    pages = [admin.send(CAMERA, {"stream": STREAM, "onvif": f"http://admin:{SECRET}@10.0.0.5/onvif"})]
    assert "rtsp://10.0.0.5:554/live with user name and password" in words(pages[0].text)
    pages.append(admin.send(CAMERA, {"stream": f"rtsp://admin:{SECRET}@127.0.0.1/x", "onvif": f"ftp://{SECRET}"}))
    assert pages[-1].status_code == 422 and "127.0.0.1 is in no network of the cameras" in words(pages[-1].text)
    pages.append(admin.send(CAMERA, {"stream": STREAM, "remove_stream": "1", "csrf_token": "old"}))
    assert "open too long" in pages[-1].text
    stranger = app.test_client()
    pages.append(stranger.post(CAMERA, data={"stream": STREAM}))
    assert pages[-1].status_code == 401, "asked to sign in; what was typed is not carried along"
    assert SECRET not in str(unpacked(app, pages[-1].text))
    pages += [admin.get(url) for url in (CAMERA, LIST, CENTRE, "/changes", "/settings")]
    pages += [sign_in("ministry").get(CAMERA), sign_in("tech").get(CAMERA)]
    assert [n for n, page in enumerate(pages) if SECRET in page.text or SECRET in str(page.headers)] == []
    assert SECRET not in caplog.text
    with app.app_context():
        assert devices.addresses("23-0970")["0012-1"].stream == STREAM
        assert SECRET not in str([entry.fact for entry in office.entries()])
    changed = words(admin.get("/changes").text)
    assert "Device changed" in changed and "entered" in changed


def unpacked(app: Flask, page: str) -> Any:
    """What the sign-in form carries along."""
    kept = re.search(r'name="kept" value="([^"]*)"', page)
    assert kept
    with app.test_request_context():
        return list(app.view_functions["account.sign_in"].__globals__["unpack"](kept[1]).fields.items(multi=True))


def test_an_empty_field_keeps_the_address_and_removing_it_is_a_tick(app: Flask, admin: Person) -> None:
    assert "remove_stream" not in admin.get(CAMERA).text
    admin.send(CAMERA, {"stream": STREAM})
    assert "Nothing was changed" in admin.send(CAMERA, {}).text
    assert "The addresses are saved" in admin.send(CAMERA, {"remove_stream": "1"}).text
    with app.app_context():
        assert devices.addresses("23-0970") == {}


def test_only_the_administration_sees_the_form_of_addresses(tech: Person, admin: Person) -> None:
    assert 'name="stream"' in admin.get(CAMERA).text and 'name="stream"' not in tech.get(CAMERA).text
    assert 'name="stream"' not in admin.get(f"{LIST}/AS-1").text, "a computer is not looked at"


def test_a_lost_key_is_told_on_the_page(app: Flask, admin: Person) -> None:
    admin.send(CAMERA, {"stream": STREAM})
    with app.app_context():
        (devices.keys.folder() / "devices.key").unlink()
    text = words(admin.get(CAMERA).text)
    assert "the file devices.key in the folder keys is missing" in text
    answer = admin.send(CAMERA, {"stream": STREAM})
    assert answer.status_code == 500 and SECRET not in answer.text and "devices.key is missing" in words(answer.text)
    assert "The addresses are saved" in admin.send(CAMERA, {"remove_stream": "1"}).text


# ---------------------------------------------------------------- list, history, cabinet, switch


def test_the_list_is_searched_and_names_every_kind(tech: Person) -> None:
    text = words(tech.get(LIST).text)
    for part in ("62 devices", "PAK cabinet", "NVR-1 Recorder", "0001-1 Camera", "broadcast online", "AS-1 Station"):
        assert part in text, part
    assert "AS-1 Station" in words(tech.get(f"{LIST}?q=AS-3107").text)
    assert "No device found" in tech.get(f"{LIST}?q=nowhere").text
    assert f'href="{LIST}"' in tech.get(f"/days/{DAY}/plan").text


def test_a_camera_tells_its_history_and_each_line_leads_to_its_entry(app: Flask, tech: Person) -> None:
    page = tech.get(CAMERA).text
    text = words(page)
    for part in ("31 May 2026", "Recording started", "Recording stopped", "Help given", "Принтер не захватывает"):
        assert part in text, part
    assert text.index("Recording stopped") < text.index("Help given") < text.index("Recording started"), "newest first"
    link = re.search(rf'href="(/days/{YESTERDAY}/entries/\d+)">entry', page)
    assert link and tech.get(link[1]).status_code == 200


def test_who_is_not_of_a_day_reads_its_lines_without_names_and_links(app: Flask) -> None:
    with app.app_context():
        view, password = people.add(OFFICE, "newhead", "Новая Яна Львовна", [Role.PES_HEAD], ["23-0970"], "", NOW)
        actor = Actor(view.id, view.name, frozenset({Role.PES_HEAD}), frozenset({"23-0970"}))
        accounts.set_password(actor, password, "password-new", NOW)
    page = enter(app, "newhead").get(CAMERA).text
    assert "Recording started" in page and "Иванов" not in page and "/entries/" not in page


def enter(app: Flask, login: str) -> Person:
    person = Person(app.test_client())
    assert person.send("/sign-in", {"login": login, "password": "password-new"}, follow=False).status_code == 302
    return person


def test_the_cabinet_marks_a_seal_that_was_not_put_on_last(app: Flask, tech: Person) -> None:
    with app.app_context():
        player = next(p for p in people.list_people(OFFICE).items if p.login == "tech")
        actor = Actor(player.id, player.name, frozenset({Role.TECHNICIAN}), frozenset(player.centres))
        for before, after in (("П-00418", "П-00500"), ("П-00499", "")):
            row = f.AccessNoted(("7777",), NOW, NOW, "check", "", "проверка", "on", before, after)
            record(actor, DAY, str(uuid4()), row, NOW)
    text = words(tech.get(CABINET).text)
    assert "П-00418 the seal that was put on last П-00500" in text
    assert "П-00499 another seal than was put on last put on last: П-00500" in text
    assert "П-00417 no earlier seal is known П-00418" in text


def test_the_server_looks_at_cameras_only_when_somebody_says_so(app: Flask, admin: Person) -> None:
    assert "does not look at the cameras" in words(admin.get(CENTRE).text)
    answer = admin.send(f"{CENTRE}/watching", {"watch": "1"}, form=CENTRE)
    assert "The server looks at the cameras" in words(answer.text)
    with app.app_context():
        assert centres.centre(OFFICE, "23-0970").watch
    assert re.search("Looking at cameras No Yes|Looking at cameras Yes", words(admin.get("/changes").text))
    admin.send(f"{CENTRE}/watching", {"watch": "0"}, form=CENTRE)
    with app.app_context():
        assert not centres.centre(OFFICE, "23-0970").watch


def test_an_unknown_device_and_another_centre_are_not_there(tech: Person) -> None:
    for url in (f"{LIST}/nothing", "/centres/99-0001/devices", "/centres/99-0001/devices/cabinet"):
        assert tech.get(url).status_code == 404


def test_a_damaged_day_is_named_and_keeps_no_other_back(app: Flask, tech: Person, monkeypatch: Any) -> None:
    fold = days.of_everybody

    def broken(name: str) -> Any:
        if name == DAY:
            raise days.Broken("damaged", 1)
        return fold(name)

    monkeypatch.setattr(days, "of_everybody", broken)
    text = words(tech.get(CAMERA).text)
    assert f"The journal of {DAY} does not prove itself" in text and "Recording started" in text
