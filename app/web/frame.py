"""What stands around every page: centre and date, pages of the day, the person's menu, the demo's sign."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, g
from flask_babel import gettext
from flask_login import current_user

from app.domain.people import Actor
from app.domain.policy import Action, allowed, allowed_on
from app.services import confirm, office
from app.web.catalogue import speak
from app.web.context import now, settings
from app.web.language import current, say
from app.web.show import address, local


@dataclass(frozen=True)
class Link:
    """A page in the menu. ``key``: the template's ``section``; ``count``: what waits there."""

    key: str
    title: str
    url: str
    count: int = 0


def values() -> dict[str, Any]:
    """Names that every template may use."""
    signed = bool(current_user) and current_user.is_authenticated
    return {
        **speak(current()),
        "me": current_user if signed else None,
        "now": now(),
        "day": g.get("day"),
        "language": current(),
        "demo": _is_demo(),
        "pages": _day_pages() if signed and g.get("day") else (),
        "offices": _offices(current_user.actor) if signed else (),
        "errors": [(m.field, say(m)) for m in g.get("errors", ())],
        "organisation": settings().title,
        "contact": settings().contact,
        "section": "",
        "with_bar": False,
    }


def _is_demo() -> bool:
    """What the installation's first entry says; asked once, for it never changes."""
    known = current_app.extensions.get("demo")
    if known is None and (opened := office.opened()):
        known = current_app.extensions["demo"] = opened.demo
    return bool(known)


def _day_pages() -> tuple[Link, ...]:
    day, actor = g.day, current_user.actor
    pages = [
        Link(
            "today",
            gettext("Today") if local(now()).date() == day.date else gettext("Day"),
            address("today.board", day_id=day.id),
        ),
        Link("journal", gettext("Journal"), address("journal.access", day_id=day.id)),
    ]
    if day.roster.get(actor.person):
        count = len(confirm.waiting(day, actor))
        pages.append(Link("confirm", gettext("Confirm"), address("confirm.waiting", day_id=day.id), count))
    pages.append(Link("documents", gettext("Documents"), address("documents.overview", day_id=day.id)))
    pages.append(Link("review", gettext("Whole day"), address("review.show", day_id=day.id)))
    return tuple(pages)


def _offices(actor: Actor) -> tuple[Link, ...]:
    links = [Link("days", gettext("All days"), address("today.days"))]
    if allowed(actor, Action.DAY_OPEN):
        links.append(Link("open", gettext("Open a day"), address("opening.choose")))
    if (day := g.get("day")) and allowed_on(day, actor, Action.PLAN_CHANGE):
        links.append(Link("plan", gettext("Plan and roster"), address("plan.overview", day_id=day.id)))
    if allowed(actor, Action.CENTRE_MANAGE):
        links.append(Link("centres", gettext("Centres"), address("admin.centres")))
    if allowed(actor, Action.PEOPLE_MANAGE):
        links.append(Link("people", gettext("People"), address("admin.people")))
    links.append(Link("profiles", gettext("Profiles"), address("profiles.shelf")))
    if allowed(actor, Action.SETTINGS_MANAGE) and not actor.centres:
        links.append(Link("settings", gettext("Settings"), address("settings.page")))
    if allowed(actor, Action.KEY_APPROVE):
        links.append(Link("keys", gettext("New signing keys"), address("account.key_requests")))
    if allowed(actor, Action.CHANGES_READ):
        links.append(Link("changes", gettext("Record of changes"), address("changes.overview")))
    return tuple(links)
