"""What a hostile centre or courier brings to a region: refused whole, or shut into its own day."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.domain import DomainError
from app.package import verify as program
from app.services import attachments, days, importing, overview, sources
from app.services.importing import Kind, NotTaken
from app.store import days as index
from app.store import journal
from app.store.db import db, transaction
from tests.conftest import Clock, Installation, Template
from tests.databases import SQLITE
from tests.package.conftest import Made
from tests.package.forger import false_fact, lines, tagged
from tests.services.packed import lent as lent_region
from tests.services.packed import regional  # noqa: F401 - pytest finds it here
from tests.web.conftest import Person


@pytest.fixture
def region(tmp_path: Path, made: Made, regional: Any) -> Iterator[Installation]:  # noqa: F811
    """A region's installation that knows the centre's published key."""
    clock = Clock()
    clock.forward(days=1)
    template: Template = regional(SQLITE)
    with lent_region(template, tmp_path / "region", clock) as found, found.app.app_context():
        root = made.payload["certificates/root.pem"]
        sources.add(found.people["boss"], made.vkey, root, "Школа", clock.now)
        yield found


def take(region: Installation, path: Path, **more: Any) -> importing.Taken:
    db.session.rollback()
    return importing.take_in(region.people["boss"], path, region.clock.now, **more)


def kept(region: Installation) -> list[Path]:
    return [p for p in (region.folder / "files").rglob("*") if p.is_file()]


def body(made: Made, seq: int) -> Any:
    return json.loads(lines(made, "bodies.jsonl")[seq])["body"]


def test_the_file_that_is_replaced_meanwhile_changes_nothing(
    region: Installation, made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A courier puts another file in its place between the proof and the reading."""
    path, honest = tmp_path / "day.zip", importing.check
    shutil.copy(made.first, path)

    def check(*about: Any) -> program.Answer:
        answer = honest(*about)
        shutil.copy(made.later, path)
        return answer

    monkeypatch.setattr(importing, "check", check)
    taken = take(region, path)
    assert importing.original(made.day).read_bytes() == made.first.read_bytes()  # type: ignore[union-attr]
    assert taken.size == len(lines(made, "journal.jsonl")) - 1
    assert not list((region.folder / "incoming").iterdir())


def test_nothing_of_a_refused_package_is_left_behind(region: Installation, made: Made, tmp_path: Path) -> None:
    bad = tmp_path / "bad.zip"
    bad.write_bytes(made.first.read_bytes()[:-1])
    for path in (bad, tmp_path / "nothing.zip", tmp_path):
        with pytest.raises((NotTaken, OSError)):
            take(region, path)
    assert not kept(region) and take(region, made.first, dry=True).kind is Kind.NEW
    assert not kept(region)


NAMES = [
    {"day": "46-0999-2026-06-01"}, {"day": "45-0007-2026-06-02"}, {"day": "45-0007-2026-06-01-r1"}, {"day": ".."},
    {"day": "../../x"}, {"day": "a b"}, {"rehearsal": True}, {"start_local": "2026-06-02T10:00"}, {"day": ""},
    {"day": "45-0007-2026-06-01-02"}, {"start_local": "x"}, {"start_local": 5}, {"rooms": {"a": 1}}, {"cameras": None},
    {"parameters": []}, {"centre": {}},
]  # fmt: skip


@pytest.mark.parametrize("said", NAMES, ids=[json.dumps(n)[:30] for n in NAMES])
def test_a_day_that_wears_another_name_or_no_shape_is_refused(
    region: Installation, made: Made, said: dict[str, Any]
) -> None:
    """Signed by the centre's own key: its own rehearsal as a real day, another centre, another date, nonsense."""
    bad = false_fact(made, "day.opened", said, {})
    with pytest.raises(DomainError):
        take(region, bad)
    assert journal.log_id(body_origin(made)) is None
    assert not [p for p in kept(region) if p.stat().st_size == bad.stat().st_size]


def body_origin(made: Made) -> str:
    return made.payload["checkpoint"].decode().partition("\n")[0]


def test_a_centre_in_another_zone_than_any_is_refused(region: Installation, made: Made) -> None:
    centre = body(made, 0)["centre"]
    for zone in ("../../../etc/passwd", "No/Where", "", "\x00"):
        bad = false_fact(made, "day.opened", {"centre": {**centre, "zone": zone}}, {})
        with pytest.raises(DomainError):
            take(region, bad)


ODD = [{"evidence": {"arrived_at": [[]], "x": {"y": 1}}}, {"places": ["<b>"]}, {"at": "9999-12-31T23:59:59.999Z"},
       {"step": "<script>alert(1)</script>" + "W" * 3000}, {"evidence": []}, {"places": "abc"}]  # fmt: skip


@pytest.mark.parametrize("said", ODD, ids=[json.dumps(n)[:30] for n in ODD])
def test_acts_that_no_form_writes_close_their_own_day_only(
    region: Installation, made: Made, said: dict[str, Any]
) -> None:
    """Refused, or shown as text; the lists of days stand in any case."""
    bad = false_fact(made, "step.done", said, {}, where=tagged(made, "step.done"))
    try:
        take(region, bad)
    except DomainError:
        assert journal.log_id(body_origin(made)) is None
        return
    client = boss(region)
    for page in ("/days", "/desk", "/region", f"/days/{made.day}/review", f"/days/{made.day}/documents"):
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert "<script>alert" not in answer.text and "<b>\"" not in answer.text


def test_a_day_that_cannot_be_summed_up_closes_no_list(
    region: Installation, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(region, made.first)

    def broken(*_: object) -> None:
        raise TypeError("what no form writes")

    with monkeypatch.context() as patch:
        patch.setattr(overview, "_told", broken)
        assert not overview.list_days(region.people["boss"], region.clock.now).items
        assert overview.damaged_days(region.people["boss"], region.clock.now) == [made.day]


def boss(region: Installation) -> Person:
    client = Person(region.app.test_client())
    client.send("/sign-in", {"login": "boss", "password": "password-boss"}, follow=False)
    return client


def test_a_file_is_handed_out_as_what_is_kept_here_whatever_its_evidence_claims(
    region: Installation, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(region, made.first)
    who = region.people["boss"]
    day = days.load(who, made.day)
    act = next(a for a in day.acts.values() if "photo_after" in getattr(a.fact, "evidence", {}))
    value = act.fact.evidence["photo_after"]
    client = boss(region)
    for kind in ("text/html", "image/svg+xml", "application/javascript", "image/jpeg; charset=x\r\nX: y", None, {}):
        monkeypatch.setitem(value, "type", kind)
        monkeypatch.setitem(value, "name", 'a"\r\nSet-Cookie: x=1; .html')
        assert attachments.fetch(who, made.day, value["sha256"])[1] == "application/octet-stream"
        answer = client.get(f"/days/{made.day}/files/{value['sha256']}")
        assert answer.mimetype == "application/octet-stream" and answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Disposition"].startswith("attachment") and "Set-Cookie" not in answer.headers
    monkeypatch.delitem(value, "type")
    monkeypatch.delitem(value, "name")
    assert attachments.fetch(who, made.day, value["sha256"])[1:] == ("application/octet-stream", "file")


def test_a_day_of_our_own_keeps_its_name(region: Installation, made: Made) -> None:
    """Another installation opens a day of the name that we have: it cannot take its place."""
    with transaction():
        log = journal.create("region.test/45/0007/2026-06-01", "day")
        index.add(made.day, "45-0007", "2026-06-01", log, "")
    with pytest.raises(NotTaken, match="was opened here"):
        take(region, made.first)
    assert journal.source(log) == "" and journal.head(log).checkpoint.size == 0


