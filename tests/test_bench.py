"""The benchmark says every line, in small. What the numbers are is not for a test to judge."""

import json
import math
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from bench import load
from bench.measure import Line
from bench.peers import lines as peers

ROOT = Path(__file__).resolve().parent.parent
KEYS = ["name", "ours", "baseline", "ratio", "goal", "met"]
LINES = (
    "tick against the bare Flask append", "2 writers: p99", "2 writers: refused",
    "4 writers: p99", "4 writers: refused", "tick in a day of",
    "board of 60 steps", "board drawn anew", "board unchanged (304)", "journal page", "rows drawn anew", "leaves",
    "all", "form of 60 rows", "form and 3 signatures", "CPU µs a row", "memory at the most", "memory", "cold start",
    "tick with nothing due", "tick with 2 due",
    "cp and sha256sum of both", "cp, fsync, reading back", "copying footage, memory",
    "board beside 3 watched cameras", "a look at a camera",
    "region's board of 8 centres", "region's board unchanged (304)", "board of 4 centres against 2",
    "board of 8 centres against 2", "days of 40 entries",
)  # fmt: skip


@pytest.mark.timeout(300)
def test_a_small_run_says_every_line(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    command = [sys.executable, "-m", "bench.run", "--quick", "--out", str(out)]
    without = {**os.environ, peers.FOLDER: str(tmp_path / "none")}
    done = subprocess.run(command, cwd=ROOT, env=without, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    assert "are not measured: make bench-peers installs them" in done.stdout
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


def test_peers_that_are_not_installed_are_told_and_give_no_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(peers.FOLDER, str(tmp_path))
    assert list(peers.peers(None, tmp_path, None)) == []  # type: ignore[arg-type]
    assert capsys.readouterr().out == (
        "django-helpdesk and Roundup are not measured: make bench-peers installs them.\n"
    )


def test_peers_of_another_version_count_as_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(peers.FOLDER, str(tmp_path))
    monkeypatch.setattr(peers.postgres, "BINARIES", tmp_path)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").touch()
    wanted = (ROOT / "bench" / "peers" / "requirements.txt").read_text(encoding="utf-8")
    (tmp_path / "stamp").write_text(wanted, encoding="utf-8")
    assert peers.missing() == ""
    (tmp_path / "stamp").write_text(wanted.replace("roundup==", "roundup==1."), encoding="utf-8")
    assert peers.missing()


class Peer(BaseHTTPRequestHandler):
    """Accepts what is posted to ``/append``, refuses the rest, both at once."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201 if self.path == "/append" else 403)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Peer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_a_refused_append_is_an_error_and_not_a_fast_success(port: int) -> None:
    who = asdict(load.Client("", ""))
    accepted = load.run(load.Order(port, 0.2, [who], ["/append"], {}, "201"))
    assert peers.rate("peer", accepted) > 0
    refused = load.run(load.Order(port, 0.2, [who, who], ["/append", "/sign-in"], {}, "201"))
    assert len(refused["times"]) > len(refused["refused"]) > 0
    with pytest.raises(RuntimeError, match=r"peer refused [0-9]+ of [0-9]+: 403"):
        peers.rate("peer", refused)


def test_an_accepted_append_that_is_not_in_the_database_is_an_error() -> None:
    peers.check_stored("peer", 7, 7)
    with pytest.raises(RuntimeError, match="peer accepted 8 appends and holds 7"):
        peers.check_stored("peer", 7, 8)
