"""Steps of the exam period are done once: days of the same centre and period tell each other."""

import logging
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from app.domain import DomainError
from app.domain import facts as f
from app.domain.day import Act, Day
from app.domain.journal import Times
from app.domain.people import SYSTEM
from app.services import days
from app.store import days as index
from app.store import journal
from app.store.db import transaction

LOG = logging.getLogger("logbook.period")


def siblings(day: Day) -> list[str]:
    """Names of the centre's other days in the same period."""
    found = []
    for name, _, _ in index.names(frozenset({day.centre_code}), own=True):
        if name != day.id and day.opened.period_start and not day.opened.rehearsal:
            other, _ = days.fold_log(days.log_of(name))
            if other.opened.period_start == day.opened.period_start and not other.opened.rehearsal:
                found.append(name)
    return found


def gather(day_id: str, now: datetime) -> None:
    """Note in the day what its siblings already hold of the period's steps. Never fails: the day is open already."""
    try:
        _gather(day_id, now)
    except DomainError:
        LOG.exception("steps of the period could not be gathered for %s", day_id)


def _gather(day_id: str, now: datetime) -> None:
    day, _ = days.fold_log(days.log_of(day_id))
    for name in siblings(day):
        other, _ = days.fold_log(days.log_of(name))
        for act in period_acts(other):
            _note(day_id, other, act, now)


def share(day: Day, seq: int, now: datetime) -> None:
    """After a period step was done or voided in ``day``: tell the siblings. Never fails: the entry stands already."""
    act = day.acts.get(seq)
    try:
        if act and act in period_acts(day):
            for name in siblings(day):
                _note(name, day, act, now)
        elif act and act.void:
            for name in siblings(day):
                _withdraw(name, day, act, now)
    except DomainError:
        LOG.exception("a step of the period could not be shared from %s", day.id)


def period_acts(day: Day) -> list[Act]:
    """Acts that stand and finish a step of the period (timed by its first date)."""
    steps = {s.id for s in day.profile.steps if s.when.period is not None}
    return [a for a in day.acts.values() if a.tag == "step.done" and a.fact.step in steps and not a.void]


def _withdraw(day_id: str, source: Day, act: Act, now: datetime) -> None:
    log = days.log_of(day_id)
    with transaction(log):
        day, _ = days.fold_log(log)
        for here in day.step_acts(act.fact.step):
            if here.tag == "step.elsewhere" and (here.fact.day, here.fact.seq) == (source.id, act.seq):
                reason = act.void.reason if act.void else ""
                fact = f.EntryVoided(here.seq, reason)
                entry_id = str(uuid5(NAMESPACE_URL, f"{source.origin}/{act.seq}/void"))
                journal.append(log, fact, SYSTEM.person, Times(now), entry_id)


def _note(day_id: str, source: Day, act: Act, now: datetime) -> None:
    log = days.log_of(day_id)
    entry_id = str(uuid5(NAMESPACE_URL, f"{source.origin}/{act.seq}"))
    with transaction(log):
        day, _ = days.fold_log(log)
        known = {s.id for s in day.profile.steps}
        if journal.find(log, entry_id) or act.fact.step not in known or day.step_acts(act.fact.step):
            return
        fact = f.StepElsewhere(act.fact.step, source.id, act.seq, act.leaf, act.at, act.by.short)
        journal.append(log, fact, SYSTEM.person, Times(now), entry_id)
