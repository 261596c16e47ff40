"""The journal of access to video surveillance, as the official form has it; and the whole journal."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.domain import Invalid, Message
from app.domain import facts as f
from app.domain.access import rows
from app.domain.day import Day
from app.domain.places import parse_rooms
from app.domain.policy import Action, allowed_on
from app.services.days import paged
from app.services.record import record
from app.web.context import actor, device, entry_id, member, now, open_day, posted, text, typed
from app.web.inputs import room_label
from app.web.language import pick
from app.web.lines import kind, line_text
from app.web.machine_words import TAGS, who
from app.web.marks import marks
from app.web.rows import MARKS, lines
from app.web.saved import saved
from app.web.show import clock as show_clock
from app.web.show import local
from app.web.show import rooms as show_rooms
from app.web.times import Reader

blueprint = Blueprint("journal", __name__, url_prefix="/days/<day_id>")
LOG_PAGE = 100
FIELDS = (
    "rooms", "start", "start_date", "end", "end_date",
    "action", "text", "reason", "state_found", "seal_before", "seal_after", "late_reason",
)  # fmt: skip


@blueprint.get("/journal")
def access(day_id: str) -> str:
    """All rows, numbered as they came; corrected, late and unconfirmed ones say so."""
    day = open_day(day_id)
    found = lines(day)
    counts = {name: sum(name in line.marks for line in found) for name in MARKS} | {"rows": len(found)}
    return render_template(
        "journal/access.html", rows=Markup("").join(line.html for line in found), counts=counts,
        may_add=allowed_on(day, actor(), Action.ACCESS_NOTE),
    )  # fmt: skip


@blueprint.route("/journal/add", methods=["GET", "POST"])
def add(day_id: str) -> Response | str:
    """Write a row for an access outside a step."""
    day = open_day(day_id, Action.ACCESS_NOTE)
    if posted():
        fact = access_fact(day)
        receipt = record(actor(), day_id, entry_id(), fact, now(), device())
        action = day.profile.action(fact.action)
        saved(receipt, pick(action.title) if action else fact.text, day_id)
        return redirect(url_for("journal.access", day_id=day_id, _anchor=f"entry-{receipt.number}"))
    return render_template(
        "journal/add.html", access=access_form(day, typed()), entry_id=entry_id(), number=len(rows(day)) + 1,
        may_add=allowed_on(day, actor(), Action.ACCESS_NOTE), technician=member(day),
    )  # fmt: skip


def access_form(day: Day, values: MultiDict[str, str] | None, fact: f.AccessNoted | None = None) -> dict[str, Any]:
    """What the row's fields hold: typed, else the row's own (a correction), else now."""
    held = dict.fromkeys(FIELDS, "")
    marked: tuple[str, ...] = ()
    if values is not None:
        held |= {name: values[name] for name in FIELDS if name in values}
        marked = tuple(values.getlist("room"))
    elif fact is not None:
        held |= {name: getattr(fact, name) for name in FIELDS[5:]}
        held |= {"rooms": show_rooms(fact.rooms), **_moment("start", fact.start), **_moment("end", fact.end)}
    else:
        held |= {**_moment("start", now()), **_moment("end", now())}
    return {
        "held": held, "marked": marked,
        "grid": tuple((r.code, room_label(r).removeprefix(r.code).strip()) for r in day.rooms),
        "actions": tuple((a.id, pick(a.title)) for a in day.profile.actions),
    }  # fmt: skip


def _moment(name: str, at: datetime) -> dict[str, str]:
    return {name: show_clock(at), f"{name}_date": local(at).date().isoformat()}


def access_fact(day: Day, old: f.AccessNoted | None = None) -> f.AccessNoted:
    """The row as typed. Raises Invalid for what cannot be read."""
    form = Reader(request.form, day)
    start = form.moment("start", old.start if old else now())
    end = form.moment("end", old.end if old else now())
    try:
        typed_rooms = parse_rooms(request.form.get("rooms", ""))
    except Invalid as err:
        form.problems += [Message(m.id, m.params, "rooms") for m in err.messages]
        typed_rooms = ()
    form.stop()
    codes = tuple(sorted({*typed_rooms, *request.form.getlist("room")}))
    action = request.form.get("action", "")
    fact = f.AccessNoted(
        codes, start, end, "" if action == "other" else action, text("text") if action in ("", "other") else "",
        text("reason"), request.form.get("state_found", ""), text("seal_before"), text("seal_after"),
        text("late_reason"),
    )  # fmt: skip
    return replace(fact, late_reason=fact.late_reason or old.late_reason) if old else fact


@blueprint.get("/log")
def log(day_id: str) -> str:
    """The whole journal: every entry one line, newest page last; what machines wrote by themselves when asked for."""
    day = open_day(day_id)
    quiet = [line for line in day.lines if line.tag not in TAGS]
    machines = len(day.lines) - len(quiet)
    every = "machines" in request.args
    lines_ = list(day.lines) if every else quiet
    last = max(1, -(-len(lines_) // LOG_PAGE))
    found = paged(lines_, request.args.get("page", last, type=int), LOG_PAGE)
    shown = [(x, kind(x.tag), line_text(day, x), day.acts.get(x.seq), who(day, x)) for x in found.items]
    return render_template(
        "journal/log.html", lines=shown, found=found, marks=marks, machines=machines, every=every,
        more={"machines": 1} if every else {},
    )  # fmt: skip
