"""A one-time link: choose a password and be signed in. Looking at it uses nothing up: previews of messengers look."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.services import accounts, invitations, keys
from app.web.account import enter
from app.web.browser import browser
from app.web.context import actor, now, posted
from app.web.saved import told
from app.web.session import load

blueprint = Blueprint("invitation", __name__)


@blueprint.route("/sign-in/<token>", methods=["GET", "POST"])
def accept(token: str) -> Response | str:
    """Choose a password by the link; one and the same answer for every link that does not work."""
    person = invitations.holder(token, now())
    if person is None:
        return _over()
    if posted():
        form = request.form
        secret = invitations.accept(token, form.get("new", ""), form.get("again", ""), now(), browser())
        user = load(secret) if secret else None
        if user is None:
            return _over()
        if current_user.is_authenticated:  # somebody else's session in this browser
            keys.forget(current_user.token)
            accounts.sign_out(current_user.token)
        enter(user)
        return _first_page(person.login)
    return render_template("account/invited.html", person=person, token=token)


def _first_page(login: str) -> Response:
    text = gettext("From now on you sign in with the name %(login)s and your password.", login=login)
    if keys.state(actor().person, now()).exists:
        told(gettext("You are signed in"), text)
        return redirect(url_for("today.index"))
    told(gettext("You are signed in"), text + " " + gettext("Next: choose your language and make your signing key."))
    return redirect(url_for("account.me"))


def _over() -> Response:
    return make_response(render_template("account/link_over.html"), 404)
