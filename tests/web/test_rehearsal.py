"""Pages of a rehearsal: they say so, show its clock, and let its people set it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from .conftest import DAY, Clock, Person

PLAN = f"/days/{DAY}/plan"


@pytest.fixture
def practice(head: Person, clock: Clock) -> str:
    """A rehearsal of tomorrow, opened ten days before from the plan of the real day; its address."""
    clock.now = datetime(2026, 5, 22, 13, 30, tzinfo=UTC)
    answer = head.send(f"{PLAN}/rehearse", form=PLAN)
    assert answer.request.path == f"/days/{DAY}-r1/today"
    return f"/days/{DAY}-r1"


def put(person: Person, practice: str, on: str, at: str) -> str:
    """Set the clock by the form with date and time; the page that follows."""
    url = f"{practice}/rehearsal"
    data = {"csrf_token": person.form(url)["csrf_token"], "entry_id": "", "to": "at", "at": at, "at_date": on}
    return person.client.post(url, data=data, follow_redirects=True).text


def test_every_page_of_a_rehearsal_says_so_and_shows_its_clock(head: Person, practice: str) -> None:
    page = put(head, practice, "2026-06-01", "07:32")
    assert "07:32" in page and "on the rehearsal’s clock" in page
    for path in ("today", "review", "plan", "documents", "journal", "log", "confirm", "note", "rehearsal"):
        text = head.get(f"{practice}/{path}").text
        assert "Rehearsal – not an exam." in text and 'class="' in text and "rehearsal" in text, path
        assert "<time data-face>07:32</time>" in text, path
        assert 'data-word="Rehearsal' in text, path
    real = head.get(f"/days/{DAY}/today").text
    assert "not an exam" not in real and "data-word=" not in real and "rehearse" not in real


def test_the_device_is_compared_with_the_real_clock(head: Person, practice: str, clock: Clock) -> None:
    text = put(head, practice, "2026-06-01", "07:00")
    assert f'data-served="{int(clock.now.timestamp() * 1000)}"' in text


def test_buttons_lead_to_the_beginning_the_next_step_and_a_quarter_of_an_hour(head: Person, practice: str) -> None:
    url, board = f"{practice}/rehearsal", f"{practice}/today"
    page = head.get(board).text
    assert "To the beginning of the day" in page and "+15 min" in page
    first = head.send(url, {"to": "next"}, form=board).text
    assert "The rehearsal’s clock shows" in first and "To the next step" in first
    shown = re.search(r'data-clock="(\d\d):(\d\d)', first)
    later = re.search(r'data-clock="(\d\d):(\d\d)', head.send(url, {"to": "15"}, form=board).text)
    assert shown and later
    minutes = [int(m[1]) * 60 + int(m[2]) for m in (shown, later)]
    assert minutes[1] - minutes[0] == 15


def test_what_is_recorded_carries_the_rehearsals_time(head: Person, practice: str) -> None:
    put(head, practice, "2026-06-01", "07:32")
    text = head.send(f"{practice}/note", {"text": "probe"}).text
    assert "07:32" in head.get(f"{practice}/log").text and "probe" in head.get(f"{practice}/note").text
    assert "22 May" not in head.get(f"{practice}/note").text and text


def test_a_bad_time_is_said_beside_its_field_and_stays(head: Person, practice: str) -> None:
    put(head, practice, "2026-06-01", "09:00")
    head.send(f"{practice}/note", {"text": "probe"})
    for on, at, why in (
        ("2026-06-01", "25:99", "is not a time"), ("2026-06-01", "", "Enter the time"),
        ("2026-06-01", "08:00", "forward only"), ("never", "10:00", "is not a date"),
    ):  # fmt: skip
        page = put(head, practice, on, at)
        assert why in page and f'name="at" value="{at}"' in page, why
    assert 'data-clock="09:00' in head.get(f"{practice}/today").text


def test_a_board_that_was_kept_is_not_shown_after_the_clock_was_set(head: Person, practice: str) -> None:
    put(head, practice, "2026-06-01", "07:00")
    board = f"{practice}/today"
    tag = head.get(board).headers["ETag"]
    assert head.get(board, headers={"If-None-Match": tag}).status_code == 304
    put(head, practice, "2026-06-01", "07:00")  # the same minute: the journal alone has grown
    assert head.get(board, headers={"If-None-Match": tag}).status_code == 200
    before = head.get(board).text
    after = put(head, practice, "2026-06-01", "12:00")
    assert 'data-clock="12:00' in after and before.count('<li class="step over') < after.count('<li class="step over')


def test_only_its_people_set_it_and_a_real_day_has_none(
    sign_in: Callable[[str], Person], head: Person, practice: str
) -> None:
    url = f"{practice}/rehearsal"
    token = head.form(url)["csrf_token"]
    assert head.get(f"/days/{DAY}/rehearsal").status_code == 403
    assert head.client.post(f"/days/{DAY}/rehearsal", data={"csrf_token": token, "to": "15"}).status_code == 403
    commission = sign_in("commission")
    page = commission.get(url)
    assert page.status_code == 200 and "<h1>Clock of the rehearsal" in page.text and 'name="to"' not in page.text
    form = commission.form("/me", "/language")
    assert commission.client.post(url, data={"csrf_token": form["csrf_token"], "to": "15"}).status_code == 403
    ministry = sign_in("ministry")
    for path in ("rehearsal", "today", "review", "documents"):
        assert ministry.get(f"{practice}/{path}").status_code == 404


def test_sessions_go_by_the_real_clock(head: Person, practice: str) -> None:
    """A rehearsal in another year ends nobody's session."""
    put(head, practice, "2030-06-01", "07:00")
    assert head.get(f"{practice}/today").status_code == 200
    assert head.get("/me").status_code == 200


def test_lists_hold_rehearsals_only_when_they_are_asked_for(
    sign_in: Callable[[str], Person], head: Person, practice: str
) -> None:
    assert "-r1" not in head.get("/days").text and "To the rehearsals" in head.get("/days").text
    page = head.get("/days?rehearsals=1").text
    assert f"{practice}/" in page and "<h1>Rehearsals</h1>" in page and f"/days/{DAY}/" not in page
    ministry = sign_in("ministry")
    assert "rehearsals" not in ministry.get("/days").text
    assert "-r1" not in ministry.get("/days?rehearsals=1").text
