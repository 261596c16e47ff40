"""Act of handover of footage: which media, with what on them, from whom to whom.

No official form was found (reference.md 3.3): the set is ours, says so on its last page, and may be changed by a
region.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.day import Act, Day
from app.domain.plan import Member
from app.domain.release import Released, kept_until, key, released, serials
from app.domain.signing import Slot, named
from reports.form import Form, Shape
from reports.forms._acts import DE, EN, FI, RU, Head, draw_head, head_of, lines, office, part, recorded
from reports.forms._day_words import entry
from reports.forms._hand import Signer, by_hand
from reports.forms._media import BY_HAND, Copy, grouped, human, media
from reports.forms._ru import long_date, plural
from reports.layout import Field, Sheet
from reports.tables import Column, Heading, Row, Table, free, open_table, typed
from reports.typeface import NBSP
from reports.typeset import CELL, CELL_S, EVIDENCE, HEAD_S, HEAD_SECOND, NOTE, SMALL, VALUE, VALUE_S, Cell, Fit, P

STEP = "end.handover"
LABELS = {
    "ru": RU
    | {
        "from": "Сдал",
        "to": "Принял",
        "when": "Дата и время передачи",
        "package": "Пломба упаковки",
        "witness": "В присутствии",
        "keep": "Хранить до",
        "total": "Итого",
        "manifests": "Контрольные суммы описей полностью",
    },
    "en": EN
    | {
        "title": "Act of handover of footage",
        "from": "handed over by",
        "to": "received by",
        "when": "handed over at",
        "package": "seal of the package",
        "witness": "in the presence of",
        "keep": "to be kept until",
        "total": "total",
        "manifests": "Checksums of the manifests in full",
    },
    "fi": FI
    | {
        "title": "Tallenteiden luovutuspöytäkirja",
        "from": "luovuttaja",
        "to": "vastaanottaja",
        "when": "luovutettu",
        "package": "pakkauksen sinetti",
        "witness": "läsnä",
        "keep": "säilytettävä saakka",
        "total": "yhteensä",
        "manifests": "Luetteloiden täydelliset tarkistussummat",
    },
    "de": DE
    | {
        "title": "Übergabeprotokoll der Aufzeichnungen",
        "from": "übergeben von",
        "to": "übernommen von",
        "when": "übergeben am",
        "package": "Plombe der Verpackung",
        "witness": "in Anwesenheit von",
        "keep": "aufzubewahren bis",
        "total": "gesamt",
        "manifests": "Prüfsummen der Verzeichnisse, vollständig",
    },
}
OURS = (
    "Официальная форма акта приёма-передачи видеозаписей не найдена. Состав сведений определён этой программой; регион "
    "может установить свою форму."
)
COLUMNS = (
    ("number", 9), ("medium", 41), ("seal", 18), ("files", 15), ("size", 30), ("file_system", 19), ("period", 30),
    ("places", 44), ("manifest", 30), ("checked", 37),
)  # fmt: skip
SHORT = 16  # signs of a checksum in the table


@dataclass(frozen=True)
class Handover:
    """The whole act in local times and finished words. ``gone``: what became of a medium later, by its number."""

    head: Head
    giver: str
    receiver: str
    when: str
    seal: str
    witness: str
    keep: str
    copies: tuple[Copy, ...]
    count: int
    gone: dict[str, str]
    entered: tuple[str, ...]
    signers: tuple[Signer, ...]


# ---------------------------------------------------------------- from the day


def handover(day: Day) -> Act | None:
    """The act that handed the media over and stands; None when nothing was handed over."""
    return next((act for act in reversed(day.step_acts(STEP)) if act.tag == "step.done"), None)


def when(day: Day) -> bool:
    """Is there a handover, of a profile that asks for what the act prints?"""
    act = handover(day)
    return act is not None and any(spec.id == "witness" for spec in day.profile.step(STEP).fields)


def places(day: Day) -> tuple[Slot, ...]:
    """Who handed over, and who received or witnessed it if the act names somebody of the roster.

    Everybody else signs the printed act: a signature nobody can give never holds the document back.
    """
    act = handover(day)
    if act is None:
        return ()
    found: dict[str, Slot] = {}
    for member, meaning in _people(day, act):
        if member is not None and member.person not in found:
            found[member.person] = Slot(meaning, member.role, meaning, member.person)
    return tuple(found.values())


def _people(day: Day, act: Act) -> tuple[tuple[Member | None, str], ...]:
    given = act.fact.evidence
    return (
        (named(day, str(given.get("from_person", ""))) or act.by, "handed_over"),
        (named(day, str(given.get("to_person", ""))), "received"),
        (named(day, str(given.get("witness", ""))), "witnessed"),
    )


def from_day(day: Day, now: datetime) -> Handover:
    """What the act says of ``day``."""
    act = handover(day)
    until = kept_until(day)
    given: dict[str, Any] = act.fact.evidence if act else {}
    numbers = serials(day.profile.step(STEP), act) if act else ()
    giver, receiver, witness = (m for m, _ in _people(day, act)) if act else (None, None, None)
    typed_giver = str(given.get("from_person", ""))
    known = typed_giver and giver is not None and named(day, typed_giver) is not None
    return Handover(
        head=head_of(day),
        giver=office(day, giver) if known and giver else typed_giver,
        receiver=_receiver(day, receiver, given),
        when=_moment(given.get("at")),
        seal=str(given.get("package_seal", "")),
        witness=office(day, witness) if witness else str(given.get("witness", "")),
        keep=long_date(until) if until else "",
        copies=media(day, numbers),
        count=len(numbers),
        gone={name: _gone(found) for name, found in released(day).items()},
        entered=recorded(day, act) if act else (),
        signers=_on_paper(day, given, receiver, witness),
    )


def _receiver(day: Day, member: Member | None, given: dict[str, Any]) -> str:
    post = str(given.get("receiver_post", ""))
    if member is not None:
        return ", ".join(filter(None, (office(day, member), post)))
    return ", ".join(filter(None, (str(given.get("to_person", "")), post)))


def _on_paper(
    day: Day, given: dict[str, Any], receiver: Member | None, witness: Member | None
) -> tuple[Signer, ...]:
    """Who is named and has no slot."""
    out = []
    if given.get("to_person") and receiver is None:
        out.append(Signer(LABELS["ru"]["received"], _receiver(day, None, given)))
    if given.get("witness") and witness is None:
        out.append(Signer(LABELS["ru"]["witnessed"], str(given["witness"])))
    return tuple(out)


def _moment(value: object) -> str:
    """``01.06.2026 18:05`` of a recorded local time."""
    return f"{datetime.fromisoformat(value):%d.%m.%Y %H:%M}" if isinstance(value, str) else ""


def _gone(found: Released) -> str:
    what = "носитель уничтожен" if found.outcome == "destroyed" else "носитель снят с хранения"
    return f"{what}, акт № {found.act}, запись {entry(found.entry)}"


# ---------------------------------------------------------------- on the sheet


def draw(sheet: Sheet, act: Handover) -> None:
    """Head, who to whom, the media, their checksums, and the lines for pens."""
    draw_head(sheet, act.head, sheet.also("title"))
    people = [("from", act.giver, 0.34), ("to", act.receiver, 0.46), ("when", act.when, 0.20)]
    _fields(sheet, people)
    _fields(sheet, [("witness", act.witness, 0.34), ("package", act.seal, 0.46), ("keep", act.keep, 0.20)])
    sheet.rule(sheet.y)
    part(sheet, "media", 8)
    _table(sheet, act)
    _total(sheet, act)
    _manifests(sheet, act)
    part(sheet, "journal")
    lines(sheet, act.entered)
    if act.signers:
        part(sheet, "paper")
        by_hand(sheet, act.signers)
    sheet.block(P(OURS, SMALL, fit=Fit.FREE), gap=8)
    sheet.y -= 4


def _fields(sheet: Sheet, items: list[tuple[str, str, float]]) -> None:
    """Fields with the reader's language in their labels."""
    shown = []
    for name, value, share in items:
        second = sheet.also(name)
        label = f"{sheet.say(name)} · {second}" if second else sheet.say(name)
        shown.append(Field(label, value or "–", share, VALUE_S if name in ("when", "keep") else VALUE))
    sheet.fields(shown)


def _table(sheet: Sheet, act: Handover) -> None:
    heads = []
    for i, (name, _) in enumerate(COLUMNS):
        second = sheet.also(name)
        more = [P(second, HEAD_SECOND, fit=Fit.TYPED)] if second else []
        heads.append(Heading(i, i, [P(sheet.say(name), HEAD_S, fit=Fit.TYPED), *more]))
    columns = [Column(share, "r" if name in ("files", "size") else "l") for name, share in COLUMNS]
    sheet.y -= 2
    Table(sheet, columns, [heads]).draw([_row(copy, act.gone.get(key(copy.serial), "")) for copy in act.copies])


def _row(copy: Copy, gone: str) -> Row:
    medium: list[P] = [P(copy.serial, CELL_S, fit=Fit.FREE)]
    medium += [free(words, EVIDENCE) for words in (copy.kind, f"метка {copy.label}" if copy.label else "") if words]
    cells: list[Cell] = [
        typed(copy.number),
        medium,
        free(copy.seal or "–"),
        typed(grouped(copy.files) if copy.files else "–"),
        [typed(human(copy.size)), typed(f"{grouped(copy.size)}{NBSP}Б", EVIDENCE)] if copy.size else typed("–"),
        typed(copy.file_system or "–"),
        free(copy.period or "–"),
        [free(words, EVIDENCE if i else CELL) for i, words in enumerate((copy.places, copy.cameras)) if words]
        or free("–"),
        _manifest(copy),
        free(_checked(copy), EVIDENCE),
    ]
    return Row(cells, under=[free(gone, EVIDENCE)] if gone else ())


def _manifest(copy: Copy) -> Cell:
    if not copy.manifest:
        return free(BY_HAND, EVIDENCE)
    return [free(f"{copy.manifest[:SHORT]}…"), free(f"поколение{NBSP}{copy.generation}", EVIDENCE)]


def _checked(copy: Copy) -> str:
    if not copy.manifest:
        return "–"
    return copy.checked or "сверена при копировании"


def _total(sheet: Sheet, act: Handover) -> None:
    files, size = sum(c.files for c in act.copies), sum(c.size for c in act.copies)
    bare = sum(not c.manifest for c in act.copies)
    media_words = f"{act.count}{NBSP}{plural(act.count, 'носитель', 'носителя', 'носителей')}"
    file_words = f"{grouped(files)}{NBSP}{plural(files, 'файл', 'файла', 'файлов')}"
    total = f"{sheet.say('total')}: {media_words}, {file_words}, {human(size)} ({grouped(size)}{NBSP}байт)."
    if bare:
        total += f" Без описи: {bare}; объём и число файлов для них — по записи в журнале, если она есть."
    sheet.block(P(total, NOTE, fit=Fit.FREE), gap=5)


def _manifests(sheet: Sheet, act: Handover) -> None:
    rows: list[list[str]] = []
    for copy in act.copies:
        if copy.manifest:
            rows.append([copy.number, copy.serial, "при копировании", str(copy.generation), copy.manifest])
        if copy.check_manifest and copy.check_manifest != copy.manifest:
            rows.append([copy.number, copy.serial, "при проверке", str(copy.check_generation), copy.check_manifest])
    if rows:
        part(sheet, "manifests")
        columns = [(12, "№"), (60, "Носитель"), (34, "Составлена"), (24, "Поколение"), (143, "SHA-256")]
        open_table(sheet, columns, rows)


FORM = Form(
    code="footage-handover-act",
    title={
        "ru": "Акт приёма-передачи видеозаписей",
        "en": "Act of handover of footage",
        "fi": "Tallenteiden luovutuspöytäkirja",
        "de": "Übergabeprotokoll der Aufzeichnungen",
    },
    language="ru",
    shape=Shape(landscape=True, left=12, right=12, top=17, bottom=29),
    labels=LABELS,
    draw=draw,
    from_day=from_day,
    dated=long_date,
    profiles=("ru-ege-main",),
    slots=places,
    when=when,
    awaits={
        "en": "comes when recordings were handed over",
        "ru": "появится после передачи видеозаписей",
        "fi": "tulee, kun tallenteet on luovutettu",
        "de": "kommt nach der Übergabe der Aufzeichnungen",
    },
    extra={"number": "07"},
)
