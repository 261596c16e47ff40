"""What lies in a folder of a medium: every file below it, no link followed, and the folders that cannot be opened."""

import os
import stat
from dataclasses import dataclass
from errno import ENODEV, ENOTCONN, ENXIO, ESTALE
from pathlib import Path

from app.domain import N_
from app.footage.history import FOLDER
from app.footage.problem import NotChecked

GONE = {ENODEV, ENXIO, ENOTCONN, ESTALE}


@dataclass(frozen=True)
class Unreadable:
    path: str
    error: str


@dataclass(frozen=True)
class Lying:
    """``files``: by path below the folder; ``closed``: folders that could not be read."""

    files: dict[str, os.stat_result]
    closed: tuple[Unreadable, ...]

    def hides(self, path: str) -> str:
        """Why it cannot be seen whether the file is there, "" when it can."""
        return next((c.error for c in self.closed if path.startswith(f"{c.path}/")), "")

    def regular(self, path: str) -> bool:
        return stat.S_ISREG(self.files[path].st_mode)


def lying(root: Path) -> Lying:
    """Everything below ``root`` but the history itself. Raises NotChecked when the medium is gone."""
    files, closed, left = dict[str, os.stat_result](), list[Unreadable](), [""]
    while left:
        folder = left.pop()
        try:
            with os.scandir(root / folder) as entries:
                for entry in entries:
                    path = f"{folder}/{entry.name}" if folder else entry.name
                    if entry.is_dir(follow_symlinks=False):
                        left += [path] if path != FOLDER else []
                    else:
                        files[path] = entry.stat(follow_symlinks=False)
        except OSError as error:
            if not folder:
                raise NotChecked(N_("The medium does not answer: %(error)s."), error=error_words(error)) from error
            require_there(root, error)
            closed.append(Unreadable(folder, error_words(error)))
    return Lying(files, tuple(closed))


def require_there(root: Path, error: OSError) -> None:
    """Raises NotChecked when ``error`` is not the fault of one file: the medium was pulled out."""
    if error.errno in GONE or not os.path.isdir(root / FOLDER):
        raise NotChecked(N_("The medium does not answer: %(error)s."), error=error_words(error)) from error


def error_words(error: OSError) -> str:
    return error.strerror or type(error).__name__
