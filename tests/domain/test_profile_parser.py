"""TOML text to a profile: what is taken, and what is refused with path and reason."""

import hashlib
from pathlib import Path

import pytest

from app.domain import DomainError, NotFound
from app.domain.profile import Check, Choice
from app.domain.profile_parser import BadProfile, parse

GOOD = (Path(__file__).parent / "good-profile.toml").read_text(encoding="utf-8")


def problems(text: str) -> list[tuple[str, str]]:
    """Path and shown text of every problem of a profile named ``bad``."""
    with pytest.raises(BadProfile) as caught:
        parse(text, "bad")
    return [(m.field, str(m)) for m in caught.value.messages]


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) >= 1, old
    return GOOD.replace(old, new, 1)


def test_a_good_profile_is_read_with_its_hash_and_order() -> None:
    profile = parse(GOOD, "good")
    assert profile.sha256 == hashlib.sha256(GOOD.encode()).hexdigest()
    assert [s.id for s in profile.steps] == ["m.start", "m.round", "m.touch", "m.last"]
    assert (profile.id, profile.language, profile.start) == ("xx-exam", "fi", "10:00")
    start = profile.step("m.start")
    assert start.when.clock == "07:15" and start.when.duration == 2 and start.when.rule == "at"
    assert start.confirmers == ("pes_head", "organiser")
    assert start.field("minutes").check == Check(min=20)
    assert not start.field("key").required
    assert profile.role("organiser").account is False
    assert profile.sources == {"S1": "https://example.org/one"}


def test_the_parameter_can_be_written_as_a_list_of_tables_too() -> None:
    text = changed("[parameter.first_clock]\n", '[[parameter]]\nid = "first_clock"\n')
    text = text.replace("[parameter.place]\n", '[[parameter]]\nid = "place"\n')
    assert parse(text).parameters == parse(GOOD).parameters


def test_choices_from_the_actions_become_choices() -> None:
    field = parse(GOOD).step("m.touch").field("what")
    assert field.choices == (Choice("check", {"en": "Check", "fi": "Tarkistus"}),)


def test_a_step_or_field_that_is_not_there_is_not_found() -> None:
    profile = parse(GOOD)
    with pytest.raises(NotFound):
        profile.step("m.none")
    with pytest.raises(NotFound):
        profile.step("m.start").field("none")


def test_all_problems_are_told_at_once() -> None:
    text = changed('clock = "07:15"', 'clock = "7.15"').replace("account = false", "acount = false")
    text = text.replace('until = "all_out"', 'until = "never"')
    assert {p for p, _ in problems(text)} >= {
        "step m.start: when.clock",
        "role organiser: acount",
        "step m.round: when.until",
    }


def test_a_bad_clock_is_one_problem_not_two() -> None:
    text = changed('{after = "m.start"}', '{clock = "24:00"}')
    assert problems(text) == [("step m.last: when.clock", problems(text)[0][1])]


def test_a_problem_in_a_step_names_its_line() -> None:
    text = changed('start = "begun"}', 'start = "began"}')
    line = text[: text.index('[[step]]\nid = "m.start"')].count("\n") + 1
    (_, shown), *_ = problems(text)
    assert shown.startswith(f"bad:{line}: step m.start: access.start: ")


def test_text_that_is_not_toml_names_the_line() -> None:
    ((_, shown),) = problems('id = "x"\nversion = = 3\n')
    assert shown.startswith("bad:2: this is not TOML:")
    ((_, shown),) = problems('id = "x"\nversion = "1')
    assert shown.startswith("bad:2: this is not TOML:")


def test_a_key_written_twice_is_not_toml() -> None:
    ((_, shown),) = problems('id = "x"\nid = "y"\n')
    assert "bad:2" in shown


def test_an_empty_text_misses_every_required_key() -> None:
    assert {p for p, _ in problems("")} >= {"id", "version", "language", "title", "exam", "start"}


def test_steps_that_wait_for_each_other_are_a_circle_told_once() -> None:
    text = changed('{clock = "07:15", duration = 2, parameter = "first_clock"}', '{after = "m.last"}')
    circles = [(p, shown) for p, shown in problems(text) if "circle" in shown]
    assert [p for p, _ in circles] == ["step m.start: when.after"]
    assert "m.start -> m.last -> m.start" in circles[0][1]


def test_a_step_that_waits_for_itself_is_a_circle() -> None:
    assert ("step m.last: when.after") in [p for p, s in problems(changed('"m.start"}', '"m.last"}')) if "circle" in s]


def test_a_step_cannot_wait_for_one_that_is_switched_off() -> None:
    text = changed('confirmers = ["pes_head", "organiser"]', "enabled = false")
    assert [(p, "switched off" in s) for p, s in problems(text)] == [("step m.last: when.after", True)]


def test_an_unsourced_step_must_say_whether_it_is_on() -> None:
    text = changed('when = {after = "m.start"}\nperformers = ["technician"]\nbasis = "derived"', "#")
    step = 'when = {after = "m.start"}\nperformers = ["technician"]\nbasis = "unsourced"\n'
    assert [p for p, _ in problems(text.replace("#", step))] == ["step m.last: enabled"]
    assert parse(text.replace("#", step + "enabled = false")).step("m.last").enabled is False


def test_a_column_cannot_be_a_list_or_a_file() -> None:
    columns = 'type = "table"\ncolumns = [{id = "scan", type = "file", title = {en = "Scan", fi = "Kuva"}}]'
    found = problems(changed('type = "never_store"', columns))
    assert [p for p, _ in found] == ["step m.start: field.key.columns.scan.type"]


def test_a_bad_profile_is_a_domain_error_for_the_edges() -> None:
    assert issubclass(BadProfile, DomainError)
    with pytest.raises(BadProfile) as caught:
        parse("colour = 1", "shop")
    assert all(m.params["profile"] == "shop" and "%(where)s" in m.id for m in caught.value.messages)
