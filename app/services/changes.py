"""The record of changes: what the administration did, the keys of people, what was taken out and in, as the office
log has it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from app.domain import facts as f
from app.domain.journal import Entry
from app.domain.people import Actor
from app.domain.policy import Action, require, within
from app.services import office
from app.services.days import Page, paged
from app.store import people as store

KEY_MADE, KEY_REVOKED = "key.made", "key.revoked"
DOWNLOAD, IMPORT = "download.made", "package.imported"
PEOPLE = ("person", "password", "tries", "sessions", KEY_MADE, KEY_REVOKED)  # kinds whose key is a person's id


@dataclass(frozen=True)
class Change:
    """One line. ``fields``: name to (old, new), plain values, None where there was or is none."""

    number: int
    at: datetime
    actor: str  # id; ``by``: the name, empty when no account has the id (the shell, the system)
    by: str
    kind: str
    key: str
    about: str  # name of whom it concerns, else the key
    fields: Mapping[str, tuple[Any, Any]]

    @property
    def is_new(self) -> bool:
        """The record began here."""
        return bool(self.fields) and all(old is None for old, _ in self.fields.values())


def list_changes(actor: Actor, kind: str = "", person: str = "", page: int = 1, size: int = 50) -> Page[Change]:
    """Newest first; of one kind, and by or about one person. Who is bound to centres reads what concerns them."""
    mine = _readable(actor)
    return _page(
        lambda e, k, key: mine(k, key) and (not kind or k == kind) and _concerns(person, e, k, key), page, size
    )


def kinds(actor: Actor) -> tuple[str, ...]:
    """Kinds that the actor's record holds."""
    mine = _readable(actor)
    return tuple(sorted({kind for _, kind, key, _ in _lines() if mine(kind, key)}))


def people(actor: Actor) -> tuple[tuple[str, str], ...]:
    """(id, name) of everybody whom the record can be searched for."""
    require(actor, Action.CHANGES_READ)
    return tuple((row.id, row.name) for row in store.everyone() if within(actor, row.centres))


def own(actor: Actor) -> tuple[Change, ...]:
    """What the actor did, and what became of their keys, newest first."""
    me = actor.person
    return _page(
        lambda e, k, key: e.actor == me or (k in (KEY_MADE, KEY_REVOKED) and key == me), 1, len(_lines()) or 1
    ).items


def _readable(actor: Actor) -> Callable[[str, str], bool]:
    """Is a line of this kind and key the actor's? Who is bound to centres reads of them and of their people."""
    require(actor, Action.CHANGES_READ)
    if not actor.centres:
        return lambda kind, key: True
    known = {row.id for row in store.everyone() if within(actor, row.centres)}
    return lambda kind, key: key in known if kind in PEOPLE else kind == "centre" and actor.covers(key)


def _concerns(person: str, entry: Entry, kind: str, key: str) -> bool:
    return not person or entry.actor == person or (kind in PEOPLE and key == person)


def _page(wanted: Callable[[Entry, str, str], bool], page: int, size: int) -> Page[Change]:
    found = paged([line for line in reversed(_lines()) if wanted(line[0], line[1], line[2])], page, size)
    names = {row.id: row.name for row in store.everyone()}
    lines = tuple(_change(entry, kind, key, fields, names) for entry, kind, key, fields in found.items)
    return Page(lines, found.page, found.pages, found.total)


Line = tuple[Entry, str, str, Mapping[str, tuple[Any, Any]]]


def _change(
    entry: Entry, kind: str, key: str, fields: Mapping[str, tuple[Any, Any]], names: Mapping[str, str]
) -> Change:
    shown = {n: tuple(names.get(v, v) if n == "approved_by" else v for v in pair) for n, pair in fields.items()}
    return Change(
        entry.seq + 1, entry.times.received, entry.actor, names.get(entry.actor, ""), kind, key,
        names.get(key, key), {n: (old, new) for n, (old, new) in shown.items()},
    )  # fmt: skip


def _lines() -> tuple[Line, ...]:
    return _read(office.state())


@lru_cache(maxsize=4)
def _read(at: office.State) -> tuple[Line, ...]:
    out: list[Line] = []
    for entry in office.proved(at):
        match entry.fact:
            case f.RecordChanged() as fact:
                names = [*fact.before, *(n for n in fact.after if n not in fact.before)]
                out.append((entry, fact.kind, fact.key, {n: (fact.before.get(n), fact.after.get(n)) for n in names}))
            case f.KeyMade() as fact:
                out.append((entry, KEY_MADE, fact.person, _key(fact.replaces or None, fact.certificate, fact)))
            case f.KeyRevoked() as fact:
                out.append((entry, KEY_REVOKED, fact.person, _key(fact.certificate, None, fact)))
            case f.DownloadMade() as fact:
                told = {"data": fact.kind, "size": fact.size, "sha256": fact.sha256}
                out.append((entry, DOWNLOAD, _scope(fact.scope), {n: (None, v) for n, v in told.items()}))
            case f.PackageImported() as fact:
                out.append((entry, IMPORT, fact.day, {"entries": (fact.before or None, fact.size),
                                                      "sha256": (None, fact.sha256)}))  # fmt: skip
    return tuple(out)


def _scope(scope: Mapping[str, Any]) -> str:
    """What a download was of, as one line: the names of days, centres, regions and dates are words already."""
    return ", ".join(str(value) for _, value in sorted(scope.items()) if value not in ("", None))


def _key(old: str | None, new: str | None, fact: f.KeyMade | f.KeyRevoked) -> dict[str, tuple[Any, Any]]:
    fields: dict[str, tuple[Any, Any]] = {"certificate": (old, new)}
    if isinstance(fact, f.KeyRevoked):
        fields["reason"] = (None, fact.reason)
    if fact.approved_by:
        fields["approved_by"] = (None, fact.approved_by)
    return fields
