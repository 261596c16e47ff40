"""The review desk: days of many centres at the left, the day at the right, and who else looks at it."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, g, make_response, render_template, request, session, url_for
from flask_babel import gettext, ngettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from app.domain import N_
from app.domain.day import Day
from app.domain.policy import Action, allowed, allowed_on
from app.services import desk as service
from app.services import overview
from app.services.desk import STATES, SUBMITTED, Desk, DeskLine, Kind
from app.services.overview import Wanted
from app.web.context import actor, now, real_now
from app.web.language import current
from app.web.lines import kind as entry_kind
from app.web.show import address, short_date, static

blueprint = Blueprint("desk", __name__)
EVERY = 15  # seconds between two questions of an open page
KINDS = {  # colour, icon, word
    Kind.JUDGE: ("now", "now", N_("To judge")),
    Kind.OVERDUE: ("over", "over", N_("Not handed in, overdue")),
    Kind.ORDINARY: ("done", "done", N_("Ordinary")),
    Kind.RETURNED: ("soon", "back", N_("Returned with remarks")),
    Kind.OPEN: ("wait", "wait", N_("Not handed in yet")),
    Kind.ACCEPTED: ("done", "seal", N_("Countersigned")),
}
IN_SIGHT = (Kind.JUDGE, Kind.OVERDUE)  # the others are folded
FILTERS = {"region": "region", "exam": "exam", "from": "first", "to": "last", "q": "text"}
PARTS = ("icons.svg", "base.css", "desk.css", "desk.js")  # of what a page draws
WORDS = {
    "mismatches": lambda n: ngettext("%(num)s mismatch", "%(num)s mismatches", n),
    "uncovered": lambda n: ngettext("%(num)s gap in the footage", "%(num)s gaps in the footage", n),
    "overdue": lambda n: gettext("%(num)s overdue", num=n),
    "late": lambda n: gettext("%(num)s late", num=n),
    "unconfirmed": lambda n: gettext("%(num)s not confirmed", num=n),
    "corrected": lambda n: gettext("%(num)s corrected", num=n),
    "voided": lambda n: gettext("%(num)s void", num=n),
    "impossible": lambda n: gettext("%(num)s not possible", num=n),
    "waived": lambda n: gettext("%(num)s not required", num=n),
    "entered_late": lambda n: gettext("%(num)s entered late", num=n),
    "others": lambda n: gettext("%(num)s other", num=n),
    "remarks": lambda n: ngettext("%(num)s open remark", "%(num)s open remarks", n),
    "answered": lambda n: ngettext("%(num)s answered remark", "%(num)s answered remarks", n),
}


@dataclass(frozen=True)
class Beside:
    """The desk beside an open day. ``before`` and ``after``: where previous and next lead, empty at an end."""

    desk: Desk
    given: dict[str, str]
    day: str
    before: str
    after: str
    remarks: bool  # the reader writes remarks
    accepts: bool  # and returns or accepts


@blueprint.get("/desk")
def page() -> str:
    """Days by what they need of a reviewer; filters and page stand in the address."""
    given = _given()
    found = service.desk(actor(), now(), _wanted(given), given["state"], request.args.get("page", 1, type=int))
    session["desk"] = {name: text for name, text in given.items() if text}
    centres = overview.centres(actor())
    regions = sorted({code.split("-")[0] for code, _ in centres})
    return render_template(
        "desk/page.html", states=_states(),
        exams=[(e, e) for e in service.exams(actor())],
        regions=[(r, r) for r in regions] if len(regions) > 1 else [],
        damaged=overview.damaged_days(actor(), now()), **_shown(given, found),
    )  # fmt: skip


@blueprint.get("/desk/live")
def live() -> Response:
    """What an open page shows of the desk now, for its script; 304 when the reader has just that."""
    given, day = _given(), request.args.get("day", "")
    found = service.desk(actor(), now(), _wanted(given), given["state"], request.args.get("page", 1, type=int), day)
    lines = service.news(actor(), day, request.args.get("size", 0, type=int), now()) if day else ()
    drawn = (current(), tuple(static(name) for name in PARTS), sorted(given.items()))
    tag = sha256(repr((actor().person, found, [x.seq for x in lines], day, drawn)).encode()).hexdigest()[:32]
    if request.if_none_match.contains_weak(tag):
        answer = make_response("", 304)
    else:
        told = [(entry_kind(x.tag), x.by.short, x.received) for x in lines]
        answer = make_response(render_template("desk/_live.html", told=told, **_shown(given, found, day)))
    answer.set_etag(tag)
    return answer


def beside() -> Beside | None:
    """The desk for the page of a day: for offices, beside real days. Whoever gets it looks at the day from now on."""
    if "beside" not in g:
        g.beside = _beside(g.day) if allowed(actor(), Action.DAY_READ) and not g.day.opened.rehearsal else None
    found: Beside | None = g.beside
    return found


def _beside(day: Day) -> Beside:
    given = {"state": "", **dict.fromkeys(FILTERS, ""), **session.get("desk", {})}
    found = service.desk(actor(), real_now(), _wanted(given), given["state"], day=day.id)
    service.look(actor(), day.id, real_now())
    before, after = _neighbours(day.id, found)
    remarks, accepts = (allowed_on(day, actor(), a) for a in (Action.DAY_REVIEW, Action.DAY_ACCEPT))
    return Beside(found, given, day.id, before, after, remarks, accepts)


def _neighbours(day: str, found: Desk) -> tuple[str, str]:
    """The days before and after; those that were there when the day was opened, once it was returned or accepted."""
    known, place = session.get("desk_at"), found.place
    if known and known[0] == day and (place is None or known[1] != place.line.kind):
        return known[2], known[3]
    if place is None:
        return "", next((line.id for group in found.groups for line in group.lines), "")
    session["desk_at"] = [day, place.line.kind.value, place.before, place.after]
    return place.before, place.after


def beside_desk() -> Markup:
    """At the head of a day's page: the desk beside it; for people of the centre the way back to their list."""
    found = beside()
    values = _shown(found.given, found.desk, found.day) if found else {}
    return Markup(render_template("desk/_beside.html", found=found, told=(), **values))


def _shown(given: dict[str, str], found: Desk, day: str = "") -> dict[str, Any]:
    kept = {name: text for name, text in given.items() if text}
    size = g.day.size if "day" in g else request.args.get("size", type=int)
    return {
        "desk": found, "given": given, "filtered": bool(kept),
        "kinds": KINDS, "in_sight": IN_SIGHT, "words": words, "moment": moment, "open_day": day,
        "desk_url": lambda **more: url_for("desk.page", **{**kept, **more}), "day_url": day_url,
        "live_url": url_for("desk.live", **kept, page=found.page, day=day or None, size=size if day else None),
        "every": EVERY,
    }  # fmt: skip


def day_url(day_id: str) -> str:
    """The day within the desk."""
    return f"{address('review.show', day_id=day_id)}#the-day"


def words(line: DeskLine) -> list[str]:
    """What there is to judge, each with its number."""
    return [WORDS[name](count) for name, count in line.counts.items()]


def moment(line: DeskLine, at: datetime) -> str:
    """A time on the clock of the day's centre, with its date when that is not the day's."""
    there = at.astimezone(ZoneInfo(line.zone))
    if there.date() == line.date:
        return f"{there:%H:%M}"
    return gettext("%(date)s, %(time)s", date=short_date(there.date()), time=f"{there:%H:%M}")


def _states() -> list[tuple[str, str]]:
    return [(SUBMITTED, gettext("Handed in")), *((k.value, gettext(KINDS[k][2])) for k in Kind)]


def _given() -> dict[str, str]:
    """The filters as typed; a state that is none counts as not given."""
    found = {name: request.args.get(name, "").strip()[:200] for name in ("state", *FILTERS)}
    return found if found["state"] in STATES else {**found, "state": ""}


def _wanted(given: dict[str, str]) -> Wanted:
    """What the filters mean; a date that is none counts as not given."""
    meant = {FILTERS[name]: text for name, text in given.items() if name in FILTERS}
    for name in ("first", "last"):
        try:
            meant[name] = meant[name] and date.fromisoformat(meant[name]).isoformat()
        except ValueError:
            meant[name] = ""
    return Wanted(**meant)


GLOBALS = {"beside": beside, "beside_desk": beside_desk}
