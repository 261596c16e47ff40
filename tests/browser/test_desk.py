"""Forty days without a mouse, and two reviewers who learn of each other while they write."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from app.domain import facts as f
from app.domain.journal import Times
from app.services import days
from app.store import journal
from app.store.db import transaction
from tests.browser.visitors import DESK, PHONE, Clock, Server, sign_in
from tests.conftest import EXAM, MORNING, Installation, Template
from tests.conftest import Clock as Told
from tests.conftest import close as leave
from tests.databases import SQLITE

pytestmark = pytest.mark.timeout(300)
COUNT = 40


@pytest.fixture
def handed_in(template: Callable[[str], Template], tmp_path: Path) -> Iterator[tuple[Path, list[str]]]:
    """An installation with forty days that wait for review, in one of them a row that nobody confirmed."""
    made = template(SQLITE).copy(tmp_path / "instance", Told())
    with made.app.app_context():
        names = [
            made.open_day(date=EXAM + timedelta(days=30 + n), period_start=None, second=False) for n in range(COUNT)
        ]
        made.access(names[7])
        for name in names:
            submit(made, name)
    leave(made.app)
    yield made.folder, names
    made.database.give_back()


def submit(made: Installation, day: str) -> None:
    """As it stands in the journal, whatever the rules of handing in ask for."""
    with transaction(log := days.log_of(day)):
        journal.append(log, f.DaySubmitted(MORNING), made.people["head"].person, Times(MORNING), str(uuid4()))


def test_a_reviewer_walks_through_forty_days_with_the_keyboard_alone(
    handed_in: tuple[Path, list[str]],
    serve: Callable[[Path, Clock], Server], people: Callable[..., Page],
) -> None:  # fmt: skip
    folder, names = handed_in
    server = serve(folder, Clock(MORNING))
    page = people(server, DESK)
    sign_in(page, "commission", "password-commission")
    expect(page.locator("h1")).to_have_text("Review desk")
    expect(page.locator("[data-desk-list]")).to_contain_text("0 of 40 countersigned")
    walked = walk(page)
    assert walked[0] == names[7], "the one with something to judge comes first"
    assert sorted(walked) == sorted(names) and len(walked) == COUNT
    press(page, "p")
    assert at(page) == walked[-2]
    page.keyboard.press("j")
    line = page.evaluate("!!document.activeElement.closest('.main [data-line]')")
    assert line, "within a day j goes to its lines, not to the list"
    find_another(page, walked[3])
    two_at_once(server, people, page, walked[3])
    on_a_phone(people(server, PHONE), walked)


def at(page: Page) -> str:
    found = re.search(r"/days/([\w-]+)/review", page.url)
    assert found, page.url
    return found[1]


def press(page: Page, key: str) -> None:
    with page.expect_navigation():
        page.keyboard.press(key)


def walk(page: Page) -> list[str]:
    """From the list into its first day, and on until there is no next one."""
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.matches('[data-desk-list] li a')")
    press(page, "Enter")
    walked = [at(page)]
    while page.locator("[data-key=n]").count():
        press(page, "n")
        current = page.locator("[data-desk-list] [aria-current]")
        expect(current).to_be_in_viewport()
        assert current.get_attribute("id") == f"d-{at(page)}"
        walked.append(at(page))
    return walked


def find_another(page: Page, day: str) -> None:
    """Back to the list with the focus where the reviewer was, then a search that leaves one day."""
    was = at(page)
    press(page, "l")
    expect(page.locator(f"#d-{was}")).to_be_in_viewport()
    page.keyboard.press("/")
    page.keyboard.type(day)
    press(page, "Enter")
    expect(page.locator("[data-desk-list] li")).to_have_count(1)
    page.keyboard.press("j")
    press(page, "Enter")
    assert at(page) == day


def two_at_once(server: Server, people: Callable[..., Page], page: Page, day: str) -> None:
    """Somebody else opens the same day: it is told at once, and what is typed stays, with the focus."""
    other = people(server, DESK)
    sign_in(other, "member", "password-member")
    other.goto(f"/days/{day}/review")
    expect(other.locator("[data-desk-told]")).to_contain_text("Щукина\u00a0М.\u00a0Л. looks at it too")
    page.keyboard.press("/")
    page.keyboard.type("typed")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # the page asks now, not in 15 seconds
    expect(page.locator("[data-desk-told]")).to_contain_text("Чайка\u00a0Л.\u00a0И. looks at it too")
    expect(page.locator("[data-desk-list]")).to_contain_text("Чайка\u00a0Л.\u00a0И. looks at it")
    assert page.evaluate("[document.activeElement.id, document.activeElement.value]") == ["find", "typed"]


def on_a_phone(page: Page, walked: list[str]) -> None:
    """The list, then a day with the way to the next."""
    sign_in(page, "commission", "password-commission")
    page.locator(f"#d-{walked[0]}").click()
    expect(page.locator(".around .turn")).to_contain_text("1 of 1")
    page.get_by_role("link", name="Next").click()
    expect(page.locator(".around .turn")).to_contain_text("1 of 39")
    assert at(page) == walked[1]
    expect(page.locator("nav.beside")).to_be_hidden()
