"""Record of findings on the day's audio-video recordings, in Romanian.

The job sheet (reference.md section 8, S54b) asks for a "proces-verbal de constatare" after recordings were viewed by
sampling; no printed model was found, so the set is ours. Who touched the system, and which media the
recordings went to, stand beside it: the sheet names both duties.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.access import AccessRow
from app.domain.access import rows as access_rows
from app.domain.day import Act, Day, Schedule
from app.domain.profile import text
from app.domain.signing import with_addenda
from reports.answers import answer
from reports.form import Form, Shape
from reports.forms._en import ENGLISH
from reports.forms._ro import COMMON, LANGUAGE, SPEECH, long_date
from reports.forms._ro_words import added, confirmed_line, entry, remarks, sentence, when
from reports.layout import MM, Field, Sheet, offset
from reports.of_day import actor, centre_line, clock, rooms
from reports.tables import Column, Heading, Row, Table, free, typed
from reports.typeset import EVIDENCE, HEAD_S, HEAD_SECOND, NOTE, SECOND, VALUE_S, Cell, Fit, P, Style

LABELS = {
    "ro": COMMON
    | {
        "county": "Județul",
        "school": "Unitatea de învățământ",
        "exam": "Examenul",
        "date": "Data",
        "hours": "Proba",
        "rooms": "Săli de examen",
        "sampling": "Vizionarea prin sondaj",
        "room": "Sala",
        "from": "De la",
        "to": "Până la",
        "finding": "Constatare",
        "detail": "Detalii",
        "conclusion": "Concluzii",
        "interventions": "Accesul la sistem și intervențiile",
        "number": "Nr.",
        "day": "Data",
        "places": "Săli",
        "action": "Acțiunea",
        "who": "Persoana",
        "by": "Confirmat de",
        "entry": "Poz.",
        "media": "Suporturile externe",
        "kind": "Tipul",
        "label": "Seria sau eticheta",
        "content": "Conținut: săli și ore",
        "kept": "Predarea și păstrarea",
        "addenda": "Completări după închiderea zilei",
    },
    "en": ENGLISH
    | {
        "title": "Record of findings on the audio-video recordings",
        "sampling": "Recordings viewed by sampling",
        "room": "room",
        "from": "from",
        "to": "to",
        "finding": "finding",
        "detail": "detail",
        "conclusion": "Conclusion",
        "interventions": "Access to the system and interventions",
        "day": "date",
        "places": "rooms",
        "action": "action",
        "who": "performed by",
        "by": "confirmed by",
        "entry": "entry",
        "media": "External media",
        "kind": "kind",
        "label": "serial number or label",
        "content": "rooms and hours",
        "kept": "Handed over and kept",
        "addenda": "Addenda after the day was closed",
    },
}
SAMPLE, COPY, KEEP = "close.sample", "close.copy", "close.keep"
LOOKING = ("check",)  # an access that changes nothing is no intervention
VIEWED = (("room", 16), ("from", 14), ("to", 14), ("finding", 42), ("detail", 92))
TOUCHED = (
    ("number", 7), ("day", 13), ("places", 28), ("from", 11), ("to", 14), ("action", 37), ("who", 29), ("by", 26),
    ("entry", 13),
)  # fmt: skip
MEDIA = (("kind", 32), ("label", 46), ("content", 100))


@dataclass(frozen=True)
class Line:
    """One row of a table; ``struck``: taken back, ``remarks`` stand under it over the full width."""

    cells: tuple[str, ...]
    struck: bool = False
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Record:
    """The whole document, in local times and finished words."""

    county: str
    school: str
    exam: str
    date: str
    hours: str
    rooms: str
    drawn_up: tuple[str, ...]
    viewed: tuple[Line, ...]
    conclusion: str
    interventions: tuple[Line, ...]
    touched: str
    media: tuple[Line, ...]
    kept: tuple[str, ...]
    addenda: tuple[str, ...] = ()


# ---------------------------------------------------------------- from the day


def from_day(day: Day, now: datetime) -> Record:
    """What the record says of ``day``."""
    samples, copies = _done(day, SAMPLE), _done(day, COPY)
    found = access_rows(day)
    start, first = day.local(day.start), day.schedules[0]
    planned = f" (planificat {_hours(day, first)})" if day.start != first.start else ""
    return Record(
        county=day.opened.centre.region_name,
        school=centre_line(day),
        exam=day.opened.exam,
        date=long_date(day.date),
        hours=f"{_hours(day, day.schedules[-1])}{planned}, {offset(start)}",
        rooms=str(sum(room.kind == "exam" for room in day.rooms)),
        drawn_up=tuple(line for act in samples for line in _drawn_up(day, act)) or (_why_not(day, SAMPLE),),
        viewed=tuple(line for act in samples for line in _table(day, act, "viewed")),
        conclusion=" ".join(str(a.fact.evidence.get("conclusion", "")) for a in samples).strip(),
        interventions=tuple(_intervention(day, row) for row in found),
        touched=_touched(day, found),
        media=tuple(line for act in copies for line in _table(day, act, "media")),
        kept=tuple(line for act in _done(day, KEEP) for line in _kept(day, act)) or (_why_not(day, KEEP),),
        addenda=added(day),
    )


def _done(day: Day, step: str) -> list[Act]:
    return [act for act in day.step_acts(step) if act.tag == "step.done"]


def _drawn_up(day: Day, act: Act) -> list[str]:
    """Who viewed when, who confirmed it, and what became of the entry."""
    _, title, _ = actor(day, act, LANGUAGE)
    local = day.local(act.at)
    first = (
        f"Încheiat la data de {long_date(local.date())}, ora {clock(local)}, de {act.by.name}, {title}, după "
        f"vizionarea prin sondaj a înregistrărilor din sălile de examen ({entry(act.number)})."
    )
    return [first, *remarks(day, act), confirmed_line(day, act)]


def _why_not(day: Day, step: str) -> str:
    """What stands instead of a step that nobody finished."""
    for act in day.step_acts(step):
        if act.tag == "step.impossible":
            return f"Nu a fost posibil ({entry(act.number)}). Motivul: {sentence(act.fact.reason)}"
        if act.tag == "step.waived":
            return f"Nu s-a cerut: {act.fact.decided_by} ({entry(act.number)}). Motivul: {sentence(act.fact.reason)}"
    return "Nu este consemnat în jurnal."


def _table(day: Day, act: Act, field: str) -> list[Line]:
    """The rows of an evidence table, cell by cell."""
    columns = day.profile.step(act.fact.step).field(field).columns
    rows: Sequence[dict[str, Any]] = act.fact.evidence.get(field, ())
    return [Line(tuple(answer(day, c, row.get(c.id), SPEECH) or "–" for c in columns)) for row in rows]


def _intervention(day: Day, row: AccessRow) -> Line:
    act, start, end = day.acts[row.seq], day.local(row.start), day.local(row.end)
    action = ". ".join(filter(None, (text(row.title, LANGUAGE, "en"), row.text)))
    confirmed = row.confirmation
    by = f"{confirmed.short}, {when(day, confirmed.at)}" if confirmed else "neconfirmat"
    cells = (
        str(row.number), f"{start:%d.%m}", rooms(day, row.rooms), clock(start), clock(end), action or row.action,
        actor(day, act, LANGUAGE)[0], "–" if row.void else by, str(act.number),
    )  # fmt: skip
    reason = [f"Motivul: {sentence(row.reason)}"] if row.reason else []
    return Line(cells, row.void is not None, (*reason, *remarks(day, act, row)))


def _hours(day: Day, schedule: Schedule) -> str:
    """Start and end; the end with its date when that is the next one."""
    return f"{clock(day.local(schedule.start))}–{when(day, schedule.end)}"


def _touched(day: Day, found: Sequence[AccessRow]) -> str:
    """Whether somebody touched the system while the test ran: no intervention is allowed then."""
    hours = f"În timpul probei ({_hours(day, day.schedules[-1])})"
    standing = [r for r in found if not r.void and r.action not in LOOKING]
    during = [str(r.number) for r in standing if r.start < day.end and r.end > day.start]
    if not during:
        return f"{hours} nu este consemnată nicio intervenție asupra sistemului."
    return f"{hours} s-a intervenit asupra sistemului: {'rândul' if len(during) == 1 else 'rândurile'} " + (
        f"{', '.join(during)}."
    )


def _kept(day: Day, act: Act) -> list[str]:
    given = act.fact.evidence
    spec = day.profile.step(KEEP)
    at = answer(day, spec.field("handed_at"), given.get("handed_at"), SPEECH)
    first = (
        f"Suporturile au fost predate la {at} de {act.by.name} și primite de {given.get('received_by', '–')}; se "
        f"păstrează, împreună cu documentele examenului: {given.get('kept_at', '–')} ({entry(act.number)})."
    )
    return [first, *remarks(day, act), confirmed_line(day, act)]


# ---------------------------------------------------------------- on the sheet

TITLE_R = Style("S", 15, 19)


def draw(sheet: Sheet, record: Record) -> None:
    """Head, what was viewed, who touched the system, where the recordings went."""
    sheet.y += 4 * MM
    sheet.head(sheet.also("title"), style=TITLE_R)
    sheet.fields([
        Field(sheet.say("county"), record.county, 0.30),
        Field(sheet.say("school"), record.school, 0.46),
        Field(sheet.say("centre"), sheet.document.centre, 0.24, VALUE_S),
    ])  # fmt: skip
    sheet.fields([
        Field(sheet.say("exam"), record.exam, 0.30),
        Field(sheet.say("date"), record.date, 0.22),
        Field(sheet.say("hours"), record.hours, 0.24),
        Field(sheet.say("rooms"), record.rooms, 0.24),
    ])  # fmt: skip
    sheet.rule(sheet.y)
    _part(sheet, "sampling", 8)
    sheet.block([P(line, NOTE, fit=Fit.FREE) for line in record.drawn_up], gap=2)
    if record.viewed:
        _rows(sheet, VIEWED, record.viewed)
    if record.conclusion:
        _label(sheet, "conclusion")
        sheet.block(P(record.conclusion, NOTE, fit=Fit.FREE))
    _part(sheet, "interventions")
    if record.interventions:
        _rows(sheet, TOUCHED, record.interventions)
    sheet.block(P(record.touched, NOTE, fit=Fit.FREE), gap=5)
    _part(sheet, "media")
    if record.media:
        _rows(sheet, MEDIA, record.media)
    else:
        sheet.block(P("Inscripționarea pe suport extern nu este consemnată în jurnal.", NOTE), gap=2)
    _label(sheet, "kept")
    sheet.block([P(line, NOTE, fit=Fit.FREE) for line in record.kept])
    if record.addenda:
        _part(sheet, "addenda")
        sheet.block([P(line, NOTE, fit=Fit.FREE) for line in record.addenda], gap=2)
    sheet.y -= 6


def _part(sheet: Sheet, key: str, above: float = 14) -> None:
    if not sheet.fits(80):
        sheet.turn()
    sheet.heading(sheet.say(key), sheet.also(key), above)


def _label(sheet: Sheet, key: str) -> None:
    """A small heading inside a part."""
    style = Style("S", 8.6, 11)
    if not sheet.fits(50):
        sheet.turn()
    sheet.y -= 7 + style.lead
    sheet.text(sheet.left, sheet.y + 3, sheet.say(key), style)
    sheet.text(sheet.left + style.width(sheet.say(key)) + 6, sheet.y + 3, sheet.also(key), SECOND)


def _rows(sheet: Sheet, columns: Sequence[tuple[str, float]], lines: Sequence[Line]) -> None:
    heads = []
    for i, (key, _) in enumerate(columns):
        second = sheet.also(key)
        heads.append(Heading(i, i, [P(sheet.say(key), HEAD_S), *([P(second, HEAD_SECOND)] if second else [])]))
    sheet.y -= 3
    Table(sheet, [Column(share) for _, share in columns], [heads]).draw([_row(line) for line in lines])


def _row(line: Line) -> Row:
    cells: list[Cell] = [P(c, strike=True, fit=Fit.FREE) if line.struck else typed(c) for c in line.cells]
    return Row(cells, under=[free(text, EVIDENCE) for text in line.remarks])


FORM = Form(
    code="ro-recordings-record",
    title={
        "ro": "Proces-verbal de constatare privind înregistrările audio-video",
        "en": "Record of findings on the audio-video recordings",
    },
    language=LANGUAGE,
    shape=Shape(landscape=False, left=20, right=12, top=18, bottom=28),
    labels=LABELS,
    draw=draw,
    from_day=from_day,
    dated=long_date,
    slots=with_addenda,
    extra={"number": "11", "addenda": True},
)
