"""Technical protocol of the exam day: completeness, every step with plan and fact, outages, devices.

Not a regulation form (none was found, reference.md 3.2): the set is ours and may be changed by a region.
"""

from app.domain.signing import with_addenda
from reports.form import Form, Shape
from reports.forms._protocol_day import from_day
from reports.forms._protocol_model import STATES, DayProtocol, Section, StageRows, StepRow
from reports.forms._ru import COMMON, long_date
from reports.layout import MM, Field, Sheet
from reports.tables import Column, Heading, Row, Table, free, open_table, typed
from reports.typeface import NBSP
from reports.typeset import (
    CELL,
    CELL_S,
    EVIDENCE,
    EVIDENCE_S,
    HEAD_S,
    HEAD_SECOND,
    NOTE,
    SECOND,
    VALUE_S,
    Cell,
    Fit,
    P,
    Style,
    set_lines,
)

LABELS = {
    "ru": COMMON["ru"]
    | {
        "region": "Наименование субъекта Российской Федерации",
        "place": "Наименование и адрес ППЭ",
        "code": "Код ППЭ",
        "exam": "Экзамен",
        "hours": "Начало и окончание",
        "rooms": "Аудиторий",
        "completeness": "Полнота",
        "planned_total": "Запланировано",
        "done_total": "Выполнено в срок",
        "late_total": "С опозданием",
        "impossible_total": "Выполнить невозможно",
        "waived_total": "Не требуется",
        "elsewhere_total": "В другой день",
        "open_total": "Не выполнено",
        "steps": "Шаги дня",
        "step": "Шаг",
        "plan": "План",
        "actual": "Факт",
        "difference": "Разница, мин",
        "state": "Состояние",
        "who": "Исполнитель",
        "evidence": "Сведения",
        "by": "Подтверждено",
        "done": "выполнено",
        "late": f"выполнено с{NBSP}опозданием",
        "impossible": "выполнить невозможно",
        "waived": "не требуется",
        "elsewhere": f"выполнено в{NBSP}другой день",
        "open": "не выполнено",
        "moves": "Перенос начала экзамена",
        "milestones": "События дня",
        "clock": "Часы сервера",
        "cameras": "Запись и камеры",
        "outages": "Перерывы в видеонаблюдении и питании",
        "shifts": "Передача смены",
        "footage": "Копии видеозаписей",
        "devices": "Устройства",
        "notes": "Заметки",
        "addenda": "Дополнения после закрытия дня",
        "voided": "Аннулированные записи",
    },
    "en": COMMON["en"]
    | {
        "title": "Technical protocol of the exam day",
        "completeness": "Completeness",
        "planned_total": "planned",
        "done_total": "done on time",
        "late_total": "done late",
        "impossible_total": "not possible",
        "waived_total": "not required",
        "elsewhere_total": "on another day",
        "open_total": "not done",
        "steps": "Steps by stage",
        "step": "step",
        "plan": "planned",
        "actual": "actual",
        "difference": "difference",
        "state": "state",
        "who": "performed by",
        "evidence": "evidence",
        "by": "confirmed by",
        "moves": "Moves of the start",
        "milestones": "Events of the day",
        "clock": "Clock of the server",
        "cameras": "Recording and cameras",
        "outages": "Outages",
        "shifts": "Handovers of the shift",
        "footage": "Copies of footage",
        "devices": "Devices",
        "notes": "Notes",
        "addenda": "Addenda after the day was closed",
        "voided": "Entries taken back",
    },
    "fi": COMMON["fi"]
    | {
        "title": "Koepäivän tekninen pöytäkirja",
        "completeness": "Toteutuminen",
        "planned_total": "suunniteltu",
        "done_total": "tehty ajallaan",
        "late_total": "tehty myöhässä",
        "impossible_total": "ei voitu tehdä",
        "waived_total": "ei vaadita",
        "elsewhere_total": "toisena päivänä",
        "open_total": "tekemättä",
        "steps": "Vaiheet jaksoittain",
        "step": "vaihe",
        "plan": "suunniteltu",
        "actual": "toteutunut",
        "difference": "ero",
        "state": "tila",
        "who": "suorittaja",
        "evidence": "tiedot",
        "by": "vahvistaja",
        "moves": "Alkamisajan siirrot",
        "milestones": "Päivän tapahtumat",
        "clock": "Palvelimen kello",
        "cameras": "Tallennus ja kamerat",
        "outages": "Katkokset",
        "shifts": "Vuoron luovutukset",
        "footage": "Tallenteiden kopiot",
        "devices": "Laitteet",
        "notes": "Muistiinpanot",
        "addenda": "Täydennykset päivän sulkemisen jälkeen",
        "voided": "Mitätöidyt merkinnät",
    },
    "de": COMMON["de"]
    | {
        "title": "Technisches Protokoll des Prüfungstags",
        "completeness": "Vollständigkeit",
        "planned_total": "geplant",
        "done_total": "rechtzeitig erledigt",
        "late_total": "verspätet erledigt",
        "impossible_total": "nicht möglich",
        "waived_total": "nicht erforderlich",
        "elsewhere_total": "an einem anderen Tag",
        "open_total": "nicht erledigt",
        "steps": "Schritte nach Abschnitten",
        "step": "Schritt",
        "plan": "Soll",
        "actual": "Ist",
        "difference": "Differenz",
        "state": "Zustand",
        "who": "ausgeführt von",
        "evidence": "Nachweise",
        "by": "bestätigt von",
        "moves": "Verlegungen des Beginns",
        "milestones": "Ereignisse des Tages",
        "clock": "Uhr des Servers",
        "cameras": "Aufzeichnung und Kameras",
        "outages": "Ausfälle",
        "shifts": "Dienstübergaben",
        "footage": "Kopien der Aufzeichnungen",
        "devices": "Geräte",
        "notes": "Notizen",
        "addenda": "Nachträge nach Abschluss des Tages",
        "voided": "Stornierte Einträge",
    },
}

BIG = Style("S", 20, 22)
TITLE_P = Style("S", 15, 19)
COLUMNS = (6, 33.6, 18.6, 19.8, 14, 25.4, 22.3, 31, 23)
NAMES = ("", "step", "plan", "actual", "difference", "state", "who", "evidence", "by")
LONG = 90  # signs: longer evidence stands under the row, over the full width


def draw(sheet: Sheet, protocol: DayProtocol) -> None:
    """Head, completeness, steps, and the tables after them."""
    sheet.y += 4 * MM
    sheet.head(sheet.also("title"), style=TITLE_P)
    sheet.fields(
        [
            Field(sheet.say("region"), protocol.region, 0.36),
            Field(sheet.say("place"), protocol.place, 0.47),
            Field(sheet.say("code"), protocol.centre, 0.17, VALUE_S),
        ]
    )
    sheet.fields(
        [
            Field(sheet.say("exam"), protocol.exam, 0.36),
            Field(sheet.say("hours"), protocol.hours, 0.47),
            Field(sheet.say("rooms"), protocol.rooms, 0.17),
        ]
    )
    sheet.rule(sheet.y)
    _summary(sheet, protocol)
    _steps(sheet, protocol)
    for section in protocol.sections:
        _section(sheet, section)
    sheet.y -= 6


# ---------------------------------------------------------------- completeness


def _summary(sheet: Sheet, protocol: DayProtocol) -> None:
    totals = protocol.totals
    sheet.heading(sheet.say("completeness"), sheet.also("completeness"), 6)
    sheet.y -= 3
    always = ("planned", "done", "late", "impossible", "waived")
    keys = [*always, *(k for k in ("elsewhere", "open") if getattr(totals, k))]
    width, top = sheet.width / len(keys), sheet.y
    for i, key in enumerate(keys):
        x, value = sheet.left + i * width, str(getattr(totals, key))
        sheet.text(x, top - 19, value, BIG)
        if key != "planned":
            sheet.ink.shade(key, x + BIG.width(value) + 5, top - 19, 8, 8)
        style, lines = set_lines(sheet.say(f"{key}_total"), NOTE, width - 4, Fit.TYPED)
        for k, line in enumerate(lines):
            sheet.text(x, top - 29.5 - k * 8.6, line, style)
        sheet.text(x, top - 38.5 - (len(lines) - 1) * 8.6, sheet.also(f"{key}_total"), SECOND)
    sheet.y = top - (48 if len(keys) == len(always) else 56)
    _bar(sheet, protocol)
    for stage in protocol.stages:
        _stage_blocks(sheet, stage)
    sheet.y -= 3


def _bar(sheet: Sheet, protocol: DayProtocol) -> None:
    """All steps as one bar, in the order of the states."""
    totals, x, high = protocol.totals, sheet.left, 8
    unit = sheet.width / max(totals.planned, 1)
    for key in STATES:
        if count := getattr(totals, key):
            sheet.ink.shade(key, x, sheet.y - high, unit * count, high)
            x += unit * count
    sheet.y -= high + 3


def _stage_blocks(sheet: Sheet, stage: StageRows) -> None:
    """One small block for each step, in the order of the day: where it was late."""
    sheet.y -= 12.2
    blocks = [row.state for row in stage.steps if row.block]
    done = sum(state in ("done", "late", "elsewhere") for state in blocks)
    late = [row.difference for row in stage.steps if row.state == "late" and row.difference]
    text = f"выполнено {done} из {len(blocks)}"
    if late:
        text += f", наибольшее опоздание {_minutes(max(late))}"
    left = sheet.left + 48 * MM
    style, lines = set_lines(stage.title["ru"], NOTE, 46 * MM, Fit.TYPED)
    sheet.text(sheet.left, sheet.y, lines[0] if len(lines) == 1 else f"{lines[0]}…", style)
    room = sheet.right - NOTE.width(text) - 8 - left
    pitch = min(8.6, room / max(len(blocks), 1))
    for i, state in enumerate(blocks):
        sheet.ink.shade(state, left + i * pitch, sheet.y - 0.4, pitch * 0.75, 6.4)
    sheet.text(sheet.right, sheet.y, text, NOTE, "r")


def _minutes(minutes: int) -> str:
    return f"{minutes}{NBSP}мин" if minutes < 120 else f"{minutes // 60}{NBSP}ч{NBSP}{minutes % 60}{NBSP}мин"


# ---------------------------------------------------------------- steps


def _steps(sheet: Sheet, protocol: DayProtocol) -> None:
    sheet.heading(sheet.say("steps"), sheet.also("steps"), 12)
    heads = [Heading(0, 0, P("№", HEAD_S))]
    for i, key in enumerate(NAMES[1:], 1):
        second = sheet.also(key)
        heads.append(Heading(i, i, [P(sheet.say(key), HEAD_S), *([P(second, HEAD_SECOND)] if second else [])]))
    columns = [Column(share, "r" if i == 4 else "l") for i, share in enumerate(COLUMNS)]
    rows: list[Row] = []
    for stage in protocol.stages:
        second = "" if sheet.document.language == "ru" else stage.title.get(sheet.document.language, "")
        rows.append(Row(band=(stage.title["ru"], second or _english(sheet, stage), stage.date)))
        rows += [_row(sheet, step) for step in stage.steps]
    Table(sheet, columns, [heads]).draw(rows)


def _english(sheet: Sheet, stage: StageRows) -> str:
    return "" if sheet.document.language == "ru" else stage.title.get("en", "")


def _row(sheet: Sheet, step: StepRow) -> Row:
    style = CELL_S if step.state in ("late", "impossible", "open") else CELL
    long = len(step.evidence) > LONG
    under = [f"{sheet.say('evidence')}: {step.evidence}"] if long else []
    cells: list[Cell] = [
        typed(str(step.number)),
        typed(step.title),
        typed(step.planned),
        [typed(step.actual or "–"), *([typed(step.share, EVIDENCE)] if step.share else [])],
        typed(_signed(step.difference), CELL if step.state == "open" else style),
        P(sheet.say(step.state), style, mark=step.state, fit=Fit.TYPED),
        free(step.who or "–", EVIDENCE),
        free("см. ниже" if long else step.evidence, EVIDENCE),
        _confirmed(sheet, step),
    ]
    return Row(cells, under=[free(text, EVIDENCE) for text in (*under, *step.remarks)])


def _signed(minutes: int | None) -> str:
    """``+4``, ``−13``, ``0``; empty without a plan."""
    if minutes is None:
        return ""
    return "0" if minutes == 0 else f"{'+' if minutes > 0 else '−'}{abs(minutes)}"


def _confirmed(sheet: Sheet, step: StepRow) -> Cell:
    lines = [free(line, EVIDENCE) for line in step.confirmed]
    if step.waits:
        lines += [
            P(f"{sheet.say('waits')}:", EVIDENCE_S, mark="open", fit=Fit.TYPED),
            P(step.waits, EVIDENCE_S, fit=Fit.FREE),
        ]
    return lines or P("–", EVIDENCE)


# ---------------------------------------------------------------- what stands after them


def _section(sheet: Sheet, section: Section) -> None:
    if not sheet.fits(90):
        sheet.turn()
        sheet.y += 14
    sheet.heading(sheet.say(section.key), sheet.also(section.key), 14)
    open_table(sheet, section.columns, section.rows)


FORM = Form(
    code="day-protocol",
    title={
        "ru": "Протокол технического обеспечения дня экзамена",
        "en": "Technical protocol of the exam day",
        "fi": "Koepäivän tekninen pöytäkirja",
        "de": "Technisches Protokoll des Prüfungstags",
    },
    language="ru",
    shape=Shape(landscape=False, left=20, right=12, top=18, bottom=28),
    labels=LABELS,
    draw=draw,
    from_day=from_day,
    dated=long_date,
    slots=with_addenda,
    extra={"number": "05", "addenda": True},
)
