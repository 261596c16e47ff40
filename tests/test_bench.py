"""The benchmark says every line, in small. What the numbers are is not for a test to judge."""

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

from bench.measure import Line

ROOT = Path(__file__).resolve().parent.parent
KEYS = ["name", "ours", "baseline", "ratio", "goal", "met"]
LINES = (
    "tick against the bare Flask append", "8 writers: p99", "8 writers: refused",
    "32 writers: p99", "32 writers: refused", "tick in a day of",
    "board of 60 steps", "board drawn anew", "board unchanged (304)", "journal page", "rows drawn anew", "leaves",
    "all", "form of 60 rows", "form and 3 signatures", "CPU µs a row", "memory at the most", "memory", "cold start",
)  # fmt: skip


@pytest.mark.timeout(300)
def test_a_small_run_says_every_line(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    command = [sys.executable, "-m", "bench.run", "--quick", "--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    lines = json.loads(out.read_text(encoding="utf-8"))
    assert len(lines) == len(LINES)
    for line, words in zip(lines, LINES, strict=True):
        assert list(line) == KEYS and words in line["name"] and line["name"] in done.stdout
        assert isinstance(line["met"], bool) and line["goal"]
        assert all(math.isfinite(line[key]) for key in KEYS[1:4])
        assert line["ours"] > 0 or line["goal"] == "none"
    assert lines[2]["ours"] == lines[4]["ours"] == 0, "a tick was refused"


@pytest.mark.parametrize(
    ("ours", "baseline", "goal", "met"),
    [
        (60, 100, "≥ 0.60", True), (59, 100, "≥ 0.60", False), (5, 1, "≤ 5", True), (6, 1, "≤ 5", False),
        (150, 1, "≤ 160 MB", True), (170, 1, "≤ 160 MB", False), (0, 9, "none", True), (1, 9, "none", False),
    ],
)  # fmt: skip
def test_met(ours: float, baseline: float, goal: str, met: bool) -> None:
    assert Line("x", ours, baseline, goal).met is met
    assert not Line("x", ours, baseline, goal, broken=True).met
