"""Where a rule's "no" becomes an answer: the form again with everything typed, or a page that says what to do."""

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_babel import gettext
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.exceptions import NotFound as NoPage

from app.domain import N_, DomainError, Message, NotFound
from app.services.attachments import LIMIT
from app.web.context import show_again
from app.web.kept import FILES, ask_to_sign_in
from app.web.language import say
from app.web.public import BY_NUMBER, CHECK, INVITED, PUBLIC

TITLES = {
    400: N_("This request could not be read"),
    403: N_("You may not do this"),
    404: N_("Page not found"),
    405: N_("This page is not asked for like that"),
    409: N_("This does not fit what the journal says now"),
    413: N_("The file is too large"),
    422: N_("Something typed cannot be taken"),
    429: N_("Too many requests"),
    500: N_("Something went wrong with us"),
    507: N_("The disk is full"),
}
WHAT = {
    400: N_("Nothing was saved. Go back and try again."),
    403: N_("Nothing was changed. Ask the exam centre head or the administrator if you should be able to."),
    404: N_("The address is wrong, or the thing is not there for you. Nothing was changed."),
    405: N_("Nothing was changed. Go back to the day and start from there."),
    409: N_("Nothing was changed. Look at the day again, then decide."),
    413: N_("Nothing was saved. A file may have at most %(limit)s MB; choose a smaller one."),
    422: N_("Nothing was saved. Go back, correct it and send again."),
    429: N_("Nothing was changed. Wait a little and try again."),
    500: N_(
        "The journal holds everything that was answered as saved. "
        "Try again; if it happens twice, tell the administrator the time."
    ),
    507: N_("Nothing was saved; the journal is as before. Free at least 200 MB and try again."),
}
STALE = Message(
    N_("This page was open too long to be sent. Nothing was saved yet; what you typed is still here. Send it again.")
)


def register(app: Flask) -> None:
    """Put the handlers in."""
    app.register_error_handler(DomainError, domain_error)
    app.register_error_handler(CSRFError, stale)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, crash)


def domain_error(error: DomainError) -> Response:
    """The form again when there is one and something was typed, else a page with the reasons."""
    if request.method == "POST" and "typed" not in g and not isinstance(error, NotFound):
        show_again(g.get("form", request.form), *error.messages)  # g.form: the same with its files taken in
        answer = _form_again(error.status)
        if answer is not None:
            return answer
    if error.status >= 500:
        current_app.logger.error("%s %s: %s", request.method, _path(), error)
    return page(error.status, [say(m) for m in error.messages])


def stale(error: CSRFError) -> Response:
    """A form without a good token: nothing is done, nothing typed is lost."""
    if not current_user.is_authenticated and request.endpoint not in PUBLIC:
        return ask_to_sign_in()
    show_again(request.form, STALE, *([FILES] if request.files else []))
    return _form_again(400) or page(400, [say(STALE)])


def _form_again(status: int) -> Response | None:
    """Let the view show its form once more; None when it has none or cannot be shown."""
    rule = request.url_rule
    if rule is None or "GET" not in (rule.methods or ()):
        return None
    try:
        answer = make_response(current_app.view_functions[rule.endpoint](**(request.view_args or {})))
    except DomainError:
        return None
    if answer.status_code == 200:
        answer.status_code = status
    return answer


def http_error(error: HTTPException) -> Response:
    """Pages for what Flask itself refuses; redirects pass."""
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    answer = page(error.code, [])
    if isinstance(error, MethodNotAllowed | NoPage):
        answer.headers.extend((k, v) for k, v in error.get_headers() if k == "Allow")
    return answer


def crash(error: Exception) -> Response:
    """Anything unforeseen: written to the log with its trace, shown without it."""
    current_app.logger.exception("request failed: %s %s", request.method, _path())
    if current_app.config.get("PROPAGATE_EXCEPTIONS") or current_app.testing:
        raise error
    return page(500, [])


def _path() -> str:
    """The address for our log, without a one-time link's secret."""
    return str(request.url_rule) if request.endpoint == INVITED else request.path


def _most() -> int:
    """Megabytes that a file may have here."""
    return max(((request.max_content_length or 0) >> 20) - 1, LIMIT >> 20)


def page(status: int, reasons: list[str]) -> Response:
    """What happened, what was kept, what to do."""
    key = status if status in TITLES else 500 if status >= 500 else 400
    what = gettext(WHAT[key], limit=_most()) if "%(" in WHAT[key] else gettext(WHAT[key])
    html = render_template(
        "errors/page.html", status=status, title=gettext(TITLES[key]), reasons=reasons, what=what,
        checking=request.endpoint in (CHECK, BY_NUMBER),
    )  # fmt: skip
    return make_response(html, status)
