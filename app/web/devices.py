"""Devices of a centre: the list, the page of one with its history, the PAK cabinet with its seals."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.domain.addresses import SCHEMES, Address, networks
from app.domain.devices import Device
from app.domain.plan import CABINET, Camera, Recorder, Station
from app.domain.policy import Action, allowed
from app.services import devices as service
from app.services.days import Page
from app.services.devices import DayHistory
from app.web.context import actor, now, posted
from app.web.history import DayWords, day_words
from app.web.saved import told

blueprint = Blueprint("devices", __name__, url_prefix="/centres/<code>")


def kind(device: object) -> str:
    """What sort of device it is, in a word."""
    match device:
        case Camera():
            return gettext("Camera")
        case Recorder():
            return gettext("Recorder")
        case _:
            return gettext("Station")


@blueprint.get("/devices")
def listing(code: str) -> str:
    """Rooms with what stands in them, searched by words."""
    query = request.args.get("q", "")
    view, found = service.listing(actor(), code, query, request.args.get("page", 1, type=int))
    return render_template(
        "devices/list.html", view=view, found=found, query=query, kind=kind,
        total=len(service.of_plan(view)),
    )  # fmt: skip


@blueprint.route("/devices/<path:device>", methods=["GET", "POST"])
def show(code: str, device: str) -> Response | str:
    """One device with its whole history; who keeps the centre also enters its addresses."""
    if posted():
        form = request.form
        typed = Address(*(form.get(name, "").strip() for name in SCHEMES))
        remove = [name for name in SCHEMES if f"remove_{name}" in form]
        allowed_there = networks(current_app.extensions["settings"].camera_networks) or ()
        changed = service.save(actor(), code, device, typed, remove, allowed_there, now())
        told(gettext("The addresses are saved") if changed else gettext("Nothing was changed."))
        return redirect(url_for("devices.show", code=code, device=device))
    view, page = service.centre(actor(), code), request.args.get("page", 1, type=int)
    if device == CABINET:
        found = service.of_cabinet(actor(), view, page)
        return render_template("devices/cabinet.html", view=view, found=found, days=_days(found))
    thing = service.find(view, device)
    found = service.of_device(actor(), view, thing, page)
    now_there = thing in service.of_plan(view)
    held = [c.id for c in view.cameras if c.recorder == thing.id] if isinstance(thing, Recorder) else []
    may_address = allowed(actor(), Action.CENTRE_MANAGE) and now_there and not isinstance(thing, Station)
    return render_template(
        "devices/show.html", view=view, device=thing, kind=kind(thing), found=found, days=_days(found, thing),
        address=service.address_of(view, thing), may_address=may_address, now_there=now_there, held=held,
    )  # fmt: skip


def _days(found: Page[DayHistory], device: Device | None = None) -> list[DayWords]:
    """Days of the page that say something, in words."""
    return [day_words(d, device) for d in found.items if d.lines or d.openings or d.day is None]


@blueprint.post("/watching")
def watch(code: str) -> Response:
    """Let the server look at the cameras of the centre, or not."""
    on = request.form.get("watch") == "1"
    service.watch(actor(), code, on, now())
    told(gettext("The server looks at the cameras") if on else gettext("The server does not look at the cameras"))
    return redirect(url_for("admin.centre", code=code, _anchor="watching"))
