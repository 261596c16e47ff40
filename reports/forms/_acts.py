"""What the acts about footage share: head, words, and how their entry came into the journal."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.day import Act, Day
from app.domain.plan import Member
from reports.forms._day_words import entry, exam_line, post, zone_line
from reports.forms._protocol_day import reasons
from reports.forms._ru import COMMON
from reports.layout import MM, Field, Sheet
from reports.of_day import actor, centre_line
from reports.typeset import NOTE, VALUE_S, Fit, P, Style

TITLE_ACT = Style("S", 15, 19)
RU = COMMON["ru"] | {
    "region": "Наименование субъекта Российской Федерации",
    "place": "Наименование и адрес ППЭ",
    "code": "Код ППЭ",
    "exam": "Экзамен",
    "zone": "Время",
    "media": "Носители",
    "number": "№",
    "medium": "Носитель",
    "seal": "Пломба",
    "files": "Файлов",
    "size": "Объём",
    "file_system": "Файловая система",
    "period": "Период записи",
    "places": "Помещения и камеры",
    "manifest": "Опись (SHA-256)",
    "checked": "Последняя проверка",
    "journal": "Запись в журнале",
    "paper": "Подписи от руки",
    "signs_as": "Значение",
    "signs_who": "Фамилия, имя, отчество, должность",
    "by_hand": "Подпись",
    "when_signed": "Дата и время",
}
EN = COMMON["en"] | {
    "media": "Media",
    "medium": "medium",
    "seal": "seal",
    "files": "files",
    "size": "size",
    "file_system": "file system",
    "period": "period of recording",
    "places": "rooms and cameras",
    "manifest": "manifest (SHA-256)",
    "checked": "last check",
    "journal": "Entry in the journal",
    "paper": "Signatures by hand",
}
FI = COMMON["fi"] | {
    "media": "Tallennusvälineet",
    "medium": "tallennusväline",
    "seal": "sinetti",
    "files": "tiedostoja",
    "size": "koko",
    "file_system": "tiedostojärjestelmä",
    "period": "tallennusjakso",
    "places": "huoneet ja kamerat",
    "manifest": "luettelo (SHA-256)",
    "checked": "viimeisin tarkistus",
    "journal": "Merkintä päiväkirjassa",
    "paper": "Käsin tehdyt allekirjoitukset",
}
DE = COMMON["de"] | {
    "media": "Datenträger",
    "medium": "Datenträger",
    "seal": "Plombe",
    "files": "Dateien",
    "size": "Größe",
    "file_system": "Dateisystem",
    "period": "Aufzeichnungszeitraum",
    "places": "Räume und Kameras",
    "manifest": "Verzeichnis (SHA-256)",
    "checked": "letzte Kontrolle",
    "journal": "Eintrag im Journal",
    "paper": "Unterschriften von Hand",
}


@dataclass(frozen=True)
class Head:
    """What stands on top of every act."""

    region: str
    place: str
    code: str
    exam: str
    zone: str


def head_of(day: Day) -> Head:
    """The head in finished words."""
    return Head(day.opened.centre.region_name, centre_line(day), day.centre_code, exam_line(day), zone_line(day))


def draw_head(sheet: Sheet, head: Head, second: str) -> None:
    """Title and the two rows of fields under it."""
    sheet.y += 4 * MM
    sheet.head(second, style=TITLE_ACT)
    sheet.fields([
        Field(sheet.say("region"), head.region, 0.34),
        Field(sheet.say("place"), head.place, 0.46),
        Field(sheet.say("code"), head.code, 0.20, VALUE_S),
    ])  # fmt: skip
    sheet.fields([Field(sheet.say("exam"), head.exam, 0.80), Field(sheet.say("zone"), head.zone, 0.20)])


def part(sheet: Sheet, key: str, above: float = 12) -> None:
    """Heading of a part, never alone at the foot of a page."""
    if not sheet.fits(80):
        sheet.turn()
    sheet.heading(sheet.say(key), sheet.also(key), above)


def lines(sheet: Sheet, texts: Sequence[str], gap: float = 2) -> None:
    """Free text, a paragraph each."""
    sheet.block([P(text, NOTE, fit=Fit.FREE) for text in texts], gap=gap)


def office(day: Day, member: Member) -> str:
    """«Лебедева Мария Павловна, руководитель ППЭ»"""
    return f"{member.name}, {post(day, member.role)}"


def recorded(day: Day, act: Act) -> tuple[str, ...]:
    """How the act came into the journal: by whom, when, what was corrected, who confirmed it."""
    name, title, paper = actor(day, act, "ru")
    local = day.local(act.times.received)
    for_whom = f" за лицо без учётной записи: {name}, {title} ({paper})" if paper else f", {title}"
    confirmed = [
        f"{c.short}, {post(day, c.role)}{f' ({c.paper})' if c.paper else ''}, {day.local(c.at):%d.%m.%Y %H:%M}, "
        f"запись {entry(c.seq + 1)}"
        for c in act.valid_confirmations
    ]
    return (
        f"Запись {entry(act.number)}, внесена {local:%d.%m.%Y %H:%M}: {act.by.short}{for_whom}.",
        *reasons(day, act, None),
        f"Подтверждено: {'; '.join(confirmed)}." if confirmed else "Подтверждения в журнале нет.",
    )
