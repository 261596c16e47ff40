"""What happened to an entry, in Romanian sentences: entered late, corrected, taken back, confirmed, added to."""

from datetime import datetime
from typing import Any

from app.domain.access import AccessRow
from app.domain.closing import addenda
from app.domain.day import Act, Day
from reports.answers import corrected, field_title
from reports.forms._ro import LANGUAGE, SPEECH
from reports.of_day import clock, post
from reports.typeface import NBSP


def when(day: Day, at: datetime) -> str:
    """The clock time, with the date when it is not the test's."""
    local = day.local(at)
    return clock(local) if local.date() == day.date else f"{local:%d.%m.%Y} {clock(local)}"


def entry(number: int) -> str:
    return f"poz.{NBSP}{number} din jurnal"


def confirmed_line(day: Day, act: Act) -> str:
    given = [
        f"{c.short}, {post(day, c.role, LANGUAGE)}, {when(day, c.at)}, {entry(c.seq + 1)}"
        for c in act.valid_confirmations
    ]
    return f"Confirmat: {'; '.join(given)}." if given else "Neconfirmat."


def remarks(day: Day, act: Act, row: AccessRow | None = None) -> list[str]:
    """Late entries and corrections, each with its reason; of the act, or of the row that it makes."""
    out, of = [], row or act
    if of.late_entry or of.apart:
        late, reason = " cu întârziere," if of.late_entry else "", getattr(act.fact, "late_reason", "")
        why = f" Motivul: {sentence(reason)}" if reason else ""
        out.append(f"Consemnat{late} la {when(day, act.times.received)}.{why}")
    for change in act.changes:
        by = f"{change.by.short}, {when(day, change.received)}, {entry(change.seq + 1)}"
        values = "; ".join(_changed(day, act, name, *pair) for name, pair in change.fields.items())
        out.append(f"Corectat: {by}. {values}. Motivul: {sentence(change.reason)}")
    if act.void:
        by = f"{act.void.by.short}, {when(day, act.void.received)}, {entry(act.void.seq + 1)}"
        out.append(f"Anulat: {by}. Motivul: {sentence(act.void.reason)}")
    return out


def _changed(day: Day, act: Act, name: str, old: Any, new: Any) -> str:
    """``Sfârșit: 10:21 → 10:19``"""
    was, now = (corrected(day, act, name, value, SPEECH) or "–" for value in (old, new))
    return f"{field_title(day, act, name, SPEECH)}: {was} → {now}"


def sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."


def added(day: Day) -> tuple[str, ...]:
    """What was said of the day after it was closed."""
    return tuple(_added(day, number, act) for number, act in addenda(day))


def _added(day: Day, number: int, act: Act) -> str:
    target = act.fact.target
    to = f" la {entry(target + 1)}" if target is not None else ""
    by = f"{act.by.short}, {when(day, act.times.received)}, {entry(act.number)}"
    return (
        f"Completarea nr. {number}{to}, evenimentul {when(day, act.at)}: {sentence(act.fact.text)} "
        f"Motivul: {sentence(act.fact.reason)} Consemnat: {by}."
    )
