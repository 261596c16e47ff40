"""The reference tool ``ascmhl``: its own commands without its command line, which asks the network for a newer one.

``python -m tests.footage.ascmhl_tool verify FOLDER``
"""

import subprocess
import sys
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[2]
WHOLE, NO_HISTORY, FAILED, NEW, MISSING = 0, 11, 12, 13, 15


def ask(command: str, folder: Path) -> tuple[int, str]:
    """What the tool answers and prints."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.footage.ascmhl_tool", command, str(folder), "-v"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


if __name__ == "__main__":
    click.Group.resultcallback = click.Group.result_callback  # as the tool, of 2022, still calls it
    from ascmhl import commands

    tool = click.Group(commands={name: getattr(commands, name) for name in ("create", "verify", "diff", "info")})
    tool(prog_name="ascmhl")
