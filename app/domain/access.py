"""Rows of the official journal of access to CCTV means, made by the acts themselves.

A row is never typed twice: a step whose profile entry has ``access`` gives its row when it is
done, an access noted by hand gives its own. Rows keep the journal's order, so a number never moves.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from app.domain.day import Act, Change, Confirmation, Day, Void
from app.domain.plan import Member
from app.domain.profile import Access, Texts
from app.domain.timing import local_moment

HALF_A_DAY = timedelta(hours=12)  # a clock time so far after the act was meant on the day before
RESPONSIBLE = "pes_head"  # "responsible for CCTV" of the form is the PES head (reference.md 2.1)


@dataclass(frozen=True, slots=True)
class AccessRow:
    """One line of the form. ``was``: the same line as first written, when it was corrected."""

    number: int
    seq: int
    date: date
    rooms: tuple[str, ...]
    start: datetime
    end: datetime
    action: str
    title: Texts
    text: str
    by: Member
    reason: str
    state_found: str
    seal_before: str
    seal_after: str
    received: datetime
    late_entry: timedelta | None
    apart: timedelta | None  # like Act.apart, of the row's own end
    late_reason: str
    confirmation: Confirmation | None
    changes: tuple[Change, ...]
    void: Void | None
    step: str = ""
    was: "AccessRow | None" = None


def rows(day: Day) -> tuple[AccessRow, ...]:
    """All rows in the journal's order, numbered from 1; voided ones stay, marked."""
    return tuple(row(day, act, number) for number, act in enumerate(acts(day), 1))


def acts(day: Day) -> Iterator[Act]:
    """The acts that make a row each, in the journal's order."""
    return (act for act in day.acts.values() if is_access(day, act))


def row(day: Day, act: Act, number: int) -> AccessRow:
    """The row that ``act`` makes."""
    now = _row(day, act, number, act.fact)
    return replace(now, was=_row(day, act, number, act.original)) if act.changes else now


def is_access(day: Day, act: Act) -> bool:
    """True when the act stands in the access journal."""
    if act.tag == "access.noted":
        return True
    return act.tag == "step.done" and day.profile.step(act.fact.step).access is not None


def _row(day: Day, act: Act, number: int, fact: Any) -> AccessRow:
    values = _noted(fact) if act.tag == "access.noted" else _from_step(day, fact)
    spec = day.profile.action(values["action"])
    delay, limits = act.times.received - values["end"], day.profile.limits
    confirmed = next((c for c in act.valid_confirmations if c.role == RESPONSIBLE), None)
    return AccessRow(
        number=number, seq=act.seq, date=day.local(values["start"]).date(), by=act.by,
        title=spec.title if spec else {}, received=act.times.received,
        late_entry=delay if delay > limits.late_after else None,
        apart=delay if abs(delay) > limits.print_both_after else None,
        late_reason=fact.late_reason, confirmation=confirmed, changes=act.changes, void=act.void, **values,
    )  # fmt: skip


def _noted(fact: Any) -> dict[str, Any]:
    names = ("rooms", "start", "end", "action", "text", "reason", "state_found", "seal_before", "seal_after")
    return {name: getattr(fact, name) for name in names}


def times_of(day: Day, fact: Any, spec: Access) -> tuple[datetime, datetime]:
    """Start and end of the row that a step writes, as typed: the end may (wrongly) lie before the start.

    A clock time without a date belongs to the act's local day, or to the day before when it lies much after the act.
    """
    evidence: Mapping[str, Any] = fact.evidence
    on = day.local(fact.at).date()

    def moment(name: str, otherwise: datetime) -> datetime:
        value = evidence.get(name) if name else None
        if not value:
            return otherwise
        date_part, _, clock = value.rpartition("T")
        found = local_moment(day, date.fromisoformat(date_part) if date_part else on, clock)
        if not date_part and found - fact.at > HALF_A_DAY:  # 23:50, written down at 00:10
            found = local_moment(day, on - timedelta(days=1), clock)
        return found

    start = moment(spec.start, fact.at)
    return start, moment(spec.end, start if spec.start else fact.at)


def _from_step(day: Day, fact: Any) -> dict[str, Any]:
    spec: Access = day.profile.step(fact.step).access  # type: ignore[assignment]
    evidence: Mapping[str, Any] = fact.evidence
    start, end = times_of(day, fact, spec)
    return {
        "rooms": rooms_of(day, fact, spec), "start": start, "end": max(start, end),
        "action": evidence.get(spec.action_field, "") if spec.action_field else spec.action,
        "text": "", "step": fact.step, "reason": _text(evidence, spec.reason),
        "state_found": _text(evidence, spec.state_found),
        "seal_before": _text(evidence, spec.seal_before), "seal_after": _text(evidence, spec.seal_after),
    }  # fmt: skip


def _text(evidence: Mapping[str, Any], name: str) -> str:
    return str(evidence.get(name) or "") if name else ""


def rooms_of(day: Day, fact: Any, spec: Access | None) -> tuple[str, ...]:
    """Rooms that an act touched: its field, its places, or the rooms of its cameras and stations."""
    if spec and spec.rooms and fact.evidence.get(spec.rooms):
        value = fact.evidence[spec.rooms]
        return tuple(value) if isinstance(value, list) else (value,)
    homes = {c.id: c.room for c in day.cameras} | {s.id: s.room for s in day.stations}
    return tuple(dict.fromkeys(homes.get(place, place) for place in fact.places))
