"""Cameras of the day: what is recorded by whose act, and what the server saw beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import Blueprint, current_app, render_template, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from app.domain.day import Act, Day
from app.domain.plan import ROOM_KINDS, Camera, Room
from app.domain.policy import Action, allowed_on
from app.domain.recording import mismatches, planned, planned_start, span_at, spans
from app.domain.sights import ALIVE
from app.services import recording as service
from app.services.recording import Sight
from app.web.context import actor, now, open_day
from app.web.machine_words import mismatch, state_word
from app.web.pulse import kept_or
from app.web.show import NBSP, when

blueprint = Blueprint("cameras", __name__, url_prefix="/days/<day_id>/cameras")
PICTURE, DEVICE = "sights.picture", "devices.show"


@dataclass(frozen=True)
class CameraView:
    """A camera with what it showed last; ``css`` empty: nobody watches it. ``differs``: where acts and it differ."""

    id: str
    title: str
    url: str
    css: str = ""
    icon: str = ""
    word: str = ""
    since: str = ""
    details: tuple[str, ...] = ()
    picture: str = ""
    differs: tuple[str, ...] = ()


@dataclass(frozen=True)
class RoomView:
    """A room with its cameras. ``word``: recorded since when and by whom, planned, or off. ``mark``: colour, icon and
    words of what its cameras show, empty when nobody watches them. ``look``: something of them is not as it should be.
    """

    code: str
    title: str
    css: str
    icon: str
    word: str
    entry: int
    cameras: tuple[CameraView, ...]
    mark: tuple[str, str, str] | None
    look: bool


@blueprint.get("")
def show(day_id: str) -> Response:
    """Every room with its cameras, kept fresh like the board."""
    day = open_day(day_id)
    return kept_or(day, lambda: _page(day))


def _page(day: Day) -> str:
    seen = service.seen(day)
    differs: dict[str, list[str]] = {}
    for found in mismatches(day, service.looks(seen)):
        if found.weighs:
            differs.setdefault(found.camera, []).append(mismatch(found))
    views = {kind: [_room(day, r, seen, differs) for r in day.rooms if r.kind == kind] for kind in ROOM_KINDS}
    order = ("headquarters", "exam", "corridor", "entrance", "other")
    return render_template(
        "cameras/page.html", groups=[(kind, views[kind]) for kind in order if views[kind]], proof=proof(day, seen),
        watched=bool(seen), may=allowed_on(day, actor(), Action.RECORDING_SWITCH),
        recorded=sum(span_at(day, r.code, now()) is not None for r in day.rooms),
    )  # fmt: skip


def _room(day: Day, room: Room, seen: Mapping[str, Sight], differs: Mapping[str, list[str]]) -> RoomView:
    css, icon, word, act = _recorded(day, room.code)
    on = planned(day, room.code, now())
    here = (c for c in day.cameras if c.room == room.code)
    cameras = tuple(_camera(day, c, seen.get(c.id), on, differs.get(c.id, ())) for c in here)
    look = any(c.css == "over" or c.differs for c in cameras)
    return RoomView(room.code, room.title, css, icon, word, act.number if act else 0, cameras, _mark(cameras), look)


def _mark(cameras: Sequence[CameraView]) -> tuple[str, str, str] | None:
    """The cameras of a room in a word: the first that fails, else how many show a picture."""
    watched = [c for c in cameras if c.css]
    if not watched:
        return None
    for c in watched:
        if c.css == "over":
            return c.css, c.icon, f"{c.id}: {c.word}"
    alive = sum(c.css == "done" for c in watched)
    css, icon = ("done", "done") if alive == len(watched) else ("off", "off")
    return css, icon, f"{state_word(ALIVE)} {alive}/{len(watched)}"


def _recorded(day: Day, room: str) -> tuple[str, str, str, Act | None]:
    """Colour, icon, words and the act that says so."""
    span = span_at(day, room, now())
    if span is not None:
        said = gettext("Recording since %(time)s, %(who)s", time=when(span.start), who=span.act_start.by.short)
        return "done", "rec", said, span.act_start
    over = [s for s in spans(day, room) if s.end is not None and s.end <= now()]
    if over and over[-1].act_end and over[-1].end:
        said = gettext("Stopped %(time)s, %(who)s", time=when(over[-1].end), who=over[-1].act_end.by.short)
        return "off", "off", said, over[-1].act_end
    start = planned_start(day, room)
    if start is None:
        return "off", "off", gettext("Not recording"), None
    if start > now():
        return "", "soon", gettext("Planned for %(time)s", time=when(start)), None
    return "over", "over", gettext("Was to record from %(time)s", time=when(start)), None


def _camera(
    day: Day, camera: Camera, sight: Sight | None, on: bool, differs: Sequence[str]
) -> CameraView:
    view = CameraView(camera.id, camera.title, device_url(day, camera.id), differs=tuple(differs))
    if sight is None:
        return view
    css, icon = ("done", "done") if sight.state == ALIVE else ("over", "over") if on else ("off", "off")
    word = state_word(sight.state)
    if not on and sight.state != ALIVE:
        word = ", ".join((word, gettext("planned off")))
    return CameraView(
        camera.id, camera.title, view.url, css, icon, word, when(sight.since), tuple(_details(sight)),
        picture_url(day, camera.id, sight.pictured), tuple(differs),
    )  # fmt: skip


def _details(sight: Sight) -> list[str]:
    found = [gettext("looked at %(time)s", time=when(sight.looked))]
    if sight.width and sight.height:
        found.append(f"{sight.width}\u00d7{sight.height}")
    if sight.fps_milli:
        found.append(gettext("%(count)s pictures a second", count=f"{sight.fps_milli / 1000:g}").replace(" ", NBSP))
    if sight.recording:
        says = {"yes": gettext("the device says it records"), "no": gettext("the device says it does not record")}
        found.append(says.get(sight.recording, ""))
    if sight.detail:
        found.append(sight.detail)
    return [line for line in found if line]


def picture_url(day: Day, camera: str, pictured: datetime | None) -> str:
    """Address of the newest thumbnail, another one for each picture; empty without one."""
    if pictured is None or PICTURE not in current_app.view_functions:
        return ""
    return url_for(PICTURE, day_id=day.id, camera=camera, at=int(pictured.timestamp()))


def device_url(day: Day, name: str) -> str:
    """Address of the page of a device; empty where there is none."""
    if DEVICE not in current_app.view_functions:
        return ""
    return url_for(DEVICE, code=day.centre_code, device=name)


# ---------------------------------------------------------------- the last proof, for the board


@dataclass(frozen=True)
class ProofLine:
    """What the cameras that have to record show. ``failing``: (camera, its room, word, picture), at most a few."""

    css: str
    icon: str
    text: str
    failing: tuple[tuple[str, str, str, str], ...] = field(default=())
    more: int = 0


FEW = 6  # thumbnails on the board


def proof(day: Day, seen: Mapping[str, Sight]) -> ProofLine | None:
    """One line about the cameras that are watched; None when none is."""
    known = {c.id: seen[c.id] for c in day.cameras if c.id in seen}
    if not known:
        return None
    looked = max(s.looked for s in known.values())
    on = {name: s for name, s in known.items() if planned(day, name, now())}
    if not on:
        said = ngettext(
            "%(num)s camera is watched; it does not have to record now.",
            "%(num)s cameras are watched; none has to record now.", len(known),
        )  # fmt: skip
        return ProofLine("off", "off", f"{said} {when(looked)}")
    bad = {name: s for name, s in on.items() if s.state != ALIVE}
    said = ngettext(
        "%(shown)s of %(num)s camera shows a picture, %(time)s",
        "%(shown)s of %(num)s cameras show a picture, %(time)s", len(on), shown=len(on) - len(bad), time=when(looked),
    )  # fmt: skip
    if not bad:
        return ProofLine("done", "done", said)
    names = ", ".join(list(bad)[:FEW]) + (" …" if len(bad) > FEW else "")
    said += "; " + ngettext("%(num)s does not: %(names)s", "%(num)s do not: %(names)s", len(bad), names=names)
    first = list(bad.items())[:FEW]
    homes = {c.id: c.room for c in day.cameras}
    failing = tuple((name, homes[name], state_word(s.state), picture_url(day, name, s.pictured)) for name, s in first)
    return ProofLine("over", "over", said, failing, len(bad) - len(first))
