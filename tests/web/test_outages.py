"""Outages on their pages: opened in one form, followed on one page, seen at the top of the board, owed as uploads."""

import re

import pytest
from flask import Flask

from app.domain.outages import outages
from app.services import verify

from .conftest import DAY, Clock, Person
from .strangers import day_of, words

LIST = f"/days/{DAY}/outages"
NEW = f"{LIST}/new"
BOARD = f"/days/{DAY}/today"
ONLINE = {"kind": "online", "rooms": ["0008"], "cause": "network", "local_recording": "yes", "text": "Нет сигнала"}


def opened(tech: Person, **more: object) -> str:
    """Open an outage; the address of its page."""
    answer = tech.send(NEW, {**ONLINE, **more}, follow=False)
    assert answer.status_code == 302, words(answer.text)
    return str(answer.headers["Location"])


def follow(person: Person, url: str, what: str, **values: str) -> str:
    """Send one of the forms of the outage's page; the page that comes."""
    typed = {f"{what}.{name}": value for name, value in values.items()}
    form = {"what": what, **typed, "csrf_token": token(person, url), "device_id": ""}
    return person.client.post(url, data=form, follow_redirects=True).text


def token(person: Person, url: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', person.get(url).text)
    assert found
    return found[1]


def test_from_the_opening_to_the_upload(app: Flask, tech: Person, clock: Clock) -> None:
    url = opened(tech)
    page = tech.get(url).text
    assert "data-timer=" in page and "Recorded in the centre: to be uploaded later" in words(page)
    assert "Tell the exam centre head" in words(page)
    clock.forward(minutes=6)
    assert "Петров" in words(follow(tech, url, "told", whom="Петров А. А., руководитель ППЭ"))
    assert "the exam goes on" in words(follow(tech, url, "decided", decision="continue", decided_by="Петров А. А."))
    clock.forward(minutes=3)
    page = follow(tech, url, "restored", text="Резервный канал")
    assert "Over after 9 min" in words(page) and "data-timer" not in page and "Record the upload" in page
    listed = words(tech.get(LIST).text)
    assert "By the end of 4 June" in listed
    seq = int(url.rsplit("/", 1)[1])
    page = tech.send(LIST, {}, form=f"{LIST}?for={seq}").text
    assert "Footage uploaded, 0008" in words(page) and "By the end of" not in words(page)
    with app.app_context():
        (found,) = outages(day_of(DAY))
        assert (found.local_recording, len(found.told), len(found.decided), found.open) == ("yes", 1, 1, False)
        assert verify.verify_day(DAY).proved


def test_a_bad_form_says_everything_at_once_and_keeps_what_was_typed(tech: Person) -> None:
    answer = tech.send(NEW, {"rooms": [], "cause": "", "at": "99:99", "text": "Погас свет"})
    assert answer.status_code == 422 and "99:99 is not a time" in words(answer.text)
    answer = tech.send(NEW, {"rooms": [], "cause": "", "text": "Погас свет"})
    said = words(answer.text)
    for reason in ("Say what failed", "Choose the cause", "Name at least one room"):
        assert reason in said, reason
    assert "Погас свет" in said


def test_a_refused_form_of_the_page_comes_back_open_with_its_reasons_beside_it(tech: Person) -> None:
    url = opened(tech)
    page = follow(tech, url, "decided", decided_by="Петров", text="ждём")
    assert "Choose what was decided" in words(page) and 'href="#decided.decision"' in page and 'value="ждём"' in page
    assert re.search(r'<details class="fold" id="do-decided" open>', page)
    assert not re.search(r'<details class="fold" id="do-told" open>', page)


def test_everybody_of_the_day_sees_open_outages_on_top_and_nothing_when_there_are_none(
    tech: Person, head: Person, clock: Clock
) -> None:
    assert 'class="outs"' not in head.get(BOARD).text
    url = opened(tech)
    clock.forward(minutes=11)
    page = head.get(BOARD).text
    assert page.index('class="outs"') < page.index('class="hero"') and url in page
    assert "More than 10 min: a decision is needed" in words(page) and "11 min" in words(page)
    follow(tech, url, "restored")
    assert 'class="outs"' not in head.get(BOARD).text


@pytest.mark.parametrize("where", ["board", "page"])
def test_an_open_page_is_drawn_anew_just_when_a_stage_passes(tech: Person, clock: Clock, where: str) -> None:
    tech.get(BOARD)
    url = opened(tech)
    url = BOARD if where == "board" else url
    tag = tech.get(url).headers["ETag"]  # once more: the message after the redirect is gone
    tag = tech.get(url).headers["ETag"]
    clock.forward(minutes=3)
    assert tech.get(url, headers={"If-None-Match": tag}).status_code == 304
    clock.forward(minutes=2)
    answer = tech.get(url, headers={"If-None-Match": tag})
    assert answer.status_code == 200 and "More than 5 min" in words(answer.text)


def test_a_correction_and_a_void_opening(app: Flask, tech: Person) -> None:
    url = opened(tech)
    seq = int(url.rsplit("/", 1)[1])
    change = f"/days/{DAY}/entries/{seq}/correct"
    answer = tech.send(change, {"cause": "pak", "rooms": ["0008", "0009"], "why": "Отказал регистратор"})
    assert answer.request.path == url and "network or internet → recorder (PAK)" in words(answer.text)
    follow(tech, url, "told", whom="Петров А. А.")
    answer = tech.send(f"/days/{DAY}/entries/{seq}/void", {"reason": "не та аудитория"})
    said = words(answer.text)
    assert "This outage is void" in said and "Петров" in said and "data-timer" not in answer.text
    assert "What to do next" not in said
    with app.app_context():
        assert outages(day_of(DAY)) == ()


def test_the_log_and_the_review_tell_of_it(tech: Person, head: Person, clock: Clock) -> None:
    url = opened(tech)
    clock.forward(minutes=2)
    follow(tech, url, "told", whom="Петров А. А.", text="Лично")
    log = words(tech.get(f"/days/{DAY}/log").text)
    for said in ("Outage of online broadcast · 0008", "Outage, told: Петров А. А."):
        assert said in log, said
    page = words(head.get(f"/days/{DAY}/review").text)
    assert page.index("Outages") < page.index("Overdue") and "Петров А. А." in page


def test_the_server_told_of_it_what_it_saw_stands_in_the_form(tech: Person) -> None:
    page = tech.get(f"{NEW}?kind=recording&room=0008&room=0011").text
    marked = re.findall(r'name="rooms" value="(\d+)" checked', page)
    assert marked == ["0008", "0011"] and 'value="recording" checked' in page
