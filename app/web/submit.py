"""Hand a day in: the one list of what is missing, then one button."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.domain.closing import addenda
from app.domain.day import Day
from app.domain.policy import Action, allowed_on
from app.domain.review import Stage, review, stage_of
from app.services import submitting
from app.web.context import actor, device, entry_id, member, now, open_day, posted, text
from app.web.gap_words import groups
from app.web.review_words import returned
from app.web.saved import saved
from app.web.show import when

blueprint = Blueprint("submit", __name__)


@dataclass(frozen=True)
class StageView:
    """Where the review of a day stands: colour, icon, word, who and when; ``said``: why it was returned."""

    css: str
    icon: str
    word: str
    line: str
    said: str = ""


def stage_view(day: Day) -> StageView | None:
    """None for a day that was never handed in."""
    found = review(day)
    if not found.turns:
        return None
    last = found.turns[-1]
    css, icon, word = {
        Stage.SUBMITTED: ("wait", "wait", gettext("Handed in, waits for the commission")),
        Stage.RETURNED: ("soon", "back", returned(found)),
        Stage.ACCEPTED: ("done", "seal", gettext("Countersigned by the commission")),
    }[found.stage]
    said = getattr(last.fact, "reason", "") if found.stage == Stage.RETURNED else ""
    line = gettext("%(who)s, %(time)s", who=last.by.short, time=when(last.fact.at))
    return StageView(css, icon, word, line, said)


def to_do(day: Day) -> str:
    """Address of what the reader does next with a day that is over; empty for nothing."""
    found, stage = review(day), stage_of(day)
    if stage in (Stage.OPEN, Stage.RETURNED) and now() >= day.end and allowed_on(day, actor(), Action.DAY_SUBMIT):
        return url_for("submit.page", day_id=day.id)
    revised = found.stage == Stage.ACCEPTED and any(act.seq > found.turns[-1].seq for _, act in addenda(day))
    if (stage == Stage.SUBMITTED or revised) and allowed_on(day, actor(), Action.DAY_ACCEPT):
        return url_for("accept.page", day_id=day.id)
    return ""


@blueprint.route("/days/<day_id>/submit", methods=["GET", "POST"])
def page(day_id: str) -> Response | str:
    """What is missing, each with its page; nothing missing: one button. All the same: a role and a reason."""
    day = open_day(day_id, Action.DAY_SUBMIT)
    if posted():
        shown = request.form.get("shown", "")
        receipt = submitting.submit(
            actor(), day_id, entry_id(), shown, text("text"), text("reason"), now(), device()
        )  # fmt: skip
        saved(receipt, gettext("Day handed in"), day_id, correctable=False)
        return redirect(url_for("today.board", day_id=day_id))
    found = submitting.standing(day, now())
    me = member(day)
    return render_template(
        "closing/submit.html", found=found, gaps=groups(day, found.gaps), hints=groups(day, found.hints),
        stage=stage_view(day), open=found.review.stage in (Stage.OPEN, Stage.RETURNED), entry_id=entry_id(),
        may_submit=me is not None and allowed_on(day, actor(), Action.DAY_SUBMIT),
        may_override=me is not None and allowed_on(day, actor(), Action.GAPS_OVERRIDE),
    )  # fmt: skip
