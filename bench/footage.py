"""Lines about copying footage: copied and proved, against the tools that people use and against the bare limit."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from app.config import PROJECT
from bench.measure import Line
from bench.sizes import Sizes
from bench.world import World

FILES = 16
BLOCK = 4 << 20
ROUNDS = 3  # of 4 GB each


def footage(place: World, folder: Path, sizes: Sizes) -> Iterator[Line]:
    """A set of files, copied in turn by ``cp`` and by us, on the disk of the temporary folder; the cache is emptied
    before each.
    """
    room = shutil.disk_usage(folder).free
    if room < 2.2 * sizes.footage:
        raise RuntimeError(f"{folder} has {room / 1e9:.1f} GB free, too little to copy {sizes.footage / 1e9:.1f} GB")
    source, dest = folder / "footage", folder / "medium"
    _make(source, sizes.footage // FILES)
    found: list[tuple[float, float, float, float]] = []
    for _ in range(min(sizes.rounds, ROUNDS)):
        found.append((*_tools(source, dest), *_ours(source, dest)))
    shutil.rmtree(source)
    tools, bare, ours, memory = (median(column) for column in zip(*found, strict=True))
    size, words = sizes.footage / 1e6, f"{sizes.footage / (1 << 30):.2g} GiB of footage copied and proved, MB/s"
    yield Line(f"{words}, against cp and sha256sum of both", size / ours, size / tools, "≥ 2")
    yield Line(f"{words}, against cp, fsync, reading back", size / ours, size / bare, "≥ 0.85")
    yield Line("copying footage, memory at the most, MB", memory, _ours(folder / "none", dest)[1], "≤ 100 MB")


def _make(source: Path, size: int) -> None:
    """Files of no two equal blocks."""
    source.mkdir()
    noise = bytearray(os.urandom(BLOCK))
    for number in range(FILES):
        with (source / f"camera-{number:02d}.mp4").open("wb") as file:
            for start in range(0, size, BLOCK):
                noise[:16] = os.urandom(16)
                file.write(noise[: min(BLOCK, size - start)])
            os.fsync(file.fileno())


def _tools(source: Path, dest: Path) -> tuple[float, float]:
    """Seconds of ``cp`` and ``sha256sum`` of source and copy; of ``cp``, fsync and reading the copy back.

    One ``cp`` counts for both. When ``sha256sum`` runs both sets have just been read: the system may still hold them.
    """
    _forget(source)
    start = time.perf_counter()
    subprocess.run(["cp", "-r", "--", source, dest], check=True)
    copied = time.perf_counter()
    _forget(dest)
    for file in sorted(dest.iterdir()):
        _read(file)
    proved = time.perf_counter()
    every = [*sorted(source.iterdir()), *sorted(dest.iterdir())]
    subprocess.run(["sha256sum", "--", *every], check=True, stdout=subprocess.DEVNULL)
    end = time.perf_counter()
    shutil.rmtree(dest)
    return copied - start + end - proved, proved - start


def _ours(source: Path, dest: Path) -> tuple[float, float]:
    """Seconds of a program that copies ``source``, its start included, and the most memory that it held, MB."""
    if source.exists():
        _forget(source)
    start = time.perf_counter()
    command = [sys.executable, "-m", "bench.copying", source, dest]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, check=True)
    seconds = time.perf_counter() - start
    shutil.rmtree(dest, ignore_errors=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return seconds, told["peak_mb"]


def _forget(folder: Path) -> None:
    """Everything below it is on the disk and not in memory, as far as somebody who is not root can ask for that."""
    for file in folder.iterdir():
        opened = os.open(file, os.O_RDONLY)
        os.fsync(opened)
        os.posix_fadvise(opened, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(opened)


def _read(file: Path) -> None:
    into = memoryview(bytearray(BLOCK))
    with file.open("rb", buffering=0) as opened:
        while opened.readinto(into):
            pass
