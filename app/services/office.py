"""The installation's own journal: keys made and revoked, and what the administration changed."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import uuid4

from cryptography import x509

from app.domain import N_
from app.domain import facts as f
from app.domain.codec import plain
from app.domain.journal import Broken, Entry, Times, check
from app.domain.merkle import frontier
from app.domain.note import Checkpoint
from app.domain.people import Actor, short_name
from app.store import journal, people

KIND = "office"


@dataclass(frozen=True)
class Registered:
    """A certificate as the journal registered it: good from ``since`` until ``until`` (None: not revoked)."""

    person: str
    sha256: str
    certificate: x509.Certificate
    since: datetime
    until: datetime | None


def origin(name: str) -> str:
    """Origin of the installation's journal."""
    return f"{name}/office"


def log() -> int:
    """Id of the office log. There is exactly one in an installation."""
    return next(log_id for log_id, _, kind in journal.origins() if kind == KIND)


def opened() -> f.OfficeOpened | None:
    """How the installation began; None before ``flask init``."""
    found = [log_id for log_id, _, kind in journal.origins() if kind == KIND]
    first = journal.entries(found[0], 0, 1) if found else []
    return first[0].fact if first and isinstance(first[0].fact, f.OfficeOpened) else None


def note(actor: Actor, fact: Any, now: datetime) -> int:
    """Append a fact to the office log (inside the caller's transaction); its seq."""
    entry, _ = journal.append(log(), fact, actor.person, Times(now), str(uuid4()))
    return entry.seq


def changed(
    actor: Actor, kind: str, key: str, before: Mapping[str, Any], after: Mapping[str, Any], now: datetime
) -> None:
    """Record an administrative change: only the fields that differ, by value."""
    was, now_is = plain(before), plain(after)
    names = [n for n in {**was, **now_is} if was.get(n) != now_is.get(n)]
    if names:
        old = {n: was[n] for n in names if n in was}
        new = {n: now_is[n] for n in names if n in now_is}
        note(actor, f.RecordChanged(kind, key, old, new), now)


@dataclass(frozen=True)
class LastChange:
    """Who changed something last, and when."""

    by: str
    at: datetime


def last_change(kind: str, key: str = "") -> LastChange | None:
    """The newest administrative change of a kind (of one thing, when ``key`` names it); None when there is none."""
    for entry in reversed(entries()):
        fact = entry.fact
        if isinstance(fact, f.RecordChanged) and fact.kind == kind and key in ("", fact.key):
            row = people.by_id(entry.actor)
            return LastChange(short_name(row.name) if row else entry.actor, entry.times.received)
    return None


def reset_by(person: str) -> frozenset[str]:
    """Who gave the person a one-time password or link since they themselves made their newest key.

    Each of them could have signed in as that person. A key that somebody else approved clears nobody: it may have
    been asked for by whoever holds the access that was handed out.
    """
    who: set[str] = set()
    for entry in entries():
        match entry.fact:
            case f.KeyMade(person=owner, approved_by="") if owner == person:
                who.clear()
            case f.RecordChanged(kind="password", key=key) if key == person:
                who.add(entry.actor)
    return frozenset(who)


State = tuple[str, int, Checkpoint]  # of the office log, and in which database: what is read from it is kept by this


def state() -> State:
    """Where the office log stands now."""
    head = journal.head(log())
    return journal.database(), head.log_id, head.checkpoint


def entries() -> tuple[Entry, ...]:
    """Every entry of the office log, proved. Raises Broken when the log was changed."""
    return proved(state())


@lru_cache(maxsize=8)
def proved(at: State) -> tuple[Entry, ...]:
    """The entries of the office log in one of its states; they give its root. Raises Broken."""
    _, log_id, checkpoint = at
    found = tuple(journal.entries(log_id, 0, checkpoint.size))
    for seq, entry in enumerate(found):
        check(entry, checkpoint.origin, seq, {})
    if frontier(e.hash for e in found).root() != checkpoint.root:
        raise Broken(N_("The journal %(log)s does not give its checkpoint."), log=checkpoint.origin)
    return found


def certificates() -> Mapping[str, Registered]:
    """Every certificate that the journal registered, by SHA-256. Raises Broken when the office log was changed."""
    return _certificates(state())


@lru_cache(maxsize=8)
def _certificates(at: State) -> Mapping[str, Registered]:
    found: dict[str, Registered] = {}
    for entry in proved(at):
        match entry.fact:
            case f.KeyMade() as fact:
                certificate = x509.load_der_x509_certificate(base64.b64decode(fact.certificate_der))
                found[fact.certificate] = Registered(fact.person, fact.certificate, certificate, fact.at, None)
            case f.KeyRevoked() as fact if fact.certificate in found:
                old = found[fact.certificate]
                found[fact.certificate] = Registered(old.person, old.sha256, old.certificate, old.since, fact.at)
    return found
