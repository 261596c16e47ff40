"""Recorded values in words: evidence, corrections, what an entry of the journal says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext
from markupsafe import Markup

from app.domain import N_
from app.domain import facts as f
from app.domain.closing import addenda
from app.domain.codec import moment
from app.domain.day import Act, Change, Day
from app.domain.duty import KINDS as KINDS_OF_THINGS
from app.domain.plan import Member
from app.domain.profile import Field
from app.web import footage_words, outage_words, review_words
from app.web.language import pick
from app.web.show import long_date, places, rooms, when

NAMES = {
    "at": lambda: gettext("Time"),
    "places": lambda: gettext("Places"),
    "rooms": lambda: gettext("Rooms"),
    "start": lambda: gettext("Start"),
    "end": lambda: gettext("End"),
    "action": lambda: gettext("Action"),
    "text": lambda: gettext("Text"),
    "reason": lambda: gettext("Reason"),
    "state_found": lambda: gettext("State found"),
    "seal_before": lambda: gettext("Seal before"),
    "seal_after": lambda: gettext("Seal after"),
    "late_reason": lambda: gettext("Reason for entering it late"),
    "overdue_reason": lambda: gettext("Reason for the delay"),
    "note": lambda: gettext("Note"),
    "place": lambda: gettext("Place"),
    "decided_by": lambda: gettext("Decided by"),
    "remark": lambda: gettext("Remark"),
    "target": lambda: gettext("Outage"),
    **outage_words.NAMES,
}

UNITS = (N_("s"), N_("min"), N_("GB"), N_("B"))  # of profiles, for the translations


@dataclass(frozen=True)
class Shown:
    """One value of an act: its title, how it is now, and how it was before corrections (oldest first)."""

    title: str
    value: str
    was: tuple[str, ...] = ()


def evidence_value(day: Day, spec: Field | None, value: Any) -> str:
    """A value of evidence for reading."""
    if value is None or value == "" or value == []:
        return "–"
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    kind = spec.type if spec else ""
    match kind:
        case "choice" if spec is not None:
            return next((pick(c.title) for c in spec.choices if c.id == value), str(value))
        case "rooms":
            return rooms(value)
        case "date":
            return long_date(date.fromisoformat(value))
        case "datetime":
            return when(datetime.fromisoformat(value).replace(tzinfo=day.zone))
        case "list":
            return ", ".join(str(v) for v in value)
        case "table" if spec is not None:
            return "; ".join(", ".join(evidence_value(day, c, row.get(c.id)) for c in spec.columns) for row in value)
        case "file":
            link = url_for("entries.file", day_id=day.id, digest=value["sha256"])
            return Markup('<a href="{}">{}</a>').format(link, value["name"])
        case "signature":
            return str(value["short"])
        case "number" if spec is not None and spec.unit:
            return f"{value}\u00a0{gettext(spec.unit)}"
    return str(value)


def field_value(day: Day, act: Act, name: str, value: Any) -> str:
    """Any field of a fact, plain (as corrections hold it), for reading."""
    if name.startswith("evidence."):
        return evidence_value(day, _spec(day, act, name), value)
    if value in (None, "", [], ()):
        return "–"
    match name:
        case "at" | "start" | "end":
            return when(moment(value) if isinstance(value, str) else value)
        case "rooms":
            return rooms(value)
        case "places":
            return places(day, _repeat(day, act), value)
        case "action":
            spec = day.profile.action(value)
            return pick(spec.title) if spec else str(value)
        case "state_found":
            return {"on": gettext("on"), "off": gettext("off")}.get(value, str(value))
    return outage_words.value(name, value) or str(value)


def field_name(day: Day, act: Act, name: str) -> str:
    """Title of a field that a correction names."""
    if spec := _spec(day, act, name):
        return pick(spec.title)
    return NAMES[name]() if name in NAMES else name


def _spec(day: Day, act: Act, name: str) -> Field | None:
    if not name.startswith("evidence.") or not hasattr(act.fact, "step"):
        return None
    wanted = name.removeprefix("evidence.")
    return next((s for s in day.profile.step(act.fact.step).fields if s.id == wanted), None)


def _repeat(day: Day, act: Act) -> str:
    return day.profile.step(act.fact.step).repeat if getattr(act.fact, "step", "") else ""


def shown(day: Day, act: Act) -> tuple[Shown, ...]:
    """What an act says: its evidence and reasons, each with the older values that corrections replaced."""
    fact = act.fact
    told = (*footage_words.shown(day, act), *review_words.shown(day, act))
    out = _of_handover(day, fact) + [Shown(*pair) for pair in told]
    evidence: Mapping[str, Any] = getattr(fact, "evidence", {})
    names = [f"evidence.{s.id}" for s in day.profile.step(fact.step).fields] if hasattr(fact, "evidence") else []
    usual = ("text", "reason", "decided_by", "note", "remark", "overdue_reason", "late_reason")
    plain_names = [n for n in outage_words.FIELDS.get(act.tag, usual) if hasattr(fact, n)]
    for name in (*names, *plain_names):
        value = evidence.get(name.removeprefix("evidence.")) if name.startswith("evidence.") else getattr(fact, name)
        was = _was(day, act, name)
        if value not in (None, "", [], ()) or was:
            out.append(Shown(field_name(day, act, name), field_value(day, act, name, value), was))
    return tuple(out)


def _of_handover(day: Day, fact: Any) -> list[Shown]:
    """What goes along with the shift."""
    if isinstance(fact, f.ShiftTaken):
        return [Shown(gettext("Handover"), gettext("Entry %(number)s", number=fact.target + 1))]
    if not isinstance(fact, f.ShiftHanded):
        return []
    found = [Shown(gettext("To whom"), name_of(day, fact.to)), Shown(gettext("Open steps"), str(len(fact.steps)))]
    return found + [Shown(gettext("Things passed on"), "; ".join(map(thing, fact.items)))] * bool(fact.items)


def thing(item: f.Item) -> str:
    """A thing passed on: what kind, which, how many."""
    what = gettext(KINDS_OF_THINGS[item.kind]) if item.kind in KINDS_OF_THINGS else item.kind
    return f"{what}: {item.name}" + (f", {item.serial}" if item.serial else "") + f" × {item.count}" * (item.count > 1)


def name_of(day: Day, person: str) -> str:
    return day.everyone[person].short if person in day.everyone else person


def _was(day: Day, act: Act, name: str) -> tuple[str, ...]:
    return tuple(field_value(day, act, name, c.fields[name][0]) for c in act.changes if name in c.fields)


@dataclass(frozen=True)
class ChangeLine:
    """One correction in words."""

    number: int
    by: Member
    received: datetime
    reason: str
    fields: tuple[tuple[str, str, str], ...]  # title, old, new


def changes(day: Day, act: Act) -> tuple[ChangeLine, ...]:
    """Corrections of an act, oldest first."""
    return tuple(_change(day, act, c) for c in act.changes)


def _change(day: Day, act: Act, change: Change) -> ChangeLine:
    fields = tuple(
        (field_name(day, act, n), field_value(day, act, n, old), field_value(day, act, n, new))
        for n, (old, new) in change.fields.items()
    )
    return ChangeLine(change.seq + 1, change.by, change.received, change.reason, fields)


def title(day: Day, act: Act) -> str:
    """What somebody did, in one line."""
    if act.tag == "addendum.written":
        return gettext("Addendum %(number)s", number=addendum_number(day, act.seq))
    return fact_title(day, act.tag, act.fact)


def addendum_number(day: Day, seq: int) -> int:
    return next(number for number, act in addenda(day) if act.seq == seq)


def fact_title(day: Day, tag: str, fact: Any) -> str:
    match tag:
        case "step.done" | "step.impossible" | "step.waived" | "step.elsewhere":
            return pick(day.profile.step(fact.step).title)
        case "milestone.noted":
            spec = day.profile.milestone(fact.milestone)
            return pick(spec.title) if spec else str(fact.milestone)
        case "access.noted":
            action = day.profile.action(fact.action)
            return pick(action.title) if action else str(fact.text)
        case "shift.handed":
            return gettext("Shift handed over")
        case "shift.taken":
            return gettext("Shift taken")
        case _:
            if tag in outage_words.TITLES:
                return outage_words.TITLES[tag](fact)
            said = review_words.fact_title(day, fact)
            return said or footage_words.KINDS.get(tag, lambda: gettext("Note"))()


def where(day: Day, act: Act) -> str:
    """Places of an act in short; empty for the centre."""
    fact = act.fact
    if hasattr(fact, "places"):
        return places(day, _repeat(day, act), fact.places)
    if hasattr(fact, "rooms"):
        return rooms(fact.rooms)
    return str(getattr(fact, "place", ""))
