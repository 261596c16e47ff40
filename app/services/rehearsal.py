"""Set the clock of a rehearsal: the day's people go through the script at their own pace."""

from datetime import datetime, timedelta

from app.domain import N_, Invalid, Message, rehearsal
from app.domain import facts as f
from app.domain.day import Day
from app.domain.journal import Times
from app.domain.people import Actor
from app.domain.policy import Action, require_on
from app.services import days
from app.services.record import Receipt, again
from app.store import journal
from app.store.db import transaction

NEXT = "next"  # to the next step


def set_clock(
    actor: Actor, day_id: str, to: datetime | timedelta | str, entry_id: str, real_now: datetime
) -> Receipt:  # fmt: skip
    """Set the day's clock to a moment, forward by a span, or to the NEXT step (first of all: to where the day begins).

    ``real_now`` is the real moment, not what the rehearsal's clock shows. The same entry sent twice sets it once.
    Raises Invalid, Refused on a real day.
    """
    log = days.log_of(day_id)
    with transaction(log):
        day, checkpoint = days.fold_log(log)
        require_on(day, actor, Action.REHEARSAL_CLOCK)
        rehearsal.require(day)
        by = "" if actor.person in day.everyone else actor.name
        if known := journal.find(log, entry_id):
            return again(known, f.RehearsalClock(real_now, real_now, by), actor, checkpoint)
        at = _wanted(day, to, rehearsal.clock(day, real_now))
        rehearsal.judge(day, at)
        fact = f.RehearsalClock(real_now, at, by)
        entry, after = journal.append(log, fact, actor.person, Times(at), entry_id)
    return Receipt(entry.seq, False, after)


def _wanted(day: Day, to: datetime | timedelta | str, shown: datetime) -> datetime:
    if isinstance(to, datetime):
        return to
    if isinstance(to, timedelta):
        return shown + to
    found = rehearsal.coming(day, shown)
    if found is None:
        raise Invalid(Message(N_("No step comes any more. Set the time yourself."), field="at"))
    return found
