"""What is to be copied: files found below what was named, read without leaving a trace."""

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.domain import N_, Message
from app.footage.names import shown

NO_TRACE = getattr(os, "O_NOATIME", 0)  # only the owner of a file may ask for it
LEFT_OUT = re.compile(  # what systems put on media by themselves; the history and the journal of an earlier copy
    r"ascmhl|\.logbook-copy.*|System Volume Information|\$RECYCLE\.BIN|\.Trash-.*|\.Trashes|\.Spotlight-V100|"
    r"\.fseventsd|lost\+found|\.DS_Store|Thumbs\.db|desktop\.ini"
)


@dataclass(frozen=True)
class Found:
    """A file: where it is, its path below what was named, size, time of its last change in nanoseconds."""

    file: Path
    path: str
    size: int
    modified: int


def open_quietly(path: Path, flags: int = 0) -> int:
    """Open for reading; the time of the last access stays as it was where the system allows that."""
    flags |= os.O_RDONLY | getattr(os, "O_CLOEXEC", 0)
    try:
        return os.open(path, flags | NO_TRACE)
    except PermissionError:
        return os.open(path, flags)


def find(sources: list[Path]) -> tuple[list[Found], list[str], list[Message]]:
    """Files in order of their paths, what is left out (links, histories of copies), and why something cannot be read.

    A file is copied under its name; a folder under its own, with everything below it.
    """
    files: list[Found] = []
    left: list[str] = []
    problems: list[Message] = []
    for source in sources:
        try:
            real = source.resolve(strict=True)
            top = real.name
            for file, path in _below(real, top):
                _add(file, path, files, left, problems)
        except OSError as error:
            problems.append(_unreadable(source, error))
    if not files and not problems:
        problems.append(Message(N_("There is no file to copy. Name the folder that holds the footage."), {}, "sources"))
    return sorted(files, key=lambda found: found.path), sorted(left), problems


def _add(file: Path, path: str, files: list[Found], left: list[str], problems: list[Message]) -> None:
    try:
        known = file.lstat()
        if not stat.S_ISREG(known.st_mode) or LEFT_OUT.fullmatch(file.name):
            left.append(path)
            return
        os.close(open_quietly(file))
        files.append(Found(file, path, known.st_size, known.st_mtime_ns))
    except OSError as error:
        problems.append(_unreadable(file, error))


def _unreadable(path: Path, error: OSError) -> Message:
    words: dict[str, object] = {"path": shown(str(path)), "error": error.strerror or type(error).__name__}
    return Message(N_("%(path)s cannot be read (%(error)s). Is the medium in, and may you read it?"), words, "sources")


def _below(real: Path, path: str) -> Iterator[tuple[Path, str]]:
    """Everything below a folder that is no folder; folders of histories as one."""
    if not real.is_dir() or real.is_symlink():
        yield real, path
        return
    with _listing(real) as entries:
        names = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
    for name, is_folder in names:
        inner = f"{path}/{name}" if path else name
        if is_folder and not LEFT_OUT.fullmatch(name):
            yield from _below(real / name, inner)
        else:
            yield real / name, inner


@contextmanager
def _listing(folder: Path) -> "Iterator[Iterator[os.DirEntry[str]]]":
    """The entries of a folder, its time of access kept too."""
    if os.scandir not in os.supports_fd:
        with os.scandir(folder) as entries:
            yield entries
        return
    opened = open_quietly(folder, os.O_DIRECTORY)
    try:
        with os.scandir(opened) as entries:
            yield entries
    finally:
        os.close(opened)
