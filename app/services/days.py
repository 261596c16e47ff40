"""Load a day as its journal tells it, through one cache of folded days."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from app.domain import N_, NotFound
from app.domain.day import Day
from app.domain.fold import fold
from app.domain.journal import Broken, Entry, check
from app.domain.merkle import Frontier
from app.domain.note import Checkpoint
from app.domain.people import Actor
from app.domain.plan import Role
from app.domain.policy import Action, require_on
from app.store import days as index
from app.store import journal, profiles

T = TypeVar("T")
CACHED_DAYS = 64
OFFICES = frozenset({Role.MINISTRY_OFFICER, Role.ADMINISTRATOR, Role.COMMISSION_HEAD, Role.COMMISSION_MEMBER})


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a long list; ``page`` counts from 1."""

    items: tuple[T, ...]
    page: int
    pages: int
    total: int


def paged(items: list[T], page: int, size: int) -> Page[T]:
    """Cut a list; a page number outside becomes the nearest one."""
    pages = max(1, -(-len(items) // size))
    page = min(max(page, 1), pages)
    return Page(tuple(items[(page - 1) * size : page * size]), page, pages, len(items))


class _Cache:
    """Folded days by log. A Day is immutable, so it is shared by threads; only committed facts ever enter."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.days: OrderedDict[tuple[str, int], tuple[Day, Frontier]] = OrderedDict()

    def get(self, key: tuple[str, int]) -> tuple[Day | None, Frontier]:
        with self.lock:
            if key in self.days:
                self.days.move_to_end(key)
                return self.days[key]
        return None, Frontier()

    def put(self, key: tuple[str, int], day: Day, frontier: Frontier) -> None:
        with self.lock:
            known = self.days.get(key)
            if known is None or known[1].size < frontier.size:
                self.days[key] = (day, frontier)
            self.days.move_to_end(key)
            while len(self.days) > CACHED_DAYS:
                self.days.popitem(last=False)

    def drop(self, key: tuple[str, int]) -> None:
        with self.lock:
            self.days.pop(key, None)


CACHE = _Cache()


def fold_log(log_id: int) -> tuple[Day, Checkpoint]:
    """The day of a log up to its newest checkpoint, reading only facts newer than the cached state.

    Raises Broken when the entries do not give the checkpoint's root.
    """
    return fold_head(journal.head(log_id))


def fold_head(head: journal.Head) -> tuple[Day, Checkpoint]:
    """``fold_log`` for somebody who has read the log's head already."""
    key = (journal.database(), head.log_id)
    day, frontier = CACHE.get(key)
    new, edge = _catch_up(head, frontier)
    if edge.root() != head.checkpoint.root and day is not None:
        day = None  # a database restored from a backup is not what the cache knew
        CACHE.drop(key)
        new, edge = _catch_up(head, Frontier())
    if edge.root() != head.checkpoint.root:
        origin = head.checkpoint.origin
        raise Broken(N_("The journal %(log)s does not give its checkpoint. Verify the day."), log=origin)
    day = fold(day, new, profiles.pinned)
    if day is None:
        raise NotFound(N_("There is no such day."))
    if day.source != head.source:
        day = replace(day, source=head.source)
    CACHE.put(key, day, edge)
    return day, head.checkpoint


def grown(log_id: int, day: Day, entries: list[Entry], checkpoint: Checkpoint) -> None:
    """Remember what was just committed after ``day``, so that nobody reads it back. Only after the commit."""
    key = (journal.database(), log_id)
    known, frontier = CACHE.get(key)
    if known is not day:  # somebody else was quicker
        return
    for entry in entries:
        frontier = frontier.append(entry.hash)
    if frontier.root() == checkpoint.root and (later := fold(day, entries, profiles.pinned)):
        CACHE.put(key, later, frontier)


def _catch_up(head: journal.Head, frontier: Frontier) -> tuple[list[Entry], Frontier]:
    """Entries after ``frontier`` up to the head's checkpoint, each judged, and the frontier after them."""
    if frontier.size == head.checkpoint.size:
        return [], frontier
    new = journal.entries(head.log_id, frontier.size, head.checkpoint.size)
    for seq, entry in enumerate(new, frontier.size):
        if entry.body is not None:
            check(entry, head.checkpoint.origin, seq, {})
        frontier = frontier.append(entry.hash)
    return new, frontier


def fold_upto(log_id: int, size: int) -> Day:
    """The day as it was after its first ``size`` entries: what a document of that size shows."""
    day = fold_upto_entries(journal.entries(log_id, 0, size))
    if day.size != size:
        raise Broken(N_("The journal is shorter than its documents say. Verify the day."))
    return day


def fold_upto_entries(entries: list[Entry]) -> Day:
    """Fold entries from the first on, past the cache. Raises Broken when there are none."""
    day = fold(None, entries, profiles.pinned)
    if day is None:
        raise Broken(N_("This journal has no entries."))
    return day


def log_of(day_id: str) -> int:
    """The day's log. Raises NotFound."""
    log = index.log_of(day_id)
    if log is None:
        raise NotFound(N_("There is no such day."))
    return log


def load(actor: Actor, day_id: str, action: Action = Action.DAY_READ) -> Day:
    """The day, when the actor may do ``action`` on it; NotFound for a stranger."""
    day, _ = load_with_checkpoint(actor, day_id, action)
    return day


def of_everybody(day_id: str) -> Day:
    """The day past everybody's rights, for what the server does by itself."""
    day, _ = _fold_day(day_id)
    return day


def load_with_checkpoint(
    actor: Actor, day_id: str, action: Action = Action.DAY_READ
) -> tuple[Day, Checkpoint]:
    """``load``, and the newest signed checkpoint of the day's journal."""
    day, checkpoint = _fold_day(day_id)
    require_on(day, actor, action)
    return day, checkpoint


def _fold_day(day_id: str) -> tuple[Day, Checkpoint]:
    head = journal.head_of_day(day_id)
    if head is None:
        raise NotFound(N_("There is no such day."))
    return fold_head(head)


def names(actor: Actor) -> list[tuple[str, str]]:
    """(name, date) of days of the actor's centres, newest first, without opening one: some may not be theirs."""
    return [(name, on) for name, _, on in index.names(centres_of(actor))]


def centres_of(actor: Actor) -> frozenset[str] | None:
    """Centres whose days concern the actor; None for all."""
    return actor.centres if actor.centres or not actor.roles & OFFICES else None
