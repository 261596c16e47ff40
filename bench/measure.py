"""Lines of the result, and how work is measured: in turn, several rounds, medians."""

import cProfile
import gc
import pstats
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from statistics import median
from typing import Any

from app.config import PROJECT

Work = Callable[[], Any]
LIBRARY = re.compile(rf"\S*/site-packages/|\S*/lib/python3\.\d+/|{re.escape(str(PROJECT))}/")


@dataclass(frozen=True)
class Line:
    """One goal. ``goal`` is said of the ratio, or of ``ours`` where it names a unit; ``work`` can be profiled."""

    name: str
    ours: float
    baseline: float
    goal: str
    work: Work | None = None
    broken: bool = False  # what is measured does not exist: missed, whatever the number

    @property
    def ratio(self) -> float:
        return self.ours / self.baseline if self.baseline else 0.0

    @property
    def met(self) -> bool:
        """Does the number keep the goal: ``≥ 0.60``, ``≤ 160 MB``, ``none``?"""
        if self.broken:
            return False
        if self.goal == "none":
            return self.ours == 0
        sign, limit, *unit = self.goal.split()
        value = self.ours if unit else self.ratio
        return value >= float(limit) if sign == "≥" else value <= float(limit)

    def json(self) -> dict[str, Any]:
        """The object of ``bench.json``."""
        numbers = {"ours": _short(self.ours), "baseline": _short(self.baseline), "ratio": _short(self.ratio)}
        return {"name": self.name, **numbers, "goal": self.goal, "met": self.met}

    def __str__(self) -> str:
        ours, base, ratio = (f"{_short(v):g}" for v in (self.ours, self.baseline, self.ratio))
        return f"{self.name:<66}{ours:>9}{base:>10}{ratio:>9}  {self.goal:<10}{'met' if self.met else 'MISSED'}"


HEAD = f"{'name':<66}{'ours':>9}{'baseline':>10}{'ratio':>9}  {'goal':<10}met or not"


def peak() -> float:
    """The most memory that this program held, MB. (``getrusage`` counts what the starting process held before it.)"""
    found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    if found is None:
        raise RuntimeError("no VmHWM in /proc/self/status")
    return int(found[1]) / 1024


def _short(value: float) -> float:
    """Four significant digits."""
    return float(f"{value:.4g}")


def cpu(work: Work, times: int) -> float:
    """Seconds of the processor that one call takes, all threads of this process together."""
    gc.collect()
    start = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - start) / times


def in_turn(works: Mapping[str, tuple[Work, int]], rounds: int, warm: bool = True) -> dict[str, float]:
    """Median CPU seconds of a call of each work (with how often a round calls it); ``warm``: call each once before."""
    for work, _ in works.values() if warm else ():
        work()
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, (work, times) in works.items():
            found[name].append(cpu(work, times))
    return {name: median(values) for name, values in found.items()}


def profile(work: Work, seconds: float = 1.0, top: int = 9) -> str:
    """Where ``work`` spends its time, by functions' own time and then with what they call."""
    watch = cProfile.Profile()
    end, calls = time.process_time() + seconds, 0
    while calls == 0 or time.process_time() < end:
        watch.runcall(work)
        calls += 1
    text = StringIO()
    stats = pstats.Stats(watch, stream=text)
    for order, count in (("tottime", top), ("cumulative", 2 * top)):
        stats.sort_stats(order).print_stats(count)
    lines = [LIBRARY.sub("", line) for line in text.getvalue().splitlines() if "{" not in line and ":" in line]
    head = f"{calls} calls. Own time by package: {_packages(stats)}"
    return "\n".join([head, *lines])


def _packages(stats: pstats.Stats) -> str:
    """Shares of the own time, the largest first."""
    shares: dict[str, float] = {}
    for (file, _, name), (_, _, own, _, _) in stats.stats.items():  # type: ignore[attr-defined]
        parts = LIBRARY.sub("", file).split("/")
        package = "/".join(parts[:2]) if parts[0] == "app" else parts[0]
        package = "C" if file == "~" else package.removesuffix(".py")
        package = "fsync and SQLite" if file == "~" and "sqlite3" in name else package
        shares[package] = shares.get(package, 0) + own
    whole = sum(shares.values())
    ranked = sorted(shares.items(), key=lambda share: -share[1])[:10]
    return ", ".join(f"{package} {100 * own / whole:.0f} %" for package, own in ranked)
