"""Every page, as everybody sees it: desk, phone, dark, large text, paper, without motion, without script."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import waitress
from playwright.sync_api import Browser

from app import config, create_app
from tests.browser import world
from tests.browser.visits import Found, House, Visitor

pytestmark = pytest.mark.timeout(1200)  # the first test waits for all visits


def _house(folder: Path, stop: list[Any]) -> House:
    app = create_app(config.load(folder, {}), lambda: world.NOW)
    with app.app_context():
        names = world.words(folder)
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=2)
    threading.Thread(target=server.run, daemon=True).start()
    stop.append(server)
    return House(app, f"http://localhost:{server.effective_port}", names)


@pytest.fixture(scope="module")
def found(installations: tuple[Path, Path], browser: Browser) -> Iterator[Found]:
    """All pages, visited once."""
    servers: list[Any] = []
    visitor = Visitor(browser, *(_house(folder, servers) for folder in installations))
    yield visitor.everything()
    visitor.close()
    for server in servers:
        server.close()


def test_every_page_is_seen_by_somebody(found: Found) -> None:
    assert not found.unseen, "name these in tests/browser/sheets.py"


@pytest.mark.parametrize("condition", ["axe light", "axe dark", "axe phone"])
def test_axe_finds_nothing_on_any_page(found: Found, condition: str) -> None:
    assert not found.lines[condition], "\n".join(found.lines[condition])


@pytest.mark.parametrize("condition", ["desk", "phone", "small", "large"])
def test_no_page_moves_sideways_and_no_text_is_cut_off_or_covered(found: Found, condition: str) -> None:
    assert not found.lines[condition], "\n".join(found.lines[condition])


def test_a_finger_finds_every_control_of_a_phone_page(found: Found) -> None:
    assert not found.lines["touch"], "\n".join(found.lines["touch"])


def test_every_page_prints_its_content_dark_on_white_without_its_buttons(found: Found) -> None:
    assert not found.lines["paper"], "\n".join(found.lines["paper"])


def test_nothing_moves_for_who_asked_for_no_motion(found: Found) -> None:
    assert not found.lines["motion"], "\n".join(found.lines["motion"])


def test_every_page_works_without_script(found: Found) -> None:
    assert not found.lines["plain"], "\n".join(found.lines["plain"])


def test_the_browser_has_nothing_to_complain_of(found: Found) -> None:
    assert not found.lines["console"], "\n".join(found.lines["console"])
