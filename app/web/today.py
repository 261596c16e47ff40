"""Today: the board of a day, its milestones and notes; the list of days."""

from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5
from weakref import ReferenceType, ref

from flask import Blueprint, g, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from app.domain import N_, NotFound
from app.domain import facts as f
from app.domain.checklist import board as all_steps
from app.domain.checklist import completeness
from app.domain.closing import closed_at
from app.domain.day import Day
from app.domain.duty import on_duty, pending, standings, waiting_of
from app.domain.outages import running as open_outages
from app.domain.plan import Role
from app.domain.policy import Action, allowed_on
from app.domain.presence import presence
from app.domain.review import Stage, review
from app.services import overview, recording, reminders
from app.services.desk import reviews
from app.services.record import record, record_all
from app.web import board as rows
from app.web import daylist
from app.web.alarm import offer
from app.web.cameras import proof
from app.web.context import actor, device, entry_id, member, now, open_day, posted, text, typed
from app.web.dayline import dayline
from app.web.drawn import Drawn, draw
from app.web.language import current, gettext, pick
from app.web.outage_words import view as outage_view
from app.web.pulse import kept_or, last_moment, watched
from app.web.rehearsal import buttons
from app.web.remarks import may_answer
from app.web.running import SPAN, running
from app.web.saved import saved
from app.web.show import sprite
from app.web.submit import stage_view, to_do
from app.web.times import Reader

blueprint = Blueprint("today", __name__)


@blueprint.get("/")
def index() -> Response | str:
    """Reviewers to their desk, the ministry to the board of its regions, others to the current day; without one, to the
    list, which says how days come.
    """
    if reviews(actor()):
        return redirect(url_for("desk.page"))
    if Role.MINISTRY_OFFICER in actor().roles:
        return redirect(url_for("region.overview"))
    day_id = overview.current(actor(), now())
    return redirect(url_for("today.board", day_id=day_id) if day_id else url_for("today.days"))


@blueprint.get("/days")
def days() -> str:
    """Days that the person may read: filters, order and page stand in the address."""
    return daylist.show()


@blueprint.get("/days/<day_id>")
def day(day_id: str) -> Response:
    open_day(day_id)
    return redirect(url_for("today.board", day_id=day_id))


@blueprint.get("/days/<day_id>/today")
def board(day_id: str) -> Response:
    """What is overdue, what is now, what comes, what is done; 304 without drawing when the reader has just that."""
    day = open_day(day_id)
    return kept_or(day, lambda: _board(day))


def _board(day: Day) -> str:
    may_mark, may_add = (allowed_on(day, actor(), a) for a in (Action.MILESTONE_NOTE, Action.ACCESS_NOTE))
    drawn = _drawn(day, may_add)
    return render_template(
        "today/board.html", drawn=drawn, offer=offer(day), for_me=pending(day, actor().person),
        proof=proof(day, recording.seen(day)) if watched(day) else None,
        mine=waiting_of(day, actor().person),
        **_review(day),
        outages=[outage_view(day, o, now()) for o in open_outages(day)],
        marks=[(m, str(uuid4())) for m in _mine(day, drawn.marks)] if may_mark else [],  # two taps write one entry
        milestone_url=url_for("today.milestone", day_id=day.id, name="-").removesuffix("-"),
        **(buttons(day) if day.opened.rehearsal else {}),
    )  # fmt: skip


def _review(day: Day) -> dict[str, Any]:
    """Where the review stands; to whom may answer them, how many remarks wait."""
    found, answers = review(day), may_answer(day)
    again = found.stage == Stage.RETURNED
    return {
        "stage": stage_view(day), "to_do": to_do(day), "again": again,
        "waiting": len(found.open) if answers else 0, "remarked": answers and again and bool(found.remarks),
    }  # fmt: skip


def _mine(day: Day, marks: tuple[rows.Mark, ...]) -> list[rows.Mark]:
    """Milestones that the person's role notes."""
    me = member(day)
    noted = {m.id for m in day.profile.milestones if me and me.role in m.noted_by}
    return [mark for mark in marks if mark.id in noted]


@dataclass(frozen=True)
class Board:
    """The pieces of the board that belong to nobody: above and beneath what is noted by a tap."""

    of: ReferenceType[Day]
    upper: Markup
    marks: tuple[rows.Mark, ...]
    lower: Markup
    bar: Markup


BOARDS: Drawn[Board] = Drawn(64)


def _drawn(day: Day, may_add: bool) -> Board:
    """The board's pieces, kept for the next reader of the same board.

    What they show is a function of the day, the minute, who has which step, the language, the reader's role on the day
    (``mine`` and "Do it now"), whether the reader may add a row, and the address of the icons, which names their
    version and where the product is mounted. The day is the very object that was drawn, not one of the same name: an
    entry, a changed plan or an erased body makes another. Of the clock only the minute comes in: states are those of
    its last moment, so what an entry of this minute opened is open. It stays in the key though a page with script
    counts on by itself (``app.web.running``): who reads without script gets no countdown of another minute. Nothing
    of the person can come in: ``draw`` knows nobody, and the forms with their tokens and entry ids, the clock's
    seconds, the menu and what is told stand in ``today/board.html``.
    """
    me = member(day)
    role = me.role if me else None
    minute = now().replace(second=0, microsecond=0)
    holders = reminders.holders(day, now())
    key = (day.origin, minute, tuple(holders.values()), current(), role, may_add, sprite())
    kept = BOARDS.get(key)
    if kept is not None and kept.of() is day:
        return kept
    views = all_steps(day, last_moment(minute))
    shared: dict[str, Any] = {
        "closed": closed_at(day),
        "groups": rows.groups(day, views, role, minute, holders), "rostered": me is not None, "may_add": may_add,
        "may_note": allowed_on(day, actor(), Action.OUTAGE_NOTE),  # by the role on the day alone
        "step_url": url_for("steps.show", day_id=day.id, step_id="-").removesuffix("-"),
    }  # fmt: skip
    upper = draw("today/_upper.html", line=dayline(day, views, minute), countdown=_countdown(day), **shared)
    lower = draw(
        "today/_lower.html", stages=rows.stages(day, views), totals=completeness(views), people=presence(day),
        duty=standings(day), on_duty=on_duty(day),
        checkpoint=g.checkpoint.short, **shared,
    )  # fmt: skip
    return BOARDS.put(key, Board(ref(day), upper, rows.marks(day), lower, draw("today/_bar.html", **shared)))


def _countdown(day: Day) -> Markup:
    """The exam's start or end beside the clock."""
    if now() < day.start:
        return running(gettext("starts in %(span)s", span=SPAN), day.start, now())
    if now() < day.end:
        return running(gettext("ends in %(span)s", span=SPAN), day.end, now())
    return running(gettext("ended %(span)s ago", span=SPAN), day.end, now())


@blueprint.route("/days/<day_id>/milestones/<name>", methods=["GET", "POST"])
def milestone(day_id: str, name: str) -> Response | str:
    """Note that something happened: one tap on the board, or here with its time and rooms."""
    day = open_day(day_id, Action.MILESTONE_NOTE)
    spec = day.profile.milestone(name)
    if spec is None:
        raise NotFound(N_("There is no such milestone."))
    codes = rows.milestone_rooms(day, spec)
    if posted():
        form = Reader(request.form, day)
        at = form.moment("at", now()) if "at" in request.form else now()
        form.stop()
        places = request.form.getlist("places") or [""]
        entry = entry_id()
        facts = [
            (
                entry if place == "" else str(uuid5(NAMESPACE_URL, f"{entry}/{place}")),
                f.MilestoneNoted(name, at, place, text("late_reason")),
            )
            for place in dict.fromkeys(places)
        ]
        receipts = record_all(actor(), day_id, facts, now(), device())
        saved(receipts[-1], pick(spec.title), day_id)
        return redirect(url_for("today.board", day_id=day_id, _anchor="waiting"))
    noted = {code: act for code in codes if (act := day.milestone(name, code))}
    return render_template(
        "today/milestone.html", spec=spec, codes=codes, noted=noted, act=day.milestone(name), values=typed(),
        entry_id=entry_id(),
        may_note=allowed_on(day, actor(), Action.MILESTONE_NOTE),
    )  # fmt: skip


@blueprint.route("/days/<day_id>/note", methods=["GET", "POST"])
def note(day_id: str) -> Response | str:
    """A note in the journal of the day."""
    day = open_day(day_id, Action.NOTE_WRITE)
    if posted():
        receipt = record(actor(), day_id, entry_id(), f.NoteWritten(text("text"), now()), now(), device())
        saved(receipt, gettext("Note"), day_id)
        return redirect(url_for("today.board", day_id=day_id))
    notes = [a for a in day.acts.values() if a.tag == "note.written"][::-1]
    return render_template("today/note.html", entry_id=entry_id(), notes=notes, may_note=member(day) is not None)
