"""Open an exam day: choose the centre, then one form with everything proposed."""

from datetime import date
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.domain import N_, Invalid, Message
from app.domain.plan import DAY_ROLES
from app.domain.profile import Profile
from app.services import centres, people
from app.services import opening as service
from app.services.opening import Opening, Place
from app.web import planform
from app.web.context import actor, now, posted, typed
from app.web.language import current, pick
from app.web.saved import told
from app.web.times import a_date, clock

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
        day_id = service.open_day(actor(), _read(code, profiles), current_app.extensions["settings"].name, now())
        told(gettext("The day is open"), gettext("Everybody of the roster sees it on their Today page."))
        return redirect(url_for("today.board", day_id=day_id))
    values = typed()
    profile = _profile(profiles, values.get("profile", "") if values is not None else service.usual_profile(code))
    known = people.of_centre(actor(), code)
    return render_template(
        "opening/open.html", view=view, profiles=profiles, people=known, roles=DAY_ROLES, profile=profile,
        plan=planform.written(view.rooms, view.cameras, view.stations) if values is None else planform.typed(values),
        proposed=_proposed(known), parameter_text=shown, pairs=_pairs,
        profile_choices=lambda found: [(p.id, f"{pick(p.title)} ({p.version})") for p in found],
    )  # fmt: skip


def _profile(profiles: tuple[Profile, ...], wanted: str) -> Profile | None:
    """The profile of this id; without it one in the page's language, or any."""
    ranked = sorted(profiles, key=lambda p: (p.id != wanted, p.language != current()))
    return ranked[0] if ranked else None


def _pairs(default: Any, alternatives: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(v, v) for v in dict.fromkeys((shown(default), *alternatives))]


def _proposed(known: tuple[people.PersonView, ...]) -> dict[str, str]:
    """Role of each person as their account suggests: the first of the day's roles they hold."""
    return {p.id: next((r for r in DAY_ROLES if r in p.roles), "") for p in known}


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
        rooms, cameras, stations = planform.read(form)
    except Invalid as err:
        problems += err.messages
    if problems:
        raise Invalid(*problems)
    profile = _profile(profiles, form.get("profile", ""))
    if profile is None:
        raise Invalid(Message(N_("There is no exam profile in this installation."), field="profile"))
    return Opening(
        code, on or date.min, clock(form.get("start", "")), clock(form.get("end", "")), form.get("exam", "").strip(),
        profile.id,
        rooms, cameras, stations, _roster(), _parameters(profile), period, "rehearsal" in form,
    )  # fmt: skip


def _roster() -> tuple[Place, ...]:
    form, out = request.form, []
    for person in form.getlist("person"):
        if role := form.get(f"role.{person}", ""):
            out.append(Place(person, role, form.get(f"order.{person}", "")))
    return tuple(out)


def _parameters(profile: Profile) -> dict[str, Any]:
    """Only values that differ from the profile's own."""
    found: dict[str, Any] = {}
    for spec in profile.parameters:
        raw = request.form.get(f"parameter.{spec.id}", "").strip()
        if not raw or raw == shown(spec.default):
            continue
        match spec.type:
            case "minutes" | "days":
                try:
                    found[spec.id] = int(raw)
                except ValueError:
                    text = N_("%(value)s is not a whole number.")
                    raise Invalid(Message(text, {"value": raw[:20]}, f"parameter.{spec.id}")) from None
            case "yesno":
                found[spec.id] = raw == "yes"
            case "time":
                found[spec.id] = clock(raw)
            case "texts":
                found[spec.id] = [part.strip() for part in raw.splitlines() if part.strip()]
            case _:
                found[spec.id] = raw
    return found


def shown(value: Any) -> str:
    """A parameter's value as its field holds it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "\n".join(str(v) for v in value)
    return "" if value is None else str(value)
