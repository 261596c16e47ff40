"""The act of outage and the outages in the protocol of the day, as a PDF reader shows them."""

from dataclasses import replace
from pathlib import Path

from app.domain import facts as f
from reports import forms
from reports.form import Form
from reports.render import render_day
from tests.reports import days
from tests.reports.days import Journal, at
from tests.reports.reading import words

ACT: Form = forms()["outage-act"]


def drawn(journal: Journal, folder: Path, code: str = "outage-act") -> str:
    pdf = render_day(
        forms()[code], journal.day, journal.checkpoint, number="n", revision=1, moment=at("01.06 18:40"), language="en"
    )
    return words(pdf, folder)


def begin(journal: Journal, time: str = "12:14", **more: object) -> int:
    fact = f.OutageOpened("online", ("0001", "0002"), at(f"01.06 {time}"), "network", "Отказ порта", "yes")
    return journal.add(days.ORLOV, replace(fact, **more))  # type: ignore[arg-type]


def whole() -> Journal:
    """Two outages, one of them lost and still open, and a void one."""
    journal = Journal(count=3)
    seq = begin(journal)
    journal.add(days.ORLOV, f.OutageTold(seq, "Лебедева М. П., руководитель ППЭ", at("01.06 12:17"), "Лично"))
    journal.add(days.LEBEDEVA, f.OutageDecided(seq, "continue", "Лебедева М. П.", at("01.06 12:18")))
    journal.add(days.ORLOV, f.OutageRestored(seq, at("01.06 12:21"), "Резервный порт"))
    lost = begin(journal, "12:40", kind="recording", cause="power", local_recording="", text="Погас свет")
    corrected = f.EntryCorrected(lost, {"cause": "pak"}, "Отказал регистратор")
    journal.add(days.ORLOV, corrected, at("01.06 12:45"))
    wrong = begin(journal, "13:00", text="ошибочно")
    journal.add(days.ORLOV, f.EntryVoided(wrong, "не та аудитория"), at("01.06 13:04"))
    return journal


def test_every_outage_with_what_followed_it(tmp_path: Path) -> None:
    text = drawn(whole(), tmp_path)
    for said in (
        "1. Перерыв онлайн-трансляции", "0001, 0002", "12:14–12:21", "сеть или интернет", "продолжалась",
        "подлежит загрузке на Портал до конца 4 июня 2026", "Сообщено: Лебедева М. П., руководитель ППЭ. Лично.",
        "экзамен продолжен", "Восстановлено. Резервный порт.", "2. Перерыв видеозаписи", "не восстановлено", "360",
        "Видеозапись за это время отсутствует", "отключение электропитания → видеорегистратор (ПАК)",
        "Отказал регистратор", "не та аудитория", "Технический специалист",
    ):  # fmt: skip
        assert said in text, said
    assert "3. Перерыв" not in text, "the void one is told of at the end only"


def test_it_says_that_no_official_form_was_found_and_that_thresholds_are_no_norm(tmp_path: Path) -> None:
    text = drawn(whole(), tmp_path)
    assert "Официальная форма такого акта не найдена" in text and "нормой не являются" in text


def test_a_day_without_outages_says_so_and_nobody_signs_the_act(tmp_path: Path) -> None:
    journal = Journal(count=3)
    assert "в журнале не отмечены" in drawn(journal, tmp_path)
    assert not ACT.applies(journal.day)
    assert ACT.applies(whole().day)
    signed = f.DocumentSigned("outage-act", 1, "performed_1", "performed", 1, "a", "b", "c", at("01.06 18:00"))
    journal.add(days.ORLOV, signed)
    assert ACT.applies(journal.day), "what was signed stays"


def test_what_was_uploaded_is_named_by_its_entry(tmp_path: Path) -> None:
    journal = whole()
    period = f.Period(at("01.06 12:14"), at("01.06 12:21"))
    seq = journal.add(days.ORLOV, f.FootageUploaded(("0001", "0002"), at("01.06 16:00"), period, 1))
    text = drawn(journal, tmp_path)
    assert f"загружена на Портал: № {seq + 1}" in text.replace("\u00a0", " ") and "подлежит загрузке" not in text


def test_the_act_follows_the_outages_alone() -> None:
    journal = whole()
    before = journal.day
    journal.add(days.ORLOV, f.NoteWritten("x", at("01.06 14:00")))
    now = at("01.06 18:00")
    assert ACT.from_day(journal.day, now) == ACT.from_day(before, now)
    journal.add(days.ORLOV, f.OutageTold(5, "Крылов А. Ю.", at("01.06 14:05")))
    assert ACT.from_day(journal.day, now) != ACT.from_day(before, now)


def test_forty_outages_are_drawn(tmp_path: Path) -> None:
    journal = Journal(count=40)
    for n in range(40):
        seq = begin(journal, f"{10 + n // 12}:{n % 12 * 5:02d}", rooms=(f"{n + 1:04d}",), text="Ж" * 400)
        journal.add(days.ORLOV, f.OutageRestored(seq, at(f"01.06 {10 + n // 12}:{n % 12 * 5 + 3:02d}")))
    assert "40. Перерыв" in drawn(journal, tmp_path)


def test_the_protocol_of_the_day_has_a_table_of_outages_only_when_there_were_some(tmp_path: Path) -> None:
    text = drawn(whole(), tmp_path, "day-protocol")
    for said in ("Перерывы в видеонаблюдении", "12:14–12:21", "экзамен продолжен", "перерыв в видеонаблюдении"):
        assert said in text.replace("\n", " "), said
    assert "Перерывы в видеонаблюдении" not in drawn(Journal(count=3), tmp_path, "day-protocol")
