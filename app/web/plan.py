"""Plan and roster of an open day: look, change, join, leave. Every change is an entry with its reason."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.domain.day import Day, Line
from app.domain.duty import standings
from app.domain.plan import DAY_ROLES
from app.domain.policy import Action, allowed, allowed_on, may_read_devices, require_on
from app.services import opening
from app.services.opening import Place
from app.web import planform
from app.web.context import actor, entry_id, now, open_day, posted, real_now, text, typed
from app.web.moving import moves
from app.web.saved import told

blueprint = Blueprint("plan", __name__, url_prefix="/days/<day_id>/plan")


@blueprint.get("")
def overview(day_id: str) -> str:
    """What the day consists of now."""
    day = open_day(day_id)
    may_change, may_move = (allowed_on(day, actor(), a) for a in (Action.PLAN_CHANGE, Action.START_MOVE))
    may_rehearse = not day.opened.rehearsal and now() < day.end and allowed(actor(), Action.DAY_OPEN)
    return render_template(
        "plan/overview.html", may_change=may_change, may_move=may_move, may_rehearse=may_rehearse, moves=moves(day),
        duty=standings(day), entry_id=entry_id(), may_see_devices=may_read_devices(actor(), day.centre_code),
    )  # fmt: skip


@blueprint.post("/rehearse")
def rehearse(day_id: str) -> Response:
    """Open a rehearsal of this day: the same plan, roster and values."""
    name = opening.rehearse(actor(), day_id, entry_id(), current_app.extensions["settings"].name, real_now())
    told(gettext("The rehearsal is open"), gettext("Everybody of the roster finds it under All days, Rehearsals."))
    return redirect(url_for("today.board", day_id=name))


@blueprint.route("/change", methods=["GET", "POST"])
def change(day_id: str) -> Response | str:
    """New lists of rooms and devices. A plan that changed meanwhile is shown beside what was typed."""
    day = _day(day_id)
    if posted():
        *lists, recorders = planform.read(request.form)
        seen = request.form.get("seen", "")
        opening.change_plan(actor(), day_id, text("reason"), *lists, seen, now(), recorders)
        told(gettext("The plan is changed"), gettext("What was done before stays as it is."))
        return redirect(url_for("plan.overview", day_id=day_id))
    values = typed()
    here = planform.written(day.rooms, day.cameras, day.stations, day.recorders)
    plan = planform.typed(values) if values is not None else here
    state = opening.plan_state(day)
    overtaken = values is not None and values.get("seen", "") != state
    return render_template(
        "plan/change.html", plan=plan, seen=state, differences=planform.differences(plan, here) if overtaken else (),
        last=_last_change(day) if overtaken else None,
    )  # fmt: skip


def _day(day_id: str) -> Day:
    """The day for somebody who changes its plan and roster; others have nothing to do on these pages."""
    day = open_day(day_id, Action.PLAN_CHANGE)
    require_on(day, actor(), Action.PLAN_CHANGE)
    return day


def _last_change(day: Day) -> Line | None:
    """The entry that changed the plan last."""
    return next((line for line in reversed(day.lines) if line.tag == "plan.changed"), None)


@blueprint.route("/join", methods=["GET", "POST"])
def join(day_id: str) -> Response | str:
    """Somebody joins the roster, or changes their role."""
    day = _day(day_id)
    if posted():
        form = request.form
        place = Place(form.get("person", ""), form.get("role", ""), text("order"), "relief" in form)
        opening.join(actor(), day_id, place, text("reason"), now())
        told(gettext("The roster is changed"))
        return redirect(url_for("plan.overview", day_id=day_id))
    known = opening.candidates(actor(), day)
    return render_template(
        "plan/join.html", people=known, roles=DAY_ROLES, person_choices=lambda found: [(p.id, p.name) for p in found]
    )


@blueprint.route("/leave/<person>", methods=["GET", "POST"])
def leave(day_id: str, person: str) -> Response | str:
    """Somebody leaves the roster; what they did stays theirs."""
    day = _day(day_id)
    if posted():
        opening.leave(actor(), day_id, person, text("reason"), now())
        told(gettext("The roster is changed"))
        return redirect(url_for("plan.overview", day_id=day_id))
    return render_template("plan/leave.html", who=day.roster.get(person))
