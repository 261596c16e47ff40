"""Copying in the browser, where the server runs on the laptop with the media: choose, look, start, watch, record."""

from dataclasses import dataclass
from datetime import datetime
from json import loads
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from app.config import PROJECT
from app.domain import N_, Invalid, Message, NotFound
from app.domain import facts as f
from app.domain.codec import build
from app.domain.day import Day
from app.domain.footage import MEDIA, window
from app.domain.plan import Camera
from app.domain.policy import Action, allowed_on
from app.services import copies as service
from app.services import places
from app.services.copies import CHECK, Asked, CopyView, Started
from app.web import footage_words as words
from app.web.context import actor, device, now, open_day, posted, real_now, settings, text, typed
from app.web.fields import given
from app.web.language import say
from app.web.pulse import kept_or, watch
from app.web.saved import saved
from app.web.show import NBSP
from app.web.times import Reader

blueprint = Blueprint("copies", __name__, url_prefix="/days/<day_id>/footage")
STATES = {  # colour, icon, word
    "waiting": ("wait", "wait", N_("begins")),
    "running": ("now", "now", N_("is running")),
    "paused": ("soon", "wait", N_("paused")),
    "stopped": ("not", "not", N_("stopped")),
    "failed": ("over", "over", N_("failed")),
    "broken": ("over", "over", N_("broke off")),
    "done": ("done", "done", N_("done")),
}
LISTS = {
    "new": N_("New on the medium"), "there": N_("Already there and proved"),
    "unnamed": N_("Kept their names, their times are not known"), "left_out": N_("Left out: links and other histories"),
}  # fmt: skip
EVERY, LATER = 2, 15  # seconds between two looks at a copy that runs, and at one that does not


@dataclass(frozen=True)
class Tile:
    """A camera or room to mark."""

    id: str
    under: str
    marked: bool
    closed: bool = False


@dataclass(frozen=True)
class Target:
    """A place that a copy may go to. ``against``: what speaks against it."""

    path: str
    title: str
    text: str
    against: tuple[str, ...]
    marked: bool


@dataclass(frozen=True)
class CopyLine:
    """A copy or check in words. ``part``: thousandths."""

    view: CopyView
    title: str
    mark: tuple[str, str, str]
    part: int
    text: str


def places_setting() -> str:
    """Folders that the browser may copy from and to; empty where the server is not on the laptop."""
    return str(settings().footage_places)


def _how() -> Started:
    made = current_app.extensions["settings"]
    return Started(made.instance, made.database_url, PROJECT)


@blueprint.route("/copy", methods=["GET", "POST"])
def start(day_id: str) -> Response | str:
    """Choose folder, medium and cameras; look at what will be done; start it."""
    day = open_day(day_id, Action.FOOTAGE_COPY)
    if posted():
        asked = _asked()
        if "sure" in request.form:
            found = service.begin(actor(), day.id, asked, places_setting(), real_now(), _how())
            return redirect(url_for("copies.show", day_id=day.id, copy_id=found))
        prepared = service.prepare(actor(), day.id, asked, places_setting(), real_now())
        plan, on = prepared.plan, prepared.medium
        return render_template(
            "footage/ready.html", asked=asked, plan=plan, medium=words.medium(on), on=on, root=plan.root.name,
            free=words.size(plan.medium.free), whole=words.size(plan.size), todo=words.size(plan.to_write),
        )  # fmt: skip
    return render_template("footage/copy.html", **_choices(day))


def _asked() -> Asked:
    form = request.form
    return Asked(
        tuple(filter(None, [form.get("source", "")])), form.get("place", ""), text("folder"),
        tuple(form.getlist("cameras")), tuple(form.getlist("rooms")), form.get("rule") == "rule", text("serial"),
        form.get("kind", ""), text("seal"),
    )  # fmt: skip


def _choices(day: Day) -> dict[str, Any]:
    setting, values = places_setting(), typed()
    chosen = values.get("source", "") if values is not None else request.args.get("from", "")
    try:
        folder = places.look(setting, chosen)
    except NotFound:
        folder = places.look(setting, "")
    cameras = values.getlist("cameras") if values is not None else request.args.getlist("camera")
    rooms = values.getlist("rooms") if values is not None else []
    titles = {r.code: r.title for r in day.rooms}
    with_camera = {c.room for c in day.cameras}
    return {
        "setting": setting, "may_copy": allowed_on(day, actor(), Action.FOOTAGE_COPY), "source": folder,
        "targets": _targets(setting, folder.path), "folder": given("folder", day.id),
        "cameras": [Tile(c.id, c.title or titles.get(c.room) or _elsewhere(c), c.id in cameras) for c in day.cameras],
        "rooms": [Tile(r.code, r.title, r.code in rooms) for r in day.rooms if r.code not in with_camera],
        "kinds": [(kind, words.kind(kind)) for kind in MEDIA],
    }  # fmt: skip


def _elsewhere(camera: Camera) -> str:
    """The room of a camera whose name does not tell it."""
    return "" if camera.id.startswith(camera.room) else camera.room


def _targets(setting: str, source: str) -> list[Target]:
    chosen = given("place")
    found = []
    for place in places.places(setting):
        on = place.medium
        against = []
        if on.read_only:
            against.append(gettext("can only be read"))
        if not on.serial:
            against.append(gettext("the system does not tell its serial number: enter it below"))
        if source and (source == place.path or source.startswith(f"{place.path}/")):
            against.append(gettext("holds the footage that is copied"))
        parts = (words.kind(on.kind), on.label, on.serial, on.file_system)
        free = gettext("%(free)s of %(all)s free", free=words.size(on.free), all=words.size(on.capacity))
        text_ = " · ".join((*filter(None, parts), free))
        found.append(Target(place.path, place.path, text_, tuple(against), place.path == chosen))
    return found


@blueprint.post("/read-again")
def check(day_id: str) -> Response:
    """Read the copy of an entry again, whole, and compare it with its manifest."""
    day = open_day(day_id, Action.FOOTAGE_COPY)
    entry = request.form.get("entry", "")
    if not entry.isascii() or not entry.isdecimal() or len(entry) > 9:
        raise Invalid(Message(N_("There is no such copy to check, or it is void.")))
    found = service.begin_check(actor(), day.id, int(entry), places_setting(), real_now(), _how())
    return redirect(url_for("copies.show", day_id=day.id, copy_id=found))


@blueprint.post("/copies/<copy_id>/wish")
def wish(day_id: str, copy_id: str) -> Response:
    """Pause, go on, stop."""
    day = open_day(day_id, Action.FOOTAGE_COPY)
    what = request.form.get("what", "")
    if what == "go_on":
        service.go_on(actor(), day.id, copy_id, real_now(), _how())
    elif what in ("pause", "stop"):
        service.wish(actor(), day.id, copy_id, what, real_now())
    return redirect(url_for("copies.show", day_id=day.id, copy_id=copy_id))


@blueprint.route("/copies/<copy_id>", methods=["GET", "POST"])
def show(day_id: str, copy_id: str) -> Response | str:
    """How far it is; once it is done, what it found, and record it."""
    day = open_day(day_id, Action.FOOTAGE_COPY)
    found = service.copy(actor(), day.id, copy_id, real_now())
    if posted():
        return _record(day, found)
    row = found.row
    watch(url_for("copies.show", day_id=day.id, copy_id=copy_id), (found.state, row.wish, row.progress, row.entry),
          EVERY if found.alive and row.state in ("waiting", "running") else LATER)  # fmt: skip
    if typed() is not None:
        return _shown(day, found)
    return kept_or(day, lambda: _shown(day, found))


def _shown(day: Day, found: CopyView) -> str:
    result = found.row.result
    made = service.result_of(found.row, day.ahead) if "copy" in result else None
    fact = build(f.FootageChecked, result["check"]) if "check" in result else None
    ended = made.at if made else fact.at + day.ahead if fact else None
    late = ended is not None and now() - ended > day.profile.limits.late_after
    return render_template(
        "footage/progress.html", copy=line(found), made=made, fact=fact, late=late, words=words,
        lists=[(gettext(LISTS[name]), got) for name, got in result.get("lists", {}).items() if got["count"]],
        problems=[*map(words.doubt, result.get("problems", []))], told=_reasons(found),
        span=_span(day, found) if made else None, may_copy=allowed_on(day, actor(), Action.FOOTAGE_COPY), seen=_seen,
    )  # fmt: skip


def _seen(part: f.Coverage) -> str:
    return words.covered(part.planned, part.covered_ppm, part.gaps, part.more)


def _reasons(found: CopyView) -> list[str]:
    if found.state == "broken":
        return [gettext("The process that copied is gone: the computer was switched off, or somebody ended it.")]
    return [say(Message(m, params)) for m, params in (loads(found.row.told) if found.row.told else [])]


def _span(day: Day, found: CopyView) -> tuple[datetime, datetime] | None:
    """What stands in the fields of the period: the recording by the journal, when there is one."""
    rooms = [c.room for c in day.cameras if c.id in found.row.asked["cameras"]] + found.row.asked["rooms"]
    spans = [span for room in rooms if (span := window(day, room))]
    return (min(s.start for s in spans), max(s.end for s in spans)) if spans else None


def _record(day: Day, found: CopyView) -> Response:
    viewed = {"yes": True, "no": False}.get(request.form.get("viewed", ""))
    period = None
    if request.form.get("period_start") or request.form.get("period_end"):
        reader = Reader(request.form, day)
        period = f.Period(reader.moment("period_start", day.start), reader.moment("period_end", day.end))
        reader.stop()
    receipt = service.record(
        actor(), day.id, found.row.id, now(), viewed, period, text("late_reason"), device()
    )
    title = gettext("reading again") if found.what == CHECK else gettext("copy of footage")
    saved(receipt, title, day.id, correctable=False)
    return redirect(url_for("footage.overview", day_id=day.id))


# ---------------------------------------------------------------- in words


def line(found: CopyView) -> CopyLine:
    """One copy or check as lists show it."""
    row, seen = found.row, found.row.progress
    css, icon, word = STATES[found.state]
    medium = words.medium(f.Medium(row.asked["serial"] or "–", row.asked["kind"] or "other"))
    if found.what == CHECK:
        title = gettext("Read again: %(medium)s", medium=medium)
    else:
        title = gettext("Copy to %(medium)s", medium=medium)
    total = int(seen.get("total") or 0)
    part = 1000 if found.state == "done" else 1000 * int(seen.get("done") or 0) // total if total else 0
    return CopyLine(found, title, (css, icon, gettext(word)), min(part, 1000), _text(found))


def _text(found: CopyView) -> str:
    """``1.2 GB of 3.4 GB · 80.0 MB/s · 28 s left``."""
    seen = found.row.progress
    done, total = words.size(int(seen.get("done") or 0)), words.size(int(seen.get("total") or 0))
    if found.state == "done":
        return f"{ngettext('%(num)s file', '%(num)s files', int(seen.get('files') or 0))}, {total}"
    said = [gettext("%(done)s of %(total)s", done=done, total=total)]
    if found.state == "running":
        if seen.get("rate"):
            said.append(gettext("%(rate)s/s", rate=words.size(int(seen["rate"]))))
        if seen.get("left") is not None:
            said.append(gettext("%(span)s left", span=left(int(seen["left"]))))
        if seen.get("phase") == "measuring":
            said.append(gettext("measuring what the files cover"))
    return " · ".join(said)


def left(seconds: int) -> str:
    """``28 s``, ``4 min``, ``1 h 10 min``."""
    if seconds < 90:
        return gettext("%(seconds)s s", seconds=seconds).replace(" ", NBSP)
    hours, minutes = divmod(round(seconds / 60), 60)
    if hours:
        return gettext("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes).replace(" ", NBSP)
    return gettext("%(minutes)s min", minutes=minutes).replace(" ", NBSP)
