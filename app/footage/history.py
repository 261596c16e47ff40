"""An ASC MHL history as it stands on the medium: generations, what they say of each file, what is wrong with them."""

import hashlib
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath

from app.domain import N_, Message
from app.footage import plain_xml
from app.footage.hashing import KINDS, c4
from app.footage.plain_xml import BadXml, Element
from app.footage.problem import Problem

FOLDER, CHAIN = "ascmhl", "ascmhl_chain.xml"
MANIFEST, DIRECTORY, OURS = "urn:ASC:MHL:v2.0", "urn:ASC:MHL:DIRECTORY:v2.0", "urn:technical-logbook:footage:1"
NAME = re.compile(r"(\d{4,9})(?:_.+)?\.mhl")
LARGEST = 64 << 20  # bytes of a manifest: about 150,000 files
PART = ".part"
_IRREGULAR = Message(N_("Not readable: %(what)s."), {"what": "not a regular file"})


@dataclass(frozen=True)
class Generation:
    """``sha256``: of the manifest. ``how``: transfer, in-place or flatten. ``whole``: the chain vouches for it."""

    number: int
    name: str
    sha256: str
    how: str = ""
    made: datetime | None = None
    by: str = ""
    tool: str = ""
    whole: bool = True


@dataclass(frozen=True)
class Known:
    """What the history says of a file: the first hash of each kind, and the generation that first names it."""

    path: str
    size: int | None
    hashes: dict[str, str]
    generation: int
    original: str = ""


@dataclass(frozen=True)
class Link:
    """A line of the chain: the manifest of a generation and its C4."""

    number: int
    name: str
    c4: str
    line: int


@dataclass(frozen=True)
class History:
    """``files``: by path. ``chain`` is None when the chain file cannot be read. ``ignored``: patterns of the newest
    generation that a reader of the history leaves out.
    """

    generations: tuple[Generation, ...] = ()
    files: dict[str, Known] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    chain: tuple[Link, ...] | None = ()
    ignored: tuple[str, ...] = ()


@dataclass
class _Manifest:
    generation: Generation
    entries: list[Known]
    ignored: tuple[str, ...]


def read(root: Path) -> History:
    """The history of the copy below ``root``; an empty one when there is none. Raises OSError."""
    folder, problems = root / FOLDER, list[Problem]()
    if not folder.is_dir():
        return History()
    if folder.is_symlink():  # it would lead to another copy's history, and what is written there with it
        return History(problems=(Problem(FOLDER, _IRREGULAR),), chain=None)
    names = sorted(p.name for p in folder.iterdir() if p.suffix == ".mhl")
    chain = _chain(folder, problems)
    if chain is None and not names and not (folder / CHAIN).exists():
        return History()
    stands = {link.name: link for link in chain or ()}
    manifests = []
    for name in sorted({*names, *stands}, key=lambda n: (_number(n), n)):
        if manifest := _manifest(folder, name, stands.get(name), chain is not None, problems):
            manifests.append(manifest)
    problems += _numbers(chain or ())
    files: dict[str, Known] = {}
    for manifest in sorted(manifests, key=lambda m: not m.generation.whole):
        for entry in manifest.entries:
            _learn(files, entry)
    ignored = manifests[-1].ignored if manifests else ()
    return History(tuple(m.generation for m in manifests), files, tuple(problems), chain, ignored)


def _number(name: str) -> int:
    match = NAME.fullmatch(name)
    return int(match[1]) if match else 0


def _learn(files: dict[str, Known], entry: Known) -> None:
    known = files.setdefault(entry.path, entry)
    for kind, value in entry.hashes.items():
        known.hashes.setdefault(kind, value)


def _chain(folder: Path, problems: list[Problem]) -> tuple[Link, ...] | None:
    """The chain, or None; a longer one whose writing was cut off right before its end counts."""
    links = _links(folder / CHAIN, problems)
    part = folder / (CHAIN + PART)
    if part.exists() and (links is not None or not (folder / CHAIN).exists()):
        longer = _links(part, [])
        if longer and longer[:-1] == (links or ()) and _vouches(folder, longer[-1]):
            return longer
    if links is None and not (folder / CHAIN).exists() and any(folder.glob("*.mhl")):
        problems.append(Problem(CHAIN, Message(N_("The chain of generations is missing."))))
    return links


def _vouches(folder: Path, link: Link) -> bool:
    path = folder / link.name
    return path.exists() and _regular(path) and path.stat().st_size <= LARGEST and c4(path.read_bytes()) == link.c4


def _links(path: Path, problems: list[Problem]) -> tuple[Link, ...] | None:
    found: list[Link] = []

    def take(element: Element) -> None:
        name, number = element.word("path"), element.attributes.get("sequencenr", "")
        if not NAME.fullmatch(name) or "/" in name or not number.isascii() or not number.isdigit():
            problems.append(
                Problem(path.name, Message(N_("This line of the chain names no generation.")), element.line)
            )
        else:
            found.append(Link(int(number), name, element.word("c4"), element.line))

    data = _bytes(path, problems) if path.exists() else None
    if data is None:
        return None
    try:
        root = plain_xml.each(data, DIRECTORY, frozenset({"hashlist"}), take)
    except BadXml as error:
        problems.append(_broken(path.name, error))
        return None
    return tuple(found) if root == "ascmhldirectory" else None


def _broken(name: str, error: BadXml) -> Problem:
    return Problem(name, Message(N_("Not readable as XML: %(what)s."), {"what": error.what}), error.line)


def _bytes(path: Path, problems: list[Problem]) -> bytes | None:
    try:
        if not _regular(path):
            problems.append(Problem(path.name, _IRREGULAR))
            return None
        if path.stat().st_size <= LARGEST:
            return path.read_bytes()
        problems.append(Problem(path.name, Message(N_("Larger than any manifest: not read."))))
    except OSError as error:
        problems.append(Problem(path.name, Message(N_("Not readable: %(what)s."), {"what": str(error.strerror)})))
    return None


def _regular(path: Path) -> bool:
    """Neither a link nor a pipe, which would never end."""
    return stat.S_ISREG(path.lstat().st_mode)


def _numbers(chain: tuple[Link, ...]) -> Iterator[Problem]:
    """Generations that the chain leaves out, has twice or in another order."""
    for index, link in enumerate(chain, 1):
        if link.number != index:
            says: dict[str, object] = {"number": index, "found": link.number}
            yield Problem(CHAIN, Message(N_("Here stands generation %(found)s, not %(number)s."), says), link.line)
            return


def _manifest(folder: Path, name: str, link: Link | None, chained: bool, problems: list[Problem]) -> _Manifest | None:
    path, whole = folder / name, link is not None
    if not NAME.fullmatch(name):
        problems.append(Problem(name, Message(N_("The name is not one of a generation."))))
        return None
    if link and not path.exists():
        problems.append(Problem(name, Message(N_("This generation is gone; the chain names it."))))
        return None
    if not link and chained:
        problems.append(Problem(name, Message(N_("This generation stands in no chain."))))
    data = _bytes(path, problems)
    if data is None:
        return None
    if link and c4(data) != link.c4:
        whole = False
        problems.append(Problem(name, Message(N_("This generation was changed after it was written."))))
    generation = Generation(_number(name), name, hashlib.sha256(data).hexdigest(), whole=whole)
    return _parse(data, generation, problems)


def _parse(data: bytes, generation: Generation, problems: list[Problem]) -> _Manifest:
    parsed, header = _Manifest(generation, [], ()), dict[str, Element]()

    def take(element: Element) -> None:
        if element.tag != "hash":
            header[element.tag] = element
        elif element.child("previousPath") is None:  # a renamed file is expected where it was
            try:
                parsed.entries += _entry(element, generation.number)
            except ValueError as error:
                what = Message(N_("Not the entry of a file: %(what)s."), {"what": str(error)})
                problems.append(Problem(generation.name, what, element.line))

    try:
        root = plain_xml.each(data, MANIFEST, frozenset({"creatorinfo", "processinfo", "hash"}), take)
        if root != "hashlist":
            problems.append(Problem(generation.name, Message(N_("This is no manifest of ASC MHL 2.0."))))
    except BadXml as error:
        problems.append(_broken(generation.name, error))
    _head(parsed, header)
    return parsed


def _head(parsed: _Manifest, header: dict[str, Element]) -> None:
    empty = Element("", {}, 0)
    creator, process = header.get("creatorinfo", empty), header.get("processinfo", empty)
    tool, author = creator.child("tool") or empty, creator.child("author") or empty
    try:
        made = datetime.fromisoformat(creator.word("creationdate"))
    except ValueError:
        made = None
    old = parsed.generation
    parsed.generation = Generation(
        old.number, old.name, old.sha256, process.word("process"), made, author.word("name") or author.text.strip(),
        f"{tool.text} {tool.attributes.get('version', '')}".strip(), old.whole,
    )  # fmt: skip
    parsed.ignored = tuple(p.text for p in (process.child("ignore") or empty).children if p.tag == "pattern")


def _entry(element: Element, generation: int) -> Iterator[Known]:
    """What the element says of its file; nothing when all it says is that a check failed."""
    path, metadata = element.child("path"), element.child("metadata")
    name = path.text if path else ""
    if not path or not _inside(name):
        raise ValueError(f"path {name!r}")
    said = [(c.tag, c) for c in element.children if c.tag in KINDS]
    if metadata and (ours := metadata.child(f"{OURS} sha256")):
        said.append(("sha256", ours))
    if not said:
        raise ValueError("no hash")
    hashes = {kind: _value(kind, value.text) for kind, value in said if value.attributes.get("action") != "failed"}
    if hashes:
        size, original = path.attributes.get("size"), metadata.word(f"{OURS} original") if metadata else ""
        yield Known(name, int(size) if size else None, hashes, generation, original)


def _value(kind: str, text: str) -> str:
    return text.strip() if kind == "c4" else text.strip().lower()


def _inside(name: str) -> bool:
    """The path leads to something below the root, and is written in one way only."""
    parts = PurePosixPath(name).parts
    return bool(parts) and not {"/", ".."} & set(parts) and "\0" not in name and "/".join(parts) == name
