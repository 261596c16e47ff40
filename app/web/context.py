"""What a view knows of its request: the moment, the person, the day, what was typed.

``posted()`` is true only for the first look at a POST. When a rule refuses what was typed, or the
session had run out, the same view runs once more to show the form with ``typed()`` filled in.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import current_app, g, request
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from app.domain import Message, rehearsal
from app.domain.codec import clean
from app.domain.day import Day
from app.domain.people import Actor
from app.domain.plan import Member
from app.domain.policy import Action
from app.services import days
from app.services import settings as settings_service
from app.services.record import Device

# Fields of forms that are typed, but never kept or shown again. The last two: addresses of cameras.
SECRETS = ("password", "code", "present", "new", "again", "csrf_token", "stream", "onvif")
NO_SECRETS_IN = ("admin",)  # pages whose "code" is a centre's


def real_now() -> datetime:
    """The one clock reading of this request, aware UTC: for sessions, limits, keys and what is of no day."""
    if "real_now" not in g:
        g.real_now = current_app.extensions["clock"]()
    return g.real_now


def now() -> datetime:
    """The moment of this request. Once ``open_day`` has a rehearsal, what that day's own clock shows."""
    return g.now if "now" in g else real_now()


def served() -> int:
    """The server's own clock at this instant, ms since 1970: what a device measures its clock against."""
    return int(current_app.extensions["clock"]().timestamp() * 1000)


def settings() -> Any:
    """Settings as they are in force now: those of the start, and what the page changed."""
    if "settings" not in g:
        g.settings = settings_service.effective(current_app.extensions["settings"], real_now())
    return g.settings


def visitor() -> Any | None:
    """Who is signed in (``app.web.session.User``), None for nobody.

    Asked of Flask-Login each time, which knows at once of signing in and out, so nothing here can be somebody's who has
    gone. Take it once for all that is asked of it: every look through ``current_user`` finds the request anew.
    """
    found = current_user._get_current_object()
    return found if found is not None and found.is_authenticated else None


def actor() -> Actor:
    """The signed-in person."""
    return current_user.actor


def open_day(day_id: str, to: Action = Action.DAY_READ) -> Day:
    """The day for this person, remembered for the frame of the page. Raises NotFound.

    Who sends something is allowed ``to`` do it, else Refused before a word of it is read; looking needs reading alone.
    """
    g.day, g.checkpoint = days.load_with_checkpoint(actor(), day_id, to if posted() else Action.DAY_READ)
    g.now = rehearsal.clock(g.day, real_now())
    return g.day


def member(day: Day) -> Member | None:
    """The person's line of the day's roster; None for an office above the centres."""
    return None if day.source else day.roster.get(actor().person)


def posted() -> bool:
    """True when this request brings something to do (and it was not yet refused)."""
    return request.method == "POST" and "typed" not in g


def typed() -> MultiDict[str, str] | None:
    """What was typed, when the form is shown again; None for a fresh form."""
    return g.get("typed")


def show_again(values: MultiDict[str, str], *errors: Message) -> None:
    """From here on this request shows the form with ``values`` and ``errors``; secrets are left out."""
    g.typed = MultiDict((k, v) for k, v in values.items(multi=True) if k not in secrets_of(request.blueprint))
    g.errors = errors


def secrets_of(blueprint: str | None) -> tuple[str, ...]:
    """Fields of a page's forms that are never kept."""
    return ("csrf_token",) if blueprint in NO_SECRETS_IN else SECRETS


def text(name: str) -> str:
    """A posted text, cleaned as the journal wants it (lines joined)."""
    return clean(request.form.get(name, ""))


def entry_id() -> str:
    """Id of the entry that a form makes: the form's own while it is shown again, so nothing is written twice."""
    given = (typed() or request.form).get("entry_id", "")
    try:
        return str(UUID(given))
    except ValueError:
        return str(uuid4())


def device() -> Device | None:
    """What the browser says of its clock (filled in by script; nothing without it)."""
    form = request.form
    if not form.get("device_id"):
        return None
    clock = None
    with suppress(ValueError):
        clock = datetime.fromisoformat(form.get("device_clock", "").replace("Z", "+00:00"))
    if clock is not None and (clock.tzinfo is None or abs(clock - real_now()) > timedelta(days=3660)):
        clock = None
    return Device(
        clean(form["device_id"])[:64], _whole("device_seq"), clock, _whole("device_mono"), _whole("device_offset")
    )


def _whole(name: str) -> int | None:
    value = request.form.get(name, "")
    digits = value.removeprefix("-")
    return int(value) if digits.isascii() and digits.isdecimal() and len(value) < 15 else None
