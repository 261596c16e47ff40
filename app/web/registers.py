"""Pages of the offices: days searched for over centres and dates, and the register of an exam date with its files."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from app.domain import N_, NotFound
from app.domain.codec import instant, moment
from app.services import office, registers
from app.services.overview import Wanted
from app.services.registers import SIGNED, STAGES, Found
from app.services.spreadsheet import csv_file, xlsx_file
from app.web import register_words as words
from app.web.context import actor, real_now
from app.web.language import current
from app.web.show import long_date

blueprint = Blueprint("registers", __name__)
KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv",
    "pdf": "application/pdf",
}  # fmt: skip
SIGNED_WORDS = {"all": N_("all documents signed"), "some": N_("some documents signed"), "none": N_("none signed yet")}
MEANT = range(2000, 2101)  # years
FILTERS = ("q", "from", "to", "region", "stage", "signed")


@blueprint.get("/registers")
def search() -> AnyResponse | str:
    """Days over centres and dates."""
    given = {name: request.args.get(name, "").strip()[:100] for name in FILTERS}
    wanted = wanted_of(given)
    if (waiting := preparing(wanted, gettext("Registers"))) is not None:
        return waiting
    stage = given["stage"] if given["stage"] in STAGES else ""
    signed = given["signed"] if given["signed"] in SIGNED else ""
    found, sums = registers.search(actor(), wanted, stage, signed, request.args.get("page", 1, type=int))
    return render_template(
        "registers/search.html", found=found, sums=sums, given=given, filtered=any(given.values()),
        lines=[(d, *_stage(d), _links(d)) for d in found.items], regions=region_choices(),
        dates=[(on, count, url_for("registers.day", on=on.isoformat(), region=wanted.region or None))
               for on, count in registers.dates(actor(), wanted)],
        stages=[(s.value, gettext(words.STAGES[s][2])) for s in STAGES],
        signatures=[(s, gettext(SIGNED_WORDS[s])) for s in SIGNED],
        page_url=lambda page: url_for("registers.search", page=page, **{k: v for k, v in given.items() if v}),
    )  # fmt: skip


@blueprint.get("/registers/<on>")
def day(on: str) -> AnyResponse | str:
    """The register of an exam date."""
    when, region = _date(on), region_of(request.args.get("region", ""))
    if (waiting := preparing(_wanted(when, region), title(when, region))) is not None:
        return waiting
    found, sums = registers.register(actor(), when, region, request.args.get("page", 1, type=int))
    return render_template(
        "registers/day.html", found=found, sums=sums, on=when, region=region, title=title(when, region),
        lines=[(words.day_words(d), _links(d.day)) for d in found.items], regions=region_choices(),
        damaged=registers.damaged(actor(), when, region, real_now()),
        page_url=lambda page: url_for("registers.day", on=on, region=region or None, page=page),
    )  # fmt: skip


@blueprint.post("/registers/<on>/<kind>")
def download(on: str, kind: str) -> AnyResponse:
    """The register as a file; who takes it is recorded first."""
    when, region = _date(on), region_of(request.form.get("region", ""))
    if kind not in KINDS:
        raise NotFound(N_("There is no such list."))
    progress = registers.read_on(actor(), _wanted(when, region), real_now(), real_now())
    if progress.left:
        return redirect(url_for("registers.day", on=on, region=region or None), 303)
    found = list(registers.whole(actor(), when, region))
    return hand_out("register", {"date": when.isoformat(), "region": region, "format": kind},
                    _made(kind, when, region, found), kind, f"register-{region or 'all'}-{when}")  # fmt: skip


def _made(kind: str, when: date, region: str, found: list[registers.DayLines]) -> bytes:
    if kind == "pdf":
        return _pdf(when, region, found)
    rows: list[Sequence[str | int]] = [words.heads(), *(row for d in found for row in words.cells(d))]
    return xlsx_file({gettext("Register"): rows}) if kind == "xlsx" else csv_file(rows)


def _pdf(when: date, region: str, found: list[registers.DayLines]) -> bytes:
    data = registers.data(found)
    opened = office.opened()
    demo = gettext("Demonstration: no exam was held") if opened and opened.demo else ""
    papers = [line.paper for d in found for line in d.lines]
    about = [
        gettext("Days: %(days)s. Documents: %(papers)s, signed by all: %(signed)s. Countersigned days: %(accepted)s.",
                days=len(found), papers=len(papers), signed=sum(p.complete for p in papers),
                accepted=sum(d.accepted is not None for d in found)),
        gettext("A list of what the journals and documents say; no form of a regulation. Level: PAdES baseline level "
                "by the structure of the file; whether a signature is valid says the check of the file itself."),
    ]  # fmt: skip
    digest = hashlib.sha256(data).hexdigest()
    made = words.paper(title(when, region), current(), about, found, real_now(), digest, data, demo)
    return registers.pdf(made)


def hand_out(about: str, scope: dict[str, str], data: bytes, kind: str, name: str) -> Response:
    """A file for the reader, once it is recorded that they take it. Raises NoRoom."""
    scope = {key: value for key, value in scope.items() if value}
    answer = make_response(registers.hand_out(actor(), about, scope, data, real_now()))
    answer.mimetype = KINDS[kind]
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.{kind}")
    return answer


def preparing(wanted: Wanted, heading: str) -> Response | None:
    """A page that says how far the reading of changed days is, and asks again by itself; None when all is read."""
    since = _since()
    progress = registers.read_on(actor(), wanted, since, real_now())
    if not progress.left:
        return None
    given = {"since": instant(since), **{k: v for k, v in request.args.items() if k != "since"}}
    again = f"{url_for(str(request.endpoint), **(request.view_args or {}))}?{urlencode(given)}"
    page = render_template("registers/preparing.html", heading=heading, progress=progress, again=again)
    answer = make_response(page)
    answer.headers["Refresh"] = f"1; url={again}"
    return answer


def _since() -> datetime:
    """When this reader first asked; now, when the address says nothing that could be meant."""
    try:
        given = moment(request.args["since"])
    except (KeyError, ValueError, OverflowError):
        return real_now()
    return given if timedelta() <= real_now() - given < timedelta(hours=1) else real_now()


def wanted_of(given: dict[str, str]) -> Wanted:
    """The days that the filters mean; what cannot be meant counts as not given."""
    return Wanted(
        first=iso(given["from"]), last=iso(given["to"]), region=region_of(given["region"]), text=given.get("q", "")
    )


def iso(text: str) -> str:
    """A date that can be meant, or empty."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return ""
    return found.isoformat() if found.year in MEANT else ""


def region_of(text: str) -> str:
    """A region's code, or empty."""
    return text if text.isascii() and text.isdecimal() and len(text) == 2 else ""


def region_choices() -> list[tuple[str, str]]:
    """Regions to choose from; nothing where there is one."""
    found = registers.regions(actor())
    return [(r, r) for r in found] if len(found) > 1 else []


def title(when: date, region: str) -> str:
    """``Register of 1 June 2026, region 23``."""
    if region:
        return gettext("Register of %(date)s, region %(region)s", date=long_date(when), region=region)
    return gettext("Register of %(date)s", date=long_date(when))


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound(N_("There is no such day.")) from None


def _wanted(when: date, region: str) -> Wanted:
    return Wanted(first=when.isoformat(), last=when.isoformat(), region=region)


def _stage(found: Found) -> tuple[str, str, str]:
    css, icon, word = words.STAGES[found.stage]
    return css, icon, gettext(word)


def _links(found: Found) -> list[tuple[str, str]]:
    """Where to go from a day."""
    board = url_for("region.show", region=found.region, date=found.date.isoformat())
    return [
        (gettext("Whole day"), url_for("review.show", day_id=found.id)),
        (gettext("Documents"), url_for("documents.overview", day_id=found.id)),
        (gettext("Board of the region"), board),
    ]
