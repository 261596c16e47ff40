"""Copies of footage in words: what an entry says of them, sizes, rates, media."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask_babel import format_decimal, gettext, ngettext

from app.domain import facts as f
from app.domain.day import Act, Day
from app.domain.doubts import known
from app.domain.footage import Footage, State, checks
from app.domain.release import Released
from app.web.language import say
from app.web.show import NBSP, local, rooms, when

KINDS: dict[str, Callable[[], str]] = {
    "footage.copied": lambda: gettext("Footage copied"),
    "footage.checked": lambda: gettext("Medium read again"),
    "footage.uploaded": lambda: gettext("Footage uploaded"),
}
MEDIA: dict[str, Callable[[], str]] = {
    "flash": lambda: gettext("flash drive"),
    "hdd": lambda: gettext("hard disk"),
    "memory_card": lambda: gettext("memory card"),
    "optical": lambda: gettext("optical disc"),
    "other": lambda: gettext("other medium"),
}
FOUND: dict[str, Callable[[], str]] = {  # in the order of FootageChecked.counts
    "changed": lambda: gettext("changed"),
    "missing": lambda: gettext("missing"),
    "added": lambda: gettext("added"),
    "renamed": lambda: gettext("renamed"),
    "unreadable": lambda: gettext("unreadable"),
}
STATES: dict[State, tuple[str, str, Callable[[], str]]] = {  # colour, icon, word
    State.MISSING: ("over", "over", lambda: gettext("not copied")),
    State.GAPS: ("soon", "mis", lambda: gettext("gaps")),
    State.SILENT: ("soon", "ask", lambda: gettext("no recording noted")),
    State.RUNNING: ("now", "rec", lambda: gettext("still records")),
    State.UNMEASURED: ("done", "done", lambda: gettext("copied, times not measured")),
    State.WHOLE: ("done", "done", lambda: gettext("covered")),
    State.ONLINE: ("off", "net", lambda: gettext("kept by the broadcast")),
}
SHOWN = 20  # gaps and names of files in an entry


def kind(name: str) -> str:
    """A kind of medium."""
    return MEDIA[name]() if name in MEDIA else name


def size(count: int) -> str:
    """Bytes as media are sold: ``3.4 GB``."""
    units = ((10**12, gettext("TB")), (10**9, gettext("GB")), (10**6, gettext("MB")), (1000, gettext("kB")))
    for factor, unit in units:
        if count >= factor:
            return f"{format_decimal(count / factor, '#,##0.0')}{NBSP}{unit}"
    return f"{count}{NBSP}{gettext('B')}"


def seconds(moment: datetime) -> str:
    """``10:12:05``: gaps of footage are told to the second."""
    return f"{local(moment):%H:%M:%S}"


def share(ppm: int) -> str:
    """``99.6 %``; all of it only when nothing is missing."""
    tenths = ppm // 1000
    return f"{format_decimal(tenths / 10, '0.#' if tenths == 1000 else '0.0')}{NBSP}%"


def period(span: f.Period) -> str:
    return f"{when(span.start)}\u2013{when(span.end)}"


def gap(span: f.Period) -> str:
    return f"{seconds(span.start)}\u2013{seconds(span.end)}"


def gaps(found: tuple[f.Period, ...], more: int = 0) -> str:
    """Gaps in a line, the first of them by name."""
    named = ", ".join(gap(g) for g in found[:SHOWN])
    left = len(found) - SHOWN + more if len(found) > SHOWN else more
    more_ = ngettext("and %(num)s more", "and %(num)s more", left) if left else ""
    return f"{named} {more_}".strip()


def covered(planned: f.Period, ppm: int, holes: tuple[f.Period, ...], more: int = 0) -> str:
    """``planned 08:00–13:40, covered 99.6 %, gap 10:12:05–10:12:41``."""
    said = gettext("planned %(span)s, covered %(share)s", span=period(planned), share=share(ppm))
    if not holes:
        return said
    told = ngettext("gap %(list)s", "gaps %(list)s", len(holes) + more, list=gaps(holes, more))
    return f"{said}, {told}"


def standing(item: Footage) -> str:
    """How the footage of a camera stands, in a line."""
    if item.window and item.ppm is not None:
        return covered(item.window, item.ppm, item.gaps, item.more)
    word = STATES[item.state][2]()
    return gettext("planned %(span)s, %(state)s", span=period(item.window), state=word) if item.window else word


def medium(fact: f.Medium) -> str:
    """``flash drive SN-1``."""
    return f"{kind(fact.kind)} {fact.serial}"


def gone(found: Released) -> str:
    """What became of a medium that is kept no longer, and by which act."""
    if found.outcome == "destroyed":
        return gettext("destroyed, act %(number)s", number=found.act)
    return gettext("given out of keeping, act %(number)s", number=found.act)


def amount(fact: f.FootageCopied) -> str:
    files = ngettext("%(num)s file", "%(num)s files", fact.files)
    return f"{files}, {size(fact.size)}"


def line(day: Day, fact: Any) -> str:
    """What an entry says, in a line; empty for other kinds of entries."""
    match fact:
        case f.FootageCopied():
            return " · ".join((rooms(fact.rooms), medium(fact.medium), amount(fact), period(fact.period)))
        case f.FootageChecked():
            copy = day.acts.get(fact.target)
            where = medium(copy.fact.medium) if copy and copy.fact else ""
            to = gettext("Entry %(number)s", number=fact.target + 1)
            return " · ".join(part for part in (to, where, verdict(fact)) if part)
        case f.FootageUploaded():
            return " · ".join(part for part in (rooms(fact.rooms), period(fact.period), fact.text) if part)
    return ""


def verdict(fact: f.FootageChecked) -> str:
    """``whole``, or how many files differ and how."""
    if fact.result == "whole":
        return gettext("whole")
    found = zip(FOUND.values(), fact.counts, strict=True)
    return ", ".join(f"{word()}: {count}" for word, count in found if count) or gettext("the manifests differ")


def shown(day: Day, act: Act) -> list[tuple[str, str]]:
    """Title and value of everything that an entry says."""
    match act.fact:
        case f.FootageCopied() as fact:
            return _copied(day, act.seq, fact)
        case f.FootageChecked() as fact:
            return _checked(fact)
        case f.FootageUploaded() as fact:
            told = [(gettext("Footage"), period(fact.period))]
            owed = [(gettext("Owed for"), gettext("Entry %(number)s", number=fact.outage + 1))] if fact.outage else []
            return told + owed
    return []


def doubt(said: str) -> str:
    """What speaks against a file, in the reader's language; a sentence that we do not know stays as it was written."""
    found = known(said)
    return f"{found[0]}: {say(found[1])}" if found else said


def _copied(day: Day, seq: int, fact: f.FootageCopied) -> list[tuple[str, str]]:
    out = [
        (gettext("Cameras"), ", ".join(fact.cameras)),
        (gettext("Medium"), medium(fact.medium)),
        (gettext("Folder on the medium"), fact.medium.folder),
        (gettext("Seal"), fact.seal),
        (gettext("Files"), amount(fact) + (f" ({', '.join(fact.formats)})" if fact.formats else "")),
        (gettext("Footage"), period(fact.period)),
        (gettext("Copied"), period(f.Period(fact.began, fact.at))),
        (gettext("A sample was viewed"), gettext("Yes") if fact.viewed else gettext("No")),
        (gettext("Manifest (SHA-256)"), fact.manifest),
    ]
    for part in fact.coverage:
        said = (covered(part.planned, part.covered_ppm, part.gaps, part.more), *map(doubt, part.doubts[:SHOWN]))
        out.append((gettext("Camera %(camera)s", camera=part.camera), "; ".join(said)))
    later = [gettext("Entry %(number)s", number=a.number) for a in checks(day, seq)]
    return [(title, value) for title, value in (*out, (gettext("Read again"), ", ".join(later))) if value]


def _checked(fact: f.FootageChecked) -> list[tuple[str, str]]:
    out = [
        (gettext("Copy"), gettext("Entry %(number)s", number=fact.target + 1)),
        (gettext("Result"), verdict(fact)),
        (gettext("Generation of the manifest"), str(fact.generation)),
        (gettext("Manifest (SHA-256)"), fact.manifest),
    ]
    for (name, word), count in zip(FOUND.items(), fact.counts, strict=True):
        names = getattr(fact, name)
        if count:
            more = ngettext("and %(num)s more", "and %(num)s more", count - SHOWN) if count > SHOWN else ""
            out.append((word().capitalize(), ", ".join(filter(None, (*names[:SHOWN], more)))))
    return out
