"""Centres, kept by the administration; people are people.py's."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import StringField

from app.domain.codec import clean
from app.domain.plan import Centre
from app.domain.policy import Action, require
from app.services import centres as centre_service
from app.web import planform
from app.web.context import actor, now, posted, typed
from app.web.saved import told

blueprint = Blueprint("admin", __name__)


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
    """Every centre of the installation."""
    require(actor(), Action.CENTRE_MANAGE)
    return render_template("admin/centres.html", found=centre_service.list_centres(actor()))


@blueprint.route("/centres/new", methods=["GET", "POST"])
def new_centre() -> Response | str:
    """Add a centre."""
    require(actor(), Action.CENTRE_MANAGE)
    return _centre_form(None)


@blueprint.route("/centres/<code>", methods=["GET", "POST"])
def centre(code: str) -> Response | str:
    """Change a centre; days that are open keep their own plan."""
    require(actor(), Action.CENTRE_MANAGE)
    return _centre_form(centre_service.centre(actor(), code))


def _centre_form(view: centre_service.CentreView | None) -> Response | str:
    if posted():
        data = CentreForm().centre()
        if view is not None:
            data = Centre(view.centre.region, view.centre.code, data.region_name, data.name, data.address, data.zone)
        rooms, cameras, stations = planform.read(request.form)
        code = centre_service.save(actor(), data, rooms, cameras, stations, now(), new=view is None)
        told(gettext("Centre %(code)s is saved", code=code))
        return redirect(url_for("admin.centres"))
    values = typed()
    if values is not None:
        form, plan = CentreForm(formdata=MultiDict(values)), planform.typed(values)
    else:
        form = CentreForm(formdata=None, obj=view.centre if view else None)
        plan = planform.written(view.rooms, view.cameras, view.stations) if view else planform.written((), (), ())
    return render_template("admin/centre.html", form=form, plan=plan, view=view)
