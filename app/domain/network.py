"""Addresses on the network as an operator writes them: which never leave this machine, and the mail server."""

import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

PORTS = {"smtp": 25, "smtps": 465}
ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@[0-9A-Za-z](?:[0-9A-Za-z.-]{0,251}[0-9A-Za-z])?")


@dataclass(frozen=True, slots=True)
class MailServer:
    """``tls``: from the first byte; without it by STARTTLS, when the server offers that. No user: no login."""

    host: str
    port: int
    tls: bool
    user: str = ""
    password: str = field(default="", repr=False)


def is_loopback(host: str) -> bool:
    """True for localhost and every address that never leaves this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def mail_server(url: str) -> MailServer | None:
    """``smtp://user:password@host:port`` or ``smtps://…``; None for what is neither.

    It raises nothing, so no error can carry the password on.
    """
    try:
        parts = urlsplit(url)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        port = parts.port or PORTS[parts.scheme]
        server = MailServer(parts.hostname or "", port, parts.scheme == "smtps", user, password)
    except (ValueError, KeyError):
        return None
    return server if _fits(server, parts) else None


def _fits(server: MailServer, parts: SplitResult) -> bool:
    host = re.fullmatch(r"[0-9A-Za-z.:_-]+", server.host)
    login = (server.user + server.password).isascii() and (server.user + server.password).isprintable()
    more = parts.path not in ("", "/") or parts.query or parts.fragment
    return bool(host) and login and not more and bool(server.user or not server.password)


def mail_address(text: str) -> str:
    """An address that a mail server can be given, its domain in ASCII; empty for what is none."""
    name, _, domain = text.strip().rpartition("@")
    try:
        found = f"{name}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return ""
    return found if found.isascii() and ADDRESS.fullmatch(found) else ""
