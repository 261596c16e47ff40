"""What stands after the steps in the protocol: events, devices, notes, addenda, what was taken back."""

from collections.abc import Callable, Sequence
from datetime import datetime

from app.domain.closing import addenda
from app.domain.day import Act, Day
from app.domain.profile import text
from app.domain.review import REVIEWING
from reports.answers import step_of
from reports.forms._day_moves import moves
from reports.forms._day_words import LANGUAGE, entered, entry
from reports.forms._protocol_cameras import cameras
from reports.forms._protocol_clock import clock_section
from reports.forms._protocol_footage import footage_section
from reports.forms._protocol_model import Section
from reports.forms._protocol_outages import outage_section
from reports.forms._protocol_shifts import shifts
from reports.forms._ru import dotted_date
from reports.of_day import clock, rooms

STATIONS = {
    "main": "Станции, основные",
    "reserve": "Станции, резервные",
    "print": "Станции печати ЭМ",
    "scan": "Станции сканирования",
    "other": "Станции, прочие",
}


def sections(day: Day, now: datetime) -> tuple[Section, ...]:
    """The tables that have rows, in the order of print."""
    found = (
        moves(day), _milestones(day), outage_section(day, now), shifts(day), footage_section(day), clock_section(day),
        cameras(day), _devices(day), _notes(day), _addenda(day), _voided(day),
    )  # fmt: skip
    return tuple(section for section in found if section.rows)



def _when(day: Day, moment: datetime) -> str:
    local = day.local(moment)
    return f"{dotted_date(local)} {clock(local)}"


def _standing(day: Day, tag: str) -> list[Act]:
    return [act for act in day.acts.values() if act.tag == tag and not act.void]


def _milestones(day: Day) -> Section:
    rows = []
    for act in _standing(day, "milestone.noted"):
        spec = day.profile.milestone(act.fact.milestone)
        title = text(spec.title, LANGUAGE, "en") if spec else act.fact.milestone
        place = rooms(day, [act.fact.place]) if act.fact.place else ""
        late = entered(day, act, lambda moment: _when(day, moment))
        what = " ".join((f"{title}.", *late)) if late else title
        rows.append((_when(day, act.at), what, place, act.by.short, entry(act.number)))
    columns = ((24, "Время"), (78, "Событие"), (30, "Место"), (30, "Отметил"), (16, "Запись"))
    return Section("milestones", columns, tuple(rows))


def _devices(day: Day) -> Section:
    rows = []
    if day.cameras:
        rows.append(_device_row(day, "Камеры", [(c.room, c.serial) for c in day.cameras]))
    for kind, title in STATIONS.items():
        if found := [(s.room, s.serial) for s in day.stations if s.kind == kind]:
            rows.append(_device_row(day, title, found))
    return Section("devices", ((48, "Устройства"), (50, "Место"), (80, "Заводские номера")), tuple(rows))


def _device_row(day: Day, title: str, devices: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    serials = [serial for _, serial in devices if serial]
    return f"{title}, {len(devices)}", rooms(day, dict.fromkeys(r for r, _ in devices)), ", ".join(serials) or "–"


def _notes(day: Day) -> Section:
    rows = [
        (_when(day, a.at), " ".join((a.fact.text, *entered(day, a, lambda moment: _when(day, moment)))), a.by.short,
         entry(a.number))
        for a in _standing(day, "note.written")
    ]  # fmt: skip
    return Section("notes", ((24, "Время"), (108, "Заметка"), (30, "Написал"), (16, "Запись")), tuple(rows))


def _addenda(day: Day) -> Section:
    """What was said of the day after it was closed."""
    rows = [
        (str(n), _when(day, a.at), " ".join(filter(None, (_to(a), a.fact.text))), a.fact.reason,
         f"{a.by.short}, {_when(day, a.times.received)}", entry(a.number))
        for n, a in addenda(day)
    ]  # fmt: skip
    columns = ((8, "№"), (20, "Событие"), (70, "Дополнение"), (36, "Причина"), (28, "Внесено"), (16, "Запись"))
    return Section("addenda", columns, tuple(rows))


def _to(act: Act) -> str:
    return "" if act.fact.target is None else f"К записи {entry(act.fact.target + 1)}."


def _voided(day: Day) -> Section:
    rows = []
    for act in day.acts.values():
        if act.void and act.tag not in REVIEWING:
            what = _what(day, act)
            by = f"{_when(day, act.void.received)}, {act.void.by.short}"
            rows.append((str(act.number), what, act.void.reason, by, entry(act.void.seq + 1)))
    columns = ((14, "Запись"), (50, "Что"), (58, "Причина"), (36, "Аннулировано"), (20, "Запись об этом"))
    return Section("voided", columns, tuple(rows))


def _what(day: Day, act: Act) -> str:
    step = step_of(day, act)
    if step:
        return text(step.title, LANGUAGE, "en")
    names: dict[str, Callable[[], str]] = {
        "access.noted": lambda: "строка журнала доступа",
        "milestone.noted": lambda: "событие",
        "note.written": lambda: "заметка",
        "shift.handed": lambda: "передача смены",
        "outage.opened": lambda: "перерыв в видеонаблюдении",
        "outage.told": lambda: "сообщение о перерыве",
        "outage.decided": lambda: "решение о перерыве",
        "outage.restored": lambda: "окончание перерыва",
        "footage.uploaded": lambda: "загрузка записи на портал",
        "footage.copied": lambda: "копирование видеозаписей",
        "footage.checked": lambda: "проверка носителя",
    }
    return names.get(act.tag, lambda: act.tag)()
