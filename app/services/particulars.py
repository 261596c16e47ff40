"""What registers and statistics tell of a day beyond its status row, as JSON text that is kept beside that row.

It is made from the folded day in the moment its status row is made, and holds as long: nothing here depends on the
clock, and nothing is truth.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain import outages
from app.domain.codec import build, canonical, plain
from app.domain.day import Day
from app.domain.review import Answered, review
from app.services import documents
from app.services.documents import DocumentView, SlotView
from reports import form as form_of


@dataclass(frozen=True)
class Signer:
    """Who signed, or who still has to (``at`` is None; ``name`` empty when nobody of the roster has the role)."""

    role: str
    meaning: str
    name: str
    at: datetime | None = None


@dataclass(frozen=True)
class Paper:
    """A document that the day has or should have. ``revision`` 0: nobody has signed it yet. ``awaited``: in order."""

    form: str
    number: str
    revision: int
    file: str
    complete: bool
    outdated: bool
    signers: tuple[Signer, ...] = ()
    awaited: tuple[Signer, ...] = ()


@dataclass(frozen=True)
class Turn:
    """Handed in, returned or countersigned. ``reason``: of a return, or why in spite of ``missing`` things."""

    tag: str
    at: datetime
    by: str
    reason: str = ""
    missing: int = 0


@dataclass(frozen=True)
class Papers:
    """``open``, ``answered``, ``settled``: remarks by what became of them."""

    papers: tuple[Paper, ...]
    turns: tuple[Turn, ...]
    open: int
    answered: int
    settled: int


@dataclass(frozen=True)
class Stop:
    """An outage. ``ended`` is None while it lasts."""

    kind: str
    cause: str
    began: datetime
    ended: datetime | None = None


@dataclass(frozen=True)
class Figures:
    """What statistics add up. ``end``: of the exam."""

    end: datetime
    returned: int
    remarks: int
    outages: tuple[Stop, ...] = ()


def written(day: Day, papers: Sequence[DocumentView]) -> dict[str, str]:
    """Both texts of a day, by column."""
    told = review(day)
    states = [r.state for r in told.remarks]
    turns = tuple(_turn(line) for line in told.turns)
    return {
        "papers": _text(Papers(
            tuple(_paper(day, view) for view in papers), turns, states.count(Answered.OPEN),
            states.count(Answered.ANSWERED) + states.count(Answered.CORRECTED), states.count(Answered.SETTLED),
        )),
        "figures": _text(Figures(
            day.end, sum(t.tag == "day.returned" for t in turns), len(states),
            tuple(Stop(o.kind, str(o.act.fact.cause), o.began, o.ended) for o in outages.outages(day)),
        )),
    }  # fmt: skip


def papers(text: str) -> Papers:
    """What ``written`` wrote."""
    found: Papers = build(Papers, json.loads(text))
    return found


def figures(text: str) -> Figures:
    """What ``written`` wrote."""
    found: Figures = build(Figures, json.loads(text))
    return found


def _text(value: Any) -> str:
    return canonical(plain(value)).decode()


def _paper(day: Day, view: DocumentView) -> Paper:
    current = view.document
    signers = tuple(
        Signer(s.by.role, s.fact.meaning, s.by.short, s.fact.at) for s in (current.signatures if current else ())
    )
    return Paper(
        view.form, documents.number(day, form_of(view.form)), current.revision if current else 0,
        current.file if current else "", view.complete, view.outdated, signers,
        tuple(_awaited(slot) for slot in view.slots if slot.signature is None),
    )  # fmt: skip


def _awaited(slot: SlotView) -> Signer:
    return Signer(slot.slot.role, slot.slot.meaning, slot.expected[0].short if len(slot.expected) == 1 else "")


def _turn(line: Any) -> Turn:
    fact = line.fact
    return Turn(
        line.tag, fact.at, line.by.short, getattr(fact, "reason", "") or getattr(fact, "text", ""),
        len(getattr(fact, "missing", ())),
    )  # fmt: skip
