"""Where the review of a day stands, folded from its journal: handed in, remarks, what was seen, returned, accepted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.domain import N_, Message
from app.domain import facts as f
from app.domain.closing import closed_at
from app.domain.day import Act, Day, Line

# What a review writes: it is about the journal, so no document gets old by it and no signer has to look again.
REVIEWING = frozenset({
    "day.submitted", "remark.written", "remark.answered", "remark.settled", "lines.reviewed", "sample.taken",
    "day.returned", "day.accepted",
})  # fmt: skip

SOURCES = {"live": N_("live picture"), "recording": N_("recording")}
FINDINGS = {"nothing": N_("nothing to remark"), "doubt": N_("doubt"), "breach": N_("breach")}


class Stage(StrEnum):
    OPEN = "open"  # the centre works on it
    SUBMITTED = "submitted"
    RETURNED = "returned"  # with remarks
    ACCEPTED = "accepted"  # countersigned


class Answered(StrEnum):
    """What became of a remark."""

    OPEN = "open"
    ANSWERED = "answered"
    CORRECTED = "corrected"  # what it was about was corrected or voided afterwards
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark with its answers, oldest first; ``settled``: who was content, None so far.

    Who accepts the day is content with every answer: the acceptance settles what was answered.
    """

    act: Act
    answers: tuple[Act, ...]
    settled: Line | None
    state: Answered

    @property
    def seq(self) -> int:
        return self.act.seq


@dataclass(frozen=True, slots=True)
class Review:
    """``turns``: handing in, returns and acceptance in the journal's order; ``remarks``: those not withdrawn."""

    stage: Stage
    turns: tuple[Line, ...]
    remarks: tuple[Remark, ...]
    samples: tuple[Act, ...]

    @property
    def open(self) -> tuple[Remark, ...]:
        """Remarks that wait for the centre."""
        return tuple(r for r in self.remarks if r.state == Answered.OPEN)

    @property
    def answered(self) -> tuple[Remark, ...]:
        """Remarks that wait for a reviewer to say that they are content."""
        return tuple(r for r in self.remarks if r.state in (Answered.ANSWERED, Answered.CORRECTED))

    def last(self, tag: str) -> Line | None:
        """The newest entry of this kind among the turns."""
        return next((x for x in reversed(self.turns) if x.tag == tag), None)


STAGES = {"day.submitted": Stage.SUBMITTED, "day.returned": Stage.RETURNED, "day.accepted": Stage.ACCEPTED}


def review(day: Day) -> Review:
    """The review of a day as its journal tells it."""
    turns = tuple(sorted((x for tag in STAGES for x in _lines(day, tag)), key=lambda x: x.seq))
    stage = STAGES[turns[-1].tag] if turns else Stage.OPEN
    return Review(stage, turns, remarks(day), _acts(day, "sample.taken"))


def stage_of(day: Day) -> Stage:
    """Where lists see the day: one whose documents the commission signed by themselves, as before days were handed in,
    is countersigned too.
    """
    found = review(day).stage
    return Stage.ACCEPTED if found == Stage.OPEN and closed_at(day) else found


def remarks(day: Day) -> tuple[Remark, ...]:
    """Every remark that was not withdrawn, in the journal's order."""
    answers: dict[int, list[Act]] = {}
    for act in _acts(day, "remark.answered"):
        answers.setdefault(act.fact.target, []).append(act)
    settled = {x.fact.target: x for x in _lines(day, "remark.settled")}
    accepted = next(_lines(day, "day.accepted"), None)
    return tuple(
        _remark(day, a, answers.get(a.seq, []), settled.get(a.seq), accepted) for a in _acts(day, "remark.written")
    )


def _remark(day: Day, act: Act, answers: list[Act], settled: Line | None, accepted: Line | None) -> Remark:
    if accepted and act.seq < accepted.seq:  # with an open one nobody accepts
        settled = settled or accepted
    if settled:
        state = Answered.SETTLED
    elif answers:
        state = Answered.ANSWERED
    else:
        state = Answered.CORRECTED if _mended(day, act) else Answered.OPEN
    return Remark(act, tuple(answers), settled, state)


def _mended(day: Day, remark: Act) -> bool:
    """True when the entry remarked on was corrected or voided after the remark."""
    target = day.acts.get(remark.fact.target) if remark.fact.target is not None else None
    if target is None:
        return False
    since = [c.seq for c in target.changes] + ([target.void.seq] if target.void else [])
    return any(seq > remark.seq for seq in since)


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looked at an entry, and when."""

    person: str
    short: str
    at: datetime


def seen(day: Day) -> dict[int, tuple[Look, ...]]:
    """Who looked at which entry: entry to looks, each person once (their first), in the journal's order."""
    found: dict[int, dict[str, Look]] = {}
    for line in _lines(day, "lines.reviewed"):
        look = Look(line.by.person, line.by.short, line.fact.at)
        for span in line.fact.spans:
            for seq in range(span.first, min(span.last, line.seq - 1) + 1):
                found.setdefault(seq, {}).setdefault(look.person, look)
    return {seq: tuple(looks.values()) for seq, looks in found.items()}


def _acts(day: Day, tag: str) -> tuple[Act, ...]:
    """Acts of one kind that stand and were not erased."""
    return tuple(a for a in day.tagged(tag) if a.fact is not None)


def _lines(day: Day, tag: str) -> Iterator[Any]:
    """Entries of one kind that were not erased."""
    return (line for seq in day.by_tag.get(tag, ()) if (line := day.lines[seq]).fact is not None)


# ---------------------------------------------------------------- what of it may still change


def of_review(day: Day, line: Line) -> bool:
    """True for an entry that the review wrote, and for a correction or void of one: no document shows it."""
    if line.tag in ("entry.corrected", "entry.voided") and line.fact is not None:
        act = day.acts.get(line.fact.target)
        return act is not None and act.tag in REVIEWING
    return line.tag in REVIEWING


def accepted(day: Day) -> bool:
    """True once the commission has accepted the day."""
    return "day.accepted" in day.by_tag


def remark_of(day: Day, seq: int) -> Remark | None:
    """The remark of entry ``seq`` that stands."""
    return next((r for r in remarks(day) if r.seq == seq), None)


def why_it_stays(day: Day, act: Act) -> Message | None:
    """Why a remark, an answer or a sample is neither corrected nor withdrawn any more; None when it may be.

    A remark that somebody answered, or that went to the centre with a return, is settled and never withdrawn.
    """
    if act.tag not in REVIEWING:
        return None
    if accepted(day):
        return Message(N_("The commission has accepted this day: what was said in its review stays as it is."))
    if act.tag == "remark.written" and act.fact is not None:
        found = remark_of(day, act.seq)
        if found and (found.settled or found.answers or act.seq in returned(day)):
            text = N_("This remark was returned, answered or settled: it stays. Settle it with a word instead.")
            return Message(text)
    if act.tag == "remark.answered" and act.fact is not None:
        found = remark_of(day, act.fact.target)
        if found and found.settled:
            return Message(N_("The remark is settled: its answers stay as they are."))
    return None


def returned(day: Day) -> frozenset[int]:
    """Remarks that went to the centre with a return."""
    return frozenset(seq for line in _lines(day, "day.returned") for seq in line.fact.remarks)


def spans_of(seqs: Iterable[int]) -> tuple[f.Span, ...]:
    """Entries as spans: in order, each once."""
    runs: list[list[int]] = []
    for seq in sorted(set(seqs)):
        if runs and runs[-1][1] == seq - 1:
            runs[-1][1] = seq
        else:
            runs.append([seq, seq])
    return tuple(f.Span(first, last) for first, last in runs)


def news(day: Day, since: int, person: str) -> tuple[Line, ...]:
    """What others did in the review after its first ``since`` entries; looking alone is no news."""
    late = day.lines[max(0, since):]
    return tuple(x for x in late if x.by.person != person and x.tag != "lines.reviewed" and of_review(day, x))
