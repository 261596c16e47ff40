"""Registers and statistics on their pages and as files: what an office reads, and that every download is recorded."""

import csv
import hashlib
import io
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask

from app.services import days, office, registers
from app.store.db import NoRoom, db, transaction
from app.store.tables import DayStatusRow
from app.web import statistics as page

from .conftest import DAY, YESTERDAY, Clock, Person

ON = YESTERDAY[-10:]
REGISTER, STATISTICS = f"/registers/{ON}", "/statistics"


@pytest.fixture
def ministry(sign_in: Callable[[str], Person]) -> Person:
    return sign_in("ministry")


def taken(person: Person, where: str, kind: str) -> bytes:
    """The file of a page, by its button."""
    answer = person.send(f"{where}/{kind}", form=where)
    assert answer.status_code == 200, answer.text
    return answer.data


def newest(app: Flask) -> Any:
    with app.app_context():
        return office.entries()[-1].fact


def test_the_search_leads_to_days_documents_and_registers(ministry: Person) -> None:
    text = ministry.get("/registers").text
    assert f'href="/days/{YESTERDAY}/documents"' in text and f'href="/days/{DAY}/review"' in text
    assert f'href="{REGISTER}"' in text
    none = ministry.get("/registers?q=nowhere&from=x&to=&region=abc&stage=y&signed=z").text
    assert "No day fits" in none and 'value="nowhere"' in none
    assert YESTERDAY not in ministry.get(f"/registers?from={DAY[-10:]}").text


def test_the_register_page_names_signers_level_and_what_is_missing(ministry: Person) -> None:
    text = ministry.get(REGISTER).text
    assert re.search(r"exam centre head, confirmed \d\d:\d\d", text)
    assert "B-B" in text and "UTC+03:00" in text and f"{YESTERDAY}." in text
    assert "no form of a regulation" in text
    assert "No exam day fits." in ministry.get("/registers/2020-01-01").text
    assert ministry.get("/registers/yesterday").status_code == 404


def test_the_spreadsheets_say_what_the_page_says_and_hold_no_formula(
    ministry: Person, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.web.register_words.documents.title", lambda form: {"en": "=HYPERLINK(1)"})
    data = taken(ministry, REGISTER, "csv")
    assert data.startswith(b"\xef\xbb\xbf") and b"\r\n" in data
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert len({len(row) for row in rows}) == 1 and rows[0][0] == "Region"
    number = rows[0].index("Number")
    with app.app_context():
        day = days.of_everybody(YESTERDAY)
    assert {row[1] for row in rows[1:]} == {day.centre_code} and all(r[number].startswith(YESTERDAY) for r in rows[1:])
    assert all(not cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row)
    assert any(cell == "'=HYPERLINK(1)" for row in rows for cell in row)
    book = openpyxl.load_workbook(io.BytesIO(taken(ministry, REGISTER, "xlsx")))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert not [c for c in cells if c.data_type == "f"] and any(c.value == "=HYPERLINK(1)" for c in cells)
    assert len(list(book.active.iter_rows())) == len(rows)
    signed = rows[0].index("Signed")
    assert any(re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d \+03:00", row[signed]) for row in rows[1:])


def test_the_pdf_is_whole_numbers_its_pages_and_holds_its_data(ministry: Person, tmp_path: Path) -> None:
    file = tmp_path / "register.pdf"
    file.write_bytes(taken(ministry, REGISTER, "pdf"))
    assert subprocess.run(["qpdf", "--check", file], capture_output=True).returncode == 0
    text = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True).stdout
    assert "Register of 31 May 2026" in text and "B-B" in text and "Page 1 of" in text
    data = subprocess.run(
        ["qpdf", "--show-attachment=register.json", file], capture_output=True, check=True
    ).stdout
    assert hashlib.sha256(data).hexdigest() in text
    assert [d["day"] for d in json.loads(data)] == [YESTERDAY]
    size = subprocess.run(["pdfinfo", file], capture_output=True, text=True).stdout
    assert "841.89 x 595.276" in size or "841.89 x 595.28" in size


def test_the_pdf_says_of_a_returned_day_that_it_was_returned(ministry: Person, app: Flask, tmp_path: Path) -> None:
    assert ministry.get(REGISTER).status_code == 200
    with app.app_context(), transaction():
        row = DayStatusRow.__table__
        db.session.execute(row.update().where(row.c.day == YESTERDAY).values(stage="returned"))
    file = tmp_path / "register.pdf"
    file.write_bytes(taken(ministry, REGISTER, "pdf"))
    text = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True).stdout
    assert "returned with remarks" in text and "returned with remarks" in ministry.get(REGISTER).text


@pytest.mark.parametrize(("where", "kind", "what"), [
    (REGISTER, "xlsx", "register"), (REGISTER, "csv", "register"), (REGISTER, "pdf", "register"),
    (STATISTICS, "xlsx", "statistics"), (STATISTICS, "csv", "statistics"),
])  # fmt: skip
def test_a_download_is_recorded_with_what_was_taken(
    ministry: Person, app: Flask, where: str, kind: str, what: str
) -> None:
    data = taken(ministry, where, kind)
    fact = newest(app)
    assert (fact.tag, fact.kind, fact.size, fact.scope["format"]) == ("download.made", what, len(data), kind)
    assert fact.sha256 == hashlib.sha256(data).hexdigest()


def test_a_download_that_cannot_be_recorded_fails_and_says_why(
    ministry: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: Any) -> None:
        raise NoRoom("full")

    monkeypatch.setattr(office, "note", full)
    for where, kind in ((REGISTER, "csv"), (REGISTER, "pdf"), (STATISTICS, "xlsx")):
        answer = ministry.send(f"{where}/{kind}", form=where)
        assert answer.status_code == 507 and "nothing was handed out" in answer.text
        assert answer.mimetype == "text/html" and YESTERDAY not in answer.text


def test_a_page_says_how_many_days_it_still_reads_and_goes_on_by_itself(
    ministry: Person, app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registers, "AT_ONCE", 1)
    answer = ministry.get("/registers?q=&endpoint=x&_external=1&_scheme=javascript")  # names that mean something to us
    assert "1 are left" in answer.text and answer.headers["Refresh"].startswith("1; url=/registers?since=2026-06-01")
    clock.forward(seconds=1)
    done = ministry.get(answer.headers["Refresh"].partition("url=")[2])
    assert "Refresh" not in done.headers and YESTERDAY in done.text
    clock.forward(hours=3)
    for since in ("2019-01-01T00:00:00.000Z", "0001-01-01T00:00:00%2B14:00"):
        assert "Refresh" not in ministry.get(f"/registers?since={since}").headers  # nothing is old


def test_statistics_show_a_table_under_every_chart_and_the_same_numbers_as_a_file(ministry: Person) -> None:
    assert ministry.get(f"{STATISTICS}?to=0001-01-01").status_code == 200, "no year that can be meant"
    text = ministry.get(STATISTICS).text
    charts, tables = text.count('<svg class="chart columns"'), text.count('<table class="tab">')
    assert charts == tables == len(page.CHAPTERS) + ("Causes of outages" in text)
    assert "style=" not in text and "<script>" not in text
    for chapter in page.CHAPTERS:
        assert all(number.means in text for number in chapter.numbers)
    book = openpyxl.load_workbook(io.BytesIO(taken(ministry, STATISTICS, "xlsx")))
    rows = [[cell.value for cell in row] for row in book["Statistics"].iter_rows()]
    steps, total = rows[0].index("Done on time"), rows[-1]
    assert isinstance(total[steps], int) and total[steps] == sum(row[steps] for row in rows[1:-1])
    assert f"<b>{total[steps]}</b>" in text
    for by in ("region", "centre"):
        assert "23" in ministry.get(f"{STATISTICS}?by={by}").text
    assert "No exam day fits." in ministry.get(f"{STATISTICS}?from=2020-01-01&to=2020-02-01").text


def test_people_without_an_office_find_no_register(tech: Person, sign_in: Callable[[str], Person]) -> None:
    for person in (tech, sign_in("member")):
        assert person.get("/registers").status_code == 403 and "/registers" not in person.get("/me").text
    assert 'href="/registers"' in sign_in("ministry").get("/me").text


