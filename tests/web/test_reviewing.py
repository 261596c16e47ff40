"""Reviewing a day in the browser: remarks on lines, answers of the centre, lines seen, samples, the return."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from app.domain import facts as f
from app.domain.journal import Times
from app.domain.review import Answered, Stage, review, seen
from app.services import days
from app.store import journal
from app.store.db import db, transaction

from .conftest import DAY, NOW, Person
from .strangers import day_of, words

REVIEW = f"/days/{DAY}/review"
SignIn = Callable[[str], Person]


@pytest.fixture
def commission(sign_in: SignIn) -> Person:
    return sign_in("commission")


@pytest.fixture
def member(sign_in: SignIn) -> Person:
    return sign_in("member")


def day(app: Flask) -> Any:
    with app.app_context():
        found = day_of(DAY)
        db.session.remove()
        return found


def add(app: Flask, fact: object, role: str = "pes_head") -> int:
    """An entry past the pages."""
    with app.app_context():
        person = next(m.person for m in day_of(DAY).roster.values() if m.role == role)
        with transaction(log := days.log_of(DAY)):
            return journal.append(log, fact, person, Times(NOW), str(uuid4()))[0].seq


def remark(person: Person, text: str = "Где фото?", **about: object) -> int:
    """A remark through its page; its entry."""
    query = "&".join(f"{k}={v}" for k, v in about.items())
    answer = person.send(f"{REVIEW}/remark", {"text": text}, form=f"{REVIEW}/remark?{query}")
    assert answer.status_code == 200, answer.text
    return int(re.findall(r'id="remark-(\d+)"', answer.text)[-1]) - 1


def state(app: Flask, seq: int) -> str:
    return next(r.state for r in review(day(app)).remarks if r.seq == seq)


def act(app: Flask, tag: str) -> int:
    return next(a.seq for a in reversed(day(app).acts.values()) if a.tag == tag)


@pytest.mark.parametrize(
    ("about", "anchor"),
    [
        ({"entry": 2}, "entry-2"), ({"step": "ex.soft_check", "place": "AS-1"}, "step-ex.soft_check"),
        ({"form": "access-journal"}, "d-access-journal"), ({}, "remarks"),
    ],
)  # fmt: skip
def test_a_remark_hangs_on_its_line_and_is_listed_for_the_centre(
    member: Person, head: Person, about: dict[str, object], anchor: str
) -> None:
    seq = remark(member, "Где фото сервера?", **about)
    page = member.get(REVIEW).text
    assert f'id="{anchor}"' in page and page.count("Где фото сервера?") >= (1 if anchor == "remarks" else 2)
    assert "waits for an answer" in words(page)
    listed = head.get(f"{REVIEW}/remarks").text
    assert f'id="remark-{seq + 1}"' in listed and "Где фото сервера?" in listed and "Answer…" in listed
    link = re.search(rf'href="([^"]+#{re.escape(anchor)})"', listed)
    assert link and head.get(link[1].split("#")[0]).status_code == 200


def test_every_line_offers_a_remark_to_reviewers_alone(member: Person, tech: Person, sign_in: SignIn) -> None:
    page = member.get(REVIEW).text
    ways = re.findall(r'href="[^"]*/review/remark\??([^"]*)"', page)
    assert {"entry=1", "step=ex.arrive", "form=access-journal", ""} <= set(ways)
    for other in (tech, sign_in("ministry")):
        assert "review/remark" not in other.get(REVIEW).text
        assert "by the commission people" in other.get(f"{REVIEW}/remark?entry=2").text


def test_a_refused_remark_brings_back_what_it_is_about(member: Person, app: Flask) -> None:
    answer = member.send(f"{REVIEW}/remark", {"text": " "}, form=f"{REVIEW}/remark?entry=2")
    assert answer.status_code == 422 and "Write what it is about" in answer.text
    assert 'name="entry" value="2"' in answer.text
    long = member.send(f"{REVIEW}/remark", {"text": "щ" * 2001, "entry": "9999"}, form=f"{REVIEW}/remark?entry=2")
    assert long.status_code == 422 and "no such entry" in long.text and "too long" in long.text
    assert "щ" * 2001 in long.text
    for odd in ("entry=x", "entry=99999999999", "step=nothing", "form=%00", "entry=-1", "place=0001"):
        assert member.get(f"{REVIEW}/remark?{odd}").status_code == 200, odd


def test_the_centre_sees_a_quiet_banner_answers_and_the_reviewer_settles(
    app: Flask, member: Person, tech: Person, head: Person, commission: Person
) -> None:
    board = f"/days/{DAY}/today"
    assert "of the commission" not in tech.get(board).text
    seq = remark(member, entry=2)
    for person in (tech, head):
        page = person.get(board).text
        assert "1 remark of the commission waits for an answer" in page and f"{REVIEW}/remarks" in page
    assert "remark of the commission" not in member.get(board).text
    answer = tech.send(f"{REVIEW}/remarks/{seq}/answer", {"text": "Приложено <b>", "entry": "1"})
    assert answer.status_code == 422 and "written after the remark" in answer.text
    assert "Приложено &lt;b&gt;" in answer.text
    done = tech.send(f"{REVIEW}/remarks/{seq}/answer", {"text": "Приложено"})
    assert "Приложено" in done.text and state(app, seq) == Answered.ANSWERED
    assert "1 remark of the commission" not in tech.get(board).text
    settled = commission.send(f"{REVIEW}/remarks/{seq}/settle", form=REVIEW)
    assert "settled" in words(settled.text) and state(app, seq) == Answered.SETTLED
    assert "settled already" in commission.get(f"{REVIEW}/remarks/{seq}/settle").text
    assert "settled already" in tech.get(f"{REVIEW}/remarks/{seq}/answer").text


def test_who_corrects_what_was_remarked_on_comes_back_to_the_remarks_and_it_shows(
    app: Flask, member: Person, tech: Person
) -> None:
    tech.send(f"/days/{DAY}/note", {"text": "ключ у охраны"})
    note = act(app, "note.written")
    seq = remark(member, entry=note + 1)
    listed = tech.get(f"{REVIEW}/remarks").text
    url = f"/days/{DAY}/entries/{note}/correct"
    assert f'href="{url}"' in listed and "Correct it" in listed
    back = tech.send(url, {"text": "ключ у директора", "why": "замечание"}, follow=False)
    assert back.headers["Location"] == f"{REVIEW}/remarks#remark-{seq + 1}"
    assert state(app, seq) == Answered.CORRECTED
    assert "corrected" in words(member.get(REVIEW).text)
    assert "Wait for the commission" in tech.get(f"{REVIEW}/remarks").text


def test_a_reviewer_withdraws_and_rewords_only_their_own_remark(app: Flask, member: Person, commission: Person) -> None:
    seq = remark(member, "опечятка", entry=2)
    url = f"/days/{DAY}/entries/{seq}"
    assert f"{url}/void" in member.get(REVIEW).text and f"{url}/void" not in commission.get(REVIEW).text
    member.send(f"{url}/correct", {"text": "опечатка", "why": "слово"})
    page = member.get(REVIEW).text
    assert "<del>опечятка</del>" in page and "опечатка" in page
    back = member.send(f"{url}/void", {"reason": "не тот день"})
    assert back.request.path == REVIEW
    assert not review(day(app)).remarks and "опечятка" in member.get(f"/days/{DAY}/log").text


# ---------------------------------------------------------------- lines seen


def test_lines_are_marked_as_seen_one_an_hour_the_ordinary_and_all(
    app: Flask, member: Person, commission: Person, tech: Person
) -> None:
    tech.send(f"/days/{DAY}/journal/add", {"rooms": "0001", "start": "07:20", "end": "07:30", "action": "check",
                                           "late_reason": "no network"})  # fmt: skip
    late = act(app, "access.noted")

    def mark(person: Person, lines: str) -> str:
        return person.send(f"{REVIEW}/seen", {"lines": lines}, form=REVIEW).text

    assert "1 line marked as seen" in mark(member, "1-1")
    looks = seen(day(app))
    assert set(looks) == {1}
    mark(member, "ordinary")
    looks = seen(day(app))
    assert late not in looks and {0, 1, 2} <= set(looks)
    mark(member, "all")
    assert late in seen(day(app))
    assert "already" in mark(member, "all")
    page = commission.get(REVIEW).text
    assert "Lines marked as seen" in page and "seen: " in page and page.count('name="lines" value="1-1"') == 1
    assert member.get(REVIEW).text.count('name="lines" value="1-1"') == 0
    for odd in ("", "x", "5-", "0-999999999", "99-99", "2-1"):
        answer = member.client.post(f"{REVIEW}/seen", data=member.form(REVIEW, f"{REVIEW}/seen") | {"lines": odd})
        assert answer.status_code == 422, odd


def test_only_what_the_page_showed_is_marked(app: Flask, member: Person) -> None:
    form = member.form(REVIEW, f"{REVIEW}/seen")
    late = add(app, f.NoteWritten("später", NOW), "technician")
    member.client.post(f"{REVIEW}/seen", data=form | {"lines": "all"})
    assert late not in seen(day(app)) and late - 1 in seen(day(app))


def test_after_a_remark_the_reader_is_back_at_the_line_where_it_was_written(app: Flask, member: Person) -> None:
    token = member.form(f"{REVIEW}/remark?entry=2")
    for at, anchor in (("late-1", "late-1"), ("", "entry-2"), ('x"><b>', "entry-2"), ("//evil", "entry-2")):
        form = token | {"text": "Где?", "at": at, "entry_id": str(uuid4())}
        answer = member.client.post(f"{REVIEW}/remark", data=form)
        assert answer.status_code == 302 and answer.location == f"{REVIEW}#{anchor}"


def test_a_closed_day_offers_no_correction_to_who_answers_a_remark(app: Flask, member: Person, tech: Person) -> None:
    remark(member, step="ex.arrive")
    assert "Correct it" in tech.get(f"{REVIEW}/remarks").text
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.web.remarks.closed_at", lambda day: NOW)
        page = tech.get(f"{REVIEW}/remarks").text
    assert "Correct it" not in page and "Answer…" in page


# ---------------------------------------------------------------- samples


def test_a_sample_is_taken_listed_and_says_at_once_what_is_missing(app: Flask, member: Person, tech: Person) -> None:
    url = f"{REVIEW}/sample"
    wrong = member.send(url, {"text": "тень"})
    assert wrong.status_code == 422 and "тень" in wrong.text
    for told in ("Enter when you began", "Choose a camera", "what you watched", "Choose the finding"):
        assert told in wrong.text, told
    wrong = member.send(url, {"start": "07:10", "end": "07:00", "finding": "breach", "camera": "", "text": ""})
    for told in ("Choose a camera", "not after the start", "what you watched", "in a word"):
        assert told in wrong.text, told
    camera = day(app).cameras[0]
    good = {"camera": camera.id, "start": "07:00", "end": "07:10", "source": "live", "finding": "doubt", "text": "тень"}
    page = member.send(url, good).text
    line = words(page[page.index('<main id="main"') :])
    assert f"{camera.id} room {camera.room} 07:00–07:10 live picture doubt тень" in line.replace("\u00a0", " ")
    assert "doubt" in words(tech.get(REVIEW).text) and 'sample"' not in tech.get(REVIEW).text


# ---------------------------------------------------------------- the return


def test_the_head_of_the_commission_returns_a_day_with_its_open_remarks(
    app: Flask, member: Person, commission: Person, tech: Person, head: Person
) -> None:
    url = f"{REVIEW}/return"
    seq = remark(member, "Где акт?", entry=2)
    assert url not in commission.get(REVIEW).text and "handed in" in commission.get(url).text
    add(app, f.DaySubmitted(NOW))
    page = commission.get(REVIEW).text
    assert "Return with 1 remark…" in page and url not in member.get(REVIEW).text
    asked = commission.get(url).text
    assert "Где акт?" in asked and "Return with 1 remark" in asked
    empty = commission.send(url, {"reason": ""})
    assert empty.status_code == 422 and "Give the reason" in empty.text
    done = commission.send(url, {"reason": "Нет акта"})
    assert "The day is returned" in done.text
    found = review(day(app))
    assert found.stage == Stage.RETURNED and found.last("day.returned").fact.remarks == (seq,)
    for person in (tech, head):
        page = person.get(f"/days/{DAY}/today").text
        told = words(page)
        assert "The commission returned the day: 1 remark waits" in told and "“Нет акта”" in told
        assert told.count("returned the day") == told.count("Look at the remarks") == 1
        assert page.count(' standing"') == 1, "one panel says all of it"
    assert "“Нет акта”" in tech.get(f"{REVIEW}/remarks").text


def test_a_return_is_refused_with_what_is_new_and_the_typed_reason_comes_back(
    app: Flask, member: Person, commission: Person
) -> None:
    url = f"{REVIEW}/return"
    add(app, f.DaySubmitted(NOW))
    form = commission.form(url)
    remark(member, "Ещё не всё", entry=2)
    refused = commission.client.post(url, data=form | {"reason": "Мои слова"})
    told = words(refused.text)
    assert refused.status_code == 409 and "Somebody else worked on this review" in told
    assert "New since you opened the page" in told and "Ещё не всё" in told and "Мои слова" in refused.text
    assert review(day(app)).stage == Stage.SUBMITTED
    again = {"reason": "Мои слова"}
    shown = re.search(r'name="since" value="(\d+)"', refused.text)
    assert shown
    commission.client.post(url, data=form | again | {"since": shown[1]})
    assert review(day(app)).stage == Stage.RETURNED


@pytest.mark.parametrize("since", ["", "x", "-1", "99999999999999"])
def test_a_return_that_does_not_say_what_it_saw_is_refused_when_somebody_remarked(
    app: Flask, member: Person, commission: Person, since: str
) -> None:
    add(app, f.DaySubmitted(NOW))
    remark(member, entry=2)
    form = commission.form(f"{REVIEW}/return")
    answer = commission.client.post(f"{REVIEW}/return", data=form | {"reason": "x", "since": since})
    assert answer.status_code == 409


# ---------------------------------------------------------------- words wherever entries are shown


def test_every_entry_of_a_review_has_words_in_every_list(app: Flask, member: Person, sign_in: SignIn) -> None:
    commission = sign_in("commission")
    seq = add(app, f.RemarkWritten("слова замечания", NOW, 1), "commission_head")
    add(app, f.RemarkWritten("о шаге", NOW, None, "ex.soft_check", ("AS-1",)), "commission_head")
    camera = day(app).cameras[0]
    add(app, f.RemarkAnswered(seq, "слова ответа", NOW, 0), "technician")
    add(app, f.RemarkSettled(seq, NOW, "слова решения"), "commission_head")
    add(app, f.LinesReviewed((f.Span(0, 1), f.Span(3, 3)), NOW), "commission_head")
    add(app, f.SampleTaken(camera.id, camera.room, NOW, NOW, "recording", "breach", NOW, "слова пробы"),
        "commission_head")  # fmt: skip
    add(app, f.DaySubmitted(NOW, "слова сдачи", (f.Missing("step", "ex.key"),), "слова причины"))
    add(app, f.DayReturned("слова возврата", NOW, (seq,)), "commission_head")
    add(app, f.DayAccepted(NOW, (f.Paper("access-journal", 1, "00"),), "слова приёмки"), "commission_head")
    said = ("замечания", "ответа", "решения", "пробы", "сдачи", "причины", "возврата", "приёмки")
    kinds = ("Remark", "Answer to a remark", "Remark settled", "Lines seen", "Sample", "Day handed in",
             "Day returned", "Day accepted")  # fmt: skip
    for url in (f"/days/{DAY}/log", REVIEW):
        page = words(commission.get(url).text)
        for text in (*(f"слова {s}" for s in said), *kinds, "Entries 1–2, 4", "recording: breach"):
            assert text in page, (url, text)
    mine = words(commission.get("/me/activity").text)
    assert "слова приёмки" in mine and "Lines seen" in mine
    for number in [a.seq for a in day(app).acts.values() if a.seq >= seq]:
        for name in ("", "/correct", "/void"):
            for person in (commission, sign_in("tech")):
                assert person.get(f"/days/{DAY}/entries/{number}{name}").status_code == 200
    assert "countersigned" in words(member.get(REVIEW).text)
    assert not re.search(r"review/remark[?\"]", member.get(REVIEW).text), "nothing more is remarked on"


def test_remarks_stand_on_the_entry_that_they_are_about(member: Person, tech: Person) -> None:
    remark(member, "Где фото?", entry=2)
    assert "Где фото?" in tech.get(f"/days/{DAY}/entries/1").text
    assert f"{REVIEW}/remark?entry=2" in member.get(f"/days/{DAY}/entries/1").text


def test_ones_own_remark_is_not_new_to_its_writer(member: Person) -> None:
    member.get(REVIEW)
    remark(member, entry=2)
    assert "data-new" not in member.get(REVIEW).text
