"""Lists as spreadsheets: XLSX and CSV to lines of text and back. What a column means is not known here.

A file comes from anywhere: it is bounded, formulas are refused, and every cell is a text. What we write opens in
every program, and no cell can turn into a formula there.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.domain import N_, Invalid, Message
from app.domain.codec import clean

LARGEST = 5 * 2**20  # bytes of a file
UNPACKED = 100 * 2**20  # bytes of an XLSX once it is unpacked
LINES = 5000
COLUMNS = 50
FORMULA = tuple("=+-@")
DELIMITERS = ";,\t"


@dataclass(frozen=True)
class Line:
    """One line of a sheet. ``number``: as the program shows it, from 1. Empty cells at the end are left out."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """``title`` is empty for a CSV file."""

    title: str
    lines: tuple[Line, ...]


def read(data: bytes, name: str) -> tuple[Sheet, ...]:
    """The sheets of a file, without empty lines. Raises Invalid naming the file and what is wrong with it."""
    if len(data) > LARGEST:
        raise _refused(name, N_("%(name)s is larger than %(count)s MB."), count=LARGEST // 2**20)
    if not data.strip():
        raise _refused(name, N_("%(name)s is empty."))
    return _xlsx(data, name) if data.startswith(b"PK\x03\x04") else (Sheet("", _csv(data, name)),)


def _refused(name: str, text: str, **more: Any) -> Invalid:
    return Invalid(Message(text, {"name": name or "-", **more}, "file"))


def _xlsx(data: bytes, name: str) -> tuple[Sheet, ...]:
    import openpyxl

    broken = _refused(name, N_("%(name)s cannot be read as an XLSX file. Save it anew as XLSX or CSV."))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(info.file_size for info in packed.infolist()) > UNPACKED:
                raise _refused(name, N_("%(name)s unpacks to more than this list can be."))
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    except Invalid:
        raise
    except Exception as error:
        raise broken from error
    problems: list[Message] = []
    try:
        sheets = tuple(
            Sheet(sheet.title, tuple(_lines(_values(sheet, name, problems), name))) for sheet in book.worksheets
        )
    except Invalid:
        raise
    except Exception as error:
        raise broken from error
    finally:
        book.close()
    if problems:
        raise Invalid(*problems)
    return sheets


def _values(sheet: Any, name: str, problems: list[Message]) -> Iterator[tuple[str, ...]]:
    before: Any = None
    for number, row in enumerate(sheet.iter_rows(max_col=COLUMNS), 1):
        if row is before:  # the same empty line again: a sheet may have a million of them between two cells
            yield ()
            continue
        before = row
        cells = []
        for column, cell in enumerate(row, 1):
            if cell.data_type == "f" and len(problems) < LINES:
                where = {"name": name, "sheet": sheet.title, "line": number, "column": column_name(column)}
                text = N_("%(name)s, %(sheet)s, cell %(column)s%(line)s holds a formula. Write its value there.")
                problems.append(Message(text, where, "file"))
            cells.append("" if cell.data_type == "f" else _text(cell.value))
        yield tuple(cells)


def _text(value: Any) -> str:
    """A cell as a person sees it: numbers without a needless point, dates in ISO."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        value = value.date()
    return value.isoformat() if isinstance(value, date) else clean(str(value))


def column_name(number: int) -> str:
    """A, B, … Z, AA: as programs name columns, from 1."""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def _csv(data: bytes, name: str) -> tuple[Line, ...]:
    text = _decoded(data, name)
    head = text.lstrip().partition("\n")[0]
    delimiter = max(DELIMITERS, key=head.count)
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        return tuple(_lines((tuple(_unquoted(clean(cell)) for cell in row[:COLUMNS]) for row in rows), name))
    except csv.Error as error:
        raise _refused(name, N_("%(name)s cannot be read as CSV: %(reason)s."), reason=error) from error


def _decoded(data: bytes, name: str) -> str:
    """UTF-8, UTF-16 with its mark, else the Cyrillic code page of Windows, in which older programs save."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1251"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _refused(name, N_("%(name)s is no text. Save it anew as XLSX or as CSV in UTF-8."))


def _unquoted(cell: str) -> str:
    """Without the apostrophe that ``csv_file`` put before what could be a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def _lines(rows: Iterable[tuple[str, ...]], name: str) -> Iterator[Line]:
    count = 0
    for number, row in enumerate(rows, 1):
        cells = tuple(row)
        while cells and not cells[-1]:
            cells = cells[:-1]
        if cells:
            count += 1
            if count > LINES:
                raise _refused(name, N_("%(name)s has more than %(count)s lines."), count=LINES)
            yield Line(number, cells)


def xlsx_file(sheets: Mapping[str, Sequence[Sequence[str | float]]]) -> bytes:
    """A workbook; the first line of each sheet is its head. What is a text stays one, a number is a number."""
    import openpyxl
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, lines in sheets.items():
        sheet = book.create_sheet(title[:31])
        for number, line in enumerate(lines, 1):
            for column, value in enumerate(line, 1):
                cell = sheet.cell(number, column, value)
                if isinstance(value, str):
                    cell.data_type, cell.number_format = "s", "@"  # "0001" stays what it is, "=1" too
                if number == 1:
                    cell.font = Font(bold=True)
        for column in range(1, max(map(len, lines), default=0) + 1):
            longest = max(len(str(line[column - 1])) for line in lines if len(line) >= column)
            sheet.column_dimensions[get_column_letter(column)].width = min(60, longest + 2)
        sheet.freeze_panes = "A2"
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def csv_file(lines: Iterable[Sequence[str | float]]) -> bytes:
    """CSV in UTF-8 with its mark, semicolons between cells: so it opens in the office programs of Europe."""
    made = io.StringIO(newline="")
    writer = csv.writer(made, delimiter=";", lineterminator="\r\n")
    for line in lines:
        writer.writerow([f"'{c}" if isinstance(c, str) and c.startswith(FORMULA) else c for c in line])
    return made.getvalue().encode("utf-8-sig")
