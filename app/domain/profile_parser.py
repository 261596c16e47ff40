"""TOML text to a Profile. Strict: whatever is not understood is refused, all problems at once.

Grammar: top keys ``id version language title exam start taken_min closes``; tables ``[limits]``, ``[[role]]``,
``[[action]]``, ``[[milestone]]``, ``[[reminder]]``, ``[[parameter]]`` (or ``[parameter.name]``), ``[[stage]]``,
``[[step]]`` with ``stage``, ``when = {...}``, ``access = {...}``, ``footage = {...}`` and ``[[step.field]]``;
``[sources]``. Keys are those of the dataclasses in profile.py, besides ``source`` (keys of ``[sources]``) and, in a
choice field, ``choices_from = "actions"``. Texts are tables ``{en = "...", ru = "..."}``.
"""

import hashlib
import re
import tomllib
from collections.abc import Sequence
from typing import Any

from app.domain import N_, profile_footage, profile_reminders
from app.domain.profile import (
    BASES,
    EFFECTS,
    FIELD_TYPES,
    REPEATS,
    RULES,
    Access,
    Action,
    Check,
    Choice,
    Field,
    Milestone,
    Parameter,
    Profile,
    RoleSpec,
    Stage,
    Step,
    When,
)
from app.domain.profile_check import PARAMETER_TYPES, check
from app.domain.profile_limits import FORM_CODE, read_limits
from app.domain.profile_reader import (
    CLOCK,
    LANGUAGE,
    NAME,
    SOURCE_KEY,
    STEP_ID,
    BadProfile,
    Problems,
    Table,
)

__all__ = ["BadProfile", "parse"]

_PROFILE_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")
_CHOICE_ID = re.compile(r"[A-Za-z0-9_]+")
_AT_LINE = re.compile(r"^(.*?) \(at line (\d+), column \d+\)$", re.DOTALL)
_BASE_KEYS = ("start", "end", "clock", "period", "days_after", "date_rule", "after", "on_demand")
_LENGTHS = {"serial": 64, "person": 200}
_WEEK = 7 * 24 * 60
_YEAR = 366 * 24 * 60
_LARGEST = 2**53 - 1


def parse(text: str, name: str = "profile") -> Profile:
    """The profile that ``text`` (TOML) describes; ``name`` stands in messages, mostly the file's.

    Raises BadProfile holding every problem, each with profile, line where known, key path and reason.
    """
    problems = Problems(name, text)
    top = Table(_toml(text, problems), "", problems)
    language = top.text("language", required=True, like=LANGUAGE)
    if LANGUAGE.fullmatch(language):
        problems.language = language
    actions = tuple(_action(t) for t in top.tables("action"))
    sources = top.table("sources")
    profile = Profile(
        id=top.text("id", required=True, like=_PROFILE_ID),
        version=top.text("version", required=True, like=_VERSION),
        language=language,
        title=top.texts("title", required=True),
        exam=top.text("exam", required=True),
        start=top.text("start", required=True, like=CLOCK),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        roles=tuple(_role(t) for t in top.tables("role")),
        actions=actions,
        milestones=tuple(_milestone(t) for t in top.tables("milestone")),
        parameters=tuple(_parameter(t) for t in _parameter_tables(top)),
        stages=tuple(_stage(t) for t in top.tables("stage")),
        steps=tuple(_step(t, actions) for t in top.tables("step")),
        sources=_sources(sources) if sources else {},
        reminders=tuple(profile_reminders.read(t) for t in top.tables("reminder")),
        taken_min=top.count("taken_min", 15, 1, 24 * 60),
        limits=read_limits(top),
        closes=top.text("closes", like=FORM_CODE),
    )
    top.close()
    check(profile, problems)
    profile_reminders.check(profile, problems)
    profile_footage.check(profile, problems)
    problems.stop()
    return profile


def _toml(text: str, problems: Problems) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as err:
        match = _AT_LINE.match(str(err))
        reason, line = (match[1], int(match[2])) if match else (str(err), 0)
        if "(at end of document)" in reason:
            line = text.count("\n") + 1
        problems.add("", N_("%(where)s: this is not TOML: %(detail)s."), line=line, detail=reason)
    except RecursionError:
        problems.add("", N_("%(where)s: tables are nested too deep."))
    problems.stop()
    raise AssertionError("stop() raises when a problem was noted")


def _sources(table: Table) -> dict[str, str]:
    for key in table.data:
        if not SOURCE_KEY.fullmatch(key):
            table.add(key, N_("%(where)s: is not a source key (letters and digits)."))
    return {key: table.text(key) for key in table.data}


def _role(table: Table) -> RoleSpec:
    role = RoleSpec(
        id=table.text("id", required=True, like=NAME),
        title=table.texts("title", required=True),
        account=table.flag("account", True),
        source=table.words("source"),
    )
    table.close()
    return role


def _action(table: Table) -> Action:
    action = Action(
        id=table.text("id", required=True, like=NAME),
        title=table.texts("title", required=True),
        basis=table.one_of("basis", BASES, "sourced"),
        source=table.words("source"),
        effect=table.one_of("effect", EFFECTS),
    )
    table.close()
    return action


def _milestone(table: Table) -> Milestone:
    milestone = Milestone(
        id=table.text("id", required=True, like=NAME),
        title=table.texts("title", required=True),
        per_room=table.flag("per_room", False),
        noted_by=table.words("noted_by", required=True),
    )
    table.close()
    return milestone


def _parameter_tables(top: Table) -> list[Table]:
    """``[[parameter]]`` with ids, or ``[parameter.name]``."""
    if not isinstance(top.data.get("parameter"), dict):
        return top.tables("parameter")
    top.seen.add("parameter")
    found: list[Table] = []
    for name, value in top.data["parameter"].items():
        if not isinstance(value, dict):
            top.add(f"parameter.{name}", N_("%(where)s: must be a table."))
        elif "id" in value:
            top.add(f"parameter.{name}.id", N_("%(where)s: unknown key."))
        else:
            found.append(Table({"id": name, **value}, f"parameter {name}", top.problems, item=True))
    return found


def _parameter(table: Table) -> Parameter:
    table.seen.add("default")
    if not table.has("default"):
        table.add("default", N_("%(where)s: is missing."))
    default = table.data.get("default")
    parameter = Parameter(
        id=table.text("id", required=True, like=NAME),
        type=table.one_of("type", PARAMETER_TYPES, "text", required=True),
        default=tuple(default) if isinstance(default, list) else default,
        title=table.texts("title"),
        alternatives=table.words("alternatives"),
        basis=table.one_of("basis", BASES, "sourced"),
        source=table.words("source"),
        note=table.text("note"),
    )
    table.close()
    return parameter


def _stage(table: Table) -> Stage:
    stage = Stage(id=table.text("id", required=True, like=NAME), title=table.texts("title", required=True))
    table.close()
    return stage


def _step(table: Table, actions: Sequence[Action]) -> Step:
    when, access = table.table("when", required=True), table.table("access")
    step = Step(
        id=table.text("id", required=True, like=STEP_ID),
        stage=table.text("stage", required=True),
        title=table.texts("title", required=True),
        when=_when(when) if when else When(),
        performers=table.words("performers", required=True),
        confirmers=table.words("confirmers"),
        help=table.texts("help"),
        repeat=table.one_of("repeat", REPEATS),
        kinds=table.words("kinds"),
        fields=tuple(_field(t, actions) for t in table.rows("field")),
        access=_access(access) if access else None,
        footage=profile_footage.read(table),
        needs_recording=table.words("needs_recording"),
        feeds=table.words("feeds"),
        enabled=table.flag("enabled", True),
        basis=table.one_of("basis", BASES, "unsourced", required=True),
        source=table.words("source"),
        note=table.texts("note"),
    )
    if step.basis == "unsourced" and table.has("basis") and not table.has("enabled"):
        table.add("enabled", N_("%(where)s: an unsourced step must say whether it is enabled."))
    table.close()
    return step


def _when(table: Table) -> When:
    bases = [k for k in _BASE_KEYS if table.has(k) and table.data[k] is not False]
    if len(bases) != 1:
        table.problems.add(
            table.path,
            N_("%(where)s: needs exactly one base (%(bases)s), but has %(found)s."),
            bases=", ".join(_BASE_KEYS),
            found=", ".join(bases) or "0",
        )
    when = When(
        start=table.whole("start", -_WEEK, _WEEK),
        end=table.whole("end", -_WEEK, _WEEK),
        clock=table.text("clock", like=CLOCK),
        day=table.count("day", 0, -60, 60),
        period=table.whole("period", -365, 365),
        days_after=table.whole("days_after", 0, 3660),
        date_rule=table.text("date_rule"),
        after=table.text("after"),
        on_demand=table.flag("on_demand", False),
        every=table.count("every", 0, 1, 1440),
        until=table.text("until"),
        rule=table.one_of("rule", RULES, "at"),
        duration=table.count("duration", 0, 1, _WEEK),
        opens=table.count("opens", 30, 0, _YEAR),
        grace=table.count("grace", 0, 0, _WEEK),
        parameter=table.text("parameter"),
        note=table.texts("note"),
        firm=table.flag("firm", False),
    )
    if table.has("day") and not table.has("clock"):
        table.add("day", N_("%(where)s: makes sense with clock only."))
    table.close()
    return when


def _access(table: Table) -> Access:
    names = ("action", "action_field", "start", "end", "rooms", "reason", "seal_before", "seal_after", "state_found")
    access = Access(**{name: table.text(name) for name in names})
    table.close()
    return access


def _field(table: Table, actions: Sequence[Action], column: bool = False) -> Field:
    kind = table.one_of("type", FIELD_TYPES, "text", required=True)
    for key in ("max_length", "required"):
        if table.has(key) and (kind == "never_store" or (key == "max_length" and not _has_length(table, kind))):
            table.add(key, N_("%(where)s: makes no sense for the type %(type)s."), type=kind)
    limits = table.table("check")
    table.seen.add("default")
    spec = Field(
        id=table.text("id", required=True, like=NAME),
        type=kind,
        title=table.texts("title", required=True),
        help=table.texts("help"),
        required=table.flag("required", True) and kind != "never_store",
        default=table.data.get("default"),
        unit=table.text("unit"),
        min=table.whole("min", -_LARGEST, _LARGEST),
        max=table.whole("max", -_LARGEST, _LARGEST),
        max_length=table.count("max_length", _LENGTHS.get(kind, 500), 1, 10_000),
        choices=_choices(table, actions),
        item=table.one_of("item", FIELD_TYPES),
        columns=() if column else tuple(_field(t, actions, column=True) for t in table.rows("columns")),
        check=_limits(limits) if limits else None,
        parameter=table.text("parameter"),
    )
    table.close()
    return spec


def _has_length(table: Table, kind: str) -> bool:
    return (table.data.get("item") if kind == "list" else kind) in ("text", "person", "serial")


def _choices(table: Table, actions: Sequence[Action]) -> tuple[Choice, ...]:
    if table.has("choices_from"):
        if table.has("choices"):
            table.add("choices_from", N_("%(where)s: stands beside choices; keep one of them."))
        table.one_of("choices_from", ("actions",))
        return tuple(Choice(a.id, a.title) for a in actions)
    found = []
    for row in table.rows("choices"):
        found.append(Choice(row.text("id", required=True, like=_CHOICE_ID), row.texts("title", required=True)))
        row.close()
    return tuple(found)


def _limits(table: Table) -> Check:
    if len(table.data) != 1:
        table.problems.add(table.path, N_("%(where)s: needs exactly one limit."))
    table.seen.add("equals")
    limits = Check(
        min=table.whole("min", -_LARGEST, _LARGEST),
        max=table.whole("max", -_LARGEST, _LARGEST),
        abs_max=table.whole("abs_max", 0, _LARGEST),
        max_age_days=table.whole("max_age_days", 0, 3660),
        equals=table.data.get("equals"),
    )
    table.close()
    return limits
