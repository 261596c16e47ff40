"""A device's clock compared by a person."""

from datetime import UTC, datetime, timedelta

from app.domain import N_, Message
from app.domain import facts as f
from app.domain.day import Day
from app.domain.plan import Member
from app.domain.rules.base import Messages
from app.domain.sights import devices

# A recorder that lost its battery shows the year that it was made for, so nearly every date can be meant.
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
WORST = timedelta(minutes=1)


def clock_fits(day: Day, fact: f.ClockMeasured, member: Member, now: datetime) -> Messages:
    """The device exists, and what it showed can be a time."""
    if fact.device not in devices(day):
        yield Message(N_("Choose a recorder or camera of this day."), field="device")
    if fact.source != "hand" or not 0 <= fact.error_ms <= WORST / timedelta(milliseconds=1):
        yield Message(N_("This entry is not written by hand."))
    least, most = ((edge - fact.at) / timedelta(milliseconds=1) for edge in (FIRST, LAST))
    if not least <= fact.offset_ms <= most:
        yield Message(N_("The year that the device showed cannot be meant."), field="shown")
