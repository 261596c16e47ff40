"""Act on media whose term of keeping has ended: destroyed, or given out of keeping.

No official form was found: the set is ours, says so, and may be changed by a region. The journal takes no such entry
before the firm date of the profile.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.day import Act, Day
from app.domain.plan import Role
from app.domain.release import kept_until, release_acts, serials
from app.domain.signing import Slot
from reports.form import Form, Shape
from reports.forms._acts import DE, EN, FI, RU, Head, draw_head, head_of, lines, part, recorded
from reports.forms._day_words import post
from reports.forms._hand import Signer, by_hand
from reports.forms._media import BY_HAND, Copy, grouped, human, media
from reports.forms._ru import long_date
from reports.layout import Field, Sheet
from reports.tables import Column, Heading, Row, Table, free, typed
from reports.typeface import NBSP
from reports.typeset import CELL_S, EVIDENCE, HEAD_S, HEAD_SECOND, NOTE, SMALL, VALUE_S, Fit, P

OUTCOMES = {"destroyed": "носители уничтожены", "released": "носители сняты с хранения"}
LABELS = {
    "ru": RU
    | {
        "act_no": "Номер акта",
        "done_at": "Дата и время",
        "kept": "Срок хранения истёк",
        "outcome": "Сделано",
        "decided": "По решению",
        "given": "Кому переданы",
        "basis": "Основание (документ РЦОИ)",
        "done_by": "Исполнитель",
    },
    "en": EN
    | {
        "title": "Act on media after their term of keeping",
        "act_no": "number of the act",
        "done_at": "date and time",
        "kept": "term ended",
        "outcome": "done",
        "decided": "by decision of",
        "given": "given to",
        "basis": "basis (paper of the processing centre)",
        "done_by": "performed by",
    },
    "fi": FI
    | {
        "title": "Säilytysajan päättymisen jälkeinen pöytäkirja tallennusvälineistä",
        "act_no": "pöytäkirjan numero",
        "done_at": "päivä ja kellonaika",
        "kept": "säilytysaika päättyi",
        "outcome": "tehty",
        "decided": "päätöksen tekijä",
        "given": "luovutettu",
        "basis": "peruste (käsittelykeskuksen asiakirja)",
        "done_by": "suorittaja",
    },
    "de": DE
    | {
        "title": "Protokoll über Datenträger nach Ablauf der Aufbewahrung",
        "act_no": "Nummer des Protokolls",
        "done_at": "Datum und Uhrzeit",
        "kept": "Frist abgelaufen",
        "outcome": "getan",
        "decided": "auf Entscheidung von",
        "given": "übergeben an",
        "basis": "Grundlage (Papier des Auswertungszentrums)",
        "done_by": "ausgeführt von",
    },
}
OURS = (
    "Официальная форма такого акта не найдена. Состав сведений определён этой программой; регион может установить свою "
    "форму. Запись об уничтожении или снятии с хранения до окончания срока журнал не принимает."
)
COLUMNS = (("number", 8), ("medium", 52), ("size", 32), ("period", 34), ("manifest", 52))


@dataclass(frozen=True)
class Release:
    """The whole act in local times and finished words."""

    head: Head
    act_no: str
    at: str
    kept: str
    outcome: str
    decided: str
    given: str
    basis: str
    by: str
    copies: tuple[Copy, ...]
    entered: tuple[str, ...]
    signers: tuple[Signer, ...]


def release(day: Day) -> Act | None:
    """The newest act that stands; None when nothing was released."""
    return next(iter(reversed(release_acts(day))), None)


def when(day: Day) -> bool:
    """Were media released?"""
    return release(day) is not None


def places(day: Day) -> tuple[Slot, ...]:
    """The commission head confirms; the processing centre signs on its paper."""
    return (Slot("confirmed", Role.COMMISSION_HEAD, "confirmed"),) if when(day) else ()


def from_day(day: Day, now: datetime) -> Release:
    """What the act says of ``day``."""
    act, until = release(day), kept_until(day)
    given: dict[str, Any] = act.fact.evidence if act else {}
    outside = act.fact.outside if act else None
    by = f"{outside.name}, {post(day, outside.role)}" if outside else ""
    return Release(
        head=head_of(day),
        act_no=str(given.get("act_no", "")),
        at=f"{day.local(act.at):%d.%m.%Y %H:%M}" if act else "",
        kept=long_date(until) if until else "",
        outcome=OUTCOMES.get(str(given.get("outcome", "")), ""),
        decided=str(given.get("decided_by", "")),
        given=str(given.get("given_to", "")),
        basis=outside.paper if outside else "",
        by=by or (act.by.name if act else ""),
        copies=media(day, serials(day.profile.step(act.fact.step), act)) if act else (),
        entered=recorded(day, act) if act else (),
        signers=(Signer(LABELS["ru"]["performed"], by),) if by else (),
    )


def draw(sheet: Sheet, act: Release) -> None:
    """Head, what was done on which ground, the media, and the line for the processing centre's pen."""
    draw_head(sheet, act.head, sheet.also("title"))
    _fields(sheet, [("act_no", act.act_no, 0.34), ("done_at", act.at, 0.46), ("kept", act.kept, 0.20)])
    _fields(sheet, [("outcome", act.outcome, 0.34), ("decided", act.decided, 0.46), ("given", act.given, 0.20)])
    _fields(sheet, [("done_by", act.by, 0.34), ("basis", act.basis, 0.66)])
    sheet.rule(sheet.y)
    part(sheet, "media", 8)
    _table(sheet, act)
    part(sheet, "journal")
    lines(sheet, act.entered)
    if act.signers:
        part(sheet, "paper")
        by_hand(sheet, act.signers)
    sheet.block(P(OURS, SMALL, fit=Fit.FREE), gap=8)
    sheet.y -= 4


def _fields(sheet: Sheet, items: list[tuple[str, str, float]]) -> None:
    sheet.fields([Field(sheet.say(name), value or "–", share, VALUE_S) for name, value, share in items])


def _table(sheet: Sheet, act: Release) -> None:
    heads = []
    for i, (name, _) in enumerate(COLUMNS):
        more = [P(second, HEAD_SECOND)] if (second := sheet.also(name)) else []
        heads.append(Heading(i, i, [P(sheet.say(name), HEAD_S), *more]))
    columns = [Column(share, "r" if name == "size" else "l") for name, share in COLUMNS]
    sheet.y -= 2
    Table(sheet, columns, [heads]).draw([_row(copy) for copy in act.copies])
    sheet.block(P(f"Всего носителей: {len({c.serial for c in act.copies})}.", NOTE), gap=5)


def _row(copy: Copy) -> Row:
    size = [typed(human(copy.size)), typed(f"{grouped(copy.size)}{NBSP}Б", EVIDENCE)] if copy.size else typed("–")
    manifest = f"{copy.manifest[:32]}… поколение{NBSP}{copy.generation}" if copy.manifest else BY_HAND
    medium = [P(copy.serial, CELL_S, fit=Fit.FREE), *([free(copy.kind, EVIDENCE)] if copy.kind else [])]
    return Row([typed(copy.number), medium, size, free(copy.period or "–"), free(manifest, EVIDENCE)])


FORM = Form(
    code="footage-release-act",
    title={
        "ru": "Акт об уничтожении или снятии с хранения носителей видеозаписей",
        "en": "Act on media after their term of keeping",
        "fi": "Säilytysajan päättymisen jälkeinen pöytäkirja tallennusvälineistä",
        "de": "Protokoll über Datenträger nach Ablauf der Aufbewahrung",
    },
    language="ru",
    shape=Shape(landscape=False, left=20, right=12, top=18, bottom=28),
    labels=LABELS,
    draw=draw,
    from_day=from_day,
    dated=long_date,
    profiles=("ru-ege-main",),
    slots=places,
    when=when,
    awaits={
        "en": "comes when media were destroyed or given out of keeping, after the term",
        "ru": "появится после уничтожения носителей или снятия с хранения по окончании срока",
        "fi": "tulee, kun tallennusvälineet on säilytysajan jälkeen hävitetty tai poistettu säilytyksestä",
        "de": "kommt, wenn Datenträger nach der Frist vernichtet oder aus der Aufbewahrung genommen wurden",
    },
    extra={"number": "08"},
)
