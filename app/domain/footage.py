"""Footage of a day: what of it lies on which medium, what is still missing, and when a medium is read again.

What was to be recorded is told by the acts (rows of the access journal), what a copy covers by the copy itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.domain.day import Act, Day
from app.domain.facts import Coverage, FootageCopied, Medium, Period, StepDone
from app.domain.plan import Camera, Room
from app.domain.recording import spans
from app.domain.release import Released, kept_until, key, released

MEDIA = ("flash", "hdd", "memory_card", "optical", "other")
ASKED = ("exam", "headquarters", "corridor", "entrance")  # kinds of rooms whose footage is asked for by name
SURE = ("headquarters", "corridor", "entrance")  # those that are asked for though the plan has no camera there
MILLION = 1_000_000
EDGE = timedelta(seconds=90)  # acts are written to the minute: nearer to a start or stop nothing is missing


class State(StrEnum):
    """Of the footage of a camera, or of a room without one."""

    MISSING = "missing"  # recorded, and on no medium
    GAPS = "gaps"
    SILENT = "silent"  # nobody noted that it recorded
    RUNNING = "running"  # the recording was not stopped yet
    UNMEASURED = "unmeasured"  # copied; how much of the time the files hold was not measured
    WHOLE = "whole"
    ONLINE = "online"  # the broadcast keeps it, no copy is asked for


UNCOVERED = (State.MISSING, State.GAPS, State.SILENT)


@dataclass(frozen=True, slots=True)
class Footage:
    """Of one camera, or of a room that has none (``camera`` None).

    ``planned``: the recording by its acts; ``gaps``: what of it no copy covers; ``ppm``: millionths covered, None while
    nothing was measured; ``more``: shorter gaps that the copies only count.
    """

    room: Room
    camera: Camera | None
    state: State
    planned: tuple[Period, ...] = ()
    copies: tuple[Act, ...] = ()
    gaps: tuple[Period, ...] = ()
    ppm: int | None = None
    more: int = 0

    @property
    def window(self) -> Period | None:
        """First to last planned moment."""
        return Period(self.planned[0].start, self.planned[-1].end) if self.planned else None


@dataclass(frozen=True, slots=True)
class OnMedium:
    """A medium with its copies. ``proved``: when the copy that was read longest ago was last read whole.

    ``due``: when it is read again; nothing is read again that was destroyed or given out of keeping (``released``).
    """

    medium: Medium
    copies: tuple[Act, ...]
    checks: tuple[Act, ...]
    proved: datetime
    whole: bool
    due: date | None
    keep: date | None
    released: Released | None = None


# ---------------------------------------------------------------- what was recorded, what is covered


def window(day: Day, room: str) -> Period | None:
    """First to last moment that a room was to be recorded; None while it is not known."""
    found = spans(day, room)
    end = found[-1].end if found else None
    return Period(found[0].start, end) if end else None


def names(day: Day, fact: FootageCopied, camera: Camera) -> bool:
    """Whether a copy is about the camera: by its own name, or by its room alone."""
    of_room = {c.id for c in day.cameras if c.room == camera.room}
    return camera.id in fact.cameras or (camera.room in fact.rooms and not of_room & set(fact.cameras))


def footage(day: Day) -> tuple[Footage, ...]:
    """Of every camera, and of every room without one that is asked for; in the plan's order."""
    copies, unproved = day.tagged("footage.copied"), by_hand(day)
    found = []
    for room in day.rooms:
        cameras = [c for c in day.cameras if c.room == room.code]
        mine = [(c, tuple(a for a in copies if names(day, a.fact, c))) for c in cameras]
        found += [_of(day, room, c, of_it, c.id in unproved) for c, of_it in mine]
        if not cameras:
            of_room = tuple(a for a in copies if room.code in a.fact.rooms)
            if of_room or spans(day, room.code) or room.kind in SURE:
                found.append(_of(day, room, None, of_room))
    return tuple(found)


def by_hand(day: Day) -> frozenset[str]:
    """Cameras whose copying somebody noted as done with another tool: no manifest proves it."""
    found: set[str] = set()
    for step in day.profile.steps:
        if step.footage is None:
            continue
        for act in day.step_acts(step.id):
            if isinstance(act.fact, StepDone) and not act.fact.evidence.get(step.footage.manifest):
                found.update(act.fact.places)
    return frozenset(found)


def uncovered(day: Day, states: Iterable[State] = UNCOVERED) -> tuple[Footage, ...]:
    """What is asked for and lies on no medium, or not whole; or what is in other ``states``.

    Nothing under a profile that does not say which acts start a recording, as those before 1.2.0: there nobody could
    note one.
    """
    if not any(action.effect == "start" for action in day.profile.actions):
        return ()
    wanted = tuple(states)
    return tuple(x for x in footage(day) if x.state in wanted and x.room.kind in ASKED)


def unplanned(day: Day) -> tuple[str, ...]:
    """Kinds of rooms that the profile asks the footage of and the plan has none of."""
    asked = [kind for step in day.profile.steps if step.footage and step.enabled for kind in step.kinds]
    have = {r.kind for r in day.rooms}
    return tuple(kind for kind in dict.fromkeys(asked) if kind not in have)


def _of(day: Day, room: Room, camera: Camera | None, copies: tuple[Act, ...], unproved: bool = False) -> Footage:
    recorded = spans(day, room.code)
    planned = tuple(Period(span.start, span.end) for span in recorded if span.end is not None)
    measured = [c for a in copies for c in a.fact.coverage if camera and c.camera == camera.id]
    if recorded and recorded[-1].end is None:
        return Footage(room, camera, State.RUNNING, planned, copies)
    if not copies and unproved:
        return Footage(room, camera, State.UNMEASURED, planned)
    if not copies:
        kept = State.ONLINE if camera and camera.keeps == "online" else State.MISSING
        return Footage(room, camera, kept if recorded or kept == State.ONLINE else State.SILENT, planned)
    if not measured or not planned:
        return Footage(room, camera, State.UNMEASURED, planned, copies)
    gaps = without(planned, [p for c in measured for p in holds(c)])
    more = min(c.more for c in measured)
    state = State.GAPS if any(_weighs(day, planned, gap) for gap in gaps) else State.WHOLE
    return Footage(room, camera, state, planned, copies, gaps, _ppm(planned, gaps, more), more)


def _weighs(day: Day, planned: Sequence[Period], gap: Period) -> bool:
    """Longer than a blip; at the edge of a recording longer than acts are exact."""
    edge = any(gap.start == p.start or gap.end == p.end for p in planned)
    return gap.end - gap.start > (EDGE if edge else timedelta(seconds=day.profile.limits.blip_s))


def holds(coverage: Coverage) -> tuple[Period, ...]:
    """The parts of the planned time that a copy covers."""
    return without((coverage.planned,), coverage.gaps)


def without(periods: Iterable[Period], taken: Iterable[Period]) -> tuple[Period, ...]:
    """What is left of ``periods`` once every one of ``taken`` is cut out, in order of time."""
    left = list(periods)
    for cut in taken:
        if cut.start < cut.end:
            parts = ((Period(p.start, min(p.end, cut.start)), Period(max(p.start, cut.end), p.end)) for p in left)
            left = [part for pair in parts for part in pair if part.start < part.end]
    return tuple(sorted(left, key=lambda p: p.start))


def _ppm(planned: Sequence[Period], gaps: Sequence[Period], more: int) -> int:
    """Millionths covered; all of them only when nothing is missing."""
    whole, missing = _length(planned), _length(gaps)
    if not whole:
        return MILLION
    found = MILLION * (whole - missing) // whole
    return min(found, MILLION - 1) if missing or more else found


def _length(periods: Iterable[Period]) -> int:
    """Milliseconds."""
    return sum((p.end - p.start) // timedelta(milliseconds=1) for p in periods)


# ---------------------------------------------------------------- media


def checks(day: Day, copy: int) -> tuple[Act, ...]:
    """Later readings of a copy (its entry) that stand, in the journal's order."""
    return tuple(a for a in day.tagged("footage.checked") if a.fact.target == copy)


def media(day: Day) -> tuple[OnMedium, ...]:
    """Every medium with copies that stand, in the order of their first copy."""
    by_serial: dict[str, list[Act]] = {}
    for act in day.tagged("footage.copied"):
        by_serial.setdefault(act.fact.medium.serial, []).append(act)
    gone = released(day)
    return tuple(_medium(day, copies, gone.get(key(serial))) for serial, copies in by_serial.items())


def _medium(day: Day, copies: Sequence[Act], gone: Released | None) -> OnMedium:
    later = {act.seq: checks(day, act.seq) for act in copies}
    proved = min(max((a.at for a in later[c.seq] if a.fact.result == "whole"), default=c.at) for c in copies)
    whole = all(not found or found[-1].fact.result == "whole" for found in later.values())
    keep, every = kept_until(day), day.parameter("recheck_days")
    due = day.local(proved).date() + timedelta(days=int(every)) if every and gone is None else None
    return OnMedium(
        copies[-1].fact.medium, tuple(copies), tuple(a for c in copies for a in later[c.seq]), proved, whole,
        due if due is None or keep is None or due < keep else None, keep, gone,
    )  # fmt: skip
