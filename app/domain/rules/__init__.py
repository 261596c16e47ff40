"""Rules: may this fact follow what the day already knows? Each rule a small named function.

``judge`` collects every reason, so a form can show all of them at once and nothing typed is
lost. It is the only gate before an append: there is no other path to a fact of a person.
"""

from datetime import datetime
from typing import Any

from app.domain import N_, Invalid, Message
from app.domain import facts as f
from app.domain.closing import sealed
from app.domain.codec import BadValue
from app.domain.day import Act, Day
from app.domain.fold import changed
from app.domain.plan import TECHNICIANS, Member
from app.domain.rules.base import Messages, Rule, step_of
from app.domain.rules.clocks import clock_fits
from app.domain.rules.confirming import targets_fit
from app.domain.rules.ending import (
    accepted_with_papers,
    awaits_acceptance,
    gaps_need_reason,
    not_handed_in,
    remarks_answered,
)
from app.domain.rules.entries import access_fits, milestone_fits, note_has_text, rooms_in_plan, texts_fit
from app.domain.rules.footage import (
    check_is_of_a_copy,
    check_says_what_differs,
    copy_has_files,
    copy_is_of_the_plan,
    copy_times_fit,
    footage_stands,
    medium_is_named,
)
from app.domain.rules.outages import (
    after_the_end_needs_reason,
    correction_of_outage,
    decision_fits,
    follows_outage,
    outage_fits,
    outage_is_new,
    outage_is_open,
    restoring_fits,
    telling_fits,
    upload_fits,
    voiding_of_outage,
)
from app.domain.rules.recording import recording_runs_before, started_in_time, stop_is_ordered
from app.domain.rules.review import (
    answer_names_a_later_entry,
    not_accepted,
    remark_is_open,
    remark_points_somewhere,
    return_fits,
    review_stands,
    sample_fits,
    says_something,
    spans_fit,
)
from app.domain.rules.shifts import handover_fits, handover_stands, items_fit, taking_fits
from app.domain.rules.steps import (
    evidence_complete,
    not_done_before,
    occurrence_has_come,
    performer_fits,
    places_fit,
    places_of_evidence_exist,
    reason_given,
    step_is_on,
    waiver_is_decided,
)
from app.domain.rules.times import (
    addendum_fits,
    day_is_closed,
    early_needs_reason,
    ends_after_start,
    firm_date_has_come,
    late_needs_reason,
    not_in_future,
    not_of_a_closed_day,
    not_too_old,
    row_times_fit,
    target_not_sealed,
)


def judge(day: Day, fact: Any, member: Member, now: datetime, judged: tuple[Rule, ...] = ()) -> None:
    """Raise Invalid with every reason why ``member`` may not record ``fact`` at ``now``."""
    if messages := problems(day, fact, member, now, judged):
        raise Invalid(*messages)


def problems(day: Day, fact: Any, member: Member, now: datetime, judged: tuple[Rule, ...] = ()) -> list[Message]:
    """Every reason why ``member`` may not record ``fact`` at ``now``; none when they may.

    ``judged``: rules that the caller itself has asked.
    """
    rules = (r for r in (texts_fit, *RULES.get(type(fact), ())) if r not in judged)
    return [m for rule in rules for m in rule(day, fact, member, now)]


# ---------------------------------------------------------------- corrections


def target_stands(day: Day, fact: Any, member: Member, now: datetime) -> Messages:
    act = day.acts.get(fact.target)
    if act is None:
        yield Message(N_("There is no such entry to correct."))
    elif act.void:
        yield Message(N_("This entry is void already."))
    elif act.tag == "step.elsewhere":
        yield Message(N_("This step was done on another day. Correct it there."))
    elif act.by.person != member.person and not (member.role in TECHNICIANS and act.by.role in TECHNICIANS):
        yield Message(N_("Only the person who made an entry corrects it."))


def correction_fits(day: Day, fact: f.EntryCorrected, member: Member, now: datetime) -> Messages:
    """The corrected fact obeys the same rules as a new one, but for what is "already done"."""
    act = day.acts.get(fact.target)
    if act is None or act.void or sealed(day, act):
        return
    if not fact.changes:
        yield Message(N_("Nothing was changed."))
        return
    if unchangeable := set(fact.changes) & {"step", "milestone", "outside", "target"}:
        yield Message(N_("%(name)s cannot be corrected; void the entry instead."), {"name": min(unchangeable)})
        return
    try:
        new = changed(act.fact, fact.changes)
    except BadValue as err:
        yield from err.messages
        return
    skip = {
        not_done_before, performer_fits, late_needs_reason, not_too_old, milestone_fits, outage_is_new, outage_is_open,
        after_the_end_needs_reason,
    }  # fmt: skip
    for rule in RULES.get(type(new), ()):
        if rule not in skip:
            yield from rule(day, new, member, now)
    if isinstance(new, f.StepDone | f.StepImpossible | f.StepWaived):
        yield from _places_still_free(day, act, new, now)
    yield from correction_of_outage(day, act, new)


def _places_still_free(day: Day, act: Act, new: Any, now: datetime) -> Messages:
    step = step_of(day, new)
    if step.repeat in ("", "demand"):
        return
    others = {p for a in day.step_acts(new.step) if a.seq != act.seq for p in getattr(a.fact, "places", ())}
    for place in new.places:
        if place in others:
            yield Message(N_("%(place)s already has an entry. Correct that one instead."), {"place": place}, "places")


TIMES: tuple[Rule, ...] = (not_in_future, not_too_old, not_of_a_closed_day)
STEP: tuple[Rule, ...] = (step_is_on, places_fit, occurrence_has_come, not_done_before, *TIMES)
FOLLOWING: tuple[Rule, ...] = (follows_outage, after_the_end_needs_reason, *TIMES, late_needs_reason)
OF_REVIEW: tuple[Rule, ...] = (not_accepted, not_in_future)
RULES: dict[type, tuple[Rule, ...]] = {
    f.StepDone: (
        *STEP, performer_fits, late_needs_reason, early_needs_reason, firm_date_has_come, evidence_complete,
        places_of_evidence_exist, row_times_fit, recording_runs_before, started_in_time,
    ),
    f.StepImpossible: (*STEP, performer_fits, reason_given),
    f.StepWaived: (*STEP, reason_given, waiver_is_decided),
    f.AccessNoted: (access_fits, ends_after_start, *TIMES, late_needs_reason, stop_is_ordered, started_in_time),
    f.MilestoneNoted: (milestone_fits, *TIMES, late_needs_reason),
    f.NoteWritten: (note_has_text, not_of_a_closed_day),
    f.AddendumWritten: (day_is_closed, addendum_fits, reason_given, not_in_future),
    f.ShiftHanded: (handover_fits, items_fit, not_in_future, not_of_a_closed_day),
    f.ShiftTaken: (taking_fits, not_in_future, not_of_a_closed_day),
    f.ClockMeasured: (clock_fits, *TIMES),
    f.OutageOpened: (outage_fits, rooms_in_plan, outage_is_new, *TIMES, late_needs_reason),
    f.OutageTold: (telling_fits, *FOLLOWING),
    f.OutageDecided: (decision_fits, *FOLLOWING),
    f.OutageRestored: (restoring_fits, follows_outage, outage_is_open, *TIMES, late_needs_reason),
    f.FootageUploaded: (rooms_in_plan, upload_fits, *TIMES, late_needs_reason),
    f.FootageCopied: (
        copy_is_of_the_plan, medium_is_named, copy_has_files, copy_times_fit, *TIMES, late_needs_reason,
    ),
    f.FootageChecked: (check_is_of_a_copy, check_says_what_differs, *TIMES, late_needs_reason),
    f.EntryCorrected: (
        target_stands, target_not_sealed, handover_stands, footage_stands, review_stands, reason_given, correction_fits,
    ),
    f.EntryVoided: (
        target_stands, target_not_sealed, handover_stands, footage_stands, review_stands, reason_given,
        voiding_of_outage,
    ),
    f.RemarkWritten: (*OF_REVIEW, says_something, remark_points_somewhere),
    f.RemarkAnswered: (*OF_REVIEW, says_something, remark_is_open, answer_names_a_later_entry),
    f.RemarkSettled: (*OF_REVIEW, remark_is_open),
    f.LinesReviewed: (*OF_REVIEW, spans_fit),
    f.SampleTaken: (*OF_REVIEW, sample_fits),
    f.DayReturned: (*OF_REVIEW, reason_given, return_fits),
    f.ActsConfirmed: (targets_fit,),
    f.ActsConfirmedOutside: (targets_fit,),
    f.DaySubmitted: (not_handed_in, gaps_need_reason, not_in_future),
    f.DayAccepted: (awaits_acceptance, remarks_answered, accepted_with_papers, not_in_future),
}
