"""Documents from the first signature to the last: order, revisions, same bytes, and what goes wrong on the way."""

import errno
import os
from datetime import timedelta
from typing import Any

import pytest

from app.domain import facts as f
from app.domain.day import Day
from app.domain.signing import NotYourTurn
from app.services import check, days, documents, keys, verify
from app.store import files, journal
from app.store.files import DiskFull
from tests.conftest import Installation

FORM = "access-journal"


def view(installation: Installation, day: str, login: str = "tech", form: str = FORM) -> documents.DocumentView:
    return documents.document(installation.day(day), form, installation.people[login])


def stored(installation: Installation) -> set[str]:
    return {p.name for p in (installation.folder / "files").rglob("*") if p.is_file()}


def word(data: bytes) -> str:
    return str(check.check(data).word)


@pytest.fixture
def acted(installation: Installation, day: str) -> str:
    """A day with a confirmed access and a step."""
    receipt = installation.access(day)
    installation.arrive(day)
    installation.confirm(day, receipt.seq)
    return day


@pytest.mark.parametrize("form", ["access-journal", "day-protocol"])
def test_three_people_sign_in_their_order_and_the_document_is_complete(
    installation: Installation, acted: str, form: str
) -> None:
    size = installation.day(acted).size
    for n, login in enumerate(("tech", "head", "commission")):
        seen = view(installation, acted, login, form)
        assert (seen.signed, seen.complete, seen.mine, seen.outdated, seen.size) == (n, False, True, False, size)
        receipt = installation.sign(acted, login, form)
        assert receipt.checkpoint.size == size + n + 1
        installation.clock.forward(minutes=4)
    seen = view(installation, acted, form=form)
    assert (seen.signed, seen.complete, seen.outdated, seen.next) == (3, True, False, None)
    data, name = documents.save(installation.day(acted), form)
    assert name == f"{acted}-{form}.pdf"
    verdict = check.check(data)
    assert (verdict.exit, str(verdict.word), verdict.size) == (0, "valid: signed by all 3", size)
    assert [(s.meaning, s.state) for s in verdict.signatures] == [
        ("performed", "valid"), ("confirmed", "valid"), ("reviewed", "valid"),
    ]  # fmt: skip
    assert verify.verify_day(acted).exit == 0


def test_every_signature_is_a_fact_that_names_both_files(installation: Installation, acted: str) -> None:
    installation.sign_all(acted)
    signatures = installation.day(acted).documents[FORM]
    assert [s.fact.slot for s in signatures] == ["performed_1", "confirmed", "reviewed"]
    assert len({s.fact.base for s in signatures}) == 1
    earlier = files.get(signatures[0].fact.base)
    for signature in signatures:
        data = files.get(signature.fact.file)
        assert data.startswith(earlier), "every signature only adds to the file before it"
        earlier = data
    assert {s.fact.base for s in signatures} | {s.fact.file for s in signatures} == stored(installation)


@pytest.mark.parametrize("login", ["head", "commission", "cctv", "member"])
def test_nobody_signs_out_of_turn(installation: Installation, acted: str, login: str) -> None:
    assert not view(installation, acted, login).mine
    with pytest.raises(NotYourTurn):
        installation.sign(acted, login)
    assert stored(installation) == set()
    installation.sign(acted, "tech")
    with pytest.raises(NotYourTurn):
        installation.sign(acted, "tech")


def test_a_new_row_makes_the_document_outdated_and_signing_begins_a_new_revision(
    installation: Installation, acted: str
) -> None:
    first = installation.sign_all(acted)
    installation.access(acted, reason="ещё раз")
    seen = view(installation, acted)
    assert (seen.outdated, seen.complete, seen.signed) == (True, False, 0)
    assert [line.tag for line in seen.since] == ["access.noted"]
    assert seen.next is not None and seen.next.slot.id == "performed_1"
    assert word(first) == "valid: signed by all 3", "until somebody signs the new one"
    installation.sign(acted, "tech")
    assert word(first) == "older revision"
    installation.sign(acted, "head")
    installation.sign(acted, "commission")
    found = view(installation, acted).revisions
    assert [(d.revision, len(d.signatures)) for d in found] == [(1, 3), (2, 3)]
    data, name = documents.save(installation.day(acted), FORM)
    assert name.endswith("-r2.pdf")
    assert word(data) == "valid: signed by all 3"
    assert documents.save(installation.day(acted), FORM, 1)[0] == first


def test_a_half_signed_document_that_became_outdated_is_begun_anew(installation: Installation, acted: str) -> None:
    installation.sign(acted, "tech")
    installation.access(acted)
    with pytest.raises(NotYourTurn):
        installation.sign(acted, "head")
    installation.sign(acted, "tech")
    assert [d.revision for d in view(installation, acted).revisions] == [1, 2]


def test_signatures_and_entries_that_the_form_does_not_show_outdate_nothing(
    installation: Installation, acted: str
) -> None:
    installation.sign_all(acted)
    installation.sign_all(acted, "day-protocol")
    assert [view(installation, acted, form=form).outdated for form in (FORM, "day-protocol")] == [False, False]
    installation.note(acted)  # a note is no row of the access journal
    assert not view(installation, acted).outdated


def test_the_same_journal_gives_the_same_bytes(installation: Installation, acted: str) -> None:
    actor = installation.people["tech"]
    for form in [known for known in documents.list_forms() if known.applies(installation.day(acted))]:
        day, checkpoint = days.load_with_checkpoint(actor, acted)
        one, two = (documents.draw(day, checkpoint, form, 1, "") for _ in range(2))
        assert one == two == documents.preview(actor, acted, form.code, "")
        folded = days.fold_upto(days.log_of(acted), day.size)
        assert documents.draw(folded, checkpoint, form, 1, "") == one, "folded anew, past every cache"
        assert documents.draw(day, checkpoint, form, 2, "") != one


def test_the_preview_is_the_file_that_is_signed_next(installation: Installation, acted: str) -> None:
    seen = documents.preview(installation.people["tech"], acted, FORM, "")
    assert not stored(installation)
    installation.sign(acted, "tech")
    signed = installation.day(acted).documents[FORM][0].fact
    assert files.get(signed.base) == seen
    assert documents.preview(installation.people["head"], acted, FORM, "") == files.get(signed.file)


def test_who_read_something_else_does_not_sign_it(installation: Installation, acted: str) -> None:
    actor, key = installation.people["tech"], installation.key("tech")
    expected = view(installation, acted).expected
    installation.access(acted)
    with pytest.raises(documents.Moved, match="while you were reading"):
        documents.sign(actor, acted, FORM, expected, key, "", installation.clock.now)
    assert stored(installation) == set()


def test_of_two_signers_at_once_one_is_told_that_somebody_was_first(
    installation: Installation, acted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = documents.sign_pdf
    nested: list[int] = []

    def slow(*args: Any, **kwargs: Any) -> bytes:
        data = real(*args, **kwargs)
        if not nested:  # while the first one's signature is made, the second signs and is quicker
            nested.append(1)
            installation.sign(acted, "tech")
        return data

    monkeypatch.setattr(documents, "sign_pdf", slow)
    size = installation.day(acted).size
    with pytest.raises(documents.Moved, match="Somebody signed in the meantime"):
        installation.sign(acted, "tech")
    assert installation.day(acted).size == size + 1
    assert len(installation.day(acted).documents[FORM]) == 1
    monkeypatch.undo()
    installation.sign(acted, "head")
    assert verify.verify_day(acted).exit == 0


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_while_signing_leaves_journal_and_document_as_before(
    installation: Installation, acted: str, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    installation.sign(acted, "tech")
    before, kept = (installation.day(acted), view(installation, acted).expected), stored(installation)
    installation.key("head")

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, call, full)
    with pytest.raises(DiskFull, match=r"Nothing was recorded\. Free at least 200 MB and try again"):
        installation.sign(acted, "head")
    monkeypatch.undo()
    assert (installation.day(acted), view(installation, acted).expected) == before
    assert stored(installation) == kept
    installation.sign(acted, "head")
    assert view(installation, acted).signed == 2


def test_a_crash_between_file_and_fact_leaves_an_orphan_file_and_an_unsigned_document(
    installation: Installation, acted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    installation.key("tech")
    monkeypatch.setattr(journal, "append", crash)
    with pytest.raises(KeyboardInterrupt):
        installation.sign(acted, "tech")
    monkeypatch.undo()
    orphans = stored(installation)
    assert len(orphans) == 2, "drawn and signed"
    assert FORM not in installation.day(acted).documents
    assert {word(files.get(name)) for name in orphans} == {"not in our journal"}
    installation.clock.forward(minutes=1)
    assert word(installation.sign_all(acted)) == "valid: signed by all 3"


def test_five_years_later_the_certificates_have_expired_and_the_signatures_stay_valid(
    signed: tuple[Installation, str],
) -> None:
    installation, day = signed
    data = documents.save(installation.day(day), FORM)[0]
    installation.clock.forward(days=5 * 365)
    with pytest.raises(keys.KeyUnusable, match="expired"):
        installation.key("tech")
    verdict = check.check(data)
    assert (verdict.exit, str(verdict.word)) == (0, "valid: signed by all 3")


def test_a_revoked_key_and_a_clock_behind_the_journal_sign_nothing(installation: Installation, acted: str) -> None:
    actor, key = installation.people["tech"], installation.key("tech")
    expected, now = view(installation, acted).expected, installation.clock.now
    with pytest.raises(keys.KeyUnusable, match="behind the journal"):
        documents.sign(actor, acted, FORM, expected, key, "", now - timedelta(minutes=2, seconds=1))
    keys.ask_new(actor, "password-tech", "новый-код", True, now)
    keys.approve_new(installation.people["head"], actor.person, "password-head", now)
    with pytest.raises(keys.KeyUnusable, match="revoked"):
        documents.sign(actor, acted, FORM, expected, key, "", now)
    assert stored(installation) == set()
    assert FORM not in installation.day(acted).documents


def test_somebody_elses_key_does_not_sign_for_me(installation: Installation, acted: str) -> None:
    seen = view(installation, acted).expected
    actor, key = installation.people["tech"], installation.key("head")
    with pytest.raises(keys.KeyUnusable):
        documents.sign(actor, acted, FORM, seen, key, "", installation.clock.now)
    assert FORM not in installation.day(acted).documents


def test_a_document_without_signatures_has_no_file(installation: Installation, acted: str) -> None:
    with pytest.raises(days.NotFound):
        documents.save(installation.day(acted), FORM)
    with pytest.raises(days.NotFound):
        documents.save(installation.day(acted), "no-form")


def test_two_technicians_who_acted_both_sign(installation: Installation, acted: str) -> None:
    installation.access(acted, "cctv")
    for login in ("tech", "cctv", "head", "commission"):
        installation.sign(acted, login)
    seen = view(installation, acted)
    assert [s.slot.id for s in seen.slots] == ["performed_1", "performed_2", "confirmed", "reviewed"]
    assert seen.complete
    assert word(documents.save(installation.day(acted), FORM)[0]) == "valid: signed by all 4"
    assert isinstance(installation.day(acted), Day)
    assert isinstance(installation.day(acted).lines[-1].fact, f.DocumentSigned)
