"""Sign-in, sessions that end while somebody types, language, password."""

import re
from collections.abc import Callable

from flask import Flask

from app.cli.people import OPERATOR
from app.services import people
from app.web.kept import safe_path

from .conftest import DAY, NOW, Clock, Person, fields

STEP = f"/days/{DAY}/steps/ex.soft_check"
BOARD = f"/days/{DAY}/today"


def fresh(app: Flask) -> Person:
    return Person(app.test_client())


def test_name_and_password(app: Flask) -> None:
    person = fresh(app)
    answer = person.send("/sign-in", {"login": "tech", "password": "wrong"})
    assert answer.status_code == 422 and "Wrong name or password. Attempts left: 4." in answer.text
    assert fields(answer.text, "/sign-in")["login"] == "tech" and "wrong" not in answer.text
    assert person.send("/sign-in", {"login": "", "password": ""}).text.count('class="err"') == 2
    answer = person.send("/sign-in", {"login": "Tech", "password": "demo-tech-1"})
    assert answer.request.path == f"/days/{DAY}/today"


def test_five_wrong_tries_lock(app: Flask, clock: Clock) -> None:
    person = fresh(app)
    for _ in range(5):
        answer = person.send("/sign-in", {"login": "tech", "password": "wrong"})
    assert "Try again in 15 min" in answer.text
    assert person.send("/sign-in", {"login": "tech", "password": "demo-tech-1"}).status_code == 422
    clock.forward(minutes=16)
    assert person.send("/sign-in", {"login": "tech", "password": "demo-tech-1"}, follow=False).status_code == 302


def test_after_signing_in_where_one_was_going(app: Flask) -> None:
    person = fresh(app)
    answer = person.get(f"/days/{DAY}/log?page=1")
    assert answer.status_code == 302
    answer = person.send(
        "/sign-in", {"login": "tech", "password": "demo-tech-1"}, form=answer.headers["Location"], follow=False
    )
    assert answer.headers["Location"].endswith(f"/days/{DAY}/log?page=1")


def test_never_to_another_site() -> None:
    for target in ("https://evil.example/x", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", "evil"):
        assert safe_path(target) is None
    assert safe_path("/days/x?page=1") == "/days/x?page=1"


def test_a_session_that_ended_loses_nothing_typed(app: Flask, tech: Person, clock: Clock) -> None:
    form = tech.form(STEP) | {
        "evidence.starts_ok": "yes",
        "evidence.clock_diff_s": "2",
        "note": "Long words, typed on a small phone",
    }
    clock.forward(hours=13)  # idle longer than a session lasts
    answer = tech.client.post(STEP, data=form)
    assert answer.status_code == 401 and "What you typed is kept" in answer.text
    assert "Long words" not in answer.text, "it travels sealed, not in the open"
    back = fields(answer.text, "/sign-in") | {"login": "tech", "password": "wrong"}
    answer = tech.client.post("/sign-in", data=back)
    assert answer.status_code == 422 and "What you typed is kept" in answer.text
    answer = tech.client.post(
        "/sign-in", data=fields(answer.text, "/sign-in") | {"login": "tech", "password": "demo-tech-1"}
    )
    assert answer.status_code == 200 and "nothing was saved yet" in answer.text
    again = fields(answer.text, STEP)
    assert again["note"] == form["note"] and again["evidence.clock_diff_s"] == "2" and again["places"] == form["places"]
    answer = tech.client.post(STEP, data=again | {"late_reason": "The session ended"}, follow_redirects=True)
    assert "Saved" in answer.text


def test_another_site_puts_no_words_into_a_form(app: Flask) -> None:
    client = app.test_client()
    for head in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert client.post(STEP, data={"note": "not mine"}, headers=head).status_code == 302
    sealed = {"kept": "forged", "login": "tech", "password": "demo-tech-1"}
    assert Person(client).send("/sign-in", sealed, follow=False).status_code == 302


def test_a_stale_page_shows_the_form_again(tech: Person) -> None:
    form = tech.form(STEP) | {"note": "Kept", "csrf_token": "old"}
    answer = tech.client.post(STEP, data=form)
    assert answer.status_code == 400 and "open too long" in answer.text
    assert fields(answer.text, STEP)["note"] == "Kept"


def test_passwords_are_not_shown_again(tech: Person) -> None:
    answer = tech.send("/me/password", {"password": "secret-old", "new": "secret-new-1", "again": "other"})
    assert answer.status_code == 422 and "differ" in answer.text and "secret" not in answer.text


def test_sign_out_ends_it_everywhere(app: Flask, tech: Person) -> None:
    cookie = tech.client.get_cookie("logbook")
    answer = tech.client.post(
        "/sign-out", data={"csrf_token": tech.form("/me", "/sign-out")["csrf_token"]}, follow_redirects=True
    )
    assert "You are signed out" in answer.text and tech.get("/me").status_code == 302
    other = app.test_client()
    assert cookie is not None
    other.set_cookie("logbook", cookie.value)
    assert other.get("/me").status_code == 302, "the secret is worth nothing any more"


def test_whoever_signs_in_next_in_one_browser_meets_nothing_of_the_one_before(app: Flask) -> None:
    for out in (True, False):  # the former signs out; the former stays and the next signs in over it
        person = fresh(app)
        person.send("/sign-in", {"login": "tech", "password": "demo-tech-1"})
        former, token = person.get(BOARD), person.form("/me", "/sign-out")["csrf_token"]
        known = {"If-None-Match": former.headers["ETag"]}
        assert person.get(BOARD, headers=known).status_code == 304
        if out:
            person.client.post("/sign-out", data={"csrf_token": token})
            assert person.get(BOARD, headers=known).status_code == 302
            token = person.form("/sign-in", "/sign-in")["csrf_token"]
        next_one = {"login": "commission", "password": "demo-commission-1", "csrf_token": token}
        assert person.client.post("/sign-in", data=next_one).status_code == 302
        answer = person.get(BOARD, headers=known)
        assert answer.status_code == 200 and answer.headers["ETag"] != former.headers["ETag"]
        assert me(former.text) != me(answer.text) == me(person.get("/me").text)


def me(page: str) -> str:
    """Whose page it says it is."""
    found = re.search(r'<details class="menu"><summary><span class="desk-only">([^<]+)</span>', page)
    assert found
    return found[1]


def test_language_by_link_by_browser_and_by_person(app: Flask, sign_in: Callable[[str], Person]) -> None:
    client = app.test_client()
    assert '<html lang="en"' in client.get("/sign-in").text
    assert '<html lang="ru"' in client.get("/sign-in", headers={"Accept-Language": "ru,en;q=0.5"}).text
    assert '<html lang="ru"' in client.get("/sign-in?lang=ru").text
    assert '<html lang="ru"' in client.get("/sign-in", headers={"Accept-Language": "en"}).text, "the link is remembered"
    tech = sign_in("tech")
    token = tech.form("/me", "/language")["csrf_token"]
    tech.client.post("/language", data={"csrf_token": token, "language": "ru"})
    assert '<html lang="ru"' in tech.get("/me", headers={"Accept-Language": "en"}).text
    assert '<html lang="ru"' in sign_in("tech").get("/me").text
    assert "Проверить" in tech.get(f"/days/{DAY}/today").text


def test_a_one_time_password_is_changed_first(app: Flask) -> None:
    with app.app_context():
        view = next(v for v in people.list_people(OPERATOR).items if v.login == "tech")
        given = people.reset_password(OPERATOR, view.id, NOW)
    person = fresh(app)
    answer = person.send("/sign-in", {"login": "tech", "password": given})
    assert answer.request.path == "/me/password" and "Choose a new password" in answer.text
    assert person.get("/days").headers["Location"].endswith("/me/password")
    refused = person.send("/me/password", {"password": given, "new": "short", "again": "shorter"})
    assert "too short" in refused.text and "differ" in refused.text
    good = {"password": given, "new": "three quiet words", "again": "three quiet words"}
    assert "Your password is changed" in person.send("/me/password", good).text
    assert person.get("/days").status_code == 200


def test_the_demo_says_so_on_every_page(app: Flask, tech: Person) -> None:
    for url in ("/sign-in", f"/days/{DAY}/today", "/nowhere"):
        assert "Demonstration." in (fresh(app) if url == "/sign-in" else tech).get(url).text
