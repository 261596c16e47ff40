"""The profile of the Romanian baccalaureate: its steps, times and roles, and what each of them rests on."""

import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from app.domain.checklist import State, board
from app.domain.evidence import validate
from app.domain.plan import DAY_ROLES, Room
from app.domain.profile import Profile, Step
from app.domain.profile_parser import parse
from app.domain.timing import window
from tests.domain.daybook import Book
from tests.domain.test_ru_ege_main import answer

PATH = Path(__file__).parents[2] / "app" / "profiles" / "ro-bac.toml"
STEPS = [
    "prep.operational", "eve.check",
    "morning.record", "morning.bags", "morning.papers", "morning.on",
    "test.check", "test.intervention",
    "close.stop", "close.sample", "close.copy", "close.keep",
]  # fmt: skip
ROOMS = (Room("0001", "exam"), Room("0002", "exam"), Room("0101", "headquarters"), Room("0102", "other"))
CYRILLIC = re.compile(r"[\u0400-\u052f]")


@cache
def profile() -> Profile:
    return parse(PATH.read_text(encoding="utf-8"), PATH.stem)


class Bac(Book):
    """A day of the profile in Timișoara, 30 June, 09:00 to 12:00."""

    def __init__(self, **opened: object) -> None:
        super().__init__("09:00", "12:00", date(2026, 6, 30), "Europe/Bucharest", **{
            "profile": profile().id, "profile_sha256": profile().sha256, "rooms": ROOMS, "cameras": (), "stations": (),
            **opened,
        })  # fmt: skip


@pytest.fixture(autouse=True)
def _pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.domain.daybook.profile", lambda sha256: profile())


def due(step: str, **opened: object) -> str:
    """When the step is due, on the centre's clock."""
    book = Bac(**opened)
    limit = window(profile().step(step), book.day).due
    assert limit is not None
    return f"{book.day.local(limit):%d.%m %H:%M}"


def test_every_step_of_the_reference_is_there_in_its_order() -> None:
    assert [s.id for s in profile().steps] == STEPS
    assert [s.id for s in profile().stages] == ["before", "eve", "morning", "test", "close"]
    assert all(s.enabled for s in profile().steps)


def test_the_profile_says_what_it_is() -> None:
    p = profile()
    assert (p.id, p.version, p.language, p.start) == ("ro-bac", "1.2.0", "ro", "09:00")
    assert p.title["ro"] == "Bacalaureat, probele scrise"


def test_every_rule_names_sources_with_a_public_address_and_every_source_is_used() -> None:
    p = profile()
    assert all(address.startswith("https://") for address in p.sources.values())
    assert all(s.source for s in p.steps)
    used = {key for rule in (*p.roles, *p.actions, *p.parameters, *p.steps) for key in rule.source}
    assert set(p.sources) - used == {"RO2"}, "RO2 carries the usual start"


def test_what_is_not_fully_sourced_says_so() -> None:
    assert [s.id for s in profile().steps if s.basis == "sourced"] == ["eve.check", "morning.on", "close.copy"]
    assert [s.id for s in profile().steps if s.basis == "derived"] == ["test.intervention", "close.stop"]
    assert [s.id for s in profile().steps if s.basis != "sourced" and not s.note and not s.when.note] == []
    assert [p.id for p in profile().parameters if p.basis != "sourced" and not p.note] == []
    assert {a.id for a in profile().actions if a.basis == "sourced"} == {"check", "record_start", "copy"}


def test_everything_is_said_in_romanian_and_english_and_nothing_in_russian() -> None:
    for step in profile().steps:
        assert set(step.title) == set(step.help) == {"en", "ro"}
        assert all(len(text) < 220 for text in step.help.values()), step.id
    text = PATH.read_text(encoding="utf-8")
    assert CYRILLIC.findall(text) == []
    assert re.findall("[şţŞŢ]", text) == [], "Romanian is written with a comma below, not a cedilla"
    assert text.count("ș") > 20 and text.count("ț") > 20


def test_roles_are_those_of_the_product_with_romanian_names() -> None:
    assert {r.id for r in profile().roles} == {str(r) for r in DAY_ROLES}
    assert profile().role("technician").title["ro"] == "persoana responsabilă cu supravegherea audio-video"
    assert profile().role("pes_head").title["ro"] == "directorul unității de învățământ"
    assert profile().role("commission_head").title["ro"] == "președintele comisiei din centrul de examen"


def test_nobody_confirms_alone_what_only_they_perform() -> None:
    for step in profile().steps:
        assert not set(step.performers) & set(step.confirmers), step.id


def test_no_step_claims_a_grace_that_no_source_gives() -> None:
    assert all(s.when.grace == 0 for s in profile().steps)


@pytest.mark.parametrize(
    ("step", "limit"),
    [
        ("prep.operational", "26.06 23:59"),  # at least 72 hours before 30.06 09:00, that is before 27.06 09:00
        ("eve.check", "29.06 21:00"),  # at the latest 12 hours before
        ("morning.record", "30.06 07:00"),  # 30 minutes before candidates enter from 07:30
        ("morning.bags", "30.06 07:15"),  # 15 minutes before bags are taken
        ("morning.papers", "30.06 07:45"),  # 15 minutes before papers are downloaded
        ("morning.on", "30.06 08:30"),  # half an hour before the test
    ],
)
def test_times_before_the_test_are_those_of_the_sources(step: str, limit: str) -> None:
    assert due(step) == limit


def test_the_equipment_is_ready_once_for_all_tests_and_72_hours_before_the_first() -> None:
    step = profile().step("prep.operational")
    assert due(step.id, period_start="2026-06-29") == "25.06 23:59"
    book = Bac()
    assert book.day.start - (window(step, book.day).due or book.day.start) >= timedelta(hours=72)


def test_a_centre_can_move_what_the_sources_leave_open() -> None:
    assert due("morning.papers", parameters={"papers_check_offset_min": -105}) == "30.06 07:15"
    assert due("morning.record", parameters={"record_start_offset_min": -90}) == "30.06 07:30"
    assert due("prep.operational", parameters={"operational_day": -5}) == "25.06 23:59"


def test_the_system_is_looked_at_every_half_hour_until_the_last_paper_is_in() -> None:
    when = profile().step("test.check").when
    assert (when.start, when.every, when.until) == (0, 30, "last_paper_in")


def test_steps_after_the_test_follow_what_happened_not_the_clock() -> None:
    assert {s.id: s.when.after for s in profile().steps if s.when.after} == {
        "close.stop": "all_left", "close.sample": "close.stop", "close.copy": "all_left", "close.keep": "close.copy",
    }  # fmt: skip
    assert all(not s.when.duration for s in profile().steps if s.when.after), "no source gives a limit"


def test_baggage_rooms_and_the_room_for_the_papers_have_their_own_check() -> None:
    book = Bac()
    views = {v.step.id: v for v in board(book.day, book.at("06:00"))}
    assert {k: [p.place for p in views[k].places] for k in ("morning.bags", "morning.papers", "morning.on")} == {
        "morning.bags": ["0102"], "morning.papers": ["0101"], "morning.on": ["0001", "0002"],
    }  # fmt: skip
    without = Bac(rooms=ROOMS[:2])
    views = {v.step.id: v for v in board(without.day, without.at("06:00"))}
    assert views["morning.bags"].state == views["morning.papers"].state == State.OFF


def test_steps_that_touch_the_system_are_listed_in_the_record() -> None:
    rows = {s.id: s.access.action or s.access.action_field for s in profile().steps if s.access}
    assert rows == {
        "eve.check": "check", "morning.record": "record_start", "test.intervention": "action",
        "close.stop": "record_stop", "close.copy": "copy",
    }  # fmt: skip
    fed = {s.id for s in profile().steps if "ro-recordings-record" in s.feeds}
    assert fed == {*rows, "close.sample", "close.keep"}


def test_an_intervention_during_the_test_needs_a_reason_a_decision_and_two_confirmations() -> None:
    step = profile().step("test.intervention")
    assert all(step.field(name).required for name in ("reason", "decided_by"))
    assert step.confirmers == ("pes_head", "commission_head")


@pytest.mark.parametrize("step", profile().steps, ids=STEPS)
def test_every_step_can_be_answered_and_its_answer_is_in_recorded_form(step: Step) -> None:
    raw = {f.id: answer(f) for f in step.fields}
    values, _ = validate(step, raw, date(2026, 6, 30))
    assert {f.id for f in step.fields if f.required} <= set(values)
    assert validate(step, values, date(2026, 6, 30))[0] == values
