"""How copying ends when it does not end well. Every message says what happened and what to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from errno import EDQUOT, EFBIG, ENOSPC, EROFS

from app.domain import N_, DomainError, Invalid, Message


class Cannot(Invalid):
    """The copy cannot be made or go on like this; what is proved already stays so."""

    exit = 2


class Differs(DomainError):
    """Something is not the same where it has to be: the medium and the source, or the source then and now."""


class Paused(DomainError):
    """Somebody asked for a pause, or gave the copy up."""

    exit = 2


FULL, TOO_LARGE, NOT_WRITABLE = (ENOSPC, EDQUOT), (EFBIG,), (EROFS,)


@contextmanager
def reading(path: object) -> Iterator[None]:
    """What the system says while a source is read becomes words for people."""
    try:
        yield
    except OSError as error:
        raise Cannot(
            N_(
                "The source %(path)s cannot be read (%(error)s). Look at its cable or disk, then start the same copy "
                "again: it goes on where it stopped."
            ),
            path=str(path),
            error=_words(error),
        ) from error


@contextmanager
def writing(path: object) -> Iterator[None]:
    """The same while a file on the medium is written, read back or renamed."""
    try:
        yield
    except OSError as error:
        raise Cannot(Message(_id(error), {"path": str(path), "error": _words(error)})) from error


def _id(error: OSError) -> str:
    if error.errno in FULL:
        return N_(
            "The medium is full at %(path)s (%(error)s). Make room on it and start the same copy again, or copy to a "
            "larger one."
        )
    if error.errno in TOO_LARGE:
        return N_("%(path)s is larger than the medium takes (%(error)s). Use a medium formatted with exFAT or NTFS.")
    if error.errno in NOT_WRITABLE:
        return N_(
            "The medium can only be read now (%(error)s), at %(path)s. Take its write protection off, or check it for "
            "errors; then start the same copy again."
        )
    return N_(
        "The medium did not answer at %(path)s (%(error)s). Put it in again and start the same copy again: it goes on "
        "where it stopped."
    )


def _words(error: OSError) -> str:
    return error.strerror or type(error).__name__
