"""The rest of the exam day, as the technician and the centre head do it on their pages."""

from collections.abc import Callable, Mapping
from datetime import datetime

from playwright.sync_api import Page, expect

from tests.browser.steps import do_step
from tests.browser.visitors import Server

EVE = (  # 28 May: clock, who, step
    ("10:50", "technician", "prep.distrib"), ("10:55", "technician", "prep.hw"),
    ("11:00", "technician", "prep.antivirus"),
    ("11:05", "technician", "prep.gek_check"), ("11:10", "technician", "prep.training"),
    ("11:15", "technician", "prep.fire"),
    ("16:40", "head", "d1.readiness"),
)  # fmt: skip
DAY = (  # 29 May; a word with an exclamation mark is a milestone
    ("07:22", "technician", "ex.arrive"), ("08:15", "technician", "ex.cctv_check"),
    ("08:20", "head", "ex.staff_briefing"), ("08:50", "technician", "ex.soft_check"),
    ("09:02", "technician", "ex.room_record"), ("09:05", "head", "ex.admission"),
    ("09:33", "technician", "ex.key"), ("09:51", "technician", "ex.key_load"), ("10:08", "technician", "ex.started"),
    *((f"{hour}:{minute:02}", "technician", "run.rounds") for hour in range(10, 14) for minute in (3, 33)),
    ("13:57", "head", "!last_participant_out"), ("14:10", "head", "!materials_left_room"),
    ("14:20", "technician", "end.room_stop"), ("14:40", "head", "!materials_in_hq"),
    ("15:10", "technician", "end.scan"),
    ("15:30", "head", "!materials_handed"), ("15:33", "technician", "end.hq_stop"), ("16:20", "technician", "end.copy"),
    ("16:40", "head", "end.handover"), ("16:50", "technician", "end.journal_close"),
)  # fmt: skip
EVIDENCE = {
    "prep.antivirus": {"av_db_date": "{date}"},
    "prep.distrib": {"received_at": "{date}T10:45"},
    "ex.soft_check": {"av_db_date": "{date}", "clock_diff_s": "2"},
    "end.scan": {"rcoi_confirmed_at": "15:08"},
    "end.copy": {"period_from": "{date}T09:00", "period_to": "{date}T15:40", "bytes": "48318382080", "file_count": "8"},
}


def play(
    server: Server, day: str, pages: Mapping[str, Page], lines: tuple[tuple[str, str, str], ...],
    moment: Callable[[str], datetime],
) -> None:  # fmt: skip
    """Do the lines in their order, moving the server's clock along."""
    for clock, who, what in lines:
        server.clock.now = moment(clock)
        if what.startswith("!"):
            milestone(pages[who], day, what[1:])
        else:
            date = server.clock.now.strftime("%Y-%m-%d")
            values = {name: value.format(date=date) for name, value in EVIDENCE.get(what, {}).items()}
            do_step(pages[who], day, what, values)


def milestone(page: Page, day: str, name: str) -> None:
    """One tap for the centre; for rooms a grid with all of them marked."""
    page.goto(f"/days/{day}/milestones/{name}")
    if page.get_by_role("button", name="Mark all").count():
        page.get_by_role("button", name="Mark all").click()
    page.locator("form[data-entry] button.go").click()
    expect(page.locator(".flash")).to_be_visible()


def waive(page: Page, day: str, step: str) -> None:
    """The head decides that a step is not required today; the page knows who decides."""
    page.goto(f"/days/{day}/steps/{step}/not-required")
    page.get_by_label("Reason").fill("доставка оформлена бумажным актом")
    page.get_by_role("button", name="Save: not required").click()
    expect(page.locator(".flash")).to_be_visible()


def confirm(page: Page, day: str, code: str) -> None:
    """Confirm everything that waits; the code is asked for once in a session."""
    page.goto(f"/days/{day}/confirm")
    if page.get_by_label("Your code").count():
        page.get_by_label("Your code").fill(code)
    page.get_by_role("button", name="Confirm the marked").click()
    expect(page.locator(".flash")).to_contain_text("confirmed")


def confirm_on_paper(page: Page, day: str, role: str) -> None:
    """Write down that somebody without an account signed on paper."""
    page.goto(f"/days/{day}/confirm/outside/{role}")
    page.get_by_label("Who signed").fill("Белова О. П.")
    page.get_by_label("On which paper").fill("лист 1")
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator(".flash")).to_be_visible()
