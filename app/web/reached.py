"""One's own page: how the logbook reaches a person outside of its pages."""

from uuid import uuid4

from flask import current_app, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.domain import DomainError, Invalid
from app.services import feeds, mail
from app.web.account import blueprint
from app.web.context import actor, now, settings
from app.web.language import current, say
from app.web.public import CALENDAR
from app.web.saved import told


@blueprint.post("/me/mail")
def mail_wish() -> Response:
    """Reminders by e-mail, or not."""
    wanted = "mail" in request.form
    mail.set_wish(actor().person, wanted)
    told(gettext("Reminders come by e-mail") if wanted else gettext("No reminders come by e-mail"))
    return redirect(url_for("account.me", _anchor="mail"))


@blueprint.post("/me/mail/test")
def try_mail() -> Response:
    """Send oneself a test message, and tell plainly what became of it."""
    to = mail.wish(actor().person).address
    language = current_user.language or current()
    try:
        mail.try_out(settings(), to, language, now(), str(uuid4()), current_app.extensions["mail"])
    except DomainError as err:
        told(gettext("The test message was not sent"), " ".join(say(m) for m in err.messages), "over")
    else:
        told(
            gettext("The mail server has taken the test message"),
            gettext("Look into the mailbox of %(address)s; the folder for unwanted mail too.", address=to),
        )
    return redirect(url_for("account.me", _anchor="mail"))


@blueprint.post("/me/calendar")
def make_feed() -> Response | str:
    """A new address of one's calendar; it is shown here once."""
    try:
        secret = feeds.make(actor(), request.form.get("centre", ""), now())
    except Invalid as err:
        told(gettext("No address was made"), " ".join(say(m) for m in err.messages), "over")
        return redirect(url_for("account.me", _anchor="calendar"))
    url = settings().url + url_for(CALENDAR, secret=secret)
    return render_template("account/feed.html", url=url, subscribe=f"webcal://{url.partition('://')[2]}")


@blueprint.post("/me/calendar/end")
def end_feed() -> Response:
    """An address works no longer."""
    feeds.end(actor(), request.form.get("feed", ""))
    told(gettext("The calendar address works no longer"))
    return redirect(url_for("account.me", _anchor="calendar"))
