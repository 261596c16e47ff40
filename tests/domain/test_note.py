"""Signed notes, checkpoints and log keys in the formats of C2SP (signed-note, tlog-checkpoint)."""

import base64
import hashlib

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.domain.note import (
    BadNote,
    Checkpoint,
    Vkey,
    make_checkpoint,
    open_checkpoint,
    open_note,
    parse_checkpoint,
    parse_vkey,
    sign_note,
)

# The example of Go's package golang.org/x/mod/sumdb/note, where the format comes from.
PETER_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def verify(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


class Signer:
    def __init__(self, name: str, seed: int) -> None:
        self.private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        self.vkey = Vkey(name, self.private.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        return self.private.sign(message)


OURS, THEIRS = Signer("logbook.test", 1), Signer("witness.test", 2)
ROOT = hashlib.sha256(b"root").digest()


def test_the_published_example_is_good() -> None:
    text = open_note(PETER_NOTE, parse_vkey(PETER_VKEY), verify)
    assert text == PETER_NOTE.rpartition("\n\n")[0] + "\n"
    with pytest.raises(BadNote):
        open_note(PETER_NOTE.replace("answer", "Answer"), parse_vkey(PETER_VKEY), verify)


def test_the_key_id_and_the_printed_key_follow_the_specification() -> None:
    name, key = "logbook.test", OURS.vkey.key
    printed = base64.b64encode(bytes([1]) + key).decode()
    assert OURS.vkey.id == hashlib.sha256(name.encode() + b"\n" + b"\x01" + key).digest()[:4]
    assert str(OURS.vkey) == f"{name}+{OURS.vkey.id.hex()}+{printed}"
    assert parse_vkey(f" {OURS.vkey}\n") == OURS.vkey
    assert str(parse_vkey(PETER_VKEY)) == PETER_VKEY


@pytest.mark.parametrize(
    "text",
    ["", "a", "a+b", "a+00000000+AQ==", PETER_VKEY[:-4], PETER_VKEY.replace("c74f20a3", "c74f20a4"),
     PETER_VKEY.replace("Peter", "Paula"), PETER_VKEY.replace("+ARpc", "+BRpc"), PETER_VKEY + "!"],
)  # fmt: skip
def test_what_is_not_a_log_key_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        parse_vkey(text)


def test_a_checkpoint_is_three_lines_an_empty_line_and_the_signature() -> None:
    made = make_checkpoint("logbook.test/1", 7, ROOT, OURS.vkey, OURS.sign)
    origin, size, root, empty, signature, end = made.note.split("\n")
    assert (origin, size, root, empty, end) == ("logbook.test/1", "7", base64.b64encode(ROOT).decode(), "", "")
    dash, name, blob = signature.split(" ")
    assert (dash, name) == ("\u2014", "logbook.test")
    raw = base64.b64decode(blob)
    assert raw[:4] == OURS.vkey.id
    assert verify(OURS.vkey.key, raw[4:], made.text().encode())
    assert open_checkpoint(made.note, OURS.vkey, verify) == made


def test_lines_of_unknown_keys_are_ignored() -> None:
    note = make_checkpoint("o", 1, ROOT, OURS.vkey, OURS.sign).note
    other = sign_note(note.partition("\n\n")[0] + "\n", THEIRS.vkey, THEIRS.sign).rpartition("\n\n")[2]
    broken = f"\u2014 witness.test {base64.b64encode(THEIRS.vkey.id + bytes(64)).decode()}\n"
    namesake = f"\u2014 logbook.test {base64.b64encode(b'abcd' + bytes(64)).decode()}\n"
    for extra in (other, broken, namesake):
        assert open_checkpoint(note + extra, OURS.vkey, verify).size == 1
        head, _, lines = note.rpartition("\n\n")
        assert open_checkpoint(f"{head}\n\n{extra}{lines}", OURS.vkey, verify).size == 1


def test_a_bad_signature_of_the_known_key_rejects_the_note_even_beside_a_good_one() -> None:
    note = make_checkpoint("o", 1, ROOT, OURS.vkey, OURS.sign).note
    bad = f"\u2014 logbook.test {base64.b64encode(OURS.vkey.id + bytes(64)).decode()}\n"
    with pytest.raises(BadNote, match="wrong"):
        open_note(note + bad, OURS.vkey, verify)
    with pytest.raises(BadNote, match="wrong"):
        open_checkpoint(note.replace("\n1\n", "\n2\n"), OURS.vkey, verify)


def test_a_note_without_the_known_key_is_refused() -> None:
    note = make_checkpoint("o", 1, ROOT, OURS.vkey, OURS.sign).note
    with pytest.raises(BadNote, match="not signed by"):
        open_checkpoint(note, THEIRS.vkey, verify)


@pytest.mark.parametrize(
    "note",
    ["", "text\n", "text\n\n", "text\n\nno dash\n", "text\n\n- name AAAA\n", "text\n\n\u2014 name\n",
     "text\n\n\u2014 name !!!!\n", "text\n\n\u2014 logbook.test AAAA"],
)  # fmt: skip
def test_what_is_not_a_signed_note_is_refused(note: str) -> None:
    with pytest.raises(BadNote):
        open_note(note, OURS.vkey, verify)


@pytest.mark.parametrize(
    "text",
    ["", "o", "o\n1", "o\nx\nAAAA\n", "o\n01\n{root}\n", "o\n-1\n{root}\n", "o\n+1\n{root}\n", "o\n1\nAAAA\n",
     "\n1\n{root}\n", "o\n1\n{root}\nextension\n", "o\n1 \n{root}\n", "o\n1\n{root}!\n", "o\n\u0661\n{root}\n"],
)  # fmt: skip
def test_what_is_not_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        parse_checkpoint(text.replace("{root}", base64.b64encode(ROOT).decode()))


def test_the_short_root_is_20_base32_letters_in_fives() -> None:
    short = Checkpoint("o", 1, ROOT).short
    assert short.replace(" ", "") == base64.b32encode(ROOT).decode()[:20]
    assert [len(part) for part in short.split(" ")] == [5, 5, 5, 5]
    assert Checkpoint("o", 1, hashlib.sha256(b"r").digest()).short != short
