"""Verification: whatever is changed in the stored journal is found, and nothing is green by absence."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from app.domain import facts as f
from app.domain.journal import Entry, write
from app.domain.merkle import frontier
from app.domain.note import make_checkpoint
from app.services import days, publish, verify
from app.store import days as index
from app.store import journal, keys
from app.store.db import transaction
from tests.conftest import Installation
from tests.databases import POSTGRESQL, REFUSED, SQLITE, Database
from tests.proofs import proofs
from tests.store.attacker import attack, flipped, insert, put, row

CORRUPTED = ("leaf", "hash", "body", "salt", "id")


@pytest.fixture
def busy(installation: Installation, day: str) -> str:
    """A day with notes, a step, a correction, and a confirmation of the first two."""
    receipt = installation.arrive(day)
    installation.access(day)
    installation.confirm(day, receipt.seq)
    installation.note(day, "после подтверждения")
    installation.record(day, "tech", f.EntryCorrected(receipt.seq, {"note": "уточнено"}, "забыл"))
    installation.note(day, "последняя")
    assert verify.verify_day(day).exit == 0
    return day


def rewrite(database: Database, log: int, change: Callable[[list[Entry]], list[Entry]]) -> None:
    """The perfect forger: owns the log key and rewrites entries, hashes and the newest checkpoint alike."""
    old = journal.entries(log)
    new = [
        write(e.log, n, e.id, e.actor, e.fact, e.times, e.salt, e.device, e.device_seq)
        for n, e in enumerate(change(old))
    ]
    key, edge = keys.log_key(), frontier(e.hash for e in new)
    note = make_checkpoint(old[0].log, edge.size, edge.root(), key.vkey, key.sign).note
    with attack(database) as connection:
        connection.execute("DELETE FROM entry WHERE log_id = ?", (log,))
        for e in new:
            insert(connection, "entry", {
                "log_id": log, "seq": e.seq, "id": e.id, "leaf": e.leaf, "hash": e.hash, "body": e.body, "salt": e.salt,
            })  # fmt: skip
        connection.execute(
            "UPDATE checkpoint SET size = ?, frontier = ?, note = ? WHERE log_id = ?",
            (edge.size, " ".join(n.hex() for n in edge.nodes), note, log),
        )


def reworded(seq: int, text: str) -> Callable[[list[Entry]], list[Entry]]:
    def change(entries: list[Entry]) -> list[Entry]:
        entries[seq] = replace(entries[seq], fact=replace(entries[seq].fact, **{"note": text}))
        return entries

    return change


def test_an_untouched_journal_is_proved_and_says_how_much(installation: Installation, busy: str) -> None:
    result = verify.verify_day(busy)
    assert (result.exit, result.size, result.witnesses, result.proved) == (0, 7, 2, True)
    assert "7 entries" in str(result) and "2 checkpoints" in str(result)
    assert result.root == days.load_with_checkpoint(installation.people["tech"], busy)[1].root.hex()
    assert [r.exit for r in proofs()] == [0, 0]


@pytest.mark.parametrize("column", CORRUPTED)
def test_any_changed_byte_of_any_stored_entry_is_found_and_named(
    installation: Installation, busy: str, column: str
) -> None:
    log = days.log_of(busy)
    with attack(installation.database) as connection:
        for seq in (0, 1, 3, 6):
            good = row(connection, log, seq)[column]
            steps = max(1, len(good) // 8)
            for place in [*range(0, len(good), steps), len(good) - 1]:
                put(connection, log, seq, **{column: flipped(good, place)})
                result = verify.verify_day(busy)
                assert result.exit == 1, (seq, place)
                assert result.message.params["number"] == seq + 1, (seq, place, str(result))
            put(connection, log, seq, **{column: good})
            assert verify.verify_day(busy).exit == 0


def test_a_missing_body_is_red_unless_it_was_erased_by_an_act(installation: Installation, busy: str) -> None:
    log = days.log_of(busy)
    with attack(installation.database) as connection:
        put(connection, log, 4, body=None)
    assert "no act of erasing" in str(verify.verify_day(busy))
    with attack(installation.database) as connection:
        put(connection, log, 4, salt=b"")
    assert verify.verify_day(busy).exit == 1


@pytest.mark.parametrize("seq", [0, 1, 3, 6])
def test_a_removed_entry_is_found(installation: Installation, busy: str, seq: int) -> None:
    with attack(installation.database) as connection:
        connection.execute("DELETE FROM entry WHERE log_id = ? AND seq = ?", (days.log_of(busy), seq))
    result = verify.verify_day(busy)
    assert result.exit == 1
    assert ("tail was cut" if seq == 6 else f"Entry {seq + 1} is missing") in str(result)


@pytest.mark.parametrize("what", ["contents", "numbers", "everything but numbers"])
def test_two_swapped_entries_are_found(installation: Installation, busy: str, what: str) -> None:
    log = days.log_of(busy)
    with attack(installation.database) as connection:
        one, two = row(connection, log, 1), row(connection, log, 2)
        if what == "numbers":
            for old, new in ((1, 100), (2, 1), (100, 2)):
                put(connection, log, old, seq=new)
        else:
            names = ("body",) if what == "contents" else ("leaf", "hash", "body", "salt")
            put(connection, log, 1, **{n: two[n] for n in names})
            put(connection, log, 2, **{n: one[n] for n in names})
    assert verify.verify_day(busy).exit == 1


def test_an_added_entry_is_found(installation: Installation, busy: str) -> None:
    log = days.log_of(busy)
    with attack(installation.database) as connection:
        insert(connection, "entry", row(connection, log, 6) | {"seq": 7, "id": "x"})
    assert verify.verify_day(busy).exit == 1
    entry = journal.entries(log, 6, 7)[0]
    late = write(entry.log, 7, "x", entry.actor, entry.fact, entry.times, entry.salt)
    with attack(installation.database) as connection:
        put(connection, log, 7, leaf=late.leaf, hash=late.hash, body=late.body)
    assert "not covered by the newest checkpoint" in str(verify.verify_day(busy))


def test_a_cut_tail_is_found_by_the_newest_checkpoint(installation: Installation, busy: str) -> None:
    with attack(installation.database) as connection:
        connection.execute("DELETE FROM entry WHERE log_id = ? AND seq >= 5", (days.log_of(busy),))
    result = verify.verify_day(busy)
    assert result.exit == 1
    assert "ends at entry 5" in str(result) and "tail was cut" in str(result)


def test_a_cut_tail_with_a_rewritten_checkpoint_is_found_by_whoever_kept_an_older_one(
    installation: Installation, busy: str
) -> None:
    kept = publish.checkpoint(busy)
    rewrite(installation.database, days.log_of(busy), lambda entries: entries[:5])
    assert verify.verify_day(busy).exit == 0, "alone, the forger's journal looks whole"
    result = verify.verify_day(busy, kept)
    assert result.exit == 1
    assert "the given checkpoint names 7" in str(result)


def test_a_rewritten_journal_is_found_by_the_checkpoint_in_a_confirmation(
    installation: Installation, busy: str
) -> None:
    rewrite(installation.database, days.log_of(busy), reworded(1, "никогда не было"))
    result = verify.verify_day(busy)
    assert result.exit == 1
    assert "#4 has another root" in str(result)


def test_a_rewritten_journal_is_found_by_the_checkpoint_in_a_signed_document(signed: tuple[Installation, str]) -> None:
    installation, day = signed
    log = days.log_of(day)

    def change(entries: list[Entry]) -> list[Entry]:
        kept = [e for e in entries if e.tag != "acts.confirmed"]
        kept[1] = replace(kept[1], fact=replace(kept[1].fact, reason="другая"))
        return kept

    rewrite(installation.database, log, change)
    result = verify.verify_day(day)
    assert result.exit == 1
    assert "another root" in str(result)


def test_a_forged_confirmation_is_found(installation: Installation, busy: str) -> None:
    def change(entries: list[Entry]) -> list[Entry]:
        fact = entries[3].fact
        entries[3] = replace(entries[3], fact=replace(fact, at=fact.at.replace(minute=59)))
        return entries

    rewrite(installation.database, days.log_of(busy), change)
    result = verify.verify_day(busy)
    assert result.exit == 1
    assert "signature of entry 4" in str(result)


@pytest.mark.parametrize("column", ["note", "frontier", "size"])
def test_a_changed_newest_checkpoint_is_found(installation: Installation, busy: str, column: str) -> None:
    log = days.log_of(busy)
    (good,) = with_value(installation, log, column)
    places = range(0, len(str(good)), max(1, len(str(good)) // 12))
    for place in places:
        bad = good + 1 if column == "size" else flipped(good, place)
        store(installation, log, column, bad)
        assert verify.verify_day(busy).exit == 1, place
    store(installation, log, column, good)
    assert verify.verify_day(busy).exit == 0


def with_value(installation: Installation, log: int, column: str) -> Any:
    with attack(installation.database) as connection:
        return connection.execute(f"SELECT {column} FROM checkpoint WHERE log_id = ?", (log,)).fetchone()


def store(installation: Installation, log: int, column: str, value: Any) -> None:
    with attack(installation.database) as connection:
        connection.execute(f"UPDATE checkpoint SET {column} = ? WHERE log_id = ?", (value, log))


def test_a_witness_of_the_same_journal_agrees_and_others_cannot_answer(installation: Installation, busy: str) -> None:
    kept = publish.checkpoint(busy)
    installation.note(busy)
    assert verify.verify_day(busy, kept).witnesses == 3
    other = publish.checkpoint(installation.open_day(rehearsal=True))
    changed = kept.replace("\n7\n", "\n8\n")
    for note in (other, changed, "nothing", "\n\n"):
        assert verify.verify_day(busy, note).exit == 2, note


def test_every_entry_gone_is_broken_and_never_green(installation: Installation, busy: str) -> None:
    log = days.log_of(busy)
    with attack(installation.database) as connection:
        connection.execute("DELETE FROM entry WHERE log_id = ?", (log,))
    assert verify.verify_day(busy).exit == 1
    with attack(installation.database) as connection:
        connection.execute("DELETE FROM checkpoint WHERE log_id = ?", (log,))
    assert verify.verify_day(busy).exit == 2


def test_an_empty_journal_an_unknown_day_and_a_missing_key_cannot_be_checked(
    installation: Installation, busy: str
) -> None:
    with transaction():
        index.add("45-0007-2026-07-01", "45-0007", "2026-07-01", journal.create("logbook.test/empty", "day"))
    empty = verify.verify_day("45-0007-2026-07-01")
    assert (empty.exit, str(empty)) == (2, "This journal has no entries: there is nothing to prove.")
    unknown = verify.verify_day("45-0007-2027-01-01")
    assert (unknown.exit, str(unknown)) == (2, "There is no such day.")
    (installation.folder / "keys" / "log.key").unlink()
    missing = verify.verify_day(busy)
    assert missing.exit == 2
    assert "log.key is missing" in str(missing)


def test_another_log_key_does_not_prove_the_journal(installation: Installation, day: str) -> None:
    (installation.folder / "keys" / "log.key").unlink()
    keys.make(installation.folder / "keys")
    assert verify.verify_day(day).exit == 1


@pytest.mark.parametrize("what", ["missing", "changed"])
def test_a_signed_file_that_is_missing_or_changed_is_found(signed: tuple[Installation, str], what: str) -> None:
    installation, day = signed
    for signature in installation.day(day).documents["access-journal"]:
        path = installation.folder / "files" / signature.fact.file[:2] / signature.fact.file
        good = path.read_bytes()
        if what == "missing":
            path.unlink()
        else:
            path.write_bytes(flipped(good, len(good) // 2))  # type: ignore[arg-type]
        result = verify.verify_day(day)
        assert (result.exit, result.message.params.get("number")) == (1, signature.seq + 1)
        path.write_bytes(good)
        assert verify.verify_day(day).exit == 0


def test_the_pinned_profile_is_part_of_the_proof(installation: Installation, busy: str) -> None:
    with attack(installation.database) as connection:
        connection.execute("UPDATE profile SET text = text || ' '")
    assert verify.verify_day(busy).exit == 1


@pytest.mark.parametrize("column", ["leaf", "hash", "body", "salt", "id"])
def test_nothing_that_is_stored_makes_verification_raise(installation: Installation, busy: str, column: str) -> None:
    log, taken = days.log_of(busy), 0
    for value in (b"", b"null", b"{}", b"\xff", b'{"times":1}', "text", 7, 1.5):
        with attack(installation.database) as hand:
            good = row(hand, log, 2)
            try:
                put(hand, log, 2, **{column: value})
            except REFUSED:  # PostgreSQL keeps to the type of a column
                continue
            taken += 1
            assert verify.verify_day(busy).exit == 1, value
            assert [r.exit for r in proofs()] == [0, 1]
            put(hand, log, 2, **{column: good[column]})
    assert taken == (8 if hand.kind == SQLITE or column == "id" else 6)
    assert verify.verify_day(busy).exit == 0


@pytest.mark.parametrize(
    ("column", "value"), [("note", b"x"), ("note", ""), ("frontier", b"x"), ("frontier", ""), ("size", "x")]
)
def test_no_stored_checkpoint_makes_verification_raise(
    installation: Installation, busy: str, column: str, value: object
) -> None:
    try:
        store(installation, days.log_of(busy), column, value)
    except REFUSED:
        assert installation.database.kind == POSTGRESQL, "it keeps to the type of a column"
    else:
        assert verify.verify_day(busy).exit == 1
