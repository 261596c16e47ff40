"""Hashes of files, read from the medium and not from the machine's memory of it."""

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol

import xxhash

from app.domain import N_
from app.footage.blocks import Stream, reader
from app.footage.problem import NotChecked

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

Seen = Callable[[int], None]
Wish = Callable[[], str]


class Hash(Protocol):
    def update(self, data: memoryview, /) -> None: ...
    def hexdigest(self) -> str: ...


def c4(data: bytes) -> str:
    """The C4 name of ``data`` (SMPTE ST 2114): SHA-512 in base 58."""
    return _c4(hashlib.sha512(data).digest())


def _c4(sha512: bytes) -> str:
    number, digits = int.from_bytes(sha512, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = BASE58[digit] + digits
    return "c4" + digits.rjust(88, "1")


class C4:
    """C4 with the interface of hashlib."""

    def __init__(self) -> None:
        self.inner = hashlib.sha512()

    def update(self, data: memoryview, /) -> None:
        self.inner.update(data)

    def hexdigest(self) -> str:
        return _c4(self.inner.digest())


# Every hash that an ASC MHL manifest may carry, ours first.
KINDS: Mapping[str, Callable[[], Hash]] = {
    "sha256": hashlib.sha256,
    "xxh128": xxhash.xxh3_128,
    "c4": C4,
    "sha1": hashlib.sha1,
    "md5": hashlib.md5,
    "xxh3": xxhash.xxh3_64,
    "xxh64": xxhash.xxh64,
}


class Hashes:
    """Hashes of several kinds over one run of bytes."""

    def __init__(self, kinds: Iterable[str]) -> None:
        self._hashes = {kind: KINDS[kind]() for kind in kinds}

    def update(self, data: memoryview, /) -> None:
        for value in self._hashes.values():
            value.update(data)

    def found(self) -> dict[str, str]:
        return {kind: value.hexdigest() for kind, value in self._hashes.items()}


def read_hashes(path: Path, kinds: Iterable[str], seen: Seen, wish: Wish) -> dict[str, str]:
    """Hashes of the file by their kind. Raises OSError and NotChecked.

    What the machine still remembers of the file is dropped before: the medium answers.
    """
    hashes = Hashes(kinds)
    with open(path, "rb", buffering=0) as file, contextlib.closing(Stream()) as stream:
        forget(file.fileno())
        for _, piece in stream.pieces(reader(file.fileno()), hashes):
            obey(wish)
            seen(len(piece))
        forget(file.fileno())
    return hashes.found()


def forget(descriptor: int) -> None:
    """Let the machine forget what it keeps in memory of a file."""
    with contextlib.suppress(OSError):  # a medium that cannot: what was just put in answers from itself
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def obey(wish: Wish) -> None:
    """Raises NotChecked when it is to end: what was read of a check is no result, so a pause ends it as well."""
    if wish():
        raise NotChecked(N_("The check was stopped."))
