"""A test day of the Romanian baccalaureate, lived through the services: its own centre, its own people."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.domain import facts as f
from app.domain.people import Actor
from app.domain.plan import Camera, Centre, Role, Room
from app.services import accounts, centres, confirm, keys, opening, people
from tests.conftest import MADE, NAME, OFFICE, SIGNING_CODE, STAFF, Installation

ZONE = ZoneInfo("Europe/Bucharest")
EXAM = date(2026, 6, 30)
CODE = "35-0097"
CENTRE = Centre(
    "35", "0097", "Timiș", "Liceul Teoretic „Grigore Moisil”", "Str. Ghirlandei nr. 4, Timișoara", "Europe/Bucharest"
)
EXAM_ROOMS = ("0001", "0002", "0003", "0004")
ROOMS = (
    *(Room(code, "exam") for code in EXAM_ROOMS),
    Room("0101", "headquarters"),
    Room("0102", "other", "Sala de bagaje"),
)
EVERYWHERE = tuple(room.code for room in ROOMS)
CAMERAS = tuple(Camera(f"{code}-1", code) for code in EVERYWHERE)
PEOPLE = {  # sign-in name: (name, role, belongs to the centre)
    "tech": ("Țăranu Ștefan Ioniță", Role.TECHNICIAN, True),
    "head": ("Bălănescu Mihaela Ioana", Role.PES_HEAD, True),
    "member": ("Pârvu Anca", Role.COMMISSION_MEMBER, True),
    "commission": ("Drăgușin Cătălin George", Role.COMMISSION_HEAD, False),
}


def at(clock: str, day: int = EXAM.day) -> datetime:
    """The moment when the centre's clocks show ``clock`` on a day of June 2026."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 6, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


class RomanianDay:
    """An open day. ``step`` and the others record at the centre's clock time."""

    def __init__(self, installation: Installation, **changes: Any) -> None:
        self.installation = installation
        centres.save(OFFICE, CENTRE, ROOMS, CAMERAS, (), MADE, new=True)
        self.neighbours = dict(installation.people)  # who was there before
        self.people = {login: _person(login, *who) for login, who in PEOPLE.items()}
        installation.people |= self.people
        installation.unlocked.clear()
        roster = tuple(opening.Place(a.person, PEOPLE[login][1], "decizia 12") for login, a in self.people.items())
        made = opening.Opening(
            **{
                "centre": CODE, "date": EXAM, "start": "09:00", "end": "12:00", "profile": "ro-bac",
                "exam": "Bacalaureat, proba E.c)", "rooms": ROOMS, "cameras": CAMERAS, "stations": (),
                "roster": roster, "period_start": EXAM, **changes,
            }
        )  # fmt: skip
        self.id = opening.open_day(self.people["head"], made, NAME, at("08:00", 20))

    def record(self, login: str, fact: Any, now: datetime) -> int:
        self.installation.clock.now = now
        return self.installation.record(self.id, login, fact).seq

    def step(
        self, step: str, clock: str, places: Sequence[str] = (), login: str = "tech", day: int = EXAM.day,
        received: str = "", late_reason: str = "", **evidence: Any,
    ) -> int:  # fmt: skip
        """A finished step; its seq."""
        fact = f.StepDone(step, at(clock, day), tuple(places), evidence, late_reason)
        return self.record(login, fact, at(received or clock, day))

    def milestone(self, name: str, clock: str) -> int:
        return self.record("member", f.MilestoneNoted(name, at(clock)), at(clock))

    def confirm(self, clock: str, login: str = "head", day: int = EXAM.day) -> None:
        """Everything that waits for the person."""
        now = self.installation.clock.now = at(clock, day)
        acts = confirm.waiting(self.installation.day(self.id), self.people[login])
        self.installation.confirm(self.id, *(act.seq for act in acts), login=login)
        assert self.installation.clock.now == now

    def before_the_test(self) -> None:
        """From the equipment four days before to the recording that runs."""
        self.step("prep.operational", "12:00", day=25, cameras=6, everybody_seen=True, bags_and_papers=True)
        self.step("eve.check", "18:40", EVERYWHERE, day=29, started_at="18:05", finished_at="18:40",
                  picture_ok=True, sound_ok=True, clock_ok=True, free_space_gb=812)  # fmt: skip
        self.confirm("18:50", day=29)
        self.step("morning.record", "06:58", EVERYWHERE, started_at="06:55", recording_seen=True)
        self.step("morning.bags", "07:12", ["0102"], on=True)
        self.step("morning.papers", "07:40", ["0101"], on=True)
        self.step("morning.on", "08:26", EXAM_ROOMS, on=True)

    def whole(self) -> None:
        """The whole day, with a correction, a late entry, a row taken back and an intervention during the test."""
        self.before_the_test()
        self.step("test.check", "09:04", ["09:00"], working=True)
        fault = self.step("test.intervention", "10:21", received="10:47", late_reason="remedierea a durat",
                          rooms=["0003"], started_at="10:14", finished_at="10:21", action="restart",
                          reason="Camera din sala 3 nu mai transmitea imagine",
                          decided_by="Drăgușin Cătălin")  # fmt: skip
        fixed = f.EntryCorrected(fault, {"evidence.finished_at": "10:19"}, "ora citită greșit de pe ecran")
        self.record("tech", fixed, at("10:52"))
        wrong = f.AccessNoted(("0002",), at("11:00"), at("11:02"), "check")
        void = f.EntryVoided(self.record("tech", wrong, at("11:03")), "consemnat de două ori")
        self.record("tech", void, at("11:05"))
        self.milestone("last_paper_in", "12:01")
        self.milestone("all_left", "12:35")
        self.step("close.stop", "12:42", EVERYWHERE, order_by="Drăgușin Cătălin", stopped_at="12:40")
        viewed = [
            {"room": "0001", "from": "09:10", "to": "09:20", "finding": "nothing"},
            {"room": "0003", "from": "10:05", "to": "10:30", "finding": "fault",
             "detail": "Imaginea lipsește între 10:11 și 10:19; sunetul s-a păstrat."},
            {"room": "0004", "from": "11:40", "to": "12:00", "finding": "nothing"},
        ]  # fmt: skip
        self.step("close.sample", "13:20", viewed=viewed, conclusion="Nu s-au constatat abateri ale candidaților.")
        self.step("close.copy", "13:55", started_at="13:21", finished_at="13:55", rooms=list(EVERYWHERE), media=[
            {"kind": "hdd", "label": "WD-7781", "content": "toate sălile, 06:55–12:40"},
            {"kind": "disc", "label": "BAC-E.c-1/2", "content": "sălile 0001-0004, 09:00–12:00"},
        ], read_back=True)  # fmt: skip
        self.step("close.keep", "14:10", handed_at="2026-06-30T14:05", received_by="Drăgușin Cătălin",
                  kept_at="fișetul metalic al comisiei")  # fmt: skip
        self.confirm("14:20")
        self.confirm("14:25", "commission")


def _person(login: str, name: str, role: Role, local: bool) -> Actor:
    view, password = people.add(OFFICE, f"{login}-ro", name, [role], [CODE] if local else [], "", MADE)
    actor = Actor(view.id, view.name, frozenset({role}), frozenset(view.centres))
    accounts.set_password(actor, password, f"password-{login}", MADE)
    keys.make(actor, SIGNING_CODE, True, MADE)
    return actor


assert set(PEOPLE) <= set(STAFF)
