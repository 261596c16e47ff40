"""People at a browser: servers, devices, and what everybody does first."""

import os
import re
import subprocess
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests import loaded

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]  # fmt: skip
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 1}
DESK = {"viewport": {"width": 1280, "height": 900}}


@dataclass
class Clock:
    """What the server takes as now."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Server:
    """A running logbook. ``complaints``: what a browser's console had to say (must stay empty)."""

    url: str
    instance: Path
    clock: Clock
    complaints: list[str] = field(default_factory=list)

    def flask(self, *words: str, code: int | None = 0) -> str:
        """A command on this installation; its output, after its exit code was checked."""
        result = flask(self.instance, *words)
        if code is not None:
            assert result.returncode == code, result.stdout + result.stderr
        return result.stdout + result.stderr


def flask(instance: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """``flask words`` with its own environment."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("LOGBOOK_")}
    environment["LOGBOOK_INSTANCE"] = str(instance)
    return loaded.flask(words, environment)


def sign_in(page: Page, login: str, password: str) -> None:
    """Type name and password on the sign-in page."""
    page.goto("/sign-in")
    page.get_by_label("Name for sign-in").fill(login)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def first_sign_in(page: Page, login: str, one_time: str, own: str) -> None:
    """Sign in with a one-time password and choose an own one."""
    sign_in(page, login, one_time)
    page.get_by_label("One-time password").fill(one_time)
    page.get_by_label("New password", exact=True).fill(own)
    page.get_by_label("New password again").fill(own)
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_label("One-time password")).to_have_count(0)


def accept_link(page: Page, link: str, own: str) -> None:
    """Open a one-time link and choose a password."""
    page.goto(urlsplit(link).path)
    page.get_by_label("New password", exact=True).fill(own)
    page.get_by_label("New password again").fill(own)
    page.get_by_role("button", name="Save the password and sign in").click()
    expect(page.locator(".flash")).to_be_visible()


def make_key(page: Page, code: str) -> None:
    """Make the person's signing key."""
    page.goto("/me/key")
    page.get_by_label("Signing code", exact=True).fill(code)
    page.get_by_label("Signing code again").fill(code)
    page.get_by_label("I confirm that a signature made with my code").check()
    page.get_by_role("button", name="Make the key").click()
    expect(page.locator(".flash")).to_be_visible()


def one_time_password(text: str) -> str:
    """The one-time password in a command's output or on a page."""
    found = re.search(r"\b([a-z2-9]{3}-){3}[a-z2-9]{3}\b", text)
    assert found, text
    return found[0]
