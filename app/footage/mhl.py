"""ASC MHL 2.0: a history of generations beside the files of a copy. ``add`` writes one more, ``read`` reads them all.

The manifest carries xxh128 for every reader of the format and our SHA-256 as metadata of the same entry; the chain
binds both (decision 13).
"""

import contextlib
import hashlib
import os
import platform
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from app.domain import N_, Invalid, Message
from app.footage import tree_hash
from app.footage.alone import alone
from app.footage.files import FileHash
from app.footage.hashing import c4
from app.footage.history import CHAIN, DIRECTORY, FOLDER, LARGEST, MANIFEST, OURS, PART, Generation, History, Link, read
from app.footage.problem import shown

__all__ = ["CHECK", "COPY", "Generation", "History", "Outcome", "add", "read"]

COPY, CHECK = "transfer", "in-place"
OF_SYSTEMS = (  # put on media by them, not by people
    ".DS_Store", "System Volume Information/", "$RECYCLE.BIN/", ".Trash-*/", ".Trashes/", ".Spotlight-V100/",
    ".fseventsd/", "lost+found/", "Thumbs.db", "desktop.ini",
)  # fmt: skip
UNFINISHED = ("*.part", ".logbook-copy*")  # left by a copy that is not finished
IGNORED = ("ascmhl", "ascmhl/", *OF_SYSTEMS, *UNFINISHED)
TOOL, VERSION = "technical-logbook", "1"
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NOT_PORTABLE = re.compile(r'[<>:"/\\|?*\x00-\x1f]')


@dataclass(frozen=True)
class Outcome:
    """What a check found besides the files that it could read. ``renamed``: new path to old path."""

    result: str
    renamed: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()


def add(
    root: Path, files: Iterable[FileHash], how: str, by: str, now: datetime, outcome: Outcome | None = None
) -> Generation:
    """Write the next generation: these files as they are on the medium now.

    ``how``: ``COPY`` or ``CHECK``. ``by``: who did it, "" when it is not known. The manifest stands whole under
    its name before the chain names it; cut off anywhere, the history before it is still whole. Raises Invalid, OSError.
    """
    with alone(root):
        return _add(root, sorted(files, key=lambda f: f.path), how, by, now, outcome)


def _add(root: Path, listed: list[FileHash], how: str, by: str, now: datetime, outcome: Outcome | None) -> Generation:
    history = read(root)
    _require(history, listed)
    number = max((g.number for g in history.generations), default=0) + 1
    number = max(number, *(link.number + 1 for link in history.chain or ()), 1)
    name = f"{number:04d}_{_root_name(root)}_{now.astimezone(UTC):%Y-%m-%d_%H%M%S}Z.mhl"
    text = "".join(_manifest(history, listed, how, by, now, outcome)).encode()
    if len(text) > LARGEST:
        raise Invalid(N_("There are too many files for one manifest. Copy them into several folders."))
    chain = (*(history.chain or ()), Link(number, name, c4(text), 0))
    folder = root / FOLDER
    folder.mkdir(exist_ok=True)
    _write(folder / (name + PART), text)
    _write(folder / (CHAIN + PART), "".join(_chain(chain)).encode())
    os.replace(folder / (name + PART), folder / name)
    _sync(folder)
    os.replace(folder / (CHAIN + PART), folder / CHAIN)
    _sync(folder)
    _sync(root)
    return Generation(number, name, hashlib.sha256(text).hexdigest(), how, now, by, f"{TOOL} {VERSION}")


def _require(history: History, files: list[FileHash]) -> None:
    """Raises Invalid with every reason why no generation can be added."""
    reasons = [] if history.chain is not None else [
        Message(N_("The chain of generations cannot be read: nothing is added to it."))
    ]  # fmt: skip
    for file in files:
        if not writable(file.path + file.original):
            says: dict[str, object] = {"name": shown(file.path)}
            reasons.append(Message(N_("The name %(name)s cannot be written into a manifest."), says))
    if reasons:
        raise Invalid(*reasons)


def writable(name: str) -> bool:
    """XML can hold the name."""
    return not NOT_XML.search(name)


def _root_name(root: Path) -> str:
    name = NOT_PORTABLE.sub("_", NOT_XML.sub("_", root.resolve().name))
    return name.encode()[:100].decode("utf-8", "ignore") or "root"


def _manifest(
    history: History, files: list[FileHash], how: str, by: str, now: datetime, outcome: Outcome | None
) -> Iterator[str]:
    renamed, dated = outcome.renamed if outcome else {}, f'hashdate="{_moment(now)}"'
    hashes = {path: known.hashes["xxh128"] for path, known in history.files.items() if "xxh128" in known.hashes}
    current = {f.path: f.xxh128 for f in files} if outcome else hashes | {f.path: f.xxh128 for f in files}
    *inner, whole = tree_hash.folders(current.items())
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<hashlist version="2.0" xmlns="{MANIFEST}">\n'
    yield f"  <creatorinfo>\n    <creationdate>{_moment(now)}</creationdate>\n"
    yield f'    <hostname>{_text(platform.node())}</hostname>\n    <tool version="{VERSION}">{TOOL}</tool>\n'
    yield f"    <author>\n      <name>{_text(by)}</name>\n    </author>\n" if by else ""
    yield f"  </creatorinfo>\n  <processinfo>\n    <process>{how}</process>\n    <roothash>\n"
    yield from _folder(whole, dated)
    yield "    </roothash>\n    <ignore>\n"
    for pattern in dict.fromkeys((*history.ignored, *IGNORED)):
        yield f"      <pattern>{_text(pattern)}</pattern>\n"
    yield "    </ignore>\n  </processinfo>\n  <hashes>\n"
    for file in files:
        yield from _file(history, file, renamed.get(file.path, ""), dated)
    for folder in inner:
        yield f"    <directoryhash>\n      <path>{_text(folder.path)}</path>\n"
        yield from _folder(folder, dated)
        yield "    </directoryhash>\n"
    yield "  </hashes>\n"
    if outcome:
        yield from _outcome(outcome)
    yield "</hashlist>\n"


def _folder(folder: tree_hash.FolderHash, dated: str) -> Iterator[str]:
    for kind, value in (("content", folder.content), ("structure", folder.structure)):
        yield f"      <{kind}>\n        <xxh128 {dated}>{value}</xxh128>\n      </{kind}>\n"


def _file(history: History, file: FileHash, previous: str, dated: str) -> Iterator[str]:
    modified = _moment(datetime.fromtimestamp(file.modified // 10**9, UTC))
    how = f'action="{_action(history, file, previous)}" {dated}'
    yield f'    <hash>\n      <path size="{file.size}" lastmodificationdate="{modified}">{_text(file.path)}</path>\n'
    yield f"      <xxh128 {how}>{file.xxh128}</xxh128>\n"
    yield f"      <previousPath>{_text(previous)}</previousPath>\n" if previous else ""
    yield f'      <metadata>\n        <sha256 xmlns="{OURS}" {how}>{file.sha256}</sha256>\n'
    yield f'        <original xmlns="{OURS}">{_text(file.original)}</original>\n' if file.original else ""
    yield "      </metadata>\n    </hash>\n"


def _action(history: History, file: FileHash, previous: str) -> str:
    known = history.files.get(previous or file.path)
    if known is None:
        return "original"
    mine = {"sha256": file.sha256, "xxh128": file.xxh128}
    return "verified" if all(mine.get(kind, value) == value for kind, value in known.hashes.items()) else "failed"


def _outcome(outcome: Outcome) -> Iterator[str]:
    yield f'  <metadata>\n    <check xmlns="{OURS}" result="{outcome.result}">\n'
    for new, old in sorted(outcome.renamed.items()):
        yield f"      <renamed from={quoteattr(shown(old))}>{_text(shown(new))}</renamed>\n"
    for kind in ("missing", "added", "unreadable"):
        for path in getattr(outcome, kind):
            yield f"      <{kind}>{_text(shown(path))}</{kind}>\n"
    yield "    </check>\n  </metadata>\n"


def _chain(links: tuple[Link, ...]) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<ascmhldirectory xmlns="{DIRECTORY}">\n'
    for link in links:
        yield f'  <hashlist sequencenr="{link.number}">\n    <path>{_text(link.name)}</path>\n'
        yield f"    <c4>{_text(link.c4)}</c4>\n  </hashlist>\n"
    yield "</ascmhldirectory>\n"


def _text(text: str) -> str:
    return escape(text, {"\r": "&#13;"})


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _write(path: Path, content: bytes) -> None:
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    with open(path, "xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """The names in the folder are on the medium."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with contextlib.suppress(OSError):  # a file system that cannot sync a folder
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
