"""Tables of reviews, packages and witnesses: rows that make work easier; what counts stands in journals."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.store.db import UtcDateTime, db


class LookingRow(db.Model):  # type: ignore[name-defined]
    """Who has a day open for review right now, so that two reviewers know of each other."""

    __tablename__ = "looking"
    day: Mapped[str] = mapped_column(ForeignKey("day.id"), primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    at: Mapped[datetime] = mapped_column(UtcDateTime)  # the last sign of life


class SourceRow(db.Model):  # type: ignore[name-defined]
    """Another installation whose packages are taken in: its published log key and root certificate."""

    __tablename__ = "source"
    name: Mapped[str] = mapped_column(primary_key=True)  # of its log key
    vkey: Mapped[str] = mapped_column(Text)
    root: Mapped[str] = mapped_column(Text)  # PEM
    title: Mapped[str] = mapped_column(default="")
    added: Mapped[datetime] = mapped_column(UtcDateTime)
    added_by: Mapped[str] = mapped_column(default="")


class ImportedRow(db.Model):  # type: ignore[name-defined]
    """The newest package of a day that was taken in. ``known``: certificates and authority as the package has them."""

    __tablename__ = "imported"
    day: Mapped[str] = mapped_column(ForeignKey("day.id"), primary_key=True)
    source: Mapped[str] = mapped_column(ForeignKey("source.name"), index=True)
    sha256: Mapped[str]
    size: Mapped[int]
    root: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(default="")
    known: Mapped[dict[str, Any]] = mapped_column(JSON)


class CosignatureRow(db.Model):  # type: ignore[name-defined]
    """A witness saw this state of a log. ``line``: of a signed note (C2SP tlog-cosignature)."""

    __tablename__ = "cosignature"
    log_id: Mapped[int] = mapped_column(ForeignKey("log.id"), primary_key=True)
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    witness: Mapped[str] = mapped_column(primary_key=True)  # name of its key
    line: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class WitnessedRow(db.Model):  # type: ignore[name-defined]
    """The newest state of a log, ours or another's, that a witness of ours cosigned: the next has to continue it."""

    __tablename__ = "witnessed"
    witness: Mapped[str] = mapped_column(primary_key=True)  # name of its key
    origin: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    note: Mapped[str] = mapped_column(Text)
    line: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ForkRow(db.Model):  # type: ignore[name-defined]
    """A witness saw two states of one log that do not continue each other: kept until somebody looked into it."""

    __tablename__ = "fork"
    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(index=True)
    witness: Mapped[str]  # name of a key, or the id of a person whose browser it was
    kept: Mapped[str] = mapped_column(Text)  # signed note
    shown: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ExportRow(db.Model):  # type: ignore[name-defined]
    """Packages of many days that are made in the background. ``state``: waiting, running, paused, done, failed."""

    __tablename__ = "export"
    id: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    made: Mapped[datetime] = mapped_column(UtcDateTime)
    scope: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str]
    wish: Mapped[str] = mapped_column(default="")  # pause or stop, obeyed by the process that exports
    worker: Mapped[str] = mapped_column(default="")
    beat: Mapped[datetime | None] = mapped_column(UtcDateTime)
    progress: Mapped[dict[str, Any]] = mapped_column(JSON)
    result: Mapped[dict[str, Any]] = mapped_column(JSON)
    told: Mapped[str] = mapped_column(Text, default="")  # why it failed


class BoardWordRow(db.Model):  # type: ignore[name-defined]
    """A random word for the status rows of a date and region, another one whenever one of them is written.

    So that whoever shows them learns by one row whether they are still the same. Never counted up: a database that was
    put back from a backup would come to a number again that once meant other rows.
    """

    __tablename__ = "board_word"
    date: Mapped[str] = mapped_column(primary_key=True)
    region: Mapped[str] = mapped_column(primary_key=True)
    word: Mapped[str]


class ParticularsRow(db.Model):  # type: ignore[name-defined]
    """What registers and statistics tell of a day beyond its status row: a cache like that, made in the same moment.

    It holds for the checkpoint ``note``. ``papers`` and ``figures``: JSON, app/services/particulars.py.
    """

    __tablename__ = "particulars"
    day: Mapped[str] = mapped_column(ForeignKey("day.id"), primary_key=True)
    note: Mapped[str] = mapped_column(Text)
    papers: Mapped[str] = mapped_column(Text)
    figures: Mapped[str] = mapped_column(Text)
