"""What machines showed, in words: states of cameras, lines of the journal, and where an act and a camera differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext, ngettext

from app.domain.day import Day, Line
from app.domain.looks import Look
from app.domain.recording import Breach, Mismatch, Proof, breaches, proofs
from app.domain.sights import ALIVE, FROZEN, REFUSED, SILENT, UNREACHABLE
from app.web.show import NBSP, local, rooms, when

TAGS = ("camera.seen", "clock.measured")
STATES = {
    ALIVE: lambda: gettext("Picture"),
    FROZEN: lambda: gettext("Picture frozen"),
    SILENT: lambda: gettext("No picture"),
    REFUSED: lambda: gettext("Camera refuses the password"),
    UNREACHABLE: lambda: gettext("Camera unreachable"),
}


def state_word(state: str) -> str:
    """What a camera showed, in a word or two; one that we do not know is named as it is."""
    return STATES[state]() if state in STATES else state


def kind(tag: str) -> str:
    """The sort of an entry that a machine made; empty for others."""
    match tag:
        case "camera.seen":
            return gettext("Camera seen")
        case "clock.measured":
            return gettext("Clock measured")
        case _:
            return ""


def line_text(fact: Any) -> str:
    """What an entry of a machine says, in a line."""
    if hasattr(fact, "camera"):
        since = exactly(fact.first_frame or fact.since)
        said = gettext("%(camera)s: %(state)s since %(time)s", camera=fact.camera, state=_lower(fact.state), time=since)
        return said if fact.planned else ", ".join((said, gettext("planned off")))
    params = {"device": fact.device, "off": seconds(abs(fact.offset_ms)), "error": seconds(fact.error_ms)}
    if fact.offset_ms >= 0:
        said = gettext("%(device)s: clock ahead by %(off)s, give or take %(error)s", **params)
    else:
        said = gettext("%(device)s: clock behind by %(off)s, give or take %(error)s", **params)
    return ", ".join((said, gettext("compared by hand"))) if fact.source == "hand" else said


def _lower(state: str) -> str:
    word = state_word(state)
    return word[:1].lower() + word[1:]


def seconds(ms: int) -> str:
    """``2.4 s``, ``130 s``."""
    value = f"{ms / 1000:.1f}" if ms < 60_000 else str(round(ms / 1000))
    return gettext("%(seconds)s s", seconds=value).replace(" ", NBSP)


def who(day: Day, line: Line) -> str:
    """Who wrote a line: a person, or the server by itself."""
    if line.tag in TAGS and line.by.person not in day.everyone:
        return gettext("the server")
    return line.by.short


def exactly(moment: datetime) -> str:
    """``09:04:10``, with its date when that is not the day's; whole minutes without seconds."""
    second = local(moment).second
    return f"{when(moment)}:{second:02d}" if second else when(moment)


# ---------------------------------------------------------------- the order of the day


def breach_words(found: Breach) -> str:
    """Which rooms did not record when a step was done that needed it."""
    if found.started is None:
        return gettext("Not recording then: %(rooms)s", rooms=rooms(found.rooms))
    return gettext(
        "Not recording then: %(rooms)s, started %(time)s", rooms=rooms(found.rooms), time=when(found.started)
    )


def breach_of(day: Day, seq: int) -> str:
    """The same of one entry; empty when it broke no order."""
    return next((breach_words(b) for b in breaches(day) if b.act.seq == seq), "")


# ---------------------------------------------------------------- act and machine


def mismatch(found: Mismatch) -> str:
    """``started 09:02, first picture seen 09:04:10``"""
    act, seen = exactly(found.act_at), exactly(found.seen_at or found.until or found.act_at)
    match found.kind:
        case "late":
            return gettext("started %(act)s, first picture seen %(seen)s", act=act, seen=seen)
        case "none":
            return gettext("started %(act)s, no picture seen until %(seen)s", act=act, seen=seen)
        case "early" if found.weighs:
            return gettext("records since %(seen)s by its own word, start recorded only %(act)s", act=act, seen=seen)
        case "early":
            return gettext("picture since %(seen)s, start recorded only %(act)s", act=act, seen=seen)
        case _:
            return gettext("stopped %(act)s, picture still seen %(seen)s", act=act, seen=seen)


@dataclass(frozen=True)
class ProofView:
    """What the server saw of an act. ``line``: the whole in words; ``differs``: it has to be looked at.

    ``lines``: (cameras, words, weighs), those that weigh first.
    """

    line: str
    differs: bool
    lines: tuple[tuple[str, str, bool], ...]

    @property
    def weighing(self) -> int:
        return sum(weighs for _, _, weighs in self.lines)


def proof_views(day: Day, looks: Mapping[str, Look] | None = None) -> dict[int, ProofView]:
    """Of every start and stop of watched cameras, by its entry."""
    return {seq: _view(proof) for seq, proof in proofs(day, looks).items()}


def _view(proof: Proof) -> ProofView:
    if proof.effect == "start":
        line = ngettext(
            "%(agree)s of %(num)s watched camera showed its picture in time",
            "%(agree)s of %(num)s watched cameras showed their picture in time", proof.watched, agree=proof.agree,
        )  # fmt: skip
    else:
        line = ngettext(
            "%(agree)s of %(num)s watched camera agrees with the stop",
            "%(agree)s of %(num)s watched cameras agree with the stop", proof.watched, agree=proof.agree,
        )  # fmt: skip
    alike: dict[tuple[str, bool], list[str]] = {}
    for found in proof.mismatches:
        alike.setdefault((mismatch(found), found.weighs), []).append(found.camera)
    lines = tuple((_names(names), words, weighs) for (words, weighs), names in alike.items())
    return ProofView(line, proof.differs, lines)


FEW = 8  # cameras that are named one by one


def _names(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= FEW else f"{names[0]} \u2026 {names[-1]} ({len(names)})"
