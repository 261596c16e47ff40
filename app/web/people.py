"""People and their accounts, kept by the administration."""

from datetime import timedelta

import segno
from flask import current_app, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import StringField

from app.domain.plan import Role
from app.domain.policy import Action, require
from app.services import centres as centre_service
from app.services import changes as change_service
from app.services import invitations, sessions
from app.services import people as people_service
from app.web.admin import blueprint
from app.web.changes import in_words
from app.web.context import actor, now, posted, text, typed
from app.web.saved import told

RECENT = 5  # lines of the record of changes on a person's page


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
    """Add an account; its one-time link is shown once."""
    require(actor(), Action.PEOPLE_MANAGE)
    if posted():
        form = PersonForm()
        link = invitations.invite(
            actor(), form.login.data or "", form.name.data or "", request.form.getlist("roles"), _centres(),
            form.email.data or "", now(),
        )  # fmt: skip
        return _show_link(link)
    return _person_form(None)


@blueprint.route("/people/<person_id>", methods=["GET", "POST"])
def person(person_id: str) -> Response | str:
    """Change an account; see and change its access."""
    require(actor(), Action.PEOPLE_MANAGE)  # the service shows everybody themselves
    view = people_service.person(actor(), person_id)
    if posted():
        form = PersonForm()
        people_service.edit(
            actor(), person_id, form.name.data or "", request.form.getlist("roles"), _centres(), form.email.data or "",
            now(),
        )  # fmt: skip
        told(gettext("Saved: %(title)s", title=view.short))
        return redirect(url_for("admin.people"))
    return _person_form(view)


@blueprint.route("/people/<person_id>/password", methods=["GET", "POST"])
def password(person_id: str) -> Response | str:
    """A new one-time link instead of the password, after asking once."""
    require(actor(), Action.PEOPLE_MANAGE)  # the service shows everybody themselves
    view = people_service.person(actor(), person_id)
    if posted():
        return _show_link(invitations.renew(actor(), person_id, now()))
    return render_template("admin/reset.html", person=view)


@blueprint.route("/people/<person_id>/lock", methods=["GET", "POST"])
def lock(person_id: str) -> Response | str:
    """Close an account, with the reason."""
    require(actor(), Action.PEOPLE_MANAGE)
    view = people_service.person(actor(), person_id)
    if posted():
        people_service.lock(actor(), person_id, text("reason"), now())
        told(gettext("The account is closed"), gettext("Its sessions have ended; nobody signs in with it."))
        return redirect(url_for("admin.person", person_id=person_id))
    return render_template("admin/lock.html", person=view)


@blueprint.post("/people/<person_id>/unlock")
def unlock(person_id: str) -> Response:
    """Open a closed account again."""
    people_service.unlock(actor(), person_id, now())
    told(gettext("The account is open again"))
    return redirect(url_for("admin.person", person_id=person_id))


@blueprint.post("/people/<person_id>/lift")
def lift(person_id: str) -> Response:
    """Forget wrong passwords before their quarter of an hour is over."""
    people_service.lift(actor(), person_id, now())
    told(gettext("The lock after wrong passwords is lifted"))
    return redirect(url_for("admin.person", person_id=person_id))


@blueprint.post("/people/<person_id>/sessions")
def end_sessions(person_id: str) -> Response:
    """End every session of a person."""
    sessions.end_all(actor(), person_id, now(), idle())
    told(gettext("All sessions have ended"))
    return redirect(url_for("admin.person", person_id=person_id))


def idle() -> timedelta:
    """How long a session lives without being used."""
    return timedelta(minutes=current_app.extensions["settings"].session_minutes)


def _show_link(link: invitations.Link) -> str:
    settings = current_app.extensions["settings"]
    url = settings.url + url_for("invitation.accept", token=link.secret)
    return render_template("admin/link.html", link=link, url=url, qr=_qr(url))


def _qr(url: str) -> Markup:
    """The address as a drawing; its size is the style sheet's."""
    code = segno.make(url, error="m", micro=False)
    title = gettext("QR code of the link")
    return Markup(code.svg_inline(light="#fff", border=4, omitsize=True, svgclass="qr", lineclass=None, title=title))


def _centres() -> list[str] | None:
    """Ticked centres; the empty list is every centre, said in so many words; None when nothing was said."""
    if "all_centres" in request.form:
        return []
    return request.form.getlist("centres") or None


def _person_form(view: people_service.PersonView | None) -> str:
    values = typed()
    if values is not None:
        form = PersonForm(formdata=MultiDict(values))
        roles, codes, everywhere = values.getlist("roles"), values.getlist("centres"), "all_centres" in values
    else:
        form = PersonForm(formdata=None, obj=view)
        roles, codes = (list(view.roles), list(view.centres)) if view else ([], [])
        everywhere = bool(view and not view.centres)
    known = [v.code for v in centre_service.list_centres(actor())]
    regions = [r for r in sorted({code.partition("-")[0] for code in known}) if actor().covers(r)]
    access = {}
    if view:
        access = {
            "locked_until": people_service.locked_until(view.login, now()),
            "link_until": invitations.waiting(actor(), view.id, now()),
            "sessions": sessions.count(actor(), view.id, now(), idle()),
            "changes": [in_words(c) for c in change_service.list_changes(actor(), person=view.id, size=RECENT).items],
        }
    return render_template(
        "admin/person.html", form=form, view=view, roles=roles, codes=codes, everywhere=everywhere, known=known,
        regions=regions, every_role=list(Role), access=access,
    )  # fmt: skip
