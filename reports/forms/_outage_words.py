"""What an outage is called in Russian documents: the act of outage and the protocol of the day."""

from datetime import datetime, timedelta
from typing import Any

from app.domain.codec import moment
from app.domain.day import Act, Day
from app.domain.outages import Outage, Upload, minute
from reports.forms._day_words import entry, sentence
from reports.forms._ru import dotted_date, long_date
from reports.of_day import clock, rooms
from reports.typeface import NBSP

KINDS = {"recording": "Перерыв видеозаписи", "online": "Перерыв онлайн-трансляции"}
CAUSES = {
    "power": "отключение электропитания", "camera": "камера", "pak": "видеорегистратор (ПАК)",
    "media_full": "носитель заполнен", "network": "сеть или интернет", "human": "ошибка персонала",
    "other": "другая причина",
}  # fmt: skip
DECISIONS = {"continue": "экзамен продолжен", "pause": "экзамен приостановлен", "stop": "экзамен прекращён"}
ANSWERS = {"yes": "продолжалась", "no": "не велась", "": "не установлено"}
FIELDS = {
    "kind": "вид", "rooms": "места", "at": "время", "cause": "причина", "text": "пояснение",
    "local_recording": "видеозапись на месте", "whom": "кому сообщено", "decision": "решение",
    "decided_by": "кто решил", "late_reason": "причина позднего внесения", "cameras": "камеры",
}  # fmt: skip


def when(day: Day, at: datetime) -> str:
    """``10:12``; with the date when it is not the exam's."""
    local = day.local(at)
    return clock(local) if local.date() == day.date else f"{dotted_date(local)}{NBSP}{clock(local)}"


def span(day: Day, found: Outage) -> str:
    """``10:12–10:19``."""
    return f"{when(day, found.began)}–{when(day, found.ended) if found.ended else 'не восстановлено'}"


def minutes(found: Outage, now: datetime) -> int:
    """Whole minutes between the times that are printed."""
    return (minute(found.ended or now) - minute(found.began)) // timedelta(minutes=1)


def local_recording(found: Outage) -> str:
    return ANSWERS[found.local_recording]


def footage(day: Day, found: Outage, owed: Upload | None) -> str:
    """What became of the footage of this time."""
    if found.kind == "recording" or found.local_recording == "no":
        return "Видеозапись за это время отсутствует."
    if not found.repairable:
        return "Не установлено, велась ли видеозапись на месте."
    if owed is None:
        return "Видеозапись на месте сохранена."
    if not owed.left:
        return f"Видеозапись на месте загружена на Портал: {', '.join(entry(a.number) for a in owed.done)}."
    return f"Видеозапись на месте подлежит загрузке на Портал до конца {long_date(owed.until)}"


def event(act: Act) -> str:
    """What an entry about an outage says."""
    fact, more = act.fact, f" {sentence(act.fact.text)}" if act.fact.text else ""
    match act.tag:
        case "outage.told":
            return f"Сообщено: {sentence(fact.whom)}{more}"
        case "outage.decided":
            return f"Решение: {DECISIONS.get(fact.decision, fact.decision)}. Решил: {sentence(fact.decided_by)}{more}"
        case "outage.restored":
            went = f" Видеозапись на месте {ANSWERS[fact.local_recording]}." if fact.local_recording else ""
            return f"Восстановлено.{went}{more}"
    return f"Перерыв начался.{more}"


def corrections(day: Day, act: Act) -> list[str]:
    """Every correction of an entry, with the old and the new value."""
    return [
        f"{entry(act.number)} исправлена {when(day, c.received)}, {c.by.short}, {entry(c.seq + 1)}. "
        + "; ".join(f"{FIELDS.get(n, n)}: {_value(day, n, old)} → {_value(day, n, new)}" for n, (old, new) in
                    c.fields.items())
        + f". Причина: {sentence(c.reason)}"
        for c in act.changes
    ]  # fmt: skip


def _value(day: Day, name: str, held: Any) -> str:
    if name == "at":
        return when(day, moment(held))
    if name == "rooms":
        return rooms(day, held)
    words = {"kind": KINDS, "cause": CAUSES, "decision": DECISIONS, "local_recording": ANSWERS}.get(name, {})
    return words.get(held, ", ".join(held) if isinstance(held, list) else str(held)) or "–"
