"""Lists of days from their status rows, and how far each reader has looked at a day.

A row is refreshed from the folded day when its journal has another checkpoint or its time has passed; nothing here is
truth, and a list folds no day that did not change.
"""

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.domain import DomainError, rehearsal
from app.domain.day import Day
from app.domain.journal import SHAPELESS
from app.domain.people import SYSTEM, Actor
from app.domain.plan import Role
from app.domain.policy import Action, in_office
from app.domain.summary import Counts, DayState, readers, summarize
from app.services import days, documents, particulars, standing
from app.services.days import Page
from app.services.documents import DocumentView
from app.store import journal
from app.store import overview as store
from app.store import registers as register_store
from app.store.db import NoRoom, transaction
from app.store.overview import ORDERS, Scope, Source, Wanted

LOG = logging.getLogger("logbook.overview")
SORTS = tuple(ORDERS)
WATCHED = (Role.PES_HEAD, Role.COMMISSION_MEMBER, Role.COMMISSION_HEAD)  # whose reading others see
COUNTS = tuple(Counts.__dataclass_fields__)
ALL = Wanted()
PEOPLE = ("roster", "readers", "confirmers", "signers")  # columns of a row that name people
NEAR = timedelta(days=45)  # days of these dates are kept fresh when their journals grow
AGAIN = timedelta(minutes=5)
PART = 10  # rows that are written at once


@dataclass(frozen=True)
class DayLine:
    """One line of a list of days. ``new``: entries since the reader's last look, None before the first."""

    id: str
    centre: str
    name: str
    date: date
    start: datetime
    zone: str
    exam: str
    rehearsal: bool
    size: int
    state: DayState
    counts: Counts
    confirms: bool  # entries wait for the reader
    signs: bool  # a document waits for the reader
    new: int | None
    seen_at: datetime | None


@dataclass(frozen=True)
class Reading:
    """Up to which entry somebody has looked at the day, and when."""

    person: str
    short: str
    role: str
    size: int
    at: datetime


def list_days(actor: Actor, now: datetime, page: int = 1, size: int = 20, wanted: Wanted = ALL) -> Page[DayLine]:
    """Days that the actor may read; those whose journal is broken are left out (``damaged_days``)."""
    scope = scope_of(actor)
    _refresh(store.stale(scope, wanted, now, "all" if wanted.by_clock else ""), now)
    total = store.count(scope, wanted)
    pages = max(1, -(-total // size))
    page = min(max(page, 1), pages)
    rows = store.rows(scope, wanted, (page - 1) * size, size)
    if aged := store.stale(scope, wanted, now, "all", only=[r.day for r in rows]):
        _refresh(aged, now)
        rows = store.rows(scope, wanted, (page - 1) * size, size)
    return Page(tuple(_line(r) for r in rows), page, pages, total)


def waiting_days(actor: Actor, now: datetime) -> int:
    """In how many days something waits for the actor."""
    scope = scope_of(actor)
    _refresh(store.stale(scope, ALL, now, "own"), now)
    return store.count(scope, Wanted(state="mine"))


def centres(actor: Actor, wanted: Wanted = ALL) -> list[tuple[str, str]]:
    """(code, name) of the centres in the actor's list: of real days, or of rehearsals."""
    return store.centres(scope_of(actor), wanted.rehearsals)


def damaged_days(actor: Actor, now: datetime) -> list[str]:
    """Names of days whose journal does not prove itself: they have to be verified and restored."""
    scope = scope_of(actor)
    _refresh(store.stale(scope, ALL, now), now)
    return store.broken(scope, actor.centres)


def current(actor: Actor, now: datetime) -> str | None:
    """The day that "Today" shows: of those whose roster names the actor the nearest to now; None without days.

    A real day of today comes first, then a rehearsal whose own clock says that it is today.
    """
    scope = scope_of(actor)
    _refresh(store.stale(scope, ALL, now), now)
    found = store.starts(scope, rostered=True) or store.starts(scope, rostered=False)
    return min(found, key=lambda day: _rank(day, now)).day if found else None


def rostered(actor: Actor, first: date, centre: str, now: datetime) -> list[tuple[str, str, str]]:
    """(day, centre, checkpoint) of the days from ``first`` on whose roster names the actor; ``centre`` empty: any."""
    scope, wanted = scope_of(actor), Wanted(first=first.isoformat(), centre=centre)
    _refresh(store.stale(scope, wanted, now), now)
    return store.rostered(scope, wanted)


def read_on(actor: Actor, wanted: Wanted, since: datetime, now: datetime, most: int) -> tuple[int, int]:
    """Fold at most ``most`` of the wanted days whose row or particulars are not of the newest checkpoint.

    Gives (days still to read, days found stale before). Damaged days, and those that were read after ``since``, are
    not among them.
    """
    scope = scope_of(actor)
    enough = {*register_store.damaged(wanted), *register_store.read_since(scope, wanted, since)}
    known = {s.day: s for s in (*store.stale(scope, wanted, now), *register_store.stale(scope, wanted))}
    found = [s for s in known.values() if s.day not in enough]
    _refresh(found[:most], now)
    return len(found[most:]), len(found)


def damaged_of(actor: Actor, wanted: Wanted, now: datetime, most: int) -> list[str]:
    """``damaged_days`` among the wanted ones; at most ``most`` of them are looked at anew."""
    scope = scope_of(actor)
    _refresh(store.stale(scope, wanted, now)[:most], now)
    return store.broken(scope, actor.centres, wanted)


def refreshed(actor: Actor, now: datetime, wanted: Wanted = ALL, only: Sequence[str] | None = None) -> Scope:
    """The actor's scope, once the wanted rows in it (of ``only`` these days) tell of the newest entries."""
    scope = scope_of(actor)
    _refresh(store.stale(scope, wanted, now, only=only), now)
    return scope


def aged(scope: Scope, now: datetime, only: Sequence[str]) -> bool:
    """True when rows of these days were of another time; they are of this one now."""
    found = store.stale(scope, ALL, now, "all", only)
    _refresh(found, now)
    return bool(found)


def _rank(day: store.Start, now: datetime) -> tuple[bool, bool, timedelta, str]:
    shown = now + timedelta(seconds=day.ahead)
    today = shown.astimezone(ZoneInfo(day.zone)).date().isoformat() == day.date
    return not today, day.rehearsal, timedelta(0) if today else abs(day.start - shown), day.day


def scope_of(actor: Actor) -> Scope:
    """A centre's people look at their centre's days; who belongs to none and to no office finds nothing."""
    office, practice = in_office(actor, Action.DAY_READ), Role.ADMINISTRATOR in actor.roles
    return Scope(actor.person, days.centres_of(actor), office, practice)


def _line(row: Any) -> DayLine:
    return DayLine(
        row.day, row.centre, row.name, date.fromisoformat(row.date), row.start, row.zone, row.exam, row.rehearsal,
        row.size, DayState(row.state), Counts(*(getattr(row, n) for n in COUNTS)), bool(row.confirms), bool(row.signs),
        None if row.seen is None else max(0, row.size - row.seen), row.seen_at,
    )  # fmt: skip


# ---------------------------------------------------------------- refresh


def _refresh(found: Sequence[Source], now: datetime) -> None:
    """Fold these days and write their rows, all in one transaction.

    A row that somebody wrote or ended while its day was folded ends at once: who took a step meanwhile is not lost.
    """
    if not found:
        return
    names = [source.day for source in found]
    before = store.versions(names)
    rows = [_row(source, now) for source in found]
    more = [{"day": r["day"], "note": r["note"], **r.pop("particulars")} for r in rows if "particulars" in r]
    with transaction():
        since = store.versions(names, lock=True)
        for row in rows:
            if since.get(row["day"]) != before.get(row["day"]):
                row["valid_until"] = now
        store.put(rows)
        if more:
            register_store.put(more)


def keep(now: datetime, most: int) -> int:
    """Refresh rows that no list has asked for: of days about this date that grew, and whose time has passed.

    At most ``most`` days, those of the day itself first; how many were. What is damaged is looked at now and then.
    """
    near = ((now - NEAR).date().isoformat(), (now + NEAR).date().isoformat())
    found = store.aged(now, near, now - AGAIN, most)
    for first in range(0, len(found), PART):
        _refresh(found[first : first + PART], now)
    return len(found)


def _row(source: Source, now: datetime) -> dict[str, Any]:
    try:
        day, checkpoint = days.fold_log(source.log)
        return _told(day, checkpoint.note, now, source.source)
    except DomainError:  # one broken journal closes its own day, not the others
        LOG.warning("the journal of %s does not prove itself", source.day)
    except SHAPELESS:
        if not source.source:
            raise
        LOG.warning("the journal of %s from %s holds what no form writes", source.day, source.source)
    return _damaged(source, now)


def _told(day: Day, note: str, now: datetime, source: str) -> dict[str, Any]:
    papers = documents.documents(day, SYSTEM)
    told = summarize(day, rehearsal.clock(day, now), sum(p.complete for p in papers), len(papers))
    over = told.state in (DayState.TO_SIGN, DayState.SIGNED)
    more, changes = standing.board_columns(day, now, source)
    until = [m for m in (told.until and rehearsal.real(day, told.until), changes) if m]
    centre = day.opened.centre
    words = (day.id, day.centre_code, centre.name, centre.region_name, day.opened.exam)
    return {
        "day": day.id, "note": note, "made": now, "size": day.size,
        "valid_until": min(until, default=None),
        "state": told.state.value, "centre": day.centre_code, "date": day.date.isoformat(), "start": day.start,
        "zone": centre.zone, "name": centre.name, "exam": day.opened.exam, "rehearsal": day.opened.rehearsal,
        "ahead": int(day.ahead.total_seconds()),
        "words": " ".join(words).casefold(), "roster": store.names(frozenset(day.roster)),
        "readers": store.names(readers(day)), "confirmers": store.names(told.confirmers),
        "signers": store.names(_signers(papers, over)), **asdict(told.counts), **_nobody(day.source),
        **standing.review_columns(day, rehearsal.clock(day, now)), **more,
        "particulars": particulars.written(day, papers),
    }  # fmt: skip


def _nobody(source: str) -> dict[str, str]:
    """People of another installation's day are not ours, though an id may be the same."""
    return dict.fromkeys(PEOPLE, store.names(())) if source else {}


def _signers(papers: Sequence[DocumentView], over: bool) -> frozenset[str]:
    """Whose turn it is: in documents that somebody has begun to sign, and in all of them once the day is over."""
    found: set[str] = set()
    for view in papers:
        begun = view.document is not None and not view.outdated
        if view.next and (begun or over):
            signed = {s.signature.by.person for s in view.slots if s.signature}
            found |= {m.person for m in view.next.expected} - signed
    return frozenset(found)


def _damaged(source: Source, now: datetime) -> dict[str, Any]:
    """What can be said of a day whose journal does not prove itself."""
    people = _names_in_ruins(source.log)
    return {
        "day": source.day, "note": "", "made": now, "valid_until": now, "size": 0, "state": DayState.DAMAGED.value,
        "centre": source.centre, "date": source.date, "start": now, "zone": "UTC", "name": "", "exam": "",
        "rehearsal": rehearsal.named(source.day), "ahead": 0, "words": source.day.casefold(),
        "roster": store.names(people), "readers": store.names(people), "confirmers": " ", "signers": " ",
        **asdict(Counts()), **standing.NOTHING, **standing.ruined(source.centre, source.source),
    }  # fmt: skip


def _names_in_ruins(log: int) -> frozenset[str]:
    """Who may learn that the day is damaged: its people, as far as they can still be read."""
    if journal.source(log):
        return frozenset()
    for before in (None, 1):
        try:
            return readers(days.fold_upto_entries(journal.entries(log, 0, before)))
        except DomainError:
            continue
    return frozenset()


# ---------------------------------------------------------------- how far somebody has looked


def seen(actor: Actor, day_id: str) -> tuple[int, datetime] | None:
    """(entries, when) of the actor's last look at the day; None before the first."""
    return store.reading(actor.person, day_id)


def mark_seen(actor: Actor, day_id: str, size: int, now: datetime) -> None:
    """Remember that the actor was shown ``size`` entries. Writes only when that is more than before."""
    known = store.reading(actor.person, day_id)
    if known and known[0] >= size:
        return
    try:
        with transaction():
            store.mark(actor.person, day_id, size, now)
    except NoRoom:
        LOG.warning("the disk is full: a reading mark was not kept")


def readings(day: Day) -> tuple[Reading, ...]:
    """How far the day's head and its commission have looked, in the roster's order."""
    if day.source:
        return ()
    known = {person: (size, at) for person, size, at in store.readings(day.id)}
    return tuple(
        Reading(m.person, m.short, m.role, *known[m.person])
        for m in day.roster.values()
        if m.role in WATCHED and m.person in known
    )
