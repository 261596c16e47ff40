"""The typeface of the forms and its fixed alphabet.

Every cut that a document embeds holds a fixed alphabet in a fixed order. So a later signature can write any
Cyrillic or Latin name without bringing a font of its own, and the subset that nearly every document needs is the
same one, made once per process (``reports.face``).
"""

import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

from reportlab.pdfbase import pdfmetrics

from reports.face import Face

FOLDER = Path(__file__).parent / "fonts"
CUTS = ("R", "S", "L", "C", "CS", "CL")
NARROW = {"R": "C", "S": "CS", "L": "CL"}
NBSP = "\u00a0"

_ASCII = "".join(map(chr, range(0x20, 0x7F)))
_RUSSIAN = "Ёё" + "".join(map(chr, range(0x410, 0x450)))
_SIGNS = "«»„“”‘’–—…№−•€₽→≤≥¬§°±×·"
_LATIN1 = "".join(chr(c) for c in range(0xC0, 0x100) if chr(c) != "×")
BASIC = _ASCII + _RUSSIAN + _SIGNS + _LATIN1
"""Subset 0 of every cut: at most 256 codes."""
EXTENDED = "".join(map(chr, [*range(0x100, 0x180), 0x18F, 0x259, *range(0x218, 0x21C), 0x1E9E])) + "".join(
    map(chr, [*range(0x402, 0x410), *range(0x452, 0x460), *range(0x490, 0x4C3), *range(0x4CF, 0x4DA)])
)
"""Subset 1 of the cut that names are set in: the rest of Latin and Cyrillic names."""

STAMP_CUTS = ("R", "S", "L")
NAME_CUT = "S"
_READING = Lock()
_FACES: dict[str, Face] = {}


class Letters(Protocol):
    """What draws text needs to know: widths, and codes in the fonts of one PDF file."""

    def width(self, text: str, cut: str, size: float) -> float:
        """Width in points."""

    def runs(self, text: str, cut: str) -> list[tuple[str, bytes]]:
        """Font resource and codes, piece by piece."""


@cache
def faces() -> dict[str, Face]:
    """The cuts, read once per process."""
    with _READING:
        return _FACES or _read()


def _read() -> dict[str, Face]:
    for cut in CUTS:
        name = f"LogbookSans-{cut}"
        _FACES[cut] = Face(name, cut, FOLDER / f"{name}.ttf", BASIC + EXTENDED if cut == NAME_CUT else BASIC)
        pdfmetrics.registerFont(_FACES[cut])
    return _FACES


@cache
def _widths(cut: str) -> dict[int, float]:
    return dict(faces()[cut].face.charWidths)


@cache
def alphabet() -> frozenset[str]:
    """Every character that can be printed (the same in all cuts)."""
    return frozenset(chr(code) for code in faces()["R"].face.charToGlyph if code >= 0x20)


@lru_cache(8192)
def printable(text: str) -> str:
    """``text`` as the typeface can print it, never with a missing glyph.

    Composed (NFC), line ends as spaces, invisible characters gone. A letter that the typeface
    lacks loses its accent; what is left over prints its code, ``[U+1F600]``.
    """
    known = alphabet()
    out = []
    for char in unicodedata.normalize("NFC", text):
        if char in known:
            out.append(char)
        elif char.isspace():
            out.append(" ")
        elif unicodedata.category(char) not in ("Cf", "Cc", "Cs", "Mn"):
            base = "".join(c for c in base_letters(char) if c in known)
            out.append(base or f"[U+{ord(char):04X}]")
    return "".join(out)


def base_letters(char: str) -> str:
    """A letter without its accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))


@lru_cache(32768)
def text_width(text: str, cut: str, size: float) -> float:
    """Width in points of a printable text."""
    widths = _widths(cut)
    return sum(widths[ord(c)] for c in text) * size / 1000


class Typeface:
    """The cuts inside one ReportLab document, with the alphabet of the stamps already taken in.

    ``letters``: what a stamp of this form writes besides, in the language of its regulation.
    """

    def __init__(self, document: Any, letters: str = "") -> None:
        self.document = document
        self._begun: dict[str, tuple[str, Callable[[str], bytes]]] = {}
        for cut in CUTS:
            faces()[cut].begin(document)
        for cut in STAMP_CUTS:
            self.runs(" " + printable(letters), cut)

    def width(self, text: str, cut: str, size: float) -> float:
        """Width in points."""
        return text_width(text, cut, size)

    def runs(self, text: str, cut: str) -> list[tuple[str, bytes]]:
        """Font resource (``/C+0``) and codes, piece by piece."""
        name, encode = self._begun.get(cut) or self._begin(cut)
        try:
            return [(name, encode(text))]
        except UnicodeEncodeError:
            font = faces()[cut]
            split = font.splitString(text, self.document)
            return [(font.getSubsetInternalName(subset, self.document), codes) for subset, codes in split]

    def _begin(self, cut: str) -> tuple[str, Callable[[str], bytes]]:
        font = faces()[cut]
        self._begun[cut] = font.getSubsetInternalName(0, self.document), font.encode
        return self._begun[cut]

    def resources(self, cuts: tuple[str, ...] = STAMP_CUTS) -> list[str]:
        """Names of the font resources that these cuts have so far."""
        names = []
        for cut in cuts:
            font = faces()[cut]
            subsets = range(len(font.state[self.document].subsets))
            names += [font.getSubsetInternalName(n, self.document) for n in subsets]
        return names
