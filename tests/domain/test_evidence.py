"""What was typed for a step becomes recorded values, all or nothing."""

from datetime import date
from typing import Any

import pytest

from app.domain import Invalid, Message
from app.domain.codec import plain
from app.domain.evidence import validate
from app.domain.profile import Check, Choice, Field, Step, When

EXAM = date(2026, 6, 1)
SHA = "ab" * 32
FILE = {"sha256": SHA, "name": "scan.pdf", "type": "application/pdf", "size": 12}


def field(kind: str, name: str = "x", **settings: Any) -> Field:
    return Field(name, kind, {"en": f"Title of {name}", "ru": f"Название {name}"}, **settings)


def step(*fields: Field) -> Step:
    return Step("s", "stage", {"en": "Step"}, When(start=0), ("technician",), fields=fields)


def taken(spec: Field, raw: Any) -> Any:
    values, _ = validate(step(spec), {spec.id: raw}, EXAM)
    return values.get(spec.id)


def refused(raw: dict[str, Any], *fields: Field) -> tuple[Message, ...]:
    with pytest.raises(Invalid) as caught:
        validate(step(*fields), raw, EXAM)
    return caught.value.messages


def warned(spec: Field, raw: Any) -> tuple[Message, ...]:
    return validate(step(spec), {spec.id: raw}, EXAM)[1]


CHOICES = (Choice("main", {"en": "main"}), Choice("reserve", {"en": "reserve"}))
TABLE = field(
    "table",
    columns=(
        field("serial", "serial"),
        field("choice", "kind", choices=CHOICES),
        field("number", "gb", required=False, min=0),
    ),
)
TAKEN = [
    (field("text"), "  two\r\n lines\t", "two lines"),
    (field("text"), "e\u0301", "é"),
    (field("serial"), " SN  1 ", "SN 1"),
    (field("person"), "Иванов И. И.", "Иванов И. И."),
    (field("number"), "12", 12),
    (field("number"), "1 024", 1024),
    (field("number"), "\u221237", -37),
    (field("number"), 0, 0),
    (field("choice", choices=CHOICES), "reserve", "reserve"),
    (field("yesno"), "yes", True),
    (field("yesno"), "no", False),
    (field("yesno"), False, False),
    (field("date"), "2026-05-31", "2026-05-31"),
    (field("date"), "31.05.2026", "2026-05-31"),
    (field("time"), "7.15", "07:15"),
    (field("time"), "7:15", "07:15"),
    (field("time"), "07:15", "07:15"),
    (field("datetime"), "2026-05-31T07:15", "2026-05-31T07:15"),
    (field("datetime"), "2026-05-31T07:15:00", "2026-05-31T07:15"),
    (field("datetime"), "31.05.2026 7.15", "2026-05-31T07:15"),
    (field("room"), "0008", "0008"),
    (field("rooms"), "7777, 0001-0003", ["0001", "0002", "0003", "7777"]),
    (field("rooms"), ["7777", "0001"], ["0001", "7777"]),
    (field("sha256"), SHA.upper(), SHA),
    (field("file"), FILE, FILE),
    (field("signature"), {"person": "p1", "short": "Иванов И. И."}, {"person": "p1", "short": "Иванов И. И."}),
    (field("list", item="serial"), "A1, B2,", ["A1", "B2"]),
    (field("list", item="serial"), "A1, old\nB2\n", ["A1, old", "B2"]),
    (field("list", item="text"), "Camera 2, no sound\nCamera 5", ["Camera 2, no sound", "Camera 5"]),
    (field("list", item="number"), ["1", 2], [1, 2]),
    (TABLE, [{"serial": "A1", "kind": "main", "gb": "12"}], [{"serial": "A1", "kind": "main", "gb": 12}]),
    (
        TABLE,
        "A1; main; 12\nB2;reserve\n",
        [{"serial": "A1", "kind": "main", "gb": 12}, {"serial": "B2", "kind": "reserve"}],
    ),
    (TABLE, [{"serial": "A1", "kind": "main"}, {"serial": " ", "kind": ""}], [{"serial": "A1", "kind": "main"}]),
]


@pytest.mark.parametrize(("spec", "raw", "value"), TAKEN)
def test_a_value_is_taken_in_its_recorded_form(spec: Field, raw: Any, value: Any) -> None:
    result = taken(spec, raw)
    assert result == value and type(result) is type(value)


@pytest.mark.parametrize(("spec", "raw", "value"), TAKEN)
def test_a_recorded_value_is_taken_again_unchanged_and_fits_a_fact(spec: Field, raw: Any, value: Any) -> None:
    first = taken(spec, raw)
    assert taken(spec, first) == first
    assert plain(first) == first


REFUSED = [
    (field("text", max_length=5), "123456", "6 characters, at most 5 fit"),
    (field("text"), 5, "must be a text"),
    (field("number"), "1,5", "1,5 is not a whole number"),
    (field("number"), 1.0, "not a whole number"),
    (field("number"), True, "not a whole number"),
    (field("number"), "١", "not a whole number"),
    (field("number", min=0), "-1", "-1 is below 0"),
    (field("number", max=500), "501", "501 is above 500"),
    (field("number"), 2**60, "is above"),
    (field("choice", choices=CHOICES), "other", "choose one"),
    (field("yesno"), "perhaps", "yes or no"),
    (field("yesno"), 1, "yes or no"),
    (field("date"), "2026-02-30", "there is no date 2026-02-30"),
    (field("date"), "05/31/2026", "is not a date"),
    (field("date"), "0026-05-31", "cannot be right"),
    (field("time"), "24:00", "24:00 is not a time"),
    (field("time"), "7", "7 is not a time"),
    (field("datetime"), "2026-05-31", "is not a date with a local time"),
    (field("datetime"), "2026-05-31T07:15Z", "is not a time"),
    (field("room"), "8", "8 is not a room"),
    (field("rooms"), "0003-0001", "runs backwards"),
    (field("rooms"), [1], "must be a list of rooms"),
    (field("rooms"), ",", "needed"),
    (field("sha256"), "ab", "64 signs"),
    (field("file"), {"name": "a"}, "not taken in"),
    (field("file"), FILE | {"size": 0}, "empty"),
    (field("signature"), "Ivanov", "the mark of a person is missing"),
    (field("signature"), {"person": "p1", "short": " "}, "the mark of a person is missing"),
    (field("list", item="number"), "1, x", "x is not a whole number"),
    (field("list", item="text"), {"a": 1}, "must be a list"),
    (field("list", item="text"), ["a"] * 501, "at most 500 fit"),
    (TABLE, "A1;main;1;2", "more than 3 parts"),
    (TABLE, [{"colour": "red"}], "a column that is not known"),
    (TABLE, ["A1"], "must be a table"),
]


@pytest.mark.parametrize(("spec", "raw", "reason"), REFUSED)
def test_a_bad_value_is_refused_at_its_field_with_the_reason(spec: Field, raw: Any, reason: str) -> None:
    messages = refused({"x": raw}, spec)
    assert any(reason in str(m) for m in messages), messages
    assert {m.field for m in messages} == {"evidence.x"}
    assert all(m.params["title"] == spec.title for m in messages)


@pytest.mark.parametrize("raw", [None, "", "  ", [], "\u0000"])
@pytest.mark.parametrize("kind", ["text", "number", "yesno", "date", "rooms", "file", "signature", "list", "table"])
def test_an_empty_required_field_is_refused_and_an_empty_optional_one_is_absent(kind: str, raw: Any) -> None:
    extra = {"list": {"item": "text"}, "table": {"columns": TABLE.columns}}.get(kind, {})
    (message,) = refused({"x": raw}, field(kind, **extra))
    assert message.id == "%(title)s: needed."
    assert validate(step(field(kind, required=False, **extra)), {"x": raw}, EXAM) == ({}, ())


def test_a_required_field_that_was_not_sent_is_refused() -> None:
    assert [m.field for m in refused({}, field("text", "a"), field("yesno", "b"))] == ["evidence.a", "evidence.b"]


def test_nothing_is_half_taken_and_every_bad_field_is_told() -> None:
    fields = (field("text", "good"), field("time", "late"), field("number", "count"), field("room", "room"))
    messages = refused({"good": "yes", "late": "25:61", "count": "many"}, *fields)
    assert [m.field for m in messages] == ["evidence.late", "evidence.count", "evidence.room"]


def test_a_field_that_the_step_does_not_have_is_refused() -> None:
    (message,) = refused({"colour": "red"})
    assert message.field == "evidence.colour" and "colour" in str(message)


def test_content_that_must_never_be_stored_is_refused_and_not_repeated() -> None:
    spec = field("never_store", required=False)
    (message,) = refused({"x": "SECRET-KEY-0x99"}, spec)
    assert message.field == "evidence.x" and "SECRET" not in repr(message)
    for raw in (False, 0, {"a": 1}, ["SECRET"]):
        assert refused({"x": raw}, spec)
    assert validate(step(spec), {"x": ""}, EXAM) == ({}, ())
    assert validate(step(spec), {}, EXAM) == ({}, ())


def test_a_bad_cell_names_its_row_and_column() -> None:
    messages = refused({"x": [{"serial": "A1", "kind": "main"}, {"serial": "", "kind": "odd", "gb": "-1"}]}, TABLE)
    assert [m.field for m in messages] == ["evidence.x.1.serial", "evidence.x.1.kind", "evidence.x.1.gb"]
    assert messages[0].params["title"] == {"en": "Title of x 2: Title of serial", "ru": "Название x 2: Название serial"}


def test_rooms_that_are_not_in_the_plan_are_refused_when_the_plan_is_given() -> None:
    place = step(field("rooms", "many"), field("room", "one"))
    with pytest.raises(Invalid) as caught:
        validate(place, {"many": "0001-0003", "one": "0009"}, EXAM, rooms=["0001", "0002"])
    assert [m.field for m in caught.value.messages] == ["evidence.many", "evidence.one"]
    assert "0003" in str(caught.value) and "0009" in str(caught.value)


WARNED = [
    (field("number", check=Check(min=20)), "20", "19", 20),
    (field("number", check=Check(max=5)), "5", "6", 5),
    (field("number", check=Check(abs_max=60)), "-60", "-61", 60),
    (field("date", check=Check(max_age_days=7)), "2026-05-25", "2026-05-24", 7),
    (field("datetime", check=Check(max_age_days=7)), "2026-05-25T00:00", "2026-05-24T23:59", 7),
    (field("yesno", check=Check(equals=True)), "yes", "no", True),
    (field("yesno", check=Check(equals=False)), "no", "yes", False),
    (field("choice", choices=CHOICES, check=Check(equals="main")), "main", "reserve", "main"),
    (field("number", check=Check(equals=0)), "0", "1", 0),
]


@pytest.mark.parametrize(("spec", "fine", "odd", "limit"), WARNED)
def test_a_value_beyond_its_limit_is_taken_with_a_warning(spec: Field, fine: str, odd: str, limit: Any) -> None:
    assert warned(spec, fine) == ()
    (message,) = warned(spec, odd)
    assert message.field == "evidence.x"
    assert message.params["limit"] == limit and message.params["title"] == spec.title
    assert message.params["value"] == taken(spec, odd)
    assert str(message)


def test_limits_hold_in_the_cells_of_a_table() -> None:
    table = field("table", columns=(field("number", "gb", check=Check(min=10)),))
    (message,) = warned(table, [{"gb": "12"}, {"gb": "3"}])
    assert message.field == "evidence.x.1.gb" and message.params["value"] == 3


def test_a_refused_form_gives_no_warning_alone() -> None:
    fields = (field("number", "a", check=Check(min=5)), field("time", "b"))
    assert [m.field for m in refused({"a": "1", "b": "x"}, *fields)] == ["evidence.b"]
