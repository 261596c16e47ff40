"""The official journal: its columns, its ways of writing, corrections, late rows, blank lines."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from reports import forms
from reports.forms._access_model import AccessJournal, Cabinet, Mark, Person
from reports.forms._ru import dotted_time, long_date, official_name, plural, span
from reports.of_day import signatures
from reports.render import render
from tests.reports import days, samples
from tests.reports.reading import pages, words

FORM = forms()["access-journal"]


def text_of(journal: AccessJournal, folder: Path) -> str:
    """All text of the drawn journal."""
    return words(render(FORM, journal, samples.document()), folder)


def from_day(journal: days.Journal) -> AccessJournal:
    made: AccessJournal = FORM.from_day(journal.day, days.at("01.06 18:40"))
    return made


def test_the_official_head_stands_on_every_page_of_the_table(tmp_path: Path) -> None:
    rows = samples.journal().rows
    many = replace(samples.journal(), rows=tuple(replace(rows[i % 20], number=i + 1) for i in range(60)))
    found = pages(render(FORM, many, samples.document()), tmp_path)
    assert len(found) > 4
    for text in found[:-1]:
        line = " ".join(text.split())
        for title in ("Осуществляемые действия", "Сведения о лице, осуществляющем действия",
                      "Ответственный за видеонаблюдение в ППЭ/РЦОИ", "ФИО Должность Подпись ФИО Должность Подпись",
                      "1 2 3 4 5 6 7 8 9 10 11 12"):  # fmt: skip
            assert title in line, (title, line[:400])


def test_the_header_names_region_centre_and_address(tmp_path: Path) -> None:
    text = text_of(samples.journal(), tmp_path)
    for part in (samples.REGION, "МБОУ «СОШ № 14», 301970, г. Берёзовск, ул. Садовая, д. 7", "23-0970", "UTC+03:00"):
        assert part in text


def test_times_names_and_ranges_are_written_as_in_the_sample(tmp_path: Path) -> None:
    text = text_of(samples.journal(), tmp_path)
    assert "7.05 7.09" in text and "10.00 10.15" in text and "07.05" not in text
    assert "0001-0017, 7777" in text and "31.05" in text
    assert "эл. подп. Орлов И.И" not in text and "эл. подп. Орлов И.С." in text
    assert "31.05 10.22, запись 37" in text


def test_a_correction_shows_the_struck_value_above_the_new_one(tmp_path: Path) -> None:
    text = text_of(samples.journal(), tmp_path)
    assert "0006" in text and "исправлена, прил. п. 2" in text
    assert "указана не та аудитория, камера стоит в 0008" in text and "38, 41" in text


def test_an_unconfirmed_row_leaves_a_line_for_the_hand(tmp_path: Path) -> None:
    text = text_of(samples.journal(), tmp_path)
    assert text.count("не подтверждено") == 2  # the line and the closing count
    assert "не подтверждено 1 (строка 20)" in text
    assert "подтверждается подписью от руки в графе 12" in text


def test_a_late_row_says_how_late_and_why(tmp_path: Path) -> None:
    text = text_of(samples.journal(), tmp_path)
    assert "внесена в 14.05, с опозданием на 2 ч 45 мин, прил. п. 3" in text
    assert "31.05 14.05, через 2 ч 45 мин" in text and "не было связи в восточном крыле" in text


def test_the_count_in_words_closes_the_table(tmp_path: Path) -> None:
    assert "Строк 20: подтверждено 19, не подтверждено 1 (строка 20)" in text_of(samples.journal(), tmp_path)
    empty = replace(samples.journal(), rows=(), cabinets=(), corrections=(), late=())
    text = text_of(empty, tmp_path)
    assert "Строк 0. Доступа к средствам видеонаблюдения не было." in text
    assert "Вскрытий, исправлений, опозданий и строк без подтверждения нет." in text


def test_no_typed_text_stops_the_official_document(tmp_path: Path) -> None:
    base = samples.journal()
    long = "Преображенская-Константинопольская-Всеволодовская\u00a0Ё.\u00a0Ё."
    serial = "S" * 60 + "7" * 60
    row = replace(
        base.rows[0], rooms="0001, " * 60 + "9" * 50, action=serial, actor=Person(long, serial), number=10_000,
        mark=Mark(long, base.rows[0].start, 123_456_789), responsible=Person(long, serial), confirmed=None,
        old={"rooms": serial}, corrected=True, late=timedelta(days=400),
    )  # fmt: skip
    cabinet = Cabinet(1, serial, serial * 9, serial, serial, serial)
    made = replace(base, rows=(row, *base.rows), cabinets=(cabinet,), region=serial, place=serial * 4, exam=serial)
    text = "".join(text_of(made, tmp_path).split()).replace("¬", "")
    assert "Константинопольская-" in text and "запись123456789" in text


# ---------------------------------------------------------------- words


def test_small_words_are_written_right() -> None:
    assert [plural(n, "строка", "строки", "строк") for n in (1, 2, 5, 11, 21, 22, 112)] == [
        "строка", "строки", "строк", "строк", "строка", "строки", "строк",
    ]  # fmt: skip
    assert span(timedelta(minutes=165)) == "2\u00a0ч\u00a045\u00a0мин"
    assert span(timedelta(minutes=-5)) == "5\u00a0мин" and span(timedelta(days=2)) == "2\u00a0сут"
    assert official_name("Иванов\u00a0И.\u00a0И.") == "Иванов\u00a0И.И." and official_name("Ли") == "Ли"
    assert dotted_time(samples.at("01.06 07.05")) == "7.05"
    assert long_date(samples.at("01.06 07.05").date()) == "1\u00a0июня\u00a02026\u00a0г."


# ---------------------------------------------------------------- from a Day


@pytest.fixture(scope="module")
def made() -> AccessJournal:
    return from_day(days.sample())


def test_rows_come_from_steps_and_from_notes_in_the_journals_order(made: AccessJournal) -> None:
    assert [(r.number, r.rooms, r.action) for r in made.rows] == [
        (1, "0001-0017, 7777", "Проверка работоспособности"),
        (2, "0008", "Корректировка ракурса"),
        (3, "0012", "Извлечение/установка карты памяти"),
        (4, "7777", "Начало записи"),
        (5, "0001-0017, 7777, Коридор 1, Вход", "Проверка работоспособности"),
        (6, "0001-0017", "Начало записи"),
        (7, "0003", "Корректировка ракурса"),
        (8, "0001-0017", "Остановка записи"),
    ]
    assert made.rows[0].start == samples.at("31.05 10.00") and made.rows[0].end == samples.at("31.05 10.15")
    assert made.rows[0].actor == Person(days.ORLOV.short, "технический специалист")
    assert made.rows[2].actor.post == "технический специалист по видеонаблюдению"


def test_a_correction_of_the_day_strikes_the_old_room(made: AccessJournal) -> None:
    row, (correction,) = made.rows[1], made.corrections
    assert row.old == {"rooms": "0006"} and row.corrected and row.mark.number == correction.numbers[1]
    assert (correction.column, correction.old, correction.new) == ("rooms", "0006", "0008")
    assert correction.by == days.ORLOV.short and correction.at == samples.at("31.05 10.52")


def test_a_confirmation_before_the_correction_does_not_count() -> None:
    j = days.Journal()
    seq = j.step(days.ORLOV, "d1.angle", "31.05 10:40", evidence={"room": "0006", "started_at": "10:35"})
    j.confirm(days.LEBEDEVA, seq, time="31.05 10:45")
    assert from_day(j).rows[0].confirmed is not None
    j.add(days.ORLOV, days.f.EntryCorrected(seq, {"evidence.room": "0008"}, "ошибка"), days.at("31.05 10:50"))
    assert from_day(j).rows[0].confirmed is None
    j.add(days.ORLOV, days.f.EntryCorrected(seq, {"evidence.started_at": "10:36"}, "часы"), days.at("31.05 10:55"))
    found = [(c.column, c.old, c.new, c.numbers) for c in from_day(j).corrections]
    assert found == [
        ("rooms", "0006", "0008", (2, 4)), ("start", "10.35", "10.36", (4, 5)), ("end", "10.35", "10.36", (4, 5)),
    ]  # fmt: skip


def test_late_voided_and_unconfirmed_rows_of_the_day_are_shown(made: AccessJournal) -> None:
    (late,) = made.late
    assert late.row == 3 and late.delay == timedelta(hours=2, minutes=39) and late.reason
    assert [r.number for r in made.rows if r.void] == [7] == [v.row for v in made.voided]
    assert [r.number for r in made.rows if not r.confirmed] == [5, 6, 7, 8]
    assert made.rows[4].responsible.short == days.LEBEDEVA.short
    (cabinet,) = made.cabinets
    assert (cabinet.state, cabinet.before, cabinet.after) == ("включен", "417203", "417219")


def test_a_confirmer_on_paper_is_named_with_the_paper(tmp_path: Path) -> None:
    j = days.Journal()
    seq = j.step(days.ORLOV, "ex.hq_record", "01.06 07:17", ["7777"], evidence={"started_at": "07:15"})
    by = days.f.Outside("Петров А. А.", "pes_head", "лист 2 от 01.06")
    j.add(days.ORLOV, days.f.ActsConfirmedOutside(j.day.acts[seq].targets(), by, days.at("01.06 07:30")))
    text = text_of(from_day(j), tmp_path)
    assert "на бумаге: лист 2 от 01.06" in text and "Петров" in text


def test_signing_a_document_does_not_change_what_it_shows() -> None:
    j = days.sample()
    before = from_day(j)
    j.add(days.ORLOV, days.f.DocumentSigned("access-journal", 1, "performed_1", "performed", 3, "", "", "",
                                            days.at("01.06 19:00")))  # fmt: skip
    assert from_day(j) == before


def test_slots_of_a_day_are_technicians_who_acted_then_head_then_commission() -> None:
    slots = signatures(days.sample().day, FORM, "en")
    assert [(s.field, s.step, s.role, s.name, s.role_id) for s in slots] == [
        ("performed_1", 1, "Технический специалист", days.ORLOV.name, "technician"),
        ("performed_2", 1, "Технический специалист по видеонаблюдению", days.VALEEVA.name, "cctv_technician"),
        ("confirmed", 2, "Руководитель ППЭ", days.LEBEDEVA.name, "pes_head"),
        ("reviewed", 3, "Председатель ГЭК", days.KRYLOV.name, "commission_head"),
    ]
    assert [s.meaning for s in slots] == ["Выполнено", "Выполнено", "Подтверждено", "Проверено"]
    assert slots[3].role_second == "Head of the exam commission" and slots[3].meaning_second == "reviewed"
    assert all(s.role_second == "" for s in signatures(days.sample().day, FORM, "ru"))
