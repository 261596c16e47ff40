"""What a reviewer does with a day besides remarks: lines seen, samples of footage, giving the day back."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.domain import N_, Invalid, Message
from app.domain import facts as f
from app.domain.checklist import board
from app.domain.day import Act, Day
from app.domain.policy import Action, allowed_on
from app.domain.review import FINDINGS, REVIEWING, SOURCES, Answered, Stage, news, review, spans_of
from app.domain.review import seen as looks_of
from app.domain.rules.review import sample_says
from app.services import reviewing
from app.web.cases import groups
from app.web.context import actor, device, entry_id, now, open_day, posted, text, typed
from app.web.language import gettext, ngettext
from app.web.lines import kind, line_text
from app.web.remarks import hanging, keep_up, may_review
from app.web.review_words import FOUND, finding, period, source, spans, watched
from app.web.saved import saved, told
from app.web.show import when
from app.web.times import Reader

blueprint = Blueprint("reviewing", __name__, url_prefix="/days/<day_id>/review")
SPAN = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")


# ---------------------------------------------------------------- lines seen


@blueprint.post("/seen")
def mark(day_id: str) -> Response:
    """Note that lines were looked at: one, an hour, everything ordinary, or all; those that the page showed."""
    day = open_day(day_id, Action.DAY_REVIEW)
    receipt = reviewing.mark_seen_lines(actor(), day_id, entry_id(), _wanted(day), now(), device())
    if receipt is None:
        told(gettext("You have marked these lines as seen already."), kind="wait")
    else:
        keep_up(day, receipt)
        fact = open_day(day_id).lines[receipt.seq].fact
        count = sum(s.last - s.first + 1 for s in fact.spans)
        title = ngettext("%(num)s line marked as seen", "%(num)s lines marked as seen", count)
        told(title, gettext("Entry %(number)s.", number=receipt.number))
    return redirect(url_for("review.show", day_id=day_id, page=_page(), _anchor=_anchor()))


def _page() -> int | None:
    """The page of the journal that the button stood on."""
    page = text("page")
    return int(page) if page.isascii() and page.isdecimal() and len(page) < 7 else None


def _anchor() -> str:
    """Back to the line or hour that was marked; to the journal when it was more."""
    given = text("lines")
    found = SPAN.fullmatch(given)
    return f"entry-{int(found[1]) + 1}" if found else "journal"


def _wanted(day: Day) -> list[int]:
    """Entries that the pressed button means; ``size``: how many the page showed."""
    size = text("size")
    shown = min(int(size), day.size) if SPAN.fullmatch(f"{size}-0") else day.size
    given = request.form.get("lines", "")
    if given in ("all", "ordinary"):
        ours = [x.seq for x in day.lines[:shown] if x.tag not in REVIEWING]
        return ours if given == "all" else sorted(set(ours) - _cases(day))
    found = SPAN.fullmatch(given)
    if not found:
        raise Invalid(Message(N_("Mark at least one line."), field="spans"))
    first, last = int(found[1]), int(found[2])
    return list(range(min(first, day.size), min(last, day.size) + 1))


def _cases(day: Day) -> frozenset[int]:
    """Entries that need judgement: cases, and what somebody remarked on that is not settled."""
    cases = {c.number - 1 for g in groups(day, board(day, now()), now(), None) for c in g.cases if c.number}
    open_ones = {r.act.fact.target for r in review(day).remarks if r.state != Answered.SETTLED}
    return frozenset(cases | {seq for seq in open_ones if seq is not None})


@dataclass(frozen=True)
class Seen:
    """Which lines somebody marked as seen, the newest time, and how many of the day's own lines those are."""

    short: str
    lines: str
    at: str
    count: int
    total: int


def coverage(day: Day) -> list[Seen]:
    """Who looked at which lines, by person."""
    total = sum(x.tag not in REVIEWING for x in day.lines)
    mine: dict[str, tuple[str, list[int], datetime]] = {}
    for seq, looks in looks_of(day).items():
        for look in looks:
            short, seqs, at = mine.get(look.person, (look.short, [], look.at))
            seqs.append(seq)
            mine[look.person] = (short, seqs, max(at, look.at))
    return [
        Seen(short, spans(spans_of(seqs)), when(at), sum(day.lines[s].tag not in REVIEWING for s in seqs), total)
        for short, seqs, at in mine.values()
    ]


# ---------------------------------------------------------------- samples


@dataclass(frozen=True)
class SampleLine:
    """A sample in words."""

    seq: int
    camera: str
    room: str
    period: str
    source: str
    css: str
    icon: str
    finding: str
    text: str
    who: str


def samples(day: Day) -> list[SampleLine]:
    """Every sample that stands, oldest first."""
    return [_sample(day, act) for act in review(day).samples]


def _sample(day: Day, act: Act) -> SampleLine:
    fact = act.fact
    css, icon = FOUND.get(fact.finding, ("off", "ask"))
    return SampleLine(
        act.seq, fact.camera, fact.room, period(fact), source(fact.source), css, icon, finding(fact.finding), fact.text,
        act.by.short,
    )  # fmt: skip


@blueprint.route("/sample", methods=["GET", "POST"])
def sample(day_id: str) -> Response | str:
    """Note that a camera was watched: which, when, live or recorded, and what was found."""
    day = open_day(day_id, Action.DAY_REVIEW)
    if posted():
        fact = _read(day)
        receipt = reviewing.sample(actor(), day_id, entry_id(), fact, now(), device())
        keep_up(day, receipt)
        saved(receipt, watched(fact), day_id)
        return redirect(url_for("review.show", day_id=day_id, _anchor="samples"))
    return render_template(
        "review/sample.html", entry_id=entry_id(), may=may_review(day), held=_held(day),
        cameras=[(c.id, " · ".join(filter(None, (c.id, c.room, c.title)))) for c in day.cameras],
        sources=[(name, source(name)) for name in SOURCES], findings=[(name, finding(name)) for name in FINDINGS],
        taken=samples(day),
    )  # fmt: skip


def _read(day: Day) -> f.SampleTaken:
    form = Reader(request.form, day)
    start, end = form.moment("start", day.start), form.moment("end", day.start)
    for name, label in (("start", N_("Enter when you began to watch.")), ("end", N_("Enter when you stopped."))):
        if not text(name):
            form.problems.append(Message(label, field=name))
    camera = day.camera(text("camera"))
    fact = f.SampleTaken(
        text("camera"), camera.room if camera else "", start, end, text("source"), text("finding"), now(), text("text")
    )
    if form.problems:  # everything at once
        form.problems.extend(sample_says(day, fact))
    form.stop()
    return fact


def _held(day: Day) -> dict[str, Any]:
    """What the fields hold: typed, else the camera of the address and the exam's date."""
    names = ("camera", "start", "end", "source", "finding", "text", "start_date", "end_date")
    values: Any = typed()
    on = day.date.isoformat()
    proposed = {"camera": request.args.get("camera", ""), "start_date": on, "end_date": on}
    if values is not None:
        return {name: values.get(name, proposed.get(name, "")) for name in names}
    return {name: proposed.get(name, "") for name in names}


# ---------------------------------------------------------------- giving the day back


@blueprint.route("/return", methods=["GET", "POST"])
def give_back(day_id: str) -> Response | str:
    """Return the day with its open remarks; refused, with what is new, when somebody else was quicker."""
    day = open_day(day_id, Action.DAY_ACCEPT)
    if posted():
        receipt = reviewing.give_back(actor(), day_id, entry_id(), text("reason"), _since(), now(), device())
        keep_up(day, receipt)
        told(gettext("The day is returned to the centre."), gettext("Entry %(number)s.", number=receipt.number))
        return redirect(url_for("review.show", day_id=day_id))
    found = review(day)
    fresh = news(day, _since(), actor().person) if typed() is not None else ()
    return render_template(
        "review/return.html", entry_id=entry_id(), found=found, shown=hanging(day, found.open).all,
        may=allowed_on(day, actor(), Action.DAY_ACCEPT), ready=found.stage == Stage.SUBMITTED,
        fresh=_told(day, (x.seq for x in fresh)),
    )  # fmt: skip


def _since() -> int:
    """How many entries the page of the form showed; none when it does not say."""
    given = (typed() or request.form).get("since", "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0


def _told(day: Day, seqs: Iterable[int]) -> list[tuple[int, str, str, str, str]]:
    """Entries in words: number, time, who, kind, text."""
    lines = (day.lines[seq] for seq in seqs)
    return [(x.seq + 1, when(x.received), x.by.short, kind(x.tag), line_text(day, x)) for x in lines]
