"""What a status row holds beyond its counts: where the day's review stands, and what a region's board shows."""

import json
from collections import Counter
from datetime import datetime
from typing import Any

from app.domain import rehearsal
from app.domain.checklist import CLOSED, State, board
from app.domain.closing import closed_at
from app.domain.day import Day, Line
from app.domain.footage import uncovered
from app.domain.missing import due_by
from app.domain.outages import outages, running
from app.domain.recording import breaches, proofs
from app.domain.review import Stage, review, seen, stage_of
from app.domain.troubles import (
    MOST,
    Held,
    Trouble,
    curve,
    moments,
    rooms,
    standing,
    troubles,
)
from app.services import reminders

NOTHING: dict[str, Any] = {  # of a day whose journal does not prove itself
    "remarks": 0, "answered": 0, "mismatches": 0, "uncovered": 0, "others": 0,
    "seen_lines": 0, "submitted_at": None, "accepted_at": None,
}  # fmt: skip


def review_columns(day: Day, now: datetime) -> dict[str, Any]:
    """Columns of the day's review at ``now`` by its own clock."""
    told = review(day)
    closed = closed_at(day) if stage_of(day) == Stage.ACCEPTED else None
    early = {p.act.seq for view in board(day, now) for p in view.places if p.act and p.early}
    return {
        "remarks": len(told.open), "answered": len(told.answered),
        "mismatches": sum(proof.differs for proof in proofs(day).values()),
        "uncovered": len(uncovered(day)) if now >= day.end else 0,
        "others": len(outages(day)) + len(early) + len(breaches(day)),
        "seen_lines": len(seen(day)),
        "submitted_at": _moment(told.last("day.submitted")),
        "accepted_at": _moment(told.last("day.accepted")) or closed,
    }  # fmt: skip


def _moment(line: Line | None) -> datetime | None:
    return line.received if line else None


def board_columns(day: Day, now: datetime, source: str = "") -> tuple[dict[str, Any], datetime | None]:
    """Columns of the status row at the real moment ``now``, and when the clock alone changes one of them.

    ``source``: the installation that the journal came from; such a day is of the moment when it was packed, so nothing
    of it runs here.
    """
    there = rehearsal.clock(day, now)
    views = board(day, there)
    held = {
        name: Held(day.everyone[h.person].short, day.everyone[h.person].role, h.until)
        for name, h in reminders.holders(day, there).items()
        if h.person in day.everyone
    }
    found = standing(day, there) if source else troubles(day, views, there, held)
    to_record, recorded = (0, 0) if source else rooms(day, there)
    told_of = board(day, min(there, day.received)) if source else views
    come = [v for v in told_of if v.state in (State.NOW, State.OVERDUE) or (v.state in CLOSED and v.state != State.OFF)]
    columns = {
        "region": day.opened.centre.region, "source": source, "rooms": to_record, "recording": recorded,
        "outages": len(running(day)), "due": len(come), "due_done": sum(v.state in CLOSED for v in come),
        "received": day.received, "submit_by": due_by(day), "stage": stage_of(day).value,
        "troubles": told(found), "curve": json.dumps(curve(day, views), separators=(",", ":")),
    }  # fmt: skip
    until = min((m for m in moments(day, views, held) if m > there), default=None)
    return columns, rehearsal.real(day, until) if until else None


def ruined(centre: str, source: str = "") -> dict[str, Any]:
    """The same columns of a day whose journal does not prove itself."""
    return {
        "region": centre.partition("-")[0], "source": source, "rooms": 0, "recording": 0, "outages": 0, "due": 0,
        "due_done": 0, "received": None, "submit_by": None, "stage": "open", "curve": "[]",
        "troubles": told((Trouble("damaged", "over", None),)),
    }  # fmt: skip


def told(found: tuple[Trouble, ...]) -> str:
    """As a row holds them: the worst of each kind one by one, of the rest the number."""
    counts = Counter[str]()
    plain: list[dict[str, Any]] = []
    for trouble in found:
        counts[trouble.kind] += 1
        if counts[trouble.kind] <= MOST:
            plain.append(trouble.plain())
    if len(plain) < len(found):
        plain.append({"kind": "more", "number": len(found) - len(plain)})
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
