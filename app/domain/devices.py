"""What the journals of a centre's days say of one device: the lines of its page. Pure: a Day in, lines out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain import access
from app.domain.access import AccessRow
from app.domain.day import Act, Day
from app.domain.plan import Camera, Recorder, Station

Device = Camera | Recorder | Station

# What a line tells; of an access row that neither starts, stops nor copies: ACCESS.
START, STOP, COPY, ACCESS = "start", "stop", "copy", "access"
SEEN, OUTAGE, OVER, CLOCK, CHECK, HELP = "seen", "outage", "over", "clock", "check", "help"


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One line: what happened ``at`` that moment, told by entry ``seq``. ``fact``: as it stands after corrections."""

    kind: str
    at: datetime
    seq: int
    fact: Any
    row: AccessRow | None = None
    void: bool = False

    @property
    def number(self) -> int:
        return self.seq + 1


@dataclass(frozen=True, slots=True)
class Opening:
    """The PAK cabinet was opened. ``before``: the seal it had got last, empty when none is known.

    ``verdict``: same, other, unsaid (a seal was expected and none is named), first (none is known to compare with).
    """

    line: HistoryLine
    before: str
    verdict: str


def of_day(day: Day, device: Device) -> Device | None:
    """The device in that day's plan: by its name, else by its serial number."""
    known: tuple[Device, ...] = (*day.cameras, *day.recorders, *day.stations)
    mine = [d for d in known if type(d) is type(device)]
    named = next((d for d in mine if d.id == device.id), None)
    return named or next((d for d in mine if device.serial and d.serial == device.serial), None)


def history(day: Day, device: Device) -> tuple[HistoryLine, ...]:
    """Everything that the day says of the device (as ``of_day`` gives it), newest first."""
    found = [*_rows(day, device), *_steps(day, device), *_machines(day, device), *_outages(day, device)]
    found += _copies(day, device)
    return tuple(sorted(found, key=lambda line: (line.at, line.seq), reverse=True))


def cabinet(day: Day) -> tuple[HistoryLine, ...]:
    """Openings of the PAK cabinet, newest first: rows that name a seal or the state found."""
    found = [_row_line(day, row) for row in access.rows(day) if row.seal_before or row.seal_after or row.state_found]
    return tuple(sorted(found, key=lambda line: (line.at, line.seq), reverse=True))


def chain(openings: Iterable[HistoryLine], last: str = "") -> tuple[Opening, ...]:
    """Each opening, oldest first, with the seal that the cabinet had got before. ``last``: before the first of them.

    Void rows are shown and count for nothing.
    """
    out = []
    for line in openings:
        assert line.row
        out.append(Opening(line, last, _verdict(line.row.seal_before, last)))
        if not line.void and line.row.seal_after:
            last = line.row.seal_after
    return tuple(out)


def _verdict(seal: str, last: str) -> str:
    if not last:
        return "first"
    if not seal:
        return "unsaid"
    return "same" if seal.split() == last.split() else "other"


def _row_line(day: Day, row: AccessRow) -> HistoryLine:
    action = day.profile.action(row.action)
    kind = (action.effect if action else "") or ACCESS
    return HistoryLine(kind, row.start, row.seq, day.acts[row.seq].fact, row, row.void is not None)


def _rows(day: Day, device: Device) -> Iterator[HistoryLine]:
    """Rows of the access journal: of a camera's or recorder's room. A computer is no means of surveillance."""
    if not isinstance(device, Station):
        yield from (_row_line(day, row) for row in access.rows(day) if device.room in row.rooms)


def _steps(day: Day, device: Device) -> Iterator[HistoryLine]:
    """Steps done at the device, and requests for help that name its serial number or its room."""
    for act in day.acts.values():
        if act.tag != "step.done" or access.is_access(day, act):
            continue
        if device.id in act.fact.places:
            yield _line(CHECK, act)
        elif _names(day, act, device):
            yield _line(HELP, act)


def _names(day: Day, act: Act, device: Device) -> bool:
    step = day.profile.step(act.fact.step)
    if step.repeat != "demand":
        return False
    types = {spec.id: spec.type for spec in step.fields}
    for name, value in act.fact.evidence.items():
        said = value if isinstance(value, list) else [value]
        if types.get(name) in ("room", "rooms") and device.room in said:
            return True
        if device.serial and any(isinstance(v, str) and device.serial in v for v in said):
            return True
    return False


def _machines(day: Day, device: Device) -> Iterator[HistoryLine]:
    """What the server saw of it, and how far its clock was off. No person writes these, none takes them back."""
    for tag, kind, name in (("camera.seen", SEEN, "camera"), ("clock.measured", CLOCK, "device")):
        for seq in day.by_tag.get(tag, ()):
            fact = day.lines[seq].fact
            if getattr(fact, name) == device.id:
                yield HistoryLine(kind, fact.at, seq, fact)


def _outages(day: Day, device: Device) -> Iterator[HistoryLine]:
    """Outages that name it, or its room without a camera; their end."""
    mine = {act.seq for act in _acts(day, "outage.opened") if _met(act.fact, day, device)}
    yield from (_line(OUTAGE, day.acts[seq]) for seq in sorted(mine))
    yield from (_line(OVER, act) for act in _acts(day, "outage.restored") if act.fact.target in mine)


def _met(fact: Any, day: Day, device: Device) -> bool:
    if isinstance(device, Station):
        return False
    return bool(_cameras(day, device) & set(fact.cameras)) if fact.cameras else device.room in fact.rooms


def _copies(day: Day, device: Device) -> Iterator[HistoryLine]:
    """Copies of its footage."""
    if not isinstance(device, Station):
        mine = _cameras(day, device)
        yield from (_line(COPY, act) for act in _acts(day, "footage.copied") if mine & set(act.fact.cameras))


def _cameras(day: Day, device: Device) -> set[str]:
    """A camera itself, or the cameras that a recorder holds."""
    if isinstance(device, Recorder):
        return {c.id for c in day.cameras if c.recorder == device.id}
    return {device.id}


def _acts(day: Day, tag: str) -> Iterator[Act]:
    """All acts of a kind, void ones too."""
    return (day.acts[seq] for seq in day.by_tag.get(tag, ()))


def _line(kind: str, act: Act) -> HistoryLine:
    return HistoryLine(kind, act.fact.at, act.seq, act.fact, None, act.void is not None)
