"""Tables. A journal is append-only: the database itself refuses to change an entry.

What a day is stands in its journal alone; ``day`` is only the index from a day's name to its
log. Centres and people are the administration's working copy: opening a day copies them into
its first fact.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, false, text, true
from sqlalchemy.orm import Mapped, mapped_column

from app.store.db import Blob, UtcDateTime, db


def _partly(condition: str) -> dict[str, Any]:
    """Options of an index over the rows that fulfil ``condition`` alone."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class LogRow(db.Model):  # type: ignore[name-defined]
    """One Merkle log: a day's, or the installation's own ("office")."""

    __tablename__ = "log"
    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    source: Mapped[str] = mapped_column(default="", server_default="")  # whose it is; empty: this installation's


class EntryRow(db.Model):  # type: ignore[name-defined]
    """One entry; never updated or deleted.

    ``leaf``: exact bytes that were hashed. ``hash``: their leaf hash, so that damage names its entry. ``body``:
    canonical JSON, None once erased.
    """

    __tablename__ = "entry"
    __table_args__ = (UniqueConstraint("log_id", "id"),)
    log_id: Mapped[int] = mapped_column(ForeignKey("log.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[str]
    leaf: Mapped[bytes] = mapped_column(Blob)
    hash: Mapped[bytes] = mapped_column(Blob)
    body: Mapped[bytes | None] = mapped_column(Blob)
    salt: Mapped[bytes] = mapped_column(Blob)


class CheckpointRow(db.Model):  # type: ignore[name-defined]
    """The newest signed checkpoint of each log, written in the append's transaction. ``frontier``: hex hashes.

    ``next_at``: when the clock next has something to tell about the day, as it stood at ``planned_size`` entries;
    another size is not planned yet. Both belong to the jobs, an append leaves them alone.
    """

    __tablename__ = "checkpoint"
    __table_args__ = (Index("ix_checkpoint_unplanned", "log_id", **_partly("size <> planned_size")),)
    log_id: Mapped[int] = mapped_column(ForeignKey("log.id"), primary_key=True)
    size: Mapped[int]
    frontier: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    planned_size: Mapped[int] = mapped_column(server_default="0")
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


class DayRow(db.Model):  # type: ignore[name-defined]
    __tablename__ = "day"
    id: Mapped[str] = mapped_column(primary_key=True)
    centre: Mapped[str] = mapped_column(index=True)
    date: Mapped[str] = mapped_column(index=True)
    profile: Mapped[str] = mapped_column(index=True, default="", server_default="")  # SHA-256 of the pinned text
    log_id: Mapped[int] = mapped_column(ForeignKey("log.id"), unique=True)


class ProfileRow(db.Model):  # type: ignore[name-defined]
    """A profile's text as some day pinned it, under its SHA-256."""

    __tablename__ = "profile"
    sha256: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)


class RegionRow(db.Model):  # type: ignore[name-defined]
    """Values that a region sets for the parameters of a profile; days take them when they open."""

    __tablename__ = "region_parameters"
    profile: Mapped[str] = mapped_column(primary_key=True)
    region: Mapped[str] = mapped_column(primary_key=True)
    values: Mapped[dict[str, Any]] = mapped_column(JSON)


class SettingRow(db.Model):  # type: ignore[name-defined]
    """A setting that the administration changed on its page."""

    __tablename__ = "setting"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)


class CentreRow(db.Model):  # type: ignore[name-defined]
    """``plan``: rooms, cameras, stations as JSON, the draft for the next day that opens."""

    __tablename__ = "centre"
    code: Mapped[str] = mapped_column(primary_key=True)  # <region>-<code>
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    plan: Mapped[dict[str, Any]] = mapped_column(JSON)
    watch: Mapped[bool] = mapped_column(default=False, server_default=false())  # the server looks at its cameras


class PersonRow(db.Model):  # type: ignore[name-defined]
    __tablename__ = "person"
    id: Mapped[str] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(default="")
    roles: Mapped[list[str]] = mapped_column(JSON)
    centres: Mapped[list[str]] = mapped_column(JSON)
    language: Mapped[str] = mapped_column(default="")
    password: Mapped[str]  # argon2id; empty until a one-time link was used: no password fits
    must_change: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    lock_reason: Mapped[str] = mapped_column(default="", server_default="")  # while not active
    mail: Mapped[bool] = mapped_column(default=True, server_default=true())  # wants reminders by e-mail


class SessionRow(db.Model):  # type: ignore[name-defined]
    """A signed-in browser. ``token``: SHA-256 of what the cookie holds."""

    __tablename__ = "user_session"
    token: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    began: Mapped[datetime] = mapped_column(UtcDateTime)
    seen: Mapped[datetime] = mapped_column(UtcDateTime)
    reauthenticated: Mapped[bool] = mapped_column(default=False)  # password and code given for a signature
    browser: Mapped[str] = mapped_column(default="", server_default="")  # like "Firefox on Android"


class InvitationRow(db.Model):  # type: ignore[name-defined]
    """A one-time link by which a person chooses a password. ``token``: SHA-256 of what the link holds."""

    __tablename__ = "invitation"
    token: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    made: Mapped[datetime] = mapped_column(UtcDateTime)
    expires: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str]
    used: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AttemptRow(db.Model):  # type: ignore[name-defined]
    """Failed tries in a row, per login, and per key; cleared by a success."""

    __tablename__ = "attempt"
    subject: Mapped[str] = mapped_column(primary_key=True)  # login:<name> or key:<person>
    failed: Mapped[int]
    last: Mapped[datetime] = mapped_column(UtcDateTime)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class KeyRow(db.Model):  # type: ignore[name-defined]
    """A person's signing key, locked by their code. ``waiting``: asked for after a forgotten code, not yet approved."""

    __tablename__ = "signing_key"
    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    blob: Mapped[bytes] = mapped_column(LargeBinary)
    public: Mapped[bytes] = mapped_column(LargeBinary)  # DER SubjectPublicKeyInfo
    certificate: Mapped[str] = mapped_column(default="")  # SHA-256 once certified
    waiting: Mapped[bool] = mapped_column(default=False)
    made: Mapped[datetime] = mapped_column(UtcDateTime)


class DayStatusRow(db.Model):  # type: ignore[name-defined]
    """A day in a line, for lists: a cache of its folded journal, to be thrown away at any time.

    It holds while the journal's checkpoint is ``note`` and the clock stands between ``made`` and ``valid_until``.
    Lists of people hold their ids between spaces: `` p-1 p-2 ``.
    """

    __tablename__ = "day_status"
    day: Mapped[str] = mapped_column(ForeignKey("day.id"), primary_key=True)
    note: Mapped[str] = mapped_column(Text)
    made: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    size: Mapped[int]
    state: Mapped[str]
    centre: Mapped[str]
    date: Mapped[str]
    start: Mapped[datetime] = mapped_column(UtcDateTime)
    zone: Mapped[str]
    name: Mapped[str]  # of the centre
    exam: Mapped[str]
    rehearsal: Mapped[bool]
    ahead: Mapped[int] = mapped_column(server_default="0")  # seconds, of a rehearsal's clock
    words: Mapped[str] = mapped_column(Text)  # what a search looks in, casefolded
    roster: Mapped[str] = mapped_column(Text)
    readers: Mapped[str] = mapped_column(Text)
    confirmers: Mapped[str] = mapped_column(Text)  # entries wait for them
    signers: Mapped[str] = mapped_column(Text)  # a document waits for them
    planned: Mapped[int]
    done: Mapped[int]
    late: Mapped[int]
    open: Mapped[int]
    overdue: Mapped[int]
    impossible: Mapped[int]
    waived: Mapped[int]
    corrected: Mapped[int]
    voided: Mapped[int]
    entered_late: Mapped[int]
    unconfirmed: Mapped[int]
    signed: Mapped[int]
    papers: Mapped[int]
    rooms: Mapped[int] = mapped_column(server_default="0")  # that are to record now
    recording: Mapped[int] = mapped_column(server_default="0")  # of them
    outages: Mapped[int] = mapped_column(server_default="0")  # open ones
    due: Mapped[int] = mapped_column(server_default="0")  # steps whose time has come
    due_done: Mapped[int] = mapped_column(server_default="0")
    remarks: Mapped[int] = mapped_column(server_default="0")  # that wait for the centre
    answered: Mapped[int] = mapped_column(server_default="0")  # that wait for a reviewer
    mismatches: Mapped[int] = mapped_column(server_default="0")  # act and machine
    uncovered: Mapped[int] = mapped_column(server_default="0")  # cameras whose footage is not whole
    seen_lines: Mapped[int] = mapped_column(server_default="0")  # entries that a reviewer looked at
    others: Mapped[int] = mapped_column(server_default="0")  # what else there is to judge: outages, too early, order
    stage: Mapped[str] = mapped_column(server_default="open")  # of its review
    source: Mapped[str] = mapped_column(server_default="")  # whose journal it is; empty: this installation's
    late_steps: Mapped[int] = mapped_column(server_default="0")  # done after their time, each once
    troubles: Mapped[str] = mapped_column(Text, server_default="[]")  # JSON: what a region's board tells, worst first
    received: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the newest entry
    submit_by: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    region: Mapped[str] = mapped_column(server_default="")  # code of it
    curve: Mapped[str] = mapped_column(Text, server_default="[]")  # JSON: [half hour of the date, steps due, done]
    version: Mapped[int] = mapped_column(server_default="0")  # how often the row was written over
    # All that tells whether a region's board has changed: read along this index alone.
    __table_args__ = (Index("ix_day_status_board", "date", "region", "zone", "version", "made"),)


class ReadingRow(db.Model):  # type: ignore[name-defined]
    """How far somebody has looked at a day, and when they first saw it so. A convenience, not a fact."""

    __tablename__ = "reading"
    person: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    day: Mapped[str] = mapped_column(ForeignKey("day.id"), primary_key=True, index=True)
    size: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


# ---------------------------------------------------------------- the clock of the day


class MessageRow(db.Model):  # type: ignore[name-defined]
    """What one person was told at one moment about one day: one or more reminders.

    Its pages show it while ``read_at`` is empty. An e-mail that is ``wanted`` is claimed before it is sent; it is
    not wanted any more once it was given up. ``unsure``: a try that nobody noted may have arrived; the next says so.
    """

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_unsent", "made", **_partly("wanted AND sent_at IS NULL")),)
    id: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[str] = mapped_column(ForeignKey("day.id"), index=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    made: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    wanted: Mapped[bool] = mapped_column(default=False)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str] = mapped_column(default="")
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failed: Mapped[str] = mapped_column(Text, default="")  # why the last try failed, or needed not be made
    unsure: Mapped[bool] = mapped_column(default=False, server_default=false())


class ReminderRow(db.Model):  # type: ignore[name-defined]
    """One thing that one person was told once: ``rule`` of the profile about ``step``, for the limit ``due``."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("day", "step", "rule", "due", "person"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[str] = mapped_column(ForeignKey("day.id"))
    step: Mapped[str]
    rule: Mapped[str]
    due: Mapped[datetime] = mapped_column(UtcDateTime)
    person: Mapped[str] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)  # when it was to be told
    message: Mapped[str] = mapped_column(ForeignKey("message.id"), index=True)


class TakenRow(db.Model):  # type: ignore[name-defined]
    """Somebody said "I have it" of a step: nobody else is told before ``until``."""

    __tablename__ = "taken"
    day: Mapped[str] = mapped_column(ForeignKey("day.id"), primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)


class JobRunRow(db.Model):  # type: ignore[name-defined]
    """A job that ran, or runs while ``ended`` is empty. ``told``: what it did, or why it failed."""

    __tablename__ = "job_run"
    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(index=True)
    began: Mapped[datetime] = mapped_column(UtcDateTime)
    ended: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failed: Mapped[bool] = mapped_column(default=False)
    told: Mapped[str] = mapped_column(Text, default="")
    worker: Mapped[str]  # host and process


class FeedRow(db.Model):  # type: ignore[name-defined]
    """A calendar of a person; ``centre`` empty: of all their days. ``token``: SHA-256 of what its address holds."""

    __tablename__ = "feed"
    token: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    centre: Mapped[str] = mapped_column(default="")
    made: Mapped[datetime] = mapped_column(UtcDateTime)
    fetched: Mapped[datetime | None] = mapped_column(UtcDateTime)
