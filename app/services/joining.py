"""Where a finished copy meets the times of its files, its manifest and its day."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from app.domain import rehearsal
from app.domain.codec import clean
from app.domain.people import Actor
from app.footage import mhl
from app.footage.coverage import measure
from app.footage.files import FileHash
from app.services import days, footage
from app.services.footage import Result, cameras_of
from app.services.measuring import measured

if TYPE_CHECKING:
    from app.services.copying import Copied


def times(zone: ZoneInfo) -> Callable[[Path], tuple[datetime, datetime] | None]:
    """First and last moment of a file of a centre in ``zone``, by the recorder's clock; None: it does not tell."""

    def when(file: Path) -> tuple[datetime, datetime] | None:
        pieces = measure(file, zone).pieces
        return (min(p.start for p in pieces), max(p.end for p in pieces)) if pieces else None

    return when


def manifest(root: Path, files: tuple[FileHash, ...], by: str, now: datetime) -> tuple[int, str]:
    """Number and SHA-256 of the new generation of the history on the medium."""
    made = mhl.add(root, files, mhl.COPY, by, now)
    return made.number, made.sha256


def result(done: "Copied", day_id: str) -> tuple[Result, tuple[str, ...]]:
    """What the copy proves of the day, measured from its files; and what speaks against some of them."""
    order, plan = done.prepared.order, done.prepared.plan
    day = days.of_everybody(day_id)
    found = measured(day, plan.root, done.files, cameras_of(day, order.cameras, order.rooms))
    coverage = tuple(replace(c, doubts=tuple(map(clean, c.doubts))) for c in found.coverage)
    return Result(
        order.cameras, order.rooms, footage.tidy(done.prepared.medium), done.began, done.ended, len(done.files),
        done.size, done.manifest, done.generation, found.period, coverage, done.formats, order.viewed,
        clean(order.seal),
    ), found.doubts  # fmt: skip


def recorded(actor: Actor, done: "Copied", entry: str, now: datetime) -> int:
    """Number of the entry that tells the day of the copy, from 1. Raises as ``footage.copied`` does."""
    day = days.of_everybody(done.prepared.order.day)
    made = result(done, day.id)[0]
    made = replace(made, began=rehearsal.clock(day, made.began), at=rehearsal.clock(day, made.at))
    return footage.copied(actor, day.id, entry, made, rehearsal.clock(day, now))[0].number
