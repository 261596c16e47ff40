"""Accept a day: every document of it on one page, one code, one ceremony."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.domain.policy import Action, allowed_on
from app.services import accepting, accounts, keys
from app.web.context import actor, device, entry_id, member, now, open_day, posted, real_now, text
from app.web.documents import prove_who, public_url, since_lines, slot_lines
from app.web.gap_words import handed_in_with
from app.web.language import say
from app.web.saved import told
from app.web.show import role
from app.web.submit import stage_view

blueprint = Blueprint("accept", __name__)
LOOKS = {accepting.Paper.SIGNED: ("done", "done"), accepting.Paper.MINE: ("now", "key"),
         accepting.Paper.WAITS: ("wait", "wait")}  # fmt: skip


@blueprint.route("/days/<day_id>/accept", methods=["GET", "POST"])
def page(day_id: str) -> Response | str:
    """Documents with their signatures, what is new, remarks; then the code once."""
    day = open_day(day_id, Action.DAY_ACCEPT)
    if posted():
        prove_who()
        key = keys.unlock(actor(), request.form.get("code", ""), real_now())
        accounts.reauthenticated(current_user.token)
        expected = {name.removeprefix("doc."): value for name, value in request.form.items() if name.startswith("doc.")}
        done = accepting.accept(
            actor(), day_id, entry_id(), expected, key, public_url(), text("text"), now(), device()
        )  # fmt: skip
        keys.remember(current_user.token, key, real_now())
        count = len(done.signed)
        said = ngettext("%(num)s document countersigned", "%(num)s documents countersigned", count)
        told(gettext("Day accepted") if done.receipt else said, said if done.receipt and count else "")
        return redirect(url_for("accept.page", day_id=day_id))
    found = accepting.table(actor(), day, now())
    lines = [
        (x, *LOOKS[x.state], WORDS[x.state](), slot_lines(x.view, actor().person), since_lines(day, x.view), _first(x))
        for x in found.lines
    ]  # fmt: skip
    handed = found.review.last("day.submitted")
    return render_template(
        "closing/accept.html", found=found, handed=handed and handed.fact,
        missing=handed_in_with(day, handed.fact.missing) if handed else (),
        lines=lines, why=[say(m) for m in found.why], stage=stage_view(day),
        may_accept=member(day) is not None and allowed_on(day, actor(), Action.DAY_ACCEPT), entry_id=entry_id(),
        key=keys.state(actor().person, real_now()), ask_password=not current_user.signed.reauthenticated,
    )  # fmt: skip


def _first(line: accepting.Line) -> str:
    """Who signs before: roles with the people who have them."""
    return "; ".join(
        f"{role(s.slot.role)}: {', '.join(m.short for m in s.expected) or gettext('nobody in the roster')}"
        for s in line.first
    )


WORDS = {
    accepting.Paper.SIGNED: lambda: gettext("Signed by all"),
    accepting.Paper.MINE: lambda: gettext("Waits for your countersignature"),
    accepting.Paper.WAITS: lambda: gettext("Somebody else signs first"),
}
