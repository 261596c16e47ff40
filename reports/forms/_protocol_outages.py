"""Outages in the protocol of the day: when, how long, where, why, what was decided."""

from datetime import datetime

from app.domain.day import Day
from app.domain.outages import Outage, outages
from reports.forms._day_words import entry
from reports.forms._outage_words import CAUSES, DECISIONS, KINDS, local_recording, minutes, span
from reports.forms._protocol_model import Section
from reports.of_day import rooms

COLUMNS = (
    (26, "Время"), (10, "Мин"), (46, "Что и где"), (34, "Причина"), (22, "Видеозапись на месте"), (26, "Решение"),
    (14, "Запись"),
)  # fmt: skip


def outage_section(day: Day, now: datetime) -> Section:
    """Outages that stand; one that is void is among the annulled entries."""
    return Section("outages", COLUMNS, tuple(_row(day, found, now) for found in outages(day)))


def _row(day: Day, found: Outage, now: datetime) -> tuple[str, ...]:
    last = found.decided[-1].fact.decision if found.decided else ""
    what = f"{KINDS.get(found.kind, found.kind)}: {rooms(day, found.rooms)}"
    cause = CAUSES.get(found.act.fact.cause, found.act.fact.cause)
    return (
        span(day, found), str(minutes(found, now)), what, cause, local_recording(found), DECISIONS.get(last, "–"),
        entry(found.act.number),
    )  # fmt: skip
