"""Handovers of the shift in the protocol of the day: who, when, with what, and what the taker remarked."""

from datetime import datetime

from app.domain import facts as f
from app.domain.day import Act, Day
from app.domain.duty import Handover, handovers
from reports.forms._day_words import entry
from reports.forms._protocol_model import Section
from reports.forms._ru import dotted_date
from reports.of_day import clock
from reports.typeface import NBSP

KINDS = {
    "key": "ключ", "token": "токен", "flash": "флеш-накопитель", "seal": "пломба", "other": "прочее",
}  # fmt: skip
COLUMNS = ((34, "Сдал"), (34, "Принял"), (54, "Передано"), (18, "Открытых шагов"), (38, "Примечания"))


def shifts(day: Day) -> Section:
    """Handovers that stand; one that was withdrawn is among the annulled entries."""
    return Section("shifts", COLUMNS, tuple(_row(day, h) for h in handovers(day) if not h.withdrawn))


def _row(day: Day, h: Handover) -> tuple[str, ...]:
    taken = _signed(day, h.taker.short, h.taken) if h.taken else f"{h.taker.short}: не принята"
    notes = [f"Сдал: {h.act.fact.note}"] if h.act.fact.note else []
    if h.taken and h.taken.fact.remark:
        notes.append(f"Принял: {h.taken.fact.remark}")
    things = "; ".join(_thing(item) for item in h.act.fact.items)
    return _signed(day, h.giver.short, h.act), taken, things or "–", str(len(h.act.fact.steps)), "; ".join(notes) or "–"


def _signed(day: Day, name: str, act: Act) -> str:
    return f"{name}, {_when(day, act.at)}, {entry(act.number)}"


def _when(day: Day, moment: datetime) -> str:
    local = day.local(moment)
    return f"{dotted_date(local)}{NBSP}{clock(local)}"


def _thing(item: f.Item) -> str:
    serial = f", №{NBSP}{item.serial}" if item.serial else ""
    count = f", {item.count}{NBSP}шт." if item.count > 1 else ""
    return f"{KINDS.get(item.kind, item.kind)}: {item.name}{serial}{count}"
