"""Finnish has its own words and dates: a dot after the day, numbers in columns, two forms of a plural."""

import re
from datetime import date

from flask import Flask, g
from flask_babel import ngettext

from app.web import show

from .conftest import Person


def test_sign_in_page_and_the_choice_is_kept(app: Flask) -> None:
    person = Person(app.test_client())
    page = person.get("/sign-in?lang=fi").text
    assert '<html lang="fi">' in page
    assert all(word in page for word in ("Kirjaudu", "Käyttäjätunnus", "Salasana", "koepaikan johtaja"))
    assert "Käyttäjätunnus" in person.get("/sign-in").text


def test_dates_have_the_dot_of_their_language(app: Flask) -> None:
    day = date(2026, 6, 1)
    for language, shapes in {
        "fi": ("1. kesäkuuta", "1. kesäkuuta 2026", "1.6."),
        "de": ("1. Juni", "1. Juni 2026", "1. Juni"),
        "en": ("1 June", "1 June 2026", "1 Jun"),
        "ru": ("1 июня", "1 июня 2026 г.", "1 июн."),
    }.items():
        with app.test_request_context(f"/sign-in?lang={language}"):
            g.pop("day", None)
            found = (show.day_month(day), show.long_date(day), show.short_date(day))
        assert tuple(re.sub(r"\s", " ", text) for text in found) == shapes


def test_plurals(app: Flask) -> None:
    with app.test_request_context("/sign-in?lang=fi"):
        found = [ngettext("%(num)s row", "%(num)s rows", n) for n in (0, 1, 2, 21)]
    assert found == ["0 riviä", "1 rivi", "2 riviä", "21 riviä"]
