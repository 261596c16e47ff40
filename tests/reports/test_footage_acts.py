"""Acts about footage: what they list, who signs them, on paper and on any number of pages."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.domain import facts as f
from app.domain.plan import Member
from reports import form, forms
from reports.form import Form
from reports.forms.footage_handover_act import Handover
from reports.forms.footage_release_act import Release
from reports.render import render_day
from tests.reports import days
from tests.reports import footage_days as footage
from tests.reports.days import KRYLOV, LEBEDEVA, ORLOV, ZHUKOVA, Journal, at
from tests.reports.reading import pages, run, words

HANDOVER, RELEASE = form("footage-handover-act"), form("footage-release-act")
MOMENT = at("02.06 09:00")


def said(j: Journal) -> Handover:
    found: Handover = HANDOVER.from_day(j.day, MOMENT)
    return found


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def pdf_of(j: Journal, which: Form = HANDOVER, language: str = "en") -> bytes:
    return render_day(which, j.day, j.checkpoint, number="n", revision=1, moment=MOMENT, language=language)


def text_of(j: Journal, folder: Path, which: Form = HANDOVER, language: str = "en") -> str:
    return plain(words(pdf_of(j, which, language), folder))


def slots(j: Journal, which: Form = HANDOVER) -> list[tuple[str, str, str]]:
    return [(s.id, s.role, s.person) for s in which.places(j.day)]


# ---------------------------------------------------------------- when it is offered


def test_the_act_is_offered_once_something_was_handed_over() -> None:
    j = Journal()
    assert HANDOVER.belongs(j.day) and not HANDOVER.applies(j.day)
    seq = footage.handed(j, "A1")
    assert HANDOVER.applies(j.day)
    j.add(LEBEDEVA, f.EntryVoided(seq, "не тот день"), at("01.06 19:00"))
    assert not HANDOVER.applies(j.day) and HANDOVER.places(j.day) == ()


def test_an_act_that_was_signed_stays_when_its_entry_is_taken_back(tmp_path: Path) -> None:
    j = Journal()
    seq = footage.handed(j, "A1")
    signed = f.DocumentSigned(HANDOVER.code, 1, "handed_over", "handed_over", 2, "b", "f", "c", at("01.06 18:40"))
    j.add(LEBEDEVA, signed)
    j.add(LEBEDEVA, f.EntryVoided(seq, "не тот день"), at("01.06 19:00"))
    assert HANDOVER.applies(j.day)
    assert "Акт приёма-передачи видеозаписей" in text_of(j, tmp_path)


# ---------------------------------------------------------------- what it lists


def test_every_medium_of_the_list_stands_there_with_what_was_proved_on_it() -> None:
    copies = said(footage.given()).copies
    assert [(c.number, c.serial, c.files) for c in copies] == [
        ("1", "WD-WCC7K4LJ2041", 214), ("2.1", "WD-WCC7K4LJ2055", 214), ("2.2", "WD-WCC7K4LJ2055", 11),
        ("3", "SDCZ880-00417", 12), ("4", "KST-0991", 0),
    ]  # fmt: skip
    first = copies[0]
    assert (first.kind, first.label, first.seal, first.size) == ("жёсткий диск", "ППЭ 0970 А", "417219", 412316860416)
    assert (first.file_system, first.period, first.places) == ("exFAT", "01.06.2026 08:00–13:40", "0001-0009")
    assert (first.cameras, first.manifest, first.generation) == ("все камеры: 9", footage.MANIFEST, 1)
    assert (copies[2].cameras, copies[2].generation) == ("C7777", 2)
    assert plain(first.checked) == "копия цела, 01.06.2026 18:10, поколение 2"
    assert (first.check_manifest, first.check_generation) == (footage.LATER, 2)


def test_a_medium_that_no_program_copied_says_so_and_keeps_what_the_step_knows() -> None:
    hand, unknown = said(footage.given()).copies[-2:]
    assert (hand.kind, hand.size, hand.period, hand.manifest) == (
        "флеш-накопитель", 21_474_836_480, "01.06.2026 07:50–14:20", "",
    )  # fmt: skip
    assert (hand.places, hand.cameras) == ("Вход", "C9002")
    assert unknown == type(unknown)("4", "KST-0991")


def test_the_printed_act_has_totals_short_and_whole_checksums(tmp_path: Path) -> None:
    text = text_of(footage.given(), tmp_path)
    for part in (
        "Итого: 4 носителя, 451 файл, 856,7 ГБ (856 673 054 720 байт). Без описи: 2",
        "412,3 ГБ 412 316 860 416 Б", f"{footage.MANIFEST[:16]}…", footage.MANIFEST, footage.LATER,
        "копировано вручную: описи нет", "Хранить до · to be kept until", "1 марта 2027 г.", "417230",
        "01.06.2026 18:20", "Официальная форма акта приёма-передачи видеозаписей не найдена.",
        "Запись № 7, внесена 01.06.2026 18:23: Лебедева М. П., руководитель ППЭ.", "Подтверждено: Лебедева М. П.",
    ):  # fmt: skip
        assert part in text, part


def test_a_copy_that_a_later_check_found_changed_says_what_and_how_many() -> None:
    j = Journal()
    target = footage.copied(j, "A1", ("0001",))
    footage.checked(j, target, "01.06 18:05")
    footage.checked(j, target, "02.06 08:00", "differs", counts=(1, 2, 0, 0, 5), generation=3)
    footage.handed(j, "a1")
    assert plain(said(j).copies[0].checked) == (
        "есть расхождения, 02.06.2026 08:00, поколение 3: файлов изменён 1, отсутствуют 2, не читаются 5"
    )


def test_a_copy_that_was_taken_back_is_not_listed_as_proved() -> None:
    j = Journal()
    seq = footage.copied(j, "A1", ("0001",))
    footage.handed(j, "A1")
    j.add(ORLOV, f.EntryVoided(seq, "не тот носитель"), at("01.06 18:50"))
    assert [(c.serial, c.manifest) for c in said(j).copies] == [("A1", "")]


def test_a_medium_that_was_destroyed_since_is_marked(tmp_path: Path) -> None:
    j = footage.given()
    footage.released(j, "WD-WCC7K4LJ2041")
    assert "носитель уничтожен, акт № 14/27, запись № 9" in text_of(j, tmp_path)


def test_a_night_in_the_period_prints_both_dates() -> None:
    j = Journal()
    footage.copied(j, "A1", ("0001",), period=f.Period(at("01.06 22:00"), at("02.06 01:30")))
    footage.handed(j, "A1")
    assert said(j).copies[0].period == "01.06.2026 22:00 – 02.06.2026 01:30"


# ---------------------------------------------------------------- who signs


@pytest.mark.parametrize(
    ("more", "expected", "on_paper"),
    [
        ({}, ["handed_over"], ["Принял"]),
        ({"to": ZHUKOVA.short}, ["handed_over", "received"], []),
        ({"to": ZHUKOVA.name, "witness": "Орлов И.С."}, ["handed_over", "received", "witnessed"], []),
        ({"witness": ORLOV.name}, ["handed_over", "witnessed"], ["Принял"]),
        ({"to": ZHUKOVA.name, "witness": "Ким О. Л."}, ["handed_over", "received"], ["Присутствовал при передаче"]),
        ({"to": ZHUKOVA.name, "witness": ZHUKOVA.name}, ["handed_over", "received"], []),
        ({"to": LEBEDEVA.name}, ["handed_over"], []),
    ],
)
def test_whom_the_act_names_signs_in_the_program_if_of_the_roster_else_on_paper(
    more: dict[str, Any], expected: list[str], on_paper: list[str]
) -> None:
    j = Journal()
    footage.handed(j, "A1", **more)
    assert [slot for slot, _, _ in slots(j)] == expected
    assert [signer.did for signer in said(j).signers] == on_paper


def test_the_slots_name_the_people_and_what_they_sign(tmp_path: Path) -> None:
    j = Journal()
    footage.handed(j, "A1", to=ZHUKOVA.short, witness=KRYLOV.name)
    assert slots(j) == [
        ("handed_over", "pes_head", "p-lebedeva"), ("received", "commission_member", "p-zhukova"),
        ("witnessed", "commission_head", "p-krylov"),
    ]  # fmt: skip
    text = text_of(j, tmp_path)
    for part in (
        "1. Руководитель ППЭ", "Значение подписи: сдал", "2. Член ГЭК", "Значение подписи: принял",
        "3. Председатель ГЭК", "Значение подписи: присутствовал при передаче",
        "Жукова Татьяна Николаевна, член ГЭК, начальник отдела РЦОИ",
    ):  # fmt: skip
        assert part in text, part


def test_a_giver_outside_the_roster_is_printed_and_who_recorded_it_signs() -> None:
    j = Journal()
    footage.handed(j, "A1", from_person="Иванова А. А.")
    assert slots(j) == [("handed_over", "pes_head", "p-lebedeva")]
    assert said(j).giver == "Иванова А. А."


def test_two_of_one_name_sign_nothing_for_each_other() -> None:
    twin = Member("p-twin", "Жукова Таисия Николаевна", "Жукова\u00a0Т.\u00a0Н.", "technician")
    j = Journal(roster=(*days.ROSTER, twin))
    footage.handed(j, "A1", to="Жукова Т. Н.")
    assert [slot for slot, _, _ in slots(j)] == ["handed_over"]


# ---------------------------------------------------------------- on paper


def test_three_hundred_media_page_well_and_every_page_has_its_head(tmp_path: Path) -> None:
    j = Journal()
    serials = [f"WD-{n:06d}" for n in range(300)]
    for n, serial in enumerate(serials):
        footage.copied(j, serial, (f"{n % 17 + 1:04d}",), size=4_294_967_296 + n)
    footage.handed(j, *serials)
    pdf = pdf_of(j)
    (tmp_path / "long.pdf").write_bytes(pdf)
    assert "No syntax or stream encoding errors" in run("qpdf", "--check", tmp_path / "long.pdf")
    found = pages(pdf, tmp_path)
    assert all(f"Страница {n} из {len(found)}" in plain(page) for n, page in enumerate(found, 1))
    listed = [page for page in found if "Помещения и камеры" in page]
    assert len(listed) > 10 and all("Последняя проверка" in page for page in listed)
    text = plain(" ".join(found))
    assert all(text.count(serial) >= 2 for serial in serials)
    assert "Итого: 300 носителей" in text


@pytest.mark.parametrize("language", ["ru", "en", "fi", "de"])
def test_every_form_is_drawn_beside_every_language(language: str, tmp_path: Path) -> None:
    j = footage.given()
    footage.released(j, "WD-WCC7K4LJ2041")
    for which in (HANDOVER, RELEASE):
        text = text_of(j, tmp_path, which, language)
        assert which.title["ru"] in text
        assert language == "ru" or which.title[language] in text


def test_a_rehearsal_and_odd_names_are_printed(tmp_path: Path) -> None:
    j = Journal(rehearsal=True)
    footage.copied(j, "Ж" * 64, ("0001",), label="Ǖ ß 大")
    footage.handed(j, "Ж" * 64, to="Константинопольская-Преображенская Александра Вячеславовна " * 2)
    text = text_of(j, tmp_path)
    assert "РЕПЕТИЦИЯ" in text and "Константинопольская-Преображенская" in text


# ---------------------------------------------------------------- released media


def test_the_act_of_release_names_media_ground_and_decision_and_the_commission_head_confirms(tmp_path: Path) -> None:
    j = footage.given()
    assert not RELEASE.applies(j.day) and RELEASE.places(j.day) == ()
    footage.released(j, "WD-WCC7K4LJ2041", "SDCZ880-00417")
    assert slots(j, RELEASE) == [("confirmed", "commission_head", "")]
    text = text_of(j, tmp_path, RELEASE)
    for part in (
        "14/27", "01.06.2027 10:00", "носители уничтожены", "директор РЦОИ Громова Е. В., приказ № 14 от 02.03.2027",
        "акт № 14/27 от 03.03.2027", "Соколов Пётр Ильич, РЦОИ", "Всего носителей: 2.", "Официальная форма такого акта",
        "WD-WCC7K4LJ2041", "412 316 860 416 Б", "копировано вручную: описи нет", "Значение подписи: подтверждено",
    ):  # fmt: skip
        assert part in text, part


def test_media_that_were_given_away_name_the_receiver() -> None:
    j = footage.given()
    footage.released(j, "KST-0991", outcome="released", given_to="архив министерства")
    act: Release = RELEASE.from_day(j.day, MOMENT + timedelta(days=400))
    assert (act.outcome, act.given) == ("носители сняты с хранения", "архив министерства")


def test_no_two_forms_have_one_number() -> None:
    numbers = [(found.language, found.extra.get("number", code)) for code, found in forms().items()]
    assert len(numbers) == len(set(numbers))
