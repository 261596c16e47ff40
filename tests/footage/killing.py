"""Copies made files in a child process, kills it at every call that changes the medium, and looks what lies there.

``python tests/footage/killing.py FOLDER`` prints what it saw as JSON. A program of its own: it forks, which a process
with the threads of a test run should not.
"""

import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.footage import blocks, ledger, transfer

CALLS = ("pwrite", "write", "fsync", "fdatasync", "ftruncate", "rename", "replace", "utime", "mkdir")
PAGE = 4096
HALF = 26  # the call at which some files are whole
FILES = {"a.mp4": 3 * PAGE + 17, "зал/камера 1.mp4": 2 * PAGE, "зал/🎥.mp4": 0, "z.mp4": 5 * PAGE - 1}


def make(folder: Path) -> None:
    for number, (name, size) in enumerate(FILES.items()):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(random.Random(number).randbytes(size))


def copy(source: Path, dest: Path) -> tuple[transfer.FileHash, ...]:
    return transfer.copy(transfer.plan([source], dest))


def kill_at(number: int, late: bool) -> None:
    """Die at the call of this number: before it, or after it; of a write, when half of it is done."""
    done = 0

    def watched(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal done
            done += 1
            if done == number:
                if late:
                    half = name in ("pwrite", "write") and len(args[1]) > 1
                    real(args[0], args[1][: len(args[1]) // 2], *args[2:]) if half else real(*args, **kwargs)
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **kwargs)

        return call

    for name in CALLS:
        setattr(os, name, watched(name, getattr(os, name)))


def child(work: Callable[[], object], after: float | None = None) -> bool:
    """Run ``work`` in a child; was it killed? ``after``: by this process, so many seconds after its start."""
    number = os.fork()
    if not number:
        try:
            work()
        finally:
            os._exit(0)
    if after is not None:
        time.sleep(after)
        os.kill(number, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(number, 0)[1])


def named(dest: Path) -> dict[str, Path]:
    """What lies under a final name."""
    found = {str(path.relative_to(dest)): path for path in dest.rglob("*") if path.is_file()}
    return {name: path for name, path in found.items() if not name.endswith(".part") and ledger.NAME not in name}


def judge(source: Path, dest: Path, at: str) -> list[str]:
    """What is wrong after the kill, and after the same copy was asked for again."""
    wrong, before = [], named(dest) if dest.exists() else {}
    proved = {p.file.path for p in ledger.read(dest).proved}
    for name, path in before.items():
        if path.read_bytes() != (source.parent / name).read_bytes():
            wrong.append(f"{at}: {name} is not whole under its final name")
        if name not in proved:
            wrong.append(f"{at}: {name} has its name before the journal says that it is proved")
    inodes = {name: path.stat().st_ino for name, path in before.items()}
    copy(source, dest)
    transfer.forget(dest)
    after = named(dest)
    if {name: path.read_bytes() for name, path in after.items()} != {
        f"{source.name}/{name}": (source / name).read_bytes() for name in FILES
    }:
        wrong.append(f"{at}: after going on the copy is not the source")
    if any(after[name].stat().st_ino != inode for name, inode in inodes.items()):
        wrong.append(f"{at}: a proved file was copied again")
    if sorted(path for path in dest.rglob("*") if path.is_file()) != sorted(after.values()):
        wrong.append(f"{at}: something is left over")
    return wrong


def main(folder: Path) -> dict[str, Any]:
    blocks.BLOCK = transfer.BLOCK = PAGE
    transfer.AHEAD = 2 * PAGE
    source, dest, half = folder / "src", folder / "medium" / "copy", folder / "half"
    make(source)
    (folder / "medium").mkdir()
    wrong: list[str] = []
    moments = 0
    for late, again in ((False, False), (True, False), (False, True)):
        number, killed = 0, True
        while killed:
            number += 1
            if again:  # killed once more, while it goes on
                shutil.copytree(half, dest)

            def work(number: int = number, late: bool = late) -> None:
                kill_at(number, late)
                copy(source, dest)

            killed = child(work)
            if number == HALF and not late and not again:
                shutil.copytree(dest, half)
            wrong += judge(source, dest, f"call {number}, {'after' if late else 'before'}{', again' * again}")
            shutil.rmtree(dest)
        moments += number - 1
    for number in range(8):
        child(lambda: copy(source, dest), random.Random(number).random() * 0.02)
        wrong += judge(source, dest, f"moment {number}")
        shutil.rmtree(dest)
    return {"moments": moments, "wrong": wrong}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
