"""A real mail server on loopback, plain or with TLS, its certificate, and an installation that sends to it."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from sqlalchemy import select, update

from app.cli.certs import general_names, new_pair, pem, pem_key, server_pair
from app.services.mail import Delivered, deliver
from app.services.reminders import sweep
from app.store.db import db, transaction
from app.store.tables import MessageRow, PersonRow
from tests.conftest import Installation

USER, PASSWORD = "logbook", "geheim:@/%"  # what has to be percent-encoded in an address
MESSAGE, PERSON = MessageRow.__table__, PersonRow.__table__
ENCODED = "geheim%3A%40%2F%25"


@dataclass
class Mailbox:
    """What came in. ``refuse``: the answer to an address, ``answer``: to a whole message; None takes it.

    ``peers``: connections that it came by.
    """

    messages: list[EmailMessage] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    peers: set[Any] = field(default_factory=set)
    encrypted: bool = False
    refuse: Callable[[str], str | None] = lambda _: None
    answer: Callable[[EmailMessage], str | None] = lambda _: None
    lock: threading.Lock = field(default_factory=threading.Lock)

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        self.peers.add(session.peer)
        if no := self.refuse(address):
            return no
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        if no := self.answer(message):
            return no
        with self.lock:
            self.messages.append(message)
            self.to += envelope.rcpt_tos
            self.encrypted = server.transport.get_extra_info("ssl_object") is not None
        return "250 OK"

    def login(self, server: SMTP, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login.decode())
        good = (data.login.decode(), data.password.decode()) == (USER, PASSWORD)
        return AuthResult(success=good, handled=good)


@dataclass(frozen=True)
class Authority:
    """A certificate for localhost and the root that vouches for it."""

    root: Path
    chain: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(self.chain, self.key)
        return made


def authority(folder: Path, host: str = "localhost") -> Authority:
    """Make one; trust it with ``SSL_CERT_FILE=root``."""
    now = datetime.now(UTC) - timedelta(minutes=5)
    names = general_names([host, "127.0.0.1"])
    root, root_key = new_pair(names, now)
    certificate, key = server_pair((root, root_key), names, now)
    made = Authority(folder / "root.pem", folder / "server.pem", folder / "server.key")
    made.root.write_bytes(pem(root))
    made.chain.write_bytes(pem(certificate))
    made.key.write_bytes(pem_key(key))
    return made


@contextmanager
def serving(
    box: Mailbox, *, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None, login: bool = False
) -> Iterator[int]:
    """The server on a free port of 127.0.0.1: TLS from the first byte (``tls``), or offered (``starttls``)."""
    more: dict[str, Any] = {"authenticator": box.login, "auth_require_tls": False}

    class Server(Controller):
        def factory(self) -> SMTP:
            return SMTP(self.handler, hostname="mail.test", tls_context=starttls, **(more if login else {}))

    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = Server(box, hostname="127.0.0.1", port=port, ssl_context=tls)
    server.start()
    try:
        yield port
    finally:
        server.stop()


def text(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


class Sending:
    """An installation whose people have addresses, with a mail server beside it."""

    def __init__(self, installation: Installation, box: Mailbox, port: int) -> None:
        self.installation, self.box = installation, box
        self.settings = replace(
            installation.app.extensions["settings"], smtp_url=f"smtp://127.0.0.1:{port}",
            public_url="https://logbook.test",
        )  # fmt: skip
        installation.app.extensions["settings"] = self.settings
        for login in installation.people:
            self.person(login, email=f"{login}@example.org")

    def person(self, login: str, **values: Any) -> None:
        with transaction():
            one = PERSON.c.id == self.installation.people[login].person
            db.session.execute(update(PERSON).where(one).values(**values))

    def tell(self) -> int:
        """Messages to everybody, all wanted by e-mail."""
        return sweep(self.installation.clock.now, mail=True).told

    def deliver(self, worker: str = "one") -> Delivered:
        found = deliver(self.installation.clock, worker, self.settings, self.installation.app.extensions["mail"])
        db.session.rollback()
        return found

    def rows(self) -> list[Any]:
        return list(db.session.execute(select(MESSAGE).order_by(MESSAGE.c.made, MESSAGE.c.id)))

    def row(self, login: str) -> Any:
        return next(r for r in self.rows() if r.person == self.installation.people[login].person)

    def to(self, login: str) -> EmailMessage:
        return next(m for m in self.box.messages if m["To"] == f"{login}@example.org")
