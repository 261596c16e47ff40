"""Who is on duty, by the roster and the handovers."""

from dataclasses import replace
from typing import Any

import pytest

from app.domain import facts as f
from app.domain.duty import handed_statement, handovers, on_duty, pending, taken_statement, waiting_of
from tests.domain.daybook import PEOPLE, Book

RELIEF = replace(PEOPLE["tech2"], relief=True)
WITH_RELIEF = (PEOPLE["tech"], RELIEF, PEOPLE["head"], PEOPLE["member"], PEOPLE["commission"])


def book(*roster: Any) -> Book:
    return Book(roster=roster or WITH_RELIEF)


def handed(here: Book, to: str = "tech2", clock: str = "12:00", **more: Any) -> f.ShiftHanded:
    values = {"steps": (), "items": (), "note": "", "certificate": "00", "signature": "AA==", **more}
    return f.ShiftHanded(to, here.at(clock), **values)


def hand(here: Book, by: str = "tech", to: str = "tech2", clock: str = "12:00") -> int:
    return here.add(handed(here, to, clock), by).seq


def taken(here: Book, seq: int, clock: str = "12:10", **more: Any) -> f.ShiftTaken:
    leaf = here.day.acts[seq].leaf if seq in here.day.acts else ""
    values = {"leaf": leaf, "certificate": "00", "signature": "AA==", **more}
    return f.ShiftTaken(seq, at=here.at(clock), **values)


def take(here: Book, seq: int, by: str = "tech2", clock: str = "12:10") -> int:
    return here.add(taken(here, seq, clock), by).seq


def names(here: Book) -> list[str]:
    return [m.person for m in on_duty(here.day)]


def test_technicians_are_on_duty_from_the_start_and_the_relief_is_not() -> None:
    assert names(Book()) == ["tech", "tech2", "cctv"]
    assert names(book()) == ["tech"]


def test_the_giver_stays_on_duty_until_the_handover_is_taken() -> None:
    here = book()
    seq = hand(here)
    assert names(here) == ["tech"]
    assert [h.act.seq for h in pending(here.day, "tech2")] == [seq]
    assert pending(here.day, "tech") == ()
    waiting = waiting_of(here.day, "tech")
    assert waiting and waiting.waits and (waiting.giver.person, waiting.taker.person) == ("tech", "tech2")
    take(here, seq)
    assert names(here) == ["tech2"]
    assert pending(here.day, "tech2") == ()
    assert waiting_of(here.day, "tech") is None


def test_the_duty_comes_back_by_a_second_handover() -> None:
    here = book()
    take(here, hand(here))
    take(here, hand(here, "tech2", "tech", "14:00"), "tech", "14:10")
    assert names(here) == ["tech"]
    assert [(h.giver.person, h.taker.person, h.waits) for h in handovers(here.day)] == [
        ("tech", "tech2", False), ("tech2", "tech", False),
    ]  # fmt: skip


def test_the_duty_goes_over_in_the_order_of_taking_and_not_of_handing() -> None:
    here = book(PEOPLE["tech"], PEOPLE["cctv"], RELIEF, *WITH_RELIEF[2:])
    first, second = hand(here, "tech", "tech2"), hand(here, "cctv", "tech")
    take(here, second, "tech")
    take(here, first)
    assert names(here) == ["tech2"]


def test_a_withdrawn_handover_does_not_count() -> None:
    here = book()
    seq = hand(here)
    here.add(f.EntryVoided(seq, "wrong person"), "tech")
    assert pending(here.day, "tech2") == ()
    (found,) = handovers(here.day)
    assert found.withdrawn
    assert not found.waits
    take(here, seq)  # past the rules
    assert names(here) == ["tech"]


def test_who_leaves_the_roster_is_off_and_comes_back_as_the_new_line_says() -> None:
    here = book(PEOPLE["tech"], PEOPLE["cctv"], *WITH_RELIEF[1:])
    here.add(f.RosterLeft("tech", "ill"), "head")
    assert names(here) == ["cctv"]
    here.add(f.RosterJoined(replace(PEOPLE["tech"], relief=True)), "head")
    assert names(here) == ["cctv"]
    here.add(f.RosterLeft("tech", "ill"), "head")
    here.add(f.RosterJoined(PEOPLE["tech"]), "head")
    assert set(names(here)) == {"tech", "cctv"}


def test_another_role_leaves_the_duty_as_it_was_and_another_word_about_relief_does_not() -> None:
    here = book()
    take(here, hand(here))
    here.add(f.RosterJoined(replace(PEOPLE["tech"], role="cctv_technician")), "head")
    here.add(f.RosterJoined(replace(RELIEF, role="cctv_technician")), "head")
    assert names(here) == ["tech2"]
    other = book()
    other.add(f.RosterJoined(PEOPLE["tech2"]), "head")
    assert names(other) == ["tech", "tech2"]


def test_somebody_is_always_on_duty() -> None:
    here = book(*(replace(m, relief=True) for m in (PEOPLE["tech"], PEOPLE["tech2"])), *WITH_RELIEF[2:])
    assert names(here) == ["tech", "tech2"]
    left = book()
    left.add(f.RosterLeft("tech", "ill"), "head")
    assert names(left) == ["tech2"]


def test_the_head_is_never_on_duty() -> None:
    here = book()
    take(here, hand(here, to="head"), "head")  # past the rules
    assert names(here) == ["tech", "tech2"]


@pytest.mark.parametrize(
    "change", [{"to": "cctv"}, {"note": "x"}, {"steps": ("a",)}, {"items": (f.Item("key", "k"),)}],
    ids=lambda c: next(iter(c)),
)  # fmt: skip
def test_the_statement_of_a_handover_covers_everything_said(change: dict[str, Any]) -> None:
    fact = handed(book())
    said = handed_statement("log", "tech", fact)
    assert b'"meaning":"handed over"' in said
    assert b'"statement":"logbook shift v1"' in said
    assert said == handed_statement("log", "tech", replace(fact, certificate="11", signature="BB=="))
    assert said != handed_statement("log", "tech", replace(fact, **change))
    assert said != handed_statement("other", "tech", fact)
    assert said != handed_statement("log", "cctv", fact)


def test_the_statement_of_taking_names_the_very_entry() -> None:
    here = book()
    fact = taken(here, hand(here))
    said = taken_statement("log", "tech2", fact)
    assert b'"meaning":"taken over"' in said
    for change in ({"leaf": "00"}, {"target": 7}, {"remark": "x"}):
        assert said != taken_statement("log", "tech2", replace(fact, **change)), change
