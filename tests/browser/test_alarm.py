"""An open page tells what the clock has to say: once a device, in sight and in sound, until somebody has it."""

import re
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_board_refreshes import show
from tests.browser.visitors import DESK, PHONE, Clock, Server, flask

NOW = datetime.fromisoformat("2026-06-01T08:34:10+03:00")
DAY = "23-0970-2026-06-01"
BOARD = f"/days/{DAY}/today"
BEEPS = """
  const made = AudioContext.prototype.createOscillator;
  AudioContext.prototype.createOscillator = function () {
    localStorage.setItem('beeps', Number(localStorage.getItem('beeps') || 0) + 1);
    return made.call(this);
  };
"""
SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
  .map(n => [n.title, n.body, n.tag, n.data.url])"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration, half an hour ago."""
    folder = tmp_path_factory.mktemp("alarm") / "instance"
    made = flask(folder, "demo", "--now", (NOW - timedelta(minutes=30)).isoformat())
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture
def server(built: Path, tmp_path: Path, serve: Callable[[Path, Clock], Server]) -> Server:
    shutil.copytree(built, tmp_path / "instance")
    return serve(tmp_path / "instance", Clock(NOW))


def enter(page: Page, who: str, server: Server) -> Page:
    """Sign in with the page's timers in the test's hand."""
    page.add_init_script(BEEPS)
    page.context.grant_permissions(["notifications"], origin=server.url)
    page.clock.install()
    page.goto("/sign-in")
    page.locator(f'button[name="as"][value="{who}"]').click()
    page.wait_for_url(f"**{BOARD}")
    return page


def asks(page: Page, url: str = BOARD) -> None:
    """Fifteen seconds pass: the page asks again."""
    with page.expect_response(lambda r: r.url.endswith(url) and "x-logbook-poll" in r.request.headers):
        page.clock.run_for(15_000)


def beeps(page: Page) -> int:
    page.clock.run_for(1000)
    return int(page.evaluate("Number(localStorage.getItem('beeps') || 0)"))


def notifications(page: Page, count: int) -> list[list[str]]:
    """Those that the device shows, once there are so many."""
    for _ in range(100):
        found: list[list[str]] = page.evaluate(SHOWN)
        if len(found) == count:
            break
        page.wait_for_timeout(50)
    return found


def test_a_reminder_comes_to_the_open_page_and_is_heard_once(
    server: Server, people: Callable[..., Page], sweep: Callable[[Server], None]
) -> None:
    page = enter(people(server, PHONE), "tech", server)
    alarm = page.get_by_role("region", name="reminder")
    expect(alarm).to_have_count(0)
    assert page.title() == "Today · 23-0970 · Logbook"
    sweep(server)
    asks(page)
    expect(alarm).to_contain_text("Check the cameras in rooms")
    expect(alarm).to_contain_text("19 min late")
    expect(page).to_have_title("(3) Today · 23-0970 · Logbook")
    assert beeps(page) == 1
    (shown,) = notifications(page, 1)
    assert shown[0] == "3 reminders · 23-0970" and shown[2:] == [DAY, BOARD]
    assert "Check the cameras in rooms, corridors and at the entrance · due 08:15" in shown[1]

    asks(page)
    page.reload()
    second = page.context.new_page()
    second.add_init_script(BEEPS)
    second.goto(f"/days/{DAY}/steps/ex.soft_check")
    expect(second.get_by_role("region", name="reminder")).to_be_visible()
    expect(second).to_have_title("(3) Check the software · 23-0970 · Logbook")
    assert beeps(page) == 1, "never the same twice"

    alarm.get_by_role("button", name="Put away").click()
    expect(alarm).to_have_count(0)
    expect(page).to_have_title("Today · 23-0970 · Logbook")
    assert notifications(page, 0) == [], "what is over is not shown any more"
    assert server.complaints == []


def test_two_pages_of_one_device_ring_once(
    server: Server, people: Callable[..., Page], sweep: Callable[[Server], None]
) -> None:
    page = enter(people(server, DESK), "tech", server)
    second = page.context.new_page()
    second.add_init_script(BEEPS)
    second.clock.install()
    second.goto(BOARD)
    second.locator("h1").click(force=True)
    sweep(server)
    for each in (page, second):
        asks(each)
        expect(each).to_have_title("(3) Today · 23-0970 · Logbook")
    assert beeps(second) == beeps(page) == 1


def test_what_somebody_has_rings_no_more_for_the_others(
    server: Server, people: Callable[..., Page], sweep: Callable[[Server], None]
) -> None:
    first = enter(people(server, PHONE), "tech", server)
    other = enter(people(server, DESK), "cctv", server)
    sweep(server)
    for each in (first, other):
        asks(each)
    expect(other).to_have_title("(2) Today · 23-0970 · Logbook")
    alarm = first.get_by_role("region", name="reminder")
    alarm.get_by_role("button", name=re.compile("I have it.*Check the cameras")).click()
    expect(first.locator(".flash")).to_contain_text("You have it until 08:49")
    asks(other)
    expect(other).to_have_title("(1) Today · 23-0970 · Logbook")
    expect(other.get_by_role("region", name="reminder")).to_contain_text("Иванов И. И. has it until 08:49")
    assert beeps(other) == 1
    server.clock.now += timedelta(minutes=15)
    asks(other)
    expect(other).to_have_title("(2) Today · 23-0970 · Logbook")
    assert beeps(other) == 1, "it is known already"


def test_a_page_with_a_form_is_told_and_keeps_what_is_typed(
    server: Server, people: Callable[..., Page], sweep: Callable[[Server], None]
) -> None:
    page = enter(people(server, DESK), "tech", server)
    page.goto(f"/days/{DAY}/note")
    page.get_by_label("Note", exact=True).fill("half a word")
    sweep(server)
    asks(page, f"/days/{DAY}/reminders")
    expect(page.get_by_role("region", name="reminder")).to_be_visible()
    expect(page.get_by_label("Note", exact=True)).to_have_value("half a word")
    expect(page.get_by_label("Note", exact=True)).to_be_focused()
    assert beeps(page) == 1


def test_countdowns_run_without_asking(server: Server, people: Callable[..., Page]) -> None:
    page = enter(people(server, DESK), "tech", server)
    late = page.locator(".step.over p").filter(has_text="Жукова")
    expect(page.locator(".hero b")).to_have_text("starts in 1 h 26 min")
    expect(late).to_contain_text("1 h 4 min late")
    mark = page.locator(".dayline .n")
    before = mark.get_attribute("d")
    page.context.set_offline(True)
    page.clock.run_for(180_000)
    expect(page.locator("[data-face]")).to_have_text("08:37")
    expect(page.locator(".hero b")).to_have_text("starts in 1 h 23 min")
    expect(late).to_contain_text("1 h 7 min late")
    expect(page.locator(".dayline .nt")).to_have_text("08:37")
    assert mark.get_attribute("d") != before


def test_the_alarm_is_tried_once_a_day_and_may_be_silenced(
    server: Server, people: Callable[..., Page], sweep: Callable[[Server], None]
) -> None:
    page = enter(people(server, PHONE), "tech", server)
    strip = page.get_by_role("region", name="Does this device ring?")
    strip.get_by_role("button", name="Test the alarm").click()
    expect(strip).to_contain_text("Sound: played.")
    expect(strip).to_contain_text("Notifications: on.")
    assert beeps(page) == 1
    page.reload()
    expect(strip).to_be_hidden()
    page.goto(f"/days/{DAY}/reminders")
    expect(strip).to_be_visible()
    page.get_by_role("button", name="Switch the sound off").click()
    expect(page.get_by_role("button", name="Switch the sound on")).to_be_visible()
    page.goto(BOARD)
    sweep(server)
    asks(page)
    expect(page).to_have_title("(3) Today · 23-0970 · Logbook")
    assert beeps(page) == 1, "silent, but seen"
    assert notifications(page, 1)


def test_without_https_the_page_says_that_only_the_sound_works(server: Server, people: Callable[..., Page]) -> None:
    page = people(server, DESK)
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false })")
    page = enter(page, "tech", server)
    strip = page.get_by_role("region", name="Does this device ring?")
    strip.get_by_role("button", name="Test the alarm").click()
    expect(strip).to_contain_text("Sound: played.")
    expect(strip).to_contain_text("Notifications: not at this address.")


def test_a_hidden_page_asks_nothing_and_catches_up_at_once(
    server: Server, people: Callable[..., Page], sweep: Callable[[Server], None]
) -> None:
    page = enter(people(server, DESK), "tech", server)
    asked: list[int] = []
    page.on("response", lambda r: asked.append(r.status) if "x-logbook-poll" in r.request.headers else None)
    show(page, False)
    sweep(server)
    page.clock.run_for(120_000)
    assert asked == []
    with page.expect_response("**/today"):
        show(page, True)
    expect(page.get_by_role("region", name="reminder")).to_be_visible()
    assert beeps(page) == 1
