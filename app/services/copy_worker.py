"""The process that copies, or reads a copy again, for somebody at the browser: ``flask footage run ID``."""

import json
import os
import socket
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from app.domain import N_, DomainError, Invalid, Message, NotFound
from app.domain.codec import clean, plain
from app.domain.people import Actor
from app.domain.rules.footage import MOST_NAMES
from app.footage import transfer
from app.services import checking, copying, days, joining
from app.services.accounts import actor_of
from app.services.beat import Beat, Clock, Context
from app.services.checking import NotChecked
from app.services.copies import CHECK, DONE, FAILED, PAUSED, RUNNING, STOPPED, WAITING, identity
from app.store import copies as store
from app.store import people
from app.store.camera_tables import CopyRow
from app.store.db import transaction

BROKEN = N_("The copying program broke off (%(error)s). What is proved stays: go on, or look at the medium.")


def run(copy_id: str, clock: Clock, context: Context) -> bool:
    """Take the copy that waits and do it; False when there was nothing to take, or it did not end well.

    ``context``: opens the application for a thread.
    """
    worker = f"{socket.gethostname()}:{os.getpid()}"
    with transaction():
        taken = store.change(copy_id, (WAITING,), state=RUNNING, worker=worker, beat=clock())
    row = store.get(copy_id) if taken else None
    if row is None:
        return False
    work = _check if row.asked["what"] == CHECK else _copy
    beat = Beat(row, clock, context, store)
    try:
        with beat:
            result = work(row, beat, clock)
    except (copying.Paused, NotChecked) as error:
        state = {"stop": STOPPED, "pause": PAUSED}.get(beat.wished, FAILED)
        _end(copy_id, clock(), state, () if beat.wished else error.messages)
    except DomainError as error:
        _end(copy_id, clock(), FAILED, error.messages)
    except Exception as error:
        _end(copy_id, clock(), FAILED, (Message(BROKEN, {"error": type(error).__name__}),))
        raise
    else:
        _end(copy_id, clock(), DONE, result=result)
        if work is _copy:
            transfer.forget(Path(row.asked["dest"]))
        return True
    return False


def _end(copy_id: str, now: datetime, state: str, told: Sequence[Message] = (), **more: Any) -> None:
    said = json.dumps([[m.id, m.params] for m in told], ensure_ascii=False, default=str)
    with transaction():
        store.change(copy_id, (RUNNING,), state=state, beat=now, told=said, wish="", **more)


def _copy(row: CopyRow, beat: Beat, clock: Clock) -> dict[str, Any]:
    """Copy, prove, write the manifest, measure."""
    asked, actor = row.asked, _actor(row)
    order = copying.Order(
        tuple(map(_real, asked["sources"])), _real(asked["dest"]), row.day, tuple(asked["cameras"]),
        tuple(asked["rooms"]), asked["rule"], asked["serial"], asked["kind"], asked["seal"],
    )  # fmt: skip
    prepared = copying.prepare(actor, order)
    if identity(prepared.plan.medium) != asked["on"]:
        text = N_("The medium %(serial)s is not in, or the copy is not on it. Put it in and look again.")
        raise Invalid(Message(text, {"serial": asked["serial"]}))
    began = datetime.fromisoformat(beat.shown.setdefault("began", clock().isoformat()))
    beat.show(phase="copying")

    def progress(seen: copying.Progress) -> None:
        beat.show(
            done=seen.done, total=seen.total, rate=int(seen.rate), file=clean(seen.file), proved=len(seen.new),
            there=len(seen.there), left=None if seen.left_s is None else int(seen.left_s),
        )  # fmt: skip

    files = copying.copy(prepared, progress, beat.wish)
    at = clock()
    beat.show(phase="measuring", left=None)
    number, digest = joining.manifest(prepared.plan.root, files, actor.name, at)
    done = copying.Copied(prepared, files, began, at, number, digest)
    result, doubts = joining.result(done, row.day)
    there = {proved.file.path for proved in prepared.plan.proved}
    told = {
        "new": [file.path for file in files if file.path not in there], "there": sorted(there),
        "unnamed": prepared.plan.unnamed, "left_out": prepared.plan.left_out,
    }  # fmt: skip
    lists = {name: {"count": len(got), "names": list(_names(got))} for name, got in told.items()}
    return {"copy": plain(result), "lists": lists, "problems": list(_names(doubts))}


def _real(path: str) -> Path:
    """A path as it was allowed when somebody chose it: since then a medium may have come back with links on it."""
    if os.path.realpath(path) != path:
        raise Invalid(N_("This folder is not among those that the server may read."))
    return Path(path)


def _actor(row: CopyRow) -> Actor:
    person = people.by_id(row.person)
    if person is None:
        raise NotFound(N_("There is no such person."))
    return actor_of(person)


def _check(row: CopyRow, beat: Beat, clock: Clock) -> dict[str, Any]:
    """Read the copy again and compare it with its history and with what the journal says of its manifests."""
    actor, day, target = _actor(row), days.of_everybody(row.day), int(row.asked["target"])
    began = clock()
    beat.show(phase="reading")

    def progress(done: int, total: int, file: str) -> None:
        seconds = (clock() - began).total_seconds()
        rate = int(done / seconds) if seconds > 0 else 0
        left = int((total - done) / rate) if rate else None
        beat.show(done=done, total=total, rate=rate, left=left, file=clean(file))

    known = checking.recorded(day, day.acts[target])
    report = checking.check(_real(row.asked["dest"]), actor.name, clock(), progress, beat.wish, known)
    fact = checking.fact_of(report, known, target, clock())
    problems = [*(f"{p}" for p in report.problems), *([str(report.unwritten)] if report.unwritten else [])]
    return {"check": plain(fact), "problems": [clean(x) for x in problems[:MOST_NAMES]]}


def _names(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(clean(name) for name in found)[:MOST_NAMES]
