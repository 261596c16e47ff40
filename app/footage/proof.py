"""Reading a copy back from the medium itself, to compare it with what was read at the source.

What that says and what not: docs/decisions/0012-proof-of-a-copy.md.
"""

import errno
import os
from collections.abc import Callable
from pathlib import Path

from app.footage.blocks import Digests, Stream, reader

PAST_CACHE = getattr(os, "O_DIRECT", 0)
QUIET = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


def read_back(path: Path, stream: Stream, told: Callable[[int], None]) -> tuple[str, str]:
    """SHA-256 and XXH128 of what is on the medium. ``told`` is given the size of every piece that was read."""
    opened = [os.open(path, os.O_RDONLY | QUIET)]
    digests = Digests()
    try:
        forget_cached(opened[0])
        plain = reader(opened[0])
        read = plain
        if PAST_CACHE:
            try:
                opened.append(os.open(path, os.O_RDONLY | QUIET | PAST_CACHE))
                read = _else(reader(opened[1]), plain)
            except OSError as error:
                if error.errno != errno.EINVAL:
                    raise
        for _, piece in stream.pieces(read, digests):
            told(len(piece))
    finally:
        for number in opened:
            os.close(number)
    return digests.hex()


def forget_cached(opened: int) -> None:
    """Ask the system to drop what it holds of a file in memory; what is not on the medium yet stays."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(opened, 0, 0, os.POSIX_FADV_DONTNEED)


def _else(read: Callable[[memoryview, int], int], plain: Callable[[memoryview, int], int]) -> Callable[..., int]:
    """Reads past the cache; a piece for which the file system refuses that, through the cache that was emptied."""

    def tried(into: memoryview, offset: int) -> int:
        try:
            return read(into, offset)
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            return plain(into, offset)

    return tried
