"""The list of days: what stands in its address, and each line in words."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template, request, url_for
from flask_babel import gettext

from app.domain import N_
from app.domain.plan import TECHNICIANS, Role
from app.domain.policy import Action, allowed
from app.domain.summary import DayState
from app.services import jobs, overview
from app.services.overview import SORTS, DayLine, Wanted
from app.web.context import actor, now
from app.web.show import short_date

STATES = {  # colour, icon, word
    DayState.PLANNED: ("off", "soon", N_("planned")),
    DayState.RUNNING: ("now", "now", N_("running")),
    DayState.TO_CONFIRM: ("wait", "wait", N_("waits for confirmation")),
    DayState.TO_SIGN: ("soon", "key", N_("waits for signatures")),
    DayState.SIGNED: ("done", "seal", N_("signed by all")),
    DayState.DAMAGED: ("over", "over", N_("damaged")),
}
MINE = "mine"
MOST_CENTRES = 200  # in the list to choose from; beyond that the search finds one
FILTERS = {"state": "state", "centre": "centre", "region": "region", "from": "first", "to": "last", "q": "text"}
REHEARSALS = "rehearsals"


@dataclass(frozen=True)
class Count:
    """A number of a line, with the place of the day that shows it."""

    title: str
    number: int
    css: str
    anchor: str


@dataclass(frozen=True)
class Line:
    """A day in words."""

    day: DayLine
    css: str
    icon: str
    word: str
    start: str
    counts: tuple[Count, ...]
    new: str  # what came since the reader's last look
    url: str


@dataclass(frozen=True)
class Column:
    """A head of the table; ``url`` sorts by it."""

    title: str
    url: str
    sorted: str  # aria-sort, or empty
    number: bool = False


def show() -> str:
    """The page of the list."""
    wanted = _wanted()
    found = overview.list_days(actor(), now(), request.args.get("page", 1, type=int), wanted=wanted)
    centres = overview.centres(actor(), wanted)
    return render_template(
        "today/days.html", found=found, lines=[_line(d) for d in found.items], wanted=wanted, given=_given(),
        filtered=wanted != replace(Wanted(), sort=wanted.sort), columns=_columns(wanted), orders=_orders(),
        page_url=_page_url,
        damaged=overview.damaged_days(actor(), now()), waiting=overview.waiting_days(actor(), now()),
        states=_states(), centres=centres if 1 < len(centres) <= MOST_CENTRES else [],
        regions=_regions(centres), may_open=allowed(actor(), Action.DAY_OPEN), mine=MINE,
        practice=Role.MINISTRY_OFFICER not in actor().roles,
        alarms=jobs.alarms(actor(), now()),
    )  # fmt: skip


def _wanted() -> Wanted:
    """The filters of the address; what cannot be meant counts as not given."""
    given: dict[str, str] = {FILTERS[k]: v for k, v in _given().items() if k in FILTERS}
    for name in ("first", "last"):
        given[name] = _date(given[name])
    if given["state"] not in {MINE, *(s.value for s in DayState)}:
        given["state"] = ""
    sort = request.args.get("sort", "")
    return Wanted(**given, sort=sort if sort in SORTS else SORTS[0], rehearsals=bool(_given()[REHEARSALS]))


def _given() -> dict[str, str]:
    """The filters as typed: they stand in the form again."""
    return {name: request.args.get(name, "").strip()[:100] for name in (*FILTERS, REHEARSALS)}


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _address(**more: Any) -> str:
    kept = {k: v for k, v in {**_given(), "sort": request.args.get("sort", ""), **more}.items() if v}
    return url_for("today.days", **kept)


def _page_url(page: int) -> str:
    return _address(page=page)


def _states() -> list[tuple[str, str]]:
    words = [(state.value, gettext(STATES[state][2])) for state in DayState if state != DayState.DAMAGED]
    return [(MINE, gettext("waits for me")), *words]


def _regions(centres: list[tuple[str, str]]) -> list[tuple[str, str]]:
    found = sorted({code.split("-")[0] for code, _ in centres})
    return [(r, r) for r in found] if len(found) > 1 else []


def _titles() -> dict[str, str]:
    """Columns by what sorts by them."""
    return {
        "centre": gettext("Centre and exam"), "open": gettext("Open"), "overdue": gettext("Overdue"),
        "late": gettext("Done late"), "corrected": gettext("Corrected"), "unconfirmed": gettext("Not confirmed"),
        "documents": gettext("Documents"),
    }  # fmt: skip


def _orders() -> list[tuple[str, str]]:
    """Orders to choose from, for a list that has no room for the heads of its columns."""
    return [("date", gettext("Newest first")), ("oldest", gettext("Oldest first")), *_titles().items()]


def _columns(wanted: Wanted) -> list[Column]:
    titles = _titles()

    def column(sort: str, title: str, number: bool = True, order: str = "descending") -> Column:
        url = _address(sort="" if sort == "date" else sort)
        return Column(title, url, order if wanted.sort == sort else "", number)

    by_date = column("date", gettext("Date"), False)
    if wanted.sort == "date":
        by_date = replace(by_date, url=_address(sort="oldest"))
    elif wanted.sort == "oldest":
        by_date = replace(by_date, sorted="ascending")
    by_centre = column("centre", titles.pop("centre"), False, "ascending")
    state = Column(gettext("State"), "", "")
    return [by_date, by_centre, state, *(column(sort, title) for sort, title in titles.items())]


def _line(day: DayLine) -> Line:
    css, icon, word = STATES[day.state]
    c = day.counts
    counts = (
        Count(gettext("open"), c.open, "", "checklist"), Count(gettext("overdue"), c.overdue, "over", "overdue"),
        Count(gettext("done late"), c.late, "late", "late"),
        Count(gettext("corrected"), c.corrected, "soon", "corrected"),
        Count(gettext("not confirmed"), c.unconfirmed, "wait", "unconfirmed"),
    )  # fmt: skip
    new = ""
    if day.new and day.seen_at:
        new = gettext("new since %(when)s: %(num)s", num=day.new, when=_when(day, day.seen_at))
    start = day.start.astimezone(ZoneInfo(day.zone)).strftime("%H:%M")
    return Line(day, css, icon, gettext(word), start, counts, new, _url(day))


def _url(day: DayLine) -> str:
    """Those who work at the centre open the checklist, those who look at it the whole day."""
    at_work = actor().roles & {*TECHNICIANS, Role.PES_HEAD}
    return url_for("today.board" if at_work else "review.show", day_id=day.id)


def _when(day: DayLine, moment: datetime) -> str:
    zone = ZoneInfo(day.zone)
    there = moment.astimezone(zone)
    clock = there.strftime("%H:%M")
    if there.date() == now().astimezone(zone).date():
        return clock
    return gettext("%(date)s, %(time)s", date=short_date(there.date()), time=clock)
