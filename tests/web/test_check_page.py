"""The check page: what a stranger is told of a file."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from app.services import check, printed
from app.services.check import Kind
from app.web.check import ANSWERS, EXPLAINED, LOOKS, MEANING
from reports import foreign
from reports.inspect import inspect

from .conftest import CODE, DAY, YESTERDAY, Person
from .strangers import Stranger, verdict, words

FORM = "access-journal"
NUMBER = f"{YESTERDAY}.03"
NAMES = ("Иванов", "Петров", "Сидорова")


def noted(data: bytes) -> bytes:
    """With a box drawn over the last page, as a reader program saves it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    page = writer.root["/Pages"]["/Kids"][-1]
    box = generic.ArrayObject([generic.FloatObject(v) for v in (0, 0, 900, 900)])
    note = generic.DictionaryObject({
        pdf_name("/Type"): pdf_name("/Annot"), pdf_name("/Subtype"): pdf_name("/Square"), pdf_name("/Rect"): box,
    })  # fmt: skip
    page["/Annots"].append(writer.add_object(note))
    writer.update_container(page["/Annots"])
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


# ---------------------------------------------------------------- a file


def test_a_signed_file_is_valid_and_says_who_when_and_whether_it_is_the_newest(
    stranger: Stranger, stages: list[bytes]
) -> None:
    answer = stranger.check(stages[2], "<b>journal.pdf")
    assert verdict(answer) == ("done", "Valid: signed by all 3")
    text = words(answer.text)
    for name in NAMES:
        assert name in text
    assert "Technical specialist : performed" in text and "Commission head : reviewed" in text
    assert text.count(" valid") == 3 and "as the file says" not in text
    assert "31 May 2026, 1" in text and "Local time: Moscow, UTC+3" in text
    assert "Its checkpoint is in our journal" in text and "Newer revision none" in text
    assert f"{NUMBER}, revision 1" in text and "<b>journal.pdf" in text and "<b>journal" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_in_the_visitors_language(stranger: Stranger) -> None:
    assert 'lang="ru"' in stranger.client.get("/check", headers={"Accept-Language": "ru"}).text
    page = stranger.get("/check?lang=ru").text
    assert '<html lang="ru">' in page and "?lang=en" in page
    assert '<html lang="ru">' in stranger.get("/check").text, "the choice stays"


def test_what_was_added_makes_it_amber_and_is_told(stranger: Stranger, stages: list[bytes]) -> None:
    for data, added in ((stages[2] + b"junk\n", "5 bytes were added after signature 3."),
                        (stages[1] + b"junk\n", "5 bytes were added after signature 2."),
                        (noted(stages[2]), "bytes were added after signature 3.")):  # fmt: skip
        answer = stranger.check(data)
        assert verdict(answer) == ("soon", "Valid, but changed after signing")
        text = words(answer.text)
        assert added in text and "valid, but changed after signing" in text and " not valid" not in text
    assert "After the last signature notes, drawings or form fields were added or changed." in text


def test_what_was_changed_inside_is_red(stranger: Stranger, stages: list[bytes]) -> None:
    data = bytearray(stages[2])
    place = stages[2].index(b"/EmbeddedFile") + 2
    data[place] ^= 1
    cms = bytearray(stages[2])
    cms[stages[2].index(b"/Contents <") + 900] ^= 1  # inside the first signature
    for changed in (bytes(data), bytes(cms), stages[2][: int(len(stages[2]) * 0.9)]):
        assert verdict(stranger.check(changed)) == ("over", "Not valid: the file was changed")


def test_a_file_cut_back_is_valid_so_far_and_names_nobody_who_is_not_in_it(
    stranger: Stranger, stages: list[bytes]
) -> None:
    answer = stranger.check(stages[0])
    assert verdict(answer) == ("soon", "Valid so far, but not signed by everybody")
    text = words(answer.text)
    assert text.count("not signed") == 3 and NAMES[0] in text  # two slots and the heading
    assert NAMES[1] not in text and NAMES[2] not in text


def test_a_newer_revision_and_a_journal_that_has_gone_on_are_told(stranger: Stranger, tech: Person) -> None:
    def sign() -> bytes:
        tech.send(f"/days/{DAY}/documents/{FORM}/sign", {"password": "demo-tech-1", "code": CODE})
        return tech.get(f"/days/{DAY}/documents/{FORM}.pdf").data

    old = sign()
    assert "has gone on" not in words(stranger.check(old).text)
    tech.send(f"/days/{DAY}/journal/add", {"rooms": "0001", "action": "other", "text": "Dusted the lens"})
    text = words(stranger.check(old).text)
    assert "has gone on" in text and "Newer revision none" in text and "Dusted" not in text
    sign()
    answer = stranger.check(old)
    assert verdict(answer) == ("soon", "Valid, but replaced by a newer revision")
    assert "Newer revision revision 2" in words(answer.text)


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"%PDF-1.7\n", b"PK\3\4" + bytes(5000)], ids=["0", "text", "pdf", "zip"]
)
def test_what_is_no_document_of_ours(stranger: Stranger, data: bytes) -> None:
    assert verdict(stranger.check(data)) == ("over", "Not valid here: not a document of this logbook")


def test_a_checkpoint_alone_opens_nothing(stranger: Stranger, stages: list[bytes]) -> None:
    """A file of one's own with a checkpoint that a witness was given: nothing of the day is told."""
    answer = stranger.check(_empty_with(inspect(stages[2], [], {}).checkpoint.encode()))
    assert verdict(answer) == ("over", "Not valid here: not a document of this logbook")
    text = words(answer.text)
    assert "Its checkpoint is in our journal" in text and NUMBER not in text
    assert not any(name in text for name in NAMES) and "performed" not in text


def _empty_with(checkpoint: bytes) -> bytes:
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(checkpoint.txt) 3 0 R] >> >> >>",
        b"<< /Type /Pages /Kids [] /Count 0 >>", b"<< /Type /Filespec /EF << /F 4 0 R >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(checkpoint), checkpoint), b"<< >>",
    ]  # fmt: skip
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % p for p in places)
    return bytes(out + b"trailer\n<< /Size 6 /Root 1 0 R /Info 5 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start)


@pytest.mark.parametrize("word", sorted(foreign.REASONS))
def test_a_file_that_cannot_be_read_in_bounds_is_grey(
    stranger: Stranger, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def broken(*_: object) -> Iterator[Any]:
        raise foreign.NotRead(word)
        yield

    monkeypatch.setattr(check.check, "__defaults__", (broken,))
    answer = stranger.check(b"%PDF-1.7")
    assert verdict(answer) == ("off", "Could not be checked")
    assert foreign.REASONS[word] in words(answer.text)


@pytest.mark.usefixtures("a_process_reads")
def test_a_process_that_is_killed_is_grey(stranger: Stranger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign, "COMMAND", (sys.executable, "-c", "import os; os.abort()"))
    assert verdict(stranger.check(b"%PDF-1.7")) == ("off", "Could not be checked")


def test_every_kind_of_answer_has_its_words() -> None:
    assert set(LOOKS) == set(MEANING) == set(Kind)
    assert set(ANSWERS) == set(EXPLAINED) == set(printed.State)
