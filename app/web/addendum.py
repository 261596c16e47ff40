"""An addendum to a closed day: what is said of it afterwards, without touching what was signed."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.domain import facts as f
from app.domain.closing import addenda
from app.domain.policy import Action
from app.services.record import record
from app.web.acts import act_view
from app.web.context import actor, device, entry_id, member, now, open_day, posted, text
from app.web.saved import saved
from app.web.times import Reader

blueprint = Blueprint("addendum", __name__, url_prefix="/days/<day_id>")
NOWHERE = -1  # an entry that no journal has: the rule refuses it beside its field


@blueprint.route("/addendum", methods=["GET", "POST"])
def write(day_id: str) -> Response | str:
    """Write one, to the entry ``?entry=N`` or to the day; those written so far stand beneath."""
    day = open_day(day_id, Action.ADDENDUM_WRITE)
    if posted():
        form = Reader(request.form, day)
        at = form.moment("at", now())
        form.stop()
        fact = f.AddendumWritten(text("text"), at, text("reason"), _target(text("target")))
        receipt = record(actor(), day_id, entry_id(), fact, now(), device())
        saved(receipt, gettext("Addendum"), day_id, correctable=False)
        return redirect(url_for("entries.show", day_id=day_id, seq=receipt.seq))
    me, found = member(day), addenda(day)
    return render_template(
        "entries/addendum.html", entry_id=entry_id(), number=len(found) + 1, may_write=me is not None,
        written=[act_view(day, act, me) for _, act in found], about=request.args.get("entry", type=int) or "",
    )  # fmt: skip


def _target(typed: str) -> int | None:
    """Place of the entry with this number; None when none was named."""
    if not typed:
        return None
    digits = typed.isascii() and typed.isdecimal() and len(typed) < 10
    return int(typed) - 1 if digits else NOWHERE
