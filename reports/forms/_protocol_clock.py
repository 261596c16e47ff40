"""The server's clock in the protocol: when it slept or was set, for every time of the day is read from it."""

from app.domain.day import Day
from reports.forms._day_words import entry
from reports.forms._protocol_model import Section
from reports.forms._ru import dotted_date
from reports.of_day import clock
from reports.typeface import NBSP

COLUMNS = ((24, "Время"), (138, "Что произошло"), (16, "Запись"))


def clock_section(day: Day) -> Section:
    """One row for every jump that the server noticed."""
    rows = []
    for line in day.lines:
        if line.tag == "clock.jumped" and line.fact is not None:
            there = day.local(line.fact.at)
            words = jump_words(line.fact.slept_s, line.fact.set_s)
            rows.append((f"{dotted_date(there)} {clock(there)}", words, entry(line.seq + 1)))
    return Section("clock", COLUMNS, tuple(rows))


def jump_words(slept: int, set_by: int) -> str:
    """``Сервер находился в спящем режиме 61 мин; часы сервера переведены назад на 5 мин``."""
    parts = []
    if slept:
        parts.append(f"сервер находился в спящем режиме {_length(slept)}")
    if set_by:
        way = "вперёд" if set_by > 0 else "назад"
        parts.append(f"часы сервера переведены {way} на {_length(set_by)}")
    words = "; ".join(parts)
    return words[:1].upper() + words[1:]


def _length(seconds: int) -> str:
    count = abs(seconds)
    return f"{count}{NBSP}с" if count < 120 else f"{round(count / 60)}{NBSP}мин"
