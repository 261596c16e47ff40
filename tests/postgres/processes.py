"""Servers and commands as processes of their own, and people who speak HTTP with them."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from tests import loaded
from tests.conftest import NAME
from tests.web.conftest import fields

ROOT = Path(__file__).resolve().parents[2]
FLASK = Path(sys.executable).parent / "flask"
# The server itself; only its clock is a file that the test writes.
WITH_CLOCK = """
import os, sys
from datetime import datetime
from pathlib import Path
from app import config, create_app, jobs, serve
settings = config.load(None, os.environ)
clock = Path(sys.argv[1])
serve.serve(settings, lambda: create_app(settings, lambda: datetime.fromisoformat(clock.read_text())), jobs.start)
"""


@dataclass(frozen=True)
class Logbook:
    """An instance folder and the database that its commands and servers are told."""

    folder: Path
    database_url: str

    def flask(self, *words: object, code: int = 0) -> str:
        """What a command prints, after its exit code was checked."""
        done = loaded.flask([*map(str, words)], self._environment())
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    @contextmanager
    def serving(self, clock: Path | None = None) -> Iterator[str]:
        """``flask start``, or the same with the clock of a file: the address of a server that answers."""
        command = [sys.executable, "-c", WITH_CLOCK, str(clock)] if clock else [str(FLASK), "start"]
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        log = self.folder.parent / f"server-{port}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                command, cwd=ROOT, env=self._environment(LOGBOOK_PORT=str(port), PYTHONPATH=str(ROOT)),
                stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        try:
            until = time.monotonic() + 90
            while time.monotonic() < until and process.poll() is None:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            else:
                raise AssertionError(log.read_text())
            yield f"http://127.0.0.1:{port}"
            assert process.poll() is None, log.read_text()
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(20)
        assert "Traceback" not in log.read_text(), log.read_text()

    def _environment(self, **more: str) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("LOGBOOK_")}
        own = {"INSTANCE": str(self.folder), "DATABASE_URL": self.database_url, "NAME": NAME}
        return {**kept, **{f"LOGBOOK_{key}": value for key, value in own.items()}, **more}


@dataclass(frozen=True)
class Answer:
    status: int
    url: str
    data: bytes

    @property
    def text(self) -> str:
        return self.data.decode()

    @property
    def faults(self) -> str:
        """What the page says is wrong."""
        found = re.findall(r'role="alert".*?</ul>', self.text, re.S)
        return " ".join([str(self.status), self.url, *(re.sub(r"<[^>]*>", " ", part) for part in found)])


class Person:
    """A browser without script: pages, and forms filled as they stand with what the person changes."""

    def __init__(self, server: str, login: str, password: str = "") -> None:
        self.server = server
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))
        values = {"login": login, "password": password} if password else {"as": login}
        answer = self.send("/sign-in", values, button="" if password else "as")
        assert not answer.url.endswith("/sign-in"), answer.faults

    def get(self, path: str) -> Answer:
        return self._open(Request(self.server + path))

    def send(self, path: str, values: dict[str, Any], page: str = "", button: str = "") -> Answer:
        """Fill the form to ``path`` that stands on ``page`` and send it; the page that it leads to.

        ``button``: it is pressed alone, in a form that holds nothing else.
        """
        token = {"csrf_token": self.token(page or path)}
        filled = token if button else self.form(path, page)
        return self.post(path, {k: v for k, v in (filled | values).items() if v is not None})

    def form(self, path: str, page: str = "") -> dict[str, Any]:
        return fields(self.get(page or path).text, path.partition("?")[0])

    def token(self, page: str) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(page).text)
        assert found, page
        return found[1]

    def post(self, path: str, data: dict[str, Any]) -> Answer:
        return self._open(Request(self.server + path, urlencode(data, doseq=True).encode()))

    def _open(self, request: Request) -> Answer:
        try:
            with self._opener.open(request, timeout=60) as answer:
                return Answer(answer.status, answer.url, answer.read())
        except HTTPError as error:
            with error:
                return Answer(error.code, error.url, error.read())


def answers(page: str, action: str) -> dict[str, Any]:
    """A form as somebody sends it who answers what is empty: every place, the first choice, something typed."""
    body = next(b for head, b in re.findall(r"<form([^>]*)>(.*?)</form>", page, re.S) if f'action="{action}"' in head)
    found = fields(page, action)
    boxes = re.findall(r'<input type="checkbox" name="places" value="([^"]*)"(?! checked| disabled)', body)
    if boxes and not found.get("places"):
        found["places"] = boxes
    for box in (r'<input type="radio"', r'<label class="tick[^>]*>\s*<input type="checkbox"'):
        for name, value in re.findall(rf'{box}[^>]* name="([^"]+)" value="([^"]*)"', body):
            found.setdefault(name, value)
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', body, re.S):
        found[name] = found[name] or re.findall(r'<option value="([^"]+)"', options)[0]
    for tag in re.findall(r'<(?:input|textarea)[^>]* name="evidence\.[^>]*>', body):
        name = re.search(r' name="([^"]+)"', tag)[1]  # type: ignore[index]
        if not any(found.get(name, "x")) and not name.endswith("sha256") and ' type="date' not in tag:
            found[name] = "30" if 'inputmode="numeric"' in tag else "as agreed"
    return found


class ServerClock:
    """The clock of a server, in the test's hand."""

    def __init__(self, file: Path, now: datetime) -> None:
        self.file = file
        self.set(now)

    def set(self, now: datetime) -> None:
        self.file.write_text(now.isoformat())
