"""Media with copies of footage, in Russian words: what the acts about them list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain import facts as f
from app.domain.day import Act, Day
from app.domain.profile import Footage, Step
from app.domain.release import key
from reports.forms._ru import plural
from reports.of_day import clock, rooms
from reports.typeface import NBSP

KINDS = {
    "flash": "флеш-накопитель", "hdd": "жёсткий диск", "memory_card": "карта памяти", "optical": "оптический диск",
    "other": "другой носитель",
}  # fmt: skip
UNITS = ("Б", "КБ", "МБ", "ГБ", "ТБ")
BY_HAND = "копировано вручную: описи нет"
WRONG = (
    ("изменён", "изменены", "изменены"),
    ("отсутствует", "отсутствуют", "отсутствуют"),
    ("лишний", "лишние", "лишних"),
    ("переименован", "переименованы", "переименованы"),
    ("не читается", "не читаются", "не читаются"),
)  # the counts of a check, in their order


@dataclass(frozen=True)
class Copy:
    """One copy on a medium. ``number``: of the medium, with a second part when it holds several copies.

    ``manifest`` empty: no program made the copy. ``checked``: the last check in words, ``check_manifest``: its own.
    """

    number: str
    serial: str
    kind: str = ""
    label: str = ""
    seal: str = ""
    files: int = 0
    size: int = 0
    file_system: str = ""
    period: str = ""
    places: str = ""
    cameras: str = ""
    manifest: str = ""
    generation: int = 0
    checked: str = ""
    check_manifest: str = ""
    check_generation: int = 0


def media(day: Day, serials: Iterable[str]) -> tuple[Copy, ...]:
    """Every copy on the media of these numbers; a medium without a known copy stands there with its number alone."""
    proved, by_hand = _proved(day), _by_hand(day)
    out: list[Copy] = []
    for number, serial in enumerate(serials, 1):
        found = proved.get(key(serial), []) or by_hand.get(key(serial), [])
        several = len(found) > 1
        made = (_copy(day, f"{number}.{i}" if several else str(number), serial, x) for i, x in enumerate(found, 1))
        out += made if found else [Copy(str(number), serial)]
    return tuple(out)


def _proved(day: Day) -> dict[str, list[Act]]:
    """Copies that the copying tool proved, by their medium."""
    out: dict[str, list[Act]] = {}
    for act in day.tagged("footage.copied"):
        out.setdefault(key(act.fact.medium.serial), []).append(act)
    return out


def _by_hand(day: Day) -> dict[str, list[Act]]:
    """Copies that are known from the step alone, by their medium."""
    out: dict[str, list[Act]] = {}
    for step in day.profile.steps:
        if step.footage is None:
            continue
        for act in day.step_acts(step.id):
            serial = str(getattr(act.fact, "evidence", {}).get(step.footage.serial, ""))
            if serial:
                out.setdefault(key(serial), []).append(act)
    return out


def _copy(day: Day, number: str, serial: str, act: Act) -> Copy:
    if act.tag == "footage.copied":
        return _from_fact(day, number, serial, act)
    step = day.profile.step(act.fact.step)
    return _from_step(day, number, serial, act, step, step.footage or Footage())


def _from_fact(day: Day, number: str, serial: str, act: Act) -> Copy:
    fact: f.FootageCopied = act.fact
    check = _last_check(day, act)
    return Copy(
        number, serial, KINDS.get(fact.medium.kind, fact.medium.kind), fact.medium.label, fact.seal, fact.files,
        fact.size, fact.medium.file_system, period_words(day, fact.period.start, fact.period.end),
        rooms(day, fact.rooms), _cameras(day, fact.cameras, fact.rooms), fact.manifest, fact.generation,
        _check_words(day, check) if check else "", check.fact.manifest if check else "",
        check.fact.generation if check else 0,
    )  # fmt: skip


def _from_step(day: Day, number: str, serial: str, act: Act, step: Step, spec: Footage) -> Copy:
    given = act.fact.evidence
    places, cameras = act.fact.places, ()
    if step.repeat == "camera":
        cameras, places = places, tuple(dict.fromkeys(c.room for name in places if (c := day.camera(name))))
    ends = [_local(day, given.get(name)) for name in (spec.period_start, spec.period_end)]
    return Copy(
        number, serial, KINDS.get(given.get(spec.medium, ""), ""), files=int(given.get(spec.files, 0)),
        size=int(given.get(spec.size, 0)), period=period_words(day, ends[0], ends[1]) if ends[0] and ends[1] else "",
        places=rooms(day, places),
        cameras=_cameras(day, cameras, places),
    )  # fmt: skip


def _local(day: Day, value: object) -> datetime | None:
    """A recorded local date and time as a moment."""
    return datetime.fromisoformat(value).replace(tzinfo=day.zone) if isinstance(value, str) else None


def _cameras(day: Day, cameras: Sequence[str], places: Iterable[str]) -> str:
    """The cameras by their id; of those that are all in their places only how many."""
    there = {c.id for c in day.cameras if c.room in places}
    if len(cameras) > 2 and there == set(cameras):
        return f"все камеры: {len(there)}"
    return ", ".join(cameras)


def _last_check(day: Day, copy: Act) -> Act | None:
    checks = [act for act in day.tagged("footage.checked") if act.fact.target == copy.seq]
    return max(checks, key=lambda act: act.at, default=None)


def _check_words(day: Day, check: Act) -> str:
    """``цела, 02.06.2026 10:15, поколение 2`` or what differs, with counts."""
    when = f"{day.local(check.at):%d.%m.%Y %H:%M}, поколение{NBSP}{check.fact.generation}"
    if check.fact.result == "whole":
        return f"копия цела, {when}"
    wrong = [f"{plural(n, *forms)}{NBSP}{n}" for n, forms in zip(check.fact.counts, WRONG, strict=True) if n]
    return f"есть расхождения, {when}: файлов {', '.join(wrong)}" if wrong else f"есть расхождения, {when}"


def period_words(day: Day, start: datetime, end: datetime) -> str:
    """``01.06.2026 08:00–13:40``; with both dates when there are two."""
    first, last = day.local(start), day.local(end)
    until = clock(last) if last.date() == first.date() else f"{last:%d.%m.%Y} {clock(last)}"
    glue = "–" if last.date() == first.date() else " – "
    return f"{first:%d.%m.%Y} {clock(first)}{glue}{until}"


def human(size: int) -> str:
    """``412,3 ГБ``, in units of a thousand."""
    value, unit = float(size), 0
    while value >= 999.95 and unit < len(UNITS) - 1:
        value, unit = value / 1000, unit + 1
    shown = f"{value:.0f}" if unit == 0 else f"{value:.1f}".replace(".", ",")
    return f"{shown}{NBSP}{UNITS[unit]}"


def grouped(number: int) -> str:
    """``412 316 860 416``"""
    return f"{number:,}".replace(",", NBSP)
