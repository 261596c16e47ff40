"""Protocol of the CCTV test: the points of its source, blank lines for what nobody recorded, results room by room."""

from pathlib import Path

import pytest

from app.domain import facts as f
from reports import form
from reports.forms.cctv_test_protocol import Protocol
from reports.render import render_day
from tests.reports import footage_days as footage
from tests.reports.days import LEBEDEVA, ORLOV, Journal, at
from tests.reports.reading import pages, words

FORM = form("cctv-test-protocol")
EXAM = tuple(f"{n:04d}" for n in range(1, 18))
MOMENT = at("01.06 09:00")


def said(j: Journal) -> Protocol:
    found: Protocol = FORM.from_day(j.day, MOMENT)
    return found


def pdf_of(j: Journal, language: str = "en") -> bytes:
    return render_day(FORM, j.day, j.checkpoint, number="n", revision=1, moment=MOMENT, language=language)


def text_of(j: Journal, folder: Path, language: str = "en") -> str:
    return words(pdf_of(j, language), folder).replace("\u00a0", " ")


def test_it_is_offered_once_a_room_was_tested() -> None:
    j = Journal()
    assert not FORM.applies(j.day)
    footage.tested(j, "0001")
    assert FORM.applies(j.day)


def test_a_good_test_of_all_rooms_finds_no_errors_and_says_so_of_the_angles(tmp_path: Path) -> None:
    j = Journal()
    j.confirm(LEBEDEVA, footage.tested(j, *EXAM, "7777"), time="31.05 10:30")
    made = said(j)
    assert (made.planned, made.tested, made.missing, made.faults) == (18, 18, "", ())
    assert made.angles == "соответствуют во всех проверенных помещениях"
    text = text_of(j, tmp_path)
    for part in (
        "Количество ППЭ (без учёта РЦОИ) 1 (протокол составлен в одном ППЭ)", "18 из 18", "1. Ошибки не выявлены да",
        "2. Выявлены ошибки нет", "Количество помещений РЦОИ заполняется от руки", "да / нет, заполняется от руки",
        "пункт 4 в доступном источнике не приведён", "Источник не называет, кто подписывает протокол",
        "0001-0017, 7777: Орлов И. С., технический специалист, запись № 2. Подтверждено: Лебедева М. П.",
    ):  # fmt: skip
        assert part in text, part


def test_results_out_of_their_limits_are_listed_with_the_date_of_repair_or_a_line_for_it(tmp_path: Path) -> None:
    j = Journal()
    footage.tested(j, *EXAM[:15])
    footage.tested(
        j, "0016", picture_ok=False, clock_diff_s=-75, angles_ok=False, fault="камера закрыта", repair_date="2026-05-31"
    )
    footage.tested(j, "7777", ups_minutes=12)
    made = said(j)
    assert (made.tested, made.missing, made.angles) == (17, "0017", "не соответствуют: 0016")
    assert [(x.room, x.repaired) for x in made.faults] == [("0016", "31.05.2026"), ("7777", "")]
    assert made.faults[0].what == (
        "камера закрыта; Изображение в норме: нет; Отклонение часов камеры, с: −75; "
        "Ракурсы камер соответствуют утверждённым: нет"
    )
    assert made.faults[1].what == "Автономная работа ИБП, мин: 12"
    row = next(r for r in made.rows if r.room == "0016")
    assert [v.words for v in row.results if v.bad] == ["нет", "−75", "нет"]
    text = text_of(j, tmp_path)
    assert "нет, см. пункт 2" in text and "не проверены: 0017" in text


def test_angles_that_nobody_was_asked_about_are_a_line_for_the_pen(tmp_path: Path) -> None:
    j = Journal()
    footage.tested(j, *EXAM, "7777", angles_ok=None)
    assert said(j).angles == ""
    assert text_of(j, tmp_path).count("да / нет, заполняется от руки") == 2


def test_a_corrected_or_repeated_test_of_a_room_counts_as_it_stands_now() -> None:
    j = Journal()
    seq = footage.tested(j, "0001", picture_ok=False)
    assert len(said(j).faults) == 1
    j.add(ORLOV, f.EntryCorrected(seq, {"evidence.picture_ok": True}, "нажали не то"), at("31.05 10:40"))
    assert said(j).faults == ()
    j.add(ORLOV, f.EntryVoided(seq, "другой день"), at("31.05 10:50"))
    assert not FORM.applies(j.day) and said(j).rows == ()


def test_serial_numbers_come_from_the_act_else_from_the_plan() -> None:
    j = Journal()
    footage.tested(j, "0001", camera_serial="IPC-77, IPC-78")
    footage.tested(j, "0002")
    assert [row.serials for row in said(j).rows] == ["IPC-77, IPC-78", "VR-0002"]


@pytest.mark.parametrize("language", ["ru", "en", "fi", "de"])
def test_forty_rooms_page_well_beside_every_language(language: str, tmp_path: Path) -> None:
    j = Journal(40, rehearsal=True)
    footage.tested(j, *(f"{n:04d}" for n in range(1, 41)), "7777", sound_ok=False)
    found = pages(pdf_of(j, language), tmp_path)
    assert all("РЕПЕТИЦИЯ" in page for page in found) and len(found) > 2
    assert "7777" in " ".join(found)
    assert language == "ru" or FORM.title[language] in " ".join(found[0].split())
