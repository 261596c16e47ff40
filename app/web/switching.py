"""Start or stop recording: one form for a room, several or all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from app.domain import N_, Invalid, Message, NotFound
from app.domain.day import Day
from app.domain.policy import Action, allowed_on
from app.domain.recording import planned, span_at
from app.services import recording as service
from app.services.recording import Asked, Part
from app.web import inputs
from app.web.cameras import blueprint as blueprint
from app.web.context import actor, device, entry_id, member, now, open_day, posted, text, typed
from app.web.inputs import Input, room_label
from app.web.language import pick
from app.web.saved import told
from app.web.show import clock, rooms
from app.web.steps import MAY_STAY, Tile
from app.web.times import Reader, shows_date


@dataclass(frozen=True)
class Asks:
    """What a step asks for beyond the times, and of which rooms."""

    title: str
    rooms: str
    fields: tuple[Input, ...]


@blueprint.route("/start", methods=["GET", "POST"])
def start(day_id: str) -> Response | str:
    """Start recording in a room, in several or in all."""
    return _switch(day_id, "start")


@blueprint.route("/stop", methods=["GET", "POST"])
def stop(day_id: str) -> Response | str:
    """Stop recording; it says who ordered it."""
    return _switch(day_id, "stop")


def _switch(day_id: str, effect: str) -> Response | str:
    day = open_day(day_id, Action.RECORDING_SWITCH)
    words = service.words_of_actions(day, effect)
    if not words:
        raise NotFound(N_("The profile of this day has no word for this act."))
    if posted():
        asked = _asked(day, effect, words)
        receipts = service.switch(actor(), day_id, entry_id(), asked, now(), device(), _heed)
        _tell(day, asked, [r.number for r in receipts])
        return redirect(url_for("cameras.show", day_id=day_id))
    chosen = tuple(typed().getlist("rooms")) if typed() is not None else _likely(day, effect)
    found, left = service.parts(day, effect, [r.code for r in day.rooms], now())
    return render_template(
        "cameras/switch.html", effect=effect, tiles=_tiles(day, chosen), asks=_asks(day, effect, found),
        left=rooms(left), actions=[(a, pick(spec.title)) for a in words if (spec := day.profile.action(a))],
        entry_id=entry_id(), may=allowed_on(day, actor(), Action.RECORDING_SWITCH), dated=shows_date(day, now()),
        warnings=g.get("warnings", ()), here=url_for(f"cameras.{effect}", day_id=day_id),
    )  # fmt: skip


def _heed(warnings: tuple[Message, ...]) -> None:
    """A value out of its limit is taken only with a reason; the form shows it again."""
    g.warnings = (*g.get("warnings", ()), *warnings)
    if warnings and not text("reason"):
        raise Invalid(MAY_STAY)


def _asked(day: Day, effect: str, words: Sequence[str]) -> Asked:
    form = Reader(request.form, day)
    begun, ended = form.moment("start", now()), form.moment("end", now())
    form.stop()
    chosen = tuple(code for code in request.form.getlist("rooms") if day.room(code))
    evidence: dict[str, dict[str, Any]] = {}
    for step in service.steps(day, effect):
        own = {spec.id for spec in service.own_fields(step, effect)}
        raw = inputs.collect(step, actor(), member(day), day, now())
        evidence[step.id] = {name: value for name, value in raw.items() if name in own}
    action = text("action")
    return Asked(
        effect, chosen, begun, ended, action if action in words else words[0], evidence, text("ordered_by"),
        text("reason"), text("late_reason"), _seen_words(),
    )  # fmt: skip


def _seen_words() -> str:
    """What is said of the picture for rooms that have no step of their own to say it."""
    match request.form.get("seen", ""):
        case "yes":
            return gettext("Recording seen running: yes")
        case "no":
            return gettext("Recording seen running: no")
        case _:
            return ""


def _tell(day: Day, asked: Asked, numbers: list[int]) -> None:
    where = rooms(asked.rooms)
    started = gettext("Recording started: %(rooms)s", rooms=where)
    stopped = gettext("Recording stopped: %(rooms)s", rooms=where)
    entries = ngettext("Entry %(list)s.", "Entries %(list)s.", len(numbers), list=", ".join(map(str, numbers)))
    links = [
        [gettext("Correct entry %(number)s", number=n), url_for("entries.correct", day_id=day.id, seq=n - 1)]
        for n in numbers
    ]
    told(started if asked.effect == "start" else stopped, entries, links=links)


def _likely(day: Day, effect: str) -> tuple[str, ...]:
    """What a person most likely wants: the room they come from; for a start the rooms whose time has come."""
    if came := request.args.getlist("room"):
        return tuple(came)
    if effect == "stop":
        return ()
    return tuple(r.code for r in day.rooms if planned(day, r.code, now()) and span_at(day, r.code, now()) is None)


def _tiles(day: Day, chosen: Sequence[str]) -> tuple[Tile, ...]:
    """Every room; beneath its number since when it is recorded, else its name."""
    out = []
    for room in day.rooms:
        span = span_at(day, room.code, now())
        under = gettext("since %(time)s", time=clock(span.start)) if span else room_label(room).removeprefix(room.code)
        out.append(Tile(room.code, under.strip(), False, room.code in chosen))
    return tuple(out)


def _asks(day: Day, effect: str, found: Sequence[Part]) -> list[Asks]:
    """The fields of each open step; what two of them ask is asked once."""
    homes = {c.id: c.room for c in day.cameras}
    known: set[str] = set()
    out = []
    for part in found:
        own = {spec.id for spec in service.own_fields(part.step, effect)} - known
        fields = tuple(i for i in inputs.inputs(day, part.step, member(day), now(), typed()) if i.spec.id in own)
        known |= own
        out.append(Asks(pick(part.step.title), rooms(dict.fromkeys(homes.get(p, p) for p in part.places)), fields))
    return out
