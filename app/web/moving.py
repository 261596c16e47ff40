"""The start of the exam: when it is, what moved it, and the form that moves it."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.domain import Invalid, Message
from app.domain.day import Day
from app.domain.plan import Member
from app.domain.policy import Action, allowed_on
from app.services import moving as service
from app.services.moving import Move
from app.web.board import due_words
from app.web.context import actor, entry_id, now, open_day, posted, show_again, text, typed
from app.web.language import pick
from app.web.saved import told
from app.web.show import clock, exam_hours
from app.web.times import Reader, exam_choices, exam_times, shows_date

blueprint = Blueprint("moving", __name__, url_prefix="/days/<day_id>/start")


@dataclass(frozen=True)
class Moved:
    """One decision: the hours before and after it. ``number``: of the entry."""

    number: int
    old: str
    new: str
    reason: str
    decided_by: str
    decided_at: datetime
    by: Member
    received: datetime


def moves(day: Day) -> tuple[Moved, ...]:
    """Every move of the start, oldest first."""
    found = []
    for old, new in zip(day.schedules, day.schedules[1:], strict=False):
        fact, line = new.moved, day.lines[new.seq]
        if fact is not None:
            found.append(Moved(
                new.seq + 1, exam_hours(old.start, old.end), exam_hours(new.start, new.end), fact.reason,
                fact.decided_by, fact.at, line.by, line.received,
            ))  # fmt: skip
    return tuple(found)


@blueprint.route("", methods=["GET", "POST"])
def start(day_id: str) -> Response | str:
    """Move the start: first what would be due at another time is shown, then it is written."""
    day = open_day(day_id, Action.START_MOVE)
    if posted():
        move, problems = _typed(day)
        if not problems and request.form.get("seen") == f"{move.start} {move.end}":
            service.move_start(actor(), day_id, move, now(), entry_id())
            told(gettext("The start is moved"), gettext("What is still open is due by the new start."))
            return redirect(url_for("today.board", day_id=day_id))
        _, messages = service.read(day, move, now())
        if problems or messages:
            raise Invalid(*messages, *problems)
        show_again(request.form)
    start, end = (typed() or {}).get("start", clock(day.start)), (typed() or {}).get("end", clock(day.end))
    allowed, still = allowed_on(day, actor(), Action.START_MOVE), service.may_still_move(day, now())
    return render_template(
        "plan/start.html", moves=moves(day), planned=exam_hours(day.schedules[0].start, day.schedules[0].end),
        hours=exam_hours(day.start, day.end), start=start, end=end, entry_id=entry_id(),
        folds=exam_choices(day.date, start, end, day.zone), dated=shows_date(day, now()),
        may_move=allowed and still, over=allowed and not still,
        **_preview(day),
    )  # fmt: skip


def _typed(day: Day) -> tuple[Move, list[Message]]:
    form = Reader(request.form, day)
    decided_at = form.moment("decided_at", now())
    times = exam_times(request.form, day.date, day.zone)
    return Move(*times, text("reason"), text("decided_by"), decided_at), form.problems


def _preview(day: Day) -> dict[str, object]:
    """What changes, for the times typed; ``seen`` names the times that it was made from."""
    if typed() is None or request.method != "POST":
        return {"shifts": None, "seen": ""}
    move, problems = _typed(day)
    fact, _ = service.read(day, move, now())
    if problems or fact is None:
        return {"shifts": None, "seen": ""}
    shifts = [
        (pick(s.step.title), due_words(day, s.now), due_words(day, s.then))
        for s in service.effects(day, fact.start, fact.end, now())
    ]
    return {"shifts": shifts, "seen": f"{move.start} {move.end}"}
