"""The server's clock jumped: every day that is running says so in its journal, and no other."""

import logging
from datetime import datetime, timedelta
from uuid import uuid4

from app.domain import DomainError
from app.domain import facts as f
from app.domain.day import Day
from app.domain.journal import Times
from app.domain.people import SYSTEM
from app.domain.summary import DayState, summarize
from app.services import days, documents
from app.store import days as index
from app.store import journal
from app.store.db import transaction

LOG = logging.getLogger("logbook.clock")
DAY = timedelta(days=1)


def jumped(slept_s: int, set_s: int, now: datetime) -> list[str]:
    """Note in every day that runs, or ran when the clock jumped, what the clock did; names of those days.

    ``now``: on the clock as it goes since. Which days may run is looked up without folding one; which do is then asked
    of those few. A damaged day is left as it is: the proof tells of it.
    """
    moments = (now, now - timedelta(seconds=slept_s), now - timedelta(seconds=slept_s + set_s))
    _, asleep, before = moments
    spans = [((a - DAY).date().isoformat(), (b + DAY).date().isoformat()) for a, b in ((asleep, now), (before, before))]
    told = []
    for name, log in index.astir(spans, now, now + DAY):
        try:
            if _note(log, moments, f.ClockJumped(now, slept_s, set_s), now):
                told.append(name)
        except DomainError:
            LOG.exception("the jump of the clock could not be noted in %s", name)
    return told


def _note(log: int, moments: tuple[datetime, datetime, datetime], fact: f.ClockJumped, now: datetime) -> bool:
    with transaction(log):
        day, _ = days.fold_log(log)
        if not _concerns(day, moments):
            return False
        journal.append(log, fact, SYSTEM.person, Times(now), str(uuid4()))
    return True


def _concerns(day: Day, moments: tuple[datetime, datetime, datetime]) -> bool:
    """The day runs now, ran before the jump, or would have begun in the server's sleep."""
    now, asleep, before = (moment + day.ahead for moment in moments)
    papers = documents.documents(day, SYSTEM)
    signed = sum(view.complete for view in papers)
    return asleep <= day.start <= now or any(
        summarize(day, moment, signed, len(papers)).state == DayState.RUNNING for moment in (now, asleep, before)
    )
