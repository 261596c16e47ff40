"""Open an exam day: choose the centre, then one form with everything proposed."""

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.domain import N_, Invalid, Message
from app.domain.parameters import PREFIX, proposed, stale
from app.domain.plan import DAY_ROLES, TECHNICIANS
from app.domain.profile import Profile
from app.services import centres, people, regions
from app.services import opening as service
from app.services.opening import Opening, Place
from app.web import parameters, planform, wording
from app.web.context import actor, entry_id, now, posted, typed
from app.web.language import current, pick
from app.web.saved import told
from app.web.times import a_date, exam_choices, exam_times

blueprint = Blueprint("opening", __name__, url_prefix="/days/open")


@blueprint.get("")
def choose() -> Response | str:
    """Which centre; with one only, straight to its form."""
    found = centres.list_centres(actor())
    if len(found) == 1:
        return redirect(url_for("opening.open_day", code=found[0].code))
    return render_template("opening/choose.html", found=found)


@blueprint.route("/<code>", methods=["GET", "POST"])
def open_day(code: str) -> Response | str:
    """Date, times, profile, rooms, devices, people: proposed from the centre, changed here for this day."""
    view = centres.centre(actor(), code)
    profiles = service.list_profiles()
    if posted():
        wanted = _read(code, profiles)
        try:
            day_id = service.open_day(actor(), wanted, current_app.extensions["settings"].name, now())
        except Invalid as err:
            raise Invalid(*planform.located(err.messages, request.form)) from None
        told(gettext("The day is open"), gettext("Everybody of the roster sees it on their Today page."))
        return redirect(url_for("today.board", day_id=day_id))
    values = typed()
    profile = _profile(profiles, values.get("profile", "") if values is not None else service.usual_profile(code))
    known = people.of_centre(actor(), code)
    own = regions.values(profile.id, view.centre.region) if profile else {}
    misfits = stale(profile, own, {}) if profile else []
    return render_template(
        "opening/open.html", view=view, profiles=profiles, people=known, roles=DAY_ROLES, profile=profile,
        technicians=TECHNICIANS,
        plan=_plan(view) if values is None else planform.typed(values),
        proposed=_proposed(known), parameter_text=parameters.shown, pairs=parameters.pairs,
        values=proposed(profile, own) if profile else (), stale=misfits,
        values_open=bool(misfits) or any(m.field.startswith(PREFIX) for m in g.get("errors", ())),
        folds=_folds(values, ZoneInfo(view.centre.zone)), name_of=wording.name_of, limits_text=wording.limits_text,
        entry_id=entry_id(), profile_choices=lambda found: [(p.id, f"{pick(p.title)} ({p.version})") for p in found],
    )  # fmt: skip


def _plan(view: centres.CentreView) -> planform.PlanTexts:
    return planform.written(view.rooms, view.cameras, view.stations, view.recorders)


def _profile(profiles: tuple[Profile, ...], wanted: str) -> Profile | None:
    """The profile of this id; without it one in the page's language, or any."""
    ranked = sorted(profiles, key=lambda p: (p.id != wanted, p.language != current()))
    return ranked[0] if ranked else None


def _proposed(known: tuple[people.PersonView, ...]) -> dict[str, str]:
    """Role of each person as their account suggests: the first of the day's roles they hold."""
    return {p.id: next((r for r in DAY_ROLES if r in p.roles), "") for p in known}


def _folds(values: Mapping[str, str] | None, zone: ZoneInfo) -> dict[str, list[tuple[str, str, bool]]]:
    """Which of two times is meant; asked of what was typed."""
    values = values or {}
    return exam_choices(a_date(values.get("date", "")), values.get("start", ""), values.get("end", ""), zone)


def _read(code: str, profiles: tuple[Profile, ...]) -> Opening:
    form = request.form
    problems: list[Message] = []
    on = a_date(form.get("date", ""))
    if on is None:
        problems.append(Message(N_("Enter the date of the exam."), field="date"))
    period = a_date(form.get("period_start", ""))
    if form.get("period_start", "").strip() and period is None:
        problems.append(Message(N_("Enter the first day of the exam period as a date."), field="period_start"))
    try:
        rooms, cameras, stations, recorders = planform.read(form, judged=False)
    except Invalid as err:
        problems += err.messages
    profile = _profile(profiles, form.get("profile", ""))
    if profile is None:
        raise Invalid(Message(N_("There is no exam profile in this installation."), field="profile"))
    centre = centres.centre(actor(), code).centre
    start = {p.parameter.id: p.value for p in proposed(profile, regions.values(profile.id, centre.region))}
    typed_in = parameters.read(profile, form, start, problems)
    if problems:
        raise Invalid(*problems)
    on = on or date.min
    return Opening(
        code, on, *exam_times(form, on, ZoneInfo(centre.zone)), form.get("exam", "").strip(), profile.id,
        rooms, cameras, stations, _roster(), typed_in, period, "rehearsal" in form, entry_id(),
        "second" in form, recorders,
    )  # fmt: skip


def _roster() -> tuple[Place, ...]:
    form, out = request.form, []
    for person in form.getlist("person"):
        if role := form.get(f"role.{person}", ""):
            out.append(Place(person, role, form.get(f"order.{person}", ""), f"relief.{person}" in form))
    return tuple(out)
