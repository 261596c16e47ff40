"""The footage of a day on its page: what is covered, what is missing, what lies on which medium."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from app.domain import facts as f
from app.domain.people import Actor
from app.domain.plan import Role
from app.services import footage, people
from app.services.record import record

from .conftest import DAY, NOW, Clock, Person
from .strangers import day_of, words

PAGE = f"/days/{DAY}/footage"
SHA = "5a" * 32
OFFICE = Actor("office", "office", frozenset({Role.ADMINISTRATOR}))
BEGAN, ENDED = NOW + timedelta(minutes=1), NOW + timedelta(hours=6)


def tech_of_today() -> Actor:
    view = next(p for p in people.list_people(OFFICE).items if p.login == "tech")
    return Actor(view.id, view.name, frozenset(Role(r) for r in view.roles), frozenset(view.centres))


def write(fact: Any, at: Any) -> int:
    return record(tech_of_today(), DAY, str(uuid4()), fact, at).seq


def coverage(camera: str, *gaps: f.Period) -> f.Coverage:
    return f.Coverage(camera, f.Period(BEGAN, ENDED), 998_000, gaps, doubts=("a.mp4: Damaged pieces in it: 3.", "b: ?"))


@pytest.fixture
def evening(app: Flask, clock: Clock) -> Clock:
    """An exam room and two corridors were recorded; the room is copied with a gap, one corridor whole."""
    clock.now = ENDED + timedelta(minutes=10)
    gap = f.Period(NOW + timedelta(hours=2, seconds=5), NOW + timedelta(hours=2, seconds=41))
    with app.app_context():
        day = day_of(DAY)
        cameras = [c for c in day.cameras if c.room in ("0001", "9001")]
        for action, at in (("record_start", BEGAN), ("record_stop", ENDED)):
            write(f.AccessNoted(("0001", "9001", "9002"), at, at, action, reason="Dahl Dora"), at)
        for number, camera in enumerate(cameras):
            holes = (gap,) if camera.room == "0001" else ()
            result = footage.Result(
                (camera.id,), (), f.Medium(f"SN-{number}", "flash"), ENDED, ENDED, 3, 3_400_000_000, SHA, 1,
                f.Period(BEGAN, ENDED), (coverage(camera.id, *holes),), ("mp4",), True,
            )  # fmt: skip
            footage.copied(tech_of_today(), DAY, str(uuid4()), result, ENDED)
    return clock


def test_what_is_missing_comes_first_and_every_line_says_planned_covered_and_gaps(
    evening: Clock, tech: Person
) -> None:
    page = tech.get(PAGE).text
    said = words(page)
    assert said.index("Still to copy") < said.index("Rooms and cameras") < said.index("Media")
    assert "covered 99.8 %, gap 10:04:15–10:04:51" in said.replace("\xa0", " ")
    assert "planned 08:05–14:04, not copied" in said, "the other corridor"
    assert 'class="gap"' in page and 'class="has"' in page
    assert "no recording noted" in said, "the entrance"
    assert "flash drive SN-0" in said and "3.4 GB" in said.replace("\xa0", " ")
    assert "1 March 2027" in said and "30 August 2026" in said


def test_the_command_for_the_laptop_is_filled_in_for_technicians_only(
    evening: Clock, tech: Person, head: Person
) -> None:
    assert f"flask footage copy SOURCE DEST --day {DAY} --by LOGIN --" in words(tech.get(PAGE).text)
    assert "flask footage copy" not in head.get(PAGE).text


def test_an_empty_day_says_how_copies_come(tech: Person) -> None:
    said = words(tech.get(PAGE).text)
    assert "No copies yet" in said and "The exam is not over" in said


def test_a_medium_that_is_due_and_one_that_differs_say_so(app: Flask, evening: Clock, tech: Person) -> None:
    with app.app_context():
        copies = [a.seq for a in day_of(DAY).tagged("footage.copied")]
        later = evening.now + timedelta(days=60)
        bad = f.FootageChecked(copies[0], later, "differs", SHA, 2, (1, 0, 0, 0, 0), ("a.mp4",))
        footage.checked(tech_of_today(), DAY, str(uuid4()), bad, later)
    evening.now += timedelta(days=100)
    again = sign_in_again(app)
    said = words(again.get(PAGE).text)
    assert "differs from its manifest" in said and "to be read again" in said


def test_what_is_owed_to_the_portal_stands_there_with_its_deadline_and_the_way_to_its_form(
    app: Flask, evening: Clock, tech: Person, head: Person
) -> None:
    with app.app_context():
        late = {"late_reason": "no network"}
        began, ended = NOW + timedelta(hours=3), NOW + timedelta(hours=3, minutes=7)
        seq = write(f.OutageOpened("online", ("0001",), began, "network", local_recording="yes", **late), evening.now)
        write(f.OutageRestored(seq, ended, **late), evening.now)
    page, form = tech.get(PAGE).text, f"/days/{DAY}/outages?for={seq}#upload"
    said = words(page)
    assert "To be uploaded to the portal 2" in said and "The cameras record in the centre only" in said
    assert "11:04–11:11" in said and "By the end of 4 June" in said
    assert form in page and form not in head.get(PAGE).text
    with app.app_context():
        write(f.FootageUploaded(("0001",), evening.now, f.Period(began, ended), seq), evening.now)
    said = words(tech.get(PAGE).text)
    assert "To be uploaded to the portal 1" in said and "11:04–11:11" not in said


def test_a_medium_that_was_destroyed_says_so_and_is_not_asked_for_again(
    app: Flask, evening: Clock, tech: Person
) -> None:
    evening.now += timedelta(days=300)
    with app.app_context():
        given = {"media_list": ["sn-0"], "act_no": "14/27", "outcome": "destroyed", "decided_by": "Dahl Dora"}
        outside = f.Outside("Soini S.", "processing_centre", "act 14/27")
        seq = write(f.StepDone("post.retention", evening.now, (), given, outside=outside), evening.now)
    page = sign_in_again(app).get(PAGE).text
    gone, other = page[page.index("SN-0"):].split("</tr>")[0], page[page.index("SN-1"):].split("</tr>")[0]
    assert "destroyed, act 14/27" in gone and f"/entries/{seq}" in gone and "30 August" not in gone
    assert "to be read again" in other and "destroyed" not in other


def sign_in_again(app: Flask) -> Person:
    person = Person(app.test_client())
    person.send("/sign-in", {"as": "tech"})
    return person


def test_entries_of_copies_and_checks_speak_wherever_entries_are_shown(
    app: Flask, evening: Clock, tech: Person, sign_in: Callable[[str], Person]
) -> None:
    with app.app_context():
        copy = day_of(DAY).tagged("footage.copied")[0]
        found = {"counts": (1, 0, 0, 1, 0), "changed": ("a.mp4",), "renamed": ("b → c",)}
        bad = f.FootageChecked(copy.seq, evening.now, "differs", SHA, 2, **found)
        check = footage.checked(tech_of_today(), DAY, str(uuid4()), bad, evening.now).seq
    log = words(tech.get(f"/days/{DAY}/log?page=1").text)
    assert "Footage copied" in log and "3 files" in log and "changed: 1, renamed: 1" in log
    shown = words(tech.get(f"/days/{DAY}/entries/{copy.seq}").text)
    for told in ("Manifest (SHA-256)", SHA, "A sample was viewed", "99.8", "gap 10:04:15", "Read again"):
        assert told in shown, told
    assert "Correct" not in shown.replace("Corrected", "") and "Void…" in shown
    assert "a.mp4" in words(tech.get(f"/days/{DAY}/entries/{check}").text)
    refused = tech.get(f"/days/{DAY}/entries/{copy.seq}/correct")
    assert refused.status_code == 403 and "not corrected" in refused.text
    review = words(sign_in("commission").get(f"/days/{DAY}/review").text)
    assert "Footage not covered" in review and "Footage copied" in review


def test_what_speaks_against_a_file_is_told_in_the_readers_language(app: Flask, evening: Clock, tech: Person) -> None:
    with app.app_context():
        entry = f"/days/{DAY}/entries/{day_of(DAY).tagged('footage.copied')[0].seq}"
    assert "a.mp4: Damaged pieces in it: 3.; b: ?" in words(tech.get(entry).text)
    tech.send("/language", {"language": "ru"}, form="/me")
    assert "a.mp4: Повреждённых фрагментов в файле: 3.; b: ?" in words(tech.get(entry).text)


def test_before_the_end_of_the_exam_nothing_is_called_uncovered(tech: Person, sign_in: Callable[[str], Person]) -> None:
    assert "Footage not covered" not in sign_in("commission").get(f"/days/{DAY}/review").text


def test_strangers_see_no_footage(sign_in: Callable[[str], Person]) -> None:
    assert sign_in("ministry").get(PAGE).status_code == 200
    assert sign_in("tech").get("/days/99-0000-2026-06-01/footage").status_code == 404
