"""What the files of a copy cover of the recording, camera by camera, by the files themselves."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from app.domain import facts as f
from app.domain.day import Day
from app.domain.doubts import written
from app.domain.footage import window
from app.domain.plan import Camera
from app.domain.sights import measured as measured_clocks
from app.footage.coverage import Footage, covered, measure
from app.footage.files import FileHash

BY_RULE = re.compile(r"\d{2}_\d{4}_(\d{4})_(\d{2})_\d{8}_\d{4}-\d{4}")
NUMBER = re.compile(r"(\d+)\D*$")


@dataclass(frozen=True)
class Measured:
    """``period``: of all files, None when none tells. ``doubts``: of the files that tell nothing."""

    period: f.Period | None
    coverage: tuple[f.Coverage, ...]
    doubts: tuple[str, ...] = ()


def measured(day: Day, root: Path, files: Sequence[FileHash], cameras: Sequence[Camera]) -> Measured:
    """Files of several cameras are told apart by their names; where that fails, nothing is said of the coverage.

    The recorder's clock is set right by its measured offset.
    """
    found = [(file, measure(root / file.path, day.zone)) for file in files]
    owners = [_owner(file, cameras) for file, _ in found]
    offsets = {c.id: offset_of(day, c) for c in cameras}
    pieces = [
        _right(piece, offsets.get(owner.id, 0) if owner else 0)
        for (_, footage), owner in zip(found, owners, strict=True) for piece in footage.pieces
    ]  # fmt: skip
    period = f.Period(min(p.start for p in pieces), max(p.end for p in pieces)) if pieces else None
    silent = tuple(written(file.path, d) for file, footage in found if not footage.pieces for d in footage.doubts)
    if None in owners:
        return Measured(period, (), silent)
    mine = {c.id: [x for x, owner in zip(found, owners, strict=True) if owner == c] for c in cameras}
    parts = (_coverage(day, c, mine[c.id], offsets[c.id]) for c in cameras)
    return Measured(period, tuple(part for part in parts if part), silent)


def _coverage(day: Day, camera: Camera, found: Iterable[tuple[FileHash, Footage]], offset: int) -> f.Coverage | None:
    """None where nothing was planned yet, or no file of the camera tells its times: that is not the same as a gap."""
    planned = window(day, camera.room)
    pieces = [piece for _, footage in found for piece in footage.pieces]
    if planned is None or planned.end <= planned.start or not pieces:
        return None
    doubts = tuple(written(file.path, doubt) for file, footage in found for doubt in footage.doubts)
    return covered(pieces, planned, offset, camera.id, doubts[:100])


def offset_of(day: Day, camera: Camera) -> int:
    """How far the clock of the camera's recorder (else its own) was ahead while it recorded, milliseconds.

    Of several measurements that nearest to the middle of the recording: a later one may follow the setting of the
    clock, and says nothing of the times that the files got before. Until the recording has ended, the last one.
    """
    clocks = measured_clocks(day)
    found = clocks.get(camera.recorder) or clocks.get(camera.id)
    if not found:
        return 0
    planned = window(day, camera.room)
    middle = planned.start + (planned.end - planned.start) / 2 if planned else found[-1].at
    return min(reversed(found), key=lambda fact: abs(fact.at - middle)).offset_ms


def _right(piece: f.Period, offset: int) -> f.Period:
    ahead = timedelta(milliseconds=offset)
    return f.Period(piece.start - ahead, piece.end - ahead)


def _owner(file: FileHash, cameras: Sequence[Camera]) -> Camera | None:
    """The camera that a file is of: the only one, else the one that its name or that at its source tells."""
    if len(cameras) == 1:
        return cameras[0]
    found = {c.id: c for c in cameras for path in (file.path, file.original) if path and _tells(path, c)}
    return next(iter(found.values())) if len(found) == 1 else None


def _tells(path: str, camera: Camera) -> bool:
    if rule := BY_RULE.search(path):
        number = NUMBER.search(camera.id)
        return rule[1] == camera.room and number is not None and int(number[1]) == int(rule[2])
    name = re.escape(camera.id.casefold())
    return re.search(rf"(?<![0-9a-z]){name}(?![0-9a-z])", path.casefold()) is not None
