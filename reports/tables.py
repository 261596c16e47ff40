"""Tables: the grid of an official form, and open tables of our own.

Head rows repeat on every page; a band keeps its remark and first row, and the last row is never alone. A
row that is higher than a page is divided between lines.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from reports.ink import HAIR, HEAVY, RULE, THIN
from reports.layout import Sheet
from reports.typeset import (
    CELL,
    EVIDENCE,
    HEAD,
    HEAD_S,
    SECOND,
    SMALL,
    Cell,
    Fit,
    Line,
    P,
    Style,
    draw_lines,
    height,
    set_cell,
)

PAD_TOP, PAD_BOTTOM, UNDER, BAND = 3.6, 2.8, 2.6, 19.0
AHEAD = 4  # rows that are set before their turn: a band's remark, its first row, the last row, and whether more come
BAND_STYLE = Style("S", 8.6, 11)


@dataclass(frozen=True)
class Column:
    """``share``: width relative to the others; ``align``: l, c, r, fig; ``heavy``: a stronger rule before it."""

    share: float
    align: str = "l"
    heavy: bool = False


@dataclass(frozen=True)
class Heading:
    """A cell of the head over the columns ``first`` to ``last``; ``tall``: over both head rows."""

    first: int
    last: int
    cell: Cell
    tall: bool = False


@dataclass(frozen=True)
class Row:
    """``under``: a remark over the full width, kept with the row; of a row without cells with the next. ``band``:
    heading of a group instead of cells (text, second language, text at the right edge)."""

    cells: Sequence[Cell] = ()
    under: Sequence[P] = ()
    band: tuple[str, str, str] | None = None


@dataclass
class _Set:
    """A row with its lines set."""

    cells: list[list[Line]] = field(default_factory=list)
    under: list[Line] = field(default_factory=list)
    band: tuple[str, str, str] | None = None

    @property
    def leads(self) -> bool:
        """It says nothing without the row that follows."""
        return self.band is not None or not self.cells

    @cached_property
    def main(self) -> float:
        return max(map(height, self.cells), default=0) + PAD_TOP + PAD_BOTTOM

    @cached_property
    def height(self) -> float:
        if self.band:
            return BAND
        return self.main + (height(self.under) + UNDER if self.under else 0)


class Table:
    """``grid``: full grid with two-row head and a row of numbers as the official form has (its rows are no bands); else
    horizontal rules."""

    def __init__(
        self, sheet: Sheet, columns: Sequence[Column], heads: Sequence[Sequence[Heading]], grid: bool = False
    ) -> None:
        self.sheet, self.columns, self.heads, self.grid = sheet, columns, heads, grid
        scale = sheet.width / sum(c.share for c in columns)
        self.xs = [sheet.left]
        for column in columns:
            self.xs.append(self.xs[-1] + column.share * scale)
        self.pad = 3.2 if grid else 2.4
        self.slots = [(self._left(i), self._room(i)) for i in range(len(columns))]

    def _left(self, i: int) -> float:
        """Open tables stand flush with the headings: no padding at their outer edges."""
        return self.xs[i] + (0 if i == 0 and not self.grid else self.pad)

    def _room(self, i: int, j: int | None = None) -> float:
        j = i if j is None else j
        flush = j == len(self.columns) - 1 and not self.grid
        return self.xs[j + 1] - (0 if flush else self.pad) - self._left(i)

    def _under_room(self) -> float:
        return self.xs[-1] - self._left(1)

    # ------------------------------------------------------------ head

    def head(self) -> None:
        """Draw the head at the cursor."""
        sheet, top = self.sheet, self.sheet.y
        heights = self._head_heights()
        sheet.ink.line(self.xs[0], top, self.xs[-1], top, HEAVY)
        y = top
        for k, row in enumerate(self.heads):
            for h in row:
                lines, room = set_cell(h.cell, self._room(h.first, h.last)), self._room(h.first, h.last)
                align = "c" if self.grid else "r" if self.columns[h.first].align == "r" else "l"
                draw_lines(sheet.ink, lines, self._left(h.first), y - PAD_TOP, room, align, HEAD.size)
                if k == 0 and len(self.heads) > 1 and not h.tall:
                    sheet.ink.line(self.xs[h.first], y - heights[0], self.xs[h.last + 1], y - heights[0], HAIR)
            y -= heights[k]
        if self.grid:
            y = self._numbers(y)
            self._head_grid(top, y, heights[0])
        sheet.ink.line(self.xs[0], y, self.xs[-1], y, RULE)
        sheet.y = self.body = y

    def _head_heights(self) -> list[float]:
        def tallest(row: Sequence[Heading], tall: bool) -> float:
            cells = (height(set_cell(h.cell, self._room(h.first, h.last))) for h in row if h.tall is tall)
            return max(cells, default=-PAD_TOP - PAD_BOTTOM) + PAD_TOP + PAD_BOTTOM

        heights = [tallest(row, False) for row in self.heads]
        heights[-1] += max(0, max(tallest(row, True) for row in self.heads) - sum(heights))
        return heights

    def _numbers(self, y: float) -> float:
        """The row of column numbers."""
        self.sheet.ink.line(self.xs[0], y, self.xs[-1], y, HAIR)
        for i in range(len(self.columns)):
            self.sheet.text((self.xs[i] + self.xs[i + 1]) / 2, y - 8.1, str(i + 1), SMALL, "c")
        return y - 11

    def _head_grid(self, top: float, bottom: float, first: float) -> None:
        leading = {h.last + 1 for h in self.heads[0]}
        for i, x in enumerate(self.xs[1:-1], 1):
            start = top if i in leading or len(self.heads) == 1 else top - first
            self.sheet.ink.line(x, start, x, bottom, RULE if self.columns[i].heavy else HAIR)

    # ------------------------------------------------------------ body

    def draw(self, rows: Iterable[Row]) -> None:
        """Draw head and rows from the cursor down, over as many pages as it takes. A row is set when its turn comes."""
        coming = map(self._set, rows)
        ahead = deque(islice(coming, AHEAD))
        head = sum(self._head_heights()) + (11 if self.grid else 0)
        first = _together(ahead)
        if not self.sheet.fits(head + min(first, self.sheet.full - head)):
            self.sheet.turn()
        self.head()
        while ahead:
            row = ahead.popleft()
            ahead.extend(islice(coming, AHEAD - len(ahead)))
            need = _together([row, *ahead])
            if not self.sheet.fits(need) and need <= self.sheet.full - head:
                self._turn()
            self._row(row, head)
        self._close()

    def _turn(self) -> None:
        self._close()
        self.sheet.turn()
        self.head()

    def _close(self) -> None:
        """The end of the table on this page: the rules between its columns, and the one under them."""
        ink, y = self.sheet.ink, self.sheet.y
        if self.grid and y < self.body:
            for x, column in zip(self.xs[1:-1], self.columns[1:], strict=True):
                ink.line(x, self.body, x, y, RULE if column.heavy else HAIR)
        ink.line(self.xs[0], y, self.xs[-1], y, RULE)

    def _set(self, row: Row) -> _Set:
        cells = [set_cell(cell, room) for cell, (_, room) in zip(row.cells, self.slots, strict=False)]
        return _Set(cells, set_cell(row.under, self._under_room()) if row.under else [], row.band)

    def _row(self, row: _Set, head: float) -> None:
        """Draw a row; one that fits no page is divided between its lines."""
        while not self.sheet.fits(row.height):
            if row.height <= self.sheet.full - head:
                self._turn()
                break
            now, row = self._divide(row, self.sheet.y - self.sheet.bottom)
            if now is not None:
                self._draw_row(now)
            self._turn()
        self._draw_row(row)

    def _divide(self, row: _Set, room: float) -> tuple[_Set | None, _Set]:
        """What of the row goes in ``room`` points, and the rest."""
        first, rest = _Set(), _Set()
        space = room - PAD_TOP - PAD_BOTTOM
        for lines in row.cells:
            n = _count(lines, space)
            first.cells.append(lines[:n])
            rest.cells.append(lines[n:])
        n = _count(row.under, room - first.main - UNDER) if not any(rest.cells) else 0
        first.under, rest.under = row.under[:n], row.under[n:]
        if not any(first.cells) and not first.under:
            return None, row
        return first, rest

    def _draw_row(self, row: _Set) -> None:
        sheet, y, h = self.sheet, self.sheet.y, row.height
        ink = sheet.ink
        if row.band:
            text, second, right = row.band
            sheet.text(self.xs[0], y - 13, text, BAND_STYLE)
            sheet.text(self.xs[0] + BAND_STYLE.width(text) + 6, y - 13, second, SECOND)
            sheet.text(self.xs[-1], y - 13, right, SMALL, "r")
            ink.line(self.xs[0], y, self.xs[-1], y, THIN)
            ink.line(self.xs[0], y - h, self.xs[-1], y - h, THIN)
            sheet.y -= h
            return
        for lines, (left, room), column in zip(row.cells, self.slots, self.columns, strict=False):
            draw_lines(ink, lines, left, y - PAD_TOP, room, column.align)
        if row.under:
            top = y - (row.main if any(row.cells) else PAD_TOP)
            draw_lines(ink, row.under, self._left(1), top + PAD_BOTTOM - UNDER, self._under_room(), base=EVIDENCE.size)
        ink.line(self.xs[0], y - h, self.xs[-1], y - h, HAIR)
        sheet.y -= h


def _together(rows: Iterable[_Set]) -> float:
    """Height of the first row with all that has to stand on its page: what it leads, and the last row of the table."""
    rows = list(rows)
    count = 1 + next((i for i, row in enumerate(rows) if not row.leads), len(rows) - 1)
    return sum(row.height for row in rows[: count + 1 if count == len(rows) - 1 else count])


def _count(lines: Sequence[Line], room: float) -> int:
    """How many lines go in ``room`` points."""
    used, n = 0.0, 0
    for line in lines:
        used += line.height
        if used > room:
            break
        n += 1
    return n


def free(text: str, style: Style = CELL) -> P:
    """People's free text in a cell of an annex or evidence column."""
    return P(text, style, fit=Fit.FREE)


def typed(text: str, style: Style = CELL) -> P:
    """People's data in an official column."""
    return P(text, style, fit=Fit.TYPED)


def open_table(sheet: Sheet, columns: Sequence[tuple[float, str]], rows: Sequence[Sequence[Cell]]) -> None:
    """A small open table: (share, name) of each column, one head row, no vertical rules. Text cells are free text."""
    heads = [[Heading(i, i, P(name, HEAD_S, fit=Fit.TYPED)) for i, (_, name) in enumerate(columns)]]
    table = Table(sheet, [Column(share) for share, _ in columns], heads)
    table.draw([Row([free(c) if isinstance(c, str) else c for c in row]) for row in rows])
