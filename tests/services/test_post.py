"""What goes to the mail server: encrypted, or not at all with a password; why it did not go is told without secrets."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from app.domain.network import mail_server
from app.services.post import Post, Undelivered
from tests.mailserver import ENCODED, PASSWORD, USER, Authority, Mailbox, authority, serving

TO = "anna@example.org"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusted(made: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    monkeypatch.setenv("SSL_CERT_FILE", str(made.root))
    yield made


def letter(text: str = "Die Zeit läuft") -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "logbook@logbook.test", TO, text
    message.set_content(".\n" + text + "\n")
    return message.as_bytes(policy=SMTP)


def send(url: str, *to: str) -> None:
    server = mail_server(url)
    assert server
    with Post(server, "logbook@logbook.test") as post:
        for address in to or (TO,):
            post.send(letter(), address)


def refused(url: str, *to: str) -> Undelivered:
    with pytest.raises(Undelivered) as caught:
        send(url, *to)
    told = f"{caught.value} {caught.value.messages!r}"
    assert PASSWORD not in told and ENCODED not in told and TO not in told
    return caught.value


def test_a_plain_server_on_this_machine_gets_it(made: Authority) -> None:
    box = Mailbox()
    with serving(box) as port:
        send(f"smtp://127.0.0.1:{port}")
    assert box.to == [TO] and "läuft" in box.messages[0].get_content() and not box.encrypted


def test_encryption_is_taken_when_it_is_offered(trusted: Authority) -> None:
    box = Mailbox()
    with serving(box, starttls=trusted.context(), login=True) as port:
        send(f"smtp://{USER}:{ENCODED}@localhost:{port}")
    assert box.encrypted and box.logins == [USER] and len(box.messages) == 1


def test_tls_from_the_first_byte(trusted: Authority) -> None:
    box = Mailbox()
    with serving(box, tls=trusted.context()) as port:
        send(f"smtps://localhost:{port}")
    assert box.encrypted and len(box.messages) == 1


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_certificate_that_nobody_vouches_for_is_refused(made: Authority, scheme: str) -> None:
    box, context = Mailbox(), made.context()
    how = {"tls": context} if scheme == "smtps" else {"starttls": context}
    with serving(box, **how) as port:
        error = refused(f"{scheme}://localhost:{port}")
    assert "not trusted" in str(error) and error.server and box.messages == []


def test_a_certificate_of_another_host_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other, box = authority(tmp_path, "mail.example.org"), Mailbox()
    monkeypatch.setenv("SSL_CERT_FILE", str(other.root))
    with serving(box, tls=other.context()) as port:
        assert "not trusted" in str(refused(f"smtps://localhost:{port}"))
    assert box.messages == []


def test_a_password_is_never_sent_unencrypted_to_another_machine() -> None:
    box = Mailbox()
    with serving(box, login=True) as port:  # 127.1 is this machine as well, but nobody may know that of a name
        error = refused(f"smtp://{USER}:{ENCODED}@127.1:{port}")
    assert "never sent without" in str(error) and error.server and box.logins == []


def test_a_password_goes_unencrypted_within_this_machine() -> None:
    box = Mailbox()
    with serving(box, login=True) as port:
        send(f"smtp://{USER}:{ENCODED}@127.0.0.1:{port}")
    assert box.logins == [USER] and len(box.messages) == 1


def test_a_wrong_password_is_told_as_that() -> None:
    with serving(Mailbox(), login=True) as port:
        error = refused(f"smtp://{USER}:wrong@127.0.0.1:{port}")
    assert "does not take the user or the password (answer 535)" in str(error) and error.server


def test_a_server_without_login_is_told_as_that() -> None:
    with serving(Mailbox()) as port:
        assert "takes no user and password" in str(refused(f"smtp://{USER}:{ENCODED}@127.0.0.1:{port}"))


def test_a_server_that_is_not_there_is_told_as_that() -> None:
    with serving(Mailbox()) as port:
        pass
    error = refused(f"smtp://127.0.0.1:{port}")
    assert "cannot be reached: Connection refused" in str(error) and error.server


def test_an_address_that_is_refused_keeps_no_other_back() -> None:
    box = Mailbox(refuse=lambda a: f"550 no {a} here" if a == TO else None)
    with serving(box) as port:
        server = mail_server(f"smtp://127.0.0.1:{port}")
        assert server
        with Post(server, "logbook@logbook.test") as post:
            with pytest.raises(Undelivered, match="does not take the address") as caught:
                post.send(letter(), TO)
            post.send(letter(), "other@example.org")
    assert not caught.value.server and not caught.value.unsure
    assert box.to == ["other@example.org"] and len(box.peers) == 1


def test_a_message_that_is_refused_is_told_by_the_number_alone() -> None:
    with serving(Mailbox(answer=lambda _: f"554 spam from {TO}")) as port:
        error = refused(f"smtp://127.0.0.1:{port}")
    assert str(error) == "The mail server does not take the message (answer 554)." and not error.unsure


def test_many_go_by_one_connection() -> None:
    box = Mailbox()
    with serving(box) as port:
        send(f"smtp://127.0.0.1:{port}", *[f"p{n}@example.org" for n in range(20)])
    assert len(box.to) == 20 and len(box.peers) == 1


def test_a_connection_that_the_server_closed_is_opened_anew() -> None:
    box = Mailbox()
    with serving(box) as port:
        server = mail_server(f"smtp://127.0.0.1:{port}")
        assert server
        with Post(server, "logbook@logbook.test") as post:
            post.send(letter(), TO)
            assert post.smtp and post.smtp.sock
            post.smtp.sock.shutdown(2)
            post.send(letter(), TO)
    assert len(box.messages) == 2 and len(box.peers) == 2


def test_a_connection_that_breaks_before_the_answer_leaves_it_unsure(monkeypatch: pytest.MonkeyPatch) -> None:
    box, real = Mailbox(), smtplib.SMTP.data

    def taken_and_lost(self: smtplib.SMTP, message: bytes) -> None:
        real(self, message)
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr(smtplib.SMTP, "data", taken_and_lost)
    with serving(box) as port:
        error = refused(f"smtp://127.0.0.1:{port}")
    assert error.unsure and not error.server and len(box.messages) == 1
