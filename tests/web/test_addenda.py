"""A closed day: what is refused, what stays typed, and the addendum that is written instead."""

from flask import Flask

from app.domain.closing import addenda, closed_at
from app.domain.day import Day
from app.services import days, documents

from .conftest import DAY, YESTERDAY, Clock, Person, fields

URL = f"/days/{YESTERDAY}/addendum"
SAID = {"text": "The seal of room 0003 was broken", "at": "12:40", "at_date": "2026-05-31", "reason": "Found later"}


def yesterday(app: Flask) -> Day:
    with app.app_context():
        return days.fold_log(days.log_of(YESTERDAY))[0]


def test_the_board_of_a_closed_day_says_so_and_leads_to_the_addendum(tech: Person, admin: Person) -> None:
    page = tech.get(f"/days/{YESTERDAY}/today").text
    assert "The day was closed at" in page and f'href="{URL}"' in page
    assert f'href="{URL}"' not in admin.get(f"/days/{YESTERDAY}/today").text, "an office reads only"
    assert "The day was closed" not in tech.get(f"/days/{DAY}/today").text


def test_an_entry_of_a_closed_day_offers_an_addendum_instead(app: Flask, tech: Person) -> None:
    seq = next(a.seq for a in yesterday(app).acts.values() if a.tag == "access.noted" or a.tag == "step.done")
    page = tech.get(f"/days/{YESTERDAY}/entries/{seq}").text
    assert f"{URL}?entry={seq + 1}" in page and "Void…" not in page and "/correct" not in page
    for what in ("correct", "void"):
        page = tech.get(f"/days/{YESTERDAY}/entries/{seq}/{what}").text
        assert "The day was closed at" in page and 'class="btn danger"' not in page and 'name="why"' not in page
        assert "Only the person" not in page
    refused = tech.client.post(
        f"/days/{YESTERDAY}/entries/{seq}/void", data=tech.form(URL) | {"reason": "x"}, follow_redirects=True
    )
    assert refused.status_code == 422 and "Write an addendum instead" in refused.text
    assert yesterday(app).acts[seq].void is None


def test_what_happened_before_the_closing_is_refused_and_stays_typed(app: Flask, tech: Person) -> None:
    url = f"/days/{YESTERDAY}/journal/add"
    size = yesterday(app).size
    typed = {"rooms": "0001", "action": "check", "start": "12:00", "start_date": "2026-05-31", "end": "12:05",
             "end_date": "2026-05-31", "late_reason": "forgotten"}  # fmt: skip
    answer = tech.send(url, typed)
    assert answer.status_code == 422 and "Write an addendum instead" in answer.text and f'href="{URL}"' in answer.text
    assert 'href="#start"' in answer.text and fields(answer.text, url)["late_reason"] == "forgotten"
    assert yesterday(app).size == size


def test_steps_that_come_after_the_day_stay_recordable(app: Flask, tech: Person, clock: Clock) -> None:
    """An access today, to a system whose day was closed yesterday, is an access of its own time."""
    typed = {"rooms": "0001", "action": "check", "start": "08:00", "start_date": "2026-06-01", "end": "08:03",
             "end_date": "2026-06-01"}  # fmt: skip
    assert "Saved" in tech.send(f"/days/{YESTERDAY}/journal/add", typed).text


def test_an_addendum_is_written_numbered_and_shown_everywhere(app: Flask, tech: Person, head: Person) -> None:
    seq = next(iter(yesterday(app).acts))
    assert tech.form(f"{URL}?entry={seq + 1}")["target"] == str(seq + 1)
    answer = tech.send(URL, SAID | {"target": str(seq + 1)})
    assert "Saved: Addendum" in answer.text and "<h1>Addendum 1</h1>" in answer.text and SAID["text"] in answer.text
    ((_, act),) = addenda(yesterday(app))
    assert (act.fact.target, act.fact.reason, act.fact.at.isoformat()) == (
        seq, "Found later", "2026-05-31T09:40:00+00:00",
    )  # fmt: skip
    assert "Addendum 1" in tech.get(f"/days/{YESTERDAY}/entries/{seq}").text
    assert "<h1>Addendum 2</h1>" in head.send(URL, SAID | {"text": "Second"}).text
    for page in ("log", "review"):
        shown = head.get(f"/days/{YESTERDAY}/{page}").text
        assert f"1. to entry {seq + 1}: {SAID['text']}" in shown and "2. Second" in shown
    assert SAID["text"] in head.get(URL).text and "Addendum 3" in head.get(URL).text


def test_a_bad_addendum_names_every_field_and_keeps_what_was_typed(app: Flask, tech: Person) -> None:
    answer = tech.send(URL, {"text": "", "reason": "", "target": "9999", "at": "12:40"})
    assert answer.status_code == 422 and not addenda(yesterday(app))
    for field in ("text", "reason", "target"):
        assert f'href="#{field}"' in answer.text
    form = fields(answer.text, URL)
    assert (form["target"], form["at"]) == ("9999", "12:40")
    assert "There is no such entry" in tech.send(URL, SAID | {"target": "the first"}).text


def test_an_open_day_takes_no_addendum(app: Flask, tech: Person) -> None:
    page = tech.get(f"/days/{DAY}/addendum").text
    assert "not closed yet" in page and '<textarea id="text"' not in page
    answer = tech.client.post(f"/days/{DAY}/addendum", data=tech.form(URL) | SAID)
    assert answer.status_code == 422 and "not closed yet" in answer.text


def test_an_addendum_makes_the_protocol_outdated_and_is_printed_in_its_next_revision(app: Flask, tech: Person) -> None:
    closed = closed_at(yesterday(app))
    tech.send(URL, SAID)
    with app.app_context():
        day = yesterday(app)
        form = next(x for x in documents.list_forms() if x.code == "day-protocol")
        signed = documents.newest(day, "day-protocol")
        assert signed is not None and documents.is_outdated(day, form, signed)
        sections = {s.key: s.rows for s in form.from_day(day, day.received).sections}
    assert sections["addenda"][0][:4] == ("1", "31.05 12:40", SAID["text"], "Found later")
    assert closed_at(day) == closed, "the new revision does not open the day"
