"""Play a day: acts of the script as the screens would send them, and the confirmations that follow."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from app.domain import facts as f
from app.domain.checklist import places
from app.domain.day import Day
from app.domain.footage import window
from app.domain.people import Actor, short_name
from app.domain.plan import DAY_ROLES
from app.domain.profile import Step, text
from app.services import confirm, days, footage
from app.services.keys import UnlockedKey
from app.services.record import record

PAUSE = timedelta(minutes=12)  # no act for so long: the head looks through the list and confirms


@dataclass(frozen=True)
class Cast:
    """One person of the demo; ``key`` is unlocked while the demo is built."""

    actor: Actor
    role: str
    key: UnlockedKey | None


@dataclass
class Player:
    """Acts on one day of the demo."""

    day_id: str
    script: dict[str, Any]
    cast: dict[str, Cast]
    last: datetime | None = field(default=None)
    pause: timedelta = PAUSE

    def day(self) -> Day:
        return days.load(self.cast["head"].actor, self.day_id)

    def play(self, lines: Sequence[str], on: date, zone: ZoneInfo) -> None:
        """Lines ``<day offset> <end> <login> <what>[@place] [<start>]`` in the order of time.

        ``what``: a step, or of the script ``!milestone``, ``~outage``, ``+row`` by hand, ``%copy``, ``?copy`` checked.
        """
        for line in lines:
            offset, end, login, what, *start = line.split()
            at = _moment(on, int(offset), end, zone)
            if self.last and at - self.last > self.pause:
                self.settle(self.last + timedelta(minutes=6))
            began = _moment(on, int(offset), start[0], zone) if start else at - timedelta(minutes=2)
            match what[0]:
                case "!":
                    self.milestone(login, what[1:], at)
                case "~":
                    self.outage(login, self.script["outage"][what[1:]], at)
                case "+":
                    self.row(login, self.script["row"][what[1:]], began, at)
                case "%":
                    self.copy(login, self.script["copy"][what[1:]], began, at)
                case "?":
                    self.check(login, self.script["copy"][what[1:]], at)
                case _:
                    step, _, place = what.partition("@")
                    self.step(login, step, began, at, (place,) if place else None)
        if self.last:
            self.settle(self.last + timedelta(minutes=6))

    def step(
        self, login: str, step_id: str, began: datetime, at: datetime, where: tuple[str, ...] | None = None
    ) -> None:
        """Do a step at ``where`` (all its places when None), evidence from the script or the fields' defaults."""
        day = self.day()
        spec = day.profile.step(step_id)
        who = self.cast[login]
        fact = f.StepDone(
            step=step_id, at=at, places=places(spec, day, at) if where is None and spec.repeat else (where or ()),
            evidence=self._evidence(day, spec, who, began, at),
        )  # fmt: skip
        self._record(who, fact, at + timedelta(minutes=1))

    def milestone(self, login: str, name: str, at: datetime) -> None:
        day = self.day()
        spec = day.profile.milestone(name)
        rooms = [r.code for r in day.rooms if r.kind == "exam"] if spec and spec.per_room else [""]
        for n, room in enumerate(rooms):
            moment = at + timedelta(seconds=10 * n)
            self._record(self.cast[login], f.MilestoneNoted(name, moment, room), moment)

    def outage(self, login: str, said: dict[str, Any], at: datetime) -> None:
        """An outage from its opening to its end; minutes are counted from ``at``."""
        who = self.cast[login]
        self._record(who, f.OutageOpened(at=at, **said["opened"]), at + timedelta(minutes=1))
        seq = self.day().size - 1
        for kind, key in ((f.OutageTold, "told"), (f.OutageDecided, "decided"), (f.OutageRestored, "restored")):
            if key not in said:
                return
            values = dict(said[key])
            moment = at + timedelta(minutes=values.pop("minutes"))
            self._record(who, kind(target=seq, at=moment, **values), moment)

    def row(self, login: str, said: dict[str, Any], began: datetime, at: datetime) -> None:
        """A row of the access journal that no step writes."""
        fact = f.AccessNoted(tuple(said["rooms"]), began, at, said["action"], reason=said.get("reason", ""))
        self._record(self.cast[login], fact, at + timedelta(minutes=1))

    def copy(self, login: str, said: dict[str, Any], began: datetime, at: datetime) -> None:
        """Footage of rooms on a medium, as the copying program tells it; the first camera has a gap."""
        day, zone = self.day(), self.day().zone
        gap = f.Period(*(_moment(day.date, 0, clock, zone) for clock in said["gap"]))
        spans = {c.id: span for c in day.cameras if c.room in said["rooms"] and (span := window(day, c.room))}
        coverage = tuple(_covered(name, span, () if n else (gap,)) for n, (name, span) in enumerate(spans.items()))
        period = f.Period(min(s.start for s in spans.values()), max(s.end for s in spans.values()))
        result = footage.Result(
            tuple(spans), (), f.Medium(**said["medium"]), began, at, said["files"], said["size"], said["manifest"], 1,
            period, coverage, tuple(said["formats"]), True, said["seal"],
        )  # fmt: skip
        now = at + timedelta(minutes=1)
        footage.copied(self.cast[login].actor, self.day_id, str(uuid4()), result, now)
        self.last = now

    def check(self, login: str, said: dict[str, Any], at: datetime) -> None:
        """The medium is read again, and whole."""
        serial = said["medium"]["serial"]
        copy = next(a for a in self.day().tagged("footage.copied") if a.fact.medium.serial == serial)
        fact = f.FootageChecked(copy.seq, at, "whole", said["checked"], 2, (0, 0, 0, 0, 0))
        self._record(self.cast[login], fact, at + timedelta(minutes=1))

    def waive(self, login: str, step: str, at: datetime) -> None:
        """A step that is not this day's matter."""
        who, profile = self.cast[login], self.day().profile
        decided = f"{short_name(who.actor.name)}, {text(profile.role(who.role).title, profile.language)}"
        self._record(who, f.StepWaived(step, at, self.script["waived"], decided), at)

    def settle(self, now: datetime) -> None:
        """Everybody confirms what waits for them; papers of people outside are recorded by the technician."""
        for who in self.cast.values():
            if who.key and (acts := confirm.waiting(self.day(), who.actor)):
                seqs = [a.seq for a in acts]
                confirm.confirm(who.actor, self.day_id, str(uuid4()), seqs, who.key, now)
                now += timedelta(minutes=1)
        technician = self.cast["tech"].actor
        for wait in confirm.waiting_outside(self.day(), technician):
            by = f.Outside(role=wait.role, **self.script["outside"][wait.role])
            seqs = [a.seq for a in wait.acts]
            confirm.confirm_outside(technician, self.day_id, str(uuid4()), seqs, by, now)
        self.last = max(now, self.last or now)

    def _record(self, who: Cast, fact: Any, now: datetime) -> None:
        record(who.actor, self.day_id, str(uuid4()), fact, now)
        self.last = now

    def _evidence(self, day: Day, spec: Step, who: Cast, began: datetime, at: datetime) -> dict[str, Any]:
        given = dict(self.script["evidence"].get(spec.id, {}))
        local, begin = day.local(at), day.local(began)
        values: dict[str, Any] = {}
        for entry in spec.fields:
            value = given.get(entry.id)
            if value is None:
                value = _default(entry.type, entry.id, entry.default, who, local, begin)
            elif entry.type == "date" and str(value).startswith("-"):
                value = (local.date() + timedelta(days=int(value))).isoformat()
            elif entry.type == "datetime":
                value = f"{local.date()}T{value}"
            if value is not None:
                values[entry.id] = value
        return values


def _default(kind: str, name: str, default: Any, who: Cast, local: datetime, begin: datetime) -> Any:
    """What the screen puts into a field before anybody types."""
    if kind == "never_store":
        return None
    if kind == "signature":
        return {"person": who.actor.person, "short": short_name(who.actor.name)}
    if kind == "person" and default == "me":
        return short_name(who.actor.name)
    if kind == "time":
        starts = name in ("started_at", "time_from", "called_at", "loaded_at")
        return (begin if starts else local).strftime("%H:%M")
    if kind == "datetime":
        return local.strftime("%Y-%m-%dT%H:%M") if default == "now" else None
    if kind == "date":
        return local.date().isoformat() if default == "now" else None
    return default if default not in ("now", "last", "me", "rooms") else None


def _covered(camera: str, planned: f.Period, gaps: tuple[f.Period, ...]) -> f.Coverage:
    whole, missing = planned.end - planned.start, sum((g.end - g.start for g in gaps), timedelta())
    return f.Coverage(camera, planned, 1_000_000 * (whole - missing) // whole, gaps)


def _moment(on: date, offset: int, clock: str, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, time.fromisoformat(clock), zone) + timedelta(days=offset)


def performer(cast: dict[str, Cast], spec: Step) -> str:
    """Sign-in name of who does the step in the demo."""
    wanted = [r for r in spec.performers if r in set(DAY_ROLES)]
    return next(login for role in wanted for login, c in cast.items() if c.role == role)
