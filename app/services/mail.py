"""E-mail: what people are told reaches them outside of the pages.

A message is claimed, sent outside of any transaction, then noted as sent: two senders never send the same, and what a
sender left when it died is sent once more and says so (docs/decisions/0011-mail-and-calendar.md).
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr
from typing import Any, Protocol

from app.domain import N_, DomainError, rehearsal
from app.domain.codec import clean
from app.domain.day import Day
from app.domain.network import MailServer, mail_address, mail_server
from app.services import days, reminders
from app.services.post import Post, Undelivered
from app.services.reminders import Holder, Note
from app.store import mail as store
from app.store import people
from app.store.db import transaction

LOG = logging.getLogger("logbook.mail")
GIVEN_UP = timedelta(hours=12)
BATCH, MOST = 100, 2000  # read at once; sent by one call
DONE_BEFORE = "done before it was sent"
NOT_WANTED = "not wanted any more when it was sent"
NO_SERVER = N_("No mail server is set: smtp_url is empty.")
BAD_ADDRESS = N_("There is no e-mail address that could be used.")
LINES = compat32.clone(linesep="\r\n")  # the newer policies take five times as long
UNWRITTEN = N_("The message could not be written: %(reason)s.")


@dataclass(frozen=True, slots=True)
class Letter:
    """What one person is told, as it stands now. ``now`` is the day's own clock; ``again``: perhaps told before."""

    day: Day
    person: str
    language: str  # empty: the installation's
    note: Note
    holders: Mapping[str, Holder]
    now: datetime
    again: bool


@dataclass(frozen=True, slots=True)
class Words:
    """A message in a language. ``name``: of the sender."""

    name: str
    subject: str
    text: str
    html: str


class Writer(Protocol):
    """Whoever speaks people's languages (app/web/mail.py)."""

    def reminder(self, letter: Letter) -> Words: ...

    def test(self, language: str) -> Words: ...


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one call did: messages sent, tries that failed, messages given up for good, those that still wait.

    ``reason``: why the last failed try failed.
    """

    sent: int = 0
    failed: int = 0
    given_up: int = 0
    waiting: int = 0
    reason: str = ""


def deliver(clock: Callable[[], datetime], worker: str, settings: Any, write: Writer) -> Delivered:
    """Send what waits and may be tried now. ``settings``: app.config.Settings; ``worker`` names who claims it."""
    with transaction():
        given_up = store.give_up(clock() - GIVEN_UP, clock())
    server = mail_server(settings.smtp_url)
    if server is None:
        return Delivered(given_up=given_up, waiting=store.waiting())
    sent, failed, reason = 0, 0, ""
    with Post(server, settings.sender) as post:
        for message in _claimed(clock, worker):
            try:
                sent += _deliver(message, post, clock, write)
            except DomainError as err:
                failed, reason = failed + 1, str(err)
                _note_failure(message, err)
                if getattr(err, "server", False):
                    break
    return Delivered(sent, failed, given_up, store.waiting(), reason)


def _claimed(clock: Callable[[], datetime], worker: str) -> Iterator[store.Ready]:
    """Messages that are the worker's as soon as they come out, oldest first."""
    count = 0
    while count < MOST and (found := store.ready(clock(), BATCH)):
        for message in found:
            with transaction():
                mine = store.claim(message, worker, clock())
            if mine:
                count += 1
                yield message


def _deliver(message: store.Ready, post: Post, clock: Callable[[], datetime], write: Writer) -> bool:
    """True when it was sent; False when it need not be any more. Raises DomainError."""
    letter, to, why_not = _letter(message, clock())
    if letter is not None:
        post.send(_compose(message, letter, post.sender, to, clock(), write), to)
    with transaction():
        store.sent(message, clock(), why_not)
    return letter is not None


def _letter(message: store.Ready, now: datetime) -> tuple[Letter | None, str, str]:
    """The letter and its address, or why there is none."""
    person = store.addressee(message.person)
    if not (person.active and person.mail and person.email):
        return None, "", NOT_WANTED
    to = mail_address(person.email)
    if not to:
        raise Undelivered(BAD_ADDRESS)
    day = days.of_everybody(message.day)
    if message.person not in day.roster:
        return None, "", NOT_WANTED
    there = rehearsal.clock(day, now)
    note = reminders.of_message(day, message.id, there)
    if note is None:
        return None, "", DONE_BEFORE
    holders = reminders.holders(day, there)
    return Letter(day, message.person, person.language, note, holders, there, message.unsure), to, ""


def _compose(message: store.Ready, letter: Letter, sender: str, to: str, now: datetime, write: Writer) -> bytes:
    try:
        return mime(write.reminder(letter), sender, to, now, f"{message.id}.reminder", letter.again)
    except Exception as err:  # one letter that cannot be written must not keep the others back
        LOG.exception("message %s", message.id)
        raise Undelivered(UNWRITTEN, reason=type(err).__name__) from err


def mime(words: Words, sender: str, to: str, now: datetime, name: str, again: bool = False) -> bytes:
    """The message as mail programs read it: plain text, and the same in HTML. ``name`` makes its id.

    What people typed comes in by ``clean`` alone, so no line break of theirs begins another header.
    """
    whole = MIMEMultipart("alternative", policy=LINES)
    whole["From"] = formataddr((str(Header(clean(words.name), "utf-8")), sender))
    whole["To"] = to
    whole["Subject"] = Header(clean(words.subject), "utf-8")  # type: ignore[assignment]  # this policy takes one
    whole["Date"] = format_datetime(now)
    whole["Message-ID"] = f"<{name}@{sender.rpartition('@')[2]}>"
    whole["Auto-Submitted"] = "auto-generated"
    if again:
        whole["X-Logbook-Again"] = "1"
    whole.attach(MIMEText(words.text, "plain", "utf-8", policy=LINES))
    whole.attach(MIMEText(words.html, "html", "utf-8", policy=LINES))
    return whole.as_bytes()


def _note_failure(message: store.Ready, error: DomainError) -> None:
    LOG.warning("message %s was not sent: %s", message.id, error)
    with transaction():
        store.failed(message, str(error), getattr(error, "unsure", False))


# ---------------------------------------------------------------- one's own wish, and whether it works


@dataclass(frozen=True, slots=True)
class Wish:
    """A person's e-mail address (empty: the administration knows none), and whether they want reminders there."""

    address: str
    wanted: bool


def wish(person: str) -> Wish:
    """What stands in the account."""
    row = people.by_id(person)
    return Wish(row.email, row.mail) if row else Wish("", False)


def set_wish(person: str, wanted: bool) -> None:
    """Reminders by e-mail, or not."""
    with transaction():
        row = people.by_id(person)
        assert row is not None
        row.mail = wanted


def try_out(settings: Any, to: str, language: str, now: datetime, name: str, write: Writer) -> None:
    """Send a test message at once. Raises DomainError with the reason. ``name`` makes its id."""
    server: MailServer | None = mail_server(settings.smtp_url)
    if server is None:
        raise Undelivered(NO_SERVER)
    address = mail_address(to)
    if not address:
        raise Undelivered(BAD_ADDRESS)
    with Post(server, settings.sender) as post:
        post.send(mime(write.test(language), settings.sender, address, now, f"{name}.test"), address)
