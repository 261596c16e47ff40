"""Settings that change while the logbook runs: who wins, who may, what is recorded, and when others see it."""

from typing import Any

import pytest

from app import config
from app.domain import Invalid, Refused
from app.domain.people import Actor
from app.services import settings
from app.store import journal
from app.store import settings as store
from app.store.db import db
from tests.conftest import MORNING, Installation
from tests.store.attacker import attack

LANGUAGES = ("en", "ru")


def put(installation: Installation, made: config.Settings | None = None, **typed: str) -> None:
    made = made or installation.app.extensions["settings"]
    settings.save(installation.people["boss"], made, typed, LANGUAGES, MORNING)


def now_in_force(installation: Installation, made: config.Settings | None = None) -> config.Settings:
    return settings.effective(made or installation.app.extensions["settings"], installation.clock.now)


def test_what_the_page_sets_is_in_force_at_once_and_goes_back_when_emptied(installation: Installation) -> None:
    assert now_in_force(installation).contact == ""
    put(installation, contact="  112, Анна ", session_minutes="30", language="ru")
    found = now_in_force(installation)
    assert (found.contact, found.session_minutes, found.language) == ("112, Анна", 30, "ru")
    put(installation, contact="", session_minutes="")
    found = now_in_force(installation)
    assert (found.contact, found.session_minutes, found.language) == ("", 720, "ru")


def test_environment_and_file_win_and_cannot_be_changed_here(installation: Installation) -> None:
    put(installation, contact="page", title="page")
    (installation.folder / "config.toml").write_text('title = "file"\n', encoding="utf-8")
    made = config.load(installation.folder, {"LOGBOOK_CONTACT": "environment"})
    assert made.given == {"title": "config.toml", "contact": "LOGBOOK_CONTACT"}
    found = now_in_force(installation, made)
    assert (found.contact, found.title) == ("environment", "file")
    with pytest.raises(Invalid) as info:
        put(installation, made, contact="x", title="y")
    assert {m.field for m in info.value.messages} == {"contact", "title"}
    assert store.values() == {"contact": "page", "title": "page"}


@pytest.mark.parametrize(
    ("key", "value"),
    [("session_minutes", "4"), ("session_minutes", "10081"), ("session_minutes", "x"), ("session_minutes", "-30"),
     ("language", "fi"), ("title", "x" * 121), ("contact", "x" * 201), ("port", "80"), ("port", ""),
     ("database_url", "sqlite:///x")],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_half_written(
    installation: Installation, key: str, value: str
) -> None:
    count = journal.count()
    with pytest.raises(Invalid) as info:
        put(installation, **{"title": "Министерство", key: value} if key != "title" else {key: value})
    assert {m.field for m in info.value.messages} == {key}
    assert (store.values(), journal.count()) == ({}, count)


def test_every_change_is_recorded_with_old_and_new(installation: Installation) -> None:
    put(installation, contact="112")
    put(installation, contact="113", title="")
    (log,) = [log for log, _, kind in journal.origins() if kind == "office"]
    fact = journal.entries(log)[-1].fact
    assert (fact.kind, fact.key, fact.before, fact.after) == ("setting", "contact", {"value": "112"}, {"value": "113"})


def test_only_an_administrator_of_all_centres(installation: Installation) -> None:
    boss = installation.people["boss"]
    bound = Actor(boss.person, boss.name, boss.roles, frozenset({"45-0007"}))
    for who in (bound, installation.people["head"]):
        with pytest.raises(Refused):
            settings.save(who, installation.app.extensions["settings"], {"contact": "x"}, LANGUAGES, MORNING)


def write(installation: Installation, value: str) -> None:
    """What another process does."""
    with attack(installation.database, armed=False) as connection:
        connection.execute("INSERT INTO setting VALUES ('contact', ?)", (value,))


def test_another_processs_change_is_seen_after_seconds_and_not_asked_for_in_between(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert now_in_force(installation).contact == ""
    write(installation, '"112"')
    reads: list[int] = []
    real = store.values
    monkeypatch.setattr(settings.store, "values", lambda: reads.append(1) or real())
    installation.clock.forward(seconds=4)
    assert (now_in_force(installation).contact, reads) == ("", [])
    installation.clock.forward(seconds=2)
    assert [now_in_force(installation).contact for _ in range(3)] == ["112"] * 3
    assert reads == [1]


@pytest.mark.parametrize("value", ['17', '["a"]', "null"])
def test_a_stored_value_that_makes_no_sense_is_not_in_force(installation: Installation, value: Any) -> None:
    write(installation, value)
    assert now_in_force(installation).contact == ""


def test_a_database_that_cannot_be_read_leaves_the_settings_of_the_start(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with attack(installation.database, armed=False) as connection:
        connection.execute("DROP TABLE setting")
    assert now_in_force(installation).language == "en"
    assert db.session.connection(), "the request's own connection is not spoilt"
