"""The board keeps itself fresh, cheaply, and never looks alive when nobody is signed in any more."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.visitors import PHONE, Clock, Server, flask

NOW = datetime.fromisoformat("2026-06-01T08:04:10+03:00")
BOARD = "/days/23-0970-2026-06-01/today"


def test_the_board_asks_while_it_is_seen(
    tmp_path: Path, serve: Callable[[Path, Clock], Server], people: Callable[..., Page]
) -> None:
    instance = tmp_path / "instance"
    made = flask(instance, "demo", "--now", NOW.isoformat())
    assert made.returncode == 0, made.stderr
    server = serve(instance, Clock(NOW))
    page = people(server, PHONE)
    page.clock.install()
    page.goto("/sign-in")
    page.locator('button[name="as"][value="tech"]').click()
    expect(page).to_have_url(server.url + BOARD)
    asked: list[int] = []
    page.on("response", lambda r: asked.append(r.status) if "x-logbook-poll" in r.request.headers else None)
    countdown = page.locator(".hero b")
    expect(countdown).to_have_text("starts in 1 h 56 min")

    with page.expect_response("**/today"):
        page.clock.run_for(15_000)
    assert asked == [304]
    server.clock.now += timedelta(minutes=1)
    with page.expect_response("**/today"):
        page.clock.run_for(15_000)
    expect(countdown).to_have_text("starts in 1 h 55 min")
    assert asked == [304, 304], "a countdown runs by itself"

    show(page, False)
    server.clock.now += timedelta(minutes=5)
    page.clock.run_for(600_000)
    assert asked == [304, 304], "a page that nobody sees asks nothing"
    show(page, True)
    expect(countdown).to_have_text("starts in 1 h 50 min")
    assert asked == [304, 304, 304]

    lost = page.locator("[data-lost]")
    expect(lost).to_be_hidden()
    page.context.set_offline(True)
    page.clock.run_for(15_000)
    expect(lost).to_have_text("No connection since 08:10: what you see is from then.")
    page.context.set_offline(False)
    page.clock.run_for(15_000)
    expect(lost).to_be_hidden()

    server.clock.now += timedelta(hours=13)
    page.clock.run_for(15_000)
    expect(page.get_by_label("Password", exact=True)).to_be_visible()
    assert server.complaints == ["Failed to load resource: net::ERR_INTERNET_DISCONNECTED"]


def show(page: Page, seen: bool) -> None:
    """Another tab comes to the front, or this one again."""
    hidden = "false" if seen else "true"
    page.evaluate(f"Object.defineProperty(document, 'hidden', {{ get: () => {hidden}, configurable: true }})")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
