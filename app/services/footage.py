"""Copies of footage in a day's journal: what was copied, together with the steps and rows that this makes true."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from app.domain import N_, Invalid, Message
from app.domain import facts as f
from app.domain.checklist import view
from app.domain.codec import clean
from app.domain.day import Act, Day
from app.domain.footage import checks
from app.domain.people import Actor
from app.domain.plan import Camera
from app.domain.policy import Action, require_member
from app.domain.profile import Footage, Step
from app.services import days
from app.services.record import Device, Heed, Receipt, record, record_all
from app.store import journal


@dataclass(frozen=True)
class Result:
    """What the copying program proved, and what the person says of it.

    ``period`` None: the files do not tell; ``viewed`` None: not answered. Both are then asked for.
    """

    cameras: tuple[str, ...]
    rooms: tuple[str, ...]
    medium: f.Medium
    began: datetime
    at: datetime
    files: int
    size: int
    manifest: str
    generation: int
    period: f.Period | None = None
    coverage: tuple[f.Coverage, ...] = ()
    formats: tuple[str, ...] = ()
    viewed: bool | None = None
    seal: str = ""
    late_reason: str = ""


def copied(
    actor: Actor, day_id: str, entry_id: str, result: Result, now: datetime, device: Device | None = None,
    heed: Heed = lambda _: None,
) -> list[Receipt]:
    """Record a copy: the fact, then what it makes true, all or nothing. The first receipt is the copy's.

    Cameras that are open places of a step that copies footage are done with it, its evidence filled from the copy; of
    every other room one row of the access journal is written. The same copy told once more, as when the same command
    runs again, is answered with the entry that stands. Raises as ``record`` does.
    """
    day, checkpoint = days.load_with_checkpoint(actor, day_id)
    require_member(day, actor, Action.FOOTAGE_COPY)
    if stands := _standing(day, result):
        return [Receipt(stands.seq, True, checkpoint)]
    if journal.find(days.log_of(day_id), entry_id):  # known: what was written with it is not made anew
        return [record(actor, day_id, entry_id, _fact(day, result, False), now, device)]
    entries = [(entry_id, _fact(day, result, True))]
    for number, fact in enumerate(_consequences(day, entries[0][1], now)):
        entries.append((str(uuid5(NAMESPACE_OID, f"{entry_id} {number}")), fact))
    return record_all(actor, day_id, entries, now, device, heed)


def _standing(day: Day, result: Result) -> Act | None:
    """The act that tells of this copy already; None when it is new, or was not whole when it was last read."""
    rooms = rooms_of(day, result.cameras, result.rooms)
    asked = (tidy(result.medium), result.cameras, rooms, result.files, result.size)
    for act in reversed(day.tagged("footage.copied")):
        fact, later = act.fact, checks(day, act.seq)
        if (fact.medium, fact.cameras, fact.rooms, fact.files, fact.size) == asked:
            return act if not later or later[-1].fact.result == "whole" else None
    return None


def checked(
    actor: Actor, day_id: str, entry_id: str, fact: f.FootageChecked, now: datetime, device: Device | None = None
) -> Receipt:
    """Record that a copy was read again whole; each time is a generation of the manifest and a fact of its own."""
    lists = ("changed", "missing", "added", "renamed", "unreadable")
    tidy: dict[str, Any] = {name: tuple(map(clean, getattr(fact, name))) for name in lists}
    return record(actor, day_id, entry_id, replace(fact, **tidy), now, device)


def rooms_of(day: Day, cameras: tuple[str, ...], rooms: tuple[str, ...]) -> tuple[str, ...]:
    """Every room that a copy is about, in the order of the plan; unknown ones last."""
    named = {*rooms, *(c.room for c in day.cameras if c.id in cameras)}
    known = [r.code for r in day.rooms if r.code in named]
    return (*known, *(code for code in rooms if code not in known))


def _fact(day: Day, result: Result, asked: bool) -> f.FootageCopied:
    """The fact. Raises Invalid for what only a person can say, when that is to be asked."""
    missing = []
    if result.viewed is None:
        missing.append(Message(N_("Say whether you have viewed a sample of the copy."), field="viewed"))
    if result.period is None:
        text = N_("The files do not tell when they were recorded. Enter it.")
        missing.append(Message(text, field="period_start"))
    if asked and missing:
        raise Invalid(*missing)
    return f.FootageCopied(
        cameras=result.cameras, rooms=rooms_of(day, result.cameras, result.rooms), medium=tidy(result.medium),
        began=result.began, at=result.at, files=result.files, size=result.size, manifest=result.manifest,
        generation=result.generation, period=result.period or f.Period(result.began, result.at),
        coverage=tuple(replace(c, doubts=tuple(map(clean, c.doubts))) for c in result.coverage),
        formats=tuple(map(clean, result.formats)), viewed=bool(result.viewed), seal=clean(result.seal),
        late_reason=result.late_reason,
    )  # fmt: skip


def tidy(medium: f.Medium) -> f.Medium:
    """Names of files and media in the form that the journal takes: on the medium they stay as they are."""
    names = ("serial", "file_system", "label", "folder")
    return replace(medium, **{name: clean(getattr(medium, name)) for name in names})  # type: ignore[arg-type]


def _consequences(day: Day, fact: f.FootageCopied, now: datetime) -> list[Any]:
    """Steps that the copy does, then one row of the access journal for the rooms that no step speaks of."""
    found: list[Any] = []
    cameras = cameras_of(day, fact.cameras, fact.rooms)
    left = dict.fromkeys(fact.rooms)
    for step in day.profile.steps:
        if step.footage is None or not step.enabled:
            continue
        still_open = view(step, day, now).open_places
        places = tuple(c.id for c in cameras if c.id in still_open)
        if places:
            evidence = _evidence(day, step, step.footage, fact)
            found.append(f.StepDone(step.id, fact.at, places, evidence, late_reason=fact.late_reason))
            if step.access:
                done = {c.room for c in cameras if c.id in places}
                left = dict.fromkeys(room for room in left if room not in done)
    action = next((a.id for a in day.profile.actions if a.effect == "copy"), "")
    if left and action:
        found.append(f.AccessNoted(tuple(left), fact.began, fact.at, action, late_reason=fact.late_reason))
    return found


def cameras_of(day: Day, cameras: Sequence[str], rooms: Sequence[str]) -> tuple[Camera, ...]:
    """Cameras that a copy is about: those it names, and all of a room that it names alone."""
    spoken = {c.room for c in day.cameras if c.id in cameras}
    return tuple(c for c in day.cameras if c.id in cameras or (c.room in rooms and c.room not in spoken))


def _evidence(day: Day, step: Step, spec: Footage, fact: f.FootageCopied) -> dict[str, Any]:
    """What the step asks for and the copying program knows."""
    values: Mapping[str, Any] = {
        spec.start: f"{day.local(fact.began):%H:%M}",
        spec.end: f"{day.local(fact.at):%H:%M}",
        spec.period_start: f"{day.local(fact.period.start):%Y-%m-%dT%H:%M}",
        spec.period_end: f"{day.local(fact.period.end):%Y-%m-%dT%H:%M}",
        spec.files: fact.files,
        spec.size: fact.size,
        spec.format: _chosen(step, spec.format, fact.formats),
        spec.manifest: fact.manifest,
        spec.medium: _chosen(step, spec.medium, (fact.medium.kind,)),
        spec.serial: fact.medium.serial,
        spec.viewed: fact.viewed,
    }
    return {name: value for name, value in values.items() if name}


def _chosen(step: Step, name: str, found: tuple[str, ...]) -> str:
    """The answer of a choice that fits, ``other`` when none does; a text names them all."""
    if not name:
        return ""
    choices = [c.id for c in step.field(name).choices]
    if not choices:
        return ", ".join(found)
    return found[0] if len(found) == 1 and found[0] in choices else "other"
