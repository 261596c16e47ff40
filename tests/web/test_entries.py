"""Correct and void: the old stays, struck through, with who and why."""

import pytest
from flask import Flask

from app.domain import closing
from app.domain.day import Act, Day
from app.services import days

from .conftest import DAY, YESTERDAY, Person, fields

SOFT = 2  # the software check of the morning


def day_of(app: Flask, name: str = DAY) -> Day:
    with app.app_context():
        return days.fold_log(days.log_of(name))[0]


def act(app: Flask, seq: int, name: str = DAY) -> Act:
    return day_of(app, name).acts[seq]


def test_a_correction_shows_old_and_new(app: Flask, tech: Person) -> None:
    url = f"/days/{DAY}/entries/{SOFT}/correct"
    form = tech.form(url)
    assert form["evidence.software_version"] == "26.4.1" and form["at"] == "07:58"
    answer = tech.send(url, {"evidence.software_version": "26.4.2", "why": "I read the wrong line"})
    assert "Saved" in answer.text
    changed = act(app, SOFT)
    assert changed.fact.evidence["software_version"] == "26.4.2"
    assert set(changed.changes[0].fields) == {"evidence.software_version"}, "only what differs"
    page = tech.get(f"/days/{DAY}/entries/{SOFT}").text
    assert "<del>26.4.1</del>" in page and "I read the wrong line" in page


def test_a_correction_needs_a_reason_and_a_change(tech: Person) -> None:
    url = f"/days/{DAY}/entries/{SOFT}/correct"
    answer = tech.send(url, {"evidence.software_version": "26.4.2"})
    assert answer.status_code == 422 and 'href="#why"' in answer.text
    assert fields(answer.text, url)["evidence.software_version"] == "26.4.2"
    assert "Nothing was changed" in tech.send(url, {"why": "Nothing really"}).text


def test_fewer_places(app: Flask, tech: Person) -> None:
    url = f"/days/{DAY}/entries/{SOFT}/correct"
    assert len(tech.form(url)["places"]) == 6
    tech.send(url, {"places": ["AS-1", "AS-2"], "why": "Only headquarters"})
    assert act(app, SOFT).fact.places == ("AS-1", "AS-2")


def test_only_its_maker_corrects(head: Person) -> None:
    page = head.get(f"/days/{DAY}/entries/{SOFT}/correct").text
    assert "Only the person who made an entry corrects it" in page and 'name="why"' not in page
    assert "Correct</a>" not in head.get(f"/days/{DAY}/entries/{SOFT}").text


def test_void(app: Flask, tech: Person) -> None:
    url = f"/days/{DAY}/entries/{SOFT}/void"
    assert tech.send(url).status_code == 422
    answer = tech.send(url, {"reason": "It was the wrong step"})
    assert "is void" in answer.text and act(app, SOFT).void is not None
    page = tech.get(f"/days/{DAY}/entries/{SOFT}").text
    assert "It was the wrong step" in page and "Void" in page
    assert "Void…" not in page, "what is void is not voided again"


@pytest.mark.parametrize("seq", [0, 9999])
def test_what_is_no_act_is_not_there(tech: Person, seq: int) -> None:
    assert tech.get(f"/days/{DAY}/entries/{seq}").status_code == 404


@pytest.fixture
def never_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Yesterday is as full as a day can be; here it is looked at as if nobody had closed it."""
    monkeypatch.setattr(closing, "LAST_SLOT", "nobody’s")


@pytest.mark.usefixtures("never_closed")
def test_every_act_of_a_finished_day_can_be_opened_and_corrected(app: Flask, tech: Person) -> None:
    proofs = ("footage.copied", "footage.checked")  # what a program proved is voided, never corrected
    for seq, act in day_of(app, YESTERDAY).acts.items():
        assert tech.get(f"/days/{YESTERDAY}/entries/{seq}").status_code == 200
        wanted = 403 if act.tag in proofs else 200
        assert tech.get(f"/days/{YESTERDAY}/entries/{seq}/correct").status_code == wanted


@pytest.mark.usefixtures("never_closed")
def test_an_unchanged_form_is_never_a_change(app: Flask, tech: Person) -> None:
    """What the form shows is what was recorded, for every sort of act that a technician may correct."""
    day, tried = day_of(app, YESTERDAY), 0
    for seq, found in day.acts.items():
        url = f"/days/{YESTERDAY}/entries/{seq}/correct"
        if 'name="why"' in tech.get(url).text and not found.void:
            answer = tech.send(url, {"why": "Nothing"})
            assert "Nothing was changed" in answer.text, (found.tag, found.fact)
            tried += 1
    assert tried > 20
