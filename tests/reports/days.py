"""A small exam day written entry by entry, for the forms' adapters."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.domain import facts as f
from app.domain.day import Day
from app.domain.fold import fold
from app.domain.journal import Entry, Times, write
from app.domain.note import Checkpoint
from app.domain.plan import Camera, Centre, Member, Room, Station
from app.domain.profile import Profile
from app.domain.profile_parser import parse

MSK = ZoneInfo("Europe/Moscow")
CENTRE = Centre(
    "23", "0970", "Берёзовская область", "МБОУ «СОШ № 14»", "301970, г. Берёзовск, ул. Садовая, д. 7", "Europe/Moscow"
)
ORLOV = Member("p-orlov", "Орлов Игорь Сергеевич", "Орлов\u00a0И.\u00a0С.", "technician")
VALEEVA = Member("p-valeeva", "Валеева Дина Рашидовна", "Валеева\u00a0Д.\u00a0Р.", "cctv_technician")
LEBEDEVA = Member("p-lebedeva", "Лебедева Мария Павловна", "Лебедева\u00a0М.\u00a0П.", "pes_head")
ZHUKOVA = Member("p-zhukova", "Жукова Татьяна Николаевна", "Жукова\u00a0Т.\u00a0Н.", "commission_member")
KRYLOV = Member("p-krylov", "Крылов Антон Юрьевич", "Крылов\u00a0А.\u00a0Ю.", "commission_head")
ROSTER = (ORLOV, VALEEVA, LEBEDEVA, ZHUKOVA, KRYLOV)
LOG = "logbook.example/23/0970/2026-06-01"


@cache
def profile() -> Profile:
    """The profile that the product ships."""
    return parse((Path(__file__).parents[2] / "app" / "profiles" / "ru-ege-main.toml").read_text(encoding="utf-8"))


def rooms(count: int = 17) -> tuple[Room, ...]:
    """Exam rooms, headquarters, a corridor and the entrance."""
    return (
        *(Room(f"{n:04d}", "exam") for n in range(1, count + 1)),
        Room("7777", "headquarters"),
        Room("9001", "corridor", "Коридор 1"),
        Room("9002", "entrance", "Вход"),
    )


def at(text: str) -> datetime:
    """``01.06 10:16`` of 2026, Moscow."""
    return datetime.strptime(f"2026.{text}", "%Y.%d.%m %H:%M").replace(tzinfo=MSK).astimezone(UTC)


class Journal:
    """Writes entries as the store would; every fact is received a minute after it happened unless told otherwise."""

    def __init__(self, count: int = 17, rehearsal: bool = False, roster: Sequence[Member] = ROSTER, **opened: Any):
        self.entries: list[Entry] = []
        places = rooms(count)
        values = {
            "day": "23-0970-2026-06-01", "centre": CENTRE, "exam": "ЕГЭ, русский язык",
            "start_local": "2026-06-01T10:00", "end_local": "2026-06-01T13:30",
            "start": at("01.06 10:00"), "end": at("01.06 13:30"), "rooms": places,
            "cameras": tuple(Camera(f"C{r.code}", r.code, f"VR-{r.code}") for r in places),
            "stations": tuple(Station(f"S{r.code}", r.code, "print", f"PS-{r.code}") for r in places[:count]),
            "roster": tuple(roster), "profile": profile().id, "profile_sha256": profile().sha256, "parameters": {},
            "rehearsal": rehearsal,
        }  # fmt: skip
        self.add(LEBEDEVA, f.DayOpened(**(values | opened)), at("20.05 09:00"))

    def add(self, who: Member, fact: Any, received: datetime | None = None) -> int:
        """Append; returns the entry's seq."""
        seq = len(self.entries)
        when = received or getattr(fact, "end", None) or fact.at + timedelta(minutes=1)
        salt = hashlib.sha256(str(seq).encode()).digest()[:16]
        self.entries.append(write(LOG, seq, f"e{seq}", who.person, fact, Times(when), salt))
        return seq

    def step(
        self, who: Member, step: str, time: str, places: Sequence[str] = (), received: str = "", **more: Any
    ) -> int:
        """A finished step."""
        evidence = more.pop("evidence", {})
        fact = f.StepDone(step, at(time), tuple(places), evidence, **more)
        return self.add(who, fact, at(received) if received else None)

    def confirm(self, who: Member, *seqs: int, time: str) -> int:
        """A confirmation of acts and their corrections."""
        targets = tuple(t for s in seqs for t in self.day.acts[s].targets())
        return self.add(who, f.ActsConfirmed(targets, who.role, at(time), (), "", ""), at(time))

    @property
    def day(self) -> Day:
        found = fold(None, self.entries, lambda sha256: profile())
        assert found
        return found

    @property
    def checkpoint(self) -> Checkpoint:
        root = hashlib.sha256(str(len(self.entries)).encode()).digest()
        bare = Checkpoint(LOG, len(self.entries), root)
        return Checkpoint(LOG, len(self.entries), root, f"{bare.text()}\n\u2014 logbook.example eHh4\n")


def sample() -> Journal:
    """A day with everything that a form has to show."""
    j = Journal()
    exam = [f"{n:04d}" for n in range(1, 18)]
    check = j.step(ORLOV, "d1.cctv_check", "31.05 10:15", [*exam, "7777"],
                   evidence={"started_at": "10:00", "finished_at": "10:15"})  # fmt: skip
    j.confirm(LEBEDEVA, check, time="31.05 10:22")
    angle = j.step(ORLOV, "d1.angle", "31.05 10:40",
                   evidence={"room": "0006", "started_at": "10:35", "finished_at": "10:40"})  # fmt: skip
    fixed = f.EntryCorrected(angle, {"evidence.room": "0008"}, "указана не та аудитория, камера стоит в 0008")
    j.add(ORLOV, fixed, at("31.05 10:52"))
    j.confirm(LEBEDEVA, angle, time="31.05 10:58")
    card = f.AccessNoted(
        ("0012",), at("31.05 11:20"), at("31.05 11:26"), "media_swap", reason="замена карты памяти: свободно 9 ГБ",
        state_found="on", seal_before="417203", seal_after="417219", late_reason="не было связи в восточном крыле",
    )  # fmt: skip
    j.confirm(LEBEDEVA, j.add(VALEEVA, card, at("31.05 14:05")), time="31.05 14:31")
    j.step(ORLOV, "ex.arrive", "01.06 07:02", evidence={"arrived_at": "2026-06-01T07:02"})
    hq = j.step(ORLOV, "ex.hq_record", "01.06 08:06", ["7777"],
                overdue_reason="отказ видеорегистратора, заменён резервным",
                evidence={"started_at": "08:04", "finished_at": "08:06", "recording_seen": True})  # fmt: skip
    j.confirm(LEBEDEVA, hq, time="01.06 08:12")
    for n, room in enumerate(exam[:15]):
        j.step(ORLOV, "ex.soft_check", f"01.06 08:{26 + n}", [f"S{room}"], evidence={
            "device_serial": f"PS-{room}", "software_version": "26.4.1", "starts_ok": True})  # fmt: skip
    j.step(VALEEVA, "ex.cctv_check", "01.06 08:14", [*exam, "7777", "9001", "9002"],
           evidence={"started_at": "08:00", "finished_at": "08:14"})  # fmt: skip
    j.step(ORLOV, "ex.room_record", "01.06 09:02", exam, evidence={"started_at": "09:00", "finished_at": "09:02"})
    j.add(ORLOV, f.StepImpossible("ex.key", at("01.06 09:40"), "нет связи с порталом, обращение № 4417"))
    head = "Лебедева М. П., руководитель ППЭ"
    j.add(LEBEDEVA, f.StepWaived("ex.staff_briefing", at("01.06 08:20"), "проведён накануне", head))
    wrong = f.AccessNoted(("0003",), at("01.06 10:42"), at("01.06 10:47"), "angle")
    seq = j.add(VALEEVA, wrong)
    j.add(VALEEVA, f.EntryVoided(seq, "записано дважды"), at("01.06 10:50"))
    j.add(ORLOV, f.MilestoneNoted("room_closed", at("01.06 13:31"), "0003"))
    j.add(ORLOV, f.NoteWritten("Резервный канал связи отключён оператором с 10:48 до 13:20.", at("01.06 13:40")))
    j.step(ORLOV, "end.room_stop", "01.06 15:36", exam, evidence={"stopped_at": "15:36"})
    return j
