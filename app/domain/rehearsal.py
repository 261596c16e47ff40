"""A rehearsal's clock: the real one, put ahead or back. A pure function of the day; an exam's clock is the real one."""

from datetime import datetime

from app.domain.day import Day


def clock(day: Day, real: datetime) -> datetime:
    """What the day's clock shows at the moment ``real``."""
    return real + day.ahead


def real(day: Day, at: datetime) -> datetime:
    """When the day's clock shows ``at``, if nobody sets it until then."""
    return at - day.ahead
