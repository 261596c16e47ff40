"""The process that looks: what hangs or crashes in it costs no other camera its look; addresses stay inside."""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.watching import worker
from app.watching.look import BROKEN_OFF, CRASHED, Look
from app.watching.pool import Pool, Unable
from app.watching.watch import BAD_ROOM, ROOM, Target, Watch
from tests.rtsp import PASSWORD, Camera, Cameras

# A worker that does what the address says: it answers, hangs, or ends the whole process.
FAKE = """
import json, os, sys, threading
def work(task):
    if task["url"] == "hang":
        threading.Event().wait()
    if task["url"] == "crash":
        os.abort()
    sys.stdout.write(json.dumps({"id": task["id"], "state": "alive", "detail": str(os.getpid())}) + "\\n")
    sys.stdout.flush()
print('{"id": 0}', flush=True)
for line in sys.stdin:
    threading.Thread(target=work, args=(json.loads(line),), daemon=True).start()
"""


@pytest.fixture
def pool() -> Iterator[Pool]:
    made = Pool((sys.executable, "-c", FAKE), limit=1.0)
    yield made
    made.close()


def answers(pool: Pool, count: int, limit: float = 10) -> dict[Any, dict[str, Any]]:
    """The next answers, by key."""
    found: dict[Any, dict[str, Any]] = {}
    until = time.monotonic() + limit
    while len(found) < count and time.monotonic() < until:
        found.update(pool.collect())
        time.sleep(0.01)
    return found


def test_a_camera_that_hangs_costs_the_others_nothing_and_its_process_is_replaced(pool: Pool) -> None:
    pool.ask("hangs", {"url": "hang"})
    pool.ask("fine", {"url": "ok"})
    first = answers(pool, 1)
    assert set(first) == {"fine"}
    hung = answers(pool, 1)
    assert hung["hangs"]["detail"] == BROKEN_OFF and not pool.children
    pool.ask("fine", {"url": "ok"})
    assert answers(pool, 1)["fine"]["detail"] != first["fine"]["detail"]


def test_a_crash_costs_the_others_nothing(pool: Pool) -> None:
    pool.ask("waits", {"url": "hang"})
    pool.ask("crashes", {"url": "crash"})
    found = answers(pool, 2)
    assert found["crashes"] == {**Look("silent", CRASHED).packed()}
    assert found["waits"]["detail"] == BROKEN_OFF, "it was looked at again, alone"
    assert pool.busy == 0


def test_the_process_that_reads_strangers_streams_gets_no_setting_of_the_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LOGBOOK_SMTP_URL", "smtp://user:secret@mail")
    told = "import json, os; print(json.dumps({'id': 0}), flush=True); input()"
    made = Pool((sys.executable, "-c", told), limit=1.0)
    made.ask("any", {"url": "ok"})
    place = Path(f"/proc/{made.children[0].process.pid}/environ")
    environment = next(filter(None, iter(place.read_bytes, None)))  # empty until the new program has begun
    made.close()
    assert b"PATH=" in environment and b"LOGBOOK_" not in environment


def test_a_worker_that_does_not_start_says_nothing_of_any_camera() -> None:
    pool = Pool((sys.executable, "-c", "raise SystemExit(3)"))
    pool.ask("a", {"url": "ok"})
    with pytest.raises(Unable):
        answers(pool, 1)
    assert not pool.children


def test_the_real_worker_looks_and_shows_no_address_in_the_list_of_processes(tmp_path: Path) -> None:
    with Cameras({"a": Camera(fps=10)}) as server:
        pool = Pool()
        try:
            pool.ask("a", {"kind": "look", "url": server.url("a")})
            pid = pool.children[0].process.pid
            found = answers(pool, 1, 20)
            shown = b"".join(Path(f"/proc/{pid}/{name}").read_bytes() for name in ("cmdline", "environ"))
            assert os.getpriority(os.PRIO_PROCESS, pid) >= 10, "pages come first"
        finally:
            pool.close()
    look = Look.unpacked(found["a"])
    assert look.state == "alive" and look.thumbnail[:2] == b"\xff\xd8" and len(look.grey) == 64 * 36
    assert PASSWORD.encode() not in shown


def test_an_error_of_the_program_tells_its_kind_and_not_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(task: dict[str, Any]) -> Look:
        raise ValueError(f"cannot open {task['url']}")

    monkeypatch.setitem(worker.WAYS, "look", broken)
    told = worker.done({"id": 1, "kind": "look", "url": f"rtsp://u:{PASSWORD}@h/x"})
    assert told["fault"] == "ValueError" and PASSWORD not in str(told) and "rtsp" not in str(told)


# ---------------------------------------------------------------- whom to look at when


class FakePool:
    """Takes tasks; a test answers them."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.ready: list[tuple[Any, dict[str, Any]]] = []
        self.under_way: set[Any] = set()
        self.closed = 0

    @property
    def busy(self) -> int:
        return len(self.under_way)

    def ask(self, key: Any, values: dict[str, Any]) -> None:
        self.asked.append((key, values["grey"]))
        self.under_way.add(key)

    def answer(self, key: Any, state: str = "alive", grey: str = "") -> None:
        self.under_way.discard(key)
        self.ready.append((key, {"state": state, "grey": grey}))

    def collect(self) -> list[tuple[Any, dict[str, Any]]]:
        found, self.ready = self.ready, []
        return found

    def close(self) -> None:
        self.closed += 1


class Time:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def watching(count: int, again: float | None = None) -> tuple[Watch, FakePool, Time]:
    pool, clock = FakePool(), Time()
    targets = [Target(n, {"url": "rtsp://h/x"}, 30.0) for n in range(count)]
    note = lambda results: {r.key: again if r.answer["state"] != "alive" else None for r in results}  # noqa: E731
    return Watch(pool, lambda: targets, note, clock), pool, clock  # type: ignore[arg-type]


def run(watch: Watch, pool: FakePool, clock: Time, seconds: float, alive: bool = True) -> None:
    """Let time pass; whoever is asked answers at once, when ``alive``."""
    until = clock.now + seconds
    while clock.now < until:
        watch.step()
        for key in list(pool.under_way) if alive else ():
            pool.answer(key, grey="g")
        clock.now += 0.5


def test_forty_cameras_are_spread_over_the_interval_and_each_comes_every_thirty_seconds() -> None:
    watch, pool, clock = watching(40)
    run(watch, pool, clock, 30)
    assert len(pool.asked) == len({key for key, _ in pool.asked}) == 40
    pool.asked.clear()
    run(watch, pool, clock, 3)
    assert 3 <= len(pool.asked) <= 6, "a burst would take the processor"
    assert {grey for _, grey in pool.asked} == {"g"}, "the next look is compared with the one before"


def test_cameras_that_hang_leave_room_for_the_others() -> None:
    watch, pool, clock = watching(60, again=1.0)
    watch.step()
    for beat in watch.beats.values():
        beat.due, beat.bad = clock.now, beat.target.key < 56  # type: ignore[operator]
    watch.step()
    asked = [key for key, _ in pool.asked][-ROOM:]
    assert sum(key < 56 for key in pool.under_way) <= BAD_ROOM < ROOM
    assert set(range(56, 60)) <= {*asked, *pool.under_way}


def test_a_bad_look_is_repeated_soon_and_a_target_that_is_gone_is_forgotten() -> None:
    watch, pool, clock = watching(1, again=4.0)
    watch.step()
    pool.answer(0, "silent")
    run(watch, pool, clock, 4, alive=False)
    assert len(pool.asked) == 1
    run(watch, pool, clock, 1, alive=False)
    assert len(pool.asked) == 2
    watch.targets = lambda: []
    run(watch, pool, clock, 25, alive=False)
    pool.answer(0)
    run(watch, pool, clock, 90, alive=False)
    assert not watch.beats and pool.closed, "nothing to watch: the process is ended"
