"""What happened to an entry, as marks beside it: colour, icon and word."""

from datetime import timedelta

from flask_babel import gettext

from app.domain.day import Act
from app.web.show import span, when

Mark = tuple[str, str, str]


def marks(act: Act | None) -> tuple[Mark, ...]:
    """Void or corrected, both times when they are apart, and a device whose clock was wrong."""
    found: list[Mark] = []
    if act is None or act.fact is None:  # no act, or erased after its legal term
        return ()
    if act.void:
        found.append(("not", "not", gettext("void")))
    elif act.changes:
        found.append(("soon", "fix", gettext("corrected")))
    if act.late_entry or act.apart:
        found.append(("late", "late", _both_times(act)))
    if act.clock_off:
        found.append(("soon", "over", device_clock(act.clock_off)))
    return tuple(found)


def _both_times(act: Act) -> str:
    happened, entered = when(act.at), when(act.times.received)
    if act.late_entry:
        return gettext("entered late: happened %(happened)s, entered %(entered)s", happened=happened, entered=entered)
    return gettext("happened %(happened)s, entered %(entered)s", happened=happened, entered=entered)


def device_clock(off: timedelta) -> str:
    """``device clock 7 min ahead``"""
    if off > timedelta():
        return gettext("device clock %(span)s ahead", span=span(off))
    return gettext("device clock %(span)s behind", span=span(off))


def set_your_clock(length: str, ahead: bool) -> str:
    """What the person at the device is told; ``length`` in words."""
    if ahead:
        return gettext(
            "This device’s clock is %(span)s ahead. The logbook uses the server’s time; set the device’s clock.",
            span=length,
        )
    return gettext(
        "This device’s clock is %(span)s behind. The logbook uses the server’s time; set the device’s clock.",
        span=length,
    )


GLOBALS = {"device_clock": device_clock, "set_your_clock": set_your_clock}
