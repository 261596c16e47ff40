"""Each message is sent once; what a sender left when it died is sent once more; nobody hears what is done already."""

import smtplib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest

from app.domain import facts as f
from app.services import mail, opening, reminders
from app.services.mail import Delivered
from tests.conftest import Installation
from tests.mailserver import Mailbox, Sending, serving, text


@pytest.fixture
def sending(installation: Installation, day: str) -> Iterator[Sending]:
    installation.clock.now -= timedelta(minutes=44)  # 07:16: only arriving is overdue
    box = Mailbox()
    with serving(box) as port:
        yield Sending(installation, box, port)


def test_every_message_is_sent_once(sending: Sending) -> None:
    told = sending.tell()
    assert told > 0 and sending.deliver() == Delivered(sent=told)
    assert sending.deliver() == Delivered() and len(sending.box.messages) == told
    assert {r.sent_at for r in sending.rows()} == {sending.installation.clock.now}
    assert {(r.tries, r.claimed_by, r.failed) for r in sending.rows()} == {(1, "one", "")}
    assert len(sending.box.peers) == 1, "all by one connection"


def test_who_wants_no_mail_or_has_no_address_gets_none(sending: Sending) -> None:
    sending.person("tech", mail=False)
    sending.person("cctv", email="")
    sending.tell()
    assert not sending.row("tech").wanted and not sending.row("cctv").wanted
    sending.deliver()
    assert not {"tech@example.org", "cctv@example.org"} & set(sending.box.to)


@pytest.mark.parametrize("change", [{"mail": False}, {"active": False}, {"email": ""}])
def test_who_stops_wanting_mail_before_it_is_sent_gets_none(sending: Sending, change: dict[str, Any]) -> None:
    told = sending.tell()
    sending.person("tech", **change)
    assert sending.deliver().sent == told - 1
    assert "tech@example.org" not in sending.box.to and sending.row("tech").failed == mail.NOT_WANTED


def test_who_left_the_roster_is_not_told_of_the_day(sending: Sending, day: str) -> None:
    told, made = sending.tell(), sending.installation
    opening.leave(made.people["head"], day, made.people["tech"].person, "заболела", made.clock.now)
    assert sending.deliver().sent == told - 1
    assert "tech@example.org" not in sending.box.to and sending.row("tech").failed == mail.NOT_WANTED


def test_what_was_done_meanwhile_is_not_told_any_more(sending: Sending, day: str) -> None:
    told, made = sending.tell(), sending.installation
    note = reminders.note(made.day(day), made.people["tech"].person, made.clock.now)
    assert note
    for item in note.items:
        fact = f.StepImpossible(item.step, made.clock.now, "нет электричества", item.places if item.places[0] else ())
        made.record(day, "tech", fact)
    found = sending.deliver()
    assert found.failed == 0 and 0 < found.sent < told and "tech@example.org" not in sending.box.to
    assert sending.row("tech").sent_at and sending.row("tech").failed == mail.DONE_BEFORE


def test_a_sender_that_dies_before_sending_is_made_up_for(sending: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    told = sending.tell()
    with monkeypatch.context() as patch:
        patch.setattr(mail.Post, "send", _die)
        with pytest.raises(KeyboardInterrupt):
            sending.deliver()
    assert sending.deliver("two").sent == told - 1, "the claim of the dead holds for a while"
    sending.installation.clock.forward(minutes=4, seconds=59)
    assert sending.deliver("two").sent == 0
    sending.installation.clock.forward(seconds=1)
    assert sending.deliver("two") == Delivered(sent=1)
    again = [m for m in sending.box.messages if m["X-Logbook-Again"]]
    assert len(again) == 1 and "sent once more" in text(again[0]).lower() and "once more" in text(again[0], "html")
    assert len(sending.box.messages) == told


def test_a_sender_that_dies_after_sending_leaves_a_message_that_folds(
    sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending.tell()
    with monkeypatch.context() as patch:
        patch.setattr(mail.store, "sent", _die)
        with pytest.raises(KeyboardInterrupt):
            sending.deliver()
    assert len(sending.box.messages) == 1
    first = sending.box.messages[0]
    sending.installation.clock.forward(minutes=5)
    sending.deliver("two")
    same = [m for m in sending.box.messages if m["Message-ID"] == first["Message-ID"]]
    assert [m["X-Logbook-Again"] for m in same] == [None, "1"], "mail programs fold what has the same id"
    assert len({m["Message-ID"] for m in sending.box.messages}) == len(sending.box.messages) - 1


def _die(*_: Any) -> None:
    raise KeyboardInterrupt


def test_a_connection_that_broke_says_so_at_the_next_try(sending: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    sending.tell()
    real = smtplib.SMTP.data

    def taken_and_lost(self: smtplib.SMTP, message: bytes) -> Any:
        real(self, message)
        raise smtplib.SMTPServerDisconnected("gone")

    with monkeypatch.context() as patch:
        patch.setattr(smtplib.SMTP, "data", taken_and_lost)
        assert sending.deliver().sent == 0
    sending.installation.clock.forward(minutes=1)
    sending.deliver()
    assert {m["X-Logbook-Again"] for m in sending.box.messages} == {None, "1"}
    assert len(sending.box.messages) == 2 * len(sending.rows())


def test_a_failed_try_is_noted_and_tried_again_later_and_later(sending: Sending) -> None:
    told, clock = sending.tell(), sending.installation.clock
    sending.box.refuse = lambda address: f"450 {address} is busy" if address.startswith("tech@") else None
    found = sending.deliver()
    assert (found.sent, found.failed, found.waiting) == (told - 1, 1, 1)
    assert found.reason == sending.row("tech").failed == "The mail server does not take the address (answer 450)."
    for minutes, tries in ((1, 2), (5, 3), (15, 4), (60, 5), (60, 6)):
        clock.forward(minutes=minutes, seconds=-1)
        assert sending.deliver().failed == 0, f"earlier than {minutes} min"
        clock.forward(seconds=1)
        assert sending.deliver().failed == 1 and sending.row("tech").tries == tries
    sending.box.refuse = lambda _: None
    clock.forward(hours=1)
    assert sending.deliver() == Delivered(sent=1)
    assert sending.to("tech")["X-Logbook-Again"] is None, "nothing of the earlier tries had gone out"
    assert sending.row("tech").failed == ""


def test_after_half_a_day_it_is_given_up(sending: Sending) -> None:
    sending.tell()
    sending.box.refuse = lambda a: "550 nobody" if a.startswith("tech@") else None
    sending.deliver()
    sending.installation.clock.forward(hours=12)
    assert sending.deliver() == Delivered(given_up=1)
    row = sending.row("tech")
    assert not row.wanted and row.sent_at is None and "does not take the address" in row.failed
    sending.box.refuse = lambda _: None
    sending.installation.clock.forward(hours=1)
    assert sending.deliver() == Delivered()


def test_what_nobody_tried_is_not_given_up(sending: Sending) -> None:
    told = sending.tell()
    sending.installation.clock.forward(hours=13)
    assert sending.deliver().sent == told


def test_a_server_that_is_gone_costs_one_try(sending: Sending) -> None:
    told = sending.tell()
    sending.settings = replace(sending.settings, smtp_url="smtp://127.0.0.1:9")
    found = sending.deliver()
    assert (found.sent, found.failed, found.waiting) == (0, 1, told) and "cannot be reached" in found.reason
    assert sum(r.tries for r in sending.rows()) == 1


def test_without_a_mail_server_nothing_is_tried(sending: Sending) -> None:
    told = sending.tell()
    sending.settings = replace(sending.settings, smtp_url="")
    assert sending.deliver() == Delivered(waiting=told)
    assert {r.tries for r in sending.rows()} == {0}


def test_a_letter_that_cannot_be_written_keeps_no_other_back(sending: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    told = sending.tell()
    real, tech = sending.installation.app.extensions["mail"].reminder, sending.installation.people["tech"].person

    def reminder(letter: mail.Letter) -> mail.Words:
        if letter.person == tech:
            raise ZeroDivisionError(letter)
        return real(letter)

    monkeypatch.setattr(sending.installation.app.extensions["mail"], "reminder", reminder)
    found = sending.deliver()
    assert (found.sent, found.failed) == (told - 1, 1) and sending.row("tech").failed.endswith("ZeroDivisionError.")


@pytest.mark.parametrize("address", ["no address", "a@b\r\nBcc: c@d", "почта@example.org", "a@", "@b"])
def test_an_address_that_is_none_is_told_and_keeps_no_other_back(sending: Sending, address: str) -> None:
    sending.person("tech", email=address)
    told = sending.tell()
    found = sending.deliver()
    assert (found.sent, found.failed) == (told - 1, 1) and sending.row("tech").failed == mail.BAD_ADDRESS


def test_a_domain_of_other_letters_is_an_address(sending: Sending) -> None:
    sending.person("tech", email="anna@пример.рф")
    sending.tell()
    sending.deliver()
    assert "anna@xn--e1afmkfd.xn--p1ai" in sending.box.to


def test_two_senders_at_once_never_send_the_same(
    sending: Sending, in_context: Callable[[Callable[[], Any]], Any]
) -> None:
    told, together, done = sending.tell(), Barrier(2), []

    def run(worker: str) -> None:
        together.wait()
        done.append(sending.deliver(worker).sent)

    threads = [Thread(target=in_context, args=(lambda w=w: run(w),)) for w in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == told == len(sending.box.messages)
    assert len({m["Message-ID"] for m in sending.box.messages}) == told
