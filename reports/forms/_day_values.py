"""Evidence and plans in words: one value, one line, one time."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from app.domain.day import Act, Day
from app.domain.profile import Field, Step, text
from app.domain.timing import Window
from reports import answers
from reports.forms._day_words import LANGUAGE
from reports.forms._ru import dotted_date
from reports.of_day import clock
from reports.typeface import NBSP

RUSSIAN = answers.Speech(
    LANGUAGE,
    "да",
    "нет",
    "файл",
    units={"s": "с", "GB": "ГБ", "min": "мин", "Mbit/s": "Мбит/с", "%": "%"},
    fields={
        "at": "время",
        "start": "начало",
        "end": "окончание",
        "places": "места",
        "rooms": "аудитории",
        "action": "действие",
        "text": "текст",
        "note": "примечание",
        "reason": "причина",
        "state_found": "состояние",
        "seal_before": "пломба до",
        "seal_after": "пломба после",
        "late_reason": "причина поздней записи",
        "overdue_reason": "причина опоздания",
        "milestone": "событие",
        "place": "место",
        "decided_by": "решение",
        "outside": "исполнитель",
    },
)


def field_title(day: Day, act: Act, name: str) -> str:
    """Title of a corrected field."""
    return answers.field_title(day, act, name, RUSSIAN)


def corrected_value(day: Day, act: Act, name: str, value: Any) -> str:
    """An old or new value of a correction in words."""
    return answers.corrected(day, act, name, value, RUSSIAN)


def evidence_line(day: Day, step: Step, evidence: Mapping[str, Any]) -> str:
    """Every recorded field of the step with its title, in the profile's order."""
    return answers.answer_line(day, step, evidence, RUSSIAN)


def value_words(day: Day, spec: Field, value: Any) -> str:
    """One evidence value in the regulation's words."""
    return answers.answer(day, spec, value, RUSSIAN)


# ---------------------------------------------------------------- the plan in words


def plan_words(day: Day, step: Step, window: Window, band: date | None) -> str:
    """``10:00``, ``до 07:15``, ``08:00–09:00``, ``не ранее 08:15``, ``по запросу``; the date unless it is ``band``."""
    if window.rule == "demand":
        return "по запросу"
    if step.repeat == "interval" and step.when.every:
        return f"каждые {step.when.every}{NBSP}мин"
    if window.waits_for:
        limit = f", до {_at(day, window.due, band)}" if window.due else ""
        return f"после {'события' if day.profile.milestone(window.waits_for) else 'шага'}{limit}"
    if window.dated:
        on = window.due or window.start
        word = "не ранее" if window.rule == "not_before" else "до"
        return f"{word} {_dotted(day, day.local(on))}" if on else ""
    start, due = window.start, window.due
    if window.rule == "not_before" and start:
        return f"не ранее {_at(day, start, band)}"
    if window.rule == "by" and due:
        return f"до {_at(day, due, band)}"
    if start and due and due > start and window.opens == start:
        return f"{_at(day, start, band)}–{clock(day.local(due))}"
    return _at(day, start or due, band) if start or due else ""


def _at(day: Day, when: datetime | None, band: date | None) -> str:
    if when is None:
        return ""
    local = day.local(when)
    return clock(local) if local.date() == (band or day.date) else f"{dotted_date(local)} {clock(local)}"


def _dotted(day: Day, on: datetime) -> str:
    """With the year when it is not the exam's."""
    return dotted_date(on) if on.year == day.date.year else on.strftime("%d.%m.%Y")


def after_words(day: Day, window: Window) -> str:
    """``Срок: после события «Вынос ЭМ из аудитории».`` for a step that follows something; else empty."""
    if not window.waits_for:
        return ""
    milestone = day.profile.milestone(window.waits_for)
    title = milestone.title if milestone else day.profile.step(window.waits_for).title
    return f"Срок: после {'события' if milestone else 'шага'} «{text(title, LANGUAGE, 'en')}»."
