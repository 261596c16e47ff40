"""Cosignatures as C2SP tlog-cosignature has them, and requests as C2SP tlog-witness has them."""

import base64
import hashlib
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.cosign import (
    Request,
    WitnessKey,
    cosign,
    cosigned,
    extends,
    parse_request,
    parse_witness,
    parse_witnesses,
    read_line,
)
from app.domain.merkle import consistency_proof, leaf_hash, root
from app.domain.note import BadNote, Checkpoint, Vkey, make_checkpoint
from app.store.keys import verify

AT = datetime(2026, 6, 1, 8, tzinfo=UTC)
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = WitnessKey("region.example/witness", PRIVATE.public_key().public_bytes_raw())
LEAVES = [leaf_hash(bytes([n])) for n in range(9)]


def at(size: int, origin: str = "logbook.example/23/0001/2026-06-01") -> Checkpoint:
    return make_checkpoint(origin, size, root(LEAVES[:size]), Vkey("logbook.example", KEY.key), PRIVATE.sign)


def test_the_bytes_are_those_of_the_specification() -> None:
    line = cosign(at(5), KEY, PRIVATE.sign, AT)
    dash, name, blob = line.removesuffix("\n").split(" ")
    raw = base64.b64decode(blob)
    assert (dash, name, len(raw)) == ("\u2014", KEY.name, 4 + 8 + 64)
    assert raw[:4] == hashlib.sha256(KEY.name.encode() + b"\n\x04" + KEY.key).digest()[:4]
    assert int.from_bytes(raw[4:12]) == int(AT.timestamp()) == 1780300800
    message = b"cosignature/v1\ntime 1780300800\n" + at(5).text().encode()
    PRIVATE.public_key().verify(raw[12:], message)  # raises when it is wrong
    assert str(KEY).split("+")[:2] == [KEY.name, raw[:4].hex()] and parse_witness(str(KEY)) == KEY


def test_a_line_holds_for_its_checkpoint_and_witness_alone() -> None:
    line = cosign(at(5), KEY, PRIVATE.sign, AT)
    assert cosigned(at(5), line, KEY, verify) == AT
    other = WitnessKey("somebody.else", KEY.key)
    assert cosigned(at(5), line, other, verify) is None, "an unknown witness's line says nothing"
    with pytest.raises(BadNote, match=r"cosignature of .* is wrong"):
        cosigned(at(6), line, KEY, verify)
    name, _, moment, signature = read_line(line) or ("", b"", AT, b"")
    later = base64.b64encode(KEY.id + (int(moment.timestamp()) + 1).to_bytes(8) + signature).decode()
    with pytest.raises(BadNote):
        cosigned(at(5), f"\u2014 {name} {later}\n", KEY, verify)
    for junk in ("", "\u2014 a", "\u2014 a !!", at(5).note.splitlines()[-1], f"- {name} {later}"):
        assert read_line(junk) is None


@pytest.mark.parametrize("text", ["", "a+b", str(Vkey("x", KEY.key)), str(KEY).replace("region", "other"), "+1+AA=="])
def test_what_is_no_key_of_a_witness_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        parse_witness(text)


def test_witnesses_of_a_setting() -> None:
    text = f"https://one.example/witness/ {KEY}, http://localhost:1 {KEY}"
    assert parse_witnesses(text) == (("https://one.example/witness", KEY), ("http://localhost:1", KEY))
    assert parse_witnesses("") == ()
    bad_addresses = (
        "ftp://one.example", "http://one.example", "http://192.0.2.7:5000", "http://localhost@one.example", "https://",
        "https://one.example:x", "https://one.example?x", "https://[::1", "http://localhost.one.example",
    )  # fmt: skip
    for bad in ("https://one.example", "https://one.example x", *(f"{address} {KEY}" for address in bad_addresses)):
        with pytest.raises(BadNote):
            parse_witnesses(bad)


def test_a_log_grows_and_never_turns_aside() -> None:
    for old in range(1, 9):
        proof = consistency_proof(old, LEAVES)
        assert extends(at(old), at(9), proof)
        assert not extends(at(old), at(9, "another/log"), proof)
        fork = Checkpoint(at(9).origin, 9, root([*LEAVES[:8], leaf_hash(b"x")]))
        assert not extends(at(old), fork, proof)
    assert not extends(at(9), at(5), []), "a log never shrinks"
    assert extends(at(0), at(5), []) and not extends(at(0), at(5), [LEAVES[0]])


def test_a_request_is_read_as_it_was_written() -> None:
    request = Request(3, tuple(consistency_proof(3, LEAVES)), at(9))
    assert parse_request(request.text()) == request
    assert request.text().startswith("old 3\n") and request.text().endswith("\n\n" + at(9).note)
    first = Request(0, (), at(9))
    assert first.text() == "old 0\n\n" + at(9).note and parse_request(first.text()) == first


@pytest.mark.parametrize(
    "text",
    ["", "old 3\n", "old x\n\n" + at(9).note, "old 03\n\n" + at(9).note, "new 3\n\n" + at(9).note,
     "old 10\n\n" + at(9).note, "old 3\nAAAA\n\n" + at(9).note, "old 3\n!\n\n" + at(9).note, "old 3\n\nnothing",
     "old 3\n" + "A" * 43 + "=\n" * 70 + "\n" + at(9).note, "old \u0663\n\n" + at(9).note],
)  # fmt: skip
def test_what_is_no_request_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        parse_request(text)
