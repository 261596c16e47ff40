"""What the machines showed, how far their clocks are off, and outages of recording or broadcast."""

from datetime import datetime

from app.domain.facts.base import Fact, fact


@fact("camera.seen")
class CameraSeen(Fact):
    """The server looked at a camera and saw something else than before; written by the server, ``at`` is its moment.

    ``state``: alive, frozen, silent (it answers, no picture comes), refused (wrong name or password), unreachable.
    ``since``: when this began, ``first_frame``: moment of the first frame after something worse, None without one.
    ``recording``: what the device itself says, yes, no or empty. ``picture``: SHA-256 of the thumbnail, or empty.
    ``planned``: the camera was to record then. ``detail``: in the device's words, without addresses.
    """

    camera: str
    at: datetime
    state: str
    since: datetime
    first_frame: datetime | None = None
    fps_milli: int = 0
    width: int = 0
    height: int = 0
    recording: str = ""
    picture: str = ""
    planned: bool = True
    detail: str = ""


@fact("clock.measured")
class ClockMeasured(Fact):
    """``offset_ms``: how far the clock of a recorder or camera was ahead of the server's, give or take ``error_ms``.

    ``source``: onvif, or hand when a person compared. ``by``: name of who did it, when not in the roster.
    """

    device: str
    at: datetime
    offset_ms: int
    error_ms: int = 0
    source: str = "hand"
    by: str = ""


@fact("outage.opened")
class OutageOpened(Fact):
    """``kind``: recording or online. ``local_recording`` continued: yes, no or empty (not known yet).

    ``cause``: one of ``app.domain.outages.CAUSES``. ``seen``: entry ``camera.seen`` that told of it.
    """

    kind: str
    rooms: tuple[str, ...]
    at: datetime
    cause: str
    text: str = ""
    local_recording: str = ""
    cameras: tuple[str, ...] = ()
    seen: int | None = None
    late_reason: str = ""


@fact("outage.told")
class OutageTold(Fact):
    """Somebody was told of outage ``target`` (its entry): name and office, by what means in ``text``."""

    target: int
    whom: str
    at: datetime
    text: str = ""
    late_reason: str = ""


@fact("outage.decided")
class OutageDecided(Fact):
    """``decision``: continue, pause or stop the exam; ``decided_by``: name and office."""

    target: int
    decision: str
    decided_by: str
    at: datetime
    text: str = ""
    late_reason: str = ""


@fact("outage.restored")
class OutageRestored(Fact):
    """The outage ended. ``local_recording``: had it continued, yes or no; empty keeps what the opening said."""

    target: int
    at: datetime
    text: str = ""
    local_recording: str = ""
    late_reason: str = ""
