"""Handing the shift over and taking it, signed by both, proved from the stored bytes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from app.domain import Invalid, Refused
from app.domain import facts as f
from app.domain.duty import handed_statement, on_duty, taken_statement
from app.domain.journal import Times
from app.services import days, keys, office, shifts, verify
from app.services.record import Receipt
from app.store import journal
from app.store.db import transaction
from tests.conftest import STAFF, Installation
from tests.proofs import proofs

ITEMS = (f.Item("token", "Токен члена ГЭК", "RU-77 0014"), f.Item("key", "Ключ от серверной", count=2))


def hand(installation: Installation, day: str, login: str = "tech", to: str = "cctv", key: str = "") -> Receipt:
    return shifts.hand_over(
        installation.people[login], day, str(uuid4()), installation.people[to].person, ITEMS, "Камера 0002 моргает",
        installation.key(key or login), installation.clock.now,
    )  # fmt: skip


def take(installation: Installation, day: str, seq: int, login: str = "cctv", key: str = "") -> Receipt:
    who, used = installation.people[login], installation.key(key or login)
    return shifts.take(who, day, str(uuid4()), seq, "всё на месте", used, installation.clock.now)


def forge(installation: Installation, day: str, fact: Any, login: str) -> None:
    """Write a fact past every rule, as somebody who holds the server would."""
    log = days.log_of(day)
    with transaction(log):
        person = installation.people[login].person
        journal.append(log, fact, person, Times(installation.clock.now), str(uuid4()))


def names(installation: Installation, day: str) -> list[str]:
    return [m.name for m in on_duty(installation.day(day))]


def test_both_sign_with_their_own_keys_and_the_duty_goes_over(installation: Installation, day: str) -> None:
    given = hand(installation, day)
    assert names(installation, day) == [STAFF["tech"][0], STAFF["cctv"][0]]
    installation.clock.forward(minutes=5)
    took = take(installation, day, given.seq)
    assert names(installation, day) == [STAFF["cctv"][0]]
    folded = installation.day(day)
    handed, taken = folded.acts[given.seq].fact, folded.acts[took.seq].fact
    assert (handed.items, handed.note) == (ITEMS, "Камера 0002 моргает")
    assert "ex.soft_check" in handed.steps
    assert (taken.target, taken.leaf, taken.remark) == (given.seq, folded.acts[given.seq].leaf, "всё на месте")
    assert handed.certificate == installation.key("tech").sha256
    assert taken.certificate == installation.key("cctv").sha256
    assert verify.verify_day(day).proved


def test_the_steps_named_are_those_that_were_open_for_the_givers_role(installation: Installation, day: str) -> None:
    seq = hand(installation, day).seq
    before = installation.day(day).acts[seq].fact.steps
    performers = {s.id: s.performers for s in installation.day(day).profile.steps}
    assert all("technician" in performers[s] for s in before)
    assert "ex.arrive" in before
    other = installation.open_day()
    installation.arrive(other)
    seq = hand(installation, other).seq
    after = installation.day(other).acts[seq].fact.steps
    assert set(before) - set(after) == {"ex.arrive"}


@pytest.mark.parametrize("key", ["head", "cctv"])
def test_somebody_elses_key_hands_nothing_over(installation: Installation, day: str, key: str) -> None:
    size = installation.day(day).size
    with pytest.raises(keys.KeyUnusable, match="somebody else"):
        hand(installation, day, key=key)
    assert installation.day(day).size == size


def test_somebody_elses_key_takes_nothing(installation: Installation, day: str) -> None:
    seq = hand(installation, day).seq
    with pytest.raises(keys.KeyUnusable, match="somebody else"):
        take(installation, day, seq, key="tech")
    assert installation.day(day).size == seq + 1


@pytest.mark.parametrize("login", ["head", "member", "commission"])
def test_only_technicians_hand_over_and_take(installation: Installation, day: str, login: str) -> None:
    with pytest.raises(Refused):
        hand(installation, day, login)
    seq = hand(installation, day).seq
    with pytest.raises(Refused):
        take(installation, day, seq, login)


def test_what_is_no_handover_is_not_taken(installation: Installation, day: str) -> None:
    note = installation.note(day).seq
    for seq in (0, note, 99):
        with pytest.raises(Invalid, match="no such handover"):
            take(installation, day, seq)


def test_the_same_form_sent_twice_hands_over_once(installation: Installation, day: str) -> None:
    tech, to = installation.people["tech"], installation.people["cctv"].person
    form = (tech, day, str(uuid4()), to, ITEMS, "", installation.key("tech"), installation.clock.now)
    first, second = shifts.hand_over(*form), shifts.hand_over(*form)
    assert (second.seq, second.again) == (first.seq, True)
    taking = (installation.people["cctv"], day, str(uuid4()), first.seq, "", installation.key("cctv"))
    first, second = shifts.take(*taking, installation.clock.now), shifts.take(*taking, installation.clock.now)
    assert (second.seq, second.again) == (first.seq, True)


def test_the_next_handover_proposes_the_things_of_the_last_one_that_stands(
    installation: Installation, day: str
) -> None:
    assert shifts.last_items(installation.day(day)) == ()
    seq = hand(installation, day).seq
    assert shifts.last_items(installation.day(day)) == ITEMS
    installation.record(day, "tech", f.EntryVoided(seq, "не тому"))
    assert shifts.last_items(installation.day(day)) == ()


def handed(installation: Installation, day: str, login: str = "tech", signer: str = "") -> f.ShiftHanded:
    """A handover as the giver would sign it, by the key of ``signer``."""
    loaded, who, key = installation.day(day), installation.people[login], installation.key(signer or login)
    to = installation.people["cctv"].person
    fact = f.ShiftHanded(to, installation.clock.now, (), ITEMS, "", key.sha256, "")
    return replace(fact, signature=key.sign(handed_statement(loaded.origin, who.person, fact)))


@pytest.mark.parametrize(
    "lie",
    [
        lambda fact: replace(fact, note="ключ потерян ещё вчера"),
        lambda fact: replace(fact, items=()),
        lambda fact: replace(fact, at=fact.at - timedelta(minutes=1)),
        lambda fact: replace(fact, signature="AAAA"),
        lambda fact: replace(fact, signature="!"),
        lambda fact: replace(fact, certificate="00"),
    ],
    ids=["note", "items", "moment", "signature", "no base64", "certificate"],
)
def test_a_forged_handover_is_found(installation: Installation, day: str, lie: Any) -> None:
    forge(installation, day, lie(handed(installation, day)), "tech")
    result = verify.verify_day(day)
    assert (result.exit, str(result)) == (1, "The signature of entry 2 does not hold.")


def test_a_handover_signed_for_another_person_or_by_another_key_is_found(installation: Installation, day: str) -> None:
    forge(installation, day, handed(installation, day), "cctv")
    assert verify.verify_day(day).exit == 1
    other = installation.open_day()
    forge(installation, other, handed(installation, other, signer="head"), "tech")
    assert verify.verify_day(other).exit == 1
    good = installation.open_day()
    forge(installation, good, handed(installation, good), "tech")
    assert verify.verify_day(good).proved


def test_a_handover_of_another_day_is_no_signature_here(installation: Installation, day: str) -> None:
    forge(installation, installation.open_day(), handed(installation, day), "tech")
    assert [r.exit for r in proofs() if r.exit] == [1]


@pytest.mark.parametrize("lie", ["remark", "leaf", "target", "stranger"])
def test_a_forged_taking_is_found(installation: Installation, day: str, lie: str) -> None:
    seq = hand(installation, day).seq
    loaded, key = installation.day(day), installation.key("cctv")
    leaf, who = loaded.acts[seq].leaf, installation.people["cctv"].person
    target, leaf = {"leaf": (seq, "00" * 32), "target": (99, leaf)}.get(lie, (seq, leaf))
    fact = f.ShiftTaken(target, leaf, installation.clock.now, key.sha256, "")
    fact = replace(fact, signature=key.sign(taken_statement(loaded.origin, who, fact)))
    forge(installation, day, replace(fact, remark="чужие слова") if lie == "remark" else fact,
          "tech" if lie == "stranger" else "cctv")  # fmt: skip
    assert str(verify.verify_day(day)) == "The signature of entry 3 does not hold."


def test_a_revoked_key_hands_nothing_over_and_what_it_signed_stays_good(installation: Installation, day: str) -> None:
    seq = hand(installation, day).seq
    tech, key = installation.people["tech"], installation.key("tech")
    installation.clock.forward(minutes=1)
    keys.ask_new(tech, "password-tech", "новый-код", True, installation.clock.now)
    keys.approve_new(installation.people["head"], tech.person, "password-head", installation.clock.now)
    with pytest.raises(keys.KeyUnusable, match="revoked"):
        shifts.hand_over(tech, day, "id", installation.people["cctv"].person, (), "", key, installation.clock.now)
    assert verify.verify_day(day).proved
    assert office.certificates()[installation.day(day).acts[seq].fact.certificate].until
