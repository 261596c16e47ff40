"""What each job does, by its name. Every function gets the moment and the worker, in an application context."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from flask import current_app

from app.domain import N_, DomainError, Message
from app.domain.jobs import Outcome
from app.services import accounts, backup, night, settings

log = logging.getLogger("logbook.jobs")
Work = Callable[[datetime, str], Outcome]

PARTS: tuple[Work, ...] = ()  # of a tick, in order; each is done even when the one before failed


def tick(now: datetime, worker: str) -> Outcome:
    """Find what is due and tell people."""
    done = [attempt(part, now, worker) for part in PARTS]
    messages = tuple(message for outcome in done for message in outcome.messages)
    return Outcome(messages, any(o.failed for o in done), sum(o.waiting for o in done))


def attempt(work: Work, now: datetime, worker: str) -> Outcome:
    """The work's outcome; an exception is one that failed, with its reason."""
    try:
        return work(now, worker)
    except DomainError as error:
        log.exception("%s failed", work.__name__)
        return Outcome(error.messages, failed=True)
    except Exception as error:
        log.exception("%s failed", work.__name__)
        reason = f"{type(error).__name__}: {error}".partition("\n")[0][:300]
        return Outcome((Message(N_("An error of the program: %(reason)s"), {"reason": reason}),), failed=True)


def sessions(now: datetime, worker: str) -> Outcome:
    idle = timedelta(minutes=settings.effective(current_app.extensions["settings"], now).session_minutes)
    count = accounts.forget_idle(now, idle)
    return Outcome((Message(N_("Sessions ended: %(count)s."), {"count": count}),) if count else ())


WORK: dict[str, Work] = {
    "tick": tick,
    "sessions": sessions,
    "verify": lambda now, worker: night.prove(now),
    "checkpoint": lambda now, worker: night.keep_checkpoints(now),
    "backup": lambda now, worker: backup.run(now, current_app.extensions["settings"].backups),
    "retention": lambda now, worker: night.tell_retention(now),
}
