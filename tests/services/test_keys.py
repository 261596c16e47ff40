"""Signing keys: made once, locked by a code, never reset; a forgotten code needs a second person."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from app.domain import Invalid, NotFound, Refused
from app.domain import facts as f
from app.services import accounts, check, documents, keys, office, people
from app.store import authority, journal, locker
from app.store import people as store
from app.store.keys import KeyMissing
from tests.conftest import MADE, OFFICE, SIGNING_CODE, Installation

NEW = "новый-код"


def wrong(installation: Installation, code: str = "000000") -> str:
    with pytest.raises(Invalid) as info:
        keys.unlock(installation.people["tech"], code, installation.clock.now)
    return str(info.value)


def ask(installation: Installation, login: str = "tech", code: str = NEW) -> None:
    keys.ask_new(installation.people[login], f"password-{login}", code, True, installation.clock.now)


def approve(installation: Installation, by: str = "head", login: str = "tech") -> None:
    person = installation.people[login].person
    keys.approve_new(installation.people[by], person, f"password-{by}", installation.clock.now)


@pytest.mark.parametrize("code", ["12345", "abcdefg", "1234 5", "", "１２３４５６"])
def test_a_short_code_is_refused(installation: Installation, code: str) -> None:
    view, _ = people.add(OFFICE, "new", "Новый Человек", ["technician"], [], "", MADE)
    actor = type(OFFICE)(view.id, view.name, frozenset())
    with pytest.raises(Invalid, match="at least 8 characters, or at least 6 digits"):
        keys.make(actor, code, True, installation.clock.now)
    with pytest.raises(Invalid, match="declaration"):
        keys.make(actor, "123456", False, installation.clock.now)
    assert not keys.state(view.id, installation.clock.now).exists
    keys.make(actor, "123456", True, installation.clock.now)
    assert keys.state(view.id, installation.clock.now).exists


def test_a_key_is_made_once(installation: Installation) -> None:
    with pytest.raises(Invalid, match="already"):
        keys.make(installation.people["tech"], NEW, True, installation.clock.now)


def test_the_right_code_opens_the_key_that_the_journal_registered(installation: Installation) -> None:
    key = keys.unlock(installation.people["tech"], SIGNING_CODE, installation.clock.now)
    registered = office.certificates()[key.sha256]
    assert registered.person == installation.people["tech"].person
    assert key.key.public_key() == registered.certificate.public_key()
    assert authority.fingerprint(key.certificate) == key.sha256


def test_wrong_codes_are_counted_told_and_lock_for_a_quarter_of_an_hour(installation: Installation) -> None:
    told = [wrong(installation) for _ in range(5)]
    for left, text in zip((4, 3, 2, 1), told, strict=False):
        assert text == f"Wrong code. Attempts left: {left}. Nothing was signed; the document is as before."
    assert "Try again in 15 min" in told[4]
    assert "15 min" in wrong(installation, SIGNING_CODE)
    state = keys.state(installation.people["tech"].person, installation.clock.now)
    assert state.locked_until == installation.clock.now + timedelta(minutes=15)
    installation.clock.forward(minutes=15)
    assert keys.unlock(installation.people["tech"], SIGNING_CODE, installation.clock.now)
    assert "left: 4." in wrong(installation)


def test_a_stolen_database_gives_nothing_without_the_servers_secret(installation: Installation) -> None:
    person = installation.people["tech"].person
    row = store.key(person)
    assert row is not None
    secret = installation.folder / "keys" / "code.secret"
    good = secret.read_bytes()
    secret.write_bytes(bytes(32))
    assert locker.open_(row.blob, SIGNING_CODE, person) is None
    assert "Wrong code" in wrong(installation, SIGNING_CODE)
    secret.unlink()
    with pytest.raises(KeyMissing):
        locker.open_(row.blob, SIGNING_CODE, person)
    secret.write_bytes(good)
    assert locker.open_(row.blob, SIGNING_CODE, person) is not None


def test_a_sealed_key_opens_for_its_owner_only_and_only_whole(installation: Installation) -> None:
    row = store.key(installation.people["tech"].person)
    assert row is not None
    assert locker.open_(row.blob, SIGNING_CODE, row.person) is not None
    assert locker.open_(row.blob, SIGNING_CODE, installation.people["head"].person) is None
    for place in range(1, len(row.blob), 17):
        blob = bytearray(row.blob)
        blob[place] ^= 1
        assert locker.open_(bytes(blob), SIGNING_CODE, row.person) is None, place
    assert SIGNING_CODE.encode() not in installation.database.content()


def test_an_expired_certificate_signs_nothing_and_a_new_key_is_made(installation: Installation) -> None:
    actor = installation.people["tech"]
    old = store.key(actor.person)
    assert old is not None
    replaced = old.certificate
    now = installation.clock.forward(days=3 * 366)
    assert keys.state(actor.person, now).expired
    with pytest.raises(keys.KeyUnusable, match="has expired"):
        keys.unlock(actor, SIGNING_CODE, now)
    keys.make(actor, NEW, True, now)
    assert not keys.state(actor.person, now).expired
    made = keys.unlock(actor, NEW, now)
    fact = journal.entries(office.log())[-1].fact
    assert (fact.certificate, fact.replaces, fact.approved_by) == (made.sha256, replaced, "")


def test_a_key_that_ends_soon_is_replaced_by_who_knows_its_code(installation: Installation) -> None:
    actor, old = installation.people["tech"], installation.key("tech")
    until = old.certificate.not_valid_after_utc
    installation.clock.now = until - timedelta(days=30, seconds=1)
    assert not keys.state(actor.person, installation.clock.now).ends_soon
    with pytest.raises(Invalid, match="already"):
        keys.make(actor, NEW, True, installation.clock.now, SIGNING_CODE)
    installation.clock.forward(seconds=1)
    state = keys.state(actor.person, installation.clock.now)
    assert state.ends_soon and not state.expired
    with pytest.raises(Invalid, match="Wrong code") as info:
        keys.make(actor, NEW, True, installation.clock.now)
    assert info.value.messages[0].field == "present"
    keys.make(actor, NEW, True, installation.clock.now, SIGNING_CODE)
    fresh = keys.unlock(actor, NEW, installation.clock.now)
    assert fresh.certificate.not_valid_after_utc > until
    assert keys.usable(old.sha256, installation.clock.now), "it was replaced, not revoked"


def test_a_clock_behind_the_certificate_signs_nothing(installation: Installation) -> None:
    with pytest.raises(keys.KeyUnusable, match="clock is behind"):
        keys.unlock(installation.people["tech"], SIGNING_CODE, MADE - timedelta(seconds=1))


def test_a_person_without_a_key_is_told_so(installation: Installation) -> None:
    with pytest.raises(keys.KeyUnusable, match="no signing key yet"):
        keys.unlock(installation.people["boss"], SIGNING_CODE, installation.clock.now)
    with pytest.raises(Invalid, match="no signing key yet"):
        ask(installation, "boss")


def test_a_forgotten_code_needs_a_second_person_and_revokes_the_old_certificate(installation: Installation) -> None:
    actor, now = installation.people["tech"], installation.clock.now
    old = installation.key("tech")
    ask(installation)
    assert keys.state(actor.person, now).waiting
    assert keys.unlock(actor, SIGNING_CODE, now), "until the approval the old key is as it was"
    installation.clock.forward(minutes=5)
    approve(installation)
    revoked, made = (e.fact for e in journal.entries(office.log())[-2:])
    assert isinstance(revoked, f.KeyRevoked) and isinstance(made, f.KeyMade)
    head = installation.people["head"].person
    assert (revoked.certificate, revoked.at, revoked.approved_by) == (old.sha256, installation.clock.now, head)
    assert (made.replaces, made.approved_by, made.person) == (old.sha256, head, actor.person)
    with pytest.raises(keys.KeyUnusable, match="revoked"):
        keys.usable(old.sha256, installation.clock.now)
    assert "Wrong code" in wrong(installation, SIGNING_CODE)
    assert keys.unlock(actor, NEW, installation.clock.now).sha256 == made.certificate
    issuing = authority.crls()[1]
    entry = issuing.get_revoked_certificate_by_serial_number(old.certificate.serial_number)
    assert entry is not None
    assert entry.revocation_date_utc == installation.clock.now
    assert (
        issuing.get_revoked_certificate_by_serial_number(
            office.certificates()[made.certificate].certificate.serial_number
        )
        is None
    )


def test_signatures_from_before_the_revocation_stay_good(signed: tuple[Installation, str]) -> None:
    installation, day = signed
    data = documents.save(installation.day(day), "access-journal")[0]
    for login, by in (("tech", "head"), ("head", "commission"), ("commission", "boss")):
        ask(installation, login)
        approve(installation, by, login)
    assert check.check(data).exit == 0


def test_who_may_approve(installation: Installation) -> None:
    ask(installation)
    person = installation.people["tech"].person
    for login in ("tech", "cctv", "member", "ministry"):
        with pytest.raises(Refused):
            approve(installation, login)
    head = installation.people["head"]
    far = type(head)("p-far", "Чужой Директор", head.roles, frozenset({"45-0008"}))
    with pytest.raises(Refused, match="same centre"):
        keys.approve_new(far, person, "x", installation.clock.now)
    assert keys.requests(far) == ()
    with pytest.raises(Invalid, match="Wrong password"):
        keys.approve_new(head, person, "guess", installation.clock.now)
    assert [r.person for r in keys.requests(head)] == [person]
    approve(installation, "commission")
    with pytest.raises(NotFound):
        approve(installation)


def test_a_centre_head_approves_nobody_of_an_office_above(installation: Installation) -> None:
    ask(installation, "commission")
    with pytest.raises(Refused, match="second person"):
        approve(installation, "head", "commission")


def test_whoever_gave_the_password_does_not_approve_the_key(installation: Installation) -> None:
    """Else one person alone could sign as anybody: new password, new code, own approval."""
    boss, now = installation.people["boss"], installation.clock.now
    person = installation.people["tech"].person
    one_time = people.reset_password(boss, person, now)
    accounts.set_password(installation.people["tech"], one_time, "password-tech", now)
    ask(installation)
    with pytest.raises(Refused, match="somebody else has to approve"):
        approve(installation, "boss")
    approve(installation, "head")


def test_nobody_approves_their_own_request(installation: Installation) -> None:
    ask(installation, "head")
    with pytest.raises(Refused, match="second person"):
        approve(installation, "head", "head")
    assert keys.requests(installation.people["head"]) == ()


def test_asking_needs_the_password_and_a_good_code(installation: Installation) -> None:
    actor, now = installation.people["tech"], installation.clock.now
    with pytest.raises(Invalid, match="Wrong password"):
        keys.ask_new(actor, "guess", NEW, True, now)
    with pytest.raises(Invalid, match="at least"):
        keys.ask_new(actor, "password-tech", "1", True, now)
    with pytest.raises(Invalid, match="declaration"):
        keys.ask_new(actor, "password-tech", NEW, False, now)
    assert not keys.state(actor.person, now).waiting


def test_a_second_request_takes_the_place_of_the_first(installation: Installation) -> None:
    ask(installation, code="первый-код")
    ask(installation, code="второй-код")
    approve(installation)
    assert "Wrong code" in wrong(installation, "первый-код")
    assert keys.unlock(installation.people["tech"], "второй-код", installation.clock.now)


def test_an_unlocked_key_is_forgotten_in_time_at_sign_out_and_when_replaced(installation: Installation) -> None:
    now, key = installation.clock.now, installation.key("tech")
    keys.remember("session", key, now)
    assert keys.remembered("session", now + timedelta(hours=12) - timedelta(seconds=1)) is key
    assert keys.remembered("session", now + timedelta(hours=12)) is None
    assert keys.remembered("other", now) is None
    keys.forget("session")
    assert keys.remembered("session", now) is None
    keys.remember("session", key, now)
    ask(installation)
    approve(installation)
    assert keys.remembered("session", now) is None


@pytest.mark.parametrize(
    ("name", "common"),
    [
        ("Преображенская Александра Константиновна", "Преображенская\u00a0А.\u00a0К."),
        ("Щ" * 40 + " Лев", "Щ" * 32),
        ("Дроздова Вера Ильинична", "Дроздова Вера Ильинична"),
    ],
)
def test_a_person_with_a_long_name_gets_a_key(installation: Installation, name: str, common: str) -> None:
    view, _ = people.add(OFFICE, "new", name, ["technician"], [], "", MADE)
    actor = type(OFFICE)(view.id, view.name, frozenset())
    keys.make(actor, SIGNING_CODE, True, installation.clock.now)
    subject = keys.unlock(actor, SIGNING_CODE, installation.clock.now).certificate.subject
    assert next(a.value for a in subject) == common


def test_an_installation_with_a_long_name_gets_its_authority(tmp_path: Path) -> None:
    authority.make(tmp_path, "Министерство образования Берёзовской области, региональный журнал", MADE)
    names = {
        x509.load_pem_x509_certificate((tmp_path / "authority" / f"{part}.pem").read_bytes()).subject.rfc4514_string()
        for part in ("root", "issuing")
    }
    assert len(names) == 2 and all(n.startswith("CN=Министерство образования Бер") for n in names)
