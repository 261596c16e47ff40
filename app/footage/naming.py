"""What copies are called: as at the source, or by the rule ``RR_PPPP_AAAA_CC_YYYYMMDD_HHMM-HHMM.ext``."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

from app.domain import N_, Invalid, Message

When = Callable[[Path], tuple[datetime, datetime] | None]
"""First and last moment of what a file shows, None when the file does not tell."""

LAST_NUMBER = re.compile(r"(\d+)\D*")


@dataclass(frozen=True)
class Rule:
    """Region 2 digits, centre and room 4, camera 2; times as the clocks of ``zone`` show them."""

    region: str
    centre: str
    room: str
    camera: str
    zone: ZoneInfo
    when: When

    def name(self, file: Path) -> str:
        """Empty when the times of ``file`` are not known."""
        span = self.when(file)
        if span is None:
            return ""
        start, end = (moment.astimezone(self.zone) for moment in span)
        stem = f"{self.region}_{self.centre}_{self.room}_{self.camera}_{start:%Y%m%d}_{start:%H%M}-{end:%H%M}"
        return stem + file.suffix.lower()


def camera_number(camera: str) -> str:
    """Two digits: the last number in the camera's id, so ``0008-1`` is 01."""
    numbers = LAST_NUMBER.findall(camera)
    if not numbers or len(numbers[-1].lstrip("0")) > 2:
        raise Invalid(
            Message(
                N_("The id of camera %(camera)s does not end in a number up to 99, which the rule of names needs."),
                {"camera": camera},
                "camera",
            )
        )
    return f"{int(numbers[-1]):02d}"


def named(files: list[tuple[Path, str]], rule: Rule | None) -> tuple[list[str], list[str]]:
    """Paths of the copies, and those of the files that kept theirs because their times are not known.

    ``files``: each file with its path below what was asked for. A name given twice gets ``_2``.
    """
    paths: list[str] = []
    kept: list[str] = []
    taken: set[str] = set()
    for file, path in files:
        name = rule.name(file) if rule else ""
        if rule and not name:
            kept.append(path)
        name = _free(name, taken) if name else path
        taken.add(name)
        paths.append(name)
    return paths, kept


def _free(name: str, taken: set[str]) -> str:
    pure, number = PurePosixPath(name), 2
    while name in taken:
        name = f"{pure.stem}_{number}{pure.suffix}"
        number += 1
    return name
