"""Profiles for reading, what changed between them, and values of a region from page to day."""

import re
from pathlib import Path

import pytest
from flask import Flask

from app.services import days, regulations
from app.store import profiles
from app.store import settings as store
from app.store.db import transaction
from app.store.tables import RegionRow
from app.web.wording import BASES

from .conftest import DAY, Person
from .strangers import words

MAIN = "ru-ege-main"
REGION = f"/profiles/{MAIN}/regions/23"
OPEN = "/days/open/23-0970"


def test_a_profile_says_who_is_told_when(tech: Person) -> None:
    page = words(tech.get(f"/profiles/{MAIN}").text)
    told = "The time has passed Proposal When as soon as its time has passed Told who performs the step and is on duty"
    assert told in page
    assert "Ten minutes overdue Proposal When 10 min after its time has passed Told exam centre head" in page
    late = "Half an hour overdue Proposal When 30 min after its time has passed Told commission member, commission head"
    assert late in page
    assert "Due tomorrow Proposal When 1 day before the date of the limit, at 09:00" in page
    assert "“I have it” holds the next one back for 15 min." in page


def test_everybody_signed_in_reads_a_profile_in_plain_words(tech: Person) -> None:
    shelf = words(tech.get("/profiles").text)
    assert "Unified state exam (ЕГЭ), main period ЕГЭ, Russian 1.2.0" in shelf and "2 days installed" in shelf
    text = words(tech.get(f"/profiles/{MAIN}").text)
    for part in (
        "Check the software # Proposal", "Time: 2 h before the start time for it: 1 h",
        "No later than: 14 days before the first day of the period", "in every room of these kinds: Headquarters",
        "Station clock differs by, s whole number, s from −86400 to 86400; warns beyond ±60",
        "Recordings are kept until Sourced Default 03-01+1",
        "month, day and years after the exam", "without an account: others write down what they do",
    ):  # fmt: skip
        assert part in text, part


def test_every_step_has_an_address_and_says_what_it_rests_on(app: Flask, tech: Person) -> None:
    page = tech.get(f"/profiles/{MAIN}").text
    with app.app_context():
        profile = regulations.installed(MAIN).profile
    assert profile
    for step in profile.steps:
        (block,) = re.findall(rf'<article class="rule[^>]*id="step-{re.escape(step.id)}">(.*?)</article>', page, re.S)
        assert f"{BASES[step.basis][2]}</span>" in block and ("Switched off" in block) != step.enabled
        assert all(f'href="#source-{key}"' in block for key in step.source)


def test_a_step_of_a_day_leads_to_the_text_that_the_day_pinned(app: Flask, tech: Person) -> None:
    page = tech.get(f"/days/{DAY}/steps/ex.soft_check").text
    with app.app_context():
        digest = days.fold_log(days.log_of(DAY))[0].opened.profile_sha256
    url = f"/profiles/text/{digest}"
    assert f'href="{url}#step-ex.soft_check"' in page
    assert 'id="step-ex.soft_check"' in tech.get(url).text
    assert tech.get("/profiles/text/" + "0" * 64).status_code == 404


@pytest.fixture
def newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version is installed, and a file that nobody can read as a profile."""
    text = profiles.shipped()[MAIN].replace('version = "1.2.0"', 'version = "1.3.0"')
    text = text.replace("{clock = \"07:30\", rule = \"by\"", "{clock = \"07:40\", rule = \"by\"", 1)
    text = text.replace('[parameter.materials_delivery_latest]\ntype = "time"\ndefault = "07:30"',
                        '[parameter.materials_delivery_latest]\ntype = "time"\ndefault = "07:40"')  # fmt: skip
    (tmp_path / f"{MAIN}.toml").write_text(text, encoding="utf-8")
    (tmp_path / "bad.toml").write_text('id = "bad"\n[[step]]\nid = "x"\n', encoding="utf-8")
    monkeypatch.setattr(profiles, "FOLDER", tmp_path)


@pytest.mark.usefixtures("newer")
def test_what_changed_since_is_told_in_words(tech: Person) -> None:
    shelf = tech.get("/profiles").text
    assert "only kept for its days" in shelf
    (link,) = re.findall(r'href="(/profiles/compare[^"]+)"', shelf)
    text = words(tech.get(link.replace("&amp;", "&")).text)
    assert "Version 1.2.0 1.3.0" in text
    assert "Hand over the exam materials under recording changed ex.materials" in text
    assert "When No later than: 07:30" in text and "No later than: 07:40" in text
    assert tech.get("/profiles/compare").status_code == 404


@pytest.mark.usefixtures("newer")
def test_a_profile_with_errors_is_listed_with_file_and_line(tech: Person, head: Person) -> None:
    assert re.search(r"\d+ errors", words(tech.get("/profiles").text))
    page = tech.get("/profiles/bad")
    assert page.status_code == 200 and "bad:2: step x" in words(page.text)
    assert head.get(OPEN).status_code == 200, "a day can be opened with the others"


def test_values_of_a_region_are_proposed_to_its_days_and_say_where_they_come_from(
    app: Flask, admin: Person, head: Person
) -> None:
    assert "1 centre all as the profile says" in words(admin.get(f"/profiles/{MAIN}/regions").text)
    values = {"parameter.hq_record_start": "645", "parameter.corridor_cameras": "no", "parameter.hotlines": "112\n113"}
    answer = admin.send(REGION, values)
    assert "Values of the region are saved" in answer.text and "3 values set" in answer.text
    form = head.form(OPEN)
    assert (form["parameter.hq_record_start"], form["parameter.corridor_cameras"]) == ("06:45", "no")
    page = words(head.get(OPEN).text)
    assert "17 values; set by the region: 3" in page
    assert "Recording in headquarters starts Set by the region" in page
    assert "Recording in exam rooms starts From the profile" in page
    head.send(OPEN, {"date": "2026-06-04", "end": "13:55", "parameter.corridor_cameras": "yes"})
    with app.app_context():
        opened = days.fold_log(days.log_of("23-0970-2026-06-04"))[0].opened
    assert opened.parameters == {"hq_record_start": "06:45", "hotlines": ["112", "113"]}, "typed before the region's"


def test_wrong_values_of_a_region_come_back_all_at_once(app: Flask, admin: Person) -> None:
    wrong = {"parameter.hq_record_start": "soon", "parameter.key_download": "99:99"}
    answer = admin.send(REGION, wrong)
    assert answer.status_code == 422
    for text in ('href="#parameter.hq_record_start"', 'href="#parameter.key_download"', 'value="soon"'):
        assert text in answer.text
    answer = admin.send(REGION, {"parameter.offline_upload_days": "three", "parameter.outage_warn_min": "x"})
    assert answer.text.count("is not a whole number") == 4, "in the summary and beside each field"
    with app.app_context():
        assert store.region(MAIN, "23") is None


def test_a_value_that_no_longer_fits_is_shown_and_stops_the_opening(app: Flask, admin: Person, head: Person) -> None:
    with app.app_context(), transaction():
        store.add(RegionRow(profile=MAIN, region="23", values={"gone": "x", "hq_record_start": "soon"}))
    for page in (admin.get(REGION).text, head.get(OPEN).text):
        assert "The region sets gone to x" in page and 'value="soon"' in page
    answer = head.send(OPEN, {"date": "2026-06-04", "end": "13:55"})
    assert answer.status_code == 422 and "The region sets hq_record_start to soon" in answer.text
    admin.send(REGION, {"parameter.hq_record_start": ""})
    answer = head.send(OPEN, {"date": "2026-06-04", "end": "13:55"})
    assert "The day is open" in answer.text


def test_only_the_administration_sees_values_of_regions(tech: Person, head: Person) -> None:
    for person in (tech, head):
        assert person.get(f"/profiles/{MAIN}/regions").status_code == 403
        assert person.get(REGION).status_code == 403
        assert "/regions" not in person.get("/profiles").text
