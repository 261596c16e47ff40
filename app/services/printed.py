"""What the code printed on every page of a document leads to: is such a document known here?

The short root holds 100 bits that nobody guesses, so whoever asks with the right one holds the paper. Anybody
else gets one and the same answer, whether the number exists or not.
"""

import hmac
import json
import re
from dataclasses import dataclass
from enum import StrEnum

from app.domain import DomainError
from app.domain.codec import canonical
from app.domain.day import Day
from app.domain.journal import digest, open_leaf
from app.domain.merkle import frontier, leaf_hash
from app.domain.note import Checkpoint, open_checkpoint
from app.domain.proof import parse_proof
from app.domain.signing import Document, revisions
from app.domain.ticket import Ticket
from app.domain.ticket import check as check_ticket
from app.domain.ticket import read as read_ticket
from app.services import days, documents
from app.store import days as index
from app.store import journal, keys


class State(StrEnum):
    """DRAFT: the journal was in that state, but nobody signed such a document. NOTHING: there is nothing to compare.
    CONTAINED: the journal holds that state, or that entry under it. LOST: our key signed it, the journal lacks it.
    """

    KNOWN = "known"
    OLDER = "older"
    DRAFT = "draft"
    UNKNOWN = "unknown"
    NOTHING = "nothing"
    CONTAINED = "contained"
    LOST = "lost"


@dataclass(frozen=True)
class Printed:
    """The answer. ``revision`` and ``gone_on`` only for a document that is known."""

    state: State
    revision: int = 0
    gone_on: bool = False
    rehearsal: bool = False


@dataclass(frozen=True)
class Said:
    """What somebody brought says, and what the journal answers. ``entry``: its number, of a proof; 0 else.

    ``ticket``: of a code that our log key signed.
    """

    found: Printed
    number: str = ""
    size: str = ""
    root: str = ""
    entry: int = 0
    ticket: Ticket | None = None


ADDRESS = re.compile(r"(?:.*/c/)?([0-9A-Za-z._-]+)\?n=([0-9]+)&r=([A-Za-z2-7+%0-9]+)", re.DOTALL)
BARE = re.compile(r"(\S+)\s+([0-9]+)\s+([A-Za-z2-7\s]+)")


def read_text(text: str) -> Said | None:
    """The answer to the text of a code, of any kind that we ever printed; None when it is none."""
    text = text.strip()
    try:
        return by_ticket(text)
    except ValueError:
        pass
    if found := ADDRESS.fullmatch("".join(text.split())):
        number, size, root = found.groups()
        return Said(look_up(number, size, root), number, size, root)
    if found := BARE.fullmatch(text):
        origin, size, root = found.groups()
        log = journal.log_id(origin)
        state = State.CONTAINED if log is not None and _contains(log, size, root) else State.UNKNOWN
        return Said(Printed(state), origin, size, root)
    return None


def by_ticket(text: str) -> Said:
    """The answer to a code with a ticket. Raises ValueError when it is none."""
    said = read_ticket(text)
    try:
        check_ticket(text, str(keys.log_key().vkey), keys.verify)
    except ValueError:
        return Said(Printed(State.UNKNOWN), said.number, str(said.size), said.root)
    found = look_up(said.number, str(said.size), said.root)
    if found.state is State.UNKNOWN:  # our own key signed it: the journal had it once
        found = Printed(State.LOST)
    return Said(found, said.number, str(said.size), said.root, ticket=said)


def by_proof(data: bytes) -> Said:
    """The answer to a ``.tlog-proof`` that somebody brought. Nothing of the journal but what stands in it."""
    try:
        proof = parse_proof(data.decode("utf-8"))
        checkpoint = open_checkpoint(proof.checkpoint.note, keys.log_key().vkey, keys.verify)
        added = json.loads(proof.extra)
        leaf = added["leaf"].encode()
        holds = proof.proves(leaf_hash(leaf))
        if holds and "body" in added:
            seal = open_leaf(leaf)
            body = canonical(added["body"])
            holds = seal is not None and digest(bytes.fromhex(added["salt"]), body) == seal.body_sha256
    except (DomainError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Said(Printed(State.UNKNOWN))
    log = journal.log_id(checkpoint.origin)
    size, short = str(checkpoint.size), checkpoint.short.replace(" ", "")
    state = State.UNKNOWN if not holds else State.CONTAINED if log and _contains(log, size, short) else State.LOST
    return Said(Printed(state), checkpoint.origin, size, short, proof.index + 1)


def _contains(log: int, size: str, root: str) -> bool:
    short = "".join(root.split()).upper()
    if not (len(size) < 10 and len(short) == 20 and short.isascii()):
        return False
    try:
        newest = journal.head(log).checkpoint
        return 0 < int(size) <= newest.size and _matches(log, newest, int(size), short)
    except DomainError:
        return False


def look_up(number: str, size: str, root: str) -> Printed:
    """Compare what a page prints with the journal."""
    short = "".join(root.split()).upper()
    if not size and not short:
        return Printed(State.NOTHING)
    day_id, _, form_number = number.rpartition(".")
    if not (size.isascii() and size.isdecimal() and len(size) < 10 and len(short) == 20 and short.isascii()):
        return Printed(State.UNKNOWN)
    log = index.log_of(day_id)
    if log is None:
        return Printed(State.UNKNOWN)
    try:
        day, checkpoint = days.fold_log(log)
        if not 0 < int(size) <= checkpoint.size or not _matches(log, checkpoint, int(size), short):
            return Printed(State.UNKNOWN)
        return _judge(day, form_number, int(size))
    except DomainError:  # our own trouble is told by verification, not to strangers
        return Printed(State.UNKNOWN)


def _matches(log: int, newest: Checkpoint, size: int, short: str) -> bool:
    root = frontier(entry.hash for entry in journal.entries(log, 0, size)).root()
    ours = Checkpoint(newest.origin, size, root).short.replace(" ", "")
    return hmac.compare_digest(ours, short)


def _judge(day: Day, form_number: str, size: int) -> Printed:
    form = next((f for f in documents.list_forms() if str(f.extra.get("number", f.code)) == form_number), None)
    if form is None:
        return Printed(State.UNKNOWN)
    found: tuple[Document, ...] = revisions(day, form.code)
    mine = next((d for d in found if d.size == size), None)
    if mine is None:
        return Printed(State.DRAFT, rehearsal=day.opened.rehearsal)
    newest = found[-1]
    state = State.KNOWN if mine.revision == newest.revision else State.OLDER
    return Printed(state, mine.revision, documents.is_outdated(day, form, newest), day.opened.rehearsal)
