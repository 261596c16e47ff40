"""What stands around every page: centre and date, pages of the day, the person's menu, the demo's sign."""

from dataclasses import dataclass
from typing import Any
from weakref import ReferenceType, ref

from flask import current_app, g
from markupsafe import Markup

from app.domain.closing import closed_at
from app.domain.day import Day
from app.domain.people import Actor, short_name
from app.domain.policy import Action, allowed, allowed_on, allowed_whole, in_office, may_read_devices
from app.domain.profile import Limits
from app.services import confirm, office
from app.web.alarm import pulse
from app.web.catalogue import speak
from app.web.context import member, now, real_now, served, settings, visitor
from app.web.drawn import Drawn
from app.web.language import current, gettext, say
from app.web.show import address, local, sprite


@dataclass(frozen=True)
class Link:
    """A page in the menu. ``key``: the template's ``section``; ``count``: what waits there."""

    key: str
    title: str
    url: str
    count: int = 0


@dataclass(frozen=True)
class Frame:
    """The head of a page: ``top``, the ``menu`` up to the token of "Sign out", and what comes ``out`` of it."""

    of: ReferenceType[Day] | None
    top: Markup
    menu: Markup
    out: Markup


FRAMES: Drawn[Frame] = Drawn(512)  # about 4 KB each


def values() -> dict[str, Any]:
    """Names that every template may use."""
    day, me = g.get("day"), visitor()
    return {
        **speak(current()),
        "me": me,
        "now": now(),
        "real_now": real_now(),
        "sets_clock": _sets_clock,
        "day": day,
        "checkpoint": g.get("checkpoint"),
        "rostered": day is not None and member(day) is not None,
        "closed": closed_at(day) if day else None,
        "served": served(),
        "off_after": (day.profile.limits if day else Limits()).ahead,
        "language": current(),
        "demo": _is_demo(),
        "framed": framed,
        "pulse": pulse,
        "errors": [(m.field, say(m)) for m in g.get("errors", ())],
        "organisation": settings().title,
        "contact": settings().contact,
        "section": "",
        "with_bar": False, "live": False,
        "wall": False,
    }


def _sets_clock() -> bool:
    """Does the reader set the clock of this rehearsal?"""
    actor = _actor()
    return actor is not None and allowed_on(g.day, actor, Action.REHEARSAL_CLOCK)


def _actor() -> Actor | None:
    """Who is signed in."""
    who = visitor()
    return who.actor if who else None


def framed(section: str) -> Frame:
    """The head of the page ``section``, kept for the person's next page of the same day.

    What it shows is a function of the person as the office has them now, the day as an object (an entry, a changed
    plan or roster makes another), whether it is today, the section, the language, whether this is a demonstration,
    and the address of the icons, which names their version and where the product is mounted. Nothing of the session
    can come in: the token stands in ``base.html``.
    """
    actor, day = _actor(), g.get("day")
    today = day is not None and (local(now()).date() == day.date or day.start <= now() <= day.end)
    key = (actor, day and day.origin, today, section, current(), _is_demo(), sprite())
    kept = FRAMES.get(key)
    if kept is not None and (kept.of() if kept.of else None) is day:
        return kept
    shown = {
        **speak(current()), "day": day, "section": section, "demo": _is_demo(), "me": actor and short_name(actor.name),
        "pages": _day_pages(day, actor, today) if actor and day else (), "offices": _offices(actor) if actor else (),
        "about": _about(day, actor) if actor and day else (),
    }  # fmt: skip
    pieces = (Markup(_template(name).render(shown)) for name in ("top", "menu", "out"))
    return FRAMES.put(key, Frame(ref(day) if day else None, *pieces))


def _template(name: str) -> Any:
    return current_app.jinja_env.get_template(f"frame/{name}.html")


def _is_demo() -> bool:
    """What the installation's first entry says; asked once, for it never changes."""
    known = current_app.extensions.get("demo")
    if known is None and (opened := office.opened()):
        known = current_app.extensions["demo"] = opened.demo
    return bool(known)


def _day_pages(day: Day, actor: Actor, today: bool) -> tuple[Link, ...]:
    pages = [
        Link(
            "today",
            gettext("Today") if today else gettext("Day"),
            address("today.board", day_id=day.id),
        ),
        Link("journal", gettext("Journal"), address("journal.access", day_id=day.id)),
        Link("cameras", gettext("Cameras"), address("cameras.show", day_id=day.id)),
    ]
    if not day.source and day.roster.get(actor.person):
        count = len(confirm.waiting(day, actor))
        pages.append(Link("confirm", gettext("Confirm"), address("confirm.waiting", day_id=day.id), count))
    pages.append(Link("documents", gettext("Documents"), address("documents.overview", day_id=day.id)))
    pages.append(Link("review", gettext("Whole day"), address("review.show", day_id=day.id)))
    return tuple(pages)


def _about(day: Day, actor: Actor) -> tuple[Link, ...]:
    """What else there is of the day, by how often it is needed while it runs."""
    links = [
        Link("outages", gettext("Outages and uploads"), address("outages.overview", day_id=day.id)),
        Link("footage", gettext("Footage"), address("footage.overview", day_id=day.id)),
    ]
    if "remark.written" in day.by_tag:
        links.append(Link("remarks", gettext("Remarks"), address("remarks.listing", day_id=day.id)))
    if allowed_on(day, actor, Action.SHIFT_HAND):
        links.append(Link("shift", gettext("Hand over the shift"), address("shifts.overview", day_id=day.id)))
    if allowed_on(day, actor, Action.PLAN_CHANGE):
        links.append(Link("plan", gettext("Plan and roster"), address("plan.overview", day_id=day.id)))
    if not day.source and may_read_devices(actor, day.centre_code):
        links.append(Link("devices", gettext("Devices"), address("devices.listing", code=day.centre_code)))
    return tuple(links)


def _offices(actor: Actor) -> tuple[Link, ...]:
    links = [Link("days", gettext("All days"), address("today.days"))]
    if allowed(actor, Action.DAY_READ):
        links.insert(0, Link("desk", gettext("Review desk"), address("desk.page")))
    if allowed(actor, Action.REGION_READ):
        links.append(Link("region", gettext("Region’s board"), address("region.overview")))
    if allowed(actor, Action.DAY_OPEN):
        links.append(Link("open", gettext("Open a day"), address("opening.choose")))
    if in_office(actor, Action.REGISTER_READ):
        links.append(Link("registers", gettext("Registers"), address("registers.search")))
        links.append(Link("statistics", gettext("Statistics"), address("statistics.page")))
    if allowed(actor, Action.CENTRE_MANAGE):
        links.append(Link("centres", gettext("Centres"), address("admin.centres")))
    if allowed(actor, Action.PEOPLE_MANAGE):
        links.append(Link("people", gettext("People"), address("admin.people")))
    if in_office(actor, Action.PACKAGE_EXPORT):
        links.append(Link("packages", gettext("Packages"), address("packages.overview")))
    links.append(Link("profiles", gettext("Profiles"), address("profiles.shelf")))
    if allowed_whole(actor, Action.SETTINGS_MANAGE):
        links.append(Link("settings", gettext("Settings"), address("settings.page")))
        links.append(Link("jobs", gettext("Jobs"), address("jobs.page")))
    if allowed(actor, Action.KEY_APPROVE):
        links.append(Link("keys", gettext("New signing keys"), address("account.key_requests")))
    if allowed(actor, Action.CHANGES_READ):
        links.append(Link("changes", gettext("Record of changes"), address("changes.overview")))
    return tuple(links)
