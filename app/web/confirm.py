"""Confirm: what waits for me, many at once, with my code; and confirmations given on paper."""

from collections.abc import Iterable, Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.domain import N_, Invalid, Message, NotFound
from app.domain.access import acts as access_acts
from app.domain.day import Act, Day
from app.domain.facts import Outside
from app.domain.plan import Member
from app.domain.policy import Action
from app.services import confirm as service
from app.services import keys, recording
from app.web.acts import ActView, act_view
from app.web.context import actor, device, entry_id, member, now, open_day, posted, real_now, text, typed
from app.web.machine_words import ProofView, proof_views
from app.web.saved import told

blueprint = Blueprint("confirm", __name__, url_prefix="/days/<day_id>/confirm")


def chosen() -> list[int]:
    """Numbers of the ticked entries."""
    return [int(v) for v in request.form.getlist("c") if v.isascii() and v.isdecimal() and len(v) < 10]


def unlocked(field: str = "code") -> keys.UnlockedKey:
    """The person's key: remembered in this session, else opened with the posted code and remembered."""
    found = keys.remembered(current_user.token, real_now())
    if found is None:
        found = keys.unlock(actor(), request.form.get("code", ""), real_now(), field)
        keys.remember(current_user.token, found, real_now())
    return found


@blueprint.route("", methods=["GET", "POST"])
def waiting(day_id: str) -> Response | str:
    """Entries that wait for the person's own confirmation."""
    day = open_day(day_id, Action.ACT_CONFIRM)
    if posted():
        seqs = chosen()
        if not seqs:
            raise Invalid(Message(N_("Mark at least one entry to confirm."), field="c"))
        service.confirm(actor(), day_id, entry_id(), seqs, unlocked(), now(), device())
        told(ngettext("%(num)s entry confirmed with your code", "%(num)s entries confirmed with your code", len(seqs)))
        return redirect(url_for("confirm.waiting", day_id=day_id))
    me = member(day)
    found = _found(day, me, service.waiting(day, actor()))
    proofs = proof_views(day, recording.looks(recording.seen(day)))
    apart = [one for one in found if _differs(proofs, one[0])]
    ticked = set(typed().getlist("c")) if typed() is not None else {str(v.act.seq) for v, _ in found}
    if typed() is None:
        ticked -= {str(v.act.seq) for v, _ in apart}
    return render_template(
        "confirm/waiting.html", found=[one for one in found if one not in apart], apart=apart, proofs=proofs,
        ticked=ticked, key=keys.state(actor().person, real_now()),
        entry_id=entry_id(), remembered=keys.remembered(current_user.token, real_now()) is not None,
        papers=service.waiting_outside(day, actor()),
    )  # fmt: skip


def _differs(proofs: Mapping[int, ProofView], item: ActView) -> bool:
    """Act and camera differ: it is looked at by itself, not among the others."""
    return item.act.seq in proofs and proofs[item.act.seq].differs


def _found(day: Day, me: Member | None, acts: Iterable[Act]) -> list[tuple[ActView, int]]:
    """Each act in words, and the number of its row in the access journal; 0 when it has none."""
    numbers = {act.seq: number for number, act in enumerate(access_acts(day), 1)}
    return [(act_view(day, act, me), numbers.get(act.seq, 0)) for act in acts]


@blueprint.route("/outside/<role>", methods=["GET", "POST"])
def outside(day_id: str, role: str) -> Response | str:
    """Record that somebody without an account confirmed on paper."""
    day = open_day(day_id, Action.STEP_RECORD)
    if not any(spec.id == role for spec in day.profile.roles):
        raise NotFound(N_("There is no such role."))
    if posted():
        by = Outside(text("name"), role, text("paper"))
        receipt = service.confirm_outside(actor(), day_id, entry_id(), chosen(), by, now())
        told(gettext("Recorded: confirmed on paper"), gettext("Entry %(number)s.", number=receipt.number))
        return redirect(url_for("confirm.waiting", day_id=day_id))
    me = member(day)
    waits = next((w.acts for w in service.waiting_outside(day, actor()) if w.role == role), ())
    found = _found(day, me, waits)
    ticked = set(typed().getlist("c")) if typed() is not None else {str(v.act.seq) for v, _ in found}
    return render_template(
        "confirm/outside.html", role=role, found=found, proofs=proof_views(day), ticked=ticked, entry_id=entry_id(),
        may_record=me is not None,
    )  # fmt: skip
