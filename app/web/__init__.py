"""The web face: parse, one service call, show. Closed by default."""

from flask import Flask, Response, redirect, request, url_for
from flask_babel import Babel
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.wrappers import Response as AnyResponse

from app.web import (
    accept,
    account,
    activity,
    addendum,
    calendar,
    cameras,
    centres,
    changes,
    check,
    clocks,
    confirm,
    copies,
    desk,
    devices,
    documents,
    entries,
    errors,
    fields,
    footage,
    frame,
    invitation,
    jobs,
    journal,
    limits,
    lists,
    mail,
    marks,
    moving,
    opening,
    outages,
    packages,
    people,
    plan,
    profiles,
    published,
    reached,
    region,
    registers,
    rehearsal,
    remarks,
    reminders,
    review,
    reviewing,
    settings,
    shifts,
    show,
    sights,
    statistics,
    steps,
    submit,
    switching,
    today,
    witness,
)
from app.web.catalogue import CATALOGUE
from app.web.context import served, visitor
from app.web.cookie import Cookie
from app.web.kept import ask_to_sign_in
from app.web.language import LANGUAGES, locale
from app.web.public import CALENDAR, PUBLIC
from app.web.session import make_manager
from app.web.times import twice

# What a person with a one-time password may do before choosing their own.
BEFORE_PASSWORD = frozenset({*PUBLIC, "account.password", "account.sign_out", "account.language"})

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PDF_CSP = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
PAGES = (
    account, calendar, reached, invitation, activity, today, review, steps, entries, addendum, shifts, journal,
    confirm, documents, check, opening, plan, moving, centres, lists, people, changes, profiles, settings,
    rehearsal, jobs, reminders, devices, clocks, sights, outages, cameras, switching, footage, copies, registers,
    statistics, witness, packages, remarks, reviewing, submit, accept, desk, region, published,
)  # fmt: skip


def register(app: Flask) -> None:
    """Put pages, guards, headers and error answers into the application."""
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # a token lives as long as the browser's session
    app.config["MAX_FORM_PARTS"] = 5000  # a table of 200 rows
    Babel(app, locale_selector=locale).domain_instance = CATALOGUE
    app.session_interface = Cookie(app)
    make_manager().init_app(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(show.FILTERS)
    app.jinja_env.globals.update(
        show.GLOBALS, **fields.GLOBALS, **marks.GLOBALS, **desk.GLOBALS, twice=twice, LANGUAGES=LANGUAGES,
    )  # fmt: skip
    app.context_processor(frame.values)
    app.request_class = limits.Visit
    app.extensions["mail"] = mail.Writer()
    app.extensions["limits"] = limits.make()
    app.before_request(limits.guard)  # before anything is read
    app.before_request(guard)  # before the CSRF check: who is signed out is asked in, whatever the token says
    CSRFProtect(app).exempt(witness.add_checkpoint)
    app.after_request(headers)
    for blueprint in dict.fromkeys(module.blueprint for module in PAGES):  # two modules may share one
        app.register_blueprint(blueprint)
    errors.register(app)


def guard() -> AnyResponse | None:
    """Nobody passes unless signed in or the endpoint is public; a one-time password is changed first."""
    if request.endpoint is None or request.endpoint in PUBLIC:
        return None  # no such page, or a public one
    who = visitor()
    if who is None:
        return ask_to_sign_in()
    limits.allow_packages(who.actor)
    if who.signed.must_change_password and request.endpoint not in BEFORE_PASSWORD:
        return redirect(url_for("account.password"))
    return None


def headers(answer: Response) -> Response:
    """What every answer tells the browser."""
    told, endpoint = answer.headers, request.endpoint
    told["Content-Security-Policy"] = PDF_CSP if answer.mimetype == "application/pdf" else CSP
    told["X-Content-Type-Options"] = "nosniff"
    told["Referrer-Policy"] = "same-origin"
    told["Cross-Origin-Opener-Policy"] = "same-origin"
    told["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    if "HTTP_X_LOGBOOK_POLL" in request.environ:
        told["X-Logbook-Time"] = str(served())
    if endpoint == CALENDAR:
        told["Cache-Control"] = "private, no-cache"  # kept, but asked about each time
    elif endpoint != "static":
        told["Cache-Control"] = "no-store"
    elif "v" in request.args:
        told["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        told["Cache-Control"] = "public, max-age=86400"
    return answer
