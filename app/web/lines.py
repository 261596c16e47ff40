"""One entry of a journal in a line: what sort it is and what it says."""

from datetime import timedelta

from flask_babel import gettext, ngettext

from app.domain.day import Day, Line
from app.services import documents
from app.web import footage_words, machine_words, outage_words, review_words
from app.web.language import pick
from app.web.show import NBSP, exam_hours, meaning, role, span, when
from app.web.values import addendum_number, fact_title, name_of, title, where

KINDS = {
    "day.opened": lambda: gettext("Day opened"),
    "plan.changed": lambda: gettext("Plan changed"),
    "start.moved": lambda: gettext("Start moved"),
    "roster.joined": lambda: gettext("Joined the roster"),
    "roster.left": lambda: gettext("Left the roster"),
    "step.done": lambda: gettext("Done"),
    "step.impossible": lambda: gettext("Not possible"),
    "step.waived": lambda: gettext("Not required"),
    "step.elsewhere": lambda: gettext("Done on another day of the period"),
    "access.noted": lambda: gettext("Access row"),
    "milestone.noted": lambda: gettext("Noted"),
    "note.written": lambda: gettext("Note"),
    "shift.handed": lambda: gettext("Shift handed over"),
    "shift.taken": lambda: gettext("Shift taken"),
    "addendum.written": lambda: gettext("Addendum"),
    "entry.corrected": lambda: gettext("Correction"),
    "entry.voided": lambda: gettext("Void"),
    "acts.confirmed": lambda: gettext("Confirmed"),
    "acts.confirmed_outside": lambda: gettext("Confirmed on paper"),
    "rehearsal.clock": lambda: gettext("Clock of the rehearsal set"),
    "document.signed": lambda: gettext("Signed"),
    "clock.jumped": lambda: gettext("Server clock"),
    **footage_words.KINDS,
    **outage_words.TAGS,
    **review_words.KINDS,
}


def kind(tag: str) -> str:
    """The sort of an entry, in a word or two."""
    return KINDS[tag]() if tag in KINDS else machine_words.kind(tag) or tag


def line_text(day: Day, line: Line) -> str:
    """What one entry of the journal says, in a line."""
    fact = line.fact
    if fact is None:
        return gettext("Erased after its legal term")
    match line.tag:
        case "plan.changed" | "roster.left":
            name = (
                day.everyone[fact.person].short + ": "
                if hasattr(fact, "person") and fact.person in day.everyone
                else ""
            )
            return f"{name}{fact.reason}"
        case "start.moved":
            return gettext(
                "%(hours)s: “%(reason)s”. Decided by %(who)s, %(when)s", hours=exam_hours(fact.start, fact.end),
                reason=fact.reason, who=fact.decided_by, when=when(fact.at),
            )  # fmt: skip
        case "roster.joined":
            return f"{fact.member.short}, {role(fact.member.role)}"
        case "day.opened":
            return fact.exam
        case "entry.corrected" | "entry.voided":
            act = day.acts.get(fact.target)
            what = title(day, act) if act else ""
            return gettext(
                "Entry %(number)s, %(what)s: “%(reason)s”", number=fact.target + 1, what=what, reason=fact.reason
            )
        case "acts.confirmed" | "acts.confirmed_outside":
            numbers = [t.seq + 1 for t in fact.targets if t.seq in day.acts]
            return ngettext("Entry %(list)s", "Entries %(list)s", len(numbers), list=runs_of(numbers))
        case "document.signed":
            return f"{pick(documents.title(fact.form))}, {meaning(fact.meaning)}"
        case "note.written":
            return fact.text
        case "rehearsal.clock":
            return gettext("set to %(time)s", time=when(fact.at))
        case "shift.handed":
            return gettext("to %(name)s; open steps: %(count)s", name=name_of(day, fact.to), count=len(fact.steps))
        case "shift.taken":
            giver = day.acts[fact.target].by.short if fact.target in day.acts else ""
            said = gettext("from %(name)s, entry %(number)s", name=giver, number=fact.target + 1)
            return f"{said}: “{fact.remark}”" if fact.remark else said
        case "camera.seen" | "clock.measured":
            return machine_words.line_text(fact)
        case "clock.jumped":
            return jump_text(fact.slept_s, fact.set_s)
        case "addendum.written":
            to = gettext("to entry %(number)s", number=fact.target + 1) + ": " if fact.target is not None else ""
            return f"{addendum_number(day, line.seq)}. {to}{fact.text}"
        case tag if tag in review_words.KINDS:
            return review_words.line_text(day, line)
        case _:
            act = day.acts.get(line.seq)
            place = where(day, act) if act else ""
            said = footage_words.line(day, fact)
            return said or fact_title(day, line.tag, fact) + (f" · {place}" if place else "")


def jump_text(slept: int, set_by: int) -> str:
    """What the server's clock did: it slept, it was set, or both."""
    parts = []
    if slept:
        parts.append(gettext("The server slept %(span)s", span=_length(slept)))
    if set_by > 0:
        parts.append(gettext("The clock was set forward by %(span)s", span=_length(set_by)))
    elif set_by < 0:
        parts.append(gettext("The clock was set back by %(span)s", span=_length(set_by)))
    return "; ".join(parts)


def _length(seconds: int) -> str:
    """Seconds below two minutes, minutes below two hours, then hours."""
    count = abs(seconds)
    if count < 120:
        return gettext("%(seconds)s s", seconds=count).replace(" ", NBSP)
    if count < 120 * 60:
        return gettext("%(minutes)s min", minutes=round(count / 60)).replace(" ", NBSP)
    return span(timedelta(seconds=count))


def runs_of(numbers: list[int]) -> str:
    """``5–9, 12``."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(r[0]) if len(r) == 1 else f"{r[0]}–{r[-1]}" for r in runs)
