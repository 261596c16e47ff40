"""What is missing before a day is handed in, in words, each with the page where it is done."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from flask import url_for
from flask_babel import gettext, ngettext

from app.domain import N_, Message
from app.domain.day import Day
from app.domain.facts import Missing
from app.domain.missing import Gap, Kind
from app.domain.outages import KINDS as OUTAGES
from app.domain.outages import outage
from app.services import documents
from app.web.context import member
from app.web.language import pick, say
from app.web.lines import runs_of
from app.web.show import names_in, places, rooms, short_date, when
from app.web.values import title, where


@dataclass(frozen=True)
class Item:
    """One thing to do: where that is done, and what about it."""

    title: str
    detail: str
    url: str


@dataclass(frozen=True)
class Group:
    """Things of one kind."""

    key: str
    title: str
    css: str
    icon: str
    things: tuple[Item, ...]


Titles = dict[Kind, tuple[str, str, Callable[[], str]]]
TITLES: Titles = {  # colour, icon, heading
    Kind.STEP: ("over", "over", lambda: gettext("Steps that are open")),
    Kind.CONFIRMATION: ("wait", "wait", lambda: gettext("Not confirmed")),
    Kind.FOOTAGE: ("soon", "rec", lambda: gettext("Footage not covered")),
    Kind.OUTAGE: ("over", "nonet", lambda: gettext("Open outages")),
    Kind.UPLOAD: ("over", "nonet", lambda: gettext("Uploads that are owed")),
    Kind.REMARK: ("soon", "fix", lambda: gettext("Remarks without an answer")),
    Kind.DOCUMENT: ("soon", "file", lambda: gettext("Documents to sign")),
    Kind.MISMATCH: ("soon", "mis", lambda: gettext("Act and machine differ")),
}


def groups(day: Day, gaps: Iterable[Gap]) -> tuple[Group, ...]:
    """Every kind that has something, in the order of ``Kind``; what is alike is one item."""
    order = list(Kind)
    found = []
    for kind, mine in groupby(sorted(gaps, key=lambda g: order.index(g.kind)), key=lambda g: g.kind):
        css, icon, heading = TITLES[kind]
        found.append(Group(kind.value, heading(), css, icon, tuple(ITEMS[kind](day, list(mine)))))
    return tuple(found)


def handed_in_with(day: Day, missing: Iterable[Missing]) -> tuple[Group, ...]:
    """What was missing when the day was handed in all the same, as its entry keeps it."""
    known = {kind.value: kind for kind in Kind}
    text = Message(N_("missing then"))
    return groups(day, (Gap(known[m.kind], m.subject, m.places, text) for m in missing if m.kind in known))


def _steps(day: Day, gaps: Sequence[Gap]) -> Iterable[Item]:
    for gap in gaps:
        step = day.profile.step(gap.subject)
        at = places(day, step.repeat, gap.places)
        url = url_for("steps.show", day_id=day.id, step_id=step.id)
        yield Item(pick(step.title), _joined(at, _said(gap)), url)


def _confirmations(day: Day, gaps: Sequence[Gap]) -> Iterable[Item]:
    """One item for all that wait for the same roles."""
    waiting: dict[tuple[str, ...], list[int]] = {}
    for gap in gaps:
        waiting.setdefault(gap.places, []).append(int(gap.subject) + 1)
    for roles, numbers in waiting.items():
        who = ", ".join(names_in(day, r) for r in roles)
        said = ngettext("Entry %(list)s", "Entries %(list)s", len(numbers), list=runs_of(numbers))
        yield Item(gettext("Waits for %(who)s", who=who), said, _confirming(day, roles))


def _confirming(day: Day, roles: Sequence[str]) -> str:
    """The reader's own confirmations, those on paper, or the list of what others have to confirm."""
    me = member(day)
    if me is not None and me.role in roles:
        return url_for("confirm.waiting", day_id=day.id)
    if paper := next((r for r in roles if not day.profile.role(r).account), ""):
        return url_for("confirm.outside", day_id=day.id, role=paper)
    return url_for("review.show", day_id=day.id, _anchor="unconfirmed")


def _footage(day: Day, gaps: Sequence[Gap]) -> Iterable[Item]:
    alike: dict[str, list[str]] = {}
    for gap in gaps:
        alike.setdefault(_said(gap), []).append(gap.subject)
    for said, names in alike.items():
        yield Item(places(day, "camera", names), said, url_for("footage.overview", day_id=day.id))


def _outages(day: Day, gaps: Sequence[Gap]) -> Iterable[Item]:
    for gap in gaps:
        found = outage(day, int(gap.subject))
        kind = gettext(OUTAGES.get(found.kind, found.kind)) if found else ""
        url = url_for("outages.show", day_id=day.id, outage=gap.subject)
        yield Item(kind, _joined(rooms(gap.places), _said(gap)), url)


def _uploads(day: Day, gaps: Sequence[Gap]) -> Iterable[Item]:
    for gap in gaps:
        yield Item(rooms(gap.places), _said(gap), url_for("outages.overview", day_id=day.id, _anchor="uploads"))


def _remarks(day: Day, gaps: Sequence[Gap]) -> Iterable[Item]:
    for gap in gaps:
        act = day.acts[int(gap.subject)]
        url = url_for("review.show", day_id=day.id, _anchor=f"remark-{act.seq}")
        yield Item(_said(gap), _joined(act.by.short, gettext("entry %(number)s", number=act.number)), url)


def _documents(day: Day, gaps: Sequence[Gap]) -> Iterable[Item]:
    forms = {form.code: form for form in documents.list_forms()}
    for gap in gaps:
        slots = [s for s in documents.unsigned(day, forms[gap.subject]) if s.id in gap.places]
        names = [day.everyone[s.person].short if s.person in day.everyone else names_in(day, s.role) for s in slots]
        who = gettext("Waits for %(who)s", who=", ".join(dict.fromkeys(names))) if names else gettext("signed since")
        url = url_for("documents.overview", day_id=day.id, _anchor=gap.subject)
        yield Item(pick(documents.title(gap.subject)), who, url)


def _mismatches(day: Day, gaps: Sequence[Gap]) -> Iterable[Item]:
    for gap in gaps:
        act = day.acts[int(gap.subject)]
        url = url_for("entries.show", day_id=day.id, seq=act.seq)
        yield Item(title(day, act), _joined(where(day, act), gettext("entry %(number)s", number=act.number)), url)


ITEMS: dict[Kind, Callable[[Day, Sequence[Gap]], Iterable[Item]]] = {
    Kind.STEP: _steps, Kind.CONFIRMATION: _confirmations, Kind.FOOTAGE: _footage, Kind.OUTAGE: _outages,
    Kind.UPLOAD: _uploads, Kind.REMARK: _remarks, Kind.DOCUMENT: _documents, Kind.MISMATCH: _mismatches,
}  # fmt: skip


def _said(gap: Gap) -> str:
    """The text of a gap, its moments on the centre's clock."""
    return say(Message(gap.text.id, {name: _spoken(value) for name, value in gap.text.params.items()}))


def _spoken(value: object) -> object:
    if isinstance(value, datetime):
        return when(value)
    return short_date(value) if isinstance(value, date) else value


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
