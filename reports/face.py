"""One cut of the typeface in ReportLab, with what never changes of its subsets made once per process.

ReportLab cuts a font down and compresses it anew for every document. Here every document begins with the same
prepared subset; its program, widths and character map are kept as finished bytes.
"""

import codecs
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName
from reportlab.pdfbase.ttfonts import SUBSETN, TTFont, makeToUnicodeCMap

from reports.objects import Raw, packed

NONE = "\ufffe"  # no character, in a table of codes
_CUTTING = Lock()  # ReportLab's file of a font has one reading position


@dataclass(frozen=True)
class _Subset:
    """A subset as it stands in a file: finished objects."""

    name: str
    program: bytes
    unicode: bytes
    widths: bytes
    last: int


class Face(TTFont):  # type: ignore[misc]
    """``cut``: what its resources are called; ``alphabet``: taken into every document, in this order."""

    def __init__(self, name: str, cut: str, file: Path, alphabet: str) -> None:
        super().__init__(name, str(file))
        self.cut = cut
        self.alphabet = alphabet

    @cached_property
    def _first(self) -> Any:
        """ReportLab's state of a document that holds the alphabet and nothing else."""
        state = self._assignState(self)
        self.splitString(self.alphabet, self)
        state.nextCode = 256 * len(state.subsets)  # what a document writes besides goes into a subset of its own
        return state

    @cached_property
    def _table(self) -> Any:
        """Characters of the first subset to its codes."""
        codes = [chr(code) if code else NONE for code in self._first.subsets[0]]
        return codecs.charmap_build("".join(codes).ljust(256, NONE))

    def begin(self, document: Any) -> None:
        """Take the alphabet into a new document, without a font object as long as nothing is written in this cut."""
        first, state = self._first, self._assignState(document)
        state.assignments = dict(first.assignments)
        state.subsets = [list(subset) for subset in first.subsets]
        state.nextCode = first.nextCode

    def encode(self, text: str) -> bytes:
        """Codes of the first subset. UnicodeEncodeError: the text needs another one."""
        return codecs.charmap_encode(text.replace("\u00a0", " "), "strict", self._table)[0]

    def getSubsetInternalName(self, subset: int, doc: Any) -> str:
        """``/C+0``: named by the cut, not by the order in which a document uses its fonts."""
        state = self.state[doc]
        if state.internalName is None:
            state.internalName = self.cut
            doc.fontMapping[self.fontName] = f"/{self.cut}"
            doc.delayedFonts.append(self)
        return f"/{self.cut}+{subset}"

    def addObjects(self, doc: Any) -> None:
        """The font objects of a document that is saved."""
        resources = doc.idToObject["BasicFonts"].dict
        for n, codes in enumerate(self.state[doc].subsets):
            made, name = _subset(self, n, tuple(codes)), f"{self.cut}+{n}"
            font = PDFDictionary({
                "Type": PDFName("Font"), "Subtype": PDFName("TrueType"), "Name": PDFName(name),
                "BaseFont": PDFName(made.name), "FirstChar": 0, "LastChar": made.last,
                "Widths": doc.Reference(Raw(made.widths), f"widths {name}"),
                "ToUnicode": doc.Reference(Raw(made.unicode), f"unicode {name}"),
                "FontDescriptor": doc.Reference(self._descriptor(doc, made), f"descriptor {name}"),
            })  # fmt: skip
            resources[name] = doc.Reference(font, name)
        del self.state[doc]

    def _descriptor(self, doc: Any, made: _Subset) -> PDFDictionary:
        face = self.face
        return PDFDictionary({
            "Type": PDFName("FontDescriptor"), "FontName": PDFName(made.name), "Flags": face.flags & ~32 | 4,
            "FontBBox": PDFArray(face.bbox), "ItalicAngle": face.italicAngle, "Ascent": face.ascent,
            "Descent": face.descent, "CapHeight": face.capHeight, "StemV": face.stemV,
            "MissingWidth": face.defaultWidth, "FontFile2": doc.Reference(Raw(made.program), f"program {made.name}"),
        })  # fmt: skip


@lru_cache(64)
def _subset(face: Face, number: int, codes: tuple[int, ...]) -> _Subset:
    with _CUTTING:
        program = face.face.makeSubset(codes)
    name = b"".join((SUBSETN(number), b"+", face.face.name, face.face.subfontNameX)).decode()
    widths = " ".join(f"{face.face.getCharWidth(code):g}" for code in codes)
    return _Subset(
        name, packed(program, b"/Length1 %d " % len(program)), packed(makeToUnicodeCMap(name, codes).encode("ascii")),
        f"[ {widths} ]".encode(), len(codes) - 1,
    )  # fmt: skip
