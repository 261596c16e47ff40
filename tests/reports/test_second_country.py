"""A day under another regulation: its own form, its own language, nothing Russian on the way to three signatures."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain import NotFound
from app.domain import facts as f
from app.services import check, days, documents, keys
from app.store import authority
from reports import form, forms
from reports.render import document_of, render, render_day
from reports.stamp import stamp_for
from tests.conftest import SIGNING_CODE, Installation
from tests.reports.conftest import SignAs
from tests.reports.reading import pages, pdfsig, trust, words
from tests.romanian import CODE, EVERYWHERE, PEOPLE, RomanianDay, at

ROOT = Path(__file__).parents[2]
RECORD = "ro-recordings-record"
CYRILLIC = re.compile(r"[\u0400-\u052f]")
# Code that may hold Cyrillic letters: the alphabet that every document embeds, the name of a language in itself.
# The words of a package's page and of the sheet of keys stand in both languages beside each other.
HOLDS = {
    "reports/typeface.py": "Ёё", "app/web/language.py": "Русский", "app/package/words.py": "День принят",
    "reports/key_sheet.py": "должность, фамилия, дата, подпись",
}  # fmt: skip


@pytest.fixture
def romanian(installation: Installation) -> RomanianDay:
    return RomanianDay(installation)


@pytest.fixture
def record(romanian: RomanianDay, tmp_path: Path) -> str:
    """All text of the record of the whole day, unsigned."""
    romanian.whole()
    return words(documents.preview(romanian.people["tech"], romanian.id, RECORD, ""), tmp_path)


def drawn(day: RomanianDay, folder: Path, language: str = "en") -> str:
    """All text of the record as it would be drawn now."""
    found, checkpoint = days.load_with_checkpoint(day.people["tech"], day.id)
    moment = found.received + timedelta(minutes=1)
    pdf = render_day(form(RECORD), found, checkpoint, number="n", revision=1, moment=moment, language=language)
    return words(pdf, folder)


# ---------------------------------------------------------------- which form belongs to which day


def test_a_day_offers_the_forms_of_its_own_regulation_alone(day: str, romanian: RomanianDay) -> None:
    tech, other = romanian.people["tech"], romanian.neighbours["tech"]
    here = {v.form for v in documents.documents(days.load(tech, romanian.id), tech)}
    there = {v.form for v in documents.documents(days.load(other, day), other)}
    assert here == {RECORD}
    assert {"access-journal", "day-protocol"} <= there and not here & there
    assert here | there <= {found.code for found in documents.list_forms()}


def test_a_form_of_another_regulation_is_neither_shown_nor_signed(day: str, romanian: RomanianDay) -> None:
    now = romanian.installation.clock.now
    for actor, name, code in (
        (romanian.people["tech"], romanian.id, "access-journal"), (romanian.neighbours["tech"], day, RECORD),
    ):  # fmt: skip
        with pytest.raises(NotFound, match="There is no form"):
            documents.preview(actor, name, code, "")
        with pytest.raises(NotFound, match="There is no form"):
            documents.sign(actor, name, code, "new:1", keys.unlock(actor, SIGNING_CODE, now), "", now)
        assert days.load(actor, name).documents == {}


def test_a_form_can_belong_to_single_profiles(installation: Installation, romanian: RomanianDay) -> None:
    made = installation.day(romanian.id)
    assert all(replace(found, profiles=("ro-bac",)).belongs(made) for found in forms().values())
    assert not replace(form(RECORD), profiles=("ro-other",)).applies(made)


# ---------------------------------------------------------------- signatures


def test_three_people_sign_the_record_and_any_reader_finds_it_valid_without_one_cyrillic_letter(
    installation: Installation, romanian: RomanianDay, tmp_path: Path
) -> None:
    romanian.whole()
    pdf = installation.sign_all(romanian.id, RECORD)
    nss = tmp_path / "nss"
    nss.mkdir()
    seen = pdfsig(pdf, trust(authority.root(), nss))
    assert [(s.name, s.valid, s.trusted) for s in seen] == [
        (PEOPLE[login][0], True, True) for login in ("tech", "head", "commission")
    ]
    assert seen[-1].total
    assert str(check.check(pdf).word) == "valid: signed by all 3"
    text = words(pdf, tmp_path)
    assert len(text) > 3000 and CYRILLIC.findall(text) == []
    assert "№" not in text


def test_stamps_write_romanian_letters_with_the_fonts_of_the_document(
    installation: Installation, romanian: RomanianDay, tmp_path: Path
) -> None:
    romanian.before_the_test()
    text = words(installation.sign_all(romanian.id, RECORD), tmp_path)
    assert text.count("Semnat cu semnătură electronică") == 3
    for word in (
        "1. Persoana responsabilă cu supravegherea audio-video", "person responsible for audio-video supervision",
        "2. Directorul unității de învățământ", "3. Președintele comisiei din centrul de examen",
        "Efectuat performed", "Confirmat confirmed", "Verificat reviewed", *(PEOPLE[p][0] for p in ("tech", "head")),
    ):  # fmt: skip
        assert word in text
    assert "Nesemnat" not in text


def test_letters_that_only_the_stamp_writes_are_embedded_before_anybody_signs(
    romanian: RomanianDay, sign_as: SignAs, tmp_path: Path
) -> None:
    ours = form(RECORD)
    odd = replace(ours, labels={**ours.labels, "ro": {**ours.labels["ro"], "signed": "Semnat Ẅẅ"}})
    day, checkpoint = days.load_with_checkpoint(romanian.people["tech"], romanian.id)
    document = document_of(odd, day, checkpoint, number="n", revision=1, moment=day.received)
    pdf = render(odd, odd.from_day(day, day.received), document)
    stamp = stamp_for(document.slots, "performed_1", "Țăranu Ștefan", document.zone, odd.labels["ro"])
    assert "Ẅ" not in words(pdf, tmp_path)
    assert "Semnat Ẅẅ" in words(sign_as(pdf, "performed_1", document, stamp=stamp), tmp_path)


# ---------------------------------------------------------------- what the record says


def test_the_head_names_centre_exam_and_local_times(record: str) -> None:
    for word in (
        "Proces-verbal de constatare privind înregistrările audio-video",
        "Record of findings on the audio-video recordings", "Timiș", "Liceul Teoretic „Grigore Moisil”", CODE,
        "Bacalaureat, proba E.c)", "30 iunie 2026", "09:00–12:00, UTC+03:00", f"Document nr. {CODE}-2026-06-30.11",
    ):  # fmt: skip
        assert word in record.replace("\u00a0", " ")


def test_what_was_viewed_stands_row_by_row_with_who_viewed_and_who_confirmed(record: str) -> None:
    assert "ora 13:20, de Țăranu Ștefan Ioniță, persoana responsabilă cu supravegherea audio-video" in record
    assert "0001 09:10 09:20 nimic de semnalat –" in record
    assert "0003 10:05 10:30 defect al înregistrării Imaginea lipsește între 10:11 și 10:19" in record
    assert "Confirmat: Bălănescu M. I., directorul unității de învățământ, 14:20, poz. 20 din jurnal." in record
    assert "Concluzii Conclusion Nu s-au constatat abateri ale candidaților." in record


def test_every_access_of_the_day_is_listed_and_nothing_is_hidden(record: str) -> None:
    assert "1 29.06 0001-0004, 0101, Sala de bagaje 18:05 18:40 Verificarea funcționării sistemului" in record
    assert "3 30.06 0003 10:14 10:19 Repornirea sistemului Țăranu Ș. I." in record
    assert "Motivul: Camera din sala 3 nu mai transmitea imagine." in record
    assert "Consemnat cu întârziere, la 10:47. Motivul: remedierea a durat." in record
    assert "Corectat: Țăranu Ș. I., 10:52, poz. 11 din jurnal. Sfârșit: 10:21 → 10:19. Motivul: ora citită" in record
    assert "Anulat: Țăranu Ș. I., 11:05, poz. 13 din jurnal. Motivul: consemnat de două ori." in record
    assert "În timpul probei (09:00–12:00) s-a intervenit asupra sistemului: rândul 3." in record


def test_the_media_and_where_they_are_kept_are_named(record: str) -> None:
    assert "hard disk extern WD-7781 toate sălile, 06:55–12:40" in record
    assert "disc optic BAC-E.c-1/2" in record
    assert "predate la 30.06.2026 14:05 de Țăranu Ștefan Ioniță și primite de Drăgușin Cătălin" in record
    assert "fișetul metalic al comisiei (poz. 19 din jurnal)" in record


def test_a_day_without_sampling_or_media_says_so(romanian: RomanianDay, tmp_path: Path) -> None:
    romanian.before_the_test()
    text = drawn(romanian, tmp_path)
    assert text.count("Nu este consemnat în jurnal.") == 2
    assert "nu este consemnată nicio intervenție asupra sistemului" in text
    assert "Inscripționarea pe suport extern nu este consemnată" in text


def test_what_could_not_be_viewed_or_was_not_required_names_who_and_why(romanian: RomanianDay, tmp_path: Path) -> None:
    romanian.before_the_test()
    romanian.record("tech", f.StepImpossible("close.sample", at("13:00"), "serverul de stocare s-a oprit"), at("13:00"))
    who = "Drăgușin C. G., președintele comisiei"
    waived = f.StepWaived("close.keep", at("13:05"), "suporturile rămân la inspectorat", who)
    romanian.record("commission", waived, at("13:05"))
    text = drawn(romanian, tmp_path)
    assert "Nu a fost posibil (poz. 9 din jurnal). Motivul: serverul de stocare s-a oprit." in text
    assert f"Nu s-a cerut: {who} (poz. 10 din jurnal). Motivul: suporturile rămân la inspectorat." in text


def test_looking_at_the_system_during_the_test_is_no_intervention(romanian: RomanianDay, tmp_path: Path) -> None:
    romanian.record("tech", f.AccessNoted(("0001",), at("10:00"), at("10:01"), "check"), at("10:01"))
    assert "nu este consemnată nicio intervenție" in drawn(romanian, tmp_path)
    repair = romanian.record("tech", f.AccessNoted(("0001",), at("10:02"), at("10:04"), "repair"), at("10:04"))
    assert "s-a intervenit asupra sistemului: rândul 2." in drawn(romanian, tmp_path)
    romanian.record("tech", f.EntryVoided(repair, "nu a avut loc"), at("10:06"))
    assert "nu este consemnată nicio intervenție" in drawn(romanian, tmp_path), "taken back"


def test_english_stands_beside_and_can_be_left_out(romanian: RomanianDay, tmp_path: Path) -> None:
    romanian.before_the_test()
    beside, alone = drawn(romanian, tmp_path), drawn(romanian, tmp_path, "ro")
    for word in ("Recordings viewed by sampling", "Access to the system", "page 1 of", "not signed yet"):
        assert word in beside and word not in alone


def test_a_rehearsal_says_so_in_romanian_on_every_page(installation: Installation, tmp_path: Path) -> None:
    rehearsal = RomanianDay(installation, rehearsal=True)
    found = pages(documents.preview(rehearsal.people["tech"], rehearsal.id, RECORD, ""), tmp_path)
    assert all("REPETIȚIE" in page and "REPETIȚIE: nu este document de examen" in page for page in found)


def test_many_rows_and_the_longest_names_are_set(romanian: RomanianDay, tmp_path: Path) -> None:
    for n in range(60):
        moment = at("10:00") + timedelta(minutes=n)
        reason = "înlocuirea alimentatorului camerei din spate, " * (1 + n % 3)
        romanian.record("tech", f.AccessNoted(EVERYWHERE, moment, moment, "repair", "x" * 90, reason), moment)
    text = drawn(romanian, tmp_path)
    assert text.count("înlocuirea alimentatorului") == 120
    assert "Pagina 4 din" in text


# ---------------------------------------------------------------- the code


def spoken(source: str) -> Iterator[str]:
    """String literals of a module that are not docstrings."""
    tree = ast.parse(source)
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)]
    notes = {id(body[0].value) for body in bodies if body and isinstance(body[0], ast.Expr)}
    notes |= {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in notes:
            yield node.value


def test_no_word_of_a_country_stands_outside_of_its_form_profile_and_translation() -> None:
    modules = [p for root in ("app", "reports") for p in (ROOT / root).rglob("*.py") if p.parent.name != "forms"]
    found = {
        str(p.relative_to(ROOT)): text
        for p in modules
        for text in spoken(p.read_text(encoding="utf-8"))
        if CYRILLIC.search(text)
    }
    assert len(modules) > 80 and found == HOLDS
    pages_ = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "app" / "web").rglob("*.js")]
    assert len(pages_) > 40
    assert [str(p.relative_to(ROOT)) for p in pages_ if CYRILLIC.search(p.read_text(encoding="utf-8"))] == []
    assert list(spoken('"""нет"""\nx = "да"\ndef f():\n    """нет"""\n    return f"ещё {x}"')) == ["да", "ещё "]
