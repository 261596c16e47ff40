"""The banner on the pages of a day: what the reader was told and what is still open; and how the page stays fresh."""

from dataclasses import dataclass
from datetime import datetime

from flask import g, request
from flask_login import current_user

from app.domain.checklist import State, StepView, view
from app.domain.day import Day
from app.domain.outages import named
from app.services import reminders
from app.services.reminders import Holder, Item
from app.web import outage_words
from app.web.board import CSS, has
from app.web.context import actor, member, now
from app.web.language import gettext, ngettext, pick
from app.web.pulse import BOARD, LIVE, last_moment, tag_of
from app.web.running import SPAN, running, span_words, stamp
from app.web.show import address, local, short_date, when

EVERY = 15  # seconds between two questions of a page that is seen
SHOWN = 2  # lines of a banner; the others are folded


@dataclass(frozen=True)
class Line:
    """A step or outage in the banner. ``why``: the profile's words; ``has``: who has it, ``mine``: the reader does."""

    step: str
    title: str
    url: str
    css: str
    why: str
    due: str
    word: str
    has: str
    mine: bool


@dataclass(frozen=True)
class Alarm:
    """The banner. ``ids``: the messages it is made from; ``free``: steps that nobody has. Loud while there are any."""

    ids: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def shown(self) -> tuple[Line, ...]:
        return self.lines[:SHOWN]

    @property
    def folded(self) -> tuple[Line, ...]:
        return self.lines[SHOWN:]

    @property
    def free(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if not line.has)

    @property
    def css(self) -> str:
        """The worst of what nobody has; "wait" when somebody has everything."""
        found = {line.css for line in self.free}
        return next((css for css in ("over", "now", "soon") if css in found), "wait" if not found else "now")

    @property
    def title(self) -> str:
        """For the head of the banner and of the device's notification."""
        return ngettext("%(num)s reminder", "%(num)s reminders", len(self.lines))

    @property
    def text(self) -> str:
        """For the device's notification, which no clock moves."""
        return "\n".join(" · ".join(part for part in (line.title, line.due) if part) for line in self.free[:SHOWN])


def alarm(day: Day, moment: datetime) -> Alarm | None:
    """What the reader is to be told on a page of the day; what nobody has comes first, the most urgent above."""
    me = actor().person
    note = reminders.note(day, me, moment)
    if note is None:
        return None
    holders = reminders.holders(day, moment)
    titles = {rule.id: pick(rule.title) for rule in day.profile.reminders}
    lines = [_line(day, item, titles[item.rule], holders.get(item.step), me, moment) for item in note.items]
    order = list(CSS.values())
    return Alarm(note.ids, tuple(sorted(lines, key=lambda line: (bool(line.has), order.index(line.css)))))


def _line(day: Day, item: Item, why: str, holder: Holder | None, me: str, moment: datetime) -> Line:
    mine = holder is not None and holder.person == me
    held = "" if holder is None else _mine(holder) if mine else has(day, holder)
    if outage := named(day, item.step):
        seen = outage_words.view(day, outage, moment)
        since = gettext("since %(time)s", time=seen.since)
        url = address("outages.show", day_id=day.id, outage=outage.seq)
        return Line(item.step, seen.title, url, seen.css, why, since, seen.counts, held, mine)
    found = view(day.profile.step(item.step), day, last_moment(moment))
    return Line(
        item.step, pick(found.step.title), address("steps.show", day_id=day.id, step_id=item.step),
        CSS[found.state] or "soon", why, _due(day, found), _word(found, moment), held, mine,
    )  # fmt: skip


def _due(day: Day, found: StepView) -> str:
    """The limit on the centre's clock."""
    window = found.window
    if window.due is None:
        return gettext("from %(time)s", time=when(window.start)) if window.start else ""
    on = short_date(day.local(window.due).date()) if window.dated else when(window.due)
    return gettext("due %(time)s", time=on)


def _word(found: StepView, moment: datetime) -> str:
    """How late it is, or how long is left; nothing for what has no limit."""
    due = found.window.due
    if due is None:
        return ""
    if found.state == State.OVERDUE:
        return running(gettext("%(span)s late", span=SPAN), due, moment)
    return running(gettext("%(span)s left", span=SPAN), due, moment) if due > moment else gettext("Due now")


def _mine(holder: Holder) -> str:
    return gettext("You have it until %(time)s", time=when(holder.until))


@dataclass(frozen=True)
class Pulse:
    """What a page of a day knows of itself: its own address, where it asks again (empty: it does not) and every how
    many seconds, what it shows in one word, the day's clock, how a span is said, and what is told."""

    here: str
    url: str
    tag: str
    at: str
    words: str
    every: int
    alarm: Alarm | None


def pulse() -> Pulse | None:
    """For every page of a day: a live page asks for itself, the others of the day's people for their reminders."""
    day: Day | None = g.get("day")
    if day is None or not current_user.is_authenticated:
        return None
    here = member(day) is not None
    live = request.endpoint in LIVE
    url = address(str(request.endpoint), **(request.view_args or {})) if live else ""
    if here and not live:
        url = address("reminders.show", day_id=day.id)
    url, _, every = g.get("watched", (url, "", EVERY))
    tag = tag_of(day, False) if url else ""  # what was told by now is not told again
    page = request.full_path.rstrip("?") if request.method == "GET" else address(BOARD, day_id=day.id)
    return Pulse(page, url, tag, stamp(now()), span_words(), every, alarm(day, now()) if here else None)


def offer(day: Day) -> bool:
    """Whether the alarm is to be tried on this day: by its people, on its date."""
    return member(day) is not None and local(now()).date() == day.date
