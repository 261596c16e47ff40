"""Words and ways of writing that all forms of the Russian regulation share."""

from datetime import date, datetime, timedelta

from reports.forms._de import GERMAN
from reports.forms._en import ENGLISH
from reports.forms._fi import FINNISH
from reports.typeface import NBSP

COMMON = {
    "ru": {
        "centre": "ППЭ",
        "page": "Страница",
        "of": "из",
        "document": "Документ №",
        "revision": "редакция",
        "replaces": "Редакция {new}; заменяет редакцию {old} от {date}, SHA-256 {file}.",
        "because_addenda": "Основание: дополнение № {numbers}.",
        "because_entries": "Основание: новые записи журнала.",
        "continued": "продолжение",
        "checkpoint": "Контрольная точка: записей",
        "root": "Контрольная сумма (сокр.)",
        "check": "Проверка",
        "foot": "Контрольная точка, сокращённая сумма и адрес для проверки",
        "signatures": "Подписи",
        "unsigned": "Не подписано",
        "will_mean": "Значение подписи",
        "waits": "ожидает",
        "signed": "Подписано электронной подписью",
        "certificate": "Личный сертификат",
        "performed": "Выполнено",
        "confirmed": "Подтверждено",
        "reviewed": "Проверено",
        "handed_over": "Сдал",
        "received": "Принял",
        "witnessed": "Присутствовал при передаче",
        "technician": "Технический специалист",
        "cctv_technician": "Технический специалист по видеонаблюдению",
        "pes_head": "Руководитель ППЭ",
        "commission_member": "Член ГЭК",
        "commission_head": "Председатель ГЭК",
        "demo_banner": "УЧЕБНЫЙ ДОКУМЕНТ",
        "demo_foot": "Учебный документ, данные вымышлены",
        "rehearsal_banner": "РЕПЕТИЦИЯ",
        "rehearsal_foot": "РЕПЕТИЦИЯ: не документ экзамена",
        "unconfirmed": "не подтверждено",
    },
    "en": ENGLISH
    | {
        "technician": "Technical specialist",
        "cctv_technician": "CCTV technical specialist",
        "pes_head": "Head of the exam centre",
        "commission_member": "Member of the exam commission",
        "commission_head": "Head of the exam commission",
    },
    "fi": FINNISH,
    "de": GERMAN,
}

_ZONES = {
    "Europe/Kaliningrad": "калининградское",
    "Europe/Moscow": "московское",
    "Europe/Samara": "самарское",
    "Asia/Yekaterinburg": "екатеринбургское",
    "Asia/Omsk": "омское",
    "Asia/Krasnoyarsk": "красноярское",
    "Asia/Irkutsk": "иркутское",
    "Asia/Yakutsk": "якутское",
    "Asia/Vladivostok": "владивостокское",
    "Asia/Magadan": "магаданское",
    "Asia/Kamchatka": "камчатское",
}
_MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября",
    "декабря",
)  # fmt: skip


def zone_name(zone: str) -> str:
    """``московское`` for the time of a zone; ``местное`` for zones without a name of their own."""
    return _ZONES.get(zone, "местное")


def long_date(on: date) -> str:
    """``1 июня 2026 г.``"""
    return f"{on.day}{NBSP}{_MONTHS[on.month - 1]}{NBSP}{on.year}{NBSP}г."


def dotted_date(on: date | datetime) -> str:
    """``28.05``, as the official sample prints it."""
    return on.strftime("%d.%m")


def dotted_time(moment: datetime) -> str:
    """``10.00``, ``7.15``: no leading zero, as the official sample prints it."""
    return f"{moment.hour}.{moment.minute:02d}"


def official_name(short: str) -> str:
    """``Фамилия И.О.`` from «Фамилия И. О.»: the official form has no space between initials."""
    family, _, initials = short.replace(NBSP, " ").partition(" ")
    return f"{family}{NBSP}{initials.replace(' ', '')}" if initials else family


def span(time: timedelta) -> str:
    """``2 ч 45 мин`` of a duration, rounded down to minutes."""
    minutes = int(abs(time).total_seconds()) // 60
    days, minutes = divmod(minutes, 24 * 60)
    hours, rest = divmod(minutes, 60)
    found = [f"{value}{NBSP}{unit}" for value, unit in ((days, "сут"), (hours, "ч")) if value]
    return NBSP.join([*found, f"{rest}{NBSP}мин"] if rest or not found else found)


def plural(number: int, one: str, few: str, many: str) -> str:
    """The form of a word after a number: 1 строка, 2 строки, 5 строк."""
    if number % 10 == 1 and number % 100 != 11:
        return one
    return few if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else many
