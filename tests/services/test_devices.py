"""Recorders in plans, addresses that nobody can read but the job, the history of a device over the days."""

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.domain import Invalid, NotFound, Refused
from app.domain import facts as f
from app.domain.addresses import Address, networks
from app.domain.codec import canonical, plain
from app.domain.people import Actor
from app.domain.plan import Camera, Recorder, Role, Station
from app.services import centres, devices, opening, setup
from app.store import devices as store
from app.store import journal, keys, sealed
from app.store.camera_tables import AddressRow
from app.store.db import db, transaction
from tests.conftest import CAMERAS, CENTRE, CODE, EXAM, MADE, NAME, OFFICE, OPENED, ROOMS, STATIONS, Installation

RECORDERS = (Recorder("NVR-1", "7777", "NV-5502", "Штаб", "4 ТБ"),)
HELD = (replace(CAMERAS[0], keeps="local", recorder="NVR-1"), *CAMERAS[1:])
HERE = networks("10.0.0.0/8") or ()
SECRET = "s3cret"
STREAM, ONVIF = f"rtsp://admin:{SECRET}@10.0.0.5:554/live", f"http://admin:{SECRET}@10.0.0.5/onvif/device_service"
CAMERA = "0001-1"


def save(typed: Address, remove: tuple[str, ...] = (), device: str = CAMERA, actor: Actor = OFFICE) -> bool:
    return devices.save(actor, CODE, device, typed, remove, HERE, OPENED)


def office_facts() -> list[Any]:
    (log,) = [log for log, _, kind in journal.origins() if kind == "office"]
    return [entry.fact for entry in journal.entries(log)]


# ---------------------------------------------------------------- plans


def test_recorders_go_from_the_centre_into_the_day_and_change_with_a_reason(installation: Installation) -> None:
    centres.save(OFFICE, CENTRE, ROOMS, HELD, STATIONS, OPENED, recorders=RECORDERS)
    view = centres.centre(OFFICE, CODE)
    assert (view.recorders, view.cameras) == (RECORDERS, HELD)
    day = installation.open_day(recorders=RECORDERS, cameras=HELD)
    assert (installation.day(day).recorders, installation.day(day).cameras) == (RECORDERS, HELD)
    more = (*RECORDERS, Recorder("NVR-2", "9001"))
    head, now, seen = installation.people["head"], installation.clock.now, opening.plan_state(installation.day(day))
    opening.change_plan(head, day, "второй", ROOMS, HELD, STATIONS, seen, now, more)
    fact = installation.day(day).lines[-1].fact
    assert (fact.recorders, fact.cameras, installation.day(day).recorders) == (more, None, more)
    with pytest.raises(opening.Overtaken):
        opening.change_plan(head, day, "третий", ROOMS, CAMERAS, STATIONS, seen, now)
    practice = opening.rehearse(head, day, "", NAME, now)
    assert installation.day(practice).recorders == more


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"cameras": HELD}, {"cameras"}),
        ({"cameras": (replace(CAMERAS[0], keeps="cloud"),)}, {"cameras"}),
        ({"recorders": (Recorder("NVR-1", "0404"),)}, {"recorders"}),
        ({"recorders": RECORDERS * 2}, {"recorders"}),
        ({"recorders": (Recorder("AS-1", "7777"),)}, {"recorders"}),
        ({"recorders": (Recorder(CAMERAS[0].id, "7777"),)}, {"recorders"}),
        ({"recorders": (Recorder("cabinet", "7777"),)}, {"recorders"}),
        ({"cameras": (Camera("cabinet", "7777"),)}, {"cameras"}),
        ({"stations": (Station("cabinet", "7777"),)}, {"stations"}),
    ],
)
def test_a_plan_whose_recording_does_not_fit_is_refused(
    installation: Installation, changes: dict[str, Any], fields: set[str]
) -> None:
    with pytest.raises(Invalid) as info:
        installation.open_day(**changes)
    assert {m.field for m in info.value.messages} == fields


def test_a_centre_from_before_recorders_reads_as_it_was_and_keeps_its_bytes(installation: Installation) -> None:
    view = centres.centre(OFFICE, CODE)
    assert (view.recorders, view.watch, {c.keeps for c in view.cameras}) == ((), False, {""})
    day = installation.open_day()
    entry = journal.entries(devices.days.log_of(day))[0]
    assert entry.body and not {b"recorder", b"keeps"} & {w for w in (b"recorder", b"keeps") if w in entry.body}
    assert canonical(plain(view.cameras)) == canonical(plain(CAMERAS))
    count = len(office_facts())
    centres.save(OFFICE, CENTRE, ROOMS, CAMERAS, STATIONS, OPENED)
    row = devices.rows.by_code(CODE)
    assert row and "recorders" not in row.plan
    assert len(office_facts()) == count, "nothing changed, so nothing is told"


# ---------------------------------------------------------------- addresses


def test_the_job_gets_the_addresses_and_nobody_else_can_read_them(
    installation: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert save(Address(STREAM, ONVIF))
    assert devices.addresses(CODE) == {CAMERA: Address(STREAM, ONVIF)}
    view = devices.centre(OFFICE, CODE)
    shown = devices.address_of(view, view.cameras[0])
    assert shown.stream and (shown.stream.place, shown.stream.login) == ("rtsp://10.0.0.5:554/live", True)
    rows = str(db.session.execute(text("SELECT * FROM device_address")).all())
    assert SECRET not in rows and "10.0.0.5" not in rows, "the database holds boxes only"
    told = canonical([plain(fact) for fact in office_facts()]).decode()
    assert '"device"' in told and SECRET not in told and "10.0.0.5" not in told
    assert SECRET not in caplog.text
    for place in ("logbook.db", "logbook.db-wal"):
        file = installation.folder / place
        assert not file.exists() or SECRET.encode() not in file.read_bytes()


def test_an_empty_field_keeps_the_stored_address_and_removing_is_said(installation: Installation) -> None:
    save(Address(STREAM, ONVIF))
    assert not save(Address()) and not save(Address(STREAM)), "nothing new"
    assert save(Address(onvif="http://10.0.0.6/"))
    assert devices.addresses(CODE) == {CAMERA: Address(STREAM, "http://10.0.0.6/")}
    assert save(Address(), ("stream",)) and devices.addresses(CODE) == {CAMERA: Address("", "http://10.0.0.6/")}
    assert save(Address(), ("stream", "onvif")) and devices.addresses(CODE) == {}
    changes = [(fact.before, fact.after) for fact in office_facts() if getattr(fact, "kind", "") == "device"]
    assert changes == [
        ({"stream": "", "onvif": ""}, {"stream": "entered", "onvif": "entered"}),
        ({"onvif": "kept"}, {"onvif": "changed"}),
        ({"stream": "kept"}, {"stream": "removed"}),
        ({"onvif": "kept"}, {"onvif": "removed"}),
    ]


def test_a_bad_address_is_refused_with_every_reason_and_nothing_is_stored(installation: Installation) -> None:
    count = len(office_facts())
    with pytest.raises(Invalid) as info:
        save(Address(f"rtsp://a:{SECRET}@127.0.0.1/x", f"ftp://a:{SECRET}@10.0.0.5"))
    assert {m.field for m in info.value.messages} == {"stream", "onvif"} and SECRET not in str(info.value)
    with pytest.raises(Invalid, match="not both"):
        save(Address(STREAM), ("stream",))
    for device in ("AS-1", "nothing"):
        with pytest.raises(NotFound):
            save(Address(STREAM), device=device)
    assert (devices.addresses(CODE), len(office_facts())) == ({}, count)


def test_only_the_administration_of_the_centre_enters_addresses_and_switches_looking(
    installation: Installation,
) -> None:
    for login in ("tech", "head", "ministry"):
        with pytest.raises(Refused):
            save(Address(STREAM), actor=installation.people[login])
        with pytest.raises(Refused):
            devices.watch(installation.people[login], CODE, True, OPENED)
    far = Actor("p-far", "Чужой", frozenset({Role.ADMINISTRATOR}), frozenset({"46-0009"}))
    with pytest.raises(NotFound):
        save(Address(STREAM), actor=far)
    with pytest.raises(NotFound):
        devices.watch(far, CODE, True, OPENED)
    devices.watch(OFFICE, CODE, True, OPENED)
    assert centres.centre(OFFICE, CODE).watch
    assert (office_facts()[-1].before, office_facts()[-1].after) == ({"watch": False}, {"watch": True})
    centres.save(OFFICE, CENTRE, ROOMS, CAMERAS, STATIONS, OPENED)
    assert centres.centre(OFFICE, CODE).watch, "a saved plan leaves the switch alone"


@pytest.mark.parametrize("changed", ["another device", "another kind", "another centre", "a flipped bit", "cut off"])
def test_a_box_that_was_moved_or_changed_does_not_open(
    installation: Installation, changed: str, caplog: pytest.LogCaptureFixture
) -> None:
    save(Address(STREAM, ONVIF))
    other = replace(CENTRE, code="0008")
    centres.save(OFFICE, other, ROOMS, CAMERAS, STATIONS, OPENED, new=True)
    row = store.by_name(CODE, CAMERA)
    assert row and row.stream and row.onvif
    box, where = row.stream, {"centre": CODE, "device": CAMERA}
    with transaction():
        if changed == "another kind":
            row = store.by_name(CODE, CAMERA)
            assert row
            row.onvif = box
        elif changed.startswith("another"):
            where |= {"device": "0002-1"} if changed == "another device" else {"centre": "45-0008"}
            store.put(AddressRow(**where, stream=box))
        else:
            row = store.by_name(CODE, CAMERA)
            assert row
            row.stream = box[:-1] + bytes([box[-1] ^ 1]) if changed == "a flipped bit" else box[:20]
    assert where["device"] not in devices.addresses(where["centre"])
    assert "does not open" in caplog.text and SECRET not in caplog.text
    view = devices.centre(OFFICE, where["centre"])
    assert devices.address_of(view, next(c for c in view.cameras if c.id == where["device"])).broken


def test_a_folder_without_the_key_gets_one_while_no_address_is_stored(installation: Installation) -> None:
    file = keys.folder() / sealed.KEY
    assert file.stat().st_mode & 0o777 == 0o600, "made at set-up"
    file.unlink()
    setup.make_keys(installation.folder, NAME, MADE)
    assert file.exists(), "the start of a newer version makes it"
    file.unlink()
    assert save(Address(STREAM)) and devices.addresses(CODE) == {CAMERA: Address(STREAM)}, "and so does the first use"


def test_a_lost_key_is_told_and_never_made_anew_over_stored_addresses(installation: Installation) -> None:
    save(Address(STREAM))
    file = keys.folder() / sealed.KEY
    kept = file.read_bytes()
    file.unlink()
    setup.make_keys(installation.folder, NAME, MADE)
    assert not file.exists()
    for use in (lambda: devices.addresses(CODE), lambda: save(Address(ONVIF.replace("http", "rtsp")), device="0002-1")):
        with pytest.raises(keys.KeyMissing, match=r"devices\.key"):
            use()
    view = devices.centre(OFFICE, CODE)
    assert devices.address_of(view, view.cameras[0]).broken
    file.write_bytes(kept)
    assert devices.addresses(CODE) == {CAMERA: Address(STREAM)}, "put back, it opens them again"
    file.unlink()
    assert save(Address(), ("stream",)) and save(Address(STREAM)), "what was removed leaves room for a new key"


def test_the_address_of_a_device_goes_with_the_device(installation: Installation) -> None:
    save(Address(STREAM))
    save(Address(STREAM), device="0002-1")
    centres.save(OFFICE, CENTRE, ROOMS, CAMERAS[1:], STATIONS, OPENED)
    assert set(devices.addresses(CODE)) == {"0002-1"}


# ---------------------------------------------------------------- lists and history


def test_devices_are_found_by_words_room_by_room(installation: Installation) -> None:
    centres.save(OFFICE, CENTRE, ROOMS, HELD, STATIONS, OPENED, recorders=RECORDERS)
    tech = installation.people["tech"]

    def found(query: str) -> list[tuple[str, list[str]]]:
        lines = devices.listing(tech, CODE, query, 1)[1].items
        return [(line.room.code, [d.id for d in line.devices]) for line in lines]

    assert found("") == [("0001", ["0001-1"]), ("0002", ["0002-1"]), ("7777", ["NVR-1", "7777-1", "AS-1"]),
                         ("9001", ["9001-1"])]  # fmt: skip
    assert found("ipc 0002") == [("0002", ["0002-1"])]
    assert found("nvr-1") == [("0001", ["0001-1"]), ("7777", ["NVR-1"])]
    assert found("nowhere") == []


def test_who_may_not_open_days_of_a_centre_learns_nothing_of_its_devices(installation: Installation) -> None:
    far = Actor("p-far", "Чужой", frozenset({Role.TECHNICIAN}), frozenset({"46-0009"}))
    for actor in (far, *(installation.people[p] for p in ("member", "commission"))):
        with pytest.raises(NotFound):
            devices.listing(actor, CODE, "", 1)
    for login in ("tech", "cctv", "head", "ministry", "boss"):
        assert devices.listing(installation.people[login], CODE, "", 1)[1].total


def test_a_device_tells_of_all_days_but_rehearsals_and_links_only_what_the_reader_may_open(
    installation: Installation,
) -> None:
    usual = installation.opening().roster
    first = installation.open_day()
    without = tuple(p for p in usual if p.role != "cctv_technician")
    second = installation.open_day(date=EXAM + timedelta(days=1), roster=without)
    practice = installation.open_day(rehearsal=True)
    help_given = {"room": "0001", "called_at": "08:00", "left_at": "08:00", "problem": "нет бумаги", "solution": "есть"}
    other = help_given | {"room": "0002", "problem": "заменён IPC-0001"}
    for day in (first, second, practice):
        installation.access(day, action="record_start", rooms=("0001",))
    installation.record(first, "tech", f.StepDone("run.assist", installation.clock.now, (), help_given))
    installation.record(first, "tech", f.StepDone("run.assist", installation.clock.now, (), other))
    view = devices.centre(OFFICE, CODE)
    found = devices.of_device(installation.people["cctv"], view, view.cameras[0], 1)
    assert [(d.name, d.readable) for d in found.items] == [(second, False), (first, True)]
    assert [line.kind for line in found.items[1].lines] == ["help", "help", "start"]
    assert devices.of_device(OFFICE, view, view.cameras[3], 1).items[0].lines == ()


def test_days_are_folded_ten_at_a_time_and_seals_compared_across_pages(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "DAYS", 2)
    names = [installation.open_day(date=EXAM + timedelta(days=n), period_start=None) for n in range(5)]
    for n, day in enumerate(names):
        if n != 1:
            installation.access(day, seal_before=str(n), seal_after=str(n + 1))
    asked: list[str] = []
    fold = devices.days.of_everybody
    monkeypatch.setattr(devices.days, "of_everybody", lambda name: (asked.append(name), fold(name))[1])
    view = devices.centre(OFFICE, CODE)
    newest = devices.of_cabinet(OFFICE, view, 1)
    assert (newest.pages, [d.name for d in newest.items]) == (3, names[:2:-1])
    assert [o.verdict for d in newest.items for o in d.openings] == ["same", "same"]
    assert set(asked) == set(names[1:]), "of the older days only the next page's"
    middle = devices.of_cabinet(OFFICE, view, 2)
    assert [o.verdict for d in middle.items for o in d.openings] == ["other"], "1 was put on, 2 was found"
    assert [o.verdict for d in devices.of_cabinet(OFFICE, view, 3).items for o in d.openings] == ["first"]


def test_a_device_that_left_the_plan_is_found_through_the_days_that_had_it(installation: Installation) -> None:
    day = installation.open_day()
    installation.access(day, rooms=("0001",))
    centres.save(OFFICE, CENTRE, ROOMS, CAMERAS[1:], STATIONS, OPENED)
    view = devices.centre(OFFICE, CODE)
    device = devices.find(view, CAMERA)
    assert device == CAMERAS[0] and devices.of_device(OFFICE, view, device, 1).items[0].lines
    with pytest.raises(NotFound):
        devices.find(view, "nothing")
