"""Lines of a device's history in words."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import g, url_for
from flask_babel import format_decimal, gettext

from app.domain import N_
from app.domain import devices as d
from app.domain.day import Act, Day
from app.domain.devices import Device, HistoryLine, Opening
from app.domain.sights import ALIVE, FROZEN, REFUSED, SILENT, UNREACHABLE
from app.services.devices import DayHistory
from app.web.footage_words import amount
from app.web.journal import LOG_PAGE
from app.web.language import pick
from app.web.show import local, long_date, when
from app.web.values import field_value, shown

State = tuple[str, str, str]  # colour, icon, word
KINDS: dict[str, State] = {
    d.START: ("done", "rec", N_("Recording started")),
    d.STOP: ("off", "off", N_("Recording stopped")),
    d.COPY: ("done", "file", N_("Footage copied")),
    d.ACCESS: ("wait", "key", N_("Access")),
    d.OUTAGE: ("over", "over", N_("Outage")),
    d.OVER: ("done", "done", N_("Outage over")),
    d.CLOCK: ("wait", "now", N_("Clock compared")),
    d.CHECK: ("done", "done", N_("Step done")),
    d.HELP: ("now", "call", N_("Help given")),
}
SIGHTS: dict[str, State] = {
    ALIVE: ("done", "done", N_("Picture is alive")),
    FROZEN: ("over", "over", N_("Picture is frozen")),
    SILENT: ("over", "over", N_("Answers, no picture comes")),
    REFUSED: ("over", "key", N_("Refuses name or password")),
    UNREACHABLE: ("over", "nonet", N_("Not reachable")),
}
VERDICTS: dict[str, State] = {
    "same": ("done", "seal", N_("the seal that was put on last")),
    "other": ("over", "over", N_("another seal than was put on last")),
    "unsaid": ("soon", "ask", N_("the seal found is not named")),
    "first": ("off", "seal", N_("no earlier seal is known")),
}


@dataclass(frozen=True)
class LineWords:
    """One line. ``url``: its entry, empty for who may not open it; ``verdict``: of a seal, empty elsewhere."""

    when: str
    state: State
    text: str
    by: str
    number: int
    url: str
    void: bool
    verdict: State | None = None
    expected: str = ""
    seals: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class DayWords:
    """The lines of one day. ``then``: how the device was called and where it stood, when that was otherwise."""

    date: str
    name: str
    url: str
    damaged: bool
    lines: tuple[LineWords, ...]
    then: str = ""


def day_words(found: DayHistory, device: Device | None = None) -> DayWords:
    """One day's lines, by the centre's clock. ``device``: as it is today."""
    on = long_date(date.fromisoformat(found.date))
    if found.day is None:
        return DayWords(on, found.name, "", True, ())
    with _spoken_of(found.day):
        lines = [_line(found, line) for line in found.lines] + [_opening(found, o) for o in found.openings]
    url = url_for("today.board", day_id=found.name) if found.readable else ""
    return DayWords(on, found.name, url, False, tuple(lines), _then(found.device, device))


def _then(old: Device | None, new: Device | None) -> str:
    """How the device stood in an older plan, when otherwise than today."""
    if not (old and new) or (old.id, old.room, old.serial) == (new.id, new.room, new.serial):
        return ""
    serial = old.serial or "–"
    return gettext("then %(name)s, room %(room)s, serial number %(serial)s", name=old.id, room=old.room, serial=serial)


@contextmanager
def _spoken_of(day: Day) -> Iterator[None]:
    """Times and roles in words are those of this day; the page itself is of no day."""
    g.day = day
    try:
        yield
    finally:
        g.pop("day")


def _line(found: DayHistory, line: HistoryLine) -> LineWords:
    assert found.day
    day, act = found.day, found.day.acts.get(line.seq)
    colour, icon, word = _state(line)
    by = (act.by.short if found.readable else "") if act else gettext("the server")
    return LineWords(
        when(line.at), (colour, icon, gettext(word)), _text(day, line, act, found.readable), by, line.number,
        _url(day, line.seq, act) if found.readable else "", line.void,
    )  # fmt: skip


def _opening(found: DayHistory, opening: Opening) -> LineWords:
    row = opening.line.row
    assert row
    words, (colour, icon, word) = _line(found, opening.line), VERDICTS[opening.verdict]
    verdict = None if opening.line.void else (colour, icon, gettext(word))
    return replace(words, verdict=verdict, expected=opening.before, seals=(row.seal_before, row.seal_after))


def _url(day: Day, seq: int, act: Act | None) -> str:
    if act:
        return url_for("entries.show", day_id=day.id, seq=seq)
    return url_for("journal.log", day_id=day.id, page=seq // LOG_PAGE + 1, _anchor=f"entry-{seq + 1}")


def _state(line: HistoryLine) -> State:
    """Colour, icon and word of a line. A camera that was not to record is not red."""
    if line.kind != d.SEEN:
        return KINDS[line.kind]
    colour, icon, word = SIGHTS.get(line.fact.state, ("over", "ask", line.fact.state))
    return (colour if line.fact.planned or colour == "done" else "off", icon, word)


def _text(day: Day, line: HistoryLine, act: Act | None, whole: bool) -> str:
    """What else the line says; what somebody typed only for who reads that day (``whole``)."""
    if line.row:
        row = line.row
        found = {"on": gettext("found switched on"), "off": gettext("found switched off")}.get(row.state_found, "")
        typed = (row.text, row.reason) if whole else ("", "")
        return "; ".join(filter(None, (pick(row.title) or typed[0], typed[1], found)))
    match line.kind:
        case d.CHECK:
            return pick(day.profile.step(line.fact.step).title)
        case d.HELP:
            return _help(day, act) if whole else ""
        case d.SEEN:
            return _seen(line.fact)
        case d.CLOCK:
            return _clock(line.fact)
        case d.OUTAGE:
            words = {"recording": gettext("of recording"), "online": gettext("of the online broadcast")}
            return ": ".join(filter(None, (words.get(line.fact.kind, line.fact.kind), line.fact.text if whole else "")))
        case d.COPY:
            return _copy(line.fact)
    return str(line.fact.text) if whole else ""


def _help(day: Day, act: Act | None) -> str:
    """What was wrong and what helped: the texts of the step."""
    assert act
    texts = {s.id for s in day.profile.step(act.fact.step).fields if s.type in ("text", "serial")}
    names = [f"evidence.{name}" for name in act.fact.evidence if name in texts]
    said = [field_value(day, act, name, act.fact.evidence[name.removeprefix("evidence.")]) for name in names]
    return "; ".join(said) or "; ".join(s.value for s in shown(day, act))


def _seen(fact: Any) -> str:
    parts = []
    if fact.width:
        rate = format_decimal(round(fact.fps_milli / 1000, 1))
        parts.append(gettext("%(width)s × %(height)s, %(rate)s frames a second", width=fact.width,
                             height=fact.height, rate=rate))  # fmt: skip
    if fact.first_frame:
        parts.append(gettext("first frame at %(time)s", time=f"{local(fact.first_frame):%H:%M:%S}"))
    if fact.recording:
        yes, no = gettext("the device says that it records"), gettext("the device says that it does not record")
        parts.append(yes if fact.recording == "yes" else no)
    return "; ".join(filter(None, (*parts, fact.detail)))


def _clock(fact: Any) -> str:
    seconds, error = format_decimal(abs(fact.offset_ms) / 1000), format_decimal(fact.error_ms / 1000)
    if fact.offset_ms > 0:
        text = gettext("ahead by %(seconds)s s, give or take %(error)s s", seconds=seconds, error=error)
    elif fact.offset_ms < 0:
        text = gettext("behind by %(seconds)s s, give or take %(error)s s", seconds=seconds, error=error)
    else:
        text = gettext("right, give or take %(error)s s", error=error)
    how = gettext("told by the device") if fact.source == "onvif" else gettext("compared by hand")
    return f"{text}; {how}"


def _copy(fact: Any) -> str:
    to = gettext("to the medium %(serial)s", serial=fact.medium.serial)
    return f"{amount(fact)}, {to}"
