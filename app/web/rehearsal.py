"""The clock of a rehearsal: what it shows, and how it is set."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.domain import N_, Invalid, Message, rehearsal
from app.domain.day import Day
from app.domain.policy import Action, allowed_on
from app.services import rehearsal as service
from app.web.context import actor, entry_id, now, open_day, posted, real_now
from app.web.saved import told
from app.web.show import when
from app.web.times import Reader

blueprint = Blueprint("rehearsal", __name__)


@blueprint.route("/days/<day_id>/rehearsal", methods=["GET", "POST"])
def clock(day_id: str) -> Response | str:
    """To the next step, forward by minutes, or to a time; who only looks sees what it shows."""
    day = open_day(day_id, Action.REHEARSAL_CLOCK)
    rehearsal.require(day)
    if posted():
        service.set_clock(actor(), day_id, _wanted(day), entry_id(), real_now())
        open_day(day_id)  # from here on its new clock
        told(gettext("The rehearsal’s clock shows %(time)s", time=when(now())))
        return redirect(url_for("today.board", day_id=day_id))
    return render_template(
        "rehearsal/clock.html", may_set=allowed_on(day, actor(), Action.REHEARSAL_CLOCK), limit=rehearsal.earliest(day),
        entry_id=entry_id(), **buttons(day),
    )  # fmt: skip


def buttons(day: Day) -> dict[str, Any]:
    """What the two buttons need: where the first leads, and the ids of their entries."""
    moment = rehearsal.coming(day, now())
    begun = rehearsal.is_set(day) or rehearsal.earliest(day) is not None
    return {"coming": moment, "begun": begun, "ids": (str(uuid4()), str(uuid4()))}


def _wanted(day: Day) -> datetime | timedelta | str:
    to = request.form.get("to", "")
    if to == service.NEXT:
        return service.NEXT
    if to.isascii() and to.isdecimal() and 0 < len(to) < 5:
        return timedelta(minutes=int(to))
    if not request.form.get("at", "").strip():
        raise Invalid(Message(N_("Enter the time as 10:00."), field="at"))
    form = Reader(request.form, day)
    at = form.moment("at", now())
    form.stop()
    return at
