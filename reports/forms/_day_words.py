"""What the forms of a Russian day take from a Day: posts, zone, exam and numbers in Russian."""

from collections.abc import Callable
from datetime import datetime, timedelta

from app.domain.day import Act, Day
from reports import of_day
from reports.forms._ru import long_date, span, zone_name
from reports.layout import offset
from reports.typeface import NBSP

LANGUAGE = "ru"


def post(day: Day, role: str) -> str:
    """The role as the form prints it: «технический специалист»."""
    return of_day.post(day, role, LANGUAGE)


def actor(day: Day, act: Act) -> tuple[str, str, str]:
    """(short name, post, paper) of who acted; paper is empty when the actor has an account."""
    return of_day.actor(day, act, LANGUAGE)


def zone_line(day: Day) -> str:
    """``московское, UTC+03:00`` on the exam day."""
    return f"{zone_name(day.opened.centre.zone)}, {offset(day.local(day.start))}"


def exam_line(day: Day) -> str:
    """``ЕГЭ, 1 июня 2026 г.``"""
    return f"{day.opened.exam}, {long_date(day.date)}"


def entry(number: int) -> str:
    """``№ 37``"""
    return f"№{NBSP}{number}"


def entered(day: Day, act: Act, said: Callable[[datetime], str]) -> list[str]:
    """Both times of an act that was entered well after it, with the reason that was given."""
    delay = act.late_entry or act.apart
    if delay is None:
        return []
    late = " с опозданием" if act.late_entry else ""
    reason = f" Причина: {sentence(act.fact.late_reason)}" if getattr(act.fact, "late_reason", "") else ""
    after = f", через {span(delay)}" if delay > timedelta() else ""
    return [f"Произошло: {said(act.at)}, внесено{late}: {said(act.times.received)}{after}.{reason}"]


def sentence(words: str) -> str:
    """With a full stop at the end."""
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."
