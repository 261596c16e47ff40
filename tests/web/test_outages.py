"""Outages on their pages: opened in one form, followed on one page, seen at the top of the board, owed as uploads."""

import re

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
