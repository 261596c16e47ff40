"""Lines about the running server: rate and tail of ticks, memory, cold start."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bench import load, servers, world
from bench.measure import Line
from bench.sizes import Sizes
from bench.world import NOON, TICK, World


def ticks(place: World, folder: Path, sizes: Sizes) -> Iterator[Line]:
    """Each client ticks in a day of its own, a new one every round; the bare application appends the same form."""
    path = "/days/{}/steps/" + TICK
    few, many = sizes.writers, sizes.crowd
    bare_port, port = servers.free_port(), servers.free_port()
    every = [place.open_day() for _ in range(few * (sizes.rounds + 1))]
    with (
        servers.running(servers.plain(folder / "bare", bare_port), bare_port),
        servers.running(servers.product(place.folder, port, NOON), port),
    ):
        bare_clients = [load.sign_in(bare_port, {"login": "tech"}, "/sign-in") for _ in range(few)]
        clients = [load.sign_in(port, world.credentials(), path.format(every[0])) for _ in range(few)]
        rates: list[tuple[float, float]] = []
        tails: list[tuple[float, float]] = []
        refused, sent = [], 0
        for n in range(sizes.rounds + 1):  # the first warms up
            days = every[n * few : (n + 1) * few]
            bare = _post(bare_port, sizes.seconds, bare_clients, ["/append"] * few, "302 /empty")
            ours = _post(port, sizes.seconds, clients, [path.format(day) for day in days], "302 /days/")
            if bare["refused"]:
                raise RuntimeError(f"the baseline refused: {bare['refused'][0]}")
            if n:
                rates.append((len(ours["times"]) / ours["took"], len(bare["times"]) / bare["took"]))
                tails.append(_tail(ours["times"]))
                refused += ours["refused"]
                sent += len(ours["times"])
        days = [place.open_day() for _ in range(many)]
        crowd = clients + [load.sign_in(port, world.credentials(), path.format(days[0])) for _ in range(many - few)]
        paths = [path.format(day) for day in days]
        crowded = [_post(port, sizes.seconds, crowd, paths, "302 /days/") for _ in range(sizes.rounds)]
    lost = [r for found in crowded for r in found["refused"]]
    for first in (refused + lost)[:1]:
        print("refused:", first)
    again = world.browser(place.app, world.credentials(), path.format(every[0]))
    work = again.post(path.format(every[0]), world.tick_fields())
    yield replace(middle(f"tick against the bare Flask append, {few} clients, req/s", rates, "≥ 0.60"), work=work)
    yield middle(f"{few} writers: p99 of a tick against its p50, ms", tails, "≤ 5")
    yield Line(f"{few} writers: refused ticks, of all sent", len(refused), sent, "none")
    tails = [_tail(found["times"]) for found in crowded]
    yield middle(f"{many} writers: p99 of a tick against its p50, ms", tails, "≤ 5")
    yield Line(f"{many} writers: refused ticks, of all sent", len(lost), sum(len(f["times"]) for f in crowded), "none")


def _tail(times: list[float]) -> tuple[float, float]:
    """p99 and p50 in milliseconds."""
    cuts = quantiles(times, n=100)
    return cuts[98] * 1000, cuts[49] * 1000


def middle(name: str, pairs: list[tuple[float, float]], goal: str) -> Line:
    """The round with the median ratio speaks for all."""
    ranked = sorted(pairs, key=lambda pair: pair[0] / pair[1])
    return Line(name, *ranked[len(ranked) // 2], goal)


def _post(port: int, seconds: float, clients: list[load.Client], paths: list[str], expected: str) -> dict[str, Any]:
    return send(load.Order(port, seconds, [asdict(c) for c in clients], paths, world.tick_fields(), expected))


def send(order: load.Order) -> dict[str, Any]:
    """Let the load generator work; what it found."""
    command = [sys.executable, "-m", "bench.load"]
    done = subprocess.run(
        command, input=load.order_text(order), cwd=servers.PROJECT, capture_output=True, text=True, timeout=300,
        check=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def laptop(place: World, folder: Path, sizes: Sizes) -> Iterator[Line]:
    """``flask start`` on a made installation, as ``make run`` calls it: memory and the time to the first page."""
    found: dict[str, list[tuple[float, float]]] = {"ours": [], "bare": []}
    for _ in range(sizes.starts):
        port = servers.free_port()
        environ = servers.clean_environ() | {"LOGBOOK_INSTANCE": str(place.folder), "LOGBOOK_PORT": str(port)}
        for name, command, environment in (
            ("bare", servers.plain(folder / "bare", port), None),
            ("ours", [sys.executable, "-m", "flask", "start"], environ),
        ):
            with servers.running(command, port, environment) as server:
                found[name].append((server.memory(), server.started))
    memory, start = ({k: median(v[i] for v in found[k]) for k in found} for i in (0, 1))
    yield Line("memory of the whole product idle against bare Flask, MB", memory["ours"], memory["bare"], "≤ 160 MB")
    yield Line("cold start to the first page against bare Flask, s", start["ours"], start["bare"], "≤ 2.5 s")
