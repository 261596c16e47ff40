"""Signing: what is refused before the key is used, and what readers nobody here wrote say of the result."""

import asyncio
import hashlib
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from asn1crypto.cms import ContentInfo
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from reports import forms
from reports.forms._ru import COMMON
from reports.inspect import inspect
from reports.render import render
from reports.sign import SignError
from reports.stamp import stamp_for
from tests.reports import samples
from tests.reports.authority import Authority, certify, crl
from tests.reports.conftest import MOMENT, SignAs
from tests.reports.reading import parts, pdfsig, run, words

FIELDS = [slot.field for slot in samples.SLOTS]


# ---------------------------------------------------------------- independent readers


def test_pdfsig_finds_every_signature_valid_and_trusted(stages: Sequence[bytes], nss: Path) -> None:
    for count, pdf in enumerate(stages[1:], 1):
        seen = pdfsig(pdf, nss)
        assert [s.field for s in seen] == FIELDS[:count]
        assert [s.name for s in seen] == [slot.name for slot in samples.SLOTS[:count]]
        assert all(s.valid and s.trusted for s in seen)
        assert [s.total for s in seen] == [False] * (count - 1) + [True]


def test_openssl_verifies_every_signature_with_the_root_alone(signed: bytes, nss: Path, tmp_path: Path) -> None:
    for cms, content in parts(signed):
        (tmp_path / "s.cms").write_bytes(cms)
        (tmp_path / "s.bin").write_bytes(content)
        run("openssl", "cms", "-verify", "-cades", "-inform", "DER", "-in", tmp_path / "s.cms",
            "-content", tmp_path / "s.bin", "-binary", "-CAfile", nss / "root.pem", "-purpose", "any",
            "-attime", str(int(MOMENT.timestamp())),
            "-out", "/dev/null")  # fmt: skip
    assert len(parts(signed)) == 4


def test_every_signature_is_byte_for_byte_what_pyhanko_makes_without_our_preparation(
    signed: bytes, authority: Authority
) -> None:
    """Attributes, certificates and order are pyHanko's: its own signer, given the same signature value, agrees."""
    issuing = authority.issuing.certificate.public_bytes(Encoding.DER)
    for field, (cms, content) in zip(FIELDS, parts(signed), strict=True):
        made = ContentInfo.load(cms)
        value = made["content"]["signer_infos"][0]["signature"].native

        class Stock(Signer):
            async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
                return value  # noqa: B023

        store = SimpleCertificateStore.from_certs([Certificate.load(issuing)])
        person = Certificate.load(authority.person(field).certificate.public_bytes(Encoding.DER))
        stock = Stock(signing_cert=person, cert_registry=store, embed_roots=False)
        digest = hashlib.sha256(content).digest()
        settings = PdfCMSSignedAttributes(signing_time=MOMENT)
        again = asyncio.run(stock.async_sign(digest, "sha256", use_pades=True, signed_attr_settings=settings))
        assert made.dump() == again.dump()


def test_one_person_signs_two_documents_and_each_signature_is_of_its_own(
    base: bytes, sign_as: SignAs, nss: Path
) -> None:
    other = samples.document(number="23-0970-0601-01")
    second = render(forms()["day-protocol"], samples.protocol(), other)
    for pdf in (sign_as(base, "performed_1"), sign_as(second, "performed_1", other), sign_as(base, "performed_1")):
        assert [(s.valid, s.trusted) for s in pdfsig(pdf, nss)] == [(True, True)]


def test_qpdf_finds_no_fault_after_any_signature(stages: Sequence[bytes], tmp_path: Path) -> None:
    for pdf in stages:
        (tmp_path / "a.pdf").write_bytes(pdf)
        assert "No syntax or stream encoding errors" in run("qpdf", "--check", tmp_path / "a.pdf")


def test_a_signature_only_adds_to_the_file(stages: Sequence[bytes]) -> None:
    for before, after in pairwise(stages):
        assert after.startswith(before)
        assert len(after) - len(before) < 9000
    assert stages[-1].count(b"/DocMDP") >= 1 and stages[-1].count(b"/ETSI.CAdES.detached") == 4


def test_stamps_bring_no_font_of_their_own(base: bytes, signed: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(base)
    (tmp_path / "b.pdf").write_bytes(signed)
    assert run("pdffonts", tmp_path / "a.pdf") == run("pdffonts", tmp_path / "b.pdf")


# ---------------------------------------------------------------- stamps and times


def test_a_stamp_says_who_in_which_role_what_when_and_with_which_certificate(
    signed: bytes, authority: Authority, tmp_path: Path
) -> None:
    text = words(signed, tmp_path)
    for word in ("Орлов Игорь Сергеевич", "1. Технический специалист", "Technical specialist", "Выполнено performed",
                 "Подтверждено confirmed", "Проверено reviewed", "01.06.2026 18:42:07 (UTC+03:00)",
                 "Подписано электронной подписью"):  # fmt: skip
        assert word in text, word
    sha256 = authority.person("confirmed").certificate.fingerprint(hashes.SHA256()).hex().upper()
    assert f"{sha256[:4]} {sha256[4:8]} … {sha256[-8:-4]} {sha256[-4:]}" in text


def test_no_waiting_text_stays_hidden_under_a_stamp(stages: Sequence[bytes], tmp_path: Path) -> None:
    assert [words(pdf, tmp_path).count("Не подписано") for pdf in stages] == [4, 3, 2, 1, 0]


def test_the_moment_is_the_given_one_and_the_wall_clock_stays_out(stages: Sequence[bytes]) -> None:
    new = stages[-1][len(stages[0]) :]
    dates = [re.sub(rb"\\(\d{3})", lambda m: bytes([int(m[1], 8)]), d) for d in re.findall(rb"/M \((D.*?)\)", new)]
    assert dates == [f"D:2026060118{42 + n}07+03'00'".encode() for n in range(4)]
    assert b"ModDate" not in new and b"ModifyDate" not in new and b"/Metadata 1" not in new
    for cms, _ in parts(stages[-1]):
        assert bytes.fromhex("06092a864886f70d010905") not in cms  # PAdES: no signing-time attribute, /M only


def test_a_moment_in_the_past_signs_with_a_certificate_that_has_expired_since(
    base: bytes, sign_as: SignAs, authority: Authority
) -> None:
    then = datetime(2026, 1, 15, 8, tzinfo=UTC)
    old = certify("Орлов Игорь Сергеевич", authority.issuing, start=then - timedelta(days=1), days=2)
    pdf = sign_as(base, "performed_1", key=old.key, certificate=old.certificate, moment=then)
    assert inspect(pdf, [authority.root.certificate], then).good


NAMES = [
    "Ли Ён", "Әбдірахманұлы Ғабит Қайратұлы", "Łukasiewicz-Żółć Świętosława", "Ağaoğlu İbrahim", "Straße ẞ Ďurčík",
    "Преображенская-Константинопольская Александра-Виктория Всеволодовна", "Nguyễn Thị 😀", "Щ" * 90, "A (B) \\ C",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_stamp_can_write_any_name(name: str, base: bytes, sign_as: SignAs, tmp_path: Path) -> None:
    stamp = stamp_for(samples.SLOTS, "performed_1", name, "Asia/Kolkata", COMMON["ru"])
    text = words(sign_as(base, "performed_1", stamp=stamp), tmp_path)
    assert "(UTC+05:30)" in text
    if name not in NAMES[6:8]:
        assert all(word in text for word in name.split()), text[-900:]
    if "Nguyễn" in name:
        assert "Nguyen Thi" in text


def test_a_stamp_is_written_with_the_fonts_of_the_document_not_of_the_program(
    base: bytes, sign_as: SignAs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A document of an older version signs right even when the alphabet of the program has changed since."""
    monkeypatch.setattr("reports.typeface.BASIC", "".join(reversed("АБВГабвг")))
    monkeypatch.setattr("reports.typeface.EXTENDED", "")
    assert "Орлов Игорь Сергеевич" in words(sign_as(base, "performed_1"), tmp_path)


# ---------------------------------------------------------------- what is refused


def refused(sign_as: SignAs, pdf: bytes, field: str, match: str, **more: object) -> None:
    with pytest.raises(SignError, match=match):
        sign_as(pdf, field, **more)


def test_a_certificate_that_is_not_good_at_the_moment_is_refused(
    base: bytes, sign_as: SignAs, authority: Authority
) -> None:
    me = authority.person("performed_1").certificate
    refused(sign_as, base, "performed_1", "expired", moment=datetime(2030, 1, 1, tzinfo=UTC))
    refused(sign_as, base, "performed_1", "not valid yet", moment=datetime(2025, 12, 31, tzinfo=UTC))
    refused(sign_as, base, "performed_1", "without zone", moment=datetime(2026, 6, 1))  # noqa: DTZ001
    lists = [crl(authority.issuing, {me: MOMENT - timedelta(hours=1)})]
    refused(sign_as, base, "performed_1", "revoked", crls=lists)


def test_a_certificate_revoked_later_still_signs_before(base: bytes, sign_as: SignAs, authority: Authority) -> None:
    me = authority.person("performed_1").certificate
    assert sign_as(base, "performed_1", crls=[crl(authority.issuing, {me: MOMENT + timedelta(hours=1)})])


def test_a_revoked_issuer_refuses_its_people(base: bytes, sign_as: SignAs, authority: Authority) -> None:
    lists = [crl(authority.root, {authority.issuing.certificate: MOMENT - timedelta(days=1)})]
    refused(sign_as, base, "performed_1", "revoked", crls=lists)


def test_a_revocation_list_that_somebody_else_signed_counts_for_nothing(
    base: bytes, sign_as: SignAs, authority: Authority
) -> None:
    other = certify("Учебный издающий УЦ", ca=0)
    me = authority.person("performed_1").certificate
    assert sign_as(base, "performed_1", crls=[crl(other, {me: MOMENT - timedelta(days=9)})])


def test_a_foreign_or_unfit_certificate_is_refused(base: bytes, sign_as: SignAs, authority: Authority) -> None:
    mine, other = authority.person("performed_1"), certify("Чужой", certify("Чужой УЦ", ca=0))
    refused(sign_as, base, "performed_1", "another key", key=other.key)
    refused(sign_as, base, "performed_1", "not issued", key=other.key, certificate=other.certificate)
    refused(sign_as, base, "performed_1", "not issued", chain=[authority.issuing.certificate])
    bare = certify("Без права подписи", authority.issuing, commitment=False)
    refused(sign_as, base, "performed_1", "not meant", key=bare.key, certificate=bare.certificate)
    large = certify("Другая кривая", authority.issuing, curve=ec.SECP384R1())
    refused(sign_as, base, "performed_1", "P-256", key=large.key, certificate=large.certificate)
    alone = certify("Сам себе")
    refused(sign_as, base, "performed_1", "not issued", key=alone.key, certificate=alone.certificate, chain=[])
    assert mine


def test_the_order_of_the_slots_is_kept(stages: Sequence[bytes], sign_as: SignAs) -> None:
    refused(sign_as, stages[0], "confirmed", "certifies")
    refused(sign_as, stages[0], "confirmed", "earlier signature is missing: performed_", first=True)
    refused(sign_as, stages[1], "reviewed", "earlier signature is missing")
    refused(sign_as, stages[1], "performed_1", "already signed")
    refused(sign_as, stages[1], "performed_2", "certifies", first=True)
    refused(sign_as, stages[3], "reviewed", "locks", last=False)
    refused(sign_as, stages[1], "performed_2", "locks", last=True)
    other = replace(samples.document(), slots=(*samples.SLOTS, samples.slot("ghost", 4, "technician", "reviewed")))
    refused(sign_as, stages[0], "ghost", "no place", document=other, first=True)


def test_two_technicians_sign_in_either_order(base: bytes, sign_as: SignAs, authority: Authority, nss: Path) -> None:
    pdf = sign_as(base, "performed_2", first=True)
    pdf = sign_as(pdf, "performed_1", first=False, moment=MOMENT + timedelta(minutes=9))
    for field in ("confirmed", "reviewed"):
        pdf = sign_as(pdf, field)
    assert all(s.valid and s.trusted for s in pdfsig(pdf, nss))
    assert inspect(pdf, [authority.root.certificate], MOMENT + timedelta(hours=1)).complete


@pytest.mark.parametrize("count", [1, 2, 6])
def test_documents_with_one_to_six_slots_are_signed_to_the_end(
    count: int, sign_as: SignAs, authority: Authority, nss: Path
) -> None:
    tail = [
        samples.slot("confirmed", 2, "pes_head", "confirmed"),
        samples.slot("reviewed", 3, "commission_head", "reviewed"),
    ]
    many = [samples.slot(f"performed_{n}", 1, "technician", "performed") for n in range(1, 5)]
    slots = tuple([*many, *tail][-count:] if count > 1 else many[:1])
    document = samples.document(slots=slots)
    pdf = render(forms()["day-protocol"], samples.protocol(), document)
    for slot in slots:
        pdf = sign_as(pdf, slot.field, document)
    seen = pdfsig(pdf, nss)
    assert len(seen) == count and all(s.valid and s.trusted for s in seen) and seen[-1].total
    assert inspect(pdf, [authority.root.certificate], MOMENT + timedelta(hours=1)).complete


def test_a_file_that_was_touched_is_not_signed_further(stages: Sequence[bytes], sign_as: SignAs) -> None:
    refused(sign_as, stages[1] + b"\n", "performed_2", "bytes after the end")
    refused(sign_as, b"%PDF-1.4\n", "performed_2", "not a PDF file of this program")
    refused(sign_as, b"%PDF-1.7\nstartxref\n9\n%%EOF\n", "performed_1", "could not be signed")


def test_pyhanko_is_loaded_by_the_first_signature_only() -> None:
    script = (
        "import sys, reports.sign, reports.inspect, reports.render, reports; reports.forms(); "
        "print([m for m in sys.modules if m.startswith(('pyhanko', 'fontTools', 'fontpkg'))])"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, cwd=root, check=True)
    assert done.stdout.strip() == b"[]"


def test_the_reason_stands_in_the_signature(signed: bytes, authority: Authority) -> None:
    found = inspect(signed, [authority.root.certificate], MOMENT + timedelta(hours=1))
    assert [s.reason for s in found.signatures] == ["Выполнено", "Выполнено", "Подтверждено", "Проверено"]
