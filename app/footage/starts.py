"""When a file's footage begins: what the file says of itself, else its name, else when it was last written."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import PurePath
from zoneinfo import ZoneInfo

from app.domain import Message, localtime
from app.domain import doubts as d

METADATA, NAME, MODIFIED = "metadata", "name", "modified"
DATE = r"(?P<year>20\d\d)[-_.]?(?P<month>0[1-9]|1[0-2])[-_.]?(?P<day>0[1-9]|[12]\d|3[01])"
TURNED = r"(?P<day>0[1-9]|[12]\d|3[01])[-_.](?P<month>0[1-9]|1[0-2])[-_.](?P<year>20\d\d)"
TIME = r"(?P<hour>[01]\d|2[0-3])[-_.:h]?(?P<minute>[0-5]\d)(?:[-_.:m]?(?P<second>[0-5]\d))?(?:\.\d+)?(?P<utc>Z)?(?!\d)"
# Date and time in one name, as recorders write them: 20260601_0800, 2026-06-01_08-00-00, ch01_20260601080000,
# 01-06-2026 08.00.00, RR_PPPP_AAAA_CC_20260601_0800-1340.
TOGETHER = tuple(re.compile(rf"(?<!\d){on}[-_ T.@]{{0,3}}{TIME}") for on in (DATE, TURNED))
# A folder for the date and a file for the time: 2026-06-01/08.00.00-09.00.00.dav
APART = re.compile(rf"(?<!\d){DATE}(?!\d)"), re.compile(rf"(?<!\d){TIME}")
FIRST_YEAR = 2000  # before it: a recorder whose clock was never set
APART_S = 120


@dataclass(frozen=True)
class Start:
    """``source``: metadata, name or modified."""

    at: datetime
    source: str
    doubts: tuple[Message, ...] = ()


def start(path: PurePath, created: str, modified: datetime, length: timedelta, zone: ZoneInfo) -> Start:
    """The moment of the first picture. ``created``: the file's own time, ISO 8601; names are local time of ``zone``."""
    own, named = _own(created), _named(path, zone)
    if own and named and abs(own - named) > timedelta(seconds=APART_S):
        says: dict[str, object] = {"minutes": round(abs(own - named) / timedelta(minutes=1))}
        doubt = Message(d.TWO_TIMES, says)
        return Start(own, METADATA, (doubt,))
    if own:
        return Start(own, METADATA)
    if named:
        return Start(named, NAME)
    guess = Message(d.RECKONED)
    return Start(modified - length, MODIFIED, (guess,))


def _own(created: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(created)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return at.astimezone(UTC) if at.year >= FIRST_YEAR else None


def _named(path: PurePath, zone: ZoneInfo) -> datetime | None:
    for pattern in TOGETHER:
        if match := pattern.search(path.name):
            return _moment(match, match, zone)
    day, clock = APART[0].search(path.parent.name), APART[1].match(path.name)
    return _moment(day, clock, zone) if day and clock else None


def _moment(day: re.Match[str], clock: re.Match[str], zone: ZoneInfo) -> datetime | None:
    try:
        on = date(int(day["year"]), int(day["month"]), int(day["day"]))
    except ValueError:  # 31 June
        return None
    at = time(int(clock["hour"]), int(clock["minute"]), int(clock["second"] or 0))
    if clock["utc"]:
        return datetime.combine(on, at, UTC)
    return localtime.moment(on, at.isoformat(), zone)
