"""Today: the board of a day, its milestones and notes; the list of days."""

from hashlib import sha256
from uuid import NAMESPACE_URL, uuid5

from flask import Blueprint, g, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.domain import N_, NotFound
from app.domain import facts as f
from app.domain.checklist import board as all_steps
from app.domain.checklist import completeness
from app.domain.day import Day
from app.domain.policy import Action, allowed_on
from app.domain.presence import presence
from app.services import overview
from app.services.record import record, record_all
from app.web import board as rows
from app.web import daylist
from app.web.context import actor, device, entry_id, member, now, open_day, posted, text, typed
from app.web.dayline import dayline
from app.web.language import current, pick
from app.web.saved import saved
from app.web.show import span
from app.web.times import Reader

blueprint = Blueprint("today", __name__)


@blueprint.get("/")
def index() -> Response | str:
    """To the current day; without one, to the list, which says how days come."""
    day_id = overview.current(actor(), now())
    return redirect(url_for("today.board", day_id=day_id) if day_id else url_for("today.days"))


@blueprint.get("/days")
def days() -> str:
    """Days that the person may read: filters, order and page stand in the address."""
    return daylist.show()


@blueprint.get("/days/<day_id>")
def day(day_id: str) -> Response:
    return redirect(url_for("today.board", day_id=day_id))


@blueprint.get("/days/<day_id>/today")
def board(day_id: str) -> Response:
    """What is overdue, what is now, what comes, what is done; 304 without drawing when the reader has just that."""
    day = open_day(day_id)
    answer = make_response("", 304)
    answer.set_etag(_tag())
    if request.if_none_match.contains_weak(answer.get_etag()[0] or ""):
        return answer
    views = all_steps(day, now())
    groups = rows.groups(day, views, member(day), now())
    answer.status_code = 200
    answer.set_data(render_template(
        "today/board.html", groups=groups, marks=rows.marks(day), stages=rows.stages(day, views),
        totals=completeness(views), line=dayline(day, views, now()), checkpoint=g.checkpoint,
        people=presence(day),
        may_mark=allowed_on(day, actor(), Action.MILESTONE_NOTE), may_note=member(day) is not None,
        may_add=allowed_on(day, actor(), Action.ACCESS_NOTE), entry_id=entry_id(), countdown=_countdown(day),
    ))  # fmt: skip
    return answer


def _tag() -> str:
    """Names what the board shows: the journal's state, the minute, the language, the session with its tokens."""
    state = (g.checkpoint.origin, g.checkpoint.size, g.checkpoint.root.hex(), f"{now():%Y-%m-%dT%H:%M}")
    told = bool(session.get("_flashes"))
    return sha256(repr((*state, current(), current_user.token, told)).encode()).hexdigest()[:32]


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
        facts = [
            (
                entry if place == "" else str(uuid5(NAMESPACE_URL, f"{entry}/{place}")),
                f.MilestoneNoted(name, at, place, text("late_reason")),
            )
            for place in dict.fromkeys(places)
        ]
        receipts = record_all(actor(), day_id, facts, now(), device())
        saved(receipts[-1], pick(spec.title), day_id)
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
