"""A device whose clock is wrong: it is told on every page, its offset is written down, no time that is typed moves."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Page, expect

from app import config, create_app
from app.services import days
from tests.browser.visitors import PHONE, Clock, Server, flask

NOW = datetime.fromisoformat("2026-06-01T08:04:10+03:00")
DAY = "23-0970-2026-06-01"
SHIFTED = """(() => {
  const real = Date.now, shift = %d - real();
  Date.now = () => real() + shift + Number(sessionStorage.getItem('turned') || 0);
})()"""
AHEAD = "This device’s clock is 7 min ahead. The logbook uses the server’s time; set the device’s clock."


def test_a_phone_that_is_seven_minutes_ahead_is_told_until_its_clock_is_set(
    tmp_path: Path, serve: Callable[[Path, Clock], Server], people: Callable[..., Page]
) -> None:
    instance = tmp_path / "instance"
    made = flask(instance, "demo", "--now", NOW.isoformat())
    assert made.returncode == 0, made.stderr
    server = serve(instance, Clock(NOW))
    page = people(server, PHONE)
    page.add_init_script(SHIFTED % (1000 * int(NOW.timestamp()) + 430_000))
    page.goto("/sign-in")
    page.locator('button[name="as"][value="tech"]').click()
    told = page.locator("[data-off]")
    expect(told).to_have_text(AHEAD)

    page.goto(f"/days/{DAY}/note")
    expect(told).to_have_text(AHEAD)
    page.locator("#text").fill("Seen")
    page.get_by_role("button", name="Save note").click()
    expect(page.locator(".flash")).to_contain_text("This device’s clock is 7 min ahead")
    app = create_app(config.load(instance, {}), server.clock)
    with app.app_context():
        act = list(days.fold_log(days.log_of(DAY))[0].acts.values())[-1]
    assert act.times.offset_ms is not None and abs(act.times.offset_ms - 430_000) < 60_000
    assert act.fact.at == NOW

    page.goto(f"/days/{DAY}/today")
    expect(told).to_have_text(AHEAD)
    page.evaluate("sessionStorage.setItem('turned', -430000)")
    with page.expect_response("**/today"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(told).to_be_hidden()
    page.evaluate("sessionStorage.setItem('turned', -4090000)")
    with page.expect_response("**/today"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(told).to_contain_text(re.compile("clock is 1 h( 1 min)? behind"))
