"""When the rooms were recorded by what people wrote, and what the machines showed beside it.

Only evidence, no verdict: that a camera streams does not mean that it is recorded.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.access import is_access, row
from app.domain.day import Act, Day
from app.domain.looks import Look, Piece, Run, pieces_of, runs_of, watched
from app.domain.perday import PerDay
from app.domain.plan import Room
from app.domain.profile import Step
from app.domain.sights import ALIVE
from app.domain.timing import window

# An act is written to the minute and the server looks every half minute: nearer than this nothing differs.
TOLERANCE = timedelta(seconds=90)
SWITCHES = ("start", "stop")


@dataclass(frozen=True, slots=True)
class Switch:
    """An act that starts or stops the recording of rooms. ``at``: from when it is so for certain.

    A start counts from the end of its action, a stop from its beginning: between them every camera of it records.
    """

    effect: str
    at: datetime
    rooms: tuple[str, ...]
    act: Act


@dataclass(frozen=True, slots=True)
class Span:
    """A room was recorded from ``start`` to ``end`` (None: it still is), by the acts that say so."""

    start: datetime
    end: datetime | None
    act_start: Act
    act_end: Act | None


def switches(day: Day) -> tuple[Switch, ...]:
    """Acts that start or stop recording and stand, as corrected, by their moment."""
    return SWITCHED.of(day, None, lambda: tuple(sorted(_switches(day), key=lambda s: (s.at, s.act.seq))))


SWITCHED: PerDay[tuple[Switch, ...]] = PerDay()


def _switches(day: Day) -> Iterator[Switch]:
    for act in day.acts.values():
        if act.fact is None or act.void or not is_access(day, act):
            continue
        found = row(day, act, 0)
        action = day.profile.action(found.action)
        if action is not None and action.effect in SWITCHES:
            yield Switch(action.effect, found.end if action.effect == "start" else found.start, found.rooms, act)


def switch_of(day: Day, act: Act) -> Switch | None:
    """The start or stop that an act is, if it is one."""
    return next((s for s in switches(day) if s.act.seq == act.seq), None)


def spans(day: Day, room: str) -> tuple[Span, ...]:
    """When the room was recorded, in order. A second start while it runs breaks nothing; a stop ends what runs."""
    found: list[Span] = []
    for switch in switches(day):
        if room not in switch.rooms:
            continue
        runs = found[-1] if found and found[-1].end is None else None
        if switch.effect == "start" and runs is None:
            found.append(Span(switch.at, None, switch.act, None))
        elif switch.effect == "stop" and runs is not None:
            found[-1] = Span(runs.start, switch.at, runs.act_start, switch.act)
    return tuple(found)


def span_at(day: Day, room: str, moment: datetime) -> Span | None:
    """The span that covers the moment."""
    return next((s for s in spans(day, room) if s.start <= moment and (s.end is None or moment < s.end)), None)


def recording(day: Day, room: str, now: datetime) -> bool:
    """Whether the room is recorded at that moment, by what people wrote."""
    return span_at(day, room, now) is not None


# ---------------------------------------------------------------- the plan


def planned(day: Day, place: str, now: datetime) -> bool:
    """Whether a room (or the room of a camera) is to record at that moment: from its start until its stop.

    The start is that of the act; before there is one, the planned time of the step that starts it.
    """
    camera = day.camera(place)
    room = camera.room if camera else place
    last = next((s for s in reversed(switches(day)) if room in s.rooms and s.at <= now), None)
    if last is not None:
        return last.effect == "start"
    start = planned_start(day, room)
    return start is not None and start <= now


def planned_start(day: Day, room: str) -> datetime | None:
    """When the profile has the recording of the room begin; None where no step of it does, or it is not required."""
    spec = day.room(room)
    if spec is None:
        return None
    found = [window(s, day, p).start for s in steps(day, "start") for p in places_in(day, s, spec) if _asked(day, s, p)]
    return min((moment for moment in found if moment), default=None)


def _asked(day: Day, step: Step, place: str) -> bool:
    """Nobody said that the step is not possible or not required there."""
    return all(act.tag == "step.done" or place not in getattr(act.fact, "places", ()) for act in day.step_acts(step.id))


def steps(day: Day, effect: str) -> tuple[Step, ...]:
    """Steps of the profile that start or stop recording, room by room or camera by camera."""

    def fits(step: Step) -> bool:
        action = day.profile.action(step.access.action) if step.access else None
        by_place = step.repeat in ("room", "camera") and step.enabled
        return by_place and action is not None and action.effect == effect

    return tuple(step for step in day.profile.steps if fits(step))


def places_in(day: Day, step: Step, room: Room) -> tuple[str, ...]:
    """Places of a step in a room: the room itself, or its cameras."""
    if step.kinds and room.kind not in step.kinds:
        return ()
    return (room.code,) if step.repeat == "room" else tuple(c.id for c in day.cameras if c.room == room.code)


# ---------------------------------------------------------------- the order of the day


@dataclass(frozen=True, slots=True)
class Breach:
    """A step was done while rooms that had to record by then did not. ``started``: when they all did, if they did."""

    act: Act
    rooms: tuple[str, ...]
    started: datetime | None


def unrecorded(day: Day, step: Step, moment: datetime) -> tuple[str, ...]:
    """Rooms that have to record before the step and do not at that moment; those excused from it are left out."""
    kinds = step.needs_recording
    rooms = (r.code for r in day.rooms if r.kind in kinds and not _waived(day, r))
    return tuple(code for code in rooms if not recording(day, code, moment))


def _waived(day: Day, room: Room) -> bool:
    return any(
        act.tag == "step.waived" and place in act.fact.places
        for step in steps(day, "start") for place in places_in(day, step, room) for act in day.step_acts(step.id)
    )  # fmt: skip


def breaches(day: Day) -> tuple[Breach, ...]:
    """Breaches of the order of the day, as the journal tells it now."""
    found = []
    for step in day.profile.steps:
        if not step.needs_recording:
            continue
        for act in day.step_acts(step.id):
            if act.tag == "step.done" and (rooms := unrecorded(day, step, act.at)):
                begun = [next((s.start for s in spans(day, r) if s.start > act.at), None) for r in rooms]
                started = [moment for moment in begun if moment]
                found.append(Breach(act, rooms, max(started) if len(started) == len(begun) else None))
    return tuple(found)


# ---------------------------------------------------------------- act and machine


@dataclass(frozen=True, slots=True)
class Mismatch:
    """An act and a camera that differ. ``kind``: late, none, early (of a start), still (of a stop).

    ``seen_at``: first frame, since when alive, or last seen alive; None: nothing was seen until ``until``.
    ``weighs``: more than a picture where none was needed. A camera may show its picture all day and still be recorded
    only from the start to the stop, so an early or late picture weighs only when the device itself says that it
    records, or when the picture had come with the recording and did not go with it.
    """

    act: Act
    camera: str
    kind: str
    act_at: datetime
    seen_at: datetime | None = None
    until: datetime | None = None
    weighs: bool = True


def mismatches(day: Day, looks: Mapping[str, Look] | None = None) -> tuple[Mismatch, ...]:
    """Where acts and cameras differ, in the journal's order of the acts; nothing of cameras that nobody watched.

    ``looks``: what is known beyond the journal, which holds changes only.
    """
    looks = looks or {}
    found = [m for c in day.cameras for m in _of_camera(day, c.id, c.room, looks.get(c.id))]
    return tuple(sorted(found, key=lambda m: m.act.seq))


def _of_camera(day: Day, camera: str, room: str, look: Look | None) -> Iterator[Mismatch]:
    pieces = pieces_of(day, camera)
    if not pieces:
        return
    runs = runs_of(pieces)
    before: datetime | None = None  # end of the span before
    all_spans = spans(day, room)
    for number, span in enumerate(all_spans):
        following = all_spans[number + 1].start if number + 1 < len(all_spans) else None
        yield from _start(day, camera, span, before, pieces, runs, look)
        if span.end is not None:
            yield from _stop(camera, span, following, pieces, runs, look)
        before = span.end


def _start(
    day: Day, camera: str, span: Span, before: datetime | None, pieces: list[Piece], runs: list[Run],
    look: Look | None,
) -> Iterator[Mismatch]:
    """Nothing was seen in time after a start; or the picture was there before it."""
    start, latest = span.start, span.start + TOLERANCE
    run = next((r for r in runs if r.since <= latest and (r.until is None or r.until > start)), None)
    if run is None:
        if pieces[0].since > latest and pieces[0].state == ALIVE and not pieces[0].came:
            return  # nobody watched yet when it was started
        later = next((r for r in runs if r.since > latest and (span.end is None or r.since < span.end)), None)
        if later is not None:
            yield Mismatch(span.act_start, camera, "late", start, seen_at=later.since)
            return
        until = span.end or max(day.received, look.looked if look else day.received)
        if until > latest:
            yield Mismatch(span.act_start, camera, "none", start, until=until)
        return
    since = max(run.since, before) if before else run.since
    said = next((s for s, _ in run.recorded if s < start - TOLERANCE and (before is None or s > before)), None)
    if said is not None:
        yield Mismatch(span.act_start, camera, "early", start, seen_at=said)
    elif since == run.since and since < start - TOLERANCE:
        yield Mismatch(span.act_start, camera, "early", start, seen_at=since, weighs=False)


def _stop(
    camera: str, span: Span, following: datetime | None, pieces: list[Piece], runs: list[Run], look: Look | None
) -> Iterator[Mismatch]:
    """The picture was still there after a stop."""
    end, act = span.end, span.act_end
    assert end is not None and act is not None
    latest = end + TOLERANCE
    run = next((r for r in runs if r.since <= end and (r.until is None or r.until > latest)), None)
    if run is None:
        return
    told = [run.until] if run.until else [look.looked] if look and look.state == ALIVE else [pieces[-1].since]
    seen = min(moment for moment in (*told, following) if moment)
    if seen <= latest:
        return
    says = [s for s, until in run.recorded if s > latest or (s <= end and until is not None and until > latest)]
    says += [look.looked] if look and look.recording == "yes" and run.until is None and following is None else []
    came = run.came and run.since > span.start - TOLERANCE
    yield Mismatch(act, camera, "still", end, seen_at=seen, weighs=bool(says) or came)


@dataclass(frozen=True, slots=True)
class Proof:
    """What the machines showed of a start or stop. ``watched``: cameras of its rooms; ``agree``: without a difference.

    ``mismatches``: those that weigh come first.
    """

    effect: str
    watched: int
    agree: int
    mismatches: tuple[Mismatch, ...]

    @property
    def differs(self) -> bool:
        return any(m.weighs for m in self.mismatches)


def proofs(day: Day, looks: Mapping[str, Look] | None = None) -> dict[int, Proof]:
    """Of every start and stop whose rooms have a watched camera, by its entry."""
    seen, found = watched(day), {}
    by_act: dict[int, list[Mismatch]] = {}
    for mismatch in mismatches(day, looks):
        by_act.setdefault(mismatch.act.seq, []).append(mismatch)
    for switch in switches(day) if seen else ():
        cameras = {c.id for c in day.cameras if c.room in switch.rooms and c.id in seen}
        if cameras:
            told = sorted(by_act.get(switch.act.seq, ()), key=lambda m: (not m.weighs, m.camera))
            weighing = {m.camera for m in told if m.weighs}
            found[switch.act.seq] = Proof(switch.effect, len(cameras), len(cameras - weighing), tuple(told))
    return found
