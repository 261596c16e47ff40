"""A day of the shipped profile with two exam rooms, headquarters, a corridor and their cameras."""

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from app.domain import facts as f
from app.domain.day import Day
from app.domain.fold import fold
from app.domain.journal import Entry
from app.domain.plan import Camera
from app.domain.profile import Profile
from app.domain.profile_parser import parse
from tests.domain.daybook import ROOMS, Book

CAMERAS = tuple(Camera(f"{r.code}-1", r.code) for r in ROOMS)
STARTS = {"exam": "ex.room_record", "headquarters": "ex.hq_record"}
STOPS = {"exam": "end.room_stop", "headquarters": "end.hq_stop"}
LIMITS = {"late_reason": "no network"}


@cache
def shipped(name: str = "ru-ege-main") -> Profile:
    path = Path(__file__).parents[2] / "app" / "profiles" / f"{name}.toml"
    return parse(path.read_text(encoding="utf-8"), path.stem)


class CameraBook(Book):
    """Moments as clock times; ``start`` and ``stop`` by the steps of the profile, everything else as rows."""

    def __init__(self, cameras: tuple[Camera, ...] = CAMERAS) -> None:
        super().__init__(cameras=cameras, profile=shipped().id, profile_sha256=shipped().sha256)

    @property
    def day(self) -> Day:
        size = self._day.size if self._day else 0
        self._day = fold(self._day, self.entries[size:], lambda _: shipped())
        assert self._day is not None
        return self._day

    def start(self, clock: str, *rooms: str, **more: Any) -> Entry:
        """By the step of exam rooms, judged, entered at once."""
        return self.do(self.starting(clock, *rooms, **more))

    def starting(self, clock: str, *rooms: str, kind: str = "exam", **more: Any) -> f.StepDone:
        seen = {"online": True} if kind == "exam" else {"recording_seen": True}
        evidence = {"started_at": clock[:5], "finished_at": clock[:5], **seen}
        return f.StepDone(STARTS[kind], self.at(clock), rooms, evidence, **more)

    def stop(self, clock: str, *rooms: str, kind: str = "exam") -> Entry:
        evidence = {"order_by": "Dahl Dora", "stopped_at": clock[:5]}
        return self.do(f.StepDone(STOPS[kind], self.at(clock), rooms, evidence))

    def row(self, clock: str, action: str, *rooms: str, **more: Any) -> f.AccessNoted:
        return f.AccessNoted(rooms, self.at(clock), self.at(clock), action, **more)

    def noted(self, clock: str, action: str, *rooms: str, **more: Any) -> Entry:
        return self.do(self.row(clock, action, *rooms, **more), now=self.at(clock))

    def seen(self, clock: str, camera: str, state: str = "alive", came: bool = True, **more: Any) -> Entry:
        """What the server saw; a picture that ``came`` has its first frame."""
        at = self.at(clock)
        first = at if came and state == "alive" else None
        fact = f.CameraSeen(camera, at + timedelta(seconds=1), state, at, first, **more)
        return self.add(fact, "system", at + timedelta(seconds=1))

    def tick(self, clock: str) -> None:
        """Any entry later on: the journal is known to go on until then."""
        self.add(f.NoteWritten("x", self.at(clock)), "tech", self.at(clock))

    def local(self, moment: datetime | None) -> str:
        return f"{self.day.local(moment):%H:%M:%S}" if moment else ""
