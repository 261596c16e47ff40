"""Spreadsheets: what we write is read back by others and by us; what comes from others is bounded and told by cell."""

import csv
import io
import zipfile
from datetime import date

import openpyxl
import pytest

from app.domain import Invalid
from app.services import spreadsheet
from app.services.spreadsheet import Line, csv_file, read, xlsx_file

LINES = (("room", "name"), ("0001", "Класс, «А»; 1"), ("0002", "=cmd|' /C calc'!A0"), ("0003", "-5"), ("0004", 'a "b"'))


def cells(data: bytes, name: str = "rooms.xlsx") -> list[tuple[str, ...]]:
    return [line.cells for line in read(data, name)[0].lines]


def why(data: bytes, name: str = "list.csv") -> str:
    with pytest.raises(Invalid) as caught:
        read(data, name)
    return " / ".join(str(m) for m in caught.value.messages)


def test_what_is_written_is_read_back_whole() -> None:
    assert cells(xlsx_file({"rooms": LINES})) == list(LINES)
    assert cells(csv_file(LINES)) == list(LINES)


def test_zeros_stay_and_nothing_becomes_a_formula_in_another_program() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_file({"rooms": LINES}))).active
    assert sheet is not None
    assert (sheet["A2"].value, sheet["B3"].data_type, sheet["B3"].value) == ("0001", "s", LINES[2][1])
    rows = list(csv.reader(io.StringIO(csv_file(LINES).decode("utf-8-sig")), delimiter=";"))
    assert rows[2][1].startswith("'=") and rows[3][1] == "'-5" and rows[1][1] == LINES[1][1]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_a_csv_file_is_read_as_programs_save_it(delimiter: str, encoding: str) -> None:
    text = delimiter.join(("room", "name")) + "\r\n\r\n" + delimiter.join(("0001", "Класс")) + "\r\n"
    (sheet,) = read(text.encode(encoding), "rooms.csv")
    assert sheet.lines == (Line(1, ("room", "name")), Line(3, ("0001", "Класс")))


def test_numbers_and_dates_of_a_workbook_are_what_a_person_sees() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append([1.0, 2.5, date(2026, 6, 1), None, True])
    made = io.BytesIO()
    book.save(made)
    assert cells(made.getvalue()) == [("1", "2.5", "2026-06-01", "", "True")]


def test_a_formula_is_told_with_its_sheet_and_cell() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "cameras"
    book.active.append(["room"])
    book.active.append(["0001", "=A2"])
    made = io.BytesIO()
    book.save(made)
    assert why(made.getvalue(), "plan.xlsx") == "plan.xlsx, cameras, cell B2 holds a formula. Write its value there."


def test_what_is_no_list_is_refused_by_name() -> None:
    assert why(b" ") == "list.csv is empty."
    assert why(b"\x89PNG\r\n\x1a\n\x00\x00") == "list.csv is no text. Save it anew as XLSX or as CSV in UTF-8."
    assert "cannot be read as an XLSX file" in why(b"PK\x03\x04" + b"x" * 90)
    assert why(b'a;"b') == "list.csv cannot be read as CSV: unexpected end of data."
    assert why(b"a\n" * 5001) == "list.csv has more than 5000 lines."
    assert why(b"x" * (5 * 2**20 + 1)) == "list.csv is larger than 5 MB."


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", bytes(2**20))
    monkeypatch.setattr(spreadsheet, "UNPACKED", 2**19)
    assert why(made.getvalue(), "bomb.xlsx") == "bomb.xlsx unpacks to more than this list can be."


def test_columns_are_named_as_programs_name_them() -> None:
    assert [spreadsheet.column_name(n) for n in (1, 26, 27, 52, 703)] == ["A", "Z", "AA", "AZ", "AAA"]


def test_a_cell_in_the_last_line_of_a_sheet_costs_no_minute_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    book, looked, real = openpyxl.Workbook(), list[object](), spreadsheet._text
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["A1048576"] = "room", "0001"
    book.save(made := io.BytesIO())
    monkeypatch.setattr(spreadsheet, "_text", lambda value: looked.append(value) or real(value))
    assert read(made.getvalue(), "rooms.xlsx")[0].lines == (Line(1, ("room",)), Line(1048576, ("0001",)))
    assert len(looked) < 1000
