"""Outages: open one in a short form, see how long it lasts and what comes next, and what has to be uploaded later."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from app.domain import N_, Invalid, NotFound
from app.domain import facts as f
from app.domain.day import Act, Day
from app.domain.outages import CAUSES, KINDS, OPENED, STAGES, Outage, outages, running, uploads
from app.domain.outages import outage as standing
from app.domain.policy import Action, allowed_on
from app.services.record import record
from app.web.acts import act_view
from app.web.context import actor, device, entry_id, member, now, open_day, posted, typed
from app.web.language import gettext
from app.web.outage_forms import held, located, read
from app.web.outage_words import title, upload_view, view
from app.web.pulse import kept_or
from app.web.running import stamp
from app.web.saved import saved
from app.web.show import rooms
from app.web.values import title as act_title

blueprint = Blueprint("outages", __name__, url_prefix="/days/<day_id>/outages")
NEXT = {"told": "outage.told", "decided": "outage.decided", "restored": "outage.restored"}  # in the order of doing


@blueprint.route("", methods=["GET", "POST"])
def overview(day_id: str) -> ResponseReturnValue:
    """All outages of the day, what is owed to the portal, and the form that says it is uploaded."""
    day = open_day(day_id, Action.FOOTAGE_COPY)
    if posted():
        fact = read(day, "footage.uploaded")
        receipt = record(actor(), day_id, entry_id(), fact, now(), device())
        saved(receipt, gettext("Footage uploaded, %(rooms)s", rooms=rooms(fact.rooms)), day_id)
        return redirect(url_for("outages.overview", day_id=day_id, _anchor="uploads"))
    owed, found = uploads(day, now()), sorted(reversed(outages(day)), key=lambda o: not o.open)
    return render_template(
        "outages/overview.html", found=[view(day, o, now()) for o in found],
        owed=[upload_view(day, u, now()) for u in owed], entry_id=entry_id(), form=_upload_form(day),
        may_note=allowed_on(day, actor(), Action.OUTAGE_NOTE), may_upload=allowed_on(day, actor(), Action.FOOTAGE_COPY),
    )  # fmt: skip


def _upload_form(day: Day) -> dict[str, Any]:
    """Filled in for the line of the list that was chosen (``for`` in the address), else the first that is owed."""
    open_ones = [u for u in uploads(day, now()) if u.left and u.end is not None]
    wanted = request.args.get("for", "")
    chosen = next((u for u in open_ones if u.name == wanted), open_ones[0] if open_ones else None)
    if chosen is None or chosen.end is None:
        return held(day, "footage.uploaded", period=f.Period(day.start, day.end))
    about = chosen.outage.seq if chosen.outage else None
    return held(day, "footage.uploaded", rooms=chosen.left, period=f.Period(chosen.start, chosen.end), outage=about)


@blueprint.route("/new", methods=["GET", "POST"])
def new(day_id: str) -> Response | str:
    """Open an outage."""
    day = open_day(day_id, Action.OUTAGE_NOTE)
    if posted():
        fact = read(day, OPENED)
        receipt = record(actor(), day_id, entry_id(), fact, now(), device())
        saved(receipt, gettext(KINDS[fact.kind]), day_id)
        return redirect(url_for("outages.show", day_id=day_id, outage=receipt.seq))
    return render_template(
        "outages/new.html", form=held(day, OPENED, **_proposed(day)), entry_id=entry_id(),
        running=[view(day, o, now()) for o in running(day)],
        may_note=allowed_on(day, actor(), Action.OUTAGE_NOTE),
    )  # fmt: skip


def _proposed(day: Day) -> dict[str, Any]:
    """What the address says already: kind, rooms, or the entry by which the server told of it (``seen``)."""
    given = {"kind": request.args.get("kind", ""), "rooms": tuple(request.args.getlist("room"))}
    seq = request.args.get("seen", -1, type=int)
    fact = day.lines[seq].fact if 0 <= seq < len(day.lines) else None
    camera = day.camera(fact.camera) if isinstance(fact, f.CameraSeen) else None
    if camera is None or not isinstance(fact, f.CameraSeen):
        return given
    return {**given, "rooms": (camera.room,), "cameras": (camera.id,), "seen": str(seq), "at": fact.since}


@blueprint.route("/<int:outage>", methods=["GET", "POST"])
def show(day_id: str, outage: int) -> Response | str:
    """One outage: the timer, what to do next, and everything that was recorded of it."""
    day = open_day(day_id, Action.OUTAGE_NOTE)
    act = day.acts.get(outage)
    if act is None or act.fact is None or act.tag != OPENED:
        raise NotFound(N_("There is no such outage."))
    if posted():
        return _follow(day, outage)
    found = standing(day, outage)
    return _page(day, act, found) if typed() is not None else kept_or(day, lambda: _page(day, act, found))


def _follow(day: Day, seq: int) -> Response:
    """Told, decided or restored, whichever button was pressed."""
    what = next((name for name in NEXT if request.form.get("what") == name), "told")
    prefix = f"{what}."
    fact = read(day, NEXT[what], seq, prefix=prefix)
    try:
        receipt = record(actor(), day.id, entry_id(), fact, now(), device())
    except Invalid as err:
        raise located(err, prefix) from None
    day = open_day(day.id)
    saved(receipt, act_title(day, day.acts[receipt.seq]), day.id)
    return redirect(url_for("outages.show", day_id=day.id, outage=seq))


def _page(day: Day, act: Act, found: Outage | None) -> str:
    me, values = member(day), typed()
    sent = values["what"] if values is not None and values.get("what") in NEXT else ""
    following = found.following if found else tuple(
        a for a in day.acts.values() if a.tag in NEXT.values() and a.fact is not None and a.fact.target == act.seq
    )  # fmt: skip
    return render_template(
        "outages/show.html", act=act_view(day, act, me), found=found, seen=view(day, found, now()) if found else None,
        following=[act_view(day, a, me) for a in following], todo=_todo(day, found, sent) if found else [],
        owed=[upload_view(day, u, now()) for u in uploads(day, now()) if u.outage and u.outage.seq == act.seq],
        limits=[day.parameter(f"outage_{s}_min") for s in STAGES], stamp=stamp,
        title=title(found) if found else gettext(KINDS.get(act.fact.kind, act.fact.kind)), entry_id=entry_id(),
        may_note=allowed_on(day, actor(), Action.OUTAGE_NOTE),
        cause=gettext(CAUSES.get(act.fact.cause, act.fact.cause)),
    )  # fmt: skip


def _todo(day: Day, found: Outage, sent: str) -> list[dict[str, Any]]:
    """The forms in their order, the first that is open unfolded, or the one that was sent. Restored: no third one."""
    done = {"told": bool(found.told), "decided": bool(found.decided), "restored": not found.open}
    first = sent or next((name for name in NEXT if not done[name]), "")
    words = {
        "told": gettext("Tell the exam centre head and the commission"),
        "decided": gettext("Write down the decision"),
        "restored": gettext("Note the end"),
    }
    return [
        {
            "what": what,
            "title": words[what],
            "done": done[what],
            "open": what == first and (found.open or bool(sent)),
            "form": held(day, tag, prefix=f"{what}.", local_recording=found.local_recording, late=not found.open),
        }
        for what, tag in NEXT.items()
        if what != "restored" or found.open
    ]
