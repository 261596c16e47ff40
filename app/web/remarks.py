"""Remarks on a day: written on any line, answered by the centre, settled by the commission."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.domain import N_, NotFound
from app.domain import facts as f
from app.domain.closing import closed_at
from app.domain.day import Act, Day
from app.domain.policy import Action, allowed_on
from app.domain.review import Answered, Remark, Stage, accepted, remark_of, review, why_it_stays
from app.services import overview, reviewing
from app.services.record import Receipt
from app.web.acts import may_change
from app.web.context import actor, device, entry_id, member, now, open_day, posted, text, typed
from app.web.language import gettext
from app.web.lines import kind, line_text
from app.web.review_words import STATES, about, standing
from app.web.saved import saved, told
from app.web.show import when
from app.web.values import changes, title

blueprint = Blueprint("remarks", __name__, url_prefix="/days/<day_id>/review")
LINE = re.compile(r"[A-Za-z0-9][\w.-]{0,99}", re.ASCII)  # the id of a line
PAGE = 1000  # entries of the whole day at once
NOWHERE = 10**9  # an entry that no journal has: the rule refuses it beside its field


@dataclass(frozen=True)
class Said:
    """An answer or the word with which a remark was settled. ``entry``: number of what mends it, 0 without one."""

    text: str
    who: str
    at: str
    seq: int
    entry: int = 0


@dataclass(frozen=True)
class RemarkView:
    """A remark for its reader: what it is about, what became of it, and what the reader may do with it."""

    seq: int
    about: str
    url: str  # of the line that it hangs on
    text: str
    was: tuple[str, ...]  # its words before they were corrected
    who: str
    at: str
    css: str
    icon: str
    word: str
    settled: Said | None
    answers: tuple[Said, ...]
    mend: str  # where the centre corrects it
    may_settle: bool
    may_answer: bool
    may_withdraw: bool
    entry_id: str  # two taps on "Settle" are one entry

    @property
    def number(self) -> int:
        return self.seq + 1


@dataclass(frozen=True)
class Hanging:
    """Remarks by the line that they hang on."""

    all: tuple[RemarkView, ...]
    entries: dict[int, list[RemarkView]]
    steps: dict[str, list[RemarkView]]
    forms: dict[str, list[RemarkView]]


def may_review(day: Day) -> bool:
    """True for the commission people of the day's roster, until the day is accepted."""
    return allowed_on(day, actor(), Action.DAY_REVIEW) and not accepted(day)


def may_answer(day: Day) -> bool:
    return allowed_on(day, actor(), Action.REMARK_ANSWER) and not accepted(day)


def hanging(day: Day, found: tuple[Remark, ...]) -> Hanging:
    """Every remark in words, and on which line it hangs."""
    shown = tuple(remark_view(day, r) for r in found)
    out = Hanging(shown, {}, {}, {})
    for view, remark in zip(shown, found, strict=True):
        fact = remark.act.fact
        if fact.target is not None:
            out.entries.setdefault(fact.target, []).append(view)
        elif fact.step:
            out.steps.setdefault(fact.step, []).append(view)
        elif fact.form:
            out.forms.setdefault(fact.form, []).append(view)
    return out


def remark_view(day: Day, remark: Remark) -> RemarkView:
    act, me = remark.act, member(day)
    css, icon, word = STATES[remark.state]
    settled = remark.settled
    last = Said(settled.fact.text, settled.by.short, when(settled.received), settled.seq) if settled else None
    was = tuple(old for line in changes(day, act) for _, old, _ in line.fields)
    standing_still = remark.state != Answered.SETTLED
    return RemarkView(
        act.seq, subject(day, act.fact), line_url(day, act.fact), act.fact.text, was, act.by.short,
        when(act.times.received), css, icon, word(), last, tuple(_said(a) for a in remark.answers),
        _mend(day, act), standing_still and may_review(day), standing_still and may_answer(day),
        may_change(day, act, me) and why_it_stays(day, act) is None, str(uuid4()),
    )  # fmt: skip


def subject(day: Day, fact: f.RemarkWritten) -> str:
    """What a remark is about; an entry with its title."""
    act = day.acts.get(fact.target) if fact.target is not None else None
    return f"{about(day, fact)}, {title(day, act)}" if act is not None and act.fact is not None else about(day, fact)


def _said(act: Act) -> Said:
    entry = 0 if act.fact.entry is None else act.fact.entry + 1
    return Said(act.fact.text, act.by.short, when(act.times.received), act.seq, entry)


def _mend(day: Day, act: Act) -> str:
    """Where the reader corrects what the remark is about: the entry, when it is theirs; the step; else nowhere."""
    fact = act.fact
    target = day.acts.get(fact.target) if fact.target is not None else None
    if target is not None and target.fact is not None and may_change(day, target, member(day)):
        return url_for("entries.correct", day_id=day.id, seq=target.seq)
    open_step = fact.step and closed_at(day) is None
    return url_for("steps.show", day_id=day.id, step_id=fact.step) if open_step else ""


def line_url(day: Day, fact: f.RemarkWritten) -> str:
    """The line of the whole day that a remark hangs on."""
    if fact.target is not None:
        page = fact.target // PAGE + 1
        more = {"page": page} if page > 1 else {}
        return url_for("review.show", day_id=day.id, _anchor=f"entry-{fact.target + 1}", **more)
    anchor = f"step-{fact.step}" if fact.step else f"d-{fact.form}" if fact.form else "remarks"
    return url_for("review.show", day_id=day.id, _anchor=anchor)


def keep_up(day: Day, receipt: Receipt) -> None:
    """One's own entry is not new to its writer."""
    last = overview.seen(actor(), day.id)
    if last and last[0] >= receipt.seq:
        overview.mark_seen(actor(), day.id, receipt.seq + 1, now())


# ---------------------------------------------------------------- pages


@blueprint.route("/remark", methods=["GET", "POST"])
def write(day_id: str) -> Response | str:
    """A remark on an entry (``entry``: its number), a step with places, a document, or the whole day."""
    day = open_day(day_id, Action.DAY_REVIEW)
    fact = _pointed(day)
    if posted():
        receipt = reviewing.remark(actor(), day_id, entry_id(), fact, now(), device())
        keep_up(day, receipt)
        saved(receipt, gettext("Remark"), day_id)
        return redirect(_back(day, fact))
    return render_template(
        "review/remark.html", fact=fact, about=subject(day, fact), entry_id=entry_id(), may=may_review(day),
        back=line_url(day, fact), line=_line(day, fact),
        known=[remark_view(day, r) for r in review(day).remarks if _same(r.act.fact, fact)],
    )  # fmt: skip


def _back(day: Day, fact: f.RemarkWritten) -> str:
    """To the line of the whole day at which the remark was written, when the form says so; else to what it is about."""
    line = text("at")
    return url_for("review.show", day_id=day.id, _anchor=line) if LINE.fullmatch(line) else line_url(day, fact)


def _same(one: f.RemarkWritten, other: f.RemarkWritten) -> bool:
    """True when both hang on the same line."""
    return (one.target, one.step, one.form) == (other.target, other.step, other.form)


def _pointed(day: Day) -> f.RemarkWritten:
    """The remark as its form or its address has it."""
    given: Any = typed() or request.values
    entry = given.get("entry", "")
    target = None if not entry else int(entry) - 1 if entry.isascii() and entry.isdecimal() and len(entry) < 10 else -1
    places = tuple(dict.fromkeys(p for p in given.getlist("place") if p))
    return f.RemarkWritten(text("text"), now(), target, given.get("step", ""), places, given.get("form", ""))


def _line(day: Day, fact: f.RemarkWritten) -> str:
    """What the entry says that a remark is about; empty for anything else."""
    if fact.target is None or not 0 <= fact.target < day.size:
        return ""
    line = day.lines[fact.target]
    return f"{kind(line.tag)}: {line_text(day, line)}"


@blueprint.get("/remarks")
def listing(day_id: str) -> str:
    """All remarks of the day: what waits for the centre first, then what waits for the commission, then the settled."""
    day = open_day(day_id)
    found = review(day)
    shown = hanging(day, found.remarks)
    states = {r.seq: r.state for r in found.remarks}
    groups = {
        "open": [v for v in shown.all if states[v.seq] == Answered.OPEN],
        "answered": [v for v in shown.all if states[v.seq] in (Answered.ANSWERED, Answered.CORRECTED)],
        "settled": [v for v in shown.all if states[v.seq] == Answered.SETTLED],
    }
    returned = found.last("day.returned") if found.stage == Stage.RETURNED else None
    return render_template(
        "review/remarks.html", groups=groups, standing=standing(found), returned=returned,
        may_answer=may_answer(day),
    )  # fmt: skip


def _found(day: Day, seq: int) -> Remark:
    found = remark_of(day, seq)
    if found is None:
        raise NotFound(N_("There is no such remark, or it was withdrawn."))
    return found


@blueprint.route("/remarks/<int:remark>/answer", methods=["GET", "POST"])
def answer(day_id: str, remark: int) -> Response | str:
    """Answer a remark, and name the entry that mends it."""
    day = open_day(day_id, Action.REMARK_ANSWER)
    found = _found(day, remark)
    if posted():
        receipt = reviewing.answer(actor(), day_id, entry_id(), remark, text("text"), _entry(), now(), device())
        saved(receipt, gettext("Answer"), day_id)
        return redirect(url_for("remarks.listing", day_id=day_id, _anchor=f"remark-{remark + 1}"))
    return render_template(
        "review/answer.html", remark=remark_view(day, found), entry_id=entry_id(), may=may_answer(day),
    )  # fmt: skip


def _entry() -> int | None:
    """The entry whose number was typed; None when there is none."""
    number = text("entry")
    if not number:
        return None
    return int(number) - 1 if number.isascii() and number.isdecimal() and len(number) < 10 else NOWHERE


@blueprint.route("/remarks/<int:remark>/settle", methods=["GET", "POST"])
def settle(day_id: str, remark: int) -> Response | str:
    """The commission is content with what became of a remark; with a word when one is wanted."""
    day = open_day(day_id, Action.DAY_REVIEW)
    found = _found(day, remark)
    if posted():
        receipt = reviewing.settle(actor(), day_id, entry_id(), remark, text("text"), now(), device())
        keep_up(day, receipt)
        told(gettext("Saved: %(title)s", title=gettext("Remark settled")))
        return redirect(url_for("review.show", day_id=day_id, _anchor=f"remark-{remark + 1}"))
    return render_template(
        "review/settle.html", remark=remark_view(day, found), entry_id=entry_id(), may=may_review(day),
    )  # fmt: skip
