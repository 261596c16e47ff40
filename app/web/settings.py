"""Settings of the installation: all of them told, the safe ones changed."""

from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.config import FILE, KEYS, PREFIX
from app.domain import N_
from app.domain.policy import Action, require_whole
from app.domain.settings import CHANGEABLE, SESSION_MINUTES
from app.services import jobs, office
from app.services import settings as service
from app.web.context import actor, now, posted, settings
from app.web.language import LANGUAGES
from app.web.saved import told

blueprint = Blueprint("settings", __name__)
MEANING = {
    "title": N_("Name of the organisation, shown where people sign in."),
    "contact": N_("Whom to call when something does not work: shown where people sign in and on error pages."),
    "language": N_("Language of people who have chosen none and whose browser asks for none of ours."),
    "session_minutes": N_("A session ends after so many idle minutes."),
    "database_url": N_("Where the database is."),
    "host": N_("Address on which the server listens."),
    "port": N_("Port on which the server listens."),
    "public_url": N_("Address that people type; printed in the QR code of documents."),
    "tls": N_("The server itself speaks https."),
    "behind_proxy": N_("A proxy in front speaks https."),
    "jobs": N_("The server runs the jobs itself; off where a process of their own does."),
    "export_days": N_("So many days the packages of an export stay to be fetched."),
    "backups": N_("So many copies of the database are kept."),
    "smtp_url": N_("Mail server for reminders; empty: no e-mail is sent."),
    "mail_from": N_("Sender of e-mail."),
    "camera_networks": N_("Networks in which cameras and recorders may have their addresses."),
    "footage_places": N_("Folders that footage is copied from and to in the browser; empty: it is not."),
    "witnesses": N_("Witnesses that cosign the journals: address and key of each; empty: nobody is asked."),
    "name": N_("Origin of the journals; never changes in a running logbook."),
}


@dataclass(frozen=True)
class Line:
    """One setting: its value as it may be shown, and who set it."""

    key: str
    value: str
    meaning: str
    source: str
    locked: bool = False


@blueprint.route("/settings", methods=["GET", "POST"])
def page() -> Response | str:
    """Every setting; what is safe can be changed here."""
    require_whole(actor(), Action.SETTINGS_MANAGE)
    made = current_app.extensions["settings"]
    if posted():
        typed = {key: request.form[key] for key in request.form if key != "csrf_token"}
        service.save(actor(), made, typed, list(LANGUAGES), now())
        told(gettext("The settings are saved"), gettext("Every process of the server takes them within seconds."))
        return redirect(url_for("settings.page"))
    lines = {key: _line(key) for key in MEANING if key in KEYS}
    return render_template(
        "settings/page.html", lines=lines, changeable=CHANGEABLE, stored=service.stored(now()), made=made,
        limits=SESSION_MINUTES, last=office.last_change("setting"),
        alarms=jobs.alarms(actor(), now()),
    )  # fmt: skip


def _line(key: str) -> Line:
    made = current_app.extensions["settings"]
    value = getattr(settings(), key)
    return Line(key, masked(key, value), gettext(MEANING[key]), _source(key), key in made.given)


def _source(key: str) -> str:
    given = current_app.extensions["settings"].given.get(key, "")
    if given.startswith(PREFIX):
        return gettext("environment: %(name)s", name=given)
    if given:
        return gettext("file: %(name)s", name=FILE)
    return gettext("this page") if key in service.stored(now()) else gettext("default")


def masked(key: str, value: object) -> str:
    """A value without what nobody needs to see: passwords, and where folders lie."""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    text = str(value)
    if key == "footage_places" and text:
        return ", ".join(f"…/{place.rsplit('/', 1)[-1]}" if "/" in place else place for place in text.split(":"))
    if key == "database_url" and text.startswith("sqlite"):
        return "sqlite:///…/" + text.rsplit("/", 1)[-1].split("?")[0]
    if "://" in text:
        parts = urlsplit(text)
        people, at, place = parts.netloc.rpartition("@")
        people = people.split(":")[0] + ":•••" if ":" in people else people
        text = urlunsplit((parts.scheme, people + at + place, parts.path, "•••" if parts.query else "", ""))
    return text or "–"
