"""One day on one screen, to read: what needs judgement, the checklist, the whole journal, the documents."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import uuid4

from flask import Blueprint, render_template, request
from flask_babel import gettext, ngettext

from app.domain.checklist import State, StepView, board, by_stage, completeness
from app.domain.day import Act, Day, Line
from app.domain.policy import Action, allowed_on
from app.domain.review import REVIEWING, Look, Review, Stage
from app.domain.review import review as review_of
from app.domain.review import seen as looks_of
from app.domain.summary import summarize
from app.domain.timing import Window
from app.services import documents, overview
from app.services.days import Page, paged
from app.services.documents import DocumentView
from app.web.board import CSS
from app.web.cases import groups, is_new
from app.web.context import actor, now, open_day
from app.web.daylist import STATES
from app.web.documents import SlotLine, slot_lines, state_word
from app.web.language import pick
from app.web.lines import kind, line_text
from app.web.machine_words import who
from app.web.marks import Mark, marks
from app.web.moving import moves
from app.web.remarks import PAGE, Hanging, RemarkView, hanging, may_review
from app.web.review_words import STAGES
from app.web.review_words import standing as stage_words
from app.web.reviewing import coverage, samples
from app.web.show import NBSP, clock, local, names_in, short_date, when

blueprint = Blueprint("review", __name__)
LONG = 60  # more than these are folded by the hour
WORDS = {
    State.OVERDUE: lambda: gettext("overdue"), State.NOW: lambda: gettext("due now"),
    State.SOON: lambda: gettext("planned"), State.PLANNED: lambda: gettext("planned"),
    State.WAITING: lambda: gettext("follows something else"), State.DEMAND: lambda: gettext("when needed"),
    State.DONE: lambda: gettext("done on time"), State.LATE: lambda: gettext("done late"),
    State.IMPOSSIBLE: lambda: gettext("not possible"), State.WAIVED: lambda: gettext("not required"),
    State.ELSEWHERE: lambda: gettext("done on another day"), State.OFF: lambda: gettext("not required"),
}  # fmt: skip


@dataclass(frozen=True)
class StepRow:
    """A step with its plan, what came of it, and the difference."""

    step: str
    title: str
    planned: str
    actual: str
    difference: str
    share: str
    who: str
    css: str
    word: str
    new: bool


@dataclass(frozen=True)
class Row:
    """One entry of the journal. ``mark``: colour, icon and word of what happened to it since."""

    number: int
    time: str
    who: str
    kind: str
    text: str
    seq: int | None  # of the act that it opens
    marks: tuple[Mark, ...]
    new: bool
    last: int  # number of the last entry that the row tells of
    remarks: tuple[RemarkView, ...] = ()
    seen: str = ""  # who of the commission marked it as seen, and when
    todo: bool = False  # the reader may still mark it as seen
    ours: bool = False  # written by the review itself: nobody remarks on it


@dataclass(frozen=True)
class Hour:
    """Entries received in one hour of the centre's clock."""

    key: str
    title: str
    rows: tuple[Row, ...]

    @property
    def new(self) -> int:
        return sum(r.new for r in self.rows)

    @property
    def lines(self) -> str:
        """All of them, for the button that marks them as seen; empty when none is left to mark."""
        return f"{self.rows[0].number - 1}-{self.rows[-1].last - 1}" if any(r.todo for r in self.rows) else ""


@dataclass(frozen=True)
class Turn:
    """The day was handed in, returned or accepted."""

    css: str
    icon: str
    word: str
    text: str
    who: str
    at: str
    number: int


@dataclass(frozen=True)
class Paper:
    """A document with its signatures."""

    view: DocumentView
    css: str
    word: str
    slots: tuple[SlotLine, ...]
    number: str


@blueprint.get("/days/<day_id>/review")
def show(day_id: str) -> str:
    """The whole day; afterwards its journal counts as seen by the reader."""
    day = open_day(day_id)
    last = overview.seen(actor(), day_id)
    since = request.args.get("since", last[0] if last else None, type=int)
    views = board(day, now())
    papers = [_paper(day, view) for view in documents.documents(day, actor())]
    told = summarize(day, now(), sum(p.view.complete for p in papers), len(papers))
    found = review_of(day)
    hung = hanging(day, found.remarks)
    page, hours = _journal(day, since, hung)
    html = render_template(
        "review/day.html", told=told, standing=STATES[told.state], totals=completeness(views), last=last, since=since,
        cases=groups(day, views, now(), since), stages=_checklist(day, views, since), page=page, hours=hours,
        folded=len(page.items) > LONG, papers=papers, readings=overview.readings(day),
        moves=moves(day), hung=hung, review=_review(day, found), seen_id=str(uuid4()),
        new=max(0, day.size - since) if since is not None else 0,
    )  # fmt: skip
    if _looked():
        overview.mark_seen(actor(), day_id, day.size, now())
    return html


def _review(day: Day, found: Review) -> dict[str, Any]:
    """Where the review stands, and what the reader may do about it."""
    heads = allowed_on(day, actor(), Action.DAY_ACCEPT)
    submitted = found.stage == Stage.SUBMITTED
    return {
        "standing": stage_words(found), "turns": [_turn(day, x) for x in found.turns], "open": len(found.open),
        "answered": len(found.answered), "may": may_review(day), "seen": coverage(day), "samples": samples(day),
        "decides": heads and submitted,
        "begun": found.stage != Stage.OPEN or bool(found.remarks),
    }


def _turn(day: Day, line: Line) -> Turn:
    stage = {"day.submitted": Stage.SUBMITTED, "day.returned": Stage.RETURNED}.get(line.tag, Stage.ACCEPTED)
    css, symbol, _ = STAGES[stage]
    return Turn(css, symbol, kind(line.tag), line_text(day, line), line.by.short, when(line.received), line.seq + 1)


def _looked() -> bool:
    """True when a person is shown this answer: no HEAD, and no page that the browser fetched ahead."""
    ahead = f"{request.headers.get('Sec-Purpose', '')} {request.headers.get('Purpose', '')}"
    return request.method == "GET" and "prefetch" not in ahead


def _paper(day: Day, view: DocumentView) -> Paper:
    form = next(f for f in documents.list_forms() if f.code == view.form)
    return Paper(view, *state_word(view), slot_lines(view, actor().person), documents.number(day, form))


# ---------------------------------------------------------------- checklist


def _checklist(day: Day, views: Sequence[StepView], since: int | None) -> list[tuple[str, list[StepRow]]]:
    found = []
    for stage, steps in by_stage(day, views):
        rows = [_step(day, v, since) for v in steps if v.state != State.OFF and (v.places or v.acts)]
        if rows:
            found.append((pick(stage.title), rows))
    return found


def _step(day: Day, view: StepView, since: int | None) -> StepRow:
    done = [a for a in view.acts if a.tag == "step.done"]
    share = gettext("%(done)s of %(total)s", done=view.closed, total=view.total) if view.total > 1 else ""
    state = State.DONE if view.state == State.DEMAND and view.acts else view.state
    css, word = ("late", gettext("done early")) if view.early else (CSS[state], WORDS[state]())
    return StepRow(
        view.step.id, pick(view.step.title), _plan(day, view), _actual(done), _difference(view), share,
        _who(day, view), css, word, any(is_new(a, since) for a in view.acts),
    )  # fmt: skip


def _plan(day: Day, view: StepView) -> str:
    planned = _planned(day, view.window)
    return gettext("%(time)s (was %(old)s)", time=planned, old=_planned(day, view.was)) if view.was else planned


def _planned(day: Day, span: Window) -> str:
    """``by 07:15``, ``from 08:15``, ``08:00–09:00``; a date for steps of the period."""
    start, due = span.start, span.due
    if span.dated:
        on = due or start
        text = short_date(day.local(on).date()) if on else ""
    elif start and due and start < due and span.rule != "by":
        return f"{when(start)}\u2013{clock(due)}"
    else:
        moment = due if span.rule == "by" else start or due
        text = when(moment) if moment else ""
    if not text:
        return ""
    if span.rule == "by":
        return gettext("by %(time)s", time=text)
    return gettext("from %(time)s", time=text) if span.rule == "not_before" else text


def _actual(done: Sequence[Act]) -> str:
    moments = sorted(a.at for a in done)
    if not moments:
        return ""
    return "\u2013".join(dict.fromkeys(when(m) for m in (moments[0], moments[-1])))


def _difference(view: StepView) -> str:
    """Minutes of the place that was furthest behind, with its sign; days of the period have none."""
    found = [d for p in view.places if not p.window.dated and (d := p.difference) is not None]
    if not found:
        return ""
    minutes = max(found) // timedelta(minutes=1)
    sign = "+" if minutes > 0 else "\u2212" if minutes < 0 else ""
    return gettext("%(minutes)s min", minutes=f"{sign}{abs(minutes)}").replace(" ", NBSP)


def _who(day: Day, view: StepView) -> str:
    names = [getattr(a.fact, "by", "") or a.by.short for a in view.acts]
    return ", ".join(dict.fromkeys(names)) or ", ".join(names_in(day, r) for r in view.step.performers)


# ---------------------------------------------------------------- journal


def _journal(day: Day, since: int | None, hung: Hanging) -> tuple[Page[Line], list[Hour]]:
    """A page of the journal: the one asked for, else that of the first unseen entry, else the first."""
    unseen = since if since is not None and since < day.size else 0
    page = paged(list(day.lines), request.args.get("page", unseen // PAGE + 1, type=int), PAGE)
    hours, looks = [], looks_of(day)
    me = actor().person if may_review(day) else ""
    for hour, lines in groupby(page.items, key=lambda x: local(x.received).replace(minute=0, second=0, microsecond=0)):
        rows = tuple(_reviewed(day, r, hung, looks, me) for r in _rows(day, lines, since))
        hours.append(Hour(f"h{rows[0].number}", _hour(day, hour), rows))
    return page, hours


def _reviewed(day: Day, row: Row, hung: Hanging, looks: Mapping[int, tuple[Look, ...]], me: str) -> Row:
    """The row with its remarks and who marked it as seen; ``me``: a reviewer, empty for others."""
    seqs = range(row.number - 1, row.last)
    remarks = tuple(r for seq in seqs for r in hung.entries.get(seq, ()))
    found = looks.get(row.last - 1, ())
    words = ", ".join(f"{k.short} {when(k.at)}" for k in found)
    ours = day.lines[row.number - 1].tag in REVIEWING
    todo = bool(me) and not ours and any(all(k.person != me for k in looks.get(seq, ())) for seq in seqs)
    return replace(row, remarks=remarks, seen=words, todo=todo, ours=ours)


def _hour(day: Day, hour: datetime) -> str:
    """``08:00–09:00``, with its date when that is not the day's."""
    clocks = f"{hour:%H:%M}\u2013{hour + timedelta(hours=1):%H:%M}"
    if hour.date() == day.date:
        return clocks
    return gettext("%(date)s, %(time)s", date=short_date(hour.date()), time=clocks)


def _rows(day: Day, lines: Iterable[Line], since: int | None) -> Iterator[Row]:
    """One row an entry; what the cameras showed in between is one row together."""
    for seen, run in groupby(lines, key=lambda x: x.tag == "camera.seen"):
        found = list(run)
        if not seen or len(found) == 1:
            yield from (_row(day, x, since) for x in found)
        else:
            first, last = _row(day, found[0], since), found[-1]
            said = ngettext("%(num)s change, to entry %(last)s", "%(num)s changes, to entry %(last)s", len(found),
                            last=last.seq + 1)  # fmt: skip
            yield replace(first, text=said, last=last.seq + 1, new=since is not None and last.seq >= since)


def _row(day: Day, line: Line, since: int | None) -> Row:
    act = day.acts.get(line.seq)
    return Row(
        line.seq + 1, when(line.received), who(day, line), kind(line.tag), line_text(day, line),
        line.seq if act is not None and act.fact is not None else None, marks(act),
        since is not None and line.seq >= since, line.seq + 1,
    )  # fmt: skip
