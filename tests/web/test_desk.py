"""The review desk in the browser: the list beside the day, filters that stay, two reviewers at once, who may."""

import re
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask, g

from app.demo.build import OFFICE
from app.domain import facts as f
from app.domain.checklist import board
from app.domain.facts import Fact
from app.domain.journal import Times
from app.domain.people import Actor
from app.domain.plan import Role
from app.services import days, desk, people
from app.services.overview import Wanted
from app.store import journal
from app.store.db import transaction
from app.web.cases import groups

from .conftest import DAY, NOW, YESTERDAY, Clock, Person
from .strangers import day_of


@pytest.fixture
def commission(sign_in: Any) -> Person:
    found: Person = sign_in("commission")
    return found


@pytest.fixture
def member(sign_in: Any) -> Person:
    found: Person = sign_in("member")
    return found


def write(app: Flask, day: str, login: str, *found: Fact) -> None:
    """Entries as they stand in a journal, whatever the rules of their parts ask for."""
    with app.app_context():
        person = next(p.id for p in people.list_people(OFFICE).items if p.login == login)
        with transaction(log := days.log_of(day)):
            for fact in found:
                journal.append(log, fact, person, Times(NOW), str(uuid4()))


def listed(page: str) -> list[tuple[str, list[str]]]:
    """(group, days) of the desk's list as it is drawn."""
    parts = re.split(r'<(?:h2|details class="fold") id="g-(\w+)"', page.partition("data-desk-list")[2])
    pairs = zip(parts[1::2], parts[2::2], strict=True)
    return [(name, re.findall(r'<a id="d-([\w-]+)"', body)) for name, body in pairs]


def address(page: str) -> str:
    """What an open page asks for by itself."""
    match = re.search(r'data-desk="([^"]+)"', page)
    assert match
    return match[1].replace("&amp;", "&")


def test_reviewers_begin_at_the_desk_and_the_centre_at_its_day(commission: Person, tech: Person) -> None:
    assert commission.get("/").headers["Location"] == "/desk"
    page = commission.get("/desk").text
    assert listed(page) == [("open", [DAY]), ("accepted", [YESTERDAY])]
    assert "1 of 2 countersigned" in page and "<script src" in page
    assert '<a href="/desk" aria-current="page">Review desk</a>' in page
    assert tech.get("/").headers["Location"] == f"/days/{DAY}/today"
    assert tech.get("/desk").status_code == tech.get("/desk/live").status_code == 403
    review = tech.get(f"/days/{DAY}/review").text
    assert "data-desk=" not in review and 'class="up" href="/days"' in review and "Review desk" not in review


def test_the_day_stands_beside_its_list_with_the_way_to_the_next(app: Flask, commission: Person) -> None:
    write(app, YESTERDAY, "head", f.DaySubmitted(NOW))
    first = commission.get(f"/days/{YESTERDAY}/review").text
    assert listed(first) == [("judge", [YESTERDAY]), ("open", [DAY])]
    assert f'id="d-{YESTERDAY}" href="/days/{YESTERDAY}/review#the-day" aria-current="true"' in first
    assert "1 of 1" in first and 'data-key="p"' not in first
    assert f'href="/days/{DAY}/review#the-day" data-key="n"' in first
    second = commission.get(f"/days/{DAY}/review").text
    assert f'href="/days/{YESTERDAY}/review#the-day" data-key="p"' in second and 'data-key="n"' not in second
    assert '<details class="fold" id="g-open" open>' in second, "the group of the open day is open"


def test_a_return_leads_on_from_where_the_reviewer_was(app: Flask, commission: Person) -> None:
    write(app, YESTERDAY, "head", f.DaySubmitted(NOW))
    commission.get("/desk?state=judge")
    commission.get("/desk")
    assert 'data-key="n"' in commission.get(f"/days/{YESTERDAY}/review").text
    write(app, DAY, "head", f.DaySubmitted(NOW))
    write(app, YESTERDAY, "commission", f.DayReturned("Нет снимка", NOW))
    page = commission.get(f"/days/{YESTERDAY}/review").text
    assert listed(page)[-1] == ("returned", [YESTERDAY])
    assert f'href="/days/{DAY}/review#the-day" data-key="n"' in page, "on to the day that was next before"


def test_filters_stay_with_the_day_and_go_with_the_address(app: Flask, commission: Person) -> None:
    write(app, YESTERDAY, "head", f.DaySubmitted(NOW))
    page = commission.get("/desk?state=judge&q=23-0970&from=nonsense").text
    assert listed(page) == [("judge", [YESTERDAY])] and 'value="nonsense"' in page
    beside = commission.get(f"/days/{DAY}/review").text
    assert listed(beside) == [("judge", [YESTERDAY])], "the day is open, the list is still the chosen one"
    assert f'href="/days/{YESTERDAY}/review#the-day" data-key="n"' in beside, "a day that is not in it leads into it"
    assert "state=judge" in address(beside) and 'name="state" value="judge"' in beside
    assert listed(commission.get("/desk").text)[1] == ("open", [DAY])
    assert len(listed(commission.get(f"/days/{DAY}/review").text)) == 2, "an address without filters ends them"
    empty = commission.get("/desk?q=nowhere").text
    assert "No day fits" in empty and "Show all" in empty


def test_an_open_page_costs_304_until_something_changed(app: Flask, commission: Person) -> None:
    write(app, YESTERDAY, "head", f.DaySubmitted(NOW))
    url = address(commission.get(f"/days/{YESTERDAY}/review").text)
    first = commission.get(url)
    assert first.status_code == 200 and "data-desk-told" in first.text
    known = {"If-None-Match": first.headers["ETag"]}
    assert (commission.get(url, headers=known).status_code, commission.get(url, headers=known).data) == (304, b"")
    write(app, YESTERDAY, "member", f.RemarkWritten("Приложите снимок", NOW))
    news = commission.get(url, headers=known)
    assert news.status_code == 200 and "1 open remark" in news.text
    assert "Show the day anew" in news.text and "Жукова" in news.text.partition("data-desk-told")[2]


def test_two_reviewers_see_each_other_in_the_list_and_in_the_day(
    commission: Person, member: Person, clock: Clock
) -> None:
    url = address(commission.get("/desk").text)
    before = commission.get(url)
    assert "looks at it" not in before.text
    day = address(member.get(f"/days/{YESTERDAY}/review").text)
    after = commission.get(url, headers={"If-None-Match": before.headers["ETag"]})
    assert "looks at it, since 1\u00a0Jun, 08:04" in after.text
    page = commission.get(f"/days/{YESTERDAY}/review").text
    assert "looks at it too, since 1\u00a0Jun, 08:04" in page
    assert "looks at it too" in member.get(day).text
    for _ in range(3):
        clock.forward(seconds=40)
        member.get(day)
    assert "looks at it too, since 1\u00a0Jun, 08:04" in commission.get(f"/days/{YESTERDAY}/review").text
    clock.forward(seconds=61)
    assert "looks at it" not in commission.get(f"/days/{YESTERDAY}/review").text


def test_the_counts_of_the_list_are_the_cases_of_the_day(app: Flask) -> None:
    """A day is ordinary exactly when its own page has nothing to judge."""
    write(app, YESTERDAY, "head", f.DaySubmitted(NOW))
    with app.test_request_context():
        g.day = day = day_of(YESTERDAY)
        cases = {x.key: len(x.cases) for x in groups(day, board(day, NOW), NOW, None)}
        footage = cases.pop("footage")
        office = Actor("ministry", "", frozenset({Role.MINISTRY_OFFICER}))
        (line,) = desk.desk(office, NOW, Wanted(), "judge").groups[0].lines
    assert ("uncovered" in line.counts) == bool(footage), "cases of footage are rooms, its count is of cameras"
    assert sum(n for name, n in line.counts.items() if name != "uncovered") == sum(cases.values()) > 0
