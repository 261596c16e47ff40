"""Days with copied, checked, handed over and released media, and with tested cameras, entry by entry."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from app.domain import facts as f
from app.domain.facts import Medium, Period
from tests.reports.days import LEBEDEVA, ORLOV, Journal, at

MANIFEST = hashlib.sha256(b"manifest").hexdigest()
LATER = hashlib.sha256(b"manifest of the check").hexdigest()


def copied(
    j: Journal, serial: str, rooms: tuple[str, ...], size: int = 412_316_860_416, time: str = "01.06 17:58", **more: Any
) -> int:
    """A proved copy of the cameras of ``rooms``; returns its entry."""
    medium = Medium(serial, more.pop("kind", "hdd"), more.pop("file_system", "exFAT"), more.pop("label", ""))
    values = {
        "cameras": tuple(c.id for c in j.day.cameras if c.room in rooms), "rooms": rooms, "medium": medium,
        "began": at(time) - timedelta(hours=1), "at": at(time), "files": 214, "size": size, "manifest": MANIFEST,
        "generation": 1, "period": Period(at("01.06 08:00"), at("01.06 13:40")), "viewed": True,
    }  # fmt: skip
    return j.add(ORLOV, f.FootageCopied(**(values | more)))


def checked(j: Journal, target: int, time: str, result: str = "whole", **more: Any) -> int:
    """The copy was read again."""
    values = {"manifest": LATER, "generation": 2, "counts": (0, 0, 0, 0, 0)}
    return j.add(ORLOV, f.FootageChecked(target, at(time), result, **(values | more)))


def by_hand(j: Journal, serial: str, place: str = "C9002") -> int:
    """A copy that nobody's program made: the step alone knows of it."""
    evidence = {
        "started_at": "17:42", "finished_at": "17:58", "period_from": "2026-06-01T07:50",
        "period_to": "2026-06-01T14:20", "file_count": 12, "bytes": 21_474_836_480, "format": "mp4",
        "media_type": "flash", "media_serial": serial, "sample_viewed": True,
    }  # fmt: skip
    return j.step(ORLOV, "end.copy", "01.06 18:00", [place], evidence=evidence)


def handed(j: Journal, *serials: str, to: str = "Соколов Пётр Ильич", **more: Any) -> int:
    """The media are handed over; ``more``: further evidence."""
    evidence = {
        "media_list": list(serials), "from_person": LEBEDEVA.name, "to_person": to,
        "receiver_post": "начальник отдела РЦОИ", "at": "2026-06-01T18:20", "package_seal": "417230",
    }  # fmt: skip
    return j.step(LEBEDEVA, "end.handover", "01.06 18:22", evidence=evidence | more)


def released(j: Journal, *serials: str, when: datetime | None = None, **more: Any) -> int:
    """Media are destroyed after the term, by the processing centre's paper."""
    moment = when or at("01.06 10:00").replace(year=2027)
    evidence = {
        "media_list": list(serials), "act_no": "14/27", "outcome": "destroyed",
        "decided_by": "директор РЦОИ Громова Е. В., приказ № 14 от 02.03.2027",
    }  # fmt: skip
    outside = f.Outside("Соколов Пётр Ильич", "processing_centre", "акт № 14/27 от 03.03.2027")
    return j.add(
        LEBEDEVA, f.StepDone("post.retention", moment, (), evidence | more, outside=outside),
        moment + timedelta(minutes=2),
    )  # fmt: skip


def tested(j: Journal, *rooms: str, time: str = "31.05 10:15", **more: Any) -> int:
    """The cameras of ``rooms`` were tested; ``more``: answers that differ from a good one."""
    evidence = {
        "started_at": "10:00", "finished_at": "10:15", "picture_ok": True, "sound_ok": True, "overlay_ok": True,
        "clock_diff_s": 2, "free_space_gb": 640, "ups_minutes": 35, "angles_ok": True,
    }  # fmt: skip
    evidence = {k: v for k, v in (evidence | more).items() if v is not None}
    return j.step(ORLOV, "d1.cctv_check", time, rooms, evidence=evidence)


def given() -> Journal:
    """Three media: proved and checked, proved twice, copied by hand; a fourth of which nothing is known."""
    j = Journal()
    rooms = tuple(f"{n:04d}" for n in range(1, 18))
    first = copied(j, "WD-WCC7K4LJ2041", rooms[:9], label="ППЭ 0970 А", seal="417219")
    copied(j, "WD-WCC7K4LJ2055", rooms[9:], size=398_764_109_824, label="ППЭ 0970 Б", seal="417220")
    copied(
        j, "WD-WCC7K4LJ2055", ("7777",), size=24_117_248_000, time="01.06 18:03", files=11, seal="417220", generation=2
    )  # fmt: skip
    by_hand(j, "SDCZ880-00417")
    checked(j, first, "01.06 18:10")
    seq = handed(j, "WD-WCC7K4LJ2041", "WD-WCC7K4LJ2055", "SDCZ880-00417", "KST-0991", witness="Орлов И. С.")
    j.confirm(LEBEDEVA, seq, time="01.06 18:30")
    return j
