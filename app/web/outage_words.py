"""Outages and uploads in words: titles, values, stages, what is owed. Knows no request but the page's day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup

from app.domain.codec import moment
from app.domain.day import Act, Day
from app.domain.outages import CAUSES, DECISIONS, KINDS, Outage, Upload, minute, named
from app.web.language import gettext, ngettext, pick
from app.web.running import SPAN, running
from app.web.show import address, day_month, rooms, span, when

CSS = ("wait", "soon", "over", "over")  # by weight; what is lost for good is never less than "soon"
NAMES: dict[str, Callable[[], str]] = {
    "kind": lambda: gettext("What failed"),
    "cause": lambda: gettext("Cause"),
    "cameras": lambda: gettext("Cameras"),
    "local_recording": lambda: gettext("Local recording went on"),
    "seen": lambda: gettext("Seen by the server"),
    "whom": lambda: gettext("Who was told"),
    "decision": lambda: gettext("Decision"),
    "period": lambda: gettext("Footage from and to"),
    "outage": lambda: gettext("For the outage"),
}
FIELDS = {
    "outage.opened": ("cause", "local_recording", "cameras", "text", "seen", "late_reason"),
    "outage.told": ("target", "text", "late_reason"),
    "outage.decided": ("target", "decided_by", "text", "late_reason"),
    "outage.restored": ("target", "local_recording", "text", "late_reason"),
    "footage.uploaded": ("period", "outage", "text", "late_reason"),
}
TITLES: dict[str, Callable[[Any], str]] = {
    "outage.opened": lambda fact: gettext(KINDS.get(fact.kind, fact.kind)),
    "outage.told": lambda fact: gettext("Outage, told: %(who)s", who=fact.whom),
    "outage.decided": lambda fact: gettext("Outage, decided: %(what)s", what=decision(fact.decision)),
    "outage.restored": lambda fact: gettext("Outage over"),
    "footage.uploaded": lambda fact: gettext("Footage uploaded"),
}
TAGS = {
    "outage.opened": lambda: gettext("Outage"),
    "outage.told": lambda: gettext("Somebody told"),
    "outage.decided": lambda: gettext("Decision on an outage"),
    "outage.restored": lambda: gettext("End of an outage"),
    "footage.uploaded": lambda: gettext("Footage uploaded"),
}
FAILED = {
    "recording": lambda: gettext("Recording"), "online": lambda: gettext("Online broadcast"),
}  # fmt: skip
ANSWERS = {
    "yes": lambda: gettext("Yes"), "no": lambda: gettext("No"), "": lambda: gettext("Not known yet"),
}  # fmt: skip


def decision(key: str) -> str:
    return gettext(DECISIONS[key]) if key in DECISIONS else key


def value(name: str, held: Any) -> str:
    """A field that only outages and uploads have, plain as corrections hold it; other fields give nothing."""
    match name:
        case "kind":
            return gettext(KINDS.get(held, held))
        case "cause":
            return gettext(CAUSES.get(held, held))
        case "decision":
            return decision(held)
        case "local_recording":
            return ANSWERS[held]() if held in ANSWERS else str(held)
        case "cameras":
            return ", ".join(held)
        case "target" | "seen" | "outage":
            return gettext("Entry %(number)s", number=int(held) + 1)
        case "period":
            return period(held)
    return ""


def period(held: Any) -> str:
    """``10:12–10:19`` of a period, or of its plain form."""
    ends = (held["start"], held["end"]) if isinstance(held, dict) else (held.start, held.end)
    return "\u2013".join(when(moment(x) if isinstance(x, str) else x) for x in ends)


def choices(words: dict[str, str]) -> list[tuple[str, str]]:
    """Options of a form, in the reader's language, each with a capital letter."""
    return [(key, (text := gettext(word))[:1].upper() + text[1:]) for key, word in words.items()]


def heading(day: Day, name: str) -> str:
    """The title of what a reminder is about: a step or an outage."""
    found = named(day, name)
    return title(found) if found else pick(day.profile.step(name).title)


def title(found: Outage) -> str:
    """``Outage of recording, 0008``."""
    return f"{gettext(KINDS.get(found.kind, found.kind))}, {rooms(found.rooms)}"


@dataclass(frozen=True)
class OutageView:
    """An outage in words. ``counts``: how long, running while it is open; ``local``: (css, word) of what is lost."""

    found: Outage
    title: str
    css: str
    word: str
    since: str
    counts: Markup
    clock: str
    cause: str
    local: tuple[str, str]
    decision: str


def view(day: Day, found: Outage, now: datetime) -> OutageView:
    """As the page shows it at ``now``; the stage is that of the end of the minute."""
    shown = now.replace(second=0, microsecond=0) + timedelta(minutes=1, microseconds=-1)
    weight = found.weight(shown)
    css = CSS[weight if found.repairable else max(weight, 1)] if found.open else "done"
    ended = found.ended
    length = span(minute(ended or now) - minute(found.began))
    since = when(found.began) if ended is None else f"{when(found.began)}\u2013{when(ended)}"
    return OutageView(
        found, title(found), css, stage_word(found, shown), since,
        Markup("{}").format(length) if ended else running(SPAN, minute(found.began), now),
        stopwatch(found.lasted(now)), gettext(CAUSES.get(found.act.fact.cause, found.act.fact.cause)), lost(found),
        decision(found.decided[-1].fact.decision) if found.decided else "",
    )  # fmt: skip


def stopwatch(length: timedelta) -> str:
    """``12:05``, ``1:02:05``: as the page counts on (static/live.js)."""
    seconds = int(length.total_seconds())
    hours, rest = divmod(seconds, 3600)
    clock = f"{rest // 60:02d}:{rest % 60:02d}"
    return f"{hours}:{clock}" if hours else clock


def stage_word(found: Outage, now: datetime) -> str:
    """The state in words: how far the outage came, or that it is over."""
    stage = found.stage(now)
    if not found.open:
        return gettext("Over after %(span)s", span=span(minute(found.ended or now) - minute(found.began)))
    if not stage:
        return gettext("Begun")
    return reached(stage, int((dict(found.limits)[stage] - found.began).total_seconds() // 60))


def reached(stage: str, minutes: int) -> str:
    """A stage in words, with its minutes."""
    match stage:
        case "warn":
            return gettext("More than %(minutes)s min", minutes=minutes)
        case "escalate":
            return gettext("More than %(minutes)s min: a decision is needed", minutes=minutes)
    return gettext("More than %(minutes)s min: critical", minutes=minutes)


def lost(found: Outage) -> tuple[str, str]:
    """What becomes of the footage: colour and words."""
    if found.kind == "recording":
        return "over", gettext("Nothing is recorded: this footage is lost")
    match found.local_recording:
        case "yes":
            return "wait", gettext("Recorded in the centre: to be uploaded later")
        case "no":
            return "over", gettext("Not recorded in the centre: this footage is lost")
    return "soon", gettext("Not known whether it is recorded in the centre: find out")


@dataclass(frozen=True)
class UploadView:
    """Owed footage in words. ``about``: why it is owed."""

    owed: Upload
    rooms: str
    period: str
    about: str
    url: str
    css: str
    word: str
    done: tuple[Act, ...]


def upload_view(day: Day, owed: Upload, now: datetime) -> UploadView:
    """One line of the list of uploads."""
    state, until = owed.state(now), day_month(owed.until)
    css = {"done": "done", "over": "over", "owed": "wait"}[state]
    word = {
        "done": lambda: gettext("Uploaded"),
        "over": lambda: gettext("Overdue: was to be there by the end of %(date)s", date=until),
        "owed": lambda: gettext("By the end of %(date)s", date=until),
    }[state]()
    if owed.left and len(owed.left) < len(owed.rooms):
        missing = ngettext("%(num)s room is missing", "%(num)s rooms are missing", len(owed.left))
        word = f"{word}; {missing}: {rooms(owed.left)}"
    found = owed.outage
    running_ = gettext("still open") if found else gettext("still records")
    ends = when(owed.end) if owed.end else running_
    return UploadView(
        owed, rooms(owed.rooms), f"{when(owed.start)}\u2013{ends}",
        title(found) if found else gettext("The cameras record in the centre only"),
        address("outages.show", day_id=day.id, outage=found.seq) if found else "", css, word, owed.done,
    )  # fmt: skip
