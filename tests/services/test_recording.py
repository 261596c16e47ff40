"""One act that starts or stops recording: whole or not at all, on both databases; and the last look at the cameras."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.domain import Invalid, Refused
from app.services import recording
from app.services.recording import Asked
from app.store import sights
from app.store.camera_tables import SightRow
from app.store.db import db, transaction
from tests.conftest import Installation


def asked(made: Installation, effect: str = "start", **more: Any) -> Asked:
    now = made.clock.now
    evidence = {"ex.room_record": {"online": "yes"}, "ex.hq_record": {"recording_seen": "yes"}}
    rooms = ("0001", "0002", "7777", "9001")
    return replace(Asked(effect, rooms, now, now, f"record_{effect}", evidence), **more)


def switch(made: Installation, day: str, what: Asked, entry: str = "", login: str = "tech") -> list[int]:
    receipts = recording.switch(made.people[login], day, entry or str(uuid4()), what, made.clock.now)
    return [r.seq for r in receipts]


def test_all_rooms_are_written_by_one_act(installation: Installation) -> None:
    made, day = installation, installation.open_day()
    seqs = switch(made, day, asked(made))
    acts = [made.day(day).acts[seq] for seq in seqs]
    assert [a.tag for a in acts] == ["step.done", "step.done", "access.noted"]
    assert {p for a in acts for p in getattr(a.fact, "places", ()) or a.fact.rooms} == {"0001", "0002", "7777", "9001"}


def test_when_one_part_is_refused_nothing_of_the_act_is_written(installation: Installation) -> None:
    made, day = installation, installation.open_day()
    size = made.day(day).size
    with pytest.raises(Invalid) as info:
        switch(made, day, asked(made, evidence={"ex.hq_record": {"recording_seen": "yes"}}))
    assert [m.field for m in info.value.messages] == ["evidence.online"]
    assert made.day(day).size == size


def test_reasons_of_every_part_come_at_once(installation: Installation) -> None:
    made, day = installation, installation.open_day()
    switch(made, day, asked(made))
    made.clock.forward(hours=4)
    end = made.clock.now + timedelta(hours=1)
    with pytest.raises(Invalid) as info:
        switch(made, day, asked(made, "stop", start=end, end=end))
    assert {m.field for m in info.value.messages} == {"end", "ordered_by"}
    assert any("Say who ordered the stop" in m.id for m in info.value.messages), "the row's reason beside the steps'"


def test_the_same_act_again_is_answered_again_and_written_once(installation: Installation) -> None:
    made, day = installation, installation.open_day()
    entry = str(uuid4())
    first = switch(made, day, asked(made), entry)
    size = made.day(day).size
    assert sorted(switch(made, day, asked(made), entry)) == sorted(first)
    assert made.day(day).size == size
    with pytest.raises(Refused):
        switch(made, day, asked(made), entry, "cctv")


def test_only_technicians_switch(installation: Installation) -> None:
    made, day = installation, installation.open_day()
    with pytest.raises(Refused):
        switch(made, day, asked(made, rooms=("0001",)), login="head")


def test_no_room_is_no_act(installation: Installation) -> None:
    made, day = installation, installation.open_day()
    with pytest.raises(Invalid) as info:
        switch(made, day, asked(made, rooms=()))
    assert [m.field for m in info.value.messages] == ["rooms"]


def test_the_last_looks_of_a_day_and_what_changes_with_them(installation: Installation) -> None:
    made, day = installation, installation.open_day()
    now = made.clock.now
    assert sights.of_day(day) == {} and sights.mark(day) == sights.Mark(0, 0, None, None)
    with transaction():
        for camera, state, back in (("0001-1", "alive", 5), ("0002-1", "frozen", 2)):
            since = now - timedelta(minutes=back)
            db.session.add(SightRow(day=day, camera=camera, state=state, since=since, looked=now, told=state))
    assert sights.of_day(day)["0002-1"].state == "frozen" and sights.of_day(day)["0001-1"].pictured is None
    assert sights.mark(day) == sights.Mark(2, 1, now - timedelta(minutes=2), now)
