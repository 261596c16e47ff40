"""BagIt 1.0 (RFC 8493): a folder that says of itself which files it holds and what they are."""

import contextlib
import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from app.domain import N_, Invalid, Message
from app.footage.hashing import read_hashes
from app.footage.problem import Problem, shown

DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST, TAGS, INFO, BAGIT = "manifest-sha256.txt", "tagmanifest-sha256.txt", "bag-info.txt", "bagit.txt"
LINE = re.compile(r"([0-9a-fA-F]{64})[ \t]+\*?(.+)")
OXUM = re.compile(r"^Payload-Oxum:\s*(\d+)\.(\d+)\s*$", re.M | re.I)
ESCAPED = {"%": "%25", "\r": "%0D", "\n": "%0A"}
ENCODED = re.compile("%(25|0[aAdD])")
LARGEST = 64 << 20  # bytes of a tag file


def write(
    target: Path,
    payload: Iterable[tuple[str, Path | bytes]],
    info: Mapping[str, str],
    expected: Mapping[str, str] | None = None,
    linked: bool = False,
) -> dict[str, str]:
    """Make the bag ``target``; SHA-256 of its payload by path. It stands there whole or not at all.

    ``payload``: path below ``data/`` and the file or the bytes. ``expected``: SHA-256 that files must have, else no bag
    is made. ``linked``: files are hard links where the medium allows it: no second copy, and one fate with the first.
    Raises Invalid, OSError.
    """
    if target.exists():
        raise Invalid(N_("%(target)s exists already."), target=shown(target.name))
    part = target.with_name(f".{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    try:
        hashes, size = _payload(part / "data", payload, linked)
        wrong = [path for path, value in (expected or {}).items() if hashes.get(path, value) != value]
        if wrong:
            raise Invalid(*(Message(N_("%(path)s is not what was copied: check the copy."), {"path": shown(p)})
                            for p in sorted(wrong)))  # fmt: skip
        tags = {
            BAGIT: DECLARATION,
            INFO: _info({"Payload-Oxum": f"{size}.{len(hashes)}", **info}),
            MANIFEST: _lines({f"data/{path}": value for path, value in hashes.items()}),
        }
        tags[TAGS] = _lines({name: hashlib.sha256(text.encode()).hexdigest() for name, text in tags.items()})
        for name, text in tags.items():
            _put(part / name, text.encode())
        os.rename(part, target)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return hashes


def _payload(data: Path, payload: Iterable[tuple[str, Path | bytes]], linked: bool) -> tuple[dict[str, str], int]:
    data.mkdir()
    hashes, size = dict[str, str](), 0
    for path, source in payload:
        if not _inside(path) or path in hashes:
            raise Invalid(N_("%(path)s cannot be the name of a file in a bag."), path=shown(path))
        file = data / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(source, bytes):
            _put(file, source)
        else:
            _bring(source, file, linked)
        hashes[path] = sha256(file)
        size += file.stat().st_size
    return hashes, size


def _inside(path: str) -> bool:
    parts = PurePosixPath(path).parts
    with contextlib.suppress(UnicodeEncodeError):
        path.encode()
        return (
            bool(parts) and not {"/", "..", "~"} & {*parts, path[:1]} and "/".join(parts) == path and "\0" not in path
        )
    return False


def _bring(source: Path, file: Path, linked: bool) -> None:
    if linked:
        with contextlib.suppress(OSError):  # another medium, or one without links
            os.link(source, file)
            return
    shutil.copy2(source, file)
    with open(file, "rb") as copied:
        os.fsync(copied.fileno())


def _put(path: Path, content: bytes) -> None:
    with open(path, "xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sha256(path: Path) -> str:
    """Hex, of the file as it lies on its medium."""
    return read_hashes(path, ("sha256",), lambda _: None, lambda: "")["sha256"]


def _info(info: Mapping[str, str]) -> str:
    return "".join(f"{label}: {' '.join(value.split())}\n" for label, value in info.items() if value.strip())


def _lines(hashes: Mapping[str, str]) -> str:
    return "".join(f"{value}  {_escape(path)}\n" for path, value in sorted(hashes.items()))


def _escape(path: str) -> str:
    return "".join(ESCAPED.get(c, c) for c in path)


def check_bag(path: Path) -> list[Problem]:
    """Everything that is wrong with the bag; an empty list: whole. Raises OSError when the folder cannot be read."""
    problems: list[Problem] = []
    if _text(path, BAGIT, problems) not in ("", DECLARATION):
        problems.append(Problem(BAGIT, Message(N_("This is no bag of BagIt 1.0 in UTF-8."))))
    listed = _listed(path, MANIFEST, problems)
    tags = _listed(path, TAGS, problems) if (path / TAGS).exists() else {}
    found = {f"data/{name}" for name in _files(path / "data")}
    problems += [
        Problem(shown(n), Message(N_("The file stands in no manifest."))) for n in sorted(found - listed.keys())
    ]
    size = 0
    for name, value in sorted((tags | listed).items()):
        try:
            if sha256(path / name) != value:
                problems.append(Problem(shown(name), Message(N_("The file was changed."))))
            size += (path / name).stat().st_size if name in listed else 0
        except FileNotFoundError:
            problems.append(Problem(shown(name), Message(N_("The file is missing."))))
        except OSError as error:
            problems.append(Problem(shown(name), Message(N_("Not readable: %(what)s."), {"what": str(error.strerror)})))
    if not problems and (oxum := OXUM.search(_text(path, INFO, []))) and oxum.groups() != (str(size), str(len(listed))):
        problems.append(Problem(INFO, Message(N_("It names another number of bytes or files."))))
    return problems


def _files(folder: Path) -> Iterator[str]:
    for base, _, names in os.walk(folder):
        for name in names:
            yield (Path(base) / name).relative_to(folder).as_posix()


def _text(bag: Path, name: str, problems: list[Problem]) -> str:
    """The tag file's text, "" when there is none."""
    try:
        if (bag / name).stat().st_size <= LARGEST:
            return (bag / name).read_text(encoding="utf-8")
        problems.append(Problem(name, Message(N_("Larger than any manifest: not read."))))
    except FileNotFoundError:
        problems.append(Problem(name, Message(N_("The file is missing."))))
    except UnicodeDecodeError:
        problems.append(Problem(name, Message(N_("This is no text in UTF-8."))))
    return ""


def _listed(bag: Path, name: str, problems: list[Problem]) -> dict[str, str]:
    """SHA-256 by path of a manifest; lines that lead out of the bag or say nothing are problems."""
    listed: dict[str, str] = {}
    for number, line in enumerate(_text(bag, name, problems).split("\n"), 1):
        match = LINE.fullmatch(line)
        path = ENCODED.sub(lambda code: chr(int(code[1], 16)), match[2]) if match else ""
        if match and _inside(path):
            listed[path] = match[1].lower()
        elif line:
            problems.append(Problem(name, Message(N_("This line names no file of the bag.")), number))
    return listed
