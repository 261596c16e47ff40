"""Setting text: styles, paragraphs, and how a text breaks into lines.

Text breaks between words. What happens to a word that is wider than its column depends on
where the text comes from (:class:`Fit`); nothing is ever cut off unseen.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from app.domain import N_, DomainError
from reports.ink import RULE, THIN, Ink
from reports.typeface import NARROW, NBSP, printable, text_width

SMALLEST = 6.0  # points: no type is set smaller


class DoesNotFit(DomainError):
    """A word of a form is wider than its column: the form has to be changed."""


class Fit(StrEnum):
    """FIXED: words of the form itself, an error when too wide. TYPED: an official column, from people's
    data. FREE: people's free text in an annex or evidence column."""

    FIXED = "fixed"
    TYPED = "typed"
    FREE = "free"


class Style(NamedTuple):
    """``cut`` of the typeface, ``size`` and ``lead`` (line to line) in points."""

    cut: str
    size: float
    lead: float

    def width(self, text: str) -> float:
        """Width of ``text`` in points."""
        return text_width(printable(text), self.cut, self.size)


TITLE = Style("S", 16, 19)
H2 = Style("S", 10.5, 13)
SECOND = Style("L", 7.2, 9)  # the reader's language
LABEL = Style("L", 6.8, 8.6)
VALUE = Style("R", 9, 11.4)
VALUE_S = Style("S", 9, 11.4)
NOTE = Style("R", 7.6, 10)
CELL = Style("C", 8.2, 10.2)
CELL_S = Style("CS", 8.2, 10.2)
HEAD = Style("C", 7.2, 8.6)
HEAD_S = Style("CS", 7.2, 8.6)
HEAD_SECOND = Style("CL", 6.4, 7.6)
SMALL = Style("C", 6.8, 8.6)
SMALL_L = Style("CL", 6.8, 8.6)
EVIDENCE = Style("C", 7.7, 9.8)
EVIDENCE_S = Style("CS", 7.7, 9.8)


class P(NamedTuple):
    """A paragraph of a cell. ``strike``: the old value of a correction; ``mark``: sign before the text."""

    text: str
    style: Style = CELL
    strike: bool = False
    mark: str = ""
    gap: float = 0
    fit: Fit = Fit.FIXED


@dataclass(frozen=True)
class Hand:
    """Blank line for a signature by hand, ``room`` points above it."""

    caption: str
    room: float = 27


Cell = str | P | Hand | Sequence["P | Hand"]


class Line(NamedTuple):
    """One set line; ``hand`` when it is a blank line to sign on."""

    text: str
    style: Style
    strike: bool = False
    mark: str = ""
    indent: float = 0
    gap: float = 0
    hand: float = 0

    @property
    def height(self) -> float:
        """Room that the line takes, in points."""
        return self.gap + self.hand + self.style.lead


_HYPHEN = re.compile(r"(?<=[-\u2010])(?=\S)|(?<=\u00a0)")
_POINTS = re.compile(r"(?<=[-\u2010/\\_.,;:@)\]=+&?#|…])(?=\S)|(?<=\u00a0)")
MARK_ROOM = 7.4
SHORT = 3  # letters of prepositions and abbreviations


def set_lines(text: str, style: Style, room: float, fit: Fit = Fit.FIXED) -> tuple[Style, tuple[str, ...]]:
    """Lines of ``text`` no wider than ``room`` points, and the style that they are set in.

    Raises DoesNotFit (fit FIXED), naming the word.
    """
    return _set(printable(text), style, round(room, 2), fit)


@lru_cache(8192)
def _set(text: str, style: Style, room: float, fit: Fit) -> tuple[Style, tuple[str, ...]]:
    words = text.split(" ")
    wide = [w for w in words if style.width(w) > room + 0.01]
    if wide:
        if fit is Fit.FIXED:
            raise DoesNotFit(
                N_("The word «%(word)s» needs %(need)s pt and its column has %(room)s."),
                word=wide[0], need=round(style.width(wide[0]), 1), room=room,
            )  # fmt: skip
        style = _smaller([p for w in wide for p in _parts(w, fit)], style, room, fit)
    lines, current = [], ""
    for glue, piece in _pieces(words, style, room, fit):
        longer = f"{current}{glue}{piece}" if current else piece
        if current and style.width(longer.rstrip(NBSP)) > room:
            lines.append(current.rstrip(NBSP))
            current = piece
        else:
            current = longer
    lines.append(current)
    return style, tuple(_tie(lines, style, room))


def _parts(word: str, fit: Fit) -> list[str]:
    """The parts of a word at which it may be divided without a mark."""
    return [p for p in (_POINTS if fit is Fit.FREE else _HYPHEN).split(word) if p]


def _smaller(parts: list[str], style: Style, room: float, fit: Fit) -> Style:
    """The narrow cut, then smaller type, when that lets every part fit; else the size to be broken in."""
    for cut in dict.fromkeys((style.cut, NARROW.get(style.cut, style.cut))):
        tried = style._replace(cut=cut)
        widest = max(tried.width(p.rstrip(NBSP)) for p in parts)
        if widest <= room:
            return tried
        size = int(style.size * room / widest * 10) / 10
        if size >= SMALLEST:
            return tried._replace(size=size)
    narrow = NARROW.get(style.cut, style.cut)
    return style if fit is Fit.FREE else style._replace(cut=narrow, size=min(style.size, SMALLEST))


def _pieces(words: list[str], style: Style, room: float, fit: Fit) -> Iterator[tuple[str, str]]:
    """(glue, piece): what may stand on a line of its own; only a word that is too wide has several."""
    for word in words:
        if style.width(word) <= room + 0.01:
            yield " ", word
            continue
        glue = " "
        for part in _parts(word, fit):
            for piece in _broken(part, style, room):
                yield glue, piece
                glue = ""


def _broken(part: str, style: Style, room: float) -> Iterator[str]:
    """Last resort: divide with a visible mark. A hyphen in words; in numbers, where it would be read as a
    part of them, the sign ¬."""
    while style.width(part.rstrip(NBSP)) > room + 0.01:
        mark = "¬" if any(c.isdigit() for c in part) else "-"
        end = 1
        while end < len(part) - 1 and style.width(part[: end + 1] + mark) <= room:
            end += 1
        yield part[:end] + mark
        part = part[end:]
    yield part


def _tie(lines: list[str], style: Style, room: float) -> list[str]:
    """A short preposition or abbreviation goes to the next line with the word it belongs to."""
    for i in range(len(lines) - 1):
        *rest, last = lines[i].split(" ")
        if rest and _is_short(last) and style.width(f"{last} {lines[i + 1]}") <= room:
            lines[i], lines[i + 1] = " ".join(rest), f"{last} {lines[i + 1]}"
    return lines


def _is_short(word: str) -> bool:
    """``по``, ``la``, ``of``, ``ул.``, ``nr.``, ``№``: in any language a word that says little without the next one."""
    bare = word.removesuffix(".")
    return word == "№" or (len(bare) <= SHORT and bare.isalpha() and bare.islower())


def parts(cell: Cell) -> list[P | Hand]:
    """A cell as a list of paragraphs."""
    if isinstance(cell, str):
        return [P(cell)]
    return [cell] if isinstance(cell, (P, Hand)) else list(cell)


def set_cell(cell: Cell, room: float) -> list[Line]:
    """The lines of a cell ``room`` points wide."""
    out: list[Line] = []
    for p in parts(cell):
        out += [Line(p.caption, SMALL_L, hand=p.room)] if isinstance(p, Hand) else _set_paragraph(p, round(room, 2))
    return out


@lru_cache(8192)
def _set_paragraph(p: P, room: float) -> tuple[Line, ...]:
    indent = MARK_ROOM if p.mark else 0.0
    style, lines = set_lines(p.text, p.style, room - indent, p.fit)
    return tuple(
        Line(text, style, p.strike, "" if i else p.mark, indent, 0 if i else p.gap) for i, text in enumerate(lines)
    )


def height(lines: Sequence[Line]) -> float:
    """Height of set lines in points."""
    return sum([line.gap + line.hand + line.style.lead for line in lines])


def draw_lines(
    ink: Ink, lines: Sequence[Line], x: float, top: float, room: float, align: str = "l", base: float = CELL.size
) -> None:
    """Draw set lines from ``top`` down. The first base lines of all cells of a row agree when they get the same
    ``base`` size. ``align``: l, c, r, or fig (right edges agree under the middle of the column)."""
    y = top
    for i, line in enumerate(lines):
        style = line.style
        if line.hand:
            y -= line.gap + line.hand
            ink.line(x, y, x + room, y, THIN)
            ink.text(x, y - style.lead * 0.82, line.text, style.cut, style.size)
            y -= style.lead
            continue
        half = (style.lead - style.size) * 0.5
        if i == 0:
            at = y - line.gap - base * 0.93
            y = at + style.size * 0.93 - style.lead + half
        else:
            at = y - line.gap - style.size * 0.93 - half
            y -= line.gap + style.lead
        x0 = _draw_line(ink, line, x, at, room, align)
        if line.mark:
            ink.sign(line.mark, x, at)
        if line.strike:
            bar = at + style.size * 0.26
            ink.line(x0 - 1, bar, x0 + style.width(line.text) + 1, bar, RULE)


def _draw_line(ink: Ink, line: Line, x: float, at: float, room: float, align: str) -> float:
    style = line.style
    width = style.width(line.text)
    match align:
        case "fig":
            x = x + room / 2 + style.width("00.00") / 2 - width
        case "r":
            x = x + room - 5 - width
        case "c":
            x = x + (room - width) / 2
        case _:
            x += line.indent
    ink.text(x, at, line.text, style.cut, style.size)
    return x
