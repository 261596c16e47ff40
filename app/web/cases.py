"""What a reviewer has to judge first: outages, then what is overdue, late, corrected, void, impossible, unconfirmed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext, ngettext

from app.domain.checklist import PlaceState, State, StepView
from app.domain.day import Act, Day
from app.domain.footage import uncovered
from app.domain.outages import KINDS, Outage, outages
from app.domain.recording import breaches
from app.domain.review import REVIEWING
from app.domain.rules.confirming import missing_confirmers
from app.web import footage_words, outage_words
from app.web.language import pick
from app.web.machine_words import breach_words, proof_views
from app.web.show import names_in, places, rooms, span, when
from app.web.values import changes, title, where

FEW = 6  # cameras of one case


@dataclass(frozen=True)
class Pair:
    """A named value; ``gone`` is struck through."""

    title: str
    value: str
    gone: bool = False


@dataclass(frozen=True)
class Case:
    """One thing to judge. ``number``: its entry, 0 without one; ``quote``: the reason that was given, and by whom."""

    title: str
    where: str
    url: str
    word: str = ""
    number: int = 0
    pairs: tuple[Pair, ...] = ()
    quote: str = ""
    who: str = ""
    new: bool = False
    step: str = ""  # of what has no entry yet


@dataclass(frozen=True)
class Group:
    """Cases of one kind. ``key`` is the anchor that counts link to."""

    key: str
    title: str
    css: str
    icon: str
    cases: tuple[Case, ...]

    @property
    def new(self) -> int:
        return sum(c.new for c in self.cases)


def groups(day: Day, views: Sequence[StepView], now: datetime, since: int | None) -> tuple[Group, ...]:
    """Every kind, those without a case too. ``since``: entries that the reader has seen; None before the first look."""
    acts = [a for a in day.acts.values() if a.tag not in REVIEWING]
    standing = [a for a in acts if not a.void]

    def cases(chosen: Iterable[Act], make: Callable[[Day, Act, int | None], Case]) -> tuple[Case, ...]:
        return tuple(make(day, act, since) for act in chosen)

    return (
        Group("outages", gettext("Outages"), "over", "nonet", tuple(_outage(day, o, now, since) for o in outages(day))),
        Group("overdue", gettext("Overdue"), "over", "over", _overdue(day, views, now)),
        Group("late", gettext("Done late"), "late", "late", _late(day, views, since)),
        Group("early", gettext("Done early"), "late", "late", _early(day, views, since)),
        Group("order", gettext("Order of the day"), "late", "over", order(day, since)),
        Group("differs", gettext("Act and machine differ"), "soon", "mis", differing(day, since)),
        Group("corrected", gettext("Corrected"), "soon", "fix", cases((a for a in standing if a.changes), _corrected)),
        Group("voided", gettext("Void"), "not", "not", cases((a for a in acts if a.void), _void)),
        Group("impossible", gettext("Not possible"), "not", "not",
              cases((a for a in standing if a.tag == "step.impossible"), _reason)),
        Group("waived", gettext("Not required"), "off", "off",
              cases((a for a in standing if a.tag == "step.waived"), _reason)),
        Group("entered", gettext("Entered late"), "late", "late",
              cases((a for a in standing if a.late_entry is not None), _entered)),
        Group("unconfirmed", gettext("Not confirmed"), "wait", "wait",
              cases((a for a in standing if missing_confirmers(day, a)), _unconfirmed)),
        Group("footage", gettext("Footage not covered"), "soon", "rec", _footage(day, now)),
    )  # fmt: skip


def _outage(day: Day, outage: Outage, now: datetime, since: int | None) -> Case:
    """One outage with what became of it; new when anything of it is."""
    seen = outage_words.view(day, outage, now)
    told = "; ".join(f"{when(a.at)}, {a.fact.whom}" for a in outage.told)
    decided = "; ".join(f"{outage_words.decision(a.fact.decision)}, {a.fact.decided_by}" for a in outage.decided)
    pairs = (
        Pair(gettext("Time"), seen.since), Pair(gettext("Cause"), seen.cause), Pair(gettext("Footage"), seen.local[1]),
        Pair(gettext("Who was told"), told or gettext("nobody")),
        Pair(gettext("Decision"), decided or gettext("nothing")),
    )  # fmt: skip
    new = any(is_new(act, since) for act in (outage.act, *outage.following))
    url = url_for("outages.show", day_id=day.id, outage=outage.seq)
    return Case(
        gettext(KINDS.get(outage.kind, outage.kind)), where(day, outage.act), url, seen.word, outage.act.number,
        pairs, outage.act.fact.text, outage.act.by.short, new,
    )  # fmt: skip


def _footage(day: Day, now: datetime) -> tuple[Case, ...]:
    """What of the footage lies on no medium, once the exam is over; one case a room."""
    found: dict[str, list[Pair]] = {}
    for item in uncovered(day) if now >= day.end else ():
        pair = Pair(item.camera.id if item.camera else gettext("Room"), footage_words.standing(item))
        found.setdefault(item.room.code, []).append(pair)
    url = url_for("footage.overview", day_id=day.id)
    return tuple(
        Case(gettext("Footage"), rooms([room]), url, pairs=tuple(pairs)) for room, pairs in found.items()
    )


def is_new(act: Act, since: int | None) -> bool:
    """True when the act, or what happened to it, came after the reader's last look."""
    if since is None:
        return False
    newest = max(act.seq, *(c.seq for c in act.changes), act.void.seq if act.void else 0)
    return newest >= since


def _of(day: Day, act: Act, since: int | None, pairs: tuple[Pair, ...], quote: str, word: str = "") -> Case:
    outside = getattr(act.fact, "outside", None)
    who = outside.name if outside else getattr(act.fact, "by", "") or act.by.short
    url = url_for("entries.show", day_id=day.id, seq=act.seq)
    return Case(title(day, act), where(day, act), url, word, act.number, pairs, quote, who, is_new(act, since))


def _overdue(day: Day, views: Sequence[StepView], now: datetime) -> tuple[Case, ...]:
    found = []
    for view in views:
        late = [p for p in view.places if p.state == State.OVERDUE and p.window.due]
        if late and (due := min(p.window.due for p in late if p.window.due)):
            minute = now.replace(second=0, microsecond=0)
            share = _rooms(day, view, late) if view.total > 1 else ""
            pairs = (Pair(gettext("Due"), when(due)), Pair(gettext("Done"), gettext("not yet")))
            url = url_for("steps.show", day_id=day.id, step_id=view.step.id)
            who = ", ".join(names_in(day, r) for r in view.step.performers)
            late_by = gettext("%(span)s late", span=span(minute - due))
            case = Case(pick(view.step.title), share, url, late_by, pairs=pairs, who=who, step=view.step.id)
            found.append((due, case))
    return tuple(case for _, case in sorted(found, key=lambda pair: pair[0]))


def _rooms(day: Day, view: StepView, states: Sequence[PlaceState]) -> str:
    return places(day, view.step.repeat, [p.place for p in states])


def _late(day: Day, views: Sequence[StepView], since: int | None) -> tuple[Case, ...]:
    """Once an act, by the place that was furthest behind its time."""
    worst: dict[int, tuple[timedelta, PlaceState]] = {}
    for place in (p for v in views for p in v.places if p.state == State.LATE):
        behind = place.difference
        if place.act and behind is not None and behind >= worst.get(place.act.seq, (behind, place))[0]:
            worst[place.act.seq] = (behind, place)
    found = []
    for seq, (behind, place) in sorted(worst.items()):
        act, due = day.acts[seq], place.window.due
        pairs = (Pair(gettext("Due"), when(due) if due else "–"), Pair(gettext("Done"), when(act.at)))
        word = gettext("%(span)s late", span=span(behind))
        found.append(_of(day, act, since, pairs, act.fact.overdue_reason, word))
    return tuple(found)


def _early(day: Day, views: Sequence[StepView], since: int | None) -> tuple[Case, ...]:
    """Once an act that was done before its window opened; its note says why."""
    found = {p.act.seq: p for v in views for p in v.places if p.act and p.early}
    return tuple(_before(day, place, since) for _, place in sorted(found.items()))


def _before(day: Day, place: PlaceState, since: int | None) -> Case:
    act, earliest = place.act, place.window.not_before
    assert act is not None and earliest is not None
    pairs = (Pair(gettext("Not before"), when(earliest)), Pair(gettext("Done"), when(act.at)))
    word = gettext("%(span)s early", span=span(place.early or timedelta()))
    return _of(day, act, since, pairs, act.fact.note, word)


def order(day: Day, since: int | None) -> tuple[Case, ...]:
    """Steps that were done while rooms that had to record by then did not; the note says why."""
    return tuple(
        _of(day, b.act, since, (Pair(gettext("Done"), when(b.act.at)),), b.act.fact.note, breach_words(b))
        for b in breaches(day)
    )


def differing(day: Day, since: int | None) -> tuple[Case, ...]:
    """Starts and stops beside which the cameras showed something else."""
    found = []
    for seq, seen in proof_views(day).items():
        if seen.differs:
            pairs = tuple(Pair(camera, words) for camera, words, weighs in seen.lines[:FEW] if weighs)
            if seen.weighing > FEW:
                pairs += (Pair("…", ngettext("%(num)s more", "%(num)s more", seen.weighing - FEW)),)
            found.append(_of(day, day.acts[seq], since, pairs, getattr(day.acts[seq].fact, "note", ""), seen.line))
    return tuple(found)


def _corrected(day: Day, act: Act, since: int | None) -> Case:
    lines = changes(day, act)
    pairs = tuple(
        pair
        for line in lines
        for name, old, new in line.fields
        for pair in (Pair(gettext("%(name)s was", name=name), old, gone=True), Pair(gettext("now"), new))
    )
    last = lines[-1]
    quote = "; ".join(line.reason for line in lines)
    return replace(_of(day, act, since, pairs, quote, when(last.received)), who=last.by.short)


def _void(day: Day, act: Act, since: int | None) -> Case:
    assert act.void is not None
    pairs = (Pair(gettext("Happened"), when(act.at)), Pair(gettext("Void since"), when(act.void.received)))
    return replace(_of(day, act, since, pairs, act.void.reason), who=act.void.by.short)


def _reason(day: Day, act: Act, since: int | None) -> Case:
    pairs = (Pair(gettext("Time"), when(act.at)),)
    if decided := getattr(act.fact, "decided_by", ""):
        pairs += (Pair(gettext("Decided by"), decided),)
    return _of(day, act, since, pairs, act.fact.reason)


def _entered(day: Day, act: Act, since: int | None) -> Case:
    pairs = (Pair(gettext("Happened"), when(act.at)), Pair(gettext("Recorded"), when(act.times.received)))
    word = gettext("%(span)s later", span=span(act.late_entry or timedelta()))
    return _of(day, act, since, pairs, getattr(act.fact, "late_reason", ""), word)


def _unconfirmed(day: Day, act: Act, since: int | None) -> Case:
    waits = ", ".join(names_in(day, r) for r in missing_confirmers(day, act))
    pairs = (Pair(gettext("Time"), when(act.at)), Pair(gettext("Waits for"), waits))
    return _of(day, act, since, pairs, "")
