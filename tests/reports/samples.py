# ruff: noqa: E501
"""The two sample documents of ui/pdf, as content of the forms: what the pictures show."""

import base64
import hashlib
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.note import Checkpoint
from reports.form import Document, Slot
from reports.forms._access_model import AccessJournal, Cabinet, Correction, JournalRow, LateEntry, Mark, Person
from reports.forms._protocol_model import DayProtocol, Section, StageRows, StepRow, Totals
from reports.forms._ru import COMMON

MSK = ZoneInfo("Europe/Moscow")
REGION = "Берёзовская область"
PLACE = "МБОУ «СОШ № 14», 301970, г. Берёзовск, ул. Садовая, д. 7"
ROOT = hashlib.sha256(b"sample root of 23-0970-2026-06-01").digest()
NOTE = (
    f"logbook.example/23/0970/2026-06-01\n391\n{base64.b64encode(ROOT).decode()}\n\n"
    f"\u2014 logbook.example {base64.b64encode(b'x' * 68).decode()}\n"
)
CHECKPOINT = Checkpoint("logbook.example/23/0970/2026-06-01", 391, ROOT, NOTE)
TECH, CCTV, HEAD = "технический специалист", "технический специалист по видеонаблюдению", "руководитель ППЭ"
ORLOV = Person("Орлов\u00a0И.\u00a0С.", TECH)
VALEEVA = Person("Валеева\u00a0Д.\u00a0Р.", CCTV)
LEBEDEVA = Person("Лебедева\u00a0М.\u00a0П.", HEAD)


def at(text: str) -> datetime:
    """``31.05 10.16`` of 2026, Moscow."""
    return datetime.strptime(f"2026.{text}", "%Y.%d.%m %H.%M").replace(tzinfo=MSK)


def mark(person: Person, text: str) -> Mark:
    """``31.05 10.16 36``."""
    day, time, number = text.split()
    return Mark(person.short, at(f"{day} {time}"), int(number))


CHECK, ANGLE, START, STOP = "Проверка работоспособности", "Корректировка ракурса", "Начало записи", "Остановка записи"
CARD, OFF, COPY = "Извлечение/установка карты памяти", "Отключение средства видеозаписи", "Копирование видеозаписей"
RAW = [  # date, rooms, start, end, action, who, entered, confirmed
    ("31.05", "0001-0017, 7777", "10.00", "10.15", CHECK, ORLOV, "31.05 10.16 36", "31.05 10.22 37"),
    ("31.05", "0008", "10.35", "10.40", ANGLE, ORLOV, "31.05 10.52 41", "31.05 10.58 42"),
    ("31.05", "0012", "11.20", "11.26", CARD, VALEEVA, "31.05 14.05 57", "31.05 14.31 60"),
    ("31.05", "0001-0017, 7777", "16.40", "16.44", OFF, ORLOV, "31.05 16.45 88", "31.05 16.50 90"),
    ("01.06", "7777", "7.05", "7.09", CHECK, ORLOV, "01.06 7.09 104", "01.06 7.30 121"),
    ("01.06", "Вход", "7.48", "7.52", CHECK, VALEEVA, "01.06 7.52 131", "01.06 8.10 141"),
    ("01.06", "0003", "7.58", "8.01", ANGLE, VALEEVA, "01.06 8.01 134", "01.06 8.11 142"),
    ("01.06", "7777", "8.04", "8.06", START, ORLOV, "01.06 8.06 138", "01.06 8.12 143"),
    ("01.06", "Коридоры 1-3", "8.10", "8.24", CHECK, VALEEVA, "01.06 8.25 149", "01.06 8.40 155"),
    ("01.06", "0001-0017", "8.26", "8.51", CHECK, ORLOV, "01.06 8.52 166", "01.06 8.55 168"),
    ("01.06", "0001-0017", "9.00", "9.02", START, ORLOV, "01.06 9.03 176", "01.06 9.06 179"),
    ("01.06", "Коридоры 1-3, вход", "9.02", "9.04", START, VALEEVA, "01.06 9.05 178", "01.06 9.07 180"),
    ("01.06", "0012", "10.42", "10.47", ANGLE, VALEEVA, "01.06 10.48 233", "01.06 10.55 236"),
    ("01.06", "0008", "12.31", "12.38", "Перезапуск", ORLOV, "01.06 12.39 268", "01.06 12.50 271"),
    ("01.06", "0001, 0003, 0005-0009", "14.02", "14.05", STOP, ORLOV, "01.06 14.06 301", "01.06 14.12 304"),
    ("01.06", "0002, 0004, 0010-0017", "15.31", "15.36", STOP, ORLOV, "01.06 15.37 326", "01.06 15.40 328"),
    ("01.06", "7777", "17.20", "17.22", STOP, ORLOV, "01.06 17.23 362", "01.06 17.30 368"),
    ("01.06", "0014, 0015", "17.25", "17.33", CARD, VALEEVA, "01.06 17.34 370", "01.06 17.40 373"),
    ("01.06", "0001-0017, 7777", "17.36", "17.40", OFF, ORLOV, "01.06 17.41 375", "01.06 17.45 377"),
    ("01.06", "Коридоры 1-3, вход", "17.42", "17.58", COPY, VALEEVA, "01.06 17.59 381", ""),
]


def _row(number: int, raw: tuple) -> JournalRow:
    day, rooms, start, end, action, who, entered, confirmed = raw
    return JournalRow(
        number, rooms, at(f"{day} {start}"), at(f"{day} {end}"), action, who, mark(who, entered), LEBEDEVA,
        mark(LEBEDEVA, confirmed) if confirmed else None,
        old={"rooms": "0006"} if number == 2 else {}, corrected=number == 2,
        late=timedelta(hours=2, minutes=45) if number == 3 else None,
        entered=at("31.05 14.05") if number == 3 else None,
    )  # fmt: skip


def journal() -> AccessJournal:
    """Twenty rows: one corrected, one late, one not confirmed."""
    return AccessJournal(
        REGION, PLACE, "23-0970", "русский язык, 1 июня 2026 г.", "Europe/Moscow", at("01.06 18.40"),
        tuple(_row(i, raw) for i, raw in enumerate(RAW, 1)),
        cabinets=(
            Cabinet(3, "0012", "замена карты памяти: свободно 9 ГБ, нужно не менее 32 ГБ", "включен", "417203", "417219"),
            Cabinet(8, "7777", "отказ видеорегистратора, установлен резервный VR-20431", "включен, нет ответа", "417218", "417224"),
            Cabinet(14, "0008", "видеорегистратор не отвечал, перезапуск по питанию", "включен, нет ответа", "417210", "417220"),
            Cabinet(18, "0014, 0015", "извлечение карт памяти для копирования", "выключен", "417215, 417216", "417221, 417222"),
        ),
        corrections=(
            Correction(2, "rooms", "0006", "0008", "указана не та аудитория, камера стоит в 0008", ORLOV.short,
                       at("31.05 10.52"), (38, 41)),
        ),
        late=(
            LateEntry(3, at("31.05 11.20"), at("31.05 14.05"), timedelta(hours=2, minutes=45),
                      "не было связи в восточном крыле", VALEEVA.short, 57),
        ),
    )  # fmt: skip


PEOPLE = {
    "technician": ("Орлов Игорь Сергеевич", ORLOV.short),
    "cctv_technician": ("Валеева Дина Рашидовна", VALEEVA.short),
    "pes_head": ("Лебедева Мария Павловна", LEBEDEVA.short),
    "commission_member": ("Жукова Татьяна Николаевна", "Жукова\u00a0Т.\u00a0Н."),
}


def slot(field: str, step: int, role: str, meaning: str) -> Slot:
    """A slot with Russian and English words."""
    ru, en = COMMON["ru"], COMMON["en"]
    name, short = PEOPLE.get(role, (f"Имя {field}", f"Имя {field}"))
    return Slot(field, step, ru[role], ru[meaning], name, short, field, role, en[role], en[meaning])


SLOTS = (
    slot("performed_1", 1, "technician", "performed"),
    slot("performed_2", 1, "cctv_technician", "performed"),
    slot("confirmed", 2, "pes_head", "confirmed"),
    slot("reviewed", 3, "commission_member", "reviewed"),
)


def document(number: str = "23-0970-0601-03", slots: tuple[Slot, ...] = SLOTS, **more: object) -> Document:
    """The Document of a sample."""
    values = dict(
        number=number, revision=1, centre="23-0970", day="23-0970-2026-06-01", date=date(2026, 6, 1),
        zone="Europe/Moscow", moment=at("01.06 18.40") + timedelta(seconds=12), checkpoint=CHECKPOINT, slots=slots,
        public_url="https://logbook.example.org",
    )  # fmt: skip
    return Document(**(values | more))  # type: ignore[arg-type]


# ---------------------------------------------------------------- protocol of the day

STAGES = [
    ("Накануне", "Day before", "31.05.2026", [
        ("Проверить работоспособность камер", "10:00", "10:00", 0, "done", "Орлов", "36 камер, 0001–0017 и 7777; часы ±4 с", "10:22, № 37"),
        ("Откорректировать ракурс", "по запросу", "10:35", None, "done", "Орлов", "0008; кадры до и после", "10:58, № 42"),
        ("Заменить карту памяти", "по запросу", "11:20", None, "done", "Валеева", "0012, карта 64 ГБ", "14:31, № 60",
         "Произошло: 11:20, внесено с опозданием: 14:05, через 2 ч 45 мин. Причина: не было связи в восточном крыле."),
        ("Проверить готовность Штаба ППЭ и аудиторий", "до 17:00", "16:32", -28, "done", "Орлов", "19 станций, пробная печать и сканирование", "16:50, № 89"),
    ]),
    ("Утро дня экзамена", "Morning of the exam day", "01.06.2026", [
        ("Прибыть и зарегистрироваться", "до 07:15", "07:02", -13, "done", "Орлов", "личные вещи сданы, инструкции прочитаны", "07:30, № 119"),
        ("Проверить место для видеозаписей", "07:15", "07:26", 11, "late", "Орлов", "наименьшее 212 ГБ, 0005", "07:31, № 125", "Причина опоздания: ждали сверки часов."),
        ("Начать видеозапись в Штабе ППЭ", "07:15", "08:04", 49, "late", "Орлов", "7777, 2 камеры; VR-20431", "08:12, № 143",
         "Причина опоздания: отказ видеорегистратора, заменён резервным в 07:58."),
        ("Начать видеозапись в аудиториях", "09:00", "09:02", 2, "done", "Орлов", "0001–0017, 34 камеры, трансляция включена", "09:06, № 179"),
    ]),
    ("Во время экзамена", "During the exam", "01.06.2026", [
        ("Записать аудиоответы участников", "10:30", "", None, "waived", "", "", "", "Решение: Лебедева М. П., запись 101. Причина: в этот день нет устной части."),
        ("Проверить переход на резервный канал", "11:00", "", None, "impossible", "Орлов", "обращение № 4417", "11:20, № 244",
         "Причина: оператор связи отключил резервный канал с 10:48 до 13:20; по основному каналу трансляция не прерывалась."),
    ]),
    ("Завершение", "End of the exam", "01.06.2026", [
        ("Скопировать видеозаписи", "17:25", "17:58", 33, "late", "Валеева", "коридоры, вход: 38 файлов, 214 ГБ", "", "Причина опоздания: ждали карты памяти."),
        ("Закрыть журнал за день", "18:30", "18:38", 8, "done", "Орлов", "записей 390", "18:39, № 391"),
    ]),
]  # fmt: skip


def protocol() -> DayProtocol:
    """A short protocol with every state."""
    numbers = iter(range(1, 100))
    shorts = {"Орлов": ORLOV.short, "Валеева": VALEEVA.short, "": ""}
    stages = []
    for ru, en, day, raw in STAGES:
        steps = []
        for title, plan, fact, diff, state, who, evidence, confirmed, *why in raw:
            steps.append(
                StepRow(
                    next(numbers), title, plan, fact, diff, state, shorts[who], evidence, "",
                    (LEBEDEVA.short, confirmed) if confirmed else (),
                    "" if confirmed or state == "waived" else LEBEDEVA.short, tuple(why),
                )
            )  # fmt: skip
        stages.append(StageRows({"ru": ru, "en": en}, day, tuple(steps)))
    states = [s.state for stage in stages for s in stage.steps]
    outages = Section(
        "outages", ((7, "№"), (22, "Место"), (49, "Что произошло"), (15, "Начало"), (15, "Конец"), (70, "Принятые меры")),
        (("1", "0008", "видеорегистратор не отвечал", "12:24", "12:38", "перезапуск, сообщено члену ГЭК в 12:26"),),
    )  # fmt: skip
    counts = [states.count(s) for s in ("done", "late", "impossible", "waived")]
    return DayProtocol(
        REGION, PLACE, "23-0970", "ЕГЭ, русский язык, 1 июня 2026 г.", "10:00–13:30, время московское, UTC+03:00",
        "17 и Штаб ППЭ", Totals(len(states), *counts), tuple(stages), (outages,),
    )  # fmt: skip
