"""The page of settings, and what it changes elsewhere."""

import dataclasses

import pytest
from flask import Flask

from app.web import settings as page

from .conftest import Person
from .strangers import Stranger, words


def test_every_setting_is_told_with_value_meaning_and_source(app: Flask, admin: Person) -> None:
    text = words(admin.get("/settings").text)
    for key in page.KEYS:
        assert f" {key} " in text
    assert "session_minutes 720 default" in text
    assert str(app.extensions["settings"].instance) not in admin.get("/settings").text, "places of folders stay unsaid"


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("database_url", "postgresql+psycopg://me:secret@db/logbook", "postgresql+psycopg://me:•••@db/logbook"),
        ("database_url", "postgresql+psycopg://me:s:e@c@db/l?password=secret", "postgresql+psycopg://me:•••@db/l?•••"),
        ("database_url", "postgresql+psycopg://db/logbook", "postgresql+psycopg://db/logbook"),
        ("database_url", "sqlite:////home/somebody/logbook.db", "sqlite:///…/logbook.db"),
        ("public_url", "https://logbook.test", "https://logbook.test"),
        ("host", "", "–"),
    ],
)
def test_secrets_and_folders_are_masked(app: Flask, key: str, value: str, shown: str) -> None:
    with app.test_request_context():
        assert page.masked(key, value) == shown


def test_whom_to_call_stands_where_people_sign_in_and_on_error_pages(
    admin: Person, tech: Person, stranger: Stranger
) -> None:
    answer = admin.send("/settings", {"contact": "Hotline 112 <b>", "title": "Ministry of Exams"})
    assert "The settings are saved" in answer.text and "contact Hotline 112 <b> this page" in words(answer.text)
    assert "Last changed by" in answer.text
    sign_in = stranger.get("/sign-in").text
    assert "Ministry of Exams" in sign_in and "Help: Hotline 112 &lt;b&gt;" in sign_in
    assert "Help: Hotline 112 &lt;b&gt;" in tech.get("/nowhere").text


def test_the_language_of_who_has_chosen_none(admin: Person, app: Flask) -> None:
    admin.send("/settings", {"language": "fi"})
    client = app.test_client()
    assert '<html lang="fi">' in client.get("/sign-in").text
    assert '<html lang="de">' in client.get("/sign-in", headers={"Accept-Language": "de"}).text


def test_a_shorter_session_holds_from_the_next_page(admin: Person, tech: Person, clock: object) -> None:
    admin.send("/settings", {"session_minutes": "10"})
    clock.forward(minutes=11)  # type: ignore[attr-defined]
    assert "/sign-in" in tech.get("/days").headers["Location"]


def test_wrong_settings_come_back_all_at_once(admin: Person) -> None:
    answer = admin.send("/settings", {"session_minutes": "1", "title": "x" * 121, "contact": "112"})
    assert answer.status_code == 422
    for text in ('href="#session_minutes"', 'href="#title"', 'value="112"', "from 5 to 10080", "at most 120"):
        assert text in answer.text
    assert "Help: 112" not in admin.get("/nowhere").text


def test_what_the_environment_sets_is_read_only_with_the_reason(app: Flask, admin: Person) -> None:
    made = app.extensions["settings"]
    app.extensions["settings"] = dataclasses.replace(made, contact="from outside", given={"contact": "LOGBOOK_CONTACT"})
    text = admin.get("/settings").text
    assert 'name="contact"' not in text and "environment: LOGBOOK_CONTACT" in text
    answer = admin.send("/settings", {"contact": "x"})
    assert answer.status_code == 422 and "LOGBOOK_CONTACT" in answer.text


def test_settings_are_for_administrators(head: Person) -> None:
    assert head.get("/settings").status_code == 403
    assert "/settings" not in head.get("/days").text
