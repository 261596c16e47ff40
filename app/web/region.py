"""The board of a region: tiles for the centres that need somebody, the others only counted; kept fresh by itself."""

from datetime import date, datetime
from functools import cache
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, make_response, render_template, request, session, url_for
from flask_login import current_user
from markupsafe import Markup

from app.services import region as service
from app.services.region import Board, Stamp
from app.web.catalogue import speak
from app.web.context import actor, now
from app.web.drawn import Drawn
from app.web.language import current, gettext, ngettext
from app.web.pulse import NOW
from app.web.region_words import AGO, Tiles, totals
from app.web.running import SPAN, running, span_words, stamp
from app.web.show import day_month, sprite, static, zone_name

blueprint = Blueprint("region", __name__)
OVERVIEW = "region.overview"
EVERY = 5  # seconds between two questions of a board that is seen
PARTS = ("icons.svg", "base.css", "parts.css", "charts.css", "region.css", "ui.js", "live.js")  # it is drawn with
BODIES: Drawn[Markup] = Drawn(64)
BOARDS: Drawn[Board] = Drawn(4)  # for the next minute in which no row was written; about 1 KB a centre
TILES: Drawn[tuple[str, str]] = Drawn(4096)  # each before and after it says how long ago; about 2 KB


@blueprint.get("/region")
def overview() -> Response:
    """All centres that the person may see, on one date."""
    return _show("")


@blueprint.get("/region/<region>")
def show(region: str) -> Response:
    """All centres of a region on one date."""
    return _show(region)


def _show(code: str) -> Response:
    """304 without drawing while nothing changed."""
    found = service.stamp(actor(), now(), code, _date())
    tag = _tag(found)
    known = request.if_none_match.contains_weak(tag)
    answer = Response(status=304) if known else make_response(_page(found, tag))
    answer.set_etag(tag)
    answer.headers[NOW] = stamp(now())
    return answer


def _date() -> date | None:
    """The date of the address; what cannot be meant counts as not given."""
    if not request.query_string:
        return None
    try:
        return date.fromisoformat(request.args.get("date", ""))
    except ValueError:
        return None


def _wall() -> bool:
    return request.args.get("wall") == "1"


def _unfolded() -> bool:
    """Whether the reader wants the quiet centres too; a wall never does."""
    return request.args.get("quiet") == "1" and not _wall()


def _tag(found: Stamp) -> str:
    """Names what the page shows: the rows, how fresh they are, the person and session, the language, the files."""
    who = found.view.actor
    person = (current_user.token, who.name, sorted(who.roles), bool(session.get("_flashes")))
    drawn = (current(), _drawn_with(request.script_root), request.path, request.query_string)
    return sha256(repr((found.shows, found.fresh.at, person, drawn)).encode()).hexdigest()[:32]


@cache
def _drawn_with(_root: str) -> str:
    """The files that the page is drawn with, as they were when this process began."""
    return repr([static(name) for name in PARTS])


def _page(found: Stamp, tag: str) -> str:
    spot, on = ZoneInfo(found.zone), date.fromisoformat(found.view.date)
    return render_template(
        "region/board.html", body=_body(found, spot), on=on, code=found.view.code, wall=_wall(),
        title=_title(found.view.code, on), fresh=_fresh(found, spot), stopped=found.fresh.stopped,
        zone=zone_name(spot, now()), regions=service.regions(actor(), found.view.date),
        beat={
            "every": EVERY, "url": request.full_path.rstrip("?"), "tag": tag, "at": stamp(now()),
            "clock": f"{now().astimezone(spot):%H:%M}", "words": span_words(),
        },
        wall_url=_address(found, wall=1), desk_url=_address(found),
    )  # fmt: skip


def _address(found: Stamp, **more: Any) -> str:
    kept = {"region": found.view.code, "date": _date() and found.view.date, **more}
    return url_for("region.show" if found.view.code else OVERVIEW, **{k: v for k, v in kept.items() if v})


def _title(code: str, on: date) -> str:
    if code:
        return gettext("Region %(code)s · %(date)s", code=code, date=day_month(on))
    return gettext("Centres · %(date)s", date=day_month(on))


def _fresh(found: Stamp, spot: ZoneInfo) -> str:
    """How old the data are; the moment with its date when that is another."""
    at = found.fresh.at
    if at is None:
        return gettext("Nothing keeps this board fresh: the jobs of the server do not run.")
    there = at.astimezone(spot)
    clock = f"{there:%H:%M:%S}"
    if there.date() != now().astimezone(spot).date():
        clock = gettext("%(date)s, %(time)s", date=day_month(there.date()), time=clock)
    if found.fresh.stopped:
        return gettext("Not refreshed since %(time)s: what you see is from then.", time=clock)
    return gettext("Data from %(time)s.", time=clock)


def _body(found: Stamp, spot: ZoneInfo) -> Markup:
    """What the board shows of the centres, kept for the next reader of the same.

    A function of the rows that the reader may see, the minute, the language, whether it hangs on a wall and what is
    unfolded; the address of the icons names their version. Nothing of the person or the session can come in.
    """
    minute = now().replace(second=0, microsecond=0)
    key = (found.shows, minute, current(), _wall(), _unfolded(), _date() is None, sprite())
    kept = BODIES.get(key)
    if kept is None:
        board = BOARDS.get(found.shows)
        if board is None:
            board = BOARDS.put(found.shows, service.board(found))
        drawn = current_app.jinja_env.get_template("region/_body.html").render(
            **speak(current()), **_words(board, found, minute, spot)
        )
        kept = BODIES.put(key, Markup(drawn))
    return kept


def _words(board: Board, found: Stamp, minute: datetime, spot: ZoneInfo) -> dict[str, Any]:
    view = found.view
    tiles = Tiles(minute, spot)
    ahead = min((s for s in board.starts if s > minute), default=None)
    return {
        "heading": _heading(board), "board": board, "wall": _wall(), "clock": f"{minute.astimezone(spot):%H:%M}",
        "ahead": running(gettext("exam in %(span)s", span=SPAN), ahead, minute) if ahead else "",
        "tiles": _tiles(tiles, board),
        "totals": totals(board, minute, spot, view.date),
        "away": [tiles.away(r) for r in board.away],
        "quiet": [tiles.quiet(r) for r in board.quiet] if _unfolded() else [],
        "quiet_url": _address(found) if _unfolded() else f"{_address(found, quiet=1)}#quiet",
        "list_url": url_for("today.days", **{"from": view.date, "to": view.date}, region=view.code or None),
    }  # fmt: skip


def _tiles(tiles: Tiles, board: Board) -> Markup:
    """Every tile, kept for as long as it says the same; how long ago is put in every minute anew."""
    template = current_app.jinja_env.get_template("region/_tile.html")
    same = (tiles.spot.key, tiles.minute.astimezone(tiles.spot).date(), current(), sprite())
    found: list[str] = []
    for tile in board.tiles:
        row = tile.row
        key = (row.day, row.centre, row.name, row.troubles, row.zone, *same)
        kept = TILES.get(key)
        if kept is None:
            drawn = template.render(**speak(current()), t=tiles.words(tile))
            before, _, after = drawn.partition(AGO)
            kept = TILES.put(key, (before, after))
        found += (kept[0], tiles.ago(tile), kept[1])
    return Markup("".join(found))


def _heading(board: Board) -> str:
    """What the board says in one line."""
    if not board.totals.days:
        return gettext("No exam day on this date")
    count = len({t.row.centre for t in board.tiles})
    if not count:
        return gettext("All quiet")
    return ngettext("%(num)s centre needs somebody", "%(num)s centres need somebody", count)
