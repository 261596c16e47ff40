"""One entry: look at it, correct it, void it. The old stays, struck through."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.domain import N_, Invalid, Message, NotFound, Refused
from app.domain import facts as f
from app.domain.checklist import view
from app.domain.closing import addenda
from app.domain.day import Act, Day
from app.domain.outages import opening_of
from app.domain.policy import Action
from app.domain.review import REVIEWING, Answered, review
from app.services import attachments, recording
from app.services.record import check_evidence, correction, record
from app.web.acts import PROVED, act_view, may_change
from app.web.board import milestone_rooms
from app.web.context import actor, device, entry_id, member, now, open_day, posted, text, typed
from app.web.inputs import collect, inputs, keep_files
from app.web.journal import access_fact, access_form
from app.web.machine_words import breach_of, proof_views
from app.web.outage_forms import TAGS as OF_OUTAGES
from app.web.outage_forms import held, read
from app.web.remarks import may_answer, may_review, remark_view
from app.web.saved import saved
from app.web.steps import tiles
from app.web.times import Reader, shows_date

blueprint = Blueprint("entries", __name__, url_prefix="/days/<day_id>")


def _act(day: Day, seq: int) -> Act:
    act = day.acts.get(seq)
    if act is None or act.fact is None:
        raise NotFound(N_("There is no such entry."))
    return act


@blueprint.get("/entries/<int:seq>")
def show(day_id: str, seq: int) -> str:
    """Everything about one entry."""
    day = open_day(day_id)
    me = member(day)
    written = [act_view(day, act, me) for _, act in addenda(day, seq)]
    act = _act(day, seq)
    remarks = [remark_view(day, r) for r in review(day).remarks if r.act.fact.target == seq or r.seq == seq]
    return render_template(
        "entries/entry.html", item=act_view(day, act, me), written=written, remarks=remarks,
        may_remark=may_review(day) and act.tag not in REVIEWING, of_review=act.tag in REVIEWING,
        proofs=proof_views(day, recording.looks(recording.seen(day))), breach=breach_of(day, seq),
    )  # fmt: skip


@blueprint.route("/entries/<int:seq>/correct", methods=["GET", "POST"])
def correct(day_id: str, seq: int) -> AnyResponse | str:
    """The entry's form with its values in; what differs becomes a correction."""
    day = open_day(day_id, Action.ENTRY_CORRECT)
    act = _act(day, seq)
    if act.tag in PROVED:
        raise Refused(N_("What the copying program proved is not corrected: void the entry and record it again."))
    if posted():
        new = _changed(day, act)
        try:
            receipt = record(actor(), day_id, entry_id(), correction(day, seq, new, text("why")), now(), device())
        except Invalid as err:
            raise Invalid(*(_named(m) for m in err.messages)) from None
        item = act_view(day, act, member(day))
        saved(receipt, gettext("correction of “%(title)s”", title=item.title), day_id, correctable=False)
        return redirect(_back(day, act))
    return render_template("entries/correct.html", **_form(day, act))


def _named(message: Message) -> Message:
    """The reason of the correction has its own field on the page."""
    return Message(message.id, message.params, "why") if message.field == "reason" and not text("why") else message


def _form(day: Day, act: Act) -> dict[str, Any]:
    fact, values = act.fact, typed()
    more: dict[str, Any] = {"fields": (), "tiles": (), "access": None, "outage": None, "kind": ""}
    more["words_only"] = act.tag == "note.written" or act.tag in REVIEWING
    if isinstance(fact, f.StepDone | f.StepImpossible | f.StepWaived):
        step = day.profile.step(fact.step)
        chosen = tuple(values.getlist("places")) if values is not None else fact.places
        more["tiles"] = tiles(day, view(step, day, now()), chosen, also=fact.places)
        if isinstance(fact, f.StepDone):
            more["fields"] = inputs(day, step, member(day), now(), values, fact.evidence)
    elif isinstance(fact, f.AccessNoted):
        more["access"] = access_form(day, values, fact)
    elif act.tag in OF_OUTAGES:
        opened = day.acts.get(getattr(fact, "target", -1))
        more |= {"outage": held(day, act.tag, fact), "kind": opened.fact.kind if opened and opened.fact else ""}
    return {
        "item": act_view(day, act, member(day)), "fact": fact, "values": values, "entry_id": entry_id(),
        "may_change": may_change(day, act, member(day)), "dated": shows_date(day, now(), act.at), **more,
    }  # fmt: skip


def _changed(day: Day, act: Act) -> Any:
    """The act's fact as the form now has it."""
    fact, form = act.fact, Reader(request.form, day)
    if isinstance(fact, f.AccessNoted):
        return access_fact(day, fact)
    if isinstance(fact, f.NoteWritten) or act.tag in REVIEWING:
        return replace(fact, text=text("text"))
    if act.tag in OF_OUTAGES:
        return read(day, act.tag, old=fact)
    at = form.moment("at", fact.at)
    form.stop()
    if isinstance(fact, f.MilestoneNoted):
        return replace(fact, at=at, late_reason=text("late_reason") or fact.late_reason)
    places = tuple(request.form.getlist("places")) if fact.places else fact.places
    if isinstance(fact, f.StepImpossible):
        return replace(fact, at=at, places=places, reason=text("reason"))
    if isinstance(fact, f.StepWaived):
        return replace(fact, places=places, reason=text("reason"), decided_by=text("decided_by"))
    step = day.profile.step(fact.step)
    raw = collect(step, actor(), member(day), day, now())
    g.form = keep_files(raw, step, request.form)
    _keep_marks(fact, raw, step)
    values, _ = check_evidence(day, step.id, raw, at)  # in its recorded form, so that only what differs is a change
    return replace(
        fact, at=at, places=places, evidence=values, note=text("note"),
        late_reason=text("late_reason") or fact.late_reason,
        overdue_reason=text("overdue_reason") or fact.overdue_reason,
    )  # fmt: skip


def _keep_marks(fact: f.StepDone, raw: dict[str, Any], step: Any) -> None:
    """A signature that stays is the one that was given, not the corrector's."""
    for spec in step.fields:
        if spec.type == "signature" and raw.get(spec.id) and fact.evidence.get(spec.id):
            raw[spec.id] = fact.evidence[spec.id]


@blueprint.route("/entries/<int:seq>/void", methods=["GET", "POST"])
def void(day_id: str, seq: int) -> AnyResponse | str:
    """Void an entry, with the reason; it stays readable."""
    day = open_day(day_id, Action.ENTRY_CORRECT)
    act = _act(day, seq)
    item = act_view(day, act, member(day))
    if posted():
        receipt = record(actor(), day_id, entry_id(), f.EntryVoided(seq, text("reason")), now(), device())
        saved(receipt, gettext("“%(title)s” is void", title=item.title), day_id, correctable=False)
        return redirect(_back(day, act))
    return render_template("entries/void.html", item=item, entry_id=entry_id(), of_review=act.tag in REVIEWING)


def _back(day: Day, act: Act) -> str:
    if act.tag in REVIEWING:
        anchor = "samples" if act.tag == "sample.taken" else "remarks"
        return url_for("review.show", day_id=day.id, _anchor=anchor)
    asked = [r for r in review(day).remarks if r.act.fact.target == act.seq and r.state == Answered.OPEN]
    if asked and may_answer(day):  # corrected because of a remark: back to what else waits
        return url_for("remarks.listing", day_id=day.id, _anchor=f"remark-{asked[0].seq + 1}")
    if act.tag == "access.noted":
        return url_for("journal.access", day_id=day.id, _anchor=f"entry-{act.number}")
    if (opened := opening_of(day, act)) is not None:
        return url_for("outages.show", day_id=day.id, outage=opened)
    if hasattr(act.fact, "step"):
        return url_for("steps.show", day_id=day.id, step_id=act.fact.step, _anchor=f"entry-{act.number}")
    if act.tag == "milestone.noted":
        spec = day.profile.milestone(act.fact.milestone)
        if spec and milestone_rooms(day, spec):
            return url_for("today.milestone", day_id=day.id, name=spec.id)
    return url_for("today.board", day_id=day.id)


@blueprint.get("/files/<digest>")
def file(day_id: str, digest: str) -> Response:
    """A photo or PDF that some evidence of the day names."""
    data, kind, name = attachments.fetch(actor(), day_id, digest)
    answer = make_response(data)
    answer.mimetype = kind
    answer.headers.set("Content-Disposition", "inline" if kind.startswith("image/") else "attachment", filename=name)
    return answer
