"""Our commands typed to a process that has loaded them (tests/commands.py): each alone needs two seconds for that.

That ``flask`` itself starts in a shell is proved by tests/cli/test_shell.py.
"""

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
_RUNNING = ExitStack()
_ADDRESS: list[Path] = []


@contextmanager
def commands(address: Path) -> Iterator[Path]:
    """Such a process, while it is needed: it answers at ``address``."""
    command = [sys.executable, "-m", "tests.commands", str(address)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None and server.stdout is not None
        assert server.stdout.readline() == "ready\n"
        yield address
        server.stdin.close()


def flask(words: Sequence[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """``flask words`` in the project's folder, by a process that starts with the first command and stays."""
    if not _ADDRESS:
        folder = Path(_RUNNING.enter_context(TemporaryDirectory(prefix="logbook-commands-")))
        _ADDRESS.append(_RUNNING.enter_context(commands(folder / "commands")))
    command = [sys.executable, "-S", "-E", str(ROOT / "tests/command.py"), str(_ADDRESS[0]), *words]
    return subprocess.run(
        command, cwd=ROOT, env=dict(environment), capture_output=True, text=True, timeout=110, check=False
    )


def end() -> None:
    """The process is not needed any more."""
    _ADDRESS.clear()
    _RUNNING.close()
