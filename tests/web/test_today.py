"""The board: urgency, words, milestones, notes, the list of days."""

import re

from flask import Flask

from app.services import days

from .conftest import DAY, YESTERDAY, Clock, Person

TODAY = f"/days/{DAY}/today"


def group(page: str, key: str) -> str:
    start = page.index(f'id="g-{key}"')
    return page[start : page.index("</section>", start)]


def test_the_first_page_is_today(tech: Person) -> None:
    assert tech.get("/").headers["Location"] == TODAY


def test_groups_in_order_and_in_words(tech: Person) -> None:
    page = tech.get(TODAY).text
    assert page.index("g-over") < page.index("g-now") < page.index("g-next") < page.index("g-done")
    page = page.replace("\u00a0", " ")
    assert "6 of 19 stations" in group(page, "now") and "11 min left" in group(page, "now")
    assert "34 min late" in group(page, "over")
    assert "in 11 min" in group(page, "next") and "not before" in group(page, "next")
    assert "starts in 1 h 56 min" in page and "Local time: Moscow, UTC+3" in page
    assert page.count('<svg class="bits"') >= 1 and 'class="dayline"' in page


def test_time_moves_steps(tech: Person, clock: Clock) -> None:
    clock.forward(hours=1, minutes=2)
    page = tech.get(TODAY).text
    assert "Check the software" in group(page, "over") and "6 min late" not in group(page, "next")
    clock.forward(hours=6)
    assert "ended" in tech.get(TODAY).text


def test_an_unchanged_board_is_not_sent_again(tech: Person, head: Person, clock: Clock) -> None:
    known = {"If-None-Match": tech.get(TODAY).headers["ETag"]}
    clock.forward(seconds=30)
    answer = tech.get(TODAY, headers=known)
    assert (answer.status_code, answer.data) == (304, b"")
    assert head.get(TODAY, headers=known).status_code == 200  # another person's
    clock.forward(minutes=1)
    assert tech.get(TODAY, headers=known).status_code == 304  # countdowns run in the page
    assert "Saved" in tech.send(f"/days/{DAY}/note", {"text": "heard"}, headers=known).text  # the journal has grown
    assert "Saved" not in tech.get(TODAY, headers=known).text


def test_a_finished_step_goes_to_done_and_waits_for_the_head(tech: Person) -> None:
    answer = tech.send(f"/days/{DAY}/steps/ex.soft_check", {"evidence.starts_ok": "yes", "evidence.clock_diff_s": "1"})
    assert "Check the software" in group(answer.text, "done")
    assert 'aria-label="Waits for Петров\u00a0А.\u00a0А.:"' in group(answer.text, "done")


def test_a_milestone_with_one_tap(app: Flask, tech: Person) -> None:
    page = tech.get(TODAY).text
    marks = page[page.index('id="marks"') :]
    url = re.search(r'action="(/days/[^"]+/milestones/[^"]+)"', marks)
    assert url
    data = {name: re.search(rf'name="{name}" value="([^"]+)"', marks)[1] for name in ("csrf_token", "entry_id")}  # type: ignore[index]
    for _ in range(2):  # two taps, one entry
        answer = tech.client.post(url[1], data=data, follow_redirects=True)
        assert "Saved" in answer.text
    with app.app_context():
        day, _ = days.fold_log(days.log_of(DAY))
    assert sum(a.tag == "milestone.noted" for a in day.acts.values()) == 1
    assert "Noted: 08:04" in tech.get(url[1]).text


def test_a_milestone_per_room(app: Flask, tech: Person) -> None:
    page = tech.get(TODAY).text
    marks = page[page.index('id="marks"') :]
    url = re.search(r'<a class="btn" href="(/days/[^"]+/milestones/[^"]+)"', marks)
    assert url
    answer = tech.send(url[1], {"places": ["0001", "0002"], "at": "08:03"})
    assert "2 of 17 rooms" in answer.text
    assert 'value="0001" checked disabled' in tech.get(url[1]).text
    refused = tech.send(url[1], {"places": ["0003"], "at": "99:99"})
    assert refused.status_code == 422 and 'value="0003" checked' in refused.text


def test_a_note(tech: Person, head: Person) -> None:
    assert tech.send(f"/days/{DAY}/note", {"text": "  "}).status_code == 422
    assert "Saved: Note" in tech.send(f"/days/{DAY}/note", {"text": "Key of room 0016\nis with the guard"}).text
    assert "Key of room 0016 is with the guard" in head.get(f"/days/{DAY}/note").text


def test_days(tech: Person) -> None:
    page = tech.get("/days").text
    assert page.index("1 June 2026") < page.index("31 May 2026") and "start 10:00" in page


def test_a_past_day_is_not_called_today(tech: Person) -> None:
    page = tech.get(f"/days/{YESTERDAY}/today").text
    assert 'aria-current="page">Day<' in page


def test_ministry_reads_and_cannot_act(sign_in) -> None:  # type: ignore[no-untyped-def]
    ministry = sign_in("ministry")
    page = ministry.get(TODAY).text
    assert "Check the software" in page and 'id="marks"' not in page and "/note" not in page
    assert 'steps/ex.soft_check" enctype' not in ministry.get(f"/days/{DAY}/steps/ex.soft_check").text
