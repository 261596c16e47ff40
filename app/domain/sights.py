"""What the server sees of cameras: when a look becomes an entry, how a device's clock is off, by the journal alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.domain import facts as f
from app.domain.closing import closed_at
from app.domain.day import Day

ALIVE, FROZEN, SILENT, REFUSED, UNREACHABLE = STATES = ("alive", "frozen", "silent", "refused", "unreachable")
GAP = timedelta(minutes=3)  # not looked at for longer: what was seen before has ended
SOON, BAD, LOCKED = 4.0, 10.0, 300.0  # seconds to the next look
JUMP = timedelta(seconds=2)
LATEST = timedelta(hours=1)  # after the exam's end clocks are measured, though nobody has stopped recording


@dataclass(frozen=True, slots=True)
class Sight:
    """What the last look at a camera of a day found. ``told``: state of the newest ``camera.seen``, or empty."""

    state: str
    since: datetime
    looked: datetime
    fps_milli: int = 0
    width: int = 0
    height: int = 0
    recording: str = ""
    detail: str = ""
    pictured: datetime | None = None
    told: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``tell``: the journal hears of it. ``again``: seconds to the next look, None for the usual time."""

    state: str
    since: datetime
    tell: bool
    first_frame: datetime | None = None
    again: float | None = None


def judge(
    before: Sight | None, told: f.CameraSeen | None, sight: Sight, first: datetime | None, planned: bool,
    blip: timedelta,
) -> Verdict:
    """What a look means, after the row ``before`` and the newest entry ``told``. ``first``: its first frame.

    A picture is told at once. Something worse is looked at again soon and told once it has lasted longer than
    ``blip``; what comes and goes within it was never there. Where recording begins at a camera that stands badly, that
    is told too: the entry before says that it was not to record.
    """
    at = sight.looked
    fresh = before is not None and timedelta() <= at - before.looked <= GAP
    same = fresh and before is not None and before.state == sight.state
    began = first or at
    untold = sight.state != ALIVE and (told is None or told.state == ALIVE)
    one = same or (fresh and before is not None and before.state != ALIVE and untold)  # whatever it is, it goes on
    since = before.since if one and before else began
    news = told is None or told.state != sight.state or sight.recording not in ("", told.recording)
    if sight.state == ALIVE:
        back = told is not None and told.state != ALIVE
        return Verdict(ALIVE, since, news, began if back else None)
    news = news or (planned and told is not None and not told.planned)
    lasted = at - since > blip
    again = SOON if news and not lasted else LOCKED if sight.state == REFUSED else BAD if planned else None
    return Verdict(sight.state, since, news and lasted, None, again)


def newest(day: Day) -> dict[str, f.CameraSeen]:
    """The last that the journal says of each camera."""
    return {fact.camera: fact for fact in _facts(day, "camera.seen")}


def measured(day: Day) -> dict[str, tuple[f.ClockMeasured, ...]]:
    """Every measurement of each device's clock, in the journal's order."""
    found: dict[str, tuple[f.ClockMeasured, ...]] = {}
    for fact in _facts(day, "clock.measured"):
        found[fact.device] = (*found.get(fact.device, ()), fact)
    return found


def _facts(day: Day, tag: str) -> Iterable[Any]:
    return (fact for seq in day.by_tag.get(tag, ()) if (fact := day.lines[seq].fact) is not None)


def clock_news(day: Day, device: str, offset_ms: int, planned: bool, now: datetime) -> bool:
    """Is this measurement an entry? The day's first, one after a jump, and the first after the end.

    ``planned``: something that the device keeps is still to be recorded.
    """
    last = next((m for m in reversed(measured(day).get(device, ())) if m.source == "onvif"), None)
    if last is None or abs(timedelta(milliseconds=offset_ms - last.offset_ms)) > JUMP:
        return True
    over = now >= day.end and (not planned or now >= day.end + LATEST)
    return over and last.at < day.end


def watched(day: Day, now: datetime) -> bool:
    """Is this day looked at? On its own date, by its own clock, until it is closed."""
    return day.local(now).date() == day.date and closed_at(day) is None


def devices(day: Day) -> frozenset[str]:
    """Every camera and recorder of the day."""
    return frozenset({c.id for c in day.cameras} | {r.id for r in day.recorders})
