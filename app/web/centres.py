"""Centres with their rooms and devices, kept by the administration."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import StringField

from app.domain import Invalid, Message
from app.domain.codec import clean
from app.domain.plan import Centre
from app.domain.policy import Action, require, require_whole
from app.services import centres as service
from app.services import office
from app.services.centres import CentreView, PlanChange
from app.web import planform
from app.web.admin import blueprint
from app.web.context import actor, now, posted, show_again, typed
from app.web.planform import Plan
from app.web.saved import told


class CentreForm(FlaskForm):
    """A centre's own data; rooms and devices are planform's."""

    region = StringField(filters=[lambda v: clean(v or "")])
    code = StringField(filters=[lambda v: clean(v or "")])
    region_name = StringField(filters=[lambda v: clean(v or "")])
    name = StringField(filters=[lambda v: clean(v or "")])
    address = StringField(filters=[lambda v: clean(v or "")])
    zone = StringField(filters=[lambda v: clean(v or "")])

    def centre(self) -> Centre:
        """What the fields make."""
        return Centre(
            self.region.data, self.code.data, self.region_name.data, self.name.data, self.address.data, self.zone.data
        )


@blueprint.get("/centres")
def centres() -> str:
    """Centres, searched by code, name, region and address."""
    query = request.args.get("q", "")
    found = service.find_centres(actor(), query, request.args.get("page", 1, type=int), now())
    return render_template("admin/centres.html", found=found, query=query)


@blueprint.route("/centres/new", methods=["GET", "POST"])
def new_centre() -> Response | str:
    """Add a centre."""
    require_whole(actor(), Action.CENTRE_MANAGE)
    return centre_form(None)


@blueprint.route("/centres/<code>", methods=["GET", "POST"])
def centre(code: str) -> Response | str:
    """Change a centre; days that are open keep their own plan."""
    require(actor(), Action.CENTRE_MANAGE)
    return centre_form(service.centre(actor(), code))


def centre_form(view: CentreView | None, proposed: Plan | None = None) -> Response | str:
    """The form, and what it does. ``proposed``: another plan than the stored one, shown with what would change."""
    changes: tuple[PlanChange, ...] = ()
    seen = ""
    if posted() and not proposed:
        data, plan = _read(view)
        changes = service.plan_changes(view, *plan) if view else ()
        seen = service.token(view, *plan) if view else ""
        losing = any(c.removed for c in changes) and request.form.get("seen") != seen
        if not losing and "preview" not in request.form:
            *lists, recorders = plan
            code = service.save(actor(), data, *lists, now(), new=view is None, recorders=recorders)
            told(gettext("Centre %(code)s is saved", code=code), _told(changes))
            return redirect(url_for("admin.centres"))
        show_again(request.form)
    values = typed()
    if values is not None:
        form, texts = CentreForm(formdata=MultiDict(values)), planform.typed(values)
    else:
        form = CentreForm(formdata=None, obj=view.centre if view else None)
        lists = (view.rooms, view.cameras, view.stations, view.recorders) if view else ((), (), (), ())
        texts = planform.written(*lists)
        if view and proposed:
            texts, changes = planform.written(*proposed), service.plan_changes(view, *proposed)
            seen = service.token(view, *proposed)
    return render_template(
        "admin/centre.html", form=form, plan=texts, view=view, changes=changes, seen=seen, count_words=_counts,
        last=office.last_change("centre", view.code) if view else None,
    )  # fmt: skip


def _read(view: CentreView | None) -> tuple[Centre, Plan]:
    """What was typed. Raises Invalid with everything that is wrong, of the centre and of its plan."""
    data = CentreForm().centre()
    if view is not None:
        data = Centre(view.centre.region, view.centre.code, data.region_name, data.name, data.address, data.zone)
    problems: list[Message] = service.judge_centre(data)
    try:
        plan = planform.read(request.form)
    except Invalid as err:
        raise Invalid(*problems, *err.messages) from None
    if problems:
        raise Invalid(*problems)
    return data, plan


def _counts(change: PlanChange) -> str:
    """``Rooms: +2 −1, changed: 3``."""
    titles = {"rooms": gettext("Rooms"), "cameras": gettext("Cameras"), "stations": gettext("Stations")}
    title = titles.get(change.name, gettext("Recorders"))
    text = f"{title}: +{len(change.added)} \u2212{len(change.removed)}"
    changed = gettext("changed: %(list)s", list=len(change.changed))
    return f"{text}, {changed}" if change.changed else text


def _told(changes: tuple[PlanChange, ...]) -> str:
    return "; ".join(_counts(c) for c in changes)
