"""Reminders on the pages of a day: who sees what, "I have it", and that a page is sent again when it says more."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask

from app.services import reminders
from app.web.session import POLL

from .conftest import DAY, YESTERDAY, Clock, Person

TODAY, PAGE, STEP = f"/days/{DAY}/today", f"/days/{DAY}/reminders", f"/days/{DAY}/steps/ex.soft_check"
TAKE, GIVE_UP, PUT_AWAY = f"{PAGE}/take", f"{PAGE}/give-up", f"{PAGE}/put-away"


@pytest.fixture
def told(app: Flask, clock: Clock) -> Callable[[], int]:
    """Tell what is due now; how many messages that made."""

    def sweep() -> int:
        with app.app_context():
            return reminders.sweep(clock.now).told

    return sweep


def banner(page: str) -> str:
    """The text of the banner; empty when there is none."""
    found = re.search(r'<section class="note alarm.*?</section>', page, re.S)
    text = re.sub(r"<[^>]+>", " ", found[0].replace('<span class="sr">', "")) if found else ""
    return " ".join(unescape(text).split())


def row(page: str, step: str) -> str:
    found = re.search(rf'<li class="[^"]*" id="step-{re.escape(step)}">.*?</li>', page, re.S)
    assert found
    return found[0]


def still(page: str) -> str:
    """What a page says without what runs on by itself, and without forms' tokens."""
    page = re.sub(r'(<span data-(?:until|since)="[^"]+" data-say="[^"]+">)[^<]*', r"\1", page)
    page = re.sub(r"<g data-first.*?</g>", "", page)
    page = re.sub(r' data-(at|clock|served)="[^"]+"|<time data-face>[^<]+', "", page)
    return re.sub(r'name="(csrf_token|entry_id)" value="[^"]+"', r'name="\1"', page)


def tag(person: Person, url: str = TODAY) -> str:
    return person.get(url, headers={POLL: "1"}).headers["ETag"]


def test_what_is_told_stands_on_every_page_of_the_day(tech: Person, told: Callable[[], int]) -> None:
    assert banner(tech.get(TODAY).text) == ""
    assert told()
    for url in (TODAY, STEP, PAGE, f"/days/{DAY}/journal", f"/days/{DAY}/review", f"/days/{DAY}/documents"):
        text = banner(tech.get(url).text)
        assert "Check the software" in text and "It is time" in text and "due 08:15" in text, url
        assert f'href="/days/{DAY}/steps/ex.soft_check"' in tech.get(url).text
    assert banner(tech.get(f"/days/{YESTERDAY}/today").text) == banner(tech.get("/days").text) == ""


def test_a_page_of_an_error_tells_nothing(tech: Person, told: Callable[[], int]) -> None:
    told()
    assert banner(tech.get(f"/days/{DAY}/steps/no.such").text) == ""


def test_only_who_was_told_sees_it(sign_in: Callable[[str], Person], told: Callable[[], int]) -> None:
    told()
    assert banner(sign_in("ministry").get(TODAY).text) == ""
    assert "It is time" in banner(sign_in("tech").get(TODAY).text)
    assert "It is time" not in banner(sign_in("head").get(TODAY).text)


def test_how_late_and_why_in_the_words_of_the_profile(tech: Person, head: Person, clock: Clock, told: Callable) -> None:
    clock.forward(hours=1, minutes=10)
    told()
    text = banner(tech.get(TODAY).text)
    assert "14 min late" in text and "The time has passed" in text and "due 09:00" in text
    assert "Ten minutes overdue" in banner(head.get(TODAY).text)


def test_what_is_done_is_told_no_more(tech: Person, told: Callable[[], int]) -> None:
    told()
    tech.send(STEP, {"evidence.starts_ok": "yes", "evidence.clock_diff_s": "1"})
    assert "Check the software" not in banner(tech.get(TODAY).text)


def test_i_have_it_and_the_others_see_who_has(
    tech: Person, head: Person, sign_in: Callable[[str], Person], clock: Clock, told: Callable[[], int]
) -> None:
    clock.forward(hours=1, minutes=10)
    told()
    assert "has it until" not in head.get(TODAY).text
    answer = tech.send(TAKE, {"step": "ex.soft_check"}, form=STEP, follow=False)
    assert answer.headers["Location"] == STEP, "back where it was pressed"
    page = tech.get(STEP).text
    assert "You have it until 09:29" in page and "the reminders go on" in page
    assert "You have it until 09:29" in banner(tech.get(TODAY).text)
    assert "Иванов И. И. has it until 09:29" in row(head.get(TODAY).text, "ex.soft_check").replace("\u00a0", " ")
    text = banner(head.get(TODAY).text).replace("\u00a0", " ")
    assert "Check the software" in text and "Иванов И. И. has it until 09:29" in text
    loud = re.search(r'data-calls="(\d+)"', head.get(TODAY).text)
    assert loud and text.count("I have it:") == int(loud[1]), "what somebody has rings no more"
    ministry = sign_in("ministry").get(TODAY).text
    assert "has it until 09:29" in row(ministry, "ex.soft_check")


def test_all_of_it_at_once(tech: Person, clock: Clock, told: Callable[[], int]) -> None:
    clock.forward(hours=1, minutes=10)
    told()
    page = tech.get(TODAY).text
    free = re.findall(r'name="free" value="([^"]+)"', page)
    assert len(free) > 1
    tech.send(TAKE, {"all": "1"}, form=TODAY)
    page = tech.get(TODAY).text
    assert all("has it until" in row(page, step) for step in free)
    assert 'data-calls="0"' in page and "I have it" not in banner(page)


def test_give_it_up(tech: Person, head: Person, clock: Clock, told: Callable[[], int]) -> None:
    clock.forward(hours=1, minutes=10)
    told()
    tech.send(TAKE, {"step": "ex.soft_check"}, form=TODAY)
    assert "Give it up: Check the software" in banner(tech.get(TODAY).text)
    assert "Give it up" not in banner(head.get(TODAY).text)
    data = {"step": "ex.soft_check", "csrf_token": tech.form(TODAY, TAKE)["csrf_token"]}
    assert "You do not have it any more" in tech.client.post(GIVE_UP, data=data, follow_redirects=True).text
    assert "has it until" not in head.get(TODAY).text


def test_put_away(tech: Person, clock: Clock, told: Callable[[], int]) -> None:
    told()
    data = {**tech.form(TODAY, TAKE), "next": "https://example.org/"}
    answer = tech.client.post(PUT_AWAY, data=data)
    assert answer.headers["Location"] == TODAY, "nowhere else"
    assert banner(tech.get(TODAY).text) == ""
    clock.forward(hours=1)
    told()
    assert "The time has passed" in banner(tech.get(TODAY).text), "later rules still tell"


def test_the_tag_is_the_same_while_the_page_says_the_same(tech: Person, clock: Clock) -> None:
    before, changes = ("", ""), 0
    for _minute in range(130):  # over the exam's start and its first round
        answer = tech.get(TODAY)
        new = (answer.headers["ETag"], still(answer.text))
        assert (new[0] == before[0]) == (new[1] == before[1]), clock.now
        changes += new != before
        before = new
        clock.forward(minutes=1)
    assert 10 < changes < 60


def test_the_tag_changes_when_something_is_told_taken_given_up_and_when_it_expires(
    tech: Person, head: Person, clock: Clock, told: Callable[[], int]
) -> None:
    clock.forward(hours=1, minutes=10)
    for url in (TODAY, PAGE):
        before = tag(head, url)
        if url == TODAY:
            told()
            assert tag(head, url) != before
        before = tag(head, url)
        tech.send(TAKE, {"step": "ex.soft_check"}, form=TODAY)
        taken = tag(head, url)
        assert taken != before
        data = {"step": "ex.soft_check", "csrf_token": tech.form(TODAY, TAKE)["csrf_token"]}
        tech.client.post(GIVE_UP, data=data)
        assert tag(head, url) == before, "the page says what it said before"
        tech.send(TAKE, {"step": "ex.soft_check"}, form=TODAY)
        clock.forward(minutes=14, seconds=59)
        during = tag(head, url)
        clock.forward(seconds=1)
        assert tag(head, url) != during, "who had it has it no more"


def test_a_language_or_role_makes_another_tag(tech: Person, sign_in: Callable[[str], Person]) -> None:
    first = tag(tech)
    tech.send("/language", {"language": "fi"}, form="/me")
    tech.get(TODAY)
    assert tag(tech) != first != tag(sign_in("cctv"))


def test_asking_again_costs_no_fold_and_draws_nothing(
    tech: Person, told: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    told()
    known = {"If-None-Match": tag(tech), POLL: "1"}
    for name in ("app.web.today._board", "app.domain.clockwork.board", "app.services.reminders.calls"):
        monkeypatch.setattr(name, lambda *_: pytest.fail("drawn"))
    assert tech.get(TODAY, headers=known).status_code == 304


def test_asking_again_tells_the_days_clock_and_sets_no_cookie(tech: Person) -> None:
    for url in (TODAY, PAGE):
        tech.get(url)
        for headers in ({POLL: "1"}, {POLL: "1", "If-None-Match": tag(tech, url)}):
            answer = tech.get(url, headers=headers)
            assert answer.headers["X-Logbook-Now"] == "2026-06-01T05:04:10Z"
            assert "Set-Cookie" not in answer.headers


def test_other_pages_ask_for_their_reminders_only(tech: Person, sign_in: Callable[[str], Person]) -> None:
    assert f'data-url="{TODAY}"' in tech.get(TODAY).text and f'data-url="{PAGE}"' in tech.get(STEP).text
    ministry = sign_in("ministry")
    assert f'data-url="{TODAY}"' in ministry.get(TODAY).text and 'data-url=""' in ministry.get(STEP).text


def test_the_service_worker_is_for_the_whole_site_and_may_do_nothing_else(app: Flask) -> None:
    answer = app.test_client().get("/sw.js")
    assert answer.status_code == 200 and answer.mimetype == "text/javascript"
    assert "fetch" not in re.sub(r"//.*", "", answer.text) and "caches" not in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "worker-src 'self'" in policy and "unsafe" not in policy


def test_spans_are_said_the_same_by_the_server_and_the_page(tech: Person) -> None:
    for language, days in (("en", "{d} days"), ("ru", "{d} дня"), ("fi", "{d} päivää"), ("de", "{d} Tage")):
        tech.send("/language", {"language": language}, form="/me")
        assert days.replace(" ", "\u00a0") in unescape(tech.get(TODAY).text)
