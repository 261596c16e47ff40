"""Values of a region: set, proposed, recorded, refused when a profile no longer allows them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.domain import Invalid, NotFound, Refused
from app.domain.people import Actor
from app.domain.profile_reader import BadProfile
from app.services import opening, regions, regulations
from app.store import journal, profiles
from app.store import settings as store
from app.store.db import transaction
from app.store.tables import RegionRow
from tests.conftest import OPENED, Installation

MAIN = "ru-ege-main"


def put(installation: Installation, **values: Any) -> None:
    regions.save(installation.people["boss"], MAIN, "45", values, OPENED)


def force(**values: Any) -> None:
    """Values as an older profile allowed them."""
    with transaction():
        store.add(RegionRow(profile=MAIN, region="45", values=values))


def office_facts() -> list[Any]:
    (log,) = [log for log, _, kind in journal.origins() if kind == "office"]
    return [e.fact for e in journal.entries(log)]


def test_a_day_takes_the_regions_value_and_a_typed_one_before_it(installation: Installation) -> None:
    put(installation, hq_record_start="06:45", offline_upload_days=5)
    first = installation.day(installation.open_day()).opened.parameters
    assert first == {"hq_record_start": "06:45", "offline_upload_days": 5}
    typed = {"hq_record_start": "07:00", "offline_upload_days": 3}
    second = installation.day(installation.open_day(parameters=typed)).opened.parameters
    assert second == {"hq_record_start": "07:00"}, "typed as the profile says: the profile's own"


def test_another_region_and_another_profile_are_not_touched(installation: Installation) -> None:
    put(installation, hq_record_start="06:45")
    assert regions.values(MAIN, "46") == {} and regions.values("ro-bac", "45") == {}
    with pytest.raises(NotFound):
        regions.save(installation.people["boss"], MAIN, "46", {}, OPENED)


def test_a_change_is_recorded_and_leaving_out_goes_back_to_the_profile(installation: Installation) -> None:
    put(installation, hq_record_start="06:45")
    fact = office_facts()[-1]
    key = f"{MAIN}/45"
    assert (fact.kind, fact.key, fact.before, fact.after) == ("region", key, {}, {"hq_record_start": "06:45"})
    put(installation)
    fact = office_facts()[-1]
    assert (fact.before, fact.after) == ({"hq_record_start": "06:45"}, {})
    assert store.region(MAIN, "45") is None
    count = journal.count()
    put(installation)
    assert journal.count() == count, "nothing changed, nothing recorded"


@pytest.mark.parametrize(
    ("name", "value"),
    [("hq_record_start", "25:00"), ("offline_upload_days", "3"), ("scanning_place", "roof"), ("nothing", 1),
     ("retention_until", "31-31+1"), ("corridor_cameras", "yes")],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_refused_beside_its_field(
    installation: Installation, name: str, value: Any
) -> None:
    with pytest.raises(Invalid) as info:
        put(installation, **{name: value, "key_download": "x"})
    assert {m.field for m in info.value.messages} == {f"parameter.{name}", "parameter.key_download"}
    assert regions.values(MAIN, "45") == {}


@pytest.mark.parametrize(
    ("name", "value"), [("gone", "07:00"), ("hq_record_start", "soon"), ("scanning_place", "roof")]
)
def test_what_a_newer_profile_does_not_allow_stops_the_opening_with_its_name(
    installation: Installation, name: str, value: str
) -> None:
    force(**{name: value})
    with pytest.raises(Invalid, match=f"The region sets {name} to {value}") as info:
        installation.open_day()
    assert [m.field for m in info.value.messages] == [f"parameter.{name}"]


def test_a_typed_value_stands_in_for_one_that_no_longer_fits(installation: Installation) -> None:
    force(hq_record_start="soon")
    name = installation.open_day(parameters={"hq_record_start": "07:00"})
    assert installation.day(name).opened.parameters == {"hq_record_start": "07:00"}


def test_only_an_administrator_of_all_centres_sets_them(installation: Installation) -> None:
    boss = installation.people["boss"]
    bound = Actor(boss.person, boss.name, boss.roles, frozenset({"45-0007"}))
    for who in (bound, installation.people["head"], installation.people["ministry"]):
        with pytest.raises(Refused):
            regions.save(who, MAIN, "45", {}, OPENED)
        with pytest.raises(Refused):
            regions.list_regions(who, MAIN)


def test_profiles_are_listed_with_their_days_their_older_texts_and_their_errors(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    installation.open_day()
    installation.open_day(rehearsal=True)
    old = regulations.installed(MAIN)
    assert (old.days, old.installed) == (1, True), "a rehearsal does not count"
    text = profiles.shipped()[MAIN]
    (tmp_path / f"{MAIN}.toml").write_text(text.replace('version = "1.2.0"', 'version = "1.3.0"'), encoding="utf-8")
    (tmp_path / "bad.toml").write_text('id = "bad"\nversion = 1\n', encoding="utf-8")
    monkeypatch.setattr(profiles, "FOLDER", tmp_path)
    bad, new, kept = regulations.editions()
    assert (bad.name, bad.profile, bool(bad.problems)) == ("bad", None, True)
    assert (new.days, new.installed, kept.days, kept.installed) == (0, True, 1, False)
    assert kept.sha256 == old.sha256
    assert [p.version for p in opening.list_profiles()] == ["1.3.0"], "a bad file does not stop the others"
    assert regulations.compare(kept.sha256, new.sha256)[2][0].changes[0].path == ("version",)
    with pytest.raises(BadProfile):
        regulations.compare(bad.sha256, new.sha256)
    with pytest.raises(NotFound):
        regulations.edition("0" * 64)
    assert replace(kept, days=0).profile == old.profile
