"""Journal of access to video surveillance equipment: the official columns, and an annex of our own.

Columns as in the federal sets of 2017 and 2018 (reference.md 2.1); nothing is added to the official
table. What the journal knows beyond it (cabinets and seals, corrections, late entries) stands in the annex.
"""

from datetime import datetime

from reports.form import Form, Shape
from reports.forms._access_day import from_day
from reports.forms._access_model import AccessJournal, JournalRow, Mark
from reports.forms._ru import COMMON, dotted_date, dotted_time, long_date, official_name, plural, span, zone_name
from reports.layout import MM, Field, Sheet, offset
from reports.tables import Column, Heading, Row, Table, open_table, typed
from reports.typeface import NBSP
from reports.typeset import CELL, HEAD, LABEL, NOTE, SECOND, SMALL, TITLE, Cell, Fit, Hand, P

LABELS = {
    "ru": COMMON["ru"]
    | {
        "region": "Наименование субъекта Российской Федерации",
        "place": "Наименование и адрес ППЭ/РЦОИ",
        "exam": "Экзамен",
        "time": "Время",
        "code": "код ППЭ",
        "annex": "Приложение",
        "cabinets": "Вскрытие шкафов и пломбы",
        "corrections": "Исправления",
        "late": "Строки, внесённые с опозданием",
        "unconfirmed_rows": "Строки без подтверждения",
        "voided": "Аннулированные строки",
        "nothing": "Вскрытий, исправлений, опозданий и строк без подтверждения нет.",
    },
    "en": COMMON["en"]
    | {
        "title": "Journal of access to video surveillance equipment",
        "annex": "Annex to the journal",
        "cabinets": "Cabinets opened, state found, seals",
        "corrections": "Corrections",
        "late": "Late entries",
        "unconfirmed_rows": "Rows not confirmed",
        "voided": "Rows taken back",
        "nothing": "nothing to report",
    },
    "fi": COMMON["fi"]
    | {
        "title": "Videovalvontalaitteiden käyttöpäiväkirja",
        "annex": "Päiväkirjan liite",
        "cabinets": "Avatut laitekaapit, todettu tila, sinetit",
        "corrections": "Korjaukset",
        "late": "Jälkikirjaukset",
        "unconfirmed_rows": "Vahvistamattomat rivit",
        "voided": "Mitätöidyt rivit",
        "nothing": "ei ilmoitettavaa",
    },
    "de": COMMON["de"]
    | {
        "title": "Zugriffsjournal der Videoüberwachung",
        "annex": "Anhang zum Journal",
        "cabinets": "Geöffnete Geräteschränke, vorgefundener Zustand, Plomben",
        "corrections": "Berichtigungen",
        "late": "Verspätete Einträge",
        "unconfirmed_rows": "Nicht bestätigte Zeilen",
        "voided": "Stornierte Zeilen",
        "nothing": "nichts zu vermerken",
    },
}

# Official heads: (first column, last, text, over both rows), numbered from 0.
UPPER = (
    (0, 0, "N", True),
    (1, 1, "Дата", True),
    (2, 2, "Номер аудитории ППЭ/РЦОИ, в котором размещено средство видеонаблюдения", True),
    (3, 4, "Время (часы, минуты)", False),
    (5, 5, "Осуществляемые действия", True),
    (6, 8, "Сведения о лице, осуществляющем действия", False),
    (9, 11, "Ответственный за видеонаблюдение в ППЭ/РЦОИ", False),
)
LOWER = ((3, "Начало действия"), (4, "Окончание действия"), (6, "ФИО"), (7, "Должность"), (8, "Подпись"),
         (9, "ФИО"), (10, "Должность"), (11, "Подпись"))  # fmt: skip
COLUMNS = (
    Column(8, "c"), Column(12, "c"), Column(28.5), Column(15, "fig"), Column(18, "fig"), Column(35),
    Column(23, heavy=True), Column(29), Column(30), Column(24, heavy=True), Column(22), Column(30),
)  # fmt: skip
GRAPH = {"date": 2, "rooms": 3, "start": 4, "end": 5, "action": 6}


def draw(sheet: Sheet, journal: AccessJournal) -> None:
    """The official table, and the annex on a page of its own."""
    sheet.y += 3 * MM
    sheet.head(sheet.also("title"), journal.centre, sheet.say("code"))
    sheet.fields(
        [
            Field(sheet.say("region"), journal.region, 0.225),
            Field(sheet.say("place"), journal.place, 0.405),
            Field(sheet.say("exam"), journal.exam, 0.20),
            Field(sheet.say("time"), f"{zone_name(journal.zone)}, {offset(journal.now)}", 0.17),
        ]
    )
    heads = [
        [Heading(a, b, P(text, HEAD), tall) for a, b, text, tall in UPPER],
        [Heading(i, i, P(text, HEAD)) for i, text in LOWER],
    ]
    table = Table(sheet, COLUMNS, heads, grid=True)
    points = _points(journal)
    table.draw(Row(_cells(row, points)) for row in journal.rows)
    sheet.block(_closing(journal), gap=5)
    if any(not row.mark.paper for row in journal.rows):
        sheet.block(
            P(
                "«эл. подп.» значит: запись с этим номером внесена лицом, вошедшим под своим именем; ответственный "
                "подтвердил её своим кодом подписи. Пустая линия оставлена для подписи от руки.",
                LABEL,
            )
        )
    _annex(sheet, journal)


# ---------------------------------------------------------------- the official table


def _points(journal: AccessJournal) -> dict[str, int]:
    """Numbers of the annex's sections that are printed."""
    full = {
        "cabinets": journal.cabinets,
        "corrections": journal.corrections,
        "late": journal.late,
        "unconfirmed_rows": [r for r in journal.rows if not r.confirmed and not r.void],
        "voided": journal.voided,
    }
    return {key: i for i, key in enumerate((k for k, v in full.items() if v), 1)}


def _cells(row: JournalRow, points: dict[str, int]) -> list[Cell]:
    action: list[P] = _value(row, "action", row.action)
    if row.corrected and "corrections" in points:
        action.append(typed(f"исправлена, прил. п.{NBSP}{points['corrections']}", SMALL))
    if row.entered:
        note = f"внесена {_entered(row, row.entered)}"
        if row.late and "late" in points:
            note += f", с опозданием на {span(row.late)}, прил. п.{NBSP}{points['late']}"
        action.append(typed(note, SMALL))
    if row.void and "voided" in points:
        action.append(typed(f"аннулирована, прил. п.{NBSP}{points['voided']}", SMALL))
    if row.confirmed:
        confirmed: Cell = _mark(row.confirmed)
    else:
        confirmed = P("–", CELL) if row.void else Hand("не подтверждено")
    actor, head = official_name(row.actor.short), official_name(row.responsible.short)
    return [
        P(str(row.number), strike=row.void, fit=Fit.TYPED),
        _value(row, "date", dotted_date(row.start)),
        _value(row, "rooms", row.rooms),
        _value(row, "start", dotted_time(row.start)),
        _value(row, "end", dotted_time(row.end)),
        action,
        P(actor, strike=row.void, fit=Fit.TYPED),
        P(row.actor.post, strike=row.void, fit=Fit.TYPED),
        _mark(row.mark),
        typed(head),
        typed(row.responsible.post),
        confirmed,
    ]


def _entered(row: JournalRow, at: datetime) -> str:
    """The time of the entry, with its date when it is not the row's."""
    return f"в{NBSP}{dotted_time(at)}" if at.date() == row.end.date() else _when(at)


def _value(row: JournalRow, column: str, value: str) -> list[P]:
    """The value, under the struck old one when it was corrected."""
    new = P(value, strike=row.void, fit=Fit.TYPED)
    return [P(row.old[column], strike=True, fit=Fit.TYPED), new] if column in row.old else [new]


def _mark(mark: Mark) -> list[P]:
    """«эл. подп. Фамилия И.О.» and «28.05 10.16, запись 37»."""
    when = f"{dotted_date(mark.at)} {dotted_time(mark.at)}, запись{NBSP}{mark.number}"
    if mark.paper:
        return [typed(f"на бумаге: {mark.paper}", SMALL), typed(when, SMALL)]
    return [typed(f"эл.{NBSP}подп. {official_name(mark.short)}", SMALL), typed(when, SMALL)]


def _listed(numbers: list[int]) -> str:
    word = plural(len(numbers), "строка", "строки", "строки")
    return f"{word}{NBSP}{', '.join(map(str, numbers))}" if len(numbers) <= 12 else "перечень в приложении"


def _closing(journal: AccessJournal) -> P:
    """The count in words that closes the table."""
    if not journal.rows:
        return P(f"Строк{NBSP}0. Доступа к средствам видеонаблюдения не было. Других строк в журнале нет.", NOTE)
    standing = [r for r in journal.rows if not r.void]
    confirmed = sum(bool(r.confirmed) for r in standing)
    parts = [f"подтверждено{NBSP}{confirmed}"]
    for word, rows in (
        ("не подтверждено", [r for r in standing if not r.confirmed]),
        ("исправлено", [r for r in standing if r.corrected]),
        ("внесено с опозданием", [r for r in standing if r.late]),
        ("аннулировано", [r for r in journal.rows if r.void]),
    ):
        if rows:
            parts.append(f"{word}{NBSP}{len(rows)} ({_listed([r.number for r in rows])})")
    return P(f"Строк{NBSP}{len(journal.rows)}: {', '.join(parts)}. Других строк в журнале нет.", NOTE, fit=Fit.FREE)


# ---------------------------------------------------------------- the annex


def _annex(sheet: Sheet, journal: AccessJournal) -> None:
    sheet.turn()
    sheet.y += 2 * MM
    sheet.y -= TITLE.lead
    sheet.text(sheet.left, sheet.y + 3, sheet.say("annex"), TITLE)
    sheet.text(sheet.left + TITLE.width(sheet.say("annex")) + 8, sheet.y + 3, sheet.also("annex"), SECOND)
    points = _points(journal)
    if not points:
        sheet.block([P(sheet.say("nothing"), NOTE), P(sheet.also("nothing"), SECOND)], gap=8)
    for key, number in points.items():
        if not sheet.fits(60):
            sheet.turn()
        sheet.heading(f"{number}. {sheet.say(key)}", sheet.also(key), 9 if number == 1 else 11)
        ANNEX[key](sheet, journal)


def _when(moment: datetime) -> str:
    return f"{dotted_date(moment)} {dotted_time(moment)}"


def _cabinets(sheet: Sheet, journal: AccessJournal) -> None:
    columns = [(14, "Строка"), (30, "Аудитория"), (88, "Причина открытия шкафа"),
               (60, "Результат проверки работоспособности ПАК (выключен, включен)"), (30, "Пломба до"),
               (30, "Пломба после")]  # fmt: skip
    open_table(sheet, columns, [[str(c.row), c.rooms, c.reason, c.state, c.before, c.after] for c in journal.cabinets])


def _corrections(sheet: Sheet, journal: AccessJournal) -> None:
    columns = [(14, "Строка"), (36, "Графа"), (30, "Было"), (30, "Стало"), (68, "Причина"), (46, "Исправлено"),
               (28, "Запись до, после")]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            str(c.row),
            f"{GRAPH[c.column]}, {COLUMN_NAMES[c.column]}" if c.column in GRAPH else _named(c.column),
            P(c.old or "–", strike=bool(c.old), fit=Fit.FREE),
            c.new or "–",
            c.reason,
            f"{_when(c.at)}, {official_name(c.by)}",
            ", ".join(map(str, c.numbers)),
        ]
        for c in journal.corrections
    ]
    open_table(sheet, columns, rows)


def _named(column: str) -> str:
    return COLUMN_NAMES.get(column, column)


COLUMN_NAMES = {
    "date": "дата",
    "rooms": "номер аудитории",
    "start": "начало действия",
    "end": "окончание действия",
    "action": "действия",
    "reason": "причина открытия шкафа",
    "state": "результат проверки ПАК",
    "before": "пломба до",
    "after": "пломба после",
}


def _late(sheet: Sheet, journal: AccessJournal) -> None:
    columns = [(14, "Строка"), (30, "Произошло"), (50, "Внесено"), (84, "Причина"), (44, "Внесено лицом"),
               (30, "Запись")]  # fmt: skip
    rows = [
        [
            str(e.row), _when(e.happened), f"{_when(e.entered)}, через {span(e.delay)}", e.reason, official_name(e.by),
            str(e.number),
        ]
        for e in journal.late
    ]  # fmt: skip
    open_table(sheet, columns, rows)


def _unconfirmed(sheet: Sheet, journal: AccessJournal) -> None:
    columns = [(14, "Строка"), (84, "Ожидает"), (60, "Внесена"), (94, "Примечание")]
    rows = [
        [
            str(r.number), ", ".join(filter(None, (official_name(r.responsible.short), r.responsible.post))),
            f"{_when(r.mark.at)}, запись{NBSP}{r.mark.number}", "подтверждается подписью от руки в графе 12",
        ]
        for r in journal.rows
        if not r.confirmed and not r.void
    ]  # fmt: skip
    open_table(sheet, columns, rows)


def _voided(sheet: Sheet, journal: AccessJournal) -> None:
    columns = [(14, "Строка"), (60, "Аннулирована"), (148, "Причина"), (30, "Запись")]
    rows = [[str(v.row), f"{_when(v.at)}, {official_name(v.by)}", v.reason, str(v.number)] for v in journal.voided]
    open_table(sheet, columns, rows)


ANNEX = {
    "cabinets": _cabinets,
    "corrections": _corrections,
    "late": _late,
    "unconfirmed_rows": _unconfirmed,
    "voided": _voided,
}

FORM = Form(
    code="access-journal",
    title={
        "ru": "Журнал доступа к средствам видеонаблюдения",
        "en": "Journal of access to video surveillance equipment",
        "fi": "Videovalvontalaitteiden käyttöpäiväkirja",
        "de": "Zugriffsjournal der Videoüberwachung",
    },
    language="ru",
    shape=Shape(landscape=True, left=12, right=12, top=17, bottom=29),
    labels=LABELS,
    draw=draw,
    from_day=from_day,
    dated=long_date,
    extra={"number": "03"},
)
