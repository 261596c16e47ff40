"""An exam day in memory: facts in, ``Day`` out, judged like the real one. No database, no clock."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.domain import facts as f
from app.domain.day import Day
from app.domain.fold import fold
from app.domain.journal import Entry, Times, write
from app.domain.plan import Camera, Centre, Member, Room, Station
from app.domain.profile import Profile
from app.domain.profile_parser import parse
from app.domain.rules import judge

PROFILE = parse((Path(__file__).parent / "every-when.toml").read_text(encoding="utf-8"), "xx-every-when")
ZONE = "Europe/Helsinki"
EXAM = date(2026, 6, 1)

PEOPLE = {
    "tech": Member("tech", "Aalto Aino", "Aalto A.", "technician", "1/2026"),
    "tech2": Member("tech2", "Berg Bo", "Berg B.", "technician", "1/2026"),
    "cctv": Member("cctv", "Cai Carl", "Cai C.", "cctv_technician", "1/2026"),
    "head": Member("head", "Dahl Dora", "Dahl D.", "pes_head", "1/2026"),
    "member": Member("member", "Ek Elsa", "Ek E.", "commission_member", "1/2026"),
    "commission": Member("commission", "Fors Finn", "Fors F.", "commission_head", "1/2026"),
}
ROOMS = (Room("0001", "exam"), Room("0002", "exam"), Room("7777", "headquarters"), Room("9001", "corridor"))
CAMERAS = (Camera("C1", "9001"), Camera("C2", "9001"), Camera("C3", "0001"))
STATIONS = (Station("S1", "7777", "main"), Station("S2", "7777", "reserve"))


class Book:
    """A day's journal. Moments are written as local clock times of the exam day, ``"08:05"``."""

    def __init__(
        self, start: str = "10:00", end: str = "13:30", on: date = EXAM, zone: str = ZONE,
        opened_at: datetime | None = None, **opened: Any,
    ) -> None:
        self.zone, self.on = ZoneInfo(zone), on
        self.entries: list[Entry] = []
        self._day: Day | None = None
        self.opened_at = opened_at or self.at("12:00", -20)
        fact = f.DayOpened(
            **{
                "day": f"01-0001-{on}", "centre": Centre("01", "0001", "Uusimaa", "Koulu", "Katu 1", zone),
                "exam": "koe", "start_local": f"{on}T{start}", "end_local": f"{on}T{end}",
                "start": self.at(start), "end": self.at(end),
                "rooms": ROOMS, "cameras": CAMERAS, "stations": STATIONS, "roster": tuple(PEOPLE.values()),
                "profile": PROFILE.id, "profile_sha256": PROFILE.sha256, "parameters": {}, "period_start": str(on),
                **opened,
            }
        )  # fmt: skip
        self.add(fact, "head", self.opened_at)

    def at(self, clock: str, days: int = 0) -> datetime:
        """The moment when the centre's clocks show ``clock`` on the exam day, or ``days`` from it; UTC."""
        local = datetime.combine(self.on + timedelta(days=days), datetime.min.time(), self.zone)
        hour, minute, *second = map(int, clock.split(":"))
        return local.replace(hour=hour, minute=minute, second=second[0] if second else 0).astimezone(UTC)

    def add(self, fact: Any, by: str = "tech", received: datetime | None = None) -> Entry:
        """Append without judging; received at the moment of the fact when none is given."""
        moment = received or getattr(fact, "at", None) or self.entries[-1].times.received
        seq = len(self.entries)
        entry = write("log.test/1", seq, f"id-{seq}", by, fact, Times(moment), bytes([seq % 256]) * 16)
        self.entries.append(entry)
        return entry

    def do(self, fact: Any, by: str = "tech", now: datetime | None = None) -> Entry:
        """Judge and append. Raises Invalid."""
        moment = now or getattr(fact, "at", None) or self.entries[-1].times.received
        judge(self.day, fact, self.day.roster[by], moment)
        return self.add(fact, by, moment)

    def step(self, step: str, clock: str, *places: str, by: str = "tech", **evidence: Any) -> Entry:
        """A finished step, judged, entered at once."""
        return self.do(f.StepDone(step, self.at(clock), places, evidence), by)

    def confirm(self, *seqs: int, by: str = "head", clock: str = "18:00") -> Entry:
        """A confirmation with the right leaf hashes."""
        return self.do(self.confirmation(*seqs, by=by, clock=clock), by)

    def confirmation(self, *seqs: int, by: str = "head", clock: str = "18:00") -> f.ActsConfirmed:
        targets = tuple(t for seq in seqs for t in self.day.acts[seq].targets())
        return f.ActsConfirmed(targets, self.day.roster[by].role, self.at(clock), ("a", "1", "b"), "00", "AA==")

    @property
    def day(self) -> Day:
        size = self._day.size if self._day else 0
        self._day = fold(self._day, self.entries[size:], profile)
        assert self._day is not None
        return self._day


def close(book: Book, clock: str, form: str = "minutes", revision: int = 1, days: int = 0) -> None:
    """Every slot of the form is signed, the last at ``clock``."""
    for slot, by in (("performed_1", "tech"), ("confirmed", "head"), ("reviewed", "commission")):
        moment = book.at(clock, days)
        digest = f"{form} {revision} {slot}"
        meaning = slot.split("_")[0]
        book.add(f.DocumentSigned(form, revision, slot, meaning, 3, "base", digest, "cert", moment), by, moment)


def profile(sha256: str) -> Profile:
    """The pinned profile of every day here."""
    assert sha256 == PROFILE.sha256
    return PROFILE
