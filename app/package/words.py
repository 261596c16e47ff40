"""Words of ``index.html``: in the regulation's language, English beside them; read long after us."""

from collections.abc import Mapping

Words = Mapping[str, str]

PAGE: dict[str, tuple[str, str]] = {  # Russian, English
    "day": ("День экзамена", "Exam day"),
    "exam": ("Экзамен", "Exam"),
    "centre": ("ППЭ", "Exam centre"),
    "time": ("Время", "Time"),
    "zone": ("Часовой пояс", "Time zone"),
    "people": ("Участники дня", "People of the day"),
    "documents": ("Документы", "Documents"),
    "steps": ("Шаги дня", "Steps of the day"),
    "outages": ("Сбои", "Outages"),
    "remarks": ("Замечания", "Remarks"),
    "footage": ("Видеозаписи", "Footage"),
    "journal": ("Журнал", "Journal"),
    "check": ("Проверка пакета", "Checking this package"),
    "none": ("нет", "none"),
    "complete": ("подписан всеми", "signed by everybody"),
    "incomplete": ("подписан не всеми", "not signed by everybody"),
    "older": ("прежняя редакция", "older revision"),
    "outdated": ("после подписания в журнале есть новое", "the journal has gone on since"),
    "revision": ("редакция", "revision"),
    "level": ("уровень подписи PAdES B-B", "signature level PAdES B-B"),
    "step": ("Шаг", "Step"),
    "place": ("Место", "Place"),
    "plan": ("План", "Planned"),
    "actual": ("Факт", "Actual"),
    "difference": ("Разница", "Difference"),
    "who": ("Кто", "Who"),
    "state": ("Состояние", "State"),
    "what": ("Что", "What"),
    "number": ("№", "No."),
    "received": ("Получено", "Received"),
    "began": ("Начало", "Began"),
    "ended": ("Конец", "Ended"),
    "rooms": ("Помещения", "Rooms"),
    "running": ("не завершён", "not over"),
    "medium": ("Носитель", "Medium"),
    "copied": ("Скопировано", "Copied"),
    "manifest": ("SHA-256 манифеста MHL", "SHA-256 of the MHL manifest"),
    "kept": (
        "Видеозаписи и их манифесты MHL остаются на носителях; в журнале записаны контрольные суммы манифестов.",
        "Footage and its MHL manifests stay on the media; the journal holds the manifests' digests.",
    ),
    "erased": ("содержание удалено по истечении срока", "the content was erased after its term"),
    "void": ("аннулировано", "void"),
    "corrected": ("исправлено", "corrected"),
    "rehearsal": ("Репетиция, не настоящий день", "A rehearsal, not a real day"),
    "entries": ("Записей", "Entries"),
    "root": ("Корень журнала", "Root of the journal"),
    "key": ("Ключ журнала", "Log key"),
    "root_certificate": ("SHA-256 корневого сертификата", "SHA-256 of the root certificate"),
    "tell": (
        "Эта страница — для чтения. Её достоверность, как и всего пакета, показывает проверка: "
        "python3 verify.py ПАКЕТ.zip --vkey КЛЮЧ --root ФАЙЛ, где КЛЮЧ и ФАЙЛ опубликованы заранее.",
        "This page is for reading. Whether it and the whole package are genuine is shown by the check: "
        "python3 verify.py PACKAGE.zip --vkey KEY --root FILE, with KEY and FILE as published beforehand.",
    ),
}

STATES: dict[str, tuple[str, str]] = {
    "done": ("выполнено", "done"),
    "late": ("выполнено с опозданием", "done late"),
    "impossible": ("невозможно", "not possible"),
    "waived": ("не требуется", "not required"),
    "elsewhere": ("выполнено в другой день", "done on another day"),
    "off": ("отключено", "off"),
    "overdue": ("просрочено", "overdue"),
    "open": ("не выполнено", "open"),
}

REMARKS: dict[str, tuple[str, str]] = {
    "open": ("открыто", "open"),
    "answered": ("дан ответ", "answered"),
    "corrected": ("исправлено", "corrected"),
    "settled": ("снято", "settled"),
}

ENTRIES: dict[str, tuple[str, str]] = {
    "day.opened": ("День открыт", "Day opened"),
    "plan.changed": ("План изменён", "Plan changed"),
    "roster.joined": ("Включён в состав", "Joined the roster"),
    "roster.left": ("Исключён из состава", "Left the roster"),
    "step.done": ("Шаг выполнен", "Step done"),
    "step.impossible": ("Шаг невозможен", "Step not possible"),
    "step.waived": ("Шаг не требуется", "Step not required"),
    "step.elsewhere": ("Шаг выполнен в другой день", "Step done on another day"),
    "access.noted": ("Доступ к видеонаблюдению", "Access"),
    "milestone.noted": ("Отметка времени", "Milestone"),
    "note.written": ("Примечание", "Note"),
    "entry.corrected": ("Запись исправлена", "Entry corrected"),
    "entry.voided": ("Запись аннулирована", "Entry voided"),
    "body.erased": ("Содержание записи удалено", "Content erased"),
    "acts.confirmed": ("Подтверждено", "Confirmed"),
    "acts.confirmed_outside": ("Подтверждено на бумаге", "Confirmed on paper"),
    "document.signed": ("Документ подписан", "Document signed"),
    "camera.seen": ("Состояние камеры", "Camera seen"),
    "clock.measured": ("Часы измерены", "Clock measured"),
    "outage.opened": ("Сбой начался", "Outage began"),
    "outage.told": ("О сбое сообщено", "Told of the outage"),
    "outage.decided": ("Решение о сбое", "Decision on the outage"),
    "outage.restored": ("Сбой устранён", "Outage over"),
    "start.moved": ("Начало перенесено", "Start moved"),
    "rehearsal.clock": ("Часы репетиции переведены", "Clock of the rehearsal set"),
    "clock.jumped": ("Скачок часов сервера", "The server's clock jumped"),
    "addendum.written": ("Дополнение", "Addendum"),
    "shift.handed": ("Смена сдана", "Shift handed over"),
    "shift.taken": ("Смена принята", "Shift taken over"),
    "footage.copied": ("Видеозаписи скопированы", "Footage copied"),
    "footage.checked": ("Копия проверена", "Copy checked"),
    "footage.uploaded": ("Видеозаписи выгружены", "Footage uploaded"),
    "day.submitted": ("День передан на проверку", "Day handed in"),
    "remark.written": ("Замечание", "Remark"),
    "remark.answered": ("Ответ на замечание", "Remark answered"),
    "remark.settled": ("Замечание снято", "Remark settled"),
    "lines.reviewed": ("Записи просмотрены", "Lines reviewed"),
    "sample.taken": ("Выборочный просмотр", "Sample watched"),
    "day.returned": ("День возвращён", "Day returned"),
    "day.accepted": ("День принят", "Day accepted"),
}


def word(pair: tuple[str, str], language: str) -> str:
    """In the regulation's language where we have it."""
    return pair[0] if language == "ru" else pair[1]
