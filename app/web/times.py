"""Reading typed times and dates in the centre's zone. Every bad one is collected, none is lost."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask import g
from flask_babel import gettext

from app.domain import N_, Invalid, Message, localtime
from app.domain.day import Day
from app.web.context import now
from app.web.fields import given
from app.web.show import offset_name

_CLOCK = re.compile(r"([0-9]{1,2})[.:\s]?([0-9]{2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")


def clock(typed: str) -> str:
    """``8:41``, ``8.41`` or ``0841`` as ``08:41``; anything else unchanged."""
    match = _CLOCK.fullmatch(typed.strip())
    if match and int(match[1]) < 24 and int(match[2]) < 60:
        return f"{int(match[1]):02d}:{match[2]}"
    return typed


def a_date(typed: str) -> date | None:
    """``2026-06-01`` or ``01.06.2026``; None for anything else."""
    typed = typed.strip()
    if match := _DAY_FIRST.fullmatch(typed):
        typed = f"{match[3]}-{int(match[2]):02d}-{int(match[1]):02d}"
    try:
        return date.fromisoformat(typed) if len(typed) == 10 else None
    except ValueError:
        return None


class Reader:
    """Takes moments from a form; ``stop()`` raises Invalid with every problem found."""

    def __init__(self, form: Mapping[str, str], day: Day) -> None:
        self.form, self.day = form, day
        self.problems: list[Message] = []

    def moment(self, name: str, otherwise: datetime) -> datetime:
        """Aware UTC from ``name`` (clock) and ``name_date``; ``otherwise`` when the clock was left empty.

        The minute that is running means now, to the second. A time that the clock shows twice is asked about: ``twice``
        puts the choice beside the field, and ``<name>_fold`` brings it back.
        """
        typed = self.form.get(name, "").strip()
        if not typed:
            return otherwise
        text = clock(typed)
        on = (
            a_date(self.form.get(f"{name}_date", ""))
            if self.form.get(f"{name}_date")
            else self.day.local(otherwise).date()
        )
        try:
            at = time.fromisoformat(text)
        except ValueError:
            self.problems.append(
                Message(N_("%(value)s is not a time. Enter it as 08:41."), {"value": typed[:20]}, name)
            )
            return otherwise
        if on is None or not 2000 <= on.year <= 2100:
            value = self.form[f"{name}_date"][:20]
            self.problems.append(
                Message(N_("%(value)s is not a date. Enter it as 2026-06-01."), {"value": value}, name)
            )
            return otherwise
        way = chosen(self.form, name, on, text, self.day.zone)
        minute = otherwise.replace(second=0, microsecond=0)
        if way == text and minute in localtime.read(on, at, self.day.zone).moments:
            return otherwise
        try:
            found = localtime.told(on, way, self.day.zone, name)
        except Invalid as err:
            self.problems += err.messages
            return otherwise
        return otherwise if found == minute else found

    def stop(self) -> None:
        """Raise Invalid when something could not be read."""
        if self.problems:
            raise Invalid(*self.problems)


def chosen(form: Mapping[str, str], name: str, on: date, clock: str, zone: ZoneInfo) -> str:
    """The typed time with the offset that was chosen beside it; an older choice that no longer fits is left out."""
    offset = form.get(f"{name}_fold", "")
    return next((c.way for c in choices(on, clock, zone) if c.offset == offset), clock)


@dataclass(frozen=True)
class Choice:
    """One of two times that look the same. ``way``: clock and offset; ``label``: ``first (summer time, UTC+3)``."""

    way: str
    label: str
    moment: datetime

    @property
    def offset(self) -> str:
        return self.way[5:]


def choices(on: date, clock: str, zone: ZoneInfo) -> tuple[Choice, ...]:
    """The two that a time may mean; none when it is plain, does not exist, or is no time."""
    try:
        found = localtime.read(on, time.fromisoformat(clock), zone)
    except (ValueError, OverflowError):
        return ()
    if not found.twice:
        return ()
    first, second = (m.astimezone(zone) for m in found.moments)
    params = [{"offset": offset_name(zone, m)} for m in found.moments]
    if first.dst() != second.dst():
        words = (
            gettext("first (summer time, %(offset)s)", **params[0]),
            gettext("second (winter time, %(offset)s)", **params[1]),
        )
    else:
        words = gettext("first (%(offset)s)", **params[0]), gettext("second (%(offset)s)", **params[1])
    ways = (f"{first:%H:%M}{localtime.offset(m, zone)}" for m in found.moments)
    return tuple(Choice(*parts) for parts in zip(ways, words, found.moments, strict=True))


def twice(name: str, typed: str, on: str = "", zone: ZoneInfo | None = None) -> list[tuple[str, str, bool]]:
    """Choices beside a field that shows ``typed``: offset, words, whether it is marked; mostly none.

    ``on``: the date as typed, else that of now; ``zone``: the day's, unless the page is of no day.
    """
    zone = zone or g.day.zone
    date_ = a_date(on) if on else now().astimezone(zone).date()
    found = choices(date_, clock(typed), zone) if date_ else ()
    way = given(f"{name}_fold") or (localtime.offset(now(), zone) if _is_now(found) else "")
    return [(c.offset, c.label, c.offset == way) for c in found]


def exam_times(form: Mapping[str, str], on: date, zone: ZoneInfo) -> tuple[str, str]:
    """Start and end of an exam as typed, with what was chosen beside them."""
    start = chosen(form, "start", on, clock(form.get("start", "")), zone)
    end = clock(form.get("end", ""))
    return start, chosen(form, "end", _ends_on(on, start, end, zone), end, zone)


def exam_choices(on: date | None, start: str, end: str, zone: ZoneInfo) -> dict[str, list[tuple[str, str, bool]]]:
    """``twice`` for the fields ``start`` and ``end`` of an exam on the date."""
    if on is None:
        return {"start": [], "end": []}
    way = chosen({"start_fold": given("start_fold")}, "start", on, clock(start), zone)
    ends_on = _ends_on(on, way, clock(end), zone)
    return {"start": twice("start", start, str(on), zone), "end": twice("end", end, str(ends_on), zone)}


def _ends_on(on: date, start: str, end: str, zone: ZoneInfo) -> date:
    try:
        return localtime.end_date(localtime.moment(on, start, zone), on, end, zone)
    except (ValueError, OverflowError):
        return on


def _is_now(found: tuple[Choice, ...]) -> bool:
    return any(c.moment == now().replace(second=0, microsecond=0) for c in found)


def shows_date(day: Day, now: datetime, *moments: datetime | None) -> bool:
    """True when a form needs a date field beside the time: now or the plan lies on another day."""
    return any(m is not None and day.local(m).date() != day.date for m in (now, *moments))
