"""Checking a file that somebody brings: valid only when it is exactly ours, and always one clear word."""

import io
import random
from collections.abc import Callable

import pytest
from pyhanko.pdf_utils.generic import TextStringObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from reportlab.pdfgen.canvas import Canvas

from app.services import check, days, documents
from app.store import files, journal, keys
from tests.conftest import Installation
from tests.store.attacker import attack, flipped, put

FORM = "access-journal"
Signed = tuple[Installation, str]


def data_of(signed: Signed) -> bytes:
    installation, day = signed
    return documents.save(installation.day(day), FORM)[0]


def judged(data: bytes) -> tuple[int, str]:
    verdict = check.check(data)
    for message in (*verdict.details, *(s.reason for s in verdict.signatures if s.reason)):
        assert str(message)
    return verdict.exit, str(verdict.word)


def retitled(data: bytes) -> bytes:
    """The same file with another title, as an editor would save it: an incremental update."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data), strict=False)
    info = writer.trailer_view["/Info"]
    info[pdf_name("/Title")] = TextStringObject("Another title")
    writer.update_container(info)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def stranger() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(100, 700, "A letter")
    canvas.save()
    return out.getvalue()


@pytest.mark.usefixtures("a_process_reads")
def test_the_file_that_everybody_signed_is_valid(signed: Signed) -> None:
    verdict = check.check(data_of(signed))
    assert (verdict.exit, str(verdict.word), verdict.details) == (0, "valid: signed by all 3", ())
    assert (verdict.day, verdict.form, verdict.revision, verdict.zone) == (signed[1], FORM, 1, "Europe/Moscow")
    assert [(s.name, s.state, s.reason) for s in verdict.signatures] == [
        ("Ёлкина\u00a0А.\u00a0Ю.", "valid", None), ("Дроздова\u00a0В.\u00a0И.", "valid", None),
        ("Щукина\u00a0М.\u00a0Л.", "valid", None),
    ]  # fmt: skip


def test_one_changed_byte_anywhere_is_seen(signed: Signed) -> None:
    data = data_of(signed)
    rng = random.Random(signed[0].database.kind)  # other places on the other database
    places = {0, len(data) - 1, *(rng.randrange(len(data)) for _ in range(18))}
    for place in sorted(places):
        bad = flipped(data, place)
        assert isinstance(bad, bytes)
        code, word = judged(bad)
        assert code == 1, place
        assert word in ("changed", "not valid"), (place, word)


@pytest.mark.parametrize("junk", [b"\n", b" ", b"\0", b"%%EOF\n", b"junk" * 500])
def test_anything_added_at_the_end_is_seen(signed: Signed, junk: bytes) -> None:
    verdict = check.check(data_of(signed) + junk)
    assert (verdict.exit, str(verdict.word)) == (1, "changed")
    assert any(f"{len(junk)} bytes were added after signature 3" in str(d) for d in verdict.details)


def test_a_changed_title_is_seen(signed: Signed) -> None:
    data = data_of(signed)
    bad = retitled(data)
    assert bad.startswith(data) and len(bad) > len(data)
    assert judged(bad) == (1, "changed")
    installation, day = signed
    for signature in installation.day(day).documents[FORM]:
        assert judged(retitled(files.get(signature.fact.file))) == (1, "changed")


def test_a_file_cut_back_to_two_signatures_is_incomplete_and_says_so(signed: Signed) -> None:
    installation, day = signed
    one, two, _ = (files.get(s.fact.file) for s in installation.day(day).documents[FORM])
    assert judged(two) == (1, "incomplete: 2 of 3")
    assert judged(one) == (1, "incomplete: 1 of 3")
    assert data_of(signed)[: len(two)] == two


def test_the_drawn_file_without_signatures_is_incomplete(signed: Signed) -> None:
    installation, day = signed
    base = files.get(installation.day(day).documents[FORM][0].fact.base)
    assert judged(base) == (1, "incomplete: 0 of 3")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_file_cut_anywhere_else_is_seen(signed: Signed, share: float) -> None:
    data = data_of(signed)
    code, word = judged(data[: int(len(data) * share)])
    assert code == 1
    assert word in ("changed", "not valid")


def test_an_older_revision_is_named(signed: Signed) -> None:
    installation, day = signed
    old = data_of(signed)
    installation.access(day)
    installation.sign(day, "tech")
    verdict = check.check(old)
    assert (verdict.exit, str(verdict.word)) == (1, "older revision")
    assert "Revision 2 has replaced revision 1." in [str(d) for d in verdict.details]


def test_a_document_of_another_installation_is_not_ours(signed: Signed, installation_elsewhere: bytes) -> None:
    assert judged(installation_elsewhere) == (1, "changed")
    assert "not signed by this installation" in str(check.check(installation_elsewhere).details[-1])


@pytest.fixture
def installation_elsewhere(signed: Signed, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A file whose checkpoint carries another log's name: as if another logbook had made it."""
    data = data_of(signed)
    installation, _ = signed
    (installation.folder / "keys" / "log.key").unlink()
    keys.make(installation.folder / "keys")
    return data


RUBBISH: list[tuple[str, Callable[[], bytes]]] = [
    ("empty", lambda: b""), ("random", lambda: random.Random(7).randbytes(20_000)), ("text", "Привет".encode),
    ("header only", lambda: b"%PDF-1.7\n"), ("stranger", stranger), ("broken stranger", lambda: stranger()[:400]),
    ("header and noise", lambda: b"%PDF-1.7\n" + random.Random(8).randbytes(5000) + b"\n%%EOF\n"),
]  # fmt: skip


@pytest.mark.usefixtures("a_process_reads")
@pytest.mark.parametrize(("name", "make"), RUBBISH, ids=[name for name, _ in RUBBISH])
def test_what_is_no_document_of_ours_is_not_valid_and_never_a_traceback(
    signed: Signed, name: str, make: Callable[[], bytes]
) -> None:
    assert judged(make()) == (1, "not valid")


@pytest.mark.parametrize("name", ["log.key", "authority/root.pem", "authority/issuing.crl"])
def test_without_a_key_nothing_can_be_checked(signed: Signed, name: str) -> None:
    data = data_of(signed)
    (signed[0].folder / "keys" / name).unlink()
    assert judged(data) == (2, "could not check")
    assert judged(b"")[0] == 2


def test_a_recorded_file_that_is_gone_from_the_disk_does_not_matter_for_a_good_copy(signed: Signed) -> None:
    data = data_of(signed)
    for path in list((signed[0].folder / "files").rglob("*")):
        if path.is_file():
            path.unlink()
    assert judged(data) == (0, "valid: signed by all 3")
    assert judged(data + b"x")[0] == 1
    assert judged(b"%PDF-1.7\n") == (1, "not valid")


def test_a_damaged_journal_is_a_verdict_and_does_not_stop_the_check_of_other_files(signed: Signed) -> None:
    installation, day = signed
    data = data_of(signed)
    log = days.log_of(day)
    days.CACHE.drop((journal.database(), log))
    with attack(installation.database) as connection:
        put(connection, log, 2, body=b"{}")
    assert judged(data) == (1, "the journal does not prove itself")
    assert judged(random.Random(1).randbytes(500)) == (1, "not valid")


def test_a_file_without_its_end_is_told_as_cut(signed: tuple[Installation, str]) -> None:
    installation, day = signed
    data = documents.save(installation.day(day), "access-journal")[0]
    told = [str(m) for m in check.check(data[:-1000]).details]
    assert any("1000 bytes are missing at its end" in t for t in told), told
    assert not any("were added" in t for t in told)
