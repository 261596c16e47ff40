"""Every page and the file around it: foot, attachments, PDF/A, the same bytes."""

import hashlib
import json
import os
import re
import subprocess
import sys
import zlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from reports import forms
from reports.render import render
from tests.reports import samples
from tests.reports.reading import pages, run, words

ROOT = Path(__file__).parents[2]
CONTENT = {"access-journal": samples.journal, "day-protocol": samples.protocol}
CODES = sorted(CONTENT)


def made(code: str, **more: object) -> bytes:
    """A sample document."""
    return render(forms()[code], CONTENT[code](), samples.document(**more))  # type: ignore[arg-type]


def test_every_form_is_found_by_its_code() -> None:
    assert set(CODES) <= set(forms())
    assert all(form.code == code and form.title["en"] for code, form in forms().items())


@pytest.mark.parametrize("code", CODES)
def test_the_same_input_gives_the_same_bytes_in_any_process(code: str) -> None:
    script = (
        "import hashlib; from tests.reports.test_pages import made; "
        f"print(hashlib.sha256(made({code!r})).hexdigest())"
    )
    here = hashlib.sha256(made(code)).hexdigest()
    for zone, seed in (("Asia/Kamchatka", "1"), ("America/New_York", "77")):
        env = os.environ | {"TZ": zone, "PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": "86400"}
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, cwd=ROOT, env=env, check=True)
        assert done.stdout.decode().strip() == here


def test_threads_that_draw_at_once_give_the_same_bytes() -> None:
    script = (
        "import hashlib; from concurrent.futures import ThreadPoolExecutor as Pool; "
        "from tests.reports.test_pages import made; "
        "work = lambda n: hashlib.sha256(made('day-protocol' if n % 2 else 'access-journal')).hexdigest(); "
        "print(len(set(Pool(8).map(work, range(32)))))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == b"2"


def test_rare_letters_of_one_document_leave_no_trace_in_the_next(tmp_path: Path) -> None:
    plain = made("day-protocol")
    stages = samples.protocol().stages
    steps = (replace(stages[0].steps[0], evidence="Әбдірахман Ңұрғалиева"), *stages[0].steps[1:])
    rare = replace(samples.protocol(), stages=(replace(stages[0], steps=steps), *stages[1:]))
    pdf = render(forms()["day-protocol"], rare, samples.document())
    assert "Әбдірахман Ңұрғалиева" in " ".join(words(pdf, tmp_path).split())
    assert b"AAAAAB+LogbookSans-C" in pdf and b"AAAAAB+LogbookSans-C" not in plain
    assert made("day-protocol") == plain
    assert render(forms()["day-protocol"], rare, samples.document()) == pdf


def test_another_content_gives_another_file_identifier() -> None:
    first = made("day-protocol")
    second = render(forms()["day-protocol"], replace(samples.protocol(), rooms="18"), samples.document())
    ids = [re.search(rb"/ID\s*\[(<[0-9a-f]+>)", pdf) for pdf in (first, second)]
    assert ids[0] and ids[1] and ids[0][1] != ids[1][1]


@pytest.mark.parametrize("code", CODES)
def test_the_foot_of_every_page_names_document_checkpoint_and_page(code: str, tmp_path: Path) -> None:
    found = pages(made(code), tmp_path)
    assert len(found) > 1
    for number, text in enumerate(found, 1):
        line = " ".join(text.split())
        assert "Документ № 23-0970-0601-03, редакция 1" in line
        assert "ППЭ 23-0970, 1 июня 2026 г." in line
        assert "записей 391, 01.06.2026 18:40:12" in line
        assert "5LY2W TA2EF IJW3W R6HA2" in line
        assert f"Страница {number} из {len(found)}" in line and f"page {number} of {len(found)}" in line
        assert "logbook.example.org" in line


def test_the_qr_code_opens_the_public_address_or_says_the_checkpoint_itself() -> None:
    with_url = samples.document()
    assert with_url.qr == "https://logbook.example.org/c/23-0970-0601-03?n=391&r=5LY2WTA2EFIJW3WR6HA2"
    bare = replace(with_url, public_url="")
    assert bare.qr == "logbook.example/23/0970/2026-06-01 391 5LY2WTA2EFIJW3WR6HA2"
    assert made("day-protocol") != made("day-protocol", public_url="")


def test_a_picture_of_the_page_holds_the_qr_code(tmp_path: Path) -> None:
    zxing = pytest.importorskip("zxingcpp")
    image = pytest.importorskip("PIL.Image")
    (tmp_path / "a.pdf").write_bytes(made("access-journal"))
    run("pdftoppm", "-r", "200", "-png", "-f", "1", "-l", "1", tmp_path / "a.pdf", tmp_path / "a")
    picture = next(tmp_path.glob("a-*.png"))
    assert [code.text for code in zxing.read_barcodes(image.open(picture))] == [samples.document().qr]


@pytest.mark.parametrize("code", CODES)
def test_checkpoint_and_description_are_attached(code: str, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(made(code))
    run("pdfdetach", "-saveall", "-o", tmp_path, tmp_path / "a.pdf")
    assert (tmp_path / "checkpoint.txt").read_bytes() == samples.NOTE.encode()
    document = json.loads((tmp_path / "document.json").read_bytes())
    assert document["form"] == code and document["size"] == 391 and document["revision"] == 1
    assert document["root"] == samples.ROOT.hex() and document["day"] == "23-0970-2026-06-01"
    assert [s["field"] for s in document["slots"]] == [s.field for s in samples.SLOTS]


@pytest.mark.parametrize("code", CODES)
def test_the_file_has_what_pdf_a_3b_asks_for(code: str, tmp_path: Path) -> None:
    pdf = made(code)
    assert pdf.startswith(b"%PDF-1.7\n%")
    assert all(pdf[m.start() - 1 : m.start()] == b"\n" for m in re.finditer(rb"endstream", pdf))
    assert b"/Filter [ ]" not in pdf and b"/Encrypt" not in pdf and b"/NeedAppearances" not in pdf
    assert b"/S /GTS_PDFA1" in pdf and b"/OutputIntents" in pdf and pdf.count(b"/AFRelationship /Data") == 2
    assert re.search(rb"/AF (\d+) 0 R|/AF \[", pdf) and b"/EmbeddedFiles" in pdf
    assert len(re.findall(rb"/Type /EmbeddedFile\b", pdf)) == 2
    assert b"<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in pdf
    assert b"2026-06-01T18:40:12+03:00" in pdf and b"D:20260601184012+03'00'" in pdf
    assert b"Helvetica" not in pdf
    (tmp_path / "a.pdf").write_bytes(pdf)
    fonts = run("pdffonts", tmp_path / "a.pdf").splitlines()[2:]
    assert fonts and all(re.search(r"TrueType\s+WinAnsi\s+yes yes yes", line) for line in fonts)
    assert "No syntax or stream encoding errors" in run("qpdf", "--check", tmp_path / "a.pdf")


@pytest.mark.parametrize("code", CODES)
def test_nothing_is_drawn_in_colour_or_grey(code: str) -> None:
    streams = re.findall(rb"/FlateDecode.*?stream\n(.*?)\nendstream", made(code), re.S)
    drawn = b"\n".join(plain for s in streams if b" Tj" in (plain := _inflate(s)))
    assert drawn.count(b" Tj") > 100
    assert not re.search(rb"[\d.] (rg|RG|G|k|K|sc|scn)\b", drawn)
    assert set(re.findall(rb"(\S+) g\b", drawn)) <= {b"1"}


def _inflate(data: bytes) -> bytes:
    try:
        return zlib.decompress(data)
    except zlib.error:
        return b""


def test_a_specimen_and_a_rehearsal_say_so_on_every_page(tmp_path: Path) -> None:
    for flag, word in (("demo", "УЧЕБНЫЙ ДОКУМЕНТ"), ("rehearsal", "РЕПЕТИЦИЯ")):
        found = pages(made("access-journal", **{flag: True}), tmp_path)
        assert all(word in text for text in found)
        assert not any(word in text for text in pages(made("access-journal"), tmp_path))


def test_the_word_of_a_rehearsal_lies_pale_and_first_beneath_everything_on_every_page() -> None:
    for code in CODES:
        drawn = [_inflate(x) for x in re.findall(rb"stream\r?\n(.*?)endstream", made(code, rehearsal=True), re.S)]
        pieces = [x for x in drawn if b" re f" in x or (b" Tj" in x and b"0.9 g" in x)]
        begun = [x for x in pieces if b"0.9 g BT" in x]
        assert begun and all(x.index(b"0.9 g BT") < x.index(b" Tm", x.index(b"ET")) for x in begun)
        assert all(x.count(b"0.9 g") == 1 for x in begun)


def test_the_second_language_is_light_and_can_be_left_out(tmp_path: Path) -> None:
    assert "Completeness" in words(made("day-protocol"), tmp_path)
    alone = words(made("day-protocol", language="ru"), tmp_path)
    assert "Полнота" in alone and "Completeness" not in alone and "page 1" not in alone
    assert "Toteutuminen" in words(made("day-protocol", language="fi"), tmp_path)
    assert "Completeness" in words(made("day-protocol", language="sv"), tmp_path)  # a language without labels


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("count", range(1, 9))
def test_every_slot_has_a_visible_box_of_its_own_on_the_last_page(code: str, count: int) -> None:
    slots = tuple(samples.slot(f"performed_{n}", 1, "technician", "performed") for n in range(1, count + 1))
    pdf = made(code, slots=slots)
    boxes = [tuple(map(float, m.split())) for m in re.findall(rb"/Rect \[ ([\d. ]+) \]", pdf)]
    assert len(boxes) == count == len(set(boxes))
    for x1, y1, x2, y2 in boxes:
        assert x2 - x1 > 100 and y2 - y1 > 80 and y1 > 70 and x1 > 30
    for a in boxes:
        for b in boxes:
            assert a == b or a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
    assert pdf.count(b"/FT /Sig") == count and pdf.count(b"/SigFieldLock") == count


def test_a_moment_in_any_zone_is_printed_on_the_centres_clock(tmp_path: Path) -> None:
    document = replace(samples.document(), zone="Asia/Kolkata")
    pdf = render(forms()["day-protocol"], samples.protocol(), document)
    assert b"D:20260601211012+05'30'" in pdf
    assert "01.06.2026 21:10:12" in words(pdf, tmp_path)
    later = replace(document, moment=document.moment + timedelta(seconds=1))
    assert render(forms()["day-protocol"], samples.protocol(), later) != pdf
