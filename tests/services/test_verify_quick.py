"""The quick proof of the leaves, and what the whole proof reads inside entries."""

import pytest

from app.domain import facts as f
from app.domain.journal import Times, write
from app.domain.merkle import frontier, leaf_hash
from app.domain.note import make_checkpoint
from app.services import days, verify
from app.store import files, journal, keys
from app.store.db import transaction
from tests.conftest import Installation
from tests.store.attacker import attack, flipped, put, row


@pytest.fixture
def busy(installation: Installation, day: str) -> str:
    """A day of seven entries."""
    for text in "abcdef":
        installation.note(day, text)
    return day


def test_the_quick_proof_sees_the_leaves_and_says_that_it_saw_no_more(installation: Installation, busy: str) -> None:
    result = verify.verify_leaves(busy)
    assert (result.exit, result.size) == (0, 7)
    assert "were not read" in str(result)
    assert result.root == verify.verify_day(busy).root
    assert verify.verify_leaves("no-such-day").exit == 2


@pytest.mark.parametrize("seq", [0, 3, 6])
def test_a_leaf_that_does_not_fit_the_root_is_named_by_the_quick_proof_too(
    installation: Installation, busy: str, seq: int
) -> None:
    log = days.log_of(busy)
    with attack(installation.database) as connection:
        leaf = flipped(row(connection, log, seq)["leaf"], 30)
        put(connection, log, seq, leaf=leaf, hash=leaf_hash(leaf))
    result = verify.verify_leaves(busy)
    assert result.exit == 1
    assert str(seq + 1) in str(result)
    with attack(installation.database) as connection:
        connection.execute("DELETE FROM entry WHERE log_id = ?", (log,))
    assert verify.verify_leaves(busy).exit == 1


def test_a_deleted_checkpoint_is_told_in_words(installation: Installation, busy: str) -> None:
    with attack(installation.database) as connection:
        connection.execute("DELETE FROM checkpoint WHERE log_id = ?", (days.log_of(busy),))
    for result in (verify.verify_day(busy), verify.verify_leaves(busy)):
        assert (result.exit, "The newest checkpoint" in str(result)) == (1, True)


@pytest.mark.parametrize("kind", ["step", "correction"])
def test_a_photo_of_an_entry_that_is_missing_or_changed_is_found(
    installation: Installation, busy: str, kind: str
) -> None:
    digest = files.put(b"a photo of a sealed flash drive")
    photo = {"name": "seal.jpg", "sha256": digest, "size": 31}
    now = installation.clock.now
    fact = (
        f.StepDone("ex.arrive", now, (), {"photo": photo}) if kind == "step"
        else f.EntryCorrected(1, {"evidence.photo": photo}, "забыл снимок")
    )  # fmt: skip
    with transaction():
        person = installation.people["tech"].person
        entry, _ = journal.append(days.log_of(busy), fact, person, Times(now), "photo")
    assert verify.verify_day(busy).exit == 0
    place = next((installation.folder / "files").glob(f"*/{digest}"))
    place.write_bytes(b"another photo")
    assert str(verify.verify_day(busy)) == f"A file of entry {entry.seq + 1} is missing or was changed."
    place.unlink()
    assert verify.verify_day(busy).exit == 1


@pytest.mark.parametrize("wrong", ["log", "seq"])
def test_an_entry_of_another_place_is_found_even_when_its_forger_signed_the_root(
    installation: Installation, day: str, wrong: str
) -> None:
    installation.note(day)
    log = days.log_of(day)
    old = journal.entries(log)
    e = old[1]
    place = ("other.example/day/x", 1) if wrong == "log" else (e.log, 5)
    moved = write(*place, e.id, e.actor, e.fact, e.times, e.salt)
    key, edge = keys.log_key(), frontier([old[0].hash, moved.hash])
    note = make_checkpoint(e.log, edge.size, edge.root(), key.vkey, key.sign).note
    with attack(installation.database) as connection:
        put(connection, log, 1, leaf=moved.leaf, hash=moved.hash)
        connection.execute(
            "UPDATE checkpoint SET frontier = ?, note = ? WHERE log_id = ?",
            (" ".join(n.hex() for n in edge.nodes), note, log),
        )
    assert str(verify.verify_day(day)) == "Entry 2 is not in its place."
