"""Checking a file that comes from anywhere: what is found out, and that nothing is ever raised."""

import random
import re
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from cryptography import x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from app.domain import Message
from reports import forms
from reports.inspect import Inspection, inspect
from reports.pades import Order, apply
from reports.render import render
from reports.stamp import stamp_for
from reports.structure import check
from tests.reports import samples
from tests.reports.authority import Authority, certify, crl
from tests.reports.conftest import MOMENT, SignAs

AFTER = MOMENT + timedelta(hours=1)
FIELDS = [slot.field for slot in samples.SLOTS]
Look = Callable[..., Inspection]


@pytest.fixture
def look(authority: Authority) -> Look:
    def judged(pdf: bytes, at: object = AFTER, **more: object) -> Inspection:
        return inspect(pdf, [authority.root.certificate], at, **more)  # type: ignore[arg-type]

    return judged


# ---------------------------------------------------------------- good files


def test_a_good_file_is_good_after_every_signature(stages: Sequence[bytes], look: Look) -> None:
    for count, pdf in enumerate(stages):
        found = look(pdf)
        assert found.problems == () and found.good
        assert found.fields == tuple(FIELDS) and found.empty == tuple(FIELDS[count:])
        assert [s.field for s in found.signatures] == FIELDS[:count]
        assert all(s.intact and s.trusted and s.unchanged and s.why is None for s in found.signatures)
        assert found.complete is (count == 4)
    assert [s.covers_whole_file for s in found.signatures] == [False, False, False, True]
    assert [s.certifies for s in found.signatures] == [True, False, False, False]
    assert [s.locks for s in found.signatures] == [False, False, False, True]


def test_who_signed_when_is_told(signed: bytes, look: Look, authority: Authority) -> None:
    for n, seen in enumerate(look(signed).signatures):
        certificate = authority.person(seen.field).certificate
        assert x509.load_der_x509_certificate(seen.certificate) == certificate
        assert seen.subject == samples.SLOTS[n].name
        assert seen.claimed == MOMENT + timedelta(minutes=n) and seen.moment == AFTER


def test_the_attachments_are_given_back(signed: bytes, look: Look) -> None:
    found = look(signed)
    assert found.checkpoint == samples.NOTE and found.document["size"] == 391
    assert sorted(found.attachments) == ["checkpoint.txt", "document.json"]


# ---------------------------------------------------------------- trust is judged then, not now


def test_trust_is_judged_at_the_moment_of_each_field(signed: bytes, look: Look) -> None:
    late = datetime(2040, 1, 1, tzinfo=UTC)
    moments = {field: AFTER for field in FIELDS} | {"confirmed": late}
    for at in (moments, moments.get):
        found = look(signed, at)
        assert [s.trusted for s in found.signatures] == [True, True, False, True]
        assert [s.moment for s in found.signatures] == [AFTER, AFTER, late, AFTER]
        assert found.problems == () and not found.good
    assert str(look(signed, late).signatures[0].why) == "The certificate was not valid at 2040-01-01T00:00:00+00:00."


def test_a_signature_that_the_journal_does_not_know_is_not_trusted(signed: bytes, look: Look) -> None:
    found = look(signed, {"confirmed": AFTER})
    assert [s.trusted for s in found.signatures] == [False, False, True, False]
    assert str(found.signatures[0].why) == "The journal knows no such signature."
    assert all(s.intact for s in found.signatures)


def test_a_certificate_that_has_expired_since_signed_well(
    base: bytes, sign_as: SignAs, authority: Authority, look: Look
) -> None:
    then = datetime(2026, 2, 1, tzinfo=UTC)
    old = certify("Орлов Игорь Сергеевич", authority.issuing, start=then - timedelta(days=1), days=2)
    pdf = sign_as(base, "performed_1", key=old.key, certificate=old.certificate, moment=then)
    assert old.certificate.not_valid_after_utc < datetime.now(UTC)
    assert look(pdf, then).good
    assert not look(pdf, then + timedelta(days=3)).good


def test_a_revocation_counts_from_its_date_on(signed: bytes, look: Look, authority: Authority) -> None:
    date = MOMENT + timedelta(minutes=30)
    lists = [crl(authority.issuing, {authority.person("confirmed").certificate: date})]
    assert look(signed, date - timedelta(seconds=1), crls=lists).complete
    found = look(signed, date, crls=lists)
    assert [s.trusted for s in found.signatures] == [True, True, False, True]
    assert "revoked" in str(found.signatures[2].why) and found.signatures[2].intact
    lists.append(crl(authority.issuing, {authority.person("confirmed").certificate: date + timedelta(days=1)}))
    assert not look(signed, date, crls=lists).good and not look(signed, date, crls=lists[::-1]).good
    forged = [crl(certify("Учебный издающий УЦ", ca=0), {authority.person("confirmed").certificate: date})]
    assert look(signed, AFTER, crls=forged).complete


def test_a_revoked_issuer_takes_trust_from_all(signed: bytes, look: Look, authority: Authority) -> None:
    lists = [crl(authority.root, {authority.issuing.certificate: MOMENT - timedelta(days=1)})]
    assert not any(s.trusted for s in look(signed, crls=lists).signatures)


def test_another_root_is_no_trust(signed: bytes) -> None:
    for roots in ([certify("Учебный корневой УЦ", ca=1).certificate], []):
        found = inspect(signed, roots, AFTER)
        assert all(s.intact and not s.trusted for s in found.signatures)
        assert str(found.signatures[0].why) == "The certificate was not issued under a trusted root."


# ---------------------------------------------------------------- what somebody may do to a file


def update(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """An incremental update without a signature."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def page_text(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    page[pdf_name("/Contents")] = writer.add_object(generic.StreamObject(stream_data=b"BT ET"))
    writer.update_container(page)


def overlay(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][-1]
    box = generic.ArrayObject([generic.FloatObject(v) for v in (0, 0, 900, 900)])
    note = generic.DictionaryObject({pdf_name("/Type"): pdf_name("/Annot"), pdf_name("/Subtype"): pdf_name("/Square"),
                                     pdf_name("/Rect"): box, pdf_name("/F"): generic.NumberObject(4)})  # fmt: skip
    page["/Annots"].append(writer.add_object(note))
    writer.update_container(page["/Annots"])


def title_only(writer: IncrementalPdfFileWriter) -> None:
    info = writer.prev.trailer["/Info"]
    info[pdf_name("/Title")] = generic.TextStringObject("Другое")
    writer.update_container(info)


def attachment(writer: IncrementalPdfFileWriter) -> None:
    spec = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]
    spec["/EF"]["/F"]._data = b"forged"
    writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1] = generic.DictionaryObject(
        {pdf_name("/Type"): pdf_name("/Filespec"), pdf_name("/EF"): generic.DictionaryObject(
            {pdf_name("/F"): writer.add_object(generic.StreamObject(stream_data=b"forged"))})})  # fmt: skip
    writer.update_container(writer.root["/Names"]["/EmbeddedFiles"]["/Names"])


def stamp_swap(writer: IncrementalPdfFileWriter) -> None:
    field = writer.root["/AcroForm"]["/Fields"][0]
    look = generic.StreamObject({pdf_name("/Subtype"): pdf_name("/Form"), pdf_name("/BBox"): generic.ArrayObject([])},
                                stream_data=b"")  # fmt: skip
    field["/AP"] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(look)})
    writer.update_container(field)


def signature_gone(writer: IncrementalPdfFileWriter) -> None:
    field = writer.root["/AcroForm"]["/Fields"][2]
    del field["/V"]
    writer.update_container(field)


UPDATES = [page_text, overlay, title_only, attachment, stamp_swap, signature_gone]


@pytest.mark.parametrize("change", UPDATES)
def test_an_update_after_the_last_signature_is_found(
    change: Callable[[IncrementalPdfFileWriter], None], signed: bytes, look: Look
) -> None:
    pdf = update(signed, change)
    assert pdf.startswith(signed) and len(pdf) > len(signed)
    found = look(pdf)
    assert not found.good and not found.complete
    assert check(pdf) != []
    if change is not title_only:  # pyHanko lets that one pass
        assert not all(s.unchanged for s in found.signatures)


@pytest.mark.parametrize("change", UPDATES[:-1])
def test_an_update_between_two_signatures_is_found(
    change: Callable[[IncrementalPdfFileWriter], None], stages: Sequence[bytes], look: Look, authority: Authority
) -> None:
    """Made with the signer's inner part: ``sign`` itself refuses such a file."""
    pdf = update(stages[3], change)
    holder, slot = authority.person("reviewed"), samples.SLOTS[3]
    stamp = stamp_for(samples.SLOTS, "reviewed", slot.name, "Europe/Moscow", {"signed": "s", "certificate": "c"})
    chain = tuple(authority.chain)
    order = Order("reviewed", False, True, holder.key, holder.certificate, chain, MOMENT, stamp, "r", MOMENT)
    found = look(apply(pdf, order))
    assert not found.good and not found.complete
    assert any("revisions" in str(p) for p in found.problems)


def test_junk_after_the_end_is_found(stages: Sequence[bytes], look: Look) -> None:
    for junk in (b"\n", b" ", b"%%EOF\n", b"\0" * 10, b"startxref\n5\n%%EOF\n"):
        for pdf in (stages[0], stages[4]):
            assert check(pdf + junk) and not look(pdf + junk).good


def test_a_file_cut_back_to_an_earlier_signature_says_what_is_missing(stages: Sequence[bytes], look: Look) -> None:
    found = look(stages[-1][: len(stages[2])])
    assert found.good and not found.complete and found.empty == ("confirmed", "reviewed")


def first_page(pdf: bytes) -> int:
    """Where the first page's drawing begins."""
    for match in re.finditer(rb"stream\n(.*?)\nendstream", pdf, re.S):
        with suppress(zlib.error):
            if b" Tj" in zlib.decompress(match[1]):
                return match.start(1)
    raise AssertionError("no page")


@pytest.mark.parametrize("where", ["page", "attachment", "cms", "padding", "byte range", "stamp"])
def test_a_changed_byte_is_found(where: str, signed: bytes, look: Look) -> None:
    pdf = bytearray(signed)
    contents = [m.start() for m in re.finditer(rb"/Contents <", signed)]
    spot = {
        "page": first_page(signed) + 40,
        "attachment": signed.index(b"/EmbeddedFile") + 5,
        "cms": contents[1] + 1500,
        "padding": signed.index(b">", contents[2]) - 3,
        "byte range": signed.index(b"/ByteRange [0 ") + 14,
        "stamp": signed.rindex(b"/BBox") + 7,
    }[where]
    pdf[spot] = ord("1") if pdf[spot] != ord("1") else ord("2")
    found = look(bytes(pdf))
    assert not found.good and not found.complete


def test_zeroed_contents_are_a_verdict(signed: bytes, look: Look) -> None:
    match = next(re.finditer(rb"/Contents <([0-9A-Fa-f]+)>", signed))
    pdf = signed[: match.start(1)] + b"0" * len(match[1]) + signed[match.end(1) :]
    found = look(pdf)
    assert not found.good and found.problems


def test_a_signature_value_of_another_file_is_found(signed: bytes, base: bytes, sign_as: SignAs, look: Look) -> None:
    other = sign_as(base, "performed_1", moment=MOMENT + timedelta(minutes=5))
    theirs, ours = (re.search(rb"/Contents <([0-9A-Fa-f]+)>", pdf) for pdf in (other, signed))
    assert theirs and ours and len(theirs[1]) == len(ours[1])
    found = look(signed.replace(ours[1], theirs[1]))
    assert not found.signatures[0].intact and not found.good


def test_parts_that_disagree_are_found(look: Look) -> None:
    form, document = forms()["access-journal"], samples.document()
    pdf = render(form, samples.journal(), document)
    assert look(pdf).problems == ()
    object.__setattr__(document, "json", lambda code: b'{"origin": "x", "size": 1, "root": "", "slots": []}')
    found = [str(p) for p in look(render(form, samples.journal(), document)).problems]
    assert found == [
        "The attached checkpoint is not the one that the document names.",
        "The places for signatures are not those that the document names.",
    ]


def test_what_is_no_document_of_ours_is_a_verdict(look: Look) -> None:
    for data in (b"", b"hello", b"%PDF-1.7\n", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nstartxref\n0\n%%EOF\n", b"\0" * 9999):
        found = look(data)
        assert found.problems and not found.good and found.document == {} and found.checkpoint == ""
        assert all(isinstance(p, Message) for p in found.problems)


def test_two_hundred_damaged_files_give_verdicts_and_never_an_error(signed: bytes, look: Look) -> None:
    source = random.Random(20260601)
    for n in range(200):
        pdf = bytearray(signed)
        if n % 4 == 0:
            del pdf[source.randrange(len(pdf)) :]
        elif n % 4 == 1:
            start = source.randrange(len(pdf))
            del pdf[start : start + source.randrange(1, 5000)]
        else:
            tail = source.random() < 0.5  # half of the flips where the structure is
            for _ in range(source.randrange(1, 12)):
                spot = source.randrange(len(pdf) - 30_000, len(pdf)) if tail else source.randrange(len(pdf))
                pdf[spot] = source.randrange(256)
        if bytes(pdf) == signed:
            continue
        found = look(bytes(pdf))
        assert isinstance(found, Inspection) and not found.complete, n


def test_a_verdict_needs_no_network_and_no_clock(signed: bytes, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*_: object, **__: object) -> None:
        raise AssertionError("network")

    monkeypatch.setattr("socket.socket.connect", closed)
    assert look(signed).complete


def test_the_gate_alone_sees_a_byte_range_that_leaves_out_more_than_its_signature(signed: bytes) -> None:
    assert check(signed) == []
    match = re.search(rb"/ByteRange \[0 (\d+) (\d+) (\d+)", signed)
    assert match
    for group, shift in ((1, -8), (2, 8), (3, -1)):
        number = int(match[group]) + shift
        pdf = signed[: match.start(group)] + str(number).encode() + signed[match.end(group) :]
        assert len(pdf) == len(signed)
        assert [str(p) for p in check(pdf)] == ["Signature 1 does not cover its revision."]


def test_a_document_whose_last_signature_locks_nothing_is_found(
    stages: Sequence[bytes], look: Look, monkeypatch: pytest.MonkeyPatch, sign_as: SignAs
) -> None:
    monkeypatch.setattr("reports.fields.open_after", lambda slot, slots: ["other"])
    document = samples.document(slots=samples.SLOTS[:1])
    pdf = sign_as(render(forms()["day-protocol"], samples.protocol(), document), "performed_1", document)
    assert [str(p) for p in look(pdf).problems] == ["The last signature does not lock the whole document."]
    assert stages
