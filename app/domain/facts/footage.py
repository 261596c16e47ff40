"""Footage: what was copied to which medium and proved there, later checks, uploads."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.facts.base import Fact, fact


@dataclass(frozen=True)
class Medium:
    """``kind``: flash, hdd, memory_card, optical or other. ``folder``: of the copy on the medium, ``/``
    between names.
    """

    serial: str
    kind: str
    file_system: str = ""
    label: str = ""
    folder: str = ""
    capacity: int = 0  # bytes


@dataclass(frozen=True)
class Period:
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Coverage:
    """Of one camera: what was to be on the medium, and the parts of it that the files do not cover.

    ``offset_ms``: the recorder's clock ahead of the right one, taken off already. ``covered_ppm``: millionths of
    the planned time. ``gaps``: the longest hundred, in order of time; ``more``: how many shorter ones there are.
    """

    camera: str
    planned: Period
    covered_ppm: int
    gaps: tuple[Period, ...] = ()
    more: int = 0
    offset_ms: int = 0
    doubts: tuple[str, ...] = ()  # file: what is wrong with it


@fact("footage.copied")
class FootageCopied(Fact):
    """Files copied to a medium and read back from it. ``at``: when the proof ended, ``began``: the copy.

    ``manifest``: SHA-256 of the MHL manifest of generation ``generation``. ``period``: first to last moment of the
    footage. ``viewed``: somebody looked at a sample. ``formats``: file endings. ``seal``: of the package.
    """

    cameras: tuple[str, ...]
    rooms: tuple[str, ...]
    medium: Medium
    began: datetime
    at: datetime
    files: int
    size: int  # bytes
    manifest: str
    generation: int
    period: Period
    coverage: tuple[Coverage, ...] = ()
    formats: tuple[str, ...] = ()
    viewed: bool = False
    seal: str = ""
    late_reason: str = ""


@fact("footage.checked")
class FootageChecked(Fact):
    """A copy was read again whole. ``target``: entry of the copy. ``result``: whole or differs.

    At most a hundred names a list; ``counts``: changed, missing, added, renamed, unreadable.
    """

    target: int
    at: datetime
    result: str
    manifest: str
    generation: int
    counts: tuple[int, int, int, int, int]
    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()  # old name -> new name
    unreadable: tuple[str, ...] = ()
    late_reason: str = ""


@fact("footage.uploaded")
class FootageUploaded(Fact):
    """Footage that had to be uploaded later is on the portal. ``outage``: entry of the outage it was owed for."""

    rooms: tuple[str, ...]
    at: datetime
    period: Period
    outage: int | None = None
    text: str = ""
    late_reason: str = ""
