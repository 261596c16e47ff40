"""Reading typed times and dates in the centre's zone. Every bad one is collected, none is lost."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from app.domain import N_, Invalid, Message
from app.domain.day import Day

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

        The minute that is running means now, to the second.
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
        found = datetime.combine(on, at, self.day.zone).astimezone(UTC)
        minute = otherwise.replace(second=0, microsecond=0)
        return otherwise if found == minute else found

    def stop(self) -> None:
        """Raise Invalid when something could not be read."""
        if self.problems:
            raise Invalid(*self.problems)


def shows_date(day: Day, now: datetime, *moments: datetime | None) -> bool:
    """True when a form needs a date field beside the time: now or the plan lies on another day."""
    return any(m is not None and day.local(m).date() != day.date for m in (now, *moments))
