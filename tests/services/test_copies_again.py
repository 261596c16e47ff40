"""A copy that goes on later: another process may have its number, another medium its place, a link its folder."""

import os
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.footage.media import medium as media_facts
from app.services import copies, copying
from app.store import copies as store
from app.store.db import transaction
from tests.conftest import Installation
from tests.services import test_copies
from tests.services.test_copies import begun, state

card, how = test_copies.card, test_copies.how  # the fixtures


def test_after_a_restart_another_process_with_its_number_is_not_the_copy(
    installation: Installation, day: str, card: Path, how: Any
) -> None:
    copy_id = begun(installation, day, card, how)
    here = f"{socket.gethostname()}:{os.getpid()}"
    with transaction():
        store.change(copy_id, ("waiting",), state="running", worker=here, beat=installation.clock.now)
    assert state(installation, day, copy_id) == "running"
    installation.clock.forward(minutes=10)
    assert state(installation, day, copy_id) == "broken"


@pytest.mark.parametrize("where", ["card/9001-1", "medium/day"])
def test_what_became_a_link_while_the_copy_was_paused_is_not_followed(
    installation: Installation, day: str, card: Path, how: Any, where: str
) -> None:
    copy_id = begun(installation, day, card, how)
    secret = card / "secret"
    secret.mkdir()
    (secret / "key").write_text("not for a medium")
    if (card / where).exists():
        (card / where).rename(card / "away")
    (card / where).symlink_to(secret)
    assert not how.do()
    found = copies.copy(installation.people["tech"], day, copy_id, installation.clock.now)
    assert found.state == "failed" and "not among those that the server may read" in found.row.told
    assert sorted(p.name for p in secret.iterdir()) == ["key"]
    assert not [p for p in (card / "medium").rglob("*") if p.is_file()]


def test_a_copy_does_not_go_on_where_its_medium_is_out(
    installation: Installation, day: str, card: Path, how: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_id = begun(installation, day, card, how)
    other = replace(media_facts(card / "medium"), serial="OTHER", mount=str(card))
    monkeypatch.setattr(copying, "medium", lambda path: other)
    assert not how.do()
    found = copies.copy(installation.people["tech"], day, copy_id, installation.clock.now)
    assert found.state == "failed" and "SN-77" in found.row.told
    assert not list((card / "medium").iterdir())
