"""A real browser against a real server: Debian's Chromium, waitress on a free port, a clock that the test moves."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import waitress
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from app import config, create_app
from app.services import reminders
from tests.browser import world
from tests.browser.visitors import FLAGS, Clock, Server


@pytest.fixture(scope="module")  # not longer: while it is open, this thread counts as running an event loop
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")  # made before any browser: it signs, which needs an event loop of its own
def installations(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The demo with a centre of long names, and an installation without centres."""
    folder = tmp_path_factory.mktemp("face")
    return world.build(folder / "full"), world.bare(folder / "bare")


@pytest.fixture
def serve() -> Iterator[Callable[[Path, Clock], Server]]:
    """Start servers on free ports of loopback; they end with the test."""
    running = []

    def start(instance: Path, clock: Clock) -> Server:
        app = create_app(config.load(instance, {}), clock)
        server = waitress.create_server(app, host="127.0.0.1", port=0, threads=4)
        threading.Thread(target=server.run, daemon=True).start()
        running.append(server)
        return Server(f"http://localhost:{server.effective_port}", instance, clock)

    yield start
    for server in running:
        server.close()


@pytest.fixture
def sweep() -> Callable[[Server], None]:
    """Tell what is due by the server's clock, as its jobs do."""

    def look(server: Server) -> None:
        app = create_app(config.load(server.instance, {}), server.clock)
        with app.app_context():
            assert reminders.sweep(server.clock.now).told

    return look


@pytest.fixture
def people(browser: Browser) -> Iterator[Callable[..., Page]]:
    """A new person with a device of their own: a browser context and its page."""
    contexts: list[BrowserContext] = []

    def arrive(server: Server, device: dict[str, object], language: str = "en-GB") -> Page:
        context = browser.new_context(base_url=server.url, locale=language, **device)  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("console", lambda m: server.complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: server.complaints.append(str(e)))
        contexts.append(context)
        return page

    expect.set_options(timeout=10_000)
    yield arrive
    for context in contexts:
        context.close()
