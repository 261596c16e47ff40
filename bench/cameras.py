"""Lines about watching: what the board costs beside forty cameras that are looked at, and what a look costs.

The cameras are one process of their own, whose CPU is told apart: on a real centre they are no part of the server.
"""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from types import SimpleNamespace

from app import config, create_app, jobs
from app.serve import serve
from app.services import watching
from app.store import centres, sights
from app.store.db import transaction
from bench import load, servers, world
from bench.measure import Line
from bench.sizes import Sizes
from bench.world import CAMERAS, CODE, NOON, World

PAUSE = 0.02  # seconds between two answers of the board: somebody looks at it all the time
USER, PASSWORD = "viewer", "s3cret-Pa55"  # of the made cameras


def cameras(_place: World, folder: Path, sizes: Sizes) -> Iterator[Line]:
    """The same board, the same server, with the centre's cameras watched and without; in turn.

    In an installation of its own, with one day: every day of a centre on that date would be watched.
    """
    place = world.make(folder / "watched")
    day = place.open_day("long")
    place.play(day)
    alone: list[float] = []
    beside: list[float] = []
    cost: list[tuple[float, float]] = []
    whole = True
    with _streams(folder, sizes.cameras) as (port, spent):
        for _ in range(max(1, sizes.rounds // 2)):
            alone.append(_measured(place, day, sizes, 0, [])[0])
            took, whole_too = _measured(place, day, sizes, port, cost, spent)
            beside.append(took)
            whole = whole and whole_too
    world.close(place)
    name = f"board beside {sizes.cameras} watched cameras against without, median ms"
    yield Line(name, median(beside), median(alone), "≤ 1.2", broken=not whole)
    ours, theirs = (median(pair[i] for pair in cost) for i in (0, 1))
    yield Line("a look at a camera, CPU ms, against what the camera spends on it", ours, theirs, "≤ 100 ms")


def _measured(
    place: World, day: str, sizes: Sizes, streams: int, cost: list[tuple[float, float]],
    spent: Callable[[], float] = lambda: 0.0,
) -> tuple[float, bool]:
    """Median milliseconds of the board; with ``streams`` (a port) while all cameras are looked at, told as True."""
    _switch(place, bool(streams))
    port = servers.free_port()
    command = [sys.executable, "-m", "bench.cameras", str(place.folder), str(port), NOON.isoformat()]
    command += [str(streams), str(sizes.cameras), str(sizes.every)]
    path = f"/days/{day}/today"
    with servers.running(command, port) as server:
        client = load.sign_in(port, world.credentials(), path)
        _asked(port, client.cookie, path, sizes.every)  # every camera is found once, the worker is there
        worker = _children(server.process.pid)
        before, camera_before = sum(map(_cpu, worker)), spent()
        times = _asked(port, client.cookie, path, sizes.watch_s)
        looks = sizes.cameras * sizes.watch_s / sizes.every
        if streams:
            mine = sum(map(_cpu, worker)) - before
            cost.append((1000 * mine / looks, max(1e-3, 1000 * (spent() - camera_before) / looks)))
    return 1000 * median(times), not streams or _all_seen(place, day, sizes.cameras)


def _asked(port: int, cookie: str, path: str, seconds: float) -> list[float]:
    """Seconds of each answer, one after the other with a pause."""
    line, times = http.client.HTTPConnection("127.0.0.1", port, timeout=30), []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        began = time.perf_counter()
        line.request("GET", path, headers={"Cookie": cookie})
        answer = line.getresponse()
        answer.read()
        times.append(time.perf_counter() - began)
        if answer.status != 200:
            raise RuntimeError(f"the board answered {answer.status}")
        time.sleep(PAUSE)
    line.close()
    return times


def _all_seen(place: World, day: str, count: int) -> bool:
    with place.inside():
        found = sights.of_day(day)
    return len(found) == count and all(sight.state == "alive" for sight in found.values())


def _switch(place: World, on: bool) -> None:
    with place.inside(), transaction():
        row = centres.by_code(CODE)
        assert row
        row.watch = on


@contextmanager
def _streams(folder: Path, count: int) -> Iterator[tuple[int, Callable[[], float]]]:
    """The cameras, encoded before; their port, and what CPU they have taken."""
    file = folder / "streams"
    file.unlink(missing_ok=True)
    process = subprocess.Popen([sys.executable, "-m", "tests.rtsp", str(file), str(count)], cwd=servers.PROJECT)
    try:
        until = time.monotonic() + servers.PATIENCE
        while not (file.exists() and file.read_text()):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("the cameras do not start")
            time.sleep(0.05)
        yield int(file.read_text()), lambda: _cpu(process.pid)
    finally:
        process.terminate()
        process.wait(20)


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main(folder: str, port: str, moment: str, streams: str, count: str, every: str) -> None:
    """Serve the product with a clock that starts at ``moment`` and cameras at the port ``streams``."""
    settings = replace(config.load(Path(folder), {}), port=int(port))
    shift = datetime.fromisoformat(moment) - datetime.now(UTC)
    known = {
        camera.id: SimpleNamespace(stream=f"rtsp://{USER}:{PASSWORD}@127.0.0.1:{streams}/{n}", onvif="")
        for n, camera in enumerate(CAMERAS[: int(count)])
    }
    watching._addresses = lambda centre: known
    watching.EVERY = float(every)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    serve(settings, lambda: create_app(settings, lambda: datetime.now(UTC) + shift), jobs.start)


if __name__ == "__main__":
    main(*sys.argv[1:])
