"""Before the first byte: what will be copied where, and every reason why that cannot end well, at once."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from app.domain import N_, Message
from app.footage import ledger
from app.footage.errors import Cannot
from app.footage.ledger import Known, Proved
from app.footage.media import MediumFacts, existing, medium
from app.footage.names import FAT, FAT_LIMIT, LONGEST, clashes, folded, shown, unfit
from app.footage.naming import Rule, named
from app.footage.sources import Found, find

PART = ".logbook.part"  # a file of a copy that is not proved yet
RESERVE = 1 << 20  # bytes for folders, journal and manifest


@dataclass(frozen=True)
class Item:
    """One file to copy. ``path``: of the copy below its root; ``part``: what it is called until it is proved."""

    source: Path
    path: str
    part: str
    size: int
    modified: int
    original: str = ""


@dataclass(frozen=True)
class Plan:
    """A copy that can be made. ``proved``: what an earlier run copied and proved.

    ``left_out``: links and histories of other copies; ``unnamed``: files whose times are not known, so that the rule
    could not name them; ``to_write``: bytes that the medium still needs.
    """

    root: Path
    items: tuple[Item, ...]
    medium: MediumFacts
    proved: tuple[Proved, ...] = ()
    left_out: tuple[str, ...] = ()
    unnamed: tuple[str, ...] = ()
    to_write: int = 0

    @property
    def size(self) -> int:
        return sum(item.size for item in self.items)


def plan(sources: list[Path], dest: Path, naming: Rule | None = None, on: MediumFacts | None = None) -> Plan:
    """``naming``: None leaves names as they are. ``on``: the medium, when it is known already.

    Raises Cannot (Invalid) with every reason. Nothing is written.
    """
    root = Path(os.path.abspath(dest))
    on = on or medium(root)
    files, left, problems = find(sources)
    problems += _apart([s for s in sources if s.exists()], root)
    paths, unnamed = named([(f.file, f.path) for f in files], naming)
    items = _items(files, paths, on.file_system)
    if on.read_only:
        problems.append(_about_dest(N_("The medium can only be read. Take its write protection off, or use another.")))
    elif not os.access(existing(root), os.W_OK):
        problems.append(_about_dest(N_("You may not write to %(path)s. Choose another folder."), path=str(root)))
    for path in paths:
        problems += unfit(path, on.file_system)
    problems += clashes(paths, on.file_system)
    known = Known()
    try:
        known = ledger.read(root)
        problems += _other_copy(items, root, known, on.file_system)
    except Cannot as error:
        problems += error.messages
    problems += _too_large(items, on.file_system)
    ours = {item.path: item for item in items}
    proved = tuple(p for p in known.proved if (item := ours.get(p.file.path)) and p.of(item.size, item.modified))
    to_write = _to_write(items, root, {p.file.path for p in proved})
    if to_write and to_write + RESERVE > on.free and (on.capacity or on.free):
        text = N_("The medium has %(free)s free and %(needed)s are needed. Use a larger one, or copy in two parts.")
        problems.append(_about_dest(text, free=gigabytes(on.free), needed=gigabytes(to_write + RESERVE)))
    if problems:
        raise Cannot(*problems)
    return Plan(root, items, on, proved, tuple(left), tuple(unnamed), to_write)


def gigabytes(size: int) -> str:
    """As media are sold: thousand millions of bytes."""
    return f"{size / 1e9:.1f} GB" if size >= 1e8 else f"{size / 1e6:.1f} MB"


def _about_dest(text: str, **words: object) -> Message:
    return Message(text, words, "dest")


def _apart(sources: list[Path], root: Path) -> Iterator[Message]:
    """A copy inside of what it copies would never end; one over what it copies would destroy it."""
    real = Path(os.path.realpath(root))
    for source in map(Path, map(os.path.realpath, sources)):
        if real.is_relative_to(source) or source.is_relative_to(real):
            words: dict[str, object] = {"source": shown(str(source)), "dest": shown(str(real))}
            text = N_("%(source)s and %(dest)s lie in one another. Choose a folder outside of what is copied.")
            yield Message(text, words, "dest")


def _items(files: list[Found], paths: list[str], file_system: str) -> tuple[Item, ...]:
    taken = {folded(path, file_system) for path in paths}
    return tuple(
        Item(f.file, path, _part(path, taken, file_system), f.size, f.modified, f.path if path != f.path else "")
        for f, path in zip(files, paths, strict=True)
    )


def _part(path: str, taken: set[str], file_system: str) -> str:
    """A name that nobody else gives, as it is written over; another when the copy has it itself or it is too long."""
    folder, name = os.path.split(path)
    if len(name.encode("utf-8", "surrogateescape")) > LONGEST - len(PART):
        name = f".logbook-copy-{sha256(os.fsencode(name)).hexdigest()[:16]}"
    part = os.path.join(folder, f"{name}{PART}")
    while folded(part, file_system) in taken:
        part += PART
    return part


def _too_large(items: tuple[Item, ...], file_system: str) -> Iterator[Message]:
    large = [item for item in items if item.size > FAT_LIMIT] if file_system in FAT else []
    if large:
        most = max(large, key=lambda item: item.size)
        yield Message(
            N_(
                "The medium is formatted with FAT32, which takes no file over 4 GB: %(path)s has %(size)s. Use one "
                "formatted with exFAT or NTFS."
            ),
            {"path": shown(most.path), "size": gigabytes(most.size)},
            "dest",
        )


def _other_copy(items: tuple[Item, ...], root: Path, known: Known, file_system: str) -> Iterator[Message]:
    """What lies there and is not the beginning, or a whole part, of this copy."""
    if root.exists() and not root.is_dir():
        yield _about_dest(N_("%(path)s is a file. Name a folder for the copy."), path=shown(str(root)))
        return
    if known.unfinished - {item.path for item in items}:
        yield _about_dest(
            N_("The folder holds an unfinished copy of other files. Finish that one first, or choose another folder.")
        )
    linked = sorted({link for item in items for link in links(root, os.path.dirname(item.path))})
    for link in linked:
        text = N_("%(path)s on the medium is a link, through which nothing is written. Choose another folder.")
        yield _about_dest(text, path=shown(link))
    if linked:
        return
    proved = {p.file.path: p for p in known.proved}
    there = _names(root, {os.path.dirname(item.path) for item in items}, file_system)
    for item in items:
        for path in there.get(folded(item.path, file_system), []):
            yield from _against(item, path, root, proved.get(item.path))


def links(root: Path, folder: str) -> Iterator[str]:
    """Of the folders from the copy's root down to this one those that are links: they lead somewhere else."""
    path = Path()
    for part in Path(folder).parts:
        path /= part
        if (root / path).is_symlink():
            yield path.as_posix()


def _names(root: Path, folders: set[str], file_system: str) -> dict[str, list[str]]:
    """Paths that are there in these folders, by what they are to this file system."""
    found: dict[str, list[str]] = {}
    for folder in folders:
        try:
            names = os.listdir(root / folder)
        except (FileNotFoundError, NotADirectoryError):
            continue
        for name in names:
            path = f"{folder}/{name}" if folder else name
            found.setdefault(folded(path, file_system), []).append(path)
    return found


def _against(item: Item, path: str, root: Path, proved: Proved | None) -> Iterator[Message]:
    """A file that is there under the name of one to copy: the same size may be the same file, which is then proved."""
    there = (root / path).lstat()
    words = {"path": shown(item.path), "there": shown(path)}
    if (path != item.path and folded(path, "") != folded(item.path, "")) or not stat.S_ISREG(there.st_mode):
        text = N_("%(path)s: the folder holds %(there)s, which would be the same name. Choose another folder.")
        yield _about_dest(text, **words)
    elif path != item.path:
        text = N_(
            "%(path)s: the folder holds a file of this name in another spelling of its letters. Choose another folder."
        )
        yield _about_dest(text, **words)
    elif there.st_size != item.size:
        text = N_("%(path)s: the folder holds another file of this name. Choose another folder.")
        if proved is not None and proved.file.size == there.st_size:
            text = N_("%(path)s has changed at the source since it was copied. Copy it to another folder.")
        yield _about_dest(text, **words)


def _to_write(items: tuple[Item, ...], root: Path, proved: set[str]) -> int:
    """Bytes that are not there yet; what a file or a part takes already is counted off."""
    needed = 0
    for item in items:
        sizes = [_size(root / item.path)]
        sizes += [] if item.path in proved and sizes[0] == item.size else [_size(root / item.part)]
        needed += max(0, item.size - max(sizes))
    return needed


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0
