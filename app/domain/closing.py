"""The end of a day: after the last signature of its closing form, what happened before is told in addenda only."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from app.domain import facts as f
from app.domain.access import times_of
from app.domain.day import Act, Day
from app.domain.profile import Profile

PROTOCOL = "day-protocol"
LAST_SLOT = "reviewed"  # slots are signed in their order (signing.claim)


def closed_at(day: Day) -> datetime | None:
    """When the day was closed; None while it is open. A later revision of the form changes nothing."""
    if not day.documents:
        return None
    found = (_complete(day, forms) for forms in closing_forms(day.profile))
    return min((moment for moment in found if moment is not None), default=None)


def closing_forms(profile: Profile) -> tuple[tuple[str, ...], ...]:
    """Forms that close a day when all of a group are signed: the profile's own.

    For a profile that names none: the protocol of the day, or every form that its steps feed.
    """
    if profile.closes:
        return ((profile.closes,),)
    fed = tuple(dict.fromkeys(form for step in profile.steps for form in step.feeds))
    return ((PROTOCOL,), fed) if fed else ((PROTOCOL,),)


def _complete(day: Day, forms: tuple[str, ...]) -> datetime | None:
    """When the last of ``forms`` got its last signature for the first time."""
    moments = []
    for form in forms:
        signatures = day.documents.get(form, ())
        last = next((s.received for s in signatures if s.fact.slot == LAST_SLOT), None)
        if last is None:
            return None
        moments.append(last)
    return max(moments)


def begun(day: Day, fact: Any) -> datetime:
    """The first moment that a fact tells of: an access begins at its start, that of a step too."""
    at: datetime = fact.start if isinstance(fact, f.AccessNoted) else fact.at
    spec = day.profile.step(fact.step).access if isinstance(fact, f.StepDone) else None
    if spec is not None:
        with suppress(ValueError, TypeError, AttributeError):  # evidence that cannot be read is refused elsewhere
            at = min(at, times_of(day, fact, spec)[0])
    return at


def sealed(day: Day, act: Act) -> bool:
    """True when the act may no longer be corrected or voided."""
    closed = closed_at(day)
    if closed is None:
        return False
    return act.fact is None or act.tag == "addendum.written" or begun(day, act.fact) <= closed


def addenda(day: Day, target: int | None = None) -> tuple[tuple[int, Act], ...]:
    """Addenda with their numbers, in the journal's order; those to the entry ``target`` only when it is given."""
    found = enumerate((a for a in day.acts.values() if a.tag == "addendum.written"), 1)
    return tuple((n, a) for n, a in found if target is None or (a.fact is not None and a.fact.target == target))
