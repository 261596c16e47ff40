"""The guide for writing a profile and a form is followed to the letter: its two files, nothing else, a day of them."""

import hashlib
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import reports
from app.domain import facts as f
from app.domain.plan import Role
from app.domain.profile_parser import parse
from app.services import check, documents, opening
from app.store import profiles
from tests.conftest import EXAM, STAFF, Installation
from tests.reports.reading import words

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "docs" / "guide-profile-and-form.md"
FORM, PROFILE = "de-muster-protokoll", "de-muster"
CODE_FOLDERS = ("app", "reports", "templates")


def blocks() -> dict[str, str]:
    """Path to text of every file that the guide shows: its first line is a comment with the path."""
    found = re.findall(r"^```(?:toml|python)\n# (\S+)\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.M | re.S)
    return {path: f"# {path}\n{text}" for path, text in found}


def tree() -> dict[str, str]:
    """SHA-256 of every file of the code."""
    files = (p for folder in CODE_FOLDERS for p in (ROOT / folder).rglob("*") if "__pycache__" not in p.parts)
    return {str(p.relative_to(ROOT)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files if p.is_file()}


@dataclass
class Built:
    """What the guide built: an open day of the new profile and the new form's file."""

    installation: Installation
    day: str
    file: Path

    def step(self, step: str, places: tuple[str, ...] = (), **evidence: object) -> int:
        now = self.installation.clock.now
        return self.installation.record(self.day, "tech", f.StepDone(step, now, places, evidence)).seq


@pytest.fixture
def built(installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Built]:
    """The guide's two files, each in a folder of its own beside the product's, and a day opened with them."""
    files = {}
    for path, text in blocks().items():
        files[path] = tmp_path / path
        files[path].parent.mkdir(parents=True)
        files[path].write_text(text, encoding="utf-8")
    profile, form = (next(p for name, p in files.items() if name.startswith(top)) for top in ("app/", "reports/"))
    package = sys.modules["reports.forms"]
    shipped = profiles.shipped()
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(form.parent)])
    monkeypatch.setattr(profiles, "shipped", lambda: {**shipped, profile.stem: profile.read_text(encoding="utf-8")})
    reports.forms.cache_clear()
    on_duty = ("tech", "head", "commission")
    roster = tuple(opening.Place(installation.people[p].person, STAFF[p][1]) for p in on_duty)
    changes = {"profile": PROFILE, "exam": "", "roster": roster, "start": "09:00", "end": "12:00", "stations": ()}
    yield Built(installation, installation.open_day(**changes), form)
    monkeypatch.undo()
    reports.forms.cache_clear()
    sys.modules.pop(f"reports.forms.{form.stem}", None)


def test_the_guide_shows_one_profile_and_one_form_and_both_are_new() -> None:
    assert list(blocks()) == ["app/profiles/de-muster.toml", "reports/forms/de_muster_protokoll.py"]
    assert not any((ROOT / path).exists() for path in blocks())
    mentions = [p for p in tree() if re.search(rb"de[-_]muster", p.encode() + (ROOT / p).read_bytes())]
    assert mentions == [], "the product knows nothing of the guide's example"


def test_the_profile_of_the_guide_is_read_without_a_problem() -> None:
    profile = parse(blocks()["app/profiles/de-muster.toml"], PROFILE)
    assert (profile.id, profile.language) == (PROFILE, "de")
    assert {s.basis for s in profile.steps} == {"sourced", "derived"}
    assert {r.id for r in profile.roles} == {Role.TECHNICIAN, Role.PES_HEAD, Role.COMMISSION_HEAD}


def test_the_form_of_the_guide_obeys_the_rules_of_the_house(tmp_path: Path) -> None:
    file = tmp_path / "de_muster_protokoll.py"
    file.write_text(blocks()["reports/forms/de_muster_protokoll.py"], encoding="utf-8")
    config = ("--config", str(ROOT / "pyproject.toml"))
    for command in (("check", *config, file), ("format", "--check", *config, file)):
        done = subprocess.run([sys.executable, "-m", "ruff", *map(str, command)], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    assert len(file.read_text(encoding="utf-8").splitlines()) < 350


def test_two_new_files_and_nothing_else_make_a_day_that_three_people_sign(built: Built, tmp_path: Path) -> None:
    before = tree()
    installation, day = built.installation, built.day
    assert installation.day(day).opened.exam == "Musterprüfung"
    built.step("morning.check", ("0001", "0002"), picture_ok=True, free_gb=640)
    installation.record(day, "head", f.MilestoneNoted("room_empty", installation.clock.now))
    built.step("close.hand_over", media=["HD-1", "HD-2"], received_by="Щукина М. Л.")
    offered = documents.documents(installation.day(day), installation.people["tech"])
    assert [view.form for view in offered] == [FORM]
    pdf = installation.sign_all(day, FORM)
    assert str(check.check(pdf).word) == "valid: signed by all 3"
    text = words(pdf, tmp_path)
    for word in (
        "Protokoll der Musterprüfung", "Minutes of the sample exam", "Durchgeführte Schritte Steps performed",
        "08:00 Kameras prüfen 0001, 0002 Bild in Ordnung: ja; Freier Speicher: 640 GB",
        "Datenträger: HD-1, HD-2; Empfangen von: Щукина М. Л.", "Durchgeführt performed", "Bestätigt confirmed",
        "1. Technische Fachkraft", "3. Vorsitz der Prüfungskommission", "Elektronisch unterschrieben",
        f"Dokument Nr. {day}.{FORM}, Fassung 1", "Seite 1 von",
    ):  # fmt: skip
        assert word in text.replace("\u00a0", " "), word
    assert tree() == before, "nothing of the product was touched"


def test_the_new_form_is_no_matter_of_other_days(built: Built) -> None:
    installation = built.installation
    other = installation.open_day(date=EXAM.replace(day=2))
    found = {view.form for view in documents.documents(installation.day(other), installation.people["tech"])}
    assert found and FORM not in found
    assert FORM in reports.forms()


def test_the_form_says_so_when_nothing_is_recorded(built: Built, tmp_path: Path) -> None:
    pdf = documents.preview(built.installation.people["tech"], built.day, FORM, "")
    assert "Kein Schritt ist eingetragen." in words(pdf, tmp_path)
