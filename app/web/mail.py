"""What e-mails say, in the language of who gets them: subject, plain text, HTML (templates/mail)."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, g

from app.domain.checklist import view
from app.domain.outages import named
from app.domain.profile import Step
from app.services.mail import Letter, Words
from app.services.reminders import Item
from app.web import outage_words
from app.web.board import Row, groups
from app.web.catalogue import speak
from app.web.context import settings
from app.web.language import gettext, ngettext, pick
from app.web.show import clock, day_month, long_date, names_in, place_word, places, role, when, zone_line
from app.web.speaking import path, speaking

LONGEST = 90  # letters of a step's title in a subject


@dataclass(frozen=True)
class Line:
    """One step or outage of a message. ``where``: places still open; ``who``: whose step it is, if not the reader's."""

    row: Row
    where: str
    who: str
    holder: str
    url: str


class Writer:
    """Reminders and test messages in words; needs the application's context, no request."""

    def reminder(self, letter: Letter) -> Words:
        with speaking(letter.language, letter.day):
            return _words("reminder", _subject(letter), **_values(letter))

    def test(self, language: str) -> Words:
        with speaking(language):
            return _words("test", gettext("Test message of the logbook"), board=settings().url)


def _words(name: str, subject: str, **values: Any) -> Words:
    sender = settings().title or gettext("Logbook")
    spoken = {"language": g.spoken, "subject": subject, "own_page": settings().url + path("account.me"), **values}
    text = _template(f"{name}.txt").render(spoken | {"_": gettext, "ngettext": ngettext})
    return Words(sender, subject, text, _template(f"{name}.html").render(spoken | speak(g.spoken)))


def _template(name: str) -> Any:
    return current_app.jinja_env.get_template(f"mail/{name}")


def _values(letter: Letter) -> dict[str, Any]:
    day, mine = letter.day, letter.day.roster[letter.person].role
    board = settings().url + path("today.board", day_id=day.id)
    return {
        "day": day, "lines": _lines(letter, mine), "again": letter.again, "board": board, "role": role(mine),
        "date": long_date(day.date), "seen": when(letter.now), "zone": zone_line(),
    }  # fmt: skip


def _lines(letter: Letter, mine: str) -> list[Line]:
    """As the board has them: outages, what is overdue, then what is to be done now, then what comes."""
    day, items = letter.day, {item.step: item for item in letter.note.items}
    outages = [_outage(letter, name) for name in items if named(day, name)]
    views = [view(day.profile.step(step), day, letter.now) for step in items if not named(day, step)]
    found = groups(day, views, None, letter.now, letter.holders)
    rows = (*found.overdue, *found.now, *found.ahead, *found.waiting, *found.demand)
    return outages + [_line(letter, row, items[row.step], day.profile.step(row.step), mine) for row in rows]


def _outage(letter: Letter, name: str) -> Line:
    found = named(letter.day, name)
    assert found is not None
    seen = outage_words.view(letter.day, found, letter.now)
    since = gettext("since %(time)s", time=seen.since)
    row = Row(name, seen.title, seen.css, "", "", False, f"{seen.word}, {since}", ())
    url = settings().url + path("outages.show", day_id=letter.day.id, outage=found.seq)
    return Line(row, seen.local[1], "", _holds(letter, name), url)


def _line(letter: Letter, row: Row, item: Item, step: Step, mine: str) -> Line:
    day = letter.day
    open_places = [p for p in item.places if p]
    where = f"{place_word(step.repeat)}: {places(day, step.repeat, open_places)}" if open_places else ""
    who = "" if mine in step.performers else ", ".join(names_in(day, r) for r in step.performers)
    url = settings().url + path("steps.show", day_id=day.id, step_id=step.id)
    return Line(row, where, who, _holds(letter, row.step), url)


def _holds(letter: Letter, name: str) -> str:
    """Who has it, and until when."""
    holder = letter.holders.get(name)
    member = letter.day.everyone.get(holder.person) if holder else None
    if holder is None or member is None:
        return ""
    return gettext("%(name)s has it until %(time)s", name=member.short, time=clock(holder.until))


def _subject(letter: Letter) -> str:
    """What matters first: what is the matter, with which step or how many, where, when."""
    day, items = letter.day, letter.note.items
    rules = {rule.id: rule for rule in day.profile.reminders}
    said = {item.rule for item in items}
    what = pick(rules[items[0].rule].title) if len(said) == 1 else ""
    if len({item.step for item in items}) == 1:
        step = outage_words.heading(day, items[0].step)
        head = f"{what}: {step}" if len(step) <= LONGEST else f"{what}: {step[:LONGEST]}…"
    else:
        count = len({item.step for item in items})
        head = ngettext("%(num)s step needs you", "%(num)s steps need you", count)
        if outages := [name for name in dict.fromkeys(i.step for i in items) if named(day, name)]:
            head = f"{outage_words.heading(day, outages[0])}; {head}"
        head = f"{what}: {head}" if what else head
    pieces = [gettext("Rehearsal")] if day.opened.rehearsal else []
    return " · ".join([*pieces, head, day.centre_code, day_month(day.date)])
