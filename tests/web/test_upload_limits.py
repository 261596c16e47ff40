"""Files that are too much, at both places that take one: the answer comes, and neither memory nor disk is filled."""

import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.services import attachments
from tests.reports.test_worker import many_pages, renamed_zip

from .conftest import DAY, Person
from .strangers import Stranger, verdict
from .test_check_limits import Chunks, Unread, snapshot

STEP = f"/days/{DAY}/steps/d1.angle"
FIELD = "evidence.photo_after"
MB = 2**20
SIDE = 30_000  # pixels: 2.7 GB of colours when it is opened


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_bomb() -> bytes:
    """30,000 x 30,000 pixels in 3 MB, without ever being drawn."""
    packer = zlib.compressobj(9)
    first = packer.compress(bytes(1 + 3 * SIDE)) + packer.flush(zlib.Z_FULL_FLUSH)  # a line that needs no other one
    zeros = SIDE * (1 + 3 * SIDE)
    body = first + first[2:] * (SIDE - 1) + b"\x03\x00" + struct.pack(">HH", zeros % 65521, 1)  # end, Adler-32
    head = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def jpeg_bomb() -> bytes:
    """A JPEG whose head promises 30,000 x 30,000 pixels."""
    head = struct.pack(">HBHHB", 17, 8, SIDE, SIDE, 3) + b"\x01\x11\x00\x02\x11\x00\x03\x11\x00"
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xc0" + head + b"\xff\xd9"


def text_bomb() -> bytes:
    """A PNG with 40 MB of packed words beside one pixel."""
    words = b"Comment\x00\x00" + zlib.compress(bytes(40 * MB), 9)
    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"zTXt", words) + chunk(b"IDAT", zlib.compress(bytes(4)))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


def give(tech: Person, data: bytes, name: str = "photo.jpg") -> TestResponse:
    """The step's form with a file as evidence."""
    form = {k: v for k, v in tech.form(STEP).items() if v is not None}
    part = '--x\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
    texts = "".join(part.format(k, "") + f"{v}\r\n" for k, v in (form | {"evidence.room": "0001"}).items())
    body = (texts + part.format(FIELD, f'; filename="{name}"')).encode() + data + b"\r\n--x--\r\n"
    return tech.client.post(STEP, data=body, content_type="multipart/form-data; boundary=x", buffered=True)


BAD: list[tuple[str, Callable[[], bytes]]] = [
    ("0 bytes", lambda: b""), ("zip", renamed_zip), ("png bomb", png_bomb), ("jpeg bomb", jpeg_bomb),
    ("text bomb", text_bomb),
]  # fmt: skip


@pytest.mark.parametrize(("name", "make"), BAD, ids=[name for name, _ in BAD])
def test_no_picture_as_evidence_is_told_beside_its_field_and_nothing_is_kept(
    tech: Person, app: Flask, name: str, make: Callable[[], bytes]
) -> None:
    before = snapshot(app.extensions["settings"].instance / "files")
    answer = give(tech, make(), "frame.jpg")
    assert answer.status_code == 422 and "frame.jpg is not a JPEG or PNG picture and not a PDF." in answer.text
    assert f'id="{FIELD}-err"' in answer.text and "0001" in answer.text
    assert snapshot(app.extensions["settings"].instance / "files") == before


def test_a_pdf_of_many_pages_is_kept_as_it_is_and_never_opened(
    tech: Person, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(*_: object, **__: object) -> None:
        raise AssertionError("somebody read it")

    monkeypatch.setattr(attachments, "_picture", opened)
    data = many_pages()
    assert give(tech, data, "report.pdf").status_code == 302
    kept = snapshot(app.extensions["settings"].instance / "files")
    assert data in kept.values()


@pytest.mark.parametrize("make", [many_pages, renamed_zip], ids=["10,000 pages", "zip"])
def test_the_check_page_answers_a_strange_file_in_words(stranger: Stranger, make: Callable[[], bytes]) -> None:
    colour, heading = verdict(stranger.check(make()))
    assert colour in ("over", "off") and "Not valid here" in heading


# ---------------------------------------------------------------- a gigabyte


@pytest.mark.parametrize("url", ["/check", STEP])
def test_a_gigabyte_is_refused_before_a_byte_is_read(tech: Person, url: str) -> None:
    body = {"wsgi.input": Unread(), "CONTENT_LENGTH": str(2**30), "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    answer = tech.client.post(url, environ_overrides=body, buffered=True)
    assert answer.status_code == 413 and "at most 20 MB" in answer.text


def endless(size: int) -> Iterator[bytes]:
    yield f'--x\r\nContent-Disposition: form-data; name="{FIELD}"; filename="a.jpg"\r\n\r\n'.encode()
    yield from (bytes(2**16) for _ in range(size // 2**16))


@pytest.mark.parametrize("url", ["/check", STEP])
def test_a_gigabyte_of_unknown_length_is_left_at_the_limit_and_fills_nothing(
    tech: Person, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folder: Path = app.extensions["settings"].instance / "files"
    before, body = snapshot(folder), Chunks(endless(2**30))
    values: dict[str, Any] = {
        "wsgi.input": body, "wsgi.input_terminated": True, "CONTENT_TYPE": "multipart/form-data; boundary=x"
    }  # fmt: skip
    answer = tech.client.post(url, environ_overrides=values, buffered=True)
    assert answer.status_code == 413 and "at most 20 MB" in answer.text
    assert body.taken < 22 * MB and snapshot(folder) == before
    assert sum(p.stat().st_size for p in tmp_path.glob("tmp*") if p.is_file()) == 0


def test_a_file_a_little_over_the_limit_is_told_by_name(tech: Person, app: Flask) -> None:
    answer = give(tech, b"%PDF-1.7" + bytes(attachments.LIMIT), "long.pdf")
    assert answer.status_code == 422 and "long.pdf is larger than 20 MB." in answer.text


# ---------------------------------------------------------------- memory


MEASURE = """
import io, resource, sys
from app.domain import Invalid
from app.services import attachments
from tests.web import test_upload_limits as bombs
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for make in (bombs.png_bomb, bombs.jpeg_bomb, bombs.text_bomb):
    data = make()
    try:
        attachments._picture(data, "x")
    except Invalid:
        continue
    sys.exit("taken")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_bombs_are_judged_by_their_heads_and_take_no_memory() -> None:
    done = subprocess.run([sys.executable, "-c", MEASURE], capture_output=True, text=True, env=dict(os.environ))
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) * 1024 < 150 * MB
    assert attachments.PIXELS * 4 < 300 * MB, "the largest picture that is opened"
