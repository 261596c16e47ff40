"""The review of a day in words: what its entries say, states of days and remarks."""

from collections.abc import Callable
from typing import Any

from app.domain import facts as f
from app.domain.day import Act, Day, Line
from app.domain.review import FINDINGS, SOURCES, Answered, Review, Stage
from app.services import documents
from app.web.language import gettext, ngettext, pick
from app.web.show import clock, local, places, when

KINDS: dict[str, Callable[[], str]] = {
    "day.submitted": lambda: gettext("Day handed in"),
    "remark.written": lambda: gettext("Remark"),
    "remark.answered": lambda: gettext("Answer to a remark"),
    "remark.settled": lambda: gettext("Remark settled"),
    "lines.reviewed": lambda: gettext("Lines seen"),
    "sample.taken": lambda: gettext("Sample"),
    "day.returned": lambda: gettext("Day returned"),
    "day.accepted": lambda: gettext("Day accepted"),
}
STAGES = {  # colour, icon, word
    Stage.OPEN: ("off", "soon", lambda: gettext("not handed in yet")),
    Stage.SUBMITTED: ("wait", "wait", lambda: gettext("handed in, waits for the commission")),
    Stage.RETURNED: ("soon", "back", lambda: gettext("returned")),
    Stage.ACCEPTED: ("done", "seal", lambda: gettext("countersigned")),
}
STATES = {  # of a remark: colour, icon, word
    Answered.OPEN: ("soon", "flag", lambda: gettext("waits for an answer")),
    Answered.ANSWERED: ("wait", "call", lambda: gettext("answered")),
    Answered.CORRECTED: ("wait", "fix", lambda: gettext("corrected")),
    Answered.SETTLED: ("done", "done", lambda: gettext("settled")),
}
FOUND = {"nothing": ("done", "done"), "doubt": ("soon", "ask"), "breach": ("over", "over")}


def about(day: Day, fact: f.RemarkWritten) -> str:
    """What a remark is about, in short."""
    if fact.target is not None:
        return gettext("Entry %(number)s", number=fact.target + 1)
    if fact.step:
        step = next((s for s in day.profile.steps if s.id == fact.step), None)
        title = pick(step.title) if step else fact.step
        return ", ".join(filter(None, (title, places(day, step.repeat if step else "", fact.places))))
    return pick(documents.title(fact.form)) if fact.form else gettext("The whole day")


def line_text(day: Day, line: Line) -> str:
    """What an entry of the review says, in a line."""
    fact = line.fact
    match line.tag:
        case "day.submitted":
            return _submitted(fact)
        case "remark.written":
            return f"{about(day, fact)}: {fact.text}"
        case "remark.answered":
            said = f"{_to(fact.target)}: {fact.text}"
            return f"{said} ({gettext('Entry %(number)s', number=fact.entry + 1)})" if fact.entry is not None else said
        case "remark.settled":
            return _with(_to(fact.target), fact.text)
        case "lines.reviewed":
            count = sum(s.last - s.first + 1 for s in fact.spans)
            return ngettext("Entry %(list)s", "Entries %(list)s", count, list=spans(fact.spans))
        case "sample.taken":
            return _with(f"{watched(fact)}: {finding(fact.finding)}", fact.text)
        case "day.returned":
            return _with(fact.reason, _returned(len(fact.remarks)))
        case _:
            count = len(fact.papers)
            signed = ngettext("%(num)s document countersigned", "%(num)s documents countersigned", count)
            return _with(signed, fact.text)


def _submitted(fact: f.DaySubmitted) -> str:
    if not fact.missing:
        return fact.text or gettext("Nothing is missing")
    count = len(fact.missing)
    lacks = ngettext("%(num)s thing is missing: “%(reason)s”", "%(num)s things are missing: “%(reason)s”", count,
                     reason=fact.reason)  # fmt: skip
    return _with(lacks, fact.text)


def _to(target: int) -> str:
    return gettext("To the remark in entry %(number)s", number=target + 1)


def _returned(count: int) -> str:
    return ngettext("with %(num)s remark", "with %(num)s remarks", count) if count else ""


def _with(said: str, more: str) -> str:
    return f"{said}. {more}" if said and more else said or more


def spans(found: tuple[f.Span, ...]) -> str:
    """``2–14, 17``: entry numbers."""
    return ", ".join(str(s.first + 1) if s.first == s.last else f"{s.first + 1}\u2013{s.last + 1}" for s in found)


def watched(fact: f.SampleTaken) -> str:
    """``0001-1, room 0001, 10:00–10:05, recording``."""
    room = gettext("room %(room)s", room=fact.room)
    return f"{fact.camera}, {room}, {period(fact)}, {source(fact.source)}"


def period(fact: f.SampleTaken) -> str:
    """``10:00–10:05``; both dates when they differ."""
    end = clock(fact.end) if local(fact.end).date() == local(fact.start).date() else when(fact.end)
    return f"{when(fact.start)}\u2013{end}"


def source(name: str) -> str:
    return gettext(SOURCES[name]) if name in SOURCES else name


def finding(name: str) -> str:
    return gettext(FINDINGS[name]) if name in FINDINGS else name


def fact_title(day: Day, fact: Any) -> str:
    """What somebody did in the review: a title for its own page."""
    match fact:
        case f.RemarkWritten():
            return gettext("Remark: %(about)s", about=about(day, fact))
        case f.RemarkAnswered():
            return gettext("Answer to the remark in entry %(number)s", number=fact.target + 1)
        case f.SampleTaken():
            return gettext("Sample: camera %(camera)s, room %(room)s", camera=fact.camera, room=fact.room)
    return ""


def shown(day: Day, act: Act) -> list[tuple[str, str]]:
    """(title, value) of what an act of the review says besides its text."""
    fact = act.fact
    if isinstance(fact, f.SampleTaken):
        return [
            (gettext("Period"), period(fact)), (gettext("What was watched"), source(fact.source)),
            (gettext("Finding"), finding(fact.finding)),
        ]  # fmt: skip
    if isinstance(fact, f.RemarkAnswered) and fact.entry is not None:
        return [(gettext("What mends it"), gettext("Entry %(number)s", number=fact.entry + 1))]
    return []


def standing(found: Review) -> tuple[str, str, str]:
    """Colour, icon and word of where the review is; a returned day says how many remarks wait."""
    css, icon, word = STAGES[found.stage]
    if found.stage == Stage.RETURNED and found.open:
        count = len(found.open)
        return css, icon, ngettext("returned, %(num)s remark waits", "returned, %(num)s remarks wait", count)
    return css, icon, word()


def returned(found: Review) -> str:
    """A returned day in words: how many remarks wait."""
    count = len(found.open)
    if not count:
        return gettext("The commission returned the day")
    return ngettext(
        "The commission returned the day: %(num)s remark waits for an answer",
        "The commission returned the day: %(num)s remarks wait for an answer", count,
    )  # fmt: skip
