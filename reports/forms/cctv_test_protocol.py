"""Protocol of the test of the CCTV system: the points of the source (reference.md 3.1, S19), of this centre.

The source is a form of the whole region and its point 4 was cut. What it asks for and the journal of a centre does
not know is a blank line; the results room by room are our annex.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.day import Act, Day
from app.domain.evidence import within
from app.domain.profile import Field, Step, text
from reports.form import Form, Shape
from reports.forms._acts import DE, EN, FI, RU, Head, draw_head, head_of, lines, part
from reports.forms._day_values import value_words
from reports.forms._day_words import actor, entry, post
from reports.forms._hand import answers
from reports.forms._ru import long_date
from reports.layout import Sheet
from reports.of_day import rooms
from reports.tables import Column, Heading, Row, Table, free, open_table, typed
from reports.typeface import NBSP
from reports.typeset import CELL, CELL_S, EVIDENCE, HEAD_S, HEAD_SECOND, SMALL, Cell, Fit, Hand, P

STEP = "d1.cctv_check"
ANGLES, FAULT, REPAIR, SERIAL = "angles_ok", "fault", "repair_date", "camera_serial"
RESULTS = ("picture_ok", "sound_ok", "overlay_ok", "clock_diff_s", "free_space_gb", "ups_minutes", ANGLES)
LABELS = {
    "ru": RU
    | {
        "scope": "Что проверено",
        "findings": "Результаты тестирования",
        "annex": "Приложение. Результаты по помещениям",
        "room": "Помещение",
        "at": "Проверено",
        "picture_ok": "Изображение",
        "sound_ok": "Звук",
        "overlay_ok": "Титры",
        "clock_diff_s": "Часы, с",
        "free_space_gb": "Свободно, ГБ",
        "ups_minutes": "ИБП, мин",
        "angles_ok": "Ракурсы",
        "serials": "Камеры: заводские номера",
        "entry": "Запись",
    },
    "en": EN
    | {
        "title": "Protocol of the test of the CCTV system",
        "scope": "What was tested",
        "findings": "Results",
        "annex": "Annex: results room by room",
        "room": "room",
        "at": "tested",
        "picture_ok": "picture",
        "sound_ok": "sound",
        "overlay_ok": "overlay",
        "clock_diff_s": "clock",
        "free_space_gb": "free",
        "ups_minutes": "UPS",
        "angles_ok": "angles",
        "serials": "cameras: serial numbers",
        "entry": "entry",
    },
    "fi": FI
    | {
        "title": "Videovalvontajärjestelmän testauspöytäkirja",
        "scope": "Mitä testattiin",
        "findings": "Tulokset",
        "annex": "Liite: tulokset huoneittain",
        "room": "huone",
        "at": "testattu",
        "picture_ok": "kuva",
        "sound_ok": "ääni",
        "overlay_ok": "tekstitys",
        "clock_diff_s": "kello",
        "free_space_gb": "vapaana",
        "ups_minutes": "UPS",
        "angles_ok": "kulmat",
        "serials": "kamerat: sarjanumerot",
        "entry": "merkintä",
    },
    "de": DE
    | {
        "title": "Protokoll der Kontrolle der Videoüberwachung",
        "scope": "Was kontrolliert wurde",
        "findings": "Ergebnisse",
        "annex": "Anlage: Ergebnisse je Raum",
        "room": "Raum",
        "at": "kontrolliert",
        "picture_ok": "Bild",
        "sound_ok": "Ton",
        "overlay_ok": "Titel",
        "clock_diff_s": "Uhr",
        "free_space_gb": "frei",
        "ups_minutes": "USV",
        "angles_ok": "Winkel",
        "serials": "Kameras: Seriennummern",
        "entry": "Eintrag",
    },
}
SOURCE = (
    "Пункты 1–3 — по протоколу тестирования системы видеонаблюдения из методических документов; пункт 4 в доступном "
    "источнике не приведён и здесь опущен. Источник не называет, кто подписывает протокол: состав подписей определён "
    "этой программой. Приложение составлено по записям журнала; регион может установить свою форму."
)
COLUMNS = (
    ("room", 17), ("at", 20), ("picture_ok", 19), ("sound_ok", 11), ("overlay_ok", 13), ("clock_diff_s", 13),
    ("free_space_gb", 16), ("ups_minutes", 12), ("angles_ok", 15), ("serials", 42),
)  # fmt: skip


@dataclass(frozen=True)
class Value:
    """One result in words; ``bad``: out of the profile's limit."""

    words: str
    bad: bool = False


@dataclass(frozen=True)
class RoomResult:
    """A tested room. ``results``: in the order of RESULTS."""

    room: str
    at: str
    results: tuple[Value, ...]
    serials: str
    who: str
    entry: int


@dataclass(frozen=True)
class Fault:
    """A row of point 2. ``repaired`` empty: to be written by hand."""

    room: str
    what: str
    repaired: str


@dataclass(frozen=True)
class Protocol:
    """The whole document. ``angles`` empty: to be written by hand."""

    head: Head
    planned: int
    tested: int
    missing: str
    rows: tuple[RoomResult, ...]
    faults: tuple[Fault, ...]
    angles: str
    people: tuple[str, ...]


# ---------------------------------------------------------------- from the day


def when(day: Day) -> bool:
    """Was a room tested, by a profile that asks for the points of the protocol?"""
    step = next((s for s in day.profile.steps if s.id == STEP), None)
    return step is not None and any(f.id == ANGLES for f in step.fields) and bool(_tests(day))


def _tests(day: Day) -> dict[str, Act]:
    """The newest act that stands of every tested room, in the plan's order."""
    found = {room: act for act in day.step_acts(STEP) if act.tag == "step.done" for room in act.fact.places}
    return {room.code: found[room.code] for room in day.rooms if room.code in found}


def from_day(day: Day, now: datetime) -> Protocol:
    """What the protocol says of ``day``."""
    step, tests = day.profile.step(STEP), _tests(day)
    planned = [room.code for room in day.rooms if not step.kinds or room.kind in step.kinds]
    missing = [code for code in planned if code not in tests]
    return Protocol(
        head=head_of(day),
        planned=len(planned),
        tested=len(tests),
        missing=rooms(day, missing),
        rows=tuple(_result(day, step, code, act) for code, act in tests.items()),
        faults=tuple(fault for code, act in tests.items() if (fault := _fault(day, step, code, act))),
        angles=_angles(day, tests),
        people=_people(day, tests),
    )


def _result(day: Day, step: Step, code: str, act: Act) -> RoomResult:
    given, local = act.fact.evidence, day.local(act.at)
    plan = ", ".join(filter(None, (c.serial for c in day.cameras if c.room == code)))
    return RoomResult(
        rooms(day, [code]), f"{local:%d.%m %H:%M}", tuple(_value(day, step, given, name) for name in RESULTS),
        str(given.get(SERIAL, "")) or plan, actor(day, act)[0], act.number,
    )  # fmt: skip


def _value(day: Day, step: Step, given: dict[str, Any], name: str) -> Value:
    spec = next((s for s in step.fields if s.id == name), None)
    if spec is None or name not in given:
        return Value("–")
    value = given[name]
    return Value(_words(day, spec, value), not within(spec, value, day.date))


def _words(day: Day, spec: Field, value: Any) -> str:
    """A result; a number without its unit, which stands in the heading."""
    return str(value).replace("-", "−") if spec.type == "number" else value_words(day, spec, value)


def _fault(day: Day, step: Step, code: str, act: Act) -> Fault | None:
    """What is wrong in a room: what was written of it, and every result out of its limit."""
    given = act.fact.evidence
    specs = [s for s in step.fields if s.id in RESULTS and s.id in given]
    wrong = [
        f"{text(spec.title, 'ru', 'en')}: {_words(day, spec, given[spec.id])}"
        for spec in specs if not within(spec, given[spec.id], day.date)
    ]  # fmt: skip
    said = str(given.get(FAULT, ""))
    if not wrong and not said:
        return None
    repaired = given.get(REPAIR)
    on = f"{datetime.fromisoformat(repaired):%d.%m.%Y}" if isinstance(repaired, str) else ""
    return Fault(rooms(day, [code]), "; ".join(filter(None, (said, *wrong))), on)


def _angles(day: Day, tests: dict[str, Act]) -> str:
    """Point 3 over all rooms; empty when no room was asked about."""
    said = {code: act.fact.evidence.get(ANGLES) for code, act in tests.items()}
    off = [code for code, value in said.items() if value is False]
    unasked = [code for code, value in said.items() if value is None]
    if len(unasked) == len(said):
        return ""
    parts = [f"не соответствуют: {rooms(day, off)}"] if off else []
    parts += [f"не указано: {rooms(day, unasked)}"] if unasked else []
    return "; ".join(parts) or "соответствуют во всех проверенных помещениях"


def _people(day: Day, tests: dict[str, Act]) -> tuple[str, ...]:
    """Who tested and who confirmed it, act by act."""
    out = []
    for act in {act.seq: act for act in tests.values()}.values():
        name, title, _ = actor(day, act)
        where = rooms(day, [code for code, found in tests.items() if found is act])
        given = [f"{c.short}, {post(day, c.role)}, запись {entry(c.seq + 1)}" for c in act.valid_confirmations]
        confirmed = f"Подтверждено: {'; '.join(given)}." if given else "Не подтверждено."
        out.append(f"{where}: {name}, {title}, запись {entry(act.number)}. {confirmed}")
    return tuple(out)


# ---------------------------------------------------------------- on the sheet


def draw(sheet: Sheet, protocol: Protocol) -> None:
    """Head and scope, the points of the source, the annex."""
    draw_head(sheet, protocol.head, sheet.also("title"))
    sheet.rule(sheet.y)
    part(sheet, "scope", 8)
    _scope(sheet, protocol)
    part(sheet, "findings", 8)
    _points(sheet, protocol)
    sheet.block(P(SOURCE, SMALL, fit=Fit.FREE), gap=7)
    part(sheet, "annex", 14)
    _annex(sheet, protocol)
    lines(sheet, protocol.people, gap=6)
    sheet.y -= 4


def _scope(sheet: Sheet, protocol: Protocol) -> None:
    tested = f"{protocol.tested} из {protocol.planned}"
    if protocol.missing:
        tested += f"; не проверены: {protocol.missing}"
    answers(sheet, [
        ("Количество ППЭ (без учёта РЦОИ)", f"1{NBSP}(протокол составлен в одном ППЭ)"),
        ("Количество помещений ППЭ: проверено", tested),
        ("Количество помещений РЦОИ", Hand("заполняется от руки", 16)),
        ("Участие ситуационно-информационного центра (СИЦ)", Hand("да / нет, заполняется от руки", 16)),
    ])  # fmt: skip


def _points(sheet: Sheet, protocol: Protocol) -> None:
    whole = not protocol.missing and not protocol.faults
    none = "да" if whole else "нет, см. пункт 2" if protocol.faults else "да, в проверенных помещениях"
    answers(sheet, [("1. Ошибки не выявлены", none)])
    answers(sheet, [("2. Выявлены ошибки", "см. перечень" if protocol.faults else "нет")])
    if protocol.faults:
        sheet.y -= 4
        columns = [(24, "Код ППЭ"), (24, "Помещение"), (92, "Ошибка"), (38, "Дата устранения")]
        rows: list[list[Cell]] = [
            [protocol.head.code, fault.room, fault.what, fault.repaired or Hand("дата", 16)]
            for fault in protocol.faults
        ]
        open_table(sheet, columns, rows)
        sheet.y -= 6
    third = "3. Утверждённые ракурсы камер соответствуют методическим рекомендациям"
    answers(sheet, [(third, protocol.angles or Hand("да / нет, заполняется от руки", 16))])


def _annex(sheet: Sheet, protocol: Protocol) -> None:
    heads = []
    for i, (name, _) in enumerate(COLUMNS):
        more = [P(second, HEAD_SECOND, fit=Fit.TYPED)] if (second := sheet.also(name)) else []
        heads.append(Heading(i, i, [P(sheet.say(name), HEAD_S, fit=Fit.TYPED), *more]))
    columns = [Column(share) for _, share in COLUMNS]
    sheet.y -= 2
    Table(sheet, columns, [heads]).draw([_row(result) for result in protocol.rows])


def _row(result: RoomResult) -> Row:
    values = [
        P(v.words, CELL_S if v.bad else CELL, mark="late" if v.bad else "", fit=Fit.TYPED) for v in result.results
    ]
    return Row([P(result.room, CELL_S, fit=Fit.FREE), typed(result.at), *values, free(result.serials or "–", EVIDENCE)])


FORM = Form(
    code="cctv-test-protocol",
    title={
        "ru": "Протокол тестирования системы видеонаблюдения",
        "en": "Protocol of the test of the CCTV system",
        "fi": "Videovalvontajärjestelmän testauspöytäkirja",
        "de": "Protokoll der Kontrolle der Videoüberwachung",
    },
    language="ru",
    shape=Shape(landscape=False, left=20, right=12, top=18, bottom=28),
    labels=LABELS,
    draw=draw,
    from_day=from_day,
    dated=long_date,
    profiles=("ru-ege-main",),
    when=when,
    awaits={
        "en": "comes when the cameras of a room were tested",
        "ru": "появится после проверки камер хотя бы в одном помещении",
        "fi": "tulee, kun jonkin huoneen kamerat on testattu",
        "de": "kommt, wenn die Kameras eines Raums kontrolliert wurden",
    },
    extra={"number": "04"},
)
