"""Today: the board of a day, its milestones and notes; the list of days."""

from uuid import NAMESPACE_URL, uuid5

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.domain import N_, NotFound
from app.domain import facts as f
from app.domain.checklist import board as all_steps
from app.domain.checklist import completeness
from app.domain.day import Day
from app.domain.policy import Action, allowed, allowed_on
from app.services import days as day_service
from app.services.record import record
from app.web import board as rows
from app.web.context import actor, device, entry_id, member, now, open_day, posted, text, typed
from app.web.dayline import dayline
from app.web.language import pick
from app.web.saved import saved
from app.web.show import span
from app.web.times import Reader

blueprint = Blueprint("today", __name__)


@blueprint.get("/")
def index() -> Response | str:
    """To the current day; without one, to the list, which says how days come."""
    day_id = day_service.current(actor(), now())
    return redirect(url_for("today.board", day_id=day_id) if day_id else url_for("today.days"))


@blueprint.get("/days")
def days() -> str:
    """Days that the person may read, newest first."""
    page = request.args.get("page", 1, type=int)
    found = day_service.list_days(actor(), now(), page)
    return render_template("today/days.html", found=found, may_open=allowed(actor(), Action.DAY_OPEN))


@blueprint.get("/days/<day_id>")
def day(day_id: str) -> Response:
    return redirect(url_for("today.board", day_id=day_id))


@blueprint.get("/days/<day_id>/today")
def board(day_id: str) -> str:
    """What is overdue, what is now, what comes, what is done."""
    day = open_day(day_id)
    views = all_steps(day, now())
    groups = rows.groups(day, views, member(day), now())
    return render_template(
        "today/board.html", groups=groups, marks=rows.marks(day), stages=rows.stages(day, views),
        totals=completeness(views), line=dayline(day, views, now()), checkpoint=g.checkpoint,
        may_mark=allowed_on(day, actor(), Action.MILESTONE_NOTE), may_note=member(day) is not None,
        may_add=allowed_on(day, actor(), Action.ACCESS_NOTE), entry_id=entry_id(), countdown=_countdown(day),
    )  # fmt: skip


def _countdown(day: Day) -> str:
    """The exam's start or end beside the clock."""
    moment = now().replace(second=0, microsecond=0)
    if moment < day.start:
        return gettext("starts in %(span)s", span=span(day.start - moment))
    if moment < day.end:
        return gettext("ends in %(span)s", span=span(day.end - moment))
    return gettext("ended %(span)s ago", span=span(moment - day.end))


@blueprint.route("/days/<day_id>/milestones/<name>", methods=["GET", "POST"])
def milestone(day_id: str, name: str) -> Response | str:
    """Note that something happened: one tap on the board, or here with its time and rooms."""
    day = open_day(day_id)
    spec = day.profile.milestone(name)
    if spec is None:
        raise NotFound(N_("There is no such milestone."))
    codes = rows.milestone_rooms(day, spec)
    if posted():
        form = Reader(request.form, day)
        at = form.moment("at", now()) if "at" in request.form else now()
        form.stop()
        places = request.form.getlist("places") or [""]
        entry = entry_id()
        for place in places:
            own = entry if place == "" else str(uuid5(NAMESPACE_URL, f"{entry}/{place}"))
            receipt = record(
                actor(), day_id, own, f.MilestoneNoted(name, at, place, text("late_reason")), now(), device()
            )
        saved(receipt, pick(spec.title), day_id)
        return redirect(url_for("today.board", day_id=day_id, _anchor="waiting"))
    noted = {code: act for code in codes if (act := day.milestone(name, code))}
    return render_template(
        "today/milestone.html", spec=spec, codes=codes, noted=noted, act=day.milestone(name), values=typed(),
        entry_id=entry_id(),
        may_note=allowed_on(day, actor(), Action.MILESTONE_NOTE),
    )  # fmt: skip


@blueprint.route("/days/<day_id>/note", methods=["GET", "POST"])
def note(day_id: str) -> Response | str:
    """A note in the journal of the day."""
    day = open_day(day_id)
    if posted():
        receipt = record(actor(), day_id, entry_id(), f.NoteWritten(text("text"), now()), now(), device())
        saved(receipt, gettext("Note"), day_id)
        return redirect(url_for("today.board", day_id=day_id))
    notes = [a for a in day.acts.values() if a.tag == "note.written"][::-1]
    return render_template("today/note.html", entry_id=entry_id(), notes=notes, may_note=member(day) is not None)
