"""A demo installation, built once and copied for every test; people sign in through the pages."""

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import config, create_app, demo
from app.domain import facts as f
from app.services import confirm, setup
from app.services.record import record
from app.store import files

from .strangers import Stranger, day_of

NOW = datetime(2026, 6, 1, 5, 4, 10, tzinfo=UTC)  # 08:04 in Moscow, two hours before the exam
DAY = "23-0970-2026-06-01"
YESTERDAY = "23-0970-2026-05-31"
CODE = "246810"


class Clock:
    """The application's clock, in the test's hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **amount: int) -> None:
        self.now += timedelta(**amount)


class Person:
    """A browser with somebody signed in. Forms are filled as a page without script sends them."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, url: str, **more: Any) -> TestResponse:
        return self.client.get(url, buffered=True, **more)

    def form(self, url: str, action: str = "") -> dict[str, Any]:
        """Fields of the page's form as they stand (the first whose action is ``action``, else ``url``)."""
        return fields(self.get(url).text, action or url.split("?")[0])

    def send(
        self, url: str, values: dict[str, Any] | None = None, form: str = "", follow: bool = True, **more: Any
    ) -> TestResponse:
        """Fill the form of page ``form`` (else ``url``) with ``values`` and send it to ``url``."""
        found = self.form(form or url, url)
        found.update(values or {})
        data = {k: v for k, v in found.items() if v is not None}
        return self.client.post(url, data=data, follow_redirects=follow, **more)


def fields(page: str, action: str) -> dict[str, Any]:
    """What a browser would send from a form: inputs, marked boxes, chosen options, areas."""
    found: dict[str, Any] = {}
    forms = re.findall(r"<form([^>]*)>(.*?)</form>", page, re.S)
    body = next((b for head, b in forms if f'action="{action}"' in unescape(head)), None)
    assert body is not None, f"no form to {action}"
    for tag in re.findall(r"<input[^>]*>", body):
        name, value = _attr(tag, "name"), _attr(tag, "value") or ""
        kind = _attr(tag, "type") or "text"
        if (
            not name
            or kind == "file"
            or " disabled" in tag
            or (kind in ("checkbox", "radio") and " checked" not in tag)
        ):
            continue
        if kind == "checkbox" or name in found:
            found.setdefault(name, [])
            found[name] = [*([found[name]] if isinstance(found[name], str) else found[name]), value]
        else:
            found[name] = value
    for head, text in re.findall(r"<textarea([^>]*)>(.*?)</textarea>", body, re.S):
        found[_attr(head, "name") or ""] = unescape(text)
    for head, options in re.findall(r"<select([^>]*)>(.*?)</select>", body, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        first = re.search(r'<option value="([^"]*)"', options)
        found[_attr(head, "name") or ""] = unescape((chosen or first)[1]) if chosen or first else ""
    return found


def _attr(tag: str, name: str) -> str | None:
    match = re.search(rf'\s{name}="([^"]*)"', tag)
    return unescape(match[1]) if match else None


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "instance"
    settings = config.load(folder, {})
    app = create_app(settings, lambda: NOW)
    with app.app_context():
        setup.make_keys(folder, settings.name, NOW)
        setup.upgrade_schema()
    app = create_app(settings, lambda: NOW)
    with app.app_context(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["app.demo.build"], "play_today", morning)
        demo.build(settings, NOW)
    return folder


def morning(player: Any, _now: datetime) -> None:
    """Instead of the demo's own: arrived, the software of six stations checked, both confirmed."""
    tech, head = player.cast["tech"], player.cast["head"]
    arrived, checked = NOW - timedelta(minutes=55), NOW - timedelta(minutes=6)
    seen = {"arrived_at": "2026-06-01T07:09", "id_document_checked": True, "personal_items_left": True}
    software = {"software_version": "26.4.1", "starts_ok": True, "clock_diff_s": 2, "av_db_date": "2026-05-31"}
    stations = ("AS-1", "AS-2", "PS-0001", "PS-0002", "PS-0003", "PS-0004")
    done = (f.StepDone("ex.arrive", arrived, (), seen), f.StepDone("ex.soft_check", checked, stations, software))
    seqs = [record(tech.actor, player.day_id, str(uuid4()), fact, fact.at).seq for fact in done]
    confirm.confirm(head.actor, player.day_id, str(uuid4()), seqs, head.key, checked)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(built: Path, tmp_path: Path, clock: Clock) -> Iterator[Flask]:
    folder = tmp_path / "instance"
    shutil.copytree(built, folder)
    app = create_app(config.load(folder, {}), clock)
    app.testing = True
    yield app


@pytest.fixture
def sign_in(app: Flask) -> Callable[[str], Person]:
    def enter(login: str) -> Person:
        client = app.test_client()
        person = Person(client)
        answer = person.send("/sign-in", {"as": login}, follow=False)
        assert answer.status_code == 302, answer.text
        return person

    return enter


@pytest.fixture
def tech(sign_in: Callable[[str], Person]) -> Person:
    return sign_in("tech")


@pytest.fixture
def head(sign_in: Callable[[str], Person]) -> Person:
    return sign_in("head")


@pytest.fixture
def admin(sign_in: Callable[[str], Person]) -> Person:
    return sign_in("admin")


@pytest.fixture
def stranger(app: Flask) -> Stranger:
    return Stranger(app.test_client())


@pytest.fixture
def stages(app: Flask) -> list[bytes]:
    """Yesterday's signed journal after one, two and three signatures."""
    with app.app_context():
        return [files.get(s.fact.file) for s in day_of(YESTERDAY).documents["access-journal"]]
