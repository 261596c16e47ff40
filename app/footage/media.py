"""What the system tells of the medium below a path: Linux's /proc, /sys, /dev and udev. Elsewhere little is known."""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.domain.footage import MEDIA

FLASH, HDD, CARD, OPTICAL, OTHER = MEDIA
OPTICAL_SYSTEMS = ("iso9660", "udf")
PLACES = ("/media/", "/run/media/", "/mnt/")  # where desktops and people mount what they put in
READER = re.compile(r"\b(sd|mmc|microsd|card|cf|xd|ms)\b|sd/mmc|card.?reader", re.I)  # models of card readers
BY_ID = re.compile(r"(?:usb|ata|scsi|nvme|mmc|wwn)-(?:.*_)?([^_]+?)(?:-\d+:\d+)?")


@dataclass(frozen=True)
class Roots:
    """Where the system tells; tests give trees of their own."""

    proc: Path = Path("/proc")
    sys: Path = Path("/sys")
    dev: Path = Path("/dev")
    run: Path = Path("/run")


SYSTEM = Roots()


@dataclass(frozen=True)
class MediumFacts:
    """``serial``, ``label``, ``file_system``: empty when the system does not tell. ``kind``: one of KINDS.

    ``capacity``, ``free``: bytes of its file system. ``mount``: where it hangs in the tree.
    """

    serial: str = ""
    label: str = ""
    file_system: str = ""
    kind: str = OTHER
    capacity: int = 0
    free: int = 0
    read_only: bool = False
    mount: str = ""
    removable: bool = False


@dataclass(frozen=True)
class _Mount:
    number: str  # major:minor
    point: str
    options: frozenset[str]
    kind: str
    source: str


def medium(path: Path, roots: Roots = SYSTEM) -> MediumFacts:
    """Of the file system that holds ``path``, or would hold it once its folders are made."""
    there = existing(path)
    mount = _holding(there, _mounts(roots))
    return _facts(mount, roots, there) if mount else MediumFacts(capacity=_space(there)[0], free=_space(there)[1])


def media(roots: Roots = SYSTEM) -> tuple[MediumFacts, ...]:
    """Media that can be taken out and are mounted, by where they hang; each device once."""
    found: dict[str, MediumFacts] = {}
    for mount in _mounts(roots):
        if mount.number not in found and (roots.sys / "dev" / "block" / mount.number).exists():
            facts = _facts(mount, roots, Path(mount.point))
            if facts.removable or mount.point.startswith(PLACES):
                found[mount.number] = facts
    return tuple(sorted(found.values(), key=lambda m: m.mount))


def existing(path: Path) -> Path:
    """``path`` without links, or the nearest folder above it that is there."""
    path = Path(os.path.realpath(path))
    while not path.exists() and path != path.parent:
        path = path.parent
    return path


def _mounts(roots: Roots) -> list[_Mount]:
    """In the order in which they were mounted; none where the system has no such list."""
    try:
        lines = (roots.proc / "self" / "mountinfo").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        left, _, right = line.partition(" - ")
        here, there = left.split(" "), right.split(" ")
        if len(here) >= 6 and len(there) >= 3:
            options = frozenset([*here[5].split(","), *there[2].split(",")])
            found.append(_Mount(here[2], _plain(here[4]), options, there[0], _plain(there[1])))
    return found


def _plain(text: str) -> str:
    """The kernel writes a space in a path as ``\\040``; udev writes it as ``\\x20``, byte by byte."""
    text = re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)
    if "\\x" in text:
        raw = re.sub(rb"\\x([0-9a-f]{2})", lambda found: bytes.fromhex(found[1].decode()), os.fsencode(text))
        text = os.fsdecode(raw)
    return text


def _holding(path: Path, mounts: list[_Mount]) -> _Mount | None:
    """The innermost mount; of two at one place the later one hides the other."""
    best = None
    for mount in mounts:
        if path.is_relative_to(mount.point) and (best is None or len(mount.point) >= len(best.point)):
            best = mount
    return best


def _facts(mount: _Mount, roots: Roots, place: Path) -> MediumFacts:
    part = roots.sys / "dev" / "block" / mount.number
    disk = Path(os.path.realpath(part))
    disk = disk.parent if (disk / "partition").exists() else disk
    number = _line(disk / "dev") or mount.number
    told, capacity, free = _udev(roots, number), *_space(place)
    usb = "usb" in disk.as_posix() or told.get("ID_BUS") == "usb"
    kind = _kind(disk, mount, usb)
    return MediumFacts(
        serial=told.get("ID_SERIAL_SHORT", "") or _serial(disk) or _by_id(roots, disk.name),
        label=_label(roots, mount),
        file_system=mount.kind,
        kind=kind,
        capacity=capacity,
        free=free,
        read_only="ro" in mount.options,
        mount=mount.point,
        removable=usb or kind in (CARD, OPTICAL) or _line(disk / "removable") == "1",
    )


def _kind(disk: Path, mount: _Mount, usb: bool) -> str:
    removable = _line(disk / "removable") == "1"
    if disk.name.startswith("sr") or mount.kind in OPTICAL_SYSTEMS:
        return OPTICAL
    if disk.name.startswith("mmcblk"):
        return CARD if _line(disk / "device" / "type") == "SD" else FLASH
    if removable and READER.search(_line(disk / "device" / "model")):
        return CARD
    if removable:
        return FLASH
    # A disk in a USB case is not "removable" to the kernel, a flash drive is.
    return HDD if usb or disk.name.startswith(("sd", "nvme", "hd")) else OTHER


def _line(path: Path) -> str:
    """The one line of a file of /sys; empty without it."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip("\0 \n")
    except OSError:
        return ""


def _udev(roots: Roots, number: str) -> dict[str, str]:
    lines = _line(roots.run / "udev" / "data" / f"b{number}").splitlines()
    return dict(line[2:].split("=", 1) for line in lines if line.startswith("E:") and "=" in line)


def _serial(disk: Path) -> str:
    """As the device itself has it: of an NVMe disk or a card, or of the USB device that carries the disk."""
    if own := _line(disk / "device" / "serial"):
        return own
    for above in disk.parents:
        if (above / "idVendor").exists():
            return _line(above / "serial")
    return ""


def _by_id(roots: Roots, disk: str) -> str:
    """The last part of the disk's name in /dev/disk/by-id, which udev ends with the serial number."""
    for name in _links(roots.dev / "disk" / "by-id", disk):
        if not name.startswith("wwn-") and (found := BY_ID.fullmatch(name)):
            return found[1]
    return ""


def _label(roots: Roots, mount: _Mount) -> str:
    return next((_plain(name) for name in _links(roots.dev / "disk" / "by-label", Path(mount.source).name)), "")


def _links(folder: Path, device: str) -> Iterator[str]:
    """Names in ``folder`` that lead to ``device``."""
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return
    for name in names:
        if Path(os.path.realpath(folder / name)).name == device:
            yield name


def _space(place: Path) -> tuple[int, int]:
    try:
        usage = shutil.disk_usage(place)
    except OSError:
        return 0, 0
    return usage.total, usage.free
