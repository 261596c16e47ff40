"""A register in words: lines of a page, cells of a spreadsheet, bands of the PDF."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext, ngettext

from app.domain import N_
from app.domain.codec import clean
from app.domain.review import Stage
from app.services import documents, registers
from app.services.particulars import Paper, Signer, Turn
from app.services.registers import MISSING, DayLines, Line
from app.web.language import pick
from app.web.show import NBSP, meaning, role, short_date

STAGES = {  # colour, icon, word
    Stage.OPEN: ("off", "soon", N_("not handed in")),
    Stage.SUBMITTED: ("wait", "wait", N_("handed in")),
    Stage.RETURNED: ("soon", "fix", N_("returned with remarks")),
    Stage.ACCEPTED: ("done", "seal", N_("countersigned")),
}


@dataclass(frozen=True)
class PaperWords:
    """A document for a page or a band. ``signers``: those who signed; ``awaited``: who still has to."""

    number: str
    title: str
    revision: str
    css: str
    icon: str
    state: str
    signers: tuple[str, ...]
    awaited: tuple[str, ...]
    level: str


@dataclass(frozen=True)
class DayWords:
    """A centre's day. ``notes``: what is worth a remark, each with its colour and icon."""

    lines: DayLines
    css: str
    icon: str
    stage: str
    zone: str
    turns: tuple[str, ...]
    notes: tuple[tuple[str, str, str], ...]
    papers: tuple[PaperWords, ...]


def day_words(found: DayLines) -> DayWords:
    """Everything of one centre's day."""
    css, icon, word = STAGES[found.day.stage]
    return DayWords(
        found, css, icon, gettext(word), _offset(found), tuple(_turns(found)), tuple(_notes(found)),
        tuple(_paper(found, line) for line in found.lines),
    )  # fmt: skip


def _offset(found: DayLines) -> str:
    """``UTC+03:00`` as it was on the exam's date."""
    noon = datetime(found.day.date.year, found.day.date.month, found.day.date.day, 12, tzinfo=ZoneInfo(found.day.zone))
    text = noon.strftime("%z")
    return f"UTC{text[:3]}:{text[3:]}"


def at(found: DayLines, moment: datetime) -> str:
    """Local clock time, with the date when that is not the exam's."""
    there = moment.astimezone(ZoneInfo(found.day.zone))
    clock = there.strftime("%H:%M")
    if there.date() == found.day.date:
        return clock
    return gettext("%(date)s, %(time)s", date=short_date(there.date()), time=clock).replace(" ", NBSP)


def _turns(found: DayLines) -> Iterable[str]:
    if turn := found.handed:
        yield gettext("handed in %(when)s", when=at(found, turn.at))
    if turn := found.accepted:
        yield gettext("countersigned %(when)s", when=at(found, turn.at))


def _notes(found: DayLines) -> Iterable[tuple[str, str, str]]:
    day = found.day
    if found.handed and day.submit_by and found.handed.at > day.submit_by:
        yield "soon", "late", gettext("handed in after its limit, %(when)s", when=at(found, day.submit_by))
    for turn in found.overridden:
        yield "soon", "over", _overridden(turn)
    if found.returned:
        yield "soon", "fix", ngettext("returned once", "returned %(num)s times", found.returned)
    if found.told.open:
        yield "soon", "ask", ngettext("%(num)s remark open", "%(num)s remarks open", found.told.open)
    if found.told.answered:
        yield "wait", "wait", ngettext("%(num)s remark answered", "%(num)s remarks answered", found.told.answered)
    if found.told.settled:
        yield "done", "done", ngettext("%(num)s remark settled", "%(num)s remarks settled", found.told.settled)
    if day.entered_late:
        yield "soon", "late", ngettext("%(num)s entry made late", "%(num)s entries made late", day.entered_late)
    if unsigned := sum(line.paper.revision == 0 for line in found.lines):
        yield "off", "off", ngettext("%(num)s document missing", "%(num)s documents missing", unsigned)
    if day.source:
        yield "wait", "net", gettext("taken in from %(source)s", source=day.source)


def _overridden(turn: Turn) -> str:
    return ngettext(
        "handed in with %(num)s thing missing: %(reason)s", "handed in with %(num)s things missing: %(reason)s",
        turn.missing, reason=turn.reason or gettext("no reason given"),
    )  # fmt: skip


def _paper(found: DayLines, line: Line) -> PaperWords:
    paper = line.paper
    css, icon, state = _state(paper)
    return PaperWords(
        paper.number, pick(documents.title(paper.form)), str(paper.revision or "–"), css, icon, state,
        tuple(_signed(found, s) for s in paper.signers), tuple(_awaited(s) for s in paper.awaited),
        level_word(line.level),
    )  # fmt: skip


def _state(paper: Paper) -> tuple[str, str, str]:
    if paper.outdated:
        return "soon", "fix", gettext("Outdated")
    if paper.complete:
        return "done", "seal", gettext("Signed by all")
    if paper.revision:
        total = len(paper.signers) + len(paper.awaited)
        return "wait", "wait", gettext("%(signed)s of %(total)s signed", signed=len(paper.signers), total=total)
    return "off", "off", gettext("Not signed yet")


def _signed(found: DayLines, signer: Signer) -> str:
    when = at(found, signer.at) if signer.at else ""
    return f"{signer.name}, {role(signer.role)}, {meaning(signer.meaning)} {when}"


def _awaited(signer: Signer) -> str:
    return ", ".join(filter(None, (role(signer.role), signer.name)))


def level_word(level: str) -> str:
    """The level, or what is wrong; empty for a document that nobody signed."""
    return gettext("file missing") if level == MISSING else level


# ---------------------------------------------------------------- spreadsheet


def heads() -> tuple[str, ...]:
    """Columns of the spreadsheet."""
    return (
        gettext("Region"), gettext("Centre"), gettext("Name of the centre"), gettext("Date"), gettext("Exam"),
        gettext("Time zone"), gettext("Document"), gettext("Number"), gettext("Revision"), gettext("State"),
        gettext("Signed"), gettext("Missing"), gettext("Level"), gettext("Review"), gettext("Handed in"),
        gettext("To hand in until"), gettext("Countersigned"), gettext("Handed in with gaps"), gettext("Returned"),
        gettext("Remarks open"), gettext("Remarks answered"), gettext("Remarks settled"), gettext("Entered late"),
        gettext("Corrected"), gettext("Taken in from"),
    )  # fmt: skip


def cells(found: DayLines) -> list[list[str | int]]:
    """Lines of the spreadsheet, one a document; a day without documents has one."""
    words = day_words(found)
    day, told = found.day, found.told
    first = [day.region, day.centre, day.name, day.date.isoformat(), day.exam, f"{day.zone} ({words.zone})"]
    last: list[str | int] = [
        words.stage, _exact(found, found.handed and found.handed.at), _exact(found, day.submit_by),
        _exact(found, found.accepted and found.accepted.at), "; ".join(map(_overridden, found.overridden)),
        found.returned, told.open, told.answered, told.settled, day.entered_late, day.corrected, day.source,
    ]  # fmt: skip
    middles: list[list[str | int]] = [
        [p.title, p.number, line.paper.revision, p.state,
         "; ".join(_signed_exactly(found, s) for s in line.paper.signers), "; ".join(p.awaited), p.level]
        for p, line in zip(words.papers, found.lines, strict=True)
    ]  # fmt: skip
    rows = [[*first, *middle, *last] for middle in middles or [[""] * 7]]
    return [[clean(c) if isinstance(c, str) else c for c in row] for row in rows]


def _signed_exactly(found: DayLines, signer: Signer) -> str:
    return f"{signer.name}, {role(signer.role)}, {meaning(signer.meaning)} {_exact(found, signer.at)}"


def _exact(found: DayLines, moment: datetime | None) -> str:
    """``2026-06-01 18:42 +03:00``: sorts, and says its zone."""
    if moment is None:
        return ""
    text = moment.astimezone(ZoneInfo(found.day.zone)).strftime("%Y-%m-%d %H:%M %z")
    return f"{text[:-2]}:{text[-2:]}"


# ---------------------------------------------------------------- paper


def paper(
    title: str, language: str, about: Sequence[str], found: Sequence[DayLines], moment: datetime, digest: str,
    data: bytes, demo: str,
) -> registers.Printed:  # fmt: skip
    """The register as it is printed."""
    stamp = moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    words = registers.Words(
        language, title, about,
        (gettext("Document"), gettext("Revision"), gettext("State"), gettext("Signed by"), gettext("Level")),
        gettext("Page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
        (gettext("Made %(when)s from the journals. SHA-256 of the data: %(digest)s", when=stamp, digest=digest),
         gettext("The data are attached to this file. Times are local; the zone stands beside each centre.")),
        gettext("Data of the register"), gettext("No exam day fits."),
    )  # fmt: skip
    return registers.Printed(words, [_band(day_words(d)) for d in found], moment, data, digest, demo)


def _band(words: DayWords) -> registers.Centre:
    day = words.lines.day
    said = words.turns and day.stage in (Stage.SUBMITTED, Stage.ACCEPTED)  # the turns tell the stage
    right = " · ".join((*(() if said else (words.stage,)), *words.turns, words.zone))
    rows = [
        (f"{p.title}\n{p.number}", p.revision, "\n".join((p.state, *(f"– {a}" for a in p.awaited))),
         "\n".join(p.signers) or "–", p.level or "–")
        for p in words.papers
    ]  # fmt: skip
    notes = [text for _, _, text in words.notes]
    return registers.Centre(f"{day.centre} {day.name}, {day.exam}", right, rows, ["; ".join(notes)] if notes else [])
