"""What a status row holds beyond the counts of a summary: where the day's review stands, and what it has to judge."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.checklist import board
from app.domain.day import Day, Line
from app.domain.footage import uncovered
from app.domain.outages import outages
from app.domain.recording import breaches, proofs
from app.domain.review import Stage, review, seen

NOTHING: dict[str, Any] = {  # of a day whose journal does not prove itself
    "stage": Stage.OPEN.value, "remarks": 0, "answered": 0, "mismatches": 0, "uncovered": 0, "others": 0,
    "seen_lines": 0, "submit_by": None, "submitted_at": None, "accepted_at": None,
}  # fmt: skip


def due_by(day: Day) -> datetime:
    """Until when the centre hands the day in: the end of the exam's date on the centre's clock."""
    zone = ZoneInfo(day.opened.centre.zone)
    return datetime.combine(day.date + timedelta(days=1), time(), zone).astimezone(UTC)


def review_columns(day: Day, now: datetime) -> dict[str, Any]:
    """Columns of the day's review at ``now`` by its own clock."""
    told = review(day)
    early = {p.act.seq for view in board(day, now) for p in view.places if p.act and p.early}
    return {
        "stage": told.stage.value, "remarks": len(told.open), "answered": len(told.answered),
        "mismatches": sum(proof.differs for proof in proofs(day).values()),
        "uncovered": len(uncovered(day)) if now >= day.end else 0,
        "others": len(outages(day)) + len(early) + len(breaches(day)),
        "seen_lines": len(seen(day)), "submit_by": due_by(day),
        "submitted_at": _moment(told.last("day.submitted")), "accepted_at": _moment(told.last("day.accepted")),
    }  # fmt: skip


def _moment(line: Line | None) -> datetime | None:
    return line.received if line else None
