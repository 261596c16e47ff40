"""When a step is to be done, in words: pieces whose parameters the edge puts into the reader's language.

A parameter may be a Message (said first), a timedelta (a span), a date (day and month), Texts, or the name ``days``.
"""

from datetime import date, timedelta

from app.domain import N_, Message
from app.domain.profile import Limits, Profile, Reminder, Step, Texts, When
from app.domain.timing import LONG


def when_words(when: When, profile: Profile) -> tuple[Message, ...]:
    """The time itself first, then what belongs to it."""
    if when.on_demand:
        return (Message(N_("Whenever it is needed")),)
    if when.after:
        pieces = [Message(N_("After: %(what)s"), {"what": _title(when.after, profile)})]
        if when.duration:
            pieces.append(Message(N_("to be done within %(span)s"), {"span": timedelta(minutes=when.duration)}))
        return tuple(pieces)
    pieces = [_limit(when)]
    if when.duration:
        pieces.append(Message(N_("time for it: %(span)s"), {"span": timedelta(minutes=when.duration)}))
    if when.every:
        pieces.append(_every(when, profile))
    if _has_lead(when):
        pieces.append(Message(N_("on the board as “now” %(span)s ahead"), {"span": timedelta(minutes=when.opens)}))
    if when.grace:
        pieces.append(Message(N_("counts as late %(span)s after that"), {"span": timedelta(minutes=when.grace)}))
    if when.parameter and (parameter := profile.parameter(when.parameter)):
        name = parameter.title or {"en": parameter.id}
        pieces.append(Message(N_("a region may change it: %(name)s"), {"name": name}))
    return tuple(pieces)


def _limit(when: When) -> Message:
    """The moment with its rule. Dates without a rule of their own are limits by the end of the day."""
    dated = when.period is not None or when.days_after is not None or bool(when.date_rule)
    if when.rule == "not_before":
        return Message(N_("Not before: %(moment)s"), {"moment": moment_words(when)})
    if when.rule == "by" or dated:
        return Message(N_("No later than: %(moment)s"), {"moment": moment_words(when)})
    return Message(N_("Time: %(moment)s"), {"moment": moment_words(when)})


def moment_words(when: When) -> Message | str:
    """The base of the time: a clock time, or an offset from the exam, its period or its date."""
    if when.clock:
        return _clock(when.clock, when.day)
    if when.period is not None:
        return _period(when.period)
    if when.days_after is not None:
        if when.days_after == 0:
            return Message(N_("the exam day itself"))
        return Message(N_("day %(number)s after the exam"), {"number": when.days_after})
    if when.date_rule:
        return _date(when.date_rule)
    from_start = when.end is None
    minutes = (when.start or 0) if when.end is None else when.end
    span: dict[str, object] = {"span": timedelta(minutes=abs(minutes))}
    if minutes == 0:
        return Message(N_("the start of the exam") if from_start else N_("the end of the exam"))
    if minutes < 0:
        return Message(N_("%(span)s before the start") if from_start else N_("%(span)s before the end"), span)
    return Message(N_("%(span)s after the start") if from_start else N_("%(span)s after the end"), span)


def _clock(clock: str, day: int) -> Message | str:
    at: dict[str, object] = {"time": clock, "days": abs(day)}
    if day == 0:
        return clock
    if day == -1:
        return Message(N_("%(time)s on the day before the exam"), {"time": clock})
    if day == 1:
        return Message(N_("%(time)s on the day after the exam"), {"time": clock})
    return Message(N_("%(time)s, %(days)s before the exam") if day < 0 else N_("%(time)s, %(days)s after the exam"), at)


def _period(days: int) -> Message:
    if days == 0:
        return Message(N_("the first day of the exam period"))
    before, after = N_("%(days)s before the first day of the period"), N_("%(days)s after the first day of the period")
    return Message(before if days < 0 else after, {"days": abs(days)})


def _date(rule: str) -> Message:
    month_day, years = rule.split("+")
    on = date.fromisoformat(f"2001-{month_day}")
    if int(years) == 0:
        return Message(N_("%(date)s of the exam’s year"), {"date": on})
    if int(years) == 1:
        return Message(N_("%(date)s of the year after the exam"), {"date": on})
    return Message(N_("%(date)s, years after the exam: %(years)s"), {"date": on, "years": int(years)})


def _every(when: When, profile: Profile) -> Message:
    every = timedelta(minutes=when.every)
    if when.until:
        what = _title(when.until, profile)
        return Message(N_("again every %(span)s, until: %(what)s"), {"span": every, "what": what})
    return Message(N_("again every %(span)s until the exam ends"), {"span": every})


def _has_lead(when: When) -> bool:
    """Does the board show it ahead of time (app/domain/timing.py)?"""
    timed = bool(when.clock) or when.start is not None or when.end is not None
    span = when.rule == "at" and when.duration >= LONG
    return timed and not when.every and when.rule != "not_before" and not span and when.opens > 0


def _title(name: str, profile: Profile) -> Texts:
    """Title of a step or a milestone."""
    if milestone := profile.milestone(name):
        return milestone.title
    return next((s.title for s in profile.steps if s.id == name), {"en": name})


def limits_words(limits: Limits) -> tuple[Message, ...]:
    """How late and how early something may be entered, and what is printed of it."""
    pieces = [
        Message(N_("an entry needs a reason from %(span)s after the event"), {"span": limits.late_after}),
        Message(N_("both times are printed when they are more than %(span)s apart"), {"span": limits.print_both_after}),
        Message(N_("a time ahead of the server’s is taken up to: %(span)s"), {"span": limits.ahead}),
    ]
    if limits.oldest is None:
        return (*pieces, Message(N_("how long ago an event was is not limited")))
    return (*pieces, Message(N_("nothing is entered that is older than %(span)s"), {"span": limits.oldest}))


def where_words(step: Step) -> Message:
    """Where a step is done; the edge adds the kinds of places."""
    match step.repeat:
        case "room":
            return Message(N_("in every room")) if not step.kinds else Message(N_("in every room of these kinds"))
        case "camera":
            return Message(N_("at every camera")) if not step.kinds else Message(N_("at every camera of these places"))
        case "station":
            return Message(N_("at every station")) if not step.kinds else Message(N_("at every station of these kinds"))
        case "demand":
            return Message(N_("where it is needed"))
    return Message(N_("once for the centre"))


_AT = {
    "opens": N_("as soon as the step opens"), "due": N_("at its limit"),
    "overdue": N_("as soon as its time has passed"),
}  # fmt: skip
_BEFORE = {
    "opens": N_("%(span)s before the step opens"), "due": N_("%(span)s before it is due"),
    "overdue": N_("%(span)s before its time has passed"),
}  # fmt: skip
_AFTER = {
    "opens": N_("%(span)s after the step opens"), "due": N_("%(span)s after it is due"),
    "overdue": N_("%(span)s after its time has passed"),
}  # fmt: skip

_STAGE = {
    "warn": N_("when an outage lasts as long as the first threshold"),
    "escalate": N_("when an outage lasts as long as the second threshold"),
    "critical": N_("when an outage lasts as long as the third threshold"),
}


def reminder_words(rule: Reminder) -> Message:
    """When a rule tells: from the step's time, or from the date of its limit."""
    if rule.of == "outage":
        return Message(_STAGE[rule.stage])
    if not rule.dated:
        if rule.minutes == 0:
            return Message(_AT[rule.of])
        words = _BEFORE if rule.minutes < 0 else _AFTER
        return Message(words[rule.of], {"span": timedelta(minutes=abs(rule.minutes))})
    if rule.days == 0:
        return Message(N_("at %(clock)s on the date of the limit"), {"clock": rule.clock})
    text = N_("%(days)s before the date of the limit, at %(clock)s")
    if rule.days > 0:
        text = N_("%(days)s after the date of the limit, at %(clock)s")
    return Message(text, {"days": abs(rule.days), "clock": rule.clock})
