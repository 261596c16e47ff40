"""Hand in and countersign through the pages: the list, the override, the ceremony, and what the board says."""

import pytest
from flask import Flask

from app.domain.review import Stage, review
from app.services import accepting
from app.store.files import DiskFull

from .conftest import CODE, DAY, Clock, Person, fields
from .strangers import day_of

SUBMIT, ACCEPT, BOARD = f"/days/{DAY}/submit", f"/days/{DAY}/accept", f"/days/{DAY}/today"
FORMS = ("access-journal", "day-protocol")


@pytest.fixture
def over(clock: Clock) -> None:
    """The exam has ended."""
    clock.forward(hours=9)


def sign(person: Person, password: str, forms: tuple[str, ...] = FORMS) -> None:
    for form in forms:
        proof = {"code": CODE} | ({"password": password} if form == FORMS[0] else {})
        assert "carries your signature" in person.send(f"/days/{DAY}/documents/{form}/sign", proof).text


def hand_in(person: Person, reason: str = "Nobody could finish it") -> str:
    return person.send(SUBMIT, {"reason": reason}).text


def stage(app: Flask) -> Stage:
    with app.app_context():
        return review(day_of(DAY)).stage


def test_the_board_offers_handing_in_once_the_exam_is_over(tech: Person, clock: Clock) -> None:
    assert f'href="{SUBMIT}"' not in tech.get(BOARD).text
    clock.forward(hours=9)
    page = tech.get(BOARD).text
    assert f'href="{SUBMIT}"' in page and "The exam is over" in page


def test_every_thing_that_is_missing_leads_to_its_page_and_back(tech: Person, head: Person, over: None) -> None:
    page = tech.get(SUBMIT).text
    for heading in ("Steps that are open", "Footage not covered", "Documents to sign"):
        assert heading in page
    link = f"/days/{DAY}/steps/ex.hq_record?from=submit"
    assert f'href="{link}"' in page
    assert f'class="up" href="{SUBMIT}"' in tech.get(link).text and "Back to what is missing" in tech.get(link).text
    assert "Only the head of the exam centre hands a day in" in page and "<form" in page
    assert 'name="shown"' not in page, "no button for who may not"
    assert 'name="reason"' in head.get(SUBMIT).text


def test_without_a_reason_the_page_comes_back_with_what_was_typed(app: Flask, head: Person, over: None) -> None:
    answer = head.send(SUBMIT, {"reason": "", "text": "Look at room 3"})
    assert answer.status_code == 422 and 'href="#reason"' in answer.text
    assert fields(answer.text, SUBMIT)["text"] == "Look at room 3" and stage(app) == Stage.OPEN


def test_a_list_that_changed_comes_back_with_the_reason(app: Flask, head: Person, tech: Person, over: None) -> None:
    form = head.form(SUBMIT) | {"reason": "No power in room 3"}
    tech.send(f"/days/{DAY}/journal/add", {"rooms": "0001", "action": "other", "text": "Dusted the lens"})
    answer = head.client.post(SUBMIT, data=form)
    assert answer.status_code == 409 and "What is missing changed" in answer.text and stage(app) == Stage.OPEN
    again = fields(answer.text, SUBMIT)
    assert again["reason"] == "No power in room 3" and again["shown"] != form["shown"]
    assert head.client.post(SUBMIT, data=again).status_code == 302 and stage(app) == Stage.SUBMITTED


def test_after_handing_in_the_board_says_so_to_everybody(
    app: Flask, head: Person, tech: Person, sign_in: object, over: None
) -> None:
    assert "Handed in, waits for the commission" in hand_in(head)
    page = tech.get(BOARD).text
    assert "Handed in, waits for the commission" in page and f'href="{SUBMIT}"' not in page
    answer = head.client.post(SUBMIT, data={"csrf_token": head.form(f"/days/{DAY}/note")["csrf_token"], "reason": "x"})
    assert answer.status_code in (409, 422), "a form of yesterday does nothing"
    commission: Person = sign_in("commission")  # type: ignore[operator]
    assert f'href="{ACCEPT}"' in commission.get(BOARD).text
    page = commission.get(ACCEPT).text
    assert "Handed in with something missing" in page and "Nobody could finish it" in page
    assert f'href="/days/{DAY}/steps/ex.hq_record"' in page, "what was missing then stands before the commission"


def test_one_code_countersigns_all_and_closes_the_day(
    app: Flask, head: Person, tech: Person, sign_in: object, over: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    commission: Person = sign_in("commission")  # type: ignore[operator]
    sign(tech, "demo-tech-1")
    sign(head, "demo-head-1", FORMS[:1])
    assert "The centre has not handed the day in yet" in commission.get(ACCEPT).text
    hand_in(head)
    waits = commission.get(ACCEPT).text
    assert "Signs first: exam centre head: Петров" in waits and 'name="code"' not in waits
    sign(head, "", FORMS[1:])
    assert commission.get(ACCEPT).text.count("Your turn: to review") == 2
    assert "Enter your password" in commission.send(ACCEPT, {"code": CODE}).text
    proof = {"code": CODE, "password": "demo-commission-1"}
    assert "Wrong code" in commission.send(ACCEPT, proof | {"code": "000000"}).text

    real = accepting.documents.sign
    monkeypatch.setattr(accepting.documents, "sign", failing(real, after=1))
    answer = commission.send(ACCEPT, proof)
    assert answer.status_code == 507 and "Countersigned and kept: 1 of the documents" in answer.text
    assert "Disk full" in answer.text and "Countersign 1 document and accept" in answer.text
    assert stage(app) == Stage.SUBMITTED
    monkeypatch.undo()
    answer = commission.send(ACCEPT, {"code": CODE, "text": "Accepted with thanks"})
    assert "Day accepted" in answer.text and "1 document countersigned" in answer.text and stage(app) == Stage.ACCEPTED
    assert "Countersigned by the commission" in tech.get(BOARD).text and "The day was closed" in tech.get(BOARD).text
    assert 'name="code"' not in commission.get(ACCEPT).text and f'href="{ACCEPT}"' not in commission.get(BOARD).text
    tech.send(f"/days/{DAY}/addendum", {"text": "The seal was 0447", "reason": "Found later"})
    assert f'href="{ACCEPT}"' in commission.get(BOARD).text, "a revised document comes to be countersigned"
    assert "not handed" not in tech.get(SUBMIT).text and 'name="shown"' not in tech.get(SUBMIT).text


def failing(real: object, after: int) -> object:
    """Signs so often, then the disk is full."""
    made: list[object] = []

    def sign(*args: object) -> object:
        if len(made) == after:
            raise DiskFull("Disk full")
        made.append(real(*args))  # type: ignore[operator]
        return made[-1]

    return sign
