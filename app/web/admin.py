"""Centres and people, kept by the administration."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import StringField

from app.domain import N_, Invalid, Message
from app.domain.codec import clean
from app.domain.plan import Centre, Role
from app.domain.policy import Action, require
from app.services import centres as centre_service
from app.services import people as people_service
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


class PersonForm(FlaskForm):
    """An account's texts; roles and centres are ticked."""

    login = StringField()
    name = StringField()
    email = StringField()


@blueprint.get("/people")
def people() -> str:
    """Accounts, searched by name."""
    query = request.args.get("q", "")
    found = people_service.list_people(actor(), query, request.args.get("page", 1, type=int))
    return render_template("admin/people.html", found=found, query=query)


@blueprint.route("/people/new", methods=["GET", "POST"])
def new_person() -> Response | str:
    """Add an account; its one-time password is shown once."""
    require(actor(), Action.PEOPLE_MANAGE)
    form = PersonForm()
    if posted():
        person, password = people_service.add(
            actor(),
            form.login.data or "",
            form.name.data or "",
            request.form.getlist("roles"),
            _centres(),
            form.email.data or "",
            now(),
        )
        return _show_password(person, password)
    return _person_form(None)


@blueprint.route("/people/<person_id>", methods=["GET", "POST"])
def person(person_id: str) -> Response | str:
    """Change an account."""
    require(actor(), Action.PEOPLE_MANAGE)  # the service shows everybody themselves
    view = people_service.person(actor(), person_id)
    if posted():
        form = PersonForm()
        people_service.edit(
            actor(), person_id, form.name.data or "", request.form.getlist("roles"), _centres(), form.email.data or "",
            "active" in request.form, now(),
        )  # fmt: skip
        told(gettext("Saved: %(title)s", title=view.short))
        return redirect(url_for("admin.people"))
    return _person_form(view)


@blueprint.route("/people/<person_id>/password", methods=["GET", "POST"])
def password(person_id: str) -> Response | str:
    """A new one-time password, after asking once."""
    require(actor(), Action.PEOPLE_MANAGE)  # the service shows everybody themselves
    view = people_service.person(actor(), person_id)
    if posted():
        return _show_password(view, people_service.reset_password(actor(), person_id, now()))
    return render_template("admin/reset.html", person=view)


def _show_password(person: people_service.PersonView, password: str) -> str:
    return render_template("admin/password.html", person=person, password=password)


def _centres() -> list[str]:
    """Ticked centres; none means every centre, so that has to be said in so many words."""
    chosen = request.form.getlist("centres")
    if "all_centres" not in request.form and not chosen:
        raise Invalid(
            Message(N_("Choose the person's centres, or “all centres” for an office above them."), field="centres")
        )
    return [] if "all_centres" in request.form else chosen


def _person_form(view: people_service.PersonView | None) -> str:
    values = typed()
    if values is not None:
        form = PersonForm(formdata=MultiDict(values))
        roles, codes, everywhere = values.getlist("roles"), values.getlist("centres"), "all_centres" in values
        active = "active" in values
    else:
        form = PersonForm(formdata=None, obj=view)
        roles, codes = (list(view.roles), list(view.centres)) if view else ([], [])
        everywhere, active = bool(view and not view.centres), view.active if view else True
    return render_template(
        "admin/person.html", form=form, view=view, roles=roles, codes=codes, everywhere=everywhere, active=active,
        every_role=list(Role),
        known=[v.code for v in centre_service.list_centres(actor())],
    )  # fmt: skip
