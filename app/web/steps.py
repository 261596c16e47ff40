"""A step: its form with evidence, "not possible", "not required", and what was recorded so far."""

from dataclasses import dataclass

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.domain import N_, Invalid, Message
from app.domain import facts as f
from app.domain.checklist import CLOSED, State, StepView, view
from app.domain.day import Day
from app.domain.policy import Action, allowed_on
from app.domain.profile import Step
from app.services.record import record
from app.web.acts import act_views
from app.web.board import title_of
from app.web.context import actor, device, entry_id, member, now, open_day, posted, show_again, text, typed
from app.web.inputs import collect, inputs, keep_files, room_label
from app.web.language import pick
from app.web.saved import saved
from app.web.show import clock
from app.web.times import Reader, shows_date

blueprint = Blueprint("steps", __name__, url_prefix="/days/<day_id>/steps")
MAY_STAY = Message(N_("Change the value, or say here why it may stay as it is."), field="note")


@dataclass(frozen=True)
class Tile:
    """A place in the grid. ``under``: second line; ``closed``: has an entry already."""

    id: str
    under: str
    closed: bool
    marked: bool


def tiles(
    day: Day, found: StepView, chosen: tuple[str, ...] | None = None, also: tuple[str, ...] = ()
) -> tuple[Tile, ...]:
    """Places of the step; the open ones are marked unless ``chosen`` says which. ``also``: open for this form."""
    if chosen is None:
        chosen = _likely(found)
    homes = {c.id: " ".join((c.room, c.title)).strip() for c in day.cameras} | {s.id: s.room for s in day.stations}
    out = []
    for place in found.places:
        closed = place.state in CLOSED and place.place not in also
        under = homes.get(place.place, "")
        if not under and (room := day.room(place.place)):
            under = room_label(room).removeprefix(room.code).strip()
        if closed and place.act:
            under = clock(place.act.at)
        out.append(Tile(place.place, under, closed, closed or place.place in chosen))
    return tuple(out) if found.step.repeat else ()


def _likely(found: StepView) -> tuple[str, ...]:
    """All open places; for rounds the one whose time has come; none when each place has evidence of its own."""
    if found.step.repeat == "interval":
        come = [p.place for p in found.places if p.state in (State.OVERDUE, State.NOW)]
        return tuple(come[:1])
    own = any(spec.type in ("serial", "sha256") and spec.required for spec in found.step.fields)
    if own and found.step.repeat in ("camera", "station") and len(found.open_places) > 1:
        return ()
    return found.open_places


def outside_roles(day: Day, step: Step) -> tuple[str, ...]:
    """Performers that act outside the system, so somebody of the roster records it for them."""
    return tuple(r for r in step.performers if not day.profile.role(r).account)


@blueprint.route("/<step_id>", methods=["GET", "POST"])
def show(day_id: str, step_id: str) -> Response | str:
    """The step's form; saving it records that it is done."""
    day = open_day(day_id, Action.STEP_RECORD)
    step = day.profile.step(step_id)
    me = member(day)
    if posted():
        form = Reader(request.form, day)
        at = form.moment("at", now())
        form.stop()
        raw = collect(step, actor(), me, day, now())
        g.form = keep_files(raw, step, request.form)
        fact = f.StepDone(
            step.id, at, _places(step), raw, text("late_reason"), text("overdue_reason"), text("note"), _outside(),
        )  # fmt: skip
        receipt = record(actor(), day_id, entry_id(), fact, now(), device(), _heed)
        saved(receipt, pick(step.title), day_id)
        return redirect(url_for("today.board", day_id=day_id, _anchor=f"step-{step.id}"))
    found = view(step, day, now())
    performs = me is not None and me.role in step.performers
    outside = outside_roles(day, step) if me is not None and not performs else ()
    place = request.args.get("place", "")
    chosen = (
        tuple(typed().getlist("places")) if typed() is not None else (place,) if place in found.open_places else None
    )
    window = found.window
    ahead = window.not_before if window.not_before and now() < window.not_before else None
    held = ahead if step.when.firm and _is_open(found) else None
    return render_template(
        "steps/step.html", step=step, view=found, tiles=tiles(day, found, chosen), outside=outside,
        fields=inputs(day, step, me, now(), typed(), None, place), entry_id=entry_id(),
        open=_is_open(found) and not held and (performs or bool(outside)), performs=performs,
        acts=act_views(day, found.acts, me),
        dated=shows_date(day, now(), window.start, window.due), late=found.state == State.OVERDUE,
        not_before=ahead, held=held,
        may_waive=_is_open(found) and allowed_on(day, actor(), Action.STEP_WAIVE), warnings=g.get("warnings", ()),
        waits_for=title_of(day, window.waits_for) if window.waits_for and found.state == State.WAITING else "",
    )  # fmt: skip


def _is_open(found: StepView) -> bool:
    return found.state not in CLOSED


def _heed(warnings: tuple[Message, ...]) -> None:
    """A value out of its limit is taken only with a note that says why; the form shows it again."""
    g.warnings = warnings
    if warnings and not text("note"):
        raise Invalid(MAY_STAY)


def _places(step: Step) -> tuple[str, ...]:
    return tuple(request.form.getlist("places")) if step.repeat not in ("", "demand") else ()


def _outside() -> f.Outside | None:
    if "outside.role" not in request.form:
        return None
    return f.Outside(text("outside.name"), text("outside.role"), text("outside.paper"))


@blueprint.route("/<step_id>/not-possible", methods=["GET", "POST"])
def not_possible(day_id: str, step_id: str) -> Response | str:
    """Say why a step cannot be done."""
    day = open_day(day_id, Action.STEP_RECORD)
    step = day.profile.step(step_id)
    if posted() and "reason" in request.form:
        form = Reader(request.form, day)
        at = form.moment("at", now())
        form.stop()
        fact = f.StepImpossible(step.id, at, text("reason"), _places(step))
        receipt = record(actor(), day_id, entry_id(), fact, now(), device())
        saved(receipt, pick(step.title), day_id)
        return redirect(url_for("today.board", day_id=day_id, _anchor=f"step-{step.id}"))
    return _reason_page(day, step, "steps/not_possible.html")


@blueprint.route("/<step_id>/not-required", methods=["GET", "POST"])
def not_required(day_id: str, step_id: str) -> Response | str:
    """Say who decided that a step is not required today, and why."""
    day = open_day(day_id, Action.STEP_WAIVE)
    step = day.profile.step(step_id)
    if posted() and "reason" in request.form:
        fact = f.StepWaived(step.id, now(), text("reason"), text("decided_by"), _places(step))
        receipt = record(actor(), day_id, entry_id(), fact, now(), device())
        saved(receipt, pick(step.title), day_id)
        return redirect(url_for("today.board", day_id=day_id, _anchor=f"step-{step.id}"))
    return _reason_page(day, step, "steps/not_required.html")


def _reason_page(day: Day, step: Step, template: str) -> str:
    found = view(step, day, now())
    if request.method == "POST" and typed() is None:  # came from the step's form with its places marked
        show_again(request.form)
    chosen = tuple(typed().getlist("places")) if typed() is not None else None
    return render_template(
        template, step=step, view=found, tiles=tiles(day, found, chosen), entry_id=entry_id(),
        dated=shows_date(day, now(), found.window.start, found.window.due), me_member=member(day),
    )  # fmt: skip
