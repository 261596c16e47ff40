"""One program at a time writes into the folder of a copy: two would cut each other's files short."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EAGAIN, EWOULDBLOCK
from pathlib import Path

from app.domain import N_
from app.footage.errors import Cannot, writing

if hasattr(os, "O_DIRECTORY"):
    import fcntl


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Hold the folder, which must be there, until the end of the block or of the process. Raises Cannot when another
    program holds it.
    """
    if not hasattr(os, "O_DIRECTORY"):  # Windows: no folder can be opened there, nor held
        yield
        return
    with writing(root):
        opened = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _hold(opened)
        yield
    finally:
        os.close(opened)


def _hold(opened: int) -> None:
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (EAGAIN, EWOULDBLOCK):
            text = N_("Another copy or check is working on this medium. Wait until it has ended, or pause it.")
            raise Cannot(text) from error
        # A share of a network that knows no locks: nothing is known of others.
