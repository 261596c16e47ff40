"""Footage of the day: what is covered, on which media, what is still missing; and how it is copied."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template
from flask_babel import gettext

from app.domain import facts as f
from app.domain.day import Act, Day
from app.domain.footage import UNCOVERED, Footage, OnMedium, State, footage, media, uncovered, unplanned
from app.domain.outages import uploads
from app.domain.policy import Action, allowed_on
from app.services import copies
from app.web import footage_words as words
from app.web.context import actor, now, open_day, real_now
from app.web.copies import line, places_setting
from app.web.outage_words import upload_view
from app.web.show import ROOM_KINDS, local

blueprint = Blueprint("footage", __name__, url_prefix="/days/<day_id>/footage")
FEW = 8  # lines that are shown unfolded
WIDTH = 1000  # units of a bar


@dataclass(frozen=True)
class Line:
    """A camera (or a room without one) in words. ``bar``: (from, width, whether it is covered) of the planned time."""

    title: str
    text: str
    css: str
    icon: str
    word: str
    bar: tuple[tuple[int, int, bool], ...]
    copies: tuple[Act, ...]


@dataclass(frozen=True)
class Group:
    """Lines of one kind of rooms."""

    key: str
    title: str
    lines: tuple[Line, ...]
    open: int  # of them not covered
    running: bool  # some still record: too early to say


@dataclass(frozen=True)
class MediumLine:
    """A medium in words. ``newest``: the act that proved it last."""

    of: OnMedium
    title: str
    mark: tuple[str, str, str]
    size: str


@blueprint.get("")
def overview(day_id: str) -> str:
    """What is still missing comes first, then every camera, then the media."""
    day = open_day(day_id)
    today = local(now()).date()
    missing = uncovered(day)
    owed = [upload_view(day, u, now()) for u in uploads(day, now()) if u.left]
    return render_template(
        "footage/overview.html", missing=[_line(item) for item in missing], kinds=unplanned(day),
        groups=_groups(day), media=[_medium(m, today) for m in media(day)], over=now() >= day.end,
        owed=owed, may_copy=allowed_on(day, actor(), Action.FOOTAGE_COPY), command=_command(day, missing), few=FEW,
        here=bool(places_setting()), runs=[line(view) for view in copies.listed(day, real_now())],
    )  # fmt: skip


def _groups(day: Day) -> list[Group]:
    found = footage(day)
    kinds = dict.fromkeys(item.room.kind for item in found)
    return [
        Group(
            kind, gettext(ROOM_KINDS.get(kind, kind)), tuple(_line(x) for x in found if x.room.kind == kind),
            sum(x.state in UNCOVERED for x in found if x.room.kind == kind),
            any(x.state == State.RUNNING for x in found if x.room.kind == kind),
        )
        for kind in kinds
    ]  # fmt: skip


def _line(item: Footage) -> Line:
    css, icon, word = words.STATES[item.state]
    place = gettext("Room %(room)s", room=item.room.code)
    title = f"{place}, {item.camera.id}" if item.camera else place
    known = item.camera.title if item.camera and item.camera.title else item.room.title
    said = words.standing(item)
    return Line(
        f"{title} · {known}" if known else title, "" if said == word() else said, css, icon, word(), _bar(item),
        item.copies,
    )  # fmt: skip


def _bar(item: Footage) -> tuple[tuple[int, int, bool], ...]:
    """The planned time from its start to its end, gaps drawn where they are; none while nothing is known of it."""
    if not item.window or (item.state != State.MISSING and item.ppm is None):
        return ()
    start, whole = item.window.start, item.window.end - item.window.start

    def part(span: f.Period, covered: bool) -> tuple[int, int, bool]:
        left = WIDTH * (span.start - start) // whole
        return left, max(WIDTH * (span.end - span.start) // whole, 4), covered

    held = [part(p, item.state != State.MISSING) for p in item.planned]
    return (*held, *(part(gap, False) for gap in item.gaps))


def _medium(found: OnMedium, today: date) -> MediumLine:
    late = found.due is not None and found.due < today
    if found.released is not None:
        mark = ("off", "off", words.gone(found.released))
    elif not found.whole:
        mark = ("over", "over", gettext("differs from its manifest"))
    elif late:
        mark = ("soon", "late", gettext("to be read again"))
    else:
        mark = ("done", "done", gettext("whole when last read"))
    size = words.size(sum(act.fact.size for act in found.copies))
    return MediumLine(found, words.medium(found.medium), mark, size)


def _command(day: Day, missing: tuple[Footage, ...]) -> str:
    """What a technician types on the laptop, filled in for this day."""
    first = next((item for item in missing if item.camera), None)
    place = f"--camera {first.camera.id}" if first and first.camera else "--room " + (
        missing[0].room.code if missing else day.rooms[0].code
    )
    return f"flask footage copy SOURCE DEST --day {day.id} --by LOGIN {place}"
