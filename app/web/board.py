"""The board's rows: what a step's state looks like in words. Pure; the clock comes in as ``now``."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.domain.checklist import CLOSED, State, StepView, by_stage
from app.domain.day import Day
from app.domain.profile import Milestone
from app.domain.rules.confirming import missing_confirmers
from app.domain.timing import Window
from app.services.reminders import Holder
from app.web.language import gettext, ngettext, pick
from app.web.running import SPAN, running
from app.web.show import NBSP, clock, names_in, short_date, span, when

CSS = {
    State.OVERDUE: "over", State.NOW: "now", State.SOON: "soon", State.PLANNED: "", State.WAITING: "wait",
    State.DEMAND: "", State.DONE: "done", State.LATE: "late", State.IMPOSSIBLE: "not", State.WAIVED: "off",
    State.ELSEWHERE: "done", State.OFF: "off",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A step that is still open. ``bits``: one letter a place: y done, x not possible or not required, empty open."""

    step: str
    title: str
    css: str
    time: str
    under: str  # beneath the time
    dated: bool
    word: str
    details: tuple[str, ...]
    bits: tuple[str, ...] = ()
    progress: str = ""
    mine: bool = True
    has: str = ""  # who said "I have it"
    order: datetime | None = None


@dataclass(frozen=True)
class Closed:
    """A step that is finished: one line. ``late``: how much, late or early."""

    step: str
    title: str
    css: str
    label: str
    late: str
    time: str
    who: str
    order: datetime


@dataclass(frozen=True)
class Groups:
    """The board from top to bottom."""

    overdue: list[Row] = field(default_factory=list)
    now: list[Row] = field(default_factory=list)
    ahead: list[Row] = field(default_factory=list)
    waiting: list[Row] = field(default_factory=list)
    demand: list[Row] = field(default_factory=list)
    closed: list[Closed] = field(default_factory=list)


GROUP = {
    State.OVERDUE: "overdue", State.NOW: "now", State.SOON: "ahead", State.PLANNED: "ahead", State.WAITING: "waiting",
    State.DEMAND: "demand",
}  # fmt: skip


def groups(
    day: Day, views: Iterable[StepView], role: str | None, now: datetime, holders: Mapping[str, Holder]
) -> Groups:
    """Rows by urgency, each group in the order of time; steps switched off are left out. ``role``: the reader's."""
    out = Groups()
    now = now.replace(second=0, microsecond=0)  # differences to the clock that is shown
    for view in views:
        if view.state in CLOSED:
            if view.acts:
                out.closed.append(_closed(day, view))
        else:
            getattr(out, GROUP[view.state]).append(_row(day, view, role, now, holders.get(view.step.id)))
    for rows in (out.overdue, out.now, out.ahead):
        rows.sort(key=lambda r: r.order or day.end)
    out.closed.sort(key=lambda r: r.order, reverse=True)
    return out


def _row(day: Day, view: StepView, role: str | None, now: datetime, holder: Holder | None) -> Row:
    step, window = view.step, view.window
    moment = _moment(window)
    dated = window.dated or (moment is not None and day.local(moment).date() != day.local(now).date())
    mine = role is None or role in step.performers
    details = [_about_places(day, view)] if view.total > 1 and not view.closed else []
    if view.was:
        details.append(gettext("was %(time)s", time=due_words(day, view.was)))
    if not mine:
        details.append(", ".join(names_in(day, r) for r in step.performers))
    if view.state == State.DEMAND and view.acts:
        details.append(ngettext("%(num)s entry", "%(num)s entries", len(view.acts)))
    return Row(
        step.id, pick(step.title), CSS[view.state], _time(day, window, moment, dated),
        _under(day, window, moment, dated),
        dated, _word(day, view, moment, now), tuple(d for d in details if d), _bits(view) if view.total > 1 else (),
        progress(view) if view.total > 1 else "", mine, has(day, holder) if holder else "", moment,
    )  # fmt: skip


def has(day: Day, holder: Holder) -> str:
    """Who has a step, and until when."""
    name = day.everyone[holder.person].short
    return gettext("%(who)s has it until %(time)s", who=name, time=when(holder.until))


def _moment(window: Window) -> datetime | None:
    """The time that stands in the first column."""
    return window.due if window.rule == "by" else window.start or window.due


def _time(day: Day, window: Window, moment: datetime | None, dated: bool) -> str:
    if moment is None:
        return ""
    if not dated:
        return clock(moment)
    return short_date(day.local(moment).date()).replace("\u00a0", " ")  # may wrap: the column is narrow


def due_words(day: Day, window: Window) -> str:
    """The time of a step in one line, as its row has it in two."""
    moment = _moment(window)
    if moment is None:
        return ""
    return short_date(day.local(moment).date()) if window.dated else when(moment)


def _under(day: Day, window: Window, moment: datetime | None, dated: bool) -> str:
    if moment is None or window.dated:
        return gettext("at the latest") if window.rule == "by" and moment else ""
    if dated:
        return clock(moment)
    if window.rule == "by":
        return gettext("at the latest")
    if window.rule == "not_before":
        return gettext("not before")
    if window.due and window.start and window.due > window.start:
        return gettext("to %(time)s", time=clock(window.due))
    return ""


def _word(day: Day, view: StepView, moment: datetime | None, now: datetime) -> str:
    """The state in words: always there, beside its icon."""
    window = view.window
    match view.state:
        case State.OVERDUE:
            return running(gettext("%(span)s late", span=SPAN), window.due or now, now)
        case State.NOW:
            if view.total > 1 and view.closed:
                return progress(view)
            left = (window.due or now) - now
            if timedelta() < left < timedelta(days=1):
                return running(gettext("%(span)s left", span=SPAN), now + left, now)
            return gettext("Due now") if not window.dated else gettext("Can be done now")
        case State.SOON | State.PLANNED:
            ahead = moment is not None and moment > now
            return running(gettext("in %(span)s", span=SPAN), moment, now) if ahead else gettext("soon")
        case State.WAITING:
            return gettext("Waits: %(what)s", what=title_of(day, window.waits_for))
        case _:
            return gettext("When needed")


def title_of(day: Day, name: str) -> str:
    """Title of a step or milestone that another step waits for."""
    if milestone := day.profile.milestone(name):
        return pick(milestone.title)
    return pick(day.profile.step(name).title)


def _bits(view: StepView) -> tuple[str, ...]:
    good = (State.DONE, State.LATE, State.ELSEWHERE)
    return tuple("" if p.act is None else "y" if p.state in good else "x" for p in view.places)


def progress(view: StepView) -> str:
    """``3 of 17 rooms``."""
    done, total = view.closed, view.total
    match view.step.repeat:
        case "room":
            return ngettext("%(done)s of %(num)s room", "%(done)s of %(num)s rooms", total, done=done)
        case "camera":
            return ngettext("%(done)s of %(num)s camera", "%(done)s of %(num)s cameras", total, done=done)
        case "station":
            return ngettext("%(done)s of %(num)s station", "%(done)s of %(num)s stations", total, done=done)
        case "interval":
            return ngettext("%(done)s of %(num)s round", "%(done)s of %(num)s rounds", total, done=done)
        case _:
            return gettext("%(done)s of %(total)s", done=done, total=total)


def _about_places(day: Day, view: StepView) -> str:
    match view.step.repeat:
        case "room":
            return ngettext("%(num)s room", "%(num)s rooms", view.total)
        case "camera":
            return ngettext("%(num)s camera", "%(num)s cameras", view.total)
        case "station":
            return ngettext("%(num)s station", "%(num)s stations", view.total)
        case _:
            return ""


def _closed(day: Day, view: StepView) -> Closed:
    last = max(view.acts, key=lambda a: a.at)
    names = list(dict.fromkeys(_doer(a) for a in view.acts))
    waits = [names_in(day, r) for a in view.acts for r in missing_confirmers(day, a)]
    css, label = CSS[view.state], LABELS[view.state]()
    late = ""
    if view.state == State.LATE:
        worst = max((d for p in view.places if p.state == State.LATE and (d := p.difference)), default=timedelta())
        late = gettext("%(span)s late", span=span(worst))
    elif view.early:
        late = gettext("%(span)s early", span=span(view.early))
    if waits:
        css, label = "wait", gettext("Waits for %(who)s", who=", ".join(dict.fromkeys(waits)))
    who = names[0] if len(names) == 1 else f"{names[0]} +{len(names) - 1}"
    return Closed(view.step.id, pick(view.step.title), css, label, late, when(last.at), who, last.at)


def _doer(act: object) -> str:
    outside = getattr(act.fact, "outside", None)  # type: ignore[attr-defined]
    if outside:
        return outside.name.replace(" ", NBSP)
    return getattr(act.fact, "by", "") or act.by.short  # type: ignore[attr-defined]


LABELS = {
    State.DONE: lambda: gettext("Done"),
    State.LATE: lambda: gettext("Done late"),
    State.IMPOSSIBLE: lambda: gettext("Not possible"),
    State.WAIVED: lambda: gettext("Not required"),
    State.ELSEWHERE: lambda: gettext("Done on another day of the period"),
}


@dataclass(frozen=True)
class Mark:
    """A milestone that somebody has to note: steps wait for it."""

    id: str
    title: str
    per_room: bool
    noted: int
    total: int


def marks(day: Day) -> tuple[Mark, ...]:
    """Milestones that open or end a step and are not noted yet, in the profile's order."""
    wanted = {s.when.after for s in day.profile.steps if s.enabled} | {
        s.when.until for s in day.profile.steps if s.enabled
    }
    out = []
    for spec in day.profile.milestones:
        if spec.id not in wanted or day.milestone(spec.id):
            continue
        rooms = milestone_rooms(day, spec)
        noted = sum(day.milestone(spec.id, code) is not None for code in rooms)
        if not rooms or noted < len(rooms):
            out.append(Mark(spec.id, pick(spec.title), spec.per_room, noted, len(rooms)))
    return tuple(out)


def milestone_rooms(day: Day, spec: Milestone) -> tuple[str, ...]:
    """Rooms where a milestone is noted one by one; none when it is the centre's."""
    return tuple(r.code for r in day.rooms if r.kind == "exam") if spec.per_room else ()


@dataclass(frozen=True)
class StageLine:
    """Progress of one stage: steps finished of steps planned."""

    title: str
    bits: tuple[str, ...]
    done: int


def stages(day: Day, views: Sequence[StepView]) -> tuple[StageLine, ...]:
    """Stages with the steps that have to be done."""
    out = []
    for stage, found in by_stage(day, views):
        counted = [v for v in found if v.state not in (State.OFF, State.DEMAND)]
        if counted:
            bits = tuple("y" if v.state in CLOSED else "" for v in counted)
            out.append(StageLine(pick(stage.title), bits, sum(b == "y" for b in bits)))
    return tuple(out)
