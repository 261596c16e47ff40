"""Copying footage onto a medium: what is asked for, what stands in the way of it, the copy, and who is told of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from app.domain import N_, Invalid, Message
from app.domain import facts as f
from app.domain.day import Day
from app.domain.people import Actor
from app.domain.plan import Camera
from app.domain.policy import Action, require_member
from app.footage import transfer
from app.footage.errors import writing
from app.footage.files import FileHash
from app.footage.media import MediumFacts, medium
from app.footage.naming import Rule, camera_number
from app.footage.transfer import Cannot, Differs, Paused, Plan, Progress
from app.services import days
from app.services.accounts import somebody
from app.services.joining import manifest, recorded, times

__all__ = [
    "Cannot", "Copied", "Differs", "Order", "Paused", "Prepared", "Progress", "copy", "prepare", "somebody", "tell",
]  # fmt: skip


@dataclass(frozen=True)
class Order:
    """What somebody wants. ``day``: "" without one; ``rule``: name the copies by it; ``serial``, ``kind``: "" as the
    system tells; ``viewed``: somebody looks at a sample, None not said.
    """

    sources: tuple[Path, ...]
    dest: Path
    day: str = ""
    cameras: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    rule: bool = False
    serial: str = ""
    kind: str = ""
    seal: str = ""
    viewed: bool | None = None


@dataclass(frozen=True)
class Prepared:
    """A copy that can be made, and what the journal will call its medium."""

    order: Order
    plan: Plan
    medium: f.Medium


@dataclass(frozen=True)
class Copied:
    """A copy that is proved. ``generation``: of its manifest, 0 without one; ``entry``: of the day's journal, counted
    from 1 as people count.
    """

    prepared: Prepared
    files: tuple[FileHash, ...]
    began: datetime
    ended: datetime
    generation: int = 0
    manifest: str = ""
    entry: int | None = None

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)

    @property
    def formats(self) -> tuple[str, ...]:
        """Endings of the files, small letters, each once."""
        return tuple(sorted({Path(file.path).suffix[1:].lower() for file in self.files} - {""}))


def prepare(actor: Actor | None, order: Order) -> Prepared:
    """Everything that can be known before the first byte. Raises Cannot with every reason at once; writes nothing."""
    problems: list[Message] = []
    day, rule, on = None, None, medium(order.dest)
    if order.day and actor:
        day = days.load(actor, order.day)
        require_member(day, actor, Action.FOOTAGE_COPY)
        problems += _unknown(day, order)
    if not order.serial and not on.serial and order.day:
        text = N_("The system does not tell the serial number of the medium. Read it off the medium and give it.")
        problems.append(Message(text, {}, "serial"))
    if order.rule:
        try:
            rule = _rule(day, order)
        except Invalid as error:
            problems += error.messages
    plan = None
    try:
        plan = transfer.plan(list(order.sources), order.dest, rule, on)
    except Cannot as error:
        problems += error.messages
    if problems or plan is None:
        raise Cannot(*problems)
    return Prepared(order, plan, _medium(order, plan.root, on))


def copy(prepared: Prepared, progress: Callable[[Progress], None], wish: Callable[[], str]) -> tuple[FileHash, ...]:
    """As ``transfer.copy``."""
    return transfer.copy(prepared.plan, progress, wish)


def tell(
    actor: Actor | None, prepared: Prepared, files: tuple[FileHash, ...], began: datetime, now: datetime, entry: str
) -> Copied:
    """Write the manifest, record the copy in the day it is for, and let the journal of the copy go, in this order.

    ``entry``: id of the entry to write. Cut off before the end, the same copy is told again.
    """
    done = Copied(prepared, files, began, now)
    with writing(prepared.plan.root):
        generation, digest = manifest(prepared.plan.root, files, actor.name if actor else "", now)
    done = replace(done, generation=generation, manifest=digest)
    if prepared.order.day and actor:
        done = replace(done, entry=recorded(actor, done, entry, now))
    transfer.forget(prepared.plan.root)
    return done


def _unknown(day: Day, order: Order) -> list[Message]:
    cameras = [name for name in order.cameras if day.camera(name) is None]
    rooms = [code for code in order.rooms if day.room(code) is None]
    found = []
    if cameras:
        text = N_("Not in the plan of this day: %(cameras)s.")
        found.append(Message(text, {"cameras": ", ".join(cameras)}, "cameras"))
    if rooms:
        found.append(Message(N_("Not in the plan of this day: %(rooms)s."), {"rooms": ", ".join(rooms)}, "rooms"))
    if not order.cameras and not order.rooms:
        found.append(Message(N_("Say which cameras or rooms the footage is of."), {}, "cameras"))
    return found


def _rule(day: Day | None, order: Order) -> Rule:
    """The rule of names for the one camera whose footage is copied. Raises Invalid."""
    if day is None:
        raise Invalid(Message(N_("The rule of names needs the day: it takes centre and clock from it."), {}, "name"))
    cameras = _cameras(day, order)
    if len(cameras) != 1:
        text = N_("The rule of names needs one camera: copy the footage of each camera by itself.")
        raise Invalid(Message(text, {}, "name"))
    centre, camera = day.opened.centre, cameras[0]
    zone = ZoneInfo(centre.zone)
    return Rule(centre.region, centre.code, camera.room, camera_number(camera.id), zone, times(zone))


def _cameras(day: Day, order: Order) -> list[Camera]:
    return [c for c in day.cameras if c.id in order.cameras or (not order.cameras and c.room in order.rooms)]


def _medium(order: Order, root: Path, on: MediumFacts) -> f.Medium:
    """``folder``: below the place where the medium hangs, which is another one in every machine."""
    folder = root.relative_to(on.mount).as_posix() if on.mount and root.is_relative_to(on.mount) else root.name
    return f.Medium(
        serial=order.serial or on.serial, kind=order.kind or on.kind, file_system=on.file_system, label=on.label,
        folder="" if folder == "." else folder, capacity=on.capacity,
    )  # fmt: skip
