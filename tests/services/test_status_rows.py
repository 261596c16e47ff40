"""The status row of a day never lags: whatever is written, whatever the clock does, it says what a fresh fold says."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from app.domain import facts as f
from app.domain import rehearsal
from app.domain.day import Day
from app.domain.journal import Times
from app.services import days, overview, registers, reminders
from app.store import journal
from app.store.db import db, transaction
from app.store.overview import Wanted
from app.store.review_tables import ParticularsRow
from app.store.tables import DayStatusRow, LogRow
from tests.conftest import Installation
from tests.store.attacker import attack

TABLE = DayStatusRow.__table__
INSTANT = timedelta(microseconds=1)
SEEDS = range(3)  # real, a rehearsal, taken in from elsewhere half way
OF_THE_MAKING = {"made", "valid_until", "version"}  # not of the day
EVENING = datetime(2026, 5, 31, 17, 30, tzinfo=UTC)
ROOMS = ("0001", "0002", "7777", "9001")


@dataclass
class Walk:
    """Somebody writes at random what the rules would take; evidence and reasons are left out."""

    world: Installation
    day: str
    dice: Random

    def write(self, fact: Any, login: str = "tech") -> int:
        log, shown = days.log_of(self.day), self.shown()
        person = "system" if login == "system" else self.world.people[login].person
        with transaction(log):
            return journal.append(log, fact, person, Times(shown), str(uuid4()))[0].seq

    def fold(self) -> Day:
        return days.fold_log(days.log_of(self.day))[0]

    def shown(self) -> datetime:
        return rehearsal.clock(self.fold(), self.world.clock.now)

    def about_now(self) -> datetime:
        """A device's clock may be two minutes ahead; what is noted may be some minutes old."""
        return self.shown() + timedelta(seconds=self.dice.randint(-600, 110))

    def act(self) -> None:
        getattr(self, self.dice.choice([name for name in dir(self) if name.startswith("do_")]))()

    def do_step(self) -> None:
        step = self.dice.choice(self.fold().profile.steps)
        places = {"room": ROOMS, "camera": tuple(f"{r}-1" for r in ROOMS), "station": ("AS-1",)}.get(step.repeat, ("",))
        some = tuple(p for p in self.dice.sample(places, self.dice.randint(1, len(places))) if p)
        at = self.about_now()
        kind = self.dice.choice(["done", "done", "done", "impossible", "waived"])
        if kind == "done":
            self.write(f.StepDone(step.id, at, some))
        elif kind == "impossible":
            self.write(f.StepImpossible(step.id, at, "нет питания", some))
        else:
            self.write(f.StepWaived(step.id, at, "не нужно", "Щукина М. Л.", some))

    def do_access(self) -> None:
        rooms = tuple(self.dice.sample(ROOMS, self.dice.randint(1, 4)))
        end = self.about_now()
        action = self.dice.choice(["record_start", "record_start", "record_stop", "check"])
        self.write(f.AccessNoted(rooms, end - timedelta(minutes=3), end, action))

    def do_milestone(self) -> None:
        names = [m.id for m in self.fold().profile.milestones]
        self.write(f.MilestoneNoted(self.dice.choice(names), self.about_now(), self.dice.choice(["", *ROOMS[:2]])))

    def do_outage(self) -> None:
        kind, local = self.dice.choice([("recording", "no"), ("online", "yes"), ("online", "no"), ("online", "")])
        self.write(f.OutageOpened(kind, (self.dice.choice(ROOMS),), self.about_now(), "power", local_recording=local))

    def do_restored(self) -> None:
        if openings := self.fold().tagged("outage.opened"):
            self.write(f.OutageRestored(self.dice.choice(openings).seq, self.about_now()))

    def do_seen(self) -> None:
        at = self.shown()
        camera = f"{self.dice.choice(ROOMS)}-1"
        self.write(f.CameraSeen(camera, at, self.dice.choice(["alive", "frozen", "unreachable"]), at), "system")

    def do_taken(self) -> None:
        day = self.fold()
        steps = [self.dice.choice(day.profile.steps).id for _ in range(3)]
        reminders.take(self.world.people["tech"], self.day, steps, self.world.clock.now)

    def do_moved(self) -> None:
        day = self.fold()
        start, end = (x + timedelta(minutes=self.dice.choice([20, 45, 90])) for x in (day.start, day.end))
        there = [x.astimezone(day.zone).isoformat()[:16] for x in (start, end)]
        self.write(f.StartMoved(*there, start, end, "нет света", "Щукина М. Л.", self.shown()), "head")

    def do_voided(self) -> None:
        if acts := [a for a in self.fold().acts.values() if not a.void]:
            self.write(f.EntryVoided(self.dice.choice(acts).seq, "ошибка"))

    def do_review(self) -> None:
        at = self.shown()
        size = self.fold().size
        whole, login = self.dice.choice([
            (f.DaySubmitted(at), "head"), (f.DayReturned("проверьте", at), "commission"),
            (f.RemarkWritten("почему?", at), "commission"), (f.LinesReviewed((f.Span(0, size - 1),), at), "commission"),
            (f.DayAccepted(at), "commission"),
        ])  # fmt: skip
        if whole.tag != "day.accepted" or self.dice.random() < 0.3:
            self.write(whole, login)

    def do_clock(self) -> None:
        if self.fold().opened.rehearsal:
            real = self.world.clock.now
            self.write(f.RehearsalClock(real, self.shown() + timedelta(minutes=self.dice.choice([1, 30, 90]))), "head")


def row(name: str) -> dict[str, Any]:
    db.session.rollback()
    return dict(db.session.execute(select(TABLE).where(TABLE.c.day == name)).one()._mapping)


def fresh(name: str, now: datetime) -> dict[str, Any]:
    """What a row made at this moment would say."""
    db.session.rollback()
    log = days.log_of(name)
    day, checkpoint = days.fold_log(log)
    told = overview._told(day, checkpoint.note, now, journal.source(log))
    return {k: v for k, v in told.items() if k not in OF_THE_MAKING and k != "particulars"}


def says(name: str, now: datetime) -> None:
    kept = row(name)
    assert {k: v for k, v in kept.items() if k not in OF_THE_MAKING} == fresh(name, now), f"{name} at {now}"


def until(name: str) -> datetime | None:
    found: datetime | None = row(name)["valid_until"]
    return found


@pytest.mark.sqlite_only(reason="about the fold and the clock; which rows are due is asked on both in test_region.py")
@pytest.mark.parametrize("seed", SEEDS)
def test_between_two_looks_of_the_job_a_row_says_what_a_fresh_fold_says(installation: Installation, seed: int) -> None:
    """Days at random. Until the moment that its row names nothing changes by the clock, and at it the row is new."""
    dice, clock = Random(seed), installation.clock
    clock.now = EVENING + timedelta(seconds=dice.randint(0, 59))
    walk = Walk(installation, installation.open_day(rehearsal=seed % 4 == 1), dice)
    for turn in range(12):
        if seed % 4 == 2 and turn == 8:
            with transaction():  # as if it had come so: nothing was made of it before
                mine = LogRow.id == days.log_of(walk.day)
                db.session.execute(update(LogRow).where(mine).values(source="far.example"))
                db.session.execute(TABLE.delete())
        if not journal.source(days.log_of(walk.day)):
            for _ in range(dice.randint(1, 4)):
                walk.act()
        overview.keep(clock.now, 60)
        for _ in range(4):
            says(walk.day, clock.now)
            later = clock.now + timedelta(minutes=dice.choice([1, 1, 7, 45, 400]))
            end = until(walk.day)
            if end is not None and end <= later:
                clock.now = max(clock.now, end - INSTANT)
                says(walk.day, clock.now)
                clock.now = end
                assert overview.keep(clock.now, 60) == 1
            else:
                clock.now = later


def test_who_takes_a_step_while_the_row_is_made_is_on_the_next_one(
    installation: Installation, day: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The day is folded outside of the transaction that writes its row."""
    made, now = overview._told, installation.clock.now
    overview.keep(now, 60)
    installation.note(day)

    def slow(*given: Any) -> Any:
        found = made(*given)
        monkeypatch.undo()
        reminders.take(installation.people["tech"], day, ["ex.arrive"], now)
        return found

    monkeypatch.setattr(overview, "_told", slow)
    assert overview.keep(now, 60) == 1
    assert overview.keep(now, 60) == 1, "what was made is old already"
    says(day, now)


def test_a_day_from_elsewhere_stays_one_when_a_register_reads_it(installation: Installation, day: str) -> None:
    with transaction():
        db.session.execute(update(LogRow).where(LogRow.id == days.log_of(day)).values(source="far.example"))
    overview.keep(installation.clock.now, 60)
    with transaction():
        db.session.execute(ParticularsRow.__table__.delete())
    now = installation.clock.forward(minutes=1)
    wanted = Wanted(first="2026-05-01", last="2026-07-01")
    assert registers.read_on(installation.people["ministry"], wanted, now, now).left == 0
    assert row(day)["source"] == "far.example"


def test_a_damaged_day_says_so_and_is_right_again_once_it_is_restored(installation: Installation, day: str) -> None:
    installation.note(day)
    overview.keep(installation.clock.now, 60)
    with attack(installation.database) as hand:
        hand.execute("UPDATE checkpoint SET size = size + 1")
    installation.clock.forward(minutes=200)
    overview.keep(installation.clock.now, 60)
    assert row(day)["state"] == "damaged"
    with attack(installation.database) as hand:
        hand.execute("UPDATE checkpoint SET size = size - 1")
    installation.clock.forward(minutes=6)
    assert overview.keep(installation.clock.now, 60) == 1
    says(day, installation.clock.now)
