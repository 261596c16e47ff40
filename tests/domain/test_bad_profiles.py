"""A table of one mistake each: what was changed in the good profile, where it is told, and why."""

from pathlib import Path

import pytest

from app.domain.profile_parser import BadProfile, parse

GOOD = (Path(__file__).parent / "good-profile.toml").read_text(encoding="utf-8")

BAD = [
    # unknown keys
    ('exam = "koe"', 'exam = "koe"\ncolour = 1', "colour", "unknown key"),
    ('id = "morning"', 'id = "morning"\nicon = "sun"', "stage morning: icon", "unknown key"),
    ("account = false", "acount = false", "role organiser: acount", "unknown key"),
    ("duration = 2,", "durration = 2,", "step m.start: when.durration", "unknown key"),
    ("check = {min = 20}", "check = {least = 20}", "step m.start: field.minutes.check.least", "unknown key"),
    ('action = "check", start', 'action = "check", begin', "step m.start: access.begin", "unknown key"),
    ('alternatives = ["08:00"]', "limit = 3", "parameter first_clock: limit", "unknown key"),
    # ids
    ('id = "xx-exam"', 'id = "XX exam"', "id", "not allowed here"),
    ('version = "1.0.0"', 'version = "one"', "version", "not allowed here"),
    ('id = "m.round"', 'id = "m.start"', "step m.start: id", "twice"),
    ('id = "pes_head"', 'id = "technician"', "role technician: id", "twice"),
    ('id = "minutes"', 'id = "begun"', "step m.start: field.begun.id", "twice"),
    ('{id = "room", title', '{id = "hq", title', "step m.start: field.where.choices.hq.id", "twice"),
    ('id = "all_out"', 'id = "m_last"', "step m.round: when.until", "nothing is called all_out"),
    ('id = "m.last"', 'id = "all_out"', "milestone all_out: id", "a step has this id too"),
    ('id = "begun"', 'id = "Начало"', "step m.start: field.Начало.id", "not allowed here"),
    # types and texts
    ('start = "10:00"', "start = 10", "start", "must be a text"),
    ('start = "10:00"', 'start = "25:00"', "start", "25:00 is not a time HH:MM"),
    ("duration = 2,", 'duration = "2",', "step m.start: when.duration", "whole number"),
    ("duration = 2,", "duration = true,", "step m.start: when.duration", "whole number"),
    ("account = false", 'account = "no"', "role organiser: account", "true or false"),
    ('performers = ["technician"]\nconfirmers', "performers = []\nconfirmers", "step m.start: performers", "empty"),
    ('noted_by = ["technician"]', "noted_by = [1]", "milestone all_out: noted_by", "list of texts"),
    ('{en = "Begun", fi = "Alkoi"}', '{en = "Begun"}', "step m.start: field.begun.title.fi", "missing"),
    ('{en = "Exam", fi = "Koe"}', '{fi = "Koe"}', "title.en", "missing"),
    ('{en = "Exam", fi = "Koe"}', '{en = "Exam", fi = " "}', "title.fi", "is empty"),
    ('{en = "Exam", fi = "Koe"}', '"Exam"', "title", "must be a table"),
    ('stage = "morning"\ntitle = {en = "Start"', 'title = {en = "Start"', "step m.start: stage", "missing"),
    # words of the grammar
    ('id = "begun"\ntype = "time"', 'id = "begun"\ntype = "clock"', "step m.start: field.begun.type", "not one of"),
    ('repeat = "room"', 'repeat = "rooms"', "step m.start: repeat", "rooms is not one of"),
    ('clock = "07:15", duration = 2', 'clock = "07:15", rule = "until"', "step m.start: when.rule", "not one of"),
    ('basis = "sourced"', 'basis = "heard"', "step m.start: basis", "heard is not one of"),
    ('kinds = ["exam"]', 'kinds = ["cellar"]', "step m.start: kinds", "nothing is called cellar"),
    (
        'type = "time"\ndefault = "07:15"',
        'type = "hour"\ndefault = "07:15"',
        "parameter first_clock: type",
        "not one of",
    ),
    # time
    ('clock = "07:15"', 'clock = "7.15"', "step m.start: when.clock", "7.15 is not a time HH:MM"),
    ("start = 0, every", "start = 90000, every", "step m.round: when.start", "outside -10080 to 10080"),
    ('{after = "m.start"}', "{}", "step m.last: when", "exactly one base"),
    ('{after = "m.start"}', '{after = "m.start", end = 5}', "step m.last: when", "has end, after"),
    ('{after = "m.start"}', "{on_demand = false}", "step m.last: when", "exactly one base"),
    ('{after = "m.start"}', '{date_rule = "1 March"}', "step m.last: when.date_rule", "is not MM-DD+Y"),
    ('{after = "m.start"}', '{date_rule = "02-30+1"}', "step m.last: when.date_rule", "is not MM-DD+Y"),
    ('{after = "m.start"}', "{end = 5, day = -1}", "step m.last: when.day", "with clock only"),
    ('{after = "m.start"}', "{on_demand = true}", "step m.last: when.on_demand", "stand together"),
    ('{after = "m.start"}', "{start = 0, every = 9}", "step m.last: when.every", "stand together"),
    ('{after = "m.start"}', '{end = 5, until = "all_out"}', "step m.last: when.until", "with every only"),
    ('{after = "m.start"}', '{end = 5, rule = "by", duration = 3}', "step m.last: when.duration", 'rule = "at" only'),
    ("{start = 0, every", '{after = "m.last", every', "step m.round: when.every", "start, end or clock only"),
    ("on_demand = true", "start = 0", "step m.touch: when.on_demand", "stand together"),
    # references
    ('{after = "m.start"}', '{after = "m.gone"}', "step m.last: when.after", "nothing is called m.gone"),
    ('until = "all_out"', 'until = "m.start"', "step m.round: when.until", "nothing is called m.start"),
    ('parameter = "first_clock"', 'parameter = "second"', "step m.start: when.parameter", "nothing is called second"),
    ('parameter = "first_clock"', 'parameter = "place"', "step m.start: when.parameter", "of the type time is needed"),
    ('{after = "m.start"}', '{after = "m.start", parameter = "place"}', "step m.last: when.parameter", "takes no"),
    ('default = "07:15"', 'default = "07:45"', "step m.start: when.parameter", "says 07:15, the parameter 07:45"),
    ('parameter = "place"', 'parameter = "town"', "step m.start: field.where.parameter", "nothing is called town"),
    ('parameter = "place"', 'parameter = "first_clock"', "step m.start: field.where.parameter", "does not fit"),
    (
        'alternatives = ["room"]',
        'alternatives = ["van"]',
        "step m.start: field.where.parameter",
        "nothing is called van",
    ),
    ('"pes_head", "organiser"', '"king"', "step m.start: confirmers", "nothing is called king"),
    ('noted_by = ["technician"]', 'noted_by = ["organiser"]', "milestone all_out: noted_by", "called organiser"),
    ("account = false", "account = true", "role organiser: account", "no account of this role"),
    (
        'stage = "morning"\ntitle = {en = "Start"',
        'stage = "x"\ntitle = {en = "Start"',
        "step m.start: stage",
        "called x",
    ),
    ('source = ["S1"]\n\n[[step.field]]', 'source = ["S2"]\n\n[[step.field]]', "step m.start: source", "called S2"),
    ('source = ["S1"]\n\n[[step.field]]', "\n[[step.field]]", "step m.start: source", "no source is named"),
    ('action = "check", start', 'action = "look", start', "step m.start: access.action", "nothing is called look"),
    ('start = "begun"}', 'start = "began"}', "step m.start: access.start", "nothing is called began"),
    ('start = "begun"}', 'start = "minutes"}', "step m.start: access.start", "of the type time / datetime"),
    ('action_field = "what", ', "", "step m.touch: access", "either action or action_field"),
    ('action_field = "what"', 'action = "check", action_field = "what"', "step m.touch: access", "either action or"),
    (', rooms = "rooms"}', "}", "step m.touch: access.rooms", "not repeated by places"),
    # fields and their types
    ('choices_from = "actions"', "unit = 's'", "step m.touch: field.what.choices", "choice needs it"),
    ('choices_from = "actions"', 'choices_from = "rooms"', "step m.touch: field.what.choices_from", "not one of"),
    ('type = "never_store"', 'type = "list"', "step m.start: field.key.item", "list needs it"),
    ('type = "never_store"', 'type = "table"', "step m.start: field.key.columns", "table needs it"),
    (
        'type = "never_store"',
        'type = "list"\nitem = "file"',
        "step m.start: field.key.item",
        "cannot hold the type file",
    ),
    (
        'type = "never_store"',
        'type = "text"\nitem = "text"',
        "step m.start: field.key.item",
        "no sense for the type text",
    ),
    ('type = "never_store"', 'type = "text"\nmin = 3', "step m.start: field.key.min", "no sense for the type text"),
    ('type = "never_store"', 'type = "date"\nmax_length = 3', "step m.start: field.key.max_length", "no sense"),
    ('type = "never_store"', 'type = "never_store"\nrequired = true', "step m.start: field.key.required", "no sense"),
    ('type = "never_store"', 'type = "never_store"\ndefault = "x"', "step m.start: field.key.default", "does not fit"),
    ('default = "now"', 'default = "me"', "step m.start: field.begun.default", "me does not fit the type time"),
    ('default = "now"', 'default = "7.15"', "step m.start: field.begun.default", "7.15 does not fit the type time"),
    ('parameter = "place"\n', 'default = "van"\n', "step m.start: field.where.default", "van does not fit"),
    ('parameter = "place"\n', 'parameter = "place"\ndefault = "hq"\n', "step m.start: field.where.parameter", "beside"),
    ("min = 0\n", "min = 9\nmax = 5\n", "step m.start: field.minutes.min", "above max"),
    ("check = {min = 20}", "check = {min = 20, max = 30}", "step m.start: field.minutes.check", "exactly one limit"),
    ("check = {min = 20}", "check = {max_age_days = 7}", "step m.start: field.minutes.check.max_age_days", "no sense"),
    ("check = {min = 20}", "check = {equals = true}", "step m.start: field.minutes.check.equals", "does not fit"),
    (
        'basis = "derived"\n\n[[stage]]',
        'basis = "sourced"\n\n[[stage]]',
        "parameter place: source",
        "no source is named",
    ),
    ('default = "hq"', "default = 5", "parameter place: default", "5 does not fit the type choice"),
    ('default = "hq"\n', "", "parameter place: default", "missing"),
]


@pytest.mark.parametrize(("old", "new", "path", "reason"), BAD, ids=[f"{b[2]} ({b[3]})" for b in BAD])
def test_a_bad_profile_is_refused_with_its_name_path_and_reason(old: str, new: str, path: str, reason: str) -> None:
    assert old in GOOD
    with pytest.raises(BadProfile) as caught:
        parse(GOOD.replace(old, new, 1), "bad")
    found = [(m.field, str(m)) for m in caught.value.messages]
    assert any(p == path and reason in shown for p, shown in found), found
    assert all(shown.startswith("bad") and p in shown for p, shown in found)
