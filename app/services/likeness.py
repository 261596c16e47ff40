"""Which of our documents is this file, or was it before somebody changed it?

A file is told to be a changed document of ours only when it brings at least half of that document's bytes
along: whoever holds nothing learns nothing.
"""

import re

from app.domain import N_, DomainError, Message
from app.domain.day import Day
from app.domain.signing import Document, revisions
from app.services import days
from app.store import days as index
from app.store import files

DAY = re.compile(rb"(\d\d-\d{4}-\d{4}-\d\d-\d\d(?:-r?\d{1,3})?)\.")  # in a document's number, in its metadata
CANDIDATES = 5  # days that a file may name
STEP = 256


def recorded(day: Day, sha256: str) -> tuple[Document, int] | None:
    """The document whose file this is, and after how many signatures."""
    for document in _all(day):
        if document.base == sha256:
            return document, 0
        for count, signature in enumerate(document.signatures, 1):
            if signature.fact.file == sha256:
                return document, count
    return None


def closest(day: Day, data: bytes) -> Document | None:
    """The document that a changed file most likely was; None when it has too little of any."""
    best: tuple[int, Document] | None = None
    for document in _all(day):
        ours = _file(document.file)
        if ours is None:
            continue
        common = _common(ours, data)
        if 2 * common >= len(ours) and (best is None or common > best[0]):
            best = (common, document)
    return best[1] if best else None


def named(data: bytes) -> tuple[Day, Document] | None:
    """The same for a file that no reader can read: its metadata may still name the day."""
    names: dict[bytes, None] = {}
    for match in DAY.finditer(data):
        names.setdefault(match[1])
        if len(names) == CANDIDATES:
            break
    for name in names:
        log = index.log_of(name.decode())
        try:
            day = days.fold_log(log)[0] if log is not None else None
        except DomainError:  # another day's trouble: verification tells it
            continue
        document = closest(day, data) if day else None
        if day and document:
            return day, document
    return None


def stages(document: Document, data: bytes) -> int:
    """How many of the document's signatures the file holds as they were made, byte for byte."""
    for count, signature in reversed(list(enumerate(document.signatures, 1))):
        ours = _file(signature.fact.file)
        if ours is not None and data.startswith(ours):
            return count
    return 0


def what_changed(document: Document, data: bytes) -> Message:
    """How the file differs from the signed one."""
    ours = files.get(document.file)
    if ours.startswith(data):
        return Message(
            N_("The file was cut: %(bytes)s bytes are missing at its end."), {"bytes": len(ours) - len(data)}
        )
    count = stages(document, data)
    if count:
        extra = len(data) - len(files.get(document.signatures[count - 1].fact.file))
        return Message(N_("%(bytes)s bytes were added after signature %(count)s."), {"bytes": extra, "count": count})
    offset = next((i for i, (a, b) in enumerate(zip(ours, data, strict=False)) if a != b), min(len(ours), len(data)))
    return Message(N_("It differs from the signed file from byte %(offset)s on."), {"offset": offset})


def _all(day: Day) -> list[Document]:
    return [document for form in day.documents for document in revisions(day, form)]


def _file(digest: str) -> bytes | None:
    try:
        return files.get(digest)
    except DomainError:
        return None


def _common(a: bytes, b: bytes) -> int:
    """Bytes of the shared beginning and the shared end together, in steps."""
    most = min(len(a), len(b))
    begin = next((i for i in range(0, most, STEP) if a[i : i + STEP] != b[i : i + STEP]), most)
    rest = most - begin
    end = next((i for i in range(0, rest, STEP) if _back(a, i) != _back(b, i)), rest)
    return begin + min(end, rest)


def _back(data: bytes, skip: int) -> bytes:
    stop = len(data) - skip
    return data[max(0, stop - STEP) : stop]
