"""What the server does by itself: which jobs, how often, and when one of them is an alarm.

Daily jobs are planned in UTC, where no hour is missing or comes twice; at 20 o'clock UTC no exam is being held between
Lisbon and Kamchatka.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from app.domain import N_, Message

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Job:
    """One job: ``every`` so often, or daily ``at`` (UTC). ``limit``: no finished run for so long is an alarm."""

    name: str
    title: str
    does: str
    limit: timedelta
    every: timedelta | None = None
    at: time | None = None

    @property
    def often(self) -> bool:
        """So often that one line an hour tells of its runs."""
        return self.every is not None and self.every < HOUR


DAILY = timedelta(hours=26)
JOBS = (
    Job(
        "tick", N_("Reminders"), N_("Finds what is due and overdue, and tells whom it concerns."),
        timedelta(minutes=5), every=timedelta(seconds=15),
    ),
    Job(
        "board", N_("Region’s board"), N_("Keeps what lists and the region’s board show of each day."),
        timedelta(minutes=2), every=timedelta(seconds=5),
    ),
    Job(
        "sessions", N_("Idle sessions"), N_("Ends sessions that nobody uses any more, and removes old exports."),
        HOUR, every=timedelta(minutes=15),
    ),
    Job(
        "verify", N_("Proof of the journals"),
        N_("Proves yesterday’s journal and every other one that has grown since its last proof."),
        DAILY, at=time(20, 10),
    ),
    Job(
        "checkpoint", N_("Checkpoints"),
        N_("Keeps the newest signed checkpoint of every journal in a file: a witness outside the database."),
        DAILY, at=time(20, 30),
    ),
    Job(
        "backup", N_("Backup"), N_("Copies the database, proves the copy, and keeps the newest copies."),
        DAILY, at=time(20, 40),
    ),
    Job(
        "retention", N_("Retention"),
        N_("Tells which days have reached the end of their legal term. It deletes nothing."),
        DAILY, at=time(20, 50),
    ),
    Job(
        "watch", N_("Cameras"),
        N_("Looks at the cameras of the centres that are watched, and writes down what changed."),
        timedelta(minutes=5), every=timedelta(seconds=30),
    ),
    Job(
        "witness", N_("Witnesses"),
        N_("Sends checkpoints to the witnesses that the settings name, and tells when a journal turned aside."),
        timedelta(minutes=10), every=timedelta(minutes=1),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What a run did, in words. ``waiting``: what it could not finish yet and tries again."""

    messages: tuple[Message, ...]
    failed: bool = False
    waiting: int = 0


@dataclass(frozen=True)
class Run:
    """One run, of a frequent job the last in its hour; ``ended`` is empty while it runs or when it broke off."""

    job: str
    began: datetime
    ended: datetime | None
    failed: bool
    told: tuple[Message, ...]
    worker: str


class Standing(StrEnum):
    FINE = "fine"
    FAILED = "failed"
    SILENT = "silent"  # no finished run within the limit
    NEW = "new"  # has not run yet, and need not have
    OFF = "off"  # nobody has asked for what it does


@dataclass(frozen=True)
class Last:
    """Newest run, newest finished one, newest one that succeeded."""

    newest: Run | None = None
    finished: Run | None = None
    good: Run | None = None


def standing(job: Job, last: Last, since: datetime, now: datetime) -> Standing:
    """How the job stands. ``since``: when the installation began. A run in the future counts as none."""
    run = last.finished
    if abs(now - ((run.ended or run.began) if run else since)) > job.limit:
        return Standing.SILENT
    if run is None:
        return Standing.NEW
    return Standing.FAILED if run.failed else Standing.FINE


def planned_before(job: Job, now: datetime) -> datetime | None:
    """The last moment up to now for which a daily job was planned."""
    if job.at is None:
        return None
    there = now.astimezone(UTC)
    moment = datetime.combine(there.date(), job.at, UTC)
    return moment if moment <= there else moment - timedelta(days=1)


def missed(job: Job, last: Last, since: datetime, now: datetime) -> bool:
    """A daily job whose planned moment passed without success: the server was off, slept, or the run failed."""
    planned = planned_before(job, now)
    began = last.good.began if last.good else since
    return planned is not None and (began < planned or began > now)


def expected(job: Job, last: Last, now: datetime) -> datetime:
    """When the job runs next."""
    if planned := planned_before(job, now):
        return planned + timedelta(days=1)
    assert job.every is not None
    began = last.newest.began if last.newest else now
    return max(began + job.every, now)
