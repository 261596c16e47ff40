"""Rules of handing the shift over and taking it."""

from dataclasses import replace
from typing import Any

import pytest

from app.domain import Invalid
from app.domain import facts as f
from app.domain.duty import on_duty, open_steps
from tests.domain.daybook import PEOPLE, Book
from tests.domain.test_duty import book, hand, handed, take, taken


def refused(here: Book, fact: Any, match: str, by: str = "tech", field: str | None = None) -> None:
    with pytest.raises(Invalid, match=match) as caught:
        here.do(fact, by, here.at("15:00"))
    if field is not None:
        assert field in [m.field for m in caught.value.messages]


def things(*items: f.Item) -> dict[str, Any]:
    return {"items": items}


def test_a_handover_is_given_and_taken() -> None:
    here = book()
    item = f.Item("flash", "Флеш-накопитель", "A-1", 2)
    seq = here.do(handed(here, items=(item,), steps=(here.day.profile.steps[0].id,)), "tech").seq
    here.do(taken(here, seq, remark="one is missing"), "tech2")
    assert [m.person for m in on_duty(here.day)] == ["tech2"]


@pytest.mark.parametrize("to", ["tech", "head", "nobody", ""])
def test_the_duty_goes_to_another_technician_of_the_roster(to: str) -> None:
    here = book()
    refused(here, handed(here, to), "Choose another technical specialist", field="to")


def test_who_is_not_on_duty_hands_nothing_over() -> None:
    here = book()
    refused(here, handed(here, "tech"), "not on duty", by="tech2")
    here.do(taken(here, here.do(handed(here)).seq), "tech2")
    refused(here, handed(here), "not on duty")


def test_one_handover_at_a_time_until_it_is_taken_or_withdrawn() -> None:
    here = book(*PEOPLE.values())
    seq = here.do(handed(here)).seq
    refused(here, handed(here, "cctv"), "has not taken your handover")
    here.do(handed(here, "cctv"), "tech2")  # somebody else's waits for nobody
    here.do(f.EntryVoided(seq, "another person"), "tech", here.at("13:00"))
    here.do(handed(here, "cctv", "13:00"), "tech")


@pytest.mark.parametrize(
    ("item", "match", "field"),
    [
        (f.Item("sword", "x"), "kind of thing", "items.1.kind"),
        (f.Item("key", ""), "Name the thing", "items.1.name"),
        (f.Item("key", "x", count=0), "from 1 to 999", "items.1.count"),
        (f.Item("key", "x", count=1000), "from 1 to 999", "items.1.count"),
        (f.Item("key", "x" * 121), "too long", "items.1.name"),
        (f.Item("key", "x", "1" * 121), "too long", "items.1.serial"),
    ],
)
def test_things_are_told_in_full_and_the_line_is_named(item: f.Item, match: str, field: str) -> None:
    here = book()
    refused(here, handed(here, **things(f.Item("key", "Ключ"), item)), match, field=field)


def test_too_many_things_too_long_a_note_an_unknown_step_and_the_future_are_refused() -> None:
    here = book()
    refused(here, handed(here, **things(*[f.Item("key", "x")] * 101)), "At most 100 lines", field="items")
    refused(here, handed(here, note="x" * 2001), "too long", field="note")
    refused(here, handed(here, steps=("no.such",)), "no step no.such")
    refused(here, handed(here, clock="15:30"), "in the future")


def test_only_the_one_it_is_for_takes_it_and_once() -> None:
    here = book(*PEOPLE.values())
    seq = here.do(handed(here)).seq
    refused(here, taken(here, seq), "for somebody else", by="cctv")
    refused(here, taken(here, seq), "for somebody else")
    refused(here, taken(here, seq, leaf="00"), "not the handover that you were shown", by="tech2")
    here.do(taken(here, seq), "tech2")
    refused(here, taken(here, seq), "taken already", by="tech2")


def test_what_is_no_handover_is_not_taken_nor_one_that_was_withdrawn() -> None:
    here = book()
    note = here.do(f.NoteWritten("x", here.at("11:00"))).seq
    for target in (note, 0, 99):
        refused(here, taken(here, target), "no such handover", by="tech2")
    seq = here.do(handed(here)).seq
    here.do(f.EntryVoided(seq, "mistake"), "tech", here.at("12:05"))
    refused(here, taken(here, seq), "withdrawn", by="tech2")


def test_a_taken_handover_stays_for_ever() -> None:
    here = book()
    seq = here.do(handed(here)).seq
    last = here.do(taken(here, seq), "tech2").seq
    for target, by in ((seq, "tech"), (last, "tech2"), (seq, "tech2"), (last, "tech")):
        refused(here, f.EntryVoided(target, "mistake"), "as both have signed", by=by)
        refused(here, f.EntryCorrected(target, {"at": "2026-06-01T09:00:00.000Z"}, "x"), "as both have signed", by=by)


def test_a_handover_that_waits_is_withdrawn_by_its_giver_alone_and_never_corrected() -> None:
    here = book()
    seq = here.do(handed(here)).seq
    refused(here, f.EntryVoided(seq, "mistake"), "Only who hands over", by="tech2")
    refused(here, f.EntryCorrected(seq, {"note": "another"}, "x"), "withdraw it and hand over anew")
    here.do(f.EntryVoided(seq, "mistake"), "tech", here.at("12:05"))


def test_who_left_the_roster_hands_over_to_nobody_and_is_handed_nothing() -> None:
    here = book(PEOPLE["tech"], PEOPLE["cctv"], replace(PEOPLE["tech2"], relief=True), PEOPLE["head"])
    here.add(f.RosterLeft("tech2", "ill"), "head")
    refused(here, handed(here), "Choose another", field="to")


def test_what_is_open_for_the_role_leaves_out_what_is_done_on_demand_and_of_later_dates() -> None:
    here = Book()
    now = here.at("12:00")
    found = {v.step.id for v in open_steps(here.day, "technician", now)}
    for view in open_steps(here.day, "technician", now):
        assert "technician" in view.step.performers
    steps = {s.id: s for s in here.day.profile.steps}
    assert found
    assert not [s for s in found if steps[s].when.on_demand or (steps[s].when.days_after or 0) > 1]
    first = next(s for s in found if not steps[s].repeat and not steps[s].fields)
    here.step(first, "12:00")
    assert first not in {v.step.id for v in open_steps(here.day, "technician", now)}


def test_withdrawing_opens_the_way_again_after_an_unfinished_one() -> None:
    here = book()
    here.add(f.EntryVoided(hand(here), "mistake"), "tech")
    take(here, here.do(handed(here, clock="13:00")).seq, clock="13:05")
    assert [m.person for m in on_duty(here.day)] == ["tech2"]
