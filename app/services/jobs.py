"""What ran, when, how it ended, and which job is an alarm."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.domain import Message
from app.domain.jobs import HOUR, JOBS, Job, Last, Outcome, Run, Standing, expected, missed, standing
from app.domain.people import Actor
from app.domain.policy import Action, allowed, require_whole
from app.services import office, watching
from app.services.days import Page
from app.store import jobs as store
from app.store import journal
from app.store.db import transaction

KEPT = timedelta(days=30)
QUIET = timedelta(minutes=1)  # a frequent job that did nothing is written down this often
PAGE = 50
BY_NAME = {job.name: job for job in JOBS}


@dataclass(frozen=True)
class JobView:
    """A job, how it stands, and when it runs next."""

    job: Job
    last: Last
    standing: Standing
    next: datetime

    @property
    def alarm(self) -> bool:
        return self.standing in (Standing.FAILED, Standing.SILENT)


def overview(now: datetime) -> tuple[JobView, ...]:
    """Every job, for who works on the machine itself."""
    last, since, off = _last(), _since(now), _off()
    found = []
    for job in JOBS:
        runs = last.get(job.name, Last())
        stands = Standing.OFF if job.name in off else standing(job, runs, since, now)
        found.append(JobView(job, runs, stands, expected(job, runs, now)))
    return tuple(found)


def _off() -> frozenset[str]:
    """Jobs that have nothing to do in this installation: no centre is watched."""
    return frozenset() if watching.asked_for() else frozenset({"watch"})


def listed(actor: Actor, now: datetime) -> tuple[JobView, ...]:
    """Every job, for an administrator of all centres."""
    require_whole(actor, Action.SETTINGS_MANAGE)
    return overview(now)


def alarms(actor: Actor, now: datetime) -> tuple[JobView, ...]:
    """Jobs that failed or have not run, for whom it concerns; nothing for others."""
    if not allowed(actor, Action.SETTINGS_MANAGE) or actor.centres:
        return ()
    return tuple(view for view in overview(now) if view.alarm)


def history(actor: Actor, page: int) -> Page[Run]:
    """What ran, newest first."""
    require_whole(actor, Action.SETTINGS_MANAGE)
    total, _ = store.history(0, 0)
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    _, rows = store.history((page - 1) * PAGE, PAGE)
    return Page(tuple(_run(row) for row in rows), page, pages, total)


def missing(now: datetime) -> tuple[Job, ...]:
    """Daily jobs whose moment passed without a good run."""
    last, since = _last(), _since(now)
    return tuple(job for job in JOBS if missed(job, last.get(job.name, Last()), since, now))


def one_holder(name: str, folder: Path) -> store.OneHolder:
    """The lock that one process among all of this installation holds."""
    return store.one_holder(f"logbook.jobs/{name}", folder / "jobs.lock")


# ---------------------------------------------------------------- writing down


def begin(name: str, worker: str, now: datetime) -> int | None:
    """Write down that a job begins; its number. A frequent job is written down when it has ended (None)."""
    if BY_NAME[name].often:
        return None
    with transaction():
        store.prune(now - KEPT)
        return store.begin(name, worker, now)


def end(name: str, run: int | None, worker: str, began: datetime, now: datetime, outcome: Outcome) -> None:
    """Write down how a run ended.

    A frequent job has one row an hour with its last run; without anything to tell it is renewed once a minute.
    """
    told = json.dumps([[m.id, m.params] for m in outcome.messages], ensure_ascii=False, default=str)
    if run is not None:
        with transaction():
            store.end(run, now, outcome.failed, told)
        return
    row = store.newest(store.RUN.job == name).get(name)
    if row and (row.worker, row.failed, _hour(row.began)) != (worker, outcome.failed, _hour(now)):
        row = None
    if row and row.told == told and not outcome.failed and abs(now - row.ended) < QUIET:
        return
    with transaction():
        store.put(name, worker, began, now, outcome.failed, told, row and row.id)


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _since(now: datetime) -> datetime:
    """When the installation began."""
    first = journal.entries(office.log(), 0, 1)
    return first[0].times.received if first else now - HOUR


def _last() -> dict[str, Last]:
    newest, finished, good = store.last()
    return {
        name: Last(*(_run(found[name]) if name in found else None for found in (newest, finished, good)))
        for name in newest
    }


def _run(row: Any) -> Run:
    return Run(row.job, row.began, row.ended, row.failed, _told(row.told), row.worker)


def _told(text: str) -> tuple[Message, ...]:
    pairs: Sequence[Any] = json.loads(text) if text else ()
    return tuple(Message(message, params) for message, params in pairs)
