"""The QR code of a drawn document: it proves itself offline, and the same journal draws the same code."""

import hashlib
import subprocess
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from app.domain import ticket
from app.domain.note import Checkpoint
from app.services import check, days, documents
from app.store import keys
from reports import form
from reports.inspect import inspect
from tests.conftest import Installation

HOSTS = ["", "https://logbook.example.org", "https://a-rather-long-name.of-a-region.example/logbook"]


def codes(pdf: bytes, folder: Path) -> list[str]:
    """Every code of every page, read from its picture by a reader that is not ours."""
    subprocess.run(["pdftoppm", "-r", "150", "-gray", "-png", "-", folder / "page"], input=pdf, check=True)
    return [code.text for path in sorted(folder.glob("page*.png")) for code in zxingcpp.read_barcodes(Image.open(path))]


@pytest.mark.sqlite_only(reason="it is about the drawing")
@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("code", ["access-journal", "day-protocol"])
def test_the_code_on_every_page_proves_itself_offline(
    installation: Installation, day: str, tmp_path: Path, host: str, code: str
) -> None:
    installation.access(day)
    loaded, checkpoint = days.load_with_checkpoint(installation.people["head"], day)
    pdf = documents.draw(loaded, checkpoint, form(code), 1, host)
    assert pdf == documents.draw(loaded, checkpoint, form(code), 1, host), "the same journal draws the same bytes"
    found = set(codes(pdf, tmp_path))
    assert len(found) == 1
    text = found.pop()
    assert text.startswith(f"{host}/c/" if host else day)
    said = ticket.check(text, str(keys.log_key().vkey), keys.verify)
    assert (said.number, said.size) == (documents.number(loaded, form(code)), loaded.size)
    assert said.root == checkpoint.short.replace(" ", "") and said.at == loaded.received.replace(microsecond=0)
    attached = tmp_path / "a.pdf"
    attached.write_bytes(pdf)
    subprocess.run(["pdfdetach", "-saveall", "-o", tmp_path, attached], check=True)
    digest = hashlib.sha256((tmp_path / "document.json").read_bytes()).digest()
    assert said.document == Checkpoint("x", 1, digest).short.replace(" ", ""), "the hash is that of document.json"
    assert "content" in inspect(pdf, [], {}).document


def test_another_content_is_another_code(installation: Installation, day: str) -> None:
    loaded, checkpoint = days.load_with_checkpoint(installation.people["head"], day)
    first = inspect(documents.draw(loaded, checkpoint, form("access-journal"), 1, ""), [], {}).document
    second = inspect(documents.draw(loaded, checkpoint, form("access-journal"), 2, ""), [], {}).document
    assert first["content"] != second["content"]


def test_signed_files_stay_valid(signed: tuple[Installation, str]) -> None:
    made, day = signed
    data, _ = documents.save(made.day(day), "access-journal")
    assert check.check(data).exit == 0
