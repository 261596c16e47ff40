"""The check page on paper and proofs: does the journal still contain what somebody holds?"""

import json
from typing import Any

import pytest
from flask import Flask

from app.domain import ticket as tickets
from app.domain.merkle import frontier, inclusion_proof, leaf_hash
from app.domain.note import Checkpoint, make_checkpoint
from app.domain.proof import TlogProof, parse_proof
from app.services import days
from app.store import journal, keys

from .conftest import YESTERDAY
from .strangers import Stranger, day_of, verdict, words

NUMBER = f"{YESTERDAY}.03"
CONTAINED, LOST = ("done", "The journal still contains this"), ("over", "The journal no longer contains this")
KNOWN, UNKNOWN = ("wait", "The journal knows this document"), ("over", "The journal knows no such document")


@pytest.fixture
def state(app: Flask) -> Checkpoint:
    """Yesterday's journal as its access journal was signed."""
    with app.app_context():
        size = day_of(YESTERDAY).documents["access-journal"][0].fact.size
        log = days.log_of(YESTERDAY)
        edge = frontier(journal.hashes(log, size))
        return Checkpoint(journal.head(log).checkpoint.origin, size, edge.root())


def code(app: Flask, number: str, size: int, root: bytes) -> str:
    with app.app_context():
        key = keys.log_key()
        at = day_of(YESTERDAY).received
        return f"{number}/{tickets.make(number, bytes(32), root, size, at, key.vkey.id, key.sign)}"


def ask(stranger: Stranger, **fields: Any) -> Any:
    page = stranger.get("/check").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    typed = {"text": "", "number": "", "size": "", "root": "", "csrf_token": token, **fields}
    return stranger.client.post("/check", data=typed)


def test_a_scanned_code_of_the_new_kind_is_answered(stranger: Stranger, app: Flask, state: Checkpoint) -> None:
    text = code(app, NUMBER, state.size, state.root)
    answer = stranger.get(f"/c/{text}")
    assert verdict(answer) == KNOWN
    shown = words(answer.text)
    assert "Signed by the key of this logbook" in shown and NUMBER in shown and "Revision 1" in shown
    assert not any(name in answer.text for name in ("Иванов", "Петров", "Сидорова", "Пример"))
    assert verdict(ask(stranger, text=f"https://elsewhere.example/c/{text}")) == KNOWN


def test_every_kind_of_text_that_was_ever_printed_is_answered(stranger: Stranger, state: Checkpoint) -> None:
    short = state.short.replace(" ", "")
    old = f"https://logbook.example/c/{NUMBER}?n={state.size}&r={short}"
    assert verdict(ask(stranger, text=old)) == KNOWN
    assert verdict(ask(stranger, text=f"{state.origin} {state.size} {short}")) == CONTAINED
    assert verdict(ask(stranger, text=f"{state.origin} {state.size + 1} {short}")) == UNKNOWN
    assert verdict(ask(stranger, number=NUMBER, size=str(state.size), root=state.short.lower())) == KNOWN
    assert verdict(ask(stranger, number=NUMBER, size=str(state.size), root="A" * 20)) == UNKNOWN


def test_what_our_key_signed_and_the_journal_lacks_is_loud(stranger: Stranger, app: Flask, state: Checkpoint) -> None:
    assert verdict(stranger.get(f"/c/{code(app, NUMBER, state.size, bytes(32))}")) == LOST
    assert verdict(stranger.get(f"/c/{code(app, NUMBER, 9999, state.root)}")) == LOST
    assert verdict(stranger.get(f"/c/{code(app, '99-9999-2026-06-01.03', 3, state.root)}")) == LOST


def test_a_code_that_our_key_did_not_sign_says_nothing(stranger: Stranger, app: Flask, state: Checkpoint) -> None:
    text = code(app, NUMBER, state.size, state.root)
    for changed in (text[:-1] + str((int(text[-1]) + 1) % 10), text.replace("05-31", "06-01")):
        answer = stranger.get(f"/c/{changed}")
        assert verdict(answer) == UNKNOWN and "Signed by" not in words(answer.text)
    assert verdict(stranger.get(f"/c/{NUMBER}/12"))[0] == "off"


def test_what_is_no_code_comes_back_beside_its_field(stranger: Stranger) -> None:
    answer = ask(stranger, text="<b>hello", number="x")
    assert answer.status_code == 422 and "not the text of a printed code" in answer.text
    assert "&lt;b&gt;hello" in answer.text and 'value="x"' in answer.text
    assert "enter all three" in words(ask(stranger, number=NUMBER).text)


def proof_of(app: Flask, index: int = 1) -> TlogProof:
    with app.app_context():
        log = days.log_of(YESTERDAY)
        entries = journal.entries(log)
        entry, checkpoint = entries[index], journal.head(log).checkpoint
        extra = {"leaf": entry.leaf.decode(), "salt": entry.salt.hex(), "body": json.loads(entry.body or b"")}
        path = tuple(inclusion_proof(index, [e.hash for e in entries]))
        return TlogProof(index, path, checkpoint, json.dumps(extra, sort_keys=True, separators=(",", ":")).encode())


def test_a_proof_file_is_answered(stranger: Stranger, app: Flask) -> None:
    proof = proof_of(app)
    assert parse_proof(proof.text()) == proof
    answer = stranger.check(proof.text().encode(), "a.pdf.tlog-proof")
    assert verdict(answer) == CONTAINED and "Entry 2" in words(answer.text)
    assert not any(name in answer.text for name in ("Иванов", "Петров", "Сидорова"))


def test_a_proof_that_does_not_hold_says_nothing(stranger: Stranger, app: Flask) -> None:
    text = proof_of(app).text()
    other = proof_of(app, 2)
    bad = [
        text.replace("index 1", "index 2"), text.replace("index 1", "index x"), text[: len(text) // 2],
        text.replace("extra ", "extra A"), TlogProof(1, other.path, other.checkpoint, other.extra).text(),
        text[:-20] + "A" * 18 + "=\n", f"{text.partition(chr(10))[0]}\n", text.replace("\n\n", "\n\nx"),
    ]  # fmt: skip
    for changed in bad:
        assert verdict(stranger.check(changed.encode())) == UNKNOWN, changed


def test_a_proof_of_a_journal_that_our_key_signed_and_that_is_gone_is_loud(stranger: Stranger, app: Flask) -> None:
    true = proof_of(app)
    leaf = json.loads(true.extra)["leaf"].encode()
    with app.app_context():
        key = keys.log_key()
        gone = make_checkpoint(true.checkpoint.origin, 1, leaf_hash(leaf), key.vkey, key.sign)
    assert verdict(stranger.check(TlogProof(0, (), gone, true.extra).text().encode())) == LOST


def test_ten_a_minute_as_for_files(stranger: Stranger) -> None:
    codes = [ask(stranger, text="x").status_code for _ in range(11)]
    assert codes == [422] * 10 + [429]
