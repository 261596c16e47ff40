"""The real program in a real shell: few, because each costs a second."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLASK = Path(sys.executable).parent / "flask"


def flask(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command as an operator would, with the instance folder in the environment."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("LOGBOOK_")}
    environ = {**kept, "LOGBOOK_INSTANCE": str(folder), **settings}
    return subprocess.run(
        [str(FLASK), *words], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60, check=False
    )


def test_an_installation_is_made_once_and_answers(tmp_path: Path) -> None:
    folder = tmp_path / "новая папка"
    made = flask(folder, "init", "--admin", "chief", "--now", "2026-06-01T09:00+03:00")
    assert (made.returncode, made.stderr) == (0, "")
    lines = made.stdout.splitlines()
    assert lines[0] == f"The installation is made in {folder}"
    password = r"([a-z2-9]{3}-){3}[a-z2-9]{3}"
    assert re.fullmatch(rf"Administrator: chief   one-time password: {password}", lines[1])
    keys = {p.name: p.stat().st_mode & 0o777 for p in (folder / "keys").rglob("*") if p.is_file()}
    assert "log.key" in keys and set(keys.values()) == {0o600}
    again = flask(folder, "init")
    assert again.returncode == 1
    assert again.stderr == "Error: This folder holds an installation already; nothing was changed.\n"
    people = flask(folder, "people", "list")
    assert (people.returncode, people.stdout) == (0, "chief\tchief\tadministrator\t\n")


@pytest.mark.parametrize(
    ("words", "code", "part"),
    [
        (["day", "verify", "x"], 2, "There is no logbook in"),
        (["pdf", "check", "README.md"], 2, "There is no logbook in"),
        (["people", "add", "x", "y", "--role", "king"], 2, "king"),
    ],
)
def test_errors_are_one_line_on_the_error_stream(tmp_path: Path, words: list[str], code: int, part: str) -> None:
    done = flask(tmp_path / "empty", *words)
    assert (done.returncode, done.stdout) == (code, "")
    assert part in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_a_misspelt_setting_stops_every_command_with_its_name(tmp_path: Path) -> None:
    done = flask(tmp_path, "day", "list", LOGBOOK_PROT="8080")
    assert done.returncode != 0
    assert "LOGBOOK_PROT" in done.stderr
