"""``index.html`` of a package: the day for whoever opens it, with nothing but a browser. Every word is escaped."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from pathlib import Path
from string import Template

from app.domain.checklist import CLOSED, PlaceState, State, StepView, board
from app.domain.day import Day, Line
from app.domain.note import Checkpoint
from app.domain.outages import outages
from app.domain.profile import text
from app.domain.review import remarks
from app.domain.signing import Document
from app.package.words import ENTRIES, PAGE, REMARKS, STATES, word

SKELETON = Path(__file__).with_name("page.html")
NARROW = ' class="n"'
SHORT = frozenset({"number", "received", "plan", "actual", "difference", "began", "ended", "copied", "who"})
SIGNS = {
    "done": ("good", "✓\u00a0"), "elsewhere": ("good", "✓\u00a0"), "late": ("late", "✓\u00a0"),
    "overdue": ("bad", "!\u00a0"), "open": ("bad", "·\u00a0"),
}  # fmt: skip
TOLD = ("text", "note", "reason", "decided_by", "whom", "decision", "cause", "late_reason", "overdue_reason", "serial")


@dataclass(frozen=True)
class Paper:
    """A revision of a document. ``path``: below ``data/``; ``outdated``: the journal says more by now."""

    path: str
    title: Mapping[str, str]
    document: Document
    complete: bool
    outdated: bool


def page(day: Day, papers: Sequence[Paper], checkpoint: Checkpoint, vkey: str, root_sha256: str) -> str:
    """The whole page; the same journal gives the same page."""
    return _Page(day).whole(papers, checkpoint, vkey, root_sha256)


class _Page:
    def __init__(self, day: Day) -> None:
        self.day, self.language = day, day.profile.language

    # ---- small things

    def said(self, key: str) -> str:
        return escape(word(PAGE[key], self.language))

    def both(self, key: str) -> str:
        return self.pair(word(PAGE[key], self.language), PAGE[key][1])

    def pair(self, own: str, english: str) -> str:
        """With English beside it."""
        return escape(own) + (f' <i lang="en">{escape(english)}</i>' if own != english else "")

    def title(self, texts: Mapping[str, str]) -> str:
        return self.pair(text(texts, self.language, "en"), text(texts, "en", self.language))

    def when(self, moment: datetime | None, seconds: bool = False) -> str:
        """Local time; with its date when that is not the day's."""
        if moment is None:
            return ""
        local = self.day.local(moment)
        date = "" if local.date() == self.day.date else "%d.%m.%Y "
        return local.strftime(date + ("%H:%M:%S" if seconds else "%H:%M"))

    def section(self, key: str, body: str) -> str:
        return f'<section aria-labelledby="{key}"><h2 id="{key}">{self.both(key)}</h2>\n{body}</section>'

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
        """``columns``: keys of words. Cells are HTML already. On a phone each row is a card that names its cells."""
        head = "".join(f'<th{NARROW if c in SHORT else ""} scope="col">{self.both(c)}</th>' for c in columns)
        body = "\n".join(f"<tr>{self.cells(columns, row)}</tr>" for row in rows)
        return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table></div>'

    def cells(self, columns: Sequence[str], row: Sequence[str]) -> str:
        return "".join(
            f'<td{NARROW if name in SHORT else ""} data-name="{self.said(name)}">{cell}</td>' if cell else "<td></td>"
            for name, cell in zip(columns, row, strict=True)
        )

    # ---- the parts

    def whole(self, papers: Sequence[Paper], checkpoint: Checkpoint, vkey: str, root_sha256: str) -> str:
        day = self.day
        parts = {
            "documents": self._documents(papers), "steps": self._steps(), "outages": self._outages(),
            "remarks": self._remarks(), "footage": self._footage(), "people": self._people(),
            "journal": self._journal(), "check": self._check(checkpoint, vkey, root_sha256),
        }  # fmt: skip
        title = f"{day.opened.exam}, {day.date:%d.%m.%Y}, {day.opened.centre.name}"
        links = "".join(f'<a href="#{key}">{self.said(key)}</a>' for key in parts)
        nothing = f'<p class="soft">{self.said("none")}</p>'
        body = "\n".join(self.section(key, part or nothing) for key, part in parts.items())
        return Template(SKELETON.read_text(encoding="utf-8")).substitute(
            language=escape(self.language), title=escape(title), body=f"{self._head()}<nav>{links}</nav>\n{body}"
        )

    def _head(self) -> str:
        day, centre = self.day, self.day.opened.centre
        rows = [
            ("centre", f"{day.centre_code}, {centre.name}, {centre.address}"),
            ("day", f"{day.date:%d.%m.%Y}, {day.id}"),
            ("time", f"{self.when(day.start)}-{self.when(day.end)}"),
            ("zone", centre.zone),
        ]
        listed = "".join(f"<dt>{self.both(k)}</dt><dd>{escape(v)}</dd>" for k, v in rows)
        practice = f'<p class="bad">{self.both("rehearsal")}</p>' if day.opened.rehearsal else ""
        tell = f'<p lang="en">{escape(PAGE["tell"][1])}</p>' if self.language == "ru" else ""
        return (
            f"<h1>{escape(day.opened.exam)}</h1>{practice}<dl>{listed}</dl>"
            f'<div class="tell"><p>{self.said("tell")}</p>{tell}</div>'
        )

    def _documents(self, papers: Sequence[Paper]) -> str:
        return "".join(map(self._paper, papers))

    def _paper(self, paper: Paper) -> str:
        document = paper.document
        newest = paper.path == f"documents/{document.form}.pdf"
        notes = [f'<span class="good">✓ {self.said("complete")}</span>' if paper.complete
                 else f'<span class="bad">✗ {self.said("incomplete")}</span>']  # fmt: skip
        if paper.complete and not newest:
            notes.append(f'<span class="late">{self.said("older")}</span>')
        elif paper.outdated:
            notes.append(f'<span class="late">{self.said("outdated")}</span>')
        signers = "".join(
            f"<li>{escape(s.by.name)}, {self.role(s.by.role)}, {self.when(s.received, True)}</li>"
            for s in document.signatures
        )
        return (
            f'<div class="paper"><p><a href="{escape(paper.path)}">{self.title(paper.title)}</a></p>'
            f'<p>{self.said("revision")} {document.revision}; {"; ".join(notes)}; '
            f'<span class="soft">{self.said("level")}</span></p><ul>{signers}</ul></div>'
        )

    def role(self, role: str) -> str:
        return self.title(self.day.profile.role(role).title)

    def _steps(self) -> str:
        views = [v for v in board(self.day, self.day.received) if v.step.enabled]
        rows = [row for view in views for row in self._step(view)]
        return self.table(("step", "place", "plan", "actual", "difference", "who", "state"), rows)

    def _step(self, view: StepView) -> Iterator[tuple[str, ...]]:
        """A row for each act; places that are open alike share one."""
        name, shared = self.title(view.step.title), dict[tuple[str, ...], list[str]]()
        for place in view.places:
            act = place.act
            actual = self.when(act.at) if act else ""
            who = escape(act.by.short) if act else ""
            apart = "" if place.window.dated else _delta(place.difference)
            key = (self.when(place.window.limit), actual, apart, who, self._state(place))
            shared.setdefault(key, []).append(place.place)
        for (plan, actual, delta, who, state), places in shared.items():
            yield name, escape(", ".join(filter(None, places))), plan, actual, delta, who, state

    def _state(self, place: PlaceState) -> str:
        known = str(place.state) if place.state in CLOSED or place.state == State.OVERDUE else "open"
        css, sign = SIGNS.get(known, ("soft", "–\u00a0"))
        return f'<span class="{css}">{sign}{self.pair(word(STATES[known], self.language), STATES[known][1])}</span>'

    def _outages(self) -> str:
        rows = [
            (
                str(o.act.number), escape(", ".join(o.rooms)), self.when(o.began),
                self.when(o.ended) or f'<span class="bad">{self.said("running")}</span>',
                escape("; ".join(filter(None, (o.act.fact.cause, o.act.fact.text)))), escape(o.act.by.short),
            )
            for o in outages(self.day)
        ]  # fmt: skip
        return self.table(("number", "rooms", "began", "ended", "what", "who"), rows) if rows else ""

    def _remarks(self) -> str:
        rows = []
        for remark in remarks(self.day):
            said = [remark.act, *remark.answers]
            words = "<br>".join(f"{escape(a.by.short)}, {self.when(a.at)}: {_told(a.fact)}" for a in said)
            target = remark.act.fact.target
            link = f'<a href="#e{target + 1}">{target + 1}</a>' if target is not None else ""
            rows.append((
                str(remark.act.number), link, words,
                escape(word(REMARKS[str(remark.state)], self.language)),
            ))  # fmt: skip
        return self.table(("number", "journal", "what", "state"), rows) if rows else ""

    def _footage(self) -> str:
        rows = [
            (
                escape(", ".join(a.fact.rooms)), escape(f"{a.fact.medium.kind} {a.fact.medium.serial}"),
                self.when(a.at), f"<code>{escape(a.fact.manifest)}</code>",
            )
            for a in self.day.tagged("footage.copied")
        ]  # fmt: skip
        table = self.table(("rooms", "medium", "copied", "manifest"), rows) if rows else ""
        return f"{table}<p>{self.said('kept')}</p>" if rows else ""

    def _people(self) -> str:
        rows = [(escape(m.name), self.role(m.role)) for m in self.day.everyone.values()]
        return self.table(("who", "what"), rows)

    def _journal(self) -> str:
        columns = ("number", "received", "who", "what")
        return self.table(columns, [self._line(line) for line in self.day.lines])

    def _line(self, line: Line) -> tuple[str, ...]:
        words = ENTRIES.get(line.tag, (line.tag, line.tag))
        act = self.day.acts.get(line.seq)
        what = f"<b>{self.pair(word(words, self.language), words[1])}</b> {self._about(line)}"
        if act and act.void:
            what = f"<del>{what}</del> {self.said('void')}: {escape(act.void.reason)}"
        elif act and act.changes:
            what += f' <span class="late">({self.said("corrected")})</span>'
        number = f'<span id="e{line.seq + 1}">{line.seq + 1}</span>'
        return number, self.when(line.received, True), escape(line.by.short), what

    def _about(self, line: Line) -> str:
        """What an entry says, in the words of its fact."""
        fact = line.fact
        if fact is None:
            return f'<span class="soft">{self.said("erased")}</span>'
        parts = []
        if step := getattr(fact, "step", ""):
            known = next((s for s in self.day.profile.steps if s.id == step), None)
            parts.append(self.title(known.title) if known else escape(step))
        if action := getattr(fact, "action", ""):
            titles = (a.title for a in self.day.profile.actions if a.id == action)
            parts.append(self.title(next(titles, {"en": action})))
        if line.tag == "milestone.noted":
            known_milestone = self.day.profile.milestone(fact.milestone)
            parts.append(self.title(known_milestone.title) if known_milestone else escape(fact.milestone))
        if line.tag == "document.signed":
            parts.append(escape(f"{fact.form}, {word(PAGE['revision'], self.language)} {fact.revision}"))
        places = getattr(fact, "places", ()) or getattr(fact, "rooms", ()) or ()
        if places and line.tag not in ("day.opened", "plan.changed"):
            parts.append(escape(", ".join(places)))
        if (target := getattr(fact, "target", None)) is not None:
            parts.append(f'<a href="#e{target + 1}">№ {target + 1}</a>')
        if line.tag == "acts.confirmed":
            parts.append(", ".join(f'<a href="#e{t.seq + 1}">{t.seq + 1}</a>' for t in fact.targets))
        return "; ".join(filter(None, [*parts, _told(fact)]))

    def _check(self, checkpoint: Checkpoint, vkey: str, root_sha256: str) -> str:
        rows = (
            ("entries", str(checkpoint.size)), ("root", checkpoint.short), ("key", vkey),
            ("root_certificate", root_sha256),
        )  # fmt: skip
        return "<dl>" + "".join(f"<dt>{self.both(k)}</dt><dd><code>{escape(v)}</code></dd>" for k, v in rows) + "</dl>"


def _told(fact: object) -> str:
    """Free words of a fact."""
    values = [getattr(fact, name, "") for name in TOLD]
    return escape("; ".join(v for v in values if isinstance(v, str) and v))


def _delta(difference: timedelta | None) -> str:
    """Actual minus planned, hours and minutes."""
    if difference is None:
        return ""
    minutes = round(difference.total_seconds() / 60)
    sign = "−" if minutes < 0 else "+" if minutes else ""
    return f"{sign}{abs(minutes) // 60}:{abs(minutes) % 60:02}"
