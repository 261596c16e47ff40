"""What a clock time of a date means in a zone: one moment, two when the clocks are set back, none when they skip it.

People are asked which one they mean (``told``); the rules of a profile, which nobody can ask, take the first of the
two, and for a time that is skipped the first moment after the gap (``moment``).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.domain import N_, Invalid, Message

DAY = timedelta(days=1)
LONGEST = timedelta(hours=12)  # an exam that ends on the next day lasts no longer: else the end was mistyped


@dataclass(frozen=True, slots=True)
class Reading:
    """Moments in UTC, in order. ``after``: the first moment that the clock shows after it skipped the time."""

    moments: tuple[datetime, ...]
    after: datetime | None = None

    @property
    def twice(self) -> bool:
        return len(self.moments) == 2


def read(on: date, at: time, zone: ZoneInfo) -> Reading:
    """The moments at which the zone's clock shows ``at`` on the date."""
    early, late = (datetime.combine(on, at, zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if early == late:
        return Reading((early,))
    if early < late:
        return Reading((early, late))
    return Reading((), _change(late, early, zone))


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first whole second, after ``before`` and not after ``after``, with the offset of ``after``."""
    new = after.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        before, after = (before, middle) if middle.astimezone(zone).utcoffset() == new else (middle, after)
    return after


def moment(on: date, clock: str, zone: ZoneInfo) -> datetime:
    """The one moment of a clock time for a rule, in UTC. ``clock``: ``HH:MM``, with an offset where it is known.

    Where the clock shows it twice the first is taken, so that a limit never comes later than the clock first says;
    where it is skipped the first moment after the gap, so that later clock times are never earlier moments.
    """
    at = time.fromisoformat(clock)
    if at.tzinfo is not None:
        return datetime.combine(on, at).astimezone(UTC)
    found = read(on, at, zone)
    return found.after or found.moments[0]


def clock_of(at: datetime, zone: ZoneInfo) -> str:
    """``03:30``, and ``03:30+02:00`` when the clock shows it for the second time."""
    there = at.astimezone(zone)
    return f"{there:%H:%M}{offset(at, zone) if there.fold else ''}"


def written(at: datetime, zone: ZoneInfo) -> str:
    """``2026-06-01T10:00``: local date and time, as facts keep them beside the moment."""
    return f"{at.astimezone(zone):%Y-%m-%dT%H:%M}"


def offset(at: datetime, zone: ZoneInfo) -> str:
    """``+03:00``, as it is at the moment."""
    return at.astimezone(zone).isoformat(timespec="minutes")[16:]


def told(on: date, clock: str, zone: ZoneInfo, name: str) -> datetime:
    """The moment that a person means, in UTC. ``clock``: ``HH:MM``, or ``HH:MM+02:00`` to choose one of two.

    Raises Invalid with the reason at field ``name``; ValueError for what is no time of whole minutes.
    """
    at = time.fromisoformat(clock)
    if at.second or at.microsecond:
        raise ValueError(clock)
    found, plain = read(on, at.replace(tzinfo=None), zone), f"{at:%H:%M}"
    if found.after:
        there = found.after.astimezone(zone)
        text = N_("%(time)s does not exist on this day: the clocks change. The next time that exists is %(next)s.")
        after = f"{there:%H:%M}" if there.date() == on else f"{there:%Y-%m-%d %H:%M}"
        raise Invalid(Message(text, {"time": plain, "next": after}, name))
    ways = [f"{plain}{offset(m, zone)}" for m in found.moments]
    if at.tzinfo is not None:
        means = datetime.combine(on, at).astimezone(UTC)
        if means not in found.moments:
            text = N_("%(time)s is not a time of this place on this day; %(right)s is.")
            raise Invalid(Message(text, {"time": clock, "right": ", ".join(ways)}, name))
        return means
    if found.twice:
        text = N_("%(time)s exists twice on this day, as %(first)s and as %(second)s: say which one.")
        raise Invalid(Message(text, {"time": plain, "first": ways[0], "second": ways[1]}, name))
    return found.moments[0]


def exam(
    on: date, start: str, end: str, zone: ZoneInfo, messages: list[Message]
) -> tuple[datetime | None, datetime | None]:
    """Start and end of an exam on the date, None for what is wrong; ``messages`` gets the reasons.

    An end that the clock shows before the start is of the next day.
    """
    begins = _read(lambda: told(on, start, zone, "start"), "start", messages)
    ends = _read(lambda: told(end_date(begins, on, end, zone) if begins else on, end, zone, "end"), "end", messages)
    if begins and ends and (wrong := judge_end(begins, ends, zone)):
        messages.append(wrong)
        return begins, None
    return begins, ends


def _read(moment: Callable[[], datetime], name: str, messages: list[Message]) -> datetime | None:
    try:
        return moment()
    except Invalid as err:
        messages += err.messages
    except ValueError:
        messages.append(Message(N_("Enter the time as 10:00."), field=name))
    return None


def judge_end(start: datetime, end: datetime, zone: ZoneInfo) -> Message | None:
    """What is wrong with the end of an exam, if anything."""
    overnight = end.astimezone(zone).date() > start.astimezone(zone).date()
    if start < end and (not overnight or end - start <= LONGEST):
        return None
    text = N_("The exam ends after it starts; when that is after midnight, at most %(hours)s hours after.")
    return Message(text, {"hours": LONGEST // timedelta(hours=1)}, "end")


def end_date(start: datetime, on: date, clock: str, zone: ZoneInfo) -> date:
    """The date of an end that was given as a clock time. Raises ValueError for what is no time."""
    at = time.fromisoformat(clock)
    found = read(on, at.replace(tzinfo=None), zone)
    latest = datetime.combine(on, at).astimezone(UTC) if at.tzinfo else found.after or found.moments[-1]
    same = at.replace(tzinfo=None) == start.astimezone(zone).time()
    return on if latest > start or same else on + DAY
