"""The firm term of keeping: nothing is released before it, and what was released afterwards is known by its number."""

from datetime import date, timedelta

import pytest

from app.domain import Invalid
from app.domain import facts as f
from app.domain.release import kept_until, released
from app.domain.rules import problems
from tests.domain.daybook import Book
from tests.reports import days
from tests.reports import footage_days as footage
from tests.reports.days import LEBEDEVA, Journal, at

BEFORE = "t.kept"


def kept(book: Book, day: int, clock: str, note: str = "") -> f.StepDone:
    """The step with the firm date, ``day`` days after 1 March of the next year."""
    return f.StepDone(BEFORE, book.at(clock, (date(2027, 3, 1) - book.on).days + day), note=note)


def test_before_the_firm_date_nothing_is_recorded_whatever_the_note_says() -> None:
    book = Book()
    for note in ("", "The archive is full"):
        with pytest.raises(Invalid) as info:
            book.do(kept(book, -1, "23:59", note))
        assert [(str(m), m.field) for m in info.value.messages] == [
            ("Not before 2027-03-01 00:00: this term is firm.", "at")
        ]


def test_from_the_first_minute_of_the_firm_date_on_it_is_recorded() -> None:
    book = Book()
    book.do(kept(book, 0, "00:00"))
    assert [act.tag for act in book.day.step_acts(BEFORE)] == ["step.done"]


def test_a_correction_does_not_move_it_before_the_firm_date() -> None:
    book = Book()
    entry = book.do(kept(book, 0, "10:00"))
    early = book.at("10:00", 30).isoformat().replace("+00:00", "Z")
    fact = f.EntryCorrected(entry.seq, {"at": early}, "mistyped")
    found = problems(book.day, fact, book.day.roster["tech"], book.at("11:00", 300))
    assert "this term is firm" in " ".join(str(m) for m in found)


def test_a_term_that_the_day_prolonged_is_firm_as_well() -> None:
    book = Book(parameters={"kept_until": "07-15+2"})
    with pytest.raises(Invalid, match="2028-07-15"):
        book.do(kept(book, 1, "10:00"))


def test_the_shipped_profile_keeps_footage_until_the_first_of_march_and_the_region_may_keep_it_longer() -> None:
    assert kept_until(Journal().day) == date(2027, 3, 1)
    assert kept_until(Journal(parameters={"retention_until": "06-01+1"}).day) == date(2027, 6, 1)


def test_the_shipped_profile_takes_no_destruction_before_the_first_of_march() -> None:
    j = Journal()
    fact = f.StepDone(
        "post.retention", at("28.02 23:59").replace(year=2027), (),
        {"media_list": ["A"], "act_no": "1", "outcome": "destroyed", "decided_by": "x"},
        outside=f.Outside("Соколов П. И.", "processing_centre", "акт № 1"), note="места нет",
    )  # fmt: skip
    assert [m.field for m in problems(j.day, fact, LEBEDEVA, fact.at)] == ["at"]
    assert problems(j.day, f.StepDone(**{**vars(fact), "at": fact.at + timedelta(minutes=1)}), LEBEDEVA, fact.at) == []


def test_released_media_are_found_by_their_number_however_it_was_typed() -> None:
    j = footage.given()
    assert released(j.day) == {}
    seq = footage.released(j, "wd-wcc7k4lj2041", "SDCZ880- 00417")
    found = released(j.day)
    assert set(found) == {"wd-wcc7k4lj2041", "sdcz880-00417"}
    assert (found["sdcz880-00417"].act, found["sdcz880-00417"].outcome) == ("14/27", "destroyed")
    assert found["sdcz880-00417"].entry == seq + 1
    j.add(LEBEDEVA, f.EntryVoided(seq, "не тот акт"), days.at("01.06 12:00").replace(year=2027))
    assert released(j.day) == {}
