"""Make the pictures of README and guides from a running demonstration: ``make pictures``.

The demo is built at one fixed moment in a temporary folder, so two runs differ only where the product does.
"""

import subprocess
import sys
import tempfile
import threading
from datetime import datetime
from pathlib import Path

import waitress
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from app import config, create_app  # noqa: E402 - the project's root has to be on the path first
from app.jobs.schedule import perform  # noqa: E402
from app.services import region, reminders  # noqa: E402
from tests.browser.visitors import DESK, FLAGS, PHONE, flask, sign_in  # noqa: E402

NOW = datetime.fromisoformat("2026-06-01T09:10:00+03:00")
TODAY, YESTERDAY = "23-0970-2026-06-01", "23-0970-2026-05-31"
RETURNED = "23-0655-2026-05-31"
TALL = {"viewport": {"width": 1280, "height": 1080}}
PICTURES = (  # file, device, who, address
    ("today-phone", PHONE, "tech", f"/days/{TODAY}/today"),
    ("step-phone", PHONE, "tech", f"/days/{TODAY}/steps/ex.room_record"),
    ("today-desk", DESK, "tech", f"/days/{TODAY}/today"),
    ("journal-desk", DESK, "head", f"/days/{YESTERDAY}/journal"),
    ("confirm-desk", DESK, "head", f"/days/{TODAY}/confirm"),
    ("documents-desk", DESK, "commission", f"/days/{YESTERDAY}/documents"),
    ("days-desk", DESK, "commission", "/days"),
    ("review-desk", DESK, "commission", f"/days/{TODAY}/review"),
    ("desk-desk", DESK, "commission", "/desk"),
    ("remarks-desk", TALL, "commission", f"/days/{RETURNED}/review/remarks"),
    ("region-desk", DESK, "commission", "/region"),
    ("register-desk", DESK, "ministry", "/registers/2026-05-31?region=23"),
    ("profile-desk", DESK, "commission", "/profiles/ru-ege-main#step-ex.room_record"),
    ("person-desk", TALL, "admin", "/people?q=Иванов"),  # and on to the only one found
)


def main() -> None:
    """Build the demo, serve it, take the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder) / "instance"
        made = flask(instance, "demo", "--now", NOW.isoformat())
        if made.returncode:
            raise SystemExit(made.stderr)
        paper(instance, "access-journal")
        paper(instance, "day-protocol")
        app = create_app(config.load(instance, {}), lambda: NOW)
        with app.app_context():
            reminders.sweep(NOW)
            perform(app, region.JOB.name)
        server = waitress.create_server(app, host="127.0.0.1", port=0)
        threading.Thread(target=server.run, daemon=True).start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            for name, device, who, address in PICTURES:
                picture(browser, f"http://localhost:{server.effective_port}", name, device, who, address)
            browser.close()
        server.close()


def paper(instance: Path, form: str) -> None:
    """First page of a signed document."""
    target = ROOT / "docs" / "pictures" / form
    pdf = instance / f"{form}.pdf"
    flask(instance, "form", "save", form, YESTERDAY, "-o", str(pdf))
    command = ["pdftoppm", "-r", "90", "-f", "1", "-l", "1", "-singlefile", "-png", str(pdf), str(target)]
    subprocess.run(command, check=True)


def picture(browser: Browser, url: str, name: str, device: dict[str, object], who: str, address: str) -> None:
    """One page as one person sees it: the first screen, or less when the page is shorter."""
    context = browser.new_context(base_url=url, locale="en-GB", reduced_motion="reduce", **device)  # type: ignore[arg-type]
    context.clock.set_system_time(NOW)  # the device's clock is right
    page = context.new_page()
    sign_in(page, who, f"demo-{who}-1")
    page.goto(address)
    if address.startswith("/people"):
        page.get_by_role("main").get_by_role("listitem").get_by_role("link").click()
    bottom = page.get_by_role("main").evaluate(
        "main => Math.max(...[...main.children].map(child => child.getBoundingClientRect().bottom))"
    )
    size = page.viewport_size or {"width": 0, "height": 0}
    clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], bottom + 24)}
    page.screenshot(path=ROOT / "docs" / "pictures" / f"{name}.png", clip=clip)  # type: ignore[arg-type]
    context.close()


if __name__ == "__main__":
    main()
