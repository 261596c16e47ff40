"""Copies of footage in the protocol of the day: which medium, what of, how much, and how it was read again."""

from datetime import datetime

from app.domain import facts as f
from app.domain.day import Act, Day
from app.domain.footage import checks
from reports.forms._day_words import entered, entry
from reports.forms._media import KINDS, grouped
from reports.forms._protocol_model import Section
from reports.forms._ru import dotted_date
from reports.of_day import clock, rooms
from reports.typeface import NBSP

COUNTS = ("изменено", "отсутствует", "добавлено", "переименовано", "не читается")
WORDS = {True: "копия цела", False: "опись файлов изменена"}
COLUMNS = ((30, "Помещения"), (36, "Носитель"), (30, "Файлы"), (66, "Период, полнота записи, проверки"), (16, "Запись"))
MOST_GAPS = 6


def footage_section(day: Day) -> Section:
    """Copies that stand; one that was taken back is among the annulled entries."""
    return Section("footage", COLUMNS, tuple(_row(day, act) for act in day.tagged("footage.copied")))


def _row(day: Day, act: Act) -> tuple[str, ...]:
    fact: f.FootageCopied = act.fact
    medium = f"{KINDS.get(fact.medium.kind, fact.medium.kind)}, №{NBSP}{fact.medium.serial}"
    seal = f", пломба №{NBSP}{fact.seal}" if fact.seal else ""
    viewed = "копия выборочно просмотрена" if fact.viewed else "копия не просмотрена"
    said = [f"Видеозапись: {_span(day, fact.period)}; {viewed}."]
    said += [_coverage(day, part) for part in fact.coverage]
    said += [_check(day, later) for later in checks(day, act.seq)]
    said += entered(day, act, lambda moment: _when(day, moment))
    files = f"{fact.files}{NBSP}шт., {grouped(fact.size)}{NBSP}Б"
    return rooms(day, fact.rooms), medium + seal, files, " ".join(said), entry(act.number)


def _coverage(day: Day, part: f.Coverage) -> str:
    share = f"{part.covered_ppm // 1000 / 10:.1f}".replace(".", ",")
    text = f"Камера {part.camera}: {_span(day, part.planned)}, полнота записи {share}{NBSP}%"
    if part.gaps:
        named = ", ".join(_gap(day, gap) for gap in part.gaps[:MOST_GAPS])
        left = len(part.gaps) - len(part.gaps[:MOST_GAPS]) + part.more
        text += f", перерывы в записи: {named}" + (f" и ещё {left}" if left else "")
    if part.doubts:
        text += f", замечаний к файлам: {len(part.doubts)}"
    return f"{text}."


def _check(day: Day, act: Act) -> str:
    fact: f.FootageChecked = act.fact
    found = ", ".join(f"{word}: {count}" for word, count in zip(COUNTS, fact.counts, strict=True) if count)
    return f"Проверка {_when(day, act.at)}, {entry(act.number)}: {found or WORDS[fact.result == 'whole']}."


def _span(day: Day, period: f.Period) -> str:
    start, end = day.local(period.start), day.local(period.end)
    if start.date() == end.date() == day.date:
        return f"{start:%H:%M}–{end:%H:%M}"
    return f"{_when(day, period.start)}–{_when(day, period.end)}"


def _gap(day: Day, gap: f.Period) -> str:
    return f"{day.local(gap.start):%H:%M:%S}–{day.local(gap.end):%H:%M:%S}"


def _when(day: Day, moment: datetime) -> str:
    local = day.local(moment)
    return f"{dotted_date(local)}{NBSP}{clock(local)}"
