"""A copy asked for in the browser: preflight, its own process, pause, a killed process, recording, reading again."""

import os
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.config import PROJECT
from app.domain import Invalid, NotFound, Refused
from app.domain import facts as f
from app.domain.footage import media
from app.services import copies, copy_worker, places
from app.services.copies import Asked, Started
from app.store import copies as store
from app.store.db import db, transaction
from tests.conftest import Installation


class Kept:
    """Keeps what was to be started; ``do`` is the process that would do it."""

    def __init__(self, installation: Installation) -> None:
        self.installation, self.ids = installation, list[str]()

    def start(self, copy_id: str) -> None:
        self.ids.append(copy_id)

    def do(self) -> bool:
        made = self.installation
        return copy_worker.run(self.ids.pop(), made.clock, made.app.app_context)


@pytest.fixture
def how(installation: Installation) -> Any:
    return Kept(installation)


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """A source with three small files and an empty medium beside it, both allowed."""
    root = tmp_path / "allowed"
    for name in ("card/9001-1/a.mp4", "card/9001-1/b.mp4", "card/9001-1/й.mp4", "medium/x"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(os.urandom(70_000))
    (root / "medium" / "x").unlink()
    return root


def setting(card: Path) -> str:
    return f"{card / 'card'}:{card / 'medium'}"


def asked(card: Path, **changes: Any) -> Asked:
    values = {
        "sources": (str(card / "card" / "9001-1"),), "place": str(card / "medium"), "folder": "day",
        "cameras": ("9001-1",), "serial": "SN-77", "kind": "flash", **changes,
    }  # fmt: skip
    return Asked(**values)


def begun(installation: Installation, day: str, card: Path, how: Any, **changes: Any) -> str:
    tech = installation.people["tech"]
    return copies.begin(tech, day, asked(card, **changes), setting(card), installation.clock.now, how)


def state(installation: Installation, day: str, copy_id: str) -> str:
    return copies.copy(installation.people["tech"], day, copy_id, installation.clock.now).state


PERIOD_HOURS = 6


def recorded(installation: Installation, day: str, copy_id: str, **more: Any) -> int:
    now = installation.clock.now
    period = f.Period(now - timedelta(hours=PERIOD_HOURS), now - timedelta(minutes=1))
    values = {"viewed": True, "period": period, **more}
    return copies.record(installation.people["tech"], day, copy_id, now, **values).seq


def test_from_the_folder_to_the_journal(installation: Installation, day: str, card: Path, how: Any) -> None:
    copy_id = begun(installation, day, card, how)
    assert state(installation, day, copy_id) == "waiting"
    assert how.do()
    assert state(installation, day, copy_id) == "done"
    copied = {p.name: p.read_bytes() for p in (card / "medium" / "day").rglob("*.mp4")}
    assert copied == {p.name: p.read_bytes() for p in (card / "card").rglob("*.mp4")}
    size = installation.day(day).size
    seq = recorded(installation, day, copy_id)
    fact = installation.day(day).acts[seq].fact
    assert (fact.files, fact.size, fact.medium.serial, fact.generation) == (3, 210_000, "SN-77", 1)
    assert [line.tag for line in installation.day(day).lines[size:]] == ["footage.copied", "step.done"]
    assert recorded(installation, day, copy_id) == seq, "pressed twice it is one entry"
    assert installation.day(day).size == size + 2


def test_what_only_a_person_knows_is_asked_and_nothing_is_written_before(
    installation: Installation, day: str, card: Path, how: Any
) -> None:
    copy_id = begun(installation, day, card, how)
    with pytest.raises(Invalid, match="not ended"):
        recorded(installation, day, copy_id)
    how.do()
    with pytest.raises(Invalid) as caught:
        recorded(installation, day, copy_id, viewed=None, period=None)
    assert [m.field for m in caught.value.messages] == ["viewed", "period_start"]
    installation.clock.forward(minutes=30)
    with pytest.raises(Invalid, match="Give the reason"):
        recorded(installation, day, copy_id)
    recorded(installation, day, copy_id, late_reason="no network")


def test_every_reason_is_told_before_anything_starts(
    installation: Installation, day: str, card: Path, how: Any
) -> None:
    with pytest.raises(Invalid) as caught:
        begun(installation, day, card, how, sources=("/etc",), folder="../x")
    assert {m.field for m in caught.value.messages} == {"source", "folder"}
    with pytest.raises(Invalid) as caught:
        begun(installation, day, card, how, cameras=(), serial="")
    assert {"cameras"} <= {m.field for m in caught.value.messages}
    assert how.ids == [] and store.of_day(day) == []


@pytest.mark.parametrize("who", ["head", "commission"])
def test_only_technicians_of_the_day_copy(installation: Installation, day: str, card: Path, how: Any, who: str) -> None:
    other, now = installation.people[who], installation.clock.now
    with pytest.raises(Refused):
        copies.begin(other, day, asked(card), setting(card), now, how)
    copy_id = begun(installation, day, card, how)
    how.do()
    seq = recorded(installation, day, copy_id)
    for refused in (
        lambda: copies.wish(other, day, copy_id, "stop", now),
        lambda: copies.go_on(other, day, copy_id, now, how),
        lambda: copies.record(other, day, copy_id, now, True),
        lambda: copies.begin_check(other, day, seq, setting(card), now, how),
    ):
        with pytest.raises(Refused):
            refused()


def test_a_copy_belongs_to_its_day(installation: Installation, day: str, card: Path, how: Any) -> None:
    copy_id, second = begun(installation, day, card, how), installation.open_day()
    with pytest.raises(NotFound):
        copies.copy(installation.people["tech"], second, copy_id, installation.clock.now)


def test_one_copy_at_a_time_works_on_a_medium(installation: Installation, day: str, card: Path, how: Any) -> None:
    first = begun(installation, day, card, how)
    with pytest.raises(Invalid, match="working on this medium"):
        begun(installation, day, card, how, folder="other")
    copies.wish(installation.people["tech"], day, first, "stop", installation.clock.now)
    how.do()
    begun(installation, day, card, how, folder="other")


def test_a_process_that_nobody_hears_is_told_and_goes_on_where_it_stopped(
    installation: Installation, day: str, card: Path, how: Any
) -> None:
    copy_id = begun(installation, day, card, how)
    with transaction():
        store.change(copy_id, ("waiting",), state="running", worker="elsewhere:1", beat=installation.clock.now)
    assert state(installation, day, copy_id) == "running"
    installation.clock.forward(minutes=1)
    assert state(installation, day, copy_id) == "broken"
    how.ids.clear()
    copies.go_on(installation.people["tech"], day, copy_id, installation.clock.now, how)
    copies.go_on(installation.people["tech"], day, copy_id, installation.clock.now, how)
    assert how.ids == [copy_id], "two taps start one process"
    assert how.do() and state(installation, day, copy_id) == "done"


def test_a_second_process_takes_nothing(installation: Installation, day: str, card: Path, how: Any) -> None:
    copy_id = begun(installation, day, card, how)
    assert how.do()
    assert not copy_worker.run(copy_id, installation.clock, installation.app.app_context)


def test_what_failed_says_why_and_may_go_on(installation: Installation, day: str, card: Path, how: Any) -> None:
    copy_id = begun(installation, day, card, how)
    (card / "card" / "9001-1").rename(card / "card" / "gone")
    assert not how.do()
    found = copies.copy(installation.people["tech"], day, copy_id, installation.clock.now)
    assert found.state == "failed" and "cannot be read" in found.row.told
    (card / "card" / "gone").rename(card / "card" / "9001-1")
    copies.go_on(installation.people["tech"], day, copy_id, installation.clock.now, how)
    assert how.do()


@pytest.mark.parametrize(("wish", "then"), [("pause", "paused"), ("stop", "stopped")])
def test_a_wish_is_obeyed_and_a_pause_goes_on(
    installation: Installation, day: str, card: Path, how: Any, wish: str, then: str
) -> None:
    copy_id = begun(installation, day, card, how)
    tech, now = installation.people["tech"], installation.clock.now
    copies.wish(tech, day, copy_id, wish, now)
    assert not how.do()
    assert state(installation, day, copy_id) == then
    copies.go_on(tech, day, copy_id, now, how)
    assert how.ids == ([copy_id] if wish == "pause" else [])


def test_a_copy_is_read_again_and_a_flipped_byte_is_named(
    installation: Installation, day: str, card: Path, how: Any
) -> None:
    copy_id = begun(installation, day, card, how)
    how.do()
    seq = recorded(installation, day, copy_id)
    tech, now = installation.people["tech"], installation.clock.forward(days=3)

    def again() -> f.FootageChecked:
        check = copies.begin_check(tech, day, seq, setting(card), now, how)
        assert how.do()
        entry = copies.record(tech, day, check, now).seq
        found: f.FootageChecked = installation.day(day).acts[entry].fact
        return found

    assert again().result == "whole"
    victim = next((card / "medium" / "day").rglob("a.mp4"))
    data = bytearray(victim.read_bytes())
    data[1000] ^= 1
    victim.write_bytes(data)
    fact = again()
    assert fact.counts == (1, 0, 0, 0, 0) and fact.changed[0].endswith("a.mp4") and fact.generation == 3
    assert not media(installation.day(day))[0].whole
    (card / "medium").rename(card / "elsewhere")
    with pytest.raises(Invalid, match="SN-77 is not in"):
        copies.begin_check(tech, day, seq, setting(card), now, how)


def test_the_journal_knows_when_the_history_on_the_medium_was_written_anew(
    installation: Installation, day: str, card: Path, how: Any
) -> None:
    copy_id = begun(installation, day, card, how)
    how.do()
    seq = recorded(installation, day, copy_id)
    installation.clock.forward(minutes=1)
    begun(installation, day, card, how, folder="forged")
    assert how.do()
    shutil.rmtree(card / "medium" / "day" / "ascmhl")
    (card / "medium" / "forged" / "ascmhl").rename(card / "medium" / "day" / "ascmhl")
    tech, now = installation.people["tech"], installation.clock.now
    check = copies.begin_check(tech, day, seq, setting(card), now, how)
    assert how.do()
    assert copies.copy(tech, day, check, now).row.result["check"]["result"] == "differs"


# ---------------------------------------------------------------- where


@pytest.mark.parametrize(
    "path", ["/etc", "/", "", "card", "{card}/card/../..", "{card}/card/out", "{card}/none", "\0", "/" + "x" * 5000]
)
def test_no_path_leads_out_of_the_places(card: Path, path: str) -> None:
    (card / "card" / "out").symlink_to("/etc")
    with pytest.raises(NotFound):
        places.within(setting(card), path.format(card=card))
    assert [name for name, _ in places.look(setting(card), str(card / "card")).folders] == ["9001-1"]


@pytest.mark.parametrize("folder", ["", ".", "..", "a/b", "../x", ".hidden", "\0", "link"])
def test_a_copy_goes_into_one_folder_of_the_medium(card: Path, folder: str) -> None:
    (card / "medium" / "link").symlink_to("/tmp")
    with pytest.raises(Invalid):
        places.target(setting(card), str(card / "medium"), folder)
    assert places.target(setting(card), str(card / "medium"), "day") == card / "medium" / "day"


def test_no_setting_no_places(card: Path) -> None:
    assert places.places("") == () and places.look("", "").folders == ()
    with pytest.raises(NotFound):
        places.within("", str(card))


def test_media_count_when_the_setting_says_so(card: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = replace(places.medium(card), mount=str(card / "medium"))
    monkeypatch.setattr(places, "media", lambda: (there, replace(there, mount="/boot/efi")))
    monkeypatch.setattr(places, "PLACES", (str(card),))
    assert [p.path for p in places.places("media")] == [str(card / "medium")]
    assert places.places(str(card / "card")) != () and len(places.places(f"media:{card}/card")) == 2


# ---------------------------------------------------------------- the process itself


def waited(check: Callable[[], bool]) -> None:
    for _ in range(1500):
        db.session.rollback()  # a fresh view
        if check():
            return
        time.sleep(0.02)
    raise AssertionError("it did not come")


@pytest.mark.sqlite_only(reason="a process of its own is started once; the table is the same on both")
def test_a_process_of_its_own_is_killed_and_the_next_one_finishes_the_copy(
    installation: Installation, day: str, card: Path
) -> None:
    for number in range(3):
        (card / "card" / "9001-1" / f"big{number}.mp4").write_bytes(os.urandom(1 << 20) * 40)
    real = Started(installation.folder, installation.database.address, PROJECT, {"LOGBOOK_NAME": "logbook.test"})
    copy_id = begun(installation, day, card, real)
    tech, now = installation.people["tech"], installation.clock.now
    seen = copies.copy
    waited(lambda: bool(seen(tech, day, copy_id, now).row.worker))
    with transaction():  # so that it cannot end meanwhile
        os.kill(int(seen(tech, day, copy_id, now).row.worker.rpartition(":")[2]), signal.SIGKILL)
    waited(lambda: seen(tech, day, copy_id, now).state != "running")
    assert copies.copy(tech, day, copy_id, now).state == "broken"
    copies.go_on(tech, day, copy_id, now, real)
    waited(lambda: copies.copy(tech, day, copy_id, now).state == "done")
    copied = {p.name: p.stat().st_size for p in (card / "medium" / "day").rglob("*.mp4")}
    assert copied == {p.name: p.stat().st_size for p in (card / "card").rglob("*.mp4")}
