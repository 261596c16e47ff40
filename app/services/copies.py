"""Copies that run on the server because somebody asked for them in the browser, and what becomes of them.

The copy itself is made by a process of its own (``copy_worker``), which outlives a restart of the web server. What
they know of each other stands in the table.
"""

import os
import socket
import subprocess
import sys
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from app.domain import N_, Invalid, Message, NotFound
from app.domain import facts as f
from app.domain.codec import build, clean
from app.domain.day import Act, Day
from app.domain.people import Actor
from app.domain.policy import Action, require_member
from app.footage.media import MediumFacts
from app.services import copying, days, footage, places
from app.services.footage import Result
from app.services.record import Device, Receipt
from app.store import copies as store
from app.store import journal
from app.store.camera_tables import CopyRow
from app.store.db import transaction
from app.store.review_tables import ExportRow

WAITING, RUNNING, PAUSED, STOPPED, DONE, FAILED = ("waiting", "running", "paused", "stopped", "done", "failed")
SILENT = timedelta(seconds=30)  # so long without a sign of life, and a process that cannot be seen is dead
COPY, CHECK = "copy", "check"
ALL = (WAITING, RUNNING, PAUSED, STOPPED, DONE, FAILED)
_started: dict[int, "subprocess.Popen[bytes]"] = {}  # of this process, so that none is left as a zombie


@dataclass(frozen=True)
class Asked:
    """What somebody chose. ``place`` and ``folder``: where the copy goes; ``rule``: name the files by it."""

    sources: tuple[str, ...]
    place: str
    folder: str
    cameras: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    rule: bool = False
    serial: str = ""
    kind: str = ""
    seal: str = ""


@dataclass(frozen=True)
class CopyView:
    """A copy or check as it stands. ``alive``: its process works, or is about to."""

    row: CopyRow
    alive: bool

    @property
    def state(self) -> str:
        """Of STATES, or ``broken``: its process is gone and nobody said so."""
        return "broken" if self.row.state in (WAITING, RUNNING) and not self.alive else self.row.state

    @property
    def what(self) -> str:
        return str(self.row.asked["what"])

    @property
    def may_go_on(self) -> bool:
        return self.state in ("broken", PAUSED, FAILED)

    @property
    def recordable(self) -> bool:
        return self.row.state == DONE and self.row.entry is None


@dataclass(frozen=True)
class Started:
    """How the process that copies is started: the installation that it works for."""

    instance: Path
    database: str
    project: Path
    environment: dict[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = ("footage", "run")

    def start(self, copy_id: str) -> None:
        """In a session of its own: what ends the web server does not end it."""
        given = {"LOGBOOK_INSTANCE": str(self.instance), "LOGBOOK_DATABASE_URL": self.database, **self.environment}
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "app", *self.command, copy_id],
            cwd=self.project, env={**os.environ, **given}, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        _started[process.pid] = process


# ---------------------------------------------------------------- asking


def order_of(day_id: str, asked: Asked, setting: str) -> copying.Order:
    """What the copying program is to do. Raises Invalid with every place that may not be read or written."""
    problems: list[Message] = []
    sources, dest = [], Path()
    for source in asked.sources:
        try:
            sources.append(places.within(setting, source))
        except NotFound as error:
            problems += [Message(m.id, m.params, "source") for m in error.messages]
    if not asked.sources:
        problems.append(Message(N_("Choose the folder that holds the footage."), {}, "source"))
    try:
        dest = places.target(setting, asked.place, asked.folder)
    except NotFound:
        problems.append(Message(N_("Choose the medium."), {}, "place"))
    except Invalid as error:
        problems += error.messages
    if problems:
        raise Invalid(*problems)
    return copying.Order(
        tuple(sources), dest, day_id, asked.cameras, asked.rooms, asked.rule, asked.serial, asked.kind, asked.seal
    )


def prepare(actor: Actor, day_id: str, asked: Asked, setting: str, now: datetime) -> copying.Prepared:
    """Everything that can be known before the first byte. Raises Invalid with every reason; writes nothing."""
    require_member(days.load(actor, day_id), actor, Action.FOOTAGE_COPY)
    problems: list[Message] = []
    prepared = None
    try:
        prepared = copying.prepare(actor, order_of(day_id, asked, setting))
    except Invalid as error:
        problems += [Message(m.id, m.params, FIELDS.get(m.field, m.field)) for m in error.messages]
    if busy := _busy(asked.place, now):
        problems.append(busy)
    if problems or prepared is None:
        raise Invalid(*problems)
    return prepared


FIELDS = {"sources": "source", "dest": "place", "name": "rule"}  # of the copying program: of the page


def _busy(place: str, now: datetime) -> Message | None:
    """Another copy or check works on the medium."""
    real = os.path.realpath(place)
    for row in store.in_states((WAITING, RUNNING)):
        if row.asked["place"] == real and alive(row, now):
            text = N_("Another copy or check is working on this medium. Wait until it has ended, or pause it.")
            return Message(text, {}, "place")
    return None


def begin(actor: Actor, day_id: str, asked: Asked, setting: str, now: datetime, how: Started) -> str:
    """Start the copy; its id. Raises Invalid as ``prepare`` does."""
    prepared = prepare(actor, day_id, asked, setting, now)
    medium = {"serial": prepared.medium.serial, "kind": prepared.medium.kind}
    plan = {"files": len(prepared.plan.items), "total": prepared.plan.size}
    kept = {
        "what": COPY, "sources": [str(s) for s in prepared.order.sources], "dest": str(prepared.order.dest),
        "place": os.path.realpath(asked.place), "cameras": list(asked.cameras), "rooms": list(asked.rooms),
        "rule": asked.rule, "seal": asked.seal, "on": identity(prepared.plan.medium), **medium,
    }  # fmt: skip
    return _start(actor, day_id, kept, plan, now, how)


def identity(on: MediumFacts) -> list[Any]:
    """What tells a medium at its place from another one there, and from the empty folder where it was."""
    return [on.serial, on.mount, on.capacity]


def begin_check(actor: Actor, day_id: str, seq: int, setting: str, now: datetime, how: Started) -> str:
    """Start reading copy ``seq`` again; the id of the check. Raises Invalid when its medium is not there."""
    day = days.load(actor, day_id)
    require_member(day, actor, Action.FOOTAGE_COPY)
    act = _copy(day, seq)
    root, place = find(act.fact.medium, setting)
    if busy := _busy(place, now):
        raise Invalid(busy)
    kept = {"what": CHECK, "target": seq, "dest": str(root), "place": os.path.realpath(place)}
    medium = {"serial": act.fact.medium.serial, "kind": act.fact.medium.kind}
    plan = {"files": act.fact.files, "total": act.fact.size}
    return _start(actor, day_id, {**kept, **medium}, plan, now, how)


def _copy(day: Day, seq: int) -> Act:
    act = day.acts.get(seq)
    if act is None or act.tag != "footage.copied" or act.void:
        raise NotFound(N_("There is no such copy to check, or it is void."))
    return act


def find(medium: f.Medium, setting: str) -> tuple[Path, str]:
    """Where the copy on a medium lies now, and its place. Raises Invalid when it is not to be found."""
    for place in places.places(setting):
        on = place.medium
        if on.serial and on.serial != medium.serial:
            continue
        for base in (place.path, on.mount or place.path):
            root = Path(os.path.realpath(Path(base) / medium.folder))
            inside = root.is_relative_to(place.path) and (root / "ascmhl").is_dir()
            if inside:
                return root, place.path
    text = N_("The medium %(serial)s is not in, or the copy is not on it. Put it in and look again.")
    raise Invalid(Message(text, {"serial": medium.serial}))


def _start(actor: Actor, day_id: str, asked: dict[str, Any], plan: dict[str, Any], now: datetime, how: Started) -> str:
    copy_id = str(uuid4())
    with transaction():
        store.add(
            id=copy_id, day=day_id, person=actor.person, made=now, asked=asked, state=WAITING, wish="", worker="",
            beat=now, progress={"done": 0, **plan}, result={}, told="", entry=None,
        )  # fmt: skip
    how.start(copy_id)
    return copy_id


# ---------------------------------------------------------------- looking, pausing, going on


def alive(row: CopyRow | ExportRow, now: datetime) -> bool:
    """The process of a waiting or running copy is there: seen on this machine, else heard of lately."""
    host, _, pid = row.worker.rpartition(":")
    heard = row.beat is not None and abs(now - row.beat) < SILENT
    if host == socket.gethostname() and pid.isdecimal():
        return _runs(int(pid)) and (heard or _is_of(int(pid), row.id))
    return heard


def _runs(pid: int) -> bool:
    if known := _started.get(pid):
        return known.poll() is None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _is_of(pid: int, copy_id: str) -> bool:
    """That process is the one of the copy: after a restart of the machine another one may have its number."""
    try:
        return copy_id.encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:  # no such list here, or it is not for us
        return True


def copy(actor: Actor, day_id: str, copy_id: str, now: datetime) -> CopyView:
    """One of the day's. Raises NotFound."""
    days.load(actor, day_id)
    row = store.get(copy_id)
    if row is None or row.day != day_id:
        raise NotFound(N_("There is no such copy."))
    return CopyView(row, alive(row, now))


def listed(day: Day, now: datetime) -> tuple[CopyView, ...]:
    """Those of a day that the reader may read; newest first."""
    return tuple(CopyView(row, alive(row, now)) for row in store.of_day(day.id))


def wish(actor: Actor, day_id: str, copy_id: str, what: str, now: datetime) -> None:
    """``pause`` or ``stop``: obeyed by the process within seconds; without one it is so at once."""
    found = _mine(actor, day_id, copy_id, now)
    with transaction():
        if found.alive and found.row.state in (WAITING, RUNNING):
            store.change(copy_id, (WAITING, RUNNING), wish=what)
        elif what == "stop":
            store.change(copy_id, (WAITING, RUNNING, PAUSED, FAILED), state=STOPPED)


def go_on(actor: Actor, day_id: str, copy_id: str, now: datetime, how: Started) -> None:
    """Start the process of a paused, failed or broken copy again; it goes on where it stopped."""
    found = _mine(actor, day_id, copy_id, now)
    if not found.may_go_on:
        return
    if busy := _busy(found.row.asked["place"], now):
        raise Invalid(busy)
    with transaction():
        old = (found.row.state,)
        begun = store.change(copy_id, old, state=WAITING, wish="", worker="", beat=now, told="")
    if begun:
        how.start(copy_id)


def _mine(actor: Actor, day_id: str, copy_id: str, now: datetime) -> CopyView:
    require_member(days.load(actor, day_id), actor, Action.FOOTAGE_COPY)
    return copy(actor, day_id, copy_id, now)


# ---------------------------------------------------------------- recording


def result_of(row: CopyRow, ahead: timedelta = timedelta()) -> Result:
    """What the process proved. ``ahead``: a rehearsal's clock minus the real one, by which the copy was made."""
    found: Result = build(Result, row.result["copy"])
    return replace(found, began=found.began + ahead, at=found.at + ahead)


def record(
    actor: Actor, day_id: str, copy_id: str, now: datetime, viewed: bool | None = None, period: f.Period | None = None,
    late_reason: str = "", device: Device | None = None,
) -> Receipt:  # fmt: skip
    """Write a finished copy or check into the journal, once; the receipt of its entry. Raises Invalid."""
    found, day = _mine(actor, day_id, copy_id, now), days.load(actor, day_id)
    if found.row.state != DONE:
        raise Invalid(Message(N_("This has not ended yet.")))
    entry_id = copy_id  # so that it is recorded once, whoever presses the button
    if known := journal.find(days.log_of(day_id), entry_id):
        return Receipt(known.seq, True, days.load_with_checkpoint(actor, day_id)[1])
    if found.what == CHECK:
        fact: f.FootageChecked = build(f.FootageChecked, found.row.result["check"])
        fact = replace(fact, at=fact.at + day.ahead, late_reason=clean(late_reason))
        receipt = footage.checked(actor, day_id, entry_id, fact, now, device)
    else:
        made = result_of(found.row, day.ahead)
        made = replace(made, viewed=viewed, period=made.period or period, late_reason=clean(late_reason))
        receipt = footage.copied(actor, day_id, entry_id, made, now, device)[0]
    with transaction():
        store.change(copy_id, ALL, entry=receipt.seq)
    return receipt
