"""Pages of packages: one day, many days, taking in, sources; a day of another installation is only read."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.services import export_worker, importing, office, sources
from app.services.copies import Started
from app.store import journal
from app.web import limits
from app.web.limits import PACKAGE_MOST
from tests.conftest import Clock, Installation, Template
from tests.databases import SQLITE
from tests.services.packed import Packed, lent, packed, regional  # noqa: F401 - pytest finds them here

from .conftest import YESTERDAY, Person


@pytest.fixture
def region(
    tmp_path: Path, regional: Callable[[str], Template], packed: Packed  # noqa: F811
) -> Iterator[Installation]:
    """A region's installation that knows the other one's key."""
    clock = Clock()
    clock.forward(days=1)
    with lent(regional(SQLITE), tmp_path / "region", clock) as made:
        with made.app.app_context():
            sources.add(made.people["boss"], packed.vkey, packed.root, "Школа", clock.now)
        yield made


def enter(made: Installation, login: str) -> Person:
    person = Person(made.app.test_client())
    answer = person.send("/sign-in", {"login": login, "password": f"password-{login}"}, follow=False)
    assert answer.status_code == 302
    return person


def bring(person: Person, path: Path, **more: Any) -> Any:
    page = person.form("/packages/import")
    data = {**page, "file": (io.BytesIO(path.read_bytes()), "day.zip"), **more}
    return person.client.post("/packages/import", data=data, content_type="multipart/form-data")


def test_the_package_of_a_day_is_fetched_and_recorded(app: Flask, head: Person) -> None:
    page = head.get(f"/days/{YESTERDAY}/documents").text
    assert "Download the package" in page
    answer = head.send(f"/days/{YESTERDAY}/package", form=f"/days/{YESTERDAY}/documents", buffered=True)
    assert answer.status_code == 200 and answer.mimetype == "application/zip"
    assert zipfile.ZipFile(io.BytesIO(answer.data)).testzip() is None
    with app.app_context():
        fact = office.entries()[-1].fact
        assert (fact.tag, fact.kind, fact.size) == ("download.made", "package", len(answer.data))
        assert not list((Path(app.instance_path) / "exports" / "days").iterdir()), "nothing is left behind"


def test_an_export_is_asked_for_watched_and_fetched(
    app: Flask, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    monkeypatch.setattr(Started, "start", lambda self, found: started.append(found))
    refused = admin.send("/packages", {"centre": "x", "month": "y"})
    assert refused.status_code == 422 and 'id="centre-err"' in refused.text and 'value="x"' in refused.text
    page = admin.send("/packages", {"centre": "23-0970", "month": "2026-05"})
    assert page.status_code == 200 and "Pause" in page.text and page.headers["Refresh"] == "5"
    with app.app_context():
        assert export_worker.run(started[0], app.extensions["clock"], app.app_context)
    url = f"/packages/{started[0]}"
    done = admin.get(url)
    assert "Download" in done.text and "Refresh" not in done.headers
    answer = admin.send(f"{url}/download", form=url, buffered=True)
    names = zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    assert any(name.endswith(f"{YESTERDAY}.zip") for name in names)
    assert started[0] in admin.get("/packages").text
    with app.app_context():
        assert office.entries()[-1].fact.kind == "collection"
    assert admin.send(url, {"what": "remove"}).status_code == 200
    assert admin.get(url).status_code == 404


def test_somebody_elses_export_is_not_there(
    app: Flask, admin: Person, sign_in: Callable[[str], Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    monkeypatch.setattr(Started, "start", lambda self, found: started.append(found))
    admin.send("/packages", {"centre": "23-0970", "month": "2026-05"})
    assert sign_in("ministry").get(f"/packages/{started[0]}").status_code == 404


def test_a_day_is_taken_in_read_and_never_written(region: Installation, packed: Packed) -> None:  # noqa: F811
    boss = enter(region, "boss")
    dry = bring(boss, packed.first, dry="1")
    assert dry.status_code == 200 and "would be taken in" in dry.text
    taken = bring(boss, packed.first)
    assert taken.status_code == 200 and "The day was taken in." in taken.text
    assert "nothing was written" in bring(boss, packed.first).text
    day, ministry = packed.day, enter(region, "ministry")
    for page in ("review", "documents", "journal", "cameras", "outages", "footage"):
        answer = ministry.get(f"/days/{day}/{page}")
        if answer.status_code == 404:
            continue
        assert answer.status_code == 200, page
        assert "This day belongs to logbook.test; it is read here." in answer.text, page
    pdf = ministry.get(f"/days/{day}/documents/access-journal.pdf")
    assert pdf.status_code == 200 and pdf.data.startswith(b"%PDF-")
    fields = ministry.form("/check")
    checked = ministry.client.post(
        "/check", data={**fields, "file": (io.BytesIO(pdf.data), "a.pdf")}, content_type="multipart/form-data"
    )
    assert "Valid" in checked.text and "Not valid" not in checked.text
    assert day in ministry.get("/days").text
    again = ministry.send(f"/days/{day}/package", form=f"/days/{day}/documents", buffered=True)
    assert again.data == packed.first.read_bytes()


def test_every_route_that_writes_to_a_day_says_whose_it_is(
    region: Installation, packed: Packed  # noqa: F811
) -> None:
    with region.app.app_context():
        importing.take_in(region.people["boss"], packed.first, region.clock.now)
        before = journal.count()
    boss, day = enter(region, "boss"), packed.day
    token = boss.form("/packages")["csrf_token"]
    values = {
        "day_id": day, "step_id": "ex.soft_check", "seq": 1, "form": "access-journal", "person_id": "x", "handover": 1,
        "name": "last_participant_out", "role": "room_organiser", "camera": "0001-1", "outage": 1, "copy_id": "x",
        "digest": "0" * 64, "person": "x", "remark": 1, "window": "x",
    }  # fmt: skip
    asked, wrong, reading = 0, list[str](), {"packages.of_day", "reminders.put_away", "witness.fork"}
    for route in region.app.url_map.iter_rules():
        if "day_id" not in route.arguments or "POST" not in (route.methods or ()) or route.endpoint in reading:
            continue
        with region.app.test_request_context():
            url = region.app.url_map.bind("localhost").build(
                route.endpoint, {a: values[a] for a in route.arguments}
            )
        answer = boss.client.post(url, data={"csrf_token": token})
        if answer.status_code != 403 or "This day belongs to logbook.test" not in answer.text:
            wrong.append(f"{route.endpoint}: {answer.status_code}")
        asked += 1
    assert not wrong
    with region.app.app_context():
        assert asked > 15 and journal.count() == before


def test_a_fork_is_told_with_both_sides(region: Installation, packed: Packed) -> None:  # noqa: F811
    boss = enter(region, "boss")
    bring(boss, packed.longer)
    answer = bring(boss, packed.fork)
    assert answer.status_code == 409 and "Two histories of the day" in answer.text
    assert "Two histories of one day" in boss.get("/changes").text


def test_a_file_that_is_no_package_is_refused_beside_nothing_written(region: Installation, tmp_path: Path) -> None:
    bad = tmp_path / "x.zip"
    bad.write_bytes(b"PK nonsense")
    answer = bring(enter(region, "boss"), bad)
    assert answer.status_code == 422 and "not a package" in answer.text


def test_only_who_may_take_in_sends_large_files(region: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    region.app.config["MAX_CONTENT_LENGTH"] = 1000
    monkeypatch.setattr(limits, "PACKAGE_MOST", 10_000)
    for login, size, answer in (("boss", 5000, 422), ("ministry", 5000, 413)):
        person = enter(region, login)
        token = person.form("/packages")["csrf_token"]
        data = {"csrf_token": token, "file": (io.BytesIO(b"x" * size), "x.zip")}
        found = person.client.post("/packages/import", data=data, content_type="multipart/form-data")
        assert found.status_code == answer, login
    assert PACKAGE_MOST > 21 * 2**20


def test_a_source_is_added_with_fingerprints_and_removed(region: Installation, packed: Packed) -> None:  # noqa: F811
    boss = enter(region, "boss")
    page = boss.get("/packages/sources").text
    shown = re.sub(r"\s", "", "".join(re.findall(r'<code class="sha">([^<]+)<', page)))
    with region.app.app_context():
        found = sources.listed(region.people["boss"])[0]
    assert shown == found.key_sha256 + found.root_sha256
    gone = boss.send("/packages/sources/remove", form="/packages/sources")
    assert "The source is removed" in gone.text
    wrong = boss.send("/packages/sources", {"vkey": "nonsense", "root": "x", "title": "Школа"})
    assert wrong.status_code == 422 and 'id="vkey-err"' in wrong.text and 'id="root-err"' in wrong.text
    assert "nonsense" in wrong.text and "Школа" in wrong.text
    added = boss.send("/packages/sources", {"vkey": packed.vkey, "root": packed.root.decode(), "title": "Школа"})
    assert added.status_code == 200 and found.key_sha256[:4] in added.text
