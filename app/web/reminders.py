"""Reminders of a day: a page of their own, "I have it", and the service worker that shows notifications."""

from pathlib import Path

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.services import reminders
from app.web.context import actor, now, open_day
from app.web.kept import safe_path
from app.web.language import gettext
from app.web.pulse import kept_or
from app.web.saved import told
from app.web.show import when

blueprint = Blueprint("reminders", __name__)


@blueprint.get("/days/<day_id>/reminders")
def show(day_id: str) -> Response:
    """What is to be told now, and the alarm of this device; other pages of the day ask here again."""
    day = open_day(day_id)
    return kept_or(day, lambda: render_template("reminders/page.html"))


@blueprint.post("/days/<day_id>/reminders/take")
def take(day_id: str) -> Response:
    """ "I have it": of one step, or of all that are free."""
    steps = request.form.getlist("free" if "all" in request.form else "step")
    until = reminders.take(actor(), day_id, steps, now())
    open_day(day_id)  # for its zone, and only now: the service wants the real clock
    if steps:
        told(
            gettext("You have it until %(time)s", time=when(until)),
            gettext("Until then nobody is told of it again. If it is still open after that, the reminders go on."),
            "wait",
        )
    return _back(day_id)


@blueprint.post("/days/<day_id>/reminders/give-up")
def give_up(day_id: str) -> Response:
    """The reader has the step no longer."""
    reminders.give_up(actor(), day_id, request.form.get("step", ""), now())
    told(gettext("You do not have it any more"), gettext("Whoever is next is told now."), "wait")
    return _back(day_id)


@blueprint.post("/days/<day_id>/reminders/put-away")
def put_away(day_id: str) -> Response:
    """Read: the banner goes; what is still open stands on the board, and later rules still tell."""
    reminders.put_away(actor(), day_id, request.form.getlist("id"), now())
    return _back(day_id)


def _back(day_id: str) -> Response:
    return redirect(safe_path(request.form.get("next", "")) or url_for("today.board", day_id=day_id))


@blueprint.get("/sw.js")
def worker() -> Response:
    """The service worker: shows notifications and opens the page when one is tapped. It keeps and fetches nothing."""
    script = Path(str(current_app.static_folder)) / "sw.js"
    return Response(script.read_bytes(), mimetype="text/javascript")
