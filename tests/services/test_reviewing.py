"""Review through the services: who may, two reviewers at once, and that no document gets old by it."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from app.domain import DomainError, Invalid, Refused
from app.domain import facts as f
from app.domain.journal import Times
from app.domain.people import Actor
from app.domain.plan import Role
from app.domain.review import Answered, Stage, review, seen
from app.services import days, documents, reviewing, verify
from app.services.documents import document
from app.services.record import correction
from app.store import journal
from app.store.db import db, transaction
from tests.conftest import Installation

InContext = Callable[[Callable[[], Any]], Any]


def hand_in(made: Installation, day: str) -> int:
    """The centre hands the day in, past the gates that are another part's."""
    with transaction(log := days.log_of(day)):
        fact = f.DaySubmitted(made.clock.now)
        return journal.append(log, fact, made.people["head"].person, Times(made.clock.now), str(uuid4()))[0].seq


def remark(
    made: Installation, day: str, login: str = "member", text: str = "Почему?", entry: str = "", **about: Any
) -> int:
    fact = f.RemarkWritten(text, made.clock.now, **about)
    return reviewing.remark(made.people[login], day, entry or str(uuid4()), fact, made.clock.now).seq


def give_back(made: Installation, day: str, since: int, login: str = "commission", entry: str = "") -> int:
    who = made.people[login]
    return reviewing.give_back(who, day, entry or str(uuid4()), "Нет акта", since, made.clock.now).seq


def answer(made: Installation, day: str, target: int, login: str = "tech", entry: int | None = None) -> int:
    return reviewing.answer(made.people[login], day, str(uuid4()), target, "Вот он", entry, made.clock.now).seq


def settle(made: Installation, day: str, target: int, login: str = "member") -> int:
    return reviewing.settle(made.people[login], day, str(uuid4()), target, "", made.clock.now).seq


def test_a_remark_is_written_answered_by_a_correction_returned_and_settled(
    installation: Installation, day: str
) -> None:
    made, note = installation, installation.note(day).seq
    hand_in(made, day)
    seq = remark(made, day, target=note)
    back = give_back(made, day, made.day(day).size)
    assert made.day(day).lines[back].fact.remarks == (seq,)
    fixed = made.record(day, "tech", correction(made.day(day), note, f.NoteWritten("вот", made.clock.now), "замечание"))
    answer(made, day, seq, entry=fixed.seq)
    assert review(made.day(day)).remarks[0].state == Answered.ANSWERED
    settle(made, day, seq, "commission")
    found = review(made.day(day))
    assert found.remarks[0].state == Answered.SETTLED and found.stage == Stage.RETURNED
    assert verify.verify_day(day).proved


@pytest.mark.parametrize(
    ("who", "verbs"),
    [
        ("tech", {"answer"}), ("cctv", {"answer"}), ("head", {"answer"}), ("member", {"remark", "settle", "seen"}),
        ("commission", {"remark", "settle", "seen", "return"}), ("ministry", set()), ("boss", set()),
    ],
)  # fmt: skip
def test_everybody_does_only_what_their_place_in_the_roster_allows(
    installation: Installation, day: str, who: str, verbs: set[str]
) -> None:
    made, actor = installation, installation.people[who]
    first, second = remark(made, day), remark(made, day)
    hand_in(made, day)
    size = made.day(day).size
    calls: dict[str, Callable[[], Any]] = {
        "remark": lambda: remark(made, day, who),
        "answer": lambda: answer(made, day, first, who),
        "settle": lambda: settle(made, day, second, who),
        "seen": lambda: reviewing.mark_seen_lines(actor, day, str(uuid4()), [0], made.clock.now),
        "return": lambda: give_back(made, day, made.day(day).size, who),
    }
    for name, call in calls.items():
        if name in verbs:
            assert call() is not None
        else:
            with pytest.raises(Refused):
                call()
    assert made.day(day).size == size + len(verbs)


def test_commission_people_of_the_region_who_are_not_in_the_roster_read_and_write_nothing(
    installation: Installation, day: str
) -> None:
    region = frozenset({"45"})
    installation.people["other"] = Actor("p-other", "Иная Яна Яновна", frozenset({Role.COMMISSION_HEAD}), region)
    hand_in(installation, day)
    assert days.load(installation.people["other"], day)
    for call in (lambda: remark(installation, day, "other"), lambda: give_back(installation, day, 2, "other")):
        with pytest.raises(Refused):
            call()


@pytest.mark.parametrize("form", ["", "access-journal"])
def test_a_remark_on_a_document_names_one_that_the_day_has(installation: Installation, day: str, form: str) -> None:
    if form:
        assert remark(installation, day, form=form)
    else:
        with pytest.raises(Invalid, match="no form"):
            remark(installation, day, form="act-of-nothing")


def test_the_same_form_sent_twice_remarks_answers_settles_and_returns_once(
    installation: Installation, day: str
) -> None:
    made, ids = installation, [str(uuid4()) for _ in range(4)]
    hand_in(made, day)
    first = remark(made, day, entry=ids[0])
    since = made.day(day).size
    back = give_back(made, day, since, entry=ids[1])
    assert remark(made, day, entry=ids[0]) == first
    assert give_back(made, day, since, entry=ids[1]) == back
    assert Counter(x.tag for x in made.day(day).lines)["day.returned"] == 1


# ---------------------------------------------------------------- two reviewers at once


def remarked(made: Installation, day: str) -> None:
    remark(made, day, text="Ещё одно")


def settled(made: Installation, day: str) -> None:
    settle(made, day, review(made.day(day)).remarks[0].seq)


def answered(made: Installation, day: str) -> None:
    answer(made, day, review(made.day(day)).remarks[0].seq)


def withdrawn(made: Installation, day: str) -> None:
    made.record(day, "member", f.EntryVoided(review(made.day(day)).remarks[0].seq, "ошибка"))


def accepted(made: Installation, day: str) -> None:
    with transaction(log := days.log_of(day)):
        fact = f.DayAccepted(made.clock.now)
        journal.append(log, fact, made.people["member"].person, Times(made.clock.now), str(uuid4()))


def sent_again(made: Installation, day: str) -> None:
    """Returned and handed in again: the stage is as before, and the open remarks are too."""
    waiting = tuple(r.seq for r in review(made.day(day)).open)
    with transaction(log := days.log_of(day)):
        for fact, who in ((f.DayReturned("x", made.clock.now, waiting), "member"),
                          (f.DaySubmitted(made.clock.now), "head")):  # fmt: skip
            journal.append(log, fact, made.people[who].person, Times(made.clock.now), str(uuid4()))


@pytest.mark.parametrize("meanwhile", [remarked, settled, answered, withdrawn, accepted, sent_again])
def test_a_return_of_what_its_reviewer_did_not_see_is_refused_and_names_what_is_new(
    installation: Installation, day: str, meanwhile: Callable[[Installation, str], None]
) -> None:
    made = installation
    hand_in(made, day)
    remark(made, day)
    since = made.day(day).size
    meanwhile(made, day)
    before = made.day(day)
    with pytest.raises(reviewing.Meanwhile, match="Somebody else") as caught:
        give_back(made, day, since)
    assert [x.seq for x in caught.value.lines] == list(range(since, before.size))
    assert made.day(day).size == before.size
    if meanwhile is not accepted:
        assert give_back(made, day, before.size)  # after a look at what is new


def test_looking_alone_and_ordinary_entries_hold_no_return_back(installation: Installation, day: str) -> None:
    hand_in(installation, day)
    since = installation.day(day).size
    reviewing.mark_seen_lines(installation.people["member"], day, str(uuid4()), [0], installation.clock.now)
    installation.note(day)
    assert give_back(installation, day, since)


def at_once(in_context: InContext, *calls: Callable[[], Any]) -> list[Any]:
    """What the calls answered, or why not, each in a thread of its own."""
    start, found = threading.Barrier(len(calls)), []

    def run(call: Callable[[], Any]) -> None:
        start.wait(20)
        try:
            found.append(call())
        except DomainError as err:
            found.append(err)

    threads = [threading.Thread(target=in_context, args=(lambda c=c: run(c),)) for c in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    db.session.rollback()
    return found


def test_two_reviewers_who_remark_at_once_are_both_kept(
    installation: Installation, day: str, in_context: InContext
) -> None:
    made = installation
    logins = ("member", "commission") * 3
    calls = [lambda who=who, n=n: remark(made, day, who, f"замечание {n}", target=0) for n, who in enumerate(logins)]
    found = at_once(in_context, *calls)
    assert all(isinstance(x, int) for x in found), found
    assert {r.act.fact.text for r in review(made.day(day)).remarks} == {f"замечание {n}" for n in range(6)}
    assert len(review(made.day(day)).open) == 6 and verify.verify_day(day).proved


def test_a_return_and_a_remark_at_once_end_in_one_order_and_lose_nothing(
    installation: Installation, day: str, in_context: InContext
) -> None:
    made = installation
    hand_in(made, day)
    first = remark(made, day)
    since = made.day(day).size
    found = at_once(in_context, lambda: give_back(made, day, since), lambda: remark(made, day, text="второе"))
    after = review(made.day(day))
    assert len(after.open) == 2
    if after.stage == Stage.RETURNED:
        turn = after.last("day.returned")
        assert turn and turn.fact.remarks == (first,) and turn.seq == since, "it names what its reviewer saw"
    else:
        assert any(isinstance(x, DomainError) for x in found)


def test_of_two_who_settle_or_return_at_once_one_does(
    installation: Installation, day: str, in_context: InContext
) -> None:
    made = installation
    hand_in(made, day)
    seq = remark(made, day)
    found = at_once(in_context, *(lambda who=who: settle(made, day, seq, who) for who in ("member", "commission")))
    assert sorted(isinstance(x, Invalid) for x in found) == [False, True]
    since = made.day(day).size
    found = at_once(in_context, *[lambda: give_back(made, day, since)] * 2)
    assert sorted(isinstance(x, DomainError) for x in found) == [False, True]
    assert Counter(x.tag for x in made.day(day).lines)["day.returned"] == 1


# ---------------------------------------------------------------- lines seen


def test_lines_are_marked_once_by_each_reviewer_and_never_those_of_the_review(
    installation: Installation, day: str
) -> None:
    made = installation
    made.note(day)
    remark(made, day)
    made.note(day)
    every = range(made.day(day).size)

    def mark(login: str, lines: Any) -> Any:
        return reviewing.mark_seen_lines(made.people[login], day, str(uuid4()), lines, made.clock.now)

    first = mark("member", every)
    assert made.day(day).lines[first.seq].fact.spans == (f.Span(0, 1), f.Span(3, 3))
    assert mark("member", every) is None and mark("member", [0]) is None
    assert mark("commission", [3]).seq
    assert [len(seen(made.day(day)).get(n, ())) for n in every] == [1, 1, 0, 2]
    for odd in ([99], [-1], []):
        with pytest.raises(Invalid):
            mark("member", odd)


# ---------------------------------------------------------------- documents


def test_signing_goes_on_while_another_reviewer_remarks_and_no_document_gets_old(
    installation: Installation, day: str
) -> None:
    made = installation
    made.confirm(day, made.access(day, reason="карта памяти").seq)
    forms = ("access-journal", "day-protocol")
    for login in ("tech", "head"):
        for form in forms:
            made.sign(day, login, form)
            made.clock.forward(minutes=3)
    before = {form: document(made.day(day), form, made.people["commission"]) for form in forms}
    drawn = {form: documents.form_of(form).from_day(made.day(day), made.day(day).received) for form in forms}
    moment = made.day(day).received
    hand_in(made, day)
    seq = remark(made, day, target=1)
    answer(made, day, seq, "cctv")  # who did nothing else on this day
    gone = remark(made, day, form="access-journal")
    made.record(day, "member", f.EntryVoided(gone, "ошибка"))
    reword = remark(made, day)
    fixed = f.EntryCorrected(reword, {"text": "Иначе"}, "слово")
    made.record(day, "member", fixed)
    settle(made, day, seq)
    actor, now = made.people["member"], made.clock.now
    start = now.replace(hour=4)
    sample = f.SampleTaken("0001-1", "0001", start, now, "live", "doubt", now, "тень")
    reviewing.sample(actor, day, str(uuid4()), sample, now)
    reviewing.mark_seen_lines(actor, day, str(uuid4()), range(3), now)
    give_back(made, day, made.day(day).size)
    for form in forms:
        view = document(made.day(day), form, made.people["commission"])
        assert not view.outdated and not view.since and view.expected == before[form].expected
        assert documents.form_of(form).from_day(made.day(day), moment) == drawn[form]
        documents.sign(made.people["commission"], day, form, before[form].expected, made.key("commission"), "", now)
        assert document(made.day(day), form, made.people["commission"]).complete
    assert verify.verify_day(day).proved


def test_who_begins_to_sign_does_not_look_again_because_of_a_withdrawn_remark(
    installation: Installation, day: str
) -> None:
    made = installation
    made.access(day)
    seq = remark(made, day)
    expected = document(made.day(day), "access-journal", made.people["tech"]).expected
    made.record(day, "member", f.EntryVoided(seq, "ошибка"))
    key = made.key("tech")
    documents.sign(made.people["tech"], day, "access-journal", expected, key, "", made.clock.now)
