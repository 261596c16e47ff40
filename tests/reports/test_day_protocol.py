"""The protocol of the day: completeness, plan and fact, reasons, people."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain import facts as f
from reports import forms
from reports.forms._protocol_model import DayProtocol, StepRow
from reports.render import render, render_day
from tests.reports import days, samples
from tests.reports.reading import words

FORM = forms()["day-protocol"]


def text_of(protocol: DayProtocol, folder: Path) -> str:
    """All text of the drawn protocol."""
    return words(render(FORM, protocol, samples.document()), folder)


def test_the_summary_counts_every_state(tmp_path: Path) -> None:
    text = text_of(samples.protocol(), tmp_path)
    assert "12 Запланировано planned 7 Выполнено в срок" in text and "3 С опозданием" in text
    for word in ("Запланировано", "Выполнено в срок", "С опозданием", "Выполнить невозможно", "Не требуется"):
        assert word in text
    assert "Не выполнено" not in text
    totals = replace(samples.protocol().totals, open=4, elsewhere=2)
    assert "Не выполнено" in text_of(replace(samples.protocol(), totals=totals), tmp_path)


def test_a_step_shows_plan_fact_difference_people_and_reason(tmp_path: Path) -> None:
    text = text_of(samples.protocol(), tmp_path)
    assert "07:15 08:04 +49" in text and "до 17:00 16:32 −28" in text
    assert "Причина опоздания: отказ видеорегистратора, заменён резервным в 07:58." in text
    assert "Причина: оператор связи отключил резервный канал" in text
    assert "ожидает:" in text and "10:22, № 37" in text


def test_long_evidence_stands_under_its_row_and_stops_nothing(tmp_path: Path) -> None:
    base = samples.protocol()
    serials = ", ".join(f"PS{n:058d}" for n in range(120))
    step = StepRow(
        1, "Ж" * 90, "после: " + "ы" * 50, "08:26–08:40", 99_999, "late", "Ё" * 70, serials, "15 из 17",
        ("Преображенская-Константинопольская\u00a0Ё.\u00a0Ё.", "10:22, № 123456"), "Щ" * 60, ("Ў" * 3000,),
    )  # fmt: skip
    stage = replace(base.stages[0], title={"ru": "Щ" * 80, "en": "e"}, steps=(step,) * 3)
    text = "".join(text_of(replace(base, stages=(stage,)), tmp_path).split())
    assert "PS" + "0" * 56 + "119" in text.replace("¬", "") or "119" in text
    assert text.count("Ў") == 9000 and text.count("Щ") >= 60 * 3


@pytest.fixture(scope="module")
def made() -> DayProtocol:
    found: DayProtocol = FORM.from_day(days.sample().day, days.at("01.06 18:40"))
    return found


def row(protocol: DayProtocol, title: str) -> StepRow:
    """The one step whose title begins so."""
    (found,) = [s for stage in protocol.stages for s in stage.steps if s.title.startswith(title)]
    return found


def test_a_step_done_late_has_its_difference_and_reason(made: DayProtocol) -> None:
    step = row(made, "Начать запись в Штабе")
    assert (step.planned, step.actual, step.difference, step.state) == ("07:15", "08:06", 49, "late")
    assert step.remarks == ("Причина опоздания: отказ видеорегистратора, заменён резервным.",)
    assert step.confirmed == (days.LEBEDEVA.short, "08:12, №\u00a011") and step.waits == ""
    assert "Начало действия: 08:04" in step.evidence


def test_a_step_over_many_places_is_one_row(made: DayProtocol) -> None:
    step = row(made, "Проверить программное обеспечение")
    assert step.state == "open" and step.share == "15 из 17" and step.actual == "08:26–08:40"
    assert step.remarks == ("Не выполнено: S0016, S0017.",)
    assert "Версия ПО: 26.4.1;" in step.evidence and "PS-0003 (S0003)" in step.evidence
    assert step.waits == f"{days.LEBEDEVA.short} (15 из 15)"


def test_a_step_that_follows_something_names_it(made: DayProtocol) -> None:
    step = row(made, "Остановить запись в аудитории")
    assert (step.planned, step.actual, step.difference) == ("после события", "15:36", None)
    assert step.remarks == ("Срок: после события «Вынос ЭМ из аудитории».",)
    assert row(made, "Уничтожить или передать").planned == "не ранее 01.03.2027"


def test_impossible_and_waived_steps_name_who_and_why(made: DayProtocol) -> None:
    assert row(made, "Получить ключ").remarks == ("Причина: нет связи с порталом, обращение № 4417.",)
    assert row(made, "Получить ключ").state == "impossible"
    briefing = row(made, "Провести инструктаж")
    assert briefing.state == "waived"
    assert briefing.remarks[0].startswith("Решение: Лебедева М. П., руководитель ППЭ, запись\u00a0")


def test_a_corrected_step_keeps_both_values(made: DayProtocol) -> None:
    (remark,) = row(made, "Скорректировать ракурс").remarks
    assert remark == (
        f"Исправлено 10:52, {days.ORLOV.short}, №\u00a04 и №\u00a05. Аудитория: 0006 → 0008. "
        "Причина: указана не та аудитория, камера стоит в 0008."
    )


def test_the_totals_are_those_of_the_checklist(made: DayProtocol) -> None:
    states = [s.state for stage in made.stages for s in stage.steps if s.block]
    totals = made.totals
    assert len(states) == totals.planned
    assert [states.count(s) for s in ("done", "late", "impossible", "waived", "open")] == [
        totals.done, totals.late, totals.impossible, totals.waived, totals.open,
    ]  # fmt: skip


def test_events_devices_notes_and_voided_entries_follow(made: DayProtocol) -> None:
    found = {section.key: section.rows for section in made.sections}
    assert sorted(found) == ["devices", "milestones", "notes", "voided"]
    assert found["milestones"][0][:3] == ("01.06 13:31", "Завершение экзамена в аудитории", "0003")
    assert found["devices"][0][0] == "Камеры, 20" and "VR-0001" in found["devices"][0][2]
    assert found["voided"][0][1:3] == ("строка журнала доступа", "записано дважды")


def test_stages_are_dated_when_all_their_steps_are_of_one_day(made: DayProtocol) -> None:
    dates = {stage.title["en"]: stage.date for stage in made.stages}
    assert dates["Day before"] == "31.05.2026" and dates["Morning of the exam day"] == "01.06.2026"
    assert dates["After the exam"] == ""


def test_a_rehearsal_day_prints_itself_as_one(tmp_path: Path) -> None:
    j = days.Journal(rehearsal=True)
    pdf = render_day(FORM, j.day, j.checkpoint, number="n", revision=1, moment=days.at("01.06 18:40"))
    assert "РЕПЕТИЦИЯ" in words(pdf, tmp_path)


@pytest.mark.parametrize("count", [1, 3, 40])
def test_days_of_any_size_are_drawn(count: int, tmp_path: Path) -> None:
    j = days.Journal(count)
    for code in sorted(code for code, form in forms().items() if form.applies(j.day)):
        pdf = render_day(forms()[code], j.day, j.checkpoint, number="n", revision=1, moment=days.at("01.06 18:40"))
        assert "n, редакция 1" in words(pdf, tmp_path)


def test_handovers_of_the_shift_have_a_table_only_when_there_were_some(made: DayProtocol, tmp_path: Path) -> None:
    assert "shifts" not in [section.key for section in made.sections]
    journal = days.sample()
    things = (f.Item("token", "Токен члена ГЭК", "RU-77", 2), f.Item("key", "Ключ от серверной"))
    shift = f.ShiftHanded("p-valeeva", days.at("01.06 14:00"), ("ex.key",), things, "Камера 0002 моргает", "00", "AA==")
    seq = journal.add(days.ORLOV, shift)
    taken = f.ShiftTaken(seq, "00", days.at("01.06 14:05"), "00", "AA==", "Токен один")
    journal.add(days.VALEEVA, taken)
    wrong = journal.add(days.VALEEVA, replace(shift, to="p-orlov", at=days.at("01.06 14:10")))
    journal.add(days.VALEEVA, f.EntryVoided(wrong, "не тому"), days.at("01.06 14:12"))
    journal.add(days.VALEEVA, replace(shift, to="p-orlov", at=days.at("01.06 14:20"), items=(), note=""))
    protocol = FORM.from_day(journal.day, days.at("01.06 18:40"))
    rows = next(section.rows for section in protocol.sections if section.key == "shifts")
    first, last = ([cell.replace("\u00a0", " ") for cell in row] for row in rows)
    number = seq + 1
    assert first == [
        f"Орлов И. С., 01.06 14:00, № {number}", f"Валеева Д. Р., 01.06 14:05, № {number + 1}",
        "токен: Токен члена ГЭК, № RU-77, 2 шт.; ключ: Ключ от серверной", "1",
        "Сдал: Камера 0002 моргает; Принял: Токен один",
    ]  # fmt: skip
    assert last[1:] == ["Орлов И. С.: не принята", "–", "1", "–"]
    voided = next(section.rows for section in protocol.sections if section.key == "voided")
    assert "передача смены" in [row[1] for row in voided]
    assert "Передача смены Handovers of the shift" in text_of(protocol, tmp_path)


def test_a_breach_of_the_order_and_what_the_cameras_showed_stand_in_a_table() -> None:
    journal = days.Journal(count=1)
    dark = f.CameraSeen("C0001", days.at("01.06 08:30"), "unreachable", days.at("01.06 08:30"))
    journal.add(days.LEBEDEVA, dark)
    admission = journal.step(days.LEBEDEVA, "ex.admission", "01.06 09:01", note="дождь")
    times = {"started_at": "09:02", "finished_at": "09:02", "online": True}
    start = journal.step(days.ORLOV, "ex.room_record", "01.06 09:02", ["0001"], evidence=times)
    first = days.at("01.06 09:04") + timedelta(seconds=10)
    journal.add(days.LEBEDEVA, f.CameraSeen("C0001", first, "alive", first, first))
    for clock, ahead in (("09:30", -2400), ("15:40", 1600)):
        journal.add(days.ORLOV, f.ClockMeasured("NVR-1", days.at(f"01.06 {clock}"), ahead, 500, "onvif"))
    journal.add(days.ORLOV, f.ClockMeasured("C0001", days.at("01.06 15:45"), 61_000, 1000, "hand"))
    protocol = FORM.from_day(journal.day, days.at("01.06 18:40"))
    rows = next(section.rows for section in protocol.sections if section.key == "cameras")
    said = [(row[1].replace("\u00a0", " "), row[2].replace("\u00a0", " ")) for row in rows]
    assert "не велась: 0001; начата 09:02. Причина: дождь" in said[0][0] and said[0][1] == f"№ {admission + 1}"
    assert "C0001: начало 09:02, первое изображение 09:04:10." in said[1][0] and said[1][1] == f"№ {start + 1}"
    clocks = [(row[0], row[1].replace("\u00a0", " ")) for row in rows[2:]]
    assert clocks == [
        ("01.06 09:30", "Часы устройства NVR-1: смещены назад на 2,4 с (±0,5 с)"),
        ("01.06 15:40", "Часы устройства NVR-1: смещены вперёд на 1,6 с (±0,5 с)"),
        ("01.06 15:45", "Часы устройства C0001: смещены вперёд на 61,0 с (±1,0 с), сверены вручную"),
    ], "at the start and at the end of the day, of every device"


def test_copies_of_footage_have_a_table_with_medium_coverage_and_later_checks(tmp_path: Path) -> None:
    journal = days.sample()
    code = journal.day.cameras[0].room
    camera, at = journal.day.cameras[0].id, days.at("01.06 18:00")
    planned, gap = (
        f.Period(days.at(f"01.06 {a}"), days.at(f"01.06 {b}")) for a, b in (("08:00", "13:40"), ("10:12", "10:13"))
    )
    fact = f.FootageCopied(
        (camera,), (code,), f.Medium("SN-77", "flash"), at, at, 12, 3_400_000_000, "5a" * 32, 1, planned,
        (f.Coverage(camera, planned, 997_059, (gap,), more=2),), ("mp4",), True, "П-14",
    )  # fmt: skip
    seq = journal.add(days.ORLOV, fact)
    bad = f.FootageChecked(seq, days.at("01.06 18:10"), "differs", "5a" * 32, 2, (1, 0, 0, 0, 0), ("a.mp4",))
    journal.add(days.ORLOV, bad)
    wrong = journal.add(days.ORLOV, replace(fact, files=1))
    journal.add(days.ORLOV, f.EntryVoided(wrong, "не тот носитель"), days.at("01.06 18:12"))
    protocol = FORM.from_day(journal.day, days.at("01.06 18:40"))
    (row,) = next(section.rows for section in protocol.sections if section.key == "footage")
    said = [cell.replace("\u00a0", " ") for cell in row]
    assert said[1:3] == ["флеш-накопитель, № SN-77, пломба № П-14", "12 шт., 3 400 000 000 Б"]
    told = ("08:00–13:40", "выборочно просмотрена", "полнота записи 99,7 %", "10:12:00–10:13:00 и ещё 2", "изменено: 1")
    assert [part for part in told if part not in said[3]] == []
    voided = next(section.rows for section in protocol.sections if section.key == "voided")
    assert "копирование видеозаписей" in [line[1] for line in voided]
    assert "Копии видеозаписей Copies of footage" in text_of(protocol, tmp_path)
