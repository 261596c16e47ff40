"""Start or stop the recording of a room, of several or of all: one act, written whole or not at all.

A room whose step of the profile is still open has that step done; every other one (a corridor, a restart) stands
together with its like in one row of the access journal.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from app.domain import N_, Invalid, Message
from app.domain import facts as f
from app.domain.checklist import view
from app.domain.day import Day
from app.domain.looks import Look
from app.domain.people import Actor
from app.domain.policy import Action
from app.domain.profile import Field, Step
from app.domain.recording import places_in, steps
from app.domain.sights import Sight as Sight
from app.services import days
from app.services.record import Device, Receipt, again, record_all
from app.store import journal, sights
from app.store.sights import Mark as Mark

ROW = "row"


@dataclass(frozen=True)
class Asked:
    """What a person says. ``evidence``: raw values of the fields of each step; ``action`` and ``text``: of rows."""

    effect: str  # start or stop
    rooms: tuple[str, ...]
    start: datetime
    end: datetime
    action: str
    evidence: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    ordered_by: str = ""
    reason: str = ""
    late_reason: str = ""
    text: str = ""


@dataclass(frozen=True)
class Part:
    """A step that takes some of the rooms."""

    step: Step
    places: tuple[str, ...]


def parts(day: Day, effect: str, rooms: Sequence[str], now: datetime) -> tuple[tuple[Part, ...], tuple[str, ...]]:
    """Which steps take which of the rooms, and the rooms that no open step takes."""
    found, left = [], list(rooms)
    for step in steps(day, effect):
        still = set(view(step, day, now).open_places)
        known = {code: spec for code in left if (spec := day.room(code))}
        inside = {code: [p for p in places_in(day, step, spec) if p in still] for code, spec in known.items()}
        places = tuple(p for held in inside.values() for p in held)
        if places:
            found.append(Part(step, places))
            left = [code for code in left if not inside.get(code)]
    return tuple(found), tuple(left)


def own_fields(step: Step, effect: str) -> tuple[Field, ...]:
    """Fields of a step that are asked for as they are: not its times, its reason, and who ordered a stop."""
    taken = _taken(step, effect)
    return tuple(spec for spec in step.fields if spec.id not in taken)


def _taken(step: Step, effect: str) -> dict[str, str]:
    """Evidence fields that the act itself fills, and from what."""
    access = step.access
    assert access is not None
    found = {access.start: "start", access.end: "end", access.reason: "reason"}
    if effect == "stop" and (order := _order_field(step)):
        found[order] = "ordered_by"
    found.pop("", None)
    if access.start == access.end and access.start:
        found[access.start] = "end" if effect == "start" else "start"
    return found


def _order_field(step: Step) -> str:
    """The field of a stop that takes who ordered it; empty without one."""
    return next((spec.id for spec in step.fields if spec.type == "person"), "")


def words_of_actions(day: Day, effect: str) -> tuple[str, ...]:
    """Words of the access journal for a row of this effect, the one that the steps use first."""
    used = [step.access.action for step in steps(day, effect) if step.access]
    return tuple(dict.fromkeys((*used, *(a.id for a in day.profile.actions if a.effect == effect))))


def switch(
    actor: Actor, day_id: str, entry_id: str, asked: Asked, now: datetime, device: Device | None = None,
    heed: Any = lambda _: None,
) -> list[Receipt]:
    """Write that recording was started or stopped. Sending the same again is answered again and written once.

    Raises Invalid with every reason, its fields those of ``Asked`` (and ``evidence.<field>``); Refused, NotFound.
    """
    day, checkpoint = days.load_with_checkpoint(actor, day_id, Action.RECORDING_SWITCH)
    if known := _known(day, entry_id, asked.effect):
        return [again(entry, fact, actor, checkpoint) for entry, fact in known]
    found, left = parts(day, asked.effect, asked.rooms, now)
    _complete(asked, found)
    try:
        return record_all(actor, day_id, list(_entries(day, entry_id, asked, found, left)), now, device, heed)
    except Invalid as err:
        raise Invalid(*_named(err.messages, asked.effect, found)) from None


def _known(day: Day, entry_id: str, effect: str) -> list[tuple[Any, Any]]:
    """What was written for this entry before."""
    log = days.log_of(day.id)
    kinds = [(step.id, f.StepDone) for step in steps(day, effect)] + [(ROW, f.AccessNoted)]
    found = ((journal.find(log, _id(entry_id, name)), kind) for name, kind in kinds)
    return [(entry, kind) for entry, kind in found if entry]


def _id(entry_id: str, name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"{entry_id}/{name}"))


def _complete(asked: Asked, found: Sequence[Part]) -> None:
    if not asked.rooms:
        raise Invalid(Message(N_("Mark at least one room."), field="rooms"))
    if asked.effect == "stop" and not asked.ordered_by and any(not _order_field(part.step) for part in found):
        raise Invalid(Message(N_("Say who ordered the stop, or what stopped the recording."), field="ordered_by"))


def _entries(
    day: Day, entry_id: str, asked: Asked, found: Sequence[Part], left: tuple[str, ...]
) -> Iterable[tuple[str, Any]]:
    for part in found:
        order = "" if asked.effect == "start" or _order_field(part.step) else asked.ordered_by
        note = "; ".join(filter(None, (order, asked.reason)))
        evidence = _evidence(day, asked, part.step)
        yield (
            _id(entry_id, part.step.id),
            f.StepDone(part.step.id, asked.end, part.places, evidence, asked.late_reason, "", note),
        )
    if left:
        reason = "; ".join(filter(None, (asked.ordered_by, asked.reason)))
        if asked.effect == "stop" and not asked.ordered_by:
            reason = ""  # the rule asks for it
        yield (
            _id(entry_id, ROW),
            f.AccessNoted(
                tuple(sorted(left)), asked.start, asked.end, asked.action, asked.text, reason,
                late_reason=asked.late_reason,
            ),
        )  # fmt: skip


def _evidence(day: Day, asked: Asked, step: Step) -> dict[str, Any]:
    values = dict(asked.evidence.get(step.id, {}))
    for name, source in _taken(step, asked.effect).items():
        value = getattr(asked, source)
        if isinstance(value, datetime):
            shape = "%Y-%m-%dT%H:%M" if step.field(name).type == "datetime" else "%H:%M"
            value = day.local(value).strftime(shape)
        values[name] = value
    return values


def _named(messages: Iterable[Message], effect: str, found: Sequence[Part]) -> list[Message]:
    """The same reasons beside the fields of this act; what two entries say is said once."""
    names = {"at": "end", "places": "rooms", "note": "reason", "reason": "ordered_by" if effect == "stop" else "reason"}
    names |= {f"evidence.{name}": source for part in found for name, source in _taken(part.step, effect).items()}
    moved = (Message(m.id, m.params, names.get(m.field, m.field)) for m in messages)
    return list({(m.id, m.field, str(m)): m for m in moved}.values())


# ---------------------------------------------------------------- what the server saw


def seen(day: Day) -> dict[str, Sight]:
    """The last look at each camera of the day that is watched."""
    return sights.of_day(day.id)


def mark(day: Day) -> Mark:
    """What changes with every look, in one small read."""
    return sights.mark(day.id)


def looks(found: Mapping[str, Sight]) -> dict[str, Look]:
    """The same as evidence beside the journal."""
    return {camera: Look(sight.state, sight.looked, sight.recording) for camera, sight in found.items()}
