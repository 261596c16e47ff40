"""The heads' sessions cosign what they saw; a journal that turns aside is refused, told, and red."""

import base64
from dataclasses import replace

import pytest

from app.domain import facts as f
from app.domain.cosign import WitnessKey, cosigned
from app.domain.journal import Broken, write
from app.domain.merkle import frontier
from app.domain.note import Checkpoint, make_checkpoint, parse_checkpoint
from app.services import days, office, verify, witnesses
from app.store import cosignatures, journal, keys
from app.store.db import db, transaction
from tests.conftest import Installation
from tests.store.attacker import attack, put


def note_of(day: str) -> Checkpoint:
    return journal.head(days.log_of(day)).checkpoint


def made() -> list[f.WitnessMade]:
    return [e.fact for e in office.entries() if isinstance(e.fact, f.WitnessMade)]


def rewrite(installation: Installation, day: str, keep: int | None = None) -> None:
    """Somebody with the log key and the database writes another second entry and signs everything anew."""
    log = days.log_of(day)
    old = journal.entries(log)[:keep]
    was = old[1]
    fact = f.NoteWritten("такого не было", installation.clock.now)
    new = write(was.log, 1, was.id, was.actor, fact, was.times, was.salt)
    hashes = [e.hash for e in (old[0], new, *old[2:])]
    edge, key = frontier(hashes), keys.log_key()
    note = make_checkpoint(was.log, edge.size, edge.root(), key.vkey, key.sign).note
    with attack(installation.database) as hand:
        put(hand, log, 1, leaf=new.leaf, hash=new.hash, body=new.body, salt=new.salt)
        if keep:
            hand.execute("DELETE FROM entry WHERE log_id = ? AND seq >= ?", (log, keep))
        hand.execute(
            "UPDATE checkpoint SET size = ?, note = ?, frontier = ? WHERE log_id = ?",
            (edge.size, note, " ".join(n.hex() for n in edge.nodes), log),
        )
    db.session.rollback()


def test_a_confirmation_cosigns_what_its_head_saw(installation: Installation, day: str) -> None:
    receipt = installation.access(day)
    saw = note_of(day)
    installation.confirm(day, receipt.seq)
    (row,) = cosignatures.of_log(days.log_of(day))
    (fact,) = made()
    key = witnesses.parse_witness(fact.vkey)
    assert row.size == saw.size and cosigned(saw, row.line, key, keys.verify) == installation.clock.now
    assert (fact.person, fact.kind) == (installation.people["head"].person, "person")
    assert witnesses.lines(row.log_id, saw.size) == row.line and witnesses.lines(row.log_id, saw.size - 1) == ""
    assert verify.verify_day(day).proved


def test_the_witness_key_follows_from_the_signing_key_and_is_registered_once(
    installation: Installation, day: str
) -> None:
    for _ in range(2):
        installation.confirm(day, installation.access(day).seq)
        installation.unlocked.clear()  # the code opens it again
    assert len(made()) == 1 and len(cosignatures.of_log(days.log_of(day))) == 2
    head, commission = installation.key("head"), installation.key("commission")
    assert head.witness()[0] != commission.witness()[0]
    assert verify.verify_day(day).proved


def test_signing_a_document_cosigns_too_but_only_for_the_heads(installation: Installation, day: str) -> None:
    installation.access(day)
    installation.sign(day, "tech")
    assert cosignatures.of_log(days.log_of(day)) == [] and made() == []
    installation.sign(day, "head")
    installation.sign(day, "commission")
    assert len(cosignatures.of_log(days.log_of(day))) == len(made()) == 2


@pytest.mark.parametrize("keep", [None, 2], ids=["rewritten", "rewritten and cut"])
def test_a_journal_that_turned_aside_is_refused_and_told(
    installation: Installation, day: str, keep: int | None
) -> None:
    first, second = installation.access(day), installation.access(day, rooms=("0002",))
    installation.confirm(day, second.seq)
    rewrite(installation, day, keep)
    again = installation.access(day, rooms=("0002",)) if keep is None else installation.note(day)
    size = note_of(day).size
    with pytest.raises(witnesses.Forked, match="not a continuation"):
        if keep is None:
            installation.confirm(day, again.seq)
        else:
            witnesses.take(witnesses.witness_of(installation.key("head")), days.log_of(day), note_of(day),
                           installation.clock.now)  # fmt: skip
    assert note_of(day).size == size, "nothing is confirmed"
    assert len(cosignatures.of_log(days.log_of(day))) == 1, "nothing is cosigned"
    (fork,) = cosignatures.forks()
    assert parse_checkpoint(fork.kept).size == first.seq + 2 and parse_checkpoint(fork.shown).size == size
    result = verify.verify_day(day)
    assert result.exit == 1


def test_a_cosignature_of_a_known_witness_that_does_not_hold_is_red(installation: Installation, day: str) -> None:
    installation.confirm(day, installation.access(day).seq)
    log = days.log_of(day)
    (row,) = cosignatures.of_log(log)
    hashes = journal.hashes(log, 99)
    origin = note_of(day).origin
    witnesses.judge(log, origin, hashes)
    with pytest.raises(Broken, match="cosigned another journal"):
        witnesses.judge(log, origin, [hashes[1], *hashes[1:]])
    with pytest.raises(Broken, match="tail was cut"):
        witnesses.judge(log, origin, hashes[: row.size - 1])
    bad = row.line[:-10] + ("A" if row.line[-10] != "A" else "B") + row.line[-9:]
    with attack(installation.database, armed=False) as hand:
        hand.execute("UPDATE cosignature SET line = ?", (bad,))
    result = verify.verify_day(day)
    assert result.exit == 1 and "cosigned another journal" in str(result)


def test_an_unknown_witness_is_ignored_and_nobody_registers_for_another(installation: Installation, day: str) -> None:
    installation.confirm(day, installation.access(day).seq)
    (fact,) = made()
    stranger = WitnessKey("stranger.example", bytes(32))
    line = f"\u2014 stranger.example {base64.b64encode(stranger.id + bytes(72)).decode()}\n"
    with transaction():
        cosignatures.keep(days.log_of(day), 1, "stranger.example", line, installation.clock.now)
    assert verify.verify_day(day).proved
    forged = replace(fact, vkey=str(stranger))  # with the head's signature over another key
    with transaction(office.log()):
        office.note(installation.people["boss"], forged, installation.clock.now)
    assert (stranger.name, stranger.id) not in witnesses.known()
    assert verify.verify_day(day).proved


def test_a_state_is_cosigned_once_and_an_older_one_needs_no_line(installation: Installation, day: str) -> None:
    log, own, old = days.log_of(day), keys.witness(), note_of(day)
    installation.note(day)
    new, now = note_of(day), installation.clock.now
    with transaction(office.log()):
        line = witnesses.cosign_import(log, new, now)
        assert line and witnesses.cosign_import(log, new, installation.clock.forward(minutes=1)) == line
        assert witnesses.cosign_import(log, old, now) == "" and witnesses.newest(own, new.origin).size == new.size
    assert made()[0].kind == "region" and verify.verify_day(day).proved
