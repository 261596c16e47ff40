"""Fold the entries of a journal into an immutable ``Day``.

A ``Day`` is never changed in place: ``fold`` copies the containers it touches once per call,
so a cached Day may be read by every thread while another one catches up.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from app.domain import N_
from app.domain import facts as f
from app.domain.codec import build, plain
from app.domain.day import Act, Change, Confirmation, Day, Line, Schedule, Signature, Void
from app.domain.journal import Broken, Entry
from app.domain.people import short_name
from app.domain.plan import Member
from app.domain.profile import Profile

# Kinds of entries that ``Day.by_tag`` names.
TAGGED = (
    f.CameraSeen, f.ClockMeasured, f.OutageOpened, f.OutageTold, f.OutageDecided, f.OutageRestored,
    f.FootageCopied, f.FootageChecked, f.FootageUploaded, f.DaySubmitted, f.RemarkWritten, f.RemarkAnswered,
    f.RemarkSettled, f.LinesReviewed, f.SampleTaken, f.DayReturned, f.DayAccepted,
)  # fmt: skip


class _Draft:
    """Mutable copy of a Day while entries are taken in."""

    def __init__(self, day: Day) -> None:
        self.base = day
        self.new: dict[str, Any] = {}
        self.acts = dict(day.acts)
        self.by_step = dict(day.by_step)
        self.milestones = dict(day.milestones)
        self.documents = dict(day.documents)
        self.roster = dict(day.roster)
        self.everyone = dict(day.everyone)
        self.lines = list(day.lines)
        self.by_tag: dict[str, list[int]] = {}

    def freeze(self, entry: Entry) -> Day:
        return replace(
            self.base, size=entry.seq + 1, received=entry.times.received, acts=self.acts, by_step=self.by_step,
            milestones=self.milestones, documents=self.documents, roster=self.roster, everyone=self.everyone,
            lines=tuple(self.lines), by_tag=self._tags(), **self.new,
        )  # fmt: skip

    def _tags(self) -> Mapping[str, tuple[int, ...]]:
        known = self.base.by_tag
        return {**known, **{t: (*known.get(t, ()), *seqs) for t, seqs in self.by_tag.items()}}

    def take(self, entry: Entry) -> None:
        who = self.everyone.get(entry.actor) or _stranger(entry)
        self.lines.append(Line(entry.seq, entry.tag, who, entry.times.received, entry.fact))
        if isinstance(entry.fact, TAGGED):
            self.by_tag.setdefault(entry.tag, []).append(entry.seq)
        match entry.fact:
            case f.StepDone() | f.StepImpossible() | f.StepWaived() | f.StepElsewhere() as fact:
                self._act(entry, who)
                self.by_step[fact.step] = (*self.by_step.get(fact.step, ()), entry.seq)
            case f.MilestoneNoted() as fact:
                self._act(entry, who)
                self.milestones[fact.milestone, fact.place] = entry.seq
            case (
                f.OutageOpened() | f.OutageTold() | f.OutageDecided() | f.OutageRestored()
                | f.FootageCopied() | f.FootageChecked() | f.FootageUploaded()
                | f.RemarkWritten() | f.RemarkAnswered() | f.SampleTaken()
            ):  # fmt: skip
                self._act(entry, who)
            case f.AccessNoted() | f.NoteWritten() | f.AddendumWritten() | f.ShiftHanded() | f.ShiftTaken():
                self._act(entry, who)
            case f.EntryCorrected() as fact:
                self._correct(entry, fact, who)
            case f.EntryVoided() as fact:
                if act := self.acts.get(fact.target):
                    void = Void(entry.seq, who, entry.times.received, fact.reason)
                    self.acts[fact.target] = replace(act, void=void)
            case f.ActsConfirmed() as fact:
                self._confirm(fact.targets, Confirmation(entry.seq, fact.role, who.person, who.short, fact.at))
            case f.ActsConfirmedOutside() as fact:
                by = fact.by
                self._confirm(fact.targets, Confirmation(entry.seq, by.role, "", by.name, fact.at, by.paper))
            case f.DocumentSigned() as fact:
                signed = Signature(entry.seq, entry.times.received, who, fact)
                self.documents[fact.form] = (*self.documents.get(fact.form, ()), signed)
            case f.PlanChanged() as fact:
                changed = {n: getattr(fact, n) for n in ("rooms", "cameras", "stations", "recorders")}
                self.new |= {n: v for n, v in changed.items() if v is not None}
            case f.StartMoved() as fact:
                moved = Schedule(entry.seq, fact.start, fact.end, fact)
                self.new["schedules"] = (*self.new.get("schedules", self.base.schedules), moved)
            case f.RehearsalClock() as fact:
                self.new["ahead"] = fact.at - fact.real
            case f.RosterJoined() as fact:
                self.roster[fact.member.person] = self.everyone[fact.member.person] = fact.member
            case f.RosterLeft() as fact:
                self.roster.pop(fact.person, None)

    def _act(self, entry: Entry, who: Member) -> None:
        self.acts[entry.seq] = Act(
            entry.seq, entry.id, entry.hash.hex(), entry.tag, who, entry.times, entry.fact, entry.fact,
            limits=self.base.profile.limits,
        )

    def _correct(self, entry: Entry, fact: f.EntryCorrected, who: Member) -> None:
        act = self.acts.get(fact.target)
        if act is None or act.fact is None:  # erased after its legal term
            return
        old = flat(act.fact)
        fields = {name: (old.get(name), value) for name, value in fact.changes.items()}
        change = Change(entry.seq, entry.hash.hex(), who, entry.times.received, fields, fact.reason)
        self.acts[fact.target] = replace(act, fact=changed(act.fact, fact.changes), changes=(*act.changes, change))

    def _confirm(self, targets: tuple[f.Target, ...], confirmation: Confirmation) -> None:
        for target in targets:
            if act := self.acts.get(target.seq):  # corrections among the targets confirm their act
                self.acts[target.seq] = replace(act, confirmations=(*act.confirmations, confirmation))


def _stranger(entry: Entry) -> Member:
    """Somebody outside the roster (an administrator, or the system itself), named by the fact when it does."""
    name = getattr(entry.fact, "by", "")
    name = name if isinstance(name, str) and name else entry.actor
    return Member(entry.actor, name, short_name(name), "")


def flat(fact: Any) -> dict[str, Any]:
    """Plain values of a fact, evidence as ``evidence.<name>``: the names that corrections use."""
    values: dict[str, Any] = plain(fact)
    evidence = values.pop("evidence", {})
    return values | {f"evidence.{k}": v for k, v in evidence.items()}


def changed(fact: Any, changes: Mapping[str, Any]) -> Any:
    """The fact with ``changes`` (as in ``EntryCorrected``) applied. Raises BadValue for an unknown field."""
    values = plain(fact)
    for name, value in changes.items():
        if name.startswith("evidence."):
            evidence = {**values.get("evidence", {}), name.removeprefix("evidence."): value}
            values["evidence"] = {k: v for k, v in evidence.items() if v is not None}
        else:
            values[name] = value
    return build(type(fact), values)


def fold(day: Day | None, entries: Iterable[Entry], profiles: Callable[[str], Profile]) -> Day | None:
    """Take ``entries`` (in order, following ``day``) into a Day. ``profiles`` gives the pinned profile by SHA-256.

    Returns None for no day and no entries; raises Broken when the first entry is not ``day.opened``.
    """
    draft: _Draft | None = None
    entry: Entry | None = None
    for entry in entries:
        if day is None:
            day = _open(entry, profiles)
        if draft is None:
            draft = _Draft(day)
        draft.take(entry)
    return draft.freeze(entry) if draft and entry else day


def _open(entry: Entry, profiles: Callable[[str], Profile]) -> Day:
    opened = entry.fact
    if not isinstance(opened, f.DayOpened):
        raise Broken(N_("The journal of a day begins with its opening."), entry.seq)
    roster = {m.person: m for m in opened.roster}
    return Day(
        entry.log, opened, profiles(opened.profile_sha256), 0, entry.times.received, opened.rooms, opened.cameras,
        opened.stations, roster, dict(roster), schedules=(Schedule(0, opened.start, opened.end),),
        recorders=opened.recorders,
    )  # fmt: skip
