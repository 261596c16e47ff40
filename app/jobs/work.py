"""What each job does, by its name. Every function gets the moment and the worker, in an application context."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from flask import current_app

from app.domain import N_, DomainError, Message
from app.domain.jobs import Outcome
from app.services import accounts, backup, exports, mail, night, overview, reminders, settings, witnessing

log = logging.getLogger("logbook.jobs")
Work = Callable[[datetime, str], Outcome]
ROWS = 60  # of days that one tick makes anew


def remind(now: datetime, worker: str) -> Outcome:
    """Tell people what is due, on their pages and, with a mail server, by e-mail."""
    found = reminders.sweep(now, mail=bool(current_app.extensions["settings"].smtp_url))
    messages = []
    if found.told:
        messages.append(Message(N_("People told: %(count)s."), {"count": found.told}))
    if found.broken:
        messages.append(Message(N_("Days of which nothing could be told: %(count)s."), {"count": found.broken}))
    return Outcome(tuple(messages), failed=bool(found.broken))


def send(now: datetime, worker: str) -> Outcome:
    """Send the e-mails that wait."""
    app = current_app
    done = mail.deliver(app.extensions["clock"], worker, app.extensions["settings"], app.extensions["mail"])
    messages = []
    if done.sent:
        messages.append(Message(N_("E-mails sent: %(count)s."), {"count": done.sent}))
    if done.failed:
        text = N_("E-mails that could not be sent: %(count)s. %(reason)s")
        messages.append(Message(text, {"count": done.failed, "reason": done.reason}))
    if done.given_up:
        messages.append(Message(N_("E-mails given up after twelve hours: %(count)s."), {"count": done.given_up}))
    return Outcome(tuple(messages), bool(done.failed or done.given_up), done.waiting)


PARTS: tuple[Work, ...] = (remind, send)  # of a tick, in order; each is done even when the one before failed


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
    swept = exports.sweep(now, current_app.extensions["settings"].export_days)
    told = (
        (N_("Sessions ended: %(count)s."), accounts.forget_idle(now, idle)),
        (N_("Old exports removed: %(count)s."), swept),
    )
    return Outcome(tuple(Message(text, {"count": count}) for text, count in told if count))


def watch(now: datetime, worker: str) -> Outcome:
    """See that the cameras are being looked at, and tell how they stand; nothing where a command runs the jobs once."""
    kept = current_app.extensions.get("watching")
    found: Outcome = kept.keep() if kept else Outcome(())
    return found


def board(now: datetime, worker: str) -> Outcome:
    """Make rows of days anew that grew or whose time has passed: a part at a time, so that a tick stays short."""
    count = overview.keep(now, ROWS)
    return Outcome((Message(N_("Days looked at anew: %(count)s."), {"count": count}),) if count else ())


WORK: dict[str, Work] = {
    "tick": tick,
    "board": board,
    "watch": watch,
    "sessions": sessions,
    "verify": lambda now, worker: night.prove(now),
    "checkpoint": lambda now, worker: night.keep_checkpoints(now),
    "backup": lambda now, worker: backup.run(now, current_app.extensions["settings"].backups),
    "witness": lambda now, worker: witnessing.send(now, current_app.extensions["settings"].witnesses),
    "retention": lambda now, worker: night.tell_retention(now),
}
