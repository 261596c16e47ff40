"""A later revision says on its first page which file it replaces, and which addendum made it."""

from pathlib import Path

from app.domain import facts as f
from reports import form as form_of
from reports.render import document_of, render_day
from tests.reports import days
from tests.reports.reading import pages

OLD = "ab" * 32


def revised(journal: days.Journal, form: str, folder: Path, language: str = "en") -> str:
    """The first page of revision 2, its lines joined."""
    moment = days.at("02.06 10:00")
    pdf = render_day(
        form_of(form), journal.day, journal.checkpoint, number="n", revision=2, moment=moment, language=language
    )
    return " ".join(pages(pdf, folder)[0].split())


def signed(form: str) -> days.Journal:
    """A day with the form's first revision, and an addendum to the day."""
    journal = days.Journal(3)
    journal.step(days.ORLOV, "ex.arrive", "01.06 07:02")
    at = days.at("01.06 18:42")
    journal.add(days.ORLOV, f.DocumentSigned(form, 1, "performed_1", "performed", 2, "00", OLD, "cert", at), at)
    later = days.at("02.06 09:00")
    journal.add(days.ORLOV, f.AddendumWritten("пломба 0447", later, "узнали позже"), later)
    return journal


def test_the_first_page_names_the_file_that_is_replaced_and_the_addendum(tmp_path: Path) -> None:
    journal = signed("day-protocol")
    text = revised(journal, "day-protocol", tmp_path)
    assert f"Редакция 2; заменяет редакцию 1 от 01.06.2026 18:42:00, SHA-256 {OLD}." in text
    assert "Основание: дополнение № 1." in text
    assert f"Revision 2; replaces revision 1 of 01.06.2026 18:42:00, SHA-256 {OLD}, because of addendum 1." in text
    paper = document_of(
        form_of("day-protocol"), journal.day, journal.checkpoint, number="n", revision=2, moment=days.at("02.06 10:00")
    )
    assert f'"sha256": "{OLD}"' in paper.json("day-protocol").decode()


def test_a_form_that_prints_no_addenda_names_the_journal_as_the_reason(tmp_path: Path) -> None:
    text = revised(signed("access-journal"), "access-journal", tmp_path, "de")
    assert "Основание: новые записи журнала." in text and "дополнение" not in text
    assert "wegen neuer Einträge im Journal." in text


def test_a_first_revision_says_nothing_of_the_sort(tmp_path: Path) -> None:
    journal = signed("access-journal")
    assert "заменяет" not in revised(journal, "day-protocol", tmp_path), "another form's revision"
