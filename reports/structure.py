"""The strict gate: what the bytes of one of our files must look like, judged without a PDF library.

Readers are lenient: bytes after the last signature, an update between two signatures, a file cut back
pass in some of them. Here a file is the base revision and one revision for each signature, without a
gap and with nothing behind the last one.
"""

import re

from app.domain import N_, Message

_RANGE = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
_END = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF\r?\n?")
_HEX = re.compile(rb"<[0-9A-Fa-f]+>")


def check(pdf: bytes) -> list[Message]:
    """Everything that is wrong with the file's structure; empty when nothing is."""
    if not pdf.startswith(b"%PDF-1.7"):
        return [Message(N_("This is not a PDF file of this program."))]
    problems: list[Message] = []
    ends = [match.end() for match in _END.finditer(pdf)]
    found = list(_RANGE.finditer(pdf))
    if not ends or ends[-1] != len(pdf):
        problems.append(Message(N_("There are bytes after the end of the document.")))
    if len(ends) != len(found) + 1:
        problems.append(
            Message(
                N_("The file has %(revisions)s revisions for %(signatures)s signatures."),
                {"revisions": len(ends), "signatures": len(found)},
            )
        )
    for number, (match, end) in enumerate(zip(found, ends[1:], strict=False), 1):
        if not _covers(pdf, match, end):
            problems.append(Message(N_("Signature %(number)s does not cover its revision."), {"number": number}))
    return problems


def base_of(pdf: bytes) -> bytes:
    """The first revision of a file: as it was drawn, before anybody signed."""
    end = _END.search(pdf)
    return pdf[: end.end()] if end else pdf


def _covers(pdf: bytes, match: re.Match[bytes], end: int) -> bool:
    """Does the byte range leave out its own signature value and nothing else, up to the revision's end?"""
    gap, rest, length = (int(value) for value in match.groups())
    if not match.start() < len(pdf) or not gap < rest <= end or rest + length != end:
        return False
    return _HEX.fullmatch(pdf, gap, rest) is not None and pdf[:gap].rstrip().endswith(b"/Contents")
