"""One's own page: how the logbook reaches a person outside of its pages."""

from uuid import uuid4

from flask import current_app, redirect, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.domain import DomainError
from app.services import mail
from app.web.account import blueprint
from app.web.context import actor, now, settings
from app.web.language import current, say
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
