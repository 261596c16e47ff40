"""Outages of recording and of online broadcast: how long, how bad, what was told and decided, what is owed for them.

When the profile names no thresholds an outage has no stages: it runs, and nobody is told of it by the clock.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from app.domain import N_
from app.domain.day import Act, Day
from app.domain.recording import spans
from app.domain.timing import local_moment

KINDS = {"recording": N_("Outage of recording"), "online": N_("Outage of online broadcast")}
CAUSES = {
    "power": N_("power failure"),
    "camera": N_("camera"),
    "pak": N_("recorder (PAK)"),
    "media_full": N_("medium full"),
    "network": N_("network or internet"),
    "human": N_("human error"),
    "other": N_("other cause"),
}
DECISIONS = {
    "continue": N_("the exam goes on"),
    "pause": N_("the exam is paused"),
    "stop": N_("the exam is stopped"),
}
STAGES = ("warn", "escalate", "critical")  # parameter of each: outage_<stage>_min
OPENED, TOLD, DECIDED, RESTORED = "outage.opened", "outage.told", "outage.decided", "outage.restored"
FOLLOWING = (TOLD, DECIDED, RESTORED)
UPLOADED = "footage.uploaded"
PREFIX = "outage:"  # of its name where steps have theirs


@dataclass(frozen=True, slots=True)
class Outage:
    """One outage with what followed its opening. ``limits``: (stage, when it begins), earliest first."""

    act: Act
    told: tuple[Act, ...] = ()
    decided: tuple[Act, ...] = ()
    restored: Act | None = None
    limits: tuple[tuple[str, datetime], ...] = ()

    @property
    def seq(self) -> int:
        return self.act.seq

    @property
    def name(self) -> str:
        """What reminders call it."""
        return f"{PREFIX}{self.act.seq}"

    @property
    def kind(self) -> str:
        return str(self.act.fact.kind)

    @property
    def rooms(self) -> tuple[str, ...]:
        rooms: tuple[str, ...] = self.act.fact.rooms
        return rooms

    @property
    def began(self) -> datetime:
        return self.act.at

    @property
    def ended(self) -> datetime | None:
        return self.restored.at if self.restored else None

    @property
    def open(self) -> bool:
        return self.restored is None

    @property
    def local_recording(self) -> str:
        """Did local recording go on: yes, no, or empty while nobody knows. What the restoring says counts."""
        if self.kind == "recording":
            return "no"
        last = self.restored.fact.local_recording if self.restored else ""
        return str(last or self.act.fact.local_recording)

    @property
    def repairable(self) -> bool:
        """Nothing is lost: only the broadcast failed, and the fragment can be uploaded later."""
        return self.local_recording == "yes"

    @property
    def following(self) -> tuple[Act, ...]:
        """Everything recorded of it after its opening, in the journal's order."""
        ends = (self.restored,) if self.restored else ()
        return tuple(sorted((*self.told, *self.decided, *ends), key=lambda a: a.seq))

    def lasted(self, now: datetime) -> timedelta:
        """Until ``now``, or until it was restored."""
        return max((self.ended or now) - self.began, timedelta())

    def stage(self, now: datetime) -> str:
        """The last stage that it reached by ``now`` or before it was restored; empty before the first."""
        until = min(self.ended, now) if self.ended else now
        return next((stage for stage, at in reversed(self.limits) if at <= until), "")

    def next_at(self, now: datetime) -> datetime | None:
        """When the next stage begins, while it is open."""
        return min((at for _, at in self.limits if at > now), default=None) if self.open else None

    def weight(self, now: datetime) -> int:
        """How bad, 0 to 3: the stage, and one less for what an upload repairs."""
        reached = STAGES.index(stage) + 1 if (stage := self.stage(now)) else 0
        return max(reached - 1, 0) if self.repairable else reached


def outages(day: Day) -> tuple[Outage, ...]:
    """Every outage that stands, in the journal's order; nothing is looked for on a day without one."""
    openings = day.tagged(OPENED) if OPENED in day.by_tag else ()
    if not openings:
        return ()
    found: dict[int, dict[str, list[Act]]] = {}
    for tag in FOLLOWING:
        for act in day.tagged(tag):
            if act.fact is not None:
                found.setdefault(act.fact.target, {}).setdefault(tag, []).append(act)
    return tuple(_outage(day, act, found.get(act.seq, {})) for act in openings if act.fact is not None)


def _outage(day: Day, act: Act, after: dict[str, list[Act]]) -> Outage:
    ends = after.get(RESTORED, [])
    return Outage(
        act, tuple(after.get(TOLD, ())), tuple(after.get(DECIDED, ())), ends[-1] if ends else None, limits(day, act.at)
    )


def limits(day: Day, began: datetime) -> tuple[tuple[str, datetime], ...]:
    """When each stage begins; a later stage never begins before an earlier one."""
    out, last = [], began
    for stage in STAGES:
        minutes = day.parameter(f"outage_{stage}_min")
        if minutes is not None:
            last = max(last, began + timedelta(minutes=minutes))
            out.append((stage, last))
    return tuple(out)


def running(day: Day) -> tuple[Outage, ...]:
    """Those that are open, the longest first."""
    return tuple(sorted((o for o in outages(day) if o.open), key=lambda o: o.began))


def outage(day: Day, seq: int) -> Outage | None:
    """The outage that entry ``seq`` opened, if it stands."""
    return next((o for o in outages(day) if o.seq == seq), None)


def opening_of(day: Day, act: Act) -> int | None:
    """The entry that opened the outage that ``act`` is about."""
    if act.tag == OPENED:
        return act.seq
    return int(act.fact.target) if act.tag in FOLLOWING and act.fact is not None else None


def named(day: Day, name: str) -> Outage | None:
    """The outage that reminders call so."""
    number = name.removeprefix(PREFIX)
    return outage(day, int(number)) if name.startswith(PREFIX) and number.isascii() and number.isdecimal() else None


def clash(day: Day, kind: str, rooms: Iterable[str], but: int | None = None) -> tuple[Outage, str] | None:
    """An open outage of the same kind in one of the rooms, and that room. ``but``: the outage that asks."""
    wanted = set(rooms)
    for other in running(day):
        if other.kind == kind and other.seq != but and (both := wanted & set(other.rooms)):
            return other, min(both)
    return None


# ---------------------------------------------------------------- what has to be uploaded later


@dataclass(frozen=True, slots=True)
class Upload:
    """Footage that is owed to the portal. ``outage`` None: of rooms that record in the centre only.

    ``end`` None: the outage is still open, or the rooms still record. ``until``: last local date; ``deadline``: its
    end. ``left``: rooms whose footage is not there yet; ``done``: the entries that say so of the others.
    """

    rooms: tuple[str, ...]
    start: datetime
    end: datetime | None
    until: date
    deadline: datetime
    outage: Outage | None
    left: tuple[str, ...]
    done: tuple[Act, ...]

    @property
    def name(self) -> str:
        """What a form calls it: the outage by its entry, a recording by its first room and its start."""
        return str(self.outage.seq) if self.outage else f"{self.rooms[0]}-{self.start:%H%M}"

    def state(self, now: datetime) -> str:
        """done, over (its deadline has passed), or owed."""
        return "done" if not self.left else "over" if now >= self.deadline else "owed"


def uploads(day: Day, now: datetime) -> tuple[Upload, ...]:
    """What must be uploaded: what local rooms recorded, and what was not broadcast but recorded meanwhile.

    None under a profile that sets no term. What is not recorded yet at ``now`` is not owed yet; that nobody noted the
    recording of a room is told by the list of footage, not here.
    """
    days = day.parameter("offline_upload_days")
    if days is None:
        return ()
    until = day.date + timedelta(days=days)
    whole = Upload((), day.start, day.end, until, local_moment(day, until + timedelta(days=1), "00:00"), None, (), ())
    return tuple(_left(day, owed) for owed in _owed(day, whole, now))


def _owed(day: Day, whole: Upload, now: datetime) -> Iterator[Upload]:
    for (start, end), rooms in _recorded_locally(day).items():
        if start <= now:
            yield replace(whole, rooms=tuple(rooms), start=start, end=end)
    for found in outages(day):
        if found.kind == "online" and found.repairable:
            yield replace(whole, rooms=found.rooms, start=found.began, end=found.ended, outage=found)


def _recorded_locally(day: Day) -> dict[tuple[datetime, datetime | None], list[str]]:
    """Spans of recording of the rooms with a camera that records in the centre only, each with its rooms."""
    local = {c.room for c in day.cameras if c.keeps == "local"}
    found: dict[tuple[datetime, datetime | None], list[str]] = {}
    for room in (r.code for r in day.rooms if r.code in local):
        for span in spans(day, room):
            found.setdefault((span.start, span.end), []).append(room)
    return found


def _left(day: Day, owed: Upload) -> Upload:
    """With what is done of it. A fragment counts when uploads of its room cover all of its minutes."""
    acts = [a for a in day.tagged(UPLOADED) if a.fact is not None and set(a.fact.rooms) & set(owed.rooms)]
    counted: dict[int, Act] = {}
    left = []
    for room in owed.rooms:
        mine = sorted((a for a in acts if room in a.fact.rooms), key=lambda a: a.fact.period.start)
        if owed.end is not None and covers([(a.fact.period.start, a.fact.period.end) for a in mine], owed):
            counted |= {a.seq: a for a in mine}
        else:
            left.append(room)
    return replace(owed, left=tuple(left), done=tuple(counted[seq] for seq in sorted(counted)))


def covers(periods: Iterable[tuple[datetime, datetime]], owed: Upload) -> bool:
    """Do the periods, sorted by their start, leave no minute of the fragment out?"""
    reached = minute(owed.start)
    for start, end in periods:
        if minute(start) > reached:
            return False
        reached = max(reached, minute(end))
        if owed.end is not None and reached >= minute(owed.end):
            return True
    return False


def minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
