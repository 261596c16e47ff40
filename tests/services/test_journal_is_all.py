"""What a page or a document says stands in the journal: the tables beside it can say what they like."""

import json

import pytest

from app.domain.checklist import board
from app.services import check, days, documents, verify
from app.store import journal, profiles
from tests.conftest import Installation
from tests.store.attacker import attack

LIES = [
    "UPDATE person SET name = 'Подменный Человек', roles = '[\"administrator\"]', centres = '[]'",
    "UPDATE person SET login = login || 'x', email = 'x@y', active = false",
    "UPDATE centre SET data = '{\"zone\": \"Asia/Magadan\"}', plan = '{\"rooms\": [], \"cameras\": []}'",
    "DELETE FROM centre",
    "UPDATE day SET centre = '99-9999', date = '1999-01-01'",
]


def forget(day: str) -> None:
    """As after a restart: nothing is remembered."""
    days.CACHE.drop((journal.database(), days.log_of(day)))
    documents._drawn.cache_clear()


@pytest.mark.parametrize("form", ["access-journal", "day-protocol"])
def test_tables_changed_behind_the_application_change_neither_the_day_nor_a_byte_of_a_document(
    signed: tuple[Installation, str], form: str
) -> None:
    installation, name = signed
    actor = installation.people["head"]
    paper = documents.form_of(form)

    def look() -> tuple[object, bytes]:
        forget(name)
        day, checkpoint = days.load_with_checkpoint(actor, name)
        seen = {k: v for k, v in vars(day).items() if k != "zone"}
        states = [(v.step.id, v.state, v.places) for v in board(day, installation.clock.now)]
        return (repr(seen), repr(states)), documents.draw(day, checkpoint, paper, 1, "")

    before = look()
    assert actor.name.split()[0].encode() not in before[1]  # a compressed PDF: equality of bytes is what counts
    assert before[1].startswith(b"%PDF-")
    for sql in LIES:
        with attack(installation.database, armed=False) as connection:
            assert connection.execute(sql).rowcount > 0
        assert look() == before, sql
    assert verify.verify_day(name).exit == 0
    assert check.check(documents.save(installation.day(name), "access-journal")[0]).exit == 0


def test_a_changed_file_of_the_profile_does_not_rewrite_a_day_that_pinned_it(
    installation: Installation, day: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = repr(board(installation.day(day), installation.clock.now))
    text = profiles.shipped()["ru-ege-main"].replace("Arrive and register", "Come whenever you like")
    monkeypatch.setattr(profiles, "shipped", lambda: {"ru-ege-main": text})
    forget(day)
    assert repr(board(installation.day(day), installation.clock.now)) == before
    newer = installation.open_day(rehearsal=True)
    assert "Come whenever you like" in repr(board(installation.day(newer), installation.clock.now))
    assert installation.day(newer).opened.profile_sha256 != installation.day(day).opened.profile_sha256


def test_nothing_personal_stands_in_the_header_of_a_real_entry(signed: tuple[Installation, str]) -> None:
    installation, name = signed
    leaves = b"".join(row.leaf for row in journal.stored(days.log_of(name))).decode()
    for person in installation.people.values():
        assert person.name.split()[0] not in leaves
    assert set(json.loads(list(journal.stored(days.log_of(name)))[1].leaf)) == {
        "actor", "body_sha256", "device", "device_seq", "id", "log", "seq", "tag", "times", "v",
    }  # fmt: skip
