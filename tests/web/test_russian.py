"""Pages really come in Russian: the sign-in page by its address, the others by the person's choice, errors too."""

import re
from collections.abc import Callable
from functools import cache
from html import unescape
from pathlib import Path

from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import gettext

from app import config, create_app
from app.web.catalogue import FOLDER
from app.web.language import LANGUAGES

from .conftest import DAY, Person

# What the technician sees, the head and the administrator.
TECHNICIAN = (
    "today", "steps/ex.soft_check", "steps/run.pak_access", "journal", "journal/add", "log", "documents", "note",
    "documents/access-journal/sign", "confirm", "steps/ex.soft_check/not-possible", "entries/1",
    "milestones/last_participant_out",
)  # fmt: skip
PAGES = {
    "tech": (*(f"/days/{DAY}/{page}" for page in TECHNICIAN), "/me", "/me/key/new", "/me/password", "/days", "/check"),
    "head": (
        *(f"/days/{DAY}/{page}" for page in ("confirm", "plan", "plan/change", "plan/join")),
        f"/days/open/{DAY[:7]}",
        "/keys",
    ),
    "admin": ("/centres", "/centres/new", "/centres/" + DAY[:7], "/people", "/people/new"),
}


def words(page: str) -> str:
    """What a person reads or hears of a page."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    spoken = re.findall(r'\b(?:aria-label|placeholder|data-l|data-count)="([^"]*)"', body)
    return unescape(re.sub(r"\s+", " ", " | ".join([re.sub(r"<[^>]*>", " | ", body), *spoken])))


@cache
def english() -> list[str]:
    """English texts of the product that cannot stand on a Russian page: two words or more, without named places."""
    with (FOLDER / "ru" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        ids = [m.id if isinstance(m.id, str) else m.id[1] for m in read_po(file, locale="ru") if m.id]
    parts = [part.strip(" .,:;") for text in ids for part in re.split(r"%\(\w+\)[a-z]|\{\w+\}", text)]
    return sorted({part for part in parts if part.count(" ") >= 1 and re.search("[a-z]{2} [a-z]{2}", part)})


def left(page: str) -> list[str]:
    """English texts on a page."""
    text = words(page)
    return [part for part in english() if part in text and re.search(rf"(?<!\w){re.escape(part)}(?!\w)", text)]


def test_sign_in_page(app: Flask) -> None:
    person = Person(app.test_client())
    english_page, page = person.get("/sign-in?lang=en").text, person.get("/sign-in?lang=ru").text
    assert len(left(english_page)) > 5 and left(page) == []
    assert '<html lang="ru">' in page
    for word in ("Войти", "Имя для входа", "Пароль", "Перейти к содержанию", "руководитель ППЭ"):
        assert word in words(page)
    latin = re.findall(r"[A-Za-z][A-Za-z-]+[\w-]*", words(page))
    others = {name for code, name in LANGUAGES.items() if code != "ru"}  # the way to the other languages
    assert {word for word in latin if not word.startswith("demo-")} == others
    assert "Имя для входа" in person.get("/sign-in").text  # the choice is kept


def test_every_page_of_the_day(sign_in: Callable[[str], Person]) -> None:
    for login, pages in PAGES.items():
        person = sign_in(login)
        person.send("/language", {"language": "ru"}, form="/me")
        for page in pages:
            answer = person.get(page)
            assert answer.status_code == 200, page
            assert left(answer.text) == [], page


def test_errors(tech: Person) -> None:
    tech.send("/language", {"language": "ru"}, form="/me")
    page = tech.get("/nowhere")
    assert page.status_code == 404 and "Страница не найдена" in page.text and left(page.text) == []
    page = tech.get("/days/99-9999-2026-06-01/today")
    assert "Такого дня нет." in page.text and left(page.text) == []
    page = tech.send(f"/days/{DAY}/note", {"text": ""})
    assert page.status_code == 422 and "Напишите заметку." in page.text and left(page.text) == []
    page = tech.client.post(f"/days/{DAY}/note", data={"text": "Принтер", "csrf_token": "old"})
    assert page.status_code == 400 and "Страница была открыта слишком долго" in page.text and left(page.text) == []


def test_outside_of_a_request(tmp_path: Path) -> None:
    """Commands and jobs speak the installation's language."""
    for language, word in (("ru", "Войти"), ("en", "Sign in")):
        app = create_app(config.load(tmp_path / language, {"LOGBOOK_LANGUAGE": language}))
        with app.app_context():
            assert gettext("Sign in") == word
