"""Settings: one frozen value, read from ``instance/config.toml`` and then from ``LOGBOOK_*``.

The environment wins over the file. A key that nobody knows stops the start with its name,
so a misspelt setting is never silently ignored. No setting and no file inside the instance
folder names the folder's own path: the folder can be copied and moved.
"""

import dataclasses
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from socket import gethostname
from urllib.parse import urlsplit

import click

from app.domain import N_, DomainError
from app.domain.addresses import networks
from app.domain.cosign import parse_witnesses
from app.domain.network import mail_address, mail_server
from app.domain.note import BadNote
from app.domain.settings import SESSION_MINUTES

PREFIX = "LOGBOOK_"
FILE = "config.toml"
PROJECT = Path(__file__).resolve().parent.parent


class ConfigError(DomainError, click.ClickException):
    """A setting cannot be taken; the message names the key and where it stands.

    It is a ClickException too, so every command shows it in one line.
    """

    status = 500
    exit = exit_code = 2


@dataclass(frozen=True)
class Settings:
    """Everything that can be set. The field name is the key; the default tells the type."""

    instance: Path
    database_url: str = ""  # empty: the SQLite file of the instance, see load()
    host: str = "127.0.0.1"
    port: int = 5000
    public_url: str = ""  # the address that people type, when it is not http(s)://host:port
    tls: bool = False
    behind_proxy: bool = False
    session_minutes: int = 720  # a session ends after so many idle minutes
    name: str = "logbook.example"  # origin of the checkpoints: never change it in a running logbook
    language: str = "en"  # of a person who has chosen none
    title: str = ""  # name of the organisation, shown where people sign in
    jobs: bool = True  # the server runs them itself; off where a process of their own does
    backups: int = 14  # copies of the database that stay
    export_days: int = 7  # so long the packages of an export stay to be fetched
    contact: str = ""  # whom to call: shown where people sign in and on error pages
    smtp_url: str = field(default="", repr=False)  # of the mail server, with its password; empty: no e-mail
    mail_from: str = ""  # sender of e-mail, see ``sender``
    camera_networks: str = "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7"  # where cameras may be
    footage_places: str = ""  # folders that footage is copied from and to in the browser; empty: it is not
    witnesses: str = ""  # that cosign our journals: address and key of each; empty: nobody is asked
    given: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)  # key: who set it, when not here

    @property
    def keys_dir(self) -> Path:
        """Folder of the secrets (mode 0700)."""
        return self.instance / "keys"

    @property
    def tls_dir(self) -> Path:
        """Folder of the local authority and the server's certificate."""
        return self.keys_dir / "tls"

    @property
    def url(self) -> str:
        """The address to print: ``public_url``, or what host, port and tls make of it.

        ``localhost`` on loopback (passkeys refuse 127.0.0.1), this machine's name when it listens everywhere.
        """
        if self.public_url:
            return self.public_url
        named = {"127.0.0.1": "localhost", "::1": "localhost", "0.0.0.0": gethostname(), "::": gethostname()}
        host = named.get(self.host, self.host)
        host = f"[{host}]" if ":" in host else host
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"

    @property
    def sender(self) -> str:
        """Address that e-mail comes from."""
        return self.mail_from or f"logbook@{urlsplit(self.url).hostname or 'localhost'}"


KEYS = {f.name: f for f in dataclasses.fields(Settings) if f.name not in ("instance", "given")}
SECRET = frozenset({"smtp_url"})  # never told, not even to say that it is wrong
TRUE, FALSE = ("1", "true", "yes"), ("0", "false", "no")
# The name is the origin line of every checkpoint: signed notes allow neither space nor plus in it.
SHAPES = {
    "name": re.compile(r"[^\s+]+"),
    "language": re.compile(r"[a-z]{2,3}"),
    "host": re.compile(r"[0-9A-Za-z.:_-]+"),
    "footage_places": re.compile(r"((media|/[^:]+)(:(media|/[^:]+))*)?"),
}
RANGES = {"port": (1, 65535), "session_minutes": SESSION_MINUTES, "backups": (1, 1000), "export_days": (1, 365)}


def load(instance: Path | None, environ: Mapping[str, str]) -> Settings:
    """Read the settings of ``instance`` (else ``LOGBOOK_INSTANCE``, else ./instance of the project).

    The folder and the file may be missing. Raises ConfigError with every fault found.
    """
    folder = Path(instance or environ.get(f"{PREFIX}INSTANCE") or PROJECT / "instance").expanduser().resolve()
    values: dict[str, object] = {}
    given: dict[str, str] = {}
    faults: list[ConfigError] = []
    for key, (value, source, shown) in _given(folder, environ).items():
        try:
            values[key] = _convert(key, value, source, shown)
            given[key] = shown if shown.startswith(PREFIX) else FILE
        except ConfigError as fault:
            faults.append(fault)
    if faults:
        raise ConfigError(*(m for fault in faults for m in fault.messages))
    values["database_url"] = values.get("database_url") or f"sqlite:///{folder / 'logbook.db'}"
    settings = Settings(instance=folder, given=given, **values)  # type: ignore[arg-type]
    if settings.tls and settings.behind_proxy:
        raise ConfigError(N_("tls and behind_proxy exclude each other: either this server or the proxy ends the TLS."))
    return settings


def _given(folder: Path, environ: Mapping[str, str]) -> dict[str, tuple[object, str, str]]:
    """Per key: the raw value, its source and the key as it is written there. The last source wins."""
    path = folder / FILE
    found: dict[str, tuple[object, str, str]] = {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        table = {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(N_("%(source)s cannot be read: %(error)s"), source=path, error=error) from error
    for key, value in table.items():
        found[key] = (value, str(path), key)
    for shown, value in environ.items():
        if shown.startswith(PREFIX) and shown != f"{PREFIX}INSTANCE" and value.strip():  # empty is as good as unset
            key = shown.removeprefix(PREFIX).lower()
            found[key] = (value, N_("the environment"), shown)
    return found


def _convert(key: str, value: object, source: str, shown: str) -> object:
    """``value`` in the type of ``key``; texts of the environment are read, values of the file must fit."""
    where = {"key": shown, "source": source, "value": "•••" if key in SECRET else value}
    if key not in KEYS:
        raise ConfigError(
            N_("Unknown setting %(key)s in %(source)s. Known: %(known)s."), **where, known=", ".join(sorted(KEYS))
        )
    kind = KEYS[key].type
    if kind is bool:
        word = str(value).lower()
        if word not in TRUE + FALSE:
            raise ConfigError(N_("%(key)s in %(source)s must be 1, true, yes or 0, false, no, not %(value)r."), **where)
        return word in TRUE
    if kind is int:
        low, high = RANGES[key]
        text = str(value).strip()
        if isinstance(value, bool) or not (text.isascii() and text.isdecimal() and low <= int(text) <= high):
            raise ConfigError(
                N_("%(key)s in %(source)s must be a whole number from %(low)s to %(high)s, not %(value)r."),
                **where, low=low, high=high,
            )
        return int(text)
    if not isinstance(value, str) or "\n" in value:
        raise ConfigError(N_("%(key)s in %(source)s must be a text, not %(value)r."), **where)
    if key in SHAPES and not SHAPES[key].fullmatch(value.strip()):
        raise ConfigError(N_("%(key)s in %(source)s cannot be %(value)r."), **where)
    if key == "public_url" and value and not value.startswith(("http://", "https://")):
        raise ConfigError(N_("%(key)s in %(source)s must begin with http:// or https://, not %(value)r."), **where)
    if key == "smtp_url" and value.strip() and mail_server(value.strip()) is None:
        raise ConfigError(
            N_(
                "%(key)s in %(source)s must look like smtp://user:password@host:port or smtps://host:port. "
                "Write user and password percent-encoded; both in ASCII."
            ),
            **where,
        )
    if key == "mail_from" and value.strip():
        if not (address := mail_address(value)):
            raise ConfigError(N_("%(key)s in %(source)s must be an e-mail address, not %(value)r."), **where)
        return address
    if key == "witnesses":
        try:
            parse_witnesses(value)
        except BadNote as err:
            text = N_(
                "%(key)s in %(source)s must be an address and a key of a witness each, with commas between them. "
                "An address begins with https:// (with http:// only on this computer)."
            )
            raise ConfigError(text, **where) from err
    if key == "camera_networks" and not networks(value):
        raise ConfigError(N_("%(key)s in %(source)s must be networks such as 10.0.0.0/8, not %(value)r."), **where)
    return value.strip().rstrip("/") if key == "public_url" else value.strip()
