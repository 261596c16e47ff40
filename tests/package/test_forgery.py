"""Packages that the log's own key signed and that are false inside: what a dishonest installation could make."""

import base64
import json
import struct
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.domain.codec import canonical
from app.domain.journal import digest
from app.domain.merkle import leaf_hash, root
from app.domain.note import Vkey, make_checkpoint, sign_note
from app.package import verify
from app.package import write as writing
from app.package.write import write
from tests.package.conftest import Made, b64, entries, resigned
from tests.package.forger import PDF, false_fact, lines, tagged, without_witnesses


def other_body(made: Made, seq: int, change: Callable[[dict[str, Any]], None]) -> bytes:
    """bodies.jsonl with one body changed."""
    rows = lines(made, "bodies.jsonl")
    row = json.loads(rows[seq])
    change(row)
    return b"".join([*rows[:seq], canonical(row) + b"\n", *rows[seq + 1 :]])


def journal_without(made: Made, seq: int) -> bytes:
    rows = lines(made, "journal.jsonl")
    return b"".join([*rows[:seq], *rows[seq + 1 : -1], canonical({"end": len(rows) - 2}) + b"\n"])


JOURNALS = [
    ("zero entries", lambda rows: b'{"end":0}\n', "no entries"),
    ("cut trailer", lambda rows: b"".join(rows[:-1]), "its trailer is missing"),
    ("wrong count", lambda rows: b"".join(rows[:-1]) + b'{"end":3}\n', "the trailer names 3 entries"),
    ("count as text", lambda rows: b"".join(rows[:-1]) + b'{"end":"x"}\n', "the trailer names x entries"),
    ("more after it", lambda rows: b"".join(rows) + rows[0], "goes on after its trailer"),
    ("no last line end", lambda rows: b"".join(rows)[:-1], "does not end"),
    ("swapped", lambda rows: b"".join([rows[0], rows[2], rows[1], *rows[3:]]), "entry 2 is not in its place"),
    ("twice", lambda rows: b"".join([rows[0], rows[0], *rows[1:]]), "entry 2 is not in its place"),
    ("not a number", lambda rows: rows[0].replace(b'"seq":0', b'"seq":NaN') + b"".join(rows[1:]), "cannot be read"),
    ("a float", lambda rows: rows[0].replace(b'"seq":0', b'"seq":0.0') + b"".join(rows[1:]), "cannot be read"),
    ("a huge number", lambda rows: rows[0].replace(b":0,", b":1" + b"0" * 9999 + b",") + b"".join(rows[1:]), "be read"),
    ("deep", lambda rows: b"[" * 200_000 + b"\n" + b"".join(rows[1:]), "cannot be read"),
    ("twice a key", lambda rows: rows[0].replace(b'"seq":0', b'"seq":0,"seq":0') + b"".join(rows[1:]), "canonical"),
    ("a space more", lambda rows: rows[0].replace(b'"seq":0', b'"seq": 0') + b"".join(rows[1:]), "canonical"),
    ("no entry at all", lambda rows: b"[]\n" + b"".join(rows[1:]), "is not what its kind says"),
    ("no text", lambda rows: b"\xff\xfe\n" + b"".join(rows[1:]), "cannot be read"),
    ("a lone surrogate", lambda rows: b'"\\ud800"\n' + b"".join(rows[1:]), "cannot be read"),
    ("no tag", lambda rows: rows[0].replace(b'"tag":', b'"tug":') + b"".join(rows[1:]), "canonical"),
    ("another id", lambda rows: rows[0] + rows[1].replace(b'"id":"', b'"id":"0') + b"".join(rows[2:]), "root"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "reason"), [pytest.param(c, r, id=n) for n, c, r in JOURNALS])
def test_a_journal_that_is_not_what_the_checkpoint_names(
    made: Made, change: Callable[[list[bytes]], bytes], reason: str
) -> None:
    bad = made.with_files({"journal.jsonl": change(lines(made, "journal.jsonl"))})
    assert reason in made.reason(bad)


def test_an_entry_taken_out_is_red(made: Made) -> None:
    last = len(lines(made, "journal.jsonl")) - 2
    for seq in (1, last):
        rows = lines(made, "bodies.jsonl")
        bodies = b"".join([*rows[:seq], *rows[seq + 1 :]])
        assert made.reason(made.with_files({"journal.jsonl": journal_without(made, seq), "bodies.jsonl": bodies}))


def test_bodies_are_held_by_the_leaves(made: Made) -> None:
    note = tagged(made, "access.noted")
    bad = other_body(made, note, lambda row: row["body"].update(reason="другое"))
    assert made.reason(made.with_files({"bodies.jsonl": bad})) == f"the body of entry {note + 1} was changed"
    bad = other_body(made, note, lambda row: row.update(salt="00" * 16))
    assert "was changed" in made.reason(made.with_files({"bodies.jsonl": bad}))
    bad = other_body(made, note, lambda row: row.pop("body"))
    assert "is missing" in made.reason(made.with_files({"bodies.jsonl": bad}))
    rows = lines(made, "bodies.jsonl")
    assert made.reason(made.with_files({"bodies.jsonl": b"".join(rows[:-1])}))
    more = made.with_files({"bodies.jsonl": b"".join([*rows, rows[0]])})
    assert made.reason(more) == "bodies.jsonl has a body too many"


def test_an_erased_body_is_named_by_an_entry_or_red(made: Made) -> None:
    note = tagged(made, "access.noted")
    row = canonical({"seq": note, "erased": 3}) + b"\n"
    rows = lines(made, "bodies.jsonl")
    bad = made.with_files({"bodies.jsonl": b"".join([*rows[:note], row, *rows[note + 1 :]])})
    assert "no act of erasing names it" in made.reason(bad)


def test_a_forged_checkpoint_is_red(made: Made) -> None:
    text, _, _ = made.payload["checkpoint"].decode().partition("\n\n")
    origin, size, _root = text.split("\n")
    wrong_root = resigned(made, f"{origin}\n{size}\n{b64(bytes(32))}\n")
    assert "do not give the root" in made.reason(made.with_files({"checkpoint": wrong_root}))
    note = made.payload["checkpoint"]
    longer = note.replace(b"\n" + size.encode(), b"\n99", 1)
    for bad in (longer, note[:-3] + b"A\n", note.replace(b"\n\n", b"\n"), b"\n"):
        assert made.reason(made.with_files({"checkpoint": bad}))


def cosignature(made: Made, seconds: int, name: str = "region.example") -> tuple[str, str]:
    """(vkey, line) of a witness under the package's checkpoint: C2SP tlog-cosignature."""
    key = Ed25519PrivateKey.from_private_bytes(b"w" * 32)
    public = key.public_key().public_bytes_raw()
    key_id = verify.hashlib.sha256(name.encode() + b"\n\x04" + public).digest()[:4]
    text = made.payload["checkpoint"].decode().partition("\n\n")[0] + "\n"
    signed = key.sign(f"cosignature/v1\ntime {seconds}\n{text}".encode())
    blob = key_id + struct.pack(">Q", seconds) + signed
    return f"{name}+{key_id.hex()}+{b64(bytes([4]) + public)}", f"\u2014 {name} {b64(blob)}\n"


def test_cosignatures_of_known_witnesses_are_checked_and_named(made: Made) -> None:
    vkey, line = cosignature(made, 1_780_300_000)

    def package(line: str, known: str) -> Any:
        note = made.payload["checkpoint"] + line.encode()
        old, names = made.payload["checkpoint"], [n for n in made.payload if n.endswith("-proof")]
        proofs = {n: made.payload[n].replace(old, note) for n in names}
        known_ = made.payload["witnesses"] + f"{known}\n".encode()
        return made.with_files({"checkpoint": note, "witnesses": known_, **proofs})

    good = made.judged(package(line, vkey))
    assert good.exit == 2 and any(x.startswith("  cosigned by region.example, 2026-06-01") for x in good.lines)
    stranger = made.judged(package(line, cosignature(made, 0, "other")[0]))
    assert any("1 cosignatures of witnesses whose keys are not known" in x for x in stranger.lines)
    head, blob = line.rsplit(" ", 1)
    for place in (4, 11, 12, 40):
        raw = bytearray(base64.b64decode(blob))
        raw[place] ^= 1
        assert made.reason(package(f"{head} {b64(raw)}\n", vkey)) == "the cosignature of region.example is wrong"
    assert made.reason(package(f"{head} {b64(base64.b64decode(blob)[:-1])}\n", vkey))


def rewritten(made: Made, key: Ed25519PrivateKey, whole: bool) -> Any:
    """The day told anew and signed with another key, with nothing in it that anybody else signed unless ``whole``."""
    public = Vkey(made.key.name, key.public_key().public_bytes_raw())
    kept = range(3) if not whole else range(len(lines(made, "bodies.jsonl")))
    leaves, bodies = [], []
    for seq in kept:
        header, row = (json.loads(lines(made, n)[seq]) for n in ("journal.jsonl", "bodies.jsonl"))
        if header["tag"] == "access.noted":
            row["body"]["reason"] = "ничего не было"
        header["body_sha256"] = digest(bytes.fromhex(row["salt"]), canonical(row["body"]))
        leaves.append(canonical(header))
        bodies.append(canonical(row))
    found = root([leaf_hash(x) for x in leaves])
    origin = made.payload["checkpoint"].decode().partition("\n")[0]
    checkpoint = make_checkpoint(origin, len(leaves), found, public, key.sign)
    journal = b"\n".join([*leaves, canonical({"end": len(leaves)}), b""])
    files = {**without_witnesses(made), "vkey": f"{public}\n".encode(), "checkpoint": checkpoint.note.encode(),
             "journal.jsonl": journal, "bodies.jsonl": b"\n".join([*bodies, b""])}  # fmt: skip
    if not whole:
        people = {n for n in files if n.startswith(("documents/", "attachments/")) or len(n) == 81}
        files = {n: c for n, c in files.items() if n not in people} | {"certificates/people.json": b"[]\n"}
    target = made.folder / f"rewritten-{whole}.zip"
    write(target, replace(made.parts, size=len(leaves), payload=tuple(files.items()),
                          seal=lambda text: sign_note(text, public, key.sign)))  # fmt: skip
    return target


def test_a_journal_rewritten_under_another_key_is_caught_by_the_published_key(made: Made) -> None:
    bad = rewritten(made, Ed25519PrivateKey.from_private_bytes(b"k" * 32), whole=False)
    answer = verify.check(str(bad))
    assert (answer.exit, answer.lines[0]) == (0, "consistent, origin not checked")
    assert made.reason(bad) == "the package was made with another log key than the published one"


def test_a_journal_rewritten_under_its_own_key_is_caught_by_what_people_signed(made: Made) -> None:
    whole = rewritten(made, Ed25519PrivateKey.from_private_bytes(b"k" * 32), whole=True)
    answer = verify.check(str(whole))
    assert answer.exit == 1, "confirmations and documents carry checkpoints of the old key"


def test_a_journal_rewritten_by_its_own_key_is_caught_by_what_a_confirmer_saw(made: Made) -> None:
    """Nobody confirmed the opening; but the checkpoint inside the confirmation is of the journal as it was."""
    bad = false_fact(made, "acts.confirmed", {"exam": "другой экзамен"}, {}, where=0)
    assert "has another root: the journal was rewritten" in made.reason(bad)


def test_another_root_than_the_published_one_is_red(made: Made) -> None:
    answer = verify.check(str(made.first), made.vkey, "ab" * 32)
    assert answer.lines == ["changed", "  the root certificate is another one than the published one"]


FILES = [
    ("profile.toml", lambda c: c + b"\n", "profile.toml is not the one that the day pinned"),
    (PDF, lambda c: c + b"\n", "is not the file that the journal names"),
    (PDF, lambda c: c[: len(c) // 2], "is not the file that the journal names"),
    (PDF, lambda c: None, "is not the file that the journal names"),
    (f"{PDF}.tlog-proof", lambda c: None, "is missing"),
    (f"{PDF}.tlog-proof", lambda c: c.replace(b"index ", b"index 1"), "is another one"),
    (f"{PDF}.tlog-proof", lambda c: c.replace(b"\n\n", b"\nAAAA\n\n", 1), "does not lead to the root"),
    (f"{PDF}.tlog-proof", lambda c: b"c2sp.org/tlog-proof@v1\n", "is not a proof"),
    ("vkey", lambda c: c.strip(), "data/vkey is not one line"),
    ("vkey", lambda c: b"no key\n", "this is not the key of a log"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change", "reason"), FILES)
def test_a_false_file_that_the_log_key_vouches_for(
    made: Made, name: str, change: Callable[[bytes], bytes | None], reason: str
) -> None:
    assert reason in made.reason(made.with_files({name: change(made.payload[name])}))


@pytest.mark.parametrize("name", ["certificates/issuing.crl", "index.html", "profile.toml", "README.txt"])
def test_what_every_package_has_cannot_be_left_out(made: Made, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "ALWAYS", tuple(n for n in verify.ALWAYS if n != name))
    assert made.reason(made.with_files({name: None})) == f"data/{name} is missing"


def test_the_two_revisions_of_a_document_cannot_stand_for_each_other(made: Made) -> None:
    second = PDF.replace(".pdf", "-r2.pdf")
    swapped = {PDF: made.payload[second], second: made.payload[PDF]}
    proofs = {f"{a}.tlog-proof": made.payload[f"{b}.tlog-proof"] for a, b in ((PDF, second), (second, PDF))}
    assert made.reason(made.with_files(swapped))
    assert made.reason(made.with_files(swapped | proofs))
    assert made.reason(made.with_files(proofs))


def test_attachments_are_those_that_entries_name(made: Made) -> None:
    name = next(n for n in made.payload if n.startswith("attachments/"))
    assert "is missing" in made.reason(made.with_files({name: None}))
    assert "is not what its name says" in made.reason(made.with_files({name: b"another picture"}))
    stranger = verify.hashlib.sha256(b"x").hexdigest()
    assert "no entry names" in made.reason(made.with_files({f"attachments/{stranger}.jpg": b"x"}))


def test_the_packages_of_this_table_are_good_before_they_are_changed(made: Made) -> None:
    assert made.with_files({}).read_bytes() == made.first.read_bytes()
    assert made.judged(made.first, None).exit == 0 and made.judged(made.later, None).exit == 0
    assert set(entries(made.first)) >= {f"data/{PDF}", "manifest.note"}


def test_witnesses_of_earlier_states_are_checked_and_named(made: Made) -> None:
    """Most cosign before the last entry: the state that they saw is made anew of the leaves."""
    good = made.judged(made.first)
    rows = made.payload["cosignatures"].decode().splitlines()
    said = [line for line in good.lines if line.startswith("  cosigned by ")]
    assert len(said) == len(rows) >= 3
    for row, line in zip(rows, said, strict=True):
        size, _, name, _ = row.split(" ")
        assert line.startswith(f"  cosigned by {name}, 2026-06-0") and line.endswith(f": {size} entries")
    assert sum(line.startswith("  key of the witness ") for line in good.lines) == len({r.split()[2] for r in rows})
    size, dash, name, blob = rows[0].split(" ")
    last = made.payload["checkpoint"].decode().split("\n")[1]
    for wrong, reason in (
        (f"{int(size) + 1} {dash} {name} {blob}", f"the cosignature of {name} is wrong"),
        (f"{last} {dash} {name} {blob}", "not as the logbook writes it"),
        (f"0 {dash} {name} {blob}", "not as the logbook writes it"),
        (f"{size} {dash} {name} {blob[:-4]}", f"the cosignature of {name} is wrong"),
        (f"{rows[-1]}\n{rows[0]}", "not as the logbook writes it"),
        ("", "not as the logbook writes it"),
        (f"{size} {dash} {name} {blob}\n" * 5001, "not as the logbook writes it"),
    ):
        bad = made.with_files({"cosignatures": f"{wrong}\n".encode()})
        assert reason in made.reason(bad), wrong[:80]
    alone = made.judged(made.with_files({"witnesses": None}))
    assert f"  {len(rows)} cosignatures of witnesses whose keys are not known here: not counted" in alone.lines


def test_a_form_that_would_write_on_the_terminal_is_shown_as_text(made: Made) -> None:
    evil = "a\x1b[2J\n  proved\u202e"
    bad = false_fact(made, "document.signed", {"form": evil}, {})
    answer = made.judged(bad)
    assert answer.exit == 1 and all(line.isprintable() for line in answer.lines)


def test_a_place_that_is_only_equal_to_its_number_is_red(made: Made) -> None:
    """For Python ``true`` is 1: entry 2 must not say that."""
    rows = lines(made, "journal.jsonl")
    bad = b"".join([rows[0], rows[1].replace(b'"seq":1,', b'"seq":true,'), *rows[2:]])
    assert "entry 2 is not in its place" in made.reason(made.with_files({"journal.jsonl": bad}))
    bodies = lines(made, "bodies.jsonl")
    bad = b"".join([bodies[0], bodies[1].replace(b'"seq":1}', b'"seq":true}'), *bodies[2:]])
    assert bad != b"".join(bodies) or b'"seq":1' in bodies[1]
    assert "entry 2 is not in its place" in made.reason(made.with_files({"bodies.jsonl": bad}))
