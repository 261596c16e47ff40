"""The shipped profile of the unified state exam holds every step of the draft, with what it rests on."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from app.domain.evidence import validate
from app.domain.plan import DAY_ROLES
from app.domain.profile import Field, Profile, Step
from app.domain.profile_parser import parse

PATH = Path(__file__).parents[2] / "app" / "profiles" / "ru-ege-main.toml"
STEPS = [
    "prep.distrib", "prep.hw", "prep.antivirus", "prep.gek_check", "prep.training", "prep.fire",
    "d1.readiness", "d1.cctv_check", "d1.angle", "d1.tech_control",
    "ex.arrive", "ex.hq_record", "ex.materials", "ex.soft_check", "ex.cctv_check", "ex.staff_briefing",
    "ex.room_record", "ex.admission", "ex.key", "ex.key_load", "ex.started",
    "run.rounds", "run.assist", "run.pak_access",
    "end.room_stop", "end.station_logs", "end.scan", "end.hq_stop", "end.copy", "end.handover", "end.journal_close",
    "post.upload", "post.review", "post.retention",
]  # fmt: skip
NO_ADDRESS = {"SEED", "S16", "S31", "S73"}  # read, but not published where anybody can look
SHA = "0f" * 32


@cache
def profile() -> Profile:
    return parse(PATH.read_text(encoding="utf-8"), PATH.stem)


def test_every_step_of_the_draft_is_there_in_its_order() -> None:
    assert [s.id for s in profile().steps] == STEPS


def test_the_profile_says_what_it_is() -> None:
    p = profile()
    assert (p.id, p.version, p.language, p.start) == ("ru-ege-main", "1.2.0", "ru", "10:00")
    assert [s.id for s in p.stages] == ["prep_2w", "day_before", "exam_open", "exam_run", "exam_close", "after"]


def test_steps_without_a_source_are_off_and_all_others_on() -> None:
    assert [s.id for s in profile().steps if s.basis == "unsourced"] == ["d1.tech_control", "end.station_logs"]
    assert [s.id for s in profile().steps if not s.enabled] == ["d1.tech_control", "end.station_logs"]


@pytest.mark.parametrize("step_id", STEPS)
def test_every_sourced_step_names_sources_that_are_listed(step_id: str) -> None:
    step = profile().step(step_id)
    assert step.basis in ("sourced", "partial", "derived", "unsourced")
    assert set(step.source) <= set(profile().sources)
    if step.basis in ("sourced", "partial"):
        assert step.source


def test_sourced_steps_have_a_public_address_but_for_two_that_say_so() -> None:
    sources = profile().sources
    assert {k for k, v in sources.items() if not v.startswith(("http://", "https://"))} == NO_ADDRESS
    without = [s for s in profile().steps if s.basis == "sourced" and set(s.source) <= NO_ADDRESS]
    assert [s.id for s in without] == ["prep.gek_check", "d1.readiness"]
    assert all("without a public address" in s.note["en"] for s in without)


def test_what_is_not_fully_sourced_says_so() -> None:
    silent = [s.id for s in profile().steps if s.basis != "sourced" and not s.note and not s.when.note]
    assert silent == []


def test_every_step_says_in_both_languages_what_and_why() -> None:
    for step in profile().steps:
        assert set(step.title) == set(step.help) == {"en", "ru"}
        assert all(len(text) < 220 for text in step.help.values()), step.id
        for field in step.fields:
            assert set(field.title) == {"en", "ru"}


def test_russian_texts_avoid_the_words_that_the_glossary_forbids() -> None:
    texts = [t for s in profile().steps for t in (s.title["ru"], s.help["ru"], s.note.get("ru", ""))]
    texts += [f.title["ru"] for s in profile().steps for f in s.fields]
    for word in ("чек-лист", "дедлайн", "эскал", "успешно", "ЭЦП", "флешк", "осуществить", "произвести"):
        assert not [t for t in texts if word in t.lower()], word


def test_the_journal_words_are_those_of_the_form() -> None:
    words = {a.id: a.title["ru"] for a in profile().actions if a.basis == "sourced"}
    assert words == {
        "check": "Проверка работоспособности",
        "record_start": "Начало записи",
        "angle": "Корректировка ракурса",
        "media_swap": "Извлечение/установка карты памяти",
        "device_off": "Отключение средства видеозаписи",
    }
    assert {a.id for a in profile().actions} - set(words) == {"record_stop", "copy", "power_loss", "restart"}


def test_roles_with_an_account_are_those_of_the_day_and_the_others_act_outside() -> None:
    assert {r.id for r in profile().roles if r.account} == {str(r) for r in DAY_ROLES}
    assert {r.id for r in profile().roles if not r.account} == {"room_organiser", "host_head", "processing_centre"}
    assert profile().role("technician").title["ru"] == "технический специалист"


def test_nobody_confirms_alone_what_only_they_perform() -> None:
    for step in profile().steps:
        assert not set(step.performers) & set(step.confirmers), step.id


def test_targets_of_after_that_are_no_steps_are_milestones() -> None:
    ids = set(STEPS)
    follows = {s.id: s.when.after for s in profile().steps if s.when.after and s.when.after not in ids}
    assert follows == {
        "end.room_stop": "materials_left_room",
        "end.station_logs": "room_closed",
        "end.scan": "materials_in_hq",
        "end.hq_stop": "materials_handed",
    }
    assert {m.id: m.per_room for m in profile().milestones} == {
        "last_participant_out": False,
        "room_closed": True,
        "materials_left_room": True,
        "materials_in_hq": False,
        "materials_handed": False,
    }


def test_no_step_claims_a_grace_that_no_source_gives() -> None:
    assert all(s.when.grace == 0 for s in profile().steps)


def test_times_of_the_morning_are_those_of_the_sources() -> None:
    when = {s.id: s.when for s in profile().steps}
    assert (when["ex.hq_record"].clock, when["ex.hq_record"].duration) == ("07:15", 2)
    assert (when["ex.materials"].clock, when["ex.materials"].rule) == ("07:30", "by")
    assert (when["ex.soft_check"].start, when["ex.soft_check"].duration) == (-120, 60)
    assert when["ex.cctv_check"].start == -120
    assert (when["ex.staff_briefing"].clock, when["ex.staff_briefing"].rule) == ("08:15", "not_before")
    assert (when["ex.room_record"].clock, when["ex.room_record"].duration) == ("09:00", 2)
    assert when["ex.key"].clock == "09:30"
    assert (when["run.rounds"].every, when["run.rounds"].until) == (30, "last_participant_out")
    assert when["post.upload"].days_after == 3
    assert when["post.retention"].date_rule == "03-01+1"


def test_steps_that_touch_cameras_write_the_access_journal() -> None:
    rows = {s.id: s.access.action or s.access.action_field for s in profile().steps if s.access}
    assert rows == {
        "d1.cctv_check": "check",
        "d1.angle": "angle",
        "ex.hq_record": "record_start",
        "ex.cctv_check": "check",
        "ex.room_record": "record_start",
        "run.pak_access": "action",
        "end.room_stop": "record_stop",
        "end.hq_stop": "record_stop",
        "end.copy": "copy",
    }
    assert set(rows) == {s.id for s in profile().steps if "journal.cctv_access" in s.feeds} - {"end.journal_close"}


def test_any_word_of_the_journal_can_be_chosen_for_an_access() -> None:
    field = profile().step("run.pak_access").field("action")
    assert [c.id for c in field.choices] == [a.id for a in profile().actions]


def test_steps_at_many_places_ask_for_no_place_again() -> None:
    for step in profile().steps:
        if step.repeat in ("room", "camera", "station"):
            assert not [f.id for f in step.fields if f.type in ("room", "rooms")], step.id


def test_the_access_key_is_never_stored() -> None:
    assert [(s.id, f.id) for s in profile().steps for f in s.fields if f.type == "never_store"] == [
        ("ex.key", "key_content")
    ]


def answer(field: Field) -> Any:
    """A plain good answer to a field."""
    made: dict[str, Any] = {
        "text": "text", "number": max(field.min or 0, 30), "choice": field.choices[0].id if field.choices else "",
        "yesno": "yes", "date": "31.05.2026", "time": "7.15", "datetime": "2026-05-31T07:15", "person": "Иванов И. И.",
        "room": "0001", "rooms": "0001-0003", "serial": "SN-1", "sha256": SHA, "list": "SN-1\nSN-2",
        "file": {"sha256": SHA, "name": "a.pdf", "type": "application/pdf", "size": 3},
        "signature": {"person": "p", "short": "Иванов И. И."}, "never_store": "",
    }  # fmt: skip
    return [{c.id: answer(c) for c in field.columns}] if field.columns else made[field.type]


@pytest.mark.parametrize("step", profile().steps, ids=STEPS)
def test_every_step_can_be_answered_and_its_answer_is_in_recorded_form(step: Step) -> None:
    raw = {f.id: answer(f) for f in step.fields}
    values, _ = validate(step, raw, date(2026, 6, 1))
    assert {f.id for f in step.fields if f.required} <= set(values)
    assert validate(step, values, date(2026, 6, 1))[0] == values


def test_limits_of_the_day_warn() -> None:
    checks = {(s.id, f.id): f.check for s in profile().steps for f in s.fields if f.check}
    assert checks["prep.antivirus", "av_db_date"].max_age_days == 7
    assert checks["ex.soft_check", "av_db_date"].max_age_days == 7
    assert checks["d1.cctv_check", "ups_minutes"].min == 20
    assert checks["d1.cctv_check", "clock_diff_s"].abs_max == 60
    assert checks["ex.soft_check", "clock_diff_s"].abs_max == 60
    assert checks["ex.materials", "hq_recording_on"].equals is True
    assert checks["ex.admission", "all_rooms_recording"].equals is True
