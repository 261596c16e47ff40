"""Confirm: many at once, one code a session, paper for those without an account."""

from collections.abc import Callable

from flask import Flask

from app.domain.people import SYSTEM
from app.services import days
from app.services.confirm import waiting_outside

from .conftest import CODE, DAY, Person, fields

PAGE = f"/days/{DAY}/confirm"


def finish(tech: Person, step: str = "ex.soft_check") -> None:
    assert (
        "Saved"
        in tech.send(f"/days/{DAY}/steps/{step}", {"evidence.starts_ok": "yes", "evidence.clock_diff_s": "1"}).text
    )


def test_confirm_with_the_code_once_a_session(tech: Person, head: Person) -> None:
    assert "Nothing waits for you" in head.get(PAGE).text
    finish(tech)
    assert (
        tech.send(f"/days/{DAY}/journal/add", {"rooms": "0001", "action": "other", "text": "Dusted"}).status_code == 200
    )
    page = head.get(PAGE).text
    assert "2 entries wait for you" in page and '<span class="badge">2</span>' in page and 'name="code"' in page
    first, second = fields(page, PAGE)["c"]
    answer = head.send(PAGE, {"c": [first], "code": CODE})
    assert "1 entry confirmed with your code" in answer.text and "1 entry waits for you" in answer.text
    assert 'name="code"' not in answer.text, "the key stays unlocked for the session"
    answer = head.send(PAGE, {"c": [second]})
    assert "Nothing waits for you" in answer.text


def test_a_wrong_code_confirms_nothing_and_keeps_the_ticks(tech: Person, head: Person) -> None:
    finish(tech)
    tech.send(f"/days/{DAY}/journal/add", {"rooms": "0001", "action": "other", "text": "Dusted"})
    ticked = fields(head.get(PAGE).text, PAGE)["c"][:1]
    answer = head.send(PAGE, {"c": ticked, "code": "000000"})
    assert (
        answer.status_code == 422
        and "Wrong code. Attempts left: 4." in answer.text
        and "Nothing is confirmed yet" in answer.text
    )
    assert fields(answer.text, PAGE)["c"] == ticked and "000000" not in answer.text


def test_nothing_ticked(tech: Person, head: Person) -> None:
    finish(tech)
    assert "Mark at least one entry" in head.send(PAGE, {"c": None, "code": CODE}).text


def test_without_a_key_the_way_to_one_is_shown(sign_in: Callable[[str], Person], admin: Person) -> None:
    assert "You are not" not in admin.get("/me").text and "Not made yet" in admin.get("/me").text
    answer = admin.send("/me/key", {"code": "12", "again": "12"})
    assert (
        answer.status_code == 422 and "at least 6 digits" in answer.text and "Agree to the declaration" in answer.text
    )
    assert "differ" in admin.send("/me/key", {"code": "123456", "again": "654321", "agreed": "1"}).text
    answer = admin.send("/me/key", {"code": "135790", "again": "135790", "agreed": "1"})
    assert "Your signing key is made" in answer.text and "valid until" in answer.text


def test_a_forgotten_code_needs_a_second_person(tech: Person, head: Person) -> None:
    wish = {"password": "demo-tech-1", "code": "112233", "again": "112233", "agreed": "1"}
    assert "A new key is asked for" in tech.send("/me/key/new", wish).text
    page = head.get("/keys").text
    assert "Иванов Иван Иванович" in page
    url = page[page.index('href="/keys/') + 6 :].split('"')[0]
    assert head.send(url, {"password": "wrong"}).status_code == 422
    assert "The new key is approved" in head.send(url, {"password": "demo-head-1"}).text
    assert "Nobody waits" in head.get("/keys").text


def test_confirmed_on_paper(app: Flask, tech: Person) -> None:
    tech.send(
        f"/days/{DAY}/steps/run.assist",
        {"evidence.room": "0008", "evidence.problem": "Printer", "evidence.solution": "Paper"},
    )
    with app.app_context():
        day, _ = days.fold_log(days.log_of(DAY))
        waits = waiting_outside(day, SYSTEM)
    assert waits
    url = f"{PAGE}/outside/{waits[0].role}"
    assert url in tech.get(PAGE).text
    refused = tech.send(url, {"name": "Смирнова О. П."})
    assert refused.status_code == 422 and "Name the paper" in refused.text
    assert fields(refused.text, url)["name"] == "Смирнова О. П."
    answer = tech.send(url, {"name": "Смирнова О. П.", "paper": "sheet of room 0008"})
    assert "Recorded: confirmed on paper" in answer.text
