"""Copying in the browser with a folder of small files, from choosing to the journal; and who may not."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask

from app import config, create_app
from app.domain.footage import media
from app.services import copies, copy_worker
from app.store import copies as store
from app.store.db import transaction

from .conftest import DAY, Clock, Person, fields
from .strangers import day_of, words

HERE = f"/days/{DAY}/footage"
COPY = f"{HERE}/copy"


class Waiting:
    """Copies whose process was to be started."""

    def __init__(self, app: Flask, clock: Clock) -> None:
        self.app, self.clock, self.ids = app, clock, list[str]()

    def do(self) -> bool:
        with self.app.app_context():
            return copy_worker.run(self.ids.pop(), self.clock, self.app.app_context)


@pytest.fixture
def card(tmp_path: Path) -> Path:
    root = tmp_path / "allowed"
    for name in ("card/cam 1/a.mp4", "card/cam 1/<b>.mp4", "card/other/c.mp4"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(name.encode() * 5000)
    (root / "medium").mkdir()
    return root


@pytest.fixture
def laptop(app: Flask, clock: Clock, card: Path) -> Flask:
    """The same installation on a laptop whose folders are allowed."""
    folder = app.extensions["settings"].instance
    made = create_app(config.load(folder, {"LOGBOOK_FOOTAGE_PLACES": f"{card}/card:{card}/medium"}), clock)
    made.testing = True
    return made


@pytest.fixture
def waiting(laptop: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Waiting]:
    found = Waiting(laptop, clock)
    monkeypatch.setattr(copies.Started, "start", lambda _, copy_id: found.ids.append(copy_id))
    yield found


@pytest.fixture
def person(laptop: Flask) -> Callable[[str], Person]:
    def enter(login: str) -> Person:
        found = Person(laptop.test_client())
        assert found.send("/sign-in", {"as": login}, follow=False).status_code == 302
        return found

    return enter


def form(card: Path, app: Flask, **more: object) -> dict[str, object]:
    with app.app_context():
        camera = next(c.id for c in day_of(DAY).cameras if day_of(DAY).room(c.room).kind == "corridor")
    values = {"place": f"{card}/medium", "folder": "evening", "cameras": [camera], "serial": "SN-77", "kind": "hdd"}
    return values | more


def source(card: Path, name: str = "cam 1") -> str:
    return f"{COPY}?from={quote(f'{card}/card/{name}')}"


def started(tech: Person, card: Path, app: Flask) -> str:
    """Through both pages; the address of the copy."""
    values = {**fields(tech.get(source(card)).text, COPY), **form(card, app)}
    ready = tech.client.post(COPY, data=values)
    assert "Ready to copy" in ready.text, words(ready.text)
    answer = tech.client.post(COPY, data=fields(ready.text, COPY))
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def test_from_choosing_a_folder_to_the_journal_without_script(
    laptop: Flask, waiting: Waiting, person: Callable[[str], Person], card: Path
) -> None:
    tech = person("tech")
    assert 'href="/days/' in tech.get(HERE).text and COPY in tech.get(HERE).text
    assert "cam 1" in tech.get(f"{COPY}?from={quote(f'{card}/card')}").text
    url = started(tech, card, laptop)
    assert "begins" in words(tech.get(url).text)
    assert waiting.do()
    page = tech.get(url)
    said = words(page.text)
    assert "New on the medium" in said and "<b>.mp4" in said and "<b>.mp4" not in page.text
    assert {p.name for p in (card / "medium" / "evening").rglob("*.mp4")} == {"a.mp4", "<b>.mp4"}
    refused = tech.send(url, {"period_start": "", "period_end": ""})
    assert refused.status_code == 422 and "viewed a sample" in words(refused.text)
    times = {"period_start": "07:00", "period_end": "08:00", "period_start_date": "", "period_end_date": ""}
    done = tech.send(url, {"viewed": "yes", **times})
    assert "Saved: copy of footage" in words(done.text), words(done.text)
    with laptop.app_context():
        (found,) = media(day_of(DAY))
        assert found.medium.serial == "SN-77" and found.copies[0].fact.viewed
        assert day_of(DAY).lines[-1].tag == "step.done"
    assert "Recorded in the journal" in words(tech.get(url).text)
    again = tech.send(f"{HERE}/read-again", form=HERE)
    assert "Read again" in words(again.text)
    assert waiting.do()
    check = again.request.path
    tech.send(check)
    with laptop.app_context():
        assert media(day_of(DAY))[0].checks[0].fact.result == "whole"


def test_everything_wrong_is_told_before_anything_starts_and_what_was_typed_stays(
    laptop: Flask, waiting: Waiting, person: Callable[[str], Person], card: Path
) -> None:
    tech = person("tech")
    values = {**fields(tech.get(source(card)).text, COPY), **form(card, laptop, folder="../x", cameras=[], seal="П-14")}
    answer = tech.client.post(COPY, data=values)
    said = words(answer.text)
    assert answer.status_code == 422 and "Nothing is copied yet" in said and "without / and not" in said
    kept = fields(answer.text, COPY)
    assert (kept["folder"], kept["seal"], kept["serial"]) == ("../x", "П-14", "SN-77")
    assert waiting.ids == []


@pytest.mark.parametrize("path", ["/etc", "{card}", "{card}/card/../..", "{card}/card/out", "nowhere", "%00"])
def test_nobody_looks_or_copies_outside_of_the_places(
    laptop: Flask, waiting: Waiting, person: Callable[[str], Person], card: Path, path: str
) -> None:
    (card / "card" / "out").symlink_to("/etc")
    tech, asked = person("tech"), path.format(card=card)
    page = tech.get(f"{COPY}?from={quote(asked, safe='/%')}").text
    assert "passwd" not in page and "hostname" not in page and str(card / "card") in page
    values = {**fields(tech.get(source(card)).text, COPY), **form(card, laptop), "source": asked, "sure": "1"}
    answer = tech.client.post(COPY, data=values)
    assert answer.status_code == 422 and "not among those" in words(answer.text)
    assert waiting.ids == []


def test_what_a_process_says_is_seen_live_and_a_page_that_has_it_is_not_drawn_again(
    laptop: Flask, waiting: Waiting, person: Callable[[str], Person], card: Path, clock: Clock
) -> None:
    tech = person("tech")
    url = started(tech, card, laptop)
    copy_id = url.rsplit("/", 1)[-1]
    with laptop.app_context(), transaction():
        shown = {"done": 1_200_000_000, "total": 3_400_000_000, "rate": 80_000_000, "left": 28, "file": "a.mp4"}
        store.change(copy_id, ("waiting",), state="running", worker="elsewhere:1", beat=clock.now, progress=shown)
    page = tech.get(url)
    said = words(page.text).replace("\xa0", " ")
    assert "1.2 GB of 3.4 GB · 80.0 MB/s · 28 s left" in said and "Pause" in said
    beat = re.search(r'data-beat="(\d+)"', page.text)
    assert beat and beat[1] == "2" and f'data-url="{url}"' in page.text
    tag = page.headers["ETag"]
    assert tech.get(url, headers={"If-None-Match": tag, "X-Logbook-Poll": "1"}).status_code == 304
    tech.send(f"{url}/wish", {"what": "pause"}, form=url)
    with laptop.app_context():
        row = store.get(copy_id)
        assert row is not None and row.wish == "pause"
    assert tech.get(url, headers={"If-None-Match": tag, "X-Logbook-Poll": "1"}).status_code == 200
    clock.forward(minutes=1)
    said = words(tech.get(url).text)
    assert "broke off" in said and "Go on" in said
    tech.send(f"{url}/wish", {"what": "go_on"}, form=url)
    assert waiting.ids == [copy_id, copy_id]


def test_others_look_and_change_nothing(
    laptop: Flask, waiting: Waiting, person: Callable[[str], Person], card: Path
) -> None:
    url = started(person("tech"), card, laptop)
    head = person("head")
    assert "Pause" not in words(head.get(url).text) and "Only technicians" in words(head.get(COPY).text)
    token = fields(head.get(f"/days/{DAY}/note").text, f"/days/{DAY}/note")["csrf_token"]
    for path in (COPY, url, f"{url}/wish", f"{HERE}/read-again"):
        assert head.client.post(path, data={"csrf_token": token, "what": "stop"}).status_code == 403, path


def test_where_the_server_is_not_the_laptop_the_browser_copies_nothing(app: Flask, tech: Person, card: Path) -> None:
    page = words(tech.get(HERE).text)
    assert "flask footage copy" in page and COPY not in tech.get(HERE).text
    assert "Copying in the browser is off" in words(tech.get(source(card)).text)
    token = fields(tech.get(f"/days/{DAY}/note").text, f"/days/{DAY}/note")["csrf_token"]
    values = {"csrf_token": token, "source": f"{card}/card/cam 1", "sure": "1", **form(card, app)}
    assert tech.client.post(COPY, data=values).status_code == 422
    with app.app_context():
        assert store.of_day(DAY) == []
