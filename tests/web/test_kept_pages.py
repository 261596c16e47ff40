"""Pieces of pages that are kept: every reader gets what would be drawn for them, whatever was drawn before."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from flask import Flask

from app.domain import facts as f
from app.domain.journal import Times
from app.services import accounts, days
from app.store import journal
from app.store.db import transaction
from app.web import frame, rows, today
from app.web.drawn import Drawn
from app.web.session import POLL

from .conftest import CODE, DAY, NOW, YESTERDAY, Clock, Person

TODAY, JOURNAL = f"/days/{DAY}/today", f"/days/{DAY}/journal"
LOGINS = ("tech", "cctv", "head", "commission", "ministry", "admin")


def forget() -> None:
    """Nothing was drawn yet."""
    for kept in (today.BOARDS, rows.LINES, rows.PLANS, frame.FRAMES):
        kept.pieces.clear()


@pytest.fixture(autouse=True)
def nothing_drawn() -> Iterator[None]:
    forget()
    yield
    forget()


def plain(page: str) -> str:
    """A page without its forms' tokens and the ids of entries to come."""
    return re.sub(r'name="(csrf_token|entry_id)" value="[^"]+"', r'name="\1"', page)


def everybody_sees_their_own(people: dict[str, Person]) -> None:
    """After everybody has looked, what each gets is what each would get as the first."""
    looks = [(login, url) for url in (TODAY, JOURNAL) for login in people]
    for _ in range(2):  # the second time out of what is kept
        kept = {look: plain(people[look[0]].get(look[1]).text) for look in looks}
    for login, url in looks:
        forget()
        assert kept[login, url] == plain(people[login].get(url).text), (login, url)
    for person in people.values():
        person.get(TODAY), person.get(JOURNAL)  # so that what comes next finds something old


def renamed(app: Flask) -> None:
    """The head stands in the roster under another name: rows that wait show it."""
    with app.app_context():
        log = days.log_of(DAY)
        head = next(m for m in days.fold_log(log)[0].roster.values() if m.role == "pes_head")
        with transaction(log):
            fact = f.RosterJoined(replace(head, short="Петрова А. А."), "", "")
            journal.append(log, fact, head.person, Times(NOW), str(uuid4()))


def test_whatever_happens_everybody_sees_their_own(app: Flask, sign_in: Callable[[str], Person], clock: Clock) -> None:
    people = {login: sign_in(login) for login in LOGINS}
    tech, head = people["tech"], people["head"]
    everybody_sees_their_own(people)
    head.send("/language", {"language": "ru"}, form="/me")
    everybody_sees_their_own(people)
    clock.forward(minutes=1)
    everybody_sees_their_own(people)
    for text in ("Dusted the lens", "Turned the camera"):
        tech.send(f"{JOURNAL}/add", {"rooms": "0006", "action": "other", "text": text})
        everybody_sees_their_own(people)
    entries = re.findall(rf"/days/{DAY}/entries/(\d+)", tech.get(JOURNAL).text)
    tech.send(f"/days/{DAY}/entries/{entries[0]}/correct", {"rooms": "0008", "why": "Wrong room, it was 0008"})
    everybody_sees_their_own(people)
    tech.send(f"/days/{DAY}/entries/{entries[1]}/void", {"reason": "Written on the wrong day"})
    everybody_sees_their_own(people)
    head.send(f"/days/{DAY}/confirm", {"code": CODE})
    everybody_sees_their_own(people)
    assert "<del>0006</del> <ins>0008</ins>" in head.get(JOURNAL).text
    tech.send(f"/days/{DAY}/plan/change", {"rooms_other": "0500", "reason": "A spare room"})
    everybody_sees_their_own(people)
    tech.send(f"{JOURNAL}/add", {"rooms": "0006", "action": "other", "text": "Swept the lens"})
    everybody_sees_their_own(people)
    renamed(app)
    everybody_sees_their_own(people)
    page = tech.get(JOURNAL).text
    assert "Петрова А. А." in page and "Петров А. А." not in page.replace("\u00a0", " ").split("Swept the lens")[1]
    clock.forward(hours=5)
    everybody_sees_their_own(people)


def test_another_in_the_same_role_gets_tokens_of_their_own(tech: Person, sign_in: Callable[[str], Person]) -> None:
    again = sign_in("tech")
    pages = [person.get(TODAY).text for person in (tech, again, again)]
    assert len(today.BOARDS.pieces) == 1, "drawn once"
    for name in ("csrf_token", "entry_id"):
        found = [set(re.findall(rf'name="{name}" value="([^"]+)"', page)) for page in pages]
        assert all(found) and not found[0] & found[1]
    ids = [re.findall(r'name="entry_id" value="([^"]+)"', page) for page in pages[1:]]
    assert len(set(ids[0] + ids[1])) == len(ids[0] + ids[1]), "another look, other entries"


def test_a_message_is_told_once_and_to_nobody_else(tech: Person, sign_in: Callable[[str], Person]) -> None:
    other = sign_in("tech")
    other.get(TODAY)
    assert "Saved: Note" in tech.send(f"/days/{DAY}/note", {"text": "heard"}).text
    assert "Saved: Note" not in other.get(TODAY).text and "Saved: Note" not in tech.get(TODAY).text


def test_what_an_entry_of_this_minute_opened_is_open_at_once(tech: Person, clock: Clock) -> None:
    clock.forward(hours=2)
    page = tech.get(TODAY).text
    marks = dict(re.findall(r'action="(/days/[^"]+/milestones/([^"]+))"', page))
    before = page[page.index('id="waiting"') :].count("Waits: ")
    for url in marks:
        tech.send(url, form=TODAY)
    page = tech.get(TODAY).text
    assert before > page.count("Waits: ") and "in 0 min" not in page.replace("\u00a0", " ")


def test_a_row_that_did_not_change_is_not_drawn_again(tech: Person, head: Person) -> None:
    tech.send(f"{JOURNAL}/add", {"rooms": "0006", "action": "other", "text": "Dusted the lens"})
    head.get(JOURNAL)
    first = list(rows.LINES.pieces.values())
    tech.send(f"{JOURNAL}/add", {"rooms": "0007", "action": "other", "text": "Dusted it again"})
    after = list(rows.LINES.pieces.values())
    assert after[: len(first)] == first and len(after) == len(first) + 1
    assert all(old is new for old, new in zip(first, after, strict=False))


def test_an_erased_entry_is_not_shown_from_what_is_kept(app: Flask, tech: Person) -> None:
    """A day folded again is another day, even of the same root."""
    tech.get(TODAY)
    drawn = list(today.BOARDS.pieces.values())
    with app.app_context():
        days.CACHE.days.clear()
    tech.get(TODAY)
    assert [new is old for new, old in zip(today.BOARDS.pieces.values(), drawn, strict=True)] == [False]


def test_what_is_kept_is_bounded() -> None:
    kept: Drawn[str] = Drawn(3)
    for key in "abc":
        kept.put(key, key)
    assert kept.get("a") == "a"
    kept.put("d", "d")
    assert [kept.get(key) for key in "abcd"] == ["a", None, "c", "d"], "the least used went"


def test_a_page_that_asks_by_itself_gets_304_and_is_no_use_of_the_session(
    app: Flask, tech: Person, clock: Clock
) -> None:
    def ask() -> int:
        tag = re.search(r'data-url="/days/[^"]+/today" data-tag="(\w+)"', page)
        assert tag
        return tech.get(TODAY, headers={"If-None-Match": f'"{tag[1]}"', POLL: "1"}).status_code

    page = tech.get(TODAY).text
    assert ask() == 304
    for _ in range(3):
        clock.forward(hours=3, minutes=50)
        assert ask() == 200, "steps became due meanwhile"
    clock.forward(hours=1)
    assert ask() == 302, "12 hours without anybody's use"
    assert tech.get(TODAY).status_code == 302


def test_the_office_changes_what_a_person_may_and_the_board_is_not_the_old_one(
    tech: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {"If-None-Match": tech.get(TODAY).headers["ETag"]}
    assert tech.get(TODAY, headers=known).status_code == 304
    old = accounts.actor_of
    monkeypatch.setattr(accounts, "actor_of", lambda person: _renamed(old(person)))
    answer = tech.get(TODAY, headers=known)
    assert answer.status_code == 200 and "Новый" in answer.text


def _renamed(actor):  # type: ignore[no-untyped-def]
    return type(actor)(actor.person, "Новый Пётр Ильич", actor.roles, actor.centres)


def test_another_days_rows_are_its_own(tech: Person) -> None:
    first = tech.get(f"/days/{YESTERDAY}/journal").text
    assert tech.get(JOURNAL).text != first and plain(tech.get(f"/days/{YESTERDAY}/journal").text) == plain(first)
