"""The review desk: what a reviewer finds first, what it costs, and what two of them learn of each other."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.domain import Refused
from app.domain import facts as f
from app.domain.facts import Fact
from app.domain.journal import Times
from app.domain.people import Actor
from app.domain.plan import Centre, Role
from app.services import centres, days, desk, opening, people
from app.services.desk import Desk, Kind
from app.services.overview import Wanted
from app.store import journal
from app.store.db import db, transaction
from app.store.review_tables import LookingRow
from app.store.tables import DayStatusRow
from tests.conftest import CAMERAS, CODE, EXAM, MADE, NAME, OFFICE, OPENED, ROOMS, STATIONS, Installation

NIGHT = datetime(2026, 6, 1, 21, 0, tzinfo=UTC)  # midnight in Moscow: the exam's date is over


@pytest.fixture
def folds(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Every fold of a day."""
    seen: list[Any] = []
    real = days.fold_log

    def counting(*given: Any) -> Any:
        seen.append(given)
        return real(*given)

    monkeypatch.setattr(days, "fold_log", counting)
    yield seen


def write(installation: Installation, day: str, login: str, *found: Fact) -> None:
    """Entries as they stand in a journal, whatever the rules of their parts ask for."""
    person = installation.people[login].person
    with transaction(log := days.log_of(day)):
        for fact in found:
            journal.append(log, fact, person, Times(installation.clock.now), str(uuid4()))


def submit(installation: Installation, day: str) -> None:
    write(installation, day, "head", f.DaySubmitted(installation.clock.now))


def later(installation: Installation, number: int) -> str:
    """A day so far ahead that nothing of it is late."""
    return installation.open_day(date=EXAM + timedelta(days=60 + number), period_start=None)


def remark(installation: Installation, day: str) -> None:
    write(installation, day, "member", f.RemarkWritten("Приложите снимок", installation.clock.now))


def look(installation: Installation, login: str = "commission", **more: Any) -> Desk:
    wanted = Wanted(**{k: more.pop(k) for k in ("region", "exam", "first", "last", "text") if k in more})
    return desk.desk(installation.people[login], installation.clock.now, wanted, **more)


def order(found: Desk) -> list[tuple[Kind, list[str]]]:
    return [(g.kind, [x.id for x in g.lines]) for g in found.groups]


def test_days_stand_by_what_they_need_and_what_hurts_most_first(installation: Installation) -> None:
    overdue = installation.open_day()
    quiet, twice, once, back, mine, still = (later(installation, n) for n in range(6))
    for day in (quiet, twice, once, back, mine):
        submit(installation, day)
    for day in (once, twice, twice):
        remark(installation, day)
    write(installation, back, "commission", f.DayReturned("Нет снимка", OPENED))
    write(installation, mine, "commission", f.DayAccepted(OPENED))
    assert order(look(installation))[-2] == (Kind.OPEN, [overdue, still]), "the exam's date is not over"
    installation.clock.now = NIGHT
    found = look(installation)
    assert order(found) == [
        (Kind.JUDGE, [twice, once]), (Kind.OVERDUE, [overdue]), (Kind.ORDINARY, [quiet]), (Kind.RETURNED, [back]),
        (Kind.OPEN, [still]), (Kind.ACCEPTED, [mine]),
    ]  # fmt: skip
    assert (found.accepted, found.days, found.one_date) == (1, 7, False)
    first = found.groups[0].lines[0]
    assert (first.counts, first.total, first.submitted_at) == ({"remarks": 2}, 2, first.submitted_at)
    assert order(look(installation, state="submitted")) == [(Kind.JUDGE, [twice, once]), (Kind.ORDINARY, [quiet])]
    assert look(installation, state="judge").days == 7, "how many are accepted is told of all of them"


def test_an_answered_remark_waits_for_the_reviewer_and_a_settled_one_for_nobody(installation: Installation) -> None:
    day = later(installation, 0)
    submit(installation, day)
    remark(installation, day)
    seq = days.load(installation.people["head"], day).size - 1
    at = installation.clock.now
    write(installation, day, "head", f.RemarkAnswered(seq, "Приложен", at))
    assert look(installation).groups[0].lines[0].counts == {"answered": 1}
    write(installation, day, "member", f.RemarkSettled(seq, at))
    assert order(look(installation)) == [(Kind.ORDINARY, [day])]


def test_a_desk_of_unchanged_days_folds_none(installation: Installation, folds: list[Any]) -> None:
    made = [later(installation, n) for n in range(5)]
    look(installation)
    folds.clear()
    found = look(installation, day=made[2])
    assert (folds, found.days) == ([], 5)
    submit(installation, made[1])
    folds.clear()
    assert order(look(installation))[0] == (Kind.ORDINARY, [made[1]])
    assert len(folds) == 1, "the one whose journal has grown"


def test_a_day_has_neighbours_and_a_page(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "PAGE", 2)
    made = [later(installation, n) for n in range(5)]
    submit(installation, made[0])
    listed = [made[0], made[4], made[3], made[2], made[1]]
    walked, page = [], look(installation, day=made[0])
    while page.place:
        walked.append((page.place.line.id, page.page, page.place.number, page.place.count, page.place.before))
        page = look(installation, day=page.place.after)
    assert walked == [
        (listed[0], 1, 1, 1, ""), (listed[1], 1, 1, 4, listed[0]), (listed[2], 2, 2, 4, listed[1]),
        (listed[3], 2, 3, 4, listed[2]), (listed[4], 3, 4, 4, listed[3]),
    ]  # fmt: skip
    third = look(installation, page=99)
    assert (third.page, third.pages, order(third)) == (3, 3, [(Kind.ORDINARY, []), (Kind.OPEN, [made[1]])])
    assert [g.page for g in third.groups] == [1, 1], "where each group begins"
    assert look(installation, day="no such day").place is None


def test_filters_choose_by_date_exam_region_and_words(installation: Installation) -> None:
    place = Centre("46", "0001", "Другая область", "Лицей", "ул. 1", "Europe/Moscow")
    centres.save(OFFICE, place, ROOMS, CAMERAS, STATIONS, MADE, new=True)
    near, far = installation.open_day(), later(installation, 1)
    roster = (opening.Place(installation.people["commission"].person, Role.COMMISSION_HEAD, "приказ"),)
    staff = [add(login, role) for login, role in (("t", Role.TECHNICIAN), ("h", Role.PES_HEAD))]
    roster += tuple(opening.Place(a.person, next(iter(a.roles)), "приказ") for a in staff)
    given = installation.opening(centre="46-0001", roster=roster, exam="ЕГЭ, химия")
    other = opening.open_day(OFFICE, given, NAME, OPENED)

    def ids(**wanted: Any) -> set[str]:
        return {x.id for g in look(installation, **wanted).groups for x in g.lines}

    assert ids() == {near, far, other}
    assert ids(region="46") == ids(exam="ЕГЭ, химия") == ids(text="лицей") == {other}
    assert ids(first="2026-06-02") == {far} and ids(last="2026-06-01") == {near, other}
    assert look(installation, first="2026-06-01", last="2026-06-01").one_date
    assert desk.exams(installation.people["commission"]) == ["ЕГЭ, физика", "ЕГЭ, химия"]
    bound = Actor("inspector", "Инспектор", frozenset({Role.COMMISSION_MEMBER}), frozenset({"46"}))
    found = desk.desk(bound, installation.clock.now, Wanted())
    assert [x.id for g in found.groups for x in g.lines] == [other], "a region's reviewer reads its centres' days alone"


def add(login: str, role: Role) -> Actor:
    view, _ = people.add(OFFICE, login, "Новый Ян Янович", [role], ["46-0001"], "", MADE)
    return Actor(view.id, view.name, frozenset({role}), frozenset(view.centres))


def test_people_of_the_centre_have_no_desk_and_members_find_the_days_that_name_them(installation: Installation) -> None:
    named = installation.open_day()
    roster = tuple(p for p in installation.opening().roster if p.role != Role.COMMISSION_MEMBER)
    later_day = installation.open_day(date=date(2026, 6, 9), period_start=None, roster=roster)
    assert [x.id for g in look(installation, "member").groups for x in g.lines] == [named]
    assert {x.id for g in look(installation, "ministry").groups for x in g.lines} == {named, later_day}
    for login in ("tech", "head"):
        with pytest.raises(Refused):
            look(installation, login)
    reviewers = {login for login, actor in installation.people.items() if desk.reviews(actor)}
    assert reviewers == {"member", "commission"}


def test_the_row_says_what_the_review_says(installation: Installation) -> None:
    day = installation.open_day()
    submit(installation, day)
    remark(installation, day)
    write(installation, day, "member", f.LinesReviewed((f.Span(0, 1),), installation.clock.now))
    look(installation)
    row = db.session.get(DayStatusRow, day)
    assert (row.stage, row.remarks, row.answered, row.seen_lines) == ("submitted", 1, 0, 2)
    assert (row.submitted_at, row.accepted_at, row.submit_by) == (installation.clock.now, None, NIGHT)
    assert row.uncovered == 0, "the exam is not over"
    installation.clock.now = NIGHT
    look(installation)
    db.session.expire_all()
    assert db.session.get(DayStatusRow, day).uncovered > 0


# ---------------------------------------------------------------- two at once


def seen(installation: Installation, login: str, day: str) -> list[tuple[str, datetime]]:
    place = look(installation, login, day=day).place
    assert place is not None
    return [(x.short, x.since) for x in place.line.lookers]


def test_two_reviewers_see_each_other_until_one_gives_no_sign_for_a_minute(installation: Installation) -> None:
    one, other = later(installation, 1), later(installation, 2)
    member, came = installation.people["member"], installation.clock.now
    desk.look(member, one, came)
    assert seen(installation, "commission", one) == [("Чайка\u00a0Л.\u00a0И.", came)]
    assert seen(installation, "member", one) == [], "nobody is told of themselves"
    desk.look(member, one, installation.clock.forward(seconds=40))
    installation.clock.forward(seconds=40)
    assert seen(installation, "commission", one) == [("Чайка\u00a0Л.\u00a0И.", came)], "still, and since then"
    desk.look(member, other, installation.clock.now)
    assert seen(installation, "commission", one) == [], "who turns to another day has left this one"
    installation.clock.forward(seconds=60)
    assert seen(installation, "commission", other) == []
    desk.look(member, other, installation.clock.now)
    assert seen(installation, "commission", other) == [("Чайка\u00a0Л.\u00a0И.", installation.clock.now)], "anew"


def test_a_sign_of_life_is_written_seldom_and_of_reviewers_only(installation: Installation) -> None:
    day = later(installation, 1)

    def signs() -> list[datetime]:
        db.session.rollback()
        return list(db.session.scalars(db.select(LookingRow.at)))

    first = installation.clock.now
    for _ in range(3):
        desk.look(installation.people["member"], day, installation.clock.now)
        installation.clock.forward(seconds=4)
    for login in ("ministry", "boss"):
        desk.look(installation.people[login], day, installation.clock.now)
    assert signs() == [first]


def test_news_are_what_others_wrote_in_review_since(installation: Installation) -> None:
    day = later(installation, 1)
    submit(installation, day)
    size = installation.day(day).size

    def news(login: str, size: int) -> list[str]:
        return [x.tag for x in desk.news(installation.people[login], day, size, installation.clock.now)]

    assert news("commission", size) == []
    remark(installation, day)
    write(installation, day, "tech", f.NoteWritten("заметка", installation.clock.now))
    assert news("commission", size) == ["remark.written"]
    assert news("member", size) == [], "nobody is told what they wrote"
    assert news("commission", size + 2) == []
    stranger = Actor("stranger", "Чужой", frozenset({Role.COMMISSION_HEAD}))
    assert desk.news(stranger, day, 0, installation.clock.now) == ()
    assert CODE in day and not db.session.scalars(db.select(LookingRow).where(LookingRow.person == "stranger")).all()
