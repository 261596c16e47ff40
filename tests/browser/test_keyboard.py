"""A day without a mouse: every focus is seen, and after each action it is where the eye goes."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import world
from tests.browser.visitors import DESK, Clock, Server

pytestmark = pytest.mark.timeout(300)

FOCUS = """() => {
  const el = document.activeElement;
  if (!el || el === document.body) return null;
  const shapes = [getComputedStyle(el), getComputedStyle(el, '::after')];
  if (el.nextElementSibling) shapes.push(getComputedStyle(el.nextElementSibling));
  const box = el.getBoundingClientRect();
  return {
    name: (el.getAttribute('aria-label') || [...(el.labels || [])].map(l => l.textContent).join(' ') || el.textContent)
      .trim().replace(/\\s+/g, ' '),
    tag: el.tagName.toLowerCase(), id: el.id, cls: el.className,
    ring: shapes.some(s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2),
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""


class Hands:
    """Somebody who has a keyboard only."""

    def __init__(self, page: Page) -> None:
        self.page, self.login = page, ""

    def focus(self) -> dict[str, object]:
        """What has the focus; it can be seen."""
        found = self.page.evaluate(FOCUS)
        assert found, "nothing has the focus"
        assert found["ring"] and found["inside"], found
        return dict(found)

    def to(self, name: str, tag: str = "", back: bool = False) -> "Hands":
        """Tab to the control whose name begins with ``name``."""
        passed = []
        for _ in range(150):
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            if self.page.evaluate("document.activeElement === document.body"):
                continue  # past the end of the page, in the browser's own bar
            found = self.focus()
            if str(found["name"]).startswith(name) and tag in ("", found["tag"]):
                return self
            passed.append(found["name"])
        raise AssertionError((name, passed))

    def press(self, *keys: str) -> "Hands":
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def type(self, text: str) -> "Hands":
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)
        return self

    def enter(self) -> "Hands":
        """Enter on what leads to another page."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        return self

    def come(self, login: str) -> "Hands":
        """Sign in."""
        self.login = login
        self.page.goto("/sign-in")
        self.to("Name for sign-in").type(login).to("Password").type(world.password(login)).enter()
        return self


@pytest.fixture
def desk(
    installations: tuple[Path, Path], tmp_path: Path,
    serve: Callable[[Path, Clock], Server], people: Callable[..., Page],
) -> Iterator[Callable[[], Hands]]:  # fmt: skip
    """New people at desks of the same installation."""
    folder = tmp_path / "instance"
    shutil.copytree(installations[0], folder)
    server = serve(folder, Clock(world.NOW))
    yield lambda: Hands(people(server, DESK))
    assert server.complaints == [] or all("status of 422" in c for c in server.complaints)


def test_the_whole_day_by_keyboard(desk: Callable[[], Hands]) -> None:
    technician = desk().come("tech")
    a_step_with_its_rooms(technician)
    a_milestone_and_the_menu(technician)
    a_row_of_the_access_journal(technician)
    a_note_and_its_correction(technician)
    head = desk().come("head")
    head.to("Confirm").enter().to("Your code").type(world.CODE).enter()
    expect(head.page.locator(".flash")).to_contain_text("confirmed")
    assert "flash" in str(head.focus()["cls"])
    sign(technician)
    sign(head)
    sign(desk().come("commission"))


def a_step_with_its_rooms(hands: Hands) -> None:
    """Rooms by Space, a refusal that takes the eye to its summary and from there to the field, then done."""
    page = hands.page
    hands.to("Start recording in the exam rooms", "a").enter()
    hands.to("Clear all", "button").press("Enter").to("0006").press("Space").to("0007").press("Space")
    expect(page.locator("[data-count]")).to_contain_text("2 of 12")
    hands.to("Yes").press("Space")
    hands.to("Done at").type("99:99").to("Done", "button").enter()
    assert "sum" in str(hands.focus()["cls"])
    hands.press("Tab", "Enter")
    assert hands.focus()["id"] == "at"
    hands.type("09:10").to("Done", "button").enter()
    assert page.url.endswith("#step-ex.room_record")
    expect(page.locator("#step-ex\\.room_record")).to_be_in_viewport()
    hands.press("Tab")
    assert "Start recording in the exam rooms" in str(hands.focus()["name"])


def a_milestone_and_the_menu(hands: Hands) -> None:
    hands.to("earlier", "a").enter()
    hands.to("Happened at").to("Note it", "button").enter()
    expect(hands.page.locator(".flash")).to_contain_text("Saved")
    menu = hands.page.locator("details.menu")
    hands.page.goto(hands.page.url.split("#")[0])
    hands.to("Иванов", "summary").press("Enter")
    expect(menu).to_have_attribute("open", "")
    hands.press("Tab", "Tab").focus()
    hands.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    assert hands.focus()["tag"] == "summary"


def a_row_of_the_access_journal(hands: Hands) -> None:
    hands.page.reload()
    hands.to("Journal", "a").enter().to("Add row", "a").enter()
    hands.to("Rooms").type("0008").to("Action").press("ArrowDown", "ArrowDown")
    hands.to("Start").type("09:00").to("End").type("09:05").enter()
    expect(hands.page.locator(".flash")).to_contain_text("Saved")


def a_note_and_its_correction(hands: Hands) -> None:
    hands.page.reload()
    hands.to("Today", "a").enter().to("Note", "a").enter()
    hands.to("Note", "textarea").type("Принтер в 0012 заменён").to("Save note", "button").enter()
    assert "flash" in str(hands.focus()["cls"])
    hands.to("Correct", "a").enter()
    hands.to("Note", "textarea").type("Принтер в 0013 заменён")
    hands.to("Reason for the correction").type("не та аудитория").to("Save the correction", "button").enter()
    expect(hands.page.locator(".flash")).to_contain_text("correction of")


def sign(hands: Hands) -> None:
    """The access journal of today, from the documents page."""
    hands.page.goto(f"/days/{world.TODAY}/documents")
    hands.to("Sign", "a").enter()
    hands.to("Password").type(world.password(hands.login))
    hands.to("Signing code").type(world.CODE).enter()
    expect(hands.page.locator(".flash")).to_be_visible()
    hands.press("Tab").focus()
    assert hands.page.evaluate("document.activeElement.closest('section').id") == "access-journal"
