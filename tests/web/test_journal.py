"""The access journal as the form has it; rows by hand; the whole journal."""

import re

from flask import Flask

from app.domain.access import rows
from app.services import days

from .conftest import DAY, YESTERDAY, Clock, Person, fields

ADD = f"/days/{DAY}/journal/add"
ROW = {"rooms": "0001-0003, 7777", "action": "angle", "start": "0758", "end": "8.02", "reason": "Tilted"}


def last_row(app: Flask, name: str = DAY) -> object:
    with app.app_context():
        return rows(days.fold_log(days.log_of(name))[0])[-1]


def test_twelve_columns_and_their_numbers(tech: Person) -> None:
    page = tech.get(f"/days/{YESTERDAY}/journal").text
    body = page[page.index('<tr class="no"') :]
    assert re.findall(r">(\d+)</th>", body[: body.index("</tr>")]) == [str(n) for n in range(1, 13)]
    row = re.search(r'<tr role="row" id="entry-\d+".*?</tr>', page, re.S)
    assert row and len(re.findall(r'role="(?:cell|rowheader)"', row[0])) == 12
    assert "0001–0017, 7777" in row[0] and "Local time: Moscow, UTC+3" in page


def test_a_row_by_hand(app: Flask, tech: Person) -> None:
    action = fields(tech.get(ADD).text, ADD)
    assert action["start"] == action["end"] == "08:04"
    with app.app_context():
        known = [a.id for a in days.fold_log(days.log_of(DAY))[0].profile.actions]
    answer = tech.send(ADD, ROW | {"action": known[2]})
    assert "Saved" in answer.text and "0001–0003, 7777" in answer.text and "must confirm" in answer.text
    row = last_row(app)
    assert row.rooms == ("0001", "0002", "0003", "7777") and row.reason == "Tilted"
    assert "07:58" in answer.text and "08:02" in answer.text


def test_marked_rooms_and_typed_rooms_together_and_another_action(app: Flask, tech: Person) -> None:
    tech.send(ADD, {"rooms": "0004", "room": ["0001"], "action": "other", "text": "Dusted the lens"})
    row = last_row(app)
    assert row.rooms == ("0001", "0004") and row.action == "" and row.text == "Dusted the lens"


def test_errors_keep_the_row(tech: Person) -> None:
    answer = tech.send(ADD, ROW | {"rooms": "01-99", "action": "", "room": ["0005"], "seal_before": "П-1"})
    assert answer.status_code == 422 and "01-99 is not a room" in answer.text
    form = fields(answer.text, ADD)
    assert (
        form["rooms"] == "01-99"
        and form["room"] == ["0005"]
        and form["start"] == "0758"
        and form["seal_before"] == "П-1"
    )
    answer = tech.send(ADD, {"rooms": "0099", "start": "08:03", "end": "08:01"})
    for text in ("Room 0099 is not in the plan", "The end is before the start", "Choose the action"):
        assert text in answer.text


def test_a_late_row_says_both_times(app: Flask, tech: Person) -> None:
    with app.app_context():
        action = days.fold_log(days.log_of(DAY))[0].profile.actions[0].id
    typed = ROW | {"action": action, "start": "07:20", "end": "07:22"}
    answer = tech.send(ADD, typed)
    assert answer.status_code == 422 and 'name="late_reason"' in answer.text
    answer = tech.client.post(ADD, data=fields(answer.text, ADD) | {"late_reason": "No network"}, follow_redirects=True)
    assert "Happened 07:22, recorded 08:04" in answer.text and "No network" in answer.text


def test_a_corrected_row_shows_the_old_room(app: Flask, tech: Person) -> None:
    row = last_row(app, YESTERDAY)
    tech.send(ADD, {"rooms": "0006", "action": "other", "text": "Turned the camera"})
    seq = last_row(app).seq
    url = f"/days/{DAY}/entries/{seq}/correct"
    assert tech.form(url)["rooms"] == "0006"
    tech.send(url, {"rooms": "0008", "why": "Wrong room, the camera stands in 0008"})
    page = tech.get(f"/days/{DAY}/journal").text
    assert "<del>0006</del> <ins>0008</ins>" in page and "Wrong room, the camera stands in 0008" in page
    assert f"Was entry {seq + 1}, now entry {seq + 2}." in page and row is not None


def test_only_technicians_add_rows(head: Person) -> None:
    assert "Rows are added by the technicians" in head.get(ADD).text
    assert head.get(f"/days/{DAY}/journal").status_code == 200


def test_the_whole_journal_a_line_an_entry(tech: Person) -> None:
    page = tech.get(f"/days/{YESTERDAY}/log?page=1").text
    numbers = [int(n) for n in re.findall(r'id="entry-(\d+)"', page)]
    assert numbers == list(range(1, len(numbers) + 1)) and "Day opened" in page


def test_long_journals_come_in_hundreds(tech: Person, clock: Clock) -> None:
    for n in range(12):
        tech.send(f"/days/{YESTERDAY}/note", {"text": f"Note {n}"})
    page = tech.get(f"/days/{YESTERDAY}/log").text
    assert "Page 2 of 2" in page and "Note 11" in page
    assert "Page 1 of 2" in tech.get(f"/days/{YESTERDAY}/log?page=1").text
    assert tech.get(f"/days/{YESTERDAY}/log?page=x").status_code == 200
