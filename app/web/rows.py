"""Rows of the access journal in words and as HTML, which is kept: an entry rarely changes once it stands."""

from dataclasses import dataclass
from datetime import date, datetime

from flask import current_app, url_for
from flask_babel import gettext
from markupsafe import Markup

from app.domain.access import RESPONSIBLE, AccessRow, acts
from app.domain.access import row as access_row
from app.domain.day import Act, Day
from app.web.drawn import Drawn, surroundings
from app.web.language import current, pick
from app.web.show import clock, local, names_in, rooms, span, sprite
from app.web.values import ChangeLine, changes

MARKS = ("corrected", "late", "unconfirmed", "void")


@dataclass(frozen=True)
class Cell:
    """A value of a row; ``was`` when a correction changed it."""

    now: str
    was: str = ""


@dataclass(frozen=True)
class RowView:
    """A row of the table in words."""

    row: AccessRow
    date: str
    rooms: Cell
    start: Cell
    end: Cell
    action: Cell
    signed: str
    responsible: str
    confirmed: str
    changes: tuple[ChangeLine, ...]
    late: str
    waits: bool

    @property
    def remarks(self) -> bool:
        """Something has to be said beneath the row."""
        row = self.row
        return bool(
            self.changes or self.late or self.waits or row.void or row.reason or row.seal_before or row.seal_after
        )


def row_view(day: Day, row: AccessRow) -> RowView:
    """One row in words."""
    was = row.was
    act = day.acts[row.seq]

    def cell(name: str) -> Cell:
        new = _cell(row, name)
        old = _cell(was, name) if was else new
        return Cell(new, old if old != new else "")

    late = ""
    if delay := row.late_entry or row.apart:
        happened, received = clock(row.end), clock(row.received)
        late = gettext(
            "Happened %(happened)s, recorded %(received)s, %(span)s later.", happened=happened, received=received,
            span=span(delay),
        )  # fmt: skip
    done = row.confirmation
    return RowView(
        row, row.date.strftime("%d.%m"), cell("rooms"), cell("start"), cell("end"), cell("action"),
        _stamp(row.date, row.received), done.short if done else names_in(day, RESPONSIBLE),
        _stamp(row.date, done.at) if done else "", changes(day, act), late, done is None and not row.void,
    )  # fmt: skip


def _cell(row: AccessRow, name: str) -> str:
    match name:
        case "rooms":
            return rooms(row.rooms)
        case "action":
            return pick(row.title) or row.text
        case _:
            return clock(getattr(row, name))


def _stamp(on: date, moment: datetime) -> str:
    there = local(moment)
    return there.strftime("%H:%M") if there.date() == on else there.strftime("%d.%m %H:%M")


@dataclass(frozen=True)
class Line:
    """A drawn row. ``of``: what it was drawn from; ``marks``: those of MARKS that it counts for."""

    of: tuple[Act, int, tuple[object, ...]]
    html: Markup
    marks: tuple[str, ...]


LINES: Drawn[Line] = Drawn(5000)  # about 2 KB each
PLANS: Drawn[tuple[object, ...]] = Drawn(64)


def lines(day: Day) -> list[Line]:
    """All rows in the journal's order, drawn or as they were kept.

    What a row shows is a function of its act (with corrections, confirmations and whether it is void), its number, of
    what the day has around it (opening, profile, plan and roster: rooms of cameras, names, titles, zone), the language,
    and the address of the icons, which names their version and where the product is mounted. All of them are compared
    as they are, not by a count or a name, so whatever happens to an entry draws its row anew; nothing belongs to the
    reader, and there is no clock in it.
    """
    around = _around(day)
    address, spoken = sprite(), current()
    out, module = [], None
    for number, act in enumerate(acts(day), 1):
        key, of = (day.origin, act.seq, spoken, address), (act, number, around)
        kept = LINES.get(key)
        if kept is None or kept.of != of:
            if module is None:
                entry = url_for("entries.show", day_id=day.id, seq=0).removesuffix("0")
                template = current_app.jinja_env.get_template("journal/_row.html")
                module = template.make_module(surroundings() | {"entry_url": entry})
            view = row_view(day, access_row(day, act, number))
            kept = LINES.put(key, Line(of, module.line(view), _marks(view)))
        out.append(kept)
    return out


def _around(day: Day) -> tuple[object, ...]:
    """What the day has around every row; the same object while nothing of it changed, so that comparing is quick."""
    found = (day.opened, day.profile, day.rooms, day.cameras, day.stations, day.roster)
    known = PLANS.get(day.origin)
    return known if known == found else PLANS.put(day.origin, found)


def _marks(view: RowView) -> tuple[str, ...]:
    found = (view.changes, view.row.late_entry, view.waits, view.row.void)
    return tuple(mark for mark, holds in zip(MARKS, found, strict=True) if holds)
