"""Header, leaf and digest of an entry never change: 20 frozen entries, judged with hashlib and json alone as well."""

import base64
import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.domain import facts as f
from app.domain.codec import BadValue
from app.domain.facts import FACTS
from app.domain.journal import Broken, Entry, Times, check, digest, read, write
from app.domain.merkle import frontier
from app.domain.note import open_checkpoint, parse_vkey

LINES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "journal-20.jsonl").read_text("utf-8").splitlines()
]
*ROWS, END = LINES
ROOT = "47a3d08e943d02c714ee660f4e307d2f80dd19028522f08bee77d79e37870ebc"
LATER = {
    "start.moved", "rehearsal.clock", "clock.jumped", "addendum.written", "shift.handed", "shift.taken",
    "camera.seen", "clock.measured", "outage.opened", "outage.told", "outage.decided", "outage.restored",
    "footage.copied", "footage.checked", "footage.uploaded", "day.submitted", "remark.written", "remark.answered",
    "remark.settled", "lines.reviewed", "sample.taken", "day.returned", "day.accepted", "witness.made",
    "download.made", "package.imported",
}  # fmt: skip
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)


def entry(row: dict[str, Any]) -> Entry:
    return read(row["leaf"].encode(), row["body"].encode(), bytes.fromhex(row["salt"]))


def test_the_frozen_file_itself_was_not_touched() -> None:
    assert len(ROWS) == END["end"] == 20
    assert END["root"] == ROOT
    assert len({r["leaf_hash"] for r in ROWS}) == 20


@pytest.mark.parametrize("row", ROWS, ids=lambda r: json.loads(r["leaf"])["tag"])
def test_leaf_hash_and_digest_follow_from_the_bytes_alone(row: dict[str, Any]) -> None:
    leaf, body, salt = row["leaf"].encode(), row["body"].encode(), bytes.fromhex(row["salt"])
    header = json.loads(leaf)
    assert hashlib.sha256(b"\x00" + leaf).hexdigest() == row["leaf_hash"]
    assert hashlib.sha256(salt + body).hexdigest() == header["body_sha256"]
    assert len(salt) == 16
    assert sorted(header) == [
        "actor", "body_sha256", "device", "device_seq", "id", "log", "seq", "tag", "times", "v",
    ]  # fmt: skip
    assert header["v"] == 1
    for data, value in ((leaf, header), (body, json.loads(body))):
        assert json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode() == data


@pytest.mark.parametrize("row", ROWS, ids=lambda r: json.loads(r["leaf"])["tag"])
def test_writing_the_same_fact_again_gives_the_same_bytes(row: dict[str, Any]) -> None:
    old = entry(row)
    assert type(old.fact) is FACTS[old.tag]
    new = write(old.log, old.seq, old.id, old.actor, old.fact, old.times, old.salt, old.device, old.device_seq)
    assert new == old
    assert (new.leaf.decode(), new.hash.hex()) == (row["leaf"], row["leaf_hash"])


def test_the_root_and_the_signed_checkpoint_follow_from_the_leaves() -> None:
    level = [bytes.fromhex(r["leaf_hash"]) for r in ROWS]

    def tree(nodes: list[bytes]) -> bytes:
        if len(nodes) == 1:
            return nodes[0]
        k = 1 << (len(nodes) - 1).bit_length() - 1
        return hashlib.sha256(b"\x01" + tree(nodes[:k]) + tree(nodes[k:])).digest()

    assert tree(level).hex() == frontier(level).root().hex() == ROOT

    def verify(public: bytes, signature: bytes, message: bytes) -> bool:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        return True

    checkpoint = open_checkpoint(END["checkpoint"], parse_vkey(END["vkey"]), verify)
    assert (checkpoint.size, checkpoint.root.hex()) == (20, ROOT)
    assert base64.b64encode(bytes.fromhex(ROOT)).decode() in END["checkpoint"]


def test_the_fixture_covers_the_tags_of_a_day_cyrillic_and_nothing() -> None:
    tags = {json.loads(r["leaf"])["tag"] for r in ROWS}
    assert set(FACTS) - tags - LATER == {"office.opened", "key.made", "key.revoked"}
    bodies = "".join(r["body"] for r in ROWS)
    assert "Ё" in bodies and ":null" in bodies and "😀" in bodies and "\\u" not in bodies


def test_nothing_personal_stands_in_a_header() -> None:
    headers = " ".join(r["leaf"] for r in ROWS)
    for word in ("Ёлкина", "Белова", "приказ", "Садовая", "AS-3107"):
        assert word not in headers
        assert word in " ".join(r["body"] for r in ROWS)


@pytest.mark.parametrize("place", range(0, 300, 13))
def test_a_changed_byte_of_a_leaf_gives_another_root_or_cannot_be_read(place: int) -> None:
    row = ROWS[place % 20]
    leaf = bytearray(row["leaf"].encode())
    leaf[place % len(leaf)] ^= 1
    hashes = [bytes.fromhex(r["leaf_hash"]) for r in ROWS]
    hashes[place % 20] = hashlib.sha256(b"\x00" + leaf).digest()
    assert frontier(hashes).root().hex() != ROOT


def test_a_body_that_does_not_fit_its_header_is_named() -> None:
    good = entry(ROWS[12])
    check(good, good.log, 12, {})
    for bad, seq, part in (
        (replace(good, body=good.body + b" " if good.body else b""), 12, "changed"),
        (replace(good, salt=bytes(16)), 12, "changed"),
        (good, 11, "place"),
        (replace(good, log="other"), 12, "place"),
        (replace(good, body=None), 12, "missing"),
    ):
        with pytest.raises(Broken, match=part) as info:
            check(bad, good.log, seq, {})
        assert info.value.seq == seq


def test_an_erased_body_is_good_only_when_an_act_names_it() -> None:
    good = replace(entry(ROWS[12]), body=None, fact=None)
    act = entry(ROWS[15]).fact
    assert isinstance(act, f.BodyErased)
    check(good, good.log, 12, {act.target: act})
    with pytest.raises(Broken, match="no act of erasing"):
        check(good, good.log, 12, {11: act})


@pytest.mark.parametrize("row", [ROWS[4], ROWS[15]], ids=["step", "erasure"])
@pytest.mark.parametrize("spoil", ["", "{", "[]", "{}", "null", '{"times":1}'])
def test_bytes_that_are_no_entry_are_broken_and_never_a_traceback(row: dict[str, Any], spoil: str) -> None:
    for leaf, body in (
        (spoil, row["body"]),
        (row["leaf"], spoil or "x"),
        (row["leaf"].replace('"tag":"', '"tag":"no.'), "{}"),
    ):
        with pytest.raises(Broken):
            read(leaf.encode(), body.encode(), bytes(16))
    with pytest.raises(Broken):
        read(b"\xff" + row["leaf"].encode(), row["body"].encode(), bytes(16))


def test_the_same_fact_with_another_salt_has_another_digest() -> None:
    note = f.NoteWritten("x", NOW)
    one, two = (write("l", 0, "i", "p", note, Times(NOW), bytes([n]) * 16) for n in (1, 2))
    assert one.body == two.body
    assert one.body_sha256 != two.body_sha256 == digest(bytes([2]) * 16, two.body or b"")


@pytest.mark.parametrize(
    "bad",
    [
        f.NoteWritten("a\nb", NOW),
        f.NoteWritten("x", NOW.replace(tzinfo=None)),
        f.RecordChanged("k", "k", {"a": 1.5}, {}),
        f.RecordChanged("k", "k", {}, {"a": b"b"}),
    ],
)
def test_a_fact_that_cannot_be_held_is_not_written(bad: Any) -> None:
    with pytest.raises(BadValue):
        write("l", 0, "i", "p", bad, Times(NOW), bytes(16))


def test_a_naive_time_of_receipt_is_refused() -> None:
    with pytest.raises(BadValue, match="zone"):
        write("l", 0, "i", "p", f.NoteWritten("x", NOW), Times(NOW.replace(tzinfo=None)), bytes(16))
