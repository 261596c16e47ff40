"""The register of an exam date on paper: A4 across, a band for each centre, a line for each document.

It is no form of a regulation and nobody signs it: a list of what journals and documents say, with the SHA-256 of its
data in the foot and the data itself attached. The words come from whoever asks for it, in their language.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from reports.ink import THIN, Ink
from reports.layout import A4, FOOT, FOOT_S, MM, Sheet
from reports.pdfa import About, Attachment, add_page, close, open_canvas
from reports.render import DRAWING
from reports.tables import Column, Heading, Row, Table, free, typed
from reports.typeface import NBSP, Typeface
from reports.typeset import CELL_S, EVIDENCE, HEAD_S, LABEL, NOTE, TITLE, Fit, P

SHARES = (23, 9, 20, 42, 7)  # document, revision, state, signers, level
DATA = "register.json"


@dataclass(frozen=True)
class Words:
    """What a register says besides its data. ``heads``: of the columns, as many as SHARES."""

    language: str
    title: str
    about: Sequence[str]
    heads: Sequence[str]
    page: str  # with {page} and {pages}
    foot: Sequence[str]
    data: str  # what the attachment is
    none: str


@dataclass(frozen=True)
class Centre:
    """A centre's band: ``title``, ``right``; ``notes`` below it, then ``rows`` of cells."""

    title: str
    right: str
    rows: Sequence[Sequence[str]]
    notes: Sequence[str]


@dataclass(frozen=True)
class Paper:
    """A whole register. ``moment``: when it was made, aware; ``digest``: SHA-256 of ``data``."""

    words: Words
    centres: Sequence[Centre]
    moment: datetime
    data: bytes
    digest: str
    demo: str = ""  # the sign of a demonstration, or empty


class _Pages(Sheet):
    """Pages with the register's own head and foot."""

    def __init__(self, paper: Paper, letters: Typeface) -> None:
        shape: Any = SimpleNamespace(landscape=True, left=12, right=12, top=15, bottom=18)
        self.paper = paper
        form: Any = SimpleNamespace(shape=shape)
        document: Any = SimpleNamespace(rehearsal=False)
        super().__init__(form, document, letters)

    def _running_head(self, ink: Ink, number: int) -> None:
        y = self.top + 4.2 * MM
        if number > 1:
            ink.text(self.left, y, self.paper.words.title, LABEL.cut, LABEL.size)
        if self.paper.demo:
            ink.text(self.right, y, self.paper.demo, FOOT_S.cut, FOOT_S.size, "r")

    def _foot(self, ink: Ink, number: int) -> None:
        words, y = self.paper.words, 10 * MM
        ink.line(self.left, y + 9, self.right, y + 9, THIN)
        page = words.page.format(page=number, pages=len(self.pages))
        ink.text(self.right, y, page, FOOT_S.cut, FOOT_S.size, "r")
        for line in words.foot:
            self._foot_line(ink, self.left, self.right - FOOT_S.width(page) - 8, y, line, FOOT)
            y -= 9


def render(paper: Paper) -> bytes:
    """The PDF/A-3b file; the same register gives the same bytes."""
    with DRAWING:
        return _render(paper)


def _render(paper: Paper) -> bytes:
    words = paper.words
    about = About(words.title.replace(NBSP, " "), "", paper.digest, words.language, paper.moment)
    canvas = open_canvas(about, (A4[1], A4[0]))
    sheet = _Pages(paper, Typeface(canvas._doc))
    sheet.y = sheet.para(sheet.left, sheet.width, words.title, TITLE, Fit.TYPED) - 3
    for line in words.about:
        sheet.block(P(line, NOTE, fit=Fit.FREE))
    sheet.y -= 8
    if paper.centres:
        _table(sheet, paper)
    else:
        sheet.block(P(words.none, NOTE, fit=Fit.FREE))
    sheet.finish()
    for ink in sheet.pages:
        add_page(canvas, ink.code().encode("ascii"))
    attached = [Attachment(DATA, paper.data, "application/json", words.data)]
    return close(canvas, about, attached, bytes.fromhex(paper.digest))


def _table(sheet: Sheet, paper: Paper) -> None:
    heads = [[Heading(i, i, P(name, HEAD_S, fit=Fit.TYPED)) for i, name in enumerate(paper.words.heads)]]
    Table(sheet, [Column(share) for share in SHARES], heads).draw(
        row for centre in paper.centres for row in _rows(centre)
    )


def _rows(centre: Centre) -> Sequence[Row]:
    rows = [Row(band=(centre.title, "", centre.right))]
    if centre.notes:
        rows.append(Row((), [free(note, EVIDENCE) for note in centre.notes]))
    for cells in centre.rows:
        first, *rest = (c.split("\n") for c in cells)
        rows.append(Row([[typed(p, CELL_S if n == 0 else EVIDENCE) for n, p in enumerate(first)],
                         *([free(p) for p in cell] for cell in rest)]))  # fmt: skip
    return rows


