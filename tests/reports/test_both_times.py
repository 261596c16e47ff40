"""Papers print the time of the event and that of its entry when they are apart, and what was added after the day."""

from pathlib import Path

from app.domain import facts as f
from reports import forms
from reports.render import render_day
from tests.reports import days
from tests.reports.reading import words


def printed(journal: days.Journal, form: str, folder: Path) -> str:
    moment = days.at("02.06 10:00")
    pdf = render_day(forms()[form], journal.day, journal.checkpoint, number="n", revision=1, moment=moment)
    return words(pdf, folder)


def test_an_entry_of_seven_minutes_later_has_both_times_and_one_of_five_has_one(tmp_path: Path) -> None:
    journal = days.Journal(3)
    for received in ("14:12", "14:10"):
        row = f.AccessNoted(("0003",), days.at("01.06 14:00"), days.at("01.06 14:05"), "angle")
        journal.add(days.ORLOV, row, days.at(f"01.06 {received}"))
    journal.step(days.ORLOV, "ex.arrive", "01.06 07:02", received="01.06 07:09")
    text = printed(journal, "access-journal", tmp_path)
    assert "внесена в 14.12" in text and "внесена в 14.10" not in text
    assert "Произошло: 07:02, внесено: 07:09, через 7 мин." in printed(journal, "day-protocol", tmp_path)


def test_a_late_milestone_has_both_times_with_the_reason(tmp_path: Path) -> None:
    journal = days.Journal(3)
    noted = f.MilestoneNoted("materials_in_hq", days.at("01.06 14:30"), late_reason="не было связи")
    journal.add(days.ORLOV, noted, days.at("01.06 15:10"))
    text = printed(journal, "day-protocol", tmp_path)
    assert "внесено с опозданием: 01.06 15:10, через 40 мин. Причина: не было связи." in text


def test_a_step_done_early_says_so(tmp_path: Path) -> None:
    journal = days.Journal(3)
    journal.step(days.LEBEDEVA, "ex.admission", "01.06 08:50", note="дождь")
    text = printed(journal, "day-protocol", tmp_path)
    assert "Выполнено раньше срока на 10 мин: 08:50." in text and "Примечание: дождь." in text


def test_addenda_stand_in_a_table_of_their_own(tmp_path: Path) -> None:
    journal = days.Journal(3)
    seq = journal.step(days.ORLOV, "ex.arrive", "01.06 07:02")
    said = f.AddendumWritten("Пломба заменена на № 417220.", days.at("01.06 12:40"), "обнаружено позже", seq)
    journal.add(days.ORLOV, said, days.at("02.06 09:10"))
    text = printed(journal, "day-protocol", tmp_path)
    assert "Дополнения после закрытия дня" in text and "01.06 12:40" in text
    assert f"К записи № {seq + 1}. Пломба заменена на № 417220." in text and "обнаружено позже" in text
