"""The shift on its pages: who is on duty, hand it over, take it."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.domain.duty import on_duty
from app.services import verify

from .conftest import CODE, DAY, Person, fields
from .strangers import day_of, words

PAGE = f"/days/{DAY}/shift"
BOARD = f"/days/{DAY}/today"
THING = {"items.0.kind": "token", "items.0.name": "Токен члена ГЭК", "items.0.serial": "RU-77", "items.0.count": "2"}
TECH, CCTV = "Иванов", "Ким"


@pytest.fixture
def cctv(sign_in: Callable[[str], Person]) -> Person:
    return sign_in("cctv")


def on(app: Flask) -> list[str]:
    with app.app_context():
        return [m.role for m in on_duty(day_of(DAY))]


def person_of(app: Flask, role: str) -> str:
    with app.app_context():
        return next(m.person for m in day_of(DAY).roster.values() if m.role == role)


def hand(app: Flask, tech: Person, **more: str) -> str:
    """Hand over to the other technician; the address of the handover."""
    answer = tech.send(PAGE, {"to": person_of(app, "cctv_technician"), "code": CODE, **THING, **more}, follow=False)
    assert answer.status_code == 302, words(answer.text)
    return str(answer.headers["Location"])


def test_from_one_to_the_other_with_both_codes(app: Flask, tech: Person, cctv: Person) -> None:
    page = tech.get(PAGE).text
    assert "Hand over the shift" in page and 'name="code"' in page and "data-rows" in page
    url = hand(app, tech, note="Камера 0002 моргает")
    assert on(app) == ["technician", "cctv_technician"], "until it is taken"
    assert "has not taken the shift yet" in words(tech.get(BOARD).text)
    seen = words(cctv.get(BOARD).text)
    assert "hands the shift over to you: look and take it" in seen
    there = cctv.get(url).text
    for told in ("Токен члена ГЭК", "RU-77", "Камера 0002 моргает", "steps were open", "Take the shift"):
        assert told in words(there), told
    answer = cctv.send(url, {"remark": "Токен один", "code": CODE})
    assert "You are on duty" in answer.text and "hands the shift over to you" not in answer.text
    assert on(app) == ["cctv_technician"]
    assert "off duty" in words(tech.get(BOARD).text)
    assert "Hand over the shift" not in words(tech.get(PAGE).text), "who is off duty has nothing to hand over"
    assert "Токен один" in words(tech.get(url).text) and "Withdraw" not in tech.get(url).text
    with app.app_context():
        assert verify.verify_day(DAY).proved


def test_everything_wrong_is_told_at_once_beside_its_line_and_no_attempt_is_spent(app: Flask, tech: Person) -> None:
    wrong = {**THING, "items.0.kind": "", "items.2.kind": "key", "items.2.count": "many", "to": "nobody"}
    answer = tech.send(PAGE, wrong)
    said = words(answer.text)
    assert answer.status_code == 422
    for told in (
        "Nothing is handed over yet", "Choose another technical specialist", "Line 1: Choose what kind of thing it is.",
        "Line 3: Name the thing.", "Line 3: Enter a number from 1 to 999.", "Enter your code.",
    ):  # fmt: skip
        assert told in said, told
    kept = fields(answer.text, PAGE)
    assert (kept["items.0.name"], kept["items.2.count"]) == ("Токен члена ГЭК", "many")
    answer = tech.send(PAGE, {**THING, "to": person_of(app, "cctv_technician"), "code": "000000"})
    assert "Attempts left: 4" in answer.text and "000000" not in answer.text
    assert fields(answer.text, PAGE)["items.0.serial"] == "RU-77"


def test_the_same_form_sent_twice_is_one_handover(app: Flask, tech: Person) -> None:
    form = {**tech.form(PAGE), **THING, "to": person_of(app, "cctv_technician"), "code": CODE}
    first = tech.client.post(PAGE, data=form)
    assert tech.client.post(PAGE, data=form).headers["Location"] == first.headers["Location"]


def test_the_things_of_the_last_handover_are_proposed_and_the_code_is_asked_once(
    app: Flask, tech: Person, cctv: Person
) -> None:
    cctv.send(hand(app, tech), {"code": CODE})
    page = cctv.get(PAGE).text
    form = fields(page, PAGE)
    assert (form["items.0.kind"], form["items.0.name"], form["items.0.count"]) == ("token", "Токен члена ГЭК", "2")
    assert 'name="code"' not in page
    back = cctv.send(PAGE, {"to": person_of(app, "technician")}, follow=False).headers["Location"]
    tech.send(back)
    assert on(app) == ["technician"]


def test_only_the_one_it_is_for_is_offered_to_take_it(app: Flask, tech: Person, cctv: Person, head: Person) -> None:
    url = hand(app, tech)
    for who in (tech, head):
        page = who.get(url).text
        assert "Take the shift" not in page and 'name="code"' not in page
    token = tech.form(BOARD, "/sign-out")["csrf_token"]
    answer = tech.client.post(url, data={"csrf_token": token, "code": CODE})
    assert answer.status_code == 422 and "for somebody else" in words(answer.text)
    assert on(app) == ["technician", "cctv_technician"]


def test_the_giver_withdraws_a_handover_that_waits(app: Flask, tech: Person, cctv: Person) -> None:
    url = hand(app, tech)
    back = f"{url}/withdraw"
    assert back in tech.get(url).text and back not in cctv.get(url).text
    answer = tech.send(back, {"reason": ""}, form=url)
    assert answer.status_code == 422 and "Give the reason." in answer.text
    answer = tech.send(back, {"reason": "Не тому"}, form=url)
    assert "The handover is withdrawn" in answer.text and "Handovers so far" in answer.text
    assert "hands the shift over to you" not in cctv.get(BOARD).text
    assert "withdrawn" in words(cctv.get(url).text) and "Не тому" in cctv.get(url).text
    assert "Hand over the shift" in words(tech.get(PAGE).text)


def test_the_journal_says_what_happened_in_words(app: Flask, tech: Person, cctv: Person, head: Person) -> None:
    url = hand(app, tech)
    cctv.send(url, {"remark": "Токен один", "code": CODE})
    seq = url.rsplit("/", 1)[1]
    for page in (f"/days/{DAY}/log", f"/days/{DAY}/review"):
        said = words(head.get(page).text)
        assert "Shift handed over" in said and "Shift taken" in said and "“Токен один”" in said, page
        assert "shift.handed" not in said
    entry = head.get(f"/days/{DAY}/entries/{seq}").text
    assert "token: Токен члена ГЭК, RU-77 × 2" in words(entry) and "Open steps" in words(entry)
    for who in (tech, cctv):
        assert f"/entries/{seq}/correct" not in who.get(f"/days/{DAY}/entries/{seq}").text


def test_others_see_who_is_on_duty_and_hand_nothing_over(head: Person) -> None:
    page = head.get(PAGE).text
    assert "On duty" in page and '<form method="post" action="' + PAGE not in page
    assert "Hand over the shift" not in head.get(BOARD).text


def test_there_is_no_such_handover(tech: Person) -> None:
    assert tech.get(f"{PAGE}/0").status_code == 404
    assert tech.get(f"{PAGE}/9999").status_code == 404
