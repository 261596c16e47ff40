"""Bytes on their way: read in pieces into memory that is used again, hashed beside the reading."""

import mmap
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256
from typing import Protocol

import xxhash

BLOCK = 4 << 20  # bytes; whole pages, as reading past the cache wants them
RING = 4  # pieces that are read, hashed and written at the same time


class Digests:
    """SHA-256 and XXH128 of one run of bytes."""

    def __init__(self) -> None:
        self._sha256 = sha256()
        self._xxh128 = xxhash.xxh128()

    def update(self, data: memoryview) -> None:
        self._sha256.update(data)
        self._xxh128.update(data)

    def hex(self) -> tuple[str, str]:
        return self._sha256.hexdigest(), self._xxh128.hexdigest()


class Hashed(Protocol):
    def update(self, data: memoryview, /) -> None: ...


class Stream:
    """Reads files one after the other; a thread of its own hashes a piece while the next one is read.

    The memory is taken once. ``hashlib`` and the system let other threads run meanwhile.
    """

    def __init__(self) -> None:
        self._blocks = [memoryview(mmap.mmap(-1, BLOCK)) for _ in range(RING)]
        self._hashing = ThreadPoolExecutor(1)

    def close(self) -> None:
        self._hashing.shutdown()

    def pieces(self, read: Callable[[memoryview, int], int], digests: Hashed) -> Iterator[tuple[int, memoryview]]:
        """Offset and bytes of every piece until ``read`` gives none; ``digests`` are whole when this ends.

        A piece may be used until the next one is asked for.
        """
        busy: list[Future[None] | None] = [None] * RING
        offset = turn = 0
        try:
            while True:
                if waits := busy[turn]:
                    waits.result()
                size = read(self._blocks[turn], offset)
                if not size:
                    return
                piece = self._blocks[turn][:size]
                busy[turn] = self._hashing.submit(digests.update, piece)
                yield offset, piece
                offset += size
                turn = (turn + 1) % RING
        finally:
            for waits in busy:
                if waits:
                    waits.result()


def reader(opened: int) -> Callable[[memoryview, int], int]:
    """``read`` for ``Stream.pieces``: fills the memory as far as the file goes."""

    def read(into: memoryview, offset: int) -> int:
        done = 0
        while done < len(into):
            got = os.preadv(opened, [into[done:]], offset + done)
            done += got
            if not got or got % mmap.PAGESIZE:  # the end; past the cache nothing may be read from the middle of a page
                break
        return done

    return read


def write_all(opened: int, data: memoryview, offset: int) -> None:
    """The one place where bytes of footage are written."""
    while data:
        done = os.pwrite(opened, data, offset)
        data, offset = data[done:], offset + done
