"""Packages of many days, a centre's month or a region's exam day, made in the background and fetched in one file.

A process of its own makes them (``export_worker``) and outlives a restart of the web server. What they know of each
other stands in the table; every finished package stays, so that an export that broke off goes on where it was.
"""

import re
import shutil
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from app.domain import N_, Invalid, Message, NotFound
from app.domain.journal import Broken
from app.domain.people import Actor
from app.domain.policy import Action, require_office
from app.services import downloads, packages
from app.services.copies import alive
from app.store import exports as store
from app.store.db import transaction
from app.store.review_tables import ExportRow

KIND = "collection"  # of a recorded download
WAITING, RUNNING, PAUSED, DONE, FAILED = ("waiting", "running", "paused", "done", "failed")
ROOM = 200_000_000  # bytes that stay free on the disk
A_DAY = 5_000_000  # bytes that are counted for a day before its package is made
MONTH, CENTRE, REGION = re.compile(r"\d{4}-(0[1-9]|1[0-2])"), re.compile(r"\d\d-\d{4}"), re.compile(r"\d\d")


class Starts(Protocol):
    """How the process is started: ``services.copies.Started``."""

    def start(self, export_id: str, /) -> None: ...


@dataclass(frozen=True)
class Scope:
    """What is exported: ``centre`` and ``month`` (2026-06), or ``region`` and ``date`` (2026-06-01)."""

    centre: str = ""
    month: str = ""
    region: str = ""
    date: str = ""

    @property
    def name(self) -> str:
        """Of the file that is fetched."""
        return "-".join(("packages", *filter(None, (self.centre, self.month, self.region, self.date))))

    def told(self) -> dict[str, str]:
        """For the record of downloads: what is set."""
        return {n: v for n in ("centre", "month", "region", "date") if (v := getattr(self, n))}


@dataclass(frozen=True)
class ExportView:
    """An export as it stands. ``alive``: its process works, or is about to."""

    row: ExportRow
    alive: bool

    @property
    def id(self) -> str:
        return self.row.id

    @property
    def scope(self) -> Scope:
        return Scope(**{n: str(self.row.scope.get(n, "")) for n in Scope.__dataclass_fields__})

    @property
    def state(self) -> str:
        """Of the states above, or ``broken``: its process is gone and nobody said so."""
        return "broken" if self.row.state in (WAITING, RUNNING) and not self.alive else self.row.state

    @property
    def may_go_on(self) -> bool:
        return self.state in ("broken", PAUSED, FAILED)


def of_day(actor: Actor, day_id: str, now: datetime) -> Path:
    """The package of one day in a file that is the caller's to remove; that the actor gets it is recorded first."""
    place = store.folder("days")
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = place / f"{uuid4()}.zip"
    try:
        packages.export(actor, day_id, target, now)
    except packages.NotProved as error:
        raise Broken(N_("This day does not prove itself: %(reason)s"), reason=str(error)) from error
    return target


def days(actor: Actor, scope: Scope) -> list[str]:
    """Names of the days. Raises Refused, or Invalid with every reason: wrong values, beyond the actor's, none there."""
    require_office(actor, Action.PACKAGE_EXPORT)
    problems = _faults(scope)
    held = _held(actor, scope)
    if not problems and not held:
        field = "centre" if scope.centre else "region"
        problems.append(Message(N_("This is outside of the centres that you belong to."), {}, field))
    found = [] if problems else store.days(scope.centre, scope.month, scope.region, scope.date)
    if not problems and not found:
        problems.append(Message(N_("There is no such day."), {}, "month" if scope.centre else "date"))
    if problems:
        raise Invalid(*problems)
    return found


def _held(actor: Actor, scope: Scope) -> bool:
    """A centre of the actor's; of a region all or nothing."""
    if scope.centre:
        return actor.covers(scope.centre)
    return not actor.centres or scope.region in actor.centres


def _faults(scope: Scope) -> list[Message]:
    found = []
    if scope.centre or scope.month:
        if not CENTRE.fullmatch(scope.centre):
            found.append(Message(N_("Enter the centre as 23-0123."), {}, "centre"))
        if not MONTH.fullmatch(scope.month):
            found.append(Message(N_("Enter the month as 2026-06."), {}, "month"))
    else:
        if not REGION.fullmatch(scope.region):
            found.append(Message(N_("Enter the two digits of the region."), {}, "region"))
        if not _is_date(scope.date):
            found.append(Message(N_("Enter the date."), {}, "date"))
    return found


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def begin(actor: Actor, scope: Scope, now: datetime, how: Starts) -> str:
    """Start the export; its id. Raises as ``days`` does, and Invalid when the disk has no room for it."""
    names = days(actor, scope)
    export_id = str(uuid4())
    place = store.folder(export_id)
    place.mkdir(parents=True, mode=0o700)
    try:
        require_room(place, 2 * len(names) * A_DAY)
    except Invalid:
        place.rmdir()
        raise
    with transaction():
        store.add(
            id=export_id, person=actor.person, made=now, scope={**scope.told(), "days": names}, state=WAITING, wish="",
            worker="", beat=now, progress={"done": 0, "total": len(names)}, result={}, told="",
        )  # fmt: skip
    how.start(export_id)
    return export_id


def require_room(place: Path, size: int) -> None:
    """Raise Invalid unless the disk has so much room and some more."""
    if (free := shutil.disk_usage(place).free) < size + ROOM:
        text = N_("The disk has too little room: %(free)s MB are free, about %(need)s MB are needed.")
        raise Invalid(Message(text, {"free": free // 10**6, "need": (size + ROOM) // 10**6}))


# ---------------------------------------------------------------- looking, pausing, fetching


def listed(actor: Actor, now: datetime) -> list[ExportView]:
    """The actor's own, newest first."""
    return [ExportView(row, alive(row, now)) for row in store.of_person(actor.person)]


def export(actor: Actor, export_id: str, now: datetime) -> ExportView:
    """One of the actor's own. Raises NotFound."""
    row = store.get(export_id)
    if row is None or row.person != actor.person:
        raise NotFound(N_("There is no such export."))
    return ExportView(row, alive(row, now))


def pause(actor: Actor, export_id: str, now: datetime) -> None:
    """Obeyed by the process after the day that it is at."""
    export(actor, export_id, now)
    with transaction():
        store.change(export_id, (WAITING, RUNNING), wish="pause")


def go_on(actor: Actor, export_id: str, now: datetime, how: Starts) -> None:
    """Start the process of a paused, failed or broken export again; what is finished stays."""
    found = export(actor, export_id, now)
    if not found.may_go_on:
        return
    with transaction():
        begun = store.change(
            export_id, (found.row.state,), state=WAITING, wish="", worker="", beat=now, told=""
        )
    if begun:
        how.start(export_id)


def remove(actor: Actor, export_id: str, now: datetime) -> None:
    """Forget an export and its files. Raises Invalid while its process works."""
    found = export(actor, export_id, now)
    if found.alive and found.row.state in (WAITING, RUNNING):
        raise Invalid(Message(N_("Pause it first: its process is at work.")))
    _remove(export_id)


def _remove(export_id: str) -> None:
    with transaction():
        store.remove(export_id)
    shutil.rmtree(store.folder(export_id), ignore_errors=True)


def fetch(actor: Actor, export_id: str, now: datetime) -> tuple[Path, str]:
    """(path, name) of the finished file; that the actor gets it is recorded first. Raises NotFound."""
    found = export(actor, export_id, now)
    days(actor, found.scope)  # rights may have changed since it was made
    path = store.folder(export_id) / f"{found.scope.name}.zip"
    if found.state != DONE or not path.exists():
        raise NotFound(N_("This export is not finished."))
    result: dict[str, Any] = found.row.result
    downloads.note(actor, KIND, found.scope.told(), result["sha256"], result["size"], now)
    return path, path.name


def sweep(now: datetime, keep: int) -> int:
    """Remove what is older than ``keep`` days and does not work; how many."""
    old = store.before(now - timedelta(days=keep))
    over = [row.id for row in old if row.state not in (WAITING, RUNNING) or not alive(row, now)]
    for export_id in over:
        _remove(export_id)
    return len(over)


