"""The signature of a cookie is judged once; what is remembered of it lets nobody in and belongs to no request."""

from collections.abc import Callable

import pytest
from flask import Flask, session
from flask.sessions import SecureCookieSessionInterface

from app.services import accounts
from app.store.db import db, transaction
from app.store.tables import SessionRow
from app.web.cookie import Cookie

from .conftest import DAY, Person

TODAY = f"/days/{DAY}/today"


def cookie_of(app: Flask, person: Person) -> str:
    found = person.client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert found
    return str(found.value)


def read(app: Flask, value: str) -> dict[str, object]:
    """What the application takes from a cookie."""
    with app.test_request_context("/", headers={"Cookie": f"{app.config['SESSION_COOKIE_NAME']}={value}"}):
        return dict(session)


def test_it_is_flasks_own_cookie(app: Flask, tech: Person) -> None:
    value = cookie_of(app, tech)
    plain = SecureCookieSessionInterface().get_signing_serializer(app)
    assert plain and plain.loads(value) == read(app, value) != {}


def test_a_changed_cookie_says_nothing_though_the_good_one_is_known(app: Flask, tech: Person) -> None:
    value = cookie_of(app, tech)
    assert read(app, value)
    for place in (0, value.index(".") + 1, len(value) - 2):
        other = value[:place] + ("A" if value[place] != "A" else "B") + value[place + 1 :]
        assert read(app, other) == {}, place
    assert read(app, "nonsense") == read(app, "") == {}


def test_a_known_cookie_ends_when_it_is_too_old(app: Flask, tech: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    value, interface = cookie_of(app, tech), app.session_interface
    assert isinstance(interface, Cookie)
    assert read(app, value)
    now, longest = interface.seconds(), int(app.permanent_session_lifetime.total_seconds())
    for moment in (now + longest + 60, now - 3600):
        monkeypatch.setattr(interface, "seconds", lambda moment=moment: moment)
        assert read(app, value) == {}, "too old, or from a time to come"


def test_what_a_request_does_to_its_session_stays_there(app: Flask) -> None:
    made = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    value = made.dumps({"_flashes": [("done", "once")], "lang": "ru"})
    with app.test_request_context("/", headers={"Cookie": f"{app.config['SESSION_COOKIE_NAME']}={value}"}):
        session["_flashes"].append(("done", "twice"))
        session["lang"] = "de"
    assert read(app, value) == {"_flashes": [("done", "once")], "lang": "ru"}


def test_a_session_that_was_ended_anywhere_ends_at_once_though_its_cookie_is_known(
    app: Flask, sign_in: Callable[[str], Person]
) -> None:
    here, there = sign_in("tech"), sign_in("tech")
    assert [p.get(TODAY).status_code for p in (here, there, here, there)] == [200] * 4
    value = cookie_of(app, here)
    with app.app_context(), transaction():  # as another process would
        secret = str(read(app, value)["_user_id"])
        db.session.execute(SessionRow.__table__.delete().where(SessionRow.token == accounts.digest(secret)))
    assert [p.get(TODAY).status_code for p in (here, there)] == [302, 200]
    assert here.client.post(f"/days/{DAY}/note", data={"text": "late"}).status_code == 401


def test_a_form_of_another_session_is_refused_though_its_token_is_known(sign_in: Callable[[str], Person]) -> None:
    mine, other = sign_in("tech"), sign_in("tech")
    url = f"/days/{DAY}/note"
    tokens = [person.form(url)["csrf_token"] for person in (mine, other, mine, other)]
    assert tokens[0] == tokens[2] != tokens[1] == tokens[3]
    for token in (tokens[1], tokens[0][:-2] + "xx", ""):
        answer = mine.client.post(url, data={"text": "not mine", "csrf_token": token}, follow_redirects=True)
        assert answer.status_code == 400, token
    assert "not mine" not in mine.get(url).text
