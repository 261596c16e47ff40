"""What a camera showed in the course of a day, as the journal tells it: its states, its pictures without a break."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.day import Day
from app.domain.sights import ALIVE


@dataclass(frozen=True, slots=True)
class Look:
    """The last look at a camera, newer than what the journal holds."""

    state: str
    looked: datetime
    recording: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """What a camera showed from ``since`` to ``until`` (None: since then nothing else)."""

    state: str
    since: datetime
    until: datetime | None
    recording: str
    came: bool  # seen to come: before it there was no picture


def watched(day: Day) -> frozenset[str]:
    """Cameras of which the journal says what they showed."""
    return frozenset(day.lines[seq].fact.camera for seq in day.by_tag.get("camera.seen", ()) if _fact(day, seq))


def _fact(day: Day, seq: int) -> Any:
    return day.lines[seq].fact


def _begin(fact: Any, before: Any) -> datetime:
    """When it showed this first; the same again tells of something else (that it records) from its own moment on."""
    if before is not None and before.state == fact.state:
        moment: datetime = fact.at
    else:
        moment = max(fact.since, fact.first_frame or fact.since) if fact.state == ALIVE else fact.since
    return moment


def pieces_of(day: Day, camera: str) -> list[Piece]:
    facts = [fact for seq in day.by_tag.get("camera.seen", ()) if (fact := _fact(day, seq)) and fact.camera == camera]
    if not facts:
        return []
    begins = [_begin(fact, facts[n - 1] if n else None) for n, fact in enumerate(facts)]
    ends = [*begins[1:], None]
    out: list[Piece] = []
    for fact, since, until in zip(facts, begins, ends, strict=True):
        came = fact.first_frame is not None or (bool(out) and out[-1].state != ALIVE)
        out.append(Piece(fact.state, since, until, fact.recording, came))
    return out


@dataclass(frozen=True, slots=True)
class Run:
    """A picture without a break. ``recorded``: when the device itself first said that it records, and last."""

    since: datetime
    until: datetime | None
    came: bool
    recorded: tuple[tuple[datetime, datetime | None], ...] = ()


def runs_of(pieces: list[Piece]) -> list[Run]:
    runs: list[Run] = []
    joins = False
    for piece in pieces:
        if piece.state != ALIVE:
            joins = False
            continue
        said = ((piece.since, piece.until),) if piece.recording == "yes" else ()
        if joins:
            last = runs.pop()
            runs.append(Run(last.since, piece.until, last.came, last.recorded + said))
        else:
            runs.append(Run(piece.since, piece.until, piece.came, said))
        joins = True
    return runs
