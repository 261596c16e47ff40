"""Confirmations: a signature over leaf hashes by the confirmer's own key, with the checkpoint that they saw."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from app.domain import Invalid
from app.domain import facts as f
from app.domain.note import open_checkpoint
from app.services import confirm, keys, office
from app.store import keys as store_keys
from tests.conftest import Installation


def only(installation: Installation, day: str) -> f.ActsConfirmed:
    (fact,) = [line.fact for line in installation.day(day).lines if line.tag == "acts.confirmed"]
    assert isinstance(fact, f.ActsConfirmed)
    return fact


def test_what_waits_is_confirmed_once_and_waits_no_more(installation: Installation, day: str) -> None:
    one, two = installation.access(day), installation.arrive(day)
    head = installation.people["head"]
    assert [a.seq for a in confirm.waiting(installation.day(day), head)] == [one.seq, two.seq]
    installation.confirm(day, one.seq, two.seq)
    assert confirm.waiting(installation.day(day), head) == ()
    for seqs in ((one.seq,), (one.seq, two.seq)):
        with pytest.raises(Invalid, match="confirmed already"):
            installation.confirm(day, *seqs)


def test_the_confirmation_holds_the_checkpoint_and_a_signature_that_anybody_can_check(
    installation: Installation, day: str
) -> None:
    receipt = installation.access(day)
    installation.confirm(day, receipt.seq)
    fact, loaded = only(installation, day), installation.day(day)
    seen = open_checkpoint("\n".join(fact.checkpoint), store_keys.log_key().vkey, store_keys.verify)
    assert (seen.size, seen.origin) == (receipt.seq + 1, loaded.origin)
    person, certificates = installation.people["head"].person, office.certificates()
    assert confirm.signature_holds(loaded.origin, fact, certificates, person)
    other = installation.key("commission")
    for bad in (
        replace(fact, at=fact.at + timedelta(seconds=1)), replace(fact, role="commission_head"),
        replace(fact, targets=(f.Target(1, "00"),)), replace(fact, signature="AAAA"), replace(fact, signature="!"),
        replace(fact, certificate=other.sha256), replace(fact, certificate="00"),
    ):  # fmt: skip
        assert not confirm.signature_holds(loaded.origin, bad, certificates, person), bad
    assert not confirm.signature_holds(loaded.origin, fact, certificates, installation.people["commission"].person)
    assert not confirm.signature_holds("other", fact, certificates, person)


def test_a_certificate_confirms_from_its_registration_until_its_revocation(
    installation: Installation, day: str
) -> None:
    receipt = installation.access(day)
    installation.confirm(day, receipt.seq)
    fact, loaded, person = only(installation, day), installation.day(day), installation.people["head"].person
    registered = office.certificates()[fact.certificate]
    second = timedelta(seconds=1)
    for since, until, holds in (
        (fact.at, None, True),
        (fact.at + second, None, False),
        (fact.at, fact.at, False),
        (fact.at, fact.at + second, True),
    ):
        certificates = {fact.certificate: replace(registered, since=since, until=until)}
        assert confirm.signature_holds(loaded.origin, fact, certificates, person) is holds


@pytest.mark.parametrize("login", ["commission", "tech"])
def test_somebody_elses_key_does_not_confirm_for_me(installation: Installation, day: str, login: str) -> None:
    receipt = installation.access(day)
    head, key = installation.people["head"], installation.key(login)
    with pytest.raises(keys.KeyUnusable, match="somebody else"):
        confirm.confirm(head, day, str(uuid4()), [receipt.seq], key, installation.clock.now)
    assert installation.day(day).size == receipt.seq + 1


def test_an_expired_or_revoked_key_confirms_nothing(installation: Installation, day: str) -> None:
    receipt = installation.access(day)
    head, key = installation.people["head"], installation.key("head")
    with pytest.raises(keys.KeyUnusable, match="expired"):
        confirm.confirm(head, day, "id-1", [receipt.seq], key, installation.clock.now + timedelta(days=1200))
    keys.ask_new(head, "password-head", "новый-код", True, installation.clock.now)
    keys.approve_new(installation.people["commission"], head.person, "password-commission", installation.clock.now)
    with pytest.raises(keys.KeyUnusable, match="revoked"):
        confirm.confirm(head, day, "id-1", [receipt.seq], key, installation.clock.now)
    assert installation.day(day).size == receipt.seq + 1


@pytest.mark.parametrize("seqs", [(), (0,), (99,), (1, 99)])
def test_numbers_that_are_no_acts_are_refused(installation: Installation, day: str, seqs: tuple[int, ...]) -> None:
    installation.access(day)
    with pytest.raises(Invalid, match="Mark at least one entry"):
        installation.confirm(day, *seqs)


def test_a_correction_waits_for_the_head_again(installation: Installation, day: str) -> None:
    receipt = installation.access(day)
    installation.confirm(day, receipt.seq)
    installation.record(day, "tech", f.EntryCorrected(receipt.seq, {"reason": "другая"}, "ошибся"))
    head = installation.people["head"]
    assert [a.seq for a in confirm.waiting(installation.day(day), head)] == [receipt.seq]
    installation.confirm(day, receipt.seq)
    assert confirm.waiting(installation.day(day), head) == ()


def test_people_without_an_account_confirm_on_paper(installation: Installation, day: str) -> None:
    evidence = {"room": "0001", "problem": "Принтер", "solution": "Заменён"}
    spec = installation.day(day).profile.step("run.assist")
    now = installation.clock.now
    for entry in spec.fields:
        if entry.required and entry.id not in evidence:
            evidence[entry.id] = {"time": "08:00", "person": "Ёлкина А. Ю."}.get(entry.type, "08:00")
    receipt = installation.record(day, "tech", f.StepDone("run.assist", now, (), evidence))
    tech = installation.people["tech"]
    (wait,) = confirm.waiting_outside(installation.day(day), tech)
    assert (wait.role, [a.seq for a in wait.acts]) == ("room_organiser", [receipt.seq])
    for name, paper, part in (("", "лист 1", "name"), ("Кузнецова Л. А.", "", "paper")):
        with pytest.raises(Invalid, match=part):
            confirm.confirm_outside(tech, day, "id-1", [receipt.seq], f.Outside(name, wait.role, paper), now)
    confirm.confirm_outside(tech, day, "id-1", [receipt.seq], f.Outside("Кузнецова Л. А.", wait.role, "лист 1"), now)
    assert confirm.waiting_outside(installation.day(day), tech) == ()
