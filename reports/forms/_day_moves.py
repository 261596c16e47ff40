"""The exam's hours in the regulation's words: by the plan, by the newest decision, and every move of the start."""

from datetime import datetime

from app.domain.day import Day, Schedule
from reports.forms._day_words import entry
from reports.forms._protocol_model import Section
from reports.forms._ru import dotted_date
from reports.of_day import clock

COLUMNS = ((26, "По плану"), (26, "Перенесено на"), (50, "Причина"), (38, "Кто и когда решил"), (38, "Внёс"))


def hours(day: Day) -> str:
    """Start and end by the newest decision, and by the plan when that was another one."""
    planned = day.schedules[0]
    moved = (planned.start, planned.end) != (day.start, day.end)
    return span(day, day.schedules[-1]) + (f" (по плану {span(day, planned)})" if moved else "")


def span(day: Day, schedule: Schedule) -> str:
    """``10:00–13:55``; the end with its date when that is the next one."""
    start, end = day.local(schedule.start), day.local(schedule.end)
    next_day = f"{dotted_date(end)} " if end.date() > start.date() else ""
    return f"{clock(start)}–{next_day}{clock(end)}"


def moves(day: Day) -> Section:
    """Every move: from what to what, why, who decided it, who wrote it down."""
    rows = []
    for old, new in zip(day.schedules, day.schedules[1:], strict=False):
        if fact := new.moved:
            line = day.lines[new.seq]
            decided = f"{fact.decided_by}, {_when(day, fact.at)}"
            noted = f"{line.by.short}, {_when(day, line.received)}, {entry(new.seq + 1)}"
            rows.append((span(day, old), span(day, new), fact.reason, decided, noted))
    return Section("moves", COLUMNS, tuple(rows))


def _when(day: Day, moment: datetime) -> str:
    local = day.local(moment)
    return f"{dotted_date(local)} {clock(local)}"
