"""A browser keeps what it saw of a journal and finds out when the journal turned aside."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from app import config, create_app
from app.domain import facts as f
from app.domain.journal import write
from app.domain.merkle import frontier
from app.domain.note import make_checkpoint
from app.services import days
from app.store import journal, keys
from tests.browser.test_board_refreshes import BOARD, NOW
from tests.browser.visitors import DESK, Clock, Server, flask
from tests.databases import SqliteFile
from tests.store.attacker import attack, insert, put

DAY = "23-0970-2026-06-01"


def test_a_device_catches_a_rewritten_journal(
    tmp_path: Path, serve: Callable[[Path, Clock], Server], people: Callable[..., Page]
) -> None:
    instance = tmp_path / "instance"
    made = flask(instance, "demo", "--now", NOW.isoformat())
    assert made.returncode == 0, made.stderr
    server = serve(instance, Clock(NOW))
    page = people(server, DESK)
    page.goto("/sign-in")
    page.locator('button[name="as"][value="tech"]').click()
    expect(page).to_have_url(server.url + BOARD)
    tick, banner = page.locator("[data-kept-tick]"), page.locator("[data-fork]")
    expect(tick).to_be_hidden()  # seen for the first time: nothing to compare with
    page.wait_for_function("Object.keys(localStorage).some(key => key.startsWith('log '))")

    for text in ("Wiped the lens", "Wiped it again"):
        page.goto(f"/days/{DAY}/note")
        page.locator("textarea[name=text]").fill(text)
        page.locator("main form button.go").click()
        expect(tick).to_be_visible()
        expect(banner).to_be_hidden()
    kept = page.evaluate("localStorage[Object.keys(localStorage).find(key => key.startsWith('log '))]")
    page.goto(BOARD)
    expect(tick).to_be_visible()

    size = rewrite(instance)
    page.goto(f"/days/{DAY}/log")
    expect(banner).to_be_visible()
    expect(banner).to_contain_text("This journal is not the one that this device saw before")
    expect(banner.locator("[data-kept]")).to_contain_text(f"{size} · ")
    expect(banner.locator("[data-shown-note]")).to_contain_text(f"\n{size}\n", use_inner_text=False)
    expect(tick).to_be_hidden()
    after = page.evaluate("localStorage[Object.keys(localStorage).find(key => key.startsWith('log '))]")
    assert after == kept, "what was kept is the evidence"
    page.goto(f"/days/{DAY}/journal")
    expect(banner).to_be_visible()  # as often as it is looked at
    assert rewrite(instance, more=True) == size + 1
    page.goto(f"/days/{DAY}/log")
    expect(banner.locator("[data-shown]")).to_contain_text(f"{size + 1} · ")  # its proof does not hold

    boss = people(server, DESK)
    boss.goto("/sign-in")
    boss.locator('button[name="as"][value="admin"]').click()
    boss.goto("/jobs")
    for left in (2, 1):
        expect(boss.locator(".fork")).to_have_count(left)
        expect(boss.locator(".fork").first).to_contain_text("Two states of a journal")
        boss.get_by_role("button", name="Looked into it").first.click()
    expect(boss.locator(".fork")).to_have_count(0)


def rewrite(instance: Path, more: bool = False) -> int:
    """Somebody with the database and the log key writes another third entry; how many entries there are."""
    app = create_app(config.load(instance, {}))
    with app.app_context():
        log = days.log_of(DAY)
        old = journal.entries(log)
        was = old[2]
        new = write(was.log, 2, was.id, was.actor, f.NoteWritten("nothing happened", NOW), was.times, was.salt)
        told = f.NoteWritten("and nothing more", NOW)
        last = [write(was.log, len(old), "more", was.actor, told, was.times, was.salt)] if more else []
        edge, key = frontier(e.hash for e in (*old[:2], new, *old[3:], *last)), keys.log_key()
        note = make_checkpoint(was.log, edge.size, edge.root(), key.vkey, key.sign).note
        with attack(SqliteFile(instance / "logbook.db")) as hand:
            put(hand, log, 2, leaf=new.leaf, hash=new.hash, body=new.body, salt=new.salt)
            for e in last:
                stored = {"leaf": e.leaf, "hash": e.hash, "body": e.body, "salt": e.salt}
                insert(hand, "entry", {"log_id": log, "seq": e.seq, "id": e.id, **stored})
            nodes = " ".join(n.hex() for n in edge.nodes)
            hand.execute(
                "UPDATE checkpoint SET size = ?, note = ?, frontier = ? WHERE log_id = ?", (edge.size, note, nodes, log)
            )
        return edge.size
