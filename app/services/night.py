"""Nightly work: prove what grew, keep checkpoints outside the database, tell which days reached their legal term."""

import logging
from datetime import UTC, datetime, timedelta

from app.domain import N_, DomainError, Message
from app.domain.checklist import CLOSED, board
from app.domain.jobs import Outcome
from app.domain.note import BadNote, parse_checkpoint
from app.services import days, office, verify
from app.store import days as index
from app.store import witness

LOG = logging.getLogger("logbook.jobs")
TOLD = 5  # names in a message


def prove(now: datetime) -> Outcome:
    """Prove yesterday's journals and those that are not as they were last proved.

    The state of the last proof is the witness of the next: a journal that does not continue it is broken. One that is
    not proved is tried again every night.
    """
    yesterday = (now.astimezone(UTC) - timedelta(days=1)).date().isoformat()
    proved, unchanged, bad = 0, 0, []
    for row in index.logs():
        name, before = row.day or office.KIND, witness.proved(row.day or office.KIND)
        if before and before == row.note and row.date != yesterday:
            unchanged += 1
            continue
        result = verify.verify_log(name, row.log, before)
        LOG.log(logging.INFO if result.proved else logging.ERROR, "journal %s: %s", name, result)
        if result.proved:
            proved += 1
            witness.put(witness.PROVED, name, row.note)
        else:
            bad.append(Message(N_("Journal %(name)s: %(reason)s"), {"name": name, "reason": str(result)}))
    text = N_("Journals proved: %(proved)s; unchanged since their last proof: %(unchanged)s.")
    return Outcome((*bad, Message(text, {"proved": proved, "unchanged": unchanged})), bool(bad))


def keep_checkpoints(now: datetime) -> Outcome:
    """Keep the newest checkpoint of every journal that has none or an older one among the files.

    A journal that is shorter than a kept checkpoint is told, and the file stays as it is.
    """
    kept, written, bad = witness.kept(), 0, []
    for row in index.logs():
        name = row.day or office.KIND
        if not row.note or kept.get(name) == row.note:
            continue
        if _size(row.note) < _size(kept.get(name, "")):
            bad.append(Message(N_("Journal %(name)s is shorter than its kept checkpoint."), {"name": name}))
            continue
        witness.put(now.astimezone(UTC).date().isoformat(), name, row.note)
        written += 1
    return Outcome((*bad, Message(N_("Checkpoints kept: %(count)s."), {"count": written})), bool(bad))


def _size(note: str) -> int:
    try:
        return parse_checkpoint(note).size if note else 0
    except BadNote:
        return 0


def tell_retention(now: datetime) -> Outcome:
    """Days with an open step whose legal date (``date_rule`` of the profile) has come. Deletes nothing."""
    found = []
    for row in index.logs():
        if row.day and row.date < now.astimezone(UTC).date().isoformat():
            try:
                day, _ = days.fold_log(row.log)
            except DomainError:
                continue  # told by the proof
            legal = {s.id for s in day.profile.steps if s.enabled and s.when.date_rule}
            if legal and any(
                v.step.id in legal and p.state not in CLOSED and p.window.start and p.window.start <= now
                for v in board(day, now)
                for p in v.places
            ):
                found.append(row.day)
    if not found:
        return Outcome((Message(N_("No day has reached the end of its legal term.")),))
    names = ", ".join(found[:TOLD]) + (" …" if len(found) > TOLD else "")
    text = N_("Days at the end of their legal term: %(count)s (%(names)s).")
    return Outcome((Message(text, {"count": len(found), "names": names}),))
