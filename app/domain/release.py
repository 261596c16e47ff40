"""How long the footage is kept, and which media were destroyed or given out of keeping, by which act."""

from dataclasses import dataclass
from datetime import date

from app.domain.day import Act, Day
from app.domain.profile import Step
from app.domain.timing import window

FORM = "footage_release_act"  # steps that feed it release media


@dataclass(frozen=True, slots=True)
class Released:
    """A medium that is kept no longer. ``act``: number of the act; ``entry``: that of its entry in the journal."""

    serial: str
    act: str
    outcome: str
    entry: int


def key(serial: str) -> str:
    """What of a typed number counts when two are compared."""
    return "".join(serial.split()).casefold()


def release_acts(day: Day) -> tuple[Act, ...]:
    """Acts that stand and released media, in the journal's order."""
    return tuple(
        act for step in day.profile.steps if FORM in step.feeds
        for act in day.step_acts(step.id) if act.tag == "step.done"
    )  # fmt: skip


def released(day: Day) -> dict[str, Released]:
    """Media that are kept no longer, by ``key`` of their number."""
    found = {}
    for act in release_acts(day):
        given = act.fact.evidence
        for serial in serials(day.profile.step(act.fact.step), act):
            made = Released(serial, str(given.get("act_no", "")), str(given.get("outcome", "")), act.number)
            found[key(serial)] = made
    return found


def serials(step: Step, act: Act) -> tuple[str, ...]:
    """The numbers of media that an act of ``step`` names, each once."""
    lists = (spec.id for spec in step.fields if spec.type == "list" and spec.item == "serial")
    named = {key(s): s for name in lists for s in act.fact.evidence.get(name, ())}
    return tuple(named.values())


def kept_until(day: Day) -> date | None:
    """Local date from which media may be released; None when the profile has no firm date."""
    step = next((s for s in day.profile.steps if s.when.firm and s.enabled), None)
    moment = window(step, day).not_before if step else None
    return day.local(moment).date() if moment else None
