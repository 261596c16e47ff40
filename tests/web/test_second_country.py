"""A Romanian day on the pages: every page of the day comes, in the person's language, without one Russian text."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from app.services import opening
from app.store import profiles
from app.web import planform
from tests.conftest import CODE as OTHER_CENTRE
from tests.conftest import Installation, close, make_app
from tests.romanian import CENTRE, CODE, PEOPLE, RomanianDay, at

from .conftest import Person
from .test_russian import words

CYRILLIC = re.compile(r"[\u0400-\u052f]+")
READ = ("today", "journal", "log", "documents", "plan", "confirm", "entries/2", "steps/eve.check")
WRITE = (
    "journal/add", "note", "steps/morning.on", "steps/test.check", "steps/test.intervention", "steps/close.sample",
    "steps/close.copy", "steps/close.keep", "steps/close.sample/not-possible", "milestones/last_paper_in",
    "documents/ro-recordings-record/sign",
)  # fmt: skip


@pytest.fixture
def site(installation: Installation) -> Iterator[Flask]:
    """The same installation as a server sees it: an application whose context no test has entered."""
    app = make_app(installation.folder, installation.clock)
    yield app
    close(app)


@pytest.fixture
def romanian(installation: Installation) -> RomanianDay:
    day = RomanianDay(installation)
    day.before_the_test()
    return day


def sign_in(site: Flask, login: str) -> Person:
    person = Person(site.test_client())
    values = {"login": login, "password": f"password-{login.removesuffix('-ro')}"}
    answer = person.send("/sign-in", values, follow=False)
    assert answer.status_code == 302, answer.text
    return person


def russian(page: str) -> set[str]:
    """Cyrillic words that a person reads on a page, without the name of the language."""
    return set(CYRILLIC.findall(words(page))) - {"Русский"}


@pytest.mark.parametrize("login", PEOPLE)
def test_every_page_of_the_day_comes_without_a_russian_text(site: Flask, romanian: RomanianDay, login: str) -> None:
    person = sign_in(site, f"{login}-ro")
    for page in READ + (WRITE if login == "tech" else ()):
        answer = person.get(f"/days/{romanian.id}/{page}")
        assert answer.status_code == 200, page
        assert russian(answer.text) == set(), page


def test_the_board_shows_the_steps_with_their_local_times(site: Flask, romanian: RomanianDay) -> None:
    page = words(sign_in(site, "tech-ro").get(f"/days/{romanian.id}/today").text)
    for word in ("See that the system is on in the exam rooms", "View recordings by sampling", "Bucharest, UTC+3"):
        assert word in page
    assert "person responsible for audio-video supervision" in words(
        sign_in(site, "tech-ro").get(f"/days/{romanian.id}/plan").text
    )


def test_a_person_who_reads_russian_gets_the_profile_in_english(site: Flask, romanian: RomanianDay) -> None:
    person = sign_in(site, "tech-ro")
    person.send("/language", {"language": "ru"}, form="/me")
    page = words(person.get(f"/days/{romanian.id}/today").text)
    assert "View recordings by sampling" in page and russian(page), "the page speaks Russian, the profile does not"
    other = profiles.shipped_profile("ru-ege-main")[0]
    assert [step.id for step in other.steps if step.title["ru"] in page or step.help["ru"] in page] == []


def test_a_table_of_viewed_recordings_is_typed_on_the_page_and_printed(site: Flask, romanian: RomanianDay) -> None:
    romanian.milestone("all_left", "12:35")
    person = sign_in(site, "tech-ro")
    step = f"/days/{romanian.id}/steps/close.sample"
    cell = "evidence.viewed.0"
    row = {f"{cell}.{k}": v for k, v in (("room", "0001"), ("from", "9.10"), ("to", "9.20"), ("finding", "nothing"))}
    answer = person.send(step, row)
    assert answer.status_code == 200, words(answer.text)
    (act,) = romanian.installation.day(romanian.id).step_acts("close.sample")
    assert act.fact.evidence["viewed"] == [{"room": "0001", "from": "09:10", "to": "09:20", "finding": "nothing"}]


def test_documents_offer_the_romanian_record_alone(site: Flask, romanian: RomanianDay) -> None:
    person = sign_in(site, "tech-ro")
    page = person.get(f"/days/{romanian.id}/documents").text
    assert "Record of findings on the audio-video recordings" in page and "access-journal" not in page
    answer = person.get(f"/days/{romanian.id}/documents/ro-recordings-record/preview.pdf")
    assert answer.mimetype == "application/pdf" and answer.data.startswith(b"%PDF-")
    assert person.get(f"/days/{romanian.id}/documents/access-journal/preview.pdf").status_code == 404
    assert person.get(f"/days/{romanian.id}/documents/access-journal/sign").status_code == 404


def test_the_next_day_of_a_centre_is_proposed_with_the_profile_of_its_last_one(
    site: Flask, installation: Installation, romanian: RomanianDay
) -> None:
    installation.clock.now = at("15:00")
    assert sign_in(site, "head-ro").form(f"/days/open/{CODE}")["profile"] == "ro-bac"
    assert opening.usual_profile(OTHER_CENTRE) == "ro-bac", "no day of its own: the installation's newest"
    installation.people |= romanian.neighbours
    installation.open_day()
    assert opening.usual_profile(OTHER_CENTRE) == "ru-ege-main"
    assert opening.usual_profile(CODE) == "ro-bac"


def test_before_the_first_day_the_profile_in_the_pages_language_is_proposed(
    site: Flask, installation: Installation
) -> None:
    assert opening.usual_profile(OTHER_CENTRE) == ""
    person = sign_in(site, "head")
    person.send("/language", {"language": "ru"}, form="/me")
    form = person.form(f"/days/open/{OTHER_CENTRE}")
    assert (form["profile"], form["start"]) == ("ru-ege-main", "10:00")


@pytest.mark.parametrize("typed", ["2", "2/", "2 per room", "2 на аудиторию", "2 pe sală", "2 huonetta kohti"])
def test_so_many_cameras_in_every_room_can_be_written_in_any_language(typed: str) -> None:
    _, cameras, *_ = planform.read({"rooms_exam": "0001-0003", "cameras": typed})
    assert [c.id for c in cameras] == ["0001-1", "0001-2", "0002-1", "0002-2", "0003-1", "0003-2"]
    assert CENTRE.zone == "Europe/Bucharest"
