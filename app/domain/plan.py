"""What a day consists of: centre, places, devices and people, as its journal tells them."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.codec import later


class Role(StrEnum):
    """Roles with an account. A profile may name more; those act "outside the system"."""

    TECHNICIAN = "technician"
    CCTV_TECHNICIAN = "cctv_technician"
    PES_HEAD = "pes_head"
    COMMISSION_MEMBER = "commission_member"
    COMMISSION_HEAD = "commission_head"
    MINISTRY_OFFICER = "ministry_officer"
    ADMINISTRATOR = "administrator"


TECHNICIANS = (Role.TECHNICIAN, Role.CCTV_TECHNICIAN)
DAY_ROLES = (*TECHNICIANS, Role.PES_HEAD, Role.COMMISSION_MEMBER, Role.COMMISSION_HEAD)
ROOM_KINDS = ("exam", "headquarters", "corridor", "entrance", "other")
KEEPS = ("", "online", "local")  # not said, broadcast, recorded in the centre only
CABINET = "cabinet"  # the PAK cabinet where devices are named; no device of a plan has this name
STATION_KINDS = ("main", "reserve", "print", "scan", "other")


@dataclass(frozen=True, slots=True)
class Centre:
    """Exam point (PES). ``region`` 2 digits, ``code`` 4 digits with zeros, ``zone`` an IANA name."""

    region: str
    code: str
    region_name: str
    name: str
    address: str
    zone: str


@dataclass(frozen=True, slots=True)
class Room:
    """``code``: 4 digits, unique in the centre (reference.md section 5); ``kind``: ROOM_KINDS."""

    code: str
    kind: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Camera:
    """``title``: its position in words. ``keeps``: one of KEEPS; ``recorder``: id of the one that holds its footage."""

    id: str
    room: str
    serial: str = ""
    title: str = ""
    keeps: str = later("")
    recorder: str = later("")


@dataclass(frozen=True, slots=True)
class Recorder:
    """``disk``: what it writes to, in words."""

    id: str
    room: str
    serial: str = ""
    title: str = ""
    disk: str = ""


@dataclass(frozen=True, slots=True)
class Station:
    """A computer of the exam: ``kind`` is one of STATION_KINDS."""

    id: str
    room: str
    kind: str = "other"
    serial: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """One line of the roster. ``name`` full, ``short`` as printed («Surname N. P.»), ``order``: appointing paper.

    ``relief``: comes on duty later, by a handover of the shift (technicians only).
    """

    person: str
    name: str
    short: str
    role: str
    order: str = ""
    relief: bool = later(default=False)
