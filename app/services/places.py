"""Folders of the server that footage may be copied from and to in the browser, and nothing outside of them."""

import os
from dataclasses import dataclass
from pathlib import Path

from app.domain import N_, Invalid, Message, NotFound
from app.footage.media import PLACES, MediumFacts, media, medium

MEDIA = "media"  # in the setting: every medium that is mounted where people put them in
MOST = 500  # folders of a list


@dataclass(frozen=True)
class Folder:
    """A folder to choose from. ``parent``: empty for one of the setting; ``more``: folders beyond the list."""

    path: str
    name: str
    parent: str
    folders: tuple[tuple[str, str], ...]  # name, path
    files: int  # directly in it
    more: int = 0


@dataclass(frozen=True)
class Place:
    """One of the places of the setting, with what the system tells of its medium."""

    path: str
    medium: MediumFacts


def places(setting: str) -> tuple[Place, ...]:
    """The places that are there now, each once."""
    return tuple(Place(str(root), medium(root)) for root in _roots(setting))


def _roots(setting: str) -> list[Path]:
    named = [entry for entry in setting.split(":") if entry]
    found = [Path(entry) for entry in named if entry != MEDIA]
    if MEDIA in named:
        found += [Path(m.mount) for m in media() if m.mount.startswith(PLACES)]
    real = dict.fromkeys(Path(os.path.realpath(path)) for path in found)
    return [path for path in real if path.is_dir()]


def within(setting: str, text: str) -> Path:
    """The folder that ``text`` names, links followed. Raises NotFound for one outside of the places, or none."""
    try:
        real = Path(os.path.realpath(text)) if text.startswith("/") else None
        if real and real.is_dir() and any(real.is_relative_to(root) for root in _roots(setting)):
            return real
    except (OSError, ValueError):  # a name too long, a null byte
        pass
    raise NotFound(N_("This folder is not among those that the server may read."))


def target(setting: str, place: str, folder: str) -> Path:
    """Where a copy goes: ``folder`` directly in a place. Raises Invalid, NotFound."""
    root = within(setting, place)
    if not folder or folder.startswith(".") or "/" in folder or "\0" in folder or len(folder.encode()) > 200:
        text = N_("Enter the name of one folder, without / and not beginning with a dot.")
        raise Invalid(Message(text, {}, "folder"))
    found = root / folder
    if os.path.lexists(found) and Path(os.path.realpath(found)) != found:
        raise Invalid(Message(N_("A link stands under this name. Choose another folder."), {}, "folder"))
    return found


def look(setting: str, text: str) -> Folder:
    """What can be chosen below a folder; with no folder named, the places themselves. Raises NotFound."""
    roots = _roots(setting)
    if not text:
        return Folder("", "", "", tuple((str(root), str(root)) for root in roots), 0)
    here = within(setting, text)
    folders, files = [], 0
    try:
        with os.scandir(here) as entries:
            for entry in entries:
                if entry.is_file(follow_symlinks=False):
                    files += 1
                elif not entry.name.startswith(".") and _inside(entry, roots):
                    folders.append((entry.name, str(here / entry.name)))
    except OSError as error:
        raise NotFound(N_("The folder cannot be read: %(error)s."), error=error.strerror or "?") from error
    folders.sort()
    parent = "" if here in roots else str(here.parent)
    return Folder(str(here), here.name, parent, tuple(folders[:MOST]), files, max(len(folders) - MOST, 0))


def _inside(entry: "os.DirEntry[str]", roots: list[Path]) -> bool:
    """A folder below the places that an address can name; a link that leads out is none."""
    try:
        entry.name.encode()
        return entry.is_dir() and any(Path(os.path.realpath(entry.path)).is_relative_to(root) for root in roots)
    except (OSError, UnicodeEncodeError):
        return False
