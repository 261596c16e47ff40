"""A season in charts and tables, and the same numbers as a file. What each number means stands beside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from app.domain import N_, NotFound
from app.domain.outages import CAUSES
from app.services import registers, statistics
from app.services.days import paged
from app.services.overview import Wanted
from app.services.spreadsheet import csv_file, xlsx_file
from app.services.statistics import BY, Group, Season
from app.web import charts
from app.web.context import actor, real_now
from app.web.registers import hand_out, iso, preparing, region_choices, region_of
from app.web.show import short_date, span

blueprint = Blueprint("statistics", __name__)
SEASON = timedelta(days=365)  # looked at when nobody says from when
GROUPS = 30  # in one chart and table
BY_WORDS = {"week": N_("week"), "region": N_("region"), "centre": N_("centre")}
Value = int | float | None


@dataclass(frozen=True)
class Number:
    """A column. ``means``: its definition; ``css`` when it is a part of the chart; ``span``: minutes told as a time."""

    title: str
    means: str
    of: Callable[[Group], Value]
    css: str = ""
    span: bool = False


@dataclass(frozen=True)
class Chapter:
    """A chart with the table under it."""

    name: str
    title: str
    unit: str
    numbers: tuple[Number, ...]


@dataclass(frozen=True)
class Shown:
    """A chapter as it is drawn: ``chart`` None when there is nothing to draw."""

    name: str
    title: str
    chart: Markup
    legend: list[tuple[Markup, str]]
    heads: list[str]
    rows: list[tuple[str, list[str]]]
    total: list[str]
    meanings: list[tuple[str, str]]


DAYS = Chapter("days", N_("Days"), N_("days"), (
    Number(N_("Exam days"), N_("Days that were opened and are no rehearsals. Damaged ones are named apart."),
           lambda g: g.days),
    Number(N_("Countersigned"), N_("The commission accepted the day."), lambda g: g.accepted, "done"),
    Number(N_("Wait for the commission"), N_("Handed in, and neither returned since nor countersigned yet."),
           lambda g: g.judged, "wait"),
    Number(N_("With the centre again"), N_("Returned with remarks and not handed in again yet."),
           lambda g: g.again, "soon"),
    Number(N_("Not handed in"), N_("Nobody has handed the day in."), lambda g: g.waiting, "off"),
    Number(N_("Handed in"), N_("Handed in at least once; the last time counts."), lambda g: g.handed),
    Number(N_("On time"), N_("Handed in not later than the limit of the day."), lambda g: g.on_time),
    Number(N_("After the limit"), N_("Handed in later than the limit. Days without a limit are in neither column."),
           lambda g: g.handed_late),
))  # fmt: skip
TIMES = Chapter("times", N_("Time to hand in and to countersign"), N_("hours"), (
    Number(N_("Until handed in"), N_("Median of the time from the end of the exam to handing in."),
           lambda g: g.median_handed, "wait", True),
    Number(N_("Until countersigned"), N_("Median of the time from the end of the exam to countersigning."),
           lambda g: g.median_accepted, "", True),
))  # fmt: skip
STEPS = Chapter("steps", N_("Steps"), N_("steps"), (
    Number(N_("Planned"), N_("Steps of the checklists that were required."), lambda g: g.steps),
    Number(N_("Done on time"), N_("Every place of the step was done before its limit."),
           lambda g: g.steps_on_time, "done"),
    Number(N_("Done late"), N_("Done, at least at one place after the limit."), lambda g: g.steps_late, "soon"),
    Number(N_("Not possible"), N_("Recorded as not possible, with a reason."), lambda g: g.impossible, "over"),
    Number(N_("Not required"), N_("Somebody who may decided that the step is not needed."), lambda g: g.waived, "wait"),
    Number(N_("Open"), N_("Nobody has recorded anything of the step yet, or not at every place."),
           lambda g: g.open, "off"),
    Number(N_("Entered late"), N_("Entries that came to the journal much later than what they tell of."),
           lambda g: g.entered_late),
    Number(N_("Corrected"), N_("Entries that were corrected at least once; the old value stays readable."),
           lambda g: g.corrected),
))  # fmt: skip
OUTAGES = Chapter("outages", N_("Outages"), N_("minutes"), (
    Number(N_("Outages"), N_("Outages of recording and of online broadcast."), lambda g: g.outages),
    Number(N_("Still open"), N_("Outages whose end nobody recorded; their minutes are not counted."),
           lambda g: g.outages_open),
    Number(N_("Minutes"), N_("From the beginning to the end of each outage, added up."),
           lambda g: g.outage_minutes, "over"),
    Number(N_("Uncovered footage"), N_("Cameras whose copied footage does not cover the whole exam."),
           lambda g: g.uncovered),
))  # fmt: skip
REVIEW = Chapter("review", N_("Review"), N_("per day"), (
    Number(N_("Remarks per day"), N_("Remarks that were not withdrawn, divided by the number of days."),
           lambda g: g.per_day(g.remarks), "soon"),
    Number(N_("Returns per day"), N_("How often days were returned to the centre, divided by the number of days."),
           lambda g: g.per_day(g.returned), "over"),
    Number(N_("Returned days"), N_("Days that were returned at least once."), lambda g: g.returned_days),
))  # fmt: skip
CHAPTERS = (DAYS, TIMES, STEPS, OUTAGES, REVIEW)


@blueprint.get("/statistics")
def page() -> AnyResponse | str:
    """Charts with their tables."""
    given, wanted, by = _asked(request.args.get)
    if (waiting := preparing(wanted, gettext("Statistics"))) is not None:
        return waiting
    season = statistics.season(actor(), wanted, by, real_now())
    shown = paged(list(season.groups), request.args.get("page", 1, type=int), GROUPS)
    return render_template(
        "registers/statistics.html", given=given, by=by, season=season, found=shown,
        chapters=[_shown(chapter, by, shown.items, season.total) for chapter in CHAPTERS],
        causes=_causes(season.total), regions=region_choices(), bys=[(b, gettext(BY_WORDS[b])) for b in BY],
        titled={"week": gettext("Week"), "region": gettext("Region"), "centre": gettext("Centre")},
        page_url=lambda page: url_for("statistics.page", page=page, **given),
    )  # fmt: skip


@blueprint.post("/statistics/<kind>")
def download(kind: str) -> AnyResponse:
    """The same numbers, of every group."""
    given, wanted, by = _asked(request.form.get)
    if kind not in ("xlsx", "csv"):
        raise NotFound(N_("There is no such list."))
    if registers.read_on(actor(), wanted, real_now(), real_now()).left:
        return redirect(url_for("statistics.page", **given), 303)
    season = statistics.season(actor(), wanted, by, real_now())
    table = _table(season, by)
    if kind == "csv":
        data = csv_file(table)
    else:
        data = xlsx_file({gettext("Statistics"): table, gettext("Causes of outages"): _cause_table(season, by),
                          gettext("Meaning"): _meanings()})  # fmt: skip
    return hand_out("statistics", {**given, "format": kind}, data, kind, f"statistics-{wanted.first}-{wanted.last}")


def _asked(get: Callable[[str, str], str]) -> tuple[dict[str, str], Wanted, str]:
    """(what goes into addresses, which days, by what)."""
    today = real_now().date()
    first, last = iso(get("from", "")), iso(get("to", ""))
    last = last or today.isoformat()
    first = first or (date.fromisoformat(last) - SEASON).isoformat()
    by = get("by", "") if get("by", "") in BY else BY[0]
    region = region_of(get("region", ""))
    given = {"from": first, "to": last, "region": region, "by": by}
    return given, Wanted(first=first, last=last, region=region), by


def _label(group: Group, by: str, whole: bool = False) -> str:
    if by == "week":
        return group.key if whole else short_date(date.fromisoformat(group.key))
    return f"{group.key} {group.name}".strip() if whole else group.key


def _shown(chapter: Chapter, by: str, groups: Sequence[Group], total: Group) -> Shown:
    parts = [n for n in chapter.numbers if n.css] or list(chapter.numbers)
    if chapter is TIMES:
        parts = [chapter.numbers[0]]
    bars = [
        charts.Column(_label(g, by), tuple(charts.Part(_height(n, g), n.css, gettext(n.title)) for n in parts))
        for g in groups
    ]
    name = gettext("%(chapter)s by %(by)s", chapter=gettext(chapter.title), by=gettext(BY_WORDS[by]))
    return Shown(
        chapter.name, gettext(chapter.title), charts.columns(name, bars, gettext(chapter.unit)),
        [(charts.swatch(n.css), gettext(n.title)) for n in parts], [gettext(n.title) for n in chapter.numbers],
        [(_label(g, by, by == "centre"), [_told(n, g) for n in chapter.numbers]) for g in groups],
        [_told(n, total) for n in chapter.numbers], [(gettext(n.title), gettext(n.means)) for n in chapter.numbers],
    )  # fmt: skip


def _height(number: Number, group: Group) -> float:
    value = number.of(group) or 0
    return round(value / 60, 1) if number.span else float(value)


def _told(number: Number, group: Group) -> str:
    value = number.of(group)
    if value is None:
        return "–"
    return span(timedelta(minutes=value)) if number.span else charts.number(value, 2)


def _causes(total: Group) -> dict[str, object]:
    """Causes of all outages, the most minutes first."""
    found = sorted(total.causes, key=lambda c: (-total.cause_minutes[c], -total.causes[c], c))
    words = {cause: gettext(CAUSES.get(cause, cause)) for cause in found}
    bars = [charts.Column(words[c], (charts.Part(total.cause_minutes[c], "over", gettext("Minutes")),)) for c in found]
    return {
        "chart": charts.columns(gettext("Minutes of outages by cause"), bars, gettext("minutes")) if bars else None,
        "rows": [(words[c], str(total.causes[c]), str(total.cause_minutes[c])) for c in found],
    }


# ---------------------------------------------------------------- files


def _numbers() -> list[Number]:
    return [n for chapter in CHAPTERS for n in chapter.numbers]


def _table(season: Season, by: str) -> list[Sequence[str | float]]:
    heads = [f"{gettext(n.title)}, {gettext('minutes')}" if n.span else gettext(n.title) for n in _numbers()]
    rows: list[Sequence[str | float]] = [[gettext(BY_WORDS[by]), *heads]]
    for group in season.groups:
        rows.append([_label(group, by, True), *_values(group)])
    rows.append([gettext("Total"), *_values(season.total)])
    return rows


def _values(group: Group) -> list[str | float]:
    return ["" if (value := n.of(group)) is None else value for n in _numbers()]


def _cause_table(season: Season, by: str) -> list[Sequence[str | float]]:
    rows: list[Sequence[str | float]] = [
        [gettext(BY_WORDS[by]), gettext("Cause"), gettext("Outages"), gettext("Minutes")]
    ]
    for group in season.groups:
        for cause in sorted(group.causes):
            words = gettext(CAUSES.get(cause, cause))
            rows.append([_label(group, by, True), words, group.causes[cause], group.cause_minutes[cause]])
    return rows


def _meanings() -> list[Sequence[str | float]]:
    rows: list[Sequence[str | float]] = [[gettext("Number"), gettext("Meaning")]]
    return rows + [[gettext(n.title), gettext(n.means)] for n in _numbers()]
