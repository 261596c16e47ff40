"""Forty days without a mouse, one returned, two accepted; two reviewers who learn of each other while they write."""

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
from tests.conftest import EXAM, MORNING, SIGNING_CODE, Installation, Template
from tests.conftest import Clock as Told
from tests.conftest import close as leave
from tests.databases import SQLITE

pytestmark = pytest.mark.timeout(300)
COUNT = 40
FORMS = ("access-journal", "day-protocol")
REMARK, REASON = "Кто был в помещении?", "Подтвердите строку"


@pytest.fixture(scope="module")  # made before any browser: it signs, which needs an event loop of its own
def handed_in(
    template: Callable[[str], Template], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, list[str]]]:
    """Forty days that wait for review: in one a row that nobody confirmed, two that the centre has signed."""
    made = template(SQLITE).copy(tmp_path_factory.mktemp("desk") / "instance", Told())
    with made.app.app_context():
        names = [
            made.open_day(date=EXAM + timedelta(days=30 + n), period_start=None, second=False) for n in range(COUNT)
        ]
        made.access(names[7])
        for name in names[8:10]:
            for form in FORMS:
                made.sign(name, "tech", form)
                made.sign(name, "head", form)
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
    walked = walk(page, {names[7]: give_back, names[8]: accept, names[9]: accept})
    assert walked[0] == names[7], "the one with something to judge comes first"
    assert sorted(walked) == sorted(names) and len(walked) == COUNT
    expect(page.locator("[data-desk-list]")).to_contain_text("2 of 40 countersigned")
    press(page, "p")
    assert at(page) == walked[-1]
    page.keyboard.press("j")
    line = page.evaluate("!!document.activeElement.closest('.main [data-line]')")
    assert line, "within a day j goes to its lines, not to the list"
    find_another(page, walked[3])
    other = two_at_once(server, people, page, walked[3])
    nothing_is_lost(page, other, walked[3])
    on_a_phone(people(server, PHONE), walked[1:3])


def at(page: Page) -> str:
    found = re.search(r"/days/([\w-]+)/review", page.url)
    assert found, page.url
    return found[1]


def press(page: Page, key: str) -> None:
    with page.expect_navigation():
        page.keyboard.press(key)


def walk(page: Page, deeds: dict[str, Callable[[Page], None]]) -> list[str]:
    """From the list into its first day and on through all of them, doing what ``deeds`` say of a day."""
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.matches('[data-desk-list] li a')")
    press(page, "Enter")
    walked: list[str] = []
    while at(page) not in walked:  # what was returned stands behind the others
        current = page.locator("[data-desk-list] [aria-current]")
        expect(current).to_be_in_viewport()
        assert current.get_attribute("id") == f"d-{at(page)}"
        walked.append(at(page))
        if at(page) in deeds:
            deeds[at(page)](page)
        press(page, "n")
    return walked


def write(page: Page, text: str) -> None:
    """Into the field that has the focus; the button comes next."""
    page.keyboard.type(text)
    page.keyboard.press("Tab")
    press(page, "Enter")


def give_back(page: Page) -> None:
    """A remark where the reader is, the reader stays there; then the day goes back with it."""
    page.keyboard.press("j")
    line = page.evaluate("document.activeElement.closest('[data-line]').id")
    page.keyboard.press("r")
    write(page, REMARK)
    expect(page.locator(f"[id='{line}']")).to_contain_text(REMARK)
    assert page.evaluate("document.activeElement.closest('[data-line]').id") == line
    press(page, "b")
    expect(page.locator("#reason")).to_be_focused()
    write(page, REASON)
    expect(page.locator(".flash")).to_contain_text("The day is returned")
    expect(page.locator(".standing")).to_contain_text("returned, 1 remark waits")


def accept(page: Page) -> None:
    """The way to the page, the way to its fields, and one code for all documents; the password once in a session."""
    press(page, "a")
    page.keyboard.press("a")
    if page.evaluate("document.activeElement.name") == "password":
        page.keyboard.type("password-commission")
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "code"
    page.keyboard.type(SIGNING_CODE)
    press(page, "Enter")
    expect(page.locator(".flash")).to_contain_text("Day accepted")
    expect(page.locator(".flash")).to_contain_text("2 documents countersigned")


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


def two_at_once(server: Server, people: Callable[..., Page], page: Page, day: str) -> Page:
    """Somebody else opens the same day: it is told at once, and what is typed stays, with the focus."""
    other = people(server, DESK)
    sign_in(other, "member", "password-member")
    other.goto(f"/days/{day}/review")
    expect(other.locator("[data-desk-told]")).to_contain_text("Щукина\u00a0М.\u00a0Л. looks at it too")
    page.keyboard.press("/")
    page.keyboard.type("typed")
    ask(page)
    expect(page.locator("[data-desk-told]")).to_contain_text("Чайка\u00a0Л.\u00a0И. looks at it too")
    expect(page.locator("[data-desk-list]")).to_contain_text("Чайка\u00a0Л.\u00a0И. looks at it")
    assert field(page) == ["find", "typed"]
    page.keyboard.press("Tab")
    return other


def ask(page: Page) -> None:
    """The page asks now, not in 15 seconds."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def field(page: Page) -> list[str]:
    found: list[str] = page.evaluate("[document.activeElement.id, document.activeElement.value]")
    return found


def nothing_is_lost(page: Page, other: Page, day: str) -> None:
    """One types the reason of a return while the other remarks, and a second remark while the day goes back."""
    press(page, "b")
    expect(page.locator("#reason")).to_be_focused()
    page.keyboard.type(REASON)
    other.keyboard.press("j")
    other.keyboard.press("r")
    write(other, REMARK)
    ask(page)
    expect(page.locator("[data-desk-told]")).to_contain_text("Remark Чайка")
    assert field(page) == ["reason", REASON]
    page.keyboard.press("Tab")
    press(page, "Enter")
    expect(page.locator("#fresh + ul")).to_contain_text(REMARK)
    expect(page.locator("#reason")).to_have_value(REASON)
    other.keyboard.press("r")
    other.keyboard.type("И ещё")
    page.get_by_role("button", name="Return with 1 remark").press("Enter")
    expect(page.locator(".flash")).to_contain_text("The day is returned")
    ask(other)
    expect(other.locator("[data-desk-told]")).to_contain_text("Day returned Щукина")
    write(other, "!")
    expect(other.locator(".standing")).to_contain_text("returned, 2 remarks wait")
    expect(other.locator("main")).to_contain_text("И ещё!")


def on_a_phone(page: Page, walked: list[str]) -> None:
    """The list, then a day with the way to the next."""
    sign_in(page, "commission", "password-commission")
    page.locator("#s-ordinary").click()
    page.locator(f"#d-{walked[0]}").click()
    expect(page.locator(".around .turn")).to_contain_text("1 of 36")
    page.get_by_role("link", name="Next").click()
    expect(page.locator(".around .turn")).to_contain_text("2 of 36")
    assert at(page) == walked[1]
    expect(page.locator("nav.beside")).to_be_hidden()
