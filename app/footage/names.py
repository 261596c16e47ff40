"""Names of files: which ones a file system cannot hold, and which ones would overwrite one another."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from app.domain import N_, Message

FAT = ("vfat", "msdos")
WINDOWS = (*FAT, "exfat", "ntfs", "ntfs3", "fuseblk")  # their names are Windows' names
ONE_CASE = (*WINDOWS, "hfsplus", "hfs", "apfs")  # a and A are one name
FAT_LIMIT = 2**32 - 1  # bytes of the largest file: 4 GiB less one
LONGEST = 255  # UTF-16 units of a name on WINDOWS, bytes elsewhere
FORBIDDEN = re.compile(r'["*:<>?\\|]')
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
DEVICES = re.compile(r"(con|prn|aux|nul|com[1-9]|lpt[1-9])(\..*)?", re.I)


def folded(path: str, file_system: str) -> str:
    """Two paths with the same answer are one path to people, to checks, or to this file system."""
    text = unicodedata.normalize("NFC", path)
    return unicodedata.normalize("NFC", text.casefold()) if file_system in ONE_CASE else text


def unfit(path: str, file_system: str) -> Iterator[Message]:
    """Why a file of this path cannot stand on the medium."""
    for name in path.split("/"):
        reason = _reason(name, file_system)
        if reason:
            yield Message(reason, {"path": shown(path), "name": shown(name)})


def _reason(name: str, file_system: str) -> str:
    if shown(name) != name or CONTROL.search(name):
        return N_("%(path)s: its name is not readable text. Copy it under another name, outside the logbook, first.")
    windows = file_system in WINDOWS
    if windows and (FORBIDDEN.search(name) or name.endswith((" ", ".")) or DEVICES.fullmatch(name)):
        return N_(
            "%(path)s: the medium cannot hold the name «%(name)s». Use a medium formatted for Linux (ext4), or name "
            "the copies by the rule."
        )
    if (len(name.encode("utf-16-le")) // 2 if windows else len(name.encode())) > LONGEST:
        return N_("%(path)s: the name is longer than the medium takes. Name the copies by the rule.")
    return ""


def shown(text: str) -> str:
    """As text that can be printed and sent; bytes that are no text become a sign for that."""
    return text.encode("utf-8", "replace").decode("utf-8")


def clashes(paths: Iterable[str], file_system: str) -> Iterator[Message]:
    """Of paths that would be one file on the medium; also a file where another path needs a folder."""
    kept: dict[str, str] = {}
    folders: dict[str, str] = {}
    every = list(paths)
    for path in every:
        parts = path.split("/")
        for depth in range(1, len(parts)):
            folders.setdefault(folded("/".join(parts[:depth]), file_system), path)
    for path in every:
        key = folded(path, file_system)
        if key in kept or key in folders:
            yield Message(
                N_(
                    "%(one)s and %(other)s would be one file on the medium. Copy them into two folders, one "
                    "after the other."
                ),
                {"one": shown(kept.get(key) or folders[key]), "other": shown(path)},
            )
        kept.setdefault(key, path)
