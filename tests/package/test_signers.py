"""Signatures of people in a package, judged by openssl at the moment of each."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from app.package import verify
from tests.package.conftest import Made, b64
from tests.package.forger import PDF, false_fact, lines, signed_pdf, tagged


def certificate_of(made: Made, tag: str) -> str:
    row = json.loads(lines(made, "bodies.jsonl")[tagged(made, tag)])
    return f"certificates/{row['body']['certificate']}.pem"


def without_person(made: Made, *names: str) -> bytes:
    rows = json.loads(made.payload["certificates/people.json"])
    return json.dumps([r for r in rows if f"certificates/{r['certificate']}.pem" not in names]).encode()


def test_a_certificate_that_is_missing_or_another_one_is_red(made: Made) -> None:
    own, other = certificate_of(made, "acts.confirmed"), certificate_of(made, "shift.handed")
    missing = made.with_files({own: None, "certificates/people.json": without_person(made, own)})
    assert "the certificate of entry" in made.reason(missing, None)
    assert "is not what its name says" in made.reason(made.with_files({own: made.payload[other]}), None)
    assert "people.json does not fit" in made.reason(made.with_files({"certificates/people.json": b"[]\n"}), None)
    for junk in (b"junk\n", b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"):
        assert made.reason(made.with_files({own: junk}), None)


def test_a_foreign_authority_vouches_for_nobody(made: Made) -> None:
    root, issuing = made.payload["certificates/root.pem"], made.payload["certificates/issuing.pem"]
    swapped = made.with_files({"certificates/root.pem": issuing, "certificates/issuing.pem": root})
    answer = verify.check(str(swapped))
    assert answer.exit == 1
    crl = made.with_files({"certificates/issuing.crl": made.payload["certificates/root.crl"]})
    assert "another authority" in made.reason(crl, None)
    raw = bytearray(verify.unpem(made.payload["certificates/issuing.crl"].decode(), "X509 CRL"))
    raw[-1] ^= 1
    forged = made.with_files({"certificates/issuing.crl": verify.pem(bytes(raw), "X509 CRL")})
    assert "is not signed by its authority" in made.reason(forged, None)


def test_a_certificate_of_another_authority_is_red(made: Made) -> None:
    """Its issuer has to be named as the issuing authority is, byte for byte: else no list of revoked ones is asked."""
    root = made.payload["certificates/root.pem"]
    digest = verify.hashlib.sha256(verify.unpem(root.decode(), "CERTIFICATE")).hexdigest()
    rows = [*json.loads(made.payload["certificates/people.json"]), {"person": "", "certificate": digest}]
    bad = made.with_files({f"certificates/{digest}.pem": root, "certificates/people.json": json.dumps(rows).encode()})
    assert "is of another authority" in made.reason(bad, None)


def test_a_certificate_revoked_before_it_signed_is_red_and_after_it_is_not(
    made: Made, revoked_at: Callable[..., bytes]
) -> None:
    signed = datetime(2026, 6, 1, 5, tzinfo=UTC)
    before = made.with_files({"certificates/issuing.crl": revoked_at(signed - timedelta(hours=1))})
    assert "was revoked before it signed: 2026-06-01 04:00:00Z" in made.reason(before, None)
    after = made.with_files({"certificates/issuing.crl": revoked_at(signed + timedelta(days=30))})
    assert made.judged(after, None).exit == 0


def test_a_signature_that_is_not_the_persons_is_red(made: Made) -> None:
    """The journal signed anew by its own key with a false confirmation, handover or document."""
    for tag, field, value in (
        ("acts.confirmed", "signature", b64(b"0" * 70)), ("shift.handed", "note", "дописано"),
        ("shift.taken", "remark", "дописано"), ("acts.confirmed", "role", "commission_head"),
    ):  # fmt: skip
        reason = made.reason(false_fact(made, tag, {field: value}, {}), None)
        assert "does not hold" in reason, (tag, reason)


def test_a_pdf_is_red_whose_signature_does_not_cover_what_it_says(made: Made) -> None:
    """Bytes of the drawn page changed, and the journal made to name the changed file: openssl sees it."""
    whole = made.payload[PDF]
    end = min(verify.ranges(whole))
    place = whole.index(b"/Creator") + 12
    pdf = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 : end]
    row = json.loads(lines(made, "bodies.jsonl")[tagged(made, "document.signed")])["body"]
    size = len(verify.drawn(whole, row["base"]))
    named = {"file": verify.hashlib.sha256(pdf).hexdigest(), "base": verify.hashlib.sha256(pdf[:size]).hexdigest()}
    assert "signature 1 of access-journal, revision 1 does not hold" in made.reason(signed_pdf(made, pdf, named), None)
    fine = whole[:end]
    same = {"file": verify.hashlib.sha256(fine).hexdigest()}
    assert made.judged(signed_pdf(made, fine, same), None).exit == 0
    other = {**same, "certificate": certificate_of(made, "acts.confirmed")[13:-4]}
    assert "somebody else's certificate" in made.reason(signed_pdf(made, fine, other), None)


def test_what_a_signature_leaves_out_is_nothing_but_itself(made: Made) -> None:
    """The bytes that a signature does not cover are free for whoever makes the file: they hold its own digits only."""
    whole = made.payload[PDF]
    (first, second), *_ = (verify.ranges(whole)[end] for end in sorted(verify.ranges(whole)))
    digits = whole[first:second]
    for hole in (digits[:-40] + b" /JS (app.alert(1))".ljust(39) + b">", b" " + digits[1:], digits[:-1] + b"\n"):
        assert len(hole) == len(digits)
        with pytest.raises(verify.Bad, match="leaves out more than itself"):
            verify.ranges(whole[:first] + hole + whole[second:])
    match = verify.re.search(rb"/ByteRange\s*\[[^\]]+\]", whole)
    assert match
    with pytest.raises(verify.Bad, match="end at one place"):
        verify.ranges(whole + b"\n% " + match[0])
    shifted = match[0].replace(str(first).encode(), str(first - 1).encode(), 1)
    with pytest.raises(verify.Bad, match="leaves out more than itself"):
        verify.ranges(whole + b"\n% " + shifted)


def test_digits_behind_a_signature_are_red(made: Made) -> None:
    """Padding is zeros: anything else is data that nobody signed."""
    whole = made.payload[PDF]
    end = min(verify.ranges(whole))
    _, second = verify.ranges(whole)[end]
    assert whole[second - 9 : second - 1] == b"00000000"
    pdf = whole[: second - 9] + b"deadbeef" + whole[second - 1 : end]
    named = {"file": verify.hashlib.sha256(pdf).hexdigest()}
    assert "stands something else" in made.reason(signed_pdf(made, pdf, named), None)
