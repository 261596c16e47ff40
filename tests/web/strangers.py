"""Somebody without an account at the check page, and what the page tells them."""

import re
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.services import check


class Stranger:
    """A browser without a session."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, url: str) -> TestResponse:
        return self.client.get(url, buffered=True)

    def check(self, data: bytes, name: str = "document.pdf", page: str = "/check") -> TestResponse:
        """Choose a file on the form of ``page`` and send it."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.get(page).text)
        assert token, "no form"
        part = '--x\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
        head = part.format("csrf_token", "") + f"{token[1]}\r\n" + part.format("file", f'; filename="{name}"')
        body = head.encode() + data + b"\r\n--x--\r\n"  # not the client's own way: it leaves a file behind
        return self.client.post("/check", data=body, content_type="multipart/form-data; boundary=x", buffered=True)


def day_of(name: str) -> Any:
    """A day, past everybody's rights."""
    return check.days.fold_log(check.days.log_of(name))[0]


def words(page: str) -> str:
    """What a reader sees of the page's main part."""
    body = re.sub(r"<option.*?</option>", " ", page.split('<main id="main"')[1], flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body.split(">", 1)[1])).split())


def verdict(answer: TestResponse) -> tuple[str, str]:
    """Colour and heading of the whole; what else the page says is in order too."""
    found = re.search(r'<h1 class="verdict (\w+)" id="verdict">(.*?)</h1>', answer.text, re.S)
    assert answer.status_code == 200 and found, words(answer.text)
    return found[1], words(f'<main id="main">{found[2]}')
