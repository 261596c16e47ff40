"""Every address, method and role, at the own day, at the own centre without one, and at another centre."""

import io
import zipfile
from html import unescape
from urllib.parse import urlencode

import pytest
from flask import Flask
from werkzeug.routing import Rule as Route
from werkzeug.test import TestResponse

from app.web import PUBLIC as OPEN
from app.web import limits
from tests.conftest import EXAM

from .rights import (
    ACTORS,
    BOUND,
    FAR,
    KEYS,
    OTHER,
    OWN,
    OWN_AFFAIRS,
    PUBLIC,
    REGIONAL,
    ROSTER,
    STRANGER,
    TABLE,
    TAKEN_IN,
    Answer,
    Rule,
)
from .rights_world import FAR_CODE, SECRETS, World, address, enter, token_of
from .rights_world import world as world

READING = ("ministry", "officer", "regional")  # offices that only read
OUR_WORDS = ("does not allow this", "may not do this", "needs a second person", "it is read here")


def routes(app: Flask) -> list[tuple[Route, str, Rule]]:
    """Every route and method with its line; signing out comes last. Fails with the name of one without a line."""
    out = []
    for route in sorted(app.url_map.iter_rules(), key=lambda r: (r.endpoint == "account.sign_out", r.endpoint)):
        for method in sorted((route.methods or set()) - {"HEAD", "OPTIONS"}):
            line = TABLE.get(route.endpoint, {}).get(method)
            assert line, f"{method} {route.rule} ({route.endpoint}) has no line in tests/web/rights.py"
            out.append((route, method, line))
    return out


def answer_of(response: TestResponse, asked_in: bool) -> str:
    """The class of an answer; what fits none is named by its number."""
    code = response.status_code
    if code == 401 or (code == 302 and asked_in and "/sign-in" in response.headers["Location"]):
        return Answer.ASKED_IN
    if code == 400 and response.mimetype == "text/plain":
        return Answer.OPENS  # a protocol between programs: the request is judged, and is none
    known = {403: Answer.REFUSED, 404: Answer.HIDDEN}
    return known.get(code) or (Answer.OPENS if code in (200, 302, 303, 409, 422) else str(code))


@pytest.mark.parametrize("actor", ["tech", "head", "commission", "regional", "local", "boss"])
def test_a_day_of_another_installation_is_read_by_offices_and_nobody_stands_on_its_roster(
    world: World, actor: str
) -> None:
    """Its roster names our own people: that gives nobody anything, on no route."""
    world.app.extensions["limits"] = limits.make()
    client, wrong, before = enter(world.app, actor), [], world.days_written()
    token = token_of(client, "/check")
    for route, method, rule in routes(world.app):
        if rule.about == "day":
            url, expected = address(world, route, TAKEN_IN), rule.answer(actor, TAKEN_IN)
            response = client.open(url, method=method, buffered=True, data={"csrf_token": token})
            answer = answer_of(response, False)
            told = f"{actor}: {method} {url} ({route.endpoint})"
            if answer != expected:
                wrong.append(f"{told}: {answer} {response.status_code}, not {expected}")
            if answer == Answer.HIDDEN and SECRETS[TAKEN_IN] in text_of(response):
                wrong.append(f"{told}: tells of it")
    assert not wrong, "\n".join(wrong)
    assert world.days_written() == before


@pytest.mark.parametrize("actor", ["regional", "officer"])
def test_who_is_bound_to_a_region_or_a_centre_gets_nothing_of_another_one_by_asking_for_it(
    world: World, actor: str
) -> None:
    """Every page that opens, with every filter that pages have; and what is taken out. The administrator gets it."""
    asked = {"region": "46", "centre": FAR_CODE, "day": world.names[FAR]["day_id"], "date": EXAM.isoformat(),
             "from": "2000-01-01", "to": "2100-01-01", "by": "centre", "size": "0"}  # fmt: skip
    given: dict[str, set[str]] = {}
    for who in (actor, "boss"):
        world.app.extensions["limits"] = limits.make()
        client = enter(world.app, who)
        token = token_of(client, "/check")
        for route, method, rule in routes(world.app):
            taking = method == "POST" and route.endpoint in ("registers.download", "statistics.download")
            if rule.answer(who, OWN) == Answer.OPENS and (method == "GET" or taking):
                url = address(world, route, OWN)
                response = client.open(
                    f"{url}{'&' if '?' in url else '?'}{urlencode(asked)}", method=method, buffered=True,
                    data={**asked, "csrf_token": token} if taking else None,
                )  # fmt: skip
                if SECRETS[FAR] in contents(response):
                    given.setdefault(who, set()).add(route.endpoint)
        for typed in ({"of": "region", "region": "46", "date": asked["date"]},
                      {"of": "centre", "centre": FAR_CODE, "month": asked["date"][:7]}):  # fmt: skip
            if who != "boss":
                assert client.post("/packages", data={**typed, "csrf_token": token}).status_code == 422, typed
    assert actor not in given
    assert given["boss"] >= {
        "desk.page", "desk.live", "region.overview", "registers.search", "registers.day", "registers.download",
        "statistics.page", "statistics.download", "today.days",
    }  # fmt: skip


@pytest.mark.parametrize("actor", ACTORS)
def test_every_address_answers_as_the_table_says(world: World, actor: str) -> None:
    world.app.extensions["limits"] = limits.make()
    client, wrong, days_before = world.clients[actor], [], world.days_written()
    token = token_of(client, "/check")
    for route, method, rule in routes(world.app):
        for place in rule.places():
            url, expected = address(world, route, place), rule.answer(actor, place)
            before = world.written() if expected != Answer.OPENS else None
            response = client.open(url, method=method, buffered=True, data={"csrf_token": token})
            told = f"{actor}: {method} {url} ({route.endpoint}, {place})"
            answer = answer_of(response, expected == Answer.ASKED_IN)
            if answer != expected:
                wrong.append(f"{told}: {answer} {response.status_code}, not {expected}")
            if expected != Answer.OPENS and world.written() != before:
                wrong.append(f"{told}: something was written")
            if answer == Answer.REFUSED and not any(words in response.text for words in OUR_WORDS):
                wrong.append(f"{told}: not in our words")
            wrong += [
                f"{told}: tells {word}" for word in secrets_from(actor, answer, rule) if word in text_of(response)
            ]
    assert not wrong, "\n".join(wrong)
    assert actor not in READING or world.days_written() == days_before


def secrets_from(actor: str, answer: str, rule: Rule) -> list[str]:
    """What no page may tell the actor, and what no refusal may tell anybody."""
    if answer in (Answer.HIDDEN, Answer.ASKED_IN) or actor in ROSTER or actor == STRANGER:
        approving = actor == "commission" and rule.who == KEYS  # of every centre, so they know who waits there
        return [] if approving and answer == Answer.OPENS else list(SECRETS.values())
    return [SECRETS[FAR]] if actor in BOUND | REGIONAL else []


def text_of(response: TestResponse) -> str:
    return response.text if response.mimetype.startswith("text/") else ""


def contents(response: TestResponse) -> str:
    """What an answer tells, a spreadsheet too."""
    if not response.data.startswith(b"PK"):
        return response.data.decode("utf-8", "ignore")
    with zipfile.ZipFile(io.BytesIO(response.data)) as zipped:
        return unescape("".join(zipped.read(name).decode("utf-8", "ignore") for name in zipped.namelist()))


def test_the_table_has_no_line_of_a_page_that_is_gone_and_agrees_with_the_public_list(world: World) -> None:
    known = {(r.endpoint, m) for r, m, _ in routes(world.app)}
    assert {(endpoint, method) for endpoint, lines in TABLE.items() for method in lines} == known
    assert {endpoint for endpoint, lines in TABLE.items() if PUBLIC in lines.values()} == OPEN


def test_people_of_the_ministry_send_nothing_that_changes_what_is_not_their_own(world: World) -> None:
    """Every method but GET, of every route: what the table opens to them is about themselves alone."""
    methods = {(route.endpoint, method) for route, method, _ in routes(world.app) if method != "GET"}
    opened = {
        endpoint
        for endpoint, method in methods
        for actor in ("ministry", "officer")
        for place in (OWN, OTHER, FAR)
        if TABLE[endpoint][method].answer(actor, place) == Answer.OPENS
    }
    assert opened <= OWN_AFFAIRS, sorted(opened - OWN_AFFAIRS)
