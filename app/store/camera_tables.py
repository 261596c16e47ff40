"""Tables of cameras and footage: addresses, what the server sees, copies that run."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.store.db import Blob, UtcDateTime, db


class AddressRow(db.Model):  # type: ignore[name-defined]
    """Where a camera or recorder of a centre is found. Both addresses are encrypted (store/sealed.py)."""

    __tablename__ = "device_address"
    centre: Mapped[str] = mapped_column(ForeignKey("centre.code"), primary_key=True)
    device: Mapped[str] = mapped_column(primary_key=True)
    stream: Mapped[bytes | None] = mapped_column(Blob)  # rtsp://
    onvif: Mapped[bytes | None] = mapped_column(Blob)  # http(s)://


class SightRow(db.Model):  # type: ignore[name-defined]
    """What the server saw of a camera when it last looked; the journal holds the changes (camera.seen)."""

    __tablename__ = "camera_sight"
    day: Mapped[str] = mapped_column(ForeignKey("day.id"), primary_key=True)
    camera: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]  # as camera.seen has it
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    looked: Mapped[datetime] = mapped_column(UtcDateTime)
    fps_milli: Mapped[int] = mapped_column(default=0)
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    recording: Mapped[str] = mapped_column(default="")
    detail: Mapped[str] = mapped_column(Text, default="")
    picture: Mapped[bytes | None] = mapped_column(Blob)  # JPEG, 160 pixels wide
    pictured: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told: Mapped[str] = mapped_column(default="")  # state of the newest camera.seen


class CopyRow(db.Model):  # type: ignore[name-defined]
    """A copy of footage that was asked for in the browser. ``state``: waiting, running, paused, done, failed."""

    __tablename__ = "footage_copy"
    id: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[str] = mapped_column(ForeignKey("day.id"), index=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.id"))
    made: Mapped[datetime] = mapped_column(UtcDateTime)
    asked: Mapped[dict[str, Any]] = mapped_column(JSON)  # sources, destination, cameras, naming
    state: Mapped[str]
    wish: Mapped[str] = mapped_column(default="")  # pause or stop, obeyed by the process that copies
    worker: Mapped[str] = mapped_column(default="")
    beat: Mapped[datetime | None] = mapped_column(UtcDateTime)  # last sign of life of the worker
    progress: Mapped[dict[str, Any]] = mapped_column(JSON)
    result: Mapped[dict[str, Any]] = mapped_column(JSON)
    told: Mapped[str] = mapped_column(Text, default="")  # why it failed
    entry: Mapped[int | None]  # footage.copied of the day, once recorded
