"""A region's board in a browser: it changes by itself, and what the reader is at stays where it is."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Page, expect

from app import config, create_app, jobs
from app.store import overview as rows
from app.store.db import db, transaction
from app.store.tables import DayStatusRow
from tests.browser.visitors import DESK, Clock, Server, flask

DAY = "23-0970-2026-06-01"
NOW = datetime.fromisoformat("2026-06-01T08:04:10+03:00")
TABLE = DayStatusRow.__table__


def test_a_centre_comes_changes_and_goes_without_a_reload(
    tmp_path: Path, serve: Callable[[Path, Clock], Server], people: Callable[..., Page]
) -> None:
    instance = tmp_path / "instance"
    made = flask(instance, "demo", "--now", NOW.isoformat())
    assert made.returncode == 0, made.stderr
    app = create_app(config.load(instance, {}), lambda: NOW)
    with app.app_context():
        jobs.perform(app, "board")
        found = [dict(r._mapping) for r in db.session.execute(TABLE.select().where(TABLE.c.date == "2026-06-01"))]
        row = next(r for r in found if r["day"] == DAY)
        troubles = row["troubles"]
        with transaction():
            rows.put([r | {"troubles": "[]"} for r in found])

    def say(text: str) -> None:
        with app.app_context(), transaction():
            rows.put([row | {"troubles": text}])

    say("[]")
    page = people(serve(instance, Clock(NOW)), DESK)
    page.clock.install()
    page.goto("/sign-in")
    page.locator('button[name="as"][value="ministry"]').click()
    expect(page.locator("h1")).to_be_visible()
    asked: list[int] = []
    page.on("response", lambda r: asked.append(r.status) if "x-logbook-poll" in r.request.headers else None)
    page.goto("/region?quiet=1")
    expect(page.locator("h1")).to_have_text("All quiet")

    def ask() -> None:
        with page.expect_response("**/region?quiet=1"):
            page.clock.run_for(5_000)

    ask()
    assert asked == [304]
    page.locator(".calm a", has_text="23-0970").focus()
    say(troubles)
    ask()
    expect(page.locator("h1")).to_have_text("1 centre needs somebody")
    expect(page.locator(".calm a")).to_have_count(len(found) - 1)
    link = page.locator(".tile h2 a")
    link.focus()
    say(troubles.replace('"level":"over"', '"level":"soon"'))
    ask()
    expect(page.locator(".tile.soon")).to_have_count(1)
    expect(link).to_be_focused()
    say("[]")
    ask()
    expect(page.locator(".tile")).to_have_count(0)
    expect(page.locator(".calm a")).to_have_count(len(found))
    page.context.set_offline(True)
    page.clock.run_for(5_000)
    expect(page.locator("[data-lost]")).to_contain_text("No connection since")
