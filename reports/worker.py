"""The process that reads one stranger's file: started for it, held to little memory and time, then thrown away.

``python -m reports.worker`` gets on its standard input a line of JSON, the file, and then lines of moments; it
answers each with a line. After its modules are loaded it opens nothing any more: no file, no connection, no program.
"""

import os
import resource
import sys
from importlib import import_module

from reports import wire
from reports.inspect import inspect

READER = (  # loaded before the doors are shut; the last three are what pyHanko itself loads late
    "reports.verdict", "pyhanko.pdf_utils.filters", "lxml.etree", "cryptography.hazmat.backends.openssl.backend",
)  # fmt: skip
PREPARED = ("utf-16-be", "utf-16", "utf-8-sig", "latin-1", "ascii", "idna")  # codecs that a file may ask for
CLOSED = ("open", "os.", "subprocess.", "socket.bind", "socket.connect", "socket.getaddrinfo", "ctypes.", "shutil.")
HANDLES = 8  # three of them are ours, three an event loop's


def shut() -> None:
    """From here on: little memory, little time, low priority, nothing written, and nothing opened."""
    for module in READER:
        import_module(module)
    for name in PREPARED:
        "a".encode(name)
    os.nice(10)
    for limit, soft, hard in (
        (resource.RLIMIT_AS, wire.MEMORY, wire.MEMORY), (resource.RLIMIT_CPU, wire.SECONDS, wire.SECONDS + 1),
        (resource.RLIMIT_CORE, 0, 0), (resource.RLIMIT_FSIZE, 0, 0), (resource.RLIMIT_NPROC, 0, 0),
        (resource.RLIMIT_NOFILE, HANDLES, HANDLES),
    ):  # fmt: skip
        resource.setrlimit(limit, (soft, hard))
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event.startswith(CLOSED):
        raise PermissionError(event)


def main() -> None:
    """One talk, until the other side ends it."""
    into, out = sys.stdin.buffer, sys.stdout.buffer
    shut()
    try:
        size, roots, crls = wire.read_question(into.readline())
        pdf = into.read(size)
        for line in into:
            out.write(wire.answer(inspect(pdf, roots, wire.read_moments(line), crls=crls)))
            out.flush()
    except MemoryError:
        out.write(wire.failure("memory"))
        out.flush()


if __name__ == "__main__":
    main()
