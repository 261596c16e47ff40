"""What the code printed on every page of a document leads to: is such a document known here?

The short root holds 100 bits that nobody guesses, so whoever asks with the right one holds the paper. Anybody
else gets one and the same answer, whether the number exists or not.
"""

import hmac
from dataclasses import dataclass
from enum import StrEnum

from app.domain import DomainError
from app.domain.day import Day
from app.domain.merkle import frontier
from app.domain.note import Checkpoint
from app.domain.signing import Document, revisions
from app.services import days, documents
from app.store import days as index
from app.store import journal


class State(StrEnum):
    """DRAFT: the journal was in that state, but nobody signed such a document. NOTHING: there is nothing to compare."""

    KNOWN = "known"
    OLDER = "older"
    DRAFT = "draft"
    UNKNOWN = "unknown"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Printed:
    """The answer. ``revision`` and ``gone_on`` only for a document that is known."""

    state: State
    revision: int = 0
    gone_on: bool = False
    rehearsal: bool = False


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
