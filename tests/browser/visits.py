"""Visit every sheet once and note what is wrong with it, condition by condition."""

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import world
from tests.browser.sheets import PEOPLE, SHEETS, USUAL, Sheet, pages

LOOK = (Path(__file__).parent / "look.js").read_text(encoding="utf-8")
# What the width of a page changes.
ON_A_PHONE = ["color-contrast", "target-size", "scrollable-region-focusable", "meta-viewport", "region"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Of many alike that follow each other, a few are enough to judge by: the rest is put out of sight meanwhile.
AXE = """([tags, rules]) => {
  const all = look.alike();
  all.forEach(el => el.style.setProperty('display', 'none', 'important'));
  return axe.run({resultTypes: ['violations'], ...(rules ? {runOnly: rules} : {runOnly: tags})})
    .then(r => (all.forEach(el => el.style.removeProperty('display')), r.violations.flatMap(v => v.nodes.slice(0, 3)
      .map(n => `${v.id}: ${n.target.join(' ')} ${n.html.slice(0, 160)}`))));
}"""
SEND = """fill => {
  const forms = [...document.querySelectorAll('main form[method=post]:has(.go, .danger)')];
  const has = (form, name) => form.elements[name] !== undefined;
  const form = forms.find(f => !f.closest('.beat') && Object.keys(fill).every(name => has(f, name)));
  form.noValidate = true;
  if (!form) throw new Error(`${location.pathname}: no form has ${Object.keys(fill)}`);
  for (const [name, value] of Object.entries(fill)) form.elements[name].value = value;
  form.requestSubmit(form.querySelector('button:is(.go, .danger)'));
}"""
DESK, PHONE, SMALL, PAPER = ({"width": w, "height": h} for w, h in ((1280, 900), (390, 844), (320, 640), (688, 1000)))


@dataclass
class Found:
    """What the visits found: lines by condition; endpoints that were seen; those that nobody could see."""

    lines: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    seen: set[str] = field(default_factory=set)
    unseen: set[str] = field(default_factory=set)


@dataclass
class House:
    """A running installation: its app, its address, and what stands in addresses under the names of ``world.words``."""

    app: Flask
    url: str
    words: dict[str, str]


class Visitor:
    """Goes through pages in one browser; signs everybody in once."""

    def __init__(self, browser: Browser, house: House, empty: House) -> None:
        self.browser, self.house, self.empty = browser, house, empty
        self.cookies: dict[tuple[str, bool], Any] = {}
        self.contexts: dict[tuple[str, bool, bool], Page] = {}
        self.plain: set[str] = set()  # endpoints that were seen without script
        self.found = Found()

    def address(self, sheet: Sheet) -> str:
        """The sheet's address; people are named by their sign-in names, other things of this installation by ``@``."""
        house = self.empty if sheet.bare else self.house
        values = {
            k: house.words.get(str(v), v) if k.startswith("person") or str(v).startswith("@") else v
            for k, v in sheet.address.items()
        }
        with house.app.test_request_context():
            return str(house.app.url_for(sheet.endpoint, **values))

    def page(self, sheet: Sheet, script: bool = True) -> Page:
        """A window of the sheet's person in the sheet's language."""
        who = "" if sheet.endpoint == "account.sign_in" else sheet.who
        key = (who, sheet.bare, script)
        if key not in self.contexts:
            house = self.empty if sheet.bare else self.house
            context = self.browser.new_context(
                base_url=house.url,
                viewport=DESK,
                java_script_enabled=script,  # type: ignore[arg-type]
            )
            context.set_default_timeout(60_000)
            self._sign_in(context, who, sheet.bare)
            page = context.new_page()
            page.on("console", lambda m: self._complaint(m.type, m.text))
            page.on("pageerror", lambda e: self._complaint("error", str(e)))
            self.contexts[key] = page
        self.contexts[key].set_extra_http_headers({"Accept-Language": sheet.language})
        return self.contexts[key]

    def close(self) -> None:
        for page in self.contexts.values():
            page.context.close()

    def _sign_in(self, context: BrowserContext, who: str, bare: bool) -> None:
        if not who:
            return
        known = (who, bare)
        if known not in self.cookies:
            token = context.request.get("/sign-in").text().split('name="csrf_token" value="')[1].split('"')[0]
            form = {"csrf_token": token, "login": who, "password": world.password(who)}
            answer = context.request.post("/sign-in", form=form)  # type: ignore[arg-type]
            assert "/sign-in" not in answer.url, (who, answer.text())
            self.cookies[known] = context.cookies()
        else:
            context.add_cookies(self.cookies[known])

    def _complaint(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and "status of" not in text:
            self.note("console", [text])

    def note(self, condition: str, lines: list[str]) -> None:
        self.found.lines[condition] += [f"{self.now.title}: {line}" for line in lines]

    def everything(self) -> Found:
        """All sheets, and a sheet for every page that has none."""
        named = {sheet.endpoint for sheet in SHEETS}
        every = pages(self.house.app)
        for sheet in SHEETS:
            self.look(sheet)
        for endpoint in sorted(set(every) - named):
            self._unnamed(endpoint, every[endpoint])
        return self.found

    def _unnamed(self, endpoint: str, names: tuple[str, ...]) -> None:
        """Look at a page without a sheet as the first person who sees it."""
        usual = {**USUAL, "person": "bigtech", "person_id": "bighead"}
        if set(names) <= set(usual):
            for who in PEOPLE:
                sheet = Sheet(endpoint, who, {n: usual[n] for n in names}, "not named")
                answer = self.page(sheet).context.request.get(self.address(sheet), fail_on_status_code=False)
                kind = answer.headers.get("content-type", "")
                if answer.status == 200 and urlsplit(answer.url).path not in ("/sign-in",):
                    self.found.seen.add(endpoint)
                    if kind.startswith("text/html") and urlsplit(answer.url).path == self.address(sheet):
                        self.look(sheet)
                    return
        self.found.unseen.add(endpoint)

    def look(self, sheet: Sheet) -> None:
        """One page in every condition; what its state hardly changes is seen at the endpoint's first sheet only."""
        self.now = sheet
        address = self.address(sheet)
        first = sheet.endpoint not in self.found.seen
        if sheet.fill is None and sheet.endpoint not in self.plain:
            self.plain.add(sheet.endpoint)
            self._plain(sheet, address)
        page = self.page(sheet)
        page.set_viewport_size(DESK)  # type: ignore[arg-type]
        page.emulate_media(media="screen", color_scheme="light", reduced_motion="no-preference")
        answer = page.goto(address)
        assert answer is not None and answer.status == sheet.status, (sheet.title, answer and answer.status)
        if sheet.fill is not None:
            with page.expect_navigation():
                page.evaluate(SEND, sheet.fill)
            assert page.locator(".sum, .note.over, #changes").count(), f"{sheet.title}: was not refused"
        self.found.seen.add(sheet.endpoint)
        judged = first or sheet.fill is not None or sheet.status != 200
        page.evaluate(LOOK + (AXE_SCRIPT if judged else ""))
        self._measure(page, first, judged)

    def _plain(self, sheet: Sheet, address: str) -> None:
        """The same page in a browser without script."""
        page = self.page(sheet, script=False)
        page.goto(address)
        page.evaluate(LOOK)
        self.note("plain", page.evaluate("look.plain()"))

    def _measure(self, page: Page, first: bool, judged: bool) -> None:
        """``first``: of its endpoint; ``judged``: by axe, which takes longer than all the rest together."""
        self.note("desk", page.evaluate("(look.open(), look.layout())"))
        if judged:
            self.note("axe light", page.evaluate(AXE, [RULES, None]))
        self.note("large", page.evaluate("(look.big('200%'), look.layout())"))
        page.emulate_media(color_scheme="dark")
        page.evaluate("look.big('')")
        if first:
            self.note("axe dark", page.evaluate(AXE, [RULES, ["color-contrast"]]))
        if judged:
            page.set_viewport_size(PHONE)  # type: ignore[arg-type]
            self.note("phone", page.evaluate("look.layout()"))
            self.note("touch", page.evaluate("look.touch()"))
        if first:
            self.note("axe phone", page.evaluate(AXE, [RULES, ON_A_PHONE]))
        page.set_viewport_size(SMALL)  # type: ignore[arg-type]
        self.note("small", page.evaluate("look.layout()"))
        if not first:  # paper and motion are of a page, not of what stands on it
            return
        page.evaluate("look.screen()")
        page.set_viewport_size(PAPER)  # type: ignore[arg-type]
        page.emulate_media(media="print", color_scheme="dark", reduced_motion="reduce")
        self.note("paper", page.evaluate("[...look.paper(), ...look.layout()]"))
        page.emulate_media(media="screen")
        self.note("motion", page.evaluate("look.motion()"))
