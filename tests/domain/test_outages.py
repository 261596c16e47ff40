"""Outages: how long and how bad, whom the clock tells, and what may be recorded of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import Invalid
from app.domain import facts as f
from app.domain.clockwork import last_change
from app.domain.outages import Outage, outages, running, uploads
from app.domain.profile_parser import parse
from app.domain.reminders import calls, people
from tests.domain import daybook
from tests.domain.daybook import PROFILE, Book

STAGES = {"outage_warn_min": 5, "outage_escalate_min": 10, "outage_critical_min": 20}
LIMITS = {**STAGES, "offline_upload_days": 3}
RULES = """
[[reminder]]
id = "warn"
of = "outage"
stage = "warn"
tell = ["technician", "cctv_technician"]
title = {en = "warn"}

[[reminder]]
id = "critical"
of = "outage"
stage = "critical"
tell = ["pes_head", "commission_head"]
title = {en = "critical"}

[[step]]"""


@pytest.fixture
def book() -> Book:
    return Book(parameters=LIMITS)


def opened(book: Book, clock: str = "10:12", **more: Any) -> f.OutageOpened:
    found = f.OutageOpened("online", ("0001",), book.at(clock), "network")
    return replace(found, **more)


def begin(book: Book, clock: str = "10:12", by: str = "tech", **more: Any) -> int:
    return book.do(opened(book, clock, **more), by).seq


def told(book: Book, seq: int, clock: str = "10:15", **more: Any) -> f.OutageTold:
    return f.OutageTold(**{"target": seq, "whom": "Dahl D.", "at": book.at(clock), **more})


def decided(book: Book, seq: int, clock: str = "10:16", **more: Any) -> f.OutageDecided:
    return f.OutageDecided(
        **{"target": seq, "decision": "continue", "decided_by": "Dahl D.", "at": book.at(clock), **more}
    )


def restored(book: Book, seq: int, clock: str = "10:19", **more: Any) -> f.OutageRestored:
    return f.OutageRestored(**{"target": seq, "at": book.at(clock), "local_recording": "yes", **more})


def uploaded(book: Book, start: str = "10:12", end: str = "10:19", clock: str = "15:00", **more: Any) -> Any:
    period = f.Period(book.at(start), book.at(end))
    return f.FootageUploaded(**{"rooms": ("0001",), "at": book.at(clock), "period": period, **more})


def only(book: Book) -> Outage:
    (found,) = outages(book.day)
    return found


# ---------------------------------------------------------------- how long, how bad


def test_stages_come_with_the_days_own_thresholds_and_stop_when_it_is_over(book: Book) -> None:
    begin(book)
    seen = [only(book).stage(book.at(clock)) for clock in ("10:12", "10:16:59", "10:17", "10:22", "10:32")]
    assert seen == ["", "", "warn", "escalate", "critical"]
    assert only(book).next_at(book.at("10:18")) == book.at("10:22")
    book.do(restored(book, 1))
    assert only(book).stage(book.at("18:00")) == "warn" and only(book).next_at(book.at("10:15")) is None
    assert only(book).lasted(book.at("18:00")) == timedelta(minutes=7)


def test_a_profile_without_thresholds_has_outages_without_stages() -> None:
    book = Book()
    begin(book)
    assert only(book).stage(book.at("18:00")) == "" and only(book).next_at(book.at("10:13")) is None
    assert uploads(book.day, book.at("18:00")) == ()


def test_what_an_upload_repairs_weighs_less_than_what_is_lost(book: Book) -> None:
    begin(book, local_recording="yes")
    begin(book, kind="recording")
    kept, lost = outages(book.day)
    now = book.at("10:33")
    assert kept.repairable and not lost.repairable
    assert (kept.weight(now), lost.weight(now)) == (2, 3)
    begin(book, "10:13", rooms=("0002",))
    assert not outages(book.day)[2].repairable, "not known counts as lost until somebody knows"


@given(
    minutes=st.tuples(*[st.integers(0, 90)] * 3), now=st.integers(0, 200), ends=st.none() | st.integers(0, 200),
)  # fmt: skip
def test_whatever_the_thresholds_stages_only_go_up(
    minutes: tuple[int, int, int], now: int, ends: int | None
) -> None:
    book = Book(parameters=dict(zip(STAGES, minutes, strict=True)))
    began = book.at("10:00")
    book.add(f.OutageOpened("recording", ("0001",), began, "power"))
    if ends is not None:
        book.add(f.OutageRestored(1, began + timedelta(minutes=ends)))
    found = only(book)
    moments = [began + timedelta(minutes=m) for m in range(0, now + 1)]
    weights = [found.weight(m) for m in moments]
    assert weights == sorted(weights)
    assert weights[-1] <= 3 and (weights[-1] == 0) == (min(now, now if ends is None else ends) < minutes[0])
    coming = found.next_at(moments[-1])
    if coming is not None:
        assert ends is None and coming > moments[-1] and found.stage(coming) != found.stage(moments[-1])


def test_every_passing_of_a_stage_is_a_change_by_the_clock_alone(book: Book) -> None:
    begin(book)
    for clock in ("10:17", "10:22", "10:32"):
        moment = book.at(clock)
        assert last_change(book.day, moment) == moment > last_change(book.day, moment - timedelta(seconds=1))
    book.do(restored(book, 1))
    assert last_change(book.day, book.at("10:17")) < book.at("10:17")


# ---------------------------------------------------------------- whom the clock tells


@pytest.fixture
def ruled(monkeypatch: pytest.MonkeyPatch) -> Book:
    """A day whose profile tells of outages."""
    text = (daybook.Path(daybook.__file__).parent / "every-when.toml").read_text(encoding="utf-8")
    monkeypatch.setattr(daybook, "PROFILE", parse(text.replace("\n[[step]]", RULES, 1), "xx-every-when"))
    return Book(parameters=LIMITS)


def test_a_call_for_every_rule_of_its_stages_to_the_roles_on_duty(ruled: Book) -> None:
    seq = begin(ruled)
    found = [c for c in calls(ruled.day, ruled.at("10:13")) if c.step == f"outage:{seq}"]
    assert [(c.rule, c.at, c.places) for c in found] == [
        ("warn", ruled.at("10:17"), ("0001",)), ("critical", ruled.at("10:32"), ("0001",)),
    ]  # fmt: skip
    assert [people(ruled.day, c) for c in found] == [("tech", "tech2", "cctv"), ("head", "commission")]
    ruled.do(restored(ruled, seq))
    assert not [c for c in calls(ruled.day, ruled.at("10:20")) if c.step.startswith("outage")]


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ('stage = "warn"', 'stage = "fatal"'), ('stage = "warn"', ""),
        ('stage = "warn"', 'stage = "warn"\nminutes = 5'),
        ('"technician", "cctv_technician"', '"performers"'), ('of = "outage"', 'of = "due"'),
    ],
)  # fmt: skip
def test_a_rule_about_outages_has_a_stage_and_roles_and_nothing_of_a_step(good: str, bad: str) -> None:
    text = (daybook.Path(daybook.__file__).parent / "every-when.toml").read_text(encoding="utf-8")
    parse(text.replace("\n[[step]]", RULES, 1), "xx-every-when")
    with pytest.raises(Exception, match="reminder warn"):
        parse(text.replace("\n[[step]]", RULES.replace(good, bad, 1), 1), "xx-every-when")


# ---------------------------------------------------------------- what may be recorded

After = Callable[[Book, int], Any]
REFUSED: dict[str, list[tuple[After, str, str]]] = {
    "outage_fits": [
        (lambda b, _: opened(b, kind="sound"), "what failed", "kind"),
        (lambda b, _: opened(b, cause="fire"), "cause", "cause"),
        (lambda b, _: opened(b, cause="other"), "few words", "text"),
        (lambda b, _: opened(b, local_recording="perhaps"), "local recording", "local_recording"),
        (lambda b, _: opened(b, kind="recording", local_recording="yes"), "online broadcast", "local_recording"),
        (lambda b, _: opened(b, cameras=("C9",)), "not in the plan", "cameras"),
    ],
    "rooms_in_plan": [
        (lambda b, _: opened(b, rooms=()), "at least one room", "rooms"),
        (lambda b, _: opened(b, rooms=("0002", "0099")), "0099 is not in the plan", "rooms"),
        (lambda b, _: uploaded(b, rooms=("0099",)), "0099 is not in the plan", "rooms"),
    ],
    "outage_is_new": [(lambda b, _: opened(b, "10:14", rooms=("0002", "0001")), "open already in room 0001", "rooms")],
    "follows_outage": [
        (lambda b, _: told(b, 0), "no such outage", ""),
        (lambda b, _: restored(b, 99), "no such outage", ""),
        (lambda b, seq: told(b, seq, "10:11"), "before the outage began", "at"),
        (lambda b, seq: restored(b, seq, "10:11"), "before the outage began", "at"),
    ],
    "telling_fits": [(lambda b, seq: told(b, seq, whom=""), "who was told", "whom")],
    "decision_fits": [
        (lambda b, seq: decided(b, seq, decision="wait"), "what was decided", "decision"),
        (lambda b, seq: decided(b, seq, decided_by=""), "who decided", "decided_by"),
    ],
    "restoring_fits": [
        (lambda b, seq: restored(b, seq, local_recording=""), "went on: yes or no", "local_recording"),
        (lambda b, seq: restored(b, seq, local_recording="x"), "went on: yes or no", "local_recording"),
    ],
    "upload_fits": [
        (lambda b, _: uploaded(b, "10:19", "10:12"), "end is before", "end"),
        (lambda b, _: uploaded(b, end="15:01"), "end lies later", "end"),
        (lambda b, _: uploaded(b, outage=0), "no such outage", "outage"),
    ],
}  # fmt: skip
FLAT = [(name, *case) for name, cases in REFUSED.items() for case in cases]


@pytest.mark.parametrize(("name", "make", "part", "field"), FLAT, ids=[f"{c[0]}-{c[2]}" for c in FLAT])
def test_every_rule_refuses(book: Book, name: str, make: After, part: str, field: str) -> None:
    fact = make(book, begin(book))
    with pytest.raises(Invalid) as info:
        book.do(fact, "tech", book.at("15:30") if isinstance(fact, f.FootageUploaded) else book.at("10:20"))
    assert [m for m in info.value.messages if part in str(m) and m.field == field], info.value.messages


def refuse(book: Book, fact: Any, part: str, by: str = "tech", now: datetime | None = None) -> None:
    with pytest.raises(Invalid, match=part):
        book.do(fact, by, now)


def test_the_same_minute_is_not_before_the_beginning(book: Book) -> None:
    seq = begin(book, "10:12:40")
    book.do(told(book, seq, "10:12"), now=book.at("10:13"))
    book.do(restored(book, seq, "10:12"), now=book.at("10:13"))
    assert only(book).lasted(book.at("11:00")) == timedelta()


def test_it_is_restored_once_and_what_was_said_meanwhile_may_follow_with_a_reason(book: Book) -> None:
    seq = begin(book)
    book.do(restored(book, seq))
    refuse(book, restored(book, seq, "10:21"), "restored already")
    refuse(book, told(book, seq), "only now", now=book.at("10:21"))
    refuse(book, decided(book, seq), "only now", now=book.at("10:21"))
    book.do(told(book, seq, late_reason="the tablet was in the safe"), now=book.at("10:21"))
    book.do(decided(book, seq, late_reason="the same"), "head", book.at("10:21"))
    assert len(only(book).following) == 3


def test_after_its_end_the_next_one_may_begin_in_the_same_room(book: Book) -> None:
    seq = begin(book)
    begin(book, "10:13", kind="recording")
    book.do(restored(book, seq))
    begin(book, "10:21")
    assert [o.kind for o in running(book.day)] == ["recording", "online"]


def test_local_recording_is_what_was_known_at_the_end(book: Book) -> None:
    seq = begin(book, local_recording="yes")
    assert only(book).repairable
    book.do(restored(book, seq, local_recording="no"))
    assert only(book).local_recording == "no" and not only(book).repairable
    other = begin(book, "10:30", local_recording="yes")
    book.do(restored(book, other, "10:31", local_recording=""))
    assert outages(book.day)[1].local_recording == "yes", "empty keeps what the opening said"


def test_an_outage_of_recording_is_never_said_to_have_gone_on(book: Book) -> None:
    seq = begin(book, kind="recording")
    refuse(book, restored(book, seq, local_recording="yes"), "outage of recording")
    book.do(restored(book, seq, local_recording=""))
    assert only(book).local_recording == "no"


def test_a_correction_leaves_everything_after_it_true(book: Book) -> None:
    seq, now = begin(book), book.at("10:40")
    end = book.do(restored(book, seq)).seq
    at = {"at": "2026-06-01T07:20:00Z"}  # 10:20 there
    refuse(book, f.EntryCorrected(seq, at, "x"), "earlier time", now=now)
    refuse(book, f.EntryCorrected(end, {"at": "2026-06-01T07:11:00Z"}, "x"), "before the outage began", now=now)
    refuse(book, f.EntryCorrected(end, {"local_recording": ""}, "x"), "yes or no", now=now)
    refuse(book, f.EntryCorrected(end, {"target": 0}, "x"), "cannot be corrected", now=now)
    book.do(f.EntryCorrected(seq, {"cause": "power", "local_recording": "no"}, "seen later"), now=now)
    book.do(f.EntryCorrected(end, {"local_recording": "", "text": "x"}, "known"), now=now)
    refuse(book, f.EntryCorrected(seq, {"local_recording": ""}, "x"), "yes or no", now=now)
    other = begin(book, "10:41", rooms=("0002",))
    begin(book, "10:42", rooms=("7777",))
    refuse(book, f.EntryCorrected(other, {"rooms": ["7777"]}, "x"), "open already", now=book.at("10:43"))
    book.do(f.EntryCorrected(other, {"rooms": ["0002", "9001"]}, "y"), now=book.at("10:43"))


def test_who_told_in_time_corrects_it_later_without_a_reason_for_lateness(book: Book) -> None:
    seq = begin(book)
    entry = book.do(told(book, seq)).seq
    book.do(restored(book, seq))
    book.do(f.EntryCorrected(entry, {"whom": "Ek E."}, "another person"), now=book.at("10:25"))
    assert only(book).told[0].fact.whom == "Ek E."


def test_a_void_opening_takes_along_what_followed_and_nothing_more_follows(book: Book) -> None:
    seq = begin(book)
    book.do(told(book, seq))
    book.do(f.EntryVoided(seq, "the wrong room"), now=book.at("10:18"))
    assert outages(book.day) == ()
    refuse(book, restored(book, seq), "outage is void")


def test_a_void_end_opens_the_outage_again_unless_another_one_runs_there(book: Book) -> None:
    seq = begin(book)
    end = book.do(restored(book, seq)).seq
    other = begin(book, "10:30")
    refuse(book, f.EntryVoided(end, "it was not"), "open already", now=book.at("10:31"))
    book.do(restored(book, other, "10:32"))
    book.do(f.EntryVoided(end, "it was not"), now=book.at("10:33"))
    assert [o.seq for o in running(book.day)] == [seq]


def test_a_day_without_outages_looks_for_none(book: Book) -> None:
    assert "outage.opened" not in book.day.by_tag and outages(book.day) == () and PROFILE.reminders == ()
