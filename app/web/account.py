"""Sign in and out, and one's own page: language, password, sessions, signing key."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_login import current_user, login_user, logout_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField

from app.domain import N_, Invalid, Message, NotFound
from app.domain.policy import Action, allowed
from app.services import accounts, feeds, keys, mail, sessions
from app.web.browser import browser
from app.web.context import actor, now, posted, typed
from app.web.kept import resume, safe_path, unpack
from app.web.language import LANGUAGES, forget
from app.web.saved import told
from app.web.session import User, load

blueprint = Blueprint("account", __name__)


class SignIn(FlaskForm):
    """Name and password. The rules are the service's; this only names the fields."""

    login = StringField()
    password = PasswordField()


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in(kept: str = "") -> Response | str:
    """Sign in; what was interrupted (``kept``) goes on where it was."""
    form = SignIn()
    kept = kept or request.form.get("kept", "")
    if posted() and request.endpoint == "account.sign_in":
        login, password = _credentials(form)
        secret = accounts.sign_in(login, password, now(), browser())
        user = load(secret)
        if user is None:  # closed in this very moment
            raise Invalid(Message(N_("This account is closed."), field="login"))
        enter(user)
        found = None if user.signed.must_change_password else unpack(kept)
        if found and (answer := resume(found)):
            return answer
        return redirect(safe_path(request.form.get("next", "")) or url_for("today.index"))
    if current_user.is_authenticated and not kept and request.method == "GET":
        return redirect(url_for("today.index"))
    values = typed() or {}
    return render_template(
        "account/sign_in.html", form=form, kept=kept, login=values.get("login", ""),
        ahead=values.get("next", "") or request.args.get("next", ""), accounts=_demo_accounts(),
    )  # fmt: skip


def enter(user: User) -> None:
    """Begin the browser's session; nothing of an older one stays but the language that was chosen."""
    language = session.get("lang", "")
    session.clear()
    g.pop("csrf_token", None)  # the token of the ended session: the form that comes back needs a fresh one
    if language and not user.language:
        session["lang"] = language
    login_user(user)
    forget()


def _demo_accounts() -> Any:
    """People of a demonstration, whom everybody may be; none elsewhere. The factory knows them."""
    return current_app.extensions["demo_accounts"]()


def _credentials(form: SignIn) -> tuple[str, str]:
    """What was typed, or the demonstration's person who was chosen."""
    chosen = request.form.get("as", "")
    for account in _demo_accounts() if chosen else ():
        if account.login == chosen:
            return account.login, account.password
    login, password = form.login.data or "", form.password.data or ""
    messages = []
    if not login.strip():
        messages.append(Message(N_("Enter your name for sign-in."), field="login"))
    if not password:
        messages.append(Message(N_("Enter your password."), field="password"))
    if messages:
        raise Invalid(*messages)
    return login, password


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End the session here and on the server; the unlocked key is forgotten."""
    token = current_user.token
    keys.forget(token)
    accounts.sign_out(token)
    logout_user()
    language = session.get("lang")
    session.clear()
    if language:
        session["lang"] = language
    flash({"title": gettext("You are signed out"), "text": "", "more": [], "links": []}, "done")
    return redirect(url_for("account.sign_in"))


@blueprint.post("/language")
def language() -> Response:
    """Choose the language of pages."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        accounts.set_language(actor(), chosen)
        session["lang"] = chosen
    return redirect(safe_path(request.form.get("next", "")) or url_for("account.me"))


@blueprint.get("/me")
def me() -> str:
    """One's own page."""
    may_approve = allowed(actor(), Action.KEY_APPROVE)
    idle = timedelta(minutes=current_app.extensions["settings"].session_minutes)
    return render_template(
        "account/me.html", key=keys.state(actor().person, now()), may_approve=may_approve,
        sessions=sessions.own(actor(), current_user.token, now(), idle), mail=mail.wish(actor().person),
        feeds=feeds.own(actor()), feed_centres=feeds.centres(actor(), now()),
        mail_sent=bool(current_app.extensions["settings"].smtp_url),
    )  # fmt: skip


@blueprint.post("/me/sessions")
def end_sessions() -> Response:
    """End one session of one's own, or all but this one."""
    if chosen := request.form.get("session", ""):
        sessions.end_own(actor(), chosen)
        told(gettext("The session has ended"))
    else:
        sessions.end_others(actor(), current_user.token)
        told(gettext("Your other sessions have ended"))
    return redirect(url_for("account.me", _anchor="sessions"))


@blueprint.route("/me/password", methods=["GET", "POST"])
def password() -> Response | str:
    """Change the password; a one-time password leads here before anything else."""
    if posted():
        old, new, again = (request.form.get(name, "") for name in ("password", "new", "again"))
        accounts.set_password(actor(), old, new, now(), keep=current_user.token, again=again)
        told(gettext("Your password is changed"), gettext("Other sessions of yours have ended."))
        return redirect(url_for("today.index"))
    return render_template("account/password.html", forced=current_user.signed.must_change_password)


@blueprint.route("/me/key", methods=["GET", "POST"])
def key() -> Response | str:
    """Make the signing key: a code of one's own and a declaration; again when the old one ends."""
    if posted():
        _same_codes()
        form = request.form
        keys.make(actor(), form.get("code", ""), "agreed" in form, now(), form.get("present", ""))
        told(
            gettext("Your signing key is made"),
            gettext("Confirm and sign with your code from now on. Nobody can read or reset it."),
        )
        return redirect(safe_path(request.form.get("next", "")) or url_for("account.me"))
    ahead = (typed() or {}).get("next", "") or request.args.get("next", "")
    return render_template(
        "account/key.html", key=keys.state(actor().person, now()), declaration=gettext(keys.DECLARATION), ahead=ahead,
    )  # fmt: skip


def _same_codes() -> None:
    if request.form.get("code", "") != request.form.get("again", ""):
        raise Invalid(Message(N_("The two codes differ."), field="again"))


@blueprint.route("/me/key/new", methods=["GET", "POST"])
def new_key() -> Response | str:
    """Forgotten code: ask for a new key, which a second person approves."""
    if posted():
        _same_codes()
        form = request.form
        keys.ask_new(actor(), form.get("password", ""), form.get("code", ""), "agreed" in form, now())
        told(
            gettext("A new key is asked for"),
            gettext(
                "A second person has to approve it: the exam centre head, the commission head or the administrator."
            ),
        )
        return redirect(url_for("account.me"))
    return render_template("account/new_key.html", declaration=gettext(keys.DECLARATION))


@blueprint.get("/keys")
def key_requests() -> str:
    """Who waits for a new key and may be approved here."""
    return render_template("account/key_requests.html", found=keys.requests(actor()))


@blueprint.route("/keys/<person>", methods=["GET", "POST"])
def approve_key(person: str) -> Response | str:
    """Second person: approve a new key with one's own password."""
    found = next((r for r in keys.requests(actor()) if r.person == person), None)
    if posted():
        keys.approve_new(actor(), person, request.form.get("password", ""), now())
        told(
            gettext("The new key is approved"),
            gettext("The old certificate is revoked from now on; what it signed before stays good."),
        )
        return redirect(url_for("account.key_requests"))
    if found is None:
        raise NotFound(N_("Nobody waits for a new key here."))
    return render_template("account/approve_key.html", found=found)
