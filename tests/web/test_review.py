"""The list of days and one whole day on one screen: what they show, to whom, and what looking leaves behind."""

import re
from collections.abc import Callable
from html import unescape
from uuid import uuid4

import pytest
from flask import Flask

from app.domain import facts as f
from app.domain.journal import Times
from app.services import days, overview
from app.store import journal
from app.store.db import db, transaction
from tests.databases import SqliteFile
from tests.store.attacker import attack

from .conftest import DAY, NOW, YESTERDAY, Clock, Person
from .strangers import day_of, words

REVIEW = f"/days/{DAY}/review"
SignIn = Callable[[str], Person]


@pytest.fixture
def commission(sign_in: SignIn) -> Person:
    return sign_in("commission")


def note(app: Flask, text: str, count: int = 1) -> None:
    """Entries of the technician, past the pages."""
    with app.app_context():
        log = days.log_of(DAY)
        person = next(m.person for m in day_of(DAY).roster.values() if m.role == "technician")
        with transaction():
            for _ in range(count):
                journal.append(log, f.NoteWritten(text, NOW), person, Times(NOW), str(uuid4()))
        db.session.remove()


def reading(app: Flask, role: str = "commission_head", name: str = DAY) -> int | None:
    """How far somebody has looked."""
    with app.app_context():
        found = {r.role: r.size for r in overview.readings(day_of(name))}
        db.session.remove()
        return found.get(role)


def part(page: str, anchor: str) -> str:
    """The section of an anchor, in words."""
    start = page.index(f'id="{anchor}"')
    return words(f'<main id="main">{page[start : page.index("</section>", start)]}')


# ---------------------------------------------------------------- the list


def test_a_line_counts_and_its_counts_lead_to_the_place_that_shows_them(commission: Person) -> None:
    page = commission.get("/days").text
    rows = re.findall(r"<tr [^>]*data-line.*?</tr>", page, re.S)
    assert len(rows) == 2 and "running" in rows[0] and "signed by all" in rows[1]
    links = [unescape(u) for u in re.findall(r'href="(/days/[^"]+/review#[^"]+)"', page)]
    assert links
    for url in links:
        address, anchor = url.split("#")
        assert f'id="{anchor}"' in commission.get(address).text, url


def test_what_waits_for_the_reader_is_marked_and_can_be_asked_for(
    head: Person, commission: Person, tech: Person
) -> None:
    tech.send(f"/days/{DAY}/steps/ex.soft_check", {"evidence.starts_ok": "yes", "evidence.clock_diff_s": "1"})
    page = head.get("/days").text
    assert "waits for your confirmation" in page and 'href="/days?state=mine"' in page
    assert f"/days/{DAY}/confirm" in page
    mine = head.get("/days?state=mine").text
    assert "1 June 2026" in mine and "31 May 2026" not in mine
    assert "waits for your" not in commission.get("/days").text


def test_filters_stand_in_the_address_and_come_back_as_typed(commission: Person) -> None:
    page = commission.get("/days?q=русский&from=2026-06-01&to=2026-06-01&sort=late&state=running").text
    assert "1 June 2026" in page and "31 May 2026" not in page
    assert 'value="русский"' in page and 'value="2026-06-01"' in page and '<option value="running" selected' in page
    assert 'aria-sort="descending"' in page and "q=%D1%80%D1%83" in page
    assert "No day fits" in commission.get("/days?q=nothing").text
    for odd in ("from=1", "state=x", "sort=x", "page=x", "page=-1", "page=99999999999999999999", "from=9999-99-99"):
        assert commission.get(f"/days?{odd}").status_code == 200, odd
    assert "<b>x" not in commission.get("/days?q=<b>x&from=<b>x").text


def test_a_list_is_paged_and_keeps_its_filters(app: Flask, commission: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    real = overview.list_days
    monkeypatch.setattr(overview, "list_days", lambda a, n, p=1, size=20, wanted=overview.ALL: real(a, n, p, 1, wanted))
    page = commission.get("/days?q=русский").text
    assert "Page 1 of 2" in page
    after = unescape(re.findall(r'<a class="btn" href="([^"]+page=2[^"]*)"', page)[0])
    assert "31 May 2026" in commission.get(after).text


def test_a_damaged_day_is_named_and_the_other_is_listed(app: Flask, commission: Person) -> None:
    with app.app_context():
        log = days.log_of(YESTERDAY)
        with attack(SqliteFile(app.extensions["settings"].instance / "logbook.db")) as connection:
            connection.execute("UPDATE checkpoint SET note = 'x' WHERE log_id = ?", (log,))
    page = commission.get("/days").text
    assert f"The journal of {YESTERDAY} does not prove itself" in page and "1 June 2026" in page


# ---------------------------------------------------------------- one day


@pytest.mark.parametrize("login", ["tech", "head", "member", "commission", "ministry", "admin"])
def test_everybody_who_reads_the_day_sees_the_whole_of_it(sign_in: SignIn, login: str) -> None:
    for name in (DAY, YESTERDAY):
        page = sign_in(login).get(f"/days/{name}/review")
        assert page.status_code == 200
        for title in ("Needs judgement first", "Checklist", "Journal", "Documents"):
            assert title in page.text
        forms = re.findall(r'<form[^>]*method="post"[^>]*action="([^"]+)"', page.text)
        assert forms[0] == "/sign-out"
        reviewer = login in ("member", "commission")
        assert {f"/days/{name}/review/seen", f"/days/{name}/review/remark"} == set(forms[1:]) if reviewer else (
            forms[1:] == []
        ), "read-only"


def test_a_stranger_gets_nothing(commission: Person) -> None:
    assert commission.get("/days/99-0001-2026-06-01/review").status_code == 404


def test_what_needs_judgement_comes_first_with_old_and_new_and_both_times(
    app: Flask, tech: Person, commission: Person, clock: Clock
) -> None:
    def act(tag: str) -> int:
        with app.app_context():
            return next(a.seq for a in reversed(day_of(DAY).acts.values()) if a.tag == tag)

    late = {"rooms": "0001", "start": "07:20", "end": "07:30", "action": "check", "late_reason": "no network"}
    tech.send(f"/days/{DAY}/journal/add", late)
    row = act("access.noted")
    tech.send(f"/days/{DAY}/entries/{row}/correct", {"rooms": "0002", "why": "wrong room"})
    tech.send(f"/days/{DAY}/note", {"text": "to be void"})
    tech.send(f"/days/{DAY}/entries/{act('note.written')}/void", {"reason": "not for the journal"})
    page = commission.get(REVIEW).text
    assert page.index("Needs judgement first") < page.index(">Checklist<") < page.index('id="journal"')
    assert "34 min late" in part(page, "overdue") and "not yet" in part(page, "overdue")
    corrected = part(page, "corrected")
    assert "0001" in corrected and "0002" in corrected and "“wrong room”" in corrected
    assert re.search(r"<del>0001</del>", page)
    entered = part(page, "entered")
    assert "Happened 07:30" in entered and "Recorded 08:04" in entered and "“no network”" in entered
    assert "“not for the journal”" in part(page, "voided")
    assert "Waits for Петров" in part(page, "unconfirmed").replace("\u00a0", " ")


def test_the_checklist_tells_plan_fact_and_difference(commission: Person) -> None:
    page = commission.get(REVIEW).text
    start = page.index('id="checklist"')
    told = words(f'<main id="main">{page[start : page.index("</table>", start)]}').replace("\u00a0", " ")
    assert re.search(r"Arrive and register by 07:15 07:09 −6 min done", told), told[:600]
    assert "6 of 19 08:00–09:00 07:58" in told


def test_a_thousand_entries_are_folded_by_the_hour_and_more_are_paged(app: Flask, commission: Person) -> None:
    note(app, "много записей", 1010)
    page = commission.get(REVIEW).text
    assert "1,010" not in page and "Page 1 of 2" in page
    rows, hours = re.findall(r'<tr role="row" id="entry-(\d+)"', page), re.findall(r"<details [^>]*hour[^>]*>", page)
    assert len(rows) == 1000 == len(set(rows)) and len(hours) > 1 and not any(" open" in h for h in hours)
    assert "Page 2 of 2" in commission.get(f"{REVIEW}?page=2").text
    for odd in ("page=x", "page=-3", "page=99999999999999999999", "since=x", "since=-1", "since=99999999999999999999"):
        assert commission.get(f"{REVIEW}?{odd}").status_code == 200, odd


# ---------------------------------------------------------------- what looking leaves behind


def test_looking_marks_the_day_as_seen_and_what_comes_later_as_new(
    app: Flask, commission: Person, tech: Person, clock: Clock
) -> None:
    first = commission.get(REVIEW).text
    assert "data-new" not in first and "new since" not in commission.get("/days").text
    clock.forward(minutes=10)
    note(app, "ключ у охраны")
    assert "new since 08:04: 1" in commission.get("/days").text
    page = commission.get(REVIEW).text
    assert "1 entry is new since 08:04" in page and page.count("data-new") == 1
    assert "data-new" not in commission.get(REVIEW).text and "new since" not in commission.get("/days").text
    assert "Сидорова" in part(tech.get(REVIEW).text + "</section>", "looked")
    assert reading(app) == day_size(app)


def day_size(app: Flask) -> int:
    with app.app_context():
        size = day_of(DAY).size
        db.session.remove()
        return int(size)


def test_a_look_ahead_of_the_browser_is_no_look(app: Flask, commission: Person) -> None:
    commission.client.head(REVIEW)
    for name in ("Sec-Purpose", "Purpose"):
        commission.get(REVIEW, headers={name: "prefetch;prerender"})
    assert reading(app) is None
    commission.get("/days/99-0001-2026-06-01/review")
    commission.get(f"/days/{DAY}/today")
    assert reading(app) is None
    commission.get(REVIEW)
    assert reading(app) == day_size(app)


def test_one_look_writes_once(app: Flask, commission: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[tuple[object, ...]] = []
    real = overview.store.mark

    def counting(*given: object) -> None:
        written.append(given)
        real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(overview.store, "mark", counting)
    for _ in range(3):
        commission.get(REVIEW)
    assert len(written) == 1
    note(app, "новая")
    commission.get(REVIEW)
    commission.get(REVIEW)
    assert len(written) == 2


def test_only_what_was_shown_counts_as_seen(app: Flask, commission: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    real, size = overview.readings, day_size(app)

    def grows(day: object) -> object:
        monkeypatch.setattr(overview, "readings", real)
        note(app, "während der Seite")  # while the page is being drawn
        return real(day)  # type: ignore[arg-type]

    monkeypatch.setattr(overview, "readings", grows)
    commission.get(REVIEW)
    assert (reading(app), day_size(app)) == (size, size + 1)


def test_the_page_is_shown_although_the_mark_cannot_be_kept(
    app: Flask, commission: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise overview.NoRoom("full")

    monkeypatch.setattr(overview.store, "mark", full)
    assert commission.get(REVIEW).status_code == 200


def test_the_pages_speak_of_time_on_the_centres_clock(commission: Person) -> None:
    assert "start 10:00" in commission.get("/days").text
    assert "Local time: Moscow, UTC+3" in commission.get(REVIEW).text
