"""The access journal of a Day: rows by ``app.domain.access``, in local times and the regulation's words."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from app.domain.access import RESPONSIBLE, AccessRow, rows
from app.domain.day import Act, Change, Confirmation, Day
from app.domain.fold import changed
from app.domain.profile import text
from reports.forms._access_model import (
    AccessJournal,
    Cabinet,
    Correction,
    JournalRow,
    LateEntry,
    Mark,
    Person,
    Voided,
)
from reports.forms._day_values import corrected_value, field_title
from reports.forms._day_words import LANGUAGE, actor, exam_line, post
from reports.forms._ru import dotted_date, dotted_time
from reports.of_day import centre_line
from reports.of_day import rooms as print_rooms

STATES = {"on": "включен", "off": "выключен"}
PRINTED = ("date", "rooms", "start", "end", "action", "reason", "state", "before", "after")


def from_day(day: Day, now: datetime) -> AccessJournal:
    """What the journal prints of ``day``."""
    found = rows(day)
    made = tuple(_row(day, row, day.acts[row.seq]) for row in found)
    return AccessJournal(
        region=day.opened.centre.region_name,
        place=centre_line(day),
        centre=day.centre_code,
        exam=exam_line(day),
        zone=day.opened.centre.zone,
        now=day.local(day.start),
        rows=made,
        cabinets=tuple(_cabinet(day, row) for row in found if not row.void and _opened(row)),
        corrections=tuple(c for row in found for c in _corrections(day, row)),
        late=tuple(
            LateEntry(
                row.number, day.local(row.end), day.local(row.received), row.late_entry, row.late_reason,
                row.by.short, row.seq + 1,
            )
            for row in found
            if row.late_entry
        ),
        voided=tuple(
            Voided(row.number, day.local(row.void.received), row.void.by.short, row.void.reason, row.void.seq + 1)
            for row in found
            if row.void
        ),
    )  # fmt: skip


def _row(day: Day, row: AccessRow, act: Act) -> JournalRow:
    name, title, paper = actor(day, act)
    now, was = _printed(day, row), _printed(day, row.was) if row.was else {}
    return JournalRow(
        number=row.number,
        rooms=now["rooms"],
        start=day.local(row.start),
        end=day.local(row.end),
        action=now["action"],
        actor=Person(name, title),
        mark=_mark(day, act, paper),
        responsible=_responsible(day, row.confirmation),
        confirmed=_confirmed(day, row.confirmation),
        old={key: was[key] or "–" for key in PRINTED[:5] if was and was[key] != now[key]},
        corrected=bool(was),
        late=row.late_entry,
        entered=day.local(row.received) if row.late_entry or row.apart else None,
        void=row.void is not None,
    )


def _mark(day: Day, act: Act, paper: str) -> Mark:
    """The entry that stands now: the last correction, else the first. Somebody outside the system signed on paper."""
    if act.changes:
        last = act.changes[-1]
        return Mark(last.by.short, day.local(last.received), last.seq + 1, paper)
    return Mark(act.by.short, day.local(act.times.received), act.number, paper)


def _responsible(day: Day, confirmation: Confirmation | None) -> Person:
    """Who confirmed, else the PES head that the roster names."""
    title = post(day, RESPONSIBLE)
    if confirmation:
        return Person(confirmation.short, title)
    heads = [m.short for m in day.roster.values() if m.role == RESPONSIBLE]
    return Person(heads[0] if len(heads) == 1 else "", title)


def _confirmed(day: Day, confirmation: Confirmation | None) -> Mark | None:
    if confirmation is None:
        return None
    return Mark(confirmation.short, day.local(confirmation.at), confirmation.seq + 1, confirmation.paper)


def _printed(day: Day, row: AccessRow) -> dict[str, str]:
    """A row's columns as they are printed."""
    start, end = day.local(row.start), day.local(row.end)
    action = ". ".join(filter(None, (text(row.title, LANGUAGE, "en"), row.text)))
    return {
        "date": dotted_date(start), "rooms": print_rooms(day, row.rooms), "start": dotted_time(start),
        "end": dotted_time(end), "action": action or row.action, "reason": row.reason,
        "state": STATES.get(row.state_found, row.state_found), "before": row.seal_before, "after": row.seal_after,
    }  # fmt: skip


def _opened(row: AccessRow) -> bool:
    return bool(row.reason or row.state_found or row.seal_before or row.seal_after)


def _cabinet(day: Day, row: AccessRow) -> Cabinet:
    now = _printed(day, row)
    return Cabinet(row.number, now["rooms"], row.reason, now["state"], row.seal_before, row.seal_after)


def _corrections(day: Day, row: AccessRow) -> list[Correction]:
    """One line for each printed value that a correction changed, in the order of the corrections."""
    act, out = day.acts[row.seq], []
    fact, before, number = act.original, row.was or row, act.number
    for i, change in enumerate(act.changes, 1):
        fact = changed(fact, {name: new for name, (_, new) in change.fields.items()})
        after = _as_of(day, act, fact, act.changes[:i])
        old, new = _printed(day, before), _printed(day, after)
        columns = [key for key in PRINTED if old[key] != new[key]]
        values = [(key, old[key], new[key]) for key in columns] or _unprinted(day, act, change)
        at, by = day.local(change.received), change.by.short
        out += [
            Correction(row.number, column, was, now, change.reason, by, at, (number, change.seq + 1))
            for column, was, now in values
        ]
        before, number = after, change.seq + 1
    return out


def _as_of(day: Day, act: Act, fact: Any, changes: tuple[Change, ...]) -> AccessRow:
    """The row as it stood after some of its corrections."""
    alone = replace(day, acts={act.seq: replace(act, fact=fact, changes=changes)})
    return rows(alone)[0]


def _unprinted(day: Day, act: Act, change: Change) -> list[tuple[str, str, str]]:
    """A correction of something that the official table does not print: the field's title and its values."""
    return [
        (field_title(day, act, name), corrected_value(day, act, name, old), corrected_value(day, act, name, new))
        for name, (old, new) in change.fields.items()
    ]
