"""What is read from the installation's own journal is read from a journal that proves itself."""

from collections.abc import Callable
from typing import Any

import pytest

from app.domain.journal import Broken
from app.services import changes, office, people
from tests.conftest import Installation
from tests.store.attacker import attack, put, row

READERS: dict[str, Callable[[Installation], Any]] = {
    "certificates": lambda i: office.certificates(),
    "who handed out access": lambda i: office.reset_by(i.people["tech"].person),
    "the last change": lambda i: office.last_change("person"),
    "the record of changes": lambda i: changes.list_changes(i.people["boss"]),
}


@pytest.mark.parametrize("reader", READERS)
def test_nothing_is_read_from_a_record_of_changes_that_somebody_changed(
    installation: Installation, reader: str
) -> None:
    boss, tech = installation.people["boss"], installation.people["tech"]
    people.reset_password(boss, tech.person, installation.clock.now)
    assert office.reset_by(tech.person) >= {boss.person}
    end = len(office.entries()) - 1
    office.proved.cache_clear()
    office._certificates.cache_clear()
    with attack(installation.database) as hand:  # who reset the password was somebody else
        body = row(hand, office.log(), end)["body"].replace(tech.person.encode(), b"p-000000000000")
        put(hand, office.log(), end, body=body)
    changes._read.cache_clear()
    with pytest.raises(Broken):
        READERS[reader](installation)
