"""The protocol of a Day: every step with plan, fact, people and reasons, in the regulation's words."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from app.domain.checklist import PlaceState, State, StepView, board, by_stage, completeness
from app.domain.day import Act, Day
from app.domain.profile import Step, text
from app.domain.rules.confirming import confirmers, missing_confirmers
from app.domain.timing import Window
from reports.forms._day_moves import hours
from reports.forms._day_values import (
    after_words,
    corrected_value,
    evidence_line,
    field_title,
    plan_words,
    value_words,
)
from reports.forms._day_words import LANGUAGE, actor, entered, entry, exam_line, post, sentence, zone_line
from reports.forms._protocol_model import DayProtocol, StageRows, StepRow, Totals
from reports.forms._protocol_tables import sections
from reports.forms._ru import dotted_date, span
from reports.of_day import centre_line, clock, rooms
from reports.typeface import NBSP

PRINTED = {
    State.DONE: "done", State.DEMAND: "done", State.LATE: "late", State.IMPOSSIBLE: "impossible",
    State.WAIVED: "waived", State.ELSEWHERE: "elsewhere",
}  # fmt: skip


def from_day(day: Day, now: datetime) -> DayProtocol:
    """What the protocol prints of ``day`` as it stands at ``now``."""
    views = board(day, now)
    totals = completeness(views)
    numbers = iter(range(1, 10_000))
    stages = [_stage(day, stage.title, found, numbers) for stage, found in by_stage(day, views)]
    exam_rooms = sum(r.kind == "exam" for r in day.rooms)
    staff = " и Штаб ППЭ" if any(r.kind == "headquarters" for r in day.rooms) else ""
    return DayProtocol(
        region=day.opened.centre.region_name,
        place=centre_line(day),
        centre=day.centre_code,
        exam=exam_line(day),
        hours=f"{hours(day)}, время {zone_line(day)}",
        rooms=f"{exam_rooms}{staff}",
        totals=Totals(
            totals.planned, totals.done, totals.late, totals.impossible, totals.waived, totals.elsewhere, totals.open
        ),
        stages=tuple(stage for stage in stages if stage.steps),
        sections=sections(day, now),
    )


def _stage(day: Day, title: Any, views: Sequence[StepView], numbers: Iterable[int]) -> StageRows:
    shown = [v for v in views if v.state != State.OFF and (v.places or v.acts)]
    band = _common_date(day, shown)
    count = iter(numbers)
    rows = [row for view in shown for row in _rows(day, view, band, count)]
    return StageRows(dict(title), band.strftime("%d.%m.%Y") if band else "", tuple(rows))


def _common_date(day: Day, views: Sequence[StepView]) -> date | None:
    """The local date of all plans and acts of a stage, when it is one."""
    moments = [p.window.due or p.window.start for v in views for p in v.places]
    dates = {day.local(m).date() for m in moments if m} | {day.local(a.at).date() for v in views for a in v.acts}
    return dates.pop() if len(dates) == 1 else None


# ---------------------------------------------------------------- one step


def _rows(day: Day, view: StepView, band: date | None, numbers: Iterable[int]) -> list[StepRow]:
    count = iter(numbers)
    if not view.places:  # on demand: every act is an occurrence of its own
        return [_demand(day, view.step, act, band, next(count), i == 0) for i, act in enumerate(view.acts)]
    acts = list({p.act.seq: p.act for p in view.places if p.act}.values())
    state = PRINTED.get(view.state, "open")
    waits, confirmed = _confirmations(day, acts)
    return [
        StepRow(
            number=next(count),
            title=_title(view.step),
            planned=_planned(day, view, band),
            actual=_actual(day, acts, band),
            share=_share(view),
            difference=_difference(view.places),
            state=state,
            who=_who(day, acts),
            evidence=_evidence(day, view, acts),
            confirmed=confirmed,
            waits=waits,
            remarks=(*_left(day, view), *_early(day, view, band), *_remarks(day, view.step, acts, band)),
        )
    ]


def _demand(day: Day, step: Step, act: Act, band: date | None, number: int, first: bool) -> StepRow:
    waits, confirmed = _confirmations(day, [act])
    kinds = {"step.impossible": "impossible", "step.waived": "waived", "step.elsewhere": "elsewhere"}
    return StepRow(
        number, _title(step), plan_words(day, step, Window(rule="demand"), band), _time(day, act.at, band), None,
        kinds.get(act.tag, "done"), _who(day, [act]), _with_places(day, step, act), "", confirmed, waits,
        tuple(_remarks(day, step, [act], band)), block=first,
    )  # fmt: skip


def _title(step: Step) -> str:
    return text(step.title, LANGUAGE, "en")


def _planned(day: Day, view: StepView, band: date | None) -> str:
    planned = plan_words(day, view.step, view.window, band)
    return f"{planned} (было{NBSP}{plan_words(day, view.step, view.was, band)})" if view.was else planned


def _time(day: Day, moment: datetime, band: date | None) -> str:
    local = day.local(moment)
    return clock(local) if local.date() == (band or day.date) else f"{dotted_date(local)} {clock(local)}"


def _actual(day: Day, acts: Sequence[Act], band: date | None) -> str:
    done = sorted(a.at for a in acts if a.tag == "step.done")
    if not done:
        return ""
    return "–".join(dict.fromkeys(_time(day, moment, band) for moment in (done[0], done[-1])))


def _share(view: StepView) -> str:
    return f"{view.closed} из {view.total}" if 0 < view.closed < view.total else ""


def _difference(places: Sequence[PlaceState]) -> int | None:
    """Minutes, of the place that was furthest behind its plan; without a plan None."""
    found = []
    for place in places:
        planned = place.window.due or place.window.start
        if place.act and place.act.tag == "step.done" and planned and not place.window.dated:
            found.append((_minute(place.act.at) - _minute(planned)) // timedelta(minutes=1))
    return max(found, default=None)


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _who(day: Day, acts: Sequence[Act]) -> str:
    names = []
    for act in acts:
        name, title, paper = actor(day, act)
        names.append(f"{name}, {title} ({paper})" if paper else name)
    return ", ".join(dict.fromkeys(names))


def _with_places(day: Day, step: Step, act: Act) -> str:
    places = getattr(act.fact, "places", ())
    where = _places(day, step, places)
    line = evidence_line(day, step, getattr(act.fact, "evidence", {}))
    return "; ".join(filter(None, (where, line)))


def _places(day: Day, step: Step, places: Iterable[str]) -> str:
    """Places of an act in words: rooms by code, cameras and stations by their id, occurrences by their time."""
    found = list(places)
    if step.repeat in ("camera", "station"):
        return ", ".join(found) if len(found) <= 4 else f"{found[0]}…{found[-1]}, всего {len(found)}"
    return rooms(day, found).replace("-", "–") if found else ""


def _evidence(day: Day, view: StepView, acts: Sequence[Act]) -> str:
    """Where and what. Over several acts field by field: one value for all, or each value with its places."""
    done = [a for a in acts if a.tag == "step.done"]
    if len(done) < 2:
        where = _places(day, view.step, done[0].fact.places) if done and view.total > 1 else ""
        line = evidence_line(day, view.step, done[0].fact.evidence) if done else ""
        return "; ".join(filter(None, (where, line)))
    everywhere = _places(day, view.step, dict.fromkeys(p for a in done for p in a.fact.places))
    parts = [everywhere] if everywhere else []
    for spec in view.step.fields:
        found: dict[str, list[str]] = {}
        for act in done:
            if words := value_words(day, spec, act.fact.evidence.get(spec.id)):
                found.setdefault(words, []).extend(act.fact.places)
        if found:
            title = text(spec.title, LANGUAGE, "en")
            several = [f"{words} ({_places(day, view.step, where)})" for words, where in found.items()]
            parts.append(f"{title}: {', '.join(found if len(found) == 1 else several)}")
    return "; ".join(parts)


def _confirmations(day: Day, acts: Sequence[Act]) -> tuple[str, tuple[str, ...]]:
    """(who is waited for, lines of who confirmed), over all acts of the step."""
    waits, lines = [], []
    for role in dict.fromkeys(r for act in acts for r in confirmers(day, act)):
        given = [c for act in acts for c in act.valid_confirmations if c.role == role][-1:]
        missing = sum(role in missing_confirmers(day, act) for act in acts)
        for c in given:
            paper = f" ({c.paper})" if c.paper else ""
            lines += [f"{c.short}{paper}", f"{clock(day.local(c.at))}, {entry(c.seq + 1)}"]
        if missing:
            holders = [m.short for m in day.roster.values() if m.role == role]
            share = f" ({missing} из {len(acts)})" if len(acts) > 1 else ""
            waits.append((holders[0] if len(holders) == 1 else post(day, role)) + share)
    return ", ".join(waits), tuple(lines)


# ---------------------------------------------------------------- reasons


def _left(day: Day, view: StepView) -> list[str]:
    """What the step follows, and the places that are still open."""
    out = [after] if (after := after_words(day, view.window)) else []
    if 0 < view.closed < view.total:
        out.append(f"Не выполнено: {_places(day, view.step, view.open_places)}.")
    return out


def _remarks(day: Day, step: Step, acts: Sequence[Act], band: date | None) -> list[str]:
    out: dict[str, None] = {}
    for act in acts:
        where = f"{_places(day, step, act.fact.places)}. " if len(acts) > 1 and act.fact.places else ""
        for remark in reasons(day, act, band):
            out[f"{where}{remark}"] = None
    return list(out)


def reasons(day: Day, act: Act, band: date | None) -> list[str]:
    """What is said of an act besides its evidence: why, how late it was entered, what was corrected."""
    fact, out = act.fact, []
    match act.tag:
        case "step.impossible":
            out.append(f"Причина: {sentence(fact.reason)}")
        case "step.waived":
            out.append(f"Решение: {fact.decided_by}, запись{NBSP}{act.number}. Причина: {sentence(fact.reason)}")
        case "step.elsewhere":
            out.append(f"Выполнено в другой день: {fact.by}, {fact.day}, запись{NBSP}{fact.seq + 1}.")
        case _:
            if fact.overdue_reason:
                out.append(f"Причина опоздания: {sentence(fact.overdue_reason)}")
            if fact.note:
                out.append(f"Примечание: {sentence(fact.note)}")
    out += entered(day, act, lambda moment: _time(day, moment, band))
    before = act.number
    for change in act.changes:
        values = ", ".join(
            f"{field_title(day, act, name)}: {corrected_value(day, act, name, old) or '–'} → "
            f"{corrected_value(day, act, name, new) or '–'}"
            for name, (old, new) in change.fields.items()
        )
        when = f"{_time(day, change.received, band)}, {change.by.short}, {entry(before)} и {entry(change.seq + 1)}"
        out.append(f"Исправлено {when}. {values}. Причина: {sentence(change.reason)}")
        before = change.seq + 1
    return out


def _early(day: Day, view: StepView, band: date | None) -> list[str]:
    """Acts that were done before their window opened; why stands in their note."""
    found = {p.act.seq: p for p in view.places if p.act and p.early}
    return [
        f"Выполнено раньше срока на {span(p.early)}: {_time(day, p.act.at, band)}."
        for p in found.values()
        if p.act and p.early
    ]
