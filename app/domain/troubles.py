"""What of a day needs somebody above the centre, as a region's board tells it: no words, only what, where, when, who.

A function of the day and the moment. It changes when the journal grows, when somebody takes a step, and by the clock
alone at the moments that ``moments`` names.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from app.domain import recording, review
from app.domain.checklist import CLOSED, PlaceState, State, StepView
from app.domain.day import Day
from app.domain.duty import on_duty
from app.domain.missing import due_by
from app.domain.outages import Outage, running
from app.domain.people import SYSTEM
from app.domain.plan import TECHNICIANS
from app.domain.profile import Texts
from app.domain.review import Stage
from app.domain.sights import ALIVE, newest

LEVELS = ("over", "soon", "wait")  # worst first
# The logbook's own, of no regulation: nobody wrote anything for so long while the day runs.
SILENCE = timedelta(hours=1)
MOST = 3  # troubles of one kind on a day that are told one by one


@dataclass(frozen=True, slots=True)
class Trouble:
    """``kind``: damaged, overdue, outage, camera, silent, late (not handed in), mismatch.

    ``step``, ``title``: of an overdue step; ``places`` of the sort ``repeat``; ``what``: kind of the outage, state of
    the camera or kind of the difference; ``stage``, ``minutes``: how far an outage came; ``number``: entry that it is
    about. ``who``: short names of those on duty, or of the one who has it ``until`` then; ``roles``: theirs.
    """

    kind: str
    level: str
    since: datetime | None
    step: str = ""
    title: Texts = field(default_factory=dict)
    places: tuple[str, ...] = ()
    repeat: str = ""
    what: str = ""
    stage: str = ""
    minutes: int = 0
    number: int = 0
    who: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    until: datetime | None = None

    def plain(self) -> dict[str, Any]:
        """As JSON holds it; what says nothing is left out."""
        found = {f.name: getattr(self, f.name) for f in fields(self)}
        return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in found.items() if v or k == "kind"}


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody has a step or an outage, until then on the day's own clock."""

    short: str
    role: str
    until: datetime


def troubles(day: Day, views: Sequence[StepView], now: datetime, held: Mapping[str, Held]) -> tuple[Trouble, ...]:
    """What needs somebody, worst first; nothing of a day that was countersigned. ``held``: by step or outage."""
    if review.stage_of(day) == Stage.ACCEPTED:
        return ()
    found = [*_overdue(day, views, held), *_outages(day, now, held), *_cameras(day, now), *_silent(day, views, now)]
    return ordered([*found, *standing(day, now)])


def standing(day: Day, now: datetime) -> tuple[Trouble, ...]:
    """Those of them that a journal from elsewhere tells too, whenever it came."""
    return ordered([*_late(day, now), *_mismatches(day)])


def ordered(found: Sequence[Trouble]) -> tuple[Trouble, ...]:
    """Worst first, the oldest above: what stays as it is keeps its place."""
    return tuple(sorted(found, key=lambda t: (*rank(t.level, t.since), t.kind, t.step)))


def rank(level: str, since: datetime | None) -> tuple[int, str]:
    """What sorts by how much it hurts: the level, then since when; what nobody knows the time of comes first."""
    return LEVELS.index(level), since.isoformat() if since else ""


def moments(day: Day, views: Sequence[StepView], held: Mapping[str, Held]) -> Iterator[datetime]:
    """Every moment at which the clock alone brings, changes or ends a trouble or a count of rooms.

    When steps open and become overdue ``summary.next_change`` tells.
    """
    yield from (day.end, due_by(day))
    if (begin := begins(day, views)) is not None:
        last = heard(day)
        yield begin
        yield (max(begin, last[0]) if last else begin) + SILENCE
    for outage in running(day):
        yield from (at for _, at in outage.limits)
    for room in day.rooms:
        if start := recording.planned_start(day, room.code):
            yield start
    yield from (switch.at for switch in recording.switches(day))  # a device's clock may be ahead
    yield from (h.until for h in held.values())


def rooms(day: Day, now: datetime) -> tuple[int, int]:
    """How many rooms are to record now, and of how many nothing speaks against it that they do."""
    due = {r.code for r in day.rooms if recording.planned(day, r.code, now)}
    failed = {room for o in running(day) if o.kind == "recording" for room in o.rooms}
    failed |= {c.room for c in day.cameras if c.id in _failing(day, now)}
    return len(due), sum(room not in failed and recording.recording(day, room, now) for room in due)


def curve(day: Day, views: Sequence[StepView]) -> list[list[int]]:
    """By half hour of the exam's date on the centre's clock: (which, steps due in it, steps finished in it)."""
    found: dict[int, list[int]] = {}
    for view in views:
        limit = view.window.limit
        if limit is None or view.window.dated or view.state == State.OFF:
            continue
        found.setdefault(_half_hour(day, limit), [0, 0])[0] += 1
        if view.state in CLOSED and view.acts:
            found.setdefault(_half_hour(day, max(a.at for a in view.acts)), [0, 0])[1] += 1
    return [[slot, *counts] for slot, counts in sorted(found.items())]


def _half_hour(day: Day, moment: datetime) -> int:
    there = day.local(moment)
    return 48 * (there.date() - day.date).days + (there.hour * 60 + there.minute) // 30


def begins(day: Day, views: Sequence[StepView]) -> datetime | None:
    """When the first step of the exam's own date opens."""
    opens = (p.window.opens for v in views if v.state != State.OFF for p in v.places if not p.window.dated)
    return min((m for m in opens if m and day.local(m).date() == day.date), default=None)


def heard(day: Day) -> tuple[datetime, int] | None:
    """When a person wrote last, and the entry."""
    return next(((x.received, x.seq) for x in reversed(day.lines) if x.by.person != SYSTEM.person), None)


# ---------------------------------------------------------------- kinds


def _overdue(day: Day, views: Sequence[StepView], held: Mapping[str, Held]) -> Iterator[Trouble]:
    """What preparation left undone before the exam's date hurts less than what the day itself asks."""
    for view in views:
        late = [p for p in view.places if p.state == State.OVERDUE]
        if not late:
            continue
        who, roles, until = _who(day, view.step.id, held, view.step.performers)
        own = any(not p.window.dated and day.local(_due(p)).date() >= day.date for p in late)
        yield Trouble(
            "overdue", "over" if own else "soon", min(map(_due, late)), view.step.id,
            dict(view.step.title), tuple(p.place for p in late if p.place), view.step.repeat, who=who, roles=roles,
            until=until,
        )  # fmt: skip


def _due(place: PlaceState) -> datetime:
    assert place.window.due is not None  # what is overdue had a limit
    return place.window.due


def _outages(day: Day, now: datetime, held: Mapping[str, Held]) -> Iterator[Trouble]:
    for outage in running(day):
        who, roles, until = _who(day, outage.name, held, TECHNICIANS)
        stage = outage.stage(now)
        minutes = int((dict(outage.limits)[stage] - outage.began).total_seconds() // 60) if stage else 0
        yield Trouble(
            "outage", level(outage, now), outage.began, places=outage.rooms, repeat="room", what=outage.kind,
            stage=stage, minutes=minutes, number=outage.seq, who=who, roles=roles,
            until=until,
        )  # fmt: skip


def level(outage: Outage, now: datetime) -> str:
    """How bad an open outage is; what is lost for good is never only waited for."""
    weight = outage.weight(now)
    return ("wait", "soon", "over", "over")[weight if outage.repairable else max(weight, 1)]


def _failing(day: Day, now: datetime) -> list[str]:
    """Cameras that are to record and show nothing living, by the journal."""
    bad = [name for name, fact in newest(day).items() if fact.state != ALIVE]
    return [c.id for c in day.cameras if c.id in bad and recording.planned(day, c.id, now)] if bad else []


def _cameras(day: Day, now: datetime) -> Iterator[Trouble]:
    if failing := _failing(day, now):
        seen = newest(day)
        states = {seen[name].state for name in failing}
        who, roles, _ = _who(day, "", {}, TECHNICIANS)
        yield Trouble(
            "camera", "over", min(seen[name].since for name in failing), places=tuple(failing), repeat="camera",
            what=states.pop() if len(states) == 1 else "", who=who, roles=roles,
        )  # fmt: skip


def _silent(day: Day, views: Sequence[StepView], now: datetime) -> Iterator[Trouble]:
    begin, last = begins(day, views), heard(day)
    if begin is None or not begin <= now < day.end:
        return
    since = max(begin, last[0]) if last else begin
    if now >= since + SILENCE:
        who, roles, _ = _who(day, "", {}, TECHNICIANS)
        yield Trouble("silent", "over", since, number=last[1] if last else 0, who=who, roles=roles)


def _late(day: Day, now: datetime) -> Iterator[Trouble]:
    if now >= due_by(day) and review.stage_of(day) in (Stage.OPEN, Stage.RETURNED):
        who, roles, _ = _who(day, "", {}, ("pes_head",))
        yield Trouble("late", "soon", due_by(day), who=who, roles=roles)


def _mismatches(day: Day) -> Iterator[Trouble]:
    """Where act and machine differ, until a reviewer has looked at the act."""
    found = [m for m in recording.mismatches(day) if m.weighs]
    seen = review.seen(day) if found else {}
    if left := [m for m in found if m.act.seq not in seen]:
        kinds = {m.kind for m in left}
        yield Trouble(
            "mismatch", "soon", min(m.act_at for m in left), places=tuple(dict.fromkeys(m.camera for m in left)),
            repeat="camera", what=kinds.pop() if len(kinds) == 1 else "", number=left[0].act.seq,
            who=(left[0].act.by.short,), roles=(left[0].act.by.role,),
        )  # fmt: skip


def _who(
    day: Day, name: str, held: Mapping[str, Held], roles: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...], datetime | None]:
    """Who has it, or whose it is: of the technicians those on duty, of other roles everybody in the roster."""
    if name in held:
        return (held[name].short,), (held[name].role,), held[name].until
    here = {m.person for m in on_duty(day)}
    found = [m for m in day.roster.values() if m.role in roles and (m.role not in TECHNICIANS or m.person in here)]
    return tuple(m.short for m in found[:2]), tuple(m.role for m in found[:2]), None
