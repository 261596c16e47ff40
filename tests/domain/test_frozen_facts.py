"""Tags and fields of facts are law: this list may grow at its end, a fact by fields with a default."""

import dataclasses
import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.domain import facts, plan
from app.domain.codec import BadValue, build, canonical, plain
from app.domain.facts import FACTS, fact

FROZEN = {
    "day.opened": (
        "day: str, centre: Centre, exam: str, start_local: str, end_local: str, start: datetime, end: datetime, "
        "rooms: tuple[Room, ...], cameras: tuple[Camera, ...], stations: tuple[Station, ...], "
        "roster: tuple[Member, ...], profile: str, profile_sha256: str, parameters: dict[str, Any], "
        "period_start: str = '', rehearsal: bool = False, by: str = '', recorders: tuple[Recorder, ...] = ()"
    ),
    "plan.changed": (
        "reason: str, rooms: tuple[Room, ...] | None = None, cameras: tuple[Camera, ...] | None = None, "
        "stations: tuple[Station, ...] | None = None, by: str = '', recorders: tuple[Recorder, ...] | None = None"
    ),
    "roster.joined": "member: Member, reason: str = '', by: str = ''",
    "roster.left": "person: str, reason: str, by: str = ''",
    "step.done": (
        "step: str, at: datetime, places: tuple[str, ...] = (), evidence: dict[str, Any] = {}, late_reason: str = '', "
        "overdue_reason: str = '', note: str = '', outside: Outside | None = None"
    ),
    "step.impossible": "step: str, at: datetime, reason: str, places: tuple[str, ...] = ()",
    "step.waived": "step: str, at: datetime, reason: str, decided_by: str, places: tuple[str, ...] = ()",
    "step.elsewhere": "step: str, day: str, seq: int, leaf: str, at: datetime, by: str",
    "access.noted": (
        "rooms: tuple[str, ...], start: datetime, end: datetime, action: str, text: str = '', reason: str = '', "
        "state_found: str = '', seal_before: str = '', seal_after: str = '', late_reason: str = ''"
    ),
    "milestone.noted": "milestone: str, at: datetime, place: str = '', late_reason: str = ''",
    "note.written": "text: str, at: datetime",
    "entry.corrected": "target: int, changes: dict[str, Any], reason: str",
    "entry.voided": "target: int, reason: str",
    "body.erased": "target: int, term: str, act: str",
    "acts.confirmed": (
        "targets: tuple[Target, ...], role: str, at: datetime, checkpoint: tuple[str, ...], certificate: str, "
        "signature: str"
    ),
    "acts.confirmed_outside": "targets: tuple[Target, ...], by: Outside, at: datetime",
    "document.signed": (
        "form: str, revision: int, slot: str, meaning: str, size: int, base: str, file: str, "
        "certificate: str, at: datetime"
    ),
    "office.opened": "name: str, root_sha256: str, demo: bool = False",
    "key.made": (
        "person: str, certificate_der: str, certificate: str, at: datetime, declaration: str, replaces: str = '', "
        "approved_by: str = ''"
    ),
    "key.revoked": "person: str, certificate: str, at: datetime, reason: str, approved_by: str = ''",
    "record.changed": "kind: str, key: str, before: dict[str, Any], after: dict[str, Any]",
    "start.moved": (
        "start_local: str, end_local: str, start: datetime, end: datetime, reason: str, decided_by: str, "
        "at: datetime, by: str = ''"
    ),
    "rehearsal.clock": "real: datetime, at: datetime, by: str = ''",
    "clock.jumped": "at: datetime, slept_s: int, set_s: int",
    "addendum.written": "text: str, at: datetime, reason: str, target: int | None = None",
    "shift.handed": (
        "to: str, at: datetime, steps: tuple[str, ...], items: tuple[Item, ...], note: str, certificate: str, "
        "signature: str"
    ),
    "shift.taken": "target: int, leaf: str, at: datetime, certificate: str, signature: str, remark: str = ''",
    "camera.seen": (
        "camera: str, at: datetime, state: str, since: datetime, first_frame: datetime | None = None, fps_milli: "
        "int = 0, width: int = 0, height: int = 0, recording: str = '', picture: str = '', planned: bool = True, "
        "detail: str = ''"
    ),
    "clock.measured": (
        "device: str, at: datetime, offset_ms: int, error_ms: int = 0, source: str = 'hand', by: str = ''"
    ),
    "outage.opened": (
        "kind: str, rooms: tuple[str, ...], at: datetime, cause: str, text: str = '', local_recording: str = '', "
        "cameras: tuple[str, ...] = (), seen: int | None = None, late_reason: str = ''"
    ),
    "outage.told": "target: int, whom: str, at: datetime, text: str = '', late_reason: str = ''",
    "outage.decided": (
        "target: int, decision: str, decided_by: str, at: datetime, text: str = '', late_reason: str = ''"
    ),
    "outage.restored": (
        "target: int, at: datetime, text: str = '', local_recording: str = '', late_reason: str = ''"
    ),
    "footage.copied": (
        "cameras: tuple[str, ...], rooms: tuple[str, ...], medium: Medium, began: datetime, at: datetime, files: "
        "int, size: int, manifest: str, generation: int, period: Period, coverage: tuple[Coverage, ...] = (), "
        "formats: tuple[str, ...] = (), viewed: bool = False, seal: str = '', late_reason: str = ''"
    ),
    "footage.checked": (
        "target: int, at: datetime, result: str, manifest: str, generation: int, counts: tuple[int, int, int, int, "
        "int], changed: tuple[str, ...] = (), missing: tuple[str, ...] = (), added: tuple[str, ...] = (), renamed: "
        "tuple[str, ...] = (), unreadable: tuple[str, ...] = (), late_reason: str = ''"
    ),
    "footage.uploaded": (
        "rooms: tuple[str, ...], at: datetime, period: Period, outage: int | None = None, text: str = '', "
        "late_reason: str = ''"
    ),
    "witness.made": "vkey: str, kind: str, at: datetime, person: str = '', certificate: str = '', signature: str = ''",
    "download.made": "kind: str, scope: dict[str, Any], sha256: str, size: int, at: datetime",
    "package.imported": (
        "day: str, origin: str, vkey: str, size: int, root: str, sha256: str, before: int, at: datetime"
    ),
    "day.submitted": "at: datetime, text: str = '', missing: tuple[Missing, ...] = (), reason: str = ''",
    "remark.written": (
        "text: str, at: datetime, target: int | None = None, step: str = '', places: tuple[str, ...] = (), form: str "
        "= ''"
    ),
    "remark.answered": "target: int, text: str, at: datetime, entry: int | None = None",
    "remark.settled": "target: int, at: datetime, text: str = ''",
    "lines.reviewed": "spans: tuple[Span, ...], at: datetime",
    "sample.taken": (
        "camera: str, room: str, start: datetime, end: datetime, source: str, finding: str, at: datetime, text: str ="
        " ''"
    ),
    "day.returned": "reason: str, at: datetime, remarks: tuple[int, ...] = ()",
    "day.accepted": "at: datetime, papers: tuple[Paper, ...] = (), text: str = ''",
}
PARTS = {
    facts.Outside: "name: str, role: str, paper: str",
    facts.Target: "seq: int, leaf: str",
    facts.Item: "kind: str, name: str, serial: str = '', count: int = 1",
    plan.Centre: "region: str, code: str, region_name: str, name: str, address: str, zone: str",
    plan.Room: "code: str, kind: str, title: str = ''",
    plan.Camera: "id: str, room: str, serial: str = '', title: str = '', keeps: str = '', recorder: str = ''",
    plan.Station: "id: str, room: str, kind: str = 'other', serial: str = ''",
    plan.Member: "person: str, name: str, short: str, role: str, order: str = '', relief: bool = False",
    facts.Medium: (
        "serial: str, kind: str, file_system: str = '', label: str = '', folder: str = '', capacity: int = 0"
    ),
    facts.Period: "start: datetime, end: datetime",
    facts.Coverage: (
        "camera: str, planned: Period, covered_ppm: int, gaps: tuple[Period, ...] = (), more: int = 0, offset_ms: "
        "int = 0, doubts: tuple[str, ...] = ()"
    ),
    plan.Recorder: "id: str, room: str, serial: str = '', title: str = '', disk: str = ''",
    facts.Missing: "kind: str, subject: str = '', places: tuple[str, ...] = ()",
    facts.Span: "first: int, last: int",
    facts.Paper: "form: str, revision: int, file: str",
}


def told(cls: type) -> str:
    """``name: type = default`` of every field, in order."""
    parts = []
    for spec in dataclasses.fields(cls):
        kind = spec.type.__name__ if isinstance(spec.type, type) and "[" not in str(spec.type) else str(spec.type)
        text = f"{spec.name}: {re.sub(r'(app[.]domain([.][a-z]+)+|typing|datetime)[.]', '', kind)}"
        if spec.default is not dataclasses.MISSING:
            text += f" = {spec.default!r}"
        elif spec.default_factory is not dataclasses.MISSING:
            text += f" = {spec.default_factory()!r}"
        parts.append(text)
    return ", ".join(parts)


def test_the_tags_are_those_that_were_always_there() -> None:
    assert set(FACTS) == set(FROZEN)


@pytest.mark.parametrize("tag", FROZEN)
def test_the_fields_of_a_fact_never_change(tag: str) -> None:
    assert told(FACTS[tag]) == FROZEN[tag]
    assert FACTS[tag].tag == tag  # type: ignore[attr-defined]


@pytest.mark.parametrize("cls", PARTS, ids=lambda c: c.__name__)
def test_the_fields_of_a_part_of_a_fact_never_change(cls: type) -> None:
    assert told(cls) == PARTS[cls]


def test_a_tag_is_given_once() -> None:
    with pytest.raises(ValueError, match=r"step\.done"):
        fact("step.done")(type("Again", (), {"__annotations__": {}}))
    assert FACTS["step.done"] is facts.StepDone


def test_a_fact_cannot_be_changed() -> None:
    note = facts.EntryVoided(3, "wrong room")
    with pytest.raises(dataclasses.FrozenInstanceError):
        note.target = 4  # type: ignore[misc]


def test_an_old_body_without_the_newer_fields_takes_their_defaults() -> None:
    old = {"step": "ex.key", "at": "2026-06-01T06:30:00.000Z"}
    new = build(facts.StepDone, old)
    assert (new.places, new.evidence, new.outside, new.note) == ((), {}, None, "")


@pytest.mark.parametrize("data", [{"target": 1, "reason": "x", "more": 1}, {"target": 1}])
def test_a_body_with_an_unknown_or_a_missing_field_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(BadValue):
        build(facts.EntryVoided, data)


def test_the_bytes_of_a_fact_are_these() -> None:
    start = datetime(2026, 6, 1, 8, 5, tzinfo=ZoneInfo("Europe/Moscow"))
    made = facts.AccessNoted(("0008", "7777"), start, start + timedelta(minutes=4), "check")
    assert canonical(plain(made)) == (
        b'{"action":"check","end":"2026-06-01T05:09:00.000Z","late_reason":"","reason":"","rooms":["0008","7777"],'
        b'"seal_after":"","seal_before":"","start":"2026-06-01T05:05:00.000Z","state_found":"","text":""}'
    )
