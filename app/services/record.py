"""Write a fact down. The only way anything of a person enters a day's journal."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.domain import N_, Invalid, Message, Refused, rehearsal
from app.domain import facts as f
from app.domain.codec import plain
from app.domain.day import Day
from app.domain.evidence import validate
from app.domain.journal import Entry, Times
from app.domain.note import Checkpoint
from app.domain.people import Actor
from app.domain.policy import Action, require_member
from app.domain.rules import judge, problems
from app.domain.rules.steps import evidence_complete
from app.services import days, period
from app.store import journal
from app.store.db import transaction

NEEDS: dict[type, Action] = {
    f.StepDone: Action.STEP_RECORD,
    f.StepImpossible: Action.STEP_RECORD,
    f.StepWaived: Action.STEP_WAIVE,
    f.AccessNoted: Action.ACCESS_NOTE,
    f.MilestoneNoted: Action.MILESTONE_NOTE,
    f.NoteWritten: Action.NOTE_WRITE,
    f.ShiftHanded: Action.SHIFT_HAND,
    f.ShiftTaken: Action.SHIFT_TAKE,
    f.ClockMeasured: Action.CLOCK_MEASURE,
    f.OutageOpened: Action.OUTAGE_NOTE,
    f.OutageTold: Action.OUTAGE_NOTE,
    f.OutageDecided: Action.OUTAGE_NOTE,
    f.OutageRestored: Action.OUTAGE_NOTE,
    f.FootageUploaded: Action.FOOTAGE_COPY,
    f.EntryCorrected: Action.ENTRY_CORRECT,
    f.EntryVoided: Action.ENTRY_CORRECT,
    f.AddendumWritten: Action.ADDENDUM_WRITE,
    f.FootageCopied: Action.FOOTAGE_COPY,
    f.FootageChecked: Action.FOOTAGE_COPY,
    f.ActsConfirmed: Action.ACT_CONFIRM,
    f.ActsConfirmedOutside: Action.STEP_RECORD,
    f.RemarkWritten: Action.DAY_REVIEW,
    f.RemarkAnswered: Action.REMARK_ANSWER,
    f.RemarkSettled: Action.DAY_REVIEW,
    f.LinesReviewed: Action.DAY_REVIEW,
    f.SampleTaken: Action.DAY_REVIEW,
    f.DayReturned: Action.DAY_ACCEPT,
    f.DaySubmitted: Action.DAY_SUBMIT,
    f.DayAccepted: Action.DAY_ACCEPT,
}
Heed = Callable[[tuple[Message, ...]], None]
Look = Callable[[Day], None]


@dataclass(frozen=True)
class Device:
    """What the device says of itself and its clock; all optional but the id."""

    id: str = ""
    seq: int | None = None
    clock: datetime | None = None
    mono_ms: int | None = None
    offset_ms: int | None = None


@dataclass(frozen=True)
class Receipt:
    """Answer to an entry: its place in the journal. ``again``: it had arrived before and nothing was written."""

    seq: int
    again: bool
    checkpoint: Checkpoint
    warnings: tuple[Message, ...] = ()

    @property
    def number(self) -> int:
        return self.seq + 1


def check_evidence(
    day: Day, step: str, raw: dict[str, Any], at: datetime
) -> tuple[dict[str, Any], tuple[Message, ...]]:
    """Values as they will be recorded and what is out of its limits at the moment of the act.

    Raises Invalid with a reason per field.
    """
    return validate(day.profile.step(step), raw, day.local(at).date(), [r.code for r in day.rooms])


def record(
    actor: Actor, day_id: str, entry_id: str, fact: Any, now: datetime, device: Device | None = None,
    heed: Heed = lambda _: None, look: Look = lambda _: None,
) -> Receipt:
    """Judge and append one fact. Sending the same entry twice is answered twice and written once.

    ``heed`` is told what is out of its limits, before anything is written, and may raise Invalid. ``look`` is shown the
    day as it stands then, with nobody else writing, and may raise as well.
    Raises Invalid with every reason, Refused, NotFound or Broken; nothing is written then.
    """
    (receipt,) = record_all(actor, day_id, [(entry_id, fact)], now, device, heed, look)
    return receipt


def record_all(
    actor: Actor, day_id: str, entries: Sequence[tuple[str, Any]], now: datetime, device: Device | None = None,
    heed: Heed = lambda _: None, look: Look = lambda _: None,
) -> list[Receipt]:
    """Several facts of one person, in one transaction: all are written or none. Raises as ``record`` does.

    An Invalid names the reasons of every fact.
    """
    if any(type(fact) not in NEEDS for _, fact in entries):
        raise Refused(N_("This entry is not written by hand."))
    log = days.log_of(day_id)
    with transaction(log):
        day, checkpoint = days.fold_log(log)
        now = rehearsal.not_back(day, now)
        made: list[tuple[Receipt, Entry | None]] = []
        wrong: list[Message] = []
        for entry_id, fact in entries:
            try:
                made.append(_one(actor, log, day, checkpoint, entry_id, fact, now, device or Device(), heed, look))
            except Invalid as err:  # say at once what is wrong with the others
                wrong += err.messages
        if wrong:
            raise Invalid(*_distinct(wrong))
    receipts = [receipt for receipt, _ in made]
    if new := [entry for _, entry in made if entry]:
        days.grown(log, day, new, receipts[-1].checkpoint)
    for receipt, (_, fact) in zip(receipts, entries, strict=True):
        _tell_period(day, log, fact, receipt.seq, now)
    return receipts


def _one(
    actor: Actor, log: int, day: Day, checkpoint: Checkpoint, entry_id: str, fact: Any, now: datetime, device: Device,
    heed: Heed, look: Look,
) -> tuple[Receipt, Entry | None]:
    """The answer, and what was written for it (None: it was known)."""
    member = require_member(day, actor, NEEDS[type(fact)])
    if known := journal.find(log, entry_id):
        return again(known, fact, actor, checkpoint), None
    look(day)
    warnings: tuple[Message, ...] = ()
    if isinstance(fact, f.StepDone):
        try:
            values, warnings = check_evidence(day, fact.step, dict(fact.evidence), fact.at)
        except Invalid as err:  # say at once what else is wrong
            raise Invalid(*_distinct([*err.messages, *problems(day, fact, member, now)])) from err
        heed(warnings)
        fact = replace(fact, evidence=values)
    judge(day, fact, member, now, judged=(evidence_complete,))
    times = Times(now, device.clock, device.mono_ms, device.offset_ms)
    entry, checkpoint = journal.append(log, fact, actor.person, times, entry_id, device.id, device.seq)
    return Receipt(entry.seq, False, checkpoint, warnings), entry


def _tell_period(day: Day, log: int, fact: Any, seq: int, now: datetime) -> None:
    """Steps of the period are told to the centre's other days, done or voided."""
    target = fact.target if isinstance(fact, f.EntryVoided) else seq
    step = day.acts[target].fact if isinstance(fact, f.EntryVoided) else fact
    if isinstance(step, f.StepDone) and day.profile.step(step.step).when.period is not None:
        period.share(days.fold_log(log)[0], target, now)


def _distinct(messages: Iterable[Message]) -> list[Message]:
    """Without repetitions, in order."""
    return list({(m.id, m.field, str(m)): m for m in messages}.values())


def again(known: Any, fact: Any, actor: Actor, checkpoint: Checkpoint) -> Receipt:
    """The same id answers as before, but only to the same person with the same kind of entry."""
    if known.actor != actor.person or known.tag != fact.tag:
        raise Refused(N_("This entry's number is taken. Open the page anew and enter it again."))
    return Receipt(known.seq, True, checkpoint)


def correction(day: Day, target: int, new: Any, reason: str) -> f.EntryCorrected:
    """The fact that turns act ``target`` into ``new`` (of the same type): only what differs."""
    old, values = plain(day.acts[target].fact), plain(new)
    changes: dict[str, Any] = {}
    for name, value in values.items():
        if name == "evidence":
            before = old["evidence"]
            names = {*before, *value}
            changes |= {f"evidence.{n}": value.get(n) for n in sorted(names) if before.get(n) != value.get(n)}
        elif old[name] != value:
            changes[name] = value
    return f.EntryCorrected(target, changes, reason)
