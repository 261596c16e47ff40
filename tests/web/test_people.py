"""Accounts on pages: links that are shown once, sessions, locks, one's own activity, the record of changes."""

import logging
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask

from app.domain.people import Actor
from app.domain.plan import Role
from app.services import accounts, centres, invitations, office, people
from app.store import people as store
from app.store.db import transaction
from app.web.browser import name_of

from .conftest import DAY, NOW, Clock, Person

OFFICE = Actor("office", "office", frozenset({Role.ADMINISTRATOR}))
NEW = {"login": "new.one", "name": "Новикова Нина Петровна", "roles": ["technician"], "centres": ["23-0970"]}
OWN = {"new": "three quiet words", "again": "three quiet words"}
PHONE = "Mozilla/5.0 (Android 14; Mobile; rv:126.0) Gecko/126.0 Firefox/126.0"


def link_in(page: str) -> str:
    """The path of the one-time link on the page that shows it."""
    found = re.search(r'<textarea id="link"[^>]*>https?://[^/]+(/sign-in/[^<]+)<', page)
    assert found, "no link"
    return found[1]


def fresh(app: Flask) -> Person:
    return Person(app.test_client())


def id_of(app: Flask, login: str) -> str:
    with app.app_context():
        row = store.by_login(login)
        assert row is not None
        return row.id


def test_a_new_person_comes_in_by_a_link_that_works_once(app: Flask, admin: Person) -> None:
    page = admin.send("/people/new", NEW).text
    link = link_in(page)
    assert page.count(link) == 2, "the link and the ready text"
    assert "<svg" in page and 'class="qr"' in page and "8 June 2026, 05:04 UTC" in page
    assert 'data-script hidden><button class="btn go" type="button" data-copy="link"' in page
    assert link not in admin.get("/people").text
    person = fresh(app)
    for _ in range(3):  # a messenger's preview looks, too
        assert "Новикова Нина Петровна" in person.get(link).text
    answer = person.send(link, OWN)
    assert answer.request.path == "/me" and "choose your language and make your signing key" in answer.text
    assert "new.one" in answer.text and "Not made yet" in answer.text
    assert fresh(app).get(link).status_code == 404
    again = fresh(app).send("/sign-in", {"login": "new.one", "password": OWN["new"]}, follow=False)
    assert again.status_code == 302


def test_a_bad_password_shows_the_form_with_every_reason_and_never_the_password(app: Flask, admin: Person) -> None:
    link = link_in(admin.send("/people/new", NEW).text)
    answer = fresh(app).send(link, {"new": "shorty", "again": "other"})
    assert answer.status_code == 422 and "too short" in answer.text and "differ" in answer.text
    assert "shorty" not in answer.text
    assert fresh(app).send(link, OWN, follow=False).status_code == 302


def test_every_link_that_does_not_work_gets_one_and_the_same_answer(app: Flask, admin: Person, clock: Clock) -> None:
    with app.app_context():
        made = {}
        for login in ("used", "replaced", "closed", "expired"):
            link = invitations.invite(OFFICE, login, "Имя Фамилия", ["technician"], [], "", NOW)
            made[login] = (link.secret, link.person.id)
        invitations.accept(made["used"][0], OWN["new"], OWN["new"], NOW)
        invitations.renew(OFFICE, made["replaced"][1], NOW)
        people.lock(OFFICE, made["closed"][1], "x", NOW)
        with transaction():
            row = store.invitation(accounts.digest(made["expired"][0]))
            assert row is not None
            row.expires = NOW
    answers = set()
    for secret in ("unknown", *(secret for secret, _ in made.values())):
        person = fresh(app)
        token = person.form("/sign-in")["csrf_token"]
        sent = person.client.post(f"/sign-in/{secret}", data=OWN | {"csrf_token": token})
        for answer in (person.get(f"/sign-in/{secret}"), sent):
            assert answer.status_code == 404
            answers.add(answer.text)
    assert len(answers) == 1 and "This link does not work" in answers.pop()


def test_a_link_used_in_a_browser_of_somebody_else_ends_that_session(app: Flask, admin: Person, tech: Person) -> None:
    link = link_in(admin.send("/people/new", NEW).text)
    cookie = tech.client.get_cookie("logbook")
    assert "that session ends" in tech.get(link).text
    assert tech.send(link, OWN).request.path == "/me"
    other = app.test_client()
    assert cookie is not None
    other.set_cookie("logbook", cookie.value)
    assert other.get("/me").status_code == 302


def test_links_are_tried_so_often_only(app: Flask) -> None:
    person = fresh(app)
    token = person.form("/sign-in")["csrf_token"]
    codes = [person.client.post("/sign-in/x", data=OWN | {"csrf_token": token}).status_code for _ in range(11)]
    assert codes == [404] * 10 + [429]


def test_the_secret_of_a_link_reaches_no_log(
    app: Flask, admin: Person, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = link_in(admin.send("/people/new", NEW).text)
    caplog.set_level(logging.DEBUG)
    app.testing = False

    def break_down(*_: object) -> None:
        raise RuntimeError("the database is gone")

    monkeypatch.setattr(invitations, "holder", break_down)
    assert fresh(app).get(link).status_code == 500
    assert "request failed: GET /sign-in/<token>" in caplog.text
    assert link not in caplog.text


def test_every_mistake_in_a_new_account_stands_beside_its_field(admin: Person) -> None:
    bad = {"login": "tech", "name": "Имя", "email": "nobody", "roles": ["technician"], "centres": []}
    answer = admin.send("/people/new", bad)
    assert answer.status_code == 422 and answer.text.count('class="err"') == 4
    assert 'value="Имя"' in answer.text and 'value="nobody"' in answer.text
    gone = admin.send("/people/new", NEW | {"centres": ["99-9999"]})
    assert gone.status_code == 422 and "There is no centre 99-9999." in gone.text


def test_a_new_link_ends_password_and_sessions_at_once(app: Flask, admin: Person, tech: Person) -> None:
    link = link_in(admin.send(f"/people/{id_of(app, 'tech')}/password").text)
    assert tech.get("/me").status_code == 302
    wrong = fresh(app).send("/sign-in", {"login": "tech", "password": "demo-tech-1"})
    assert "Wrong name or password" in wrong.text
    answer = fresh(app).send(link, OWN)
    assert answer.request.path == f"/days/{DAY}/today", "the key is there already"


def test_an_account_is_closed_with_a_reason_and_opened_again(app: Flask, admin: Person, tech: Person) -> None:
    page = f"/people/{id_of(app, 'tech')}"
    assert "Give the reason." in admin.send(f"{page}/lock").text
    closed = admin.send(f"{page}/lock", {"reason": "left the school"})
    assert "The account is closed" in closed.text and "left the school" in closed.text
    assert tech.get("/me").status_code == 302
    assert "is open again" in admin.send(f"{page}/unlock", form=page).text
    assert fresh(app).send("/sign-in", {"login": "tech", "password": "demo-tech-1"}, follow=False).status_code == 302


def test_the_lock_of_wrong_tries_is_seen_and_lifted(app: Flask, admin: Person) -> None:
    page = f"/people/{id_of(app, 'tech')}"
    for _ in range(5):
        fresh(app).send("/sign-in", {"login": "tech", "password": "wrong"})
    assert "Five wrong passwords" in admin.get(page).text
    assert "Five wrong passwords" not in admin.send(f"{page}/lift", form=page).text
    assert fresh(app).send("/sign-in", {"login": "tech", "password": "demo-tech-1"}, follow=False).status_code == 302


def test_the_own_account_offers_no_way_to_shut_oneself_out(app: Flask, admin: Person) -> None:
    page = f"/people/{id_of(app, 'admin')}"
    assert f"{page}/lock" not in admin.get(page).text
    assert "own administration" in admin.send(f"{page}/lock", {"reason": "x"}).text
    assert "own page" in admin.send(f"{page}/password").text


def test_sessions_on_the_own_page_and_for_the_administration(app: Flask, admin: Person, tech: Person) -> None:
    phone = fresh(app)
    values = phone.form("/sign-in") | {"login": "tech", "password": "demo-tech-1"}
    phone.client.post("/sign-in", data=values, headers={"User-Agent": PHONE})
    page = f"/people/{id_of(app, 'tech')}"
    assert "Signed in on 2 devices" in admin.get(page).text
    mine = tech.get("/me").text
    assert "Firefox on Android" in mine and mine.count("this one") == 1
    number = re.search(r'name="session" value="(\w+)"', mine)
    assert number
    assert "The session has ended" in tech.send("/me/sessions", {"session": number[1]}, form="/me").text
    assert phone.get("/me").status_code == 302 and tech.get("/me").status_code == 200
    assert "Signed in nowhere" in admin.send(f"{page}/sessions", form=page).text
    assert tech.get("/me").status_code == 302


@pytest.mark.parametrize(
    ("header", "name"),
    [(PHONE, "Firefox on Android"), ("curl/8", ""), ("", ""),
     ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1", "Safari on iPhone"),
     ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/125.0 Safari/537.36 Edg/125.0", "Edge on Windows"),
     ("Mozilla/5.0 (Windows NT 10.0) Chrome/124.0 YaBrowser/24.4 Safari/537.36", "Yandex Browser on Windows"),
     ("Mozilla/5.0 (X11; Linux x86_64) Chrome/125.0 Safari/537.36", "Chrome on Linux"),
     ("<script>" * 1000, "")],
)  # fmt: skip
def test_a_browser_is_named_in_short(header: str, name: str) -> None:
    assert name_of(header) == name and len(name) <= 60


def test_a_key_that_ends_soon_is_renewed_from_the_own_page(sign_in: Callable[[str], Person], clock: Clock) -> None:
    assert "Ends soon" not in sign_in("tech").get("/me").text
    clock.now = NOW + timedelta(days=3 * 365 - 40)
    tech = sign_in("tech")
    assert "Ends soon" in tech.get("/me").text
    values = {"present": "000000", "code": "another-code", "again": "another-code", "agreed": ["1"]}
    refused = tech.send("/me/key", values)
    assert refused.status_code == 422 and "Wrong code" in refused.text
    made = tech.send("/me/key", values | {"present": "246810"})
    assert "Your signing key is made" in made.text and "Ends soon" not in made.text


def test_the_own_activity_links_to_every_entry(sign_in: Callable[[str], Person]) -> None:
    page = sign_in("tech").get("/me/activity").text
    assert "UTC+3" in page and "Sign-in" in page and "Signing key made" in page
    for link in re.findall(r'class="to-entry" href="([^"]+)"', page):
        assert sign_in("tech").get(unescape(link)).status_code == 200
        break
    assert f"/days/{DAY}/entries/" in page


def test_the_record_of_changes_says_in_words_what_was_and_what_is(
    app: Flask, admin: Person, sign_in: Callable[[str], Person]
) -> None:
    page = f"/people/{id_of(app, 'tech')}"
    admin.send(page, {"name": "Иванов Пётр Иванович", "roles": ["cctv_technician"], "centres": ["23-0970"]})
    for url in ("/changes", f"/changes?person={id_of(app, 'tech')}&kind=person", page):
        reader = admin if url == page else sign_in("ministry")
        text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", reader.get(url).text))
        assert "Account changed: Иванов" in text, url
        assert "Name Иванов Иван Иванович Иванов Пётр Иванович" in text
        assert "Roles technical specialist CCTV technical specialist" in text
        assert "1 June 2026, 05:04 UTC" in text and "cctv_technician" not in text
    assert "No such changes" in admin.get("/changes?kind=region").text


def test_kinds_that_nobody_named_are_shown_well(app: Flask, admin: Person) -> None:
    with app.app_context():
        with transaction(office.log()):
            was, is_now = {"host_name": "a", "on": False}, {"host_name": "b", "on": True}
            office.changed(OFFICE, "mail_relay", "main", was, is_now, NOW)
            office.changed(OFFICE, "setting", "session", {}, {"value": {"minutes": 5}, "text": "long " * 100}, NOW)
        found = centres.centre(OFFICE, "23-0970")
        gone = found.rooms[-1].code
        cameras = [c for c in found.cameras if c.room != gone]
        centres.save(OFFICE, found.centre, found.rooms[:-1], cameras, found.stations, NOW, recorders=found.recorders)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", admin.get("/changes").text))
    assert "Mail relay changed: main Host name a b On No Yes" in text
    assert "Setting added: session" in text and "minutes: 5" in text and "long long …" in text
    assert f"Rooms 21 20; removed: {gone}" in text
