"""What changed between two versions of a profile."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.domain.profile import Profile
from app.domain.profile_differences import Change, Difference, differences
from app.domain.profile_parser import parse

FOLDER = Path(__file__).resolve().parents[2] / "app" / "profiles"
TEXT = (FOLDER / "ru-ege-main.toml").read_text(encoding="utf-8")
OLD = parse(TEXT, "ru-ege-main")


def changed(step: str, **values: Any) -> Profile:
    return replace(OLD, steps=tuple(replace(s, **values) if s.id == step else s for s in OLD.steps))


def only(new: Profile, old: Profile = OLD) -> Difference:
    (found,) = differences(old, new)
    return found


def test_the_same_text_and_one_with_another_comment_differ_in_nothing() -> None:
    assert differences(OLD, OLD) == ()
    assert differences(OLD, parse(TEXT + "\n# a comment\n", "x")) == ()


@pytest.mark.parametrize("name", ["step", "parameter", "stage", "milestone", "role", "action"])
def test_a_thing_that_comes_or_goes_is_named_once(name: str) -> None:
    things = f"{name}s"
    every = getattr(OLD, things)
    fewer = replace(OLD, **{things: every[:-1]})
    for old, new, state in ((OLD, fewer, "removed"), (fewer, OLD, "added")):
        found = [d for d in differences(old, new) if d.kind == name]
        assert [(d.id, d.state, d.changes) for d in found] == [(every[-1].id, state, ())]


def test_a_time_is_one_change_and_its_note_another() -> None:
    when = OLD.step("ex.hq_record").when
    new = replace(when, clock="08:00", grace=5, note={**when.note, "ru": "Иначе"})
    found = only(changed("ex.hq_record", when=new))
    assert [c.path for c in found.changes] == [("when",), ("when", "note", "ru")]
    assert (found.changes[0].old.clock, found.changes[0].new.clock) == ("07:15", "08:00")


def test_each_property_stands_with_old_and_new_value() -> None:
    found = only(changed("ex.arrive", confirmers=(), enabled=False, title={"en": "Arrive", "fi": "Saavu"}))
    assert (found.kind, found.id, found.state) == ("step", "ex.arrive", "changed")
    assert Change(("confirmers",), ("pes_head",), ()) in found.changes
    assert Change(("enabled",), True, False) in found.changes
    title = OLD.step("ex.arrive").title
    assert [c for c in found.changes if c.path[0] == "title"] == [
        Change(("title", "en"), title["en"], "Arrive"), Change(("title", "ru"), title["ru"], None),
        Change(("title", "fi"), None, "Saavu"),
    ]  # fmt: skip


def test_a_field_is_named_by_its_id_whether_it_comes_goes_or_changes() -> None:
    fields = OLD.step("ex.arrive").fields
    new = (replace(fields[0], required=False), fields[1], replace(fields[2], id="start"))
    found = only(changed("ex.arrive", fields=new))
    assert [(c.path, c.old is None, c.new is None) for c in found.changes] == [
        (("fields", "arrived_at", "required"), False, False),
        (("fields", "personal_items_left"), False, True),
        (("fields", "start"), True, False),
    ]


def test_a_check_and_a_row_of_the_access_journal_are_whole_values() -> None:
    step = OLD.step("ex.hq_record")
    assert step.access
    found = only(changed("ex.hq_record", access=replace(step.access, action="check")))
    assert [c.path for c in found.changes] == [("access",)]
    fields = (*step.fields[:2], replace(step.fields[2], check=None))
    found = only(changed("ex.hq_record", fields=fields))
    assert [c.path for c in found.changes] == [("fields", "recording_seen", "check")]


def test_a_parameter_tells_its_default() -> None:
    first, *rest = OLD.parameters
    found = only(replace(OLD, parameters=(replace(first, default="08:00"), *rest)))
    assert (found.kind, found.changes) == ("parameter", (Change(("default",), "07:15", "08:00"),))


def test_forms_are_those_that_any_step_feeds() -> None:
    found = differences(OLD, changed("ex.arrive", feeds=("ППЭ-99",)))
    assert [(d.kind, d.id, d.state) for d in found] == [("step", "ex.arrive", "changed"), ("form", "ППЭ-99", "added")]


def test_steps_in_another_order_are_told_and_as_few_as_possible() -> None:
    first, *rest = OLD.steps
    found = only(replace(OLD, steps=(*rest, first)))
    assert (found.kind, found.changes) == ("profile", (Change(("moved",), None, (first.id,)),))


def test_version_title_and_sources() -> None:
    new = replace(OLD, version="1.3.0", start="09:00", sources={**OLD.sources, "NEW": "https://example.org"})
    whole, source = differences(OLD, new)
    assert [c.path for c in whole.changes] == [("version",), ("start",)]
    assert (source.kind, source.id, source.state) == ("source", "NEW", "added")
