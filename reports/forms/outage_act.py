"""Act of outage: every outage of recording and of online broadcast of the day, each with what followed.

No official form was found (reference.md 2.4 and 3.3), so the layout is ours, and the act says so.
"""

from dataclasses import dataclass
from datetime import datetime

from app.domain.day import Act, Day
from app.domain.outages import FOLLOWING, OPENED, STAGES, Outage, outages, uploads
from reports.form import Form, Shape
from reports.forms._day_moves import hours
from reports.forms._day_words import LANGUAGE, actor, entered, entry, exam_line, sentence, zone_line
from reports.forms._outage_words import (
    CAUSES,
    KINDS,
    corrections,
    event,
    footage,
    local_recording,
    minutes,
    span,
    when,
)
from reports.forms._ru import COMMON, long_date
from reports.layout import MM, Field, Sheet
from reports.of_day import centre_line, rooms
from reports.tables import Column, Heading, Row, Table, free, typed
from reports.typeset import EVIDENCE, HEAD_S, HEAD_SECOND, NOTE, VALUE_S, Fit, P, Style

LABELS = {
    "ru": COMMON["ru"]
    | {
        "region": "Наименование субъекта Российской Федерации",
        "place": "Наименование и адрес ППЭ",
        "code": "Код ППЭ",
        "exam": "Экзамен",
        "hours": "Начало и окончание",
        "count": "Перерывов",
        "ours": "Официальная форма такого акта не найдена. Состав сведений разработан для этого журнала.",
        "none": "Перерывы видеозаписи и онлайн-трансляции в журнале не отмечены.",
        "where": "Места",
        "time": "Время",
        "minutes": "Мин",
        "cause": "Причина",
        "local": "Видеозапись на месте",
        "event": "Событие",
        "who": "Кто внёс",
        "entry": "Запись",
        "void": "Аннулированные записи о перерывах",
    },
    "en": COMMON["en"]
    | {
        "title": "Act of outages of video surveillance",
        "region": "Region",
        "place": "Name and address of the exam centre",
        "code": "Centre code",
        "exam": "Exam",
        "hours": "Start and end",
        "count": "Outages",
        "ours": "No official form of such an act was found; this set is the logbook’s own.",
        "none": "No outage of recording or broadcast stands in the journal.",
        "where": "places",
        "time": "time",
        "minutes": "min",
        "cause": "cause",
        "local": "local recording",
        "event": "event",
        "who": "entered by",
        "entry": "entry",
        "void": "Annulled entries about outages",
    },
}
EVENTS = (("time", 22), ("event", 98), ("who", 40), ("entry", 18))
TITLE_A = Style("S", 15, 19)
BLOCK = 150  # points that the head of an outage and its first event need


@dataclass(frozen=True)
class Event:
    """One entry of an outage. ``remarks`` stand under it."""

    cells: tuple[str, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Block:
    """One outage, in local times and finished words."""

    title: str
    rooms: str
    time: str
    minutes: str
    cause: str
    local: str
    footage: str
    events: tuple[Event, ...]


@dataclass(frozen=True)
class OutageAct:
    """The whole document."""

    region: str
    place: str
    centre: str
    exam: str
    hours: str
    thresholds: str
    blocks: tuple[Block, ...]
    void: tuple[str, ...] = ()


# ---------------------------------------------------------------- from the day


def from_day(day: Day, now: datetime) -> OutageAct:
    """What the act says of ``day`` as it stands at ``now``."""
    owed = {u.outage.seq: u for u in uploads(day, now) if u.outage}
    return OutageAct(
        region=day.opened.centre.region_name,
        place=centre_line(day),
        centre=day.centre_code,
        exam=exam_line(day),
        hours=f"{hours(day)}, время {zone_line(day)}",
        thresholds=_thresholds(day),
        blocks=tuple(_block(day, n, o, footage(day, o, owed.get(o.seq)), now) for n, o in enumerate(outages(day), 1)),
        void=tuple(_void(day, a) for a in day.acts.values() if a.void and a.tag in (OPENED, *FOLLOWING)),
    )


def _thresholds(day: Day) -> str:
    found = [day.parameter(f"outage_{stage}_min") for stage in STAGES]
    if None in found:
        return ""
    warn, escalate, critical = found
    return (
        f"Пороги этого дня: предупреждение {warn}, передача на следующую линию {escalate}, критический {critical} мин. "
        "Они заданы параметрами дня и нормой не являются."
    )


def _block(day: Day, number: int, found: Outage, became: str, now: datetime) -> Block:
    fact = found.act.fact
    return Block(
        f"{number}. {KINDS.get(found.kind, found.kind)}", rooms(day, found.rooms), span(day, found),
        str(minutes(found, now)), CAUSES.get(fact.cause, fact.cause), local_recording(found), became,
        tuple(_event(day, act) for act in (found.act, *found.following)),
    )  # fmt: skip


def _event(day: Day, act: Act) -> Event:
    name, title, _ = actor(day, act)
    remarks = (*entered(day, act, lambda moment: when(day, moment)), *corrections(day, act))
    return Event((when(day, act.at), event(act), f"{name}, {title}", entry(act.number)), remarks)


def _void(day: Day, act: Act) -> str:
    assert act.void is not None
    what = f"{event(act)} " if act.fact is not None else ""
    by = f"{when(day, act.void.received)}, {act.void.by.short}, {entry(act.void.seq + 1)}"
    return f"{entry(act.number)}: {what}Аннулировано {by}. Причина: {sentence(act.void.reason)}"


# ---------------------------------------------------------------- on the sheet


def draw(sheet: Sheet, act: OutageAct) -> None:
    """Head, then one block for each outage."""
    sheet.y += 4 * MM
    sheet.head(sheet.also("title"), style=TITLE_A)
    sheet.fields([
        Field(sheet.say("region"), act.region, 0.36),
        Field(sheet.say("place"), act.place, 0.47),
        Field(sheet.say("code"), act.centre, 0.17, VALUE_S),
    ])  # fmt: skip
    sheet.fields([
        Field(sheet.say("exam"), act.exam, 0.36),
        Field(sheet.say("hours"), act.hours, 0.47),
        Field(sheet.say("count"), str(len(act.blocks)), 0.17, VALUE_S),
    ])  # fmt: skip
    sheet.rule(sheet.y)
    sheet.block([P(t, NOTE, fit=Fit.FREE) for t in (sheet.say("ours"), sheet.also("ours"), act.thresholds) if t], gap=4)
    if not act.blocks:
        sheet.block(P(sheet.say("none"), VALUE_S, fit=Fit.FREE), gap=10)
        sheet.block(P(sheet.also("none"), NOTE, fit=Fit.FREE))
    for block in act.blocks:
        _draw_block(sheet, block)
    if act.void:
        sheet.heading(sheet.say("void"), sheet.also("void"), 14)
        sheet.block([P(line, NOTE, fit=Fit.FREE) for line in act.void], gap=2)
    sheet.y -= 6


def _draw_block(sheet: Sheet, block: Block) -> None:
    if not sheet.fits(BLOCK):
        sheet.turn()
    sheet.heading(block.title, "", 14)
    sheet.fields([
        Field(_both(sheet, "where"), block.rooms, 0.22),
        Field(_both(sheet, "time"), block.time, 0.22, VALUE_S),
        Field(_both(sheet, "minutes"), block.minutes, 0.10, VALUE_S),
        Field(_both(sheet, "cause"), block.cause, 0.24),
        Field(_both(sheet, "local"), block.local, 0.22),
    ])  # fmt: skip
    sheet.block(P(block.footage, NOTE, fit=Fit.FREE))
    sheet.y -= 3
    heads = []
    for i, (key, _) in enumerate(EVENTS):
        second = sheet.also(key)
        heads.append(Heading(i, i, [P(sheet.say(key), HEAD_S), *([P(second, HEAD_SECOND)] if second else [])]))
    rows = [Row([typed(c) for c in e.cells], under=[free(r, EVIDENCE) for r in e.remarks]) for e in block.events]
    Table(sheet, [Column(share) for _, share in EVENTS], [heads]).draw(rows)


def _both(sheet: Sheet, key: str) -> str:
    """The label with the reader's one beside it."""
    second = sheet.also(key)
    return f"{sheet.say(key)} / {second}" if second else sheet.say(key)


def had_outages(day: Day) -> bool:
    """Is there something to write an act about?"""
    return bool(outages(day))


FORM = Form(
    code="outage-act",
    title={
        "ru": "Акт о перерывах в видеонаблюдении",
        "en": "Act of outages of video surveillance",
        "fi": "Videovalvonnan katkospöytäkirja",
        "de": "Protokoll über den Ausfall der Videoüberwachung",
    },
    language=LANGUAGE,
    shape=Shape(landscape=False, left=20, right=12, top=18, bottom=28),
    labels=LABELS,
    draw=draw,
    from_day=from_day,
    dated=long_date,
    when=had_outages,
    extra={"number": "06"},
)
