"""What a region's board shows, in words: tiles of centres and totals with their charts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from app.domain.outages import KINDS
from app.domain.review import Stage
from app.domain.troubles import Trouble
from app.services.region import Board, Row, Tile
from app.web import charts
from app.web.charts import Part
from app.web.language import gettext, ngettext, pick
from app.web.machine_words import state_word
from app.web.outage_words import reached
from app.web.review_words import STAGES
from app.web.running import SPAN, running
from app.web.show import address, day_month, offset_name, role, rooms

ICONS = {"silent": "nonet", "mismatch": "mis", "late": "wait", "camera": "rec"}  # others have that of their level
ALSO = 2  # further troubles of a tile that are told
AGO = "\ufffc"  # where a tile says how long ago
PLACES = 4  # cameras or stations that are named


@dataclass(frozen=True)
class TileWords:
    """A centre that needs somebody. ``ago``, ``since``: of its worst trouble; ``also``: what else is told."""

    key: str
    ago: Markup | str
    css: str
    icon: str
    word: str
    code: str
    name: str
    url: str
    title: str
    since: str
    who: str
    also: tuple[str, ...]
    more: str


@dataclass(frozen=True)
class Away:
    """A centre whose day came as a package."""

    code: str
    name: str
    url: str
    seen: str
    size: int
    source: str


@dataclass(frozen=True)
class Quiet:
    """A centre that needs nobody: how far it is. ``stage``: of its review, in colour, icon and word."""

    key: str
    code: str
    name: str
    url: str
    rooms: str
    steps: str
    stage: tuple[str, str, str]


@dataclass(frozen=True)
class Total:
    """A number of the whole board with what it is of, and its picture."""

    title: str
    number: str
    of: str
    chart: Markup


@dataclass(frozen=True)
class Tiles:
    """Says tiles as of a minute; ``spot``: the zone of the board's clock."""

    minute: datetime
    spot: ZoneInfo

    def words(self, tile: Tile) -> TileWords:
        worst, row = tile.troubles[0], tile.row
        rest = len(tile.troubles) - 1 + tile.more
        told = tuple(_also(t) for t in tile.troubles[1 : 1 + ALSO])
        more = ngettext("%(num)s more", "%(num)s more", rest - len(told)) if rest > len(told) else ""
        return TileWords(
            row.day, AGO, worst.level, ICONS.get(worst.kind, worst.level), word(worst), row.centre, row.name,
            link(row.day, worst), title(worst),
            gettext("since %(time)s", time=self.clock(worst.since, row.zone)) if worst.since else "",
            self._who(worst, row.zone), told, more,
        )  # fmt: skip

    def ago(self, tile: Tile) -> Markup:
        """How long ago its worst trouble began; nothing where nobody knows."""
        since = tile.troubles[0].since
        return running(SPAN, since, self.minute) if since else Markup("")

    def away(self, row: Row) -> Away:
        seen = self.clock(row.received, row.zone) if row.received else ""
        return Away(row.centre, row.name, address("review.show", day_id=row.day), seen, row.size, row.source)

    def quiet(self, row: Row) -> Quiet:
        recorded = gettext("rooms recording: %(number)s of %(total)s", number=row.recording, total=row.rooms)
        css, icon, told = STAGES[Stage(row.stage)]
        return Quiet(
            row.day, row.centre, row.name, address("review.show", day_id=row.day), recorded if row.rooms else "",
            gettext("steps done: %(number)s of %(total)s due", number=row.due_done, total=row.due),
            (css, told(), icon),
        )  # fmt: skip

    def clock(self, moment: datetime, zone: str) -> str:
        """The time on the centre's clock: with its date when that is not today's, its offset when not the board's."""
        spot = ZoneInfo(zone)
        there = moment.astimezone(spot)
        told = f"{there:%H:%M}"
        if there.date() != self.minute.astimezone(spot).date():
            told = gettext("%(date)s, %(time)s", date=day_month(there.date()), time=told)
        if there.utcoffset() != moment.astimezone(self.spot).utcoffset():
            told = f"{told} ({offset_name(spot, moment)})"
        return told

    def _who(self, trouble: Trouble, zone: str) -> str:
        roles = [role(r) for r in trouble.roles] + [""] * len(trouble.who)
        names = "; ".join(", ".join(filter(None, pair)) for pair in zip(trouble.who, roles, strict=False))
        if trouble.until:
            return gettext("%(who)s has it until %(time)s", who=names, time=self.clock(trouble.until, zone))
        return names


WORDS: dict[str, Callable[[Trouble], str]] = {
    "damaged": lambda t: gettext("Damaged"),
    "overdue": lambda t: gettext("Overdue"),
    "outage": lambda t: reached(t.stage, t.minutes) if t.stage else gettext("Outage"),
    "camera": lambda t: gettext("Camera failing"),
    "silent": lambda t: gettext("No contact"),
    "late": lambda t: gettext("Not handed in"),
    "mismatch": lambda t: gettext("Does not match"),
}
TITLES: dict[str, Callable[[Trouble], str]] = {
    "damaged": lambda t: gettext("The journal does not prove itself"),
    "overdue": lambda t: _at(pick(t.title), t),
    "outage": lambda t: _at(gettext(KINDS.get(t.what, t.what)), t),
    "camera": lambda t: _at(state_word(t.what) if t.what else gettext("No living picture"), t),
    "silent": lambda t: gettext("Nobody writes, last entry %(number)s", number=t.number + 1),
    "late": lambda t: gettext("The day is not handed in"),
    "mismatch": lambda t: _at(gettext("Act and machine differ"), t),
}


def word(trouble: Trouble) -> str:
    """The sort of trouble."""
    return WORDS[trouble.kind](trouble) if trouble.kind in WORDS else trouble.kind


def title(trouble: Trouble) -> str:
    """What is wrong, and where."""
    return TITLES[trouble.kind](trouble) if trouble.kind in TITLES else trouble.kind


def link(day: str, trouble: Trouble) -> str:
    """The page of the day that tells more."""
    match trouble.kind:
        case "outage":
            return address("outages.show", day_id=day, outage=trouble.number)
        case "camera":
            return address("cameras.show", day_id=day)
        case "overdue":
            return address("review.show", day_id=day) + "#overdue"
    return address("review.show", day_id=day)


def _also(trouble: Trouble) -> str:
    return f"{word(trouble)}: {title(trouble)}"


def _at(text: str, trouble: Trouble) -> str:
    """``text`` with the places where it is so."""
    found = trouble.places
    if not found:
        return text
    if trouble.repeat == "room":
        return f"{text}: {rooms(found)}"
    if len(found) > PLACES:
        return f"{text}: {found[0]} \u2026 {found[-1]} ({len(found)})"
    return f"{text}: {', '.join(found)}"


# ---------------------------------------------------------------- totals


def totals(board: Board, minute: datetime, spot: ZoneInfo, on: str) -> tuple[Total, ...]:
    """The whole board in five numbers."""
    t = board.totals
    over, soon, wait = t.by_level
    handed = t.submitted + t.accepted
    quiet = (Part(t.quiet, "done"), Part(wait, "wait"), Part(soon, "soon"), Part(over, "over"))
    said = gettext("%(quiet)s of %(days)s quiet", quiet=t.quiet, days=t.days)
    recorded = gettext("%(number)s of %(total)s rooms that are to record do", number=t.recording, total=t.rooms)
    failed = gettext("%(number)s of %(total)s centres have an open outage", number=t.outage_centres, total=t.days)
    given = gettext("%(number)s of %(total)s days handed in", number=handed, total=t.days)
    return (
        Total(
            gettext("Quiet"), str(t.quiet), ngettext("of %(num)s centre", "of %(num)s centres", t.days),
            charts.stacked(said, quiet),
        ),
        Total(
            gettext("Rooms recording"), str(t.recording), gettext("of %(total)s", total=t.rooms),
            charts.stacked(recorded, (Part(t.recording, "done"), Part(t.rooms - t.recording, "over"))),
        ),
        Total(
            gettext("Steps done"), str(t.due_done), gettext("of %(total)s due", total=t.due),
            _line(board, minute, spot, on),
        ),
        Total(
            gettext("Open outages"), str(t.outages),
            ngettext("in %(num)s centre", "in %(num)s centres", t.outage_centres) if t.outages else "",
            charts.stacked(failed, (Part(t.outage_centres, "over"), Part(t.days - t.outage_centres, "off"))),
        ),
        Total(
            gettext("Handed in"), str(handed), gettext("%(number)s countersigned", number=t.accepted),
            charts.stacked(given, (Part(t.accepted, "done"), Part(t.submitted, "wait"), Part(t.days - handed, "off"))),
        ),
    )  # fmt: skip


def _line(board: Board, minute: datetime, spot: ZoneInfo, on: str) -> Markup:
    """Steps finished by the half hour against the plan; the line of what is finished ends now."""
    there = minute.astimezone(spot)
    days = (there.date() - datetime.fromisoformat(on).date()).days
    here = days * 48 + (there.hour * 60 + there.minute) / 30
    plan = [(slot + 1.0, float(count)) for slot, count in board.plan]
    done = [(min(slot + 1.0, here), float(count)) for slot, count in board.done if slot <= here]
    finished, planned = (_until(points, here) for points in (done, plan))
    told = gettext(
        "Steps done by time: %(number)s finished, %(planned)s planned until now", number=finished, planned=planned
    )
    if plan:
        first = plan[0][0] - 1
        plan, done = [(first, 0.0), *plan], [(first, 0.0), *done]
    return charts.line(told, [p for p in done if p[0] <= here or p[1] == 0], plan)


def _until(points: Sequence[tuple[float, float]], here: float) -> int:
    return int(max((y for x, y in points if x <= here), default=0))
