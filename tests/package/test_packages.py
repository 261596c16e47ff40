"""Writing a day's package: who may, whole or not at all, the same bytes for the same state, and what stands in it."""

import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from uuid import uuid4

import pytest

from app.domain import Invalid, NotFound, Refused
from app.domain import facts as f
from app.package.write import Kept, write
from app.services import days, office, packages, publish, rehearsal
from app.store import files, journal
from app.store.db import transaction
from tests.conftest import CENTRE, MADE, Installation
from tests.package.conftest import Made, entries
from tests.reports.reading import words
from tests.store.attacker import attack

Signed = tuple[Installation, str]


def test_the_same_state_gives_the_same_bytes_and_every_download_is_recorded(signed: Signed, tmp_path: Path) -> None:
    installation, day = signed
    now, head = installation.clock.now, installation.people["head"]
    one = packages.export(head, day, tmp_path / "one.zip", now)
    two = packages.export(head, day, tmp_path / "two.zip", installation.clock.forward(hours=5))
    assert one == two and (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert one.size == (tmp_path / "one.zip").stat().st_size
    made = [e for e in office.entries() if isinstance(e.fact, f.DownloadMade)]
    assert [(e.actor, e.fact.kind, e.fact.scope, e.fact.sha256, e.fact.size) for e in made] == 2 * [
        (head.person, "package", {"day": day}, one.sha256, one.size)
    ]
    installation.note(day)
    assert packages.export(head, day, tmp_path / "three.zip", now) != one


def test_who_may_not_read_the_day_gets_no_package(signed: Signed, tmp_path: Path) -> None:
    installation, day = signed
    target, now = tmp_path / "day.zip", installation.clock.now
    for login in ("tech", "head", "commission", "ministry", "boss"):
        assert packages.export(installation.people[login], day, target, now).size
    stranger = installation.people["tech"].__class__("p-nobody", "Никто", frozenset())
    for name in (day, "no-such-day"):
        with pytest.raises((NotFound, Refused)):
            packages.export(stranger, name, tmp_path / "no.zip", now)
    assert not (tmp_path / "no.zip").exists()


def test_a_package_is_written_whole_or_not_at_all(
    signed: Signed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, day = signed
    target, parts = tmp_path / "day.zip", packages.gather(day)
    target.write_bytes(b"what was there")
    photo = tmp_path / "photo"
    photo.write_bytes(b"not the picture that the journal names")
    bad = Kept(photo, "0" * 64)
    with pytest.raises(Invalid, match="is not the file that the journal names"):
        write(target, replace(parts, payload=(*parts.payload, (f"attachments/{'0' * 64}.jpg", bad))))
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        write(target, parts)
    monkeypatch.undo()
    assert target.read_bytes() == b"what was there"
    assert sorted(os.listdir(tmp_path)) == ["day.zip", "instance", "photo"]
    write(target, parts)
    assert packages.check(target, publish.vkey(), publish.root()[1]).exit == 0


def test_a_journal_that_does_not_prove_itself_is_not_handed_out(signed: Signed, tmp_path: Path) -> None:
    installation, day = signed
    digest = installation.day(day).documents["access-journal"][-1].fact.file
    files.path(digest).write_bytes(b"another file")
    with pytest.raises(packages.NotProved, match="missing or was changed"):
        packages.export(installation.people["head"], day, tmp_path / "day.zip", installation.clock.now)
    assert not (tmp_path / "day.zip").exists()
    assert not any(isinstance(e.fact, f.DownloadMade) for e in office.entries())


def test_an_erased_body_is_told_by_its_act_and_the_package_is_good(signed: Signed, tmp_path: Path) -> None:
    installation, day = signed
    seq = installation.note(day, "телефон родителя").seq
    log = days.log_of(day)
    with transaction(log):
        erased = f.BodyErased(seq, "1 год", "акт № 4")
        journal.append(log, erased, "system", journal.Times(installation.clock.now), "e-1")
    with attack(installation.database) as hand:
        hand.execute(f"UPDATE entry SET body = NULL WHERE log_id = {log} AND seq = {seq}")
    packages.export(installation.people["head"], day, tmp_path / "day.zip", installation.clock.now)
    outcome = packages.check(tmp_path / "day.zip", publish.vkey(), publish.root()[1])
    assert outcome.exit == 0, outcome.lines
    assert "  1 bodies were erased after their term, each named by an entry" in outcome.lines
    bodies = entries(tmp_path / "day.zip")["data/bodies.jsonl"].splitlines()
    assert json.loads(bodies[seq]) == {"seq": seq, "erased": seq + 1}
    assert "телефон" not in entries(tmp_path / "day.zip")["data/index.html"].decode()


def test_a_day_of_which_nothing_is_signed_has_a_package_too(
    installation: Installation, day: str, tmp_path: Path
) -> None:
    installation.note(day, "начали")
    packages.export(installation.people["head"], day, tmp_path / "day.zip", installation.clock.now)
    assert packages.check(tmp_path / "day.zip", publish.vkey(), publish.root()[1]).exit == 0


def test_signatures_of_a_rehearsal_are_judged_by_the_real_clock(installation: Installation, tmp_path: Path) -> None:
    """Its clock shows a morning before every certificate was made: still each signature was good."""
    day = installation.open_day(rehearsal=True)
    head, early = installation.people["head"], MADE - timedelta(days=30)
    for login in ("tech", "head", "commission"):
        installation.key(login)
    rehearsal.set_clock(installation.people["tech"], day, early, str(uuid4()), installation.clock.now)
    installation.clock.now = early  # services of a day get what its clock shows
    installation.confirm(day, installation.access(day).seq)
    installation.sign_all(day)
    packages.export(head, day, tmp_path / "day.zip", installation.clock.now)
    outcome = packages.check(tmp_path / "day.zip", publish.vkey(), publish.root()[1])
    assert (outcome.exit, outcome.lines[0]) == (0, "proved"), outcome.lines
    assert "  4 signatures of people hold" in outcome.lines


# ------------------------------------------------------------------ the page


class Page(HTMLParser):
    """Tags and attributes, and whether everything is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.headings: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_for_reading_and_holds_nothing_that_runs_or_is_fetched(made: Made) -> None:
    text = entries(made.first)["data/index.html"].decode()
    page = Page(text)
    assert page.open == [] and page.headings[0] == "h1" and set(page.headings[1:]) == {"h2"}
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "link", "img", "iframe", "object", "form", "input", "base", "svg"}
    assert not [a for _, attrs in page.tags for a in attrs if a.startswith("on") or a in ("src", "style")]
    files = entries(made.first)
    for tag, attrs in page.tags:
        if tag == "a" and "href" in attrs:
            href = str(attrs["href"])
            assert f"data/{href}" in files if not href.startswith("#") else f'id="{href[1:]}"' in text, href
    for said in (CENTRE.name, "ЕГЭ, физика", "Ёлкина", "осмотр", made.vkey, made.root, "Журнал", "Journal"):
        assert said in text


def test_what_people_typed_is_escaped_on_the_page(signed: Signed, tmp_path: Path) -> None:
    installation, day = signed
    installation.note(day, '<script>alert(1)</script>"><img src=x> $body ${title} & Co')
    packages.export(installation.people["head"], day, tmp_path / "day.zip", installation.clock.now)
    text = entries(tmp_path / "day.zip")["data/index.html"].decode()
    assert "<script" not in text and "<img" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&gt;&lt;img src=x&gt; $body ${title} &amp; Co" in text


# ------------------------------------------------------------------ commands


def test_the_commands_write_and_check_a_package(
    signed: Signed, tmp_path: Path, run: Callable[..., tuple[int, str]]
) -> None:
    _, day = signed
    target = str(tmp_path / "day.zip")
    code, text = run("package", "export", day, "-o", target)
    assert code == 0 and re.search(r"SHA-256 [0-9a-f]{64}", text)
    code, text = run("key", "show")
    vkey, key, root = (line.split("\t")[1] for line in text.splitlines()[:3])
    assert (vkey, root) == (publish.vkey(), publish.root()[1]) and code == 0 and "█" in text
    code, text = run("package", "check", target, "--vkey", vkey, "--root", root)
    assert (code, text.splitlines()[0]) == (0, "proved") and key in text
    assert run("package", "check", target)[1].startswith("consistent, origin not checked")
    Path(target).write_bytes(Path(target).read_bytes()[:-1])
    assert run("package", "check", target)[0] == 1
    assert run("package", "export", "no-such-day", "-o", target)[0] == 1
    assert run("package", "export", day, "-o", f"{target}/no/day.zip")[0] == 2


def test_the_key_sheet_is_one_page_that_says_what_the_command_says(
    signed: Signed, tmp_path: Path, run: Callable[..., tuple[int, str]]
) -> None:
    sheet = tmp_path / "sheet.pdf"
    assert run("key", "show", "--sheet", str(sheet))[0] == 0
    text = words(sheet.read_bytes(), tmp_path)
    assert publish.vkey() in text.replace("\n", "")
    assert publish.root()[1] in re.sub(r"\s", "", text)


@pytest.fixture
def run(signed: Signed) -> Callable[..., tuple[int, str]]:
    installation, _ = signed
    runner = installation.app.test_cli_runner()

    def call(*typed: str) -> tuple[int, str]:
        result = runner.invoke(args=list(typed))
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.output

    return call
