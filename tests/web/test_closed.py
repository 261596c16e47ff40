"""Closed by default, the token on every POST, what every answer tells the browser."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask

from app.web import CSP, PUBLIC

from .conftest import DAY, YESTERDAY, Person

EXAMPLE = {
    "day_id": DAY, "step_id": "ex.soft_check", "seq": 5, "handover": 5, "outage": 47, "person": "p-1",
    "person_id": "p-1", "code": "23-0970", "region": "23", "role": "pes_head", "token": "x", "secret": "x",
    "form": "access-journal", "name": "x", "digest": "0" * 64, "number": f"{DAY}.1", "filename": "base.css",
    "kind": "xlsx", "device": "0001-1", "camera": "0001-1", "copy_id": "x",
    "remark": 5, "on": "2026-06-01", "export_id": "00000000-0000-4000-8000-000000000000", "ticket": "1",
}  # fmt: skip


def addresses(app: Flask, method: str) -> list[tuple[str, str]]:
    adapter = app.url_map.bind("localhost")
    out = []
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()):
            out.append(
                (rule.endpoint, adapter.build(rule.endpoint, {a: EXAMPLE[a] for a in rule.arguments}, method=method))
            )
    return out


def test_nobody_gets_in_without_signing_in(app: Flask) -> None:
    client = app.test_client()
    for endpoint, url in addresses(app, "GET"):
        answer = client.get(url, buffered=True)
        if endpoint == "invitation.accept":  # a form of the sign-in: it opens for who holds a link, as nobody here
            assert answer.status_code == 404 and "This link does not work" in answer.text
        elif endpoint == "calendar.feed":  # for who holds an address
            assert answer.status_code == 404 and "Set-Cookie" not in answer.headers
        elif endpoint in PUBLIC:
            assert answer.status_code == 200, url
        else:
            assert answer.status_code == 302 and "/sign-in" in answer.headers["Location"], url


def test_a_post_without_signing_in_does_nothing(app: Flask) -> None:
    client = app.test_client()
    for endpoint, url in addresses(app, "POST"):
        if endpoint not in PUBLIC:
            assert client.post(url, data={"reason": "x"}).status_code == 401, url


def test_every_post_needs_the_token(app: Flask, tech: Person) -> None:
    for endpoint, url in addresses(app, "POST"):
        answer = tech.client.post(url, data={"text": "kept words"})
        assert answer.status_code in (400, 404, 403), (url, answer.status_code)
        assert "was saved" not in answer.text or "Nothing was saved" in answer.text, endpoint


def test_the_list_of_public_endpoints_is_short_and_exists(app: Flask) -> None:
    assert frozenset(
        {
            "static", "account.sign_in", "invitation.accept", "check.page", "check.by_number", "calendar.feed",
            "reminders.worker", "check.by_ticket", "witness.add_checkpoint", "published.page",
            "published.sheet",
        }
    ) == PUBLIC  # fmt: skip
    assert set(app.view_functions) >= PUBLIC


def test_headers(app: Flask, tech: Person) -> None:
    for url in ("/sign-in", f"/days/{DAY}/today", "/nowhere"):
        answer = tech.get(url)
        assert answer.headers["Content-Security-Policy"] == CSP
        assert "unsafe" not in CSP and "data:" not in CSP
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cache-Control"] == "no-store"
    assert "max-age" in tech.get("/static/base.css").headers["Cache-Control"]


@pytest.mark.parametrize("login", ["tech", "head", "commission", "member", "ministry", "admin"])
def test_every_link_leads_somewhere(sign_in: Callable[[str], Person], login: str) -> None:
    """Follow links from the first page: no error, no inline style or script."""
    person, seen, todo = sign_in(login), set(), ["/", "/me", "/days", f"/days/{YESTERDAY}/documents"]
    while todo and len(seen) < 120:
        url = todo.pop(0).split("#")[0]
        if url in seen or url.startswith("/static"):
            continue
        seen.add(url)
        answer = person.get(url)
        assert answer.status_code < 400, url
        if answer.status_code == 302:
            todo.append(answer.headers["Location"])
        if answer.mimetype == "text/html":
            assert " style=" not in answer.text and "<style" not in answer.text, url
            assert not re.search(r"<script(?![^>]*\ssrc=)", answer.text) and not re.search(
                r"\son[a-z]+=\"", answer.text
            ), url
            todo += [unescape(link) for link in re.findall(r'href="(/[^"]*)"', answer.text)]


def test_a_strange_page_says_what_to_do(tech: Person) -> None:
    answer = tech.get("/nowhere")
    assert answer.status_code == 404 and "Page not found" in answer.text and "Go to Today" in answer.text


def test_another_persons_day_is_not_there(tech: Person) -> None:
    assert tech.get("/days/99-0001-2026-06-01/today").status_code == 404


def test_administration_is_refused_to_others(tech: Person) -> None:
    for url in ("/people", "/people/new", "/centres/new", "/keys", "/changes", "/people/p-1/lock"):
        assert tech.get(url).status_code == 403, url
